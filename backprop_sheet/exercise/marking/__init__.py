"""Marks what students handed in: points for each part, by the assignment's rules.

Each cell is judged by its own row, so what comes right from wrong numbers keeps its points.

begin        with what a table begins: whose given numbers, which row
held         a table, held against the assignment: the state of each blank cell
given_cells  which given cells were changed
mistakes     what the student did wrong
curve        whether a workbook has a chart of the error
points       the points of each part
rules        the rules, each told in a sentence
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from backprop_sheet.checker import check
from backprop_sheet.checker.findings import Judgement
from backprop_sheet.checker.suggesting import without_hint
from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.fingerprint import fingerprint
from backprop_sheet.exercise.marking.held import Held
from backprop_sheet.exercise.marking.mistakes import mistakes_of
from backprop_sheet.exercise.marking.points import part_marks
from backprop_sheet.exercise.marking.rules import after, rules_for
from backprop_sheet.exercise.marks import BY_NUMBERS, Mark, PartMark, Submission
from backprop_sheet.exercise.parts import Part
from backprop_sheet.exercise.words import listed
from backprop_sheet.processes import in_processes

OTHER_NETWORK, NO_TABLE = ": --network says which", "not the exercise"
"""What the checker says of a workbook that has no table of the network."""
MOST_SAID = 5
"""Files of a student that are named one by one."""


def mark(submission: Submission, assignment: Assignment) -> Mark:
    """Mark a file.

    Raises:
        InputError: the file has no owner.
    """
    return Marker(assignment).of_file(submission)


def mark_all(
    submissions: Iterable[Submission], assignment: Assignment, jobs: int | None = None
) -> Iterator[Mark]:
    """Mark many files: one mark for each student, in the order of their first files.

    Args:
        submissions: the files, of which those without an owner are passed over.
        assignment: the assignment.
        jobs: how many processes share the work; as many as there are processors if left out.
    """
    return in_processes(Marker(assignment), by_student(submissions), jobs)


def by_student(submissions: Iterable[Submission]) -> list[list[Submission]]:
    """The files of each student, in the order of their first; those without an owner are none."""
    found: dict[str, list[Submission]] = {}
    for submission in submissions:
        if submission.owner:
            found.setdefault(submission.owner.identifier, []).append(submission)
    return list(found.values())


class Marker:
    """Marks by an assignment."""

    def __init__(self, assignment: Assignment) -> None:
        """Find out once which cells are blank."""
        self._assignment = assignment
        self._blank = {name: assignment.rows_of(name) for name in assignment.columns}

    def __call__(self, submissions: Sequence[Submission]) -> Mark:
        """The mark of a student: of several files, the one with the most points counts."""
        marks = [self.of_file(submission) for submission in submissions]
        best = max(marks, key=lambda m: -1.0 if m.points is None else m.points)
        if not best.submission.problem:
            compared = fingerprint(best.submission.path, best.table, self._assignment)
            best = replace(best, fingerprint=compared)
        if len(marks) == 1:
            return best
        return replace(best, notes=(*best.notes, _of_several(best, marks)))

    def of_file(self, submission: Submission) -> Mark:
        """The mark of a file.

        Raises:
            InputError: the file has no owner.
        """
        found = self._of_file(submission)
        if submission.why != BY_NUMBERS:
            return found
        note = "Nothing but the given numbers in it tells whose this file is."
        return replace(found, notes=(*found.notes, note))

    def _of_file(self, submission: Submission) -> Mark:
        owner = submission.owner
        if owner is None:
            raise InputError(f"{shown(submission.shown)}: it has no owner")
        network = self._assignment.network_of(owner)
        judgement = (
            Judgement(submission.path, problem=submission.problem)
            if submission.problem
            else check(submission.path, network, header_as_given=True)
        )
        if judgement.problem:
            nothing = tuple(
                PartMark(part, self._assignment.points[part.key], 0.0, empty=len(self._of(part)))
                for part in self._assignment.parts
            )
            note = _problem(judgement.problem)
            return Mark(owner, submission, nothing, None, (note,), judgement)
        common = self._assignment, self._blank, owner, network, judgement
        tables = [Held(*common, table) for table in judgement.tables]
        marks = [_of_table(held, submission) for held in tables]
        return max(marks, key=lambda found: (found.whose == owner, found.points or 0.0))

    def _of(self, part: Part) -> list[int]:
        """The rows of a part's blank cells, of all its columns."""
        return [row for name in part.columns for row in self._blank[name]]


def _of_several(best: Mark, marks: Sequence[Mark]) -> str:
    """Which of a student's files counts, and why; folders may be somebody else's."""
    names = listed((mark.submission.own_name for mark in marks), MOST_SAID)
    so = f"{best.submission.own_name} has the most points, and counts"
    if best.points is None:
        so = "None can be judged"
    elif sum(mark.points == best.points for mark in marks) > 1:
        so = f"{best.submission.own_name} counts: none has more points"
    return f"{counted(len(marks), 'file')} were handed in: {names}. {so}."


def _problem(problem: str) -> str:
    """Why a file has no points yet: it cannot be read, or it is the sheet of something else."""
    problem = without_hint(problem)
    other, says_so, _ = problem.partition(OTHER_NETWORK)
    if says_so:
        return f"This is not the sheet of this exercise: {other}."
    if problem.startswith(NO_TABLE):
        return "This is not the sheet of this exercise: no table has enough of its columns."
    return f"The file cannot be judged: {problem}."


def _of_table(held: Held, submission: Submission) -> Mark:
    """The mark that a table has."""
    before = part_marks(held)
    mistakes = mistakes_of(held)
    rules = list(rules_for(held, before, mistakes))
    parts = tuple(after(rules, part) for part in before)
    return Mark(
        held.owner,
        submission,
        parts,
        round(sum(part.earned for part in parts), 2),
        tuple(rule.note for rule in rules),
        held.judgement,
        mistakes.table,
        held.begin.whose,
        mistakes.typed,
    )
