"""What a student is told: a short text, and the comments of a marked copy.

Unless the assignment says so, nothing of it gives an answer away: no formula that belongs in a
cell, no right number. A mistake is then told by its kind, with a hint that helps to find it.

returning  the files that go back: marks, feedback, the zip for Moodle
"""

import re
from collections.abc import Iterator
from pathlib import Path

from backprop_sheet.checker import batch
from backprop_sheet.checker.findings import KINDS, Finding, Table
from backprop_sheet.checker.report import effects, where
from backprop_sheet.errors import counted, plain
from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.marking.rules import those_of
from backprop_sheet.exercise.marks import Mark, PartMark
from backprop_sheet.exercise.words import points

HINTS = {
    "name": "Go from each reference in this formula to the cell that it leads to, and read the "
    "header there. Is it the quantity that the formula needs?",
    "update": "Read the header above the gradient that this formula takes. Which weight is it of?",
    "row": "Look at the row of each reference, and say for each whether this epoch's number or "
    "that of the epoch before belongs here.",
    "anchor": "Compare the formula with the one in the row above: see which references moved "
    "along, and which should have stayed.",
    "rate": "Go to the cell from which this formula takes the learning rate.",
    "sign": "Look at every plus and minus. Put the numbers of this row in by hand: does the result "
    "go the way that it should?",
    "factor": "Follow the arrows of the network from the error back to this quantity, and count "
    "one factor for each step.",
    "term": "Count the ways that lead to this quantity in the network: each of them is one term.",
    "constant": "Compare the numbers and powers in this formula with the definition.",
    "bracket": "Put the numbers of this row in by hand, in the order in which a spreadsheet "
    "calculates: powers first, then products, then sums.",
    "column": "Compare this formula with those of the columns beside it: two of them do the same.",
    "formula": "Write the formula down anew: follow the arrows of the network from the error back, "
    "one factor for each step.",
    "number": "See what this cell holds: a formula, or a number that was typed or pasted.",
    "text": "This cell holds text. Look for a comma in place of a point, for a blank or an "
    "apostrophe at the start.",
    "empty": "This cell is empty, and others need it.",
    "error": "Follow the references of this formula one by one: see where the first of them leads, "
    "and whether each function is spelled right.",
    "given": "Compare this cell with the one in the row above: inputs and targets stay what they "
    "are.",
    "stopped": "Compare the formulas of the weights here with those further up, where they move.",
    "stale": "Have the spreadsheet calculate everything anew, and save it.",
    "asked": "Compare the given numbers and the learning rate with those of your task.",
    "epochs": "Count the epochs of the table, and read how many the task asks for.",
}
"""How to find a mistake of each kind, without what belongs there."""
EMPTY = "empty"
"""The kind that is no mistake in what was done."""
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
    ]
    lines = "\n\n".join("\n".join(map(plain, lines)) for lines in sections if lines)
    return f"{lines}\n"


def own_name(mark: Mark) -> str:
    """What the student calls the file, without the archive and the folder that it came in."""
    return re.split(r"[/\\]|: ", mark.submission.shown)[-1]


def _head(mark: Mark, assignment: Assignment) -> Iterator[str]:
    yield assignment.title
    place = f", table {mark.table.sheet}!{mark.table.area}" if mark.table else ""
    yield f"{mark.student.called}: {own_name(mark)}{place}"
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
    yield f"{first.names} in cell {where(first)}"
    yield from _of_first(mark.table, first, answers=assignment.marking.answers)
    if others:
        several = f"{counted(len(others), 'more mistake')} {'is' if len(others) == 1 else 'are'}"
        yield (
            f"Then go on: {several} in the sheet, the next in cell {others[0].cell}. Every wrong "
            "cell is red in the marked copy."
        )
    yield OWN_ROW


def in_order(table: Table) -> list[Finding]:
    """The mistakes of a table, the first to look at first: what is empty comes last."""
    return sorted(table.findings, key=lambda finding: finding.kind == EMPTY)


def _of_first(table: Table, finding: Finding, *, answers: bool) -> Iterator[str]:
    if not answers:
        yield f"What is wrong: {KINDS[finding.kind]}."
        yield f"How to find it: {HINTS[finding.kind]}"
        if finding.by_chance:
            yield "The number is right by chance: with others, this formula would give a wrong one."
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
    return mark.is_begun and any(table.findings for table in mark.judgement.tables)


def write_copy(mark: Mark, assignment: Assignment, target: Path, *, force: bool = False) -> None:
    """Write a copy of what was handed in, with every wrong cell coloured and commented.

    Raises:
        InputError: the copy cannot be made.
        WriteError: it cannot be written, or somebody has edited the copy that is there.
    """
    words = None if assignment.marking.answers else batch.Words(_comment, _kind)
    batch.mark(mark.judgement, target, words=words, force=force)


def _comment(_: Table, finding: Finding) -> str:
    return f"{finding.names}: {_kind(finding)}.\n{HINTS[finding.kind]}"


def _kind(finding: Finding) -> str:
    return KINDS[finding.kind]
