"""The tab Compare: all learning rates side by side, driving the tabs behind it.

Row 35 is the header and row 36 epoch 0, as in every tab; above stand the rates, what they came
to, and the charts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.chart import Curve, comparison_chart
from backprop_sheet.exporter.layout import Area, Layout, letters
from backprop_sheet.exporter.look import style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.table import CELL_SIZE, CHUNK
from backprop_sheet.network import TOTAL
from backprop_sheet.palette import strokes
from backprop_sheet.progress import Watch

TITLE = "Compare"
NOTE = "The learning rates and the threshold may be changed: tabs, columns and charts follow."
RATE, FIRST, LAST, RATIO, THRESHOLD, UNDER = range(3, 9)
"""The rows of the summary."""
LABELS = {
    RATE: "learning rate η",
    FIRST: "E_tot at the first epoch",
    LAST: "E_tot at the last epoch",
    RATIO: "last / first",
    THRESHOLD: "threshold",
    UNDER: "first epoch under it (blank: never)",
}
START = 2
"""The column of the first rate."""
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
        numbers: list[float] = self.frame[TOTAL].tolist()
        return numbers

    @property
    def name(self) -> str:
        """What its column and its curve are called."""
        return f"η = {_general(self.layout.network.eta)}"


@dataclass(frozen=True)
class Entry:
    """A cell above the table: its style, a text, number or formula, and what that gives."""

    cell: str
    style: str
    content: float | str
    value: float | str


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
    layout = tabs[0].layout
    columns = max(START + len(tabs) - 1, LOGARITHMIC.right)
    widths = [LABEL_WIDTH] + [RATE_WIDTH] * (columns - 1)
    page.set_up(sheet, widths, layout.header)
    entries = [*_margin(layout, threshold)]
    for place, tab in enumerate(tabs):
        entries += _column(place, tab, summary.iloc[place].tolist())
    for entry in entries:
        sheet[entry.cell] = entry.content
        sheet[entry.cell].style = entry.style
    rates = [f"{letters(START + place)}{RATE}" for place in range(len(tabs))]
    page.admit_positive(sheet, rates, "Learning rate η", "its tab, column and curve follow.")
    page.admit_positive(sheet, [_threshold()], "Threshold", "the line above follows.")
    _add_charts(sheet, tabs, widths)
    return Additions(
        values={entry.cell: entry.value for entry in entries if entry.value != entry.content}
        | {_threshold(): threshold},
        rows=_rows(sheet, tabs, watch),
        size=layout.epochs * (len(tabs) + 1) * CELL_SIZE,
        range=Area(1, 1, columns, layout.last).reference,
    )


def _threshold() -> str:
    return f"{letters(START)}{THRESHOLD}"


def _margin(layout: Layout, threshold: float) -> Iterator[Entry]:
    """What stands beside the rates: the labels, the note and the threshold."""
    yield Entry("A1", "hint", NOTE, NOTE)
    for row, label in LABELS.items():
        yield Entry(f"A{row}", "compare label", label, label)
    yield Entry(_threshold(), "changeable", threshold, threshold)
    yield Entry(f"A{layout.header}", "compare header", "epoch", "epoch")


def _column(place: int, tab: Tab, came_to: list[float]) -> Iterator[Entry]:
    """One rate's part of the summary, and its column's name."""
    first, last, ratio, under = came_to
    column, top, bottom = letters(START + place), tab.layout.first, tab.layout.last
    errors, epochs = f"{column}{top}:{column}{bottom}", f"$A{top}:$A{bottom}"
    limit = f"${letters(START)}${THRESHOLD}"
    # SUMPRODUCT has its argument worked out cell by cell in every program.
    search = f"SUMPRODUCT(MIN({epochs}+1E9*({errors}>={limit})))"
    eta = tab.layout.network.eta
    yield Entry(f"{column}{RATE}", "changeable", eta, eta)
    formulas = [
        (FIRST, "error", f"={column}{top}", first),
        (LAST, "error", f"={column}{bottom}", last),
        (RATIO, "ratio", f'=IF({column}{FIRST}=0,"",{column}{LAST}/{column}{FIRST})', ratio),
        (UNDER, "epoch", f'=IF(MIN({errors})<{limit},{search},"")', under),
    ]
    for row, style, formula, value in formulas:
        known = "" if value != value else value  # noqa: PLR0124 - NaN stands for a blank
        yield Entry(f"{column}{row}", f"compare {style}", formula, known)
    yield Entry(
        f"{column}{tab.layout.header}", "compare header", f'="η = "&{column}{RATE}', tab.name
    )


def _add_charts(sheet: Worksheet, tabs: Sequence[Tab], widths: list[int]) -> None:
    layout, curves = tabs[0].layout, []
    for place, (tab, stroke) in enumerate(zip(tabs, strokes(len(tabs)), strict=True)):
        column = START + place
        cells = Area(column, layout.first, column, layout.last).absolute
        epochs = Area(1, layout.first, 1, layout.last).absolute
        curves.append(
            Curve(
                name=f"{TITLE}!${letters(column)}${layout.header}",
                epochs=f"{TITLE}!{epochs}",
                cells=f"{TITLE}!{cells}",
                errors=tab.errors,
                stroke=stroke,
                called=tab.name,
            )
        )
    linear = comparison_chart("LOSS", curves, logarithmic=False)
    page.place(sheet, linear, LINEAR, widths[LINEAR.right - 1])
    logarithmic = comparison_chart("LOSS, logarithmic", curves, logarithmic=True)
    page.place(sheet, logarithmic, LOGARITHMIC, widths[LOGARITHMIC.right - 1])


def _rows(sheet: Worksheet, tabs: Sequence[Tab], watch: Watch) -> Iterator[str]:
    """The table: the epoch, and each tab's error by reference, with their values.

    Every tab has an epoch in the same row, so each cell refers to its own row. The formulas are
    written in full: a shared formula cannot refer to another sheet.
    """
    layout = tabs[0].layout
    counter, plain = style_index(sheet, "compare epoch"), style_index(sheet, "compare error")
    total = letters(layout.columns[TOTAL])
    cells = [f'<c r="A{{0}}" s="{counter}">{{1}}<v>{{2}}</v></c>']
    for place, tab in enumerate(tabs):
        formula = escape(f"'{tab.title}'!{total}", quote=False)
        cell = f'<c r="{letters(START + place)}{{0}}" s="{plain}">'
        cells.append(f"{cell}<f>{formula}{{0}}</f><v>{{{place + 3}!r}}</v></c>")
    template = f'<row r="{{0}}">{"".join(cells)}</row>'
    errors = list(zip(*(tab.errors for tab in tabs), strict=True))
    starts = range(0, layout.epochs, CHUNK)
    for start in watch(starts, len(starts), "comparing"):
        yield "".join(
            template.format(
                layout.first + epoch,
                f"<f>A{layout.first + epoch - 1}+1</f>" if epoch else "",
                epoch,
                *errors[epoch],
            )
            for epoch in range(start, min(start + CHUNK, layout.epochs))
        )


def _general(number: float) -> str:
    """A number as a spreadsheet joins it to a text."""
    return f"{number:.15g}".upper()
