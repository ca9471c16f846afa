"""Lays out the sheet of one training with openpyxl: everything except the table's rows."""

from copy import copy
from dataclasses import replace

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.derivation import Box
from backprop_sheet.diagram import WEIGHT_ROLE, diagram_of
from backprop_sheet.exporter import labels, page, shapes, table
from backprop_sheet.exporter.chart import Curve, accuracy_chart, error_chart
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout
from backprop_sheet.exporter.look import Look, style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.network import ACCURACY, RATE, Kind
from backprop_sheet.ooxml.addresses import Area
from backprop_sheet.palette import Stroke
from backprop_sheet.progress import Watch
from backprop_sheet.tabulator import accuracies_of, errors_of

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
DRIVEN_NOTE = (
    "η ({eta}) is that of {source}; the numbers of {rows} may be changed: "
    "all cells below, the chart and the drawing follow."
)


def lay_out(
    sheet: Worksheet,
    look: Look,
    layout: Layout,
    frame: pd.DataFrame,
    watch: Watch,
    rate: str = "",
) -> Additions:
    """Lay out the sheet of a training.

    Args:
        sheet: the sheet to fill.
        look: the styles to use.
        layout: the network and the positions in its sheet.
        frame: the training of the network.
        watch: shows the progress.
        rate: a formula for the learning rate, if another tab has it; otherwise empty.

    Returns:
        What the package adds when the workbook is saved: the table's rows, the values of formulas
        and the drawing.
    """
    widths = [layout.width(column) for column in range(1, layout.last_column + 1)]
    page.set_up(sheet, widths, layout.header_row)
    _write_note(sheet, layout, rate)
    for box, area in layout.boxes:
        _write_box(sheet, look, box, area)
    _write_setting(sheet, layout, rate)
    _write_header(sheet, layout)
    _accept_numbers(sheet, layout, rate)
    _add_chart(sheet, look, layout, frame)
    values, drawing = _add_drawing(sheet, look, layout)
    values[layout.rate_cell] = layout.network.eta
    # Not in a set: its order differs between processes, and the styles are numbered in this order.
    kinds = [*(layout.network.quantities[name].kind for name in layout.columns), Kind.TOTAL]
    styles = {
        kind.value: style_index(sheet, f"table {STYLED_LIKE.get(kind, kind)}")
        for kind in dict.fromkeys(kinds)
    }
    styles |= {kind: style_index(sheet, f"table {kind}") for kind in (table.GIVEN, table.EPOCH)}
    return Additions(
        values=values,
        rows=table.rows(layout, frame, styles, watch),
        size=table.estimated_size(layout),
        range=Area(1, 1, layout.last_column, layout.last_row).reference,
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


def _write_box(sheet: Worksheet, look: Look, box: Box, area: Area) -> None:
    """Write the number of a box and as many of its lines as fit, in a thin frame."""
    texts = [box.number, *box.lines]
    for offset, row in enumerate(range(area.top, area.bottom + 1)):
        style = "box line" if offset else "box number"
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


def _add_chart(sheet: Worksheet, look: Look, layout: Layout, frame: pd.DataFrame) -> None:
    curve = Curve(
        name=layout.heading(layout.network.error),
        epoch_cells=f"'{sheet.title}'!{layout.epoch_column.absolute}",
        cells=f"'{sheet.title}'!{layout.error_column.absolute}",
        values=errors_of(frame).tolist(),
        stroke=Stroke(look.text_color("chart curve"), "solid"),
    )
    page.add_chart(sheet, error_chart(curve), layout.chart, layout.width(layout.chart.right))
    accuracies = accuracies_of(frame)
    if layout.accuracy_chart and accuracies is not None:
        cells = layout.accuracy_column.absolute
        curve = replace(
            curve, name=ACCURACY, cells=f"'{sheet.title}'!{cells}", values=accuracies.tolist()
        )
        area = layout.accuracy_chart
        page.add_chart(sheet, accuracy_chart(curve), area, layout.width(area.right))


def _add_drawing(
    sheet: Worksheet, look: Look, layout: Layout
) -> tuple[dict[str, float | str], str]:
    """Write the labels into cells. Returns the values of their formulas and the shapes' XML."""
    area = layout.drawing
    width = sum(layout.width(column) for column in range(area.left, area.right + 1))
    diagram = diagram_of(layout.network, width, (area.bottom - area.top + 1) * ROW_HEIGHT)
    values: dict[str, float | str] = {}
    texts = labels.labels(layout, diagram)
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
