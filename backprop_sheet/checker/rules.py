"""What belongs into each column of a table, by the network's rules for its rows.

A rule's formula is seen from its own row, and written out in the columns that the table has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from backprop_sheet.formula import (
    EXCEL,
    Name,
    Tree,
    function_of_rows,
    leaves,
    names,
    raised,
    renamed,
    write,
)
from backprop_sheet.network import Given, Kind, Network, RowKind

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
    def number(self) -> Callable[[Mapping[Name, float]], float]:
        """The formula as a function of numbers."""
        return function_of_rows(self.seen)

    @cached_property
    def needs(self) -> list[Name]:
        """The names it takes."""
        return leaves(self.seen)

    @property
    def kept(self) -> bool:
        """Whether the number is the same as in an earlier row."""
        return len(self.needs) == 1 and self.needs[0].id == self.name


class Rules:
    """The rules of a table."""

    def __init__(self, network: Network, columns: set[str]) -> None:
        """What the table has no column for is written out in full."""
        self._network, self._columns = network, columns
        self._absent = {n: q.formula for n, q in network.derived.items() if n not in columns}
        self._unknown = self._longer_than_a_cell() | (network.carried.keys() - columns)
        settings = network.named(Kind.SETTING)
        one = len(network.samples) == 1
        kept = [n for n, q in network.given.items() if isinstance(q.update, Name) and one]
        self.constant = frozenset(kept if one else settings)
        self._of_kind = cache(self._made)

    def at(self, row: int) -> dict[str, Rule]:
        """The rules of a row counted from 0, in the order of the network's columns."""
        return self._of_kind(self._network.rules.kind(row))

    @property
    def usual(self) -> dict[str, Rule]:
        """Those of a row in which a step begins, and which is not the first."""
        return self.at(2 * len(self._network.samples))

    def _longer_than_a_cell(self) -> set[str]:
        """Columns whose formula, with all that has no column written out, no cell would hold."""
        lengths: dict[str, int] = {}
        for name, quantity in self._network.derived.items():
            inner = (
                lengths[n] for n in names(quantity.formula) if n in self._absent and n in lengths
            )
            lengths[name] = len(write(quantity.formula, EXCEL)) + sum(inner)
        return {name for name, length in lengths.items() if length > LONGEST}

    def _made(self, kind: RowKind) -> dict[str, Rule]:
        found = {}
        for name in self._network.columns:
            if name in self._columns:
                quantity = self._network.quantities[name]
                tree, above = self._tree(name, kind), isinstance(quantity, Given)
                found[name] = Rule(name, quantity.kind, tree or Name(name), above, tree is None)
        return found

    def _tree(self, name: str, kind: RowKind) -> Tree | None:
        """A quantity's formula as seen from its row; None where any number is right."""
        rule = self._network.rules.at(name, kind)
        if rule is None or name in self._unknown:
            return None
        if self._unknown & self._absent.keys() & set(names(rule.whole)):
            return None
        return self._written_out(rule.whole)

    def _written_out(self, tree: Tree) -> Tree:
        """A formula in the columns that the table has."""
        return renamed(tree, self._meaning)

    def _meaning(self, name: Name) -> Tree:
        if name.id in self.constant:
            return Name(name.id)
        if name.id in self._absent:
            return self._written_out(raised(self._absent[name.id], name.up))
        return name
