"""All epochs at a glance on the tab Check: of each, the worst gradient and the worst update.

On the right of the list stand the cells that it follows from, a row for each epoch: copies of the
table's numbers, two forward passes for each weight, of which only what the weight changes is
worked out, and the judgements.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import judging
from backprop_sheet.exporter.check.judging import NOTHING, VERDICTS, Judged
from backprop_sheet.exporter.step import Lookup
from backprop_sheet.formula import Tree, conditions, function, in_cell, names
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.ooxml.addresses import letters

MOST_CELLS, MOST_OF_AN_EPOCH = 20_000, 1_000
"""The most cells that the list may follow from: with more, only some of the epochs are listed. And
the most for an epoch: with more, there is no list."""
ROW = "\1"
"""A placeholder for the number of the row."""
Side = tuple[str, int]
"""A weight, and whether it is made larger or smaller: 1 or -1."""


class Column(NamedTuple):
    """A formula for every epoch, and what gives its value from those on its left."""

    text: str
    value: Callable[[int, dict[str, float]], float | str]
    key: str = ""


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
        self._left = 0
        self._gradients = [w for w in network.trained if w not in network.by_rule]
        self._after = self._dependent()
        self._changed = {weight: frozenset(after) for weight, after in self._after.items()}

    def _dependent(self) -> dict[str, list[str]]:
        """What each weight changes in a forward pass."""
        found: dict[str, list[str]] = {}
        used = {n: set(names(self._network.derived[n].formula)) for n in self._network.forward}
        for weight in self._gradients:
            changed = {weight}
            for name in self._network.forward:
                if used[name] & changed:
                    changed.add(name)
            found[weight] = [name for name in self._network.forward if name in changed]
        return found

    @property
    def cells_of_an_epoch(self) -> int:
        """About how many cells an epoch takes."""
        passes = 2 * sum(map(len, self._after.values()))
        return passes + len(self._network.columns) + 8 * len(self._network.trained)

    def listed(self, epochs: int) -> list[int]:
        """The epochs that are listed: all of them, or some from the first to the last."""
        if self.cells_of_an_epoch > MOST_OF_AN_EPOCH:
            return []
        count = min(MOST_CELLS // self.cells_of_an_epoch, epochs)
        return [number * (epochs - 1) // max(1, count - 1) for number in range(count)]

    def write(self, top: int, epochs: Sequence[int], left: int) -> int:
        """Write the list, and what it follows from. Returns the last row.

        Args:
            top: the first row.
            epochs: the epochs.
            left: the first column of what the list follows from.
        """
        self._left = left
        judged = self._judge()
        for row, epoch in enumerate(epochs, start=top):
            self._write_epoch(row, epoch, judged)
        return top + len(epochs) - 1

    # --- the columns -------------------------------------------------------------------------

    def _cell(self, key: str) -> str:
        return f"{letters(self._left + self._at[key])}{ROW}"

    def _add(
        self, key: str, text: str, value: Callable[[int, dict[str, float]], float | str]
    ) -> None:
        self._at[key] = len(self._columns)
        self._columns.append(Column(text, value, key))

    def _reference(self, name: str) -> str:
        """The copy of a quantity in the row of an epoch, or the cell of a setting."""
        if name not in self._at:
            if name in self._network.rules.settings:
                return self._place_of(name)
            text = self._lookup.number(name, f"$A{ROW}")
            self._add(name, text, lambda epoch, _: self._number(name, epoch))
        return self._cell(name)

    def _number(self, name: str, epoch: int, down: int = 0) -> float:
        rules = self._network.rules
        last = 0 if rules.is_final_in_every_row(name) else rules.step - 1
        return float(self._numbers[name][epoch * rules.samples + last + down])

    def _judge(self) -> dict[str, tuple[list[str], list[str]]]:
        """Add all columns. Returns those of deviations and of verdicts, by what is judged."""
        gradients = {weight: self._gradient(weight) for weight in self._gradients}
        updates = {weight: self._update(weight) for weight in self._network.trained}
        found = {}
        for kind, judgements in (("gradient", gradients), ("update", updates)):
            found[kind] = (
                [f"{kind} apart {w}" for w in judgements],
                [f"{kind} verdict {w}" for w in judgements],
            )
            for place, keys in enumerate(found[kind]):
                for key, (judged, value) in zip(keys, judgements.values(), strict=True):
                    text = judged.apart if place == 0 else judged.verdict
                    self._add(key, text, partial(_value_at, value, place))
        return found

    def _gradient(self, weight: str) -> tuple[Judged, Callable[[dict[str, float]], Judged]]:
        for side in (1, -1):
            self._pass(weight, side)
        up, down = (_key(weight, side, TOTAL) for side in (1, -1))
        cell, epsilon = self._epsilon
        slope = f"(({self._cell(up)}-{self._cell(down)})/(2*{cell}))"
        found = self._reference(gradient_name(weight))
        trees = [
            tree
            for n in self._network.forward
            for tree in conditions(self._network.derived[n].formula)
        ]
        signs = [
            [self._signed(tree, weight, side) for side in (1, -1)]
            for tree in trees
            if {weight, *self._after[weight]} & set(names(tree))
        ]
        texts = [f"({above[0]}>0)<>({below[0]}>0)" for above, below in signs]
        kink = f"OR({','.join(texts)})" if texts else ""

        def judged(values: dict[str, float]) -> Judged:
            both = (values[up] - values[down]) / (2 * epsilon), values[gradient_name(weight)]
            bent = any((a[1](values) > 0) != (b[1](values) > 0) for a, b in signs)
            return judging.gradient(slope, found, kink, both, bent)

        return judging.gradient(slope, found, kink, (0.0, 0.0), bent=False), judged

    def _signed(
        self, tree: Tree, weight: str, side: int
    ) -> tuple[str, Callable[[dict[str, float]], float]]:
        """A condition in the pass of a changed weight: its formula, and what gives its number."""
        text = in_cell(tree, lambda name: self._passed(name, weight, side))
        return text, self._computed(tree, weight, side)

    def _passed(self, name: str, weight: str, side: int) -> str:
        """The cell of a quantity in the pass of a changed weight."""
        if name == weight:
            return f"({self._reference(weight)}{'+' if side > 0 else '-'}{self._epsilon[0]})"
        changed = name in self._changed[weight]
        return self._cell(_key(weight, side, name)) if changed else self._reference(name)

    def _computed(self, tree: Tree, weight: str, side: int) -> Callable[[dict[str, float]], float]:
        """What gives the number of a formula in the pass of a changed weight."""
        compute, used = function(tree), names(tree)
        changed, settings = self._changed[weight], self._network.numbers

        def number(values: dict[str, float]) -> float:
            found = {}
            for name in used:
                key = _key(weight, side, name) if name in changed else name
                found[name] = values[key] if key in values else settings[name]
                found[name] += side * self._epsilon[1] if name == weight else 0
            return compute(found)

        return number

    def _pass(self, weight: str, side: int) -> None:
        """Add what a changed weight changes in a forward pass."""
        for name in self._after[weight]:
            tree = self._network.derived[name].formula
            text = in_cell(tree, lambda n: self._passed(n, weight, side))
            value = self._computed(tree, weight, side)
            self._add(_key(weight, side, name), text, partial(_of_values, value))

    def _update(self, weight: str) -> tuple[Judged, Callable[[dict[str, float]], Judged]]:
        network, key, after = self._network, f"new {weight}", f"next {weight}"
        old, tree = self._reference(weight), network.given[weight].update
        compute, used = function(tree), names(tree)
        text = in_cell(tree, self._reference)
        self._add(
            key,
            text,
            lambda _, v: compute({n: v[n] if n in v else network.numbers[n] for n in used}),
        )
        self._add(after, self._lookup.after(weight, f"$A{ROW}"), partial(self._next, weight))
        new, found = self._cell(key), self._cell(after)

        def judged(values: dict[str, float]) -> Judged:
            shown = values[after]
            there = None if isinstance(shown, str) else shown
            return judging.update(old, new, found, (values[weight], values[key], there))

        return judging.update(old, new, found, (0.0, 0.0, None)), judged

    def _next(self, weight: str, epoch: int, _: object) -> float | str:
        rules, numbers = self._network.rules, self._numbers[weight]
        row = epoch * rules.samples + rules.step
        return float(numbers[row]) if row < len(numbers) else NOTHING

    # --- the rows ----------------------------------------------------------------------------

    def _write_epoch(
        self, row: int, epoch: int, judged: dict[str, tuple[list[str], list[str]]]
    ) -> None:
        cells, values = self._cells, dict[str, float]()
        for place, column in enumerate(self._columns):
            value = column.value(epoch, values)
            values[column.key] = value  # type: ignore[assignment]
            text = column.text.replace(ROW, str(row))
            cells.write_formula(row, self._left + place, "compare helper", text, value)
        cells.write(row, 1, "compare epoch", epoch)
        for column_, (kind, (apart, verdicts)) in zip((2, 4), judged.items(), strict=True):
            if not apart:
                continue
            ranges = [f"{self._cell(keys[0])}:{self._cell(keys[-1])}" for keys in (apart, verdicts)]
            far, verdict = f"MAX({ranges[0]})", judging.worst(ranges[1])
            shown: tuple[float | str, str] = (
                max(values[key] for key in apart),
                VERDICTS[int(max(values[key] for key in verdicts))],
            )
            if kind == "update":
                last = self._cell(f"next {self._network.trained[0]}")
                far, verdict = (f'IF(ISTEXT({last}),"{NOTHING}",{text})' for text in (far, verdict))
                if isinstance(values[f"next {self._network.trained[0]}"], str):
                    shown = (NOTHING, NOTHING)
            cells.write_formula(row, column_, "step number", far.replace(ROW, str(row)), shown[0])
            cells.write_formula(
                row, column_ + 1, "step verdict", verdict.replace(ROW, str(row)), shown[1]
            )


def _key(weight: str, side: int, name: str) -> str:
    """The key of a quantity in the pass of a changed weight."""
    return f"{name} {weight} {side}"


def _of_values(
    value: Callable[[dict[str, float]], float], _: int, values: dict[str, float]
) -> float:
    return value(values)


def _value_at(
    value: Callable[[dict[str, float]], Judged], place: int, _: int, values: dict[str, float]
) -> float:
    return float(value(values).values[place])
