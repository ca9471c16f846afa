"""Connected parts of a picture's ink, and which of them are the digit.

Knows nothing of colours or files: it is given where there is ink, as a mask of yes and no.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
"""Whether there is ink, of shape (height, width)."""
Numbers = npt.NDArray[np.int64]


ALONG = 0.5
"""A part that touches an edge along this fraction of its length lies along it."""
DIRT = 0.05
"""Parts smaller than this fraction of the largest one are no digits."""
INSIDE = 0.2
"""A part this large inside another, as a fraction of its size, makes that one a frame."""
STROKE, SPECK = 0.7, 0.05
"""A small stroke has less than the first fraction of the digit's size. With less than the second
of its area, it is a speck."""
CLOSE, BELOW, IN_LINE = 0.08, 0.3, 0.3
"""How far a stroke is from the digit at most, as fractions of the digit's size: in any direction,
and above or below if this fraction of its width is in line with the digit."""
ALIKE = 0.5
"""Other parts larger than this fraction of the digit's size may be digits too."""


class Part(NamedTuple):
    """Ink that hangs together, neighbours at corners included.

    Attributes:
        number: its number in the map of parts, from 1.
        area: its pixels.
        top, left, bottom, right: its box; bottom and right lie just outside.
        contacts: how much of the picture's top, bottom, left and right edge it covers, as
            fractions.
    """

    number: int
    area: int
    top: int
    left: int
    bottom: int
    right: int
    contacts: tuple[float, float, float, float]

    @property
    def height(self) -> int:
        """The height of its box."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """The width of its box."""
        return self.right - self.left

    @property
    def size(self) -> int:
        """The longer side of its box."""
        return max(self.height, self.width)

    def surrounds(self, other: Part) -> bool:
        """Whether its box holds the other one, and that one is no speck in a 0."""
        return (
            self.top < other.top
            and self.left < other.left
            and other.bottom < self.bottom
            and other.right < self.right
            and other.size > INSIDE * self.size
        )

    def belongs_to(self, main: Part) -> bool:
        """Whether it is a stroke of the same digit: close to it, or just above or below.

        What is as large as the digit and beside it is another digit, however close.
        """
        if self.area < SPECK * main.area:
            return False
        small = self.size < STROKE * main.size
        across = max(self.left, main.left) - min(self.right, main.right)
        down = max(self.top, main.top) - min(self.bottom, main.bottom)
        close = max(across, down) < CLOSE * main.size
        in_line = -across > IN_LINE * self.width
        below = small and down < BELOW * main.size
        return (close or below) if in_line else (close and small)


def numbered(mask: Mask) -> Numbers:
    """The number of the part that each pixel belongs to, from 1; 0 where there is no ink.

    Each row is taken as runs of ink, and runs that touch one in the next row are united: a picture
    has far fewer runs than pixels.
    """
    height, width = mask.shape
    wide = width + 2  # a column without ink at each side, so that no run goes on in the next row
    row = np.pad(mask, ((0, 0), (1, 1))).ravel().astype(np.int8)
    change = np.diff(row, prepend=0)
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    first = np.searchsorted(ends, starts + wide)  # of the runs below that touch, also at a corner
    last = np.searchsorted(starts, ends + wide, side="right")
    upper = np.repeat(np.arange(len(starts)), last - first)
    lower = np.arange(len(upper)) - np.repeat(np.cumsum(last - first) - last, last - first)
    roots = _united(len(starts), upper, lower)
    numbers = np.unique(roots, return_inverse=True)[1] + 1
    filled = np.zeros(len(row), np.int64)
    filled[row > 0] = np.repeat(numbers, ends - starts)
    return filled.reshape(height, wide)[:, 1:-1]


def _united(count: int, one: Numbers, other: Numbers) -> Numbers:
    """The least member of the set that each of `count` members belongs to, by pairs in one set."""
    roots = np.arange(count)
    while len(one):
        low, high = np.minimum(roots[one], roots[other]), np.maximum(roots[one], roots[other])
        if (low == high).all():
            break
        np.minimum.at(roots, high, low)
        while (roots != roots[roots]).any():
            roots = roots[roots]
    return roots


def parts(numbers: Numbers) -> list[Part]:
    """The parts of a map of parts, the largest first."""
    height, width = numbers.shape
    rows, columns = np.nonzero(numbers)
    which = numbers[rows, columns]
    count = int(numbers.max(initial=0)) + 1
    area = np.bincount(which, minlength=count)  # 0 for number 0, which is no part
    top, left = np.full((2, count), max(height, width))
    bottom, right = np.zeros((2, count), np.int64)
    np.minimum.at(top, which, rows)
    np.minimum.at(left, which, columns)
    np.maximum.at(bottom, which, rows + 1)
    np.maximum.at(right, which, columns + 1)
    edges = (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1])
    contacts = zip(*(np.bincount(e, minlength=count) / len(e) for e in edges), strict=True)
    columns_of = (area.tolist(), top.tolist(), left.tolist(), bottom.tolist(), right.tolist())
    rows_of = zip(range(count), *columns_of, contacts, strict=True)
    return sorted((Part(*row) for row in rows_of if row[1]), key=lambda part: -part.area)


def digit_parts(found: list[Part]) -> tuple[list[Part], int]:
    """The parts that make up the digit, and how many digits there seem to be.

    What lies along an edge, such as a dark table, is no digit, and neither is a frame around
    something else, unless there is nothing else. The digit is the largest part that remains, with
    small parts close to it: a stroke that the pen drew apart. Other parts as large as a digit are
    counted and left out.

    Args:
        found: at least one part, the largest first.
    """
    side = max(part.size for part in found)
    large = [part for part in found if part.size > DIRT * side]
    inner = [part for part in large if not any(part.surrounds(other) for other in large)]
    candidates = [part for part in inner if max(part.contacts) < ALONG] or inner
    main, *others = candidates
    chosen = [main, *(part for part in others if part.belongs_to(main))]
    apart = [part for part in others if part not in chosen and not any(part.contacts)]
    alike = [part for part in apart if part.size > ALIKE * main.size]
    return chosen, 1 + len(alike)


def has_hole(numbers: Numbers, part: Part) -> bool:
    """Whether a part has a hole that is large for its size."""
    box = numbers[part.top : part.bottom, part.left : part.right]
    holes = parts(numbered(box != part.number))
    return any(not any(h.contacts) and h.size > INSIDE * part.size for h in holes)
