"""Lays out the tab Check: the verdicts for the epoch of tab Step, and its forward passes.

For each weight, formulas run two forward passes: one with a slightly larger weight, one with a
slightly smaller one. Their errors show how the error changes with the weight. A gradient that
differs is wrong. Beside that, the weight of the table's next row is compared with what the update
makes of it.
"""

from collections.abc import Callable, Mapping, Sequence

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import judging, texts
from backprop_sheet.exporter.check.columns import Columns
from backprop_sheet.exporter.check.epochs import Epochs
from backprop_sheet.exporter.check.judging import (
    FAIL,
    KINK,
    NOTHING,
    PASS,
    STEP_SIZE,
    TINY,
    VERDICTS,
    Judged,
)
from backprop_sheet.exporter.check.texts import GRADIENT, LAST, UPDATE
from backprop_sheet.exporter.formats import add_formats
from backprop_sheet.exporter.lettering import PADDING, text_width
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.exporter.printing import over_rows
from backprop_sheet.exporter.step import EPOCH_CELL, Lookup, Step
from backprop_sheet.exporter.step import TITLE as STEP
from backprop_sheet.formula import conditions, function, in_cell, names
from backprop_sheet.network import TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import Area, letters

TITLE = "Check"
EPSILONS = (1e-4, 1e-5, 1e-6)
"""The numbers that ε may start from; where the error bends much, the first ones are too large."""
SUMMARIES = (5, 6)
"""The rows of the verdicts on all gradients and all updates of the epoch."""
VERDICT_ROW = 9
"""The header row of the verdicts."""
LABEL_WIDTH, WIDTH, WIDEST = 190, 134, 300
COLORS = ((PASS, "FF006100", "FFC6EFCE"), (FAIL, "FF9C0006", "FFFFC7CE"))
COLUMN = "\0"
"""A placeholder for the column's letters, in formulas that are the same in every column."""
Formulas = Mapping[str, tuple[str, Callable[[Mapping[str, float]], float]]]
"""The formula of each quantity of a forward pass, as text and as a function."""


class Check:
    """Lays out the tab."""

    def __init__(
        self,
        sheet: Worksheet,
        step: Step,
        network: Network,
        numbers: Mapping[str, Sequence[float]],
        epsilon: float = EPSILONS[0],
    ) -> None:
        """Start an empty tab that checks what a tab Step shows.

        Args:
            sheet: the tab.
            step: the tab Step.
            network: the network.
            numbers: the numbers of each column of the table that is shown first, row by row.
            epsilon: the number that ε starts from.
        """
        self.cells = Cells(sheet)
        self._sheet, self._step, self._network = sheet, step.cells, network
        self._lookup = Lookup(step.lookup.tabs, step.lookup.layout, f"{STEP}!")
        self._weights = [name for name in network.trained if name not in network.by_rule]
        self._errors_shown = network.named(Kind.ERROR, Kind.TOTAL)
        self._numbers, self._epsilon = numbers, epsilon
        self._errors: dict[tuple[str, int], tuple[str, float]] = {}
        self._kink_conditions = [
            condition
            for name in network.forward
            for condition in conditions(network.derived[name].formula)
        ]
        self._condition_signs: dict[tuple[str, int], list[tuple[str, bool]]] = {}
        labels = [network.partial(TOTAL, weight).text for weight in network.trained]
        widest = max(map(text_width, [*labels, *map(network.text, network.forward)]))
        self._label = round(min(WIDEST, max(LABEL_WIDTH, widest + PADDING)))
        self._paragraphs = Paragraphs(sheet, lambda c: self._label if c == 1 else WIDTH)
        self._verdicts: list[tuple[str, str]] = []

    @property
    def failures(self) -> int:
        """How many of the verdicts on the tab, as it is laid out, are FAIL."""
        return sum(cell.value == FAIL for cell in self.cells.entries)

    def lay_out(self) -> Additions:
        """Lay out the tab."""
        columns = Columns(self.cells, self._network, self._lookup, self._numbers, LAST + 3)
        epochs = Epochs(
            self.cells,
            self._network,
            columns,
            lambda name: f"{STEP}!{self._step.address_of(name)}",
            self._epsilon,
        )
        rows = self._lookup.layout.epochs
        listed = epochs.listed(rows)
        top = VERDICT_ROW + len(self._network.trained) + 3
        bottom = top + len(listed) if listed else top - 1
        last = self._write_passes(bottom + 3)
        self._write_verdicts()
        self._write_head()
        if listed:
            self._header(top, texts.EPOCH_HEADS)
            epochs.write(top + 1, listed)
        if len(listed) < rows:
            self.cells.write(top - 1, 1, "hint", texts.which(listed, rows))
            self.cells.keep_together(top - 1, top)
        return self._finished(bottom, last, range(top + 1, bottom + 1) if listed else range(0))

    def _finished(self, bottom: int, last: int, listed: range) -> Additions:
        """Set widths, formats, colours and the printed area, which ends above the passes."""
        columns = max(entry.column for entry in self.cells.entries)
        widths = [self._label] + [WIDTH] * (columns - 1)
        page.set_up(self._sheet, widths, 0)
        page.accept_positive(
            self._sheet, [STEP_SIZE.replace("$", "")], "Step ε", "all differences follow."
        )
        printed, heights = Area(1, 1, LAST, bottom), self._paragraphs.heights
        over_rows(self._sheet, self.cells, [printed], sum(widths[:LAST]), heights)
        head = listed[0] - 1 if listed else VERDICT_ROW
        self._sheet.print_title_rows = f"{head}:{head}"  # on the pages after its own
        add_formats(self._sheet, self.cells.entries, self.cells.styles)
        self._color_verdicts(listed)
        return Additions(
            cells=self.cells.entries,
            heights=heights,
            range=Area(1, 1, columns, last).reference,
        )

    def _header(self, row: int, heads: Mapping[int, str]) -> None:
        self.cells.keep_together(row, row + 1)
        for column in range(1, max(heads) + 1):
            text = heads.get(column, "")
            style = "verdict header" if text == texts.JUDGED else "compare header"
            self.cells.write(row, column, style, text)

    def _write_head(self) -> None:
        cells, network = self.cells, self._network
        cells.write(3, 1, "step label", "ε")
        cells.write(3, 2, "changeable", self._epsilon)
        cells.write(3, 3, "hint", f" {texts.EPSILON_NOTE}")
        cells.write(4, 1, "step label", "epoch (tab Step)")
        cells.write_formula(4, 2, "setting fixed", f"{STEP}!{EPOCH_CELL}", 0)
        notes = texts.notes(kinks=bool(self._kink_conditions), rules=bool(network.by_rule))
        for row, text in ((1, texts.HINT), (7, notes)):
            cells.write(row, 1, "step note", text)
            self._paragraphs.fit(row, text, 1, LAST)
        first, last = VERDICT_ROW + 1, VERDICT_ROW + len(network.trained)
        for place, (row, column, what) in enumerate(
            zip(SUMMARIES, (GRADIENT, UPDATE), ("gradients", "updates"), strict=True)
        ):
            cells.write(row, 1, "step label", f"{what} of this epoch")
            area = Area(column, first, column, last).reference
            found = [both[place] for both in self._verdicts if both[place]]
            value = next(v for v in (FAIL, KINK, NOTHING, TINY, PASS) if v in found)
            cells.write_formula(row, 2, "step verdict", _summary(area, len(found)), value)

    def _write_verdicts(self) -> None:
        """Write a row for each weight: both errors, the difference, the gradient, the update."""
        cells, network = self.cells, self._network
        self._header(VERDICT_ROW, texts.HEADS)
        for row, weight in enumerate(network.trained, start=VERDICT_ROW + 1):
            label = network.partial(TOTAL, weight).text
            cells.write(row, 1, "step label", label)
            self._paragraphs.fit(row, label, 1)
            gradient = self._write_gradient(row, weight) if weight in self._weights else ""
            self._verdicts.append((gradient, self._write_update(row, weight)))

    def _write_gradient(self, row: int, weight: str) -> str:
        """Write how a gradient is judged. Returns the verdict."""
        cells, name = self.cells, gradient_name(weight)
        (up, above), (down, below) = (self._errors[weight, side] for side in (1, -1))
        gradient = self._step.values[name]
        slope = (above - below) / (2 * self._epsilon)
        cells.write_formula(row, 2, "step error", up, above)
        cells.write_formula(row, 3, "step error", down, below)
        cells.write_formula(row, 4, "step number", f"(B{row}-C{row})/(2*{STEP_SIZE})", slope)
        found = f"{STEP}!{self._step.address_of(name)}"
        cells.write_formula(row, 5, "step number", found, gradient)
        kink, bent = self._kink(weight)
        judged = judging.gradient(
            f"D{row}", f"E{row}", f"F{row}", kink, (slope, gradient, self._epsilon), bent
        )
        return self._write_judged(row, GRADIENT, judged)

    def _write_update(self, row: int, weight: str) -> str:
        """Write how an update is judged. Returns the verdict."""
        cells, key, step = self.cells, f"next {weight}", self._network.rules.step
        numbers = self._numbers[weight]
        shown = float(numbers[step]) if step < len(numbers) else None
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
        self.cells.write_formula(row, column - 1, "step difference", judged.apart, apart)
        self.cells.write_formula(row, column, "step verdict", text, verdict)
        return verdict

    def _kink(self, weight: str) -> tuple[str, bool]:
        """Whether a condition changes sign between a weight's two passes: a formula, and its value.

        The formula is empty if no activation has a kink.
        """
        pairs = list(
            zip(self._condition_signs[weight, 1], self._condition_signs[weight, -1], strict=True)
        )
        changes = [f"({up}>0)<>({down}>0)" for (up, _), (down, _) in pairs]
        text = f"OR({','.join(changes)})" if changes else ""
        return text, any(a != b for (_, a), (_, b) in pairs)

    # --- the forward passes ------------------------------------------------------------------

    def _write_passes(self, top: int) -> int:
        """Write the forward passes, one in each column. Returns the last row."""
        cells, network = self.cells, self._network
        left_out = (Kind.SETTING, Kind.COUNTER)
        used = {n for name in network.forward for n in names(network.derived[name].formula)}
        given = [n for n, q in network.given.items() if n in used or q.kind not in left_out]
        rows = {name: top + 1 + k for k, name in enumerate([*given, *network.forward])}
        formulas = {
            name: (
                in_cell(network.derived[name].formula, lambda n: f"{COLUMN}{rows[n]}"),
                function(network.derived[name].formula),
            )
            for name in network.forward
        }
        kinks = [
            (in_cell(tree, lambda n: f"{COLUMN}{rows[n]}"), function(tree))
            for tree in self._kink_conditions
        ]
        cells.write(top - 1, 1, "hint", texts.PASSES_NOTE)
        cells.write(top, 1, "step header", "forward pass")
        for name, row in rows.items():
            cells.write(row, 1, "step label", network.text(name))
        sides = [(weight, side) for weight in self._weights for side in (1, -1)]
        for column, (weight, side) in enumerate(sides, start=2):
            head = f"{weight} {'+' if side > 0 else '−'} ε"
            self._paragraphs.fit(top, head, column)
            cells.write(top, column, "step weight", head)
            values = self._write_pass(column, rows, formulas, (weight, side))
            letter = letters(column)
            self._condition_signs[weight, side] = [
                (text.replace(COLUMN, letter), number(values) > 0) for text, number in kinks
            ]
        return max(rows.values())

    def _write_pass(
        self, column: int, rows: dict[str, int], formulas: Formulas, changed: tuple[str, int]
    ) -> dict[str, float]:
        """Write one forward pass. Returns its numbers."""
        (weight, side), letter = changed, letters(column)
        values: dict[str, float] = {}
        for name, row in rows.items():
            if name in self._network.given:
                text = f"{STEP}!{self._step.address_of(name)}"
                values[name] = self._step.values[name]
                if name == weight:
                    text += f"{'+' if side > 0 else '-'}{STEP_SIZE}"
                    values[name] += side * self._epsilon
            else:
                text, value_of = formulas[name]
                text, values[name] = text.replace(COLUMN, letter), value_of(values)
            plain = "step number" if name in self._errors_shown else "step value"
            style = "step changed" if name == weight else plain
            self.cells.write_formula(row, column, style, text, values[name])
        self._errors[weight, side] = f"{letter}{rows[TOTAL]}", values[TOTAL]
        return values

    def _color_verdicts(self, listed: range) -> None:
        """Colour PASS green and FAIL red."""
        last = VERDICT_ROW + len(self._network.trained)
        areas = [Area(2, SUMMARIES[0], 2, SUMMARIES[-1])]
        areas += [Area(column, VERDICT_ROW + 1, column, last) for column in (GRADIENT, UPDATE)]
        areas += [Area(column, listed[0], column, listed[-1]) for column in (3, 5) if listed]
        for verdict, text, background in COLORS:
            rule = CellIsRule(
                "equal",
                [f'"{verdict}"'],
                font=Font(color=text),
                fill=PatternFill(bgColor=background),
            )
            self._sheet.conditional_formatting.add(" ".join(a.reference for a in areas), rule)


def _summary(area: str, count: int) -> str:
    """A formula for the worst verdict of an area; too small to tell if nothing is worse."""
    text = f'IF(COUNTIF({area},"{PASS}")={count},"{PASS}","{TINY}")'
    for verdict in (NOTHING, KINK, FAIL):
        text = f'IF(COUNTIF({area},"{verdict}")>0,"{verdict}",{text})'
    return text
