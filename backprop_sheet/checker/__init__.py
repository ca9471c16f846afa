"""Checks other people's workbooks of the exercise: the first wrong cell, and why.

pace         the time that this may take
header       which column is which quantity
excel        a cell's formula as a tree
meaning      its references as the network's names
rules        what belongs into each column, by the declared formulas
rates        the learning rate
rounding     what rounding explains
judge        row by row: right or wrong
causes       what change makes a wrong formula right
trial        formulas held against each other by their numbers
blame        findings, from wrong cells and their causes
words        findings in plain words
findings     what a check comes to
"""

from collections.abc import Mapping
from pathlib import Path

from backprop_sheet.checker.findings import Judgement, Table
from backprop_sheet.checker.header import Dictionary, Header, eta_column
from backprop_sheet.checker.judge import Judge
from backprop_sheet.checker.meaning import Place
from backprop_sheet.checker.pace import Pace
from backprop_sheet.checker.rules import Rules
from backprop_sheet.network import Network, load
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.book import Book, Sheet, opened
from backprop_sheet.ooxml.sheet import Cell, size_of

TOLERANCE = 1e-6
STRANGE = 3
"""Columns of another network from which on a table is not judged by this one."""
MOST_OUTSIDE = 10_000_000
"""Weight of the cells outside of tables that are kept, for references and labels."""
MOST_TABLES, MOST_BESIDE = 300, 10
"""Tables of a workbook, and side by side: one that compares has 255 at most, one on each tab."""


def check(
    path: str | Path, network: Network | None = None, tolerance: float = TOLERANCE
) -> Judgement:
    """Judge every table of a workbook.

    Args:
        path: an .xlsx or .xlsm file; it is only read.
        network: what the tables should be of; the original's if left out.
        tolerance: relative difference up to which a number is right.

    Returns:
        The judgement; of a file that cannot be judged, with the problem in it.
    """
    path, network = Path(path), network or load()
    judgement = Judgement(path)
    try:
        pace = Pace()
        with opened(path, pace.look) as book:
            tables = _Tables(book, network, tolerance, pace)
            for sheet in book.sheets:
                judgement.tables += tables.of(sheet)
            if book.recalculation.used:
                judgement.remarks.append("values were not stored, and are recalculated")
    except Unreadable as error:
        judgement.problem = str(error)
    if not judgement.tables and not judgement.problem:
        judgement.problem = (
            "not the exercise: no table with enough of its names (see docs/check.md)"
        )
    return judgement


class _Tables:
    """Finds the tables of a workbook, and has them judged."""

    def __init__(self, book: Book, network: Network, tolerance: float, pace: Pace) -> None:
        self._pace = pace
        self._book, self._network, self._tolerance = book, network, tolerance
        self._dictionary = Dictionary(network)
        self._kept = Rules(network, set(network.columns)).constant
        self._found = 0

    def of(self, sheet: Sheet) -> list[Table]:
        """The tables of a sheet, judged, from the top and from the left."""
        pace, room = self._pace, MOST_OUTSIDE
        outside: dict[tuple[int, int], Cell] = {}
        judges: list[Judge] = []
        going: list[Judge] = []
        for number, row in sheet.rows:
            texts = {c: cell.value for c, cell in row.items() if isinstance(cell.value, str)}
            headers = self._dictionary.headers(texts)
            with pace.judging():
                going = [one for one in going if not one.meets(headers) and one.take(number, row)]
            for header in headers:
                _refuse_another_network(sheet, header)
                going.append(self._begin(sheet, header, number, texts, outside))
                judges.append(going[-1])
            if len(going) > MOST_BESIDE:
                raise Unreadable(f"more than {MOST_BESIDE} tables of the exercise side by side")
            taken = {c for judge in going if judge.last == number for c in judge.columns}
            pace.earn(len(taken))
            if room > 0:
                rest = {(number, c): cell for c, cell in row.items() if c not in taken or headers}
                outside |= rest
                room -= sum(map(size_of, rest.values()))
        with pace.judging():
            return [judge.end() for judge in judges]

    def _begin(
        self,
        sheet: Sheet,
        header: Header,
        number: int,
        texts: Mapping[int, object],
        outside: Mapping[tuple[int, int], Cell],
    ) -> Judge:
        self._found += 1
        if self._found > MOST_TABLES:
            raise Unreadable(f"more than {MOST_TABLES} tables of the exercise")
        eta = eta_column(header, texts)
        defined = self._book.defined
        place = Place(sheet, header, number, self._kept, outside, defined, eta)
        place.pace = self._pace
        return Judge(self._network, place, self._tolerance)


def _refuse_another_network(sheet: Sheet, header: Header) -> None:
    if len(header.strange) >= STRANGE:
        some = ", ".join(header.strange[:3])
        raise Unreadable(
            f"{sheet.title} is of another network, with {some} …: --network says which"
        )
