"""Network and row → one epoch's derivation with its numbers: symbols, numbers put in, result.

Everything is found by walking the graph of the network's declared formulas. What is printed can be
checked by hand: the numbers put in have as many digits as it takes to reach the printed result.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from backprop_sheet.chain import gradient_name, partial_name
from backprop_sheet.engine import Numbers, numbers_around
from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import Name, Tree, evaluate, leaves, names, product, renamed
from backprop_sheet.network import TOTAL, Kind, Network, Rule, Symbol

T = TypeVar("T")
BESIDE = (Kind.RATE, Kind.MEAN_TOTAL, Kind.MEAN, Kind.STATE, Kind.MEASURE)
"""Kinds of quantities that stand neither in the forward pass nor in a chain."""
FOR_UPDATES = (Kind.RATE, Kind.MEAN, Kind.STATE)
"""Kinds of quantities that an update takes besides gradients."""


@dataclass(frozen=True)
class Equation:
    """One step: a name, what it is in symbols, with which numbers, and what comes out.

    Attributes:
        name: of the quantity or partial on the left.
        symbols: how that, and each name in the formula, is written.
        tree: its formula.
        values: the number of each name in the formula; where it becomes another number, its own
            name stands for the number before.
        short: how the field abbreviates the formula, if it does: σ(h1).
        becomes: whether it gives the name's next number, as a weight's update does.
    """

    name: str
    symbols: Mapping[str, Symbol]
    tree: Tree
    values: Numbers
    short: str = ""
    becomes: bool = False

    @cached_property
    def result(self) -> float:
        """The formula's number."""
        return evaluate(self.tree, self.values)


@dataclass(frozen=True)
class Section:
    """Steps that belong together, under a title; `of` is the quantity that they lead to, if any."""

    title: str
    equations: list[Equation]
    of: Symbol | None = None


@dataclass(frozen=True)
class Explanation:
    """An epoch's derivation.

    Attributes:
        epoch: which epoch, counted from 0.
        eta: the learning rate.
        of: the quantity that it leads to, if it leads to one only.
        sections: the forward pass and the error, the partials back from it, then for each
            weight its chain as factors, their product and the update.
        symbols: how each quantity is written.
        sample: which sample of the epoch, if there are several.
    """

    epoch: int
    eta: float
    of: str | None
    sections: list[Section]
    symbols: Mapping[str, Symbol]
    sample: int | None = None


def explain(
    network: Network, epoch: int = 0, of: str | None = None, sample: int = 1
) -> Explanation:
    """The derivation of an epoch with its numbers.

    Args:
        network: what is trained.
        epoch: which epoch, counted from 0.
        of: a quantity by its name in the sheet; only what leads to it is shown. For a weight
            that is its gradient and its next number.
        sample: which sample of the epoch, counted from 1.

    Raises:
        InputError: no epoch or sample of that number, or no quantity of that name.
        Diverged: the training does not get that far.
    """
    wanted = None if of is None else _resolved(network, of)
    page = _Page(network, epoch, sample)
    weights = [w for w in network.trained if wanted in (None, w, gradient_name(w))]
    needed = network.leading_to(_goals(network, wanted, weights))
    sections = [
        Section("Forward pass", [page.derived(n) for n in network.forward if n in needed]),
        Section("Back from the error", [page.derived(n) for n in network.backward if n in needed]),
        *(Section(w, [*page.chain(w), *page.update(w)], network.symbols[w]) for w in weights),
    ]
    if wanted and network.quantities[wanted].kind in BESIDE:
        symbol = network.symbols[wanted]
        sections.append(Section(symbol.text, list(page.carried(wanted)), symbol))
    kept = [section for section in sections if section.equations]
    several = sample if len(network.samples) > 1 else None
    return Explanation(epoch, network.eta, wanted, kept, network.symbols, several)


def _resolved(network: Network, text: str) -> str:
    """The quantity that a name means, as the sheet or as the formulas write it."""
    known = {name: name for name in network.quantities}
    known |= {network.label(name): name for name in network.quantities}
    known |= {"E_tot": TOTAL, "Etot": TOTAL}
    name = text.strip().replace("E_total/", "E/")
    name = re.sub(r"^[d∂]E/[d∂](?=\w)", "∂E/∂", name)
    folded = {key.lower(): value for key, value in known.items()}
    name = name if name in known else name.lower()
    known = folded | known
    if name not in known:
        columns = ", ".join(network.labels.values())
        raise InputError(f"{shown(text)} is no quantity of the sheet; there are {columns}")
    if known[name] in network.given and known[name] not in network.trained:
        number = network.numbers[known[name]]
        raise InputError(f"{shown(text)} is a given number, {number}: nothing leads to it")
    return known[name]


def _goals(network: Network, wanted: str | None, weights: list[str]) -> list[str]:
    if wanted is None:
        return list(network.derived)
    return [gradient_name(weight) for weight in weights] or [wanted]


class _Over(dict[str, T]):
    """Entries of its own over those of a mapping, which is not copied."""

    def __init__(self, below: Mapping[str, T]) -> None:
        super().__init__()
        self._below = below

    def __missing__(self, name: str) -> T:
        return self._below[name]


class _Page:
    """The equations of one row, with its numbers."""

    def __init__(self, network: Network, epoch: int, sample: int) -> None:
        self._network = network
        self._rows = numbers_around(network, epoch, sample)
        self._number = network.rows(epoch) + sample - 1
        self._derived: dict[str, Equation] = {}
        self._order = {name: place for place, name in enumerate(network.quantities)}

    def derived(self, name: str) -> Equation:
        """A quantity of the forward pass, or a partial of the error: always the same equation."""
        if name not in self._derived:
            quantity, symbols = self._network.derived[name], self._network.symbols
            self._derived[name] = Equation(
                name, symbols, quantity.formula, self._rows[0], quantity.short
            )
        return self._derived[name]

    def chain(self, weight: str) -> Iterator[Equation]:
        """The factors of a weight's gradient, and their product."""
        network, gradient = self._network, gradient_name(weight)
        known = _Over(self._rows[0])
        symbols = _Over(network.symbols)
        factors = []
        for upper, lower in network.graph.path(weight, TOTAL):
            if network.quantities[upper].kind in (Kind.ERROR, Kind.TOTAL):
                equation = self.derived(gradient_name(lower))
            else:
                name, tree = partial_name(upper, lower), network.graph.slopes[upper][lower]
                symbols[name] = network.partial(upper, lower)
                equation = Equation(name, symbols, tree, known)
            yield equation
            factors.append(equation.name)
            known[equation.name] = equation.result
        if factors != [gradient]:
            yield Equation(gradient, symbols, product(*map(Name, factors)), known)

    def update(self, weight: str) -> Iterator[Equation]:
        """What the update of a weight takes, and its next number, where a step ends."""
        network = self._network
        for name in self._taken(names(network.given[weight].then)):
            yield from self.carried(name)
        then = network.rules.next(weight, self._number)
        if then is not None:
            yield Equation(weight, network.symbols, then, self._rows[0], becomes=True)

    def carried(self, name: str) -> Iterator[Equation]:
        """The learning rate, a mean, or what an optimizer remembers; nothing where it waits."""
        rule = self._network.rules.at(name, self._network.rules.kind(self._number))
        if rule is None or rule.repeats:
            return
        tree = renamed(rule.tree, lambda leaf: Name(leaf.id))
        becomes = name in self._network.carried
        yield Equation(name, self._network.symbols, tree, self._numbers(rule), becomes=becomes)

    def _taken(self, goals: Iterable[str]) -> list[str]:
        """What an update takes besides gradients, in the order of evaluation."""
        found, open_ = set[str](), list(goals)
        while open_:
            name = open_.pop()
            quantity = self._network.quantities[name]
            if name not in found and quantity.kind in FOR_UPDATES:
                found.add(name)
                open_ += names(self._network.derived[name].formula)
        return sorted(found, key=self._order.__getitem__)

    def _numbers(self, rule: Rule) -> Numbers:
        """The numbers that a rule takes, from its own row and from the one above."""
        return {
            leaf.id: self._rows[leaf.up][leaf.id]
            if rule.start is None or not leaf.up
            else rule.start
            for leaf in leaves(rule.tree)
        }
