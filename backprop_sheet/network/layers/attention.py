"""Attention: each step takes what the others say, the more the better they fit."""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from backprop_sheet.formula import Name, Number, Op, Tree, total
from backprop_sheet.network.choices import SOFTMAX
from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals
from backprop_sheet.network.layers.base import steps as steps_of


@dataclass(frozen=True)
class Attention(Layer):
    """One head of scaled dot-product attention, without biases.

    q, k and v are weighted sums of each step's numbers; s_ij = q_i·k_j/√n says how well step j fits
    step i, p_ij is its share by softmax, and the output of step i is Σ_j p_ij·v_j. Source: Vaswani
    and others, 2017.

    Attributes:
        neurons: n, the numbers of each q, k and v.
        causal: whether a step takes only itself and those before it.
    """

    kind: ClassVar[str] = "attention"
    letter: ClassVar[str] = "n"
    neurons: int = 2
    causal: bool = False

    def shape(self, before: Shape) -> Shape:
        """As many numbers for each step."""
        return steps_of(self.kind, before)[0], self.neurons

    def weights(self, before: Shape) -> int:
        """Those of q, then of k, then of v, each neuron by neuron."""
        return 3 * self.neurons * steps_of(self.kind, before)[1]

    def fans(self, before: Shape) -> tuple[int, int]:
        """What each q, k or v takes, and how many take a number."""
        return before[1], self.neurons

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """q, k, v, how well steps fit, their shares, and what is said."""
        steps, size = steps_of(self.kind, before.shape)
        own, rows = range(self.neurons), range(steps)
        weights = {
            letter: [[numbering.weight() for _ in range(size)] for _ in own] for letter in "qkv"
        }

        def name(row: int, place: int, letter: str = "") -> str:
            return f"{prefix}{row + 1}_{place + 1}" + (f"_{letter}" if letter else "")

        def projected(letter: str) -> Part:
            units = []
            for row, neuron in product(rows, own):
                signals = (before.at(row, place) for place in range(size))
                links = zip(weights[letter][neuron], signals, strict=True)
                units.append(Unit((name(row, neuron, letter),), tuple(Link(*one) for one in links)))
            matrix = tuple(map(tuple, weights[letter]))
            return Part(tuple(units), (steps, self.neurons), kernels=((matrix,),))

        def of(letter: str, row: int, place: int) -> Tree:
            return Name(name(row, place, letter))

        pairs = [(i, j) for i, j in product(rows, rows) if j <= i or not self.causal]
        fits, said = [], []
        root = Op("sqrt", (Number(self.neurons),))
        for i, j in pairs:
            terms = (Op("*", (of("q", i, n), of("k", j, n))) for n in own)
            both = (name(i, j, "s"), name(i, j, "p"))  # how well they fit; the share, by softmax
            fits.append(Unit(both, formula=Op("/", (total(terms), root))))
        for i, neuron in product(rows, own):
            seen = (j for row, j in pairs if row == i)
            terms = (Op("*", (of("p", i, j), of("v", j, neuron))) for j in seen)
            said.append(Unit(self.quantities(name(i, neuron)), formula=total(terms)))
        meaning = "how well steps fit"
        square = Part(tuple(fits), (steps, steps), SOFTMAX, places=tuple(pairs), meaning=meaning)
        shape = (steps, self.neurons)
        sums = Part(tuple(said), shape, self.activation, meaning="Σ p·v")
        return [*map(projected, "qkv"), square, sums]

    def signals(self, parts: list[Part]) -> tuple[str, ...]:  # type: ignore[override]
        """What is said at each step."""
        return super().signals(parts[-1:])
