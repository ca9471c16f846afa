"""A network: its quantities, and the numbers that its training starts from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from typing import TypeVar

from backprop_sheet import arguments
from backprop_sheet.chain import Graph, gradient_name
from backprop_sheet.errors import InputError, shown
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import Name, Tree, names, nodes
from backprop_sheet.network.choices import POSITIVE, SEEDS, Range, error
from backprop_sheet.network.classes import taken_from
from backprop_sheet.network.declaration import declare, new_name, settings_of
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Compared, Group
from backprop_sheet.network.quantities import (
    FOR_UPDATES,
    MEAN_TOTAL,
    RATE,
    SEED,
    TOTAL,
    Carried,
    Derived,
    Given,
    Kind,
    Quantity,
)
from backprop_sheet.network.rows import Rules
from backprop_sheet.network.symbols import Symbol, partial

FORWARD = (
    *(Kind.DRAW, Kind.SUM, Kind.ACTIVATION, Kind.OWN),
    *(Kind.ERROR, Kind.PENALTY, Kind.TOTAL),
)
"""The kinds of quantities from the inputs to the error."""
Q = TypeVar("Q", bound=Quantity)
V = TypeVar("V")
MOST_REFERENCES = 31
"""Cells that a gradient written out in full refers to, above which its stages become columns: the
original's refers to 13, and of each further layer it is a multiple."""


@dataclass(frozen=True, repr=False)
class Network:
    """The quantities of a network, and the numbers that its training starts from.

    A network never changes. Two are equal if they have the same choices, numbers, samples and
    number of epochs, whatever they are called and wherever they come from.

    Attributes:
        design: the choices that make up the network.
        quantities: all quantities by name, in the order of evaluation: the given numbers and the
            forward pass as in the sheet, then partials and gradients from the error backwards,
            then means, what an optimizer remembers, and measures.
        groups: the inputs, then the neurons of each layer.
        symbols: how each quantity is written, by name.
        graph: the local partials of the forward pass, ∂upper/∂lower.
        numbers: the number of each given quantity in the first row, including η.
        samples: the inputs and targets of each sample, by name.
        epochs: the number of epochs to train for.
        name: the name of the network, from which its files are named.
    """

    design: Design
    quantities: Mapping[str, Quantity] = field(compare=False)  # these four follow from the design
    groups: tuple[Group, ...] = field(compare=False)
    symbols: Mapping[str, Symbol] = field(compare=False)
    graph: Graph = field(compare=False)
    numbers: Mapping[str, float]
    samples: tuple[Mapping[str, float], ...]
    epochs: int
    name: str = field(default="original", compare=False)

    def __post_init__(self) -> None:
        """Keep copies that nobody can change."""
        for name in ("quantities", "symbols", "numbers"):
            object.__setattr__(self, name, _fixed(getattr(self, name)))
        object.__setattr__(self, "samples", tuple(map(_fixed, self.samples)))

    def __reduce__(self) -> tuple[Callable[..., "Network"], tuple[object, ...]]:
        """Pickle what a network is made from; its formulas are too deep for pickle."""
        return _declared, (self.design, self.numbers, self.samples, self.epochs, self.name)

    def __copy__(self) -> "Network":
        """A network never changes, so it is its own copy."""
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> "Network":
        return self

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name}={number}" for name, number in self.numbers.items())
        return f"<Network {'-'.join(map(str, self.layers))}: {numbers}>"

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, str]:
        """What a notebook shows. It is made of views of the network, so it is imported only now."""
        shown: Mapping[str, str] = import_module("backprop_sheet.notebook").shown(self)
        return shown

    def _repr_html_(self) -> str | None:
        """The part of it that is HTML, for programs that ask for nothing else."""
        return self._repr_mimebundle_().get("text/html")

    @property
    def layers(self) -> tuple[int, ...]:
        """The number of neurons in each layer, the inputs first."""
        return self.design.layers

    @cached_property
    def given(self) -> Mapping[str, Given]:
        """The given quantities by name, η first."""
        return self._of_type(Given)

    @cached_property
    def settable(self) -> tuple[str, ...]:
        """The names of the numbers that `with_numbers` takes, η first.

        If there are several samples, their inputs and targets are not among them.
        """
        rows = (Kind.INPUT, Kind.TARGET) if len(self.samples) > 1 else ()
        apart = {Kind.COUNTER, *rows}
        return tuple(name for name, q in self.given.items() if q.kind not in apart)

    @cached_property
    def derived(self) -> Mapping[str, Derived]:
        """The derived quantities by name, in the order of evaluation, including carried ones."""
        return self._of_type(Derived)

    @cached_property
    def carried(self) -> Mapping[str, Carried]:
        """The carried quantities by name."""
        return self._of_type(Carried)

    def _of_type(self, wanted: type[Q]) -> Mapping[str, Q]:
        return Fixed({name: q for name, q in self.quantities.items() if isinstance(q, wanted)})

    @cached_property
    def rules(self) -> Rules:
        """What each row contains."""
        return Rules(self.quantities, len(self.samples), self.design.step)

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """The names of the weights and biases that are trained, weights first."""
        trained = {name for name in self.given if gradient_name(name) in self.quantities}
        names = self.named(Kind.WEIGHT) + self.named(Kind.BIAS)
        return tuple(name for name in names if name in trained)

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """What the outputs are compared with.

        Each output of a layer has a target and an error. A formula of one's own may take any
        targets.
        """
        targets, errors = self.named(Kind.TARGET), self.named(Kind.ERROR)
        signals = {signal for group in self.groups for signal in group.signals}

        def last_in(name: str) -> str:
            *_, last = (n for n in names(self.derived[name].formula) if n in signals)
            return last

        if not errors:
            return (Compared(last_in(TOTAL), tuple(targets), ()),)
        pairs = zip(targets, errors, strict=True)
        return tuple(Compared(last_in(error), (target,), (error,)) for target, error in pairs)

    @cached_property
    def with_gradients(self) -> tuple[str, ...]:
        """The names of the inputs that have gradients: all of them if the file asks for it."""
        return tuple(n for n in self.named(Kind.INPUT) if gradient_name(n) in self.quantities)

    @cached_property
    def by_rule(self) -> frozenset[str]:
        """The trained weights and biases whose gradient follows a learning rule.

        Such a gradient is not the derivative of the error, so no difference of errors confirms it.
        """
        reached: set[str] = set()
        for upper in reversed(list(self.graph.slopes)):
            if upper in reached:
                reached |= self.graph.slopes[upper].keys()
            reached |= self.derived[upper].by_rule
        return frozenset(reached.intersection(self.trained))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the sheet's columns in order: t1 … E_Total, dE_dw1 and so on."""
        apart = (Kind.SETTING, Kind.PARTIAL, Kind.GRADIENT, Kind.NEW, *FOR_UPDATES, Kind.MEASURE)
        body = [name for name, q in self.quantities.items() if q.kind not in apart]
        gradients = map(gradient_name, (*self.with_gradients, *self.trained))
        news = [name for name in map(new_name, self.trained) if name in self.quantities]
        updating = (*self.named(*FOR_UPDATES), *news)
        return (*body, *self.stages, *gradients, *updating, *self.named(Kind.MEASURE))

    def is_optional(self, name: str) -> bool:
        """Whether a sheet of this network may as well leave out a column."""
        kind = self.quantities[name].kind
        return kind is Kind.MEASURE or (kind is Kind.PARTIAL and not self._needs_stages)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The label of each column in the frame, by name: ``dE_dw1`` is ∂E/∂w1."""
        return Fixed({name: self.label(name) for name in self.columns})

    def label(self, name: str) -> str:
        """How a quantity is written in the frame and in messages."""
        return self.symbols[name].label

    def text(self, name: str) -> str:
        """How a quantity is written in running text."""
        return self.symbols[name].text

    def partial(self, upper: str, lower: str) -> Symbol:
        """How ∂upper/∂lower is written."""
        return partial(self.symbols[upper], self.symbols[lower])

    @cached_property
    def forward(self) -> tuple[str, ...]:
        """The names of the derived quantities from the inputs to the error."""
        return tuple(self.named(*FORWARD))

    @cached_property
    def backward(self) -> tuple[str, ...]:
        """The names of the error's partials, from the last layer back to the first.

        Where layers are updated one after the other, a layer's new weights follow its partials.
        """
        wanted = {*self.named(Kind.PARTIAL, Kind.NEW), *map(gradient_name, self.with_gradients)}
        names = (
            name
            for group in reversed(self.groups)
            for name in (*map(gradient_name, group.backwards()), *map(new_name, group.weights))
        )
        return tuple(name for name in names if name in wanted)

    @cached_property
    def reaching(self) -> frozenset[str]:
        """The names of the quantities that the total error depends on.

        If one of them has no partial ∂E/∂, that is 1. That of any other quantity is 0, such as of
        the places of a picture that pooling leaves out.
        """
        return frozenset(self.graph.reaching(TOTAL))

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The names of the partials that have columns, in the order of the backward pass."""
        chosen = set(self.named(Kind.PARTIAL) if self.staged else [])
        if "deltas" in self.design.columns:
            units = (unit for group in self.groups[1:] for unit in group.units)
            chosen |= {
                gradient_name(unit.sum)
                for unit in units
                if unit.formula is None or self.quantities[unit.sum].kind in (Kind.SUM, Kind.OWN)
            }
        partials = chosen.intersection(self.named(Kind.PARTIAL))
        return tuple(name for name in self.backward if name in partials)

    @cached_property
    def staged(self) -> bool:
        """Whether all partials have columns.

        They have if asked for, or where a gradient in full would refer to too many cells.
        """
        return "partials" in self.design.columns or self._needs_stages

    @cached_property
    def _needs_stages(self) -> bool:
        """Whether a gradient in full would refer to too many cells."""
        references: dict[str, int] = {}
        for name, quantity in self.derived.items():
            if quantity.kind in (Kind.PARTIAL, Kind.GRADIENT):
                used = (node.id for node in nodes(quantity.formula) if isinstance(node, Name))
                references[name] = sum(references.get(operand, 1) for operand in used)
        return max(references.values(), default=0) > MOST_REFERENCES

    @cached_property
    def partials(self) -> Mapping[str, Tree]:
        """The formulas of the partials that have no column; they are written into the gradients."""
        stages = set(self.stages)
        absent = [name for name in self.named(Kind.PARTIAL) if name not in stages]
        return Fixed({name: self.derived[name].formula for name in absent})

    @property
    def eta(self) -> float:
        """The learning rate η; with a schedule, the rate that the schedule starts from."""
        return self.numbers[RATE]

    @property
    def error(self) -> str:
        """The name of an epoch's error: E_Total, or E_Mean if there are several samples."""
        return TOTAL if len(self.samples) == 1 else MEAN_TOTAL

    @cached_property
    def shown_sample(self) -> int:
        """The sample that is shown where none is asked for, counted from 1.

        It is the first with the fewest inputs that are 0: what an input of 0 is multiplied by has
        the gradient 0, which shows nothing.
        """
        inputs = self.named(Kind.INPUT)
        zeros = [sum(not sample[name] for name in inputs) for sample in self.samples]
        return 1 + zeros.index(min(zeros))

    def rows(self, epochs: int) -> int:
        """The number of rows of a number of epochs: one for each sample."""
        return epochs * len(self.samples)

    def leading_to(self, goals: Iterable[str]) -> set[str]:
        """The derived quantities that are needed to compute the goals, including these."""
        needed: set[str] = set()
        open_ = list(goals)
        while open_:
            name = open_.pop()
            if name not in needed and name in self.derived:
                needed.add(name)
                open_ += names(self.derived[name].formula)
        return needed

    def named(self, *kinds: Kind) -> list[str]:
        """The names of all quantities of these kinds, in the order of evaluation."""
        return [name for name, quantity in self.quantities.items() if quantity.kind in kinds]

    def with_numbers(self, /, **numbers: float) -> "Network":
        """A copy of the network with other given numbers: ``with_numbers(eta=0.5, w5=0.4)``.

        Raises:
            InputError: a name is not that of a given number, a number is not finite or out of its
                range, or an input or target is named although there are several samples.
        """
        several = len(self.samples) > 1
        for name in numbers:
            kind = self.given[name].kind if name in self.given else None
            if kind in {None, Kind.COUNTER}:
                known = ", ".join(n for n, q in self.given.items() if q.kind is not Kind.COUNTER)
                raise InputError(
                    f"{shown(name)} is not a given number; the given numbers are {known}"
                )
            if several and kind in {Kind.INPUT, Kind.TARGET}:
                raise InputError(
                    f"{name} has a number for each of {len(self.samples)} samples; "
                    "they stand in the network's file"
                )
        merged = {**self.numbers, **{n: arguments.number(n, x) for n, x in numbers.items()}}
        self._check_ranges(merged)
        samples = self.samples if several else (_sample(self, merged),)
        return replace(self, numbers=merged, samples=samples)

    def with_columns(self, *names: str) -> "Network":
        """A copy of the network with more columns: ``with_columns("deltas", "sum")``.

        Args:
            names: ``accuracy`` (the prediction of each row, whether it is right, and the accuracy
                of each epoch), ``deltas`` (∂E/∂ of each weighted sum), ``partials`` (all partials)
                or ``sum`` (the summed error of an epoch).

        Raises:
            InputError: there are no such columns, or the network cannot have them.
        """
        design = replace(self.design, columns=(*self.design.columns, *names))
        if "accuracy" in names and not design.classes:
            design = replace(design, classes=taken_from(self.samples))
        return _declared(design, self.numbers, self.samples, self.epochs, self.name)

    def with_all_columns(self) -> "Network":
        """A copy with every column that a sheet of this network may have."""
        several = len(self.samples) > 1
        return self.with_columns("deltas", "partials", *(["sum"] if several else []))

    @cached_property
    def ranges(self) -> Mapping[str, Range]:
        """What given numbers accept, by name, where that is not any number."""
        found = {RATE: POSITIVE, SEED: SEEDS}
        found |= {name: setting.range for name, setting in settings_of(self.design).items()}
        if not self.design.written:
            found |= self._accepted(Kind.INPUT, self.design.stack[0].inputs)
            found |= self._accepted(Kind.TARGET, error(self.design.error).targets)
        return Fixed({name: accepted for name, accepted in found.items() if name in self.given})

    def _accepted(self, kind: Kind, accepted: Range | None) -> dict[str, Range]:
        return dict.fromkeys(self.named(kind), accepted) if accepted else {}

    def _check_ranges(self, numbers: Mapping[str, float]) -> None:
        if numbers[RATE] <= 0:
            raise InputError(f"the learning rate eta = {numbers[RATE]} is not above 0")
        for name, accepted in self.ranges.items():
            if not accepted.holds(numbers[name]):
                raise InputError(f"{name} = {numbers[name]} is not {accepted.words}")


def _fixed(mapping: Mapping[str, V]) -> Fixed[str, V]:
    return mapping if isinstance(mapping, Fixed) else Fixed(mapping)


def _sample(network: Network, numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: numbers[name] for name in network.named(Kind.TARGET, Kind.INPUT)}


def from_design(
    design: Design,
    numbers: Mapping[str, float],
    samples: tuple[Mapping[str, float], ...],
    epochs: int,
    name: str,
) -> Network:
    """Make a network from its choices and the numbers that it starts from.

    Args:
        design: the choices.
        numbers: the number of each setting, weight and bias, by name.
        samples: the inputs and targets of each sample, by name.
        epochs: the number of epochs to train for.
        name: the name of the network.

    Raises:
        InputError: a number is not finite, or η is not above 0.
    """
    rows = tuple(_numbers(sample) for sample in samples)
    empty = _declared(design, {}, rows, epochs, name)
    counters = {n: q.start for n, q in empty.given.items() if q.kind is Kind.COUNTER}
    all_ = _numbers({**numbers, **counters, **rows[0]})
    network = replace(empty, numbers={n: all_[n] for n in empty.given})
    return network.with_numbers(**numbers)


def _declared(
    design: Design,
    numbers: Mapping[str, float],
    samples: tuple[Mapping[str, float], ...],
    epochs: int,
    name: str,
) -> Network:
    """A network as it is declared by its design."""
    return Network(design, *declare(design), numbers, samples, epochs, name)


def _numbers(values: Mapping[str, object]) -> dict[str, float]:
    return {name: arguments.number(name, value) for name, value in values.items()}
