"""What the numbers of a training say about it, as soon as they say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log

from backprop_sheet.mnist.model import CLASSES, SIZE, Layer
from backprop_sheet.mnist.training import Epoch

GUESSING = log(CLASSES)
"""The loss of who gives every digit the same probability."""
NO_BETTER = 0.95
"""The part of it from which a network has not begun to learn."""
SWING, OFTEN = 0.005, 2
"""A fall of the test accuracy from one epoch to the next, and how many make it swing."""
RISE = 1.25
"""How many times the lowest loss so far a loss is that is not falling any more."""
GAP, LASTING = 0.01, 2
"""How far the test accuracy is below the train accuracy when it is far below, and for how many
epochs running: after the first, batch normalisation has not settled yet."""


def remarks(history: Sequence[Epoch]) -> Iterator[tuple[str, str]]:
    """What there is to say after the last of these epochs: what it is about, and the remark."""
    last, best = history[-1], min(history[:-1] or history, key=lambda row: row.loss)
    risen = len(history) > 1 and last.loss >= min(history[0].loss, RISE * best.loss)
    if risen or last.loss > NO_BETTER * GUESSING:
        since = "" if best is last else f", after {best.loss:.4g} in epoch {best.epoch}"
        yield (
            "loss",
            f"the loss is not falling: {last.loss:.4g} in epoch {last.epoch}{since}, and guessing "
            f"gives ln 10 = {GUESSING:.3f}; the learning rate may be too large, or far too small",
        )
    falls = [before.test_accuracy - after.test_accuracy for before, after in pairwise(history)]
    if sum(fall > SWING for fall in falls) >= OFTEN:
        yield (
            "swing",
            f"the test accuracy swings, by {100 * max(falls):.1f} points from one epoch to the "
            "next; a smaller learning rate or larger batches make it calmer",
        )
    gaps = [row.train_accuracy - row.test_accuracy for row in history[-LASTING:]]
    if min(gaps) > GAP and len(gaps) == LASTING:
        yield (
            "gap",
            f"the test accuracy is {100 * gaps[-1]:.1f} points below the train accuracy in epoch "
            f"{last.epoch}: it learns by heart; more dropout or changed pictures work against it",
        )


def narrow_field(rows: Sequence[Layer]) -> str:
    """A note on a network that does not see the whole picture; nothing if it does."""
    field = rows[-1].field
    if field >= SIZE:
        return ""
    return (
        f"the receptive field is {field} pixels at the last layer, the image {SIZE}: no output "
        "sees a whole digit; another convolution or pooling makes it larger"
    )


def fields(rows: Sequence[Layer]) -> str:
    """What the receptive field is where, against the image."""
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
