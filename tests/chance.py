"""How many of the networks, sheets and mistakes by chance a run of the tests goes through."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

EVERY = "BACKPROP_SHEET_EVERY_CHANCE"
"""Set, all of them are gone through, as CI does once a week; it takes much longer."""
SHARE = 7


def some(cases: Sequence[T]) -> Sequence[T]:
    """Every seventh of the cases; all of them if the environment asks for it."""
    return cases if os.environ.get(EVERY) else cases[::SHARE]
