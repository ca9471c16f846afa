"""Compares the formulas of a table with the right ones, however they are written."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice, product

from backprop_sheet.checker.effort import STEPS, Effort
from backprop_sheet.checker.grid import Grid, Line
from backprop_sheet.checker.points import (
    EMPTY,
    close,
    number_at,
    numbers_at,
    points_for,
    same,
    size,
)
from backprop_sheet.checker.references import Outside, meaning, outside_numbers
from backprop_sheet.checker.rules import Rule, Rules
from backprop_sheet.formula import Name, Number, Tree, leaves, nodes, renamed, replaced
from backprop_sheet.network import RATE

PER_NAME = 5
"""Operations that a name counts for, whose number may follow from others."""
ALIASES = 64
"""Ways to read cells outside the table as given numbers that are tried."""

Values = Mapping[str, float]


class Comparison:
    """Decides which formulas are the same, and remembers it for the whole workbook."""

    def __init__(self) -> None:
        """Start with the whole reserve of effort."""
        self.effort = Effort(STEPS)
        self._known: dict[tuple[Tree, Tree, frozenset[tuple[Name, float]], int], bool] = {}

    def same(
        self,
        tree: Tree,
        right: Tree,
        fixed: Mapping[Name, float],
        definitions: Mapping[str, Tree] = EMPTY,
    ) -> bool:
        """Whether a formula is the same as the right one.

        Args:
            tree: the formula.
            right: the right one.
            fixed: names that have a number of their own.
            definitions: names whose number follows from others; one object for all tables.
        """
        key = (tree, right, frozenset(fixed.items()), id(definitions))
        if key not in self._known:
            points = points_for(right, fixed, definitions)
            self._known[key] = same(tree, numbers_at(right, points), points)
            self.effort.spend(len(points) * (size(tree) + size(right)))
            self.effort.spend(PER_NAME * sum(map(len, points)))
        return self._known[key]


class Formulas:
    """The formulas of a table."""

    def __init__(
        self, grid: Grid, rulebook: Rules, settings: Values, comparison: Comparison
    ) -> None:
        """Begin a table.

        Args:
            grid: the table.
            rulebook: what belongs in its columns.
            settings: the numbers of the settings, but for the learning rate.
            comparison: decides which formulas are the same.
        """
        self._grid, self._rulebook, self._comparison = grid, rulebook, comparison
        self._settings = {Name(name): number for name, number in settings.items()}
        self._kept = [name for name, rule in rulebook.usual.items() if rule.kept]
        comparison.effort.earn(len(grid.columns))

    @property
    def exhausted(self) -> bool:
        """Whether no more formulas are compared."""
        return self._comparison.effort.exhausted

    def read(self, formula: str, line: Line) -> Tree:
        """The tree of a formula in a row.

        Raises:
            NotArithmetic: it cannot be read.
        """
        self._comparison.effort.spend(len(formula))
        return meaning(formula, self._grid, line)

    def fixed(self, tree: Tree, line: Line) -> dict[Name, float]:
        """The names that have their own number: settings, and cells outside the table.

        So has η where no cell holds it. A formula that refers to η must be right for any, lest
        η = 1 be taken for no factor at all, or η = ½ for the ½ of an error.
        """
        found = outside_numbers(tree, self._grid, line) | self._settings
        rate = self._grid.rate
        if rate and not (rate.cell or rate.column):
            found[Name(RATE)] = rate.value
        return found

    def readings(self, tree: Tree, right: Tree) -> Iterator[Tree]:
        """The formula, and the formula with a number that is typed for η read as η."""
        yield tree
        rate, eta = self._grid.rate, Name(RATE)
        if rate and eta in leaves(right) and eta not in leaves(tree):
            yield from (
                replaced(tree, node, eta)
                for node in nodes(tree)
                if not leaves(node) and close(number_at(node, {}), rate.value)
            )

    def is_right(
        self, tree: Tree, rule: Rule, line: Line, values: Values, *, deep: bool = False
    ) -> bool:
        """Whether a formula is the right one.

        Args:
            tree: the formula.
            rule: what belongs there.
            line: its row.
            values: the numbers of the row.
            deep: whether it may also be right because of what it takes, if that is right.
        """
        fixed = self.fixed(tree, line)
        definitions = self._rulebook.definitions if deep else EMPTY
        ways = chain(self.readings(tree, rule.tree), self._aliased(tree, line, values))
        return any(self._comparison.same(way, rule.tree, fixed, definitions) for way in ways)

    def _aliased(self, tree: Tree, line: Line, values: Values) -> Iterator[Tree]:
        """The tree with cells outside the table read as the inputs and targets they hold."""
        outside = outside_numbers(tree, self._grid, line)
        ways = [
            [cell, *(Name(name) for name in self._kept if values.get(name) == number)]
            for cell, number in outside.items()
        ]
        for way in islice(product(*ways), 1, ALIASES):
            meant: dict[Name, Name] = dict(zip(outside, way, strict=True))
            yield renamed(tree, lambda name, m=meant: m.get(name, name))  # type: ignore[misc]


def is_pure(tree: Tree, right: Tree) -> bool:
    """Whether a formula is made of quantities alone, so that nothing about it is guessed."""
    constants = {node.value for node in nodes(right) if isinstance(node, Number)}
    return all(
        not isinstance(node, Outside) if isinstance(node, Name) else node.value in constants
        for node in nodes(tree)
        if isinstance(node, Name | Number)
    )
