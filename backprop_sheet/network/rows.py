"""What each row of a training contains.

Rows differ. The first one has the given numbers, the weights move in the first row of a step, a
mean adds up over the rows of its epoch. `Rules.at` gives the rule for a quantity in a kind of row:
a formula whose names say how many rows up their numbers are. Every view takes its rules from here
and only writes their names in its own way: as a Python variable, a cell's address, a number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from backprop_sheet.formula import Name, Number, Tree, renamed
from backprop_sheet.network.quantities import Carried, Derived, Given, Kind, Moment, Quantity


class RowKind(NamedTuple):
    """Everything about a row that its rules depend on.

    Attributes:
        begins: the rarest moment that begins with the row.
        ends_step: whether the row is the last of a step.
        first_epoch: whether the row belongs to the first epoch, where the samples are given.
    """

    begins: Moment
    ends_step: bool
    first_epoch: bool


@dataclass(frozen=True)
class Rule:
    """How a quantity is computed in a row.

    Attributes:
        tree: the formula; each name says how many rows up its number is.
        start: where the quantity restarts, the number that replaces its own from the row above;
            otherwise None.
    """

    tree: Tree
    start: float | None = None

    @property
    def whole(self) -> Tree:
        """The formula with the start filled in."""
        if self.start is None:
            return self.tree
        start = Number(int(self.start))
        return renamed(self.tree, lambda name: start if name.up else name)

    def repeats(self, name: str) -> bool:
        """Whether the rule of a quantity only repeats its number from a row above."""
        return isinstance(self.tree, Name) and self.tree.id == name


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a network's rows.

    Attributes:
        quantities: the network's quantities by name.
        samples: the number of rows in an epoch.
        step: the number of rows in a step.
    """

    quantities: Mapping[str, Quantity]
    samples: int
    step: int

    @cached_property
    def settings(self) -> frozenset[str]:
        """The quantities with a single number for all rows."""
        return frozenset(n for n, q in self.quantities.items() if q.kind is Kind.SETTING)

    def kind(self, row: int) -> RowKind:
        """The kind of a row counted from 0."""
        epoch, sample = divmod(row, self.samples)
        begins = Moment.ROW
        if sample % self.step == 0:
            begins = Moment.STEP
        if sample == 0:
            begins = Moment.EPOCH if epoch else Moment.TRAINING
        return RowKind(begins, sample % self.step == self.step - 1, epoch == 0)

    @cached_property
    def regular(self) -> tuple[RowKind, ...]:
        """The distinct kinds of row in every epoch after the first."""
        rows = range(self.samples, 2 * self.samples)
        return tuple(dict.fromkeys(map(self.kind, rows)))

    def at(self, name: str, kind: RowKind) -> Rule | None:
        """The rule for a quantity in a kind of row; None where its number is given.

        A setting is in no row: it has one number for all of them.
        """
        match self.quantities[name]:
            case Given() as quantity:
                return self._given_rule(quantity, kind)
            case Carried() as quantity:
                return self._carried_rule(quantity, kind)
            case Derived(formula=formula):
                return Rule(formula)

    def has_formula(self, name: str, kind: RowKind) -> bool:
        """Whether a quantity is computed in a kind of row, and neither given nor a plain number."""
        rule = self.at(name, kind)
        return rule is not None and not isinstance(rule.tree, Number)

    def _given_rule(self, quantity: Given, kind: RowKind) -> Rule | None:
        if quantity.kind in (Kind.TARGET, Kind.INPUT):  # the same sample, one epoch earlier
            return None if kind.first_epoch else Rule(Name(quantity.name, self.samples))
        if kind.begins is Moment.TRAINING:
            return None
        if kind.begins <= quantity.restarts_each:
            return Rule(Number(int(quantity.start)))
        if kind.begins <= quantity.updated_each:
            return Rule(self._read_from_above(quantity.update))
        return Rule(Name(quantity.name, 1))

    def _carried_rule(self, quantity: Carried, kind: RowKind) -> Rule | None:
        if quantity.computed_each is Moment.STEP and not kind.ends_step:
            return Rule(Name(quantity.name, 1)) if kind.begins > Moment.TRAINING else None
        own = Name(quantity.name, 1)
        tree = renamed(quantity.formula, lambda name: own if name.id == own.id else name)
        return Rule(tree, quantity.start if kind.begins <= quantity.restarts_each else None)

    def _read_from_above(self, tree: Tree) -> Tree:
        """A formula over the numbers of the row above."""
        return renamed(tree, lambda n: n if n.id in self.settings else Name(n.id, n.up + 1))

    def next(self, name: str, row: int) -> Tree | None:
        """The formula of a given quantity's number in the next row, over the numbers of this one.

        None where the number does not change.
        """
        rule = self.at(name, self.kind(row + 1))
        if rule is None or rule.repeats(name):
            return None
        return renamed(rule.tree, lambda n: Name(n.id, max(0, n.up - 1)))

    def step_end(self, sample: int) -> int:
        """The last sample of the step that a sample belongs to; both are counted from 1."""
        return -(-sample // self.step) * self.step

    def waits_for_step_end(self, name: str) -> bool:
        """Whether a quantity is computed only in the last row of a step of several rows."""
        quantity = self.quantities[name]
        once_a_step = isinstance(quantity, Carried) and quantity.computed_each is Moment.STEP
        return once_a_step and self.step > 1

    def is_final_in_every_row(self, name: str) -> bool:
        """Whether a quantity is final in every row, not only in the last row of a step."""
        quantity = self.quantities[name]
        accumulates = isinstance(quantity, Carried) and quantity.restarts_each is Moment.STEP
        return not (accumulates and self.step > 1) and not self.waits_for_step_end(name)

    def restarting(self, moment: Moment) -> Iterator[tuple[str, float]]:
        """The carried quantities that restart at a moment, each with its start."""
        for name, quantity in self.quantities.items():
            if isinstance(quantity, Carried) and quantity.restarts_each is moment:
                yield name, quantity.start

    def updating(self, moment: Moment) -> Iterator[tuple[str, Tree]]:
        """The given quantities that are updated at a moment, each with its update formula."""
        for name, quantity in self.quantities.items():
            if isinstance(quantity, Given) and quantity.updated_each is moment:
                yield name, quantity.update
