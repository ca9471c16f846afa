"""Lays out the sheet of one training with openpyxl: everything except the table's rows."""

from collections.abc import Sequence
from copy import copy
from functools import partial
from math import nan
from typing import NamedTuple

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.definitions import in_short
from backprop_sheet.diagram import WEIGHT_ROLE, diagram_of
from backprop_sheet.exporter import labels, page, shapes, table
from backprop_sheet.exporter.blanks import NOTHING, Blanks, lines_told
from backprop_sheet.exporter.chart import Curve, accuracy_chart, error_chart
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout
from backprop_sheet.exporter.look import Look, style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.selfcheck import SelfCheck
from backprop_sheet.exporter.unfilled import contents
from backprop_sheet.network import ACCURACY, RATE, Kind
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.palette import Stroke
from backprop_sheet.progress import Watch

HIDDEN = "hidden sum"
"""The look of the places of a kernel."""

STYLED_LIKE = {
    Kind.COUNTER: Kind.INPUT,
    Kind.SEED: Kind.INPUT,
    Kind.DRAW: Kind.INPUT,
    Kind.RATE: Kind.WEIGHT,
    Kind.BIAS: Kind.WEIGHT,
    Kind.MEAN_TOTAL: Kind.TOTAL,
    Kind.PARTIAL: Kind.GRADIENT,
    Kind.MEAN: Kind.GRADIENT,
    Kind.STATE: Kind.GRADIENT,
    Kind.CLIPPED: Kind.GRADIENT,
    Kind.NEW: Kind.WEIGHT,
    Kind.MEASURE: Kind.ERROR,
    Kind.PENALTY: Kind.ERROR,
    Kind.OWN: Kind.ACTIVATION,
}
"""Kinds that the original does not have, and the kinds whose styles they use."""
NOTE = (
    "η ({eta}) and the numbers of {rows} may be changed: "
    "all cells below, the chart and the drawing follow."
)
MEANS_NOTE = (
    " Means add up over the samples of an epoch: each row adds its part, and the last has the mean."
)
STEPS_NOTE = " Gradients add up to their {gradient} over the {step} samples of a step."
TASK = (
    "Fill in the marked cells: formulas, not numbers. Leave the given numbers as they are. "
    "Epoch 0 is row{rows}; "
)
EPOCH_OF_ROW = "column {column} has the epoch of each row."
EPOCH_OF_ROWS = "each epoch after it takes {samples} rows as well."
CHART_TASK = "Put your chart here: {error} over the epochs"
DRIVEN_NOTE = (
    "η ({eta}) is that of {source}; the numbers of {rows} may be changed: "
    "all cells below, the chart and the drawing follow."
)


class Variant(NamedTuple):
    """What sets a sheet apart from that of a single training.

    Attributes:
        rate: a formula for the learning rate, if another tab has it; otherwise empty.
        blanks: what is left blank.
    """

    rate: str = ""
    blanks: Blanks = NOTHING


ORDINARY = Variant()


def lay_out(
    sheet: Worksheet,
    look: Look,
    layout: Layout,
    frame: pd.DataFrame,
    watch: Watch,
    variant: Variant = ORDINARY,
) -> Additions:
    """Lay out the sheet of a training.

    Args:
        sheet: the sheet to fill.
        look: the styles to use.
        layout: the network and the positions in its sheet.
        frame: the training of the network.
        watch: shows the progress.
        variant: what it has that others lack.

    Returns:
        What the package adds when the workbook is saved: the table's rows, the values of formulas
        and the drawing.
    """
    rate, blanks = variant
    widths = [layout.width(column) for column in range(1, layout.last_column + 1)]
    page.set_up(sheet, widths, layout.header_row)
    untold = blanks.untold(layout.network)
    for box, area in layout.boxes:
        _write_box(sheet, look, [box.number, *lines_told(box, untold)], area)
    _write_setting(sheet, layout, rate)
    _write_header(sheet, layout)
    shown = table.Values(layout.network, frame)
    if blanks:
        _write_task(sheet, layout)
        numbers = frame.to_numpy(dtype=float).tolist()
        shown = table.Values(layout.network, frame, contents(layout.network, numbers, blanks))
    else:
        _write_note(sheet, layout, rate)
        _accept_numbers(sheet, layout, rate)
    _add_charts(sheet, look, layout, shown, blanks)
    values, drawing = _add_drawing(sheet, look, layout, untold) if blanks.drawing else ({}, "")
    values[layout.rate_cell] = layout.network.eta
    # Not in a set: its order differs between processes, and the styles are numbered in this order.
    kinds = [*(layout.network.quantities[name].kind for name in layout.columns), Kind.TOTAL]
    styles = {
        kind.value: style_index(sheet, f"table {STYLED_LIKE.get(kind, kind)}")
        for kind in dict.fromkeys(kinds)
    }
    others = (table.GIVEN, table.EPOCH, *([table.BLANK] if blanks else []))
    styles |= {kind: style_index(sheet, f"table {kind}") for kind in others}
    right, beside = layout.last_column, table.no_more
    if blanks.self_check and blanks.columns:
        check = SelfCheck(layout, blanks, numbers)
        check.add_to(sheet, look)
        values[check.count_cell], right = check.value, check.area.right
        beside = partial(check.cells, style=styles[table.EPOCH])
    return Additions(
        values=values,
        rows=table.rows(layout, shown, styles, watch, blanks, beside),
        size=table.estimated_size(layout),
        range=Area(1, 1, right, layout.last_row).reference,
        unmarked=layout.table_area.reference,
        shapes=drawing,
    )


def _write_note(sheet: Worksheet, layout: Layout, rate: str) -> None:
    note = DRIVEN_NOTE if rate else NOTE
    samples = len(layout.network.samples)
    rows = f"row {layout.first_row}"
    if samples > 1:
        rows = f"rows {layout.first_row} to {layout.first_row + samples - 1} that are no formulas"
        design = layout.network.design
        usual = design.step in (1, samples) and design.gradient == "mean"
        note += MEANS_NOTE + ("" if usual or design.step == 1 else STEPS_NOTE)
    sheet["A1"] = note.format(
        eta=layout.rate_cell,
        rows=rows,
        source=rate.strip("="),
        gradient=layout.network.design.gradient,
        step=layout.network.design.step,
    )
    sheet["A1"].style = "hint"


def _write_task(sheet: Worksheet, layout: Layout) -> None:
    """Say what to do in a sheet with blank cells."""
    samples, first = len(layout.network.samples), layout.first_row
    rows = f" {first}" if samples == 1 else f"s {first} to {first + samples - 1}"
    epochs = EPOCH_OF_ROW if samples == 1 else EPOCH_OF_ROWS
    column = letters(layout.epoch_column.left)
    sheet["A1"] = (TASK + epochs).format(rows=rows, column=column, samples=samples)
    definitions = sheet.cell(layout.header_row - 3, 1)  # between the boxes and the settings
    definitions.value = in_short(layout.network)
    sheet["A1"].style = definitions.style = "hint"


def _write_box(
    sheet: Worksheet,
    look: Look,
    texts: Sequence[str | int],
    area: Area,
    styles: tuple[str, str] = ("box number", "box line"),
) -> None:
    """Write as many texts as fit in a thin frame; the first has one style, the rest the other."""
    for offset, row in enumerate(range(area.top, area.bottom + 1)):
        style = styles[min(offset, 1)]
        for column in range(area.left, area.right + 1):
            look.frame(sheet.cell(row, column), style, _edges(row, column, area))
        sheet.cell(row, area.left).value = texts[offset] if offset < len(texts) else None


def _edges(row: int, column: int, area: Area) -> list[str]:
    """The sides of a cell that are on the edge of an area."""
    on = {
        "left": column == area.left,
        "right": column == area.right,
        "top": row == area.top,
        "bottom": row == area.bottom,
    }
    return [side for side, here in on.items() if here]


def _write_setting(sheet: Worksheet, layout: Layout, rate: str) -> None:
    """Write each setting above the table's header, with its value or the formula for η."""
    for name, place in layout.settings.items():
        value = sheet[place.replace("$", "")]
        number = layout.network.numbers[name]
        value.value, value.style = (name == RATE and rate) or number, "setting value"
        sign = value.offset(column=-1)
        sign.value, sign.style = f"{layout.network.text(name)}=", "setting label"


def _write_header(sheet: Worksheet, layout: Layout) -> None:
    for name, column in layout.columns.items():
        cell = sheet.cell(layout.header_row, column, layout.heading(name))
        cell.style = "table header"
    beside = {layout.epoch_column.left: table.EPOCH}
    beside |= {area.left: layout.heading(name) for name, area in layout.of_epochs.items()}
    for column, text in beside.items():
        cell = sheet.cell(layout.header_row, column, text)
        cell.style = "table header"


def _accept_numbers(sheet: Worksheet, layout: Layout, rate: str) -> None:
    """Make the cells that may be changed accept only numbers."""
    given = [
        layout.cell(name, layout.first_row + row)
        for name in layout.columns
        if layout.network.quantities[name].kind is not Kind.COUNTER
        for row in range(len(layout.network.samples))
        if layout.network.rules.at(name, layout.network.rules.kind(row)) is None
    ]
    given += [place.replace("$", "") for name, place in layout.settings.items() if name != RATE]
    if not rate:
        page.accept_positive(
            sheet, [layout.rate_cell], "Learning rate η", "the whole table follows."
        )
    page.accept_numbers(sheet, given, "Given number", "all rows below follow.")


def _add_charts(
    sheet: Worksheet, look: Look, layout: Layout, shown: table.Values, blanks: Blanks
) -> None:
    """Add the chart of the error, or mark its place, and the chart of the accuracy."""
    of_epochs = slice(len(layout.network.samples) - 1, None, len(layout.network.samples))
    places = [(layout.network.error, layout.error_column, layout.chart, error_chart)]
    if layout.accuracy_chart:
        accuracy = (ACCURACY, layout.accuracy_column, layout.accuracy_chart, accuracy_chart)
        places.append(accuracy)
    for name, cells, area, chart in places:
        heading = layout.heading(name)
        if name == layout.network.error and not blanks.chart:
            text = CHART_TASK.format(error=heading)
            _write_box(sheet, look, [text], area, ("table blank", "table blank"))
            continue
        curve = Curve(
            name=heading,
            epoch_cells=f"'{sheet.title}'!{layout.epoch_column.absolute}",
            cells=f"'{sheet.title}'!{cells.absolute}",
            values=[x if isinstance(x, float) else nan for x in shown.column(name)[of_epochs]],
            stroke=Stroke(look.text_color("chart curve"), "solid"),
        )
        page.add_chart(sheet, chart(curve), area, layout.width(area.right))


def _add_drawing(
    sheet: Worksheet, look: Look, layout: Layout, untold: set[str]
) -> tuple[dict[str, float | str], str]:
    """Write the labels into cells. Returns the values of their formulas and the shapes' XML."""
    area = layout.drawing
    width = sum(layout.width(column) for column in range(area.left, area.right + 1))
    diagram = diagram_of(layout.network, width, (area.bottom - area.top + 1) * ROW_HEIGHT)
    values: dict[str, float | str] = {}
    texts = labels.labels(layout, diagram, untold)
    for label in texts:
        cell = sheet[label.cell]
        cell.value, cell.style = label.content, label.style
        alignment = copy(cell.alignment)
        alignment.horizontal, alignment.indent = "left", label.indent
        cell.alignment = alignment
        if label.value:
            values[label.cell] = label.value
    roles = {node.role for node in diagram.nodes.values()} | {"line", "outline"}
    colors = {
        role: (look.fill_color(f"drawing {style}"), look.text_color(f"drawing {style}"))
        for role in roles
        for style in [HIDDEN if role == WEIGHT_ROLE else role]
    }
    description = f"The network {'-'.join(map(str, layout.network.layers))}: " + ", ".join(
        label.value or label.content for label in texts
    )
    charts = 2 if layout.accuracy_chart else 1
    return values, shapes.drawing(
        diagram, labels.arrow_pieces(layout, diagram), area, colors, description, charts
    )
