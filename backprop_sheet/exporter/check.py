"""The tab Check: the table's gradients beside central differences, for the epoch of tab Step.

For each weight, formulas run two forward passes: one with a slightly larger weight, one with a
slightly smaller one. Their errors show how the error changes with the weight. A gradient that
differs is wrong.
"""

from collections.abc import Callable, Mapping

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.step import EPOCH_CELL, Step
from backprop_sheet.exporter.step import TITLE as STEP
from backprop_sheet.formula import EXCEL, conditions, function, names, write
from backprop_sheet.network import TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import Area, letters

TITLE = "Check"
EPSILON, RELATIVE, ABSOLUTE = 1e-4, 1e-5, 1e-11
"""The step ε of the differences, and how far they may be from the gradient."""
HINT = (
    "A gradient says how the error changes with its weight. Here each weight of tab Step's epoch "
    "is changed by ±ε and the error worked out anew: its change over 2ε must be the gradient."
)
LIMITS = (
    f"PASS: the two are apart by no more than {RELATIVE:.0E} of the gradient. Where they are apart "
    f"by more, yet less than {ABSOLUTE:.0E}, rounding hides which is right. Not checked: updates."
)
VERDICTS, SUMMARY, STEP_SIZE = 8, "$B$5", "$B$3"
"""The header row of the verdicts, and the cells of the overall verdict and of ε."""
PASS, FAIL, TINY, KINK = "PASS", "FAIL", "too small to tell", "at a kink"
KINK_NOTE = (
    f" {KINK}: between w − ε and w + ε a value passes 0, where a formula has two slopes; "
    "no difference says which of them is meant."
)
RULE_NOTE = " Left out: weights whose gradients follow a learning rule, not the error's slope."
LABEL_WIDTH, WIDTH = 160, 112
COLUMN = "\0"
"""A placeholder for the column's letters, in formulas that are the same in every column."""
Formulas = Mapping[str, tuple[str, Callable[[Mapping[str, float]], float]]]
"""The formula of each quantity of a forward pass, as text and as a function."""


class Check:
    """Lays out the tab."""

    def __init__(self, sheet: Worksheet, step: Step, network: Network) -> None:
        """Start an empty tab that checks the gradients which a tab Step shows."""
        self.cells = Cells(sheet)
        self._sheet, self._step, self._network = sheet, step.cells, network
        self._weights = [name for name in network.trained if name not in network.by_rule]
        self._errors_shown = network.named(Kind.ERROR, Kind.TOTAL)
        self._verdicts: list[str] = []
        self._errors: dict[tuple[str, int], tuple[str, float]] = {}
        self._kink_conditions = [
            condition
            for name in network.forward
            for condition in conditions(network.derived[name].formula)
        ]
        self._condition_signs: dict[tuple[str, int], list[tuple[str, bool]]] = {}

    def lay_out(self) -> Additions:
        """Lay out the tab."""
        last = self._write_passes(VERDICTS + len(self._weights) + 3)
        self._write_verdicts()
        self._write_head()
        columns = max(entry.column for entry in self.cells.entries)
        page.set_up(self._sheet, [LABEL_WIDTH] + [WIDTH] * (columns - 1), 0)
        page.accept_positive(
            self._sheet, [STEP_SIZE.replace("$", "")], "Step ε", "all differences follow."
        )
        self._color_verdicts()
        return Additions(cells=self.cells.entries, range=Area(1, 1, columns, last).reference)

    def _write_head(self) -> None:
        cells = self.cells
        cells.write(1, 1, "hint", HINT)
        cells.write(3, 1, "step label", "ε")
        cells.write(3, 2, "changeable", EPSILON)
        cells.write(4, 1, "step label", "epoch (tab Step)")
        cells.write_formula(4, 2, "setting value", f"{STEP}!{EPOCH_CELL}", 0)
        cells.write(5, 1, "step label", "gradients of this epoch")
        notes = LIMITS + (KINK_NOTE if self._kink_conditions else "")
        notes += RULE_NOTE if self._network.by_rule else ""
        cells.write(6, 1, "hint", notes)
        first, last = VERDICTS + 1, VERDICTS + len(self._weights)
        verdict_cells = f"G{first}:G{last}"
        rest = f'"{TINY}"'
        if self._kink_conditions:
            rest = f'IF(COUNTIF({verdict_cells},"{KINK}")>0,"{KINK}",{rest})'
        no_failure = f'IF(COUNTIF({verdict_cells},"{PASS}")={len(self._weights)},"{PASS}",{rest})'
        text = f'IF(COUNTIF({verdict_cells},"{FAIL}")>0,"{FAIL}",{no_failure})'
        verdicts = set(self._verdicts)
        value = next(found for found in (FAIL, KINK, TINY, PASS) if found in verdicts)
        cells.write_formula(5, 2, "step verdict", text, value)
        cells.write(
            3,
            3,
            "hint",
            " 1E-3 to 1E-6 suit: over larger steps the error bends, smaller ones drown in rounding",
        )

    def _write_verdicts(self) -> None:
        """Write a row for each weight: both errors, the difference, the gradient, the verdict."""
        cells = self.cells
        heads = ["", "E(w + ε)", "E(w − ε)", "difference / 2ε", "table's gradient"]
        heads += ["relatively apart", "verdict"]
        for column, text in enumerate(heads, start=1):
            cells.write(VERDICTS, column, "compare header", text)
        for row, weight in enumerate(self._weights, start=VERDICTS + 1):
            (up, above), (down, below) = (self._errors[weight, side] for side in (1, -1))
            gradient = self._step.values[gradient_name(weight)]
            slope = (above - below) / (2 * EPSILON)
            cells.write(row, 1, "step label", self._network.partial(TOTAL, weight).text)
            cells.write_formula(row, 2, "step number", up, above)
            cells.write_formula(row, 3, "step number", down, below)
            cells.write_formula(row, 4, "step number", f"(B{row}-C{row})/(2*{STEP_SIZE})", slope)
            found = f"{STEP}!{self._step.address_of(gradient_name(weight))}"
            cells.write_formula(row, 5, "step number", found, gradient)
            difference = abs(slope - gradient)
            relative = difference / abs(gradient) if gradient else float(difference > ABSOLUTE)
            # Some programs take numbers this small to be equal, so only ratios are compared.
            difference_cell = f"ABS(D{row}-E{row})"
            tiny = f"{difference_cell}*{1 / ABSOLUTE:.0E}<=1"
            ratio = f"IFERROR({difference_cell}/ABS(E{row}),IF({tiny},0,1))"
            cells.write_formula(row, 6, "step number", ratio, relative)
            at_kink, is_kink = self._kink(weight)
            worst = f'IF({at_kink},"{KINK}","{FAIL}")' if at_kink else f'"{FAIL}"'
            verdict = f'IF(F{row}<={RELATIVE:.0E},"{PASS}",IF({tiny},"{TINY}",{worst}))'
            # An error value in the table must not become the verdict.
            verdict = f'IF(ISNUMBER({difference_cell}),{verdict},"{FAIL}")'
            worst_shown = KINK if is_kink else FAIL
            shown = (
                PASS if relative <= RELATIVE else TINY if difference <= ABSOLUTE else worst_shown
            )
            self._verdicts.append(shown)
            cells.write_formula(row, 7, "step verdict", verdict, shown)

    def _kink(self, weight: str) -> tuple[str, bool]:
        """Whether a condition changes sign between a weight's two passes: a formula, and its value.

        The formula is empty if no activation has a kink.
        """
        pairs = list(
            zip(self._condition_signs[weight, 1], self._condition_signs[weight, -1], strict=True)
        )
        texts = [f"({up}>0)<>({down}>0)" for (up, _), (down, _) in pairs]
        text = f"OR({','.join(texts)})" if texts else ""
        return text, any(a != b for (_, a), (_, b) in pairs)

    def _write_passes(self, top: int) -> int:
        """Write the forward passes, one in each column. Returns the last row."""
        cells, network = self.cells, self._network
        left_out = (Kind.SETTING, Kind.COUNTER)
        used = {n for name in network.forward for n in names(network.derived[name].formula)}
        given = [n for n, q in network.given.items() if n in used or q.kind not in left_out]
        rows = {name: top + 1 + k for k, name in enumerate([*given, *network.forward])}
        formulas = {
            name: (
                write(network.derived[name].formula, EXCEL, lambda n: f"{COLUMN}{rows[n]}"),
                function(network.derived[name].formula),
            )
            for name in network.forward
        }
        kinks = [
            (write(tree, EXCEL, lambda n: f"{COLUMN}{rows[n]}"), function(tree))
            for tree in self._kink_conditions
        ]
        cells.write(top, 1, "step header", "forward pass")
        for name, row in rows.items():
            cells.write(row, 1, "step label", network.text(name))
        sides = [(weight, side) for weight in self._weights for side in (1, -1)]
        for column, (weight, side) in enumerate(sides, start=2):
            sign = "+" if side > 0 else "−"
            cells.write(top, column, "compare header", f"{weight} {sign} ε")
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
                    values[name] += side * EPSILON
            else:
                text, value_of = formulas[name]
                text, values[name] = text.replace(COLUMN, letter), value_of(values)
            plain = "step number" if name in self._errors_shown else "step value"
            style = "step changed" if name == weight else plain
            self.cells.write_formula(row, column, style, text, values[name])
        self._errors[weight, side] = f"{letter}{rows[TOTAL]}", values[TOTAL]
        return values

    def _color_verdicts(self) -> None:
        """Colour PASS green and FAIL red."""
        colored = f"{SUMMARY.replace('$', '')} G{VERDICTS + 1}:G{VERDICTS + len(self._weights)}"
        for verdict, text, background in (
            (PASS, "FF006100", "FFC6EFCE"),
            (FAIL, "FF9C0006", "FFFFC7CE"),
        ):
            rule = CellIsRule(
                "equal",
                [f'"{verdict}"'],
                font=Font(color=text),
                fill=PatternFill(bgColor=background),
            )
            self._sheet.conditional_formatting.add(colored, rule)
