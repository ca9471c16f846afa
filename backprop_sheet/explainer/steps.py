"""Network and row → one epoch's derivation with its numbers: symbols, numbers put in, result.

Everything is found by walking the graph of the network's declared formulas. What is printed can be
checked by hand: the numbers put in have as many digits as it takes to reach the printed result.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from backprop_sheet import derivation
from backprop_sheet.chain import gradient_name, partial_name, path
from backprop_sheet.engine import numbers_at
from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import (
    Tree,
    evaluate,
    names,
    parse,
    product,
)
from backprop_sheet.network import RATE, SAMPLE, TOTAL, Carried, Kind, Network, label

BESIDE = (Kind.RATE, Kind.MEAN_TOTAL, Kind.MEAN, Kind.STATE)
"""Kinds of quantities that stand neither in the forward pass nor in a chain."""


@dataclass(frozen=True)
class Equation:
    """One step: a name, what it is in symbols, with which numbers, and what comes out.

    Attributes:
        name: of the quantity or partial (``da_o1_do1``) on the left.
        tree: its formula.
        values: the number of each name in the formula.
        short: how the field abbreviates the formula, if it does: σ(h1).
        becomes: whether it gives the name's next number, as a weight's update does.
    """

    name: str
    tree: Tree
    values: Mapping[str, float]
    short: str = ""
    becomes: bool = False

    @property
    def result(self) -> float:
        """The formula's number."""
        return evaluate(self.tree, self.values)


@dataclass(frozen=True)
class Section:
    """Steps that belong together, under a title."""

    title: str
    equations: list[Equation]


@dataclass(frozen=True)
class Explanation:
    """An epoch's derivation.

    Attributes:
        epoch: which epoch, counted from 0.
        eta: the learning rate.
        of: the quantity that it leads to, if it leads to one only.
        sections: the forward pass and the error, the partials back from it, then for each
            weight its chain as factors, their product and the update.
        sample: which sample of the epoch, if there are several.
    """

    epoch: int
    eta: float
    of: str | None
    sections: list[Section]
    sample: int | None = None

    def title(self, symbol: Callable[[str], str]) -> str:
        """Which epoch it is, at which learning rate, and what of."""
        goal = f", {symbol(self.of)}" if self.of else ""
        sample = f", sample {self.sample}" if self.sample else ""
        return f"Epoch {self.epoch}{sample}, {symbol(RATE)} = {self.eta}{goal}"


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
    values = numbers_at(network, epoch, sample)
    above = _above(network, epoch, sample)
    weights = [w for w in network.trained if wanted in (None, w, gradient_name(w))]
    goals = _goals(network, wanted, weights)
    needed = _leading_to(network, goals)
    sections = [
        Section("Forward pass", list(_forward(network, needed, values))),
        Section("Back from the error", list(_backward(network, needed, values))),
        *(
            Section(w, [*_chain(network, w, values), *_step(network, w, values, above)])
            for w in weights
        ),
    ]
    if wanted and network.quantities[wanted].kind in BESIDE:
        sections.append(
            Section(derivation.symbol(wanted), [_beside(network, wanted, values, above)])
        )
    kept = [section for section in sections if section.equations]
    return Explanation(
        epoch, network.eta, wanted, kept, sample if len(network.samples) > 1 else None
    )


def _resolved(network: Network, text: str) -> str:
    """The quantity that a name means, as the sheet or as the formulas write it."""
    known = {name: name for name in network.quantities}
    known |= {label(name): name for name in network.quantities}
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


def _leading_to(network: Network, goals: Iterable[str]) -> set[str]:
    """The goals and everything that their formulas need, directly or not."""
    needed: set[str] = set()
    open_ = list(goals)
    while open_:
        name = open_.pop()
        if name not in needed and name in network.derived:
            needed.add(name)
            open_ += names(network.derived[name].formula)
    return needed


def _forward(network: Network, needed: set[str], values: Mapping[str, float]) -> Iterator[Equation]:
    for name in network.forward:
        if name in needed:
            yield Equation(name, network.derived[name].formula, values, network.derived[name].short)


def _backward(
    network: Network, needed: set[str], values: Mapping[str, float]
) -> Iterator[Equation]:
    for name in network.backward:
        if name in needed:
            yield Equation(name, network.derived[name].formula, values)


def _chain(network: Network, weight: str, values: Mapping[str, float]) -> Iterator[Equation]:
    """The factors of a weight's gradient, and their product."""
    known = dict(values)
    factors = []
    for upper, lower in path(network.slopes, weight, TOTAL):
        if network.quantities[upper].kind in (Kind.ERROR, Kind.TOTAL):
            name, tree = gradient_name(lower), network.derived[gradient_name(lower)].formula
        else:
            name, tree = partial_name(upper, lower), network.slopes[upper][lower]
        factors.append(name)
        yield Equation(name, tree, known)
        known[name] = evaluate(tree, known)
    if factors != [gradient_name(weight)]:
        yield Equation(gradient_name(weight), product(*map(parse, factors)), known)


def _step(
    network: Network, weight: str, values: Mapping[str, float], above: Mapping[str, float]
) -> Iterator[Equation]:
    """What the update of a weight takes, and the weight's next number, where a step ends."""
    ends = round(values.get(SAMPLE, 1)) % network.design.step == 0
    update = network.given[weight].then
    taken, open_ = set(), names(update)
    while open_:
        name = open_.pop()
        if name in network.derived and name not in taken:
            taken.add(name)
            open_ += [n for n in names(network.derived[name].formula) if n != name]
    for name, quantity in network.derived.items():
        if name not in taken or quantity.kind not in (Kind.RATE, Kind.MEAN, Kind.STATE):
            continue
        if isinstance(quantity, Carried):
            if ends or quantity.sums:
                past = {**values, name: above[name]}
                yield Equation(name, quantity.formula, past, becomes=True)
        else:
            yield Equation(name, quantity.formula, values)
    if ends:
        yield Equation(weight, update, values, becomes=True)


def _beside(
    network: Network, name: str, values: Mapping[str, float], above: Mapping[str, float]
) -> Equation:
    """The learning rate of an epoch, a mean, or what an optimizer remembers."""
    quantity = network.derived[name]
    carried = isinstance(quantity, Carried)
    past = {**values, name: above[name]} if carried else values
    return Equation(name, quantity.formula, past, becomes=carried)


def _above(network: Network, epoch: int, sample: int) -> dict[str, float]:
    """The numbers above a row that what is carried goes by."""
    starts = {name: quantity.start for name, quantity in network.carried.items()}
    row = network.rows(epoch) + sample - 2
    if row < 0 or not starts:
        return starts
    before, place = divmod(row, len(network.samples))
    above = numbers_at(network, before, place + 1)
    fresh = {name for name, quantity in network.carried.items() if quantity.sums and sample == 1}
    return {name: starts[name] if name in fresh else above[name] for name in starts}
