"""What the references of a formula mean in the table they stand in.

A name of the result is a quantity and how many rows above it stands, ``eta``, or a cell outside
the table, as it is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop_sheet.checker.excel import REFERENCE, NotArithmetic, read
from backprop_sheet.checker.header import Header
from backprop_sheet.checker.pace import Pace
from backprop_sheet.formula import Name, Tree, leaves, renamed
from backprop_sheet.network import RATE
from backprop_sheet.ooxml.addresses import column_of
from backprop_sheet.ooxml.book import Sheet
from backprop_sheet.ooxml.sheet import Cell, Row

_CELL = re.compile(r"(\$?\b[A-Za-z]{1,3})(\$?)(\d{1,7})\b(?!\()")

_DEEPEST = 8
"""Helper cells that lead to helper cells."""


@dataclass(frozen=True, slots=True)
class Outside(Name):
    """A cell outside the table, as it is written: ``$B$15``."""


@dataclass
class Place:
    """Where a table stands, and what is around it.

    Attributes:
        sheet: where it is.
        header: the table's columns.
        header_row: the row of the header.
        kept: the quantities that are the same in every row.
        eta_column: a column that holds the learning rate, if there is one.
        eta_cell: the cell (row, column) that holds it, once it is known.
        outside: the cells outside of tables.
        defined: the workbook's defined names that stand for one cell.
        rows: the current row and the one above.
        above: the number of the row above, of the table: there may be others between.
        pace: how long its formulas may be looked into.
    """

    sheet: Sheet
    header: Header
    header_row: int
    kept: frozenset[str]
    outside: Mapping[tuple[int, int], Cell]
    defined: Mapping[str, str] = field(default_factory=dict)
    eta_column: int | None = None
    eta_cell: tuple[int, int] | None = None
    rows: dict[int, Row] = field(default_factory=dict)
    above: int = 0
    pace: Pace = field(default_factory=Pace)

    def meaning(self, formula: str, row: int) -> Tree:
        """The tree of a formula in a row, in the names of the network.

        Raises:
            NotArithmetic: it cannot be read.
        """
        return self.named(read(formula), row)

    def named(self, tree: Tree, row: int, depth: int = 0) -> Tree:
        """The tree with quantities in place of references."""
        return renamed(tree, lambda name: self._named(name.id, row, depth))

    def _named(self, reference: str, row: int, depth: int) -> Tree:
        where = self.where(reference)
        if where is None:
            return Outside(reference)
        if where == self.eta_cell:
            return Name(RATE)
        if where[0] > self.header_row:
            if where[1] == self.eta_column:
                return Name(RATE)
            name = self.header.names.get(where[1])
            if name is not None:
                return Name(name, 0 if name in self.kept else self.above_by(where[0], row))
        helper = self.rows.get(where[0], {}).get(where[1])
        if helper is not None and helper.formula and depth < _DEEPEST:
            try:
                return self.named(read(helper.formula), row, depth + 1)
            except NotArithmetic:
                pass
        return Outside(reference)

    def above_by(self, there: int, here: int) -> int:
        """How many rows of the table one is above another; rows between them do not count."""
        return here - there if there >= here or not self.above else self.above + 1 - there

    def outside_of(self, name: Name) -> tuple[int, int] | None:
        """The row and column of a cell outside the table, by its name in a tree."""
        return self.where(name.id) if isinstance(name, Outside) else None

    def where(self, reference: str) -> tuple[int, int] | None:
        """The row and column of a reference into this sheet; None for any other."""
        match = REFERENCE.fullmatch(self.defined.get(reference.casefold(), reference))
        if match is None or (match[1] and match[1].strip("'") != self.sheet.title):
            return None
        return int(match[5]), column_of(match[3])

    def numbers(self, tree: Tree) -> dict[Name, float]:
        """The numbers of the cells outside the table that a tree refers to.

        A blank cell counts as 0 in every spreadsheet.
        """
        found = {}
        for name in leaves(tree):
            if where := self.outside_of(name):
                value = self.cell(where).value
                if value is None or isinstance(value, float):
                    found[name] = value or 0.0
        return found

    def cell(self, where: tuple[int, int]) -> Cell:
        """What a cell holds, as far as it was kept."""
        here = self.rows.get(where[0], {}).get(where[1])
        return self.sheet.valued(here or self.outside.get(where) or Cell(None), *where)


def pattern(formula: str, row: int) -> str:
    """A formula as it is filled down a column: rows that are not anchored as distances."""
    return _CELL.sub(
        lambda match: match[0] if match[2] else f"{match[1]}[{int(match[3]) - row}]", formula
    )
