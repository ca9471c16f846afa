"""Writes the tab of the network: the panel with the picture, and a section for each stage."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.chart import Bars, share_chart
from backprop_sheet.exporter.package import Additions
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.model import CLASSES, DEVIATION, MEAN, SIZE
from backprop_sheet.mnist.sheet import formulas, layout, look
from backprop_sheet.mnist.sheet.layout import Block, Section
from backprop_sheet.mnist.sheet.text import about, title
from backprop_sheet.mnist.stages import Convolution, Numbers, Pooling, Stage
from backprop_sheet.ooxml.addresses import Area, address
from backprop_sheet.palette import POSITIVE

TAB = "Digit"
HINT = "Type into the grid: 0 is paper, 255 is ink."
CONSTANTS = ("b", "s", "t")


class Writer:
    """Writes the tab.

    Attributes:
        sections: where everything stands: the normalised image, each stage, softmax.
    """

    def __init__(self, sheet: Worksheet, stages: Sequence[Stage]) -> None:
        """Find a place for everything.

        Raises:
            InputError: there is no room for all of it in a sheet.
        """
        self.sections = layout.sections(stages)
        self._sheet, self._stages, self._cells = sheet, stages, Cells(sheet)

    def write(self, image: Bytes, values: Sequence[Numbers], *, normalises: bool) -> Additions:
        """Write all cells.

        Args:
            image: the picture, of shape (28, 28).
            values: what each stage gives, as by `stages.maps`.
            normalises: whether the network normalises images.

        Returns:
            What the package adds to the sheet when it is saved.

        Raises:
            InputError: a formula is longer than a spreadsheet program takes.
        """
        first, *others, last = self.sections
        self._write_picture(image)
        self._write_normalised(first, values[0][0], normalises=normalises)
        taken: Sequence[Block] = first.blocks
        for stage, section, given in zip(self._stages, others, values[1:], strict=False):
            self._head(section, title(stage), about(stage))
            if isinstance(stage, Convolution):
                self._write_convolution(stage, section, taken, given)
            elif isinstance(stage, Pooling):
                self._write_pooling(stage, section, taken, given)
            taken = section.blocks
        for section in (first, *others):
            look.show_maps(self._sheet, [block.map for block in section.blocks])
        chances = self._write_softmax(last, taken, values[-2].ravel(), values[-1])
        self._write_answer(chances, values[-1])
        links = self._write_links()
        self._write_peek(self.sections[1].blocks[0].map, values[1][0])
        look.set_up(self._sheet, self.sections)
        rows = range(1, layout.PEEK + 2 * layout.LABEL)
        return Additions(
            cells=self._cells.entries,
            heights=dict.fromkeys(rows, layout.CELL * page.POINTS),
            range=Area(1, 1, last.right, rows[-1]).reference,
            unmarked=Area(1, 1, last.right, rows[-1]).reference,
            doubts=("formula", "formulaRange"),
            links=links,
        )

    # --- the panel -------------------------------------------------------------------------------

    def _write_picture(self, image: Bytes) -> None:
        area = layout.INPUT
        self._text(Area(area.left, layout.TITLE, area.right, layout.TITLE + 1), "title",
                   "A network that reads a digit")  # fmt: skip
        self._text(Area(area.left, layout.NOTE, area.right, layout.NOTE + 1), "note", HINT)
        label = Area(area.left, layout.TOP, area.right, layout.TOP + 1)
        self._text(label, "label", "the picture, 28 × 28")
        for place, grey in zip(area.places(), image.ravel().tolist(), strict=True):
            self._cells.write(*place, "digit pixel", grey)
        look.show_ink(self._sheet, area)
        rule = DataValidation("decimal", operator="between", formula1="0", formula2="255")
        rule.errorTitle, rule.error = "Grey value", "A number from 0 (paper) to 255 (ink)."
        rule.showErrorMessage, rule.allowBlank, rule.sqref = True, True, area.reference
        self._sheet.add_data_validation(rule)

    def _write_answer(self, chances: Area, values: Numbers) -> None:
        """Write the answer below the picture, and the chart of the probabilities."""
        best, cells = int(values.argmax()), chances.absolute
        text = f'"reads "&MATCH(MAX({cells}),{cells},0)-1'
        self._formula(layout.ANSWER, "answer", text, f"reads {best}")
        digits = Area(self.sections[-1].left, chances.top, self.sections[-1].left, chances.bottom)
        bars = Bars(
            name="probability",
            label_cells=f"{TAB}!{digits.absolute}",
            labels=list(range(CLASSES)),
            cells=f"{TAB}!{chances.absolute}",
            values=values.tolist(),
            color=POSITIVE,
        )
        chart = share_chart(bars)
        page.add_chart(self._sheet, chart, layout.CHART, layout.CELL, layout.CELL)

    def _write_links(self) -> dict[str, str]:
        """Write the name of each section below the chart; returns where a click leads, by cells."""
        links = {}
        names = ["image", *(stage.name for stage in self._stages), "softmax"]
        wide = (layout.INPUT.right - layout.INPUT.left + 1) // layout.LINKS_BESIDE
        for number, (name, section) in enumerate(zip(names, self.sections, strict=True)):
            down, right = divmod(number, layout.LINKS_BESIDE)
            row = layout.LINKS + down * layout.LABEL
            column = layout.INPUT.left + right * wide
            area = Area(column, row, column + wide - 1, row + layout.LABEL - 1)
            self._text(area, "link", name)
            target = Area(section.left, layout.TITLE, section.right, layout.BOTTOM)
            links[area.reference] = f"{TAB}!{target.reference}"
        return links

    def _write_peek(self, shown: Area, values: Numbers) -> None:
        """Write a cell that takes an address, and one with the value of that cell."""
        row, left, right = layout.PEEK, layout.INPUT.left, layout.INPUT.right
        typed = Area(left + 10, row, left + 15, row + layout.LABEL - 1)
        value = Area(left + 17, row, right, row + layout.LABEL - 1)
        self._text(Area(left, row, left + 9, row + layout.LABEL - 1), "label", "value of the cell")
        middle = SIZE // 2
        self._text(typed, "typed", address(shown.top + middle, shown.left + middle))
        cell = formulas.fixed((typed.top, typed.left))
        text = f'IFERROR(INDIRECT({cell}),"no such cell")'
        self._formula(value, "any", text, float(values[middle, middle]))

    # --- the sections ----------------------------------------------------------------------------

    def _write_normalised(self, section: Section, values: Numbers, *, normalises: bool) -> None:
        (block,) = section.blocks
        note = "(x/255 − mean) / deviation" if normalises else "x/255"
        self._head(section, "Image normalisation" if normalises else "Grey values", note)
        constants = []
        for number, (name, value) in enumerate({"mean": MEAN, "deviation": DEVIATION}.items()):
            row = block.map.bottom + 2 + number * layout.LABEL
            if normalises:
                name_area = Area(section.left, row, section.left + layout.WIDE - 1, row + 1)
                self._text(name_area, "label", name)
                number_area = Area(name_area.right + 2, row, name_area.right + 1 + layout.WIDE,
                                   row + 1)  # fmt: skip
                self._text(number_area, "number", value)
                constants.append((row, number_area.left))
        self._text(block.label, "label", "map 1")
        text = formulas.normalised(layout.INPUT, constants)
        self._write_map(block.map, text, values)

    def _write_convolution(
        self, stage: Convolution, section: Section, taken: Sequence[Block], values: Numbers
    ) -> None:
        constants = np.stack([stage.biases, stage.scales, stage.shifts], axis=1)
        for channel, block in enumerate(section.blocks):
            weights = stage.weights[channel]
            for kernel, numbers in zip(block.kernels, weights, strict=True):
                for place, weight in zip(kernel.places(), numbers.ravel().tolist(), strict=True):
                    self._cells.write(*place, "digit weight", weight)
            text = value = self._name(stage, channel)
            text = f'"{text}"'
            own = constants[channel].tolist()
            for name, place, number in zip(CONSTANTS, block.constants, own, strict=False):
                self._cells.write(*place, "digit weight", number)
                self._cells.write(place[0] - 1, place[1], "digit letter", name)
                text += f'&"  {name} "&ROUND({address(*place)},2)'
                value += f"  {name} {round(number, 2) + 0.0:g}"
            self._formula(block.label, "label", text, value)
            formula = formulas.convolution(stage, block, taken)
            self._write_map(block.map, formula, values[channel])
        kernels = [kernel for block in section.blocks for kernel in block.kernels]
        look.show_weights(self._sheet, kernels, float(np.abs(stage.weights).max()) or 1.0)

    def _write_pooling(
        self, stage: Pooling, section: Section, taken: Sequence[Block], values: Numbers
    ) -> None:
        for channel, (block, before) in enumerate(zip(section.blocks, taken, strict=True)):
            self._text(block.label, "label", self._name(stage, channel))
            for row, column in product(*map(range, stage.shape[1:])):
                text = formulas.pooling(stage, before.map, row, column)
                value = float(values[channel, row, column])
                place = block.map.top + row, block.map.left + column
                self._cells.write_formula(*place, "digit value", text, value)

    def _write_softmax(
        self, section: Section, taken: Sequence[Block], scores: Numbers, chances: Numbers
    ) -> Area:
        """Write the table of softmax; returns the cells of the probabilities."""
        self._head(section, "Softmax", "p = e^(score − largest score) / their sum")
        head, *rows, foot = layout.table(section, CLASSES + 2)
        for area, heading in zip(head, ("digit", "score", "e^(…)", "p"), strict=True):
            self._text(area, "head", heading)
        powers = np.exp(scores - scores.max())
        cells = [Area(rows[0][k].left, rows[0][k].top, rows[-1][k].left, rows[-1][k].top)
                 for k in range(4)]  # fmt: skip
        total = formulas.fixed((foot[2].top, foot[2].left))
        for digit, (name, score, power, chance) in enumerate(rows):
            own = taken[digit].map
            self._text(name, "count", digit)
            self._formula(score, "number", address(own.top, own.left), float(scores[digit]))
            text = f"EXP({address(score.top, score.left)}-MAX({cells[1].absolute}))"
            self._formula(power, "number", text, float(powers[digit]))
            text = f"{address(power.top, power.left)}/{total}"
            self._formula(chance, "number", text, float(chances[digit]))
        self._text(foot[0], "head", "sum")
        self._formula(foot[2], "number", f"SUM({cells[2].reference})", float(powers.sum()))
        self._formula(foot[3], "number", f"SUM({cells[3].reference})", float(chances.sum()))
        return cells[3]

    def _name(self, stage: Stage, channel: int) -> str:
        """What a map is called: those at the end belong to digits."""
        of_digits = stage.end >= self._stages[-2].end
        return f"digit {channel}" if of_digits else f"map {channel + 1}"

    # --- cells -----------------------------------------------------------------------------------

    def _head(self, section: Section, name: str, note: str) -> None:
        self._text(section.line(layout.TITLE), "title", name)
        self._text(section.line(layout.NOTE), "note", note)

    def _write_map(self, area: Area, text: str, values: Numbers) -> None:
        self._cells.write_shared(area, "digit value", text, values.ravel().tolist())

    def _text(self, area: Area, style: str, content: float | str) -> None:
        self._cells.write(area.top, area.left, f"digit {style}", content)
        look.merge(self._sheet, area)

    def _formula(self, area: Area, style: str, text: str, value: float | str) -> None:
        self._cells.write_formula(area.top, area.left, f"digit {style}", text, value)
        look.merge(self._sheet, area)
