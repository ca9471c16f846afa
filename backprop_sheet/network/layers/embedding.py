"""Embeddings: each symbol has numbers of its own, which are learned."""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from backprop_sheet.errors import InputError
from backprop_sheet.formula import Name, Number, Op, Tree
from backprop_sheet.network.choices import Range
from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals


@dataclass(frozen=True)
class Embedding(Layer):
    """The numbers of the symbol that each step has; symbols are 0, 1, 2 …, as in PyTorch.

    Attributes:
        symbols: how many there are.
        neurons: how many numbers each has.
    """

    kind: ClassVar[str] = "embedding"
    letter: ClassVar[str] = "e"
    symbols: int = 2
    neurons: int = 2

    def shape(self, before: Shape) -> Shape:
        """So many numbers for each step."""
        if len(before) != 1:
            raise InputError(
                f"{self.kind}: takes one symbol for each step; the layer before has "
                f"{' × '.join(map(str, before))}"
            )
        return before[0], self.neurons

    @property
    def inputs(self) -> Range:
        """The symbols."""
        last = self.symbols - 1
        return Range(f"whole numbers from 0 to {last}", low=0, high=last, whole=True)

    def weights(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """Those of the first symbol, then those of the second, and so on."""
        return self.symbols * self.neurons

    def fans(self, before: Shape) -> tuple[int, int]:  # noqa: ARG002 - any will do
        """One symbol gives so many numbers."""
        return 1, self.neurons

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The numbers of each step's symbol."""
        shape = self.shape(before.shape)
        weights = [[numbering.weight() for _ in range(self.neurons)] for _ in range(self.symbols)]
        units = []
        for step, place in product(range(shape[0]), range(self.neurons)):
            own, symbol = [row[place] for row in weights], before.at(step)
            links = tuple(Link(weight, symbol) for weight in own)
            formula = _chosen(Name(symbol), own)
            name = f"{prefix}{step + 1}_{place + 1}"
            units.append(Unit(self.quantities(name), links, formula=formula))
        matrix = tuple(map(tuple, weights))
        kernels = ((matrix,),)
        return [Part(tuple(units), shape, self.activation, kernels, meaning="each step's symbol")]


def _chosen(symbol: Name, weights: list[str]) -> Tree:
    """The weight of a symbol: the first for 0, the second for 1, and so on."""
    found: Tree = Name(weights[-1])
    for number in range(len(weights) - 1, 0, -1):
        at_least = Op("-", (symbol, Number(number - 0.5)))
        lower = Name(weights[number - 1])
        found = Op("where", (at_least, found, lower))
    return found
