"""Compares formulas by their numbers at a few points, however they are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from backprop_sheet.checker.point import EMPTY, Point, close, number_at
from backprop_sheet.checker.ties import Ties
from backprop_sheet.formula import Name, Tree, compared, conditions

POINTS, MOST_POINTS = 2, 40
CHOOSING = 12
"""Points of both signs for formulas that choose by a sign: two conditions that are not the same
give the same at all of them once in 4,000 times."""
LARGE = 5.0
"""How many times as large these numbers are at one of the points."""

Numbers = Sequence[float | None]


def points_for(right: Tree, fixed: Mapping[Name, float]) -> list[Point]:
    """Points at which formulas are compared with the right one: by chance, and where it chooses."""
    return [*points_by_chance(right, fixed), *Ties(right, None, fixed).points()]


def points_by_chance(
    right: Tree, fixed: Mapping[Name, float], definitions: Mapping[str, Tree] = EMPTY
) -> list[Point]:
    """Points at which formulas are the same by chance, if they are not, hardly ever.

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


def numbers_at(tree: Tree, points: Iterable[Point]) -> list[float | None]:
    """The tree's number at each point."""
    return [number_at(tree, point) for point in points]


def agree(tree: Tree, right: Tree, points: Iterable[Point]) -> bool:
    """Whether two formulas have the same number at each point."""
    return all(close(number_at(tree, point), number_at(right, point)) for point in points)


def same(tree: Tree, numbers: Numbers, points: Iterable[Point]) -> bool:
    """Whether the tree has these numbers."""
    return all(close(number_at(tree, p), n) for p, n in zip(points, numbers, strict=True))
