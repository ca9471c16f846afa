"""Texts that are broken into lines: over which columns each stands, and how high its rows are.

Spreadsheet programs fit the height of a row to its texts only while one types, and never to merged
cells: heights are reckoned here, from the widths of columns.
"""

from collections.abc import Callable
from math import ceil

from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.layout import ROW_HEIGHT
from backprop_sheet.exporter.lettering import lines_in, text_width
from backprop_sheet.ooxml.addresses import Area

MOST_LINES = 25
"""The most lines in a row: Excel's rows are at most 409 points high."""


class Paragraphs:
    """The texts of a tab that are broken into lines."""

    def __init__(self, sheet: Worksheet, width: Callable[[int], float]) -> None:
        """Start without texts; `width` gives the width of a column in pixels."""
        self._sheet, self._width = sheet, width
        self._lines: dict[int, int] = {}

    @property
    def heights(self) -> dict[int, float]:
        """The height of each row with more than one line, in points."""
        return {row: page.POINTS * ROW_HEIGHT * lines for row, lines in self._lines.items()}

    def lines(self, text: str, first: int, last: int) -> int:
        """The lines that a text needs in the columns from one to another."""
        return lines_in(text, self.width(first, last))

    def width(self, first: int, last: int) -> float:
        """The width of the columns from one to another, in pixels."""
        return sum(self._width(column) for column in range(first, last + 1))

    def fits(self, text: str, first: int, last: int) -> bool:
        """Whether a text fits into a line."""
        return text_width(text) <= self.width(first, last)

    def place(self, row: int, first: int, last: int, lines: int) -> int:
        """Make room for a text in a row and, if its lines are too many, in those below it.

        Returns:
            The last of these rows.
        """
        rows = ceil(lines / MOST_LINES)
        end = row + rows - 1
        for number in range(row, end + 1):
            needed = ceil(lines / rows)
            if needed > 1:
                self._lines[number] = max(self._lines.get(number, 1), needed)
        if last > first or rows > 1:
            area = Area(first, row, last, end)
            self._sheet.merged_cells.ranges.add(CellRange(area.reference))
        return end

    def fit(self, row: int, text: str, first: int, last: int = 0) -> int:
        """Make room for a text that is known now. Returns the last of its rows."""
        last = max(first, last)
        return self.place(row, first, last, self.lines(text, first, last))
