"""Recurrent layers: the same neurons at each step, which also take what they gave before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from backprop_sheet.errors import InputError
from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Shape, Signals

FEWEST = 2
AXES = 2
"""Axes of signals that come step by step: steps, and the numbers in each."""


@dataclass(frozen=True)
class Recurrent(Layer):
    """a_t = f(W·x_t + U·a_(t−1) + b), as PyTorch's ``RNN`` with one bias.

    Before the first step there is nothing to go on from: those terms are left out.

    Attributes:
        neurons: how many there are.
        bias: whether each has one.
        every: whether each step's activations go on to the next layer, or only the last one's.
    """

    kind: ClassVar[str] = "recurrent"
    letter: ClassVar[str] = "r"
    activation: str = "tanh"
    neurons: int = 1
    bias: bool = True
    every: bool = False

    def shape(self, before: Shape) -> Shape:
        """The neurons of the last step, or of each."""
        steps, _ = self._steps(before)
        return (steps, self.neurons) if self.every else (self.neurons,)

    def weights(self, before: Shape) -> int:
        """W, neuron by neuron, then U."""
        _, size = self._steps(before)
        return self.neurons * (size + self.neurons)

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """One for each neuron."""
        return self.neurons if self.bias else 0

    def fans(self, before: Shape) -> tuple[int, int]:
        """What a neuron takes at a step, and how many neurons take a number."""
        return before[1] + self.neurons, self.neurons

    def units(self, before: Signals, prefix: str, numbering: Numbering) -> tuple[Unit, ...]:
        """The neurons of the first step, then those of the second, and so on."""
        steps, size = self._steps(before.shape)
        own = range(self.neurons)
        of_input = [[numbering.weight() for _ in range(size)] for _ in own]
        of_before = [[numbering.weight() for _ in own] for _ in own]
        biases = [numbering.bias() if self.bias else "" for _ in own]
        units: list[Unit] = []
        for step in range(steps):
            given = [before.at(step, place) for place in range(size)]
            earlier = [unit.signal for unit in units[-self.neurons :]]
            for neuron in own:
                links = [*zip(of_input[neuron], given, strict=True)]
                links += zip(of_before[neuron], earlier, strict=False)  # nothing at first
                name = f"{prefix}{step + 1}_{neuron + 1}"
                linked = tuple(Link(*link) for link in links)
                units.append(Unit(self.quantities(name), linked, biases[neuron]))
        return tuple(units)

    def together(self, units: Sequence[Unit]) -> list[Sequence[Unit]]:
        """The neurons of each step, so that drawings show the layer unrolled."""
        size = self.neurons
        return [units[start : start + size] for start in range(0, len(units), size)]

    def signals(self, units: Sequence[Unit]) -> tuple[str, ...]:
        """The activations of the last step, or of each."""
        return super().signals(units if self.every else units[-self.neurons :])

    def _steps(self, before: Shape) -> tuple[int, int]:
        if len(before) != AXES:
            raise InputError(
                f"{self.kind}: takes steps with so many numbers each; the layer before has "
                f"{' × '.join(map(str, before))}"
            )
        if before[0] < FEWEST:
            raise InputError(f"{self.kind}: takes {FEWEST} steps or more; one alone is dense")
        return before[0], before[1]
