"""Who of a roster is a student of an earlier one, with another identifier there.

A course's lists identify people by different columns: one by the login, one by the student number.
Whoever shares a number, a login or an address with an earlier student is that student. Names alone
do not tell, and neither do numbers that Moodle gives participants anew for each assignment.
"""

from collections.abc import Iterable, Sequence

from backprop_sheet.errors import InputError, shown
from backprop_sheet.exercise.assignment import Student
from backprop_sheet.exercise.lists.names import participant_number, words
from backprop_sheet.exercise.lists.roster import Person


def recognised(people: Iterable[Person], students: Sequence[Student]) -> list[Person]:
    """The people of a roster, those who are students already by their identifiers of before.

    Raises:
        InputError: somebody would be two students, or two people one, or the names are others.
    """
    of = {student.identifier: student for student in students}
    by_key: dict[str, dict[str, Student]] = {}
    for student in students:
        for key in _keys(student):
            by_key.setdefault(key, {})[student.identifier] = student
    found: dict[str, Person] = {}
    known = []
    for person in people:
        same = of.get(person.identifier) or _earlier(person, by_key)
        if same and (other := found.get(same.identifier)):
            raise InputError(
                f"{shown(person.identifier)} and {shown(other.identifier)} of the roster are both "
                f"{shown(same.identifier)} of the earlier one: {_MEND}"
            )
        if same:
            found[same.identifier] = person
        known.append(_as_before(person, same) if same else person)
    return known


_MEND = "correct the roster, choose another folder, or use --force to set the exercise anew"


def _earlier(person: Person, by_key: dict[str, dict[str, Student]]) -> Student | None:
    """The earlier student with a number, a login or an address of a person."""
    alike = {key: student for key in _keys(person) for student in by_key.get(key, {}).values()}
    if not alike:
        return None
    who = {student.identifier: student for student in alike.values()}
    shared = next(iter(alike))
    if len(who) > 1 or any(len(by_key[key]) > 1 for key in alike):
        everybody = {name for key in alike for name in by_key[key]}
        raise InputError(
            f"{shown(person.identifier)} of the roster has numbers of "
            f"{' and '.join(map(shown, sorted(everybody)))} of the earlier one: {_MEND}"
        )
    (student,) = who.values()
    one, other = set(words(person.name)), set(words(student.name))
    if one and other and not (one <= other or other <= one):
        raise InputError(
            f"{shown(person.identifier)} of the roster has {shown(shared)} like "
            f"{shown(student.identifier)} of the earlier one, but another name: {_MEND}"
        )
    return student


def _as_before(person: Person, student: Student) -> Person:
    """A person with the identifier of before, known by what both rosters have."""
    also = dict.fromkeys([person.identifier, *person.also, *student.also])
    also.pop(student.identifier, None)
    return Person(student.identifier, person.name or student.name, tuple(also))


def _keys(one: Person | Student) -> list[str]:
    """What tells a person: all that the roster has but the name."""
    texts = [text.casefold() for text in (one.identifier, *one.also)]
    name = sorted(one.name.casefold().split())
    return [t for t in texts if not participant_number(t) and sorted(t.split()) != name]
