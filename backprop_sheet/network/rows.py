"""What stands in each row of a training: the one account of it.

Rows differ: a number is given in the first, the weights move where a step begins, a mean begins
anew with its epoch. For each quantity and each kind of row `Rules.at` gives the rule, a formula
whose names say how many rows above theirs stand. Every view takes the rule from here and only
spells its names: as a Python variable, as a cell's address, as a number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from backprop_sheet.formula import Name, Number, Tree, renamed
from backprop_sheet.network.quantities import Carried, Derived, Given, Kind, Moment, Quantity


class RowKind(NamedTuple):
    """All that the rules of a row depend on.

    Attributes:
        begins: the rarest thing that begins with the row.
        ends_step: whether a step ends with it.
        first_epoch: whether it belongs to the first epoch, in which samples are given.
    """

    begins: Moment
    ends_step: bool
    first_epoch: bool


@dataclass(frozen=True)
class Rule:
    """How a number follows from others.

    Attributes:
        tree: the formula; its names say how many rows above theirs stand.
        start: the number that stands for the quantity's own above, where it begins anew.
    """

    tree: Tree
    start: float | None = None

    @property
    def whole(self) -> Tree:
        """The formula with the start put in."""
        if self.start is None:
            return self.tree
        start = Number(int(self.start))
        return renamed(self.tree, lambda name: start if name.up else name)

    @property
    def repeats(self) -> bool:
        """Whether it only repeats a number further up."""
        return isinstance(self.tree, Name)


class Rules:
    """The rules of a network's rows.

    Attributes:
        samples: rows of an epoch.
        step: rows of a step.
    """

    def __init__(self, quantities: Mapping[str, Quantity], samples: int, step: int) -> None:
        """The rules for these quantities."""
        self.samples, self.step = samples, step
        self._quantities = quantities

    @cached_property
    def settings(self) -> frozenset[str]:
        """The quantities that have one number, in no row."""
        return frozenset(n for n, q in self._quantities.items() if q.kind is Kind.SETTING)

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
        """The kinds of the rows of every epoch after the first, each once."""
        rows = range(self.samples, 2 * self.samples)
        return tuple(dict.fromkeys(map(self.kind, rows)))

    def at(self, name: str, kind: RowKind) -> Rule | None:
        """What stands in a quantity's cell; None where a number is given.

        A setting has no cell: it is one number for all rows.
        """
        match self._quantities[name]:
            case Given() as quantity:
                return self._given(quantity, kind)
            case Carried() as quantity:
                return self._carried(quantity, kind)
            case Derived(formula=formula):
                return Rule(formula)

    def _given(self, quantity: Given, kind: RowKind) -> Rule | None:
        if quantity.kind in (Kind.TARGET, Kind.INPUT):  # the same sample, an epoch before
            return None if kind.first_epoch else Rule(Name(quantity.name, self.samples))
        if kind.begins is Moment.TRAINING:
            return None
        if kind.begins <= quantity.anew:
            return Rule(Number(int(quantity.start)))
        if kind.begins <= quantity.moves:
            return Rule(self._from_above(quantity.then))
        return Rule(Name(quantity.name, 1))

    def _carried(self, quantity: Carried, kind: RowKind) -> Rule | None:
        if quantity.moves is Moment.STEP and not kind.ends_step:
            return Rule(Name(quantity.name, 1)) if kind.begins > Moment.TRAINING else None
        own = Name(quantity.name, 1)
        tree = renamed(quantity.formula, lambda name: own if name.id == own.id else name)
        return Rule(tree, quantity.start if kind.begins <= quantity.anew else None)

    def _from_above(self, tree: Tree) -> Tree:
        """A formula by the numbers of the row above."""
        return renamed(tree, lambda n: n if n.id in self.settings else Name(n.id, n.up + 1))

    def next(self, name: str, row: int) -> Tree | None:
        """A given quantity's number in the next row, by the numbers of this one.

        None where it stays as it is.
        """
        rule = self.at(name, self.kind(row + 1))
        if rule is None or rule.repeats:
            return None
        return renamed(rule.tree, lambda n: Name(n.id, max(0, n.up - 1)))

    def waits(self, name: str) -> bool:
        """Whether a quantity is computed in the last row of a step only."""
        quantity = self._quantities[name]
        late = isinstance(quantity, Carried) and quantity.moves is Moment.STEP
        return late and self.step > 1

    def is_whole(self, name: str) -> bool:
        """Whether a quantity's number is whole in every row, not only in the last of a step."""
        quantity = self._quantities[name]
        grows = isinstance(quantity, Carried) and quantity.anew is Moment.STEP and self.step > 1
        return not (grows or self.waits(name))

    def starting(self, moment: Moment) -> Iterator[tuple[str, float]]:
        """The carried quantities that begin anew with something, each with its start."""
        for name, quantity in self._quantities.items():
            if isinstance(quantity, Carried) and quantity.anew is moment:
                yield name, quantity.start

    def moving(self, moment: Moment) -> Iterator[tuple[str, Tree]]:
        """The given quantities that move with something, each by the numbers of the row above."""
        for name, quantity in self._quantities.items():
            if isinstance(quantity, Given) and quantity.moves is moment:
                yield name, quantity.then
