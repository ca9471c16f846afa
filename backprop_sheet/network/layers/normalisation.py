"""Normalisation: signals are moved and stretched to mean 0 and variance 1, then as is learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from backprop_sheet.formula import Name, Number, Op, Tree, parse, total
from backprop_sheet.formula import filled as filled_in
from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals, places

EPSILON = 1e-5
"""Added to the variance, as PyTorch does."""


@dataclass(frozen=True)
class LayerNormalisation(Layer):
    """y = γ·(x − mean)/√(variance + ε) + β over the numbers of a step, or of the whole layer.

    γ is a weight that starts at 1, β a bias that starts at 0. Source: Ba and others, 2016.
    """

    kind: ClassVar[str] = "layer normalisation"
    letter: ClassVar[str] = "y"
    start: ClassVar[float | None] = 1.0

    def shape(self, before: Shape) -> Shape:
        """As before."""
        return before

    def weights(self, before: Shape) -> int:
        """γ, one for each place of the last axis."""
        return before[-1]

    def biases(self, before: Shape) -> int:
        """β, likewise."""
        return before[-1]

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """Mean and variance of each step, what is normalised, and what is made of it."""
        size = before.shape[-1]
        steps = prod(before.shape) // size
        gamma = [numbering.weight() for _ in range(size)]
        beta = [numbering.bias() for _ in range(size)]
        names = [f"{prefix}{place}" for place, _ in places(before.shape)]
        means, variances, normal, given = [], [], [], []
        for step in range(steps):
            signals = [Name(name) for name in before.names[step * size : (step + 1) * size]]
            mean, variance = f"{prefix}{step + 1}_mean", f"{prefix}{step + 1}_var"
            means.append(Unit((mean,), formula=_mean(signals)))
            off = [Op("square", (Op("-", (signal, Name(mean))),)) for signal in signals]
            variances.append(Unit((variance,), formula=_mean(off)))
            for place, signal in enumerate(signals):
                name = names[step * size + place]
                meanings: dict[str, Tree] = {"x": signal, "m": Name(mean), "v": Name(variance)}
                meanings["e"] = Number(EPSILON)
                formula = filled_in(parse("(x - m)/sqrt(v + e)"), meanings)
                normal.append(Unit((f"{name}_n",), formula=formula))
                link = Link(gamma[place], f"{name}_n")
                given.append(Unit((name,), (link,), beta[place]))
        shape = before.shape
        each = (*shape[:-1], 1)
        return [
            Part(tuple(means), each, meaning="mean"),
            Part(tuple(variances), each, meaning="variance"),
            Part(tuple(normal), shape, meaning="normalised"),
            Part(tuple(given), shape, kernels=(((tuple(gamma),),),) * prod(shape[:-2])),
        ]

    def signals(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What is made of what is normalised."""
        return super().signals(parts[-1:])


def _mean(trees: Sequence[Tree]) -> Tree:
    return Op("/", (total(trees), Number(len(trees))))
