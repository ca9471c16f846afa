"""Remarks on how a training is going, judged by the numbers of its epochs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

from backprop_sheet.errors import counted
from backprop_sheet.mnist.model import CLASSES, SIZE, Layer
from backprop_sheet.mnist.training import Epoch

GUESSING = log(CLASSES)
"""The loss when every digit gets the same probability."""
NO_BETTER = 0.95
"""Above this fraction of `GUESSING`, the network has not learnt anything yet."""
DROP, DROPS = 0.005, 2
"""The test accuracy swings when it drops by more than this from one epoch to the next, this many
times."""
RISE = 1.25
"""A loss this many times the lowest so far has stopped falling."""
GAP, GAP_EPOCHS, HIGH = 0.01, 2, 0.9
"""The network overfits when its test accuracy is this far below its train accuracy, for this many
epochs in a row, and its train accuracy is at least the last number."""
LIFT = 0.05
"""The statistics of BatchNorm lag when new ones raise the test accuracy by more than this."""
FEW_STEPS = 100
"""Fewer steps than this are too few to expect the loss to fall."""
MUCH_DROPOUT = 0.5


class Circumstances(NamedTuple):
    """What remarks depend on besides the numbers of the epochs.

    Attributes:
        steps: the number of steps in an epoch.
        dropout: the probability that a value is dropped.
        fresh_accuracy: measures the test accuracy of the same weights with new statistics of
            BatchNorm.
    """

    steps: int
    dropout: float
    fresh_accuracy: Callable[[], float]


def remarks(history: Sequence[Epoch], known: Circumstances) -> Iterator[tuple[str, str]]:
    """The remarks to make after the last of these epochs, each with its topic."""
    yield from _on_loss(history, known)
    yield from _on_swings(history)
    yield from _on_gap(history, known)


def _on_loss(history: Sequence[Epoch], known: Circumstances) -> Iterator[tuple[str, str]]:
    last, best = history[-1], min(history[:-1] or history, key=lambda row: row.loss)
    risen = len(history) > 1 and last.loss >= min(history[0].loss, RISE * best.loss)
    if risen or last.loss > NO_BETTER * GUESSING:
        since = "" if best is last else f", after {best.loss:.4g} in epoch {best.epoch}"
        yield (
            "loss",
            f"the loss is not falling: {last.loss:.4g} in epoch {last.epoch}{since}, and guessing "
            f"gives ln 10 = {GUESSING:.3f}; {_cause(last.epoch * known.steps, known.dropout)}",
        )


def _cause(steps: int, dropout: float) -> str:
    """Why a loss may not fall: the most likely cause first."""
    if steps < FEW_STEPS:
        done = counted(steps, "step")
        return f"there have been only {done}: smaller batches or more epochs make more"
    if dropout >= MUCH_DROPOUT:
        return f"dropout leaves out {dropout:.0%} of the values: try less"
    return (
        "the learning rate may be too large, or far too small, or the labels may not be those of "
        "the images"
    )


def _on_swings(history: Sequence[Epoch]) -> Iterator[tuple[str, str]]:
    drops = [before.test_accuracy - after.test_accuracy for before, after in pairwise(history)]
    if sum(drop > DROP for drop in drops) >= DROPS:
        yield (
            "swing",
            f"the test accuracy swings: it dropped by {100 * max(drops):.1f} points from one "
            "epoch to the next; try a smaller learning rate or larger batches",
        )


def _on_gap(history: Sequence[Epoch], known: Circumstances) -> Iterator[tuple[str, str]]:
    """A test accuracy below the train accuracy: BatchNorm lags, or the network overfits."""
    last = history[-1]
    gaps = [row.train_accuracy - row.test_accuracy for row in history[-GAP_EPOCHS:]]
    if gaps[-1] <= GAP:
        return
    fresh = known.fresh_accuracy()
    if fresh - last.test_accuracy > LIFT:
        yield (
            "unsettled",
            f"BatchNorm's statistics lag behind the weights: with statistics measured anew on the "
            f"training digits, the same weights get {fresh:.1%} of the test digits right, not "
            f"{last.test_accuracy:.1%}; more steps settle them: smaller batches or more epochs",
        )
    elif min(gaps) > GAP and len(gaps) == GAP_EPOCHS and last.train_accuracy >= HIGH:
        yield (
            "gap",
            f"the test accuracy is {100 * gaps[-1]:.1f} points below the train accuracy in epoch "
            f"{last.epoch}: the network overfits; more dropout or augmentation helps",
        )


def narrow_field(rows: Sequence[Layer]) -> str:
    """A note on a network that does not see the whole image; empty if it does."""
    field = rows[-1].field
    if field >= SIZE:
        return ""
    return (
        f"the receptive field is {field} pixels at the last layer, the image {SIZE}: no output "
        "sees a whole digit; another convolution or pooling makes it larger"
    )


def fields(rows: Sequence[Layer]) -> str:
    """How the receptive field grows from layer to layer, compared with the image."""
    if note := narrow_field(rows):
        return note
    first = next(k for k, row in enumerate(rows) if row.field >= SIZE)
    whole, before = rows[first], rows[:first]
    smaller = f"{before[-1].field} pixels up to {before[-1].name}, " if before else ""
    larger = [b for a, b in pairwise(rows[first:]) if b.field > a.field]
    return (
        f"receptive field: {smaller}{whole.field} from {whole.name} on, which is the whole image "
        f"of {SIZE}" + "".join(f"{', ' if k else '; '}{row.field} at {row.name}"
                               for k, row in enumerate(larger))
    )  # fmt: skip
