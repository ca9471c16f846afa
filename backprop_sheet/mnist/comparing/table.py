"""The table of a comparison: a row for each setting, and one for each training.

Imports no PyTorch, so that a comparison can be read without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from backprop_sheet.mnist.comparing.chance import Group, margin


@dataclass(frozen=True)
class Trained:
    """A training: a row of trainings.csv.

    Attributes:
        recipe, epochs, batch_size, learning_rate, dropout, widths, without, precision, seed: its
            settings.
        accuracy: the fraction of the test digits that are right after the last epoch; None if the
            training diverged, as for the next two.
        gap: the train accuracy of the last epoch minus that accuracy.
        epochs_to_98: the first epoch after which 98 % of the test digits were right; None if never.
        diverged_in: the epoch in which a number was no longer finite; None if all were.
        memory_bytes: what a step needs, computed from the layers.
        seconds: the processor time of its epochs; the only number that was measured.
        digits: where the digits come from.
        test_digits: how many of them are for testing.
        folder: where its history is, in the folder of the comparison.
    """

    recipe: str
    epochs: int
    batch_size: int
    learning_rate: float
    dropout: float
    widths: tuple[int, ...]
    without: tuple[str, ...]
    precision: str
    seed: int
    accuracy: float | None
    gap: float | None
    epochs_to_98: int | None
    diverged_in: int | None
    memory_bytes: int
    seconds: float
    digits: str
    test_digits: int
    folder: str


@dataclass(frozen=True)
class Row:
    """A setting with all its seeds: a row of comparison.csv.

    Attributes:
        varied: what varies among the rows of its group: `batch size`.
        value: its value in this row: `16`.
        base: whether it is the first value given, which all other groups keep.
        recipe, epochs, batch_size, learning_rate, dropout, widths, without, precision: the settings
            of its trainings.
        seeds: the seeds of its trainings.
        diverged: how many of them diverged; the means are over the others.
        accuracy: the mean of their accuracies; None if all diverged, as for the others below.
        accuracy_sd: the standard deviation from seed to seed; None if fewer than two are left.
        gap: the mean gap between train and test accuracy.
        epochs_to_98: the mean over the seeds that reached 98 %.
        reached_98: how many did.
        memory_bytes: what a step needs, computed from the layers.
        seconds: the mean processor time of a training.
    """

    varied: str
    value: str
    base: bool
    recipe: str
    epochs: int
    batch_size: int
    learning_rate: float
    dropout: float
    widths: tuple[int, ...]
    without: tuple[str, ...]
    precision: str
    seeds: tuple[int, ...]
    diverged: int
    accuracy: float | None
    accuracy_sd: float | None
    gap: float | None
    epochs_to_98: float | None
    reached_98: int
    memory_bytes: int
    seconds: float | None

    def has(self, training: Trained) -> bool:
        """Whether a training is one of its seeds."""
        return training.seed in self.seeds and all(
            getattr(self, name) == getattr(training, name) for name in SETTINGS
        )


SETTINGS = ("recipe", "epochs", "batch_size", "learning_rate", "dropout", "widths", "without",
            "precision")  # fmt: skip
"""What rows and trainings have in common."""


@dataclass(frozen=True)
class Verdict:
    """Whether the settings of a group differ by more than chance.

    Attributes:
        varied: what varies.
        best, worst: the rows with the highest and the lowest mean accuracy.
        difference: how far apart these are.
        margin: the difference that counts as more than chance; None if there is one seed only.
    """

    varied: str
    best: Row
    worst: Row
    difference: float
    margin: float | None

    @property
    def is_real(self) -> bool:
        """Whether the difference is larger than chance."""
        return self.margin is not None and self.difference > self.margin

    def __str__(self) -> str:
        """In one line."""
        if not self.difference:
            return f"{self.varied}: all do equally well"
        apart = f"{100 * self.difference:.2f} points better than {self.worst.value}"
        found = f"{self.varied}: {self.best.value} is {apart}"
        if self.margin is None:
            return f"{found}; with one seed, that may be chance"
        word = "is more than" if self.is_real else "may be"
        return f"{found}, which {word} chance (up to {100 * self.margin:.2f} points)"


@dataclass(frozen=True)
class Comparison:
    """A comparison.

    Attributes:
        rows: its settings; those that vary the same thing stand together.
        trainings: their trainings.
    """

    rows: tuple[Row, ...]
    trainings: tuple[Trained, ...]

    @property
    def groups(self) -> dict[str, tuple[Row, ...]]:
        """The rows by what varies among them."""
        return {name: tuple(rows) for name, rows in groupby(self.rows, attrgetter("varied"))}

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """By what varies, whether it makes a difference; not if fewer than two settings ended."""
        return dict(self._verdicts())

    def _verdicts(self) -> Iterator[tuple[str, Verdict]]:
        for name, rows in self.groups.items():
            ended = [(row, group) for row in rows if (group := _group(row))]
            if len(ended) > 1:
                (best, high), (worst, low) = (
                    choose(ended, key=lambda one: one[1].mean) for choose in (max, min)
                )
                limit = margin(groups_of(rows))
                yield name, Verdict(name, best, worst, high.mean - low.mean, limit)

    def of(self, row: Row) -> tuple[Trained, ...]:
        """The trainings of a row."""
        return tuple(training for training in self.trainings if row.has(training))


def groups_of(rows: Iterable[Row]) -> list[Group]:
    """The settings that chance is told from: those of which a training came to its end."""
    return [group for row in rows if (group := _group(row))]


def _group(row: Row) -> Group | None:
    if row.accuracy is None:
        return None
    return Group(len(row.seeds) - row.diverged, row.accuracy, row.accuracy_sd or 0.0)
