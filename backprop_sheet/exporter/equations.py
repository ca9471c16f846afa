"""The equations of the tab Step: a row for each, in symbols, with numbers, and its result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.layout import CHARACTER_WIDTH, number_text
from backprop_sheet.formula import EXCEL, PLAIN, Name, Tree, names, value_of, write
from backprop_sheet.network import Kind, Network
from backprop_sheet.ooxml.addresses import letters

SIGNIFICANT = 9
"""Significant digits of numbers in equations: enough for the results beside them."""
TEXTS_NOTE = "numbers as text, for the equations"
ERRORS = (Kind.ERROR, Kind.TOTAL)
SOME_NUMBER = "0.123456789"
"""A number of the usual length."""
BESIDE, MOST_TEXT = 1800, 4000
"""The most pixels for symbols and numbers beside each other, else numbers stand in the row below;
and the most that a printed page has for them."""
PADDING = 16
"""Pixels between two texts."""


class Columns(NamedTuple):
    """Where the parts of an equation stand, after its name in the first column.

    Where symbols and numbers have the same column, the numbers are in the row below.
    """

    symbols: int
    numbers: int
    result: int
    last: int

    @property
    def rows(self) -> int:
        """The rows of an equation."""
        return 2 if self.symbols == self.numbers else 1


SPACIOUS = Columns(symbols=4, numbers=10, result=17, last=17)
"""The columns where all texts fit into them."""
RESULT = 2
"""The column of results where they do not: before the texts, which may then be of any length."""


def text_width(text: str) -> float:
    """The width of a text in pixels, roughly."""
    return CHARACTER_WIDTH * len(text)


def bracketed(number: float) -> str:
    """A number as a spreadsheet joins it to a text; in brackets if it is negative."""
    text = number_text(number, SIGNIFICANT)
    return f"({text})" if number < 0 else text


class Line(NamedTuple):
    """An equation: the name on its left, its formula in symbols, and as a tree."""

    label: str
    symbols: str
    tree: Tree


class Equations:
    """Writes equations, all of a tab in the same columns.

    Attributes:
        columns: the columns.
    """

    def __init__(
        self,
        cells: Cells,
        network: Network,
        reference: Callable[[str], str],
        numbers: Mapping[str, float],
        width: Callable[[int], float],
    ) -> None:
        """Start without equations.

        Args:
            cells: the cells of the tab; those of quantities are named.
            network: the network.
            reference: gives the cell of a quantity, or a formula for its number.
            numbers: the numbers of quantities without a cell.
            width: gives the width of a column in pixels.
        """
        self.columns = SPACIOUS
        self._cells, self._network = cells, network
        self._reference, self._numbers, self._width = reference, numbers, width
        self._written: list[tuple[int, Tree]] = []

    def line(self, name: str) -> Line:
        """The equation of a derived quantity."""
        quantity = self._network.derived[name]
        short = f"{quantity.short} = " if quantity.short else ""
        symbols = short + self.text(quantity.formula)
        return Line(self._network.text(name), symbols, quantity.formula)

    def text(self, tree: Tree) -> str:
        """A formula in symbols."""
        return write(tree, PLAIN, self._network.text)

    def arrange(self, lines: Sequence[Line], first: int = 0) -> None:
        """Choose the columns by the longest equations.

        Args:
            lines: the equations that will be written.
            first: the first column for formulas; 0 to try the spacious columns first.
        """
        symbols = max(text_width(line.symbols) for line in lines)
        numbers = max(text_width(write(line.tree, PLAIN, lambda _: SOME_NUMBER)) for line in lines)
        fits = symbols < self._between(SPACIOUS.symbols, SPACIOUS.numbers)
        if not first and fits and numbers < self._between(SPACIOUS.numbers, SPACIOUS.result):
            return
        first = first or SPACIOUS.symbols
        second = self._after(first, symbols) if symbols + numbers <= BESIDE else first
        longest = min(MOST_TEXT, numbers if second > first else max(symbols, numbers))
        self.columns = Columns(first, second, RESULT, self._after(second, longest) - 1)

    def _between(self, start: int, end: int) -> float:
        """The width of the columns from one to before another."""
        return sum(self._width(column) for column in range(start, end))

    def _after(self, column: int, width: float) -> int:
        """The first column after a text that begins in a column."""
        left = width + PADDING
        while left > 0:
            left -= self._width(column)
            column += 1
        return column

    def write(self, top: int, title: str, names: Sequence[str]) -> int:
        """Write a row for the equation of each quantity. Returns the last row."""
        cells, result = self._cells, self.columns.result
        self.header(top, {1: title, result: "result"})
        for row, name in self.rows(top + 1, names):
            line, kind = self.line(name), self._network.quantities[name].kind
            self.write_line(row, line)
            if name in cells.addresses:
                shown = "step number" if kind in ERRORS else "step value"
                place, value = cells.address_of(name), cells.values[name]
                cells.write_formula(row, result, shown, place, value)
            else:
                cells.write_named(name, row, result, "step number", *self.computed(line.tree))
        return top + len(names) * self.columns.rows

    def rows(self, top: int, names: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The row of each equation."""
        yield from zip(count(top, self.columns.rows), names, strict=False)

    def header(self, row: int, texts: dict[int, str]) -> None:
        """Write the names over the columns of equations; `texts` are those of single columns."""
        columns = self.columns
        all_ = texts | {columns.numbers: "with numbers", columns.symbols: "in symbols"}
        if columns.rows > 1:
            all_[columns.symbols] = "in symbols and, below, with numbers"
        for column in range(1, columns.last + 1):
            numeric = column != 1 and column in texts
            style = "compare header" if numeric else "step header"
            self._cells.write(row, column, style, all_.get(column, ""))

    def write_line(self, row: int, line: Line) -> None:
        """Write an equation without its result."""
        self._cells.write(row, 1, "step label", line.label)
        self._cells.write(row, self.columns.symbols, "step text", line.symbols)
        self._written.append((row + self.columns.rows - 1, line.tree))

    def computed(self, tree: Tree) -> tuple[str, float]:
        """A formula over the cells of the tab, and its value."""
        return write(tree, EXCEL, self._reference), value_of(tree, self._number_of)

    def _number_of(self, leaf: Name) -> float:
        values = self._cells.values
        return values[leaf.id] if leaf.id in values else self._numbers[leaf.id]

    def write_texts(self, column: int) -> None:
        """Write a column with each number as text, and the equations that are joined from them.

        A number that is joined to a text appears in the reader's locale. The function TEXT would
        need a format code, which depends on the locale as well.
        """
        cells, spelled = self._cells, {}
        used = dict.fromkeys(name for _, tree in self._written for name in names(tree))
        cells.write(1, column, "hint", TEXTS_NOTE)
        for row, name in enumerate(used, start=2):
            place = cells.address_of(name)
            digits = f"IF({place}=0,0,{SIGNIFICANT - 1}-INT(LOG10(ABS({place}))))"
            text = f'ROUND({place},{digits})&""'
            cells.write_formula(
                row,
                column,
                "compare helper",
                f'IF({place}<0,"("&{text}&")",{text})',
                bracketed(cells.values[name]),
            )
            spelled[name] = f"${letters(column)}${row}"
        for row, tree in self._written:
            self._write_with_numbers(row, tree, spelled)

    def _write_with_numbers(self, row: int, tree: Tree, spelled: dict[str, str]) -> None:
        mark = "\0"
        parts, text = [], ""
        pieces = write(tree, PLAIN, lambda name: f"{mark}{name}{mark}").split(mark)
        for number, piece in enumerate(pieces):
            if number % 2:
                parts.append(spelled[piece])
                text += bracketed(self._cells.values[piece])
            elif piece:
                parts.append(f'"{piece}"')
                text += piece
        self._cells.write_formula(row, self.columns.numbers, "step text", "&".join(parts), text)
