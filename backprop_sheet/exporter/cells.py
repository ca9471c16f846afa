"""Cells that are written one by one, without openpyxl. Formulas refer to some of them by name."""

from collections.abc import Iterable

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.errors import InputError
from backprop_sheet.exporter.formats import DECIMALS, FORMATS
from backprop_sheet.exporter.look import style_index
from backprop_sheet.exporter.package import StyledCell
from backprop_sheet.formula import Tree, evaluate, in_cell
from backprop_sheet.ooxml.addresses import Area, letters

MIDDLE = "center"
"""Where the cells of a row stand, which may be higher than a line: in the middle of its height."""


class Cells:
    """The cells of a sheet that are written without openpyxl.

    Attributes:
        entries: the cells written so far.
        addresses: the absolute address of each named cell: ``$B$7``.
        values: the number in each named cell.
        styles: the number of each style that it uses.
        together: rows, from a first to a last one, that are to stand on one printed page.
    """

    def __init__(self, sheet: Worksheet) -> None:
        """Start without cells."""
        self.entries: list[StyledCell] = []
        self.addresses: dict[str, str] = {}
        self.values: dict[str, float] = {}
        self._sheet = sheet
        self.styles: dict[str, int] = {}
        self.together: list[range] = []
        self._shared = 0

    def write(self, row: int, column: int, style: str, content: float | str) -> None:
        """Write a text or a number."""
        self.entries.append(StyledCell(row, column, self._style_number(style), content))

    def keep_together(self, first: int, last: int) -> None:
        """Have rows stand on one printed page, such as a title and what is below it."""
        self.together.append(range(first, last + 1))

    def write_formula(
        self,
        row: int,
        column: int,
        style: str,
        text: str,
        value: float | str,
        height: str = MIDDLE,
    ) -> None:
        """Write a formula, without its equals sign, and its value; `height` as in `style_index`."""
        number = self._style_number(style, height)
        self.entries.append(StyledCell(row, column, number, text, _stored(value)))

    def write_shared(
        self, area: Area, style: str, text: str, values: Iterable[float | str]
    ) -> None:
        """Write a formula into all cells of an area, relative references moving along with them.

        Args:
            area: the cells.
            style: their style.
            text: the formula of the first cell, without its equals sign. It must not refer to
                another sheet: Excel loses such references in shared formulas.
            values: the value of each cell, row by row.
        """
        self._shared += 1
        number = self._style_number(style)
        for place, value in zip(area.places(), values, strict=True):
            first = place == (area.top, area.left)
            stored = _stored(value), self._shared
            own = (text, *stored, area.reference) if first else ("", *stored)
            self.entries.append(StyledCell(*place, number, *own))

    def write_named(
        self, name: str, row: int, column: int, style: str, text: str, value: float
    ) -> None:
        """Write a formula whose cell other formulas refer to by name."""
        self.write_formula(row, column, style, text, value)
        self.addresses[name] = f"${letters(column)}${row}"
        self.values[name] = value

    def write_computed(self, name: str, row: int, column: int, style: str, tree: Tree) -> None:
        """Write a formula over named cells, and give its own cell a name."""
        self.write_named(name, row, column, style, self.in_excel(tree), evaluate(tree, self.values))

    def in_excel(self, tree: Tree) -> str:
        """A formula over named cells, in a spreadsheet's notation.

        Raises:
            InputError: a name has no cell. Left as it is, ``w1`` would be read as an address.
        """
        return in_cell(tree, self.address_of)

    def address_of(self, name: str) -> str:
        """The absolute address of a named cell.

        Raises:
            InputError: there is no such cell.
        """
        if name not in self.addresses:
            raise InputError(f"the sheet {self._sheet.title} has no cell for {name!r}")
        return self.addresses[name]

    def _style_number(self, name: str, height: str = MIDDLE) -> int:
        key = name if height == MIDDLE else f"{name}, {height}"
        if key not in self.styles:
            form = DECIMALS if name in FORMATS else ""
            self.styles[key] = style_index(self._sheet, name, form, height)
        return self.styles[key]


def _stored(value: float | str) -> float | str:
    """The value of a formula as spreadsheet programs store it: they have no −0."""
    return value if isinstance(value, str) else value + 0.0
