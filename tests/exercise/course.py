"""A course for tests: its assignment, sheets as students hand them in, and their marks.

Sheets are filled in by the exporter and then changed, or laid out cell by cell with each student's
slips. `students.py` fills in the sheets that the program gave out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from mistakes import COLUMNS, EPOCHS, ETA, TARGETS, Mistake, Table, lay

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.exercise.assignment import Assignment, Marking, Student
from backprop_sheet.exercise.marking import mark_all
from backprop_sheet.exercise.marks import Mark, Submission
from backprop_sheet.exercise.setting.numbers import drawn
from backprop_sheet.fixed import Fixed

NETWORK = replace(load().with_numbers(eta=ETA, **TARGETS), epochs=EPOCHS)
"""The original for 12 epochs."""
POINTS = {
    "forward": 4.0,
    "errors": 2.0,
    "gradients_2": 4.0,
    "gradients_1": 4.0,
    "updates": 4.0,
    "chart": 2.0,
}
ASKED = EPOCHS - 1
"""Rows that are left blank: all but the first."""
Change = Callable[[Table], object]


def weights(number: int) -> Mapping[str, float]:
    """A student's numbers."""
    start = {f"w{k}": round(0.1 + 0.05 * k + 0.01 * number, 2) for k in range(1, 9)}
    return {**start, "eta": ETA}


STUDENTS = tuple(
    Student(f"student{number}", f"Student {letter}", weights(number))
    for number, letter in enumerate("ABCDEFGHIJKL")
)
ONE, OTHER = STUDENTS[0], STUDENTS[1]


@cache
def assignment(blank=("all", "chart"), **others) -> Assignment:
    """An exercise with numbers that are easy to tell; all is blank below the first row."""
    rules = {name: others.pop(name) for name in [*others] if name in Marking.__dataclass_fields__}
    return Assignment(
        "Exercise",
        NETWORK,
        1,
        blank,
        shown=1,
        marking=Marking(**rules),
        students=STUDENTS,
        **others,
    )


def filled_in(path: Path, student: Student = ONE, change: Change | None = None, of=None) -> Path:
    """A student's sheet filled in, with a change if there is one."""
    network = (of or assignment()).network_of(student)
    write_workbook(network, tabulate(network, epochs=network.epochs), path)
    return changed(path, lambda book: change(Table(book.worksheets[0]))) if change else path


def changed(path: Path, change: Callable[[openpyxl.Workbook], object], **how) -> Path:
    """A workbook changed as a person would, and saved by a program that stores no values."""
    book = openpyxl.load_workbook(path, **how)
    change(book)
    book.save(path)
    return path


def submission(path: Path, student: Student | None = ONE, place: str = "") -> Submission:
    """A file as it was handed in."""
    return Submission(path, path.name, place, student, "by its name")


# --- a class of any size, with numbers that are drawn ---


@cache
def student_of(number: int, names: str) -> Student:
    """A student with numbers of their own: to draw them takes as long as to mark a short sheet."""
    identifier = f"s{number:03}"
    return Student(identifier, names.format(number), Fixed(drawn(NETWORK, 1, identifier)))


@cache
def assignment_of(count: int, names: str = "Given Family{}") -> Assignment:
    """An exercise that was set to so many students, each with numbers of its own."""
    students = tuple(student_of(number, names) for number in range(count))
    return Assignment("Backpropagation", NETWORK, 1, ("all",), shown=1, students=students)


def laid_out(
    path: Path,
    student: Student,
    mistakes: Iterable[Mistake] = (),
    changes: Any = None,
    **properties: Any,
) -> Path:
    """A sheet as a student fills it in, with a student's numbers and these mistakes.

    Args:
        path: the file.
        student: whose numbers it has.
        mistakes: what goes wrong.
        changes: what else is done to its table.
        properties: of the document, by the names that openpyxl has for them.
    """
    book = openpyxl.Workbook()
    table = lay(book.active)
    for name, value in student.numbers.items():
        if name in COLUMNS:
            table.set(name, 0, value)
    for mistake in mistakes:
        mistake.apply(table)
    if changes:
        changes(table)
    book.properties.creator = "backprop-sheet"
    for name, value in properties.items():
        setattr(book.properties, name, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def at(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A time of some month."""
    return datetime(2024, 5, day, hour, minute, second)  # noqa: DTZ001 - as openpyxl takes them


def mark_of(path: Path, student: Student, assignment: Assignment) -> Mark:
    """The mark of a file, with what of it is compared with others."""
    (found,) = mark_all([Submission(path, path.name, owner=student)], assignment, jobs=1)
    return found


def marks_of(paths: Sequence[Path], assignment: Assignment) -> list[Mark]:
    """The marks of files that are named after their students."""
    known = {student.identifier: student for student in assignment.students}
    return [mark_of(path, known[path.stem], assignment) for path in paths]
