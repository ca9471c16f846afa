"""Fills the points into a gradebook that was downloaded, and changes nothing else in it.

Canvas: the column of the assignment. Moodle: the columns of the grade and of the comments.
"""

import html
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.errors import InputError, shown
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.lists import columns
from backprop_sheet.exercise.lists.columns import (
    EMAIL,
    FEEDBACK,
    FIRST,
    GRADE,
    IDENTIFIER,
    LAST,
    LOGIN,
    MAXIMUM,
    NUMBER,
    OTHER_ID,
    SCALE,
)
from backprop_sheet.exercise.lists.columns import NAME as FULL_NAME
from backprop_sheet.exercise.lists.csv_text import CsvText, Row, read
from backprop_sheet.exercise.lists.names import MOODLES_FILE, participant_number, words
from backprop_sheet.exercise.lists.roster import POINTS_POSSIBLE
from backprop_sheet.exercise.marks import Mark
from backprop_sheet.exercise.words import listed

CANVAS, MOODLE = "canvas", "moodle"
KINDS = (CANVAS, MOODLE)
"""The gradebooks that can be filled in."""
Text = Callable[[Mark, Assignment], str]
"""What a student is told about a mark."""
EXCUSED = "EX"
"""What Canvas writes for a student who need not hand in; it is the teacher's decision."""
NOTHING = ("", "-", "N/A")
"""What stands for no points yet."""
DECIMALS = 2
"""Decimals of points, in both systems."""
MOST_SAID = 5
"""Students that are named one by one."""
_ASSIGNMENT = re.compile(r"(?P<title>.*\S)\s*\(\d+\)", re.DOTALL)
"""How Canvas calls an assignment's column: its title and its number."""
_COMMENTS = re.compile("feedback|comm?ent|kommentar|retroalim|opmerking|komentar|отзыв|anmerkung")
_NUMBER = re.compile(r"\d+(?P<point>[.,])(?P<decimals>\d+)|\d+")


def fill(
    path: Path,
    kind: str,
    marks: Mapping[str, Mark],
    assignment: Assignment,
    column: str | None = None,
    text: Text | None = None,
) -> tuple[bytes, list[str]]:
    """A gradebook with the points filled in.

    A student without a mark, or whose work could not be judged, keeps what is there.

    Args:
        path: the file as it was downloaded; it is only read.
        kind: one of `KINDS`.
        marks: the marks by the identifier of their student.
        assignment: the assignment.
        column: the title of the column for the points; found if left out.
        text: gives the comment for Moodle's column of feedback; none is written if left out.

    Returns:
        The file filled in, and what is worth knowing, a line each.

    Raises:
        InputError: the file cannot be read, or has no such column.
    """
    if kind not in KINDS:
        raise InputError(f"kind = {shown(kind)}: takes {' or '.join(KINDS)}")
    file = read(path)
    book = (
        _canvas(path, file, assignment, column) if kind == CANVAS else _moodle(path, file, column)
    )
    scale = _scale(book, assignment)
    said = list(_columns_said(file, book, kind, comments=text is not None))
    if scale != 1 and book.most:
        total = _decimal(assignment.total)
        said.append(f"scaled: {total:f} points are {book.most.normalize():f} in the file")
    rows, doubts = _rows_of(file, assignment, marks)
    texts: dict[tuple[int, int], str] = {}
    form = _Form.of(book.samples)
    for identifier, mark in marks.items():
        row = rows.get(identifier)
        if mark.points is None or row is None:
            continue
        if file.rows[row].text(book.points) == EXCUSED:
            doubts.append(f"excused in the file, so left as it was: {identifier!r}")
            continue
        texts[row, book.points] = form.written(_decimal(mark.points) * scale)
        if text and book.feedback is not None:
            texts[row, book.feedback] = as_html(text(mark, assignment))
    said += [*doubts, *_left_out(marks, rows), *_replaced(file, texts)]
    return file.filled(texts), said


def _scale(book: "_Book", assignment: Assignment) -> Decimal:
    """What a point of the assignment is worth in the file; 1 if the file does not say."""
    total = _decimal(assignment.total)
    return book.most / total if book.most and total else Decimal(1)


def _columns_said(file: CsvText, book: "_Book", kind: str, *, comments: bool) -> Iterator[str]:
    yield f"points: column {file.titles[book.points]!r}"
    if kind == MOODLE and comments and book.feedback is not None:
        yield f"feedback: column {file.titles[book.feedback]!r}"
    elif kind == MOODLE and comments:
        yield "feedback: no column for comments"


def _replaced(file: CsvText, texts: Mapping[tuple[int, int], str]) -> Iterator[str]:
    """The lines in which something else stood."""
    cells = {(row, column): file.rows[row].text(column) for row, column in texts}
    lines = {
        file.rows[row].line
        for (row, column), there in cells.items()
        if there not in NOTHING and there != texts[row, column]
    }
    if lines:
        yield f"replaced what was there in line {listed(map(str, sorted(lines)), MOST_SAID)}"


def _left_out(marks: Mapping[str, Mark], rows: Mapping[str, int]) -> Iterator[str]:
    unjudged = [i for i, mark in marks.items() if mark.points is None]
    missing = [i for i, mark in marks.items() if i not in rows and mark.points is not None]
    if unjudged:
        yield f"not judged, so left as it was: {_listed(unjudged)}"
    if missing:
        yield f"not in the file, and not added: {_listed(missing)}"


def _listed(identifiers: Iterable[str]) -> str:
    return listed(map(repr, identifiers), MOST_SAID)


def as_html(text: str) -> str:
    """A text as Moodle takes it: HTML, a paragraph for each, and no line end.

    It begins with a tag, so no spreadsheet takes it for a formula.
    """
    visible = "".join(
        c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n")
    )
    paragraphs = re.split(r"\n\s*\n", visible.strip())
    lines = (
        "<br>".join(html.escape(line.strip(), quote=False) for line in paragraph.split("\n"))
        for paragraph in paragraphs
    )
    return "".join(f"<p>{line}</p>" for line in lines)


# --- which columns -------------------------------------------------------------------------------


class _Book(NamedTuple):
    """What matters of a gradebook.

    Attributes:
        points: the column of the points.
        feedback: the column of comments; None if there is none.
        most: the most points there; None if the file does not say.
        samples: numbers of the file, which show how it writes them.
    """

    points: int
    feedback: int | None
    most: Decimal | None
    samples: tuple[str, ...]


def _canvas(path: Path, file: CsvText, assignment: Assignment, column: str | None) -> _Book:
    titles = file.titles
    if columns.first_of_kind(titles, OTHER_ID) is None and "Section" not in titles:
        raise InputError(f"{path} is no gradebook of Canvas: it has no column 'ID' or 'Section'")
    possible = [row for row in file.students if row.text(0).casefold() == POINTS_POSSIBLE]
    read_only = {p for row in possible for p in range(len(titles)) if row.text(p).startswith("(")}
    place = _assignments_column(path, titles, read_only, assignment, column)
    most = next((number for row in possible if (number := parsed(row.text(place)))), None)
    # The assignment's own numbers show the decimals; those of all show the comma.
    own = tuple(row.text(place) for row in (*possible, *file.students))
    others = tuple(row.text(p) for row in possible for p in range(len(titles)))
    return _Book(place, None, most, (*own, *others))


def _assignments_column(
    path: Path,
    titles: Sequence[str],
    read_only: Container[int],
    assignment: Assignment,
    column: str | None,
) -> int:
    found = {
        place: match["title"]
        for place, one in enumerate(titles)
        if (match := _ASSIGNMENT.fullmatch(one)) and place not in read_only
    }
    if column is not None:
        wanted = columns.plain(column)
        named = [p for p, title in found.items() if columns.plain(title) == wanted]
        return named[0] if len(named) == 1 else columns.named(titles, column, str(path))
    if not found:
        raise InputError(f"{path} has no column of an assignment: name the column for the points")
    title = columns.plain(assignment.title)
    alike = [p for p, one in found.items() if columns.plain(one) == title] or list(found)
    if len(alike) > 1:
        among = ", ".join(repr(titles[p]) for p in alike)
        raise InputError(
            f"{path}: which of its columns {among} is for {assignment.title!r}? Name it"
        )
    return alike[0]


def _moodle(path: Path, file: CsvText, column: str | None) -> _Book:
    titles = file.titles
    points = columns.first_of_kind(titles, GRADE)
    if column is not None:
        points = columns.named(titles, column, str(path))
    feedback = columns.first_of_kind(titles, FEEDBACK)
    if feedback is None and _COMMENTS.search(columns.plain(titles[-1])):
        feedback = len(titles) - 1  # where Moodle has it in all languages
    if points is None or points == feedback:
        there = ", ".join(map(repr, titles))
        raise InputError(f"{path}: none of its columns {there} is known as the grade: name one")
    maximum = columns.first_of_kind(titles, MAXIMUM)
    if maximum is None and columns.first_of_kind(titles, SCALE) is not None:
        raise InputError(f"{path}: Moodle grades this assignment by a scale, which takes no points")
    given = tuple(row.text(maximum) for row in file.students)
    most = next((number for text in given if (number := parsed(text))), None)
    grades = tuple(row.text(points) for row in file.students)
    return _Book(points, feedback, most, (*given, *grades))


# --- numbers -------------------------------------------------------------------------------------


def parsed(text: str) -> Decimal | None:
    """A number as a gradebook writes it, with a point or a comma; None if it is none."""
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number))).normalize() + 0


class _Form(NamedTuple):
    """How a file writes numbers.

    Attributes:
        point: between whole numbers and decimals.
        decimals: how many there are at least.
    """

    point: str = "."
    decimals: int = 0

    @classmethod
    def of(cls, samples: Iterable[str]) -> "_Form":
        """As the first number does it that has decimals."""
        for sample in samples:
            found = _NUMBER.fullmatch(sample)
            if found and found["point"]:
                return cls(found["point"], min(len(found["decimals"]), DECIMALS))
        return cls()

    def written(self, number: Decimal) -> str:
        """A number with two decimals, or fewer if the others are 0; halves are rounded up."""
        text = f"{number.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP):f}"
        whole, _, decimals = text.partition(".")
        decimals = decimals.rstrip("0").ljust(self.decimals, "0")
        return f"{whole}{self.point}{decimals}" if decimals else whole


# --- whose rows ----------------------------------------------------------------------------------

_TELLING = (OTHER_ID, IDENTIFIER, NUMBER, LOGIN, EMAIL)
"""The kinds of columns that tell a student, besides names."""
ENOUGH = 2
"""Columns of these that tell a student whatever the name is."""


def _rows_of(
    file: CsvText, assignment: Assignment, marks: Mapping[str, Mark]
) -> tuple[dict[str, int], list[str]]:
    """The row of each student by identifier; and the rows that are not clearly anybody's."""
    students = {student.identifier: student for student in assignment.students}
    students |= {identifier: mark.student for identifier, mark in marks.items()}
    keys = _Keys(students.values(), marks)
    found: dict[str, list[int]] = {}
    doubts = []
    for number, row in enumerate(file.rows):
        owners = keys.owners(file, row) if number else set()
        for identifier in owners if len(owners) == 1 else ():
            found.setdefault(identifier, []).append(number)
        if len(owners) > 1:
            doubts.append(f"line {row.line} is left as it was: it fits {_listed(sorted(owners))}")
    for identifier, numbers in found.items():
        if len(numbers) > 1:
            lines = " and ".join(str(file.rows[number].line) for number in numbers)
            doubts.append(f"lines {lines} are left as they were: both fit {identifier!r}")
    return {
        identifier: numbers[0] for identifier, numbers in found.items() if not numbers[1:]
    }, doubts


class _Keys:
    """What the students are known by in a gradebook."""

    def __init__(self, students: Iterable[Student], marks: Mapping[str, Mark]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._names: dict[tuple[str, ...], set[str]] = {}
        for student in students:
            one = student.identifier
            for text in (one, *student.also):
                self._exact.setdefault(_exact(text), set()).add(one)
            if name := words(student.name):
                self._names.setdefault(tuple(sorted(name)), set()).add(one)
        for one, mark in marks.items():
            if folder := MOODLES_FILE.match(f"{mark.submission.place}_"):
                self._exact.setdefault(_participant(folder["number"]), set()).add(one)

    def owners(self, file: CsvText, row: Row) -> set[str]:
        """The students whose row it may be: one, if all that its columns tell agrees."""
        told = [
            self._exact.get(_exact(text), set())
            for kind in _TELLING
            for place in columns.of_kind(file.titles, kind)
            if (text := row.text(place))
        ]
        certain = [students for students in told if len(students) == 1]
        if len(certain) >= ENOUGH and all(students == certain[0] for students in certain):
            return certain[0]  # another's name may have the same words
        told += [self._names.get(tuple(sorted(words(text))), set()) for text in _names(file, row)]
        sure = [students for students in told if len(students) == 1]
        return set().union(*sure) if sure else set().union(*told)


def _names(file: CsvText, row: Row) -> Iterator[str]:
    """What a row has for names: of one column, or a first and a last name together."""
    whole, first, last = (
        row.text(columns.first_of_kind(file.titles, kind)) for kind in (FULL_NAME, FIRST, LAST)
    )
    yield from filter(None, (whole, " ".join(filter(None, (first or whole, last or whole)))))


def _exact(text: str) -> str:
    """What stands for a text where it has to be the same but for case."""
    number = participant_number(text)
    return _participant(number) if number else text.strip().casefold()


def _participant(number: str) -> str:
    return f"participant {number}"
