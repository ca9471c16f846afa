"""Checks other people's workbooks of the exercise: the first wrong cell, and why.

book         a workbook as rows of cells
header       which column is which quantity
excel        a cell's formula as a tree
meaning      its references as the network's names
rules        what belongs into each column, by the declared formulas
rates        the learning rate
rounding     what rounding explains
judge        row by row: right or wrong
causes       what change makes a wrong formula right
blame        findings, from wrong cells and their causes
words        findings in plain words
findings     what a check comes to
"""

from collections.abc import Mapping
from pathlib import Path

from backprop_sheet.checker.book import Cell, Sheet, opened
from backprop_sheet.checker.findings import Judgement, Table
from backprop_sheet.checker.header import Dictionary, Header, eta_column
from backprop_sheet.checker.judge import Judge
from backprop_sheet.checker.meaning import Place
from backprop_sheet.checker.recalculation import Unreadable
from backprop_sheet.checker.rules import Rules
from backprop_sheet.network import Network, load

TOLERANCE = 1e-6
STRANGE = 3
"""Columns of another network from which on a table is not judged by this one."""
MOST_OUTSIDE = 200_000
"""Cells outside of tables that are kept, for references and labels."""


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
    path = Path(path)
    judgement = Judgement(path)
    try:
        with opened(path) as book:
            for sheet in book.sheets:
                tables = _tables(sheet, book.defined, network or load(), tolerance)
                judgement.tables += tables
            if book.recalculation.used:
                judgement.remarks.append("values were not stored, and are recalculated")
    except Unreadable as error:
        judgement.problem = str(error)
    if not judgement.tables and not judgement.problem:
        judgement.problem = (
            "not the exercise: no table with enough of its names (see docs/check.md)"
        )
    return judgement


def _tables(
    sheet: Sheet, defined: Mapping[str, str], network: Network, tolerance: float
) -> list[Table]:
    """The tables of a sheet, judged, from the top and from the left."""
    dictionary = Dictionary(network)
    kept = Rules(network, set(network.columns)).constant
    outside: dict[tuple[int, int], Cell] = {}
    judges: list[Judge] = []
    going: list[Judge] = []
    for number, row in sheet.rows:
        texts = {column: cell.value for column, cell in row.items() if isinstance(cell.value, str)}
        headers = dictionary.headers(texts)
        going = [judge for judge in going if not judge.meets(headers) and judge.take(number, row)]
        for header in headers:
            _refuse_another_network(sheet, header)
            place = Place(sheet, header, number, kept, outside, defined, eta_column(header, texts))
            going.append(Judge(network, place, tolerance))
            judges.append(going[-1])
        taken = {c for judge in going if judge.last == number for c in judge.columns}
        if len(outside) < MOST_OUTSIDE:
            outside |= {(number, c): cell for c, cell in row.items() if c not in taken or headers}
    return [judge.end() for judge in judges]


def _refuse_another_network(sheet: Sheet, header: Header) -> None:
    if len(header.strange) >= STRANGE:
        some = ", ".join(header.strange[:3])
        raise Unreadable(
            f"{sheet.title} is of another network, with {some} …: --network says which"
        )
