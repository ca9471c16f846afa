"""Says why a cell of a table is wrong, and gathers what has the same cause."""

import re
from dataclasses import replace

from backprop_sheet.checker.causes import Cause, Swap
from backprop_sheet.checker.findings import Finding
from backprop_sheet.checker.formulas import Formulas, Spot
from backprop_sheet.checker.meaning import Outside, Place, pattern
from backprop_sheet.checker.rules import Rule
from backprop_sheet.checker.trial import close, number_at
from backprop_sheet.formula import EXCEL, Name, renamed, spell
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.addresses import address

ALIKE_KINDS = {"sign", "factor", "term", "constant", "bracket", "rate", "anchor", "row", "stopped"}
"""Kinds of which findings in several columns are one, whatever the columns' numbers."""
ROW_KINDS = {"anchor", "row", "rate", "formula", "given", "stale", "error"}
"""Kinds of which a column has one finding, although each row may say it otherwise."""

Values = dict[str, float]


class Blame:
    """The findings of a table."""

    def __init__(
        self, place: Place, rules: dict[str, Rule], rate: float | None, formulas: Formulas
    ) -> None:
        """Begin with none, for the table whose formulas `formulas` judges by the same rules."""
        self._place, self._rules, self._rate = place, rules, rate
        self._formulas, self._words = formulas, formulas.words
        self._columns = self._formulas.columns
        self._found: dict[tuple[str, str, str], Finding] = {}
        self._by_values: dict[str, Cause] = {}

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
        order = [self._words.label(name) for name in self._rules]
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
            cause = self._formulas.cause(spot)
        elif rule.kept:
            cause = self._formulas.changing(rule)
        elif stopped:
            cause = Cause("stopped", "the weights stop moving: this row repeats the one above")
        elif rule.kind is Kind.WEIGHT and self._is_as_above(spot, above):
            cause = Cause("stopped", "the weight stops moving: it repeats the row above")
        elif spot.epoch and self._formulas.known(rule.name):
            cause = Cause("number", "a number stands where a formula belongs")
        else:
            cause = self._cause_by_values(spot, values, above)
        self._note(spot, cause)

    def approve(self, spot: Spot) -> None:
        """A cell holds the right number; its formula may be wrong all the same."""
        if not self._formulas.approve(spot):
            self._note(spot, self._formulas.cause(spot), by_chance=True)

    # --- causes ----------------------------------------------------------------------------------

    def _is_as_above(self, spot: Spot, above: Values) -> bool:
        """Whether a number is the one of the row above."""
        value = spot.cell.value
        return isinstance(value, float) and close(value, above.get(spot.rule.name))

    def _error_cause(self, spot: Spot) -> Cause:
        """An error value: by its formula if that is wrong, else for itself."""
        given = spot.rule.open
        if spot.cell.formula is not None and "#REF!" not in spot.cell.formula and not given:
            cause = self._formulas.cause(spot)
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
        if rule.name not in self._by_values:
            by = {Name(n, int(rule.above)): v for n, v in (above if rule.above else values).items()}
            swaps = [
                Swap(other, name)
                for name in rule.needs
                for other in by
                if other != name and self._explains(Swap(other, name), spot, by)
            ]
            plain = Cause("number", "the number is not what its row gives")
            guess = Cause("name", "to judge by the number", (), tuple(swaps))
            self._by_values[rule.name] = (
                self._formulas.specific(spot, guess, rule.seen) if len(swaps) == 1 else plain
            )
        return self._by_values[rule.name]

    def _explains(self, swap: Swap, spot: Spot, by: dict[Name, float]) -> bool:
        """Whether another name would give the number, rounding allowed for."""
        assert isinstance(spot.cell.value, float)
        numbers = by | {Name(RATE): self._rate or 0.0, swap.right: by[swap.found]}
        guess = number_at(spot.rule.seen, numbers)
        return guess is not None and abs(guess - spot.cell.value) <= spot.allowed

    # --- notes -----------------------------------------------------------------------------------

    def _note(self, spot: Spot, cause: Cause, *, by_chance: bool = False) -> None:
        rule, cell, row = spot.rule, spot.cell, spot.row
        where = address(row, self._columns[rule.name])
        chance = "; the number is right all the same, by chance" if by_chance else ""
        text = self._words.plainly(cause, above=rule.above) + chance
        # What slides is named by where it begins: each row has another reference.
        alike = self._words.plainly(_relative(cause, row), above=rule.above) + chance
        key = (rule.name, cause.kind, "" if cause.kind in ROW_KINDS else alike)
        if key in self._found:
            self._found[key].cells.append(where)
            return
        value = cell.value if isinstance(cell.value, float) else None
        found = f"={cell.formula}" if cell.formula is not None else str(cell.value or "")
        self._found[key] = Finding(
            where, spot.epoch, [self._words.label(rule.name)], [where], cause.kind, text, found,
            self._expected(rule, row), value, spot.right,
        )  # fmt: skip

    def _expected(self, rule: Rule, row: int) -> str:
        """The formula that belongs into a cell, as it would be typed there."""
        if rule.open:
            return "a number"

        def cell(name: Name) -> str:
            if name.id == RATE:
                return self._eta(row)
            there = self._place.above if name.up == 1 else row - name.up
            column = self._columns.get(name.id)
            return address(there, column) if column else self._words.text(name.id)

        return f"={spell(rule.seen, EXCEL, cell)}"

    def _eta(self, row: int) -> str:
        if self._place.eta_cell:
            text = address(*self._place.eta_cell)
            letters = text.rstrip("0123456789")
            return f"${letters}${text[len(letters) :]}"
        if self._place.eta_column:
            return address(row - 1, self._place.eta_column)
        return "η" if self._rate is None else repr(self._rate)


def _relative(cause: Cause, row: int) -> Cause:
    """A cause with cells beside the table by how far off they are, as it is alike in every row."""

    def name(found: Name) -> Name:
        return Outside(pattern(found.id, row)) if isinstance(found, Outside) else found

    parts = tuple(renamed(part, name) for part in cause.parts)
    return replace(cause, parts=parts, swaps=tuple(Swap(*map(name, swap)) for swap in cause.swaps))
