"""Declares every formula of a network, in loops over its layers, neurons and weights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import NamedTuple

from backprop_sheet.chain import Graph, gradient_name
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import (
    ZERO,
    Name,
    Number,
    Op,
    Tree,
    derivatives,
    filled,
    leaves,
    names,
    parse,
    product,
    total,
)
from backprop_sheet.network import symbols
from backprop_sheet.network.choices import (
    CLIP_SETTING,
    CLIPPINGS,
    GATHERINGS,
    JOINT,
    NORM,
    OPTIMIZERS,
    PENALTIES,
    PENALTY_SETTING,
    RATE_SETTING,
    ROOTS,
    SCHEDULES,
    SOFTMAX,
    WARMUP,
    WARMUP_SETTINGS,
    WEIGHT_DECAY,
    WEIGHT_DECAY_SETTINGS,
    Setting,
    activation,
    error,
)
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
from backprop_sheet.network.symbols import Symbol

OUTPUT = "o"
"""How the names of the last layer begin."""


class Declared(NamedTuple):
    """A network's declaration.

    Attributes:
        quantities: all quantities by name, in the order of evaluation.
        groups: the inputs, then each layer.
        symbols: how each quantity is written, by name.
        graph: the local partials of the forward pass.
    """

    quantities: dict[str, Quantity]
    groups: tuple[Group, ...]
    symbols: dict[str, Symbol]
    graph: Graph


def declare(design: Design) -> Declared:
    """Declare the quantities of a network, and what views need to know about them."""
    forward = _Forward(design)
    trained = [name for name in forward.quantities if name in forward.trained]
    seen = _see_new_weights(forward) if design.update == "sequential" else set[str]()
    graph = Graph(Fixed({n: q.slopes for n, q in forward.derived.items() if q.slopes}))
    backward = _gradients(forward, graph)
    between = (_gathered, _clipped, _states)
    backward |= {q.name: q for declared in between for q in declared(design, trained)}
    layer_of = {
        name: layer
        for layer, group in enumerate(forward.groups)
        for unit in group.units
        for name in unit.incoming
    }
    for name in trained:
        kind = forward.quantities[name].kind
        update = _update_of(design, name, kind, layer_of[name])
        if name in seen:
            new = new_name(name)
            backward[new] = Derived(new, Kind.NEW, update)
            update = Name(new)
        forward.quantities[name] = Given(name, kind, update, Moment.STEP)
    quantities = forward.quantities | (_in_order(backward) if seen else backward)
    symbols_ = _symbols(design, quantities, forward.quantities)
    return Declared(quantities, forward.groups, symbols_, graph)


def _see_new_weights(forward: "_Forward") -> set[str]:
    """Have each layer's gradients see the new weights of the layers behind it.

    The slope of a quantity for a signal then contains weights after their update, so it is not a
    derivative any more.

    Returns:
        The weights that are seen so.
    """
    seen: set[str] = set()
    for name, quantity in forward.derived.items():
        signals = [lower for lower in quantity.slopes if lower not in forward.trained]
        used = {n for lower in signals for n in names(quantity.slopes[lower])} & forward.trained
        if used:
            meanings: dict[str, Tree] = {weight: Name(new_name(weight)) for weight in used}
            slopes = {lower: filled(quantity.slopes[lower], meanings) for lower in signals}
            forward.quantities[name] = replace(
                quantity,
                slopes=Fixed({**quantity.slopes, **slopes}),
                by_rule=quantity.by_rule.union(signals),
            )
            seen |= used
    return seen


def _in_order(quantities: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Derived quantities, each after those that it is computed from, and otherwise as given."""
    needed = {
        name: [n.id for n in leaves(q.formula) if n.id in quantities and n.id != name and not n.up]
        for name, q in quantities.items()
        if isinstance(q, Derived)
    }
    place = {name: number for number, name in enumerate(quantities)}
    sorter, found = TopologicalSorter(needed), dict[str, Quantity]()
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=place.__getitem__)
        found |= {name: quantities[name] for name in ready}
        sorter.done(*ready)
    return found


def _gradients(forward: "_Forward", graph: Graph) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for name, tree in graph.backward(TOTAL).items():
        given = isinstance(forward.quantities[name], Given)
        kind = Kind.GRADIENT if given else Kind.PARTIAL
        found[gradient_name(name)] = Derived(gradient_name(name), kind, tree)
    for name in forward.trained:  # a weight that only padding meets changes nothing
        gradient = gradient_name(name)
        found.setdefault(gradient, Derived(gradient, Kind.GRADIENT, ZERO))
    return found


def _symbols(
    design: Design, quantities: Mapping[str, Quantity], forward: Mapping[str, Quantity]
) -> dict[str, Symbol]:
    """How each quantity is written."""
    found = {name: symbols.plain(name) for name in quantities}
    latex = GATHERINGS[design.gradient].latex
    for name in forward:
        if new_name(name) in found:
            found[new_name(name)] = symbols.new(found[name])
        gradient = gradient_name(name)
        if gradient in found:
            found[gradient] = symbols.partial(found[TOTAL], found[name])
        if (whole := gathered_name(design, gradient)) in found:
            found[whole] = symbols.gathered(found[gradient], design.gradient, latex)
        if (clipped := clipped_name(gradient)) in found:
            of = found[whole if whole in found else gradient]
            found[clipped] = symbols.gathered(of, "clipped", r"\mathrm{{clip}}({})")
    return found


def settings_of(design: Design) -> dict[str, Setting]:
    """The settings of the optimizer, the schedule and the penalties; η is not among them."""
    layers = range(1, len(design.layers) if design.rates else 1)
    return {
        **OPTIMIZERS[design.optimizer].settings,
        **({design.clipping: CLIP_SETTING} if design.clipping else {}),
        **{rate_name(layer): RATE_SETTING for layer in layers},
        **(WEIGHT_DECAY_SETTINGS if design.weight_decay else {}),
        **SCHEDULES[design.schedule].settings,
        **(WARMUP_SETTINGS if design.warmup else {}),
        **dict.fromkeys(design.penalties, PENALTY_SETTING),
    }


# --- the forward pass ----------------------------------------------------------------------------


class _Forward:
    """Declares the given numbers and the forward pass, in the order of the sheet.

    Attributes:
        quantities: the quantities by name.
        groups: the inputs, then each layer.
        trained: the names of the weights and biases that are trained.
    """

    def __init__(self, design: Design) -> None:
        self.quantities: dict[str, Quantity] = {}
        self.groups: tuple[Group, ...] = ()
        self.trained: set[str] = set()
        self._sensitive: set[str] = set()  # the names of the quantities that depend on a weight
        self._design = design
        self._declare_settings()
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

    @property
    def derived(self) -> dict[str, Derived]:
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
            Group(
                role,
                p.shape,
                p.units,
                joint=p.activation == SOFTMAX,
                kernels=p.kernels,
                places=p.places,
                meaning=p.meaning,
            ): p.activation
            for p in parts
        }
        signals = Signals(layer.shape(signals.shape), layer.signals(parts) or signals.names)
        yield _Layer(groups, signals.names)


# --- the update of the weights -------------------------------------------------------------------


def gathered_name(design: Design, gradient: str) -> str:
    """The name of a gradient's mean or sum over a step. It is a key that nothing parses."""
    return f"{design.gradient}_{gradient}"


def new_name(weight: str) -> str:
    """The name of a weight after its update. It is a key that nothing parses."""
    return f"new_{weight}"


def _gathered(design: Design, trained: list[str]) -> Iterator[Carried]:
    """The mean or the sum of the gradients over the samples of a step, where it has several.

    Each row adds its share to the number of the row above; the last row of a step has the whole.
    """
    share = parse(GATHERINGS[design.gradient].share)
    for gradient in map(gradient_name, trained if design.step > 1 else []):
        name = gathered_name(design, gradient)
        meanings: dict[str, Tree] = {"g": Name(gradient), "n": Number(design.step)}
        formula = total([Name(name), filled(share, meanings)])
        yield Carried(name, Kind.MEAN, formula, restarts_each=Moment.STEP)


def clipped_name(gradient: str) -> str:
    """The name of a gradient within its bound. It is a key that nothing parses."""
    return f"clipped_{gradient}"


def rate_name(layer: int) -> str:
    """The name of a layer's factor of η."""
    return f"rate{layer}"


def _clipped(design: Design, trained: list[str]) -> Iterator[Carried]:
    """The gradients of a step within their bound, and the norm if that is bounded."""
    if not design.clipping:
        return
    kind, at_end = CLIPPINGS[design.clipping], Moment.STEP
    gradients = {name: Name(_gradient_of_step(design, name)) for name in trained}
    if kind.norm:
        terms = (filled(parse(kind.term), {"g": g}) for g in gradients.values())
        norm = filled(parse(kind.norm), {"all": total(terms)})
        yield Carried(NORM, Kind.CLIPPED, norm, computed_each=at_end)
    for name, gradient in gradients.items():
        formula = filled(parse(kind.formula), {"g": gradient})
        clipped = clipped_name(gradient_name(name))
        yield Carried(clipped, Kind.CLIPPED, formula, computed_each=at_end)


def _gradient_of_step(design: Design, name: str) -> str:
    """The name of the gradient that a step takes for a weight or bias, before it is clipped."""
    gradient = gradient_name(name)
    return gathered_name(design, gradient) if design.step > 1 else gradient


def _states(design: Design, trained: list[str]) -> Iterator[Carried]:
    optimizer, at_end = OPTIMIZERS[design.optimizer], Moment.STEP
    for state in optimizer.shared:
        formula, start = parse(state.formula), state.start
        yield Carried(state.name, Kind.STATE, formula, start=start, computed_each=at_end)
    for name in trained:
        for state in optimizer.states:
            formula, start = _filled_in(design, parse(state.formula), name), state.start
            remembered = f"{state.name}_{name}"
            yield Carried(remembered, Kind.STATE, formula, start=start, computed_each=at_end)


def _update_of(design: Design, name: str, kind: Kind, layer: int) -> Tree:
    """The formula of the next number of a weight or bias; of these two, only weights decay."""
    optimizer = OPTIMIZERS[design.optimizer]
    update = parse(optimizer.update)
    if optimizer.under:
        root = filled(parse(ROOTS[design.root]), {"x": parse(optimizer.under)})
        update = filled(update, {"root": root})
    if design.weight_decay and kind is Kind.WEIGHT:
        update = filled(update, {"w": parse(WEIGHT_DECAY)})
    if design.rates:
        update = filled(update, {"eta": parse(f"eta*{rate_name(layer)}")})
    return _filled_in(design, update, name)


def _filled_in(design: Design, formula: Tree, name: str) -> Tree:
    """An optimizer's formula, filled in for one weight or bias."""
    clipped, whole = clipped_name(gradient_name(name)), _gradient_of_step(design, name)
    meanings: dict[str, Tree] = {
        "w": Name(name),
        "g": Name(clipped if design.clipping else whole),
        "eta": Name(RATE_NOW if design.scheduled else RATE),
    }
    for state in OPTIMIZERS[design.optimizer].states:
        meanings[state.name] = Name(f"{state.name}_{name}")
        meanings[f"{state.name}_before"] = Name(f"{state.name}_{name}", 1)
    return filled(formula, meanings)
