"""A network as an ordered set of quantities: every formula of the exercise, declared once.

Short names, as the sheet has them:

    t1 …      targets                    w1 …      weights, layer by layer, neuron by neuron
    i1 …      inputs                     E1 …      error of each output
    h1 a_h1   a hidden neuron's weighted sum, and its activation (deeper layers: h2_1 a_h2_1)
    o1 a_o1   an output neuron's         E_Total   the error
    eta       the learning rate η        dE_dw1    ∂E_Total/∂w1

A quantity is either *given*, a number that a formula takes on to the next epoch, or *derived*
from the quantities of its own epoch. Every other module is a view of what stands here.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import count, islice, pairwise
from typing import NamedTuple

from backprop_sheet import templates
from backprop_sheet.chain import Slopes, backward, gradient_name, parts_of
from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import ONE, Tree, names, parse, total

TOTAL = "E_Total"
RATE = "eta"


class Kind(StrEnum):
    """What a quantity is to the network."""

    SETTING = "setting"  # η: one number for all epochs
    TARGET = "target"
    INPUT = "input"
    WEIGHT = "weight"
    SUM = "weighted sum"  # h1, o1
    ACTIVATION = "activation"  # a_h1, a_o1
    ERROR = "error"  # E1
    TOTAL = "total error"  # E_Total
    PARTIAL = "partial"  # ∂E/∂o1: a stage on the way to the gradients
    GRADIENT = "gradient"  # ∂E/∂w1


@dataclass(frozen=True)
class Given:
    """A quantity that starts from a given number.

    Attributes:
        then: its number in the next epoch, by the numbers of this one.
    """

    name: str
    kind: Kind
    then: Tree


@dataclass(frozen=True)
class Derived:
    """A quantity computed from others of the same epoch.

    Attributes:
        formula: how.
        slopes: the formula's derivative for each operand that leads to a weight.
        short: how the field abbreviates the formula (``σ(h1)``), if it does.
    """

    name: str
    kind: Kind
    formula: Tree
    slopes: Mapping[str, Tree] = field(default_factory=dict)
    short: str = ""


Quantity = Given | Derived


class Activation(NamedTuple):
    """a = f(z): its formula, its slope da/dz in terms of a and z, and its sign."""

    formula: str
    slope: str
    sign: str


class Error(NamedTuple):
    """The error of one output, of its target t and its activation a, and the slope dE/da."""

    formula: str
    slope: str


SIGMOID = Activation("1/(1 + exp(-{z}))", "{a}*(1 - {a})", "σ")
HALF_SQUARED = Error("1/2*({t} - {a})**2", "{a} - {t}")


@dataclass(frozen=True, repr=False)
class Network:
    """The quantities of a network, with the numbers it starts from.

    Attributes:
        layers: how many neurons each layer has, the inputs first.
        quantities: all of them by name, in the order of evaluation: the given numbers and the
            forward pass as in the sheet, then partials and gradients from the error back.
        numbers: the number of each given quantity at epoch 0, η among them.
        epochs: how many epochs the exercise asks for.
    """

    layers: tuple[int, ...]
    quantities: Mapping[str, Quantity]
    numbers: Mapping[str, float]
    epochs: int

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name}={number}" for name, number in self.numbers.items())
        return f"<Network {'-'.join(map(str, self.layers))}: {numbers}>"

    @cached_property
    def given(self) -> dict[str, Given]:
        """The given quantities by name, η first."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Given)}

    @cached_property
    def derived(self) -> dict[str, Derived]:
        """The derived quantities by name, in the order of evaluation."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Derived)}

    @cached_property
    def slopes(self) -> Slopes:
        """The graph: ∂upper/∂lower of the forward pass, as ``slopes[upper][lower]``."""
        return {name: q.slopes for name, q in self.derived.items() if q.slopes}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the sheet's columns in their order: t1 … E_Total, dE_dw1 and so on."""
        apart = (Kind.SETTING, Kind.PARTIAL, Kind.GRADIENT)
        body = [name for name, q in self.quantities.items() if q.kind not in apart]
        return (*body, *map(gradient_name, self.named(Kind.WEIGHT)))

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each column is called in the frame, by its name: ``dE_dw1`` is ∂E/∂w1."""
        return {name: label(name) for name in self.columns}

    @cached_property
    def forward(self) -> list[str]:
        """The names of the derived quantities from the inputs to the error."""
        return [n for n, q in self.derived.items() if q.kind not in (Kind.PARTIAL, Kind.GRADIENT)]

    @cached_property
    def backward(self) -> list[str]:
        """The names of the partials from the error back, each layer in the forward order."""
        places = {gradient_name(name): place for place, name in enumerate(self.forward)}
        layers = {
            gradient_name(name): depth
            for depth, activations in enumerate(self.activations_by_layer)
            for activation in activations
            for name in (activation, *self.slopes[activation])
        }
        partials = self.named(Kind.PARTIAL)
        # An activation comes before its sum, since the way is back.
        order = {n: (-layers[n], places[n] // 2, -places[n]) for n in partials}
        return sorted(partials, key=order.__getitem__)

    @cached_property
    def weights_by_layer(self) -> list[list[str]]:
        """The names of the weights into each layer after the inputs."""
        sums = iter(self.named(Kind.SUM))
        return [
            [
                name
                for sum_ in islice(sums, size)
                for name in self.slopes[sum_]
                if name in self.given
            ]
            for size in self.layers[1:]
        ]

    @cached_property
    def activations_by_layer(self) -> list[list[str]]:
        """The names of the activations of each layer after the inputs."""
        activations = iter(self.named(Kind.ACTIVATION))
        return [list(islice(activations, size)) for size in self.layers[1:]]

    def signal(self, weight: str) -> str:
        """The name of the signal that a weight weighs: i1 for w1, a_h1 for w5."""
        return next(names(slopes[weight])[0] for slopes in self.slopes.values() if weight in slopes)

    @cached_property
    def partials(self) -> dict[str, Tree]:
        """The formulas of the staged partials, for writing a gradient out in full."""
        return {n: q.formula for n, q in self.derived.items() if q.kind is Kind.PARTIAL}

    @property
    def eta(self) -> float:
        """The learning rate η."""
        return self.numbers[RATE]

    def named(self, *kinds: Kind) -> list[str]:
        """The names of all quantities of these kinds, in the order of evaluation."""
        return [name for name, quantity in self.quantities.items() if quantity.kind in kinds]

    def with_numbers(self, **numbers: float) -> "Network":
        """The same network starting from other given numbers: ``with_numbers(eta=0.5, w5=0.4)``.

        Raises:
            InputError: an unknown name, a number that is not finite, or η not above 0.
        """
        for name, number in numbers.items():
            if name not in self.given:
                known = ", ".join(self.given)
                raise InputError(f"{shown(name)} is no given number; given numbers are {known}")
            if not _is_finite(number):
                raise InputError(f"{name} = {shown(number)} is no finite number")
        if numbers.get(RATE, 1.0) <= 0:
            raise InputError(f"the learning rate eta = {numbers[RATE]} is not above 0")
        return replace(self, numbers={**self.numbers, **{n: float(x) for n, x in numbers.items()}})


def _is_finite(number: object) -> bool:
    try:
        return math.isfinite(number)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        return False


def label(name: str) -> str:
    """What a quantity is called in a table: ``dE_dw1`` is ∂E/∂w1, others have their name."""
    parts = parts_of(name)
    return f"∂{parts[0]}/∂{parts[1]}" if parts else name


def fully_connected(layers: tuple[int, ...]) -> dict[str, Quantity]:
    """The quantities of a fully connected sigmoid network without bias, E = Σ ½(t − a)².

    Every weight moves at once, each epoch: w ← w − η·∂E_Total/∂w.

    Args:
        layers: how many neurons each layer has, the inputs first; at least two layers.
    """
    forward = {quantity.name: quantity for quantity in _forward(layers)}
    slopes = {n: q.slopes for n, q in forward.items() if isinstance(q, Derived) and q.slopes}
    gradients: dict[str, Quantity] = {}
    for name, tree in backward(slopes, TOTAL).items():
        kind = Kind.GRADIENT if forward[name].kind is Kind.WEIGHT else Kind.PARTIAL
        gradients[gradient_name(name)] = Derived(gradient_name(name), kind, tree)
    return forward | gradients


def _forward(layers: tuple[int, ...]) -> Iterator[Quantity]:
    """The given numbers and the forward pass, in the sheet's order."""
    yield _kept(RATE, Kind.SETTING)
    targets = [f"t{k}" for k in range(1, layers[-1] + 1)]
    signals = [f"i{k}" for k in range(1, layers[0] + 1)]
    yield from (_kept(name, Kind.TARGET) for name in targets)
    yield from (_kept(name, Kind.INPUT) for name in signals)

    numbering = count(1)
    trained: set[str] = set()  # the signals that weights lead to
    for prefix, (_, size) in zip(_prefixes(layers), pairwise(layers), strict=True):
        weights = [[f"w{next(numbering)}" for _ in signals] for _ in range(size)]
        yield from (_moved(name) for row in weights for name in row)
        sums = [f"{prefix}{k}" for k in range(1, size + 1)]
        for name, row in zip(sums, weights, strict=True):
            yield _weighted_sum(name, row, signals, trained)
            yield _activation(f"a_{name}", name, SIGMOID)
        signals = [f"a_{name}" for name in sums]
        trained = set(signals)

    errors = [f"E{k}" for k in range(1, len(targets) + 1)]
    for name, target, output in zip(errors, targets, signals, strict=True):
        yield _error(name, target, output, HALF_SQUARED)
    yield Derived(TOTAL, Kind.TOTAL, total(map(parse, errors)), dict.fromkeys(errors, ONE))


def _prefixes(layers: tuple[int, ...]) -> list[str]:
    """Prefix h for the first hidden layer, h2_, h3_ … for deeper ones, o for the outputs."""
    hidden = ["h", *(f"h{depth}_" for depth in range(2, len(layers) - 1))]
    return [*hidden[: len(layers) - 2], "o"]


def _kept(name: str, kind: Kind) -> Given:
    return Given(name, kind, parse(name))


def _moved(weight: str) -> Given:
    return Given(weight, Kind.WEIGHT, parse(f"{weight} - {RATE}*{gradient_name(weight)}"))


def _weighted_sum(name: str, weights: list[str], signals: list[str], trained: set[str]) -> Derived:
    pairs = list(zip(weights, signals, strict=True))
    slopes = {weight: parse(signal) for weight, signal in pairs}
    slopes |= {signal: parse(weight) for weight, signal in pairs if signal in trained}
    return Derived(name, Kind.SUM, total(parse(f"{w}*{x}") for w, x in pairs), slopes)


def _activation(name: str, of: str, kind: Activation) -> Derived:
    slope = parse(kind.slope.format(a=name, z=of))
    formula = parse(kind.formula.format(z=of))
    return Derived(name, Kind.ACTIVATION, formula, {of: slope}, f"{kind.sign}({of})")


def _error(name: str, target: str, output: str, kind: Error) -> Derived:
    slope = parse(kind.slope.format(t=target, a=output))
    formula = parse(kind.formula.format(t=target, a=output))
    return Derived(name, Kind.ERROR, formula, {output: slope})


def build(
    layers: tuple[int, ...],
    *,
    inputs: list[float],
    targets: list[float],
    weights: list[float],
    eta: float = 1.0,
    epochs: int = 68,
) -> Network:
    """A fully connected sigmoid network with its given numbers.

    Args:
        layers: how many neurons each layer has, the inputs first.
        inputs: one number for each i.
        targets: one for each t.
        weights: one for each w, in their order.
        eta: the learning rate η.
        epochs: how many epochs the exercise asks for.

    Raises:
        InputError: a shape that is none, a count that does not fit, or a number not finite.
    """
    if len(layers) < len(("inputs", "outputs")) or min(layers) < 1:
        raise InputError(f"layers = {list(layers)}: at least two layers of at least 1 neuron")
    network = Network(layers, fully_connected(layers), {}, epochs)
    numbers = {RATE: eta}
    for key, kind, values in (
        ("targets", Kind.TARGET, targets),
        ("inputs", Kind.INPUT, inputs),
        ("weights", Kind.WEIGHT, weights),
    ):
        wanted = network.named(kind)
        if len(values) != len(wanted):
            raise InputError(
                f"{key}: got {len(values)} numbers, layers {list(layers)} take {len(wanted)}"
            )
        numbers |= zip(wanted, values, strict=True)
    return network.with_numbers(**numbers)


def load(name: str = "original") -> Network:
    """The network of a template (``original``) or of a TOML file.

    Raises:
        InputError: no such template or file, or something in it that does not fit.
    """
    source = templates.find(name)
    try:
        content = tomllib.loads(source.read_text(encoding="utf-8"))
        content["layers"] = tuple(content["layers"])
        return build(**content)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"{source}: {error}") from None
