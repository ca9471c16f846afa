"""Compares the formulas of a table with the right ones, however they are written."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations, islice, product
from math import prod

from backprop_sheet.checker.effort import STEPS, Effort
from backprop_sheet.checker.excel import unrounded
from backprop_sheet.checker.grid import Grid, Line
from backprop_sheet.checker.point import EMPTY, any_setting, close, number_at, size
from backprop_sheet.checker.points import agree, points_by_chance
from backprop_sheet.checker.references import Outside, meaning, outside_numbers, place_of
from backprop_sheet.checker.rules import Rule, Rules
from backprop_sheet.checker.ties import PER_NAME, Ties
from backprop_sheet.formula import ONE, Name, Op, Tree, changed, leaves
from backprop_sheet.network import RATE, Kind

MOST_READINGS = 64
"""Ways to read numbers as typed ones that are tried."""
MOST_CHOICES = 100
"""Choices of classes at which a formula is compared."""
TYPED = 0.01
"""Relative difference up to which a number may be typed for another."""

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
            points, ties = (
                points_by_chance(right, fixed, definitions),
                Ties(right, tree, fixed, definitions),
            )
            alike = agree(tree, right, points) and agree(tree, right, ties.points())
            self._known[key] = alike
            self.effort.spend(ties.work + len(points) * (size(tree) + size(right)))
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

        So has η where no cell holds it. A formula that refers to η or to another setting must be
        right for any, lest η = 1 be taken for no factor at all, or η = ½ for the ½ of an error.
        """
        referred = set(leaves(tree))
        settings = self._settings.items()
        found = outside_numbers(tree, self._grid, line)
        found |= {name: any_setting(name.id) if name in referred else n for name, n in settings}
        rate = self._grid.rate
        if rate and not (rate.cell or rate.column or rate.elsewhere):
            found[Name(RATE)] = rate.value
        return found

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
        written = dict.fromkeys((tree, unrounded(tree)))
        ways = chain.from_iterable(self.readings(way, rule, line, values) for way in written)
        some = islice(ways, MOST_READINGS)
        return any(self._same(way, rule, fixed, deep=deep) for way in some)

    def _same(self, tree: Tree, rule: Rule, fixed: dict[Name, float], *, deep: bool) -> bool:
        """Whether a formula is the same as the right one, maybe because of what it takes."""
        definitions = self._definitions(rule) if deep else EMPTY
        if self._comparison.same(tree, rule.tree, fixed, definitions):
            return True
        return rule.kind is Kind.MEASURE and self._same_of_classes(tree, rule, fixed, deep=deep)

    def _same_of_classes(
        self, tree: Tree, rule: Rule, fixed: dict[Name, float], *, deep: bool
    ) -> bool:
        """Whether a formula is the same as the right one where targets are classes.

        1 − |t1 − prediction| says whether the two are equal if they are 0 or 1, and t1 + 2·t2 is
        the class if one of them is 1. A target that is neither shows in the numbers of its row.
        """
        definitions = self._definitions(rule) if deep else EMPTY
        own = {n for n in (*rule.needs, *leaves(tree)) if n.id not in definitions}
        some = [each for each in self._rulebook.alternatives if not own.isdisjoint(each[0])]
        if not some or prod(map(len, some)) > MOST_CHOICES:
            return False
        return all(
            self._comparison.same(tree, rule.tree, fixed | _merged(choice), definitions)
            for choice in product(*some)
        )

    def _definitions(self, rule: Rule) -> Mapping[str, Tree]:
        return self._rulebook.beginning if rule.begins else self._rulebook.definitions

    def is_right_by_meaning(self, tree: Tree, rule: Rule, line: Line, values: Values) -> bool:
        """Whether a formula is the right one, by itself or because of what it takes."""
        where = (tree, rule, line, values)
        return self.is_right(*where) or self.is_right(*where, deep=True)

    def takes_others(self, tree: Tree, rule: Rule) -> bool:
        """Whether a formula takes quantities of its row that the right one does not."""
        some = set(leaves(tree))
        others = some.difference(rule.needs)
        beside = any(isinstance(name, Outside) for name in some)
        return bool(others) and not beside and not any(name.up for name in others)

    def number(self, tree: Tree, line: Line, rows: Mapping[int, Values]) -> float | None:
        """The number that a formula gives for those of the table; None if it gives none."""
        own = {n: rows[n.up][n.id] for n in leaves(tree) if n.id in rows.get(n.up, {})}
        return number_at(tree, outside_numbers(tree, self._grid, line) | own)

    def is_typed(self, tree: Tree, rule: Rule, line: Line) -> bool:
        """Whether a right formula has a number typed for an input, a target or η."""
        fixed = self.fixed(tree, line)
        own = {number for _, number in _constants(rule.tree)}
        some = any(number not in own for _, number in _constants(tree))
        return some and not any(self._same(tree, rule, fixed, deep=deep) for deep in (False, True))

    def readings(self, tree: Tree, rule: Rule, line: Line, values: Values) -> Iterator[Tree]:
        """The formula as it stands, and with numbers read as what they may be typed for.

        An input, a target or η may also stand in a cell outside the table, or be typed.
        """
        outside = outside_numbers(tree, self._grid, line)
        meant: dict[Tree | int, list[Tree]] = {
            cell: [Name(name) for name in self._kept if values.get(name) == number]
            for cell, number in outside.items()
        }
        named = {RATE, *self._grid.settings.values()}
        kept = [name for name in rule.needs if name.id in self._kept or name.id in named]
        for node, number in _constants(tree):
            meant[id(node)] = [name for name in kept if close(number, values.get(name.id))]
            if Name(RATE) in kept and close(number * values.get(RATE, 0.0), 1.0):
                meant[id(node)].append(Op("/", (ONE, Name(RATE))))  # g/2 for η = ½
        open_ = [key for key, some in meant.items() if some]
        for count in range(len(open_) + 1):
            for keys in combinations(open_, count):
                for some in product(*(meant[key] for key in keys)):
                    yield _read_as(tree, dict(zip(keys, some, strict=True)))

    def is_clear(self, tree: Tree, rule: Rule, line: Line, rows: Mapping[int, Values]) -> bool:
        """Whether nothing about a formula is guessed, so that it is wrong if it is not right.

        A cell outside the table may hold anything, unless it is empty; a number may be typed for
        any other that the rule takes; and an update may sum up several rows of a gradient.
        """
        rows_of: dict[str, set[int]] = {}
        for name in leaves(tree):
            rows_of.setdefault(name.id, set()).add(name.up)
        if rule.above and max(map(len, rows_of.values()), default=0) > 1:
            return False
        cells = [name for name in leaves(tree) if isinstance(name, Outside)]
        places = [place_of(name.id, self._grid) for name in cells]
        if not all(place and self._grid.cell(place, line).value is None for place in places):
            return False
        own = {number for _, number in _constants(rule.tree)}
        own_number = {RATE, *self._kept, *(setting.id for setting in self._settings)}
        needed = [rows.get(n.up, {}).get(n.id) for n in rule.needs if n.id not in own_number]
        return not any(
            close(number, value, TYPED)
            for _, number in _constants(tree)
            if number not in own
            for value in needed
        )


def _merged(some: Iterable[Mapping[Name, float]]) -> dict[Name, float]:
    return {name: number for each in some for name, number in each.items()}


def _read_as(tree: Tree, new: Mapping[Tree | int, Tree]) -> Tree:
    """The tree with others in place of some cells, and of some nodes by their identity."""
    return changed(tree, lambda node: new.get(id(node)) or new.get(node))


def _constants(tree: Tree) -> Iterator[tuple[Tree, float]]:
    """The parts of a formula without names, each with its number."""
    if not leaves(tree):
        if (number := number_at(tree, {})) is not None:
            yield tree, number
    elif isinstance(tree, Op):
        for part in tree.parts:
            yield from _constants(part)
