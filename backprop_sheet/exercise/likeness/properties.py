"""Properties of documents in common: who made and saved them, and when, to the second.

What many share, as on the machines of a computer room or by default, says nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import log2

from backprop_sheet.errors import plain
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.likeness import chance
from backprop_sheet.exercise.likeness.entry import Entry, Fact, clusters, fact

PEOPLE = ("author", "last editor")
TIMES = ("created", "modified")
COMPARED = (*PEOPLE, *TIMES, "company", "manager")
OURS = {"backprop-sheet"}
"""Values that the sheets themselves have."""
DEFAULTS = {
    *("user", "users", "admin", "administrator", "owner", "guest", "student", "default", "test"),
    *("microsoft office user", "microsoft office-anwender", "windows user", "windows-benutzer"),
    *("office user", "utilisateur windows", "usuario de windows", "author", "unknown", "owner pc"),
    *("openpyxl", "xlsxwriter", "apache poi", "libreoffice", "google", "wps office", "none", "pc"),
    *("benutzer", "utilisateur", "usuario", "lenovo", "hp", "dell", "acer", "asus", "root"),
}
"""What programs and new machines write where a name belongs."""
HOUR, MINUTE = 3600.0, 60.0
FULL_NAME = 2
"""Words from which on a name is one person's; of first names there are many."""
MOST_OF_A_NAME = 3
"""Documents with a name; with more it is a room's or a program's."""
SHORTEST = 4
"""Characters of an identifier or an address that can be somebody's name on a machine."""


def in_common(entries: Sequence[Entry], assignment: Assignment) -> Iterator[Fact]:
    """Those whose documents share rare properties, or name another student."""
    yield from _named_another(entries, assignment)
    class_ = _Class(entries)
    linked = [pair for pair in sorted(class_.pairs()) if class_.is_telling(*pair)]
    for group in clusters(linked):
        some = [entries[k] for k in group]
        said = "; ".join(f"{name} {plain(value)}" for name, value in class_.shared(group))
        yield fact(some, f"the documents have in common: {said}.")


# --- another student's name ----------------------------------------------------------------------


def _named_another(entries: Sequence[Entry], assignment: Assignment) -> Iterator[Fact]:
    """Those whose document another student made or saved last, by name."""
    known: dict[frozenset[str], list[Student]] = defaultdict(list)
    for student in assignment.students:
        for words in {_words(text) for text in _names_of(student)}:
            known[words].append(student)
    for entry in entries:
        own = {_words(text) for text in _names_of(entry.student)}
        for name in PEOPLE:
            value = entry.print.properties.get(name, "")
            words = _words(value)
            found = known.get(words, []) if words and words not in own else []
            if len(found) == 1:
                text = f"the document's {name} is {plain(value)}, the name of {found[0].called}."
                one = fact([entry], text)
                yield Fact((*one.students, found[0]), one.text)


def _names_of(student: Student) -> Iterator[str]:
    """What a machine may call a student: a full name, the identifier, an address."""
    if len(_words(student.name)) >= FULL_NAME:
        yield student.name
    for text in (student.identifier, *student.also):
        if len(text) >= SHORTEST and not text.isdecimal():
            yield text


def _words(text: str) -> frozenset[str]:
    """The words of a name, whichever comes first."""
    return frozenset(re.findall(r"[\w@.+-]*\w", text.casefold()))


# --- rare properties -----------------------------------------------------------------------------


class _Class:
    """The properties of a class's documents."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._properties = [dict(_telling(entry)) for entry in entries]
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._families: dict[str, set[int]] = defaultdict(set)
        for number, properties in enumerate(self._properties):
            for name, value in properties.items():
                self._holders[name, value].append(number)
                if name in PEOPLE:
                    self._families[_family(value)].add(number)
        self._times = {
            name: [_seconds(p[name]) for p in self._properties if name in p] for name in TIMES
        }

    def pairs(self) -> set[tuple[int, int]]:
        """The pairs that share anything rare."""
        return chance.pairs(self._holders.values(), len(self._properties))

    def is_telling(self, one: int, other: int) -> bool:
        """Whether what two share is hardly shared by chance."""
        shared = dict(self.shared([one, other]))
        times = {
            shared[name]: self._bits_of_time(name, shared[name]) for name in TIMES & shared.keys()
        }
        person = max((self._bits_of_person(shared[n]) for n in PEOPLE if n in shared), default=0.0)
        full = any(len(shared[n].split()) >= FULL_NAME for n in PEOPLE if n in shared)
        if person and full:
            return True
        return person + sum(times.values()) >= chance.needed(len(self._properties))

    def shared(self, group: Sequence[int]) -> list[tuple[str, str]]:
        """The properties that all of a group have, if they are rare."""
        first, *rest = (self._properties[k] for k in group)
        most = chance.few(len(self._properties))
        return [
            (name, value)
            for name, value in first.items()
            if all(other.get(name) == value for other in rest)
            and len(self._holders[name, value]) <= most
        ]

    def _bits_of_person(self, value: str) -> float:
        """Bits for a name; 0 if many have it, or one that differs by a number: lab-01, lab-02."""
        having = len(self._families[_family(value)])
        if having > MOST_OF_A_NAME:
            return 0.0
        return -log2(min(1.0, max(1, having - 1) / len(self._properties)))

    def _bits_of_time(self, name: str, value: str) -> float:
        """Bits for the same second, when so many others have one near it."""
        second = _seconds(value)
        chance_of = 0.0
        for window in (MINUTE, HOUR):
            near = sum(abs(other - second) <= window for other in self._times[name]) - 2
            chance_of = max(chance_of, max(near, window == HOUR) / (2 * window))
        return -log2(min(1.0, chance_of))


def _telling(entry: Entry) -> Iterator[tuple[str, str]]:
    """The properties that may tell something: neither ours, nor a default, nor the owner's name."""
    properties = entry.print.properties
    own = _words(entry.student.name) | _words(entry.student.identifier)
    by_program = _is_default(properties.get("author", "")) and "last editor" not in properties
    for name, value in properties.items():
        usual = _is_default(value) or (bool(own) and _words(value) <= own)
        told = _is_time(value) and not by_program if name in TIMES else not usual
        if name in COMPARED and told:
            yield name, value


def _is_default(value: str) -> bool:
    return value in OURS or _family(value) in DEFAULTS


def _family(value: str) -> str:
    """A name without the numbers by which machines of a room differ."""
    return re.sub(r"[\W_]*\d+", "", value.casefold()).strip()


def _is_time(value: str) -> bool:
    try:
        return bool(_seconds(value))
    except (ValueError, OverflowError):
        return False


def _seconds(value: str) -> float:
    """Seconds since 1970 of a time such as 2024-05-01T10:15:30Z.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(value)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
