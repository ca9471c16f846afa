"""What the everyday part of the tests goes through, where all of it takes long."""

from collections.abc import Iterable
from typing import Any

import pytest

QUICK = (
    "original",
    "mazur-sequential",
    "xor",
    "linear",
    "adam",
    "growth",
    "recurrent",
    "embedding",
)
"""Templates of few columns, one of each kind: trained by rows or epochs, and carrying more."""


def mostly_slow(cases: Iterable[Any], everyday: Iterable[Any] = QUICK) -> list[Any]:
    """The cases of a test; those that the everyday part leaves out are slow."""
    cases, kept = list(cases), set(everyday)
    assert kept & set(cases), "the everyday part keeps some"
    return [case if case in kept else pytest.param(case, marks=pytest.mark.slow) for case in cases]
