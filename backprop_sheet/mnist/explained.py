"""What the layer table does not say by itself: the image's normalisation, transitions, a field.

The exercise's author states a receptive field of 34, which the formula gives at no layer. Notes
here say which other ways to count give it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from backprop_sheet.mnist.model import DEVIATION, MEAN, SIZE, Layer, Structure

STATED = 34
"""The receptive field that the exercise's author states."""
EXERCISE = ((3, 1), (3, 1), (2, 2)) * 3 + ((3, 3),)
"""Kernel and stride of the exercise's layers that see more than one value."""
POOLING, ONE_BY_ONE = "pooling", "1×1 convolution"
MARK = "*"
"""Marks transition layers in the table."""


def image_row(structure: Structure) -> Layer:
    """The row above the first layer: the image as that layer takes it; it has no number."""
    name = "Normalize" if structure.has("image-normalisation") else "image"
    return Layer(name, (1, SIZE, SIZE), 0, 1, 1, 1, 1)


def transitions(rows: Sequence[Layer]) -> dict[str, str]:
    """The layers between two blocks or behind the last, by name, and what each of them is.

    A max pooling is one, and so is a 1×1 convolution right behind it. In DenseNet, where the name
    comes from, they are a 1×1 convolution with a pooling behind it (Huang, Liu, van der Maaten and
    Weinberger, Densely connected convolutional networks, 2017).
    """
    found: dict[str, str] = {}
    for row in rows:
        if row.name.startswith("MaxPool2d"):
            found[row.name] = POOLING
        elif row.name.startswith("Conv2d") and row.kernel == 1 and found:
            found[row.name] = ONE_BY_ONE
    return found


def about_image(structure: Structure) -> str:
    """What becomes of an image before the first layer."""
    if not structure.has("image-normalisation"):
        return "image: grey values from 0 to 1 go into the first layer as they are"
    return (
        f"Normalize: each pixel x, from 0 to 1, becomes (x − {MEAN}) / {DEVIATION} before the "
        "first layer; MNIST's training images then have mean 0 and deviation 1. It learns nothing "
        "and is not one of the numbered layers"
    )


def about_transitions(rows: Sequence[Layer]) -> str:
    """What the transition layers are for; empty if there are none."""
    found = transitions(rows)
    pools = [name for name, kind in found.items() if kind == POOLING]
    if not pools:
        return ""
    said = (
        f"{MARK} transition layers: {_listed(pools)} "
        f"{'halve' if pools[1:] else 'halves'} height and width, so that later kernels of the "
        "same size see twice as far"
    )
    for before, row in pairwise(rows):
        if found.get(row.name) == ONE_BY_ONE:
            said += (
                f"; the 1×1 convolution {row.name} makes {row.shape[0]} maps of {before.shape[0]}"
            )
    return said


def about_stated(rows: Sequence[Layer]) -> str:
    """Why the exercise's author gets 34; empty for a network with other kernels."""
    if tuple((row.kernel, row.stride) for row in rows if row.kernel > 1) != EXERCISE:
        return ""
    ways = "; ".join(f"at {name}, {way}" for name, way in other_counts(rows).items())
    return (
        f"The exercise's author states {STATED}, which the formula gives at no layer. Counted in "
        f"other ways, the same layers give it: {ways}. Which of them was used does not follow from "
        "the number"
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def other_counts(rows: Sequence[Layer]) -> dict[str, str]:
    """Where other ways to count the receptive field give 34, and what each of them does.

    Args:
        rows: the layer table of a network with the exercise's kernels.
    """
    pools = [row.name for row in rows if row.name.startswith("MaxPool2d")]
    found = {}
    for first, growth, way in (
        (0, lambda row: row.jump if row.name in pools else _jump_before(row),
         "if one starts with 0 pixels, not 1, and a pooling's jump is doubled before its own "
         "kernel is counted"),
        (1, lambda row: _jump_before(row) // (2 if row.name == pools[-1] else 1),
         "if its own kernel is counted with half the jump, 2 pixels, not 4"),
        (1, lambda row: {pools[-1]: 0, rows[-1].name: 1}.get(row.name, _jump_before(row)),
         f"if {pools[-1]} is left out and the mean counts neighbours as 1 pixel apart, not 8"),
    ):  # fmt: skip
        names = _names_by_field(rows, first, growth)
        found[names[STATED]] = way
    return found


def _names_by_field(
    rows: Sequence[Layer], first: int, growth: Callable[[Layer], int]
) -> dict[int, str]:
    """The first layer with each field, where a kernel of k adds k − 1 times a growth."""
    field, names = first, dict[int, str]()
    for row in rows:
        field += (row.kernel - 1) * growth(row)
        names.setdefault(field, row.name)
    return names


def _jump_before(row: Layer) -> int:
    """The distance between two neighbours of what a layer takes, in pixels."""
    return row.jump // row.stride
