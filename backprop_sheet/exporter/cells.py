"""Cells put down one by one, and the values that formulas among them refer to by name."""

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.errors import InputError
from backprop_sheet.exporter.look import style_index
from backprop_sheet.exporter.package import Entry
from backprop_sheet.formula import EXCEL, Tree, evaluate, write
from backprop_sheet.ooxml.addresses import letters


class Board:
    """The cells of a sheet that go past openpyxl.

    Attributes:
        cells: all of them so far.
        places: the cell of each named value, absolute: ``$B$7``.
        values: its number.
    """

    def __init__(self, sheet: Worksheet) -> None:
        """An empty board for a sheet."""
        self.cells: list[Entry] = []
        self.places: dict[str, str] = {}
        self.values: dict[str, float] = {}
        self._sheet = sheet
        self._styles: dict[str, int] = {}

    def put(self, row: int, column: int, style: str, content: float | str) -> None:
        """A text or a number."""
        self.cells.append(Entry(row, column, self._style(style), content))

    def formula(self, row: int, column: int, style: str, text: str, value: float | str) -> None:
        """A formula, without its equals sign, and what it gives."""
        self.cells.append(Entry(row, column, self._style(style), text, value))

    def named(self, name: str, row: int, column: int, style: str, text: str, value: float) -> None:
        """A formula whose cell others refer to by name."""
        self.formula(row, column, style, text, value)
        self.places[name] = f"${letters(column)}${row}"
        self.values[name] = value

    def computed(self, name: str, row: int, column: int, style: str, tree: Tree) -> None:
        """A formula in plain maths over named values, named itself."""
        self.named(name, row, column, style, self.excel(tree), evaluate(tree, self.values))

    def excel(self, tree: Tree) -> str:
        """A formula in plain maths, every name replaced by its cell.

        Raises:
            InputError: a name without a cell; it could be read as an address.
        """
        return write(tree, EXCEL, self.place)

    def place(self, name: str) -> str:
        """The cell of a name."""
        if name not in self.places:
            raise InputError(f"the sheet {self._sheet.title} has no cell for {name!r}")
        return self.places[name]

    def _style(self, name: str) -> int:
        if name not in self._styles:
            self._styles[name] = style_index(self._sheet, name)
        return self._styles[name]
