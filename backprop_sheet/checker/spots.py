"""The cells of a table that are not right.

Each is compared with what its own row, or the row above, gives. So a wrong cell is a cause and
never the consequence of another: what follows from it is right by its own inputs. Where these
have no number, an error value is right if its formula is. Here is said what is found and what
belongs there; why is left to others.
"""

from array import array
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import chain
from math import isclose, isfinite, nan
from typing import NamedTuple

from backprop_sheet.checker.excel import NotArithmetic, is_number
from backprop_sheet.checker.formulas import Formulas
from backprop_sheet.checker.grid import EMPTY, Grid, Line
from backprop_sheet.checker.references import pattern, slid_out, stuck
from backprop_sheet.checker.rules import Rule, Rules
from backprop_sheet.formula import Name
from backprop_sheet.network import RATE, TOTAL, Kind, Network
from backprop_sheet.ooxml.abilities import is_broken, is_error
from backprop_sheet.ooxml.sheet import Cell, Row

SLACK = 1.5
"""How much more than rounding explains is let pass."""
SMALLEST = 1e-12
"""A difference that is never looked at."""

Values = Mapping[str, float]


class Spot(NamedTuple):
    """A cell of a table that is not right.

    Attributes:
        rule: what belongs there.
        cell: what is there.
        line: its row.
        place: its row in the table, counted from 0.
        rows: the numbers by name of its row, 0, of the one above, 1, and so on.
        right: the number that belongs there; None if it is not known.
        allowed: how far its number may be off.
        by_chance: whether its number is right, and only its formula is wrong.
        filled: its formula as it is filled down a column; empty if it has none.
        was_right: whether the same formula, filled down, was right higher up.
        column_right: whether any formula of the column was right higher up.
        repeats: whether no weight has moved since the row above.
        follows: whether what it follows from gives no number, so that only its formula counts.
    """

    rule: Rule
    cell: Cell
    line: Line
    place: int
    rows: Mapping[int, Values]
    right: float | None
    allowed: float = 0.0
    by_chance: bool = False
    filled: str = ""
    was_right: bool = False
    column_right: bool = False
    repeats: bool = False
    follows: bool = False


class Verdict(Enum):
    """What is said of a formula whose number is right, or cannot be."""

    RIGHT = auto()
    WRONG = auto()
    UNCLEAR = auto()  # more than arithmetic, or of cells whose meaning is not known
    UNCOMPARED = auto()


@dataclass
class Tally:
    """What was met on the way down a table.

    Attributes:
        rows: how many rows there were.
        computed: in how many of them something is computed.
        formulas: how many cells of each column hold a formula.
        typed: right numbers that stand where a formula belongs.
        literal: right formulas with a number typed for an input, a target or η.
        unknown: typed numbers of which nothing shows whether they are right.
        uncompared: formulas that were not compared with the right one.
        unread: different formulas that are more than arithmetic.
        start: the numbers of the first row.
        errors: E_Total of each row.
    """

    rows: int = 0
    computed: int = 0
    formulas: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    literal: int = 0
    unknown: int = 0
    uncompared: int = 0
    unread: int = 0
    start: Values = field(default_factory=dict)
    errors: "array[float]" = field(default_factory=lambda: array("d"))


class Spots:
    """Goes down the rows of a table.

    Attributes:
        tally: what was met on the way.
        unknown: the quantities of the last row of which nothing shows whether they are right.
    """

    def __init__(
        self,
        grid: Grid,
        rulebook: Rules,
        formulas: Formulas,
        network: Network,
        settings: Values,
        tolerance: float,
    ) -> None:
        """Begin above the first row.

        Args:
            grid: the table.
            rulebook: what belongs in its columns.
            formulas: compares its formulas with the right ones.
            network: what the table should be of.
            settings: the numbers of its settings, but for the learning rate.
            tolerance: relative difference up to which a number is right.
        """
        self._grid, self._rulebook, self._formulas = grid, rulebook, formulas
        self._tolerance = tolerance
        self._settings = {**settings, **({RATE: grid.rate.value} if grid.rate else {})}
        self._samples = len(network.samples)
        self._weights = [n for n in rulebook.usual if rulebook.usual[n].kind is Kind.WEIGHT]
        self._moves_in_each_row = network.design.step == 1
        self._rate_rule = [RATE_RULE] if grid.rate_column else []
        self._before: deque[Values] = deque(maxlen=self._samples)
        self._verdicts: dict[tuple[Rule, str, int], Verdict] = {}
        self._right_formulas: set[tuple[Rule, str]] = set()
        self._right_columns: set[str] = set()
        self._right_by_others: dict[tuple[Rule, str], bool] = {}
        self._right_by_number: set[tuple[Rule, str]] = set()
        self.tally = Tally()
        self.unknown: set[str] = set()

    def of(self, line: Line) -> list[Spot]:
        """The cells of the next row that are not right."""
        self.unknown = set()
        values = self._values(line.cells)
        rows = {0: self._settings | values, 1: self._before[-1] if self._before else {}}
        if self._samples > 1 and len(self._before) == self._samples:
            rows[self._samples] = self._before[0]
        rules = self._rulebook.at(self.tally.rows)
        columns = self._grid.columns
        computed = any(columns[n] in line.cells for n, rule in rules.items() if not rule.above)
        repeats = self._repeats(rows)
        found = [
            spot._replace(repeats=repeats)
            for rule in chain(self._rate_rule, rules.values())
            if computed or rule.above  # else the row is begun, and not computed
            if (spot := self._spot(rule, line, rows))
        ]
        if not self.tally.rows:
            self.tally.start = values
        self.tally.errors.append(values.get(TOTAL, nan))
        self.tally.rows += 1
        self.tally.computed += computed
        self.tally.formulas.update(
            name
            for name, column in columns.items()
            if line.cells.get(column, EMPTY).formula is not None
        )
        self._before.append(self._settings | values)
        return found

    def _values(self, cells: Row) -> dict[str, float]:
        """The row's numbers by name."""
        found = {name: self.tally.start[name] for name in self._grid.once & self.tally.start.keys()}
        for name, column in self._grid.columns.items():
            value = cells.get(column, EMPTY).value
            if isinstance(value, float):
                found[name] = value
        return found

    def _repeats(self, rows: Mapping[int, Values]) -> bool:
        """Whether no weight has moved since the row above."""
        if not (self.tally.rows and self._moves_in_each_row):
            return False  # within an epoch that is as it should be
        here, above = rows[0], rows[1]
        return all(n in here and n in above and isclose(here[n], above[n]) for n in self._weights)

    # --- one cell --------------------------------------------------------------------------------

    def _spot(self, rule: Rule, line: Line, rows: Mapping[int, Values]) -> Spot | None:
        cell = line.cells.get(self._grid.columns[rule.name], EMPTY)
        once = rule.name == RATE or (rule.name in self._grid.once and self.tally.rows)
        if once and cell.value is None:
            return None  # of η, the first row or the last may do without
        right = self._right(rule, rows)
        diverged = right is not None and not isfinite(right)
        right = None if diverged else right
        spot = Spot(rule, cell, line, self.tally.rows, rows, right)
        if is_error(cell.value) and (diverged or self._lacks_inputs(spot)):
            return self._spot_of_error(spot._replace(follows=True), diverged=diverged)
        number = isinstance(cell.value, float)
        allowed = self._exceeded(spot, right) if number and right is not None else None
        if allowed or not number:
            right_by_itself = self._is_right_by_its_own_row(spot)
            wrong = spot._replace(allowed=allowed or 0.0)
            return None if right_by_itself else self._with_history(wrong)
        if cell.formula is not None and not rule.open and self._is_wrong(spot):
            return self._with_history(spot._replace(by_chance=right is not None))
        if cell.formula is None or is_number(cell.formula):
            self._count_typed(spot)
        return None

    def _lacks_inputs(self, spot: Spot) -> bool:
        """Whether what a cell follows from has no number."""
        if spot.rule.open:
            return False
        needs = (name for name in spot.rule.needs if name != Name(spot.rule.name))
        return spot.right is None or any(n.id not in spot.rows.get(n.up, {}) for n in needs)

    def _spot_of_error(self, spot: Spot, *, diverged: bool) -> Spot | None:
        """An error value that may only follow from others: its formula says whether it does."""
        formula = spot.cell.formula
        if formula is None:
            if not (diverged or spot.rule.kept):
                self.unknown.add(spot.rule.name)
            return None
        wrong = is_broken(formula, str(spot.cell.value)) or self._is_wrong(spot)
        return self._with_history(spot) if wrong else None

    def _count_typed(self, spot: Spot) -> None:
        """Count a number without a formula where one belongs."""
        rule = spot.rule
        if rule.open or rule.kept or not rule.needs:
            return
        pasted = rule.name in self._grid.pasted
        if spot.right is not None:
            self.tally.typed += not pasted
        else:
            self.tally.unknown += 1
            self.unknown.add(rule.name)

    def _is_wrong(self, spot: Spot) -> bool:
        """Whether a formula is wrong although its number is right, or cannot be."""
        verdict = self._verdict(spot)
        if verdict is Verdict.UNCLEAR:  # then it is right as far as its numbers were
            known = (spot.rule, pattern(str(spot.cell.formula), spot.line.number))
            if spot.right is not None and not spot.follows:
                self._right_by_number.add(known)
            elif known not in self._right_by_number:
                self.unknown.add(spot.rule.name)
        return verdict is Verdict.WRONG

    def _with_history(self, spot: Spot) -> Spot:
        """The cell with what was seen of its column higher up."""
        filled = pattern(spot.cell.formula, spot.line.number) if spot.cell.formula else ""
        return spot._replace(
            filled=filled,
            was_right=(spot.rule, filled) in self._right_formulas,
            column_right=spot.rule.name in self._right_columns,
        )

    def _right(self, rule: Rule, rows: Mapping[int, Values]) -> float | None:
        """The number that belongs there; None if it is not known, NaN if there is none."""
        if rule.open:
            return None
        if rule.needs == [Name(rule.name)]:  # the same in every row
            return rows[1].get(rule.name) if self.tally.rows else None
        try:
            return rule.number(rows)
        except KeyError:
            return None
        except (ArithmeticError, ValueError):
            return nan

    def _exceeded(self, spot: Spot, right: float) -> float | None:
        """What a wrong number was allowed to be off; None for a right one."""
        rule, value = spot.rule, spot.cell.value
        assert isinstance(value, float)
        off = abs(value - right)
        scale = abs(right)
        if rule.above and rule.name in spot.rows[1] and not rule.kept:  # what counts is the step
            scale = max(abs(right - spot.rows[1][rule.name]), 1e-9 * scale)
        allowed = self._tolerance * scale + SMALLEST
        if off <= allowed:
            return None
        allowed += self._rounding(spot, value, right)  # costs more, and is seldom asked
        return None if off <= allowed else allowed

    def _rounding(self, spot: Spot, value: float, right: float) -> float:
        """How far rounded values, its own and those it goes by, may put a number off."""
        rule, usual = spot.rule, self._rulebook.usual
        lone = spot.cell.formula is None and rule.name not in self._grid.pasted
        moved = 0.0 if lone else SLACK * self._half(rule, value)
        for name in () if rule.needs == [Name(rule.name)] else rule.needs:
            first = self.tally.rows - name.up <= 0
            if name.id not in usual or (first and usual[name.id].above):
                continue  # the first weights are given, not rounded
            row = spot.rows[name.up]
            half = self._half(usual[name.id], row[name.id])
            shifted = {**spot.rows, name.up: {**row, name.id: row[name.id] + half}}
            try:
                moved += SLACK * abs(rule.number(shifted) - right)
            except (ArithmeticError, ValueError):
                continue
        return moved

    def _half(self, rule: Rule, value: float) -> float:
        """Half a unit in the last place that values of a column have."""
        return 0.0 if rule.kept else self._grid.half(rule.name, value)

    def _is_right_by_its_own_row(self, spot: Spot) -> bool:
        """Whether a formula takes other columns than the usual one, and is right if they are.

        Where these are wrong, so is its number; but the mistake is theirs.
        """
        (value, formula, _), line = spot.cell, spot.line
        if formula is None or spot.rule.open or self._formulas.exhausted:
            return False
        key = (spot.rule, pattern(formula, line.number))
        if self._right_by_others.get(key) is False:
            return False
        try:
            tree = self._formulas.read(formula, line)
        except NotArithmetic:
            return False
        if key not in self._right_by_others:
            self._right_by_others[key] = self._formulas.takes_others(
                tree, spot.rule
            ) and self._formulas.is_right_by_meaning(tree, spot.rule, line, spot.rows[0])
        if not self._right_by_others[key]:
            return False
        own = self._formulas.number(tree, line, spot.rows)
        if own is None or not isinstance(value, float):
            return own is None and is_error(value)
        allowed = self._tolerance * abs(own) + SMALLEST + SLACK * self._half(spot.rule, value)
        return abs(value - own) <= allowed

    # --- formulas of right numbers ---------------------------------------------------------------

    def _verdict(self, spot: Spot) -> Verdict:
        """Whether the formula is right as well, as far as can be seen."""
        assert spot.cell.formula is not None
        filled = pattern(spot.cell.formula, spot.line.number)
        where = filled, spot.line, self._grid
        key = (spot.rule, filled, slid_out(*where) or stuck(*where))
        if key not in self._verdicts:
            if self._formulas.exhausted:
                self.tally.uncompared += 1
                return Verdict.UNCOMPARED
            verdict = self._verdicts[key] = self._compared(spot)
            if verdict is Verdict.RIGHT:
                self._right_columns.add(spot.rule.name)
                self._right_formulas.add((spot.rule, filled))
        return self._verdicts[key]

    def _compared(self, spot: Spot) -> Verdict:
        rule, values = spot.rule, spot.rows[0]
        assert spot.cell.formula is not None
        try:
            tree = self._formulas.read(spot.cell.formula, spot.line)
        except NotArithmetic:
            self.tally.unread += 1
            return Verdict.UNCLEAR
        if self._formulas.is_right_by_meaning(tree, rule, spot.line, values):
            if not is_number(spot.cell.formula):
                self.tally.literal += self._formulas.is_typed(tree, rule, spot.line)
            return Verdict.RIGHT
        clear = self._formulas.is_clear(tree, rule, spot.line, spot.rows)
        return Verdict.WRONG if clear else Verdict.UNCLEAR


RATE_RULE = Rule(RATE, Kind.SETTING, Name(RATE), above=True)
"""What belongs in a column of the learning rate."""
