"""Converts the addresses of columns, cells and areas to numbers, counted from 1, and back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from string import ascii_uppercase
from typing import Self

from backprop_sheet.errors import InputError, shown

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last row and column of a sheet."""
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

Place = tuple[int, int]
"""The row and the column of a cell."""


@lru_cache(LAST_COLUMN)
def letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = ascii_uppercase[rest] + text
    return text


@lru_cache(LAST_COLUMN)
def column_of(name: str) -> int:
    """The number of the column with these letters, capital or small.

    Raises:
        ValueError: they are not one to three letters from A to Z.
    """
    if not re.fullmatch("[A-Za-z]{1,3}", name):
        raise ValueError(f"{name!r} is not a column")
    number = 0
    for letter in name.upper():
        number = 26 * number + ascii_uppercase.index(letter) + 1
    return number


def address(row: int, column: int) -> str:
    """The address of a cell: Z33."""
    return f"{letters(column)}{row}"


def place_of(cell: str) -> Place:
    """The row and column of an address such as Z33.

    Raises:
        InputError: a sheet has no such cell.
    """
    match = _CELL.fullmatch(cell)
    place = (int(match[2]), column_of(match[1])) if match else (0, 0)
    if not match or place[0] > LAST_ROW or place[1] > LAST_COLUMN:
        raise InputError(f"{shown(cell)} is not the address of a cell, such as Z33")
    return place


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, by its first and last column and row."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, reference: str) -> Self:
        """The area of a reference such as A1:C3, $A$1:$C$3 or A1, its corners in any order.

        Raises:
            InputError: it is not the address of a cell or an area.
        """
        corners = reference.replace("$", "").split(":")
        if len(corners) > 2:  # noqa: PLR2004 - two corners
            raise InputError(f"{shown(reference)} is not the address of an area, such as A1:C3")
        return cls.around(map(place_of, corners))

    @classmethod
    def around(cls, places: Iterable[Place]) -> Self:
        """The smallest area that contains all of these cells."""
        rows, columns = zip(*places, strict=True)
        return cls(min(columns), min(rows), max(columns), max(rows))

    @property
    def corners(self) -> tuple[Place, Place]:
        """The first cell and the last."""
        return (self.top, self.left), (self.bottom, self.right)

    @property
    def size(self) -> int:
        """The number of cells."""
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)

    def places(self) -> Iterator[Place]:
        """Its cells, row by row."""
        rows, columns = range(self.top, self.bottom + 1), range(self.left, self.right + 1)
        return ((row, column) for row in rows for column in columns)

    @property
    def reference(self) -> str:
        """Its relative address: A1:C3."""
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    @property
    def absolute(self) -> str:
        """Its absolute address: $A$1:$C$3."""
        return f"${letters(self.left)}${self.top}:${letters(self.right)}${self.bottom}"


def areas(places: Iterable[Place]) -> list[Area]:
    """Areas that have just these cells: runs within a row, joined with equal runs below."""
    done: list[Area] = []
    last: dict[tuple[int, int], Area] = {}  # by its columns
    for row, cells in groupby(sorted(set(places)), key=lambda place: place[0]):
        for columns in _runs(column for _, column in cells):
            area = last.get(columns)
            if area and area.bottom == row - 1:
                last[columns] = replace(area, bottom=row)
            else:
                done += [area] if area else []
                last[columns] = Area(columns[0], row, columns[1], row)
    return [*done, *last.values()]


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last number of each run of consecutive numbers, in ascending order."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]
