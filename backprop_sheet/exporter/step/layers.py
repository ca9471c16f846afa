"""The network on the tab Step: its groups from left to right, and below where a page is full."""

from collections.abc import Mapping

from backprop_sheet.diagram import columns_of, is_picture
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.exporter.step.equations import VALUE_STYLES
from backprop_sheet.exporter.step.grids import Grids
from backprop_sheet.exporter.step.plan import BESIDE, BLOCKS, VALUE, Beside, Plan, block_column
from backprop_sheet.formula import names
from backprop_sheet.network import CLASS, PREDICTION, RIGHT, TOTAL, Group, Kind, Network, Unit
from backprop_sheet.network.grids import pictures

BACK = "back from the error"
GRIDS_NOTE = "In grids blue is above 0, white is 0, red is below."
PLAIN_STYLES = ("step label", "step weight")
"""Styles of names that are broken into lines."""


def _style(group: Group, place: int) -> str:
    """The style of a unit's quantity, by the quantity's position in the unit."""
    if group.role == "input":
        return "network input"
    return f"network {group.role} {('sum', 'activation')[place]}"


class Layers:
    """Writes the network.

    Attributes:
        grids: its pictures and matrices.
    """

    def __init__(
        self,
        network: Network,
        plan: Plan,
        paragraphs: Paragraphs,
        grids: Grids,
        numbers: Mapping[str, float],
    ) -> None:
        """Start without a network."""
        self.grids = grids
        self._cells, self._network, self._plan = grids.cells, network, plan
        self._paragraphs, self._numbers, self._lookup = paragraphs, numbers, grids.lookup

    def write(self, top: int) -> int:
        """Write all groups, then the errors. Returns the last row."""
        plan = self._plan
        return self._write_beside(top, plan) if isinstance(plan, Beside) else self._in_blocks(top)

    # --- in blocks ---------------------------------------------------------------------------

    def _in_blocks(self, top: int) -> int:
        block, bottom = 0, top
        for group in self._network.groups:
            needed = 2 if any(unit.incoming for unit in group.units) else 1
            if block + needed > BLOCKS:
                block, top = 0, bottom + 2
            left, right = block_column(block), block_column(block + needed - 1)
            bottom = max(bottom, self._write_group(group, top, left, right))
            block += needed
        if block == BLOCKS:
            block, top = 0, bottom + 2
        return max(bottom, self._write_errors(top, block_column(block)))

    # --- beside the columns of results -------------------------------------------------------

    def _write_beside(self, top: int, plan: Beside) -> int:
        """Write the network beside the columns of results, with grids. Returns the last row."""
        grids, cells = self.grids, self._cells
        has_grids = any(map(is_picture, self._network.groups))
        if has_grids:
            cells.write(top, 1, "step caption", "forward pass")
            cells.write(top, BESIDE, "hint", GRIDS_NOTE)
            cells.keep_together(top, top + 1)
            top += 1
        first, left, bottom, pair = top, BESIDE, top, plan.name + VALUE + 1
        for groups in columns_of(self._network):
            shown = has_grids and bool(pictures(groups[0]))
            several = any(unit.incoming for unit in groups[0].units)
            wide = grids.columns(groups) if shown else (2 if several else 1) * pair - 1
            if left > BESIDE and left + wide - 1 > plan.last:
                left, top = BESIDE, bottom + 2
            if shown:
                grids.write(groups, self._numbers, top, left)
                bottom = max(bottom, grids.bottom)
            else:
                right = left + pair if several else left
                bottom = max(bottom, self._write_group(groups[0], top, left, right))
            left += wide + 1
            plan.most = max(plan.most, left - 2)
        if left > BESIDE and left + pair - 2 > plan.last:
            left, top = BESIDE, bottom + 2
        bottom = max(bottom, self._write_errors(top, left))
        below = grids.place_gradients(first, bottom)
        if below:
            cells.write(below - 1, 1, "step caption", BACK)
        return max(bottom, grids.bottom)

    # --- groups and errors -------------------------------------------------------------------

    def _write_errors(self, top: int, column: int) -> int:
        """Write targets, errors, their total and what is predicted. Returns the last row."""
        network, row = self._network, top
        for _, targets, errors in network.compared:
            first = row
            for name in (*targets, *errors):
                style = "network error" if name in errors else "network target"
                row = self._write_value(name, style, row, column) + 1
            self._cells.keep_together(first, row - 1)
            row += 1
        first = row
        row = self._write_value(TOTAL, "network total error", row, column)
        verdicts = network.design.of_each_sample([CLASS, PREDICTION, RIGHT])
        shown = [name for name in verdicts if name in network.quantities]
        for name in dict.fromkeys([*self._predicting(), *shown]):
            row = self._write_value(name, "step label", row + 1, column)
        self._cells.keep_together(first, row)
        return row

    def _predicting(self) -> list[str]:
        """The outputs that predictions are made of, where they are not those that learn.

        So it is with dropout and batch normalisation.
        """
        quantities = self._network.quantities
        predictions = self._network.design.of_each_sample([PREDICTION])
        formulas = (self._network.derived[n].formula for n in predictions if n in quantities)
        used = (name for formula in formulas for name in names(formula))
        return [name for name in used if quantities[name].kind is Kind.MEASURE]

    def _write_group(self, group: Group, top: int, left: int, right: int) -> int:
        """Write the weights of a group and, to their right, its units. Returns the last row."""
        row = last = top
        for unit in group.units:
            weights = self._write_incoming(unit, row, left)
            beside, end = right if unit.incoming else left, row
            for offset, name in enumerate(unit.quantities):
                end = self._write_value(name, _style(group, offset), end + bool(offset), beside)
            last = max(weights, end)
            self._cells.keep_together(row, last)
            row = last + (2 if group.weights else 1 + (len(unit.quantities) > 1))
        return last

    def _write_incoming(self, unit: Unit, row: int, column: int) -> int:
        """Write the weights and the bias of a unit. Returns the last row."""
        labels = {
            weight: f"{weight} →" if weight == signal else f"{weight}: {signal} →"
            for weight, signal in unit.links
            if weight
        }
        labels |= {unit.bias: f"{unit.bias} →"} if unit.bias else {}
        last = row
        for offset, (name, label) in enumerate(labels.items()):
            last = self._write_value(name, "step weight", last + bool(offset), column, label)
        return last

    def _write_value(self, name: str, style: str, row: int, column: int, label: str = "") -> int:
        """Write a quantity's label and, beside it, its value in the table. Returns the row."""
        kind, plan, paragraphs = self._network.quantities[name].kind, self._plan, self._paragraphs
        text, shown = label or self._network.text(name), VALUE_STYLES.get(kind, "step value")
        if kind is Kind.MEASURE and name in self._predicting():
            shown = "step value"
        end, value = (column, column + 1)
        if isinstance(plan, Beside):
            end, value = column + plan.name - 1, column + plan.name
            paragraphs.place(row, value, value + VALUE - 1, 1)
        lines = paragraphs.lines(text, column, end) if style in PLAIN_STYLES else 1
        paragraphs.place(row, column, end, lines)
        self._cells.write(row, column, style, text)
        self._cells.write_named(name, row, value, shown, self._lookup(name), self._numbers[name])
        return row
