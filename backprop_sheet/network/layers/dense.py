"""Dense layers: each neuron takes every signal."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals, places


@dataclass(frozen=True)
class Dense(Layer):
    """a = f(w1·x1 + w2·x2 + … + b), for each neuron.

    Attributes:
        neurons: how many there are.
        bias: ``none``, one for the whole ``layer``, or one for each ``neuron``.
    """

    kind: ClassVar[str] = "dense"
    letter: ClassVar[str] = "h"
    activation: str = "sigmoid"
    neurons: int = 1
    bias: str = "none"

    def shape(self, before: Shape) -> Shape:  # noqa: ARG002 - any will do
        """So many neurons."""
        return (self.neurons,)

    def weights(self, before: Shape) -> int:
        """One for each neuron and signal."""
        return self.neurons * prod(before)

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """As the choice of bias has it."""
        return {"none": 0, "layer": 1, "neuron": self.neurons}[self.bias]

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The neurons; their weights are numbered neuron by neuron."""
        shared = numbering.bias() if self.bias == "layer" else ""
        units = tuple(
            Unit(
                self.quantities(f"{prefix}{place}"),
                tuple(Link(numbering.weight(), signal) for signal in before.names),
                numbering.bias() if self.bias == "neuron" else shared,
            )
            for place, _ in places((self.neurons,))
        )
        return [Part(units, (self.neurons,), self.activation)]
