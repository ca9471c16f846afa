"""What can go wrong by a user's doing; the command line gives each kind its exit code."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


_STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Kinds of characters: control, format (such as right to left), halves of pairs, ends of lines."""
LONGEST = 60
"""Characters of a wrong value that an error shows."""


def shown(value: object) -> str:
    """A wrong value as an error shows it, cut short if it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…{text[0]}"


def plain(text: str) -> str:
    """A line of somebody else's text without what would steer a terminal, or turn it round."""
    steers = (unicodedata.category(sign) in _STEERING for sign in text)
    return "".join("\ufffd" if one else sign for sign, one in zip(text, steers, strict=True))


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
