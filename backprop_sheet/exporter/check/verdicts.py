"""The verdicts on each weight in the chosen epoch: on its gradient, and on its update."""

from collections.abc import Mapping, Sequence

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import judging, texts
from backprop_sheet.exporter.check.judging import NOTHING, STEP_SIZE, VERDICTS, Judged
from backprop_sheet.exporter.check.shifted import Shifted
from backprop_sheet.exporter.check.texts import GRADIENT, UPDATE
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.exporter.step import TITLE as STEP
from backprop_sheet.exporter.step import Lookup
from backprop_sheet.network import TOTAL, Network


class Verdicts:
    """Writes a row for each weight: both errors, the difference, the gradient, the update.

    Attributes:
        found: of each weight the verdict on its gradient and that on its update; empty where there
            is none.
    """

    def __init__(
        self,
        cells: Cells,
        network: Network,
        step: Cells,
        lookup: Lookup,
        shifted: Shifted,
        epsilon: float,
    ) -> None:
        """Start without verdicts.

        Args:
            cells: the cells of the tab.
            network: the network.
            step: the cells of tab Step.
            lookup: finds numbers in the table.
            shifted: the forward passes, which are written.
            epsilon: the number in the cell of ε.
        """
        self._cells, self._network, self._step = cells, network, step
        self._lookup, self._shifted, self._epsilon = lookup, shifted, epsilon
        self.found: list[tuple[str, str]] = []

    def write(
        self,
        top: int,
        checked: Sequence[str],
        numbers: Mapping[str, Sequence[float]],
        paragraphs: Paragraphs,
    ) -> None:
        """Write the verdicts below a header.

        Args:
            top: the row of the header.
            checked: the weights whose gradients are judged.
            numbers: the numbers of each column of the table, row by row.
            paragraphs: makes room for long names.
        """
        cells, network = self._cells, self._network
        write_header(cells, top, texts.HEADS)
        for row, weight in enumerate(network.trained, start=top + 1):
            label = network.partial(TOTAL, weight).text
            cells.write(row, 1, "step label", label)
            paragraphs.fit(row, label, 1)
            gradient = self._write_gradient(row, weight) if weight in checked else ""
            self.found.append((gradient, self._write_update(row, weight, numbers[weight])))

    def _write_gradient(self, row: int, weight: str) -> str:
        """Write how a gradient is judged. Returns the verdict."""
        cells, name = self._cells, gradient_name(weight)
        (up, above), (down, below) = (self._shifted.error(weight, sign) for sign in (1, -1))
        gradient = self._step.values[name]
        slope = (above - below) / (2 * self._epsilon)
        cells.write_formula(row, 2, "step error", up, above)
        cells.write_formula(row, 3, "step error", down, below)
        cells.write_formula(row, 4, "step number", f"(B{row}-C{row})/(2*{STEP_SIZE})", slope)
        found = f"{STEP}!{self._step.address_of(name)}"
        cells.write_formula(row, 5, "step number", found, gradient)
        kink, bent = self._shifted.kink(weight)
        judged = judging.gradient(
            f"D{row}", f"E{row}", f"F{row}", kink, (slope, gradient, self._epsilon), bent
        )
        return self._write_judged(row, GRADIENT, judged)

    def _write_update(self, row: int, weight: str, numbers: Sequence[float]) -> str:
        """Write how an update is judged. Returns the verdict."""
        cells, key = self._cells, f"next {weight}"
        next_row = self._network.rules.step_end(self._network.shown_sample)
        shown = float(numbers[next_row]) if next_row < len(numbers) else None
        old, new = (f"{STEP}!{self._step.address_of(name)}" for name in (weight, key))
        cells.write_formula(row, 8, "step value", new, self._step.values[key])
        after = self._lookup.after(weight)
        cells.write_formula(row, 9, "step value", after, NOTHING if shown is None else shown)
        values = self._step.values[weight], self._step.values[key], shown
        judged = judging.update(old, f"H{row}", f"I{row}", f"J{row}", values)
        there = shown is not None
        return self._write_judged(row, UPDATE, judged, f"ISTEXT(I{row})", there=there)

    def _write_judged(
        self, row: int, column: int, judged: Judged, none: str = "", *, there: bool = True
    ) -> str:
        """Write how far apart two numbers are, and the verdict. Returns the verdict."""
        (apart, place), text = judged.values, judging.in_words(judged.verdict)
        text = f'IF({none},"{NOTHING}",{text})' if none else text
        verdict = VERDICTS[place] if there else NOTHING
        self._cells.write_formula(row, column - 1, "step difference", judged.apart, apart)
        self._cells.write_formula(row, column, "step verdict", text, verdict)
        return verdict


def write_header(cells: Cells, row: int, heads: Mapping[int, str]) -> None:
    """Write the names over columns of verdicts."""
    cells.keep_together(row, row + 1)
    for column in range(1, max(heads) + 1):
        text = heads.get(column, "")
        style = "verdict header" if text == texts.JUDGED else "compare header"
        cells.write(row, column, style, text)
