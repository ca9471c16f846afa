"""What a teacher sees of all marks, as plain data: points, causes, cells, rules, files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from backprop_sheet.checker.findings import KINDS, State
from backprop_sheet.errors import plain
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.likeness import Fact
from backprop_sheet.exercise.marks import Mark, Submission
from backprop_sheet.exercise.parts import Part
from backprop_sheet.exercise.words import without_numbers

BINS = 10
"""Bins of the distribution of points."""
MOST_ROWS = 200
"""Rows of the table of which it is said how often their cells are wrong."""
NOTHING, BY_HAND = "nothing handed in", "cannot be judged"


class Line(NamedTuple):
    """A student's points.

    Attributes:
        student: the student.
        mark: the mark that counts; None if nothing was handed in.
    """

    student: Student
    mark: Mark | None

    @property
    def points(self) -> float | None:
        """All points; None if there is nothing to give points for."""
        return self.mark.points if self.mark else None

    @property
    def said(self) -> str:
        """Why there are no points; empty if there are."""
        if self.mark is None:
            return NOTHING
        return BY_HAND if self.mark.points is None else ""

    def earned(self, part: Part) -> float | None:
        """The points for a part; None if there are none to give."""
        if self.mark is None or self.mark.points is None:
            return None
        return next((p.earned for p in self.mark.parts if p.part.key == part.key), 0.0)


class Cause(NamedTuple):
    """A mistake, and who made it.

    Attributes:
        kind: what kind it is, in words.
        columns: its columns.
        text: the cause.
        students: who made it.
        first: for how many of them it is the first mistake of the sheet.
    """

    kind: str
    columns: str
    text: str
    students: tuple[Student, ...]
    first: int


class CellRow(NamedTuple):
    """How many have each cell of a row wrong.

    Attributes:
        epoch: counted from 0.
        sample: counted from 1.
        counts: for each column that was left blank; None where its cell was not.
    """

    epoch: int
    sample: int
    counts: tuple[int | None, ...]


@dataclass(frozen=True)
class Summary:
    """What a teacher sees.

    Attributes:
        title: the exercise's.
        parts: the parts that have points.
        most: the points of each, by its key.
        lines: each student's points, in the roster's order.
        causes: the mistakes, those that most made first.
        columns: the labels of the columns that were left blank.
        cells: how often each cell is wrong, for the first rows.
        left_out: rows of the table below these.
        rules: which rules were applied to whom.
        nobodys: files whose owner cannot be told.
        facts: what submissions have in common.
    """

    title: str
    parts: tuple[Part, ...]
    most: Mapping[str, float]
    lines: tuple[Line, ...]
    causes: tuple[Cause, ...]
    columns: tuple[str, ...]
    cells: tuple[CellRow, ...]
    left_out: int
    rules: tuple[tuple[Student, str], ...]
    nobodys: tuple[Submission, ...]
    facts: tuple[Fact, ...]

    @property
    def total(self) -> float:
        """The points for everything."""
        return sum(self.most[part.key] for part in self.parts)

    @property
    def judged(self) -> list[Line]:
        """Those who have points."""
        return [line for line in self.lines if line.points is not None]

    @property
    def points(self) -> list[float]:
        """The points of those who have points, in the roster's order."""
        return [line.points for line in self.lines if line.points is not None]

    def earned(self, part: Part) -> list[float]:
        """Their points for a part."""
        return [line.earned(part) or 0.0 for line in self.judged]

    @property
    def unjudged(self) -> list[Mark]:
        """The marks of files that cannot be judged."""
        return [line.mark for line in self.lines if line.mark and line.points is None]

    @property
    def absent(self) -> list[Student]:
        """Those who handed in nothing."""
        return [line.student for line in self.lines if line.mark is None]


def summed_up(
    marks: Sequence[Mark],
    nobodys: Sequence[Submission],
    facts: Sequence[Fact],
    assignment: Assignment,
) -> Summary:
    """What all marks come to.

    Args:
        marks: the marks, one for each student who handed in something.
        nobodys: files whose owner cannot be told.
        facts: what submissions have in common.
        assignment: the exercise as it was set.
    """
    found = {mark.student.identifier: mark for mark in marks}
    counting = [found[s.identifier] for s in assignment.students if s.identifier in found]
    rows = set().union(*(assignment.rows_of(name) for name in assignment.columns))
    return Summary(
        title=assignment.title,
        parts=tuple(assignment.parts),
        most=assignment.points,
        lines=tuple(Line(s, found.get(s.identifier)) for s in assignment.students),
        causes=tuple(_causes(counting)),
        columns=tuple(map(assignment.network.label, assignment.columns)),
        cells=tuple(_cells(counting, assignment)),
        left_out=max(0, len(rows) - MOST_ROWS),
        rules=tuple((mark.student, note) for mark in counting for note in mark.notes),
        nobodys=tuple(nobodys),
        facts=tuple(facts),
    )


def _causes(marks: Iterable[Mark]) -> list[Cause]:
    """The mistakes, those that most made first."""
    who: dict[tuple[str, str, str], dict[str, Student]] = defaultdict(dict)
    first: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for mark in marks:
        for number, finding in enumerate(mark.table.findings if mark.table else ()):
            text = plain(without_numbers(finding.text))
            key = KINDS.get(finding.kind, finding.kind), plain(finding.names), text
            who[key][mark.student.identifier] = mark.student
            if not number:
                first[key].add(mark.student.identifier)
    causes = [Cause(*key, tuple(made.values()), len(first[key])) for key, made in who.items()]
    return sorted(causes, key=lambda cause: (-len(cause.students), -cause.first))


def _cells(marks: Sequence[Mark], assignment: Assignment) -> Iterator[CellRow]:
    """How many have each cell wrong, for the first rows that have blank cells."""
    network = assignment.network
    blank = {name: set(assignment.rows_of(name)) for name in assignment.columns}
    states = [mark.table.cells.states for mark in marks if mark.table and mark.points is not None]
    samples = len(network.samples)
    rows = sorted(set().union(*blank.values()))
    for row in islice(rows, MOST_ROWS):
        counts = tuple(
            _wrong(states, name, row) if row in blank[name] else None for name in assignment.columns
        )
        yield CellRow(row // samples, row % samples + 1, counts)


def _wrong(states: Iterable[Mapping[str, bytes | bytearray]], name: str, row: int) -> int:
    found = (some.get(name, b"") for some in states)
    return sum(row < len(cells) and cells[row] == State.WRONG for cells in found)


# --- read off the summary ------------------------------------------------------------------------


def bins(summary: Summary) -> list[int]:
    """How many have from 0 to 10 % of all points, and so on; all points are in the last bin."""
    counts = [0] * BINS
    for points in summary.points:
        counts[min(BINS - 1, int(BINS * round(points / (summary.total or 1), 9)))] += 1
    return counts


def files_of(summary: Summary) -> Iterator[tuple[str, str, str, str]]:
    """Students without a file, and files without points: what, who, which file, why."""
    for mark in summary.unjudged:
        why = plain(" ".join(mark.notes))
        yield BY_HAND, mark.student.called, plain(mark.submission.shown), why
    for submission in summary.nobodys:
        yield "owner cannot be told", "", plain(submission.shown), plain(submission.why)
    for student in summary.absent:
        yield NOTHING, student.called, "", ""
