"""How sheets are printed: their scale, their pages, and what each of them repeats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.worksheet.pagebreak import Break, ColBreak, RowBreak
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.errors import counted
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.layout import NAMES_ROW, ROW_HEIGHT, Layout
from backprop_sheet.exporter.page import POINTS
from backprop_sheet.ooxml.addresses import Area, letters

SCALE = 70
"""In per cent: letters of 9 points, the smallest of a sheet, are printed with 6.3."""
PAGE_WIDTH, PAGE_HEIGHT = 950, 650
"""What A4 and Letter have room for, in pixels at full size; the margins are those of `page`."""
FULL_HEIGHT = 680
"""The same height with less to spare, for rows whose heights are stated."""
LEAST, SAVING = 55, 3
"""The least scale at which letters of 11 points are printed with 6, and how much smaller a tab may
become to save a page, in per cent."""
ROWS = PAGE_HEIGHT * 100 // SCALE // ROW_HEIGHT
"""The rows of a page."""
ROWS_OF_PAGE = 76
"""Rows of the original's sheet on a page, a few more than there is room for: rather than a page
with hardly any rows, all get a little smaller."""
NARROW = 0.25
"""The original's margins on the left and right, in inches. With wider ones, its chart would have
letters of less than 6 points."""
A3_TO_A4 = 1.41
"""How much wider and higher A3 is, rounded down."""
MOST_PAGES = 40
"""The most pages of a table that are printed as a whole, and of a part of it."""
PART_NOTE = (
    "Rows {rows}{columns} are printed, on {pages}. "
    "To print all, on about {whole:,}, clear the print area."
)
"""What is said where only a part is printed. Excel and LibreOffice both call it that."""


class Wide(NamedTuple):
    """A wide table, with what stands above it.

    Attributes:
        area: all cells, from column A on.
        widths: the widths of their columns in pixels.
        frozen: how many columns on the left are repeated on each page.
        together: the last column that has to be on the first page.
        first: the first row of the table.
        right: the last column of the table; beside it there may be more in its first rows.
        samples: how many rows belong together.
    """

    area: Area
    widths: Sequence[int]
    frozen: int
    together: int
    first: int
    right: int
    samples: int = 1


def set_up(sheet: Worksheet, layout: Layout) -> str:
    """Set how the sheet of a training is printed.

    The original is as wide as the page: on A3 its smallest letters have 6 points, and a printer
    without A3 makes it fit its own paper. Others take as many pages as they need, and each repeats
    the names of the columns and the epochs.

    Returns:
        What is to be said if only a part is printed.
    """
    if layout.as_original:
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
        sheet.page_setup.fitToHeight = ceil(layout.last_row / ROWS_OF_PAGE)
        sheet.page_margins.left = sheet.page_margins.right = NARROW
        return ""
    area = Area(1, NAMES_ROW + 1, layout.last_column, layout.last_row)
    widths = [layout.width(column) for column in range(1, layout.last_column + 1)]
    samples = len(layout.network.samples)
    places = layout.frozen, layout.pictures_end, layout.first_row, layout.table_area.right
    return over_pages(sheet, Wide(area, widths, *places, samples))


def over_pages(sheet: Worksheet, wide: Wide) -> str:
    """Print a wide table, whose header is repeated already, in letters that can be read.

    Of a table of very many pages the first epochs and the last are printed, and of one with very
    many columns the first ones.

    Returns:
        What is to be said if only a part is printed.
    """
    at_scale(sheet, SCALE)
    sheet.print_title_cols = f"A:{letters(wide.frozen)}"
    area = wide.area
    rows = list(_last_rows(area))
    columns = list(_last_columns(wide.widths, wide.frozen, wide.together))
    parts, whole = [area], (len(rows) + 1) * (len(columns) + 1)
    if whole > MOST_PAGES:
        parts = _parts(wide)
        if len(parts) > 1:
            rows = [row for row in rows[:1] if row < parts[0].bottom]
        across = MOST_PAGES // (len(rows) + len(parts))
        right = [*columns, area.right][:across][-1]
        columns = [column for column in columns if column < right]
        ends = (right, min(right, wide.right))
        parts = [replace(part, right=end) for part, end in zip(parts, ends, strict=False)]
    sheet.print_area = ",".join(part.reference for part in parts)
    sheet.row_breaks = RowBreak(brk=[Break(id=row) for row in rows])
    sheet.col_breaks = ColBreak(brk=[Break(id=column) for column in columns])
    if parts == [area]:
        return ""
    pages = len(rows) * (len(columns) + 1)
    pages += sum(1 + sum(column < part.right for column in columns) for part in parts)
    told = " and ".join(f"{max(wide.first, part.top)} to {part.bottom}" for part in parts)
    cut = f" of columns A to {letters(parts[0].right)}" if parts[0].right < area.right else ""
    return PART_NOTE.format(rows=told, columns=cut, pages=counted(pages, "page"), whole=whole)


def _parts(wide: Wide) -> list[Area]:
    """The first epochs that a page has room for, or two pages; and the last ones on another."""
    area, samples = wide.area, wide.samples
    first_break = next(_last_rows(area), area.bottom)
    one = first_break - wide.first + 1
    two = one + ROWS - 1
    end = wide.first - 1 + (one // samples * samples or two // samples * samples or two)
    start = area.bottom + 1 - ((ROWS - 1) // samples * samples or ROWS - 1)
    if start <= end + 1:
        return [area]
    return [replace(area, bottom=end), replace(area, top=start)]


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


def over_rows(
    sheet: Worksheet,
    cells: Cells,
    parts: Sequence[Area],
    width: int,
    heights: Mapping[int, float],
    least: int = LEAST,
) -> None:
    """Print parts of a tab in the width of a page, each on as many as its rows need.

    A page ends neither between rows that are to stand together nor above a blank row. All gets a
    little smaller where that saves a page, which would have hardly any rows.

    Args:
        sheet: the tab.
        cells: its cells.
        parts: what is printed, one below the other.
        width: what is to fit into the width of a page, in pixels.
        heights: the heights of rows that do not have the usual one, in points.
        least: the least scale, in per cent.
    """
    whole = min(100, 100 * PAGE_WIDTH // width)
    scales = range(whole, max(least, whole - SAVING) - 1, -1)
    ends = {scale: list(_ends(cells, parts, heights, scale)) for scale in scales or [whole]}
    scale = min(ends, key=lambda scale: len(ends[scale]))
    at_scale(sheet, scale)
    sheet.print_area = ",".join(part.reference for part in parts)
    sheet.row_breaks = RowBreak(brk=[Break(id=row) for row in ends[scale]])


def _ends(
    cells: Cells, parts: Sequence[Area], heights: Mapping[int, float], scale: int
) -> Iterator[int]:
    """The last row of each page but the last of each part."""
    filled = {entry.row for entry in cells.entries}
    kept = {row for rows in cells.together for row in rows[:-1]}
    usual, room = ROW_HEIGHT * POINTS, POINTS * FULL_HEIGHT * 100 / scale
    for part in parts:
        rows = range(part.top, part.bottom + 1)
        may_end = [row not in kept and row + 1 in filled for row in rows]
        needed = [heights.get(row, usual) for row in rows]
        yield from (rows[place] for place in page_ends(needed, may_end, room))


def page_ends(heights: Sequence[float], may_end: Sequence[bool], room: float) -> Iterator[int]:
    """The place of the last row of each page but the last.

    Args:
        heights: the height of each row.
        may_end: whether a page may end below a row. One that is full before it may end does.
        room: the height of a page.
    """
    begin, used, last = 0, 0.0, -1
    for row, height in enumerate(heights):
        while used + height > room and row > begin:
            end = last if last >= begin else row - 1
            yield end
            begin = end + 1
            used = sum(heights[begin:row])
        used += height
        last = row if may_end[row] else last


def at_scale(sheet: Worksheet, scale: int) -> None:
    """Print at a scale in per cent, on as many pages as that takes."""
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = scale


def _last_rows(area: Area) -> Iterator[int]:
    """The last row of each page but the last; all pages after the first have as many rows."""
    first = area.top + ROWS - 1
    pages = ceil((area.bottom - first) / (ROWS - 1))  # the header is repeated
    if pages > 0:
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
