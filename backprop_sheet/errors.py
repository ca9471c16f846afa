"""The errors that a user can cause, and how they are worded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


LONGEST = 60
"""The most characters of a wrong value that an error shows."""

READABLE = 200
"""The most characters of a formula with its numbers that an error shows whole."""


def shown(value: object) -> str:
    """A wrong value as an error shows it: quoted, and cut if it is long."""
    text = " ".join(repr(value).split("\n"))  # an array or a table takes several lines
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…{text[0]}"


def plain(text: str) -> str:
    """Somebody else's text in one line, with characters escaped that would control a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def counted(number: int, noun: str = "epoch") -> str:
    """A number and its noun: 1 epoch, 2 epochs."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class BackpropSheetError(Exception):
    """The base of all errors that this package raises on purpose. Their text is one line."""

    def __init__(self, text: str = "") -> None:
        """Escape what would break the line: names of files may hold anything."""
        super().__init__(plain(text))


class InputError(BackpropSheetError, ValueError):
    """An input is wrong. The text says what it is, where it stands and what is accepted."""


class WriteError(InputError):
    """A file cannot be written, or should not be replaced."""


class LookError(InputError):
    """A workbook cannot be used as a look."""


class Diverged(BackpropSheetError, ArithmeticError):
    """A quantity left the range of numbers during a training.

    Attributes:
        quantity: its name.
        epoch: the epoch in which it could not be computed, counted from 0.
        formula: its formula.
        values: the numbers put into the formula, by name.
        frame: the table of the epochs before, if `tabulate` raised the error; otherwise None.
    """

    def __init__(
        self, quantity: str, epoch: int, formula: str, values: Mapping[str, float]
    ) -> None:
        self.quantity, self.epoch, self.formula, self.values = quantity, epoch, formula, values
        self.frame: pd.DataFrame | None = None
        numbers = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        text = f"{quantity} = {formula} gives no finite number for {numbers}"
        if len(text) > READABLE:
            text = _in_short(quantity, formula, values)
        super().__init__(f"epoch {epoch}: {text}")

    def __reduce__(self) -> tuple[type, tuple[object, ...], dict[str, object]]:
        """By default, pickle would make the error from its text alone."""
        made_from = (self.quantity, self.epoch, self.formula, dict(self.values))
        return type(self), made_from, {"frame": self.frame}


def _in_short(quantity: str, formula: str, values: Mapping[str, float]) -> str:
    """How a long formula begins, and which of its numbers is the largest."""
    begin = f"{quantity} = {formula}"
    begin = begin if len(begin) <= LONGEST else f"{begin[:LONGEST]}…"
    said = f"{begin} gives no finite number"
    if not values:
        return said
    name = max(values, key=lambda name: abs(values[name]))
    return f"{said}; the largest in size that it takes is {name} = {values[name]:.6g}"
