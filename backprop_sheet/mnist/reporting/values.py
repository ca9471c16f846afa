"""Answers that follow from what the model has learnt, and from what it makes of digits."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_sheet.document import Block, Paragraph, Table
from backprop_sheet.errors import counted
from backprop_sheet.mnist.model import DEVIATION, MEAN
from backprop_sheet.mnist.reporting.run import Run, rounded, share, size
from backprop_sheet.mnist.stages import grey, maps

BLACK = 255
"""The grey value of ink."""


def softmax(run: Run) -> Iterator[Block]:
    """Softmax, on a digit of each kind that the model holds."""
    yield Paragraph(
        "Softmax makes ten scores z into ten probabilities that add up to 1: p = exp(z) / Σ "
        "exp(z). With −log p as the loss, the gradient of a score is p, less 1 for the right "
        "digit."
    )
    if not run.model.examples:
        return
    rows = []
    for digit, image in sorted(run.model.examples.items()):
        *_, scores, chances = maps(run.model.network, image)
        order = chances.argsort()[::-1]
        flat = scores.ravel()
        rows.append(
            (str(digit), str(order[0]), rounded(flat[order[0]]), share(chances[order[0]]),
             str(order[1]), rounded(flat[order[1]]), share(chances[order[1]]))
        )  # fmt: skip
    yield Table(
        ("digit", "read as", "its score", "its probability", "next", "its score",
         "its probability"),
        rows,
        "scores and probabilities",
    )  # fmt: skip
    yield Paragraph("The digits are the first test digits of their kind, which the model holds.")


def kernels(run: Run) -> Iterator[Block]:
    """Kernels, and how many there are."""
    widths = ", ".join(map(str, run.model.settings.widths))
    yield Paragraph(
        f"A kernel is what one map looks for. The blocks have {widths} maps: early ones need few, "
        "as there are few kinds of edges; later ones combine them and need more, while the maps "
        "become smaller."
    )
    yield Table(
        ("layer", "output", "kernels", "smallest weight", "largest weight", "mean size"),
        [
            (one.name, size(one), f"{one.weights.shape[0] * one.weights.shape[1]:,}",
             rounded(one.weights.min()), rounded(one.weights.max()),
             rounded(abs(one.weights).mean()))
            for one in run.convolutions
        ],
        "kernels",
    )  # fmt: skip


def normalisation(run: Run) -> Iterator[Block]:
    """Batch normalisation."""
    found = [one for one in run.convolutions if one.normalised]
    if not found:
        yield Paragraph("This network has none.")
    else:
        yield Paragraph(
            "Each map is brought to a mean and a deviation that are learnt, by the statistics of "
            "the batch; afterwards by those kept from training. So steps may be longer, and no map "
            f"dies out. After training it is a factor s and a shift t for each map, in "
            f"{counted(len(found), 'layer')}:"
        )
        yield Table(
            ("behind", "smallest s", "largest s", "smallest t", "largest t"),
            [
                (one.name, *(rounded(x) for x in (one.scales.min(), one.scales.max(),
                                                 one.shifts.min(), one.shifts.max())))
                for one in found
            ],
            "factors and shifts",
        )  # fmt: skip


def image_normalisation(run: Run) -> Iterator[Block]:
    """Image normalisation."""
    network = run.model.network
    if not network.structure.has("image-normalisation"):
        yield Paragraph("This network has none: grey values from 0 to 1 go in as they are.")
    else:
        yield Paragraph(
            f"Grey values become (x − {MEAN}) / {DEVIATION}: less their mean over the training "
            f"images, by their deviation. Paper goes in as {rounded(grey(network, 0))}, ink as "
            f"{rounded(grey(network, BLACK))}. Inputs around 0 of a size around 1 keep the first "
            "steps from all pointing the same way."
        )
