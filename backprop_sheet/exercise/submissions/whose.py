"""Tells whose a file is by its name and those of its folders.

A name counts where it stands whole: 1234 is not in 12345. Case, accents and the order of a person's
names do not matter. What a platform wrote is trusted most; a full name, or an identifier that a
file or folder is called and nothing else, is trusted; whatever else is named may be so by chance.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from pathlib import PurePath
from typing import NamedTuple

from backprop_sheet.exercise.assignment import Student
from backprop_sheet.exercise.lists.names import (
    CANVASS_FILE,
    MOODLES_FILE,
    PARTICIPANTS,
    participant_number,
    without_accents,
    words,
)
from backprop_sheet.files import FILES

WEAK = 4
"""Characters below which an identifier tells only if the name is nothing else: 7, but not ex_7."""
ANONYMOUS = {*PARTICIPANTS, "anon"}
MOODLES, CANVASS = "Moodle", "Canvas"
TELLING = 3
"""The fewest letters of a word that makes two names seem one person's."""
NUMBER, ADDRESS, NAME = "number or login", "address", "name"
KINDS = (NUMBER, ADDRESS, NAME)
"""What a student is known by."""
MOST_SAID = 3
"""Students that are named one by one."""


class Trust(Enum):
    """How far a name is trusted."""

    SURE = "whatever the numbers"
    LIKELY = "unless the numbers are another's"
    OPEN = "only with the numbers"


class Told(NamedTuple):
    """What a name tells.

    Attributes:
        students: whose the file may be; none if the name tells nothing.
        why: how that was told.
        trust: how far that is trusted.
    """

    students: tuple[Student, ...]
    why: str
    trust: Trust = Trust.OPEN

    @property
    def owner(self) -> Student | None:
        """Whose the file is; None if that is open."""
        return None if self.trust is Trust.OPEN else self.students[0]


class _Match(NamedTuple):
    kind: str
    start: int
    end: int
    place: int  # of the student


class _Hint(NamedTuple):
    """A piece of a name that students are known by.

    Attributes:
        kind: as what they are known by it.
        text: the piece.
        part: the name that it is a piece of.
        places: those of the students.
        firm: whether it can hardly be there by chance.
    """

    kind: str
    text: str
    part: str
    places: frozenset[int]
    firm: bool


class Whose:
    """What the students of an assignment are known by."""

    def __init__(self, students: Sequence[Student]) -> None:
        """Take in the students."""
        self._students = students
        self._known: dict[tuple[str, tuple[str, ...]], dict[int, bool]] = {}
        self._participants: dict[str, set[int]] = {}
        for place, student in enumerate(students):
            for kind, key, weak in _keys(student):
                places = self._known.setdefault((kind, key), {})
                places[place] = weak and places.get(place, True)
            for number in filter(None, map(participant_number, _texts(student))):
                self._participants.setdefault(number, set()).add(place)
        self._longest = max((len(key) for _, key in self._known), default=0)

    def by_name(self, parts: Sequence[str]) -> Told:
        """Whose a file is by its name.

        What Moodle or Canvas wrote into the name is trusted before what the student called it.

        Args:
            parts: the names of its folders, the outermost first, and its own.
        """
        system = _of_system(parts)
        if system is None:
            return self._told(self._hints(parts))
        if len(found := self._participants_of(system)) == 1:
            why = f"by Moodle's number {system.number} of the participant"
            return Told((self._students[min(found)],), why, Trust.SURE)
        others = [other for part in parts for other in _without_system(part)]
        hints = self._hints(others)
        if system.anonymous:
            return self._told(hints)
        if system.said == CANVASS:  # in a roster without Canvas's numbers, it is so by chance
            hints += [hint._replace(firm=False) for hint in self._hints([system.number])]
        called = [hint for hint in self._hints([system.name]) if hint.firm or hint.kind == NAME]
        fitting = frozenset[int]().union(*(hint.places for hint in called))
        if len(fitting) == 1:
            return self._told(called)._replace(trust=Trust.SURE)
        if not fitting:
            fitting = frozenset(
                place for place, one in enumerate(self._students) if self.fits(one, parts)
            )
        hints = [hint._replace(places=hint.places & fitting) for hint in hints]
        told = self._told([*called, *(hint for hint in hints if hint.places)])
        if not told.students:
            why = f"{system.said} says {system.name!r}, and no student is called so"
            return Told((), why)
        return told

    def fits(self, student: Student, parts: Sequence[str]) -> bool:
        """Whether Moodle or Canvas may mean a student, by the name that they wrote."""
        system = _of_system(parts)
        if not system or not student.name or system.anonymous:
            return True
        joined = "".join(words(system.name))
        return any(w in joined for w in words(student.name) if len(w) >= TELLING or not w.isascii())

    def may_mean(self, student: Student, told: Told, parts: Sequence[str]) -> bool:
        """Whether a file may be a student's by its numbers, against what a platform wrote.

        Of two namesakes, the one whose number Canvas wrote may have copied the other's sheet.
        """
        against = told.owner not in (None, student) and _of_system(parts) is not None
        return self.fits(student, parts) and not against

    def _participants_of(self, system: "_System") -> set[int]:
        """Whose Moodle's number is."""
        return self._participants.get(system.number, set()) if system.said == MOODLES else set()

    def _told(self, hints: Sequence[_Hint]) -> Told:
        """Whom all hints name; if they differ, those that the outermost name has."""
        if not hints:
            return Told((), "its name tells nobody")
        places = frozenset.intersection(*(hint.places for hint in hints))
        if not places:
            outermost = [hint.places for hint in hints if hint.part == hints[0].part]
            why = f"its name fits {self._listed(frozenset().union(*(h.places for h in hints)))}"
            return Told(self._of(frozenset().union(*outermost)), why)
        if len(places) > 1:
            return Told(self._of(places), f"its name fits {self._listed(places)}")
        # The piece that tells most: a namesake's name tells less than a number.
        best = min(hints, key=lambda hint: (len(hint.places), not hint.firm))
        firm = any(hint.firm for hint in hints if hint.places == places)
        why = f"by the {best.kind} {best.text!r} in {best.part!r}"
        return Told(self._of(places), why, Trust.SURE if firm else Trust.LIKELY)

    def _of(self, places: Iterable[int]) -> tuple[Student, ...]:
        return tuple(self._students[place] for place in sorted(places))

    def _listed(self, places: Iterable[int]) -> str:
        return " and ".join(repr(student.identifier) for student in self._of(places)[:MOST_SAID])

    def _hints(self, parts: Iterable[str]) -> list[_Hint]:
        """What names have of the students."""
        found: list[_Hint] = []
        for part in parts:
            text = _words_of(part)
            pieces: dict[tuple[int, int, str], set[int]] = {}
            for match in self._matches(text):
                pieces.setdefault((match.start, match.end, match.kind), set()).add(match.place)
            for (start, end, kind), places in pieces.items():
                piece = text[start:end]
                whole = len(piece) == len(text)
                firm = kind == NAME and (self._is_full(piece, places))
                firm = firm or (whole and all(self._is_identifier(piece, p) for p in places))
                found.append(_Hint(kind, " ".join(piece), part, frozenset(places), firm))
        return found

    def _is_full(self, piece: Sequence[str], places: Iterable[int]) -> bool:
        """Whether a name has two words or more, be they written as one."""
        return len(piece) > 1 or all(len(words(self._students[p].name)) > 1 for p in places)

    def _is_identifier(self, piece: tuple[str, ...], place: int) -> bool:
        return words(self._students[place].identifier) == piece

    def _matches(self, text: tuple[str, ...]) -> list[_Match]:
        """What a name has of the students, without what is only a piece of something longer."""
        found = [
            _Match(kind, start, end, place)
            for start in range(len(text))
            for end in range(start + 1, min(len(text), start + self._longest) + 1)
            for kind in KINDS
            for place, weak in self._known.get((kind, _key(kind, text[start:end])), {}).items()
            if not weak or end - start == len(text)
        ]
        return [
            match
            for match in found
            if not any(
                other.start <= match.start
                and match.end <= other.end
                and other.end - other.start > match.end - match.start
                for other in found
            )
        ]


class _System(NamedTuple):
    said: str
    name: str
    number: str

    @property
    def anonymous(self) -> bool:
        return without_accents(self.name) in ANONYMOUS


def _of_system(parts: Iterable[str]) -> _System | None:
    """What Moodle or Canvas wrote into a name about the student."""
    for part in parts:
        for said, pattern in ((MOODLES, MOODLES_FILE), (CANVASS, CANVASS_FILE)):
            if found := pattern.fullmatch(part):
                return _System(said, found["name"], found["number"])
    return None


def _without_system(part: str) -> Iterator[str]:
    """What the student called a file or folder; nothing if Moodle or Canvas wrote all of it."""
    for pattern in (MOODLES_FILE, CANVASS_FILE):
        if found := pattern.fullmatch(part):
            if found["rest"]:
                yield found["rest"]
            return
    yield part


def _texts(student: Student) -> tuple[str, ...]:
    return (student.identifier, *student.also)


def _keys(student: Student) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """What a student is known by, as words, and whether it is too little beside other words."""
    name = _key(NAME, words(student.name))
    for text in (*_texts(student), student.name):
        key = words(text)
        if not key:
            continue
        if _key(NAME, key) == name:
            yield NAME, name, len(name) == 1
            for place in range(len(key)):  # Canvas writes it as one word, the last name first
                yield NAME, ("".join(key[place:] + key[:place]),), len(name) == 1
        elif "@" in text:
            yield ADDRESS, key, False
            yield ADDRESS, (local := words(text.partition("@")[0])), _is_weak(local)
        else:
            number = participant_number(text)
            key = (number,) if number else key
            yield NUMBER, key, _is_weak(key)


def _is_weak(key: Iterable[str]) -> bool:
    return len("".join(key)) < WEAK


def _key(kind: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """Words as they are looked up: the order of those of a name does not count."""
    return tuple(sorted(key)) if kind == NAME else key


def _words_of(part: str) -> tuple[str, ...]:
    """The words of a name of a file or folder, without what says nothing about the student."""
    path = PurePath(part)
    return words(path.stem if path.suffix.lower() in FILES else part)
