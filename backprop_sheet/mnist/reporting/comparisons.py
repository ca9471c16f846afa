"""Reads what `mnist compare` wrote: a row for each setting, with means over its seeds."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from operator import attrgetter
from pathlib import Path

from backprop_sheet.errors import InputError

NAME = "comparison.csv"
NONE = ("", "–")
"""What stands where there is no number."""


@dataclass(frozen=True)
class Row:
    """A setting with all of its seeds.

    Attributes:
        varied: what varies among the rows of its group: `batch size`.
        value: its value in this row: `16`.
        seeds: the seeds of its trainings.
        accuracy: the mean accuracy on the test digits; None if no training ended, as for the rest.
        accuracy_sd: the standard deviation from seed to seed; None for one seed.
        gap: the mean of train accuracy minus test accuracy.
        epochs_to_98: the mean of the first epochs after which 98 % were right; None if never.
        memory_bytes: what a step needs.
        seconds: the mean time of a training.
    """

    varied: str
    value: str
    seeds: tuple[int, ...]
    accuracy: float | None
    accuracy_sd: float | None
    gap: float | None
    epochs_to_98: float | None
    memory_bytes: float | None
    seconds: float | None


NUMBERS = ("accuracy", "accuracy_sd", "gap", "epochs_to_98", "memory_bytes", "seconds")


@dataclass(frozen=True)
class Comparison:
    """A comparison.

    Attributes:
        rows: its settings; those that vary the same thing stand together.
    """

    rows: tuple[Row, ...]

    @property
    def groups(self) -> dict[str, tuple[Row, ...]]:
        """The rows by what varies among them."""
        return {name: tuple(rows) for name, rows in groupby(self.rows, attrgetter("varied"))}


def read(folder: Path) -> Comparison:
    """The comparison in a folder.

    Raises:
        InputError: there is none, or its table is damaged.
    """
    path = folder / NAME
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{path} is no table that `mnist compare` wrote") from None
    try:
        rows = tuple(map(_row, lines))
    except (KeyError, ValueError, AttributeError):
        raise InputError(f"{path} is no table that `mnist compare` wrote") from None
    if not rows:
        raise InputError(f"{path} has no rows")
    return Comparison(rows)


def _row(line: dict[str, str]) -> Row:
    seeds = tuple(map(int, line["seeds"].split(",")))
    numbers = (_number(line[name]) for name in NUMBERS)
    return Row(line["varied"], line["value"], seeds, *numbers)


def _number(text: str) -> float | None:
    if text.strip() in NONE:
        return None
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number
