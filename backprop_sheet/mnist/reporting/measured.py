"""What comparisons say about a question, or the command that would measure it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import mode
from typing import NamedTuple

from backprop_sheet.document import Block, Code, Paragraph, Table
from backprop_sheet.errors import counted
from backprop_sheet.mnist.comparing import Comparison, Row
from backprop_sheet.mnist.comparing.plan import NAMES
from backprop_sheet.mnist.comparing.values import NONE, NOTHING, text
from backprop_sheet.mnist.comparing.words import BASE
from backprop_sheet.mnist.reporting.run import Run, rounded, share

MEGA = 1e6
HEADS = (
    *("seeds", "accuracy", "deviation (points)", "gap (points)", "epochs to 98 %", "MB in a step"),
    "processor seconds of a training",
)


class Measure(NamedTuple):
    """What is varied to answer a question.

    Attributes:
        setting: the name of the setting that is varied.
        options: the options of `mnist compare` that vary it.
        folder: where its command writes to: one of its own, as none may replace another's tables.
        fits: gives the rows of the comparison that belong to the question.
    """

    setting: str
    options: str
    folder: str
    fits: Callable[[Sequence[Row]], Sequence[Row]] = tuple

    @property
    def varied(self) -> str:
        """How the comparison calls it."""
        return NAMES[self.setting]


def without(part: str) -> Measure:
    """What a part is worth: trainings with it, and without it."""
    values = (NOTHING, part)
    return Measure(
        "without",
        f"--without {part}",
        f"outputs/{part}",
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
    found = _found(run, measure)
    for comparison, rows in found:
        yield from _compared(run, comparison, measure.varied, rows)
    if not found:
        yield Paragraph("Not measured here. This measures it:")
        yield Code(
            f"backprop-sheet mnist compare {run.options} {measure.options} -o {measure.folder}"
        )


def others(run: Run, measures: Iterable[Measure]) -> Iterator[Block]:
    """The tables of comparisons that are about no question."""
    asked = [rows for one in measures for _, rows in _found(run, one)]
    shown = {id(row) for rows in asked for row in rows if row.value != NOTHING}
    for comparison in run.comparisons:
        for varied, rows in comparison.groups.items():
            left = [row for row in rows if id(row) not in shown]
            if any(row.value != NOTHING for row in left):
                yield from _compared(run, comparison, varied, left)


def _compared(
    run: Run, comparison: Comparison, varied: str, rows: Sequence[Row]
) -> Iterator[Block]:
    """How settings were trained, their table, and whether they differ by more than chance."""
    yield Paragraph(_trained(run, comparison, rows[0]))
    yield _table(varied, rows)
    verdicts = replace(comparison, rows=tuple(rows)).verdicts
    yield from (Paragraph(f"{str(one)[0].upper()}{str(one)[1:]}.") for one in verdicts.values())
    for row in rows:
        if row.diverged:
            yield Paragraph(
                f"With {varied} {row.value}, {row.diverged} of "
                f"{counted(len(row.seeds), 'training')} left the range of numbers; a mean is over "
                "the others."
            )


def _found(run: Run, measure: Measure) -> list[tuple[Comparison, Sequence[Row]]]:
    """The comparisons that measure it, each with the rows that do."""
    return [(one, rows) for one in run.comparisons if (rows := _rows(one.groups, measure))]


def _trained(run: Run, comparison: Comparison, row: Row) -> str:
    """How the trainings of a comparison were made, as far as they all are alike."""
    said = f"Compared: trainings of {counted(row.epochs)} with the recipe {row.recipe}"
    if row.epochs != (own := len(run.model.history)):
        said += f" (the model of this document has {own})"
    digits = sorted({one.digits for one in comparison.of(row)})
    said += f" on the digits {', '.join(digits)}" if digits else ""
    seeds = ", ".join(map(str, row.seeds))
    word = "the seed" if len(row.seeds) == 1 else "each with the seeds"
    others = _other_settings(run, row)
    said += f", {word} {seeds}"
    said += f". Unlike this document's model they have {others}" if others else ""
    return f"{said}. Their means:"


def _other_settings(run: Run, row: Row) -> str:
    """In what else the trainings of a comparison differ from the model's, as a list."""
    settings = run.model.settings
    theirs = {"batch": row.batch_size, "rate": row.learning_rate,
              "dropout": row.dropout, "widths": row.widths}  # fmt: skip
    return ", ".join(
        f"{NAMES[name]} {text(value)}"
        for name, value in theirs.items()
        if value != getattr(settings, name) and NAMES[name] != row.varied
    )


def _rows(groups: dict[str, tuple[Row, ...]], measure: Measure) -> Sequence[Row]:
    """The rows about a question; none if only one of its values is there."""
    wanted = measure.fits(groups.get(measure.varied, ()))
    return sorted(wanted, key=_size) if len(wanted) > 1 else ()


def _size(row: Row) -> tuple[int, list[float]]:
    """What rows are sorted by: how many numbers a value has, then these; words first, as given."""
    try:
        numbers = [float(number) for number in row.value.split(",")]
    except ValueError:
        return 0, []
    return len(numbers), numbers


def _table(varied: str, rows: Sequence[Row]) -> Table:
    head = (varied, *HEADS)
    lines = [
        (
            row.value + (BASE if row.base else ""),
            ", ".join(map(str, row.seeds)),
            _or_nothing(row.accuracy, share),
            _or_nothing(row.accuracy_sd, _in_points),
            _or_nothing(row.gap, _in_points),
            _or_nothing(row.epochs_to_98, rounded),
            _or_nothing(row.memory_bytes, lambda size: f"{size / MEGA:.1f}"),
            _or_nothing(row.seconds, lambda seconds: f"{seconds:.1f}"),
        )
        for row in rows
    ]
    return Table(head, lines, f"comparison of {varied}")


def _in_points(difference: float) -> str:
    return f"{100 * difference:z.2f}"


def _or_nothing(number: float | None, write: Callable[[float], str]) -> str:
    return NONE if number is None else write(number)
