"""What marking comes to, as plain data: a submission, and the mark of a student."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.checker.findings import Judgement, Table
from backprop_sheet.exercise.assignment import Student
from backprop_sheet.exercise.fingerprint import Fingerprint
from backprop_sheet.exercise.parts import Part


class Submission(NamedTuple):
    """A file that was handed in.

    Attributes:
        path: the file, unpacked if it came in a zip.
        shown: what it is called for people, with the zip that it came in.
        place: the folder within the zip that feedback is given back under; empty if there is none.
        owner: whose it is; None if that cannot be told.
        why: how its owner was told: by its name, its folder, or the numbers in it; or why not.
        problem: why it could not be taken out of where it lies; empty if it was.
    """

    path: Path
    shown: str
    place: str = ""
    owner: Student | None = None
    why: str = ""
    problem: str = ""


class PartMark(NamedTuple):
    """What a part of the work came to.

    Attributes:
        part: the part, with the columns that were left blank.
        most: its points.
        earned: those that were earned, after all rules.
        right: cells that are right by their own row, with a formula.
        typed: cells with a right number that was typed.
        wrong: cells that are wrong.
        empty: cells that are empty or have no row.
    """

    part: Part
    most: float
    earned: float
    right: int = 0
    typed: int = 0
    wrong: int = 0
    empty: int = 0


@dataclass(frozen=True)
class Mark:
    """A submission, marked.

    Attributes:
        student: the student.
        submission: the file.
        parts: what each part came to.
        points: the sum, rounded to two decimals; None if the file cannot be judged, which is for
            the teacher to see to.
        notes: which rules were applied, and why: in sentences.
        judgement: what the check of the file came to.
        table: the table that was marked; None if there is none.
        whose: whose given numbers it has; None if they are nobody's.
        fingerprint: what of the file is compared with others; None if nothing was taken of it.
    """

    student: Student
    submission: Submission
    parts: tuple[PartMark, ...]
    points: float | None
    notes: tuple[str, ...]
    judgement: Judgement
    table: Table | None = None
    whose: Student | None = None
    fingerprint: Fingerprint | None = None
