"""Reads a roster: an export of Canvas or Moodle, or any list of students with a header."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.exercise.file_names import fit
from backprop_sheet.exercise.lists import columns
from backprop_sheet.exercise.lists.columns import (
    EMAIL,
    FIRST,
    IDENTIFIER,
    LAST,
    LOGIN,
    NAME,
    NUMBER,
    OTHER_ID,
)
from backprop_sheet.exercise.lists.csv_text import CsvText, Row
from backprop_sheet.exercise.lists.csv_text import read as read_text
from backprop_sheet.exercise.lists.names import participant_number
from backprop_sheet.exercise.words import listed

BEST_FIRST = (LOGIN, NUMBER, IDENTIFIER, EMAIL, OTHER_ID)
"""The kinds of columns that may identify students, those that people know themselves by first."""
LONGEST = 100
"""The most characters of an identifier: files are named after it."""
LONGEST_NAME = 500
"""The most characters of a name."""
MOST_STUDENTS = 20_000
MOST_SAID = 5
"""Rows that are no students which are named one by one."""
POINTS_POSSIBLE, TEST_STUDENT = "points possible", "student, test"
"""Rows of Canvas that are no students."""
_BEGINNING = re.compile(r"^[=+@\-. ~]+")
"""What an identifier may not begin with: a spreadsheet would take it for a formula, or a system
would hide the file."""


class Person(NamedTuple):
    """A student of a roster.

    Attributes:
        identifier: what the student's files are named after; unique, whatever the case.
        name: the name, first name first; empty if the roster has none.
        also: what else a file of the student may be named after: numbers, logins, addresses, the
            name in both orders.
    """

    identifier: str
    name: str
    also: tuple[str, ...]


class Roster(NamedTuple):
    """A roster that was read.

    Attributes:
        people: its students, in its order.
        said: how it was read, a line each.
    """

    people: tuple[Person, ...]
    said: tuple[str, ...]


def read(path: Path, identifier: str | None = None, name: str | None = None) -> Roster:
    """Read a roster.

    Args:
        path: a gradebook of Canvas, a grading worksheet or a list of participants of Moodle, or any
            CSV file whose first row has the columns' titles.
        identifier: the title of the column that identifies students; found if left out.
        name: the title of the column with their names; found if left out.

    Raises:
        InputError: it cannot be read, has no students, or does not tell them apart.
    """
    file = read_text(path)
    said = [f"encoding: {_ENCODINGS[file.encoding]}"] if file.encoding in _ENCODINGS else []
    rows, left_out = _students(file)
    if not rows:
        raise InputError(f"{path} has no student below its header {_there(file)}")
    if len(rows) > MOST_STUDENTS:
        raise InputError(f"{path} has {len(rows):,} students; {MOST_STUDENTS:,} are taken at most")
    if left_out:
        said.append(f"left out, as no students: {left_out}")
    names = _Names(file, path, name)
    place, unused = _identifying(file, rows, path, identifier, names)
    title = file.titles[place] if place is not None else ""
    found = [row.text(place) if place is not None else names.of(row) for row in rows]
    identifiers = [_fit(text) for text in found]
    _check_unique(path, rows, found, identifiers, title or names.title)
    said.append(f"identifier: {_column(title) if title else f'the name, {names.title}'}")
    if place is not None and _numbers_participants(rows, place):
        said.append("Moodle numbers participants anew for each assignment: take this one's files")
    said += [f"name: {names.title}"] if names.title else ["name: no column"]
    said += unused
    if changed := [pair for pair in zip(found, identifiers, strict=True) if pair[0] != pair[1]]:
        one, other = changed[0]
        more = f", and {counted(len(changed) - 1, 'other')}" if changed[1:] else ""
        said.append(f"changed, so that files can be named after it: {one!r} to {other!r}{more}")
    people = tuple(
        Person(one, names.of(row), _also(file, row, names, one))
        for one, row in zip(identifiers, rows, strict=True)
    )
    return Roster(people, tuple(said))


_ENCODINGS = {
    "cp1252": "Windows-1252, as it is not UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


def _there(file: CsvText) -> str:
    return "(" + ", ".join(repr(title) for title in file.titles if title) + ")"


def _column(title: str) -> str:
    return f"column {title!r}"


# --- which rows are students ---------------------------------------------------------------------


def is_student(row: Row, titles: Sequence[str]) -> bool:
    """Whether a row below the header is a student's, and none of those that Canvas adds."""
    ids = [p for kind in (*BEST_FIRST, NAME, FIRST, LAST) for p in columns.of_kind(titles, kind)]
    first = row.text(0).casefold()
    if first == POINTS_POSSIBLE or (first == TEST_STUDENT and _is_canvas(titles)):
        return False
    return not ids or any(row.text(place) for place in ids)


def _is_canvas(titles: Sequence[str]) -> bool:
    return {"SIS Login ID", "Section"} <= set(titles)


def _students(file: CsvText) -> tuple[list[Row], str]:
    """The rows of students, and which others there are, in words."""
    rows = [row for row in file.students if is_student(row, file.titles)]
    kept = {row.line for row in rows}
    others = (f"line {row.line}" for row in file.students if row.line not in kept)
    return rows, listed(others, MOST_SAID)


# --- names ---------------------------------------------------------------------------------------


class _Names:
    """Where the names stand: in one column, or a first and a last name in two.

    Attributes:
        title: the columns, in words; empty if there are none.
    """

    def __init__(self, file: CsvText, path: Path, named: str | None) -> None:
        titles = file.titles
        self._path = path
        self._whole = columns.first_of_kind(titles, NAME)
        self._first = columns.first_of_kind(titles, FIRST)
        self._last = columns.first_of_kind(titles, LAST)
        if named is not None:
            self._whole, self._first, self._last = (
                columns.named(titles, named, str(path)),
                None,
                None,
            )
        elif self._first is not None and self._last is not None:
            self._whole = None
        places = [p for p in (self._whole, self._first, self._last) if p is not None]
        self.title = " and ".join(_column(titles[place]) for place in places)

    def parts(self, row: Row) -> tuple[str, str]:
        """The first and the last name; all of it as the first where they cannot be told apart."""
        whole, first, last = (_line(row.text(p)) for p in (self._whole, self._first, self._last))
        if whole and (first or last) and (first or last).casefold() in whole.casefold():
            first = last = ""
        if not first and not last and whole.count(",") == 1:
            last, first = (part.strip() for part in whole.split(","))
            return first, last
        return first or whole, last or (whole if first else "")

    def of(self, row: Row) -> str:
        """The name, first name first.

        Raises:
            InputError: it is too long to be one.
        """
        name = " ".join(part for part in self.parts(row) if part)
        if len(name) > LONGEST_NAME:
            raise InputError(
                f"{self._path}, line {row.line}: the name {shown(name)} is too long: "
                f"{LONGEST_NAME} characters are taken at most"
            )
        return name

    def orders(self, row: Row) -> Iterator[str]:
        """The name in both orders."""
        yield self.of(row)
        yield " ".join(part for part in reversed(self.parts(row)) if part)


def _line(text: str) -> str:
    """A text in one line, without signs that are not seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


# --- identifiers ---------------------------------------------------------------------------------


def _identifying(
    file: CsvText, rows: Sequence[Row], path: Path, named: str | None, names: _Names
) -> tuple[int | None, list[str]]:
    """The column of identifiers, and which others could not be used; None: the names are."""
    if named is not None:
        return columns.named(file.titles, named, str(path)), []
    unused: list[str] = []
    places = [p for kind in BEST_FIRST for p in columns.of_kind(file.titles, kind)]
    # Participant 123 is a number that Moodle shows to teachers only.
    for place in sorted(places, key=lambda place: _numbers_participants(rows, place)):
        if not (empty := [row.line for row in rows if not row.text(place)]):
            return place, unused
        if len(empty) < len(rows):
            title = _column(file.titles[place])
            unused.append(f"{title} identifies nobody, as it is empty in line {empty[0]}")
    if names.title:
        return None, unused
    raise InputError(
        f"{path}: none of its columns {_there(file)} is known to identify students: "
        "--identifier names one"
    )


def _numbers_participants(rows: Sequence[Row], place: int) -> bool:
    return all(participant_number(row.text(place)) for row in rows)


def _fit(text: str) -> str:
    """An identifier after which files can be named everywhere."""
    return fit(_BEGINNING.sub("_", unicodedata.normalize("NFC", _line(text))))


def _check_unique(
    path: Path, rows: Sequence[Row], found: Sequence[str], fit: Sequence[str], title: str
) -> None:
    lines: dict[str, int] = {}
    column = title if title.startswith("column ") else _column(title)
    for row, text, identifier in zip(rows, found, fit, strict=True):
        if not text:
            raise InputError(f"{path}, line {row.line}: {column} is empty")
        if len(identifier) > LONGEST:
            raise InputError(
                f"{path}, line {row.line}: {shown(text)} is too long to identify a student: "
                f"{LONGEST} characters are taken at most"
            )
        key = _key(identifier)
        if key in lines:
            raise InputError(
                f"{path}, lines {lines[key]} and {row.line}: two students have {shown(text)} in "
                f"{column}: each needs an identifier of its own"
            )
        lines[key] = row.line


def _key(identifier: str) -> str:
    """What a system that ignores case and accents' spelling knows a file name by."""
    return unicodedata.normalize("NFC", identifier.casefold())


def _also(file: CsvText, row: Row, names: _Names, identifier: str) -> tuple[str, ...]:
    """What else a student is known by, each once, in an order that never changes."""
    known = [row.text(p) for kind in BEST_FIRST for p in columns.of_kind(file.titles, kind)]
    texts = [*map(_line, known), *names.orders(row)]
    return tuple(dict.fromkeys(text for text in texts if text and text != identifier))
