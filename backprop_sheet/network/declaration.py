"""Every formula of a network, declared once: loops over layers, neurons and weights."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import NamedTuple

from backprop_sheet.chain import Graph, gradient_name
from backprop_sheet.formula import (
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
from backprop_sheet.network import symbols
from backprop_sheet.network.choices import (
    ACTIVATIONS,
    ERRORS,
    JOINT,
    OPTIMIZERS,
    SCHEDULES,
    SOFTMAX,
    WARMUP,
    WARMUP_SETTINGS,
    Setting,
)
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group, Link, Unit
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
from backprop_sheet.network.symbols import Symbol


class Declared(NamedTuple):
    """A network's declaration.

    Attributes:
        quantities: by name, in the order of evaluation.
        groups: the inputs, then each layer.
        symbols: how each quantity is written.
        graph: the local partials of the forward pass.
    """

    quantities: dict[str, Quantity]
    groups: tuple[Group, ...]
    symbols: dict[str, Symbol]
    graph: Graph


def declare(design: Design) -> Declared:
    """The quantities of a network, and what views need to know of them."""
    forward = _Forward(design)
    graph = Graph({n: q.slopes for n, q in forward.derived.items() if q.slopes})
    gradients = _gradients(forward, graph)
    moved = [name for name in forward.quantities if name in forward.trained]
    after = {q.name: q for q in (*_means(design, moved), *_states(design, moved))}
    for name in moved:
        forward.quantities[name] = _moved(design, name, forward.quantities[name].kind)
    quantities = forward.quantities | gradients | after
    return Declared(quantities, forward.groups, _symbols(quantities, forward.quantities), graph)


def _gradients(forward: "_Forward", graph: Graph) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for name, tree in graph.backward(TOTAL).items():
        kind = Kind.GRADIENT if name in forward.trained else Kind.PARTIAL
        found[gradient_name(name)] = Derived(gradient_name(name), kind, tree)
    return found


def _symbols(
    quantities: Mapping[str, Quantity], forward: Mapping[str, Quantity]
) -> dict[str, Symbol]:
    """How each quantity is written, and each partial of the error."""
    whole = symbols.plain(TOTAL)
    slopes = {gradient_name(n): symbols.partial(whole, symbols.plain(n)) for n in forward}
    means = {mean_name(name): symbols.mean(symbol) for name, symbol in slopes.items()}
    known = slopes | means
    return {name: known.get(name) or symbols.plain(name) for name in quantities}


def settings_of(design: Design) -> dict[str, Setting]:
    """The settings beside η that optimizer and schedule take."""
    warmup = WARMUP_SETTINGS if design.warmup else {}
    return {
        **OPTIMIZERS[design.optimizer].settings,
        **SCHEDULES[design.schedule].settings,
        **warmup,
    }


# --- the forward pass ----------------------------------------------------------------------------


class _Forward:
    """The given numbers and the forward pass, in the sheet's order, while they are declared.

    Attributes:
        quantities: all of them so far.
        groups: the inputs and the layers so far.
        trained: the weights and biases that are trained.
    """

    def __init__(self, design: Design) -> None:
        self.quantities: dict[str, Quantity] = {}
        self.groups: tuple[Group, ...] = ()
        self.trained: set[str] = set()
        self._sensitive: set[str] = set()  # what a change of a weight changes
        self._design = design
        self._declare_settings()
        targets = [f"t{k}" for k in range(1, design.layers[-1] + 1)]
        inputs = [f"i{k}" for k in range(1, design.layers[0] + 1)]
        for name in targets:
            self._keep(name, Kind.TARGET)
        for name in inputs:
            self._keep(name, Kind.INPUT)
        units = tuple(Unit((name,)) for name in inputs)
        self.groups = (Group("input", (len(units),), units), *_layers(design))
        for group, activation in zip(self.groups[1:], design.activations, strict=True):
            self._declare_layer(group, activation)
        self._declare_errors(targets, self.groups[-1].signals)

    @property
    def derived(self) -> dict[str, Derived]:
        return {name: q for name, q in self.quantities.items() if isinstance(q, Derived)}

    def _keep(self, name: str, kind: Kind) -> None:
        """A given number that stays as it is, until training is declared to move it."""
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
    ) -> None:
        """A quantity by its formula; `forms` are short forms of its partials, by operand."""
        declared = dict(forms or {})
        operands = [operand for operand in names(formula) if operand in self._sensitive]
        found = declared | derivatives(formula, set(operands) - declared.keys())
        slopes = {operand: found[operand] for operand in operands}
        self.quantities[name] = Derived(name, kind, formula, slopes, short)
        if slopes:
            self._sensitive.add(name)

    def _declare_settings(self) -> None:
        """η and what optimizer and schedule take, the counters, and the rate of an epoch."""
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

    def _declare_layer(self, group: Group, activation: str) -> None:
        for name in group.weights:
            self._train(name, Kind.WEIGHT)
        for name in dict.fromkeys(unit.bias for unit in group.units if unit.bias):
            (self._train if self._design.train_bias else self._keep)(name, Kind.BIAS)
        for unit in group.units:
            terms = [Op("*", (Name(link.weight), Name(link.signal))) for link in unit.links]
            bias = [Name(unit.bias)] if unit.bias else []
            self._derive(unit.sum, Kind.SUM, total([*terms, *bias]))
            if not group.joint:
                self._declare_activation(unit, activation)
        if group.joint:
            for unit in group.units:
                self._declare_softmax(unit, group)

    def _declare_activation(self, unit: Unit, choice: str) -> None:
        kind, meant = ACTIVATIONS[choice], {"a": Name(unit.signal), "z": Name(unit.sum)}
        self._derive(
            unit.signal,
            Kind.ACTIVATION,
            filled(parse(kind.formula), meant),
            short=f"{kind.sign}({unit.sum})" if kind.sign else "",
            forms={unit.sum: filled(parse(kind.short), meant)} if kind.short else {},
        )

    def _declare_softmax(self, unit: Unit, group: Group) -> None:
        terms = [filled(parse(JOINT.term), {"z": Name(other.sum)}) for other in group.units]
        formula = filled(parse(JOINT.formula), {"z": Name(unit.sum), "all": total(terms)})
        forms = {}
        for other in group.units:
            meant = {"a": Name(unit.signal), "b": Name(other.signal)}
            form = JOINT.own if other is unit else JOINT.other
            forms[other.sum] = filled(parse(form), meant)
        short = f"{SOFTMAX}({unit.sum})"
        self._derive(unit.signal, Kind.ACTIVATION, formula, short=short, forms=forms)

    def _declare_errors(self, targets: list[str], outputs: list[str]) -> None:
        kind, samples = ERRORS[self._design.error], self._design.samples
        errors = [f"E{k}" for k in range(1, len(targets) + 1)]
        for name, target, output in zip(errors, targets, outputs, strict=True):
            meant: dict[str, Tree] = {"t": Name(target), "a": Name(output)}
            meant["n"] = Number(len(outputs))
            forms = {output: filled(parse(kind.short), meant)} if kind.short else {}
            self._derive(name, Kind.ERROR, filled(parse(kind.formula), meant), forms=forms)
        self._derive(TOTAL, Kind.TOTAL, total(map(Name, errors)))
        if samples > 1:
            mean = _mean(MEAN_TOTAL, Kind.MEAN_TOTAL, TOTAL, samples, Moment.EPOCH)
            self.quantities[MEAN_TOTAL] = mean


def _layers(design: Design) -> Iterator[Group]:
    """The layers after the inputs; weights and biases counted layer by layer, neuron by neuron."""
    weights, biases = count(1), count(1)
    signals = [f"i{k}" for k in range(1, design.layers[0] + 1)]
    prefixes, roles = _prefixes(design.layers), ["hidden"] * (len(design.layers) - 2) + ["output"]
    for number, (prefix, role) in enumerate(zip(prefixes, roles, strict=True)):
        shared = f"b{next(biases)}" if design.bias == "layer" else ""
        units = tuple(
            Unit(
                (f"{prefix}{k}", f"a_{prefix}{k}"),
                tuple(Link(f"w{next(weights)}", signal) for signal in signals),
                f"b{next(biases)}" if design.bias == "neuron" else shared,
            )
            for k in range(1, design.layers[number + 1] + 1)
        )
        yield Group(role, (len(units),), units, design.activations[number] == SOFTMAX)
        signals = [unit.signal for unit in units]


def _prefixes(layers: tuple[int, ...]) -> list[str]:
    """Prefix h for the first hidden layer, h2_, h3_ … for deeper ones, o for the outputs."""
    hidden = ["h", *(f"h{depth}_" for depth in range(2, len(layers) - 1))]
    return [*hidden[: len(layers) - 2], "o"]


# --- steps of the weights ------------------------------------------------------------------------


def mean_name(gradient: str) -> str:
    """The name of a gradient's mean over the samples. It is a key, and is never taken apart."""
    return f"mean_{gradient}"


def _means(design: Design, moved: list[str]) -> Iterator[Carried]:
    """The mean gradient of the samples that a step takes."""
    for name in map(gradient_name, moved if design.step > 1 else []):
        yield _mean(mean_name(name), Kind.MEAN, name, design.step, Moment.STEP)


def _mean(name: str, kind: Kind, of: str, samples: int, anew: Moment) -> Carried:
    return Carried(name, kind, parse(f"{name} + {of}/{samples}"), anew=anew)


def _states(design: Design, moved: list[str]) -> Iterator[Carried]:
    optimizer, at_end = OPTIMIZERS[design.optimizer], Moment.STEP
    for setting in optimizer.powers:
        power = parse(f"{setting}_t*{setting}")
        yield Carried(f"{setting}_t", Kind.STATE, power, start=1.0, moves=at_end)
    for name in moved:
        for state in optimizer.states:
            formula = _of_weight(design, state.formula, name)
            yield Carried(f"{state.name}_{name}", Kind.STATE, formula, moves=at_end)


def _moved(design: Design, name: str, kind: Kind) -> Given:
    then = _of_weight(design, OPTIMIZERS[design.optimizer].then, name)
    return Given(name, kind, then, Moment.STEP)


def _of_weight(design: Design, formula: str, name: str) -> Tree:
    """An optimizer's formula for one weight or bias."""
    gradient = gradient_name(name)
    meant = {
        "w": name,
        "g": mean_name(gradient) if design.step > 1 else gradient,
        "eta": RATE_NOW if design.scheduled else RATE,
    }
    meant |= {state.name: f"{state.name}_{name}" for state in OPTIMIZERS[design.optimizer].states}
    return filled(parse(formula), {short: Name(whole) for short, whole in meant.items()})
