"""A class that hands in: sheets as students fill them in, and their marks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from mistakes import COLUMNS, EPOCHS, ETA, TARGETS, Mistake, lay

from backprop_sheet import check, load
from backprop_sheet.checker.findings import State, Table
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.fingerprint import fingerprint
from backprop_sheet.exercise.marks import Mark, PartMark, Submission
from backprop_sheet.exercise.setting.numbers import drawn
from backprop_sheet.fixed import Fixed

NETWORK = replace(load().with_numbers(eta=ETA, **TARGETS), epochs=EPOCHS)
EARNED = {State.RIGHT: "right", State.TYPED: "typed", State.WRONG: "wrong", State.EMPTY: "empty"}


@cache
def assignment_of(count: int, names: str = "Given Family{}") -> Assignment:
    """An exercise that was set to so many students, each with numbers of its own."""
    students = []
    for number in range(count):
        identifier = f"s{number:03}"
        numbers = Fixed(drawn(NETWORK, 1, identifier))
        students.append(Student(identifier, names.format(number), numbers))
    return Assignment("Backpropagation", NETWORK, 1, ("all",), shown=1, students=tuple(students))


def fill_in(
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
    """The mark of a file: each right cell its share."""
    judgement = check(path, assignment.network_of(student))
    table = judgement.tables[0] if judgement.tables else None
    parts = tuple(_parts(table, assignment))
    return Mark(
        student,
        Submission(path, path.name, owner=student),
        parts,
        None if judgement.problem else round(sum(part.earned for part in parts), 2),
        (),
        judgement,
        table=table,
        fingerprint=fingerprint(path, table, assignment),
    )


def _parts(table: Table | None, assignment: Assignment) -> Iterable[PartMark]:
    for part in assignment.parts:
        counts = dict.fromkeys(EARNED.values(), 0)
        for name in part.columns:
            states = table.cells.states.get(name, b"") if table else b""
            for row in assignment.rows_of(name):
                counts[EARNED[State(states[row] if row < len(states) else State.EMPTY)]] += 1
        most = assignment.points[part.key]
        earned = most * counts["right"] / max(1, sum(counts.values()))
        yield PartMark(part, most, round(earned, 2), **counts)


def marks_of(paths: Sequence[Path], assignment: Assignment) -> list[Mark]:
    """The marks of files that are named after their students."""
    known = {student.identifier: student for student in assignment.students}
    return [mark_of(path, known[path.stem], assignment) for path in paths]
