"""The report of a training: a workbook with its history, two charts and the layers."""

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import NamedTuple

from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.chart import MOST_MARKERS, Curve, comparison_chart
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.package import Additions, save
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.palette import strokes

HISTORY, LAYERS = "Epochs", "Layers"
"""The tabs. Excel keeps the name History to itself."""
HEADER = 23
"""The row with the names of the history's columns, below the charts and the facts."""
FACTS = 3
"""The row of the first fact."""
WIDTH, WIDE = 104, 132
"""The width of a column, and of the first one, in pixels."""
UNITS = (0.01, 0.02, 0.05, 0.1)
"""Possible distances between two lines of the accuracy's axis."""
LINES = 8
"""The most lines that the axis has, unless they are already as far apart as possible."""
PERCENT = "0.00%"
COUNTED = "#,##0"
SECONDS = "0.0"


class Table(NamedTuple):
    """Names of columns, the rows below them, and a line to stand beside the table."""

    columns: Sequence[str]
    rows: Sequence[Sequence[float | str]]
    about: str = ""


class Chart(NamedTuple):
    """A chart of the history: its title, its columns, and the cells that it covers."""

    title: str
    columns: tuple[str, ...]
    area: Area
    percent: bool = False


CHARTS = (
    Chart("LOSS", ("loss", "test_loss"), Area(4, 2, 8, 21)),
    Chart("ACCURACY", ("train_accuracy", "test_accuracy"), Area(9, 2, 13, 21), percent=True),
)
NAMES = {
    "train_accuracy": "train accuracy",
    "test_accuracy": "test accuracy",
    "test_loss": "test loss",
    "loss": "train loss",
}
"""The columns' names in the report."""


def write_report(
    facts: Mapping[str, float | str],
    history: Table,
    layers: Table,
    path: Path,
    *,
    force: bool = False,
) -> None:
    """Write the report.

    Args:
        facts: facts about the whole training, by name.
        history: a row for each epoch, whose number is in the first column, counted from 1. The
            columns include loss, test_loss, train_accuracy and test_accuracy.
        layers: a row for each layer. The columns include parameters; the last one is a text.
        path: the file to write.
        force: whether to replace a workbook that somebody has edited.

    Raises:
        WriteError: the file cannot be written, or somebody has edited it.
    """
    look = Look()
    history_sheet = look.workbook.create_sheet(HISTORY)
    _write_facts(history_sheet, facts)
    _write_table(history_sheet, HEADER, history)
    history_sheet.cell(HEADER - 1, CHARTS[0].area.left, history.about or None).style = "hint"
    page.set_up(history_sheet, [WIDE] + [WIDTH] * (max(c.area.right for c in CHARTS) - 1), 0)
    for chart in CHARTS:
        _add_chart(history_sheet, chart, history)
    layers_sheet = look.workbook.create_sheet(LAYERS)
    page.set_up(layers_sheet, [WIDE, WIDE] + [WIDTH] * (len(layers.columns) - 3) + [WIDE], 1)
    _write_table(layers_sheet, 1, layers)
    values = _write_total(layers_sheet, layers)
    layers_sheet.cell(len(layers.rows) + 4, 1, layers.about or None).style = "hint"
    save(look.workbook, path, {LAYERS: Additions(values=values)}, force=force)


def _write_facts(sheet: Worksheet, facts: Mapping[str, float | str]) -> None:
    sheet.cell(1, 1, "A training of the network that is too large to see").style = "hint"
    for row, (name, value) in enumerate(facts.items(), start=FACTS):
        sheet.cell(row, 1, name).style = "compare label"
        cell = sheet.cell(row, 2)
        page.set_value(cell, value)
        cell.style = "compare epoch"
        if isinstance(value, int):
            cell.number_format = COUNTED


def _write_table(sheet: Worksheet, header: int, table: Table) -> None:
    for column, name in enumerate(table.columns, start=1):
        cell = sheet.cell(header, column, NAMES.get(name, name))
        cell.style = "step header" if _is_text(table, column) else "compare header"
        for row, values in enumerate(table.rows, start=header + 1):
            cell = sheet.cell(row, column)
            page.set_value(cell, values[column - 1])
            cell.style = _style(values[column - 1])
            if name.endswith("accuracy"):
                cell.number_format = PERCENT
            elif name == "seconds":
                cell.number_format = SECONDS
            elif isinstance(values[column - 1], int):
                cell.number_format = COUNTED


def _is_text(table: Table, column: int) -> bool:
    return isinstance(table.rows[0][column - 1], str)


def _style(value: float | str) -> str:
    if isinstance(value, str):
        return "step label"
    return "compare epoch" if isinstance(value, int) else "step value"


def _add_chart(sheet: Worksheet, chart: Chart, history: Table) -> None:
    first, last = HEADER + 1, HEADER + len(history.rows)
    epochs = f"{HISTORY}!{Area(1, first, 1, last).absolute}"
    curves = []
    for name, stroke in zip(chart.columns, strokes(3), strict=False):
        column = list(history.columns).index(name) + 1
        values = [float(row[column - 1]) for row in history.rows]
        curves.append(Curve(
            name_cell=f"{HISTORY}!${letters(column)}${HEADER}",
            epoch_cells=epochs,
            cells=f"{HISTORY}!{Area(column, first, column, last).absolute}",
            values=values,
            stroke=stroke,
            name=NAMES[name],
            first_epoch=1,
        ))  # fmt: skip
    drawn = comparison_chart(chart.title, curves, logarithmic=False)
    for series, curve in zip(drawn.series, curves, strict=True):
        if len(curve.values) <= MOST_MARKERS:  # a single epoch makes no line
            look = GraphicalProperties(solidFill=curve.stroke.color)
            series.marker = Marker(symbol="circle", size=5, spPr=look)
    if chart.percent:
        lowest = min(value for curve in curves for value in curve.values)
        unit = next((unit for unit in UNITS if 1 - lowest <= unit * LINES), UNITS[-1])
        steps = max(1, ceil((1 - lowest) / unit))  # counted from 100 %, so that it has a label
        drawn.y_axis.scaling.min, drawn.y_axis.scaling.max = round(1 - steps * unit, 2), 1
        drawn.y_axis.majorUnit, drawn.y_axis.number_format = unit, "0%"
    page.add_chart(sheet, drawn, chart.area, WIDTH)


def _write_total(sheet: Worksheet, layers: Table) -> dict[str, float | str]:
    """Add a formula for the sum of all parameters; returns its value by its cell."""
    column = list(layers.columns).index("parameters") + 1
    last = 1 + len(layers.rows)
    sheet.cell(last + 1, 1, "all layers").style = "compare label"
    cell = sheet.cell(last + 1, column, f"=SUM({Area(column, 2, column, last).reference})")
    cell.style, cell.number_format = "compare epoch", COUNTED
    return {cell.coordinate: sum(float(row[column - 1]) for row in layers.rows)}
