"""What the references of a formula mean in the table they stand in.

A name of the result is a quantity and how many rows above it stands, ``eta``, or a cell outside
the table, as it is written.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from backprop_sheet.checker.excel import REFERENCE, NotArithmetic, read
from backprop_sheet.checker.grid import Grid, Line
from backprop_sheet.formula import Name, Tree, leaves, renamed
from backprop_sheet.network import RATE
from backprop_sheet.ooxml.addresses import Place, column_of
from backprop_sheet.ooxml.sheet import Cell

_CELL = re.compile(r"(\$?\b[A-Za-z]{1,3})(\$?)(\d{1,7})\b(?!\()")

_DEEPEST = 8
"""Helper cells that lead to helper cells."""


@dataclass(frozen=True, slots=True)
class Outside(Name):
    """A cell outside the table, as it is written: ``$B$15``."""


def meaning(formula: str, grid: Grid, line: Line) -> Tree:
    """The tree of a formula in a row, in the names of the network.

    Raises:
        NotArithmetic: it cannot be read.
    """
    return _named(read(formula), grid, line, _DEEPEST)


def _named(tree: Tree, grid: Grid, line: Line, depth: int) -> Tree:
    """The tree with quantities in place of references, and what helper cells hold."""

    def meant(name: Name) -> Tree:
        place = place_of(name.id, grid)
        if place is None:
            is_rate = grid.rate is not None and name.id == grid.rate.elsewhere
            return Name(RATE) if is_rate else Outside(name.id)
        if (quantity := _quantity(place, grid, line)) is not None:
            return quantity
        helper = line.cell(place)
        if helper is not None and helper.formula and depth:
            try:
                return _named(read(helper.formula), grid, line, depth - 1)
            except NotArithmetic:
                pass
        return Outside(name.id)

    return renamed(tree, meant)


def _quantity(place: Place, grid: Grid, line: Line) -> Name | None:
    """The quantity that a cell holds; None outside the table."""
    row, column = place
    setting = RATE if place == grid.rate_cell else grid.settings.get(place)
    if setting:
        return Name(setting)
    if row <= grid.top or 0 < grid.last < row:
        return None
    if column == grid.rate_column:
        return Name(RATE)
    name = grid.header.names.get(column)
    if name is None:
        return None
    if name in grid.once and row in {line.number, line.above} and not _holds(line.cell(place)):
        return None
    # Rows between the table's rows do not count.
    skipped = line.number - line.above - 1 if line.above and row < line.number else 0
    return Name(name, 0 if name in grid.constant else line.number - row - skipped)


def _holds(cell: Cell | None) -> bool:
    """Whether a cell holds anything."""
    return cell is not None and cell.value is not None


def place_of(reference: str, grid: Grid) -> Place | None:
    """The row and column of a reference into the table's sheet; None for any other."""
    match = REFERENCE.fullmatch(grid.around.defined.get(reference.casefold(), reference))
    if match is None or (match[1] and match[1].strip("'") != grid.around.sheet.title):
        return None
    return int(match[5]), column_of(match[3])


def outside_numbers(tree: Tree, grid: Grid, line: Line) -> dict[Name, float]:
    """The numbers of the cells outside the table that a tree refers to.

    A blank cell counts as 0 in every spreadsheet.
    """
    found: dict[Name, float] = {}
    for name in leaves(tree):
        if isinstance(name, Outside) and (place := place_of(name.id, grid)):
            value = grid.cell(place, line).value
            if value is None or isinstance(value, float):
                found[name] = value or 0.0
    return found


def pattern(formula: str, row: int) -> str:
    """A formula as it is filled down a column: rows that are not anchored as distances."""
    return _CELL.sub(
        lambda match: match[0] if match[2] else f"{match[1]}[{int(match[3]) - row}]", formula
    )


def slid_out(filled: str, line: Line, grid: Grid) -> int:
    """The row of a formula whose references slide out of the table: filled down, it is another.

    Args:
        filled: the formula as `pattern` gives it.
        line: its row.
        grid: the table.

    Returns:
        The number of the row; 0 if they do not slide so far.
    """
    reach, _ = _reach(filled)
    return line.number if line.number - reach <= grid.top else 0


def stuck(filled: str, line: Line, grid: Grid) -> int:
    """As `slid_out`, of a formula some of whose references stay in one row of the table."""
    _, anchored = _reach(filled)
    names, fixed = grid.header.names, grid.constant | {None}
    stay = (row > grid.top and names.get(column_of(c)) not in fixed for c, row in anchored)
    return line.number if any(stay) else 0


@lru_cache(4096)
def _reach(filled: str) -> tuple[int, list[tuple[str, int]]]:
    """How many rows above its own sliding references reach; column and row of anchored ones."""
    reach = max((-int(rows) for rows in re.findall(r"\[(-\d+)\]", filled)), default=0)
    anchored = re.findall(r"\b([A-Za-z]{1,3})\$(\d{1,7})\b", filled)
    return reach, [(column, int(row)) for column, row in anchored]
