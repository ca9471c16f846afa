"""Judges the formulas of a table: right, however they are written, or what is wrong with them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

from backprop_sheet.checker.causes import Cause, Swap, cause_of
from backprop_sheet.checker.excel import NotArithmetic, regrouped
from backprop_sheet.checker.meaning import Outside, Place, pattern
from backprop_sheet.checker.rules import Rule
from backprop_sheet.checker.trial import Trial
from backprop_sheet.checker.words import Words
from backprop_sheet.formula import Name, Number, Tree, inline, leaves, nodes, renamed
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.addresses import letters
from backprop_sheet.ooxml.sheet import Cell

MOST_NODES = 400
"""Size of a formula that is held against the right one with all that it takes written out."""
ALIASES = 64
"""Ways to read cells outside the table as given numbers that are tried."""


class Spot(NamedTuple):
    """A cell of a table.

    Attributes:
        rule: what belongs there.
        cell: what is there.
        row: its row in the sheet.
        epoch: its row in the table.
        right: the number that belongs there; None if it cannot be told.
        allowed: how far a number may be off.
    """

    rule: Rule
    cell: Cell
    row: int
    epoch: int
    right: float | None
    allowed: float


def _inline_once(tree: Tree, definitions: dict[str, Tree]) -> Tree:
    """The tree with defined names replaced, and not the same names in their definitions."""
    return renamed(tree, lambda name: definitions.get(name.id, name) if not name.up else name)


class Formulas:
    """The formulas of a table.

    Attributes:
        columns: the column of each quantity.
    """

    def __init__(
        self,
        place: Place,
        rules: dict[str, Rule],
        rate: float | None,
        settings: dict[str, float],
        words: Words,
    ) -> None:
        """Begin with none.

        Args:
            place: where the table stands.
            rules: what belongs into its columns.
            rate: its learning rate.
            settings: the numbers of the other settings.
            words: what says causes.
        """
        self._place, self._rules, self._rate = place, rules, rate
        self._settings, self.words = settings, words
        self.columns = place.header.columns
        if place.eta_column:
            self.columns = {RATE: place.eta_column, **self.columns}
        self._approved: set[tuple[str, str, Tree]] = set()
        self._causes: dict[tuple[str, bool, Tree], Cause] = {}
        self._unexplained: dict[tuple[str, str, Tree], Cause] = {}

    def known(self, name: str) -> bool:
        """Whether a column has had a right formula."""
        return any(key[0] == name for key in self._approved)

    def approve(self, spot: Spot) -> bool:
        """Whether the formula of a right number is right as well, as far as that can be told."""
        assert spot.cell.formula is not None
        key = (spot.rule.name, pattern(spot.cell.formula, spot.row), spot.rule.seen)
        if key in self._approved or spot.rule.open:
            return True
        try:
            tree = self._place.meaning(spot.cell.formula, spot.row)
        except NotArithmetic:
            return True
        if self._place.pace.hurried:
            return True
        with self._place.pace.explaining():
            trial = self._trial(tree, spot.rule.seen)
            right = self._is_right(spot.rule, tree, trial) or self._comes_to_it(spot.rule, tree)
        if right:
            self._approved.add(key)
            return True
        return spot.rule.kept or not self._is_pure(spot.rule, tree)

    # --- right or not ----------------------------------------------------------------------------

    def _trial(self, tree: Tree, right: Tree, *, guess: bool = False) -> Trial:
        """Cells outside the table have their own number, quantities one by chance.

        So has η when guessing, lest it be mistaken for a number; unless it is typed as one.
        """
        typed = [node.value for node in nodes(tree) if isinstance(node, Number)]
        fixed = self._place.numbers(tree) | {Name(n): x for n, x in self._settings.items()}
        if self._rate is not None and (not guess or self._rate in typed):
            fixed[Name(RATE)] = self._rate
        return Trial(fixed, right)

    def _is_right(self, rule: Rule, tree: Tree, trial: Trial) -> bool:
        """Whether a formula is the right one, whatever way it is written."""
        wanted = trial.numbers(rule.seen)
        return any(trial.same(t, wanted) for t in (tree, *self._aliased(tree)))

    def _aliased(self, tree: Tree) -> Iterator[Tree]:
        """The tree with cells outside the table read as the inputs and targets they hold."""
        outside = self._place.numbers(tree)
        row = self._place.rows[max(self._place.rows)]
        kept = {
            name: row[self.columns[name]].value
            for name, rule in self._rules.items()
            if rule.kept and self.columns[name] in row
        }
        ways = [
            [c, *(Name(n) for n, v in kept.items() if v == number)] for c, number in outside.items()
        ]
        for way in islice(product(*ways), 1, ALIASES):
            meant = dict(zip(outside, way, strict=True))
            yield renamed(tree, lambda name, m=meant: m.get(name, name))  # type: ignore[misc]

    def _comes_to_it(self, rule: Rule, tree: Tree) -> bool:
        """Whether a formula is the right one if what it takes is right."""
        carried = {n.id for r in self._rules.values() if not r.above for n in r.needs if n.up}
        derived = {n: r for n, r in self._rules.items() if not r.above and n not in carried}
        right = {name: other.seen for name, other in derived.items()}
        if sum(1 for _ in nodes(tree)) > MOST_NODES:
            return False
        full = inline(tree, right)
        whole = inline(rule.seen, right)
        return self._is_right(replace(rule, seen=whole), full, self._trial(full, whole))

    def _is_pure(self, rule: Rule, tree: Tree) -> bool:
        """Whether a formula is made of quantities alone, so that nothing about it is guessed."""
        constants = {node.value for node in nodes(rule.seen) if isinstance(node, Number)}
        return all(
            not isinstance(node, Outside) if isinstance(node, Name) else node.value in constants
            for node in nodes(tree)
            if isinstance(node, Name | Number)
        )

    # --- why not ---------------------------------------------------------------------------------

    def cause(self, spot: Spot) -> Cause:
        """Why a formula is wrong."""
        assert spot.cell.formula is not None
        try:
            tree = self._place.meaning(spot.cell.formula, spot.row)
        except NotArithmetic as error:
            said = str(error).replace("{", "{{").replace("}", "}}")
            return Cause("formula", f"the formula is not the one that belongs here ({said})")
        filled = (spot.rule.name, pattern(spot.cell.formula, spot.row), spot.rule.seen)
        slid = filled in self._approved
        if filled in self._unexplained:  # nor will it be one row below
            return self._unexplained[filled]
        key = (spot.rule.name, slid, tree)
        if key not in self._causes:
            if self._place.pace.hurried:
                return self._different(spot.rule, tree)
            with self._place.pace.explaining():
                cause = self._searched(spot, tree)
            if cause.kind == "formula":
                self._unexplained[filled] = cause
            self._causes[key] = self._sliding(spot, cause, tree) if slid else cause
        return self._causes[key]

    def _searched(self, spot: Spot, tree: Tree) -> Cause:
        rule, formula = spot.rule, spot.cell.formula
        assert formula is not None
        if self._is_right(rule, tree, self._trial(tree, rule.seen)):
            return Cause(
                "stale", "the formula is right, but the stored number is not what it gives"
            )
        if rule.kept:
            return self.changing(rule)
        if rule.kind is Kind.WEIGHT and leaves(tree) == [Name(rule.name, 1)]:
            return Cause("stopped", "the weights stop moving: the row above is only repeated")
        if early := self._already_moved(rule, tree):
            return early
        others = {n: r.seen for n, r in self._rules.items() if n != rule.name and not r.kept}
        brackets = (self._place.named(t, spot.row) for t in regrouped(formula))
        trial = self._trial(tree, rule.seen, guess=True)
        cause = cause_of(tree, rule.seen, others, trial, brackets)
        return self.specific(spot, cause, tree)

    def specific(self, spot: Spot, cause: Cause, tree: Tree) -> Cause:
        """A cause by what kind of name it is about."""
        if cause.kind == "formula":
            return self._different(spot.rule, tree)
        if cause.kind == "factor" and [Name(RATE)] in [leaves(part) for part in cause.parts]:
            return replace(cause, kind="rate")
        if cause.kind != "name":
            return cause
        if len(cause.swaps) == 1 and self._slides_right(spot, cause.swaps[0]):
            what = "the reference to the learning rate η slides to the right, as its column is not "
            return Cause("anchor", f"{what}anchored with $: here {cause.swaps[0].found.id}")
        kinds = {self._kind(swap) for swap in cause.swaps}
        return replace(cause, kind=kinds.pop() if len(kinds) == 1 else "name")

    def _already_moved(self, rule: Rule, tree: Tree) -> Cause | None:
        """Whether weights stand in a gradient that this very row has moved already."""
        needs = [n.id for n in rule.needs if not n.up and n.id in self._rules]
        weights = [n for n in needs if self._rules[n].kind is Kind.WEIGHT]
        if rule.above or not weights:
            return None
        trial = self._trial(tree, rule.seen)
        moved = {n: renamed(self._rules[n].seen, lambda x: Name(x.id)) for n in weights}
        below = renamed(rule.seen, lambda n: Name(n.id, -1) if n.id in weights else n)
        for guess in (below, _inline_once(rule.seen, moved)):
            if trial.same(tree, trial.numbers(guess)):
                said = self.words.label_list(weights)
                return Cause(
                    "row",
                    f"{said} already moved, where the old ones belong: all weights move at once",
                )
        return None

    def _slides_right(self, spot: Spot, swap: Swap) -> bool:
        """Whether a reference would be η in the column of another weight, where it came from."""
        where, eta = self._place.outside_of(swap.found), self._place.eta_cell
        if swap.right.id != RATE or where is None or eta is None or where[0] != eta[0]:
            return False
        here = self.columns[spot.rule.name]
        weights = [self.columns[n] for n, r in self._rules.items() if r.kind is Kind.WEIGHT]
        anchored = swap.found.id.startswith("$")
        return not anchored and any(where[1] - here == eta[1] - c for c in weights if c < here)

    def _kind(self, swap: Swap) -> str:
        found, right = swap.found.id, swap.right.id
        if right == RATE:
            return "rate"
        if found == right:
            return "row"
        gradients = {n for n, rule in self._rules.items() if rule.kind is Kind.GRADIENT}
        return "update" if {found, right} <= gradients else "name"

    def _different(self, rule: Rule, tree: Tree) -> Cause:
        """No single change explains it: say what it has that does not belong, and what it lacks."""
        have, need = leaves(tree), leaves(rule.seen)
        # A cell that holds a setting's number is that setting.
        settings = ((Name(name), number) for name, number in self._settings.items())
        known = {number: name for name, number in settings if name not in have}
        meant = {n: known.get(x, n) for n, x in self._place.numbers(tree).items()}
        have = [meant.get(name, name) for name in have]
        said = []
        for word, some in (
            ("has", [n for n in have if n not in need]),
            ("lacks", [n for n in need if n not in have]),
        ):
            if some:
                told = (self.words.named(name, above=rule.above) for name in some)
                said.append(f"{word} {', '.join(told)}")
        text = "a different formula" + (f": it {' and '.join(said)}" if said else "")
        return Cause("formula", text.replace("{", "(").replace("}", ")"))

    def _sliding(self, spot: Spot, cause: Cause, tree: Tree) -> Cause:
        """The same formula was right higher up: a reference has slid, or stood still."""
        if cause.kind == "stale":
            return cause
        if cause.swaps:
            found, right = cause.swaps[0]
            if self._is_anchored(spot, found):
                text = f"always {self.words.named(found)}, as its row is anchored with $, where "
                return Cause("row", f"{text}{self.words.named(right)} belongs")
            here, what = self.words.named(found), self.words.named(right, above=spot.rule.above)
        else:
            cells = [name for name in leaves(tree) if isinstance(name, Outside)]
            here = ", ".join(map(self.words.named, cells)) or "another cell"
            what = self.words.label(spot.rule.name) if spot.rule.kept else "another cell"
        what = "the learning rate η" if what == "η" else what
        text = f"the reference to {what} slides down the rows, as its row is not anchored with $"
        return Cause("anchor", f"{text}: here {here.removeprefix('cell ')}")

    def changing(self, rule: Rule) -> Cause:
        """A number that is to stay as it is, and does not."""
        if rule.kind in (Kind.TARGET, Kind.INPUT):
            where = "in every row" if rule.needs[0].up == 1 else "in every epoch"
        else:
            where = "in all rows of an epoch"
        return Cause("given", f"{self.words.label(rule.name)} changes; it is the same {where}")

    def _is_anchored(self, spot: Spot, name: Name) -> bool:
        """Whether a quantity is referred to by an anchored row."""
        if name.id not in self.columns:
            return False
        column = letters(self.columns[name.id])
        return f"{column}${spot.row - name.up}" in str(spot.cell.formula).upper()
