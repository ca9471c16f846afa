"""Receptive fields: by the formula, and as the gradient shows them.

One value in the middle of each layer's output is looked at. The gradient with regard to a pixel is
0 if the value does not depend on it. So what the gradient reaches over many pictures is the field
as measured. Most of the gradient lies in its middle: Luo, Li, Urtasun and Zemel call that the
effective receptive field (Understanding the effective receptive field in deep convolutional neural
networks, 2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from backprop_sheet.interrupt import interruptible
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.machine import on_one_thread
from backprop_sheet.mnist.model import SIZE, Layer, Network, table
from backprop_sheet.mnist.stages import Numbers, stages

PART = 0.95
"""The part of the gradient that the effective receptive field holds."""
CHANNELS = 64
"""Of more channels than this, as many are looked at, evenly spaced."""


class Field(NamedTuple):
    """The receptive field of the middle value of a layer's output.

    Attributes:
        layer: the layer, with the field by the formula.
        centre: the centre of the field by the formula, in pixels: 0 is the middle of the first.
        within: how many pixels of the formula's field lie within the image, in one direction.
        reached: rows and columns of the smallest box that holds every pixel with a gradient.
        span: the half width of the smallest square around the centre that holds 95 % of the
            gradient, from the centre to the middle of its last pixels; −1 without any gradient.
        shade: mean |∂ value / ∂ pixel| over pictures and channels, of shape (28, 28).
    """

    layer: Layer
    centre: float
    within: int
    reached: tuple[int, int]
    span: float
    shade: Numbers

    @property
    def effective(self) -> int:
        """How many pixels of that square lie within the image, in one direction."""
        return _within(self.centre, self.span)

    @property
    def differs(self) -> bool:
        """Whether the gradient reaches another box than the formula's, within the image."""
        return self.reached != (self.within, self.within)


def measured(network: Network, pictures: Sequence[Bytes] | Bytes) -> list[Field]:
    """The receptive field of each layer, by the formula and by the gradient.

    Args:
        network: the network.
        pictures: those over which the gradient is gathered: grey values 0 to 255, each of shape
            (28, 28).

    Returns:
        A field for each row of the layer table.
    """
    grey = torch.from_numpy(np.stack(list(pictures)))[:, None].float() / 255
    own = deepcopy(network).float().cpu().eval()
    shades: list[Numbers] = []
    with on_one_thread():
        for stage in interruptible(stages(network)):
            shades += _shades(own, len(shades), stage.end, grey)
    return [
        Field(row, centre, _within(centre, (row.field - 1) / 2), _box(shade),
              _span(shade, centre), shade)
        for row, centre, shade in zip(table(network), _centres(network), shades, strict=True)
    ]  # fmt: skip


def _centres(network: Network) -> Iterator[float]:
    """Where each layer's middle value looks at, in pixels.

    The first value of a layer looks at start_out = start_in + ((k − 1)/2 − padding)·j_in, the next
    one a jump further (Dumoulin and Visin, A guide to convolution arithmetic for deep learning,
    2016).
    """
    start, jump = 0.0, 1
    for layer, row in zip(network.layers, table(network), strict=True):
        padding: Any = getattr(layer, "padding", 0)
        padded = padding if isinstance(padding, int) else padding[0]
        start += ((row.kernel - 1) / 2 - padded) * jump
        jump = row.jump
        yield start + (row.shape[1] // 2) * jump


def _shades(network: Network, start: int, end: int, grey: Tensor) -> Iterator[Numbers]:
    """Mean |∂ value / ∂ pixel| of the middle value, for each layer from `start` to before `end`.

    The first of them is a convolution or a pooling. The others turn one value into one value, so
    the chain rule gives their gradients from the first one's.
    """
    pixels = grey.clone().requires_grad_()
    first = network.layers[: start + 1](network.normalised(pixels).clone())
    count, middle = first.shape[1], first.shape[-1] // 2
    channels = sorted({int(k) for k in np.linspace(0, count - 1, min(count, CHANNELS))})
    slopes = torch.stack([
        torch.autograd.grad(first[:, k, middle, middle].sum(), pixels, retain_graph=True)[0][:, 0]
        for k in channels
    ], dim=1)  # fmt: skip
    values = first = first.detach().requires_grad_()
    for number in range(start, end):
        if number > start:
            values = network.layers[number](values.clone())  # ReLU changes what it is given
        (own,) = torch.autograd.grad(values[:, :, middle, middle].sum(), first, retain_graph=True)
        chained = slopes * own[:, channels, middle, middle, None, None]
        yield chained.abs().mean(dim=(0, 1), dtype=torch.float64).numpy()


def _box(shade: Numbers) -> tuple[int, int]:
    """Rows and columns of the smallest box with every pixel that is not 0."""
    if not shade.any():
        return 0, 0
    rows, columns = (np.flatnonzero(shade.any(axis=axis)) for axis in (1, 0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def _span(shade: Numbers, centre: float) -> float:
    """How far the smallest square around the centre reaches that holds 95 % of the gradient."""
    off = np.abs(np.arange(SIZE) - centre)
    reach = np.maximum.outer(off, off)
    for half in np.unique(reach):
        if shade[reach <= half].sum() >= PART * shade.sum() > 0:
            return float(half)
    return -1.0


def _within(centre: float, half: float) -> int:
    """How many pixels lie within a distance of the centre, in one direction of the image."""
    return int((np.abs(np.arange(SIZE) - centre) <= half).sum())


def about(fields: Sequence[Field], pictures: int) -> list[str]:
    """What the numbers say, in sentences.

    Args:
        fields: what `measured` gave.
        pictures: over how many pictures.
    """
    clipped = [field for field in fields if field.within < field.layer.field]
    other = [field for field in fields if field.differs]
    reached = [field for field in fields if field.effective]
    narrow = min(reached, key=lambda field: field.effective / max(1, field.within), default=None)
    said = []
    if clipped:
        said.append(
            f"From {clipped[0].layer.name} on, the formula's field is larger than what lies in the "
            f"image: it ends at the image's edge, beyond which there are only zeros of padding."
        )
    if other:
        names = ", ".join(field.layer.name for field in other)
        said.append(
            f"The gradient reaches another box than the formula's at {names}: ReLU passes on no "
            "value below 0, and a pooling the largest value only, so in a single picture the "
            f"gradient leaves pixels out; over {pictures} pictures some are never reached."
        )
    else:
        said.append(
            "At each layer the gradient reaches exactly the formula's field within the image. In a "
            "single picture it may reach less: a pooling passes on the largest value only, and "
            f"ReLU none below 0; over {pictures} pictures every pixel is reached."
        )
    if not narrow:
        return [*said, "No value depends on any pixel: the network gives the same for all."]
    said.append(
        f"The effective receptive field is smaller: at {narrow.layer.name}, {PART:.0%} of the "
        f"gradient lies within {narrow.effective} of the {narrow.within} pixels."
        if narrow.effective < narrow.within
        else f"To hold {PART:.0%} of the gradient takes the whole field at each layer."
    )
    return said
