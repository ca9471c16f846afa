"""Lays out the tab Check: the verdicts for the epoch of tab Step, and its forward passes.

For each weight, formulas run two forward passes: one with a slightly larger weight, one with a
slightly smaller one. Their errors show how the error changes with the weight. A gradient that
differs is wrong. Beside that, the weight of the table's next row is compared with what the update
makes of it.
"""

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.check import texts
from backprop_sheet.exporter.check.columns import Columns
from backprop_sheet.exporter.check.epochs import Epochs
from backprop_sheet.exporter.check.judging import FAIL, KINK, NOTHING, PASS, STEP_SIZE, TINY
from backprop_sheet.exporter.check.shifted import Shifted
from backprop_sheet.exporter.check.texts import GRADIENT, LAST, UPDATE
from backprop_sheet.exporter.check.verdicts import Verdicts, write_header
from backprop_sheet.exporter.formats import add_formats
from backprop_sheet.exporter.lettering import PADDING, text_width
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.exporter.printing import over_rows
from backprop_sheet.exporter.step import EPOCH_CELL, Lookup, Step
from backprop_sheet.exporter.step import TITLE as STEP
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.ooxml.addresses import Area

TITLE = "Check"
EPSILONS = (1e-4, 1e-5, 1e-6)
"""The numbers that ε may start from; where the error bends much, the first ones are too large."""
SUMMARIES = (5, 6)
"""The rows of the verdicts on all gradients and all updates of the epoch."""
VERDICT_ROW = 9
"""The header row of the verdicts."""
LABEL_WIDTH, WIDTH, WIDEST = 190, 134, 300
COLORS = ((PASS, "FF006100", "FFC6EFCE"), (FAIL, "FF9C0006", "FFFFC7CE"))


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
        self._numbers, self._epsilon = numbers, epsilon
        labels = [network.partial(TOTAL, weight).text for weight in network.trained]
        widest = max(map(text_width, [*labels, *map(network.text, network.forward)]))
        self._label = round(min(WIDEST, max(LABEL_WIDTH, widest + PADDING)))
        self._paragraphs = Paragraphs(sheet, lambda c: self._label if c == 1 else WIDTH)
        self._shifted = Shifted(self.cells, network, step.cells, self._paragraphs, epsilon)
        self._verdicts = Verdicts(
            self.cells, network, step.cells, self._lookup, self._shifted, epsilon
        )

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
        last = self._shifted.write(bottom + 3, self._weights)
        self._verdicts.write(VERDICT_ROW, self._weights, self._numbers, self._paragraphs)
        self._write_head()
        if listed:
            write_header(self.cells, top, texts.EPOCH_HEADS)
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

    def _write_head(self) -> None:
        cells, network = self.cells, self._network
        cells.write(3, 1, "step label", "ε")
        cells.write(3, 2, "changeable", self._epsilon)
        cells.write(3, 3, "hint", f" {texts.EPSILON_NOTE}")
        cells.write(4, 1, "step label", "epoch (tab Step)")
        cells.write_formula(4, 2, "setting fixed", f"{STEP}!{EPOCH_CELL}", 0)
        notes = texts.notes(kinks=bool(self._shifted.kinks), rules=bool(network.by_rule))
        for row, text in ((1, texts.HINT), (7, notes)):
            cells.write(row, 1, "step note", text)
            self._paragraphs.fit(row, text, 1, LAST)
        first, last = VERDICT_ROW + 1, VERDICT_ROW + len(network.trained)
        for place, (row, column, what) in enumerate(
            zip(SUMMARIES, (GRADIENT, UPDATE), ("gradients", "updates"), strict=True)
        ):
            cells.write(row, 1, "step label", f"{what} of this epoch")
            area = Area(column, first, column, last).reference
            found = [both[place] for both in self._verdicts.found if both[place]]
            value = next(v for v in (FAIL, KINK, NOTHING, TINY, PASS) if v in found)
            cells.write_formula(row, 2, "step verdict", _summary(area, len(found)), value)

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
