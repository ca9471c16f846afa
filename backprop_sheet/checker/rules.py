"""What belongs into each column of a table, by the network's declared formulas.

A rule's formula is seen from its own row: ``w1@-1 - eta*dE_dw1@-1`` goes by the row above. Where
there are several samples, or an optimizer remembers, what belongs into a column depends on the row:
`Rules.at` gives a row's.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from backprop_sheet.checker.meaning import at_row, parted
from backprop_sheet.formula import EXCEL, Tree, function, inline, names, renamed, write
from backprop_sheet.network import SAMPLE, Carried, Derived, Given, Kind, Network

LONGEST = 8192
"""Characters that a formula has at most in a spreadsheet."""


@dataclass(frozen=True)
class Rule:
    """What belongs into a column in a row.

    Attributes:
        name: the quantity.
        kind: its kind.
        seen: its formula, in names that the table has.
        above: whether it is a given number, that moves on from the row above.
        open: whether any number is right: one that the table begins with.
    """

    name: str
    kind: Kind
    seen: Tree
    above: bool
    open: bool = False

    @cached_property
    def number(self) -> Callable[[Mapping[str, float]], float]:
        """The formula as a function of numbers, by its names as `key` spells them."""
        return function(renamed(self.seen, lambda name: ast.Name(key(name))))

    @cached_property
    def needs(self) -> list[str]:
        """The names it takes."""
        return names(self.seen)

    @cached_property
    def text(self) -> str:
        """The formula as text, to tell rules of one column apart."""
        return ast.dump(self.seen)

    @property
    def kept(self) -> bool:
        """Whether the number is the same as in an earlier row."""
        return len(self.needs) == 1 and parted(self.needs[0])[0] == self.name


def key(name: str) -> str:
    """A name as Python takes it: ``w1@-1`` has a sign that it does not."""
    return name.replace("@-", "__")


class Rules:
    """The rules of a table."""

    def __init__(self, network: Network, columns: set[str]) -> None:
        """What the table has no column for is written out in full."""
        self._network, self._columns = network, columns
        self._absent = {n: q.formula for n, q in network.derived.items() if n not in columns}
        self._too_long = self._longer_than_a_cell()
        settings = network.named(Kind.SETTING)
        one = len(network.samples) == 1
        kept = [n for n, q in network.given.items() if isinstance(q.then, ast.Name) and one]
        self.constant = frozenset(kept if one else settings)
        self._period = len(network.samples)
        self._cached = cache(self._made)

    def at(self, row: int) -> dict[str, Rule]:
        """The rules of a row counted from 0, in the order of the network's columns."""
        if row < 2 * self._period:
            return self._cached(row)
        return self._cached(2 * self._period + row % self._period)

    @property
    def usual(self) -> dict[str, Rule]:
        """Those of a row in which a step begins, and which is not the first."""
        return self._cached(2 * self._period)

    def _longer_than_a_cell(self) -> set[str]:
        """Columns whose formula, with all that has no column written out, no cell would hold."""
        lengths: dict[str, int] = {}
        for name, quantity in self._network.derived.items():
            inner = (
                lengths[n] for n in names(quantity.formula) if n in self._absent and n in lengths
            )
            lengths[name] = len(write(quantity.formula, EXCEL)) + sum(inner)
        return {name for name, length in lengths.items() if length > LONGEST}

    def _made(self, row: int) -> dict[str, Rule]:
        found = {}
        for name in self._network.columns:
            if name in self._columns:
                quantity = self._network.quantities[name]
                tree, above = self._tree(quantity, row), isinstance(quantity, Given)
                found[name] = Rule(name, quantity.kind, tree or ast.Name(name), above, tree is None)
        return found

    def _tree(self, quantity: Given | Derived, row: int) -> Tree | None:
        """A quantity's formula as seen from its row; None where the table begins with a number."""
        if quantity.name in self._too_long:
            return None
        if isinstance(quantity, Carried):
            return self._carried(quantity, row)
        if isinstance(quantity, Derived):
            return inline(quantity.formula, self._absent)
        return self._given(quantity, row)

    def _given(self, quantity: Given, row: int) -> Tree | None:
        sample = row % self._period
        if quantity.kind is Kind.COUNTER:
            return self._counter(quantity, row, sample)
        if quantity.kind in (Kind.INPUT, Kind.TARGET):
            offset = 0 if self._period == 1 else -self._period
            return ast.Name(at_row(quantity.name, offset)) if row >= self._period else None
        too_long = self._too_long & set(names(quantity.then)) & self._absent.keys()
        if row == 0 or too_long:
            return None
        if quantity.name in self.constant:
            return ast.Name(quantity.name)
        if row % self._network.design.step:
            return ast.Name(at_row(quantity.name, -1))
        return self._above(inline(quantity.then, self._absent))

    def _counter(self, quantity: Given, row: int, sample: int) -> Tree | None:
        if row == 0 or (quantity.name == SAMPLE and sample == 0):
            return None if row == 0 else ast.Constant(1)
        moves = quantity.name == SAMPLE or sample == 0
        return self._above(quantity.then if moves else ast.Name(quantity.name))

    def _carried(self, quantity: Carried, row: int) -> Tree | None:
        step, start = self._network.design.step, ast.Constant(int(quantity.start))
        acts = quantity.sums or row % step == step - 1
        fresh = row % self._period == 0 if quantity.sums else row == 0
        if not acts:
            return self._above(ast.Name(quantity.name)) if row else None
        own: Tree = start if fresh else ast.Name(at_row(quantity.name, -1))
        return renamed(quantity.formula, lambda n: own if n == quantity.name else ast.Name(n))

    def _above(self, tree: Tree) -> Tree:
        return renamed(tree, lambda n: ast.Name(n if n in self.constant else at_row(n, -1)))
