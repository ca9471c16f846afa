"""The forward pass: the given numbers, each layer, the errors, in the order of the sheet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import (
    ZERO,
    Name,
    Number,
    Op,
    Tree,
    derivatives,
    filled,
    names,
    parse,
    product,
    total,
)
from backprop_sheet.network.choices import (
    JOINT,
    PENALTIES,
    SCHEDULES,
    SOFTMAX,
    WARMUP,
    activation,
    error,
)
from backprop_sheet.network.declaration.updates import settings_of
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group, Unit
from backprop_sheet.network.layers import Numbering, Signals
from backprop_sheet.network.quantities import (
    EPOCH,
    MEAN_TOTAL,
    RATE,
    RATE_NOW,
    SAMPLE,
    TOTAL,
    Carried,
    Derived,
    Given,
    Kind,
    Moment,
    Quantity,
)

OUTPUT = "o"
"""How the names of the last layer begin."""


class Forward:
    """Declares the given numbers and the forward pass, in the order of the sheet.

    Attributes:
        quantities: the quantities by name.
        groups: the inputs, then each layer.
        trained: the names of the weights and biases that are trained.
        targets: the names of the targets.
        outputs: the names of the signals of the last layer, which errors compare with the targets.
    """

    def __init__(self, design: Design) -> None:
        self.quantities: dict[str, Quantity] = {}
        self.groups: tuple[Group, ...] = ()
        self.trained: set[str] = set()
        self._sensitive: set[str] = set()  # the names of the quantities that depend on a weight
        self._design = design
        self._declare_settings()
        self.targets = [f"t{k}" for k in range(1, design.layers[-1] + 1)]
        inputs = [f"i{k}" for k in range(1, design.layers[0] + 1)]
        for name in self.targets:
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
        self.outputs = layers[-1].signals
        self._declare_errors(self.targets, self.outputs)

    @property
    def derived(self) -> dict[str, Derived]:
        """The derived quantities by name."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Derived)}

    def _keep(self, name: str, kind: Kind) -> None:
        """Declare a given number as constant; those that are trained get their update later."""
        self.quantities[name] = Given(name, kind, Name(name))

    def _train(self, name: str, kind: Kind) -> None:
        self._keep(name, kind)
        self.trained.add(name)
        self._sensitive.add(name)

    def _derive(
        self,
        name: str,
        kind: Kind,
        formula: Tree,
        *,
        short: str = "",
        forms: Mapping[str, Tree] | None = None,
        by_rule: frozenset[str] = frozenset(),
    ) -> None:
        """Declare a derived quantity; `forms` are short forms of its partials, by operand."""
        declared = dict(forms or {})
        operands = [operand for operand in names(formula) if operand in self._sensitive]
        found = declared | derivatives(formula, set(operands) - declared.keys())
        slopes = Fixed({operand: found[operand] for operand in operands})
        self.quantities[name] = Derived(name, kind, formula, slopes, short, by_rule)
        if slopes:
            self._sensitive.add(name)

    def _declare_settings(self) -> None:
        """Declare η and the other settings, the counters, and the scheduled learning rate."""
        design = self._design
        for name in (RATE, *settings_of(design)):
            self._keep(name, Kind.SETTING)
        if design.scheduled or design.samples > 1:
            next_epoch = parse(f"{EPOCH} + 1")
            self.quantities[EPOCH] = Given(EPOCH, Kind.COUNTER, next_epoch, Moment.EPOCH)
        if design.samples > 1:
            self.quantities[SAMPLE] = Given(
                SAMPLE, Kind.COUNTER, parse(f"{SAMPLE} + 1"), Moment.ROW, Moment.EPOCH, start=1.0
            )
        if design.scheduled:
            tree = parse(SCHEDULES[design.schedule].formula)
            tree = product(tree, parse(WARMUP)) if design.warmup else tree
            self.quantities[RATE_NOW] = Derived(RATE_NOW, Kind.RATE, tree)

    def _declare_layer(self, group: Group, choice: str) -> None:
        known = self.quantities.keys()  # the steps of a layer share weights
        for name in [name for name in group.weights if name not in known]:
            self._train(name, Kind.WEIGHT)
        for name in dict.fromkeys(unit.bias for unit in group.units if unit.bias):
            (self._train if self._design.train_bias else self._keep)(name, Kind.BIAS)
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
        kind, samples = error(self._design.error), self._design.samples
        errors = [f"E{k}" for k in range(1, len(targets) + 1)]
        for name, target, output in zip(errors, targets, outputs, strict=True):
            meanings: dict[str, Tree] = {"t": Name(target), "a": Name(output)}
            meanings["n"] = Number(len(outputs))
            forms = {output: filled(parse(kind.short), meanings)} if kind.short else {}
            self._derive(name, Kind.ERROR, filled(parse(kind.formula), meanings), forms=forms)
        penalties = [self._declare_penalty(setting) for setting in self._design.penalties]
        self._derive(TOTAL, Kind.TOTAL, total(map(Name, [*errors, *penalties])))
        if samples > 1:
            share = parse(f"{MEAN_TOTAL} + {TOTAL}/{samples}")
            mean = Carried(MEAN_TOTAL, Kind.MEAN_TOTAL, share, restarts_each=Moment.EPOCH)
            self.quantities[MEAN_TOTAL] = mean

    def _declare_penalty(self, setting: str) -> str:
        """Declare the penalty with a setting λ. Returns its name."""
        kind, weights = (
            PENALTIES[setting],
            dict.fromkeys(name for group in self.groups for name in group.weights),
        )
        terms = [filled(parse(kind.term), {"w": Name(weight)}) for weight in weights]
        formula = filled(parse(kind.formula), {"all": total(terms)})
        forms = {weight: filled(parse(kind.short), {"w": Name(weight)}) for weight in weights}
        self._derive(kind.quantity, Kind.PENALTY, formula, forms=forms)
        return kind.quantity


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
