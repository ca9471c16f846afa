"""Another student's numbers: among the given ones, or typed where formulas belong."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged, counted
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.likeness.entry import Entry, Fact, clusters, fact
from backprop_sheet.network import RATE

MOST_SHARE = 0.8
"""Of a student's given numbers, the share that others' have to be."""
FEWEST = 8
"""Typed numbers that have to agree."""
DIGITS = 4
"""Significant digits to which typed numbers agree: they may have been rounded."""


def others_given(entries: Sequence[Entry], assignment: Assignment) -> Iterator[Fact]:
    """Those whose given numbers are another student's."""
    owners: dict[tuple[str, float], set[str]] = defaultdict(set)
    for student in assignment.students:
        for key in _given(student.numbers):
            owners[key].add(student.identifier)
    students = {student.identifier: student for student in assignment.students}
    for entry in entries:
        cells = entry.mark.table.cells.given if entry.mark.table else {}
        own = set(_given(entry.student.numbers))
        names = {name for name, _ in own}
        found = [key for key in _given(cells) if key[0] in names]
        matched = Counter(owner for key in found for owner in owners.get(key, ()))
        least = max(2, MOST_SHARE * len(own))
        mine = matched.pop(entry.student.identifier, 0)
        for identifier, count in sorted(matched.items()):
            if count >= least and count > mine:
                other = students[identifier]
                text = f"the given numbers are those of {other.called}."
                if count < len(own):
                    text = f"{count} of {len(own)} given numbers are those of {other.called}."
                yield _with(other, fact([entry], text))


def _given(numbers: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Given numbers that are a student's own; many have the same learning rate."""
    return ((name, round(value, 9)) for name, value in numbers.items() if name != RATE)


def _with(other: Student, found: Fact) -> Fact:
    return Fact((*found.students, other), found.text)


def others_results(entries: Sequence[Entry], assignment: Assignment) -> Iterator[Fact]:
    """Those who typed numbers that are another student's right ones, or the same as others did."""
    typing = [entry for entry in entries if len(entry.print.typed) >= FEWEST]
    if not typing:
        return
    wanted = {place for entry in typing for place in entry.print.typed}
    right = {s.identifier: _results(assignment, s, wanted) for s in assignment.students}
    owners: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for student in assignment.students:
        for (name, row), text in right[student.identifier].items():
            owners[name, row, text].append(student.identifier)
    told = set()
    for entry in typing:
        own = right.get(entry.student.identifier, {})
        keys = _foreign(entry, own)
        matched = Counter(owner for key in keys for owner in owners.get(key, ()))
        for other in assignment.students:  # keys are a set, whose order is another in each process
            count = matched[other.identifier]
            if count >= max(FEWEST, MOST_SHARE * len(keys)):
                told.add(entry.student.identifier)
                yield _with(
                    other,
                    fact(
                        [entry],
                        f"{counted(count, 'typed number')} that {other.called}'s given numbers "
                        "lead to, and this student's do not.",
                    ),
                )
    rest = [entry for entry in typing if entry.student.identifier not in told]
    yield from _same_typed(rest, right)


def _foreign(entry: Entry, own: Mapping[tuple[str, int], str]) -> set[tuple[str, int, str]]:
    """A submission's typed numbers that are not right for its own."""
    typed = ((*place, _text(value)) for place, value in entry.print.typed.items())
    return {key for key in typed if own.get(key[:2]) != key[2]}


def _same_typed(
    entries: Sequence[Entry], right: Mapping[str, Mapping[tuple[str, int], str]]
) -> Iterator[Fact]:
    """Those who typed the same numbers, which are wrong for each of them."""
    keys = [_foreign(entry, right.get(entry.student.identifier, {})) for entry in entries]
    holders: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for number, some in enumerate(keys):
        for key in some:
            holders[key].append(number)
    most = max(4, len(entries) // 20)
    shared = Counter(
        (a, b)
        for some in holders.values()
        if 1 < len(some) <= most
        for k, a in enumerate(some)
        for b in some[k + 1 :]
    )
    linked = [pair for pair in shared if _distinct(keys, *pair) >= FEWEST]
    for group in clusters(linked):
        count = len(set.intersection(*(keys[k] for k in group)))
        text = f"the same {counted(count, 'number')} typed, right for neither's given numbers."
        yield fact([entries[k] for k in group], text)


def _distinct(keys: Sequence[set[tuple[str, int, str]]], a: int, b: int) -> int:
    """Different numbers that two typed in the same places."""
    return len({text for _, _, text in keys[a] & keys[b]})


def _results(
    assignment: Assignment, student: Student, wanted: set[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """The right numbers of a student in some places of the table."""
    network = assignment.network_of(student)
    places: dict[int, list[tuple[str, int]]] = defaultdict(list)
    column = {name: k for k, name in enumerate(network.columns)}
    for name, row in wanted:
        if name in column:
            places[row].append((name, column[name]))
    found: dict[tuple[str, int], str] = {}
    with suppress(Diverged):
        for number, numbers in enumerate(islice(train(network), max(places, default=-1) + 1)):
            for name, k in places.get(number, ()):
                found[name, number] = _text(numbers[k])
    return found


def _text(value: float) -> str:
    return f"{value:.{DIGITS}g}"
