"""An assignment: all that is needed to set it and to mark it, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from backprop_sheet.errors import plain
from backprop_sheet.exercise.file_names import names_of_files
from backprop_sheet.exercise.parts import CHART, Part, columns_left_blank, parts_of, usual_points
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import Network

DERIVATION, DRAWING = "derivation", "drawing"
GIVEN_AWAY = (DERIVATION, DRAWING)
"""What a sheet may show beside its table."""
CELLS, COLUMNS, PARTS = "cells", "columns", "parts"
BY = (CELLS, COLUMNS, PARTS)
"""What earns points: each right cell its share, a column that is all right, a part that is."""


@dataclass(frozen=True)
class Student:
    """A student of the roster.

    Attributes:
        identifier: what the student's files are named after; unique.
        name: the student's name; empty if the roster has none.
        numbers: the given numbers that are the student's own, by name, η among them.
        also: what else the roster knows the student by: numbers, addresses, logins.
    """

    identifier: str
    name: str
    numbers: Mapping[str, float]
    also: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The student's name and identifier, in one line."""
        return plain(f"{self.name} ({self.identifier})" if self.name else self.identifier)


@dataclass(frozen=True)
class Marking:
    """The rules by which sheets are marked. Each share is from 0 (nothing) to 1 (all of it).

    Attributes:
        by: one of `BY`.
        typed: the share of a cell's points that a right number earns which was typed in.
        others_numbers: the share of all points for a sheet with another student's numbers.
        other_numbers: the share for one whose given numbers are nobody's.
        other_rate: the share of the updates' points at another learning rate.
        answers: whether the feedback says which formula and which number belong in a wrong cell.
    """

    by: str = CELLS
    typed: float = 0.0
    others_numbers: float = 0.0
    other_numbers: float = 0.5
    other_rate: float = 0.5
    answers: bool = False


@dataclass(frozen=True)
class Assignment:
    """An exercise as it was set.

    Attributes:
        title: what it is called.
        network: the network; its drawn numbers are nobody's.
        seed: from which the students' numbers are drawn.
        blank: what is left blank, in words as `parts.columns_left_blank` takes them.
        shown: epochs at the top in which the blank columns have their numbers nevertheless.
        self_check: whether right cells turn green.
        given: what the sheet gives away, of `GIVEN_AWAY`.
        points: the points of each part that has any, by its key.
        marking: the rules.
        students: the students, in the roster's order.
    """

    title: str
    network: Network
    seed: int
    blank: tuple[str, ...]
    shown: int = 0
    self_check: bool = False
    given: tuple[str, ...] = (DRAWING,)
    points: Mapping[str, float] = field(default_factory=Fixed)
    marking: Marking = field(default_factory=Marking)
    students: tuple[Student, ...] = ()

    def __post_init__(self) -> None:
        """Give each part its usual points if none are given."""
        if not self.points:
            usual = usual_points(self.network, self.columns, chart=CHART in self.blank)
            object.__setattr__(self, "points", Fixed(usual))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are left blank below the rows shown."""
        return columns_left_blank(self.network, self.blank)

    @cached_property
    def parts(self) -> list[Part]:
        """The parts that have points, each with those of its columns that are left blank."""
        left = set(self.columns)
        return [
            part._replace(columns=tuple(name for name in part.columns if name in left))
            for part in parts_of(self.network)
            if part.key in self.points
        ]

    @cached_property
    def file_names(self) -> Mapping[str, str]:
        """What the files of each student are called, by the student's identifier."""
        return names_of_files(student.identifier for student in self.students)

    @cached_property
    def total(self) -> float:
        """The points for everything."""
        return sum(self.points.values())

    def network_of(self, student: Student) -> Network:
        """The network with a student's numbers."""
        return self.network.with_numbers(**student.numbers)

    def rows_of(self, name: str) -> list[int]:
        """The rows, counted from 0, in which a column is left blank: where a formula belongs."""
        if name not in self.columns:
            return []
        rules, rows = self.network.rules, self.network.rows
        below = range(rows(self.shown), rows(self.network.epochs))
        return [row for row in below if rules.has_formula(name, rules.kind(row))]
