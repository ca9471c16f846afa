"""What can go wrong by a user's doing; the command line gives each kind its exit code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


LONGEST = 60
"""Characters of a wrong value that an error shows."""


def shown(value: object) -> str:
    """A wrong value as an error shows it, cut short if it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…{text[0]}"


def plain(text: str) -> str:
    """A line of somebody else's text; what would steer a terminal or break the line is escaped."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def counted(number: int, what: str = "epoch") -> str:
    """So many of something: 1 epoch, 2 epochs."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


class BackpropSheetError(Exception):
    """The base of every error this package raises on purpose; its text is one line."""


class InputError(BackpropSheetError, ValueError):
    """Something given from outside is not what is needed: what, where, and what is accepted."""


class WriteError(InputError):
    """A file cannot be written where it was asked for."""


class LookError(InputError):
    """A workbook cannot serve as a look."""


class Diverged(BackpropSheetError, ArithmeticError):
    """A quantity left the range of numbers while training.

    Attributes:
        quantity: its name.
        epoch: the epoch in which it could not be computed, counted from 0.
        formula: its formula.
        values: the numbers that its formula was given, by name.
        frame: the table of the epochs before, once the tabulator has made it.
    """

    def __init__(
        self, quantity: str, epoch: int, formula: str, values: Mapping[str, float]
    ) -> None:
        self.quantity, self.epoch, self.formula, self.values = quantity, epoch, formula, values
        self.frame: pd.DataFrame
        numbers = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        super().__init__(
            f"epoch {epoch}: {quantity} = {formula} gives no finite number for {numbers}"
        )
