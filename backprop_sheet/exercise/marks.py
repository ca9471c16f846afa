"""What marking comes to, as plain data: a submission, and the mark of a student."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.checker.findings import Finding, Judgement, Table
from backprop_sheet.exercise.assignment import Student
from backprop_sheet.exercise.fingerprint import Fingerprint
from backprop_sheet.exercise.parts import Part

BY_NUMBERS = "by the numbers in it"
"""How a submission's owner was told if nothing but the given numbers tells."""


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

    @property
    def own_name(self) -> str:
        """What its owner calls the file: without the archive and the folder that it came in."""
        return re.split(r"[/\\]|: ", self.shown)[-1]


class PartMark(NamedTuple):
    """What a part of the work came to.

    Attributes:
        part: the part, with the columns that were left blank.
        most: its points.
        earned: those that were earned, after all rules.
        right: cells that are right by their own row, with a formula.
        typed: cells with a right number that was typed.
        wrong: cells that are wrong, or of which nothing shows that they are right.
        empty: cells that are empty or have no row.
    """

    part: Part
    most: float
    earned: float
    right: int = 0
    typed: int = 0
    wrong: int = 0
    empty: int = 0

    @property
    def cells(self) -> int:
        """All of its cells that were left blank."""
        return self.right + self.typed + self.wrong + self.empty


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
        table: the table that was marked, with the mistakes that the student made; None if there
            is none.
        whose: whose given numbers it has; None if they are nobody's.
        typed: right numbers that are typed where formulas belong, a finding for each column.
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
    typed: tuple[Finding, ...] = ()
    fingerprint: Fingerprint | None = None

    @property
    def is_begun(self) -> bool:
        """Whether anything was filled in where the sheet had been left blank."""
        return any(part.cells > part.empty for part in self.parts)
