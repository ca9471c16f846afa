"""The table, turned so that it fits a page: a row for each quantity, a column for some epochs."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from backprop_sheet.document import Block, Code, Heading, Paragraph, Table
from backprop_sheet.errors import counted
from backprop_sheet.network import EPOCH, SAMPLE
from backprop_sheet.reporter.training import Training, rounded

T = TypeVar("T")
FIRST, LAST = 3, 2
"""Rows of the table that are shown, at its start and at its end."""
FIRST_NAMES, LAST_NAMES = 40, 20
"""Quantities that are shown, likewise."""


def table(training: Training) -> Iterator[Block]:
    """The section with the first and the last rows."""
    network, frame = training.network, training.frame
    counters = (EPOCH, SAMPLE)
    names = [name for name in network.columns if network.label(name) not in counters]
    shown = _ends(names, FIRST_NAMES, LAST_NAMES)
    places = _ends(range(len(frame)), FIRST, LAST)
    several = len(network.samples) > 1
    head = [_place(place, len(network.samples), several=several) for place in places]
    numbers = frame.iloc[places]
    rows = [
        (network.symbols[name].heading, *map(rounded, numbers[network.label(name)]))
        for name in shown
    ]
    yield Heading("The table")
    left = counted(len(frame) - len(places), "row") + " between them"
    said = "Each column is a row of the sheet" + (": an epoch. " if not several else ". ")
    said += f"The first {FIRST} and the last {LAST} stand here; {left} are left out. "
    if len(places) == len(frame):
        said = "Each column is a row of the sheet, and all of them stand here. "
    if (more := len(names) - len(shown)) > 0:
        said += f"Of {len(names)} quantities {more} in the middle are left out. "
    whole = "The whole table, with every digit, is "
    if training.table:
        whole += f"in {training.table} beside this report. This writes it too:"
    else:
        whole += "written by"
    yield Paragraph(said + whole)
    yield Code(training.commands.table)
    yield Table(("", *head), rows, "first and last rows")


def _ends(items: Sequence[T], first: int, last: int) -> list[T]:
    """The first and the last of many, or all."""
    if len(items) <= first + last:
        return list(items)
    return [*items[:first], *items[-last:]]


def _place(place: int, samples: int, *, several: bool) -> str:
    """Which row of the sheet a column is."""
    epoch, sample = divmod(place, samples)
    return f"epoch {epoch}, sample {sample + 1}" if several else f"epoch {epoch}"
