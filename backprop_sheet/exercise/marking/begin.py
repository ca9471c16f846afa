"""With what a table begins: whose given numbers, and which row of the training."""

from collections.abc import Mapping
from itertools import islice
from math import isclose
from typing import NamedTuple

from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.given import SAME, are_given_to, is_given
from backprop_sheet.network import Kind, Network

KINDS = (Kind.TARGET, Kind.INPUT, Kind.WEIGHT, Kind.BIAS)
"""The kinds of given numbers that a table begins with."""
RECKONED = 1e-6
"""The relative difference up to which a number is one that follows from the given ones."""


class Begin(NamedTuple):
    """What a table begins with.

    Attributes:
        whose: the student whose numbers they are; None if they are nobody's.
        row: which row of the training the first one is, counted from 0.
        different: the numbers that are not the student's own, by name: the one that is there and
            the one that was given.
    """

    whose: Student | None
    row: int = 0
    different: Mapping[str, tuple[float, float]] = {}


def begin_of(
    given: Mapping[str, float], owner: Student, assignment: Assignment, network: Network
) -> Begin:
    """What a table begins with.

    Args:
        given: the numbers of its first row, by name.
        owner: the student who handed it in.
        assignment: the assignment.
        network: the network with the owner's numbers.
    """
    own = {n: network.numbers[n] for n, q in network.given.items() if q.kind in KINDS}
    different = {
        name: (given[name], number)
        for name, number in own.items()
        if name in given and not is_given(given[name], number)
    }
    if not different:
        return Begin(owner)
    others = (student for student in assignment.students if student != owner)
    other = next((student for student in others if are_given_to(student, given)), None)
    if other:
        return Begin(other, 0, different)
    row = _row_of(given, own, network)
    return Begin(owner, row) if row else Begin(None, 0, different)


def _row_of(given: Mapping[str, float], own: Mapping[str, float], network: Network) -> int | None:
    """The row of the training that has all these numbers; None if there is none."""
    if not given.keys() >= own.keys():
        return None
    places = [(network.columns.index(name), given[name]) for name in own]
    try:
        for number, row in enumerate(islice(train(network), network.rows(network.epochs))):
            if all(isclose(row[k], x, rel_tol=RECKONED, abs_tol=SAME) for k, x in places):
                return number
    except Diverged:
        pass
    return None
