"""The tab Compare: all learning rates side by side. The other tabs take their rates from it.

Rates, summary, charts and the first rows of the table are on the first screen. The rates stay in
sight above their columns, and the epochs beside their rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import isnan

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page, printing
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.chart import Curve, comparison_chart
from backprop_sheet.exporter.layout import Layout, number_text
from backprop_sheet.exporter.look import style_index
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.table import CELL_SIZE, CHUNK
from backprop_sheet.ooxml.addresses import Area, address, letters
from backprop_sheet.palette import strokes
from backprop_sheet.progress import Watch
from backprop_sheet.tabulator import accuracies_of, errors_of

TITLE = "Compare"
NOTE = "The learning rates and the threshold may be changed: tabs, columns and charts follow."
RATE, FIRST, LAST, RATIO, THRESHOLD, UNDER, RIGHT = range(3, 10)
"""The rows of the summary."""
LABELS = {
    RATE: "learning rate η",
    FIRST: "{error} at the first epoch",
    LAST: "{error} at the last epoch",
    RATIO: "last / first",
    THRESHOLD: "threshold",
    UNDER: "first epoch under it (blank: never)",
    RIGHT: "accuracy at the last epoch",
}
HELPERS_NOTE = "the same without errors that are 0, for the logarithmic chart"
UNDER_NOTE = "epochs under the threshold"
FIRST_RATE = 2
"""The column of the first rate."""
THRESHOLD_CELL = f"${letters(FIRST_RATE)}${THRESHOLD}"
"""The cell of the threshold."""
LABEL_WIDTH, RATE_WIDTH = 236, 96
LINEAR, LOGARITHMIC = Area(2, 10, 6, 22), Area(7, 10, 11, 22)
"""The areas of the charts: right of what is frozen, which would cut one that begins in it."""
HEADER = 23
"""The row of the table's header."""
TOP = HEADER + 1
"""The row of epoch 0."""
PAGES = "page &P of &N"
"""The page and how many there are; printed as a whole, the tabs of the rates follow."""


@dataclass(frozen=True)
class Tab:
    """The tab of one learning rate: its title, its layout and its training."""

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
        """The name of its column and its curve."""
        return f"η = {number_text(self.layout.network.eta)}"


def rate_formula(number: int) -> str:
    """The formula that gives a tab its learning rate; tabs are counted from 0."""
    return f"={TITLE}!${letters(FIRST_RATE + number)}${RATE}"


def lay_out(
    sheet: Worksheet, tabs: Sequence[Tab], summary: pd.DataFrame, threshold: float, watch: Watch
) -> Additions:
    """Lay out the tab.

    Args:
        sheet: the sheet to fill.
        tabs: the tabs of the learning rates in order, all with the same number of epochs.
        summary: the summary by `summarise` for this threshold.
        threshold: the error for the last line of the summary.
        watch: shows the progress.

    Returns:
        What the package adds to the sheet when it is saved.
    """
    layout, cells = tabs[0].layout, Cells(sheet)
    columns = _first_under(tabs) + len(tabs) - 1
    widths = [LABEL_WIDTH] + [RATE_WIDTH] * (columns - 1)
    page.set_up(sheet, widths, 0)
    sheet.print_title_rows = f"{HEADER}:{HEADER}"
    right = max(LOGARITHMIC.right, FIRST_RATE + len(tabs) - 1)
    area = Area(1, 1, right, HEADER + layout.epochs)
    wide = printing.Wide(area, widths[:right], 1, LOGARITHMIC.right, TOP, right)
    printed = printing.over_pages(sheet, wide)
    sheet.oddFooter.right.text = PAGES
    sheet.freeze_panes = address(RATE + 1, FIRST_RATE)
    cells.write(1, 1, "hint", f"{NOTE} {printed}".rstrip())
    _write_labels(cells, layout, threshold)
    for number, tab in enumerate(tabs):
        places = FIRST_RATE + number, _first_under(tabs) + number
        _write_column(cells, *places, tab, summary.iloc[number].tolist())
    cells.write(HEADER, _first_helper(tabs), "hint", HELPERS_NOTE)
    cells.write(HEADER, _first_under(tabs), "hint", UNDER_NOTE)
    rates = [f"{letters(FIRST_RATE + number)}{RATE}" for number in range(len(tabs))]
    page.accept_positive(sheet, rates, "Learning rate η", "its tab, column and curve follow.")
    page.accept_positive(
        sheet, [THRESHOLD_CELL.replace("$", "")], "Threshold", "the line below follows."
    )
    _add_charts(sheet, tabs, widths)
    # Rows are written after openpyxl has saved the styles, so their numbers are looked up now.
    styles = {n: style_index(sheet, f"compare {n}") for n in ("epoch", "error", "helper")}
    return Additions(
        cells=cells.entries,
        rows=_rows(tabs, styles, threshold, watch),
        size=layout.epochs * (3 * len(tabs) + 1) * CELL_SIZE,
        range=Area(1, 1, columns, HEADER + layout.epochs).reference,
    )


def _write_labels(cells: Cells, layout: Layout, threshold: float) -> None:
    """Write the labels of the summary, and the threshold."""
    for row, label in LABELS.items():
        if row == RIGHT and layout.accuracy_chart is None:
            continue
        cells.write(
            row, 1, "compare label", label.format(error=layout.network.label(layout.network.error))
        )
    cells.write(THRESHOLD, FIRST_RATE, "changeable", threshold)
    cells.write(HEADER, 1, "compare header", "epoch")


def _write_column(cells: Cells, place: int, under: int, tab: Tab, summary: list[float]) -> None:
    """Write one rate's part of the summary, and the name of its column.

    Args:
        cells: the tab's.
        place: the column of its errors.
        under: the column of its epochs under the threshold.
        tab: its tab.
        summary: its row of the summary.
    """
    first, last, ratio, first_under = summary
    column, top, bottom = letters(place), TOP, HEADER + tab.layout.epochs
    epochs = Area(under, top, under, bottom).reference
    search = f'IF(COUNT({epochs})=0,"",MIN({epochs}))'
    formulas = [
        (FIRST, "error", f"{column}{top}", first),
        (LAST, "error", f"{column}{bottom}", last),
        (RATIO, "ratio", f'IF({column}{FIRST}=0,"",{column}{LAST}/{column}{FIRST})', ratio),
        (UNDER, "epoch", f'IF(ISNUMBER({THRESHOLD_CELL}),{search},"")', first_under),
    ]
    cells.write(RATE, place, "changeable", tab.layout.network.eta)
    accuracies = accuracies_of(tab.frame)
    if accuracies is not None:
        area = tab.layout.accuracy_column
        formula = f"'{tab.title}'!{letters(area.left)}{area.bottom}"
        formulas.append((RIGHT, "ratio", formula, float(accuracies.iloc[-1])))
    for row, style, formula, value in formulas:
        cells.write_formula(row, place, f"compare {style}", formula, "" if isnan(value) else value)
    name = f'"η = "&{column}{RATE}'
    cells.write_formula(HEADER, place, "compare header", name, tab.name)


def _first_helper(tabs: Sequence[Tab]) -> int:
    """The first column of the errors for the logarithmic chart, which leave out errors of 0."""
    return max(FIRST_RATE + len(tabs), LOGARITHMIC.right + 1) + 1


def _first_under(tabs: Sequence[Tab]) -> int:
    """The first column of the epochs under the threshold.

    To search the errors in one formula takes array evaluation, which not every program has.
    """
    return _first_helper(tabs) + len(tabs) + 1


def _add_charts(sheet: Worksheet, tabs: Sequence[Tab], widths: list[int]) -> None:
    """Add a chart with a linear axis, and one with a logarithmic axis."""
    axis = tabs[0].layout.network.label(tabs[0].layout.network.error)
    for title, first, area in (
        ("ERROR", FIRST_RATE, LINEAR),
        ("ERROR, logarithmic", _first_helper(tabs), LOGARITHMIC),
    ):
        curves = [_curve(number, tab, first, len(tabs)) for number, tab in enumerate(tabs)]
        chart = comparison_chart(title, curves, axis, logarithmic=area is LOGARITHMIC)
        page.add_chart(sheet, chart, area, widths[area.right - 1])


def _curve(number: int, tab: Tab, first: int, count: int) -> Curve:
    column, top, bottom = first + number, TOP, HEADER + tab.layout.epochs
    return Curve(
        name_cell=f"{TITLE}!${letters(FIRST_RATE + number)}${HEADER}",
        epoch_cells=f"{TITLE}!{Area(1, top, 1, bottom).absolute}",
        cells=f"{TITLE}!{Area(column, top, column, bottom).absolute}",
        values=tab.errors,
        stroke=strokes(count)[number],
        name=tab.name,
    )


def _rows(
    tabs: Sequence[Tab], styles: dict[str, int], threshold: float, watch: Watch
) -> Iterator[str]:
    """The rows of the table: the epoch, each tab's error by reference, and two helpers of each.

    The helpers are the error if it is above 0, and the epoch if the error is under the threshold.

    Every formula is written in full, because a shared formula cannot refer to another sheet.
    """
    layout = tabs[0].layout
    total = letters(layout.error_column.left)
    sources = [escape(f"'{tab.title}'!{total}", quote=False) for tab in tabs]
    errors = list(zip(*(tab.errors for tab in tabs), strict=True))
    helpers = _first_helper(tabs), _first_under(tabs)
    starts = range(0, layout.epochs, CHUNK)
    for start in watch(starts, len(starts), "comparing"):
        yield "".join(
            _row(epoch, sources, layout.first_row, errors[epoch], styles)
            + _helpers(epoch, errors[epoch], styles, helpers, threshold)
            for epoch in range(start, min(start + CHUNK, layout.epochs))
        )


def _row(
    epoch: int, sources: list[str], first: int, errors: tuple[float, ...], styles: dict[str, int]
) -> str:
    """The first cells of a row: its epoch and the errors, from these columns of the other tabs.

    Epoch 0 is there in the row `first`.
    """
    row = TOP + epoch
    counter = f"<f>A{row - 1}+1</f>" if epoch else ""
    cells = [f'<c r="A{row}" s="{styles["epoch"]}">{counter}<v>{epoch}</v></c>']
    for number, (source, error) in enumerate(zip(sources, errors, strict=True)):
        cell = f'{letters(FIRST_RATE + number)}{row}" s="{styles["error"]}"'
        cells.append(f'<c r="{cell}><f>{source}{first + epoch}</f><v>{error!r}</v></c>')
    return f'<row r="{row}">{"".join(cells)}'


def _helpers(
    epoch: int,
    errors: tuple[float, ...],
    styles: dict[str, int],
    places: tuple[int, int],
    threshold: float,
) -> str:
    """The helpers of a row, and its end."""
    row, cells = TOP + epoch, []
    for number, error in enumerate(errors):
        shown, kind = (repr(error), "") if error > 0 else ("#N/A", ' t="e"')
        origin = f"{letters(FIRST_RATE + number)}{row}"
        cell = f'{letters(places[0] + number)}{row}" s="{styles["helper"]}"{kind}'
        formula = f"<f>IF({origin}&gt;0,{origin},NA())</f>"
        cells.append(f'<c r="{cell}>{formula}<v>{shown}</v></c>')
    for number, error in enumerate(errors):
        shown, kind = (str(epoch), "") if error < threshold else ("", ' t="str"')
        origin = f"{letters(FIRST_RATE + number)}{row}"
        cell = f'{letters(places[1] + number)}{row}" s="{styles["helper"]}"{kind}'
        formula = f'<f>IF({origin}&lt;{THRESHOLD_CELL},$A{row},"")</f>'
        cells.append(f'<c r="{cell}>{formula}<v>{shown}</v></c>')
    return f"{''.join(cells)}</row>"
