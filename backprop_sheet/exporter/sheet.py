"""Lays out the sheet of one training with openpyxl: everything except the table's rows."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from openpyxl.styles import Alignment
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.definitions import in_short
from backprop_sheet.exporter import boxes, formats, notes, page, pictures, printing, table
from backprop_sheet.exporter.blanks import NOTHING, Blanks
from backprop_sheet.exporter.blanks.selfcheck import SelfCheck
from backprop_sheet.exporter.blanks.unfilled import contents
from backprop_sheet.exporter.layout import NAMES_ROW, NOTES, Layout
from backprop_sheet.exporter.look import Look, style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.addresses import Area, address
from backprop_sheet.progress import Watch

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


class Variant(NamedTuple):
    """What sets a sheet apart from that of a single training.

    Attributes:
        rate: a formula for the learning rate, if another tab has it; otherwise empty.
        blanks: what is left blank.
    """

    rate: str = ""
    blanks: Blanks = NOTHING


ORDINARY = Variant()
CHANGED, FIXED = "changeable", "setting fixed"
"""The styles of a setting: of one that may be changed, and of one that has to stay as it is."""


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
        boxes.write_box(sheet, look, boxes.texts_of(box, untold), area)
    _write_settings(sheet, layout, variant)
    _write_header(sheet, layout)
    shown = table.Values(layout.network, frame)
    if blanks:
        numbers = frame.to_numpy(dtype=float).tolist()
        shown = table.Values(layout.network, frame, contents(layout.network, numbers, blanks))
    else:
        _accept_numbers(sheet, layout, rate)
    charted = pictures.charted(layout, shown, blanks)
    pictures.add_charts(sheet, look, layout, shown, blanks, charted)
    values: dict[str, float | str] = {layout.rate_cell: layout.network.eta}
    drawing = pictures.Drawing()
    if blanks.drawing:
        drawing = pictures.add_drawing(sheet, look, layout, untold)
    values |= drawing.numbers
    told = notes.Told(drawing.legend, printing.set_up(sheet, layout))
    _write_notes(sheet, layout, variant, told)
    if layout.as_original:
        _name_columns(sheet, layout)
    else:
        values |= _keep_names_in_sight(sheet, layout)
        _format_numbers(sheet, layout)
    styles = _styles(sheet, layout, blanks)
    right, beside = layout.last_column, []
    if charted:
        charted.hide(sheet)
        right = charted.right
        beside.append(charted.cells)
    if blanks.self_check and blanks.columns:
        check = SelfCheck(layout, blanks, numbers, right)
        check.add_to(sheet, look)
        values[check.count_cell], right = check.value, check.area.right
        beside.append(check.cells)
    style = styles[table.EPOCH]
    return Additions(
        values=values,
        rows=table.rows(
            layout, shown, styles, watch, blanks, lambda row: "".join(c(row, style) for c in beside)
        ),
        size=table.estimated_size(layout),
        range=Area(1, 1, right, layout.last_row).reference,
        unmarked=layout.table_area.reference,
        shapes=drawing.shapes,
    )


def _styles(sheet: Worksheet, layout: Layout, blanks: Blanks) -> table.Styles:
    """The styles of the table's cells. In the original's, numbers are as long as their columns."""
    # Not in a set: its order differs between processes, and the styles are numbered in this order.
    kinds = [*(layout.network.quantities[name].kind for name in layout.columns), Kind.TOTAL]
    names = {kind.value: f"table {STYLED_LIKE.get(kind, kind)}" for kind in dict.fromkeys(kinds)}
    names[table.EPOCH] = "table epoch"
    if blanks:
        names[table.BLANK] = "table blank"
    else:
        names[table.GIVEN] = "table given" if layout.as_original else CHANGED
    whole = names.keys() if layout.as_original else {*formats.WHOLE, table.EPOCH}
    return {
        kind: style_index(sheet, name, "" if kind in whole else formats.DECIMALS)
        for kind, name in names.items()
    }


def _format_numbers(sheet: Worksheet, layout: Layout) -> None:
    """Add formats for numbers that six decimals do not suit: whole, large and tiny ones."""
    area, quantities = layout.table_area, layout.network.quantities
    left = min(
        place
        for name, place in layout.columns.items()
        if quantities[name].kind not in formats.WHOLE
    )
    right = max([area.right, *(beside.right for beside in layout.of_epochs.values())])
    formats.add_table_formats(sheet, Area(left, area.top, right, area.bottom))
    if left > layout.frozen + 1:
        formats.add_whole_formats(sheet, Area(layout.frozen + 1, area.top, left - 1, area.bottom))


def _write_settings(sheet: Worksheet, layout: Layout, variant: Variant) -> None:
    """Write each setting above the table's header, with its value or the formula for η."""
    changed = "setting value" if layout.as_original else CHANGED
    for name, place in layout.settings.items():
        value = sheet[place.replace("$", "")]
        driven = variant.rate if name == RATE else ""
        value.value = driven or layout.network.numbers[name]
        value.style = FIXED if driven or variant.blanks else changed
        sign = value.offset(column=-1)
        sign.value, sign.style = f"{layout.network.text(name)}=", "setting label"


def _write_notes(sheet: Worksheet, layout: Layout, variant: Variant, told: notes.Told) -> None:
    """Write what may be changed, or what to do in a sheet with blank cells."""
    task = bool(variant.blanks)
    texts = notes.task(layout, told) if task else notes.notes(layout, variant.rate, told)
    if not layout.as_original:
        _write_paragraphs(sheet, layout, texts)
        return
    cells = {"A1": texts[0]}
    if task:  # between the boxes and the settings
        cells[address(layout.header_row - 3, 1)] = in_short(layout.network)
    for place, text in cells.items():
        sheet[place], sheet[place].style = text, "hint"


def _write_paragraphs(sheet: Worksheet, layout: Layout, texts: Sequence[str]) -> None:
    """Write notes in lines that are as wide as the drawing and the charts beneath them.

    They do not begin in the columns that stay in sight, which are repeated on each page.
    """
    paragraphs = Paragraphs(sheet, layout.width)
    first, last = layout.frozen + 1, layout.pictures_end
    for row, text in zip(NOTES, texts, strict=False):
        cell = sheet.cell(row, first, text)
        cell.style = "hint"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        paragraphs.fit(row, text, first, last)
    for row, height in paragraphs.heights.items():
        sheet.row_dimensions[row].height = height


def _name_columns(sheet: Worksheet, layout: Layout) -> None:
    """Make the table one of Excel's, which shows its names in the heads of the columns.

    It has neither a style nor buttons to filter, so nothing else of the sheet changes.
    """
    names = [layout.heading(name) for name in layout.columns]
    if len({name.casefold() for name in names}) < len(names):
        return  # Excel tells them apart by their letters alone
    area = layout.table_area
    number = 1 + sum(len(other.tables) for other in sheet.parent.worksheets)
    columns = [TableColumn(id=place, name=name) for place, name in enumerate(names, start=1)]
    whole = Area(area.left, layout.header_row, area.right, area.bottom)
    table = Table(displayName=f"Training{number}", ref=whole.reference, tableColumns=columns)
    table.tableStyleInfo = TableStyleInfo()  # of no name: no style; ExcelJS saves no table without
    sheet.add_table(table)


def _keep_names_in_sight(sheet: Worksheet, layout: Layout) -> dict[str, float | str]:
    """Repeat the header in a row that stays in sight. Returns the values of its formulas."""
    values: dict[str, float | str] = {}
    for cell in sheet[layout.header_row]:
        if cell.value is not None:
            name = sheet.cell(NAMES_ROW, cell.column, f"={cell.coordinate}")
            name.style = "table names"
            name.alignment = Alignment(horizontal="right")
            values[name.coordinate] = cell.value
    sheet.freeze_panes = address(NAMES_ROW + 1, layout.frozen + 1)
    return values


def _write_header(sheet: Worksheet, layout: Layout) -> None:
    """Write the names of the columns; in the original they stand left, elsewhere as the numbers."""
    texts = {column: layout.heading(name) for name, column in layout.columns.items()}
    texts[layout.epoch_column.left] = table.EPOCH
    texts |= {area.left: layout.heading(name) for name, area in layout.of_epochs.items()}
    for column, text in texts.items():
        cell = sheet.cell(layout.header_row, column, text)
        cell.style = "table header"
        if not layout.as_original:
            cell.alignment = Alignment(horizontal="right")


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
