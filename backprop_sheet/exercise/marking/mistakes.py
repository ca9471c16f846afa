"""The mistakes of a table, as far as the student made them.

Another learning rate comes first, as the numbers of all rows depend on it. What was given, and is
as it was given, is no mistake of the student.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from backprop_sheet.checker.asked import other_number
from backprop_sheet.checker.findings import Finding, State, Table
from backprop_sheet.errors import InputError
from backprop_sheet.exercise.marking.given_cells import GivenCells
from backprop_sheet.exercise.marking.held import Held
from backprop_sheet.ooxml.addresses import address, place_of

RATE_SIGN = "η"


class Mistakes(NamedTuple):
    """What a student did wrong in a table.

    Attributes:
        table: the table with the student's own mistakes.
        changed: the addresses of given cells that were changed and are wrong, from the top.
        typed: right numbers that are typed where formulas belong, a finding for each column.
    """

    table: Table
    changed: list[str]
    typed: tuple[Finding, ...]


def mistakes_of(held: Held) -> Mistakes:
    """What the student did wrong in a table."""
    given = GivenCells(held)
    own = [f for f in held.table.findings if not given.unchanged.issuperset(f.cells)]
    findings = [*_rate(held), *own]
    return Mistakes(replace(held.table, findings=findings), given.changed, tuple(_typed(held)))


def _rate(held: Held) -> Iterator[Finding]:
    """Another learning rate than was given."""
    if held.other_rate is None:
        return
    found, given = held.other_rate
    yield other_number(RATE_SIGN, found, given, _rate_cell(held), "was given")


def _rate_cell(held: Held) -> str:
    """Where the learning rate stands; else the first cell of a weight that shows it."""
    try:
        place_of(held.table.eta_from)
    except InputError:
        cells = held.table.cells
        columns = [cells.columns[name] for name in held.network.trained if name in cells.columns]
        return address(cells.rows[min(1, len(cells.rows) - 1)], min(columns, default=1))
    return held.table.eta_from


def _typed(held: Held) -> Iterator[Finding]:
    cells, first, samples = held.table.cells, held.begin.row, len(held.network.samples)
    for name, rows in held.blank.items():
        states = zip(rows, held.states[name], strict=True)
        typed = [row for row, state in states if state == State.TYPED]
        if not typed:
            continue
        places = [address(cells.rows[row - first], cells.columns[name]) for row in typed]
        yield Finding(
            cell=places[0],
            epoch=typed[0] // samples,
            columns=[held.network.label(name)],
            cells=places,
            kind="number",
            text="a right number is typed where a formula belongs",
            found="a number",
            expected="a formula",
            value=None,
            right=None,
        )
