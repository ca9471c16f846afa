"""A table as it stands in its sheet: its columns, its rows of cells, and what is around them.

Plain data that the later steps go by. The rows of a long table are handed on one by one, so only
the first of them are ever kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from backprop_sheet.checker.header import Header
from backprop_sheet.checker.rounding import EXACT, Digits
from backprop_sheet.network import RATE
from backprop_sheet.ooxml.addresses import Place, address
from backprop_sheet.ooxml.book import Sheet
from backprop_sheet.ooxml.sheet import Cell, Row

EMPTY = Cell(None)
GAP = 3
"""Blank rows that may follow a header, or stand between rows."""
FEW, MOST = 0.25, 0.6
"""Share of a table's cells below which a row is none of its rows; the same after a gap."""
FEWEST = 3
"""Numbers or formulas that the first row has."""
_ROWS = re.compile(r"[A-Za-z]\$?(\d+):\$?[A-Za-z]{1,3}\$?(\d+)")
"""The first row and the last of a range."""
_INDEX = re.compile(r"INDEX\([^,;()]*[,;]", re.IGNORECASE)
"""One cell of a range."""


class Line(NamedTuple):
    """A row of a table.

    Attributes:
        number: its row in the sheet.
        cells: all cells of that row.
        above: the row in the sheet of the table's row above, as others may stand between; 0 for the
            first.
        cells_above: the cells of that one.
    """

    number: int
    cells: Row
    above: int = 0
    cells_above: Mapping[int, Cell] = {}

    def cell(self, place: Place) -> Cell | None:
        """A cell of this row or the one above."""
        row, column = place
        if row == self.number:
            return self.cells.get(column)
        return self.cells_above.get(column) if row == self.above else None


class Rate(NamedTuple):
    """A learning rate.

    Attributes:
        value: its number.
        where: where it was found, in words.
        cell: the cell that holds it, if one does.
        column: the column that holds it in every row, if one does.
        elsewhere: the reference that formulas have for it, if its cell is on another sheet.
        against: what a label says that is another.
    """

    value: float
    where: str
    cell: Place | None = None
    column: int | None = None
    elsewhere: str = ""
    against: str = ""


@dataclass(frozen=True)
class Around:
    """What is on a sheet besides its tables, as far as it has been read.

    Attributes:
        sheet: the sheet.
        cells: the cells.
        rate_labels: those of them that say learning rate.
        defined: the cells that the workbook has a name for, by that name in lower case.
    """

    sheet: Sheet
    defined: Mapping[str, str]
    cells: dict[Place, Cell] = field(default_factory=dict)
    rate_labels: dict[Place, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A table, and what judging one of its rows takes besides the row.

    Attributes:
        header: its columns.
        top: the row of the header.
        around: what else is on the sheet.
        constant: the quantities that are the same in every row.
        first: its first row.
        last: its last row; 0 if that is not known yet.
        once: the constant quantities that stand in the first row only.
        labelled: a column that is headed learning rate, as long as it is not known whether it is.
        rate: the learning rate, if there is one.
        settings: the cells that hold other settings.
        digits: to how many digits each column is rounded; None if that is not known.
        pasted: the columns that hold numbers where formulas belong.
    """

    header: Header
    top: int
    around: Around
    constant: frozenset[str]
    first: int = 0
    last: int = 0
    once: frozenset[str] = frozenset()
    labelled: int | None = None
    rate: Rate | None = None
    settings: Mapping[Place, str] = field(default_factory=dict)
    digits: Mapping[str, Digits | None] = field(default_factory=dict)
    pasted: frozenset[str] = frozenset()

    @cached_property
    def rate_column(self) -> int | None:
        """The column that holds the learning rate."""
        return (self.rate and self.rate.column) or self.labelled

    @cached_property
    def rate_cell(self) -> Place | None:
        """The cell that holds the learning rate."""
        return self.rate and self.rate.cell

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each quantity, the learning rate's among them if it has one."""
        rate = {RATE: self.rate_column} if self.rate_column else {}
        return {**rate, **self.header.columns}

    def cell(self, place: Place, line: Line | None = None) -> Cell:
        """What a cell holds that is in a row of the table or outside of it."""
        found = (line and line.cell(place)) or self.around.cells.get(place) or EMPTY
        return self.around.sheet.valued(found, *place)

    def half(self, name: str, value: float) -> float:
        """Half a unit in the last place that values of a column have."""
        return (self.digits.get(name) or EXACT).half(value)


def _spans_rows(formula: str) -> bool:
    """Whether a formula takes several rows of a column, as what the rows come to does."""
    return any(first != last for first, last in _ROWS.findall(_INDEX.sub("", formula)))


class Lines:
    """Decides which rows of a sheet belong to a table.

    Attributes:
        last: the last of them so far; the header's, if there is none.
        gaps: the rows above which others were left out.
    """

    def __init__(self, header: Header, top: int) -> None:
        """Begin below a header."""
        self._columns, self._top = list(header.names), top
        self.last = top
        self.gaps: list[int] = []

    @property
    def empty(self) -> bool:
        """Whether it has no row so far."""
        return self.last == self._top

    def ended(self, number: int) -> bool:
        """Whether the table has ended above a row."""
        return number > self.last + 1 + GAP

    def take(self, number: int, row: Row) -> bool:
        """Whether a row belongs to the table.

        Units or words below the header do not, nor does a title between rows, or what the rows
        come to; more may follow.
        """
        follows = number == self.last + 1
        begun = self.last > self._top
        cells = [row[column] for column in self._columns if column in row]
        numbers = [c for c in cells if c.formula is not None or isinstance(c.value, float)]
        if begun:
            enough = len(numbers) >= (FEW if follows else MOST) * len(self._columns)
            ranges = sum(_spans_rows(c.formula) for c in numbers if c.formula is not None)
            belongs = enough and 2 * ranges <= len(numbers)
        else:
            belongs = len(numbers) >= FEWEST
        if belongs:
            if begun and not follows:
                self.gaps.append(number)
            self.last = number
        return belongs

    def area(self) -> str:
        """Where the table is, header included."""
        return f"{address(self._top, min(self._columns))}:{address(self.last, max(self._columns))}"
