"""Finds each student's row in a gradebook, by all columns that tell students apart."""

from collections.abc import Iterable, Iterator, Mapping

from backprop_sheet.exercise.assignment import Assignment, Student
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
from backprop_sheet.exercise.lists.names import MOODLES_FILE, participant_number, words
from backprop_sheet.exercise.marks import Mark
from backprop_sheet.exercise.words import listed

MOST_SAID = 5
"""Students that are named one by one."""
TELLING = (OTHER_ID, IDENTIFIER, NUMBER, LOGIN, EMAIL)
"""The kinds of columns that tell a student, besides names."""
ENOUGH = 2
"""Columns of these that tell a student whatever the name is."""


def rows_of(
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
            fitting = listed(map(repr, sorted(owners)), MOST_SAID)
            doubts.append(f"line {row.line} is left as it was: it fits {fitting}")
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
            for kind in TELLING
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
        row.text(columns.first_of_kind(file.titles, kind)) for kind in (NAME, FIRST, LAST)
    )
    yield from filter(None, (whole, " ".join(filter(None, (first or whole, last or whole)))))


def _exact(text: str) -> str:
    """What stands for a text where it has to be the same but for case."""
    number = participant_number(text)
    return _participant(number) if number else text.strip().casefold()


def _participant(number: str) -> str:
    return f"participant {number}"
