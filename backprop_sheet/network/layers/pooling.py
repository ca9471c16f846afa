"""Pooling: each place takes the largest or the mean of the signals under it; and flattening."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from typing import ClassVar

from backprop_sheet.formula import Name, Number, Op, Tree, total
from backprop_sheet.network.groups import Unit
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
class Pooling(Layer):
    """A layer without weights, which makes one number of those under a window.

    Attributes:
        kernel: rows and columns of the window.
        stride: places from one position to the next; 0 for as many as the window has.
    """

    letter: ClassVar[str] = "p"
    word: ClassVar[str] = "mean"
    kernel: int = 2
    stride: int = 0

    @abstractmethod
    def pooled(self, signals: Sequence[Tree]) -> Tree:
        """What is made of the signals under a window."""

    def window(self, before: Shape) -> tuple[int, int]:  # noqa: ARG002 - some kinds take it all
        """Rows and columns of the window."""
        return self.kernel, self.kernel

    def shape(self, before: Shape) -> Shape:
        """As many channels as before, with fewer rows and columns."""
        channels, *sizes = picture(self.kind, before)
        windows = zip(sizes, self.window(before), strict=True)
        fewer = (covered(self.kind, size, window, self._step) for size, window in windows)
        return (channels, *fewer)

    @property
    def _step(self) -> int:
        return self.stride or self.kernel

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:  # noqa: ARG002
        """The places of the pooled maps."""
        window = [*product(*map(range, self.window(before.shape)))]

        def under(channel: int, top: int, left: int) -> list[Tree]:
            return [Name(before.at(channel, top + row, left + column)) for row, column in window]

        shape = self.shape(before.shape)
        units = tuple(
            Unit(
                self.quantities(f"{prefix}{name}"),
                formula=self.pooled(under(channel, row * self._step, column * self._step)),
            )
            for name, (channel, row, column) in places(shape)
        )
        meaning = f"{self.word} of {' × '.join(map(str, self.window(before.shape)))}"
        return [Part(units, shape, self.activation, meaning=meaning)]


@dataclass(frozen=True)
class MaxPooling(Pooling):
    """The largest signal under the window; of equal ones the first counts, as in PyTorch."""

    kind: ClassVar[str] = "max pooling"
    word: ClassVar[str] = "max"

    def pooled(self, signals: Sequence[Tree]) -> Tree:
        """The largest, two by two."""
        return reduce(lambda one, other: Op("max", (one, other)), signals)


@dataclass(frozen=True)
class AveragePooling(Pooling):
    """The mean of the signals under the window."""

    kind: ClassVar[str] = "average pooling"

    def pooled(self, signals: Sequence[Tree]) -> Tree:
        """Their sum, divided by how many there are."""
        return Op("/", (total(signals), Number(len(signals))))


@dataclass(frozen=True)
class GlobalAveragePooling(AveragePooling):
    """The mean of a whole feature map: one number for each channel."""

    kind: ClassVar[str] = "global average pooling"
    letter: ClassVar[str] = "g"

    def window(self, before: Shape) -> tuple[int, int]:
        """The whole map."""
        _, rows, columns = picture(self.kind, before)
        return rows, columns


@dataclass(frozen=True)
class Flatten(Layer):
    """The signals of pictures one after the other: no quantities of its own."""

    kind: ClassVar[str] = "flatten"
    activates: ClassVar[bool] = False

    def shape(self, before: Shape) -> Shape:
        """One axis."""
        return (prod(before),)

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:  # noqa: ARG002
        """None: the signals stay what they are."""
        return []
