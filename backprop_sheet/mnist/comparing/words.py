"""A row of a comparison in words, as the terminal and the picture show it."""

from __future__ import annotations

from backprop_sheet.mnist.comparing.table import Row
from backprop_sheet.mnist.comparing.values import NONE

MEGA = 1e6
BASE = " (base)"


def words_of(row: Row) -> tuple[str, ...]:
    """Value, accuracy, spread, gap, epochs to 98 %, memory and time of a setting."""
    ended = len(row.seeds) - row.diverged
    accuracy = percent(row.accuracy)
    if row.diverged:
        accuracy = f"{accuracy} ({row.diverged} of {len(row.seeds)} diverged)"
    some = f" ({row.reached_98} of {ended})" if 0 < row.reached_98 < ended else ""
    return (
        row.value + (BASE if row.base else ""),
        accuracy,
        _points(row.accuracy_sd),
        _points(row.gap),
        (NONE if row.epochs_to_98 is None else f"{row.epochs_to_98:.1f}") + some,
        f"{row.memory_bytes / MEGA:.1f} MB",
        NONE if row.seconds is None else f"{row.seconds:.1f} s",
    )


def percent(part: float | None) -> str:
    """A share in per cent."""
    return NONE if part is None else f"{part:.2%}"


def _points(part: float | None) -> str:
    return NONE if part is None else f"{100 * part:.2f}"
