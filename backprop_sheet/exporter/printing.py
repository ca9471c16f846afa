"""How the sheet of a training is printed: its scale, its pages, and what each of them repeats."""

from collections.abc import Iterator, Sequence
from math import ceil

from openpyxl import Workbook
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
NARROW = 0.25
"""The original's margins on the left and right, in inches. With wider ones, its chart would have
letters of less than 6 points."""
A3_TO_A4 = 1.41
"""How much wider and higher A3 is, rounded down."""
MOST_BREAKS = 1000
"""Excel takes no more than 1,026 breaks."""


def set_up(sheet: Worksheet, layout: Layout) -> None:
    """Set how the sheet of a training is printed.

    The original is as wide as the page: on A3 its smallest letters have 6 points, and a printer
    without A3 makes it fit its own paper. Others take as many pages as they need, and each repeats
    the names of the columns and the epochs.
    """
    if layout.as_original:
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
        sheet.page_setup.fitToHeight = ceil(layout.last_row / ROWS_OF_PAGE)
        sheet.page_margins.left = sheet.page_margins.right = NARROW
        return
    area = Area(1, NAMES_ROW + 1, layout.last_column, layout.last_row)
    widths = [layout.width(column) for column in range(1, layout.last_column + 1)]
    over_pages(sheet, area, widths, layout.frozen, layout.pictures_end)


def over_pages(
    sheet: Worksheet, area: Area, widths: Sequence[int], frozen: int, together: int
) -> None:
    """Print a wide table over several pages, in letters that can be read.

    Args:
        sheet: the sheet, whose header is repeated already.
        area: what is printed, from column A on.
        widths: the widths of its columns in pixels.
        frozen: how many columns on the left are repeated on each page.
        together: the last column that has to be on the first page.
    """
    at_scale(sheet, SCALE)
    sheet.print_title_cols = f"A:{letters(frozen)}"
    sheet.print_area = area.reference
    sheet.row_breaks = RowBreak(brk=[Break(id=row) for row in _last_rows(area)])
    columns = _last_columns(widths, frozen, together)
    sheet.col_breaks = ColBreak(brk=[Break(id=column) for column in columns])


def on_one_paper(book: Workbook) -> None:
    """Print all tabs on A3 if one needs it: printers ask about each change of paper.

    Pages have the same rows and columns as on A4, in larger letters.
    """
    largest = int(Worksheet.PAPERSIZE_A3)
    others = [sheet for sheet in book.worksheets if sheet.page_setup.paperSize != largest]
    if len(others) == len(book.worksheets):
        return
    for sheet in others:
        sheet.page_setup.paperSize = largest
        if sheet.page_setup.scale:
            sheet.page_setup.scale = round(sheet.page_setup.scale * A3_TO_A4)


def at_scale(sheet: Worksheet, scale: int) -> None:
    """Print at a scale in per cent, on as many pages as that takes."""
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = scale


def _last_rows(area: Area) -> Iterator[int]:
    """The last row of each page but the last; all pages after the first have as many rows."""
    room = PAGE_HEIGHT * 100 // SCALE // ROW_HEIGHT
    first = area.top + room - 1
    pages = ceil((area.bottom - first) / (room - 1))  # the header is repeated
    if 0 < pages <= MOST_BREAKS:
        yield from range(first, area.bottom, ceil((area.bottom - first) / pages))


def _last_columns(widths: Sequence[int], frozen: int, together: int) -> Iterator[int]:
    """The last column of each page but the last; all pages are about as wide."""
    room = PAGE_WIDTH * 100 // SCALE - sum(widths[:frozen])
    share, taken = _share(widths[frozen:], room), 0.0
    for column, width in enumerate(widths[frozen:], start=frozen + 1):
        full = taken + width / 2 > share and column > together + 1
        if taken and (full or taken + width > room):
            yield column - 1
            taken = 0
        taken += width


def _share(widths: Sequence[int], room: int) -> float:
    """The width of a page if all pages are equally wide."""
    return sum(widths) / ceil(sum(widths) / room)
