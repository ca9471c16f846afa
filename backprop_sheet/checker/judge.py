"""Judges one table, row by row: each cell by what its own row, or the row above, gives.

So a wrong cell is a cause and never the consequence of another: what follows from it is right by
its own inputs.
"""

from array import array
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from math import isclose
from statistics import median_low

from backprop_sheet.checker.blame import Blame
from backprop_sheet.checker.findings import INCOMPLETE, RIGHT, WRONG, Finding, Table
from backprop_sheet.checker.formulas import Formulas, Spot
from backprop_sheet.checker.header import Header
from backprop_sheet.checker.meaning import Place
from backprop_sheet.checker.rates import rate_of
from backprop_sheet.checker.rounding import EXACT, Digits, digits_of
from backprop_sheet.checker.rules import Rule, Rules
from backprop_sheet.checker.words import Words
from backprop_sheet.engine import train
from backprop_sheet.errors import BackpropSheetError
from backprop_sheet.formula import Name
from backprop_sheet.network import RATE, TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import address
from backprop_sheet.ooxml.sheet import Cell, Row, size_of

LOOK_AHEAD = 2000
"""Rows that are read before the first is judged: they tell the digits and the learning rate."""
MOST_AHEAD = 12_000_000
"""Weight of these rows from which on no more of them are read before: they all are kept."""
GAP = 3
"""Blank rows that may follow a header."""
FEW, MOST = 0.25, 0.6
"""Share of a table's cells below which a row is none of its rows; the same after a gap."""
PRECISE = 15
"""Significant digits from which on a column counts as not rounded."""
SHORT = 6
"""Significant digits below which computed values are short by chance, not by rounding."""
SLACK = 1.5
"""How much more than rounding explains is let pass."""
SMALLEST = 1e-12
"""A difference that is never looked at."""


class Judge:
    """Takes the rows of one table, and judges them."""

    def __init__(self, network: Network, place: Place, tolerance: float) -> None:
        """Begin a table.

        Args:
            network: what the table should be of.
            place: where it stands.
            tolerance: relative difference up to which a number is right.
        """
        self._network, self._place, self._tolerance = network, place, tolerance
        self._columns = place.header.columns
        self._words = Words(network.symbols)
        self._rulebook = Rules(network, set(self._columns))
        self._rules = self._rulebook.usual
        self._more: dict[str, Rule] = {}  # of columns beside those of the network
        self._settings = {n: network.numbers[n] for n in network.named(Kind.SETTING) if n != RATE}
        self._before: deque[dict[str, float]] = deque(maxlen=len(network.samples))
        self._waiting: list[tuple[int, Row]] = []
        self._weight = 0
        self._blame: Blame | None = None
        self._digits: dict[str, Digits | None] = {}
        self._pasted: set[str] = set()
        self._decimals = PRECISE
        self._rate: float | None = None
        self._against = ""
        self._typed = 0
        self._gaps: list[int] = []
        self._rate_from = ""
        self._above: dict[str, float] = {}
        self._start: dict[str, float] = {}
        self._errors = array("d")
        self._epochs = self._computed = 0
        self._last = place.header_row
        self._findings: list[Finding] = []

    @property
    def columns(self) -> Iterable[int]:
        """The columns of the table."""
        return self._place.header.names

    @property
    def last(self) -> int:
        """The last row so far that is of the table."""
        return self._last

    def meets(self, headers: Iterable[Header]) -> bool:
        """Whether another table begins in these columns."""
        return any(self._place.header.names.keys() & header.names.keys() for header in headers)

    # --- rows ------------------------------------------------------------------------------------

    def take(self, number: int, row: Row) -> bool:
        """Take a row; False if the table has ended above it."""
        if number > self._last + 1 + GAP:
            return False
        begun = self._last > self._place.header_row
        if begun and not self._is_row(row, FEW if number == self._last + 1 else MOST):
            return True  # a title between rows, or what the rows come to; more may follow
        if not begun and not self._begins(row):
            return True  # units, or words, below the header
        if begun and number > self._last + 1:
            self._gaps.append(number)
        self._last = number
        columns = {*self._place.header.names, self._place.eta_column}
        valued = {
            c: self._place.sheet.valued(cell, number, c) for c, cell in row.items() if c in columns
        }
        self._waiting.append((number, row | valued))
        if self._blame is not None:
            self._judge_waiting()
            return True
        self._weight += sum(map(size_of, row.values()))
        if len(self._waiting) >= LOOK_AHEAD or self._weight > MOST_AHEAD:
            self._settle()
            self._judge_waiting()
        return True

    def _is_row(self, row: Row, share: float) -> bool:
        """Whether a row is one of the table, and no sum, mean or title below or between.

        Args:
            row: the row.
            share: of the table's cells, that it has to have.
        """
        cells = [row[column] for column in self._place.header.names if column in row]
        numbers = [c for c in cells if c.formula is not None or isinstance(c.value, float)]
        ranges = sum(":" in c.formula for c in numbers if c.formula is not None)
        enough = len(numbers) >= share * len(self._place.header.names)
        return enough and 2 * ranges <= len(numbers)

    def _begins(self, row: Row) -> bool:
        """Whether this is the first row of numbers."""
        cells = [row[column] for column in self._place.header.names if column in row]
        return sum(c.formula is not None or isinstance(c.value, float) for c in cells) > 2  # noqa: PLR2004

    def _settle(self) -> None:
        """Find out the learning rate, and how many digits there are, before the first judgement."""
        step = self._network.design.step
        rate = rate_of(self._place, self._rules, self._waiting, step)
        if rate is not None:
            self._rate, self._rate_from, _, self._against = rate
        if self._place.eta_column:
            self._more = {RATE: Rule(RATE, Kind.SETTING, Name(RATE), above=True)}
            self._rules = {**self._more, **self._rules}
            self._columns = {RATE: self._place.eta_column, **self._columns}
        for name, column in self._columns.items():
            cells = [row[column] for _, row in self._waiting if column in row]
            self._digits[name] = self._digits_in(self._rules[name], cells)
        self._spread_rounding()
        formulas = Formulas(self._place, self._rules, self._rate, self._settings, self._words)
        self._blame = Blame(self._place, self._rules, self._rate, formulas)

    def _digits_in(self, rule: Rule, cells: list[Cell]) -> Digits | None:
        """The digits of a column's values; None of pasted ones that are all the same."""
        numbers = [(c.value, c.formula is None) for c in cells if isinstance(c.value, float)]
        pasted = [value for value, typed in numbers[1:] if typed]
        # A number typed into a column of formulas is no rounded one.
        if rule.kept or not numbers:
            return EXACT
        if pasted and 2 * len(pasted) >= len(numbers):
            self._pasted.add(rule.name)
            return digits_of(pasted) if len(set(pasted)) > 1 else None
        computed = digits_of(value for value, typed in numbers if not typed)
        return computed if SHORT <= computed.significant < PRECISE else EXACT

    def _spread_rounding(self) -> None:
        """Rounding that most pasted columns show is thought to be in all of them."""
        known = [d for name in self._pasted if (d := self._digits[name]) is not None]
        if not known:
            return
        usual = Digits(
            median_low(digits.decimals for digits in known),
            max(digits.significant for digits in known),
        )
        self._decimals = usual.decimals
        for name in self._pasted:
            own = self._digits[name] or usual
            self._digits[name] = replace(own, decimals=min(usual.decimals, own.decimals))

    def _judge_waiting(self) -> None:
        for number, row in self._waiting:
            self._judge(number, row)
        self._waiting.clear()

    def end(self) -> Table:
        """The table, judged."""
        if self._blame is None:
            self._settle()
        self._judge_waiting()
        assert self._blame is not None
        self._findings = self._blame.findings()
        samples = len(self._network.samples)
        for finding in self._findings:
            finding.epoch //= samples
        columns = self._place.header.names
        area = (
            f"{address(self._place.header_row, min(columns))}:{address(self._last, max(columns))}"
        )
        table = Table(
            self._place.sheet.title, area, self._place.header_row, -(-self._epochs // samples),
            self._rate, self._rate_from, self._verdict(), self._findings, self._remarks(),
        )  # fmt: skip
        self._weigh(table)
        return table

    # --- one row ---------------------------------------------------------------------------------

    def _judge(self, number: int, row: Row) -> None:
        assert self._blame is not None
        self._place.rows = {n: r for n, r in self._place.rows.items() if n == self._place.above}
        self._place.rows[number] = row
        values = self._values(row)
        rules = {**self._more, **self._rulebook.at(self._epochs)}
        env = self._env(values)
        computed = sum(self._columns[n] in row for n, rule in rules.items() if not rule.above)
        self._computed += computed > 0
        wrong: list[Spot] = []
        for name, rule in rules.items():
            if computed == 0 and not rule.above:
                continue  # begun, and not computed
            cell = row.get(self._columns[name], Cell(None))
            if name == RATE and cell.value is None:
                continue  # the first row or the last may do without
            right = self._right(rule, env)
            spot = Spot(rule, cell, number, self._epochs, right, 0.0)
            if not isinstance(cell.value, float):
                missing = any(name not in env for name in rule.needs)
                self._blame.without_number(spot, consequence=missing and not rule.open)
            elif right is not None and (allowed := self._exceeded(rule, cell, right, env)):
                wrong.append(spot._replace(allowed=allowed))
            elif cell.formula is not None:
                self._blame.approve(spot)
            elif rule.needs and not (rule.open or rule.kept or name in self._pasted):
                self._typed += 1
        stopped = self._epochs > 0 and self._repeats(values)
        for spot in wrong:
            self._blame.wrong(spot, values, self._above, stopped=stopped)
        if not self._epochs:
            self._start = values
        self._errors.append(values.get(TOTAL, float("nan")))
        self._epochs += 1
        self._above = values
        self._before.append(values)
        self._place.above = number

    def _values(self, row: Row) -> dict[str, float]:
        """The row's numbers by name, η among them."""
        values = {} if self._rate is None else {RATE: self._rate}
        for name, column in self._columns.items():
            value = row.get(column, Cell(None)).value
            if isinstance(value, float):
                values[name] = value
        return values

    def _env(self, values: dict[str, float]) -> dict[Name, float]:
        """Numbers by the names that rules take: of this row, the one above, an epoch before."""
        env = {Name(name): number for name, number in {**self._settings, **values}.items()}
        env |= {Name(name, 1): number for name, number in self._above.items()}
        samples = len(self._network.samples)
        if samples > 1 and len(self._before) == samples:
            env |= {Name(name, samples): number for name, number in self._before[0].items()}
        return env

    def _right(self, rule: Rule, env: dict[Name, float]) -> float | None:
        """The number that belongs there; None where that cannot be told."""
        if rule.open or any(name not in env for name in rule.needs):
            return None
        if rule.needs == [Name(rule.name)]:  # the same in every row
            return self._above.get(rule.name)
        try:
            return rule.number(env)
        except (ArithmeticError, ValueError):
            return None

    def _exceeded(
        self, rule: Rule, cell: Cell, right: float, env: dict[Name, float]
    ) -> float | None:
        """What a wrong number was allowed to be off; None for a right one."""
        assert isinstance(cell.value, float)
        off = abs(cell.value - right)
        scale = abs(right)
        if rule.above and rule.name in self._above and not rule.kept:  # what counts is the step
            scale = max(abs(right - self._above[rule.name]), 1e-9 * scale)
        allowed = self._tolerance * scale + SMALLEST
        if off <= allowed:
            return None
        allowed += self._rounding(rule, cell, right, env)  # costs more, and is seldom asked
        return None if off <= allowed else allowed

    def _rounding(self, rule: Rule, cell: Cell, right: float, env: dict[Name, float]) -> float:
        """How far rounded values, its own and those it goes by, may put a number off."""
        assert isinstance(cell.value, float)
        lone = cell.formula is None and rule.name not in self._pasted
        moved = 0.0 if lone else SLACK * self._half(rule.name, cell.value)
        for name in () if rule.needs == [Name(rule.name)] else rule.needs:
            first = self._epochs - name.up <= 0
            if name.id not in self._rules or (first and self._rules[name.id].above):
                continue  # the first weights are given, not rounded
            half = self._half(name.id, env[name])
            try:
                near = rule.number({**env, name: env[name] + half})
            except (ArithmeticError, ValueError):
                continue
            moved += SLACK * abs(near - right)
        return moved

    def _half(self, name: str, value: float) -> float:
        """Half a unit in the last place that values of this column have."""
        if self._rules[name].kept:
            return 0.0
        return (self._digits[name] or EXACT).half(value)

    def _repeats(self, values: dict[str, float]) -> bool:
        """Whether no weight has moved since the row above."""
        if self._network.design.step > 1:
            return False  # within an epoch that is as it should be
        moving = [name for name, rule in self._rules.items() if rule.kind is Kind.WEIGHT]
        return all(
            name in values and name in self._above and isclose(values[name], self._above[name])
            for name in moving
        )

    # --- the whole -------------------------------------------------------------------------------

    def _verdict(self) -> str:
        if self._computed == 0:
            return INCOMPLETE
        if any(finding.kind != "empty" for finding in self._findings):
            return WRONG
        unjudged = self._rate is None or self._computed < 2  # noqa: PLR2004 - an update takes two rows
        if self._findings or unjudged:
            return INCOMPLETE
        return RIGHT

    def _remarks(self) -> list[str]:
        header = self._place.header
        remarks = [
            f"{address(self._place.header_row, column)} says {text!r}, "
            f"read as {self._network.label(name)}"
            for column, text, name in header.read_as
        ]
        absent = [name for name in self._network.columns if name not in header.columns]
        if absent:
            remarks.append(f"no column for {self._words.label_list(absent)}")
        if self._computed == 0:
            remarks.append("nothing is computed")
        elif self._computed < self._epochs:
            rest = self._epochs - self._computed
            rows = "1 row is" if rest == 1 else f"{rest} rows are"
            remarks.append(f"{rows} begun and not computed")
        if self._decimals < PRECISE - 3:
            remarks.append(
                f"pasted values of {self._decimals} decimals: smaller mistakes do not show"
            )
        if self._gaps:
            rows = ", ".join(map(str, self._gaps[:3]))
            remarks.append(f"rows are left out before row {rows}; the table is read on over them")
        if self._against:
            remarks.append(f"a label says the learning rate is {self._against}")
        if self._typed:
            cells = "1 number is" if self._typed == 1 else f"{self._typed} numbers are"
            remarks.append(f"{cells} typed where a formula belongs, and right")
        if self._computed == 1 and not self._findings:
            remarks.append("a single row, so no update is judged")
        if self._rate is None and self._epochs > 1:
            remarks.append("no learning rate found, so the updates are not judged")
        return remarks

    def _weigh(self, table: Table) -> None:
        """By how much the mistakes change E_Total: against a right training from the same start."""
        if not table.findings or self._rate is None or TOTAL not in self._columns:
            return
        given = {n: self._start[n] for n in self._network.given if n in self._start}
        try:
            network = self._network.with_numbers(
                **given, **({} if RATE in given else {RATE: self._rate})
            )
            if len(given) < len(self._network.given) - 1:
                return
            place = network.columns.index(TOTAL)
            pairs = zip(self._errors, islice(train(network), len(self._errors)), strict=False)
            off = [abs(error - row[place]) for error, row in pairs]
        except BackpropSheetError:
            return
        known = [(x, -epoch) for epoch, x in enumerate(off) if x == x]  # noqa: PLR0124 - not NaN
        if known:
            table.error_off, epoch = max(known)
            table.error_epoch = -epoch
