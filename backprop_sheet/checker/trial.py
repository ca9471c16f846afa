"""Formulas held against each other by their numbers at a few points, however they are written."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from backprop_sheet.formula import Name, Tree, conditions, value_of

POINTS, MOST_POINTS = 3, 40
RANGE = 0.2, 1.4
"""What names without a number of their own stand for."""
MIDDLE = sum(RANGE) / 2
SAME = 1e-9
"""Relative difference at each point up to which two formulas are held to be the same."""
MOST_TRIED = 40_000
"""Trees that are tried for one cause: seconds at most, for formulas of any length."""

Numbers = Sequence[float | None]


class Exhausted(Exception):
    """Enough has been tried."""


class Trial:
    """Formulas held against each other by their numbers at a few points."""

    def __init__(self, fixed: Mapping[Name, float], right: Tree) -> None:
        """Points at which these names have their own number, and all others one by chance.

        Args:
            fixed: names with their numbers.
            right: a formula that has a number at all of the points: no root of less than 0. If it
                chooses by a sign, each name is below 0 at some of them.
        """
        plain = (_Point(fixed, number) for number in range(MOST_POINTS))
        self.points = list(islice(_fit(right, plain), POINTS))
        if conditions(right):
            for turned in (1, -1):
                mixed = (_Point(fixed, k, turned) for k in range(MOST_POINTS))
                self.points += islice(_fit(right, mixed), 1)
        self.points = self.points or [_Point(fixed, 0)]
        self._left = MOST_TRIED

    def numbers(self, tree: Tree) -> list[float | None]:
        """The tree's number at each point; None where it has none."""
        return [number_at(tree, point) for point in self.points]

    def count(self) -> None:
        """Count a trial.

        Raises:
            Exhausted: it is one too many.
        """
        self._left -= 1
        if self._left < 0:
            raise Exhausted

    def same(self, tree: Tree, numbers: Numbers) -> bool:
        """Whether the tree has these numbers.

        Raises:
            Exhausted: too many have been tried.
        """
        self.count()
        return all(close(number_at(tree, p), n) for p, n in zip(self.points, numbers, strict=True))


class _Point(dict[Name, float]):
    """Numbers for names: some fixed, any other by chance, though always the same."""

    def __init__(self, fixed: Mapping[Name, float], number: int, turned: int = 0) -> None:
        """Numbers above 0; if turned by 1 or −1, of both signs or of the opposite ones."""
        super().__init__(fixed)
        self._number, self._turned = number, turned

    def __missing__(self, name: Name) -> float:
        value, sign = (
            _chance(f"{name.id} {name.up}{what}", self._number) for what in ("", " sign")
        )
        if self._turned and (sign > MIDDLE) == (self._turned > 0):
            value = -value
        self[name] = value
        return value


def _fit(right: Tree, points: Iterable[_Point]) -> Iterator[_Point]:
    """The points at which the right formula has a number."""
    return (point for point in points if number_at(right, point) is not None)


@lru_cache(maxsize=4096)
def _chance(name: str, number: int) -> float:
    return random.Random(f"{name} {number}").uniform(*RANGE)  # noqa: S311 - no secret


def number_at(tree: Tree, point: Mapping[Name, float]) -> float | None:
    """The tree's number, walked node by node: guesses are too many to compile each of them."""
    try:
        return value_of(tree, point.__getitem__)
    except (ArithmeticError, ValueError, KeyError):
        return None


def close(one: float | None, other: float | None, relative: float = SAME) -> bool:
    """Whether two numbers are there and the same but for rounding."""
    if one is None or other is None:
        return False
    return abs(one - other) <= relative * max(abs(one), abs(other)) + 1e-13
