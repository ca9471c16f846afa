"""Which parts of a large network a drawing shows: the first and the last of many."""

import sys
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Shortening(NamedTuple):
    """The most parts that are drawn of each kind; of more, the first and the last ones are.

    Attributes:
        rows: circles of a column.
        columns: columns.
        pictures: pictures of a column.
        kernels: kernels of a picture.
        kernel: columns of a kernel; a wider one is not drawn at all.
        places: places of a picture that have arrows of their own to circles; of a larger one, one
            arrow leads to each circle.
        edge: pixels above and below a column of circles, for bows.
    """

    rows: int = 10
    columns: int = 16
    pictures: int = 4
    kernels: int = 4
    kernel: int = 12
    places: int = 30
    edge: float = 66


WHOLE = Shortening(*[sys.maxsize] * 7)
"""All parts, however many they are; circles keep the same part of any height free."""


def ends(items: Sequence[T], most: int) -> tuple[list[T], list[T], int]:
    """The items that are drawn: first ones, last ones, and the number of those between them.

    Where there are too many, the dots take the room of one.
    """
    if len(items) <= most:
        return list(items), [], 0
    first = most // 2
    last = most - 1 - first
    return list(items[:first]), list(items[len(items) - last :]), len(items) - first - last
