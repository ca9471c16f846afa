"""Tells whose a file is by its name and those of its folders.

A name counts where it stands whole: 1234 is not in 12345. Case, accents and the order of a person's
names do not matter. What fits two students tells nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
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
"""What a student is known by, the most certain first."""


class Told(NamedTuple):
    """What a name tells.

    Attributes:
        students: whose the file may be; none if the name tells nothing.
        why: how that was told.
    """

    students: tuple[Student, ...]
    why: str


class _Match(NamedTuple):
    kind: str
    start: int
    end: int
    place: int  # of the student


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
        if system and (told := self._by_system(system, parts)):
            return told
        told = self._told(parts)
        students = [student for student in told.students if self.fits(student, parts)]
        if system and not system.anonymous and not students:
            return Told((), f"{system.said} says {system.name!r}, and no student is called so")
        return told

    def fits(self, student: Student, parts: Sequence[str]) -> bool:
        """Whether Moodle or Canvas may mean a student, by the name that they wrote."""
        system = _of_system(parts)
        if not system or not student.name or system.anonymous:
            return True
        joined = "".join(words(system.name))
        return any(w in joined for w in words(student.name) if len(w) >= TELLING or not w.isascii())

    def _by_system(self, system: "_System", parts: Sequence[str]) -> Told | None:
        """Whose a file is by what Moodle or Canvas wrote into its name; None if it is nobody's."""
        known = self._participants if system.said == MOODLES else {}
        if len(found := known.get(system.number, ())) == 1:
            student = self._students[next(iter(found))]
            return Told((student,), f"by Moodle's number {system.number} of the participant")
        # A number of Moodle that the roster does not know is another's student number by chance.
        told = self._told([system.name, *([system.number] if system.said != MOODLES else [])])
        if len(told.students) > 1:  # namesakes, of whom the rest of the name may tell one
            rest = self._told(parts)
            one = [student for student in rest.students if student in told.students]
            return Told((one[0],), rest.why) if len(one) == 1 else told
        return told if told.students else None

    def _told(self, parts: Sequence[str]) -> Told:
        found = [(match, part) for part in parts for match in self._matches(part)]
        for kind in KINDS:
            places = sorted({match.place for match, _ in found if match.kind == kind})
            if not places:
                continue
            students = tuple(self._students[place] for place in places)
            if len(places) > 1:
                fitting = " and ".join(repr(student.identifier) for student in students[:3])
                return Told(students, f"its name fits {fitting}")
            match, part = next((m, p) for m, p in found if m.kind == kind)
            text = " ".join(_words_of(part)[match.start : match.end])
            also = {self._students[m.place].identifier for m, _ in found if m.place not in places}
            doubt = f", though {' and '.join(map(repr, sorted(also)))} is named too" if also else ""
            return Told(students, f"by the {kind} {text!r} in {part!r}{doubt}")
        return Told((), "its name tells nobody")

    def _matches(self, part: str) -> list[_Match]:
        """What a name has of the students, without what is only a piece of something longer."""
        text = _words_of(part)
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
    if found := MOODLES_FILE.fullmatch(part):
        part = f"{found['name']} {found['rest']}"
    path = PurePath(part)
    return words(path.stem if path.suffix.lower() in FILES else part)
