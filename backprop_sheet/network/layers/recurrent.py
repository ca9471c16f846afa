"""Recurrent layers: the same neurons at each step, which also take what they gave before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from backprop_sheet.errors import InputError
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import Name, Op, Tree, parse, total
from backprop_sheet.formula import filled as filled_in
from backprop_sheet.network.groups import Link, Unit
from backprop_sheet.network.layers.base import Layer, Numbering, Part, Shape, Signals
from backprop_sheet.network.layers.base import steps as steps_of

FEWEST = 2
"""Steps from which on a layer is recurrent."""


class Weights(NamedTuple):
    """The weights and biases of one neuron, for what it takes and for the step before.

    Attributes:
        given: the weights of what it takes.
        earlier: those of the step before.
        bias: its bias; empty if it has none.
        inner: a second bias, of what comes from the step before alone.
    """

    given: list[str]
    earlier: list[str]
    bias: str = ""
    inner: str = ""

    def links(self, given: Sequence[str], earlier: Sequence[str]) -> tuple[Link, ...]:
        """Its weights with their signals; before the first step there are none to go on from."""
        linked = [*zip(self.given, given, strict=True)]
        linked += zip(self.earlier, earlier, strict=False)
        return tuple(Link(*link) for link in linked)


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
    alone: ClassVar[bool] = False
    gates: ClassVar[int] = 1
    activation: str = "tanh"
    neurons: int = 1
    bias: bool = True
    every: bool = False

    def shape(self, before: Shape) -> Shape:
        """The neurons of the last step, or of each."""
        steps, _ = self._steps(before)
        return (steps, self.neurons) if self.every else (self.neurons,)

    def weights(self, before: Shape) -> int:
        """W, gate by gate and neuron by neuron, then U."""
        _, size = self._steps(before)
        return self.gates * self.neurons * (size + self.neurons)

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """One for each gate of each neuron."""
        return self.gates * self.neurons if self.bias else 0

    def fans(self, before: Shape) -> tuple[int, int]:
        """What a neuron takes at a step, and how many neurons take a number."""
        return before[1] + self.neurons, self.neurons

    def parts(self, before: Signals, prefix: str, numbering: Numbering) -> list[Part]:
        """The neurons of the first step, then those of the second, and so on."""
        steps, size = self._steps(before.shape)
        weights = self._numbered(size, numbering)
        parts: list[Part] = []
        earlier: list[Part] = []
        for step in range(steps):
            given = [before.at(step, place) for place in range(size)]
            names = [f"{prefix}{step + 1}_{n + 1}" for n in range(self.neurons)]
            earlier = self._step(names, weights, given, earlier)
            parts += earlier
        return parts

    def _step(
        self,
        names: Sequence[str],
        weights: Sequence[Weights],
        given: Sequence[str],
        earlier: Sequence[Part],
    ) -> list[Part]:
        """The parts of one step, of which the last one goes on."""
        before = _outputs(earlier)
        return [self._part(names, weights, given, before, self.activation)]

    def _part(
        self,
        names: Sequence[str],
        weights: Sequence[Weights],
        given: Sequence[str],
        before: Sequence[str],
        activation: str,
    ) -> Part:
        """Neurons with weights, in one step."""
        units = tuple(
            Unit((name, f"a_{name}"), own.links(given, before), own.bias)
            for name, own in zip(names, weights, strict=True)
        )
        return Part(units, (len(units),), activation)

    def signals(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """The activations of the last step, or of each."""
        own = [part for part in parts if self._goes_on(part)]
        return super().signals(own if self.every else own[-1:])

    def _goes_on(self, part: Part) -> bool:  # noqa: ARG002 - here they all do
        """Whether a part is what a step hands on."""
        return True

    def _numbered(self, size: int, numbering: Numbering) -> list[Weights]:
        """The weights of each gate's neurons: first those of what is given."""
        own = range(self.gates * self.neurons)
        given = [[numbering.weight() for _ in range(size)] for _ in own]
        earlier = [[numbering.weight() for _ in range(self.neurons)] for _ in own]
        biases = [numbering.bias() if self.bias else "" for _ in own]
        return [Weights(*one) for one in zip(given, earlier, biases, strict=True)]

    def _steps(self, before: Shape) -> tuple[int, int]:
        steps, size = steps_of(self.kind, before)
        if steps < FEWEST:
            raise InputError(f"{self.kind}: takes {FEWEST} steps or more; one alone is dense")
        return steps, size


class _Gated(Recurrent):
    """What has gates hands on what comes out of them, and not the gates."""

    def _goes_on(self, part: Part) -> bool:
        return part.units[0].signal.startswith("a_") and not part.activation


@dataclass(frozen=True)
class LSTM(_Gated):
    """Long short-term memory, as PyTorch's ``LSTM`` with one bias.

    i, f and o are gates with σ, g is what is new with tanh: c_t = f·c_(t−1) + i·g, and
    h_t = o·tanh(c_t). Source: Hochreiter and Schmidhuber, 1997, with the forget gate of Gers and
    others, 2000.
    """

    kind: ClassVar[str] = "lstm"
    letter: ClassVar[str] = "l"
    alone: ClassVar[bool] = False
    gates: ClassVar[int] = 4
    endings: ClassVar[Mapping[str, str]] = Fixed(
        _i="input gate", _f="forget gate", _o="output gate", _g="candidate", _c="cell"
    )

    def _step(
        self,
        names: Sequence[str],
        weights: Sequence[Weights],
        given: Sequence[str],
        earlier: Sequence[Part],
    ) -> list[Part]:
        before = _outputs(earlier)
        memory = [unit.signal for unit in earlier[-2].units] if earlier else []
        of = dict(zip("ifgo", _split(weights, self.gates), strict=True))
        gates = [f"{name}_{gate}" for gate in "ifo" for name in names]
        own = [weight for gate in "ifo" for weight in of[gate]]
        opened = self._part(gates, own, given, before, "sigmoid")
        new = self._part([f"{name}_g" for name in names], of["g"], given, before, self.activation)
        cells, outputs = [], []
        for place, name in enumerate(names):
            meanings = {gate: Name(f"a_{name}_{gate}") for gate in "ifgo"}
            meanings["c"] = Name(memory[place]) if memory else Name("")
            cell = filled_in(parse("f*c + i*g" if memory else "i*g"), meanings)
            cells.append(Unit((f"{name}_c",), formula=cell))
            output = filled_in(parse("o*tanh(c)"), {**meanings, "c": Name(f"{name}_c")})
            outputs.append(Unit((f"a_{name}",), formula=output))
        shape = (self.neurons,)
        return [opened, new, Part(tuple(cells), shape), Part(tuple(outputs), shape)]


@dataclass(frozen=True)
class GRU(_Gated):
    """Gated recurrent unit, as PyTorch's ``GRU``.

    r and z are gates with σ; n = tanh(W·x_t + b + r·(U·h_(t−1) + b')); and
    h_t = (1 − z)·n + z·h_(t−1). Source: Cho and others, 2014, in the form of PyTorch.
    """

    kind: ClassVar[str] = "gru"
    letter: ClassVar[str] = "u"
    alone: ClassVar[bool] = False
    gates: ClassVar[int] = 3
    endings: ClassVar[Mapping[str, str]] = Fixed(
        _r="reset gate", _z="update gate", _u="sum that r lets through", _n="candidate"
    )

    def biases(self, before: Shape) -> int:  # noqa: ARG002 - any will do
        """One for each gate, and one inside what r lets through."""
        return (self.gates + 1) * self.neurons if self.bias else 0

    def _numbered(self, size: int, numbering: Numbering) -> list[Weights]:
        """As of any gates; what r lets through has a bias of its own."""
        found = super()._numbered(size, numbering)
        inner = [numbering.bias() if self.bias else "" for _ in range(self.neurons)]
        *gates, new = _split(found, self.gates)
        new = [own._replace(inner=bias) for own, bias in zip(new, inner, strict=True)]
        return [*(own for gate in gates for own in gate), *new]

    def _step(
        self,
        names: Sequence[str],
        weights: Sequence[Weights],
        given: Sequence[str],
        earlier: Sequence[Part],
    ) -> list[Part]:
        before = _outputs(earlier)
        reset, update, new = _split(weights, self.gates)
        gates = [f"{name}_{gate}" for gate in "rz" for name in names]
        opened = self._part(gates, [*reset, *update], given, before, "sigmoid")
        through, fresh, outputs = [], [], []
        for place, (name, own) in enumerate(zip(names, new, strict=True)):
            let = own._replace(given=[], bias=own.inner)
            terms = [_product(w, x) for w, x in zip(own.given, given, strict=True)]
            terms += [Name(own.bias)] if own.bias else []
            if before or let.bias:
                through.append(Unit((f"{name}_u",), let.links([], before), let.bias))
                terms.append(_product(f"a_{name}_r", f"{name}_u"))
            links = own._replace(earlier=[]).links(given, [])
            quantities = (f"{name}_n", f"a_{name}_n")
            fresh.append(Unit(quantities, links, own.bias, formula=total(terms)))
            meanings = {"z": Name(f"a_{name}_z"), "n": Name(f"a_{name}_n")}
            meanings["h"] = Name(before[place]) if before else Name("")
            formula = "(1 - z)*n + z*h" if before else "(1 - z)*n"
            outputs.append(Unit((f"a_{name}",), formula=filled_in(parse(formula), meanings)))
        shape = (self.neurons,)
        found = [opened, *([Part(tuple(through), shape)] if through else [])]
        return [*found, Part(tuple(fresh), shape, self.activation), Part(tuple(outputs), shape)]


def _outputs(parts: Sequence[Part]) -> list[str]:
    """What a step hands on to the next one; nothing before the first."""
    return [unit.signal for unit in parts[-1].units] if parts else []


def _split(weights: Sequence[Weights], count: int) -> list[Sequence[Weights]]:
    """The weights gate by gate."""
    size = len(weights) // count
    return [weights[start : start + size] for start in range(0, len(weights), size)]


def _product(one: str, other: str) -> Tree:
    return Op("*", (Name(one), Name(other)))
