"""Whether numbers that a table begins with are those that a student was given."""

from collections.abc import Mapping
from math import isclose

from backprop_sheet.exercise.assignment import Student
from backprop_sheet.network import RATE

SAME = 1e-9
"""The difference, relative and absolute, up to which a number is the given one."""
FEWEST_DECIMALS = 2
"""Decimals from which on a rounded number counts as the given one."""
FEWEST, HALF = 2, 0.5
"""How many of a student's numbers a table has to have, and of which share it has to have more."""


def is_given(found: float, number: float) -> bool:
    """Whether a number is a given one, be it rounded."""
    decimals = len(repr(found).partition(".")[2])
    rounded = decimals >= FEWEST_DECIMALS and round(number, decimals) == found
    return rounded or isclose(found, number, rel_tol=SAME, abs_tol=SAME)


def are_given_to(student: Student, found: Mapping[str, float]) -> bool:
    """Whether the numbers of a table's first row are a student's, as far as they are there.

    The learning rate does not count: it is one of few, and no part of the row.
    """
    own = {name: number for name, number in student.numbers.items() if name != RATE}
    there = [name for name in own if name in found]
    enough = len(there) >= FEWEST and len(there) > HALF * len(own)
    return enough and all(is_given(found[name], own[name]) for name in there)
