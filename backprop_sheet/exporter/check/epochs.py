"""All epochs at a glance on the tab Check: of each, the gradient and the update that differ most.

On the right of the list stand the cells that it follows from, a row for each epoch: copies of the
table's numbers, two forward passes for each weight, of which only what the weight changes is
worked out, and the judgements. What does not refer to another tab is one formula for all epochs.
"""

from collections.abc import Callable, Sequence
from functools import partial

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import judging
from backprop_sheet.exporter.check.columns import Columns, Values
from backprop_sheet.exporter.check.judging import NOTHING, STEP_SIZE, VERDICTS, Judged
from backprop_sheet.exporter.check.passes import Passes, Side
from backprop_sheet.formula import Tree, function, in_cell, names
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.spread import spread

MOST_CELLS, MOST_OF_AN_EPOCH = 20_000, 2_000
"""The most cells that the list may follow from: with more, only some of the epochs are listed. And
the most for an epoch: with more, there is no list."""
SHORT = 40
"""The most characters of an update that gets no cell: it stands in the formulas that use it."""


class Epochs:
    """The list of epochs."""

    def __init__(
        self,
        cells: Cells,
        network: Network,
        columns: Columns,
        place_of: Callable[[str], str],
        epsilon: float,
    ) -> None:
        """Start without a list.

        Args:
            cells: the cells of the tab.
            network: the network.
            columns: the empty columns that the list is to follow from.
            place_of: gives the cell of a setting.
            epsilon: the number in the cell of ε.
        """
        self._cells, self._network, self._epsilon = cells, network, epsilon
        self._columns, self._place_of, self._passes = columns, place_of, Passes(network)

    @property
    def cells_of_an_epoch(self) -> int:
        """About how many cells an epoch takes."""
        network = self._network
        return 2 * self._passes.cells + len(network.columns) + 4 * len(network.trained)

    def listed(self, epochs: int) -> list[int]:
        """The epochs that are listed: all of them, or some from the first to the last."""
        if self.cells_of_an_epoch > MOST_OF_AN_EPOCH:
            return []
        return spread(epochs, MOST_CELLS // self.cells_of_an_epoch)

    def write(self, top: int, epochs: Sequence[int]) -> None:
        """Write the list, from a row below a header on, and what it follows from."""
        self._columns.write_settings(top - 1, self._place_of)
        judged = self._judge()
        rows = self._columns.write(top, epochs)
        for row, epoch in enumerate(epochs, start=top):
            self._cells.write(row, 1, "compare epoch", epoch)
        for column, (kind, keys) in zip((2, 4), judged.items(), strict=True):
            if keys[0]:
                self._write_worst(column, kind, keys, rows, top)

    # --- the columns -------------------------------------------------------------------------

    def _judge(self) -> dict[str, tuple[list[str], list[str]]]:
        """Add all columns. Returns those of deviations and of verdicts, by what is judged."""
        judges = {
            "gradient": {weight: self._add_gradient(weight) for weight in self._passes.weights},
            "update": {weight: self._add_update(weight) for weight in self._network.trained},
        }
        found = {}
        for kind, judge_of in judges.items():
            keys = (
                [f"{kind} apart {w}" for w in judge_of],
                [f"{kind} verdict {w}" for w in judge_of],
            )
            judged = [
                judge(self._columns.next_cell(place))
                for place, judge in enumerate(judge_of.values())
            ]
            for place, some in enumerate(keys):
                for key, (texts, value) in zip(some, judged, strict=True):
                    text = texts.verdict if place else texts.apart
                    self._columns.add(key, text, partial(_value_at, value, place))
            found[kind] = keys
        return found

    def _add_gradient(
        self, weight: str
    ) -> Callable[[str], tuple[Judged, Callable[[Values], Judged]]]:
        """Add the passes of a weight. Returns what judges its gradient."""
        for side in (1, -1):
            for name, tree in self._passes.formulas(weight).items():
                text = in_cell(tree, partial(self._passed, (weight, side)))
                value = self._computed(tree, (weight, side))
                self._columns.add(_key((weight, side), name), text, partial(_of_values, value))
        sides = (weight, 1), (weight, -1)
        # Behind a normalisation a weight may change nothing that the error follows from.
        is_changed = TOTAL in self._passes.formulas(weight)
        up, down = (_key(side, TOTAL) if is_changed else TOTAL for side in sides)
        epsilon = self._epsilon
        above, below = (self._passed(side, TOTAL) for side in sides)
        slope = f"(({above}-{below})/(2*{STEP_SIZE}))"
        found = self._columns.reference(gradient_name(weight))
        signs = [
            [self._signed(tree, (weight, side)) for side in (1, -1)]
            for tree in self._passes.conditions(weight)
        ]
        texts = [f"({above[0]}>0)<>({below[0]}>0)" for above, below in signs]
        kink = f"OR({','.join(texts)})" if texts else ""

        def judge(apart: str) -> tuple[Judged, Callable[[Values], Judged]]:
            def of(values: Values) -> Judged:
                measured = (values[up] - values[down]) / (2 * epsilon)
                numbers = measured, values[gradient_name(weight)], epsilon
                bent = any((a[1](values) > 0) != (b[1](values) > 0) for a, b in signs)
                return judging.gradient(slope, found, apart, kink, numbers, bent)

            nothing = 0.0, 0.0, epsilon
            return judging.gradient(slope, found, apart, kink, nothing, bent=False), of

        return judge

    def _signed(self, tree: Tree, side: Side) -> tuple[str, Callable[[Values], float]]:
        """A condition in the pass of a changed weight: its formula, and what gives its number."""
        return in_cell(tree, partial(self._passed, side)), self._computed(tree, side)

    def _passed(self, side: Side, name: str) -> str:
        """The cell of a quantity in the pass of a changed weight."""
        (weight, sign), columns = side, self._columns
        if name == weight:
            return f"({columns.reference(weight)}{'+' if sign > 0 else '-'}{STEP_SIZE})"
        changed = name in self._passes.formulas(weight)
        return columns.cell(_key(side, name)) if changed else columns.reference(name)

    def _computed(self, tree: Tree, side: Side) -> Callable[[Values], float]:
        """What gives the number of a formula in the pass of a changed weight."""
        compute, (weight, sign) = function(tree), side
        changed = self._passes.formulas(weight)
        keys = {n: _key(side, n) if n in changed else n for n in names(tree)}

        def number(values: Values) -> float:
            found = {name: values[key] for name, key in keys.items()}
            if weight in found:
                found[weight] += sign * self._epsilon
            return compute(found)

        return number

    def _add_update(
        self, weight: str
    ) -> Callable[[str], tuple[Judged, Callable[[Values], Judged]]]:
        """Add a weight's next number, as computed and in the table. Returns what judges it."""
        key, after, tree = f"new {weight}", f"next {weight}", self._network.given[weight].update
        old, compute, new = self._columns.reference(weight), function(tree), ""
        text = in_cell(tree, self._columns.reference)
        if len(text) > SHORT:
            self._columns.add(key, text, lambda _, values: compute(values))
            new = self._columns.cell(key)
        new, found = new or f"({text})", self._columns.following(after, weight)

        def judge(apart: str) -> tuple[Judged, Callable[[Values], Judged]]:
            def of(values: Values) -> Judged:
                shown = values[after]
                there = None if isinstance(shown, str) else shown
                both = values[weight], compute(values)
                return judging.update(old, new, found, apart, (*both, there))

            return judging.update(old, new, found, apart, (0.0, 0.0, None)), of

        return judge

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
        cell = self._columns.cell
        apart, verdict = (f"{cell(some[0])}:{cell(some[-1])}" for some in keys)
        texts = f"MAX({apart})", judging.worst(verdict)
        shown: list[tuple[float | str, float | str]] = [
            (max(row[k] for k in keys[0]), VERDICTS[int(max(row[k] for k in keys[1]))])
            for row in rows
        ]
        if kind == "update":
            last = f"next {self._network.trained[0]}"
            none = f"ISTEXT({self._columns.cell(last)})"
            texts = f'IF({none},"{NOTHING}",{texts[0]})', f'IF({none},"{NOTHING}",{texts[1]})'
            there = [not isinstance(row[last], str) for row in rows]
            shown = [s if t else (NOTHING, NOTHING) for s, t in zip(shown, there, strict=True)]
        styles = "step difference", "step verdict"
        for place, (style, text) in enumerate(zip(styles, texts, strict=True)):
            values = [both[place] for both in shown]
            self._columns.write_shared(column + place, style, text, values, top)


def _key(side: Side, name: str) -> str:
    """The key of a quantity in the pass of a changed weight."""
    weight, sign = side
    return f"{name} {weight} {sign}"


def _of_values(value: Callable[[Values], float], _: int, values: Values) -> float:
    return value(values)


def _value_at(value: Callable[[Values], Judged], place: int, _: int, values: Values) -> float:
    return value(values).values[place]
