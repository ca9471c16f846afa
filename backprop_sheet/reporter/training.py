"""What a report is made from, and how it writes numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from backprop_sheet.errors import Diverged
from backprop_sheet.explainer.styles import rounded_text
from backprop_sheet.network import Network
from backprop_sheet.tabulator import errors_of, threshold_for

DRAWING, CURVE, RATES = "network", "curve", "rates"
"""The names of the pictures."""
DIGITS = 6
"""Significant digits of computed numbers."""


class Commands(NamedTuple):
    """The command lines that give what a report has no room for."""

    report: str
    run: str
    table: str
    explain: str


@dataclass(frozen=True, eq=False)
class Training:
    """A training, and the same network at several rates.

    Attributes:
        network: the network.
        frame: its training by `tabulate`.
        frames: the trainings at several rates, by rate.
        commands: what gives the rest.
        diverged: why the training ended early; None if it did not.
        left_out: why there is no frame at a rate, by rate.
        epoch: the epoch that is worked.
        sample: its sample, from 1 on.
        table: the file beside the report that holds the whole table; None if there is none.
        threshold: the error of which to say when each rate falls under it; None for
            that of `threshold_for`.
    """

    network: Network
    frame: pd.DataFrame
    frames: Mapping[float, pd.DataFrame]
    commands: Commands
    diverged: Diverged | None = None
    left_out: Mapping[float, Diverged] = field(default_factory=dict)
    epoch: int = 0
    sample: int = 1
    table: str | None = None
    threshold: float | None = None

    @cached_property
    def errors(self) -> "pd.Series[float]":
        """The error of each epoch."""
        return errors_of(self.frame)

    @cached_property
    def level(self) -> float:
        """The threshold or, if none is given, that of `threshold_for`."""
        return threshold_for(self.frames) if self.threshold is None else self.threshold

    @property
    def error(self) -> str:
        """How the error is written: as the pictures and the table's file do."""
        return self.network.label(self.network.error)


def rounded(value: float) -> str:
    """A computed number, rounded."""
    return rounded_text(value, DIGITS)


def listed(texts: list[str]) -> str:
    """Texts as a list in a sentence: a, b and c."""
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
