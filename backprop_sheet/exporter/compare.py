"""The tab Compare: all learning rates side by side, driving the tabs behind it.

Row 35 is the header and row 36 epoch 0, as in every tab; above stand the rates, what they came
to, and the charts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import isnan

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.board import Board
from backprop_sheet.exporter.chart import Curve, comparison_chart
from backprop_sheet.exporter.layout import Layout, general
from backprop_sheet.exporter.look import style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.table import CELL_SIZE, CHUNK
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.palette import strokes
from backprop_sheet.progress import Watch
from backprop_sheet.tabulator import errors_of

TITLE = "Compare"
NOTE = "The learning rates and the threshold may be changed: tabs, columns and charts follow."
RATE, FIRST, LAST, RATIO, THRESHOLD, UNDER = range(3, 9)
"""The rows of the summary."""
LABELS = {
    RATE: "learning rate η",
    FIRST: "{error} at the first epoch",
    LAST: "{error} at the last epoch",
    RATIO: "last / first",
    THRESHOLD: "threshold",
    UNDER: "first epoch under it (blank: never)",
}
HELPERS = "the same without errors that are 0, for the logarithmic chart"
START = 2
"""The column of the first rate."""
LIMIT = f"${letters(START)}${THRESHOLD}"
"""The cell of the threshold."""
LABEL_WIDTH, RATE_WIDTH = 236, 96
LINEAR, LOGARITHMIC = Area(1, 10, 5, 33), Area(6, 10, 12, 33)
"""Where the charts stand."""


@dataclass(frozen=True)
class Tab:
    """One rate's tab: its title, its places and its training."""

    title: str
    layout: Layout
    frame: pd.DataFrame

    @property
    def errors(self) -> list[float]:
        """The error of each epoch."""
        numbers: list[float] = errors_of(self.frame).tolist()
        return numbers

    @property
    def name(self) -> str:
        """What its column and its curve are called."""
        return f"η = {general(self.layout.network.eta)}"


def driver(place: int) -> str:
    """The formula by which the tab of this number, counted from 0, takes its rate."""
    return f"={TITLE}!${letters(START + place)}${RATE}"


def fill(
    sheet: Worksheet, tabs: Sequence[Tab], summary: pd.DataFrame, threshold: float, watch: Watch
) -> Additions:
    """Lay the tab out.

    Args:
        sheet: the sheet.
        tabs: the rates' tabs in their order, each of the same number of epochs.
        summary: what each rate came to, as `summarise` gives it for this threshold.
        threshold: an error.
        watch: looks on as the rows are written.
    """
    layout, board = tabs[0].layout, Board(sheet)
    columns = _helper(tabs) + len(tabs) - 1
    widths = [LABEL_WIDTH] + [RATE_WIDTH] * (columns - 1)
    page.set_up(sheet, widths, 0)
    sheet.print_title_rows = f"{layout.header}:{layout.header}"
    sheet.print_area = Area(1, 1, _helper(tabs) - 2, layout.epoch.bottom).reference
    _write_margin(board, layout, threshold)
    for place, tab in enumerate(tabs):
        _write_column(board, START + place, tab, summary.iloc[place].tolist())
    board.put(layout.header, _helper(tabs), "hint", HELPERS)
    rates = [f"{letters(START + place)}{RATE}" for place in range(len(tabs))]
    page.admit_positive(sheet, rates, "Learning rate η", "its tab, column and curve follow.")
    page.admit_positive(sheet, [LIMIT.replace("$", "")], "Threshold", "the line below follows.")
    _add_charts(sheet, tabs, widths)
    # The rows are written when openpyxl has saved the styles: they have to be known before.
    styles = {n: style_index(sheet, f"compare {n}") for n in ("epoch", "error", "helper")}
    return Additions(
        cells=board.cells,
        rows=_rows(tabs, styles, watch),
        size=layout.epochs * (2 * len(tabs) + 1) * CELL_SIZE,
        range=Area(1, 1, columns, layout.epoch.bottom).reference,
    )


def _write_margin(board: Board, layout: Layout, threshold: float) -> None:
    """What stands beside the rates: the labels, the note and the threshold."""
    board.put(1, 1, "hint", NOTE)
    for row, label in LABELS.items():
        board.put(row, 1, "compare label", label.format(error=layout.heading(layout.network.error)))
    board.put(THRESHOLD, START, "changeable", threshold)
    board.put(layout.header, 1, "compare header", "epoch")


def _write_column(board: Board, place: int, tab: Tab, came_to: list[float]) -> None:
    """One rate's part of the summary, and its column's name."""
    first, last, ratio, under = came_to
    column, top, bottom = letters(place), tab.layout.epoch.top, tab.layout.epoch.bottom
    errors, epochs = f"{column}{top}:{column}{bottom}", f"$A{top}:$A{bottom}"
    # SUMPRODUCT has its argument worked out cell by cell in every program.
    search = f"SUMPRODUCT(MIN({epochs}+1E9*({errors}>={LIMIT})))"
    formulas = [
        (FIRST, "error", f"{column}{top}", first),
        (LAST, "error", f"{column}{bottom}", last),
        (RATIO, "ratio", f'IF({column}{FIRST}=0,"",{column}{LAST}/{column}{FIRST})', ratio),
        (UNDER, "epoch", f'IF(ISNUMBER({LIMIT}),IF(MIN({errors})<{LIMIT},{search},""),"")', under),
    ]
    board.put(RATE, place, "changeable", tab.layout.network.eta)
    for row, style, formula, value in formulas:
        board.formula(row, place, f"compare {style}", formula, "" if isnan(value) else value)
    name = f'"η = "&{column}{RATE}'
    board.formula(tab.layout.header, place, "compare header", name, tab.name)


def _helper(tabs: Sequence[Tab]) -> int:
    """The first column of the errors without those that are 0, which a logarithmic axis has not."""
    return max(START + len(tabs), LOGARITHMIC.right + 1) + 1


def _add_charts(sheet: Worksheet, tabs: Sequence[Tab], widths: list[int]) -> None:
    """The errors on a linear axis, and those above 0 on a logarithmic one."""
    for title, first, area in (
        ("LOSS", START, LINEAR),
        ("LOSS, logarithmic", _helper(tabs), LOGARITHMIC),
    ):
        curves = [_curve(place, tab, first, len(tabs)) for place, tab in enumerate(tabs)]
        chart = comparison_chart(title, curves, logarithmic=area is LOGARITHMIC)
        page.place(sheet, chart, area, widths[area.right - 1])


def _curve(place: int, tab: Tab, first: int, count: int) -> Curve:
    layout, column = tab.layout, first + place
    return Curve(
        name=f"{TITLE}!${letters(START + place)}${layout.header}",
        epochs=f"{TITLE}!{Area(1, layout.first, 1, layout.epoch.bottom).absolute}",
        cells=f"{TITLE}!{Area(column, layout.first, column, layout.epoch.bottom).absolute}",
        errors=tab.errors,
        stroke=strokes(count)[place],
        called=tab.name,
    )


def _rows(tabs: Sequence[Tab], styles: dict[str, int], watch: Watch) -> Iterator[str]:
    """The table: the epoch, each tab's error by reference, and again those above 0.

    Every tab has an epoch in the same row, so each cell refers to its own row. The formulas are
    written in full: a shared formula cannot refer to another sheet.
    """
    layout = tabs[0].layout
    total = letters(layout.errors.left)
    sources = [escape(f"'{tab.title}'!{total}", quote=False) for tab in tabs]
    errors = list(zip(*(tab.errors for tab in tabs), strict=True))
    starts = range(0, layout.epochs, CHUNK)
    for start in watch(starts, len(starts), "comparing"):
        yield "".join(
            _row(layout.first + epoch, epoch, sources, errors[epoch], styles, _helper(tabs))
            for epoch in range(start, min(start + CHUNK, layout.epochs))
        )


def _row(
    row: int,
    epoch: int,
    sources: list[str],
    errors: tuple[float, ...],
    styles: dict[str, int],
    helper: int,
) -> str:
    counter = f"<f>A{row - 1}+1</f>" if epoch else ""
    cells = [f'<c r="A{row}" s="{styles["epoch"]}">{counter}<v>{epoch}</v></c>']
    for place, (source, error) in enumerate(zip(sources, errors, strict=True)):
        cell = f'{letters(START + place)}{row}" s="{styles["error"]}"'
        cells.append(f'<c r="{cell}><f>{source}{row}</f><v>{error!r}</v></c>')
    for place, error in enumerate(errors):
        shown, kind = (repr(error), "") if error > 0 else ("#N/A", ' t="e"')
        origin = f"{letters(START + place)}{row}"
        cell = f'{letters(helper + place)}{row}" s="{styles["helper"]}"{kind}'
        formula = f"<f>IF({origin}&gt;0,{origin},NA())</f>"
        cells.append(f'<c r="{cell}>{formula}<v>{shown}</v></c>')
    return f'<row r="{row}">{"".join(cells)}</row>'
