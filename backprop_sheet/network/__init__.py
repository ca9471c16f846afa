"""A network as an ordered set of quantities: every formula of the exercise, declared once.

Short names, as the sheet has them:

    t1 …      targets                    w1 …      weights, layer by layer, neuron by neuron
    i1 …      inputs                     E1 …      error of each output
    h1 a_h1   a hidden neuron's weighted sum, and its activation (deeper layers: h2_1 a_h2_1)
    o1 a_o1   an output neuron's         E_Total   the error
    eta       the learning rate η        dE_dw1    ∂E_Total/∂w1
    b1 …      biases                     m_w1 v_w1 what an optimizer remembers of a weight

A row is an epoch, or one sample of an epoch where there are several. A quantity is *given*, a
number that a formula takes on to the next row; *derived* from the quantities of its own row; or
*carried*, derived from these and its own number in the row above. Every other module is a view of
what is declared here.

    quantities   what a network is made of      declaration  all formulas, by loops over the layers
    rows         what stands in each row        groups       what views lay out together
    symbols      how quantities are written     design       the choices that make a network
    choices      activations, errors, optimizers, schedules, as rows of formulas
    file         a network from a TOML file
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from backprop_sheet.chain import Graph, gradient_name
from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import Name, Tree, names, nodes
from backprop_sheet.network.declaration import declare
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
from backprop_sheet.network.rows import RowKind, Rule, Rules
from backprop_sheet.network.symbols import Symbol, partial

__all__ = [
    "EPOCH",
    "MEAN_TOTAL",
    "RATE",
    "RATE_NOW",
    "SAMPLE",
    "TOTAL",
    "Carried",
    "Derived",
    "Design",
    "Given",
    "Group",
    "Kind",
    "Link",
    "Moment",
    "Network",
    "RowKind",
    "Rule",
    "Rules",
    "Symbol",
    "Unit",
    "build",
    "load",
]

MOST_REFERENCES = 31
"""Cells that a gradient written out in full refers to, above which its stages become columns: the
original's refers to 13, and of each further layer it is a multiple."""


@dataclass(frozen=True, repr=False)
class Network:
    """The quantities of a network, with the numbers it starts from.

    Attributes:
        design: the choices that make it.
        quantities: all of them by name, in the order of evaluation: the given numbers and the
            forward pass as in the sheet, then partials and gradients from the error back, then
            what an optimizer remembers.
        groups: the inputs, then the neurons of each layer.
        symbols: how each quantity is written.
        graph: the local partials of the forward pass, ∂upper/∂lower.
        numbers: the number of each given quantity in the first row, η among them.
        samples: the inputs and targets of each sample, by name.
        epochs: how many epochs the exercise asks for.
        name: what it is called.
    """

    design: Design
    quantities: Mapping[str, Quantity]
    groups: tuple[Group, ...]
    symbols: Mapping[str, Symbol]
    graph: Graph
    numbers: Mapping[str, float]
    samples: tuple[Mapping[str, float], ...]
    epochs: int
    name: str = "original"

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name}={number}" for name, number in self.numbers.items())
        return f"<Network {'-'.join(map(str, self.layers))}: {numbers}>"

    @property
    def layers(self) -> tuple[int, ...]:
        """How many neurons each layer has, the inputs first."""
        return self.design.layers

    @cached_property
    def given(self) -> dict[str, Given]:
        """The given quantities by name, η first."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Given)}

    @cached_property
    def derived(self) -> dict[str, Derived]:
        """The derived quantities by name, in the order of evaluation, the carried ones too."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Derived)}

    @cached_property
    def carried(self) -> dict[str, Carried]:
        """The carried quantities by name."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Carried)}

    @cached_property
    def rules(self) -> Rules:
        """What stands in each row."""
        return Rules(self.quantities, len(self.samples), self.design.step)

    @cached_property
    def trained(self) -> list[str]:
        """The names of weights and biases that move, weights first."""
        moved = {name for name in self.given if gradient_name(name) in self.quantities}
        return [name for name in self.named(Kind.WEIGHT) + self.named(Kind.BIAS) if name in moved]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the sheet's columns in their order: t1 … E_Total, dE_dw1 and so on."""
        apart = (Kind.SETTING, Kind.PARTIAL, Kind.GRADIENT, Kind.MEAN, Kind.STATE)
        body = [name for name, q in self.quantities.items() if q.kind not in apart]
        stages = self.backward if self.staged else []
        gradients = map(gradient_name, self.trained)
        return (*body, *stages, *gradients, *self.named(Kind.MEAN, Kind.STATE))

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each column is called in the frame, by its name: ``dE_dw1`` is ∂E/∂w1."""
        return {name: self.label(name) for name in self.columns}

    def label(self, name: str) -> str:
        """What a quantity is called in a table."""
        return self.symbols[name].label

    def text(self, name: str) -> str:
        """What a quantity is called in running text."""
        return self.symbols[name].text

    def partial(self, upper: str, lower: str) -> Symbol:
        """How ∂upper/∂lower is written."""
        return partial(self.symbols[upper], self.symbols[lower])

    @cached_property
    def forward(self) -> list[str]:
        """The names of the derived quantities from the inputs to the error."""
        return self.named(Kind.SUM, Kind.ACTIVATION, Kind.ERROR, Kind.TOTAL)

    @cached_property
    def backward(self) -> list[str]:
        """The names of the partials from the error back, each layer in the forward order."""
        wanted = set(self.named(Kind.PARTIAL))
        quantities = (name for group in reversed(self.groups[1:]) for name in group.backwards())
        return [name for name in map(gradient_name, quantities) if name in wanted]

    @cached_property
    def staged(self) -> bool:
        """Whether the partials have columns: a gradient in full would refer to too many cells."""
        references: dict[str, int] = {}
        for name, quantity in self.derived.items():
            if quantity.kind in (Kind.PARTIAL, Kind.GRADIENT):
                used = (node.id for node in nodes(quantity.formula) if isinstance(node, Name))
                references[name] = sum(references.get(operand, 1) for operand in used)
        return max(references.values(), default=0) > MOST_REFERENCES

    @cached_property
    def partials(self) -> dict[str, Tree]:
        """The formulas of the partials without a column, for writing a gradient out in full."""
        if self.staged:
            return {}
        return {n: q.formula for n, q in self.derived.items() if q.kind is Kind.PARTIAL}

    @property
    def eta(self) -> float:
        """The learning rate η; of a schedule, the one that it begins with."""
        return self.numbers[RATE]

    @property
    def error(self) -> str:
        """The name of an epoch's error: of several samples it is their mean."""
        return TOTAL if len(self.samples) == 1 else MEAN_TOTAL

    def rows(self, epochs: int) -> int:
        """How many rows so many epochs take: one for each sample."""
        return epochs * len(self.samples)

    def leading_to(self, goals: Iterable[str]) -> set[str]:
        """The derived quantities among the goals, and all that their formulas need."""
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

    def with_numbers(self, **numbers: float) -> "Network":
        """The same network starting from other given numbers: ``with_numbers(eta=0.5, w5=0.4)``.

        Raises:
            InputError: an unknown name, a number that is not finite, an input or target where
                there are several samples, or η not above 0.
        """
        several = len(self.samples) > 1
        for name, number in numbers.items():
            kind = self.given[name].kind if name in self.given else None
            if kind in {None, Kind.COUNTER}:
                known = ", ".join(n for n, q in self.given.items() if q.kind is not Kind.COUNTER)
                raise InputError(f"{shown(name)} is no given number; given numbers are {known}")
            if several and kind in {Kind.INPUT, Kind.TARGET}:
                raise InputError(
                    f"{name} has a number for each of {len(self.samples)} samples; "
                    "they stand in the network's file"
                )
            if not is_finite(number):
                raise InputError(f"{name} = {shown(number)} is no finite number")
        if numbers.get(RATE, 1.0) <= 0:
            raise InputError(f"the learning rate eta = {numbers[RATE]} is not above 0")
        merged = {**self.numbers, **{n: float(x) for n, x in numbers.items()}}
        samples = self.samples if several else (_sample(self, merged),)
        return replace(self, numbers=merged, samples=samples)


def _sample(network: Network, numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: numbers[name] for name in network.named(Kind.TARGET, Kind.INPUT)}


def is_finite(number: object) -> bool:
    """Whether something is a number, and a finite one."""
    try:
        return math.isfinite(number)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        return False


def of_design(
    design: Design,
    numbers: Mapping[str, float],
    samples: tuple[Mapping[str, float], ...],
    epochs: int,
    name: str,
) -> Network:
    """A network by its choices and the numbers of its first row.

    Args:
        design: the choices.
        numbers: the number of each setting, weight and bias.
        samples: the inputs and targets of each sample.
        epochs: how many epochs the exercise asks for.
        name: what it is called.

    Raises:
        InputError: a number that is not finite, or η not above 0.
    """
    quantities, groups, symbols, graph = declare(design)
    given = {n: q for n, q in quantities.items() if isinstance(q, Given)}
    counters = {n: q.start for n, q in given.items() if q.kind is Kind.COUNTER}
    for sample in samples:
        for key, number in sample.items():
            if not is_finite(number):
                raise InputError(f"{key} = {shown(number)} is no finite number")
    all_ = {**numbers, **counters, **samples[0]}
    ordered = {n: float(all_[n]) for n in given}
    network = Network(design, quantities, groups, symbols, graph, ordered, samples, epochs, name)
    return network.with_numbers(**numbers)


def build(
    layers: tuple[int, ...],
    *,
    inputs: list[float],
    targets: list[float],
    weights: list[float],
    eta: float = 1.0,
    epochs: int = 68,
) -> Network:
    """A fully connected sigmoid network with its given numbers; `load` reads any other.

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
    from backprop_sheet.network.file import of_content

    content = {"layers": list(layers), "inputs": inputs, "targets": targets, "weights": weights}
    return of_content({**content, "eta": eta, "epochs": epochs}, Path(), "network")


def load(name: str | Path = "original") -> Network:
    """The network of a template (``original``, ``xor`` …) or of a TOML file.

    Raises:
        InputError: no such template or file, or something in it that does not fit.
    """
    from backprop_sheet.network.file import read

    return read(name)
