"""The columns that the list of epochs follows from: formulas for every epoch, and their values."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check.judging import NOTHING
from backprop_sheet.exporter.step import Lookup
from backprop_sheet.formula import names
from backprop_sheet.network import Kind, Network
from backprop_sheet.ooxml.addresses import Area, letters

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


class Columns:
    """Columns beside each other, and the copies of settings above them."""

    def __init__(
        self,
        cells: Cells,
        network: Network,
        lookup: Lookup,
        numbers: Mapping[str, Sequence[float]],
        left: int,
    ) -> None:
        """Start without columns.

        Args:
            cells: the cells of the tab.
            network: the network.
            lookup: finds numbers in the table.
            numbers: the numbers of each column of the table, row by row.
            left: the place of the first column.
        """
        self._cells, self._network, self._lookup = cells, network, lookup
        self._numbers, self._left = numbers, left
        self._columns: list[Column] = []
        self._at: dict[str, int] = {}
        self._settings: dict[str, str] = {}

    def cell(self, key: str) -> str:
        """The cell of a column in the row of an epoch."""
        return f"{letters(self._left + self._at[key])}{ROW}"

    def next_cell(self, more: int) -> str:
        """The cell of a column that is added so many columns after the next one."""
        return f"{letters(self._left + len(self._columns) + more)}{ROW}"

    def add(
        self,
        key: str,
        text: str | Callable[[int], str],
        value: Callable[[int, Values], float | str],
    ) -> None:
        """Add a column on the right of the others."""
        self._at[key] = len(self._columns)
        self._columns.append(Column(key, text, value))

    def reference(self, name: str) -> str:
        """The copy of a quantity in the row of an epoch, or of a setting."""
        if name in self._settings:
            return self._settings[name]
        if name not in self._at:
            self.add(name, self._copied(name), lambda epoch, _: self._number(name, epoch))
        return self.cell(name)

    def _copied(self, name: str) -> Callable[[int], str]:
        """What gives the formula that copies a number of the table."""
        rules = self._network.rules
        if rules.samples == 1:
            return lambda epoch: self._lookup.cell(name, epoch)
        place = self._row(OWN_ROW if rules.is_final_in_every_row(name) else LAST_ROW)
        return lambda _: self._lookup.at(name, place)

    def _row(self, key: str) -> str:
        """The cell with a row of the table, counted from 1."""
        if key not in self._at:
            text = self._lookup.place(f"$A{ROW}", in_every_row=key == OWN_ROW)
            self.add(key, lambda _: text, lambda epoch, _: self._place(epoch, key))
        return self.cell(key)

    def _place(self, epoch: int, key: str) -> int:
        """The row of the table, counted from 1, of the sample that tab Step begins with."""
        rules, sample = self._network.rules, self._network.shown_sample
        return epoch * rules.samples + (sample if key == OWN_ROW else rules.step_end(sample))

    def _number(self, name: str, epoch: int) -> float:
        key = OWN_ROW if self._network.rules.is_final_in_every_row(name) else LAST_ROW
        return float(self._numbers[name][self._place(epoch, key) - 1])

    def following(self, key: str, weight: str) -> str:
        """Add a copy of a weight's number after the step of an epoch. Returns its cell."""
        self.add(key, self._copied_after(weight), partial(self._next, weight))
        return self.cell(key)

    def _copied_after(self, weight: str) -> Callable[[int], str]:
        lookup, end = self._lookup, self._lookup.layout.epochs
        if self._network.rules.samples > 1:
            place = self._row(LAST_ROW)
            return lambda _: lookup.after(weight, place)
        none = f'"{NOTHING}"'
        return lambda epoch: lookup.cell(weight, epoch + 1) if epoch + 1 < end else none

    def _next(self, weight: str, epoch: int, _: object) -> float | str:
        numbers, row = self._numbers[weight], self._place(epoch, LAST_ROW)
        return float(numbers[row]) if row < len(numbers) else NOTHING

    def write_settings(self, row: int, place_of: Callable[[str], str]) -> None:
        """Copy the settings from their places: shared formulas must not refer to another tab."""
        network = self._network
        trees = [network.derived[name].formula for name in network.forward]
        trees += [network.given[weight].update for weight in network.trained]
        used = {name for tree in trees for name in names(tree)}
        for name in filter(used.__contains__, network.named(Kind.SETTING)):
            column, number = self._left + len(self._settings), network.numbers[name]
            self._cells.write_formula(row, column, "compare helper", place_of(name), number)
            self._settings[name] = f"${letters(column)}${row}"

    def write(self, top: int, epochs: Sequence[int]) -> list[Values]:
        """Write the columns. Returns the values in each epoch."""
        rows = [self._values(epoch) for epoch in epochs]
        for place, column in enumerate(self._columns, start=self._left):
            found = [values[column.key] for values in rows]
            if isinstance(column.text, str):
                self.write_shared(place, "compare helper", column.text, found, top)
                continue
            for row, (epoch, value) in enumerate(zip(epochs, found, strict=True), start=top):
                text = column.text(epoch).replace(ROW, str(row))
                self._cells.write_formula(row, place, "compare helper", text, value)
        return rows

    def write_shared(
        self, column: int, style: str, text: str, values: Sequence[float | str], top: int
    ) -> None:
        """Write a formula into the rows of all epochs."""
        area = Area(column, top, column, top + len(values) - 1)
        self._cells.write_shared(area, style, text.replace(ROW, str(top)), values)

    def _values(self, epoch: int) -> Values:
        """The value of each column in an epoch."""
        values: Values = {name: self._network.numbers[name] for name in self._settings}
        for column in self._columns:
            values[column.key] = column.value(epoch, values)  # type: ignore[assignment]
        return values
