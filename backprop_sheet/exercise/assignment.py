"""An assignment: all that is needed to set it and to mark it, as plain data and as a file.

The file, assignment.toml, has the network, what is left blank, the points, the rules of marking,
and for each student the numbers that were given.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.exercise.parts import CHART, Part, columns_left_blank, parts_of, usual_points
from backprop_sheet.files import replacing
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import Network
from backprop_sheet.network.file import network_text, read_text
from backprop_sheet.network.hints import did_you_mean

NAME = "assignment.toml"
"""The file's name in the exercise's folder."""
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


# --- as a file -----------------------------------------------------------------------------------


def save(assignment: Assignment, path: Path) -> None:
    """Write an assignment's file, whole or not at all.

    Raises:
        WriteError: it cannot be written.
    """
    text = "".join(f"{line}\n" for line in _lines(assignment))
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def _lines(assignment: Assignment) -> Iterator[str]:
    yield f"# The exercise as it was set; `backprop-sheet mark FILES --assignment {NAME}` uses it."
    yield f"title = {_value(assignment.title)}"
    yield f"seed = {assignment.seed}"
    yield f"blank = {_value(assignment.blank)}"
    yield f"shown = {assignment.shown}  # epochs at the top that have their numbers"
    yield f"self_check = {_value(assignment.self_check)}"
    yield f"given = {_value(assignment.given)}"
    yield "network = '''"
    yield from network_text(assignment.network).splitlines()
    yield "'''"
    yield ""
    yield "[points]"
    titles = {part.key: part for part in parts_of(assignment.network)}
    for key, points in assignment.points.items():
        yield f"{key} = {points:g}  # {titles[key].title}"
    yield ""
    yield "[marking]"
    for each in fields(Marking):
        yield f"{each.name} = {_value(getattr(assignment.marking, each.name))}"
    for student in assignment.students:
        yield ""
        yield "[[student]]"
        yield f"identifier = {_value(student.identifier)}"
        yield f"name = {_value(student.name)}"
        yield f"also = {_value(student.also)}"
        numbers = ", ".join(f"{name} = {number!r}" for name, number in student.numbers.items())
        yield f"numbers = {{ {numbers} }}"


def _value(value: object) -> str:
    """A value as TOML has it, whose texts and lists are written as in JSON."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def read(path: Path) -> Assignment:
    """Read an assignment's file.

    Raises:
        InputError: it is not one, or something in it is not as it should be.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no file of an assignment: {error}") from None
    try:
        return _assignment(content)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _assignment(content: dict[str, Any]) -> Assignment:
    known = {each.name for each in fields(Assignment)} - {"students"} | {"student"}
    _refuse_others(content, known)
    network = read_text(_of(content, "network", str), "exercise")
    points = _points(content.get("points", {}), network)
    return Assignment(
        title=_of(content, "title", str),
        network=network,
        seed=_of(content, "seed", int),
        blank=_texts(content, "blank"),
        shown=_of(content, "shown", int),
        self_check=_of(content, "self_check", bool),
        given=_texts(content, "given"),
        points=Fixed(points),
        marking=_marking(content.get("marking", {})),
        students=tuple(_students(content.get("student", []), network)),
    )


def _refuse_others(content: Mapping[str, Any], known: Iterable[str], where: str = "") -> None:
    for key in content:
        if key not in known:
            hint = did_you_mean(key, known)
            raise InputError(f"{where}{shown(key)} is not known{hint}")


def _of(content: Mapping[str, Any], key: str, kind: type, where: str = "") -> Any:
    """What a key has.

    Raises:
        InputError: there is no such key, or its value is of another kind.
    """
    words = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}
    if key not in content:
        raise InputError(f"{where}{key} is missing")
    value = content[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(f"{where}{key} = {shown(str(value))}: takes {words[kind]}")
    return value


def _texts(content: Mapping[str, Any], key: str, where: str = "") -> tuple[str, ...]:
    found = _of(content, key, list, where)
    if not all(isinstance(text, str) for text in found):
        raise InputError(f"{where}{key}: takes a list of texts")
    return tuple(found)


def _number(value: object, where: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InputError(f"{where} = {shown(str(value))}: takes a number from 0 to {most:g}")
    return float(value)


def _points(content: Mapping[str, Any], network: Network) -> dict[str, float]:
    keys = [part.key for part in parts_of(network)]
    _refuse_others(content, keys, "points: ")
    return {key: _number(value, f"points: {key}", 1e6) for key, value in content.items()}


def _marking(content: Mapping[str, Any]) -> Marking:
    _refuse_others(content, [each.name for each in fields(Marking)], "marking: ")
    found: dict[str, Any] = {}
    for key, value in content.items():
        if key == "by":
            if value not in BY:
                raise InputError(f"marking: by = {shown(str(value))}: takes {', '.join(BY)}")
            found[key] = value
        elif key == "answers":
            found[key] = _of(content, key, bool, "marking: ")
        else:
            found[key] = _number(value, f"marking: {key}", 1)
    return Marking(**found)


def _students(content: list[dict[str, Any]], network: Network) -> Iterator[Student]:
    seen: set[str] = set()
    for number, entry in enumerate(content, start=1):
        where = f"student {number}: "
        _refuse_others(entry, [each.name for each in fields(Student)], where)
        identifier = _of(entry, "identifier", str, where)
        if identifier in seen:
            raise InputError(f"{where}{shown(identifier)} is a student's above")
        seen.add(identifier)
        numbers = entry.get("numbers", {})
        if not isinstance(numbers, dict):
            raise InputError(f"{where}numbers: takes numbers by name")
        try:
            network.with_numbers(**numbers)
        except InputError as error:
            raise InputError(f"{where}{error}") from None
        yield Student(
            identifier, entry.get("name", ""), Fixed(numbers), _texts(entry, "also", where)
        )
