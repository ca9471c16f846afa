"""Tables of any kind → a workbook with a tab for each: numbers, texts, formulas with their values.

Knows nothing of networks. Heads stay in sight and are repeated on every printed page; columns are
as wide as their texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import NamedTuple

from openpyxl.cell import Cell
from openpyxl.formatting.rule import ColorScaleRule, DataBarRule
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.exporter.lettering import text_width
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.package import Additions, save
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.palette import ABOVE, BELOW, ZERO

HEAD = 3
"""The row of the heads; above it are the tab's note and a blank row."""
FIRST = HEAD + 1
"""The first row of a tab's rows."""
NARROWEST, WIDEST = 48, 460
"""The width of a column in pixels. Longer texts are broken into lines."""
PER_CHARACTER, PADDING = 6.9, 24
"""Pixels that a character of the standard font takes on average, and those beside a text."""
ARROW = 18
"""The width of the button of a filter, in pixels."""
LINE = 15.0
"""Points of a line of text."""
MOST_LINES = 25
"""Lines of the highest row: Excel takes 409 points."""
HEAD_LINES = 3
"""Lines that a head is broken into at most, where its column needs no more room."""
ROWS_OF_PAGE = 40
"""Rows of a printed page at least; a last page with fewer is spread over the others."""
USUAL = 64
"""The width of a column that is not set, in pixels."""


class Formula(NamedTuple):
    """A formula without its equals sign, and its value."""

    text: str
    value: float | str


Content = float | str | None | Formula
"""What a cell holds; None leaves it empty."""


@dataclass(frozen=True)
class Tab:
    """A table with a tab of its own.

    Attributes:
        title: the tab's.
        note: what stands above the table.
        heads: the names of its columns.
        rows: its rows, the first in row `FIRST`.
        frozen: columns on the left that stay in sight.
        formats: the number format of a column, by its number from 0.
        bars: columns with a bar behind each number, from 0 to the number given here.
        totals: whether the last row has what the others come to, and no bars.
        heat: cells that are coloured by their number, 0 white.
        filtered: whether the heads offer to sort and filter.
    """

    title: str
    note: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Content]]
    frozen: int = 1
    formats: Mapping[int, str] = field(default_factory=dict)
    bars: Mapping[int, float] = field(default_factory=dict)
    totals: bool = False
    heat: Area | None = None
    filtered: bool = False

    @property
    def last(self) -> int:
        """The last row of the tab."""
        return HEAD + len(self.rows)


def write_tables(tabs: Sequence[Tab], path: Path, *, force: bool = False) -> None:
    """Write a workbook with a tab for each table.

    Args:
        tabs: the tables, each with a title of its own.
        path: the file to write.
        force: whether to replace a workbook that somebody has edited, or that seems to be open.

    Raises:
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    look, additions = Look(), {}
    for tab in tabs:
        sheet = look.workbook.create_sheet(tab.title)
        additions[tab.title] = _lay_out(sheet, tab)
        if not tab.rows and any(one.rows for one in tabs):
            sheet.sheet_state = "hidden"  # it would be printed as an empty page
    save(look.workbook, path, additions, force=force)


def _lay_out(sheet: Worksheet, tab: Tab) -> Additions:
    """Fill the sheet of a table."""
    widths = [_width(tab, column) for column in range(len(tab.heads))]
    page.set_up(sheet, widths, HEAD)
    sheet.freeze_panes = f"{letters(tab.frozen + 1)}{FIRST}"
    note = sheet.cell(1, 1)
    page.set_value(note, tab.note)
    note.style = "hint"
    texts = {column for column in range(len(tab.heads)) if _is_text(tab, column)}
    for column, name in enumerate(tab.heads):
        head = sheet.cell(HEAD, column + 1)
        page.set_value(head, name)
        head.style = "step header" if column in texts else "compare header"
        side = "left" if column in texts else "right"
        head.alignment = Alignment(
            horizontal=side, vertical="bottom", wrap_text=True, indent=side == "left"
        )
    high = max(_lines(head, width) for head, width in zip(tab.heads, widths, strict=True))
    sheet.row_dimensions[HEAD].height = LINE * high + 3
    values: dict[str, float | str] = {}
    for row, contents in enumerate(tab.rows, start=FIRST):
        for column, content in enumerate(contents):
            if content is not None:
                _fill(sheet.cell(row, column + 1), content, tab.formats.get(column), values)
        lines = max((_lines(c, w) for c, w in zip(contents, widths, strict=False)), default=1)
        if lines > 1:
            sheet.row_dimensions[row].height = LINE * min(lines, MOST_LINES)
    _color(sheet, tab)
    # A note that is longer than the table is wide takes more columns: print would cut it.
    more = ceil(max(0.0, len(tab.note) * PER_CHARACTER - sum(widths)) / USUAL)
    sheet.print_area = Area(1, 1, len(tab.heads) + more, max(tab.last, HEAD)).reference
    sheet.page_setup.fitToHeight = max(1, tab.last // ROWS_OF_PAGE)  # no page with few rows
    if tab.filtered and tab.rows:
        sheet.auto_filter.ref = Area(1, HEAD, len(tab.heads), tab.last).reference
    return Additions(values=values)


def _fill(
    cell: Cell, content: float | str | Formula, form: str | None, values: dict[str, float | str]
) -> None:
    """Write a cell, and note the value of its formula."""
    shown = content.value if isinstance(content, Formula) else content
    if isinstance(content, Formula):
        cell.value = f"={content.text}"
        values[cell.coordinate] = content.value
    else:
        page.set_value(cell, content)
    cell.style = "step label" if isinstance(shown, str) and shown else "compare epoch"
    if isinstance(shown, str) and not isinstance(content, Formula):
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
    else:
        cell.alignment = Alignment(horizontal="right", vertical="top")
        if form:
            cell.number_format = form


def _color(sheet: Worksheet, tab: Tab) -> None:
    """Add bars behind numbers, and colours by numbers."""
    last = max(FIRST, tab.last - tab.totals)
    for column, most in tab.bars.items():
        rule = DataBarRule("num", 0, "num", most, color=f"FF{ABOVE}", minLength=0, maxLength=100)
        sheet.conditional_formatting.add(Area(column + 1, FIRST, column + 1, last).reference, rule)
    if tab.heat:
        scale = ColorScaleRule(
            start_type="num", start_value=0, start_color=f"FF{ZERO}",
            end_type="max", end_color=f"FF{BELOW}",
        )  # fmt: skip
        sheet.conditional_formatting.add(tab.heat.reference, scale)


def _is_text(tab: Tab, column: int) -> bool:
    """Whether a column holds texts, so that its head stands on the left."""
    first = next((row[column] for row in tab.rows if row[column] is not None), "")
    return isinstance(first, str)


def _width(tab: Tab, column: int) -> int:
    """The width of a column in pixels, from its texts."""
    head = tab.heads[column]
    arrow = ARROW if tab.filtered else 0
    words = max(map(len, head.split()), default=0)
    heads = max(words * PER_CHARACTER + arrow, 1.2 * len(head) / HEAD_LINES * PER_CHARACTER)
    rows = (_needs(_text(row[column], tab, column)) for row in tab.rows)
    width = min(WIDEST, max(NARROWEST, max([heads, *rows]) + PADDING))
    whole = text_width(head, bold=True)
    if tab.filtered and whole < width:  # no program breaks the head, and the button would cover it
        width = max(width, whole + arrow + PADDING)
    return round(width)


def _needs(text: str) -> float:
    return len(text) * PER_CHARACTER


def _text(content: Content, tab: Tab, column: int) -> str:
    """About what a cell shows."""
    value = content.value if isinstance(content, Formula) else content
    if isinstance(value, float) and column in tab.formats:
        return f"{value:.2f}"
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _lines(content: Content, width: int) -> int:
    """Lines that a text takes in a column of some width."""
    if not isinstance(content, str):
        return 1
    room = max(1.0, (width - PADDING / 2) / PER_CHARACTER)
    return sum(max(1, ceil(len(line) / room)) for line in content.split("\n"))
