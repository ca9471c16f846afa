"""The forward pass of a network of layers, in the order of the sheet."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backprop_sheet.formula import ZERO, Name, Number, Op, Tree, filled, parse, total
from backprop_sheet.network.choices import JOINT, SOFTMAX, activation, error
from backprop_sheet.network.declaration.base import Forward
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group, Unit
from backprop_sheet.network.layers import Numbering, Signals
from backprop_sheet.network.quantities import Kind

OUTPUT = "o"
"""How the names of the last layer begin."""


class Layered(Forward):
    """The forward pass of a network of layers."""

    def __init__(self, design: Design) -> None:
        """Declare the inputs and targets, each layer, the errors."""
        super().__init__(design)
        targets = [f"t{k}" for k in range(1, design.layers[-1] + 1)]
        inputs = [f"i{k}" for k in range(1, design.layers[0] + 1)]
        for name in targets:
            self._keep(name, Kind.TARGET)
        for name in inputs:
            self._keep(name, Kind.INPUT)
        self._sensitive |= set(inputs if design.input_gradients else [])
        units = tuple(Unit((name,)) for name in inputs)
        first = Group("input", design.input, units)
        layers = list(_layers(design, inputs))
        self.groups = (first, *(group for layer in layers for group in layer.groups))
        for group, choice in (pair for layer in layers for pair in layer.groups.items()):
            self._declare_layer(group, choice)
        self._declare_errors(targets, layers[-1].signals)

    def _declare_layer(self, group: Group, choice: str) -> None:
        known = self.quantities.keys()  # the steps of a layer share weights
        for name in [name for name in group.weights if name not in known]:
            self._train(name, Kind.WEIGHT)
        declare_bias = self._train if self._design.train_bias else self._keep
        for name in dict.fromkeys(unit.bias for unit in group.units if unit.bias):
            if name not in known:
                declare_bias(name, Kind.BIAS)
        for unit in group.units:
            terms = [Op("*", (Name(link.weight), Name(link.signal))) for link in unit.links]
            bias = [Name(unit.bias)] if unit.bias else []
            alone = len(unit.quantities) == 1
            kind = Kind.ACTIVATION if alone else Kind.SUM
            weighted = total([*terms, *bias]) if terms or bias else ZERO  # only padding under it
            self._derive(unit.sum, kind, unit.formula or weighted)
            if not (group.joint or alone):
                self._declare_activation(unit, choice)
        if group.joint:
            for unit in group.units:
                self._declare_softmax(unit, group)

    def _declare_activation(self, unit: Unit, choice: str) -> None:
        kind, meanings = activation(choice), {"a": Name(unit.signal), "z": Name(unit.sum)}
        form = kind.rule or kind.short
        self._derive(
            unit.signal,
            Kind.ACTIVATION,
            filled(parse(kind.formula), meanings),
            short=f"{kind.sign}({unit.sum})" if kind.sign else "",
            forms={unit.sum: filled(parse(form), meanings)} if form else {},
            by_rule=frozenset([unit.sum] if kind.rule else []),
        )

    def _declare_softmax(self, unit: Unit, group: Group) -> None:
        terms = [filled(parse(JOINT.term), {"z": Name(other.sum)}) for other in group.units]
        formula = filled(parse(JOINT.formula), {"z": Name(unit.sum), "all": total(terms)})
        forms = {}
        for other in group.units:
            meanings = {"a": Name(unit.signal), "b": Name(other.signal)}
            form = JOINT.own if other is unit else JOINT.other
            forms[other.sum] = filled(parse(form), meanings)
        short = f"{SOFTMAX}({unit.sum})"
        self._derive(unit.signal, Kind.ACTIVATION, formula, short=short, forms=forms)

    def _declare_errors(self, targets: list[str], outputs: Sequence[str]) -> None:
        kind = error(self._design.error)
        errors = [f"E{k}" for k in range(1, len(targets) + 1)]
        for name, target, output in zip(errors, targets, outputs, strict=True):
            meanings: dict[str, Tree] = {"t": Name(target), "a": Name(output)}
            meanings["n"] = Number(len(outputs))
            forms = {output: filled(parse(kind.short), meanings)} if kind.short else {}
            self._derive(name, Kind.ERROR, filled(parse(kind.formula), meanings), forms=forms)
        self._declare_total(map(Name, errors))


class _Layer(NamedTuple):
    """A layer that is to be declared: its groups with their activations, what it hands on."""

    groups: dict[Group, str]
    signals: tuple[str, ...]


def _layers(design: Design, inputs: Sequence[str]) -> Iterator[_Layer]:
    """The layers after the inputs."""
    numbering, signals = Numbering(), Signals(design.input, tuple(inputs))
    last = max(number for number, layer in enumerate(design.stack) if layer.letter)
    for number, layer in enumerate(design.stack):
        prefix = OUTPUT if number == last else numbering.prefix(layer.letter)
        role, parts = (
            "output" if number == last else "hidden",
            layer.parts(signals, prefix, numbering),
        )
        groups = {
            Group(role, p.shape, p.units, p.activation == SOFTMAX, p.kernel): p.activation
            for p in parts
        }
        signals = Signals(layer.shape(signals.shape), layer.signals(parts) or signals.names)
        yield _Layer(groups, signals.names)
