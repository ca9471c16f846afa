"""The rules of marking, each told in a sentence: what was met in a table, and what that costs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backprop_sheet.checker.findings import Finding, State
from backprop_sheet.errors import counted
from backprop_sheet.exercise import words
from backprop_sheet.exercise.assignment import Student
from backprop_sheet.exercise.marking.held import Held
from backprop_sheet.exercise.marking.mistakes import Mistakes
from backprop_sheet.exercise.marks import PartMark
from backprop_sheet.exercise.parts import CHART, UPDATES
from backprop_sheet.ooxml.addresses import address

MOST_SAID = 3
"""Names or numbers that a sentence gives one by one."""


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


def rules_for(held: Held, parts: Sequence[PartMark], mistakes: Mistakes) -> Iterator[Rule]:
    """The rules that apply to a table, in the order in which they are told."""
    yield from _which_table(held)
    if held.is_empty:
        yield Rule("The sheet was handed back as it was given out: nothing is filled in.", 0.0)
        return
    yield from _numbers(held)
    yield from _rate(held)
    yield from _length(held)
    yield from _missing_columns(held)
    yield from _typed(held, mistakes.typed)
    yield from _unknown(held)
    yield from _changed(mistakes.changed)
    yield from _unsure(held)
    if any(part.part.key == CHART and not part.earned for part in parts):
        yield Rule(f"No chart shows the error of the epochs{_where_errors_are(held)}.")


def after(rules: Iterable[Rule], part: PartMark) -> PartMark:
    """A part with the points that all rules leave."""
    earned = part.earned
    for rule in rules:
        if rule.part in ("", part.part.key):
            earned *= rule.share
    return part._replace(earned=earned)


def _which_table(held: Held) -> Iterator[Rule]:
    count = len(held.judgement.tables)
    if count > 1:
        place = f"{held.table.sheet}!{held.table.area}"
        yield Rule(f"The file has {count} tables of the exercise; {place} was marked.")


def _numbers(held: Held) -> Iterator[Rule]:
    begin, marking = held.begin, held.assignment.marking
    if begin.row:
        epoch = begin.row // len(held.network.samples)
        yield Rule(f"The table begins with epoch {epoch}; the rows above count as empty.")
    if begin.whose is None:
        so = earning(marking.other_numbers)
        others = [
            f"{held.network.label(name)} is {found:.10g} instead of {number:.10g}"
            for name, (found, number) in begin.different.items()
        ]
        different = words.listed(others, MOST_SAID)
        note = f"The given numbers are others than were set ({different}), so the sheet {so}."
        yield Rule(note, marking.other_numbers)
    elif begin.whose != held.owner:
        so = earning(marking.others_numbers)
        note = f"The given numbers are {those_of(begin.whose)}, so the sheet {so}."
        yield Rule(note, marking.others_numbers)


def _rate(held: Held) -> Iterator[Rule]:
    if held.other_rate is None:
        return
    found, given = held.other_rate
    share = held.assignment.marking.other_rate
    so = f"the updates {earning(share, several=True)}"
    note = f"The learning rate is {found:.10g} instead of {given:.10g}, so {so}."
    yield Rule(note, share, UPDATES)


def _length(held: Held) -> Iterator[Rule]:
    """Too few epochs."""
    asked = {row for rows in held.blank.values() for row in rows}
    done = {
        row
        for name, rows in held.blank.items()
        for row, state in zip(rows, held.states[name], strict=True)
        if state != State.EMPTY
    }
    samples = len(held.network.samples)
    epochs, filled = ({row // samples for row in rows} for rows in (asked, done))
    if len(filled) < len(epochs):
        total = held.network.epochs
        there = total - len(epochs) + len(filled)
        yield Rule(f"{there} of {total} epochs {_is(there)} there; empty cells earn nothing.")


def _missing_columns(held: Held) -> Iterator[Rule]:
    lacking = [n for n, rows in held.blank.items() if rows and n not in held.table.cells.columns]
    if lacking:
        names = words.listed(map(held.network.label, lacking), MOST_SAID)
        why = "it was left out, or its header is another. Its cells count as empty"
        if len(lacking) > 1:
            why = "they were left out, or their headers are others. Their cells count as empty"
        yield Rule(f"No column was found for {names}: {why}.")


def _typed(held: Held, typed: Sequence[Finding]) -> Iterator[Rule]:
    if count := sum(len(finding.cells) for finding in typed):
        so = earning(held.assignment.marking.typed, several=count > 1)
        what = f"{counted(count, 'right number')} {_is(count)} typed"
        columns = [f"{finding.names} from {finding.cell} on" for finding in typed]
        where = words.listed(columns, MOST_SAID)
        yield Rule(f"{what} where a formula was asked for, and {so}: {where}.")


def _unknown(held: Held) -> Iterator[Rule]:
    """Cells that earn nothing, as what they follow from has no number."""
    if count := sum(states.count(State.UNKNOWN) for states in held.states.values()):
        them = "it" if count == 1 else "they"
        yield Rule(
            f"{counted(count, 'cell')} cannot be compared with the right number, as what {them} "
            f"{_is(count, 'follows', 'follow')} from has none; {them} "
            f"{_is(count, 'earns', 'earn')} nothing."
        )


def _changed(changed: Sequence[str]) -> Iterator[Rule]:
    """Cells that were given, and changed."""
    if count := len(changed):
        yield Rule(
            f"{counted(count, 'cell')} that {_was(count)} given {_is(count)} changed and "
            f"wrong, from {changed[0]} on; that costs nothing by itself."
        )


def _where_errors_are(held: Held) -> str:
    """Which cells a chart of the error shows."""
    column = held.table.cells.columns.get(held.network.error)
    if column is None or not held.ends:
        return ""
    label, cells = held.network.label(held.network.error), [address(r, column) for r in held.ends]
    if len(held.network.samples) == 1:
        return f". It should take the cells {cells[0]} to {cells[-1]}: {label} of each epoch"
    few = words.listed(cells, MOST_SAID)
    return f". It should take the cells {few}: {label} in the last row of each epoch"


def _unsure(held: Held) -> Iterator[Rule]:
    if count := held.table.uncompared:
        yield Rule(
            f"{counted(count, 'formula')} {_was(count)} not compared with the right one, and "
            f"{_is(count, 'counts', 'count')} as right by the number."
        )


# --- words ---------------------------------------------------------------------------------------


def those_of(student: Student) -> str:
    """Whose numbers a sheet has, as a note says it; the student who copied them is not told."""
    return f"those of {student.called}"


def earning(share: float, *, several: bool = False) -> str:
    """What a share of points is in words: ``earns half of its points``."""
    verb, whose = ("earn", "their") if several else ("earns", "its")
    return f"{verb} {words.share(share, whose)}"


def _is(count: int, one: str = "is", several: str = "are") -> str:
    return one if count == 1 else several


def _was(count: int) -> str:
    return _is(count, "was", "were")
