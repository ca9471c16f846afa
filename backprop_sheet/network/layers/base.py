"""What all layers have, and the signals between them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from math import prod
from typing import ClassVar, NamedTuple

from backprop_sheet.errors import InputError
from backprop_sheet.fixed import Fixed
from backprop_sheet.network.choices import Range, Setting
from backprop_sheet.network.groups import Rows, Unit
from backprop_sheet.network.quantities import Carried

Shape = tuple[int, ...]
"""So many neurons, or so many channels, rows and columns."""
STEPS = 2
"""Axes of signals that come step by step: steps, and the numbers in each."""
PICTURE = 3
"""Axes of signals that are pictures: channels, rows, columns."""


class Signals(NamedTuple):
    """What a layer hands to the next one.

    Attributes:
        shape: how many there are along each axis.
        names: their names, the last axis running fastest.
        samples: how many samples stand side by side in a row; the names are those of one.
    """

    shape: Shape
    names: tuple[str, ...]
    samples: int = 1

    def at(self, *place: int) -> str:
        """The signal at a place, counted from 0."""
        index = 0
        for size, number in zip(self.shape, place, strict=True):
            index = index * size + number
        return self.names[index]


class Part(NamedTuple):
    """Units of a layer that views lay out together, and that have the same activation.

    Attributes:
        units: the units, the last axis running fastest.
        shape: how many there are along each axis.
        activation: what each unit does with its sum; empty if it has none.
        kernels: the weights that all places share, as a `Group` has them.
        places: where each unit stands, if the units do not fill the shape.
        meaning: what a unit is, in a word or two.
        once: whether its units stand once for all samples of a row, and not for each of them.
    """

    units: tuple[Unit, ...]
    shape: Shape
    activation: str = ""
    kernels: tuple[tuple[Rows, ...], ...] = ()
    places: tuple[tuple[int, ...], ...] = ()
    meaning: str = ""
    once: bool = False


@dataclass
class Numbering:
    """Numbers the weights and biases of a network, and tells its layers' names apart.

    Attributes:
        weights: the number of the next weight.
        biases: the number of the next bias.
        draws: the number of the next random number.
        layers: how many layers with a letter there are so far.
    """

    weights: Iterator[int] = field(default_factory=lambda: count(1))
    biases: Iterator[int] = field(default_factory=lambda: count(1))
    draws: Iterator[int] = field(default_factory=lambda: count(1))
    layers: dict[str, int] = field(default_factory=dict)

    def prefix(self, letter: str, *, numbered: bool = False) -> str:
        """How the names of a layer begin: h for the first with this letter, then h2_, h3_ ….

        With `numbered`, the first one has a number, too.
        """
        number = self.layers[letter] = self.layers.get(letter, 0) + 1
        return letter if number == 1 and not numbered else f"{letter}{number}_"

    def weight(self) -> str:
        """The next weight."""
        return f"w{next(self.weights)}"

    def bias(self) -> str:
        """The next bias."""
        return f"b{next(self.biases)}"

    def draw(self) -> str:
        """The next random number."""
        return f"rnd{next(self.draws)}"


@dataclass(frozen=True)
class Layer(ABC):
    """A layer of a network.

    Attributes:
        kind: what network files call it.
        letter: how the names of its units begin.
        start: what its weights start from; None if they are drawn at random.
        activates: whether its units may have an activation.
        alone: whether its units may do without an activation.
        random: whether it draws random numbers.
        of_all_samples: whether it takes the signals of all samples of a step at once.
        endings: how names of its units end, each with what it means, in a word or two.
        activation: what each unit does with its sum; empty if it has none.
        residual: how many layers back the signals are that are added to its own: with 1, those
            that it takes itself; 0 if none are.
    """

    kind: ClassVar[str] = ""
    letter: ClassVar[str] = ""
    start: ClassVar[float | None] = None
    activates: ClassVar[bool] = True
    alone: ClassVar[bool] = True
    random: ClassVar[bool] = False
    of_all_samples: ClassVar[bool] = False
    endings: ClassVar[Mapping[str, str]] = Fixed()
    activation: str = ""
    residual: int = 0

    @abstractmethod
    def shape(self, before: Shape) -> Shape:
        """The shape of its signals, from that of the layer before.

        Raises:
            InputError: they do not fit.
        """

    @abstractmethod
    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """Its units, in the order of evaluation.

        Args:
            before: the signals that it takes.
            prefix: how the names of its units begin.
            numbering: numbers its weights and biases.
        """

    def weights(self, before: Shape) -> int:  # noqa: ARG002 - most kinds have none
        """How many weights it has."""
        return 0

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - as above
        """How many biases it has."""
        return 0

    @property
    def inputs(self) -> Range | None:
        """The numbers that it takes, if it comes first; None for any."""
        return None

    def numbered(self, before: Shape) -> bool:  # noqa: ARG002 - most kinds always have as many axes
        """Whether even the first of its kind has a number in its names.

        Where one kind may have more or fewer axes, d2_1 could be of the first layer or the second.
        """
        return False

    def predicting(self) -> "Layer":
        """What stands in its place where the network predicts; most kinds do the same there."""
        return self

    def remembered(self, before: Signals, prefix: str) -> list[Carried]:  # noqa: ARG002
        """What it remembers from step to step, to predict by."""
        return []

    def settings(self, prefix: str) -> dict[str, tuple[Setting, float]]:  # noqa: ARG002
        """Its settings that have a cell, each with its number: its fields that are `float`.

        The network keeps their numbers, so layers that differ in these alone are equal.
        """
        return {}

    def fans(self, before: Shape) -> tuple[int, int]:
        """How many signals a unit takes, and how many units take a signal: for random weights."""
        return prod(before), prod(self.shape(before))

    def signals(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What the next layer takes from the parts."""
        return tuple(unit.signal for part in parts for unit in part.units)

    def hands_on(self, before: Signals, parts: Sequence[Part]) -> tuple[str, ...]:
        """What the next layer takes: signals of its parts, or without any those before it."""
        return self.signals(parts) or before.names

    def quantities(self, name: str) -> tuple[str, ...]:
        """The quantities of a unit: its sum and its activation, or one alone."""
        return (name, f"a_{name}") if self.activation else (name,)


def of_sample(name: str, sample: int) -> str:
    """The name of a quantity of one of the samples that stand side by side in a row."""
    return f"{name}_s{sample}"


def places(shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each place of a shape, counted from 0, with what it is called, counted from 1: ``2_1_3``."""
    for place in product(*map(range, shape)):
        yield "_".join(str(number + 1) for number in place), place


def picture(kind: str, before: Shape) -> tuple[int, int, int]:
    """Channels, rows and columns of the signals before a layer that takes pictures.

    Raises:
        InputError: they are no pictures.
    """
    _refuse_other(kind, before, PICTURE, "pictures, of channels, rows and columns")
    return before[0], before[1], before[2]


def steps(kind: str, before: Shape) -> tuple[int, int]:
    """Steps, and the numbers in each, of the signals before a layer that takes them step by step.

    Raises:
        InputError: they have other axes.
    """
    _refuse_other(kind, before, STEPS, "steps with so many numbers each")
    return before[0], before[1]


def _refuse_other(kind: str, before: Shape, axes: int, takes: str) -> None:
    """Refuse signals with another number of axes."""
    if len(before) != axes:
        has = " × ".join(map(str, before))
        raise InputError(f"{kind}: takes {takes}; the layer before has {has}")


def covered(kind: str, size: int, window: int, stride: int, padding: int = 0) -> int:
    """How many places a window has along an axis.

    Raises:
        InputError: it is larger than the picture.
    """
    if window > size + 2 * padding:
        around = f" and a padding of {padding}" if padding else ""
        raise InputError(
            f"{kind}: a kernel of {window} is larger than its picture of {size}{around}"
        )
    return (size + 2 * padding - window) // stride + 1
