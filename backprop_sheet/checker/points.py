"""Compares formulas by their numbers at a few points, however they are written."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from backprop_sheet.formula import Name, Tree, compared, conditions, nodes, value_of

POINTS, MOST_POINTS = 2, 40
RANGE = 0.2, 1.4
"""What names without a number of their own stand for."""
MIDDLE = sum(RANGE) / 2
CHOOSING = 12
"""Points of both signs for formulas that choose by a sign: two conditions that are not the same
give the same at all of them once in 4,000 times."""
LARGE = 5.0
"""How many times as large these numbers are at one of the points."""
SAME = 1e-9
"""Relative difference at each point up to which two formulas count as the same."""

Numbers = Sequence[float | None]
EMPTY: Mapping[str, Tree] = {}


class Point(dict[Name, float]):
    """Numbers for names: some fixed, some defined by others, any other by chance.

    The same name always has the same number by chance.
    """

    def __init__(
        self,
        fixed: Mapping[Name, float],
        number: int,
        turned: int = 0,
        definitions: Mapping[str, Tree] = EMPTY,
        scale: float = 1.0,
    ) -> None:
        """Numbers above 0; if turned by 1 or −1, of both signs or of the opposite ones."""
        super().__init__(fixed)
        self._number, self._turned, self._definitions = number, turned, definitions
        self._scale = scale

    def __missing__(self, name: Name) -> float:
        if not name.up and name.id in self._definitions:
            value = value_of(self._definitions[name.id], self.__getitem__)
        else:
            value = self._scale * _chance(f"{name.id} {name.up}", self._number)
            if self._turned:
                sign = _chance(f"{name.id} {name.up} sign", self._number)
                value = -value if (sign > MIDDLE) == (self._turned > 0) else value
        self[name] = value
        return value


def points_for(
    right: Tree, fixed: Mapping[Name, float], definitions: Mapping[str, Tree] = EMPTY
) -> list[Point]:
    """Points at which formulas are compared with the right one.

    Args:
        right: has a number at all of them: no root of less than 0. As far as it has, each name is
            below 0 at some of them, and large at one.
        fixed: names that have their own number at each point.
        definitions: names whose number follows from others.
    """

    def fit(turned: int, most: int, scale: float = 1.0) -> Iterator[Point]:
        points = (Point(fixed, n, turned, definitions, scale) for n in range(MOST_POINTS))
        return islice((point for point in points if number_at(right, point) is not None), most)

    chooses = any(map(conditions, (right, *definitions.values())))
    points = [*fit(0, POINTS), *fit(1, CHOOSING if chooses else 1), *fit(-1, 1), *fit(1, 1, LARGE)]
    if chooses:
        points += _ties(right, fixed, definitions)
    return points or [Point(fixed, 0, 0, definitions)]


def _ties(
    right: Tree, fixed: Mapping[Name, float], definitions: Mapping[str, Tree]
) -> Iterator[Point]:
    """Points at which two numbers are the same that a formula compares: by chance they never are.

    The one is a name that follows from nothing, as a target; the other a name as well, or a whole
    number, as the class that is predicted: the two are the same however a formula is written.
    """
    for tree in (right, *definitions.values()):
        for name, other in compared(tree):
            if name in fixed or (not name.up and name.id in definitions):
                continue
            for turned in (1, -1):
                number = number_at(other, Point(fixed, 0, turned, definitions))
                if number is None or not (isinstance(other, Name) or float(number).is_integer()):
                    continue
                point = Point({**fixed, name: number}, 0, turned, definitions)
                if number_at(right, point) is not None:
                    yield point


@lru_cache(maxsize=4096)
def _chance(name: str, number: int) -> float:
    return random.Random(f"{name} {number}").uniform(*RANGE)  # noqa: S311 - no secret


def any_setting(name: str) -> float:
    """A number for a setting whose own does not count: between 0 and 1, where all may be."""
    return _chance(f"{name} setting", 0) / (RANGE[1] + RANGE[0])


def number_at(tree: Tree, point: Mapping[Name, float]) -> float | None:
    """The tree's number at a point; None where it has none."""
    try:
        return value_of(tree, point.__getitem__)
    except (ArithmeticError, ValueError, KeyError, RecursionError):
        return None


def numbers_at(tree: Tree, points: Iterable[Point]) -> list[float | None]:
    """The tree's number at each point."""
    return [number_at(tree, point) for point in points]


def same(tree: Tree, numbers: Numbers, points: Iterable[Point]) -> bool:
    """Whether the tree has these numbers."""
    return all(close(number_at(tree, p), n) for p, n in zip(points, numbers, strict=True))


def close(one: float | None, other: float | None, relative: float = SAME) -> bool:
    """Whether two numbers are there and the same but for rounding."""
    if one is None or other is None:
        return False
    return abs(one - other) <= relative * max(abs(one), abs(other)) + 1e-13


def size(tree: Tree) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in nodes(tree))
