"""The equations of the tab Step: each in symbols, with numbers, and its result."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from backprop_sheet.exporter.cells import MIDDLE, Cells
from backprop_sheet.exporter.formats import WHOLE
from backprop_sheet.exporter.layout import number_text
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.formula import PLAIN, Name, Tree, in_cell, names, value_of, write
from backprop_sheet.network import Kind, Network
from backprop_sheet.ooxml.addresses import letters

SIGNIFICANT = 7
"""Significant digits of numbers in equations: enough for all digits of the results beside them."""
ABOVE = 400
"""What makes the logarithm of any number positive."""
TEXTS_NOTE = "numbers as text, for the equations"
ERRORS = (Kind.ERROR, Kind.TOTAL)
VALUE_STYLES = {
    **dict.fromkeys(ERRORS, "step number"),
    **dict.fromkeys((Kind.SETTING, Kind.INPUT, Kind.TARGET, Kind.MEASURE, *WHOLE), "setting fixed"),
}
"""The styles of numbers that are not usual values, by their kinds."""
SIGNIFICANT_OF_WHOLE = 15
"""The same of seeds and the like, whose every digit counts: as many as spreadsheets show."""
SOME_NUMBER = "(-1.234567E-05)"
"""A number that is as long as any."""
MOST_BESIDE = 4
"""The most lines of symbols and numbers beside each other; else numbers stand below symbols."""


class Columns(NamedTuple):
    """Where the parts of an equation stand, after its name in the first column.

    Attributes:
        symbols: the first column of the equation in symbols.
        numbers: the first column of that with numbers, up to which the symbols have room.
        last: the last column of that with numbers.
        result: the column of the result.
    """

    symbols: int
    numbers: int
    last: int
    result: int

    @property
    def end(self) -> int:
        """The last column."""
        return max(self.last, self.result)


ENDS, BEGINS = ("(", ", "), (")", ",")
"""What stands before and behind a number that needs no brackets of its own."""
UNBRACKETED = 'SUBSTITUTE(SUBSTITUTE({},"(",""),")","")'


def bracketed(number: float, digits: int = SIGNIFICANT) -> str:
    """A number as a spreadsheet joins it to a text; in brackets if it is negative."""
    text = number_text(number, digits)
    return f"({text})" if number < 0 else text


class Line(NamedTuple):
    """An equation: the name on its left, its formula in symbols, and as a tree."""

    label: str
    symbols: str
    tree: Tree


class Equations:
    """Writes equations, all of a tab in the same columns.

    Attributes:
        paragraphs: the texts of the tab.
    """

    def __init__(
        self,
        cells: Cells,
        network: Network,
        reference: Callable[[str], str],
        numbers: Mapping[str, float],
        paragraphs: Paragraphs,
        columns: Columns,
    ) -> None:
        """Start without equations.

        Args:
            cells: the cells of the tab; those of quantities are named.
            network: the network.
            reference: gives the cell of a quantity, or a formula for its number.
            numbers: the numbers of quantities without a cell.
            paragraphs: the texts of the tab.
            columns: where the parts of an equation stand.
        """
        self._cells, self._network, self._columns = cells, network, columns
        self._reference, self._numbers, self.paragraphs = reference, numbers, paragraphs
        self._written: list[tuple[int, int, Tree]] = []
        self._stacked = False

    def line(self, name: str) -> Line:
        """The equation of a derived quantity."""
        quantity = self._network.derived[name]
        short = f"{quantity.short} = " if quantity.short else ""
        symbols = short + self.text(quantity.formula)
        return Line(self._network.text(name), symbols, quantity.formula)

    def text(self, tree: Tree) -> str:
        """A formula in symbols."""
        return write(tree, PLAIN, self._known)

    def _known(self, name: str) -> str:
        quantities = self._network.quantities
        return self._network.text(name) if name in quantities else name

    def arrange(self, lines: Sequence[Line]) -> None:
        """Put numbers below symbols if the longest equations need many lines beside each other."""
        first, second, last, _ = self._columns
        symbols = max(self.paragraphs.lines(line.symbols, first, second - 1) for line in lines)
        numbers = max(self.paragraphs.lines(_longest(line), second, last) for line in lines)
        self._stacked = max(symbols, numbers) > MOST_BESIDE

    def write(self, top: int, title: str, names: Sequence[str]) -> int:
        """Write the equation of each quantity. Returns the last row."""
        cells, result = self._cells, self._columns.result
        self.header(top, {1: title, result: "result"})
        row = top
        for name in names:
            row, line, kind = row + 1, self.line(name), self._network.quantities[name].kind
            if name in cells.addresses:
                shown = VALUE_STYLES.get(kind, "step value")
                place, value = cells.address_of(name), cells.values[name]
                cells.write_formula(row, result, shown, place, value)
            else:
                shown = VALUE_STYLES.get(kind, "step number")
                cells.write_named(name, row, result, shown, *self.computed(line.tree))
            row = self.write_line(row, line)
        return row

    def header(self, row: int, texts: dict[int, str]) -> None:
        """Write the names over the columns of equations; `texts` are those of single columns."""
        columns = self._columns
        self._cells.keep_together(row, row + 1)
        all_ = texts | {columns.numbers: "with numbers", columns.symbols: "in symbols"}
        if self._stacked:
            all_ |= {columns.symbols: "in symbols and, below, with numbers", columns.numbers: ""}
        for column in range(1, columns.end + 1):
            numeric = column != 1 and column in texts
            style = "compare header" if numeric else "step header"
            self._cells.write(row, column, style, all_.get(column, ""))

    def write_line(self, row: int, line: Line) -> int:
        """Write an equation without its result. Returns its last row."""
        cells, paragraphs = self._cells, self.paragraphs
        first, second, last, _ = self._columns
        cells.write(row, 1, "step label", line.label)
        cells.write(row, first, "step text", line.symbols)
        end = last if self._stacked else second - 1
        below = paragraphs.fit(row, line.symbols, first, end)
        place = (below + 1, first) if self._stacked else (row, second)
        needed = paragraphs.lines(_longest(line), place[1], last)
        bottom = paragraphs.place(place[0], place[1], last, needed)
        named = paragraphs.fit(row, line.label, 1)
        self._written.append((*place, line.tree))
        end = max(below, bottom, named)
        cells.keep_together(row, end)
        return end

    def computed(self, tree: Tree) -> tuple[str, float]:
        """A formula over the cells of the tab, and its value."""
        return in_cell(tree, self._reference), value_of(tree, self._number_of)

    def _number_of(self, leaf: Name) -> float:
        values = self._cells.values
        return values[leaf.id] if leaf.id in values else self._numbers[leaf.id]

    def write_texts(self, column: int) -> None:
        """Write a column with each number as text, and the equations that are joined from them.

        A number that is joined to a text appears in the reader's locale. The function TEXT would
        need a format code, which depends on the locale as well.
        """
        cells, spelled = self._cells, {}
        used = dict.fromkeys(name for *_, tree in self._written for name in names(tree))
        cells.write(1, column, "hint", TEXTS_NOTE)
        for row, name in enumerate(used, start=2):
            place = cells.address_of(name)
            # Some programs cut off in INT, which is the same above 0 only.
            significant = self._significant(name)
            digits = f"{significant - 1 + ABOVE}-INT(LOG10(ABS({place}))+{ABOVE})"
            text = f'ROUND({place},{digits})&""'
            cells.write_formula(
                row,
                column,
                "compare helper",
                # Some programs would write a 0 with a sign.
                f'IF({place}=0,"0",IF({place}<0,"("&{text}&")",{text}))',
                bracketed(cells.values[name], significant),
            )
            spelled[name] = f"${letters(column)}${row}"
        for row, first, tree in self._written:
            self._write_with_numbers(row, first, tree, spelled)

    def _significant(self, name: str) -> int:
        """How many significant digits a number has in equations."""
        quantity = self._network.quantities.get(name)
        return SIGNIFICANT_OF_WHOLE if quantity and quantity.kind in WHOLE else SIGNIFICANT

    def _write_with_numbers(
        self, row: int, column: int, tree: Tree, spelled: dict[str, str]
    ) -> None:
        mark = "\0"
        parts, text = [], ""
        pieces = write(tree, PLAIN, lambda name: f"{mark}{name}{mark}").split(mark)
        for number, piece in enumerate(pieces):
            if number % 2:
                value, place = self._cells.values[piece], spelled[piece]
                # tanh(-0.5), not tanh((-0.5)).
                alone = pieces[number - 1].endswith(ENDS) and pieces[number + 1].startswith(BEGINS)
                parts.append(UNBRACKETED.format(place) if alone else place)
                digits = self._significant(piece)
                text += number_text(value, digits) if alone else bracketed(value, digits)
            elif piece:
                parts.append(f'"{piece}"')
                text += piece
        # Alone in its row, it stands close to the symbols above.
        height = "top" if self._stacked else MIDDLE
        self._cells.write_formula(row, column, "step text", "&".join(parts), text, height)


def _longest(line: Line) -> str:
    """An equation with numbers that are as long as any."""
    return write(line.tree, PLAIN, lambda _: SOME_NUMBER)
