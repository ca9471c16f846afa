"""A submission among those that are compared, and what is said of several of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backprop_sheet.errors import plain
from backprop_sheet.exercise.assignment import Student
from backprop_sheet.exercise.fingerprint import Fingerprint
from backprop_sheet.exercise.marks import Mark

MOST_NAMED = 12
"""Students that a sentence names; of more it says how many."""


class Fact(NamedTuple):
    """Something that submissions have in common. It is no verdict.

    Attributes:
        students: whose they are, in the order of the marks.
        text: what it is, in sentences that name the files.
    """

    students: tuple[Student, ...]
    text: str


@dataclass(frozen=True)
class Entry:
    """A submission among those that are compared.

    Attributes:
        mark: its mark.
        print: what of it is compared.
    """

    mark: Mark
    print: Fingerprint

    @property
    def student(self) -> Student:
        """Whose it is."""
        return self.mark.student

    @property
    def called(self) -> str:
        """What a sentence calls it: the student and the file."""
        return f"{self.student.called}, {plain(self.mark.submission.shown)}"


def fact(entries: Sequence[Entry], text: str) -> Fact:
    """What some have in common: their names and files, and what it is."""
    named = "; ".join(entry.called for entry in entries[:MOST_NAMED])
    more = f"; and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else ""
    return Fact(tuple(dict.fromkeys(entry.student for entry in entries)), f"{named}{more}: {text}")


def clusters(linked: Sequence[tuple[int, int]]) -> list[list[int]]:
    """What is linked in pairs, as groups, each in order, and these by their first."""
    group: dict[int, set[int]] = {}
    for one, other in linked:
        joined = group.get(one, {one}) | group.get(other, {other})
        for member in joined:
            group[member] = joined
    return sorted(map(sorted, {id(members): members for members in group.values()}.values()))
