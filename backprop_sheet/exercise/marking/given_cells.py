"""Cells that were given: which of them a student has changed.

A cell that was given may be wrong by its own row and yet be as it was given: at another learning
rate, a row that was shown with its numbers no longer follows from the row above.
"""

from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from math import isclose
from typing import NamedTuple

from backprop_sheet.checker.effort import Reading
from backprop_sheet.checker.findings import State
from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.exercise.marking.begin import RECKONED
from backprop_sheet.exercise.marking.held import Held
from backprop_sheet.ooxml.addresses import address, place_of
from backprop_sheet.ooxml.book import opened
from backprop_sheet.ooxml.sheet import Cell


class _Given(NamedTuple):
    """A given cell that is wrong by its own row.

    Attributes:
        name: its column's.
        row: its row of the assignment, counted from 0.
        place: its row and column in the sheet.
    """

    name: str
    row: int
    place: tuple[int, int]


class GivenCells:
    """The given cells of a table that are wrong by their own rows.

    Attributes:
        changed: the addresses of those that the student has changed, from the top.
        unchanged: the addresses of those that are as they were given.
    """

    def __init__(self, held: Held) -> None:
        """Look at each of them."""
        self._held = held
        wrong = list(self._wrong())
        contents = self._contents(wrong)
        as_given = {given for given in wrong if self._is_as_given(given, contents)}
        self.changed = [address(*given.place) for given in wrong if given not in as_given]
        self.unchanged = {address(*given.place) for given in as_given}

    def _wrong(self) -> list[_Given]:
        cells, first = self._held.table.cells, self._held.begin.row
        asked = self._held.network.rows(self._held.network.epochs)
        blank = {name: set(rows) for name, rows in self._held.blank.items()}
        found = [
            _Given(name, first + k, (cells.rows[k], cells.columns[name]))
            for name, states in cells.states.items()
            for k, state in enumerate(states)
            if state == State.WRONG and first + k not in blank.get(name, ())
            if first + k < asked
        ]
        return sorted(found, key=lambda given: given.place)

    def _contents(self, wrong: list[_Given]) -> Mapping[tuple[int, int], Cell]:
        """What the cells hold; nothing of a file that cannot be read again."""
        places = {given.place for given in wrong}
        columns = {column for _, column in places}
        found: dict[tuple[int, int], Cell] = {}
        if not places:
            return found
        last, reading = max(row for row, _ in places), Reading()
        try:
            with opened(self._held.judgement.path, reading.count) as book:
                sheet = next(s for s in book.sheets if s.title == self._held.table.sheet)
                for number, row in sheet.rows:
                    reading.earn(len(row))  # the check has read it before, and bounded it
                    if number > last:
                        break
                    here = columns.intersection(row)
                    found |= {(number, c): row[c] for c in here if (number, c) in places}
        except InputError:
            pass
        return found

    def _is_as_given(self, given: _Given, contents: Mapping[tuple[int, int], Cell]) -> bool:
        cell = contents.get(given.place)
        if cell is None:
            return False
        if cell.formula is not None:
            return _plain(cell.formula) == self._formula(given)
        number = self._numbers.get(given.row, {}).get(given.name)
        return (
            number is not None
            and isinstance(cell.value, float)
            and isclose(cell.value, number, rel_tol=RECKONED, abs_tol=RECKONED)
        )

    def _formula(self, given: _Given) -> str:
        """The formula that the sheet was given out with in the same place."""
        from backprop_sheet.exporter import arrange
        from backprop_sheet.exporter.formulas import formula_in

        layout = arrange(self._held.network, self._held.network.epochs)
        row = layout.first_row + given.row
        there = place_of(layout.cell(given.name, row))
        return _plain(formula_in(layout, given.name, row)) if there == given.place else ""

    @cached_property
    def _numbers(self) -> Mapping[int, Mapping[str, float]]:
        """The numbers of the rows that were shown, by the row."""
        network = self._held.network_as_given
        shown = network.rows(self._held.assignment.shown)
        found: dict[int, Mapping[str, float]] = {}
        try:
            for number, row in enumerate(islice(train(network), shown)):
                found[number] = dict(zip(network.columns, row, strict=True))
        except Diverged:
            pass
        return found


def _plain(formula: str) -> str:
    return formula.removeprefix("=").replace(" ", "").upper()
