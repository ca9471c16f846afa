"""Convolutions: each place takes the signals under a kernel, the same one everywhere."""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from backprop_sheet.network.groups import Link, Unit, rows_of
from backprop_sheet.network.layers.base import (
    Layer,
    Numbering,
    Part,
    Shape,
    Signals,
    covered,
    picture,
    places,
)


@dataclass(frozen=True)
class Convolution(Layer):
    """A sum over a kernel's places and the input channels, as PyTorch's ``Conv2d`` computes it.

    Attributes:
        channels: how many feature maps there are, each with a kernel of its own.
        kernel: rows and columns of a kernel.
        stride: places from one position of the kernel to the next.
        padding: rows and columns of zeros around the picture. They have no cells: the terms with
            them are left out.
        bias: whether each feature map has a bias.
    """

    kind: ClassVar[str] = "convolution"
    letter: ClassVar[str] = "c"
    activation: str = "relu"
    channels: int = 1
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    bias: bool = True

    def shape(self, before: Shape) -> Shape:
        """Channels, rows and columns of the feature maps."""
        _, rows, columns = picture(self.kind, before)
        sizes = (
            covered(self.kind, size, self.kernel, self.stride, self.padding)
            for size in (rows, columns)
        )
        return (self.channels, *sizes)

    def weights(self, before: Shape) -> int:
        """One for each output channel, input channel, row and column of a kernel."""
        return self.channels * before[0] * self.kernel**2

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """One for each feature map."""
        return self.channels if self.bias else 0

    def fans(self, before: Shape) -> tuple[int, int]:
        """The weights under a kernel, and those that a signal is multiplied by."""
        return before[0] * self.kernel**2, self.channels * self.kernel**2

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The places of the feature maps; weights are numbered as PyTorch orders them."""
        inputs, rows, columns = picture(self.kind, before.shape)
        kernel = [*product(range(inputs), range(self.kernel), range(self.kernel))]
        weights = [[numbering.weight() for _ in kernel] for _ in range(self.channels)]
        biases = [numbering.bias() if self.bias else "" for _ in range(self.channels)]

        def links(channel: int, top: int, left: int) -> tuple[Link, ...]:
            under = zip(weights[channel], kernel, strict=True)
            return tuple(
                Link(weight, before.at(into, top + row, left + column))
                for weight, (into, row, column) in under
                if 0 <= top + row < rows and 0 <= left + column < columns
            )

        shape = self.shape(before.shape)
        units = tuple(
            Unit(
                self.quantities(f"{prefix}{name}"),
                links(channel, *(self.stride * n - self.padding for n in place)),
                biases[channel],
            )
            for name, (channel, *place) in places(shape)
        )
        size = self.kernel**2
        kernels = tuple(
            tuple(
                rows_of(own[first : first + size], self.kernel)
                for first in range(0, len(own), size)
            )
            for own in weights
        )
        return [Part(units, shape, self.activation, kernels)]
