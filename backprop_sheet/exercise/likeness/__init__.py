"""What submissions have in common: facts, each in sentences with the files, and never a verdict.

entry       a submission among those that are compared
chance      how surprising it is to have something in common
formulas    the same rare slips, the same rare ways to write formulas
numbers     another student's numbers
properties  properties of the documents

Little of each submission is kept (`exercise.fingerprint`). It is looked up in tables, and no two
submissions are compared that share nothing rare.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.fingerprint import fingerprint
from backprop_sheet.exercise.likeness import formulas, numbers, properties
from backprop_sheet.exercise.likeness.entry import Entry, Fact, fact
from backprop_sheet.exercise.marks import Mark

__all__ = ["Fact", "facts"]


def facts(marks: Sequence[Mark], assignment: Assignment) -> list[Fact]:
    """What submissions of different students have in common.

    Args:
        marks: the marks, one for each submission.
        assignment: the exercise as it was set.

    Returns:
        The facts, the plainest kind first, in the order of the marks.
    """
    entries = [
        Entry(m, m.fingerprint or fingerprint(m.submission.path, m.table, assignment))
        for m in marks
    ]
    begun = [entry for entry in entries if entry.mark.is_begun]
    owners = Counter(frozenset(student.numbers.items()) for student in assignment.students)
    own = [e for e in begun if owners[frozenset(e.student.numbers.items())] <= 1]
    found = [*_same(begun, _file, "the same file, byte for byte.")]
    found += _same(own, _content, "the same content, in files that were saved again.")
    together = {student.identifier: each for each in found for student in each.students}
    found += (
        each
        for each in formulas.alike(begun, assignment)
        if len({id(together.get(student.identifier, student)) for student in each.students}) > 1
    )
    found += numbers.others_given(entries, assignment)
    found += numbers.others_results(begun, assignment)
    found += properties.in_common(begun, assignment)
    return [*found, *_untouched(begun)]


def _same(entries: Sequence[Entry], key: Callable[[Entry], Hashable], text: str) -> Iterator[Fact]:
    """Those of several students with the same key."""
    groups: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in entries:
        if (found := key(entry)) is not None:
            groups[found].append(entry)
    for some in groups.values():
        if len({entry.student.identifier for entry in some}) > 1:
            yield fact(some, text)


def _file(entry: Entry) -> Hashable:
    return entry.print.file or None


def _content(entry: Entry) -> Hashable:
    """What a submission holds, the given numbers and the places of its mistakes included."""
    table = entry.mark.table
    if table is None or not entry.print.content:
        return None
    mistakes = tuple((finding.kind, *finding.cells) for finding in table.findings)
    return entry.print.content, mistakes


def _untouched(entries: Sequence[Entry]) -> Iterator[Fact]:
    """Those who handed in what the program wrote, filled in, as it wrote it."""
    for entry in entries:
        if entry.print.untouched:
            yield fact([entry], "a filled-in workbook as this program wrote it, not saved since.")
