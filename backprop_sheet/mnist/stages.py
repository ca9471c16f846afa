"""A trained network as a reader sees it: stages, each of which turns maps into maps.

A convolution is one stage with its ReLU and its BatchNorm. Once it has learnt, BatchNorm is a
factor s and a shift t for each channel (Ioffe and Szegedy, Batch normalization, 2015):
s = γ/√(var + ε), t = β − s·mean. It follows ReLU, so a value is a = s·max(0, b + Σ w·x) + t.
All numbers are float64.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.model import DEVIATION, MEAN, Network, table

Numbers = npt.NDArray[np.float64]
KINDS: dict[type[nn.Module], str] = {nn.MaxPool2d: "max", nn.AvgPool2d: "mean"}


@dataclass(frozen=True, eq=False)
class Stage:
    """Common to all stages.

    Attributes:
        name: that of its first layer in the layer table: Conv2d-1.
        layers: the names of all its layers.
        end: the number of its last layer, counted from 1.
        shape: channels, height and width of the maps that it gives.
        field, jump: the receptive field of its values, and the distance between two neighbours, in
            pixels of the image.
    """

    name: str
    layers: tuple[str, ...]
    end: int
    shape: tuple[int, int, int]
    field: int
    jump: int


@dataclass(frozen=True, eq=False)
class Convolution(Stage):
    """A convolution with what follows it: a = s·max(0, b + Σ w·x) + t.

    Attributes:
        weights: w, of shape (channels out, channels in, k, k).
        biases: b, one for each channel out.
        padding: rows and columns of zeros around each map that it takes.
        rectified: whether ReLU follows; without it, a = s·(b + Σ w·x) + t.
        normalised: whether BatchNorm follows; without it, s = 1 and t = 0.
        scales, shifts: s and t, one for each channel out.
    """

    weights: Numbers
    biases: Numbers
    padding: int
    rectified: bool
    normalised: bool
    scales: Numbers
    shifts: Numbers


@dataclass(frozen=True, eq=False)
class Pooling(Stage):
    """The largest or the mean value of each window; windows do not overlap.

    Attributes:
        size: height and width of a window.
        kind: `max` or `mean`.
    """

    size: int
    kind: str


def stages(network: Network) -> list[Stage]:
    """The stages of a network in order; the last gives the ten scores that softmax takes."""
    rows = table(network)
    found: list[Stage] = []
    for start, end in _spans(network):
        layers: list[Any] = list(deepcopy(_layers(network, start, end)).double())
        last = rows[end - 1]
        names = tuple(row.name for row in rows[start:end])
        stage = Stage(names[0], names, end, last.shape, last.field, last.jump)
        if isinstance(layers[0], nn.Conv2d):
            found.append(_convolution(stage, layers))
        else:
            kind = KINDS[type(layers[0])]
            found.append(Pooling(**vars(stage), size=layers[0].kernel_size, kind=kind))
    return found


def maps(network: Network, image: Bytes) -> list[Numbers]:
    """What each stage gives for an image, computed by PyTorch in float64.

    Args:
        network: the network.
        image: grey values 0 (paper) to 255 (ink), of shape (28, 28).

    Returns:
        The normalised image, of shape (1, 28, 28); the maps of each stage, of its shape; and the
        ten probabilities, of shape (10,).
    """
    exact = deepcopy(network).double().eval()
    with torch.no_grad():
        values = exact.normalised(torch.from_numpy(image.astype(np.float64) / 255)[None, None])
        found = [values]
        for start, end in _spans(network):
            values = _layers(exact, start, end)(values.clone())  # ReLU changes what it is given
            found.append(values)
        chances = torch.softmax(values.flatten(), dim=0)
    return [*(_array(one[0]) for one in found), _array(chances)]


def grey(network: Network, value: float) -> float:
    """A grey value from 0 to 255 as the first stage takes it: (x/255 − mean) / deviation."""
    if not network.structure.has("image-normalisation"):
        return value / 255
    return (value / 255 - MEAN) / DEVIATION


def _spans(network: Network) -> Iterator[tuple[int, int]]:
    """The first layer of each stage, and the one behind its last."""
    starts = [
        number
        for number, layer in enumerate(network.layers)
        if isinstance(layer, (nn.Conv2d, *KINDS))
    ]
    yield from zip(starts, [*starts[1:], len(network.layers)], strict=True)


def _layers(network: Network, start: int, end: int) -> nn.Sequential:
    return cast("nn.Sequential", network.layers[start:end])


def _convolution(stage: Stage, layers: list[Any]) -> Convolution:
    convolution = layers[0]
    channels = convolution.out_channels
    scales, shifts = np.ones(channels), np.zeros(channels)
    norms = [layer for layer in layers if isinstance(layer, nn.BatchNorm2d)]
    for norm in norms:
        factor = norm.weight / torch.sqrt(cast("Tensor", norm.running_var) + norm.eps)
        scales, shifts = (
            _array(factor),
            _array(norm.bias - factor * cast("Tensor", norm.running_mean)),
        )
    return Convolution(
        **vars(stage),
        weights=_array(convolution.weight),
        biases=_array(convolution.bias),
        padding=convolution.padding[0],
        rectified=any(isinstance(layer, nn.ReLU) for layer in layers),
        normalised=bool(norms),
        scales=scales,
        shifts=shifts,
    )


def _array(tensor: Tensor) -> Numbers:
    return np.ascontiguousarray(tensor.detach().cpu().numpy(), dtype=np.float64)
