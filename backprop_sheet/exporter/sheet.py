"""Lays out one sheet with openpyxl: everything but the long table's rows."""

from copy import copy

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.derivation import Box
from backprop_sheet.diagram import draw
from backprop_sheet.exporter import labels, page, shapes, table
from backprop_sheet.exporter.chart import Curve, error_chart
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout
from backprop_sheet.exporter.look import Look, style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.addresses import Area
from backprop_sheet.palette import Stroke
from backprop_sheet.progress import Watch
from backprop_sheet.tabulator import errors_of

LOOKS_LIKE = {
    Kind.COUNTER: Kind.INPUT,
    Kind.RATE: Kind.WEIGHT,
    Kind.BIAS: Kind.WEIGHT,
    Kind.MEAN_TOTAL: Kind.TOTAL,
    Kind.PARTIAL: Kind.GRADIENT,
    Kind.MEAN: Kind.GRADIENT,
    Kind.STATE: Kind.GRADIENT,
    Kind.MEASURE: Kind.ERROR,
}
"""Kinds of quantities that the original does not have, and whose format they take."""
NOTE = (
    "η ({eta}) and the numbers of {rows} may be changed: "
    "all cells below, the chart and the drawing follow."
)
DRIVEN_NOTE = (
    "η ({eta}) is that of {source}; the numbers of {rows} may be changed: "
    "all cells below, the chart and the drawing follow."
)


def fill(
    sheet: Worksheet,
    look: Look,
    layout: Layout,
    frame: pd.DataFrame,
    watch: Watch,
    rate: str = "",
) -> Additions:
    """Lay a network's sheet out.

    Args:
        sheet: the sheet.
        look: the styles it is drawn with.
        layout: what goes where, for which network.
        frame: its training.
        watch: looks on as the rows are written.
        rate: the formula that gives the learning rate, where another tab drives it.

    Returns:
        What the package has to put in when it is saved: the table's rows, the values of the
        formulas laid out here, and the drawing.
    """
    widths = [layout.width(column) for column in range(1, layout.right + 1)]
    page.set_up(sheet, widths, layout.header)
    _write_note(sheet, layout, rate)
    for box, area in layout.boxes:
        _write_box(sheet, look, box, area)
    _write_setting(sheet, layout, rate)
    _write_header(sheet, layout)
    _admit_numbers(sheet, layout, rate)
    _add_chart(sheet, look, layout, frame)
    values, drawing = _add_drawing(sheet, look, layout)
    values[layout.rate] = layout.network.eta
    # In an order of their own: that of a set would number the styles anew in each process.
    kinds = [*(layout.network.quantities[name].kind for name in layout.columns), Kind.TOTAL]
    styles = {
        kind.value: style_index(sheet, f"table {LOOKS_LIKE.get(kind, kind)}")
        for kind in dict.fromkeys(kinds)
    }
    styles |= {kind: style_index(sheet, f"table {kind}") for kind in (table.GIVEN, table.EPOCH)}
    return Additions(
        values=values,
        rows=table.rows(layout, frame, styles, watch),
        size=table.size(layout),
        range=Area(1, 1, layout.right, layout.last).reference,
        unmarked=layout.table.reference,
        shapes=drawing,
    )


def _write_note(sheet: Worksheet, layout: Layout, rate: str) -> None:
    note = DRIVEN_NOTE if rate else NOTE
    samples = len(layout.network.samples)
    rows = f"row {layout.first}"
    if samples > 1:
        rows = f"rows {layout.first} to {layout.first + samples - 1} that are no formulas"
    sheet["A1"] = note.format(eta=layout.rate, rows=rows, source=rate.strip("="))
    sheet["A1"].style = "hint"


def _write_box(sheet: Worksheet, look: Look, box: Box, area: Area) -> None:
    """The number, and as many of the lines as the area has rows for, in a thin frame."""
    texts = [box.number, *box.lines]
    for offset, row in enumerate(range(area.top, area.bottom + 1)):
        style = "box line" if offset else "box number"
        for column in range(area.left, area.right + 1):
            look.frame(sheet.cell(row, column), style, _edges(row, column, area))
        sheet.cell(row, area.left).value = texts[offset] if offset < len(texts) else None


def _edges(row: int, column: int, area: Area) -> list[str]:
    """The sides of a cell along which the frame of an area runs."""
    on = {
        "left": column == area.left,
        "right": column == area.right,
        "top": row == area.top,
        "bottom": row == area.bottom,
    }
    return [side for side, here in on.items() if here]


def _write_setting(sheet: Worksheet, layout: Layout, rate: str) -> None:
    """Each setting and its value, or the formula that gives η, in the cells above the header."""
    for name, place in layout.settings.items():
        value = sheet[place.replace("$", "")]
        number = layout.network.numbers[name]
        value.value, value.style = (name == RATE and rate) or number, "setting value"
        sign = value.offset(column=-1)
        sign.value, sign.style = f"{layout.network.text(name)}=", "setting label"


def _write_header(sheet: Worksheet, layout: Layout) -> None:
    for name, column in layout.columns.items():
        cell = sheet.cell(layout.header, column, layout.heading(name))
        cell.style = "table header"
    beside = {layout.epoch.left: table.EPOCH}
    if layout.rows > layout.epochs:
        beside[layout.errors.left] = layout.network.error
    for column, text in beside.items():
        cell = sheet.cell(layout.header, column, text)
        cell.style = "table header"


def _admit_numbers(sheet: Worksheet, layout: Layout, rate: str) -> None:
    """Say at the cells that may be changed that they may be, and what they take."""
    given = [
        layout.cell(name, layout.first + row)
        for name in layout.columns
        if layout.network.quantities[name].kind is not Kind.COUNTER
        for row in range(len(layout.network.samples))
        if layout.network.rules.at(name, layout.network.rules.kind(row)) is None
    ]
    given += [place.replace("$", "") for name, place in layout.settings.items() if name != RATE]
    if not rate:
        page.admit_positive(sheet, [layout.rate], "Learning rate η", "the whole table follows.")
    page.admit_numbers(sheet, given, "Given number", "all rows below follow.")


def _add_chart(sheet: Worksheet, look: Look, layout: Layout, frame: pd.DataFrame) -> None:
    curve = Curve(
        name=layout.heading(layout.network.error),
        epochs=f"'{sheet.title}'!{layout.epoch.absolute}",
        cells=f"'{sheet.title}'!{layout.errors.absolute}",
        errors=errors_of(frame).tolist(),
        stroke=Stroke(look.text_color("chart curve"), "solid"),
    )
    page.place(sheet, error_chart(curve), layout.chart, layout.width(layout.chart.right))


def _add_drawing(
    sheet: Worksheet, look: Look, layout: Layout
) -> tuple[dict[str, float | str], str]:
    """Put the labels into their cells; the values of those that are formulas, and the shapes."""
    area = layout.drawing
    width = sum(layout.width(column) for column in range(area.left, area.right + 1))
    diagram = draw(layout.network, width, (area.bottom - area.top + 1) * ROW_HEIGHT)
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
        role: (look.fill_color(f"drawing {role}"), look.text_color(f"drawing {role}"))
        for role in roles
    }
    description = f"The network {'-'.join(map(str, layout.network.layers))}: " + ", ".join(
        label.value or label.content for label in texts
    )
    return values, shapes.drawing(
        diagram, labels.pieces(layout, diagram), area, colors, description
    )
