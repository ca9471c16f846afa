"""Gathers the results of trainings in the table of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

from backprop_sheet.errors import plain
from backprop_sheet.mnist.comparing.memory import memory
from backprop_sheet.mnist.comparing.plan import Plan
from backprop_sheet.mnist.comparing.table import SETTINGS, Comparison, Row, Trained
from backprop_sheet.mnist.comparing.work import FOLDER, Place, Result
from backprop_sheet.mnist.settings import Settings

ENOUGH = 0.98
"""The accuracy whose epoch is looked for."""


def gathered(plan: Plan, results: Mapping[Settings, Result], place: Place) -> Comparison:
    """The table of a comparison.

    Args:
        plan: what was compared.
        results: what came of each training.
        place: where the trainings were done.
    """
    trainings: dict[Settings, Trained] = {}
    rows = []
    for variant in plan.variants:
        for settings in variant.settings:
            if settings not in trainings:
                trainings[settings] = trained(results[settings], place)
        of_this = [trainings[settings] for settings in variant.settings]
        rows.append(row_of(variant.varied, variant.value, base=variant.is_base, trainings=of_this))
    return Comparison(tuple(rows), tuple(trainings.values()))


def trained(result: Result, place: Place) -> Trained:
    """A training as a row of the table."""
    settings, history = result.settings, result.history
    last = None if result.diverged else history[-1]
    reached = (epoch.epoch for epoch in history if epoch.test_accuracy >= ENOUGH)
    return Trained(
        recipe=settings.recipe,
        epochs=settings.epochs,
        batch_size=settings.batch,
        learning_rate=settings.rate,
        dropout=settings.dropout,
        widths=settings.widths,
        without=settings.without,
        precision=settings.precision,
        seed=settings.seed,
        accuracy=last and last.test_accuracy,
        gap=last and last.train_accuracy - last.test_accuracy,
        epochs_to_98=None if result.diverged else next(reached, None),
        diverged_in=len(history) + 1 if result.diverged else None,
        memory_bytes=memory(replace(settings, seed=0)),
        seconds=sum(epoch.seconds for epoch in history),
        digits=plain(Path(place.digits.name).name),
        test_digits=len(place.digits.test_labels),
        folder=f"{FOLDER}/{result.folder}",
    )


def row_of(varied: str, value: str, *, base: bool, trainings: Sequence[Trained]) -> Row:
    """The row of a setting, from its trainings."""
    first = trainings[0]
    ended = [one for one in trainings if one.diverged_in is None]
    accuracies = _known(one.accuracy for one in ended)
    reached = _known(one.epochs_to_98 for one in ended)
    return Row(
        varied,
        value,
        base,
        **{name: getattr(first, name) for name in SETTINGS},
        seeds=tuple(one.seed for one in trainings),
        diverged=len(trainings) - len(ended),
        accuracy=_mean(accuracies),
        accuracy_sd=stdev(accuracies) if len(accuracies) > 1 else None,
        gap=_mean(_known(one.gap for one in ended)),
        epochs_to_98=_mean(reached),
        reached_98=len(reached),
        memory_bytes=first.memory_bytes,
        seconds=_mean([one.seconds for one in ended]),
    )


def _known(numbers: Iterable[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def _mean(numbers: Sequence[float]) -> float | None:
    return fmean(numbers) if numbers else None
