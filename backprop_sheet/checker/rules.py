"""What belongs in each column of a table, by the network's rules for its rows.

A rule's formula is seen from its own row, and written out in the columns that the table has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from backprop_sheet.formula import EXCEL, ZERO, Name, Tree, leaves, names, raised, renamed, write
from backprop_sheet.formula.numbers import Numbers, function_of_rows
from backprop_sheet.network import CLASS, PREDICTION, RATE, Given, Kind, Moment, Network, RowKind
from backprop_sheet.network.classes import Classes, found_in

LONGEST = 8192
"""Characters that a formula has at most in a spreadsheet."""


@dataclass(frozen=True, eq=False)
class Rule:
    """What belongs in a column in a row; columns and rows with the same rule share it.

    Attributes:
        name: the quantity.
        kind: its kind.
        tree: its formula, in names that the table has.
        above: whether it is a given number, that moves on from the row above.
        open: whether any number is right: one that the table begins with.
        begins: whether it takes a sum over rows that begins anew in its row.
    """

    name: str
    kind: Kind
    tree: Tree
    above: bool
    open: bool = False
    begins: bool = False

    @cached_property
    def number(self) -> Numbers:
        """The formula as a function of the rows' numbers."""
        return function_of_rows(self.tree)

    @cached_property
    def needs(self) -> list[Name]:
        """The names it takes."""
        return leaves(self.tree)

    @cached_property
    def kept(self) -> bool:
        """Whether the number is the same as in an earlier row."""
        return len(self.needs) == 1 and self.needs[0].id == self.name


class Rules:
    """The rules of a table.

    Attributes:
        constant: the quantities that are the same in every row.
    """

    def __init__(self, network: Network, columns: frozenset[str]) -> None:
        """What the table has no column for is written out in full."""
        self._network, self._columns = network, columns
        self._absent = {n: q.formula for n, q in network.derived.items() if n not in columns}
        self._unknown = self._longer_than_a_cell() | (network.carried.keys() - columns)
        self.constant = constant(network)
        self._of_kind = cache(self._made)
        self._known: dict[tuple[str, Tree, bool, bool], Rule] = {}

    def at(self, row: int) -> dict[str, Rule]:
        """The rules of a row counted from 0, in the order of the network's columns."""
        return self._of_kind(self._network.rules.kind(row))

    @cached_property
    def usual(self) -> dict[str, Rule]:
        """Those of a row in which a step begins, and which is not the first."""
        return self.at(2 * len(self._network.samples))

    @cached_property
    def definitions(self) -> dict[str, Tree]:
        """The formulas of the columns that are derived from their own row alone, in every row."""
        found = self.beginning.items()
        return {name: tree for name, tree in found if name not in self._restarting}

    @cached_property
    def beginning(self) -> dict[str, Tree]:
        """These, and those that are so in the first row of an epoch only, where sums begin anew."""
        derived = [rule for rule in self.usual.values() if not rule.above]
        carried = {need.id for rule in derived for need in rule.needs if need.up}
        return {rule.name: rule.tree for rule in derived if rule.name not in carried}

    @cached_property
    def computed(self) -> dict[str, Tree]:
        """The formulas of the columns that do not only repeat a number."""
        return {name: rule.tree for name, rule in self.usual.items() if not rule.kept}

    @cached_property
    def _classes(self) -> dict[Name, Classes]:
        """The quantities that are the number of a class and no other, each with the classes."""
        network, design = self._network, self._network.design
        if not design.classes:
            return {}
        targets = network.named(Kind.TARGET)
        own = targets if len(targets) == design.abreast else design.of_each_sample([CLASS])
        names = (*own, *design.of_each_sample([PREDICTION]))
        return dict.fromkeys(map(Name, names), design.classes)

    @cached_property
    def alternatives(self) -> list[list[Mapping[Name, float]]]:
        """What quantities are that stand for a class: its number, or 1 for one of several."""
        found: list[list[Mapping[Name, float]]] = [*self._one_of_several()]
        for name, numbers in self._classes.items():
            found.append([{name: number} for number in numbers])
        return found

    def _one_of_several(self) -> Iterator[list[Mapping[Name, float]]]:
        """The targets of each sample of a row, if exactly one is 1 in every sample."""
        network = self._network
        for name in network.design.of_each_sample([CLASS]):
            formula = network.derived[name].formula if name in network.derived else ZERO
            targets = names(formula)
            rows = [{t: row[t] for t in targets if t in row} for row in network.samples]
            if targets and all(len(row) == len(targets) for row in rows) and found_in(rows):
                low = min(rows[0].values())
                yield [{Name(t): 1.0 if t == one else low for t in targets} for one in targets]

    @cached_property
    def _restarting(self) -> frozenset[str]:
        """The quantities that have another formula where they begin anew than in other rows."""
        rules, some = self._network.rules, self._columns & self._network.carried.keys()
        return frozenset(
            name
            for name in some
            if len({rule and rule.whole for k in rules.regular for rule in [rules.at(name, k)]}) > 1
        )

    def _longer_than_a_cell(self) -> set[str]:
        """Columns whose formula, with all that has no column written out, no cell would hold."""
        if not self._absent:
            return set()
        lengths: dict[str, int] = {}
        for name, quantity in self._network.derived.items():
            inner = (
                lengths[n] for n in names(quantity.formula) if n in self._absent and n in lengths
            )
            lengths[name] = len(write(quantity.formula, EXCEL)) + sum(inner)
        return {name for name, length in lengths.items() if length > LONGEST}

    def _made(self, kind: RowKind) -> dict[str, Rule]:
        return {
            name: self._rule(name, kind) for name in self._network.columns if name in self._columns
        }

    def _rule(self, name: str, kind: RowKind) -> Rule:
        quantity = self._network.quantities[name]
        tree = self._tree(name, kind)
        own = {leaf.id for leaf in leaves(tree) if not leaf.up} if tree else set()
        begins = kind.begins <= Moment.EPOCH and not own.isdisjoint(self._restarting)
        key = (name, tree or Name(name), tree is None, begins)
        if key not in self._known:
            above = isinstance(quantity, Given)
            rule = Rule(name, quantity.kind, key[1], above, open=key[2], begins=begins)
            self._known[key] = rule
        return self._known[key]

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


def constant(network: Network) -> frozenset[str]:
    """The quantities that are the same in every row: settings, or all that keep their number."""
    if len(network.samples) > 1:
        return frozenset(network.named(Kind.SETTING))
    return frozenset(n for n, q in network.given.items() if q.update == Name(n))


def settings_of(network: Network) -> dict[str, float]:
    """The numbers of the settings, but for the learning rate."""
    return {name: network.numbers[name] for name in network.named(Kind.SETTING) if name != RATE}
