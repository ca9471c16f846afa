"""What a student is told: a short text, and the comments of a marked copy.

Unless the assignment says so, nothing of it gives an answer away: no formula that belongs in a
cell, no right number. A mistake is then told by its kind, with a hint that helps to find it.

hints      what is told of a mistake, by its kind and by what stands in the cell
returning  the files that go back: marks, feedback, the zip for Moodle
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from backprop_sheet.checker import batch
from backprop_sheet.checker.findings import Finding, Table
from backprop_sheet.checker.report import effects, where
from backprop_sheet.errors import counted, plain
from backprop_sheet.exercise import words
from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.feedback.hints import EMPTY, hint, what
from backprop_sheet.exercise.marking.rules import MOST_SAID, those_of
from backprop_sheet.exercise.marks import Mark, PartMark
from backprop_sheet.exercise.words import points
from backprop_sheet.network import Network

MARKED = "_marked"
"""What is behind a student's file name in that of the marked copy."""
OWN_ROW = (
    "Every cell is judged by the numbers in its own row and the row above, so what only follows "
    "from a mistake is not held against you."
)


def text(mark: Mark, assignment: Assignment) -> str:
    """What a student is told: points, what is right, the first mistake, the rules applied."""
    sections = [
        list(_head(mark, assignment)),
        list(_right(mark)),
        list(_points(mark)),
        list(_mistakes(mark, assignment)),
        list(_rules(mark)),
        list(_copy(mark, assignment)),
    ]
    lines = "\n\n".join("\n".join(map(plain, lines)) for lines in sections if lines)
    return f"{lines}\n"


def _head(mark: Mark, assignment: Assignment) -> Iterator[str]:
    yield assignment.title
    place = f", table {mark.table.sheet}!{mark.table.area}" if mark.table else ""
    yield f"{mark.student.called}: {mark.submission.own_name}{place}"
    if mark.points is None:
        yield "No points yet: this file could not be marked."
    else:
        yield f"{points(mark.points)} of {points(assignment.total)} points"


def _right(mark: Mark) -> Iterator[str]:
    """What is right: the parts that are all right, and the others as far as they are."""
    if mark.points is None:
        return
    whole = [part.part.title for part in mark.parts if _is_whole(part)]
    partly = [part for part in mark.parts if part.right and not _is_whole(part)]
    if whole or partly:
        yield "WHAT IS RIGHT"
    if whole:
        yield f"- complete: {', '.join(whole)}"
    for part in partly:
        yield f"- {part.part.title}: {part.right:,} of {part.cells:,} cells"


def _is_whole(part: PartMark) -> bool:
    """Whether all of a part is right; of the chart, whether it is there."""
    return part.right == part.cells if part.cells else part.earned == part.most > 0


def _points(mark: Mark) -> Iterator[str]:
    if mark.points is None:
        return
    yield "POINTS"
    for part in mark.parts:
        others = {"typed": part.typed, "wrong": part.wrong, "empty": part.empty}
        said = ", ".join(f"{count:,} {what}" for what, count in others.items() if count)
        cells = f" ({said} of {counted(part.cells, 'cell')})" if said else ""
        yield f"- {part.part.title}: {points(part.earned)} of {points(part.most)}{cells}"


def _mistakes(mark: Mark, assignment: Assignment) -> Iterator[str]:
    """The first mistake, and where to look for the next."""
    if not mark.table:
        return
    findings = in_order(mark.table)
    if not findings or not mark.is_begun:
        return
    first, *others = findings
    yield "LOOK HERE FIRST"
    yield f"{words.listed(first.columns, MOST_SAID)} in cell {where(first)}"
    yield from _of_first(mark.table, first, assignment)
    if others:
        several = f"{counted(len(others), 'more mistake')} {'is' if len(others) == 1 else 'are'}"
        yield f"Then go on: {several} in the sheet, the next in cell {others[0].cell}."
    yield OWN_ROW


def _copy(mark: Mark, assignment: Assignment) -> Iterator[str]:
    """Where each cell is marked."""
    if has_copy(mark):
        yield f"Each of these cells is red in your marked copy, {copy_name(mark, assignment)}."


def in_order(table: Table) -> list[Finding]:
    """The mistakes of a table, the first to look at first: what is empty comes last."""
    return sorted(table.findings, key=lambda finding: finding.kind == EMPTY)


def _of_first(table: Table, finding: Finding, assignment: Assignment) -> Iterator[str]:
    if not assignment.marking.answers:
        empty, network = finding.kind == EMPTY, assignment.network
        yield f"What is {'missing' if empty else 'wrong'}: {what(finding, table, network)}."
        yield f"How to {'go on' if empty else 'find it'}: {hint(finding, table, network)}"
        if finding.by_chance:
            yield (
                f"The number in {finding.cell} is right by chance: with others, this formula gives "
                "a wrong one."
            )
        return
    yield f"What is wrong: {finding.text}."
    if finding.found != finding.expected:
        yield f"What is there: {finding.found or '(nothing)'}"
        yield f"What belongs there: {finding.expected}"
    yield from (f"{effect}." for effect in effects(table, finding))


def _rules(mark: Mark) -> Iterator[str]:
    if not mark.notes:
        return
    yield "WHY" if mark.points is None else "RULES THAT APPLIED"
    other = mark.whose if mark.whose and mark.whose != mark.student else None
    for note in mark.notes:  # a student need not know whose numbers they are
        yield f"- {note.replace(those_of(other), 'those of another student') if other else note}"


# --- the marked copy -----------------------------------------------------------------------------


def has_copy(mark: Mark) -> bool:
    """Whether there is anything to mark in a copy; nothing is in a sheet without work."""
    return mark.is_begun and bool(_marked(mark))


def copy_name(mark: Mark, assignment: Assignment) -> str:
    """What the marked copy is called."""
    name = assignment.file_names[mark.student.identifier]
    return f"{name}{MARKED}{mark.submission.path.suffix.lower()}"


def write_copy(mark: Mark, assignment: Assignment, target: Path, *, force: bool = False) -> None:
    """Write a copy of what was handed in, with every wrong cell coloured and commented.

    Only the table that was marked has any: another one of the file costs nothing.

    Raises:
        InputError: the copy cannot be made.
        WriteError: it cannot be written, or somebody has edited the copy that is there.
    """
    if mark.table is None:
        return
    network, table = assignment.network, replace(mark.table, findings=_marked(mark))
    said = batch.Words(
        lambda table, finding: _comment(table, finding, network),
        lambda finding: what(finding, table, network),
    )
    judgement = replace(mark.judgement, tables=[table])
    answers = assignment.marking.answers
    batch.mark(judgement, target, words=None if answers else said, force=force)


def _marked(mark: Mark) -> list[Finding]:
    """What is marked in a copy: the mistakes, and numbers that are typed."""
    return [*mark.table.findings, *mark.typed] if mark.table else []


def _comment(table: Table, finding: Finding, network: Network) -> str:
    said = what(finding, table, network)
    return f"{finding.names}: {said}.\n{hint(finding, table, network)}"
