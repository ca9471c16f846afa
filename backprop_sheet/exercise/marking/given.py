"""Whose given numbers a table begins with, and which row of the training it begins with."""

from collections.abc import Mapping
from itertools import islice
from math import isclose
from typing import NamedTuple

from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.network import RATE, Kind, Network

KINDS = (Kind.TARGET, Kind.INPUT, Kind.WEIGHT, Kind.BIAS)
"""The kinds of given numbers that a table begins with."""
SAME, RECKONED = 1e-9, 1e-6
"""Relative differences up to which a number is the given one, or one that follows from it."""
FEWEST_DECIMALS = 2
"""Decimals from which on a rounded number counts as the given one."""
HALF = 0.5
"""The share of a student's numbers that a table has to have to be said to be another's."""


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
        if name in given and not _is_given(given[name], number)
    }
    if not different:
        return Begin(owner)
    others = (student for student in assignment.students if student != owner)
    other = next((student for student in others if _are_of(given, student)), None)
    if other:
        return Begin(other, 0, different)
    row = _row_of(given, own, network)
    return Begin(owner, row) if row else Begin(None, 0, different)


def _is_given(found: float, number: float) -> bool:
    """Whether a number is a given one, be it rounded."""
    decimals = len(repr(found).partition(".")[2])
    rounded = decimals >= FEWEST_DECIMALS and round(number, decimals) == found
    return rounded or isclose(found, number, rel_tol=SAME, abs_tol=SAME)


def _are_of(given: Mapping[str, float], student: Student) -> bool:
    """Whether these are a student's numbers, as far as there are any."""
    own = {name: number for name, number in student.numbers.items() if name != RATE}
    there = [name for name in own if name in given]
    return len(there) > HALF * len(own) and all(_is_given(given[n], own[n]) for n in there)


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
