"""Whether a workbook has a chart of the error: of the table's own cells, or of their numbers."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from backprop_sheet.checker.effort import Reading
from backprop_sheet.checker.findings import Table
from backprop_sheet.ooxml.addresses import Area
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.book import opened
from backprop_sheet.ooxml.charts import Shown, series

ENOUGH = 0.5
"""The share of the table's epochs of which a chart shows more; and that of the cells it shows which
are errors of epochs: of several samples, the other rows only add up to these."""
DIGITS = 9
"""Digits in which a number that a chart shows is the error's."""
MOST_CELLS, MOST_AREAS = 200_000, 200
"""The most cells of series that are read for their numbers, and the most areas that they are in."""


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
        return _same_numbers(path, Shown(table.sheet, _rows(column, ends)), ends, curves) > least
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


def _same_numbers(
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
    numbers = dict(zip(wanted, _numbers(path, wanted), strict=True))
    errors = [numbers[own][row] for row in ends if row in numbers[own]]
    found = [[number for shown in curve for number in numbers[shown].values()] for curve in asked]
    counts = [(_in(errors, shown), len(shown)) for shown in found]
    return max((count for count, shown in counts if count > ENOUGH * shown), default=0)


def _in(errors: Sequence[float], shown: Collection[float]) -> int:
    there = set(shown)
    return sum(error in there for error in errors)


def _numbers(path: Path, wanted: Collection[Shown]) -> list[dict[int, float]]:
    """The numbers in areas of one row or column, by the row, or by the column."""
    found: list[dict[int, float]] = [{} for _ in wanted]
    reading = Reading()
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
                        if isinstance(cell.value, float):
                            place = number if area.left == area.right else column
                            into[place] = float(f"{cell.value:.{DIGITS}g}")
    return found


def _columns(area: Area, row: Collection[int]) -> Iterator[int]:
    return (column for column in range(area.left, area.right + 1) if column in row)
