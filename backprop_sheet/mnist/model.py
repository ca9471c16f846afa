"""The companion's network: 18,594 parameters in 23 layers, or 29 with dropout.

Three blocks, each of two 3×3 convolutions and a 2×2 max pooling. ReLU, BatchNorm and, if asked
for, Dropout follow each convolution. At the end, a 1×1 convolution gives ten channels, which are
averaged over 3×3. A structure of one's own has other widths or lacks some of these layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from backprop_sheet.errors import InputError, shown
from backprop_sheet.mnist.dropout import Dropout
from backprop_sheet.mnist.limits import BLOCKS, LAYERS_LEFT_OUT, WIDEST, WIDTHS

SIZE = 28
"""Width and height of a digit's image in pixels."""
CLASSES = 10
MEAN, DEVIATION = 0.1307, 0.3081
"""Of the grey values of MNIST's training images, on a scale from 0 to 1."""


@dataclass(frozen=True)
class Structure:
    """What a network is made of.

    Attributes:
        widths: channels of each block; the exercise's are 8, 16, 32.
        without: what it lacks, of `limits.LAYERS_LEFT_OUT`.
        dropout: the probability that a Dropout layer drops a value in training; without Dropout
            layers if it is 0.
    """

    widths: tuple[int, ...] = WIDTHS
    without: tuple[str, ...] = ()
    dropout: float = 0.0

    def __post_init__(self) -> None:
        """Check every part.

        Raises:
            InputError: there is no such network.
        """
        known = isinstance(self.widths, tuple) and 0 < len(self.widths) <= BLOCKS
        if not known or not all(type(w) is int and 0 < w <= WIDEST for w in self.widths):
            allowed = f"1 to {BLOCKS} whole numbers from 1 to {WIDEST}"
            raise InputError(f"widths is {shown(self.widths)}, not {allowed}")
        for part in self.without:
            if part not in LAYERS_LEFT_OUT:
                allowed = ", ".join(LAYERS_LEFT_OUT)
                raise InputError(f"without is {shown(part)}, not one of {allowed}")
        if not isinstance(self.dropout, int | float) or not 0 <= self.dropout < 1:
            raise InputError(f"dropout is {shown(self.dropout)}, not from 0 to below 1")

    def has(self, part: str) -> bool:
        """Whether a network has a part that it may lack."""
        return part not in self.without


class Network(nn.Module):
    """Takes images and gives the logarithms of ten probabilities.

    Attributes:
        structure: what it is made of.
        layers: its layers in order, after the image's normalisation.
    """

    def __init__(self, structure: Structure | None = None) -> None:
        """A network with random weights; the exercise's if no structure is given."""
        super().__init__()
        self.structure = structure or Structure()
        self.layers = nn.Sequential(*_layers(self.structure))

    def normalised(self, images: Tensor) -> Tensor:
        """Grey values 0 to 1 in the form that the first layer takes: (x − mean) / deviation."""
        if not self.structure.has("image-normalisation"):
            return images
        return (images - MEAN) / DEVIATION

    def forward(self, images: Tensor) -> Tensor:
        """Log-softmax over the classes.

        Args:
            images: grey values from 0 (paper) to 1 (ink), of shape (n, 1, 28, 28).

        Returns:
            log p of each class, of shape (n, 10).
        """
        return torch.log_softmax(self.layers(self.normalised(images)).flatten(1), dim=1)


def _layers(structure: Structure) -> list[nn.Module]:
    layers: list[nn.Module] = []
    channels, size = 1, SIZE
    for width in structure.widths:
        for _ in range(2):
            layers += [nn.Conv2d(channels, width, 3, padding=1), *_after(width, structure)]
            channels = width
        if structure.has("pooling"):
            layers += [nn.MaxPool2d(2)]
            size //= 2
    return [*layers, nn.Conv2d(channels, CLASSES, 1), nn.AvgPool2d(size)]


def _after(width: int, structure: Structure) -> list[nn.Module]:
    """The layers that follow a 3×3 convolution."""
    layers: list[nn.Module] = []
    if structure.has("activation"):
        layers += [nn.ReLU(inplace=True)]
    if structure.has("normalisation"):
        layers += [nn.BatchNorm2d(width)]
    if structure.dropout:
        layers += [Dropout(structure.dropout)]
    return layers


class Layer(NamedTuple):
    """One line of the layer table.

    Attributes:
        name: its type and its number, counted from 1: Conv2d-1.
        shape: channels, height and width of its output.
        parameters: how many it learns.
        kernel, stride: the width of its kernel, and the step from one position to the next.
        jump: the distance between two neighbours of its output, in pixels of the image.
        field: its receptive field: how many pixels of the image, in each direction, one value of
            its output depends on.
    """

    name: str
    shape: tuple[int, int, int]
    parameters: int
    kernel: int
    stride: int
    jump: int
    field: int


def table(network: Network) -> list[Layer]:
    """The layer table of a network.

    The receptive field follows r_out = r_in + (k − 1)·j_in and j_out = j_in·s, starting at
    r = j = 1 (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016).
    """
    rows, jump, field = [], 1, 1
    values = torch.zeros(1, 1, SIZE, SIZE, device=next(network.parameters()).device)
    training = network.training
    network.eval()
    for number, layer in enumerate(network.layers, start=1):
        with torch.no_grad():
            values = layer(values)
        kernel, stride = (_side(getattr(layer, name, 1)) for name in ("kernel_size", "stride"))
        field, jump = field + (kernel - 1) * jump, jump * stride
        channels, height, width = values.shape[1:]
        parameters = sum(parameter.numel() for parameter in layer.parameters())
        name = f"{type(layer).__name__}-{number}"
        rows.append(Layer(name, (channels, height, width), parameters, kernel, stride, jump, field))
    network.train(training)
    return rows


def _side(size: Any) -> int:
    """One side of a kernel or stride; PyTorch keeps it as one number or as two equal ones."""
    return size if isinstance(size, int) else size[0]


def count(rows: list[Layer]) -> int:
    """The number of parameters in all layers."""
    return sum(row.parameters for row in rows)
