"""A student's table, held against the assignment: the state of every cell that was left blank.

A row of the table stands for the same row of the assignment, however far down the sheet it is; a
row that the table lacks is empty.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import isclose

from backprop_sheet.checker.findings import Judgement, State, Table
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.marking.begin import begin_of
from backprop_sheet.network import RATE, Network

SAME_RATE = 1e-3
"""The relative difference up to which a learning rate is the given one: it may be read from
rounded numbers."""
Blank = Mapping[str, Sequence[int]]
"""The rows in which each column is left blank, by its name."""


class Held:
    """A table, held against the assignment.

    Attributes:
        assignment: the assignment.
        blank: what it leaves blank.
        owner: the student.
        network: the network with the student's numbers.
        judgement: the file, judged.
        table: the table.
        begin: whose numbers it begins with, and with which row.
        states: the state of each blank cell, a byte each, by the name of the column.
    """

    def __init__(
        self,
        assignment: Assignment,
        blank: Blank,
        owner: Student,
        network: Network,
        judgement: Judgement,
        table: Table,
    ) -> None:
        """Find out what the table begins with, and the state of its cells."""
        self.assignment, self.blank, self.owner, self.network = assignment, blank, owner, network
        self.judgement, self.table = judgement, table
        self.begin = begin_of(table.cells.given, owner, assignment, network)
        self.states = {name: self._column(name) for name in blank}

    def _column(self, name: str) -> bytes:
        states, first = self.table.cells.states.get(name, b""), self.begin.row
        return bytes(
            states[row - first] if first <= row < first + len(states) else State.EMPTY
            for row in self.blank[name]
        )

    @cached_property
    def network_as_given(self) -> Network:
        """The network with the numbers of the sheet that was given out."""
        whose = self.begin.whose
        return self.assignment.network_of(whose) if whose else self.network

    @property
    def other_rate(self) -> tuple[float, float] | None:
        """The learning rate that is there and the one that was given; None if they are the same."""
        found, given = self.table.eta, self.network_as_given.numbers.get(RATE)
        if found is None or given is None or isclose(found, given, rel_tol=SAME_RATE):
            return None
        return found, given

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return bool(self.states) and not any(map(any, self.states.values()))

    @property
    def ends(self) -> list[int]:
        """The row in the sheet with which each epoch ends."""
        samples = len(self.network.samples)
        rows = enumerate(self.table.cells.rows, start=self.begin.row)
        return [row for place, row in rows if place % samples == samples - 1]
