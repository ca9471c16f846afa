"""What belongs into each column of a table, by the network's declared formulas."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from backprop_sheet.checker.causes import renamed
from backprop_sheet.checker.meaning import at_row
from backprop_sheet.formula import Tree, function, inline, names
from backprop_sheet.network import RATE, Kind, Network


@dataclass(frozen=True)
class Rule:
    """What belongs into a column.

    Attributes:
        name: the quantity.
        kind: its kind.
        tree: its formula in names that the table has.
        above: whether it goes by the row above: a given number, or a weight.
        constant: the names that are the same in every row.
    """

    name: str
    kind: Kind
    tree: Tree
    above: bool
    constant: frozenset[str] = frozenset({RATE})

    @cached_property
    def number(self) -> Callable[[Mapping[str, float]], float]:
        """The formula as a function of the numbers of the row that it goes by."""
        return function(self.tree)

    @cached_property
    def needs(self) -> list[str]:
        """The names it takes."""
        return names(self.tree)

    @cached_property
    def seen(self) -> Tree:
        """The formula as seen from its own row: ``w1@-1 - eta*dE_dw1@-1``."""
        if not self.above or self.kept:
            return self.tree
        return renamed(self.tree, lambda n: ast.Name(n if n in self.constant else at_row(n, -1)))

    @property
    def kept(self) -> bool:
        """Whether the number stays the same in every row."""
        return self.needs == [self.name]


def rules_of(network: Network, columns: set[str]) -> dict[str, Rule]:
    """The rule of each column that a table has, in the order of the network's columns.

    What the table has no column for is written out in full.
    """
    absent = {name: q.formula for name, q in network.derived.items() if name not in columns}
    same = {name for name, q in network.given.items() if names(q.then) == [name]}
    rules = {}
    for name in network.columns:
        if name not in columns:
            continue
        quantity = network.quantities[name]
        above = name in network.given
        tree = network.given[name].then if above else network.derived[name].formula
        rules[name] = Rule(name, quantity.kind, inline(tree, absent), above, frozenset(same))
    return rules
