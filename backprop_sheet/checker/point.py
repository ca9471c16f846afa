"""Numbers for the names of a formula, and what it gives for them."""

import random
from collections.abc import Mapping
from functools import lru_cache

from backprop_sheet.formula import Name, Tree, nodes, value_of

RANGE = 0.2, 1.4
"""What names without a number of their own stand for."""
MIDDLE = sum(RANGE) / 2
SAME = 1e-9
"""Relative difference at each point up to which two formulas count as the same."""

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


def close(one: float | None, other: float | None, relative: float = SAME) -> bool:
    """Whether two numbers are there and the same but for rounding."""
    if one is None or other is None:
        return False
    return abs(one - other) <= relative * max(abs(one), abs(other)) + 1e-13


def size(tree: Tree) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in nodes(tree))
