"""The file of an assignment: written when the exercise is set, read when it is marked.

It has the network, what is left blank, the points, the rules of marking, and for each student the
numbers that were given. Teachers may change points and rules in it, so whatever is wrong in it is
said in one line.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.exercise.assignment import BY, GIVEN_AWAY, Assignment, Marking, Student
from backprop_sheet.exercise.parts import (
    CHART,
    ERRORS,
    FORWARD,
    GRADIENTS,
    UPDATES,
    parts_of,
    usual_points,
)
from backprop_sheet.files import replacing
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import Network
from backprop_sheet.network.file import network_text, parsed_text, read_text
from backprop_sheet.network.hints import did_you_mean
from backprop_sheet.ooxml.addresses import LAST_ROW

NAME = "assignment.toml"
"""The file's name in the exercise's folder."""
LONGEST_IDENTIFIER = 100
"""The most characters of an identifier, as of a roster's."""
LARGEST = 200_000_000
"""The most bytes of a file: 20,000 students with a hundred numbers each have a quarter of it."""
MOST_POINTS = 1e6
"""The most points of a part."""


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
    titles = {part.key: part.title for part in parts_of(assignment.network)}
    for key, points in assignment.points.items():
        yield f"{key} = {points:.15g}  # {titles[key]}"
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
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")  # JSON escapes all other characters that TOML refuses


def read(path: Path) -> Assignment:
    """Read an assignment's file.

    Raises:
        InputError: it is not one, or something in it is not as it should be.
    """
    try:
        _check_size(path)
        return _assignment(parsed_text(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text in UTF-8: save it as one") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise InputError(f"more than {LARGEST:,} bytes, which no assignment needs")


def _assignment(content: Mapping[str, Any]) -> Assignment:
    known = {each.name for each in fields(Assignment)} - {"students"} | {"student"}
    _refuse_others(content, sorted(known))
    network = read_text(_of(content, "network", str), "exercise")
    found = Assignment(
        title=_of(content, "title", str),
        network=network,
        seed=_of(content, "seed", int),
        blank=_texts(content, "blank"),
        shown=_of(content, "shown", int),
        self_check=_of(content, "self_check", bool),
        given=_texts(content, "given"),
        points=Fixed(_points(_of(content, "points", dict, default={}), network)),
        marking=_marking(_of(content, "marking", dict, default={})),
        students=tuple(_students(_of(content, "student", list, default=[]), network)),
    )
    _check(found)
    return found


def check_rows(network: Network) -> None:
    """Refuse more epochs than a sheet has rows for.

    Raises:
        InputError: there are more.
    """
    epochs, rows = network.epochs, network.rows(network.epochs)
    if rows >= LAST_ROW:
        raise InputError(f"{epochs:,} epochs need {rows:,} rows; a sheet has {LAST_ROW:,}")


def _check(assignment: Assignment) -> None:
    """Refuse what does not fit the rest of the file.

    Raises:
        InputError: there is such a thing.
    """
    if assignment.seed < 0:
        raise InputError(f"seed = {assignment.seed}: takes a whole number of at least 0")
    check_rows(assignment.network)
    epochs = assignment.network.epochs
    if not 0 <= assignment.shown <= epochs:
        raise InputError(f"shown = {assignment.shown}: takes a whole number from 0 to {epochs}")
    for word in assignment.given:
        if word not in GIVEN_AWAY:
            raise InputError(f"given: {shown(word)} is not known; takes {', '.join(GIVEN_AWAY)}")
    if assignment.columns and not any(map(assignment.rows_of, assignment.columns)):
        raise InputError(
            f"shown = {assignment.shown}: takes a whole number from 0 to {epochs - 1}, as "
            "otherwise no cell is blank"
        )
    _check_points(assignment)


def _check_points(assignment: Assignment) -> None:
    """Refuse points of what is not blank, blank parts without points, and none at all."""
    blank = usual_points(assignment.network, assignment.columns, chart=CHART in assignment.blank)
    if not blank:
        raise InputError("blank: nothing is left blank")
    for key in assignment.points:
        if key not in blank:
            raise InputError(f"points: nothing of {key} is left blank, but of {', '.join(blank)}")
    for key in blank:
        if key not in assignment.points:
            raise InputError(f"points: {key} is missing: takes a number, 0 if it earns nothing")
    if not assignment.total:
        raise InputError("points: all are 0: at least one part takes a number above 0")


def _refuse_others(content: Mapping[str, Any], known: Iterable[str], where: str = "") -> None:
    for key in content:
        if key not in known:
            hint = next(
                (
                    f": it belongs below the line {line}"
                    for line, of in _BELOW.items()
                    if of(key) and line.strip("[]") not in where
                ),
                did_you_mean(key, known),
            )
            raise InputError(f"{where}{shown(key)} is not known{hint}")


_BELOW: Mapping[str, Callable[[str], object]] = {
    "[points]": re.compile(rf"(?:{FORWARD}|{ERRORS}|{UPDATES}|{CHART}|{GRADIENTS}_\d+)").fullmatch,
    "[marking]": {each.name for each in fields(Marking)}.__contains__,
    "[[student]]": {each.name for each in fields(Student)}.__contains__,
}
"""The lines that keys stand below, where one was taken out."""


_WORDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "keys, each with a value",
}


def _of(
    content: Mapping[str, Any], key: str, kind: type, where: str = "", default: Any = None
) -> Any:
    """What a key has.

    Raises:
        InputError: there is no such key and no default, or its value is of another kind.
    """
    value = content.get(key, default)
    if value is None:
        raise InputError(f"{where}{key} is missing")
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(f"{where}{key} = {shown(value)}: takes {_WORDS[kind]}")
    return value


def _texts(content: Mapping[str, Any], key: str, where: str = "") -> tuple[str, ...]:
    found = _of(content, key, list, where)
    if not all(isinstance(text, str) for text in found):
        raise InputError(f"{where}{key}: takes a list of texts")
    return tuple(found)


def _number(value: object, where: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise InputError(f"{where} = {shown(value)}: takes a number from 0 to {most:,.0f}")
    return float(value)


def _points(content: Mapping[str, Any], network: Network) -> dict[str, float]:
    _refuse_others(content, [part.key for part in parts_of(network)], "points: ")
    return {key: _number(value, f"points: {key}", MOST_POINTS) for key, value in content.items()}


def _marking(content: Mapping[str, Any]) -> Marking:
    _refuse_others(content, [each.name for each in fields(Marking)], "marking: ")
    found: dict[str, Any] = {}
    for key, value in content.items():
        if key == "by":
            if value not in BY:
                raise InputError(f"marking: by = {shown(value)}: takes {', '.join(BY)}")
            found[key] = value
        elif key == "answers":
            found[key] = _of(content, key, bool, "marking: ")
        else:
            found[key] = _number(value, f"marking: {key}", 1)
    return Marking(**found)


def _students(content: Iterable[object], network: Network) -> Iterator[Student]:
    from backprop_sheet.exercise.setting.numbers import drawn_names

    seen, own = set[str](), drawn_names(network)
    for number, entry in enumerate(content, start=1):
        where = f"student {number}: "
        if not isinstance(entry, dict):
            raise InputError(f"{where}got {shown(entry)}, takes {_WORDS[dict]}")
        _refuse_others(entry, [each.name for each in fields(Student)], where)
        identifier = _of(entry, "identifier", str, where)
        if not identifier:
            raise InputError(f"{where}identifier is empty")
        if len(identifier) > LONGEST_IDENTIFIER:
            raise InputError(
                f"{where}identifier has {len(identifier):,} characters; {LONGEST_IDENTIFIER} are "
                "taken at most, as files are named after it"
            )
        if identifier.casefold() in seen:
            raise InputError(f"{where}{shown(identifier)} is a student's above")
        seen.add(identifier.casefold())
        name = _of(entry, "name", str, where, default="")
        also = _texts(entry, "also", where)
        numbers = _of(entry, "numbers", dict, where)
        try:
            network.with_numbers(**numbers)
        except InputError as error:
            raise InputError(f"{where}{error}") from None
        if missing := [name for name in own if name not in numbers]:
            raise InputError(
                f"{where}numbers: {missing[0]} is missing: takes a number for each of "
                f"{', '.join(own)}"
            )
        yield Student(identifier, name, Fixed(numbers), also)
