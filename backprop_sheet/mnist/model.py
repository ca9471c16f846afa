"""The companion's network: 18,594 parameters in 23 layers, or 29 with dropout.

Three blocks, each of two 3×3 convolutions and a 2×2 max pooling. ReLU, BatchNorm and, if asked
for, Dropout follow each convolution. At the end, a 1×1 convolution gives ten channels, which are
averaged over 3×3.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from backprop_sheet.mnist.dropout import Dropout

SIZE = 28
"""Width and height of a digit's image in pixels."""
WIDTHS = (8, 16, 32)
"""Channels in each of the three blocks."""
CLASSES = 10


class Network(nn.Module):
    """Takes images and gives the logarithms of ten probabilities.

    Attributes:
        dropout: the probability that a Dropout layer drops a value in training.
        layers: its layers in order.
    """

    def __init__(self, dropout: float = 0.0) -> None:
        """A network with random weights; without Dropout layers if `dropout` is 0."""
        super().__init__()
        self.dropout = dropout
        self.layers = nn.Sequential(*_layers(dropout))

    def forward(self, images: Tensor) -> Tensor:
        """Log-softmax over the classes.

        Args:
            images: normalised grey values, of shape (n, 1, 28, 28).

        Returns:
            log p of each class, of shape (n, 10).
        """
        return torch.log_softmax(self.layers(images).flatten(1), dim=1)


def _layers(dropout: float) -> list[nn.Module]:
    layers: list[nn.Module] = []
    channels = 1
    for width in WIDTHS:
        for _ in range(2):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            layers += [nn.BatchNorm2d(width)]
            if dropout:
                layers += [Dropout(dropout)]
            channels = width
        layers += [nn.MaxPool2d(2)]
    return [*layers, nn.Conv2d(channels, CLASSES, 1), nn.AvgPool2d(3)]


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
    values = torch.zeros(1, 1, SIZE, SIZE)
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


def _side(size: int | tuple[int, int]) -> int:
    """One side of a kernel or stride; PyTorch keeps it as one number or as two equal ones."""
    return size if isinstance(size, int) else size[0]


def count(rows: list[Layer]) -> int:
    """The number of parameters in all layers."""
    return sum(row.parameters for row in rows)
