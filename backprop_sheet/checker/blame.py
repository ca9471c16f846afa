"""Says why a cell of a table is wrong, and gathers what has the same cause."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

from openpyxl.utils.cell import get_column_letter

from backprop_sheet.checker import words
from backprop_sheet.checker.book import Cell
from backprop_sheet.checker.causes import (
    Cause,
    Swap,
    Trial,
    cause_of,
    close,
    nodes,
    number_at,
    renamed,
)
from backprop_sheet.checker.excel import NotArithmetic, regrouped
from backprop_sheet.checker.findings import Finding
from backprop_sheet.checker.meaning import Place, address, at_row, parted, pattern
from backprop_sheet.checker.rules import Rule
from backprop_sheet.formula import EXCEL, Tree, inline, names, write
from backprop_sheet.network import RATE, Kind, label

ALIASES = 64
"""Ways to read cells outside the table as given numbers that are tried."""
ALIKE_KINDS = {"sign", "factor", "term", "constant", "bracket", "rate", "anchor", "row", "stopped"}
"""Kinds of which findings in several columns are one, whatever the columns' numbers."""
ROW_KINDS = {"anchor", "row", "rate", "formula", "given", "stale", "error"}
"""Kinds of which a column has one finding, although each row may say it otherwise."""

Values = dict[str, float]


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


def inline_once(tree: Tree, definitions: dict[str, Tree]) -> Tree:
    """The tree with defined names replaced, and not the same names in their definitions."""
    return renamed(tree, lambda name: definitions.get(name, ast.Name(name)))


def _changing(rule: Rule) -> Cause:
    return Cause("given", f"{label(rule.name)} changes; it is the same in every row")


class Blame:
    """The findings of a table."""

    def __init__(
        self, place: Place, rules: dict[str, Rule], rate: float | None, settings: Values
    ) -> None:
        """Begin with none.

        Args:
            place: where the table stands.
            rules: what belongs into its columns.
            rate: its learning rate.
            settings: the numbers of the other settings.
        """
        self._place, self._rules, self._rate = place, rules, rate
        self._settings = settings
        self._columns = place.header.columns
        if place.eta_column:
            self._columns = {RATE: place.eta_column, **self._columns}
        self._found: dict[tuple[str, str, str], Finding] = {}
        self._approved: set[tuple[str, str]] = set()
        self._causes: dict[tuple[str, str], Cause] = {}

    def findings(self) -> list[Finding]:
        """All findings, the first wrong cell first; the same mistake in several columns is one."""
        merged: dict[tuple[str, str, int], Finding] = {}
        for finding in self._found.values():
            text = finding.text
            if finding.kind in ALIKE_KINDS:  # the same slip in w1 and in w2 is one
                text = re.sub(r"[A-Z]*\d+", "#", text)
            key = (finding.kind, text, finding.epoch)
            if key in merged:
                merged[key].columns += finding.columns
                merged[key].cells += finding.cells
            else:
                merged[key] = finding
        order = list(self._rules)
        return sorted(merged.values(), key=lambda f: (f.epoch, order.index(f.columns[0])))

    # --- cells -----------------------------------------------------------------------------------

    def without_number(self, spot: Spot, *, consequence: bool) -> None:
        """A cell holds no number.

        Args:
            spot: the cell.
            consequence: whether what it takes has no number either.
        """
        text = "" if spot.cell.value is None else str(spot.cell.value).strip()
        if not text:
            cause = Cause("empty", "the cell is empty")
        elif text.startswith("#"):
            cause = self._error_cause(spot)
            if (
                consequence
                and cause.kind in {"stale", "error"}
                and "#REF!" not in str(spot.cell.formula)
            ):
                return
        elif text.startswith("="):
            cause = Cause("text", "the formula is stored as text, so nothing is computed")
        else:
            shown = f"the text {text[:30]!r} stands where a number belongs"
            cause = Cause("text", shown.replace("{", "{{").replace("}", "}}"))
        self._note(spot, cause)

    def wrong(self, spot: Spot, values: Values, above: Values, *, stopped: bool) -> None:
        """A cell holds a number that is not the right one.

        Args:
            spot: the cell.
            values: the numbers of its row.
            above: the numbers of the row above.
            stopped: whether no weight has moved since then.
        """
        rule = spot.rule
        if spot.cell.formula is not None:
            cause = self._formula_cause(spot)
        elif rule.kept:
            cause = _changing(rule)
        elif stopped:
            cause = Cause("stopped", "the weights stop moving: this row repeats the one above")
        elif rule.kind is Kind.WEIGHT and self._is_as_above(spot, above):
            cause = Cause("stopped", "the weight stops moving: it repeats the row above")
        elif spot.epoch and self._has_formulas(rule.name):
            cause = Cause("number", "a number stands where a formula belongs")
        else:
            cause = self._cause_by_values(spot, values, above)
        self._note(spot, cause)

    def approve(self, spot: Spot) -> None:
        """A cell holds the right number; remember its formula, if that is right as well."""
        assert spot.cell.formula is not None
        key = (spot.rule.name, pattern(spot.cell.formula, spot.row) + spot.rule.text)
        if key in self._approved or spot.rule.open:
            return
        try:
            tree = self._place.meaning(spot.cell.formula, spot.row)
        except NotArithmetic:
            return
        if self._is_right(spot.rule, tree, self._trial(tree)) or self._comes_to_it(spot.rule, tree):
            self._approved.add(key)
        elif not spot.rule.kept and self._is_pure(spot.rule, tree):
            cause = self._formula_cause(spot)
            self._note(spot, cause, by_chance=True)

    def _has_formulas(self, name: str) -> bool:
        return any(key[0] == name for key in self._approved)

    # --- causes ----------------------------------------------------------------------------------

    def _trial(self, tree: Tree, *, guess: bool = False) -> Trial:
        """Cells outside the table have their own number, quantities one by chance.

        So has η when guessing, lest it be mistaken for a number; unless it is typed as one.
        """
        typed = [node.value for node in nodes(tree) if isinstance(node, ast.Constant)]
        fixed = self._place.numbers(tree) | self._settings
        if self._rate is not None and (not guess or self._rate in typed):
            fixed[RATE] = self._rate
        return Trial(fixed)

    def _is_right(self, rule: Rule, tree: Tree, trial: Trial) -> bool:
        """Whether a formula is the right one, whatever way it is written."""
        wanted = trial.numbers(rule.seen)
        return any(trial.same(t, wanted) for t in (tree, *self._aliased(tree)))

    def _aliased(self, tree: Tree) -> Iterator[Tree]:
        """The tree with cells outside the table read as the inputs and targets they hold."""
        outside = self._place.numbers(tree)
        row = self._place.rows[max(self._place.rows)]
        kept = {
            name: row[self._columns[name]].value
            for name, rule in self._rules.items()
            if rule.kept and self._columns[name] in row
        }
        ways = [[c, *(n for n, v in kept.items() if v == number)] for c, number in outside.items()]
        for way in islice(product(*ways), 1, ALIASES):
            meant = dict(zip(outside, way, strict=True))
            yield renamed(tree, lambda name, m=meant: ast.Name(m.get(name, name)))  # type: ignore[misc]

    def _comes_to_it(self, rule: Rule, tree: Tree) -> bool:
        """Whether a formula is the right one if what it takes is right."""
        carried = {
            parted(n)[0] for r in self._rules.values() if not r.above for n in r.needs if "@" in n
        }
        derived = {n: r for n, r in self._rules.items() if not r.above and n not in carried}
        right = {name: other.seen for name, other in derived.items()}
        full = inline(tree, right)
        return self._is_right(replace(rule, seen=inline(rule.seen, right)), full, self._trial(full))

    def _is_as_above(self, spot: Spot, above: Values) -> bool:
        """Whether a number is the one of the row above."""
        value = spot.cell.value
        return isinstance(value, float) and close(value, above.get(spot.rule.name))

    def _is_pure(self, rule: Rule, tree: Tree) -> bool:
        """Whether a formula is made of quantities alone, so that nothing about it is guessed."""
        constants = {node.value for node in nodes(rule.seen) if isinstance(node, ast.Constant)}
        return all(
            not node.id.startswith("=") if isinstance(node, ast.Name) else node.value in constants
            for node in nodes(tree)
            if isinstance(node, ast.Name | ast.Constant)
        )

    def _formula_cause(self, spot: Spot) -> Cause:
        assert spot.cell.formula is not None
        try:
            tree = self._place.meaning(spot.cell.formula, spot.row)
        except NotArithmetic as error:
            said = str(error).replace("{", "{{").replace("}", "}}")
            return Cause("formula", f"the formula is not the one that belongs here ({said})")
        filled = pattern(spot.cell.formula, spot.row) + spot.rule.text
        slid = (spot.rule.name, filled) in self._approved
        key = (spot.rule.name, f"{slid} {ast.dump(tree)}")
        if key not in self._causes:
            cause = self._cause(spot, tree)
            self._causes[key] = self._sliding(spot, cause, tree) if slid else cause
        return self._causes[key]

    def _cause(self, spot: Spot, tree: Tree) -> Cause:
        rule, formula = spot.rule, spot.cell.formula
        assert formula is not None
        if self._is_right(rule, tree, self._trial(tree)):
            return Cause(
                "stale", "the formula is right, but the stored number is not what it gives"
            )
        if rule.kept:
            return _changing(rule)
        if rule.kind is Kind.WEIGHT and names(tree) == [at_row(rule.name, -1)]:
            return Cause("stopped", "the weights stop moving: the row above is only repeated")
        if early := self._already_moved(rule, tree):
            return early
        others = {n: r.seen for n, r in self._rules.items() if n != rule.name and not r.kept}
        brackets = (self._place.named(t, spot.row) for t in regrouped(formula))
        cause = cause_of(tree, rule.seen, others, self._trial(tree, guess=True), brackets)
        return self._specific(spot, cause, tree)

    def _specific(self, spot: Spot, cause: Cause, tree: Tree) -> Cause:
        """A cause by what kind of name it is about."""
        if cause.kind == "formula":
            return self._different(spot.rule, tree)
        if cause.kind == "factor" and [RATE] in [names(part) for part in cause.parts]:
            return replace(cause, kind="rate")
        if cause.kind != "name":
            return cause
        if len(cause.swaps) == 1 and self._slides_right(spot, cause.swaps[0]):
            what = "the reference to the learning rate η slides to the right, as its column is not "
            return Cause("anchor", f"{what}anchored with $: here {cause.swaps[0].found[1:]}")
        kinds = {self._kind(swap) for swap in cause.swaps}
        return replace(cause, kind=kinds.pop() if len(kinds) == 1 else "name")

    def _already_moved(self, rule: Rule, tree: Tree) -> Cause | None:
        """Whether weights stand in a gradient that this very row has moved already."""
        weights = [n for n in rule.needs if n in self._rules and self._rules[n].kind is Kind.WEIGHT]
        if rule.above or not weights:
            return None
        trial = self._trial(tree)
        moved = {n: renamed(self._rules[n].seen, lambda x: ast.Name(parted(x)[0])) for n in weights}
        below = renamed(rule.seen, lambda n: ast.Name(at_row(n, 1) if n in weights else n))
        for guess in (below, inline_once(rule.seen, moved)):
            if trial.same(tree, trial.numbers(guess)):
                said = words.label_list(weights)
                return Cause(
                    "row",
                    f"{said} already moved, where the old ones belong: all weights move at once",
                )
        return None

    def _slides_right(self, spot: Spot, swap: Swap) -> bool:
        """Whether a reference would be η in the column of another weight, where it came from."""
        where, eta = self._place.outside_of(swap.found), self._place.eta_cell
        if swap.right != RATE or where is None or eta is None or where[0] != eta[0]:
            return False
        here = self._columns[spot.rule.name]
        weights = [self._columns[n] for n, r in self._rules.items() if r.kind is Kind.WEIGHT]
        anchored = swap.found.startswith("=$")
        return not anchored and any(where[1] - here == eta[1] - c for c in weights if c < here)

    def _kind(self, swap: Swap) -> str:
        (found, _), (right, _) = parted(swap.found), parted(swap.right)
        if right == RATE:
            return "rate"
        if found == right:
            return "row"
        gradients = {n for n, rule in self._rules.items() if rule.kind is Kind.GRADIENT}
        return "update" if {found, right} <= gradients else "name"

    def _different(self, rule: Rule, tree: Tree) -> Cause:
        """No single change explains it: say what it has that does not belong, and what it lacks."""
        have, need = names(tree), names(rule.seen)
        said = []
        for word, some in (
            ("has", [n for n in have if n not in need]),
            ("lacks", [n for n in need if n not in have]),
        ):
            if some:
                said.append(f"{word} {', '.join(words.named(n, above=rule.above) for n in some)}")
        text = "a different formula" + (f": it {' and '.join(said)}" if said else "")
        return Cause("formula", text.replace("{", "(").replace("}", ")"))

    def _sliding(self, spot: Spot, cause: Cause, tree: Tree) -> Cause:
        """The same formula was right higher up: a reference has slid, or stood still."""
        if cause.kind == "stale":
            return cause
        if cause.swaps:
            found, right = cause.swaps[0]
            if self._is_anchored(spot, found):
                text = f"always {words.named(found)}, as its row is anchored with $, where "
                return Cause("row", f"{text}{words.named(right)} belongs")
            here, what = words.named(found), words.named(right, above=spot.rule.above)
        else:
            cells = [name for name in names(tree) if name.startswith("=")]
            here = ", ".join(map(words.named, cells)) or "another cell"
            what = label(spot.rule.name) if spot.rule.kept else "another cell"
        what = "the learning rate η" if what == "η" else what
        text = f"the reference to {what} slides down the rows, as its row is not anchored with $"
        return Cause("anchor", f"{text}: here {here.removeprefix('cell ')}")

    def _is_anchored(self, spot: Spot, name: str) -> bool:
        """Whether a quantity is referred to by an anchored row."""
        quantity, offset = parted(name)
        if quantity not in self._columns:
            return False
        column = get_column_letter(self._columns[quantity])
        return f"{column}${spot.row + offset}" in str(spot.cell.formula).upper()

    def _error_cause(self, spot: Spot) -> Cause:
        """An error value: by its formula if that is wrong, else for itself."""
        given = spot.rule.open
        if spot.cell.formula is not None and "#REF!" not in spot.cell.formula and not given:
            cause = self._formula_cause(spot)
            if cause.kind != "formula":
                return (
                    cause
                    if cause.kind != "stale"
                    else Cause("error", f"the error value {spot.cell.value}")
                )
        return Cause("error", f"the error value {spot.cell.value}")

    def _cause_by_values(self, spot: Spot, values: Values, above: Values) -> Cause:
        """What wrong name would give the number; pasted ones have no formula to look at."""
        rule = spot.rule
        key = (rule.name, "pasted")
        if key not in self._causes:
            by = {at_row(n, -1): v for n, v in above.items()} | values
            by = {n: v for n, v in by.items() if parted(n)[1] == (-1 if rule.above else 0)}
            swaps = [
                Swap(other, name)
                for name in names(rule.seen)
                for other in by
                if other != name and self._explains(Swap(other, name), spot, by)
            ]
            plain = Cause("number", "the number is not what its row gives")
            guess = Cause("name", "to judge by the number", (), tuple(swaps))
            self._causes[key] = self._specific(spot, guess, rule.seen) if len(swaps) == 1 else plain
        return self._causes[key]

    def _explains(self, swap: Swap, spot: Spot, by: Values) -> bool:
        """Whether another name would give the number, rounding allowed for."""
        assert isinstance(spot.cell.value, float)
        numbers = by | {RATE: self._rate or 0.0, swap.right: by[swap.found]}
        guess = number_at(spot.rule.seen, numbers)
        return guess is not None and abs(guess - spot.cell.value) <= spot.allowed

    # --- notes -----------------------------------------------------------------------------------

    def _note(self, spot: Spot, cause: Cause, *, by_chance: bool = False) -> None:
        rule, cell, row = spot.rule, spot.cell, spot.row
        where = address(row, self._columns[rule.name])
        text = words.plainly(cause, above=rule.above)
        if by_chance:
            text += "; the number is right all the same, by chance"
        # What slides is named by where it begins: each row has another reference.
        key = (rule.name, cause.kind, "" if cause.kind in ROW_KINDS else text)
        if key in self._found:
            self._found[key].cells.append(where)
            return
        value = cell.value if isinstance(cell.value, float) else None
        found = f"={cell.formula}" if cell.formula is not None else str(cell.value or "")
        self._found[key] = Finding(
            where, spot.epoch, [rule.name], [where], cause.kind, text, found,
            self._expected(rule, row), value, spot.right,
        )  # fmt: skip

    def _expected(self, rule: Rule, row: int) -> str:
        """The formula that belongs into a cell, as it would be typed there."""
        if rule.open:
            return "a number"

        def cell(name: str) -> str:
            quantity, offset = parted(name)
            if quantity == RATE:
                return self._eta(row)
            there = self._place.above if offset == -1 else row + offset
            return (
                address(there, self._columns[quantity]) if quantity in self._columns else quantity
            )

        return f"={write(rule.seen, EXCEL, cell)}"

    def _eta(self, row: int) -> str:
        if self._place.eta_cell:
            text = address(*self._place.eta_cell)
            letters = text.rstrip("0123456789")
            return f"${letters}${text[len(letters) :]}"
        if self._place.eta_column:
            return address(row - 1, self._place.eta_column)
        return "η" if self._rate is None else repr(self._rate)
