"""Normalisation: signals are moved and stretched to mean 0 and variance 1, then as is learned."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from math import prod
from typing import ClassVar

from backprop_sheet.errors import InputError
from backprop_sheet.formula import Name, Number, Op, Tree, parse, product, total
from backprop_sheet.formula import filled as filled_in
from backprop_sheet.network.choices import FRACTION, Setting
from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import (
    STEPS,
    Layer,
    Numbering,
    Part,
    Shape,
    Signals,
    of_sample,
    places,
)
from backprop_sheet.network.quantities import Carried, Kind

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

    def numbered(self, before: Shape) -> bool:
        """Where it normalises steps or pictures."""
        return len(before) > 1

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
            variances.append(Unit((variance,), formula=_variance(signals, mean)))
            for place, signal in enumerate(signals):
                name = names[step * size + place]
                normal.append(_normalised(name, signal, mean, variance))
                link = Link(gamma[place], f"{name}_n")
                given.append(Unit(self.quantities(name), (link,), beta[place]))
        shape = before.shape
        each = (*shape[:-1], 1)
        return [
            Part(tuple(means), each, meaning="mean"),
            Part(tuple(variances), each, meaning="variance"),
            Part(tuple(normal), shape, meaning="normalised"),
            Part(
                tuple(given),
                shape,
                self.activation,
                kernels=(((tuple(gamma),),),) * prod(shape[:-2]),
            ),
        ]

    def signals(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What is made of what is normalised."""
        return super().signals(parts[-1:])


@dataclass(frozen=True)
class BatchNormalisation(Layer):
    """y = γ·(x − mean)/√(variance + ε) + β over the samples of a step; of pictures, by channel.

    It predicts by running statistics: with each step they move by a part, `momentum`, towards the
    mean and the variance of the step; the variance is then over one number less than there are.
    Source: Ioffe and Szegedy, 2015, with the running statistics of PyTorch.

    Attributes:
        momentum: how far the running statistics move with each step.
    """

    kind: ClassVar[str] = "batch normalisation"
    letter: ClassVar[str] = "y"
    start: ClassVar[float | None] = 1.0
    of_all_samples: ClassVar[bool] = True
    momentum: float = field(default=0.1, compare=False)  # a number of the network

    def shape(self, before: Shape) -> Shape:
        """As before.

        Raises:
            InputError: the signals come step by step.
        """
        if len(before) == STEPS:
            raise InputError(
                f"{self.kind}: takes neurons or pictures, not steps; layer normalisation does"
            )
        return before

    def numbered(self, before: Shape) -> bool:
        """Where it normalises steps or pictures."""
        return len(before) > 1

    def weights(self, before: Shape) -> int:
        """γ, one for each neuron or channel."""
        return before[0]

    def biases(self, before: Shape) -> int:
        """β, likewise."""
        return before[0]

    def predicting(self) -> Layer:
        """The same by the running statistics."""
        return _ByRunningStatistics(**{one.name: getattr(self, one.name) for one in fields(self)})

    def settings(self, prefix: str) -> dict[str, tuple[Setting, float]]:
        """The momentum."""
        return {_momentum(prefix): (Setting(FRACTION), self.momentum)}

    def statistics(self, prefix: str, channel: int) -> tuple[str, str]:
        """The names of the mean and the variance that it normalises a channel by."""
        return f"{prefix}{channel + 1}_mean", f"{prefix}{channel + 1}_var"

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """Mean and variance of each channel, what is normalised, and what is made of it."""
        channels = before.shape[0]
        gamma = [numbering.weight() for _ in range(channels)]
        beta = [numbering.bias() for _ in range(channels)]
        normal, given = [], []
        for (place, at), signal in zip(places(before.shape), before.names, strict=True):
            name, channel = f"{prefix}{place}", at[0]
            mean, variance = self.statistics(prefix, channel)
            normal.append(_normalised(name, Name(signal), mean, variance))
            link = Link(gamma[channel], f"{name}_n")
            given.append(Unit(self.quantities(name), (link,), beta[channel]))
        shape, found = before.shape, self.statistics_of(before, prefix)
        part = Part(tuple(normal), shape, meaning="normalised")
        own = ((tuple(gamma),),) if len(shape) == 1 else tuple(((one,),) for one in gamma)
        kernels = tuple((matrix,) for matrix in own)
        return [*found, part, Part(tuple(given), shape, self.activation, kernels)]

    def statistics_of(self, before: Signals, prefix: str) -> list[Part]:
        """The mean and the variance of each channel over the samples of a step."""
        means, variances = [], []
        for channel in range(before.shape[0]):
            mean, variance = self.statistics(prefix, channel)
            signals = _of_channel(before, channel)
            means.append(Unit((mean,), formula=_mean(signals)))
            variances.append(Unit((variance,), formula=_variance(signals, mean)))
        found, shape = ((means, "mean"), (variances, "variance")), before.shape[:1]
        return [Part(tuple(units), shape, meaning=word, once=True) for units, word in found]

    def remembered(self, before: Signals, prefix: str) -> list[Carried]:
        """The running mean and the running variance of each channel."""
        found = []
        for channel in range(before.shape[0]):
            size = len(_of_channel(before, channel))
            factors: tuple[Tree, Tree] = (Number(1), Op("/", (Number(size), Number(size - 1))))
            names = zip(self.statistics(prefix, channel), factors, (0.0, 1.0), strict=True)
            for name, factor, start in names:
                own, step = Name(running(name)), product(factor, Name(name))
                meanings = {"r": own, "x": step, "m": Name(_momentum(prefix))}
                formula = filled_in(parse("(1 - m)*r + m*x"), meanings)
                found.append(Carried(own.id, Kind.STATE, formula, start=start))
        return found

    def signals(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What is made of what is normalised."""
        return super().signals(parts[-1:])


@dataclass(frozen=True)
class _ByRunningStatistics(BatchNormalisation):
    """Batch normalisation where the network predicts."""

    def statistics(self, prefix: str, channel: int) -> tuple[str, str]:
        """The names of the running mean and the running variance."""
        mean, variance = super().statistics(prefix, channel)
        return running(mean), running(variance)

    def statistics_of(self, before: Signals, prefix: str) -> list[Part]:  # noqa: ARG002
        """None: they are remembered."""
        return []


def _momentum(prefix: str) -> str:
    return f"m_{prefix.rstrip('_')}"


def running(name: str) -> str:
    """The name of the running mean or variance that follows a step's."""
    return f"{name}_run"


def _of_channel(before: Signals, channel: int) -> list[Tree]:
    """The signals of a channel, of all samples of a step."""
    size = prod(before.shape[1:])
    names = before.names[channel * size : (channel + 1) * size]
    samples = range(1, before.samples + 1)
    return [Name(of_sample(name, sample)) for sample in samples for name in names]


def _normalised(name: str, signal: Tree, mean: str, variance: str) -> Unit:
    """(x − mean)/√(variance + ε)."""
    meanings = {"x": signal, "m": Name(mean), "v": Name(variance), "e": Number(EPSILON)}
    formula = filled_in(parse("(x - m)/sqrt(v + e)"), meanings)
    return Unit((f"{name}_n",), formula=formula)


def _mean(trees: Sequence[Tree]) -> Tree:
    return Op("/", (total(trees), Number(len(trees))))


def _variance(trees: Sequence[Tree], mean: str) -> Tree:
    return _mean([Op("square", (Op("-", (tree, Name(mean))),)) for tree in trees])
