"""Sheets as students hand them in: filled in by the exporter, then changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
from mistakes import EPOCHS, TARGETS, Table

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.exercise.assignment import Assignment, Marking, Student
from backprop_sheet.exercise.marks import Submission

ETA = 0.5
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
    """The original for 12 epochs; all is blank below the first row."""
    rules = {name: others.pop(name) for name in [*others] if name in Marking.__dataclass_fields__}
    network = replace(load().with_numbers(eta=ETA, **TARGETS), epochs=EPOCHS)
    return Assignment(
        "Exercise",
        network,
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
