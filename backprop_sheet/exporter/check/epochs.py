"""All epochs at a glance on the tab Check: of each, the worst gradient and the worst update.

On the right of the list stand the cells that it follows from, a row for each epoch: copies of the
table's numbers, two forward passes for each weight, of which only what the weight changes is
worked out, and the judgements. What does not refer to another tab is one formula for all epochs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import judging
from backprop_sheet.exporter.check.judging import NOTHING, VERDICTS, Judged
from backprop_sheet.exporter.check.passes import Passes, Side
from backprop_sheet.exporter.step import Lookup
from backprop_sheet.formula import EXCEL, Tree, function, names, write
from backprop_sheet.network import TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import Area, letters

MOST_CELLS, MOST_OF_AN_EPOCH = 20_000, 1_000
"""The most cells that the list may follow from: with more, only some of the epochs are listed. And
the most for an epoch: with more, there is no list."""
SHORT = 40
"""The most characters of an update that gets no cell: it stands in the formulas that use it."""
ROW = "\1"
"""A placeholder for the number of the row."""
OWN_ROW, LAST_ROW = "row of the table", "last row of the step"
"""The columns that find an epoch in a table with several rows for each."""
Values = dict[str, float]
"""The numbers of an epoch, by the keys of their columns."""


class Column(NamedTuple):
    """A formula for every epoch, and what gives its value from those on its left.

    Attributes:
        key: names the column.
        text: the formula; or what gives that of an epoch, where each epoch has its own.
        value: gives the value in an epoch.
    """

    key: str
    text: str | Callable[[int], str]
    value: Callable[[int, Values], float | str]


class Epochs:
    """The list of epochs."""

    def __init__(
        self,
        cells: Cells,
        network: Network,
        lookup: Lookup,
        numbers: Mapping[str, Sequence[float]],
        place_of: Callable[[str], str],
        epsilon: tuple[str, float],
    ) -> None:
        """Prepare the columns.

        Args:
            cells: the cells of the tab.
            network: the network.
            lookup: finds numbers in the table.
            numbers: the numbers of each column of the table, row by row.
            place_of: gives the cell of a setting.
            epsilon: the cell of ε, and its number.
        """
        self._cells, self._network, self._lookup = cells, network, lookup
        self._numbers, self._place_of, self._epsilon = numbers, place_of, epsilon
        self._columns: list[Column] = []
        self._at: dict[str, int] = {}
        self._settings: dict[str, str] = {}
        self._left = 0
        self._passes = Passes(network)

    @property
    def cells_of_an_epoch(self) -> int:
        """About how many cells an epoch takes."""
        network = self._network
        return 2 * self._passes.cells + len(network.columns) + 4 * len(network.trained)

    def listed(self, epochs: int) -> list[int]:
        """The epochs that are listed: all of them, or some from the first to the last."""
        if self.cells_of_an_epoch > MOST_OF_AN_EPOCH:
            return []
        count = min(MOST_CELLS // self.cells_of_an_epoch, epochs)
        return [number * (epochs - 1) // max(1, count - 1) for number in range(count)]

    def write(self, top: int, epochs: Sequence[int], left: int) -> None:
        """Write the list, and what it follows from.

        Args:
            top: the first row, below a header.
            epochs: the epochs.
            left: the first column of what the list follows from.
        """
        self._left = left
        self._write_settings(top - 1)
        judged = self._judge()
        rows = [self._values(epoch) for epoch in epochs]
        for place, column in enumerate(self._columns, start=left):
            found = [values[column.key] for values in rows]
            if isinstance(column.text, str):
                self._write_shared(place, "compare helper", column.text, found, top)
                continue
            for row, (epoch, value) in enumerate(zip(epochs, found, strict=True), start=top):
                text = column.text(epoch).replace(ROW, str(row))
                self._cells.write_formula(row, place, "compare helper", text, value)
        for row, epoch in enumerate(epochs, start=top):
            self._cells.write(row, 1, "compare epoch", epoch)
        for column_, (kind, keys) in zip((2, 4), judged.items(), strict=True):
            if keys[0]:
                self._write_worst(column_, kind, keys, rows, top)

    def _write_shared(
        self, column: int, style: str, text: str, values: Sequence[float | str], top: int
    ) -> None:
        """Write a formula into the rows of all epochs."""
        area = Area(column, top, column, top + len(values) - 1)
        self._cells.write_shared(area, style, text.replace(ROW, str(top)), values)

    def _write_settings(self, row: int) -> None:
        """Copy the settings: formulas that epochs share must not refer to another tab."""
        network = self._network
        trees = [network.derived[name].formula for name in network.forward]
        trees += [network.given[weight].update for weight in network.trained]
        used = {name for tree in trees for name in names(tree)}
        for name in filter(used.__contains__, network.named(Kind.SETTING)):
            column, number = self._left + len(self._settings), network.numbers[name]
            place = self._place_of(name)
            self._cells.write_formula(row, column, "compare helper", place, number)
            self._settings[name] = f"${letters(column)}${row}"

    def _values(self, epoch: int) -> Values:
        """The value of each column in an epoch."""
        values: Values = {name: self._network.numbers[name] for name in self._settings}
        for column in self._columns:
            values[column.key] = column.value(epoch, values)  # type: ignore[assignment]
        return values

    # --- the columns -------------------------------------------------------------------------

    def _cell(self, key: str) -> str:
        return f"{letters(self._left + self._at[key])}{ROW}"

    def _add(
        self,
        key: str,
        text: str | Callable[[int], str],
        value: Callable[[int, Values], float | str],
    ) -> None:
        self._at[key] = len(self._columns)
        self._columns.append(Column(key, text, value))

    def _reference(self, name: str) -> str:
        """The copy of a quantity in the row of an epoch, or of a setting."""
        if name in self._settings:
            return self._settings[name]
        if name not in self._at:
            self._add(name, self._copied(name), lambda epoch, _: self._number(name, epoch))
        return self._cell(name)

    def _copied(self, name: str) -> Callable[[int], str]:
        """What gives the formula that copies a number of the table."""
        rules = self._network.rules
        if rules.samples == 1:
            return lambda epoch: self._lookup.cell(name, epoch)
        place = self._row(OWN_ROW if rules.is_final_in_every_row(name) else LAST_ROW, name)
        return lambda _: self._lookup.at(name, place)

    def _row(self, key: str, name: str) -> str:
        """The cell with the row of the table that a quantity is taken from, counted from 1."""
        if key not in self._at:
            rules = self._network.rules
            text = self._lookup.row(name, f"$A{ROW}")
            first = rules.step if key == LAST_ROW else 1
            self._add(key, lambda _: text, lambda epoch, _: epoch * rules.samples + first)
        return self._cell(key)

    def _number(self, name: str, epoch: int, down: int = 0) -> float:
        rules = self._network.rules
        last = 0 if rules.is_final_in_every_row(name) else rules.step - 1
        return float(self._numbers[name][epoch * rules.samples + last + down])

    def _judge(self) -> dict[str, tuple[list[str], list[str]]]:
        """Add all columns. Returns those of deviations and of verdicts, by what is judged."""
        added = {
            "gradient": {weight: self._add_gradient(weight) for weight in self._passes.weights},
            "update": {weight: self._add_update(weight) for weight in self._network.trained},
        }
        found = {}
        for kind, judged in added.items():
            keys = [f"{kind} apart {w}" for w in judged], [f"{kind} verdict {w}" for w in judged]
            self._at |= {key: len(self._columns) + k for k, key in enumerate(keys[0] + keys[1])}
            judgements = {
                weight: judge(self._cell(key))
                for key, (weight, judge) in zip(keys[0], judged.items(), strict=True)
            }
            for place in (0, 1):
                for key, (text, value) in zip(keys[place], judgements.values(), strict=True):
                    chosen = text.verdict if place else text.apart
                    self._add(key, chosen, partial(_value_at, value, place))
            found[kind] = keys
        return found

    def _add_gradient(
        self, weight: str
    ) -> Callable[[str], tuple[Judged, Callable[[Values], Judged]]]:
        """Add the passes of a weight. Returns what judges its gradient."""
        for side in (1, -1):
            for name, tree in self._passes.formulas(weight).items():
                text = write(tree, EXCEL, partial(self._passed, (weight, side)))
                value = self._computed(tree, (weight, side))
                self._add(_key((weight, side), name), text, partial(_of_values, value))
        up, down = (_key((weight, side), TOTAL) for side in (1, -1))
        cell, epsilon = self._epsilon
        slope = f"(({self._cell(up)}-{self._cell(down)})/(2*{cell}))"
        found = self._reference(gradient_name(weight))
        signs = [
            [self._signed(tree, (weight, side)) for side in (1, -1)]
            for tree in self._passes.conditions(weight)
        ]
        texts = [f"({above[0]}>0)<>({below[0]}>0)" for above, below in signs]
        kink = f"OR({','.join(texts)})" if texts else ""

        def judge(apart: str) -> tuple[Judged, Callable[[Values], Judged]]:
            def of(values: Values) -> Judged:
                both = (values[up] - values[down]) / (2 * epsilon), values[gradient_name(weight)]
                bent = any((a[1](values) > 0) != (b[1](values) > 0) for a, b in signs)
                return judging.gradient(slope, found, apart, kink, both, bent)

            return judging.gradient(slope, found, apart, kink, (0.0, 0.0), bent=False), of

        return judge

    def _signed(self, tree: Tree, side: Side) -> tuple[str, Callable[[Values], float]]:
        """A condition in the pass of a changed weight: its formula, and what gives its number."""
        return write(tree, EXCEL, partial(self._passed, side)), self._computed(tree, side)

    def _passed(self, side: Side, name: str) -> str:
        """The cell of a quantity in the pass of a changed weight."""
        weight, sign = side
        if name == weight:
            return f"({self._reference(weight)}{'+' if sign > 0 else '-'}{self._epsilon[0]})"
        changed = name in self._passes.formulas(weight)
        return self._cell(_key(side, name)) if changed else self._reference(name)

    def _computed(self, tree: Tree, side: Side) -> Callable[[Values], float]:
        """What gives the number of a formula in the pass of a changed weight."""
        compute, (weight, sign) = function(tree), side
        changed = self._passes.formulas(weight)
        keys = {n: _key(side, n) if n in changed else n for n in names(tree)}

        def number(values: Values) -> float:
            found = {name: values[key] for name, key in keys.items()}
            if weight in found:
                found[weight] += sign * self._epsilon[1]
            return compute(found)

        return number

    def _add_update(
        self, weight: str
    ) -> Callable[[str], tuple[Judged, Callable[[Values], Judged]]]:
        """Add a weight's next number, as computed and in the table. Returns what judges it."""
        key, after, tree = f"new {weight}", f"next {weight}", self._network.given[weight].update
        old, compute, new = self._reference(weight), function(tree), ""
        text = write(tree, EXCEL, self._reference)
        if len(text) > SHORT:
            self._add(key, text, lambda _, values: compute(values))
            new = self._cell(key)
        self._add(after, self._next_cell(weight), partial(self._next, weight))
        new, found = new or f"({text})", self._cell(after)

        def judge(apart: str) -> tuple[Judged, Callable[[Values], Judged]]:
            def of(values: Values) -> Judged:
                shown = values[after]
                there = None if isinstance(shown, str) else shown
                both = values[weight], compute(values)
                return judging.update(old, new, found, apart, (*both, there))

            return judging.update(old, new, found, apart, (0.0, 0.0, None)), of

        return judge

    def _next_cell(self, weight: str) -> Callable[[int], str]:
        """What gives the formula that copies a weight's number after the step of an epoch."""
        lookup, end = self._lookup, self._lookup.layout.epochs
        if self._network.rules.samples == 1:
            return lambda epoch: (
                lookup.cell(weight, epoch + 1) if epoch + 1 < end else f'"{NOTHING}"'
            )
        place = self._row(LAST_ROW, gradient_name(weight))
        return lambda _: lookup.after(weight, place)

    def _next(self, weight: str, epoch: int, _: object) -> float | str:
        rules, numbers = self._network.rules, self._numbers[weight]
        row = epoch * rules.samples + rules.step
        return float(numbers[row]) if row < len(numbers) else NOTHING

    # --- the worst ---------------------------------------------------------------------------

    def _write_worst(
        self,
        column: int,
        kind: str,
        keys: tuple[list[str], list[str]],
        rows: list[Values],
        top: int,
    ) -> None:
        """Write of each epoch how far apart the worst is, and the worst verdict."""
        apart, verdict = (f"{self._cell(some[0])}:{self._cell(some[-1])}" for some in keys)
        texts = f"MAX({apart})", judging.worst(verdict)
        shown: list[tuple[float | str, float | str]] = [
            (max(row[k] for k in keys[0]), VERDICTS[int(max(row[k] for k in keys[1]))])
            for row in rows
        ]
        if kind == "update":
            last = f"next {self._network.trained[0]}"
            texts = tuple(f'IF(ISTEXT({self._cell(last)}),"{NOTHING}",{t})' for t in texts)
            there = [not isinstance(row[last], str) for row in rows]
            shown = [s if t else (NOTHING, NOTHING) for s, t in zip(shown, there, strict=True)]
        styles = "step number", "step verdict"
        for place, (style, text) in enumerate(zip(styles, texts, strict=True)):
            values = [both[place] for both in shown]
            self._write_shared(column + place, style, text, values, top)


def _key(side: Side, name: str) -> str:
    """The key of a quantity in the pass of a changed weight."""
    weight, sign = side
    return f"{name} {weight} {sign}"


def _of_values(value: Callable[[Values], float], _: int, values: Values) -> float:
    return value(values)


def _value_at(value: Callable[[Values], Judged], place: int, _: int, values: Values) -> float:
    return value(values).values[place]
