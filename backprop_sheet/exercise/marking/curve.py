"""Whether a workbook has a chart of the error: of the table's own cells, or of their numbers.

Where these have no number, as a mistake gives error values, cells that refer to them do as well.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.checker.effort import Reading
from backprop_sheet.checker.excel import REFERENCE, NotArithmetic, read
from backprop_sheet.checker.findings import Table
from backprop_sheet.formula import Name, value_of
from backprop_sheet.ooxml.abilities import is_error
from backprop_sheet.ooxml.addresses import Area, column_of
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.book import Sheet, opened
from backprop_sheet.ooxml.charts import Shown, series
from backprop_sheet.ooxml.sheet import Row

ENOUGH = 0.5
"""The share of the table's epochs of which a chart shows more; and that of the cells it shows which
are errors of epochs: of several samples, the other rows only add up to these."""
DIGITS = 9
"""Digits in which a number that a chart shows is the error's."""
MOST_CELLS, MOST_AREAS = 200_000, 200
"""The most cells of series that are read for their numbers, and the most areas that they are in."""
LONGEST, MOST_FORMULAS = 200, 5_000
"""Characters of a formula that is read for the cell that it refers to, and how many are."""
_INDEX = re.compile(r"INDEX\(([^,;()]+)[,;](.+)\)", re.IGNORECASE)
"""An area, and the place in it."""


class Source(NamedTuple):
    """A cell that another refers to.

    Attributes:
        sheet: its sheet's title.
        row: its row.
        column: its column.
    """

    sheet: str
    row: int
    column: int


class Seen(NamedTuple):
    """What is seen of a cell.

    Attributes:
        number: its number, rounded; None if it has none.
        source: where it has none, the cell that it refers to.
    """

    number: float | None
    source: Source | None = None


def shows_error(path: Path, table: Table, error: str, ends: Sequence[int]) -> bool:
    """Whether a chart, on whichever sheet, shows the error of most of a table's epochs.

    Args:
        path: the workbook.
        table: the table.
        error: the quantity that is the error of an epoch.
        ends: the row in the sheet with which each epoch ends.
    """
    column = table.cells.columns.get(error)
    if column is None or not ends:
        return False
    try:
        curves = series(path)
        least = ENOUGH * len(ends)
        rows = table.cells.rows
        if any(_covered(curve, table.sheet, column, ends, rows) > least for curve in curves):
            return True
        own = Shown(table.sheet, _rows(column, ends))
        return _shown_elsewhere(path, own, ends, curves) > least
    except Unreadable:  # the charts; the cells have been read before
        return False


def _rows(column: int, rows: Sequence[int]) -> Area:
    return Area(column, min(rows), column, max(rows))


def _covered(
    curve: Sequence[Shown], sheet: str, column: int, ends: Sequence[int], rows: Sequence[int]
) -> int:
    """How many epochs' errors a series shows; none if it shows more of the table's other rows."""
    here = [area for title, area in curve if title.casefold() == sheet.casefold()]
    count, last, all_shown = 0, 0, 0
    for area in sorted((a for a in here if a.left <= column <= a.right), key=lambda a: a.top):
        top = max(area.top, last + 1)  # areas may overlap
        count += _between(ends, top, area.bottom)
        all_shown += _between(rows, top, area.bottom)
        last = max(last, area.bottom)
    return count if count > ENOUGH * all_shown else 0


def _between(rows: Sequence[int], top: int, bottom: int) -> int:
    return max(0, bisect_right(rows, bottom) - bisect_left(rows, top))


def _shown_elsewhere(
    path: Path, own: Shown, ends: Sequence[int], curves: Sequence[Sequence[Shown]]
) -> int:
    """How many epochs the series shows, of those of other cells, that shows most."""
    asked: list[Sequence[Shown]] = []
    cells, areas = 0, 0
    for curve in curves:
        cells += sum(area.size for _, area in curve)
        areas += len(curve)
        if cells > MOST_CELLS or areas > MOST_AREAS:
            break
        asked.append(curve)
    if not asked:
        return 0
    wanted = [own, *(shown for curve in asked for shown in curve)]
    seen = dict(zip(wanted, _seen(path, wanted), strict=True))
    found = [[cell for shown in curve for cell in seen[shown].values()] for curve in asked]
    counts = [(_in(ends, own, seen[own], set(cells)), len(cells)) for cells in found]
    return max((count for count, shown in counts if count > ENOUGH * shown), default=0)


def _in(
    ends: Sequence[int], own: Shown, errors: Mapping[int, Seen], cells: Collection[Seen]
) -> int:
    """Of how many of these rows the error is in some cells."""
    return sum(_is_shown(row, own, errors, cells) for row in ends)


def _is_shown(row: int, own: Shown, errors: Mapping[int, Seen], cells: Collection[Seen]) -> bool:
    """Whether some of these cells have the error that is in a row, or refer to its cell."""
    error = errors.get(row, Seen(None))
    if error.number is not None:
        return error in cells
    return Seen(None, Source(own.sheet.casefold(), row, own.area.left)) in cells


def _seen(path: Path, wanted: Collection[Shown]) -> list[dict[int, Seen]]:
    """What is in areas of one row or column, by the row, or by the column."""
    found: list[dict[int, Seen]] = [{} for _ in wanted]
    reading, formulas = Reading(), iter(range(1, MOST_FORMULAS + 1))
    with opened(path, reading.count) as book:
        for sheet in book.sheets:
            here = [
                (shown.area, into)
                for shown, into in zip(wanted, found, strict=True)
                if shown.sheet.casefold() == sheet.title.casefold()
            ]
            for number, row in sheet.rows if here else ():
                reading.earn(len(row))  # the check has read it before, and bounded it
                for area, into in here:
                    if not area.top <= number <= area.bottom:
                        continue
                    for column in _columns(area, row):
                        cell = sheet.valued(row[column], number, column)
                        place = number if area.left == area.right else column
                        if isinstance(cell.value, float):
                            into[place] = Seen(float(f"{cell.value:.{DIGITS}g}"))
                        elif is_error(cell.value) and cell.formula and next(formulas, None):
                            into[place] = Seen(None, _source(cell.formula, sheet, number, row))
    return found


def _source(formula: str, sheet: Sheet, number: int, row: Row) -> Source | None:
    """The cell that a formula in a row refers to, if it is nothing but a reference."""
    if len(formula) > LONGEST:
        return None
    try:
        if index := _INDEX.fullmatch(formula):
            place = value_of(read(index[2]), lambda name: _number(name, sheet, number, row))
            formula = f"INDEX({index[1]},{int(place)})"
        tree = read(formula)
    except (NotArithmetic, ArithmeticError, ValueError, KeyError):
        return None
    found = REFERENCE.fullmatch(tree.id) if isinstance(tree, Name) else None
    if not found:
        return None
    title = (found[1] or sheet.title).strip("'").replace("''", "'")
    return Source(title.casefold(), int(found[5]), column_of(found[3]))


def _number(name: Name, sheet: Sheet, number: int, row: Row) -> float:
    """The number of another cell of a row.

    Raises:
        KeyError: it is in another row, or has none.
    """
    place = REFERENCE.fullmatch(name.id)
    if not place or place[1] or int(place[5]) != number:
        raise KeyError(name.id)
    column = column_of(place[3])
    value = sheet.valued(row[column], number, column).value
    if not isinstance(value, float):
        raise KeyError(name.id)
    return value


def _columns(area: Area, row: Collection[int]) -> Iterator[int]:
    return (column for column in range(area.left, area.right + 1) if column in row)
