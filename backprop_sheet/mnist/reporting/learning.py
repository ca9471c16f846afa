"""Answers that follow from the training: its settings and its epochs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from backprop_sheet.document import Block, Paragraph, Points, Table
from backprop_sheet.errors import counted
from backprop_sheet.mnist.advice import DROP, GAP, GUESSING, HIGH, LIFT
from backprop_sheet.mnist.reporting.run import Run, points, rounded, share
from backprop_sheet.mnist.training import Epoch


def rate(run: Run) -> Iterator[Block]:
    """The learning rate."""
    settings, history = run.model.settings, run.model.history
    if settings.effective_recipe.one_cycle:
        yield Paragraph(
            f"It rises to {rounded(settings.rate)}, the highest rate, and falls again. Long steps "
            "in the middle find a wide minimum, short ones at the end settle in it. The table has "
            "the rate of each epoch's last step, so the highest may stand in no row."
        )
    else:
        yield Paragraph(f"It is {rounded(settings.rate)} throughout.")
    yield Table(
        ("epoch", "rate of its last step", "train loss", "test accuracy"),
        [
            (str(row.epoch), rounded(row.rate), rounded(row.loss), share(row.test_accuracy))
            for row in history
        ],
        "rates",
    )


def dropout(run: Run) -> Iterator[Block]:
    """Dropout."""
    settings = run.model.settings
    if settings.dropout:
        there = run.of("Dropout")
        yield Paragraph(
            f"In each step {share(settings.dropout)} of the values are left out by chance, behind "
            f"{counted(len(there), 'convolution')}. So no value can rely on one other alone."
        )
    else:
        yield Paragraph(
            "This training had none. It leaves out values by chance in each step, so that no value "
            "can rely on one other alone."
        )


def when_dropout(run: Run) -> Iterator[Block]:
    """When to bring dropout in."""
    last = run.model.history[-1]
    gap = last.train_accuracy - last.test_accuracy
    said = "When the network overfits, and not before: it makes learning slower. Here the train "
    said += f"accuracy is {share(last.train_accuracy)} and the test accuracy "
    said += f"{share(last.test_accuracy)} after epoch {last.epoch}: "
    if last.train_accuracy < HIGH:
        said += "it has not learnt enough yet to overfit."
    elif gap > GAP:
        said += f"the gap of {points(gap)} is a reason to bring it in, or to add more of it."
    else:
        said += "no gap that would ask for it."
    yield Paragraph(said)


def overfitting(run: Run) -> Iterator[Block]:
    """Signs of overfitting."""
    history = run.model.history
    last, best = history[-1], min(history, key=lambda row: row.test_loss)
    found = [
        _widest_gap(history),
        f"The test loss is lowest after epoch {best.epoch}, {rounded(best.test_loss)}, and "
        f"{rounded(last.test_loss)} at the end: "
        + ("it does not rise again." if best is last else "it has risen since."),
    ]
    yield Paragraph(
        "The train accuracy rises on while the test accuracy does not, and the test loss rises."
    )
    yield Points(found)
    if said := run.model.settings.effective_recipe.about_accuracy:
        yield Paragraph(f"Of this recipe, {said[0].lower()}{said[1:]}")


def _widest_gap(history: Sequence[Epoch]) -> str:
    """How far test lies below train, over the epochs in which that can be overfitting."""
    settled = [row for row in history if row.train_accuracy >= HIGH]
    if not settled:
        return (
            f"The train accuracy never reaches {share(HIGH)}: how far the test accuracy lies below "
            "it says nothing about overfitting yet."
        )
    gaps = [(row.train_accuracy - row.test_accuracy, row.epoch) for row in settled]
    widest, where = max(gaps, key=lambda one: one[0])
    said = f"The train accuracy minus the test accuracy is {points(gaps[-1][0])} in epoch "
    said += f"{settled[-1].epoch}, and at most {points(widest)}, in epoch {where}."
    if len(settled) < len(history):
        said += f" Epochs with a train accuracy below {share(HIGH)} do not count: there the "
        said += "network still learns what all digits have in common, and what is kept for tests, "
        said += "such as batch normalisation's statistics, lags behind the weights."
    return said


def early(run: Run) -> Iterator[Block]:
    """How to know early that it goes badly."""
    history = run.model.history
    first = history[0]
    drops = [(a.test_accuracy - b.test_accuracy, b) for a, b in pairwise(history)]
    swings = sum(drop > DROP for drop, _ in drops)
    found = [
        f"The loss of the first epoch is {rounded(first.loss)}; guessing gives ln 10 = "
        f"{rounded(GUESSING)}. A loss that stays near that, rises or is no number says: stop.",
        f"The test accuracy after the first epoch is {share(first.test_accuracy)}; guessing gives "
        f"{share(0.1)}.",
    ]
    if first.train_accuracy - first.test_accuracy > LIFT and run.of("BatchNorm2d"):
        found[-1] += (
            f" The train accuracy was {share(first.train_accuracy)} in it: batch normalisation's "
            "statistics still lag behind the weights, which more steps settle."
        )
    if drops:
        worst, where = max(drops, key=lambda one: one[0])
        said = f"From one epoch to the next, the test accuracy fell by more than {points(DROP)} "
        said += f"{counted(swings, 'time')}"
        said += f", by {points(worst)} most, in epoch {where.epoch}." if worst > 0 else "."
        found.append(f"{said} An accuracy that swings asks for a smaller rate or larger batches.")
    yield Points(found)


def batch(run: Run) -> Iterator[Block]:
    """Batch size and its effects."""
    settings, history = run.model.settings, run.model.history
    yield Paragraph(
        f"{counted(settings.batch, 'picture')} make a step. Small batches make many noisy steps, "
        "large ones few exact steps that need more memory, and a larger rate for the same way. "
        f"The median epoch took {median(row.seconds for row in history):.1f} seconds by the clock; "
        "a comparison counts the processor time of a whole training, on all cores."
    )
