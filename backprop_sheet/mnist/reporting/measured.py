"""What comparisons say about a question, or the command that would measure it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import mode
from typing import NamedTuple

from backprop_sheet.document import Block, Code, Paragraph, Table
from backprop_sheet.mnist.comparing import Row
from backprop_sheet.mnist.reporting.run import Run, rounded, share

MEGA = 1e6
HEADS = ("seeds", "accuracy", "deviation", "gap", "epochs to 98 %", "MB in a step", "seconds")


class Measure(NamedTuple):
    """What is varied to answer a question.

    Attributes:
        varied: how the comparison calls it.
        options: the options of `mnist compare` that vary it.
        fits: gives the rows of the comparison that belong to the question.
    """

    varied: str
    options: str
    fits: Callable[[Sequence[Row]], Sequence[Row]] = tuple


def without(part: str) -> Measure:
    """What a part is worth: trainings with it, and without it."""
    values = ("nothing", part)
    return Measure(
        "without",
        f"--without {part}",
        lambda rows: [row for row in rows if row.value in values],
    )


def of_depths(rows: Sequence[Row]) -> Sequence[Row]:
    """Widths of networks of different depths: all, if there are some."""
    return rows if len({_blocks(row) for row in rows}) > 1 else ()


def of_widths(rows: Sequence[Row]) -> Sequence[Row]:
    """Widths of networks of the same depth: the one that most rows have."""
    depths = [_blocks(row) for row in rows]
    return [row for row in rows if _blocks(row) == mode(depths)]


def _blocks(row: Row) -> int:
    return row.value.count(",") + 1


def measured(run: Run, measure: Measure) -> Iterator[Block]:
    """The table and what it says; without one, the command that would make it."""
    found = [(one, rows) for one in run.comparisons if (rows := _rows(one.groups, measure))]
    for comparison, rows in found:
        yield _table(measure, rows)
        verdicts = replace(comparison, rows=tuple(rows)).verdicts
        yield from (Paragraph(f"{str(one)[0].upper()}{str(one)[1:]}.") for one in verdicts.values())
    if not found:
        yield Paragraph("Not measured here. This measures it:")
        yield Code(f"backprop-sheet mnist compare {run.options} {measure.options}")


def _rows(groups: dict[str, tuple[Row, ...]], measure: Measure) -> Sequence[Row]:
    """The rows about a question; none if only one of its values is there."""
    wanted = measure.fits(groups.get(measure.varied, ()))
    return wanted if len(wanted) > 1 else ()


def _table(measure: Measure, rows: Sequence[Row]) -> Table:
    head = (measure.varied, *HEADS)
    lines = [
        (
            row.value,
            ", ".join(map(str, row.seeds)),
            _or_nothing(row.accuracy, share),
            _or_nothing(row.accuracy_sd, share),
            _or_nothing(row.gap, share),
            _or_nothing(row.epochs_to_98, rounded),
            _or_nothing(row.memory_bytes, lambda size: f"{size / MEGA:.1f}"),
            _or_nothing(row.seconds, lambda seconds: f"{seconds:.1f}"),
        )
        for row in rows
    ]
    return Table(head, lines, f"comparison of {measure.varied}")


def _or_nothing(number: float | None, write: object) -> str:
    return "" if number is None else write(number)  # type: ignore[operator]
