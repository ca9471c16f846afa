"""Dense layers: each neuron takes every signal."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals, places
from backprop_sheet.network.layers.base import steps as steps_of


@dataclass(frozen=True)
class Dense(Layer):
    """a = f(w1·x1 + w2·x2 + … + b), for each neuron.

    Attributes:
        neurons: how many there are.
        bias: ``none``, one for the whole ``layer``, or one for each ``neuron``.
        each: whether the same neurons stand at each step and take its signals alone.
    """

    kind: ClassVar[str] = "dense"
    letter: ClassVar[str] = "h"
    activation: str = "sigmoid"
    neurons: int = 1
    bias: str = "none"
    each: bool = False

    def shape(self, before: Shape) -> Shape:
        """So many neurons, or so many at each step."""
        return (steps_of(self.kind, before)[0], self.neurons) if self.each else (self.neurons,)

    def numbered(self, before: Shape) -> bool:  # noqa: ARG002 - any will do
        """Where it has neurons at each step."""
        return self.each

    def weights(self, before: Shape) -> int:
        """One for each neuron and signal that it takes."""
        return self.neurons * self._taken(before)

    def _taken(self, before: Shape) -> int:
        return before[1] if self.each else prod(before)

    def fans(self, before: Shape) -> tuple[int, int]:
        """How many signals a neuron takes, and how many neurons take a signal."""
        return self._taken(before), self.neurons

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """As the choice of bias has it."""
        return {"none": 0, "layer": 1, "neuron": self.neurons}[self.bias]

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The neurons; their weights are numbered neuron by neuron."""
        shared = numbering.bias() if self.bias == "layer" else ""
        own = [
            (
                [numbering.weight() for _ in range(self._taken(before.shape))],
                numbering.bias() if self.bias == "neuron" else shared,
            )
            for _ in range(self.neurons)
        ]
        shape = self.shape(before.shape)
        units = []
        for place, at in places(shape):
            weights, bias = own[at[-1]]
            first = at[0] * len(weights) if self.each else 0
            signals = before.names[first : first + len(weights)]
            links = tuple(Link(*link) for link in zip(weights, signals, strict=True))
            units.append(Unit(self.quantities(f"{prefix}{place}"), links, bias))
        return [Part(tuple(units), shape, self.activation)]
