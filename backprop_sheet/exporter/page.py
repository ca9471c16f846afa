"""Settings of all sheets: widths, zoom, printing, input rules; and setting values and charts."""

from collections.abc import Iterable

from openpyxl.cell import Cell
from openpyxl.chart import BarChart, ScatterChart
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter.drawing.shapes import EMU
from backprop_sheet.exporter.layout import ROW_HEIGHT
from backprop_sheet.ooxml.addresses import Area, areas, letters, place_of
from backprop_sheet.ooxml.parsing import holdable

ZOOM = 80
LARGEST = "1E+300"
"""The largest number that cells accept."""
POINTS, CHARACTERS = 0.75, 1 / 7
"""The height of a pixel in points, and its width in characters of the standard font."""


def set_up(sheet: Worksheet, widths: list[int], header: int) -> None:
    """Set the sizes of a sheet, and print it on landscape pages that fit its width.

    Args:
        sheet: the sheet.
        widths: the width of each column in pixels, from A on.
        header: the row that is repeated on every printed page, or 0. Rows down to this one get
            the standard height.
    """
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[letters(column)].width = width * CHARACTERS
    for row in range(1, header + 1):
        sheet.row_dimensions[row].height = ROW_HEIGHT * POINTS
    sheet.sheet_view.zoomScale = sheet.sheet_view.zoomScaleNormal = ZOOM
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.page_margins.header = sheet.page_margins.footer = 0.25
    if header:
        sheet.print_title_rows = f"{header}:{header}"
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def set_value(cell: Cell, value: float | str) -> None:
    """Set the value of a cell. A text that looks like a formula stays a text."""
    if isinstance(value, str):
        cell.value = holdable(value)
        cell.data_type = "s"
    else:
        cell.value = value


def accept_positive(sheet: Worksheet, cells: Iterable[str], name: str, follows: str) -> None:
    """Make cells accept only numbers above 0, and tell users who select one to change it."""
    rule = DataValidation("decimal", operator="greaterThan", formula1="0")
    _accept(sheet, rule, cells, (name, f"{name}: a number greater than 0.", follows))


def accept_numbers(sheet: Worksheet, cells: Iterable[str], name: str, follows: str) -> None:
    """Make cells accept only numbers, and tell users who select one to change it."""
    rule = DataValidation("decimal", operator="between", formula1="-" + LARGEST, formula2=LARGEST)
    _accept(sheet, rule, cells, (name, f"{name}: a number is needed here.", follows))


def accept_whole(sheet: Worksheet, cell: str, name: str, ends: tuple[int, int]) -> None:
    """Make a cell accept only whole numbers within `ends`, and tell users who select it."""
    first, last = map(str, ends)
    rule = DataValidation("whole", operator="between", formula1=first, formula2=last)
    texts = (name, f"A whole number from {first} to {last}.", "everything on this tab follows.")
    _accept(sheet, rule, [cell], texts)


def _accept(
    sheet: Worksheet, rule: DataValidation, cells: Iterable[str], texts: tuple[str, str, str]
) -> None:
    name, mistake, follows = texts
    rule.errorTitle = rule.promptTitle = name
    rule.error, rule.prompt = mistake, f"May be changed: {follows}"
    rule.showErrorMessage = rule.showInputMessage = True
    rule.allowBlank = False
    # All at once: openpyxl compares each cell that is added with all that it has.
    rule.sqref = " ".join(area.reference for area in areas(map(place_of, cells)))
    sheet.add_data_validation(rule)


def add_chart(
    sheet: Worksheet,
    chart: ScatterChart | BarChart,
    area: Area,
    width: int,
    height: int = ROW_HEIGHT,
) -> None:
    """Add a chart that covers an area of cells, whose last one is so many pixels wide and high."""
    start = AnchorMarker(area.left - 1, 0, area.top - 1, 0)
    end = AnchorMarker(area.right - 1, (width - 1) * EMU, area.bottom - 1, (height - 1) * EMU)
    chart.anchor = TwoCellAnchor(_from=start, to=end)
    sheet.add_chart(chart)
