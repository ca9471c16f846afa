"""Checks other people's workbooks of the exercise: the first wrong cell, and why.

A sheet becomes grids, one for each table; a grid the cells that are not right; these, with their
causes, the mistakes that are reported.

header       which column is which quantity
grid         a table as it stands in its sheet
naming       what the words of a header leave open
excel        a cell's formula as a tree
references   its references as the network's names

known        what is known of a network before any workbook is seen
rules        what belongs in each column, by the network's rules
rates        the learning rate of a table
settings     its other settings: numbers beside a label
rounding     to how many digits its numbers are rounded
point        numbers for the names of a formula
ties         where formulas choose otherwise, and each name decides
points       formulas compared by their numbers
formulas     those of a table compared with the right ones
spots        the cells that are not right

edits        the small changes by which a formula goes wrong
explaining   which of them happened
causes       why a cell is not right
words        causes in plain words
mistakes     wrong cells with the same cause

judge        all of this for one table
suggesting   the templates that a table of another network may be of
asked        what an assignment asks for besides
effort       how much work there may be
findings     what a check comes to
report       it as text, JSON or CSV
earlier      reports in JSON, read again
html         it as a table in a notebook
batch        many workbooks, and marked copies
numbers      the given numbers of a workbook, to go on with
"""

import re
from collections.abc import Iterable, Mapping
from itertools import compress
from pathlib import Path

from backprop_sheet import arguments
from backprop_sheet.checker.asked import Asked, settle
from backprop_sheet.checker.effort import Reading
from backprop_sheet.checker.findings import Finding, Judgement, Table
from backprop_sheet.checker.grid import Around
from backprop_sheet.checker.header import Header, is_rate, rate_column
from backprop_sheet.checker.judge import Judge, OfAnotherNetwork, Workbook
from backprop_sheet.checker.suggesting import Heads
from backprop_sheet.errors import InputError, shown
from backprop_sheet.network import Network, checked, load
from backprop_sheet.ooxml.addresses import Place, place_of
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.book import Book, Sheet, opened
from backprop_sheet.ooxml.sheet import Cell, Row, size_of

TOLERANCE = 1e-6
_PLACE = re.compile("[A-Z]{1,3}[1-9][0-9]{0,6}")
MOST_OUTSIDE = 10_000_000
"""Characters of the cells outside of tables that are kept, for references and labels."""
MOST_TABLES, MOST_BESIDE = 300, 10
"""Tables of a workbook, and side by side: one that compares has 255 at most, one on each tab."""


def check(
    path: str | Path,
    network: Network | None = None,
    tolerance: float = TOLERANCE,
    asked: Asked | None = None,
    *,
    header_as_given: bool = False,
) -> Judgement:
    """Judge every table of a workbook.

    Args:
        path: an .xlsx or .xlsm file; it is only read.
        network: what the tables should be of; the original's if left out.
        tolerance: relative difference up to which a number is right.
        asked: what an assignment asks for: a learning rate, given numbers, epochs. If left out,
            these are anybody's choice.
        header_as_given: whether the sheet was given out with its header. If all names are there in
            the network's order, they mean what they say, whatever the numbers say.

    Returns:
        The judgement; of a file that cannot be judged, with the problem in it.

    Raises:
        InputError: an argument is not of its kind, or a number that is asked for is none that
            the network is given.
    """
    path, network = arguments.path("path", path), load() if network is None else checked(network)
    tolerance = arguments.number("tolerance", tolerance)
    asked = _checked(asked)
    network = asked.judged_by(network)
    judgement, heads = Judgement(path), Heads()
    try:
        reading = Reading()
        workbook = Workbook(network, tolerance, asked, header_as_given=header_as_given)
        with opened(path, reading.count) as book:
            tables = Tables(book, workbook, reading, heads)
            for sheet in book.sheets:
                judgement.tables += tables.of(sheet)
            kept = [not _is_mere_labels(table, judgement.tables) for table in judgement.tables]
            judgement.tables = list(compress(judgement.tables, kept))
            settle(judgement.tables, list(compress(tables.missing, kept)))
            if book.recalculation.used:
                judgement.remarks.append("values were not stored, and are recalculated")
    except OfAnotherNetwork as error:
        judgement.problem = f"{heads.hint}{error}"
    except Unreadable as error:
        judgement.problem = str(error)
    if not judgement.tables and not judgement.problem:
        judgement.problem = (
            f"{heads.hint}not the exercise: no table with enough of its names (see docs/check.md)"
        )
    return judgement


def _is_mere_labels(table: Table, tables: Iterable[Table]) -> bool:
    """Whether a header without a row only lists some names of another table, as a derivation does.

    A table that is only begun has all of its names.
    """
    names = table.cells.columns.keys()
    return not table.epochs and any(
        names < other.cells.columns.keys() for other in tables if other.epochs
    )


def _checked(asked: Asked | None) -> Asked:
    if asked is not None and not isinstance(asked, Asked):
        raise InputError(f"asked: got {shown(asked)}, takes what Asked(...) gives")
    return asked or Asked()


class Tables:
    """Finds the tables of a workbook, and has them judged.

    Attributes:
        missing: what each table that was judged lacks of what is asked for.
    """

    def __init__(
        self, book: Book, workbook: Workbook, reading: Reading, heads: Heads | None = None
    ) -> None:
        self._book, self._workbook, self._reading = book, workbook, reading
        self._heads = Heads() if heads is None else heads
        self._dictionary = workbook.known.dictionary
        self._found = 0
        self.missing: list[list[Finding]] = []

    def of(self, sheet: Sheet, *, ahead: bool = False) -> list[Table]:
        """The tables of a sheet, judged, from the top and from the left.

        Args:
            sheet: the sheet.
            ahead: whether to go no further than it takes to begin with the first table.
        """
        around, left = Around(sheet, self._book.defined), MOST_OUTSIDE
        judges: list[Judge] = []
        open_: list[Judge] = []
        for number, row in sheet.rows:
            if ahead and judges and judges[0].begun:
                break
            texts = {c: cell.value for c, cell in row.items() if isinstance(cell.value, str)}
            self._heads.take(texts)
            heads_nothing = _names_cells(row, texts) or _repeats_heads_below(number, row, texts)
            headers = [] if heads_nothing else self._dictionary.headers(texts)
            begun = {column for header in headers for column in header.names}
            open_ = [j for j in open_ if begun.isdisjoint(j.columns) and j.take(number, row)]
            for header in headers:
                # A header without a row, and once more below: the table is that one.
                same = {j for j in judges if j.lines.empty and j.columns == header.names}
                judges = [j for j in judges if j not in same]
                open_.append(self._begin(header, number, texts, around))
                judges.append(open_[-1])
            if len(open_) > MOST_BESIDE:
                raise Unreadable(f"more than {MOST_BESIDE} tables of the exercise side by side")
            inside = {c for judge in open_ if judge.lines.last == number for c in judge.columns}
            self._reading.earn(len(inside))
            if left > 0:
                rest = {c: cell for c, cell in row.items() if c not in inside or headers}
                left -= sum(map(size_of, rest.values()))
                _put(around, number, rest)
        tables = [judge.end() for judge in judges]
        self.missing += [judge.missing for judge in judges]
        return tables

    def _begin(
        self, header: Header, number: int, texts: Mapping[int, object], around: Around
    ) -> Judge:
        self._found += 1
        if self._found > MOST_TABLES:
            raise Unreadable(f"more than {MOST_TABLES} tables of the exercise")
        return Judge(self._workbook, header, number, around, rate_column(header, texts))


def _names_cells(row: Row, texts: Mapping[int, object]) -> bool:
    """Whether most of a row's labels have a number beside them, which they name, and no column."""
    beside = [row[column + 1] for column in texts if column + 1 in row]
    numbers = [c for c in beside if isinstance(c.value, float) or (c.formula and c.value is None)]
    return 2 * len(numbers) > len(texts)


def _repeats_heads_below(number: int, row: Row, texts: Mapping[int, object]) -> bool:
    """Whether most of a row's labels refer to labels further down, as names that stay in sight."""
    found = 0
    for column in texts:
        formula = (row[column].formula or "").removeprefix("=").replace("$", "")
        if _PLACE.fullmatch(formula):
            below, there = place_of(formula)
            found += there == column and below > number
    return 2 * found > len(texts)


def _put(around: Around, number: int, cells: Mapping[int, Cell]) -> None:
    """Keep the cells of a row that are outside of tables."""
    for column, cell in cells.items():
        place: Place = (number, column)
        around.cells[place] = cell
        if isinstance(cell.value, str) and is_rate(cell.value):
            around.rate_labels[place] = cell.value
