"""The tab Check: central differences beside the table's gradients, for the epoch of tab Step.

For each weight two forward passes in formulas, one with the weight a little larger and one a little
smaller, say how the error really changes; a gradient that says otherwise is wrong.
"""

from collections.abc import Callable, Mapping

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter import page
from backprop_sheet.exporter.board import Board
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.step import EPOCH, Step
from backprop_sheet.exporter.step import TITLE as STEP
from backprop_sheet.formula import EXCEL, conditions, evaluate, function, write
from backprop_sheet.network import TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import Area, letters

TITLE = "Check"
EPSILON, RELATIVE, ABSOLUTE = 1e-4, 1e-5, 1e-11
"""The step of the differences, and how far they may be from the gradient."""
HINT = (
    "A gradient says how the error changes with its weight. Here each weight of tab Step's epoch "
    "is changed by ±ε and the error worked out anew: its change over 2ε must be the gradient."
)
LIMITS = (
    f"PASS: the two are apart by no more than {RELATIVE:.0E} of the gradient. Where they are apart "
    f"by more, yet less than {ABSOLUTE:.0E}, rounding hides which is right. Not checked: updates."
)
VERDICTS, SUMMARY, STEP_SIZE = 8, "$B$5", "$B$3"
"""The header row of the verdicts, and the cells of the whole verdict and of ε."""
PASS, FAIL, TINY, KINK = "PASS", "FAIL", "too small to tell", "at a kink"
AT_KINKS = (
    f" {KINK}: between w − ε and w + ε a value passes 0, where its activation has two slopes; "
    "no difference says which of them is meant."
)
LABEL_WIDTH, WIDTH = 160, 112
COLUMN = "\0"
"""Stands for the column's letters in a formula that is the same in every column."""
Formulas = Mapping[str, tuple[str, Callable[[Mapping[str, float]], float]]]
"""The formula of each quantity of a forward pass, as text and as a function."""


class Check:
    """The tab, while it is laid out."""

    def __init__(self, sheet: Worksheet, step: Step, network: Network) -> None:
        """Start an empty tab that checks what a tab Step shows."""
        self.board = Board(sheet)
        self._sheet, self._step, self._network = sheet, step.board, network
        self._weights = network.trained
        self._sensitive = network.named(Kind.ERROR, Kind.TOTAL)
        self._verdicts: list[str] = []
        self._errors: dict[tuple[str, int], tuple[str, float]] = {}
        self._bends = [
            bend for name in network.forward for bend in conditions(network.derived[name].formula)
        ]
        self._sides: dict[tuple[str, int], list[tuple[str, bool]]] = {}

    def fill(self) -> Additions:
        """Lay the tab out."""
        last = self._write_passes(VERDICTS + len(self._weights) + 3)
        self._write_verdicts()
        self._write_head()
        columns = max(entry.column for entry in self.board.cells)
        page.set_up(self._sheet, [LABEL_WIDTH] + [WIDTH] * (columns - 1), 0)
        page.admit_positive(
            self._sheet, [STEP_SIZE.replace("$", "")], "Step ε", "all differences follow."
        )
        self._color_verdicts()
        return Additions(cells=self.board.cells, range=Area(1, 1, columns, last).reference)

    def _write_head(self) -> None:
        board = self.board
        board.put(1, 1, "hint", HINT)
        board.put(3, 1, "step label", "ε")
        board.put(3, 2, "changeable", EPSILON)
        board.put(4, 1, "step label", "epoch (tab Step)")
        board.formula(4, 2, "setting value", f"{STEP}!{EPOCH}", 0)
        board.put(5, 1, "step label", "gradients of this epoch")
        board.put(6, 1, "hint", LIMITS + (AT_KINKS if self._bends else ""))
        first, last = VERDICTS + 1, VERDICTS + len(self._weights)
        cells = f"G{first}:G{last}"
        rest = f'"{TINY}"'
        if self._bends:
            rest = f'IF(COUNTIF({cells},"{KINK}")>0,"{KINK}",{rest})'
        whole = f'IF(COUNTIF({cells},"{PASS}")={len(self._weights)},"{PASS}",{rest})'
        text = f'IF(COUNTIF({cells},"{FAIL}")>0,"{FAIL}",{whole})'
        verdicts = set(self._verdicts)
        value = next(found for found in (FAIL, KINK, TINY, PASS) if found in verdicts)
        board.formula(5, 2, "step verdict", text, value)
        board.put(
            3,
            3,
            "hint",
            " 1E-3 to 1E-6 suit: over larger steps the error bends, smaller ones drown in rounding",
        )

    def _write_verdicts(self) -> None:
        """A row for each weight: both errors, the difference, the gradient, the verdict."""
        board = self.board
        heads = ["", "E(w + ε)", "E(w − ε)", "difference / 2ε", "table's gradient"]
        heads += ["relatively apart", "verdict"]
        for column, text in enumerate(heads, start=1):
            board.put(VERDICTS, column, "compare header", text)
        for row, weight in enumerate(self._weights, start=VERDICTS + 1):
            (up, above), (down, below) = (self._errors[weight, side] for side in (1, -1))
            gradient = self._step.values[gradient_name(weight)]
            slope = (above - below) / (2 * EPSILON)
            board.put(row, 1, "step label", self._network.partial(TOTAL, weight).text)
            board.formula(row, 2, "step number", up, above)
            board.formula(row, 3, "step number", down, below)
            board.formula(row, 4, "step number", f"(B{row}-C{row})/(2*{STEP_SIZE})", slope)
            found = f"{STEP}!{self._step.place(gradient_name(weight))}"
            board.formula(row, 5, "step number", found, gradient)
            off = abs(slope - gradient)
            apart = off / abs(gradient) if gradient else float(off > ABSOLUTE)
            # Some programs hold numbers this small to be equal: only ratios are compared.
            away = f"ABS(D{row}-E{row})"
            tiny = f"{away}*{1 / ABSOLUTE:.0E}<=1"
            ratio = f"IFERROR({away}/ABS(E{row}),IF({tiny},0,1))"
            board.formula(row, 6, "step number", ratio, apart)
            bent, is_bent = self._bent(weight)
            worst = f'IF({bent},"{KINK}","{FAIL}")' if bent else f'"{FAIL}"'
            verdict = f'IF(F{row}<={RELATIVE:.0E},"{PASS}",IF({tiny},"{TINY}",{worst}))'
            # An error value in the table must not pass for a verdict.
            verdict = f'IF(ISNUMBER({away}),{verdict},"{FAIL}")'
            failed = KINK if is_bent else FAIL
            well = PASS if apart <= RELATIVE else TINY if off <= ABSOLUTE else failed
            self._verdicts.append(well)
            board.formula(row, 7, "step verdict", verdict, well)

    def _bent(self, weight: str) -> tuple[str, bool]:
        """Whether something passes 0 between a weight's two passes: the formula, and its value."""
        pairs = list(zip(self._sides[weight, 1], self._sides[weight, -1], strict=True))
        texts = [f"({up}>0)<>({down}>0)" for (up, _), (down, _) in pairs]
        text = f"OR({','.join(texts)})" if texts else ""
        return text, any(a != b for (_, a), (_, b) in pairs)

    def _write_passes(self, top: int) -> int:
        """The forward passes, one column each; the last row."""
        board, network = self.board, self._network
        apart = (Kind.SETTING, Kind.COUNTER)
        given = [name for name, q in network.given.items() if q.kind not in apart]
        rows = {name: top + 1 + k for k, name in enumerate([*given, *network.forward])}
        formulas = {
            name: (
                write(network.derived[name].formula, EXCEL, lambda n: f"{COLUMN}{rows[n]}"),
                function(network.derived[name].formula),
            )
            for name in network.forward
        }
        board.put(top, 1, "step header", "forward pass")
        for name, row in rows.items():
            board.put(row, 1, "step label", network.text(name))
        sides = [(weight, side) for weight in self._weights for side in (1, -1)]
        for column, (weight, side) in enumerate(sides, start=2):
            sign = "+" if side > 0 else "−"
            board.put(top, column, "compare header", f"{weight} {sign} ε")
            self._write_pass(column, rows, formulas, (weight, side))
        return max(rows.values())

    def _write_pass(
        self, column: int, rows: dict[str, int], formulas: Formulas, changed: tuple[str, int]
    ) -> None:
        (weight, side), letter = changed, letters(column)
        values: dict[str, float] = {}
        for name, row in rows.items():
            if name in self._network.given:
                text, values[name] = f"{STEP}!{self._step.place(name)}", self._step.values[name]
                if name == weight:
                    text += f"{'+' if side > 0 else '-'}{STEP_SIZE}"
                    values[name] += side * EPSILON
            else:
                text, value_of = formulas[name]
                text, values[name] = text.replace(COLUMN, letter), value_of(values)
            plain = "step number" if name in self._sensitive else "step value"
            style = "step changed" if name == weight else plain
            self.board.formula(row, column, style, text, values[name])
        self._errors[weight, side] = f"{letter}{rows[TOTAL]}", values[TOTAL]
        self._sides[weight, side] = [
            (write(bend, EXCEL, lambda name: f"{letter}{rows[name]}"), evaluate(bend, values) > 0)
            for bend in self._bends
        ]

    def _color_verdicts(self) -> None:
        """Green for PASS, red for FAIL."""
        cells = f"{SUMMARY.replace('$', '')} G{VERDICTS + 1}:G{VERDICTS + len(self._weights)}"
        for verdict, text, ground in (
            (PASS, "FF006100", "FFC6EFCE"),
            (FAIL, "FF9C0006", "FFFFC7CE"),
        ):
            rule = CellIsRule(
                "equal", [f'"{verdict}"'], font=Font(color=text), fill=PatternFill(bgColor=ground)
            )
            self._sheet.conditional_formatting.add(cells, rule)
