"""Network and epoch → the equations of that epoch, with their numbers.

The equations follow from the graph of the network's declared formulas and the rules of the row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, TypeVar

from backprop_sheet.chain import gradient_name, partial_name
from backprop_sheet.engine import Numbers, numbers_with_row_above
from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import Name, Tree, evaluate, leaves, names, product, renamed
from backprop_sheet.network import FOR_UPDATES, TOTAL, Kind, Network, Rule, Symbol, checked

T = TypeVar("T")
MOST_NAMED = 40
"""The most names of quantities in an error."""
OUTSIDE_CHAINS = (Kind.RATE, Kind.MEAN_TOTAL, *FOR_UPDATES, Kind.NEW, Kind.MEASURE)
"""Kinds of quantities that are neither in the forward pass nor in a chain."""
OF_UPDATES = (Kind.RATE, *FOR_UPDATES, Kind.NEW)
"""Kinds of quantities that an update may use besides gradients."""


@dataclass(frozen=True)
class Equation:
    """One equation of a derivation: a quantity, its formula, and the numbers in it.

    Attributes:
        name: the name of the quantity or partial on the left.
        symbols: how the names of the equation are written.
        tree: the formula on the right.
        values: the number of each name in the formula. If `becomes`, the quantity's own name has
            its number before the update.
        short: the usual abbreviation of the formula, such as σ(h1); empty if it has none.
        becomes: whether the formula gives the quantity's next number, as a weight's update does.
    """

    name: str
    symbols: Mapping[str, Symbol]
    tree: Tree
    values: Numbers
    short: str = ""
    becomes: bool = False

    @cached_property
    def result(self) -> float:
        """The value of the formula."""
        return evaluate(self.tree, self.values)


@dataclass(frozen=True)
class Section:
    """Equations under a title.

    Attributes:
        title: the title.
        equations: the equations.
        of: the quantity that they explain, if it is only one.
        note: what a reader of its number should know; empty if nothing.
    """

    title: str
    equations: list[Equation]
    of: Symbol | None = None
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """An epoch's derivation.

    Attributes:
        epoch: the epoch, counted from 0.
        eta: the learning rate η.
        of: the quantity that is explained; None for all.
        sections: the forward pass with the errors, the partials from the error backwards, then
            for each weight the factors of its chain, their product and its update.
        symbols: how each quantity is written, by name.
        sample: the sample of the epoch, counted from 1; None if there is only one.
    """

    epoch: int
    eta: float
    of: str | None
    sections: list[Section]
    symbols: Mapping[str, Symbol]
    sample: int | None = None

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        from backprop_sheet.explainer.notebook import as_cell

        return as_cell(self)

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """What IPython shows in a terminal."""
        from backprop_sheet.explainer.notebook import in_terminal

        printer.text(in_terminal(self))


def explain(
    network: Network, epoch: int = 0, of: str | None = None, sample: int | None = None
) -> Explanation:
    """Derive every number of an epoch.

    Args:
        network: the network to train.
        epoch: the epoch, counted from 0.
        of: a quantity by its name in the sheet: explain only that one and what it is computed
            from. For a weight, explain its gradient and its next number. By default everything
            is explained.
        sample: the sample of the epoch, counted from 1; by default the first with the fewest
            inputs that are 0.

    Raises:
        InputError: there is no such epoch, sample or quantity, or `of` is a given number that
            nothing is computed for.
        Diverged: the training ends before that epoch.
    """
    wanted = None if of is None else _quantity_called(checked(network), of)
    sample = checked(network).shown_sample if sample is None else sample
    row = _Row(network, epoch, sample)
    weights = [w for w in network.trained if wanted in (None, w, gradient_name(w))]
    needed = network.leading_to(_goals(network, wanted, weights))
    sections = [
        Section("Forward pass", [row.derived(n) for n in network.forward if n in needed]),
        Section("Back from the error", [row.derived(n) for n in network.backward if n in needed]),
        *(Section(w, [*row.chain(w), *row.update(w)], network.symbols[w]) for w in weights),
    ]
    if wanted and network.quantities[wanted].kind in OUTSIDE_CHAINS:
        symbol = network.symbols[wanted]
        equations = list(row.carried(wanted)) or [row.kept(wanted)]
        note = _completion(network, wanted, sample)
        sections.append(Section(symbol.text, equations, symbol, note))
    kept = [section for section in sections if section.equations]
    several = sample if len(network.samples) > 1 else None
    return Explanation(epoch, network.eta, wanted, kept, network.symbols, several)


def first_equations(explanation: Explanation, most: int) -> Explanation:
    """An explanation cut after so many equations."""
    sections, left = [], most
    for section in explanation.sections:
        if left > 0:
            sections.append(replace(section, equations=section.equations[:left]))
            left -= len(section.equations)
    return replace(explanation, sections=sections)


def explained(network: Network) -> list[str]:
    """The quantities that something is computed for: all but the given numbers that stay."""
    trained = set(network.trained)
    return [name for name in network.quantities if name not in network.given or name in trained]


def _quantity_called(network: Network, text: str) -> str:
    """The quantity with a name, written as in the sheet or as in formulas, in any case."""
    if not isinstance(text, str):
        raise InputError(f"of: got {shown(text)}, takes the name of a quantity")
    known = {name: name for name in network.quantities}
    known |= {network.text(name): name for name in network.quantities}
    known |= {network.label(name): name for name in network.quantities}
    known |= {"E_tot": TOTAL, "Etot": TOTAL}
    name = re.sub("(?i)E_total/", "E/", text.strip())
    name = re.sub(r"(?<!\S)[d∂]E/[d∂](?=\w)", "∂E/∂", name)
    folded = {key.lower(): value for key, value in known.items()}
    name = name if name in known else name.lower()
    known = folded | known
    if name not in known:
        labels = list(network.labels.values())
        near = get_close_matches(name, labels, 3, cutoff=0.6)
        if near:
            also = f"did you mean {' or '.join(near)}?"
        elif len(labels) > MOST_NAMED:
            also = f"there are {', '.join(labels[:MOST_NAMED])} and {len(labels) - MOST_NAMED} more"
        else:
            also = f"the quantities are {', '.join(labels)}"
        raise InputError(f"{shown(text)} is not a quantity of the sheet; {also}")
    if known[name] not in explained(network):
        number = network.numbers[known[name]]
        raise InputError(f"{shown(text)} is a given number, {number}: it is not computed")
    return known[name]


def _completion(network: Network, name: str, sample: int) -> str:
    """For a mean that further samples add to: after which one it is complete."""
    ends = {Kind.MEAN_TOTAL: len(network.samples), Kind.MEAN: network.rules.step_end(sample)}
    end = ends.get(network.quantities[name].kind, sample)
    return f"complete after sample {end}" if sample < end else ""


def _goals(network: Network, wanted: str | None, weights: list[str]) -> list[str]:
    if wanted is None:
        return list(network.derived)
    return [gradient_name(weight) for weight in weights] or [wanted]


class _Overlay(dict[str, T]):
    """A dictionary that falls back on another mapping for names it does not have."""

    def __init__(self, below: Mapping[str, T]) -> None:
        super().__init__()
        self._below = below

    def __missing__(self, name: str) -> T:
        return self._below[name]


class _Row:
    """The equations of one row of a training, with its numbers."""

    def __init__(self, network: Network, epoch: int, sample: int) -> None:
        self._network = network
        self._rows = numbers_with_row_above(network, epoch, sample)
        self._number = network.rows(epoch) + sample - 1
        self._derived: dict[str, Equation] = {}
        self._order = {name: place for place, name in enumerate(network.quantities)}

    def derived(self, name: str) -> Equation:
        """The equation of a derived quantity; asked again, it returns the same object."""
        if name not in self._derived:
            quantity, symbols = self._network.derived[name], self._network.symbols
            self._derived[name] = Equation(
                name, symbols, quantity.formula, self._rows[0], quantity.short
            )
        return self._derived[name]

    def chain(self, weight: str) -> Iterator[Equation]:
        """The equations of a weight's chain: its factors, then their product."""
        network, gradient = self._network, gradient_name(weight)
        known = _Overlay(self._rows[0])
        symbols = _Overlay(network.symbols)
        factors: list[str] = []
        for upper, lower in network.graph.path(weight, TOTAL):
            if not factors:  # what stands between it and the error has partials of 1
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
        """The equations of a weight's update, which is only in the last row of a step."""
        network = self._network
        for name in self._update_inputs(names(network.given[weight].update)):
            yield from self.carried(name)
        then = network.rules.next(weight, self._number)
        if then is not None:
            yield Equation(weight, network.symbols, then, self._rows[0], becomes=True)

    def carried(self, name: str) -> Iterator[Equation]:
        """The equation of a learning rate, a mean or a state, if it is computed in this row."""
        rule = self._network.rules.at(name, self._network.rules.kind(self._number))
        if rule is None or rule.repeats(name):
            return
        tree = renamed(rule.tree, lambda leaf: Name(leaf.id))
        becomes = name in self._network.carried
        yield Equation(name, self._network.symbols, tree, self._numbers(rule), becomes=becomes)

    def kept(self, name: str) -> Equation:
        """The equation of a quantity that only keeps its number in this row."""
        return Equation(name, self._network.symbols, Name(name), self._rows[0], becomes=True)

    def _update_inputs(self, goals: Iterable[str]) -> list[str]:
        """The quantities that an update uses besides gradients, in the order of evaluation."""
        found, open_ = set[str](), list(goals)
        while open_:
            name = open_.pop()
            quantity = self._network.quantities[name]
            if name not in found and quantity.kind in OF_UPDATES:
                found.add(name)
                open_ += names(self._network.derived[name].formula)
        return sorted(found, key=self._order.__getitem__)

    def _numbers(self, rule: Rule) -> Numbers:
        """The number of each name in a rule, from its own row or from the row above."""
        return {
            leaf.id: self._rows[leaf.up][leaf.id]
            if rule.start is None or not leaf.up
            else rule.start
            for leaf in leaves(rule.tree)
        }
