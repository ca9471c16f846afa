"""Remarks on how a training is going, judged by the numbers of its epochs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log

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
GAP, GAP_EPOCHS = 0.01, 2
"""The network overfits when its test accuracy is this far below its train accuracy, for this many
epochs in a row. After the first epoch, batch normalisation has not settled yet."""


def remarks(history: Sequence[Epoch]) -> Iterator[tuple[str, str]]:
    """The remarks to make after the last of these epochs, each with its topic."""
    last, best = history[-1], min(history[:-1] or history, key=lambda row: row.loss)
    risen = len(history) > 1 and last.loss >= min(history[0].loss, RISE * best.loss)
    if risen or last.loss > NO_BETTER * GUESSING:
        since = "" if best is last else f", after {best.loss:.4g} in epoch {best.epoch}"
        yield (
            "loss",
            f"the loss is not falling: {last.loss:.4g} in epoch {last.epoch}{since}, and guessing "
            f"gives ln 10 = {GUESSING:.3f}; the learning rate may be too large, or far too small",
        )
    drops = [before.test_accuracy - after.test_accuracy for before, after in pairwise(history)]
    if sum(drop > DROP for drop in drops) >= DROPS:
        yield (
            "swing",
            f"the test accuracy swings: it dropped by {100 * max(drops):.1f} points from one "
            "epoch to the next; try a smaller learning rate or larger batches",
        )
    gaps = [row.train_accuracy - row.test_accuracy for row in history[-GAP_EPOCHS:]]
    if min(gaps) > GAP and len(gaps) == GAP_EPOCHS:
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
