"""The forward passes of the chosen epoch in which one weight is a little larger or smaller."""

from collections.abc import Callable, Mapping

from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import texts
from backprop_sheet.exporter.check.judging import STEP_SIZE
from backprop_sheet.exporter.check.passes import Side
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.exporter.step import TITLE as STEP
from backprop_sheet.formula import Tree, conditions, function, in_cell, names
from backprop_sheet.network import TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import letters

COLUMN = "\0"
"""A placeholder for the column's letters, in formulas that are the same in every column."""
Written = tuple[str, Callable[[Mapping[str, float]], float]]
"""A formula as text, and as a function."""


class Shifted:
    """Writes these passes, one in each column.

    Attributes:
        kinks: the conditions at which the error has two slopes.
    """

    def __init__(
        self,
        cells: Cells,
        network: Network,
        step: Cells,
        paragraphs: Paragraphs,
        epsilon: float,
    ) -> None:
        """Start without passes.

        Args:
            cells: the cells of the tab.
            network: the network.
            step: the cells of tab Step.
            paragraphs: makes room for long heads.
            epsilon: the number in the cell of ε.
        """
        self._cells, self._network, self._step = cells, network, step
        self._paragraphs, self._epsilon = paragraphs, epsilon
        self._shown = network.named(Kind.ERROR, Kind.TOTAL)
        self.kinks: list[Tree] = [
            condition
            for name in network.forward
            for condition in conditions(network.derived[name].formula)
        ]
        self._errors: dict[Side, tuple[str, float]] = {}
        self._signs: dict[Side, list[tuple[str, bool]]] = {}

    def error(self, weight: str, sign: int) -> tuple[str, float]:
        """The cell of the error with a weight changed, and its number."""
        return self._errors[weight, sign]

    def kink(self, weight: str) -> tuple[str, bool]:
        """Whether a condition changes sign between a weight's two passes: a formula, and its value.

        The formula is empty if no activation has a kink.
        """
        pairs = list(zip(self._signs[weight, 1], self._signs[weight, -1], strict=True))
        changes = [f"({up}>0)<>({down}>0)" for (up, _), (down, _) in pairs]
        text = f"OR({','.join(changes)})" if changes else ""
        return text, any(a != b for (_, a), (_, b) in pairs)

    def write(self, top: int, weights: list[str]) -> int:
        """Write the passes of some weights below a header. Returns the last row."""
        cells, network, rows = self._cells, self._network, self._rows(top + 1)
        formulas = {
            name: self._written(network.derived[name].formula, rows) for name in network.forward
        }
        kinks = [self._written(tree, rows) for tree in self.kinks]
        cells.write(top - 1, 1, "hint", texts.PASSES_NOTE)
        cells.write(top, 1, "step header", "forward pass")
        for name, row in rows.items():
            cells.write(row, 1, "step label", network.text(name))
        sides = [(weight, sign) for weight in weights for sign in (1, -1)]
        for column, (weight, sign) in enumerate(sides, start=2):
            head = f"{weight} {'+' if sign > 0 else '−'} ε"
            self._paragraphs.fit(top, head, column)
            cells.write(top, column, "step weight", head)
            values = self._write_pass(column, rows, formulas, (weight, sign))
            letter = letters(column)
            self._signs[weight, sign] = [
                (text.replace(COLUMN, letter), number(values) > 0) for text, number in kinks
            ]
        return max(rows.values())

    def _rows(self, top: int) -> dict[str, int]:
        """The row of each quantity that a pass takes or works out."""
        network, left_out = self._network, (Kind.SETTING, Kind.COUNTER)
        used = {n for name in network.forward for n in names(network.derived[name].formula)}
        given = [n for n, q in network.given.items() if n in used or q.kind not in left_out]
        return {name: top + place for place, name in enumerate([*given, *network.forward])}

    def _written(self, tree: Tree, rows: Mapping[str, int]) -> Written:
        return in_cell(tree, lambda name: f"{COLUMN}{rows[name]}"), function(tree)

    def _write_pass(
        self, column: int, rows: Mapping[str, int], formulas: Mapping[str, Written], side: Side
    ) -> dict[str, float]:
        """Write one forward pass. Returns its numbers."""
        (weight, sign), letter = side, letters(column)
        values: dict[str, float] = {}
        for name, row in rows.items():
            if name in self._network.given:
                text = f"{STEP}!{self._step.address_of(name)}"
                values[name] = self._step.values[name]
                if name == weight:
                    text += f"{'+' if sign > 0 else '-'}{STEP_SIZE}"
                    values[name] += sign * self._epsilon
            else:
                text, value_of = formulas[name]
                text, values[name] = text.replace(COLUMN, letter), value_of(values)
            plain = "step number" if name in self._shown else "step value"
            style = "step changed" if name == weight else plain
            self._cells.write_formula(row, column, style, text, values[name])
        self._errors[side] = f"{letter}{rows[TOTAL]}", values[TOTAL]
        return values
