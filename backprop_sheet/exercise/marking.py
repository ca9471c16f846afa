"""Marks what students handed in: points for each part, by the assignment's rules.

Each cell is judged by its own row, so what comes right from wrong numbers keeps its points. A row
of the table is held against the same row of the assignment, however far down the sheet it stands;
a row that the table lacks is empty.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isclose
from typing import NamedTuple

from backprop_sheet.checker import check
from backprop_sheet.checker.batch import in_processes
from backprop_sheet.checker.findings import Judgement, State, Table
from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.exercise.assignment import CELLS, COLUMNS, PARTS, Assignment, Student
from backprop_sheet.exercise.curve import shows_error
from backprop_sheet.exercise.given import begin_of
from backprop_sheet.exercise.marks import Mark, PartMark, Submission
from backprop_sheet.exercise.parts import CHART, UPDATES, Part
from backprop_sheet.network import RATE, Network
from backprop_sheet.ooxml.addresses import address

SAME_RATE = 1e-3
"""The relative difference up to which a learning rate is the given one: it may be read from
rounded numbers."""
MOST_SAID = 3
"""Names or numbers that a sentence gives one by one."""


def mark(submission: Submission, assignment: Assignment) -> Mark:
    """Mark a file.

    Raises:
        InputError: whose it is is not known.
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


class Rule(NamedTuple):
    """A rule that was applied.

    Attributes:
        note: what it says, in a sentence.
        share: the share of the points that is left.
        part: the part whose points are meant; all of them if empty.
    """

    note: str
    share: float = 1.0
    part: str = ""


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
        if len(marks) == 1:
            return best
        names = ", ".join(submission.shown for submission in submissions)
        note = (
            f"{counted(len(marks), 'file')} were handed in: {names}. "
            f"{best.submission.shown} has the most points, and counts."
        )
        return replace(best, notes=(*best.notes, note))

    def of_file(self, submission: Submission) -> Mark:
        """The mark of a file.

        Raises:
            InputError: whose it is is not known.
        """
        owner = submission.owner
        if owner is None:
            raise InputError(f"{shown(submission.shown)}: whose it is is not known")
        network = self._assignment.network_of(owner)
        judgement = check(submission.path, network)
        if judgement.problem:
            nothing = tuple(
                PartMark(part, self._assignment.points[part.key], 0.0, empty=len(self._of(part)))
                for part in self._assignment.parts
            )
            note = f"The file cannot be judged: {judgement.problem}."
            return Mark(owner, submission, nothing, None, (note,), judgement)
        tables = [
            _OfTable(self._assignment, self._blank, network, submission, judgement, table)
            for table in judgement.tables
        ]
        marks = [(table.own, table.mark()) for table in tables]
        return max(marks, key=lambda found: (found[0], found[1].points or 0.0))[1]

    def _of(self, part: Part) -> list[int]:
        """The rows of a part's blank cells, of all its columns."""
        return [row for name in part.columns for row in self._blank[name]]


class _OfTable:
    """Marks one table."""

    def __init__(
        self,
        assignment: Assignment,
        blank: Mapping[str, Sequence[int]],
        network: Network,
        submission: Submission,
        judgement: Judgement,
        table: Table,
    ) -> None:
        assert submission.owner
        self._assignment, self._blank, self._network = assignment, blank, network
        self._submission, self._judgement, self._table = submission, judgement, table
        self._owner = submission.owner
        self._begin = begin_of(table.cells.given, self._owner, assignment, network)
        self._states = {name: self._column(name) for name in blank}

    @property
    def own(self) -> bool:
        """Whether it has the student's own numbers."""
        return self._begin.whose == self._owner

    def _column(self, name: str) -> bytes:
        """The state of each blank cell of a column."""
        states, first = self._table.cells.states.get(name, b""), self._begin.row
        return bytes(
            states[row - first] if first <= row < first + len(states) else State.EMPTY
            for row in self._blank[name]
        )

    def mark(self) -> Mark:
        """The mark."""
        parts = [
            self._chart(p) if p.key == CHART else self._part(p) for p in self._assignment.parts
        ]
        rules = list(self._rules(parts))
        parts = [part._replace(earned=_after(rules, part)) for part in parts]
        return Mark(
            self._owner,
            self._submission,
            tuple(parts),
            round(sum(part.earned for part in parts), 2),
            tuple(rule.note for rule in rules),
            self._judgement,
            self._table,
            self._begin.whose,
        )

    # --- points ----------------------------------------------------------------------------------

    def _part(self, part: Part) -> PartMark:
        """What a part came to, before all rules."""
        columns = [self._states[name] for name in part.columns if self._states[name]]
        together: Mapping[str, Callable[[bytes], Sequence[bytes]]] = {
            CELLS: lambda _: (),
            COLUMNS: lambda column: (column,),
            PARTS: lambda _: columns,
        }
        with_it = together[self._assignment.marking.by]
        shares = [self._share(c) if all(map(_is_complete, with_it(c))) else 0.0 for c in columns]
        most, cells = self._assignment.points[part.key], b"".join(columns)
        earned = most * sum(shares) / len(shares) if shares else most  # nothing was asked for
        counts = [cells.count(s) for s in (State.RIGHT, State.TYPED, State.WRONG, State.EMPTY)]
        return PartMark(part, most, earned, *counts)

    def _share(self, states: bytes) -> float:
        """The share of a column's points that its cells earn."""
        typed = self._assignment.marking.typed
        return (states.count(State.RIGHT) + typed * states.count(State.TYPED)) / len(states)

    def _chart(self, part: Part) -> PartMark:
        """What the chart came to: all or nothing."""
        samples, first = len(self._network.samples), self._begin.row
        ends = [
            row
            for place, row in enumerate(self._table.cells.rows, start=first)
            if place % samples == samples - 1
        ]
        there = not self._is_empty and shows_error(
            self._judgement.path, self._table, self._network.error, ends
        )
        most = self._assignment.points[part.key]
        return PartMark(part, most, most if there else 0.0)

    # --- rules -----------------------------------------------------------------------------------

    @property
    def _is_empty(self) -> bool:
        return bool(self._states) and not any(map(any, self._states.values()))

    def _rules(self, parts: Sequence[PartMark]) -> Iterator[Rule]:
        """The rules that apply, in the order in which they are told."""
        yield from self._which_table()
        if self._is_empty:
            yield Rule("The sheet was handed back as it was given out: nothing is filled in.", 0.0)
            return
        yield from self._numbers()
        yield from self._rate()
        yield from self._length()
        yield from self._missing_columns()
        yield from self._typed(parts)
        yield from self._broken()
        yield from self._unsure()
        if any(part.part.key == CHART and not part.earned for part in parts):
            yield Rule("No chart shows the error of the epochs.")

    def _which_table(self) -> Iterator[Rule]:
        count = len(self._judgement.tables)
        if count > 1:
            place = f"{self._table.sheet}!{self._table.area}"
            yield Rule(f"The file has {count} tables of the exercise; {place} was marked.")

    def _numbers(self) -> Iterator[Rule]:
        begin, marking = self._begin, self._assignment.marking
        if begin.row:
            epoch = begin.row // len(self._network.samples)
            yield Rule(f"The table begins with epoch {epoch}; the rows above count as empty.")
        if begin.whose is None:
            so = earning(marking.other_numbers)
            different = _listed(
                f"{self._network.label(name)} is {found:.10g} instead of {number:.10g}"
                for name, (found, number) in begin.different.items()
            )
            note = f"The given numbers are others than were set ({different}), so the sheet {so}."
            yield Rule(note, marking.other_numbers)
        elif begin.whose != self._owner:
            so = earning(marking.others_numbers)
            note = f"The given numbers are those of {called(begin.whose)}, so the sheet {so}."
            yield Rule(note, marking.others_numbers)

    def _rate(self) -> Iterator[Rule]:
        found, given = self._table.eta, self._given_rate
        if found is None or given is None or isclose(found, given, rel_tol=SAME_RATE):
            return
        share = self._assignment.marking.other_rate
        so = f"the updates {earning(share, several=True)}"
        note = f"The learning rate is {found:.10g} instead of {given:.10g}, so {so}."
        yield Rule(note, share, UPDATES)

    @property
    def _given_rate(self) -> float | None:
        """The learning rate that goes with the numbers."""
        whose = self._begin.whose
        network = self._assignment.network_of(whose) if whose else self._network
        return network.numbers.get(RATE)

    def _length(self) -> Iterator[Rule]:
        """Too few epochs."""
        asked = {row for rows in self._blank.values() for row in rows}
        done = {
            row
            for name, rows in self._blank.items()
            for row, state in zip(rows, self._states[name], strict=True)
            if state != State.EMPTY
        }
        samples = len(self._network.samples)
        epochs, filled = ({row // samples for row in rows} for rows in (asked, done))
        if len(filled) < len(epochs):
            total = self._network.epochs
            missing = len(epochs) - len(filled)
            yield Rule(f"{total - missing} of {total} epochs are there; empty cells earn nothing.")

    def _missing_columns(self) -> Iterator[Rule]:
        lacking = [
            n for n, rows in self._blank.items() if rows and n not in self._table.cells.columns
        ]
        if lacking:
            names = _listed(map(self._network.label, lacking))
            yield Rule(
                f"No column was found for {names}: it was left out, or its header is another. "
                "Its cells count as empty."
            )

    def _typed(self, parts: Sequence[PartMark]) -> Iterator[Rule]:
        if typed := sum(part.typed for part in parts):
            so = earning(self._assignment.marking.typed, several=typed > 1)
            what = f"{counted(typed, 'right number')} {_is(typed)} typed"
            yield Rule(f"{what} where a formula was asked for, and {so}.")

    def _broken(self) -> Iterator[Rule]:
        """Cells that were given, and changed."""
        cells, first = self._table.cells, self._begin.row
        asked = self._network.rows(self._network.epochs)
        blank = {name: set(rows) for name, rows in self._blank.items()}
        changed = sorted(
            (place, cells.rows[place], cells.columns[name])
            for name, states in cells.states.items()
            for place, state in enumerate(states)
            if state == State.WRONG and first + place not in blank.get(name, ())
            if first + place < asked
        )
        if changed:
            count, (_, row, column) = len(changed), changed[0]
            yield Rule(
                f"{counted(count, 'cell')} that {_was(count)} given {_is(count)} changed and "
                f"wrong, from {address(row, column)} on; that costs nothing by itself."
            )

    def _unsure(self) -> Iterator[Rule]:
        if count := self._table.uncompared:
            yield Rule(
                f"{counted(count, 'formula')} {_was(count)} not compared with the right one, and "
                f"{_is(count, 'counts', 'count')} as right by the number."
            )


def _is_complete(states: bytes) -> bool:
    """Whether no cell is wrong or empty."""
    return State.WRONG not in states and State.EMPTY not in states


def _after(rules: Iterable[Rule], part: PartMark) -> float:
    """The points of a part that all rules leave."""
    earned = part.earned
    for rule in rules:
        if rule.part in ("", part.part.key):
            earned *= rule.share
    return earned


# --- words ---------------------------------------------------------------------------------------


def called(student: Student) -> str:
    """A student by name and identifier."""
    return f"{student.name} ({student.identifier})" if student.name else student.identifier


def earning(share: float, *, several: bool = False) -> str:
    """What a share of points is in words: ``earns half of its points``."""
    verb, whose = ("earn", "their") if several else ("earns", "its")
    words = {0.0: "nothing", 0.5: f"half of {whose} points", 1.0: f"all of {whose} points"}
    return f"{verb} {words.get(share, f'{100 * share:g} % of {whose} points')}"


def _listed(texts: Iterable[str]) -> str:
    """The first few texts, and how many more there are."""
    found = list(texts)
    more = len(found) - MOST_SAID
    return ", ".join(found[:MOST_SAID]) + (f" and {more} more" if more > 0 else "")


def _is(count: int, one: str = "is", several: str = "are") -> str:
    return one if count == 1 else several


def _was(count: int) -> str:
    return _is(count, "was", "were")
