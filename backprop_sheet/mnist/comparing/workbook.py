"""A comparison as a workbook: means, spreads and what chance gives are formulas over the trainings.

Tab Comparison has a block for each thing varied, with its chart; tab Trainings a row for each
training. A setting's trainings stand one below the other, so its formulas take a range.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan
from pathlib import Path
from typing import Any

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.dots import Dots, dot_chart
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.package import Additions, save
from backprop_sheet.mnist.comparing.chance import freedom_of, quantile
from backprop_sheet.mnist.comparing.table import Comparison, Row, Trained, groups_of
from backprop_sheet.mnist.comparing.values import NONE, text
from backprop_sheet.mnist.comparing.words import BASE, MEGA
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.palette import strokes

COMPARISON, TRAININGS = "Comparison", "Trainings"
TITLE = "Trainings compared: means over seeds, after the last epoch"
NOTES = (
    "Memory is computed from the layers. Seconds are processor time, the only number measured.",
    "Chance: of twenty comparisons of equal settings, one shows a larger difference between its "
    "highest and its lowest mean (Tukey's range test).",
)
FIRST = 5
"""The first row of the first block."""
TALL = 19
"""Rows that a block with its chart takes at least."""
WIDE, WIDTH, COLUMN = 270, 100, 128
"""Pixels: the first column, the others, and those of tab Trainings."""
HEADER = 1
"""The header of tab Trainings."""
PERCENT, COUNTED, ONE_DIGIT, HELPER = "0.00%", "#,##0", "0.0", "compare helper"


@dataclass(frozen=True)
class Column:
    """A column of the tab Comparison.

    Attributes:
        name: its heading.
        formula: what stands in it; {…} is the range of a column of tab Trainings, [n], [sd] the
            cell of another column in the same row.
        form: its number format.
        style: the style of its cells.
    """

    name: str
    formula: str
    form: str
    style: str = "step value"


def _mean(column: str) -> str:
    return f'IF(COUNT({{{column}}})=0,"{NONE}",AVERAGE({{{column}}}))'


COLUMNS = {
    "accuracy": Column("test accuracy", _mean("accuracy"), PERCENT),
    "sd": Column("± sd", f'IF([n]<2,"{NONE}",STDEV({{accuracy}}))', PERCENT),
    "gap": Column("train − test", _mean("gap"), PERCENT),
    "reached": Column("epochs to 98 %", _mean("epochs_to_98"), ONE_DIGIT),
    "memory": Column("memory, MB", f"AVERAGE({{memory_bytes}})/{MEGA:.0f}", ONE_DIGIT),
    "seconds": Column(
        "seconds",
        f'IF([n]=0,"{NONE}",SUMIF({{diverged_in}},"{NONE}",{{seconds}})/[n])',
        ONE_DIGIT,
    ),
    "n": Column("finished", "COUNT({accuracy})", COUNTED),
    "squares": Column("sd²·(n − 1)", "IF([n]<2,0,[sd]^2*([n]-1))", "0.0E+00", HELPER),
    "inverse": Column("1/n", "IF([n]=0,0,1/[n])", "0.000", HELPER),
}
"""The columns after the first, which has the values."""
CHART_LEFT, CHART_RIGHT = len(COLUMNS) + 3, len(COLUMNS) + 9


def write_workbook(comparison: Comparison, path: Path, *, force: bool = False) -> None:
    """Write the workbook.

    Args:
        comparison: the comparison.
        path: the file to write.
        force: whether to replace a workbook that somebody has edited.

    Raises:
        WriteError: the file cannot be written, or somebody has edited it.
    """
    look = Look()
    sheet = look.workbook.create_sheet(COMPARISON)
    page.set_up(sheet, [WIDE] + [WIDTH] * (CHART_RIGHT - 1), 0)
    sheet.cell(1, 1, TITLE).style = "hint"
    for row, note in enumerate(NOTES, start=2):
        sheet.cell(row, 1, note).style = "hint"
    values: dict[str, float | str] = {}
    top = FIRST
    for name, rows in comparison.groups.items():
        block = _Block(sheet, values, comparison, top)
        block.write(name, rows)
        top += max(TALL, len(rows) + 7)
    _write_trainings(look.workbook.create_sheet(TRAININGS), comparison)
    save(look.workbook, path, {COMPARISON: Additions(values=values)}, force=force)


class _Block:
    """The rows of one thing varied, from a row of the sheet on."""

    def __init__(
        self, sheet: Worksheet, values: dict[str, float | str], comparison: Comparison, top: int
    ) -> None:
        self._sheet, self._values, self._comparison, self._top = sheet, values, comparison, top
        self._places = {one.folder: HEADER + k for k, one in enumerate(comparison.trainings, 1)}
        self._letters = {key: letters(k) for k, key in enumerate(COLUMNS, start=2)}

    def write(self, name: str, rows: tuple[Row, ...]) -> None:
        """Write header, rows, what chance gives, and the chart."""
        sheet, top = self._sheet, self._top
        for place, heading in enumerate((name, *(one.name for one in COLUMNS.values())), 1):
            sheet.cell(top, place, heading).style = "compare header" if place > 1 else "step header"
        for number, row in enumerate(rows, start=top + 1):
            cell = sheet.cell(number, 1)
            page.set_value(cell, row.value + BASE * row.base)
            cell.style = "step label"
            for (key, column), value in zip(COLUMNS.items(), _values(row), strict=True):
                formula = self._in_excel(column.formula, row, number)
                address = f"{self._letters[key]}{number}"
                self._formula(address, formula, value, column.form, column.style)
        self._write_verdict(name, rows, top + len(rows) + 2)
        self._add_chart(name, rows)

    def _in_excel(self, formula: str, row: Row, number: int) -> str:
        trainings = self._comparison.of(row)
        first, last = (self._places[one.folder] for one in (trainings[0], trainings[-1]))
        for key, letter in self._letters.items():
            formula = formula.replace(f"[{key}]", f"{letter}{number}")
        for place, field in enumerate(fields(Trained), start=1):
            area = f"{TRAININGS}!{Area(place, first, place, last).absolute}"
            formula = formula.replace(f"{{{field.name}}}", area)
        return formula

    def _formula(
        self,
        place: str,
        formula: str,
        value: float | str | None,
        form: str,
        style: str = "step value",
    ) -> None:
        cell = self._sheet[place]
        cell.value = f"={formula}"
        cell.style, cell.number_format = style, form
        self._values[place] = NONE if value is None else value

    def _range(self, key: str, rows: tuple[Row, ...]) -> str:
        letter = self._letters[key]
        return f"{letter}{self._top + 1}:{letter}{self._top + len(rows)}"

    def _write_verdict(self, name: str, rows: tuple[Row, ...], top: int) -> None:
        """Write how far apart the means are, and how far chance alone may bring them."""
        accuracies = self._range("accuracy", rows)
        sums = {key: f"SUM({self._range(key, rows)})" for key in ("n", "squares", "inverse")}
        verdict = self._comparison.verdicts.get(name)
        if verdict is None:
            return
        groups = groups_of(rows)
        freedom = freedom_of(groups)
        q, difference, limit, word = (f"B{top + k}" for k in range(4))
        settings = f"COUNT({accuracies})"
        self._label(top, f"q for {len(groups)} settings, {freedom} degrees of freedom")
        cell = self._sheet[q]
        page.set_value(cell, quantile(len(groups), freedom) if freedom else NONE)
        cell.style, cell.number_format = "step value", "0.000"
        self._label(top + 1, "highest − lowest mean")
        formula = f"MAX({accuracies})-MIN({accuracies})"
        self._formula(difference, formula, verdict.difference, PERCENT)
        self._label(top + 2, "chance: q·s/√n")
        spread = f"{sums['squares']}/({sums['n']}-{settings})*{sums['inverse']}/{settings}"
        formula = f'IF(ISNUMBER({q}),{q}*SQRT({spread}),"{NONE}")'
        self._formula(limit, formula, verdict.margin, PERCENT)
        self._label(top + 3, "the difference is")
        formula = (
            f'IF(NOT(ISNUMBER({limit})),"{UNKNOWN}",IF({difference}>{limit},"{REAL}","{MAYBE}"))'
        )
        value = UNKNOWN if verdict.margin is None else REAL if verdict.is_real else MAYBE
        self._formula(word, formula, value, "General", "step label")
        self._sheet[word].alignment = Alignment(horizontal="left")  # runs on into the empty cells

    def _label(self, row: int, words: str) -> None:
        self._sheet.cell(row, 1, words).style = "step label"

    def _add_chart(self, name: str, rows: tuple[Row, ...]) -> None:
        first, last = self._top + 1, self._top + len(rows)

        def cells(column: int) -> str:
            return f"{COMPARISON}!{Area(column, first, column, last).absolute}"

        keys = list(COLUMNS)
        dots = Dots(
            title=name.upper(),
            quantity="test accuracy, mean ± sd",
            name_cells=cells(1),
            names=[row.value + BASE * row.base for row in rows],
            cells=cells(keys.index("accuracy") + 2),
            values=[nan if row.accuracy is None else row.accuracy for row in rows],
            spread_cells=cells(keys.index("sd") + 2),
            spreads=[nan if row.accuracy_sd is None else row.accuracy_sd for row in rows],
            color=strokes(3)[1].color,
        )
        area = Area(CHART_LEFT, self._top, CHART_RIGHT, self._top + TALL - 2)
        page.add_chart(self._sheet, dot_chart(dots), area, WIDTH)


UNKNOWN, REAL, MAYBE = "unknown: one seed", "more than chance", "perhaps chance"


def _values(row: Row) -> list[float | str | None]:
    """What the formulas of a row give."""
    ended, spread = len(row.seeds) - row.diverged, row.accuracy_sd
    squares = 0 if spread is None else spread**2 * (ended - 1)
    return [row.accuracy, spread, row.gap, row.epochs_to_98, row.memory_bytes / MEGA,
            row.seconds, ended, squares, 1 / ended if ended else 0]  # fmt: skip


FORMS = {"accuracy": PERCENT, "gap": PERCENT, "memory_bytes": COUNTED, "seconds": ONE_DIGIT}
"""The number formats of tab Trainings."""


def _write_trainings(sheet: Worksheet, comparison: Comparison) -> None:
    names = [field.name for field in fields(Trained)]
    page.set_up(sheet, [COLUMN] * len(names), HEADER)
    sheet.freeze_panes = f"A{HEADER + 1}"
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(HEADER, column, name.replace("_", " "))
        cell.style = "compare header"
        for row, training in enumerate(comparison.trainings, start=HEADER + 1):
            _write(sheet, row, column, getattr(training, name), FORMS.get(name, ""))


def _write(sheet: Worksheet, row: int, column: int, value: Any, form: str) -> None:
    cell = sheet.cell(row, column)
    page.set_value(cell, value if isinstance(value, int | float) else text(value))
    cell.style = "compare epoch" if isinstance(value, int) else "step value"
    if isinstance(value, str | tuple):
        cell.style = "step label"
    if form:
        cell.number_format = form
