"""How the sheet of a training is printed: its scale, its pages, and what each of them repeats."""

from collections.abc import Iterator
from math import ceil

from openpyxl.worksheet.pagebreak import Break, ColBreak, RowBreak
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter.layout import NAMES_ROW, ROW_HEIGHT, Layout
from backprop_sheet.ooxml.addresses import Area, letters

SCALE = 70
"""In per cent: letters of 9 points, the smallest of a sheet, are printed with 6.3."""
PAGE_WIDTH, PAGE_HEIGHT = 950, 650
"""What A4 and Letter have room for, in pixels at full size; the margins are those of `page`."""
ROWS_OF_PAGE = 76
"""Rows of the original's sheet on a page, a few more than there is room for: rather than a page
with hardly any rows, all get a little smaller."""
MOST_BREAKS = 1000
"""Excel takes no more than 1,026 breaks."""


def set_up(sheet: Worksheet, layout: Layout) -> None:
    """Set how a sheet is printed.

    The original is as wide as the page. Others take as many pages as they need, and each repeats
    the names of the columns and the epochs.
    """
    if layout.as_original:
        sheet.page_setup.fitToHeight = ceil(layout.last_row / ROWS_OF_PAGE)
        return
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = SCALE
    sheet.print_title_cols = f"A:{letters(layout.frozen)}"
    right = max(layout.table_area.right, (layout.accuracy_chart or layout.chart).right)
    sheet.print_area = Area(1, NAMES_ROW + 1, right, layout.last_row).reference
    sheet.row_breaks = RowBreak(brk=[Break(id=row) for row in _last_rows(layout)])
    columns = [Break(id=column) for column in _last_columns(layout, right)]
    sheet.col_breaks = ColBreak(brk=columns)


def _last_rows(layout: Layout) -> Iterator[int]:
    """The last row of each page but the last; all pages after the first have as many rows."""
    room = PAGE_HEIGHT * 100 // SCALE // ROW_HEIGHT
    first = NAMES_ROW + room
    rest = layout.last_row - first
    if rest <= 0:
        return
    pages = ceil(rest / (room - 1))  # the header is repeated
    if pages > MOST_BREAKS:
        return
    rows = ceil(rest / pages)
    yield from range(first, layout.last_row, rows)


def _last_columns(layout: Layout, right: int) -> Iterator[int]:
    """The last column of each page but the last. The first has room for the pictures."""
    room = PAGE_WIDTH * 100 // SCALE
    pictures = (layout.accuracy_chart or layout.chart).right
    frozen = sum(map(layout.width, range(1, layout.frozen + 1)))
    rest = sum(map(layout.width, range(layout.frozen + 1, right + 1)))
    pages = ceil(rest / (room - frozen))
    share, taken = rest / pages, 0
    for column in range(layout.frozen + 1, right + 1):
        width = layout.width(column)
        full = taken + width > (share + width / 2 if column > pictures else room - frozen)
        if taken and (full or taken + width > room - frozen):
            yield column - 1
            taken = 0
        taken += width
