"""Why a cell is not right: by its formula, else by its number or by what its column has been."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from backprop_sheet.checker.edits import Label, Part, Source, Swap, WithRow
from backprop_sheet.checker.effort import TRIES, Effort
from backprop_sheet.checker.excel import NotArithmetic, is_number, read
from backprop_sheet.checker.explaining import TOO_MUCH, Cause, explanation
from backprop_sheet.checker.formulas import Formulas
from backprop_sheet.checker.grid import Grid
from backprop_sheet.checker.point import close, number_at
from backprop_sheet.checker.points import numbers_at, points_for, same
from backprop_sheet.checker.references import Outside, outside_numbers, place_of, slid_out
from backprop_sheet.checker.rules import Rule, Rules
from backprop_sheet.checker.spots import Spot
from backprop_sheet.formula import Name, Number, Op, Tree, leaves, renamed
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.abilities import is_broken
from backprop_sheet.ooxml.addresses import letters

EMPTY_CELL = Cause("empty", "the cell is empty")
EMPTY_CELLS = Cause("empty", "the cells are empty")
AS_TEXT = Cause("text", "the formula is stored as text, so nothing is computed")
TRUTH = Cause("text", "a truth value stands where a number belongs")
STALE = Cause("stale", "the formula is right, but the stored number is not what it gives")
STOPPED = Cause("stopped", "the weights stop moving: this row repeats the one above")
ROUNDED = Cause("formula", "the formula is right, but it is rounded, which takes digits away")
ONE_STOPPED = Cause("stopped", "the weight stops moving: it repeats the row above")
REPEATED = Cause("stopped", "the weights stop moving: the row above is only repeated")
TYPED = Cause("number", "a number stands where a formula belongs")
NOT_GIVEN = Cause("number", "the number is not what its row gives")
MOST_READINGS = 4
"""Ways to read a formula that no change explains."""
LONGEST_TEXT = 30
"""Characters of a text that are shown."""


class Explanations:
    """The causes of a workbook's wrong formulas; each different one is looked into once."""

    def __init__(self) -> None:
        """Start with the whole reserve of effort."""
        self.effort = Effort(TRIES)
        self._known: dict[tuple[object, ...], Cause] = {}

    def of(self, found: Tree, source: Source, fixed: Mapping[Name, float]) -> Cause:
        """The change that explains a wrong formula, as `explanation` finds it.

        Args:
            found: the formula.
            source: the right one, and those of other columns.
            fixed: names that have a number of their own.
        """
        key = (found, source.formula, id(source.columns), frozenset(fixed.items()))
        if key not in self._known:
            points = points_for(source.formula, fixed)
            self._known[key] = explanation(found, source, points, self.effort)
        return self._known[key]


class Causes:
    """The causes of a table's wrong cells.

    Attributes:
        unexplained: how many cells have a wrong formula whose cause was not looked for.
    """

    def __init__(
        self,
        grid: Grid,
        rulebook: Rules,
        formulas: Formulas,
        settings: Mapping[str, float],
        explanations: Explanations,
    ) -> None:
        """Begin a table.

        Args:
            grid: the table.
            rulebook: what belongs in its columns.
            formulas: compares its formulas with the right ones.
            settings: the numbers of the settings, but for the learning rate.
            explanations: of the workbook.
        """
        self._grid, self._rules, self._formulas = grid, rulebook.usual, formulas
        self._columns = rulebook.computed
        self._settings, self._explanations = settings, explanations
        self._of_formulas: dict[tuple[Rule, str, bool, int], Cause] = {}
        self._by_numbers: dict[Rule, Cause] = {}
        self._with_error: set[tuple[Rule, str]] = set()  # formulas that give one by themselves
        self.unexplained = 0
        explanations.effort.earn(len(grid.columns))

    def of(self, spot: Spot) -> Cause | None:
        """Why a cell is not right; None where it only follows from another."""
        if not isinstance(spot.cell.value, float):
            return self._without_number(spot)
        if spot.cell.formula is not None:
            cause = self._of_formula(spot)
            follows = self._grid.rate_column and Name(RATE) in spot.rule.needs
            return None if cause is STALE and follows else cause  # from η of another row
        return self._of_number(spot)

    # --- no number -------------------------------------------------------------------------------

    def _without_number(self, spot: Spot) -> Cause:
        text = str(spot.cell.value or "").strip()
        if not text:
            return EMPTY_CELL
        if not text.startswith("#"):
            return _of_text(text)
        error = Cause("error", "the error value {}", (text,))
        formula = spot.cell.formula
        if formula is None or spot.rule.open or is_broken(formula, text):
            return error
        cause = self._of_formula(spot)
        if cause.kind not in {"formula", "stale"}:
            return cause
        if not spot.follows:
            self._with_error.add((spot.rule, spot.filled))
        return error if (spot.rule, spot.filled) in self._with_error else cause

    # --- formulas --------------------------------------------------------------------------------

    def _of_formula(self, spot: Spot) -> Cause:
        """Why a formula is wrong: filled down, it is wrong for the same reason."""
        key = (
            spot.rule,
            spot.filled,
            spot.was_right,
            slid_out(spot.filled, spot.line, self._grid),
        )
        cause = self._of_formulas.get(key, TOO_MUCH)
        if key not in self._of_formulas and not self._exhausted:
            cause = self._of_formulas[key] = self._explained(spot)
        self.unexplained += not cause.looked_for
        return cause

    @property
    def _exhausted(self) -> bool:
        """Whether no more formulas are looked into."""
        return self._explanations.effort.exhausted or self._formulas.exhausted

    def _explained(self, spot: Spot) -> Cause:
        rule, line = spot.rule, spot.line
        assert spot.cell.formula is not None
        try:
            tree = self._formulas.read(spot.cell.formula, line)
        except NotArithmetic as error:
            words = "the formula is not the one that belongs here ({})"
            return Cause("formula", words, (str(error),))
        if is_number(spot.cell.formula) and rule.needs:
            return _changing(rule) if rule.kept else TYPED
        if self._formulas.is_right_by_meaning(tree, rule, line, spot.rows[0]):
            rounds = re.search(r"\b(?:ROUND|TRUNC|FIXED)", spot.cell.formula.upper())
            return ROUNDED if rounds else STALE
        if spot.was_right and (helper := self._broken_helper(spot, tree)):
            return helper
        cause = self._plain(spot, tree)
        return self._dragged(spot, cause, tree) if spot.was_right else self._in_helper(spot, cause)

    def _in_helper(self, spot: Spot, cause: Cause) -> Cause:
        """The cause with the column beside the table that it is in, if it is in none of its own."""
        if not cause.swaps:
            return cause
        found, helpers = cause.swaps[0].found, []
        for name in leaves(read(str(spot.cell.formula))):
            place = place_of(name.id, self._grid)
            if place is None or place[1] in self._grid.columns.values():
                if place and self._grid.header.names.get(place[1]) == found.id:
                    return cause
            elif (helper := spot.line.cell(place)) and helper.formula:
                helpers.append((letters(place[1]), helper.formula))
        for column, formula in helpers:
            with suppress(NotArithmetic):
                if found in leaves(self._formulas.read(formula, spot.line)):
                    words = f"{cause.words}, through the helper column {{}}"
                    return replace(cause, words=words, parts=(*cause.parts, column))
        return cause

    def _broken_helper(self, spot: Spot, tree: Tree) -> Cause | None:
        """A cell beside the table in its row that has no formula, as those above it have."""
        for name in leaves(tree):
            place = place_of(name.id, self._grid) if isinstance(name, Outside) else None
            if not place or place[0] != spot.line.number:
                continue
            helper, above = spot.line.cell(place), spot.line.cell((spot.line.above, place[1]))
            if above and above.formula and not (helper and helper.formula):
                what = "is empty" if not helper or helper.value is None else "holds no formula"
                words = f"the helper cell {{}} {what}, unlike those above it"
                return Cause("number", words, (name,))
        return None

    def _plain(self, spot: Spot, tree: Tree) -> Cause:
        """Why a formula is wrong, whatever it was higher up."""
        rule = spot.rule
        if rule.kept:
            return _changing(rule)
        if rule.kind is Kind.WEIGHT and leaves(tree) == [Name(rule.name, 1)]:
            return REPEATED
        if early := self._already_moved(rule, tree, spot):
            return early
        fixed = self._formulas.fixed(tree, spot.line)
        source = Source(rule.tree, self._columns)
        readings = self._formulas.readings(tree, rule, spot.line, spot.rows[0])
        readings = islice(readings, MOST_READINGS)
        causes = (self._explanations.of(reading, source, fixed) for reading in readings)
        first = next(causes)
        cause = next((cause for cause in (first, *causes) if cause.kind != "formula"), first)
        if cause.kind == "formula":
            return self._different(spot, tree, cause)
        return self._specific(spot, cause)

    def _specific(self, spot: Spot, cause: Cause) -> Cause:
        """A cause by what kind of name it is about."""
        if cause.kind == "factor" and _about_rate(cause.parts):
            return Cause("rate", cause.words, cause.parts)
        if cause.kind != "name":
            return cause
        if len(cause.swaps) == 1 and self._slides_right(spot, cause.swaps[0]):
            what = "the reference to the learning rate η slides to the right, as its column is not "
            return Cause("anchor", f"{what}anchored with $: here {{}}", (cause.swaps[0].found,))
        kinds = {self._kind(swap) for swap in cause.swaps}
        return Cause(kinds.pop() if len(kinds) == 1 else "name", cause.words, cause.parts)

    def _kind(self, swap: Swap) -> str:
        found, right = swap.found.id, swap.right.id
        if right == RATE:
            return "rate"
        if found == right:
            return "row"
        gradients = [
            n in self._rules and self._rules[n].kind is Kind.GRADIENT for n in (found, right)
        ]
        return "update" if all(gradients) else "name"

    def _already_moved(self, rule: Rule, tree: Tree, spot: Spot) -> Cause | None:
        """Whether weights stand in a gradient that this very row has moved already."""
        needs = [n.id for n in rule.needs if not n.up and n.id in self._rules]
        weights = [n for n in needs if self._rules[n].kind is Kind.WEIGHT]
        if rule.above or not weights:
            return None
        points = points_for(rule.tree, self._formulas.fixed(tree, spot.line))
        moved = {n: renamed(self._rules[n].tree, lambda x: Name(x.id)) for n in weights}
        for guess in (
            renamed(rule.tree, lambda n: Name(n.id, -1) if n.id in weights else n),
            renamed(rule.tree, lambda n: moved.get(n.id, n) if not n.up else n),
        ):
            if same(tree, numbers_at(guess, points), points):
                words = f"{_listed(weights)} already moved, where the old ones belong: all weights "
                return Cause("row", f"{words}move at once", tuple(map(Label, weights)))
        return None

    def _slides_right(self, spot: Spot, swap: Swap) -> bool:
        """Whether a reference would be η in the column of another weight, where it came from."""
        eta = self._grid.rate_cell
        if swap.right.id != RATE or eta is None or not isinstance(swap.found, Outside):
            return False
        there = place_of(swap.found.id, self._grid)
        if there is None or there[0] != eta[0] or swap.found.id.startswith("$"):
            return False
        columns = self._grid.columns
        here = columns[spot.rule.name]
        weights = (columns[n] for n, r in self._rules.items() if r.kind is Kind.WEIGHT)
        return any(there[1] - here == eta[1] - column for column in weights if column < here)

    def _different(self, spot: Spot, tree: Tree, cause: Cause) -> Cause:
        """No single change explains it: name what it has too much, and what it lacks."""
        have, need = leaves(tree), leaves(spot.rule.tree)
        # A cell that holds a setting's number is that setting.
        settings = ((Name(name), number) for name, number in self._settings.items())
        known = {number: name for name, number in settings if name not in have}
        numbers = outside_numbers(tree, self._grid, spot.line)
        have = [known.get(numbers[name], name) if name in numbers else name for name in have]
        more = [n for n in have if n not in need]
        less = [n for n in need if n not in have]
        said = [
            f"{verb} {', '.join('cell {}' if isinstance(n, Outside) else '{}' for n in some)}"
            for verb, some in (("has", more), ("lacks", less))
            if some
        ]
        words = cause.words + (f": it {' and '.join(said)}" if said else "")
        return replace(cause, words=words, parts=(*more, *less))

    def _dragged(self, spot: Spot, cause: Cause, tree: Tree) -> Cause:
        """The same formula was right higher up: a reference has slid, or stood still."""
        what: tuple[Part, ...] = (Label(spot.rule.name),) if spot.rule.kept else ()
        cells: list[Part] = [name for name in leaves(tree) if isinstance(name, Outside)]
        if cause.swaps:
            found, right = cause.swaps[0]
            if self._is_anchored(spot, found):
                words = "{} of the same row all the way down, as it is anchored with $, where {} "
                stuck = found if isinstance(found, Outside) else Label(found.id)
                return Cause("row", f"{words}belongs", (stuck, WithRow(right)))
            what, cells = (right,), [WithRow(found)]
        elif not cells and not what:
            needs = spot.rule.needs
            others = [name for name in leaves(tree) if name not in needs]
            held = [WithRow(name) for name in others if self._is_anchored(spot, name)]
            words = "it takes in {}, as a row is anchored with $"
            return Cause("row", words, (held[0],)) if held else cause
        said = "{}" if what else "another cell"
        eta = "the learning rate " if what == (Name(RATE),) else ""
        here = ", ".join("{}" for _ in cells) or "another cell"
        slides = "slides down the rows, as its row is not anchored with $"
        words = f"the reference to {eta}{said} {slides}: here {here}"
        return Cause("anchor", words, (*what, *cells))

    def _is_anchored(self, spot: Spot, name: Name) -> bool:
        """Whether a quantity is referred to by an anchored row."""
        if name.id not in self._grid.columns:
            return False
        column = letters(self._grid.columns[name.id])
        return f"{column}${spot.line.number - name.up}" in str(spot.cell.formula).upper()

    # --- numbers ---------------------------------------------------------------------------------

    def _of_number(self, spot: Spot) -> Cause:
        """Why a number without a formula is wrong."""
        rule, value = spot.rule, spot.cell.value
        assert isinstance(value, float)
        if rule.kept:
            return _changing(rule)
        if spot.repeats:
            return STOPPED
        if rule.kind is Kind.WEIGHT and close(value, spot.rows[1].get(rule.name)):
            return ONE_STOPPED
        if spot.place and spot.column_right:
            return TYPED
        return self._by_number(spot)

    def _by_number(self, spot: Spot) -> Cause:
        """What wrong name would give the number; pasted ones have no formula to look at."""
        if spot.rule not in self._by_numbers:
            up = int(spot.rule.above)
            named = {RATE, *self._grid.columns}
            numbers = {Name(n, up): value for n, value in spot.rows[up].items() if n in named}
            swaps = [
                swap
                for right in spot.rule.needs
                for found in numbers
                if found != right and _explains(swap := Swap(found, right), spot, numbers)
            ]
            cause = NOT_GIVEN
            if len(swaps) == 1:
                guess = Cause("name", "{}, to judge by the number", tuple(swaps))
                cause = self._specific(spot, guess)
            self._by_numbers[spot.rule] = cause
        return self._by_numbers[spot.rule]


def _of_text(text: str) -> Cause:
    """What stands where a number belongs."""
    if text.startswith("="):
        return AS_TEXT
    if text in {"True", "False"}:
        return TRUTH
    said = repr(text[:LONGEST_TEXT])
    return Cause("text", "the text {} stands where a number belongs", (said,))


def _explains(swap: Swap, spot: Spot, numbers: Mapping[Name, float]) -> bool:
    """Whether another name would give the number, rounding allowed for."""
    assert isinstance(spot.cell.value, float)
    eta = spot.rows[0].get(RATE, 0.0)
    guess = number_at(spot.rule.tree, {**numbers, Name(RATE): eta, swap.right: numbers[swap.found]})
    return guess is not None and abs(guess - spot.cell.value) <= spot.allowed


def _about_rate(parts: Sequence[Part]) -> bool:
    """Whether a cause is about the learning rate alone."""
    trees = [part for part in parts if isinstance(part, Name | Number | Op)]
    return any(leaves(tree) == [Name(RATE)] for tree in trees)


def _changing(rule: Rule) -> Cause:
    """A number that changes where it must not."""
    if not isinstance(rule.tree, Name):
        return Cause(
            "given", "{} does not go on from the row above as it should", (Label(rule.name),)
        )
    where = "in all rows of an epoch"
    if rule.kind in (Kind.TARGET, Kind.INPUT):
        where = "in every row" if rule.needs[0].up == 1 else "in every epoch"
    return Cause("given", f"{{}} changes; it is the same {where}", (Label(rule.name),))


def _listed(some: Sequence[object]) -> str:
    """Words for so many things: ``{}, {} and {}``."""
    braces = ["{}"] * len(some)
    return " and ".join(filter(None, [", ".join(braces[:-1]), braces[-1]]))
