"""Rosters: people as a reader gives them, and the text that it reads."""

from backprop_sheet.exercise.lists.roster import Person


def people(count, first=1):
    return tuple(Person(f"s{k:03}", f"Student {k}", (f"{k}",)) for k in range(first, first + count))


HEADER = "Student,ID,SIS User ID,SIS Login ID,Section"


def canvas(count):
    """The text of a gradebook as Canvas exports it."""
    lines = [f'"{k}, Student",{k},u{k},s{k:03},A' for k in range(1, count + 1)]
    return "\n".join([HEADER, *lines]) + "\n"
