"""The long table as the XML of a sheet: every cell with its formula and its value, streamed.

A column that has the same formula all the way down is filled as one shared formula, as spreadsheet
programs save a filled column. Only text is put together here; no spreadsheet library takes part.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache, partial
from html import escape

import orjson
import pandas as pd

from backprop_sheet.exporter.layout import Layout
from backprop_sheet.formula import EXCEL, Name, Number, inline, spell
from backprop_sheet.network import Kind, RowKind
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.progress import Watch

CHUNK = 100
"""Rows written at a time: few enough to stay small, many enough to be quick."""
CELL_SIZE = 70
"""Bytes of XML that a cell takes, at most."""
ROW, ABOVE, CYCLE = "\0", "\1", "\2"
"""Stand in a template for the numbers of the row, of the one above, and of the same sample's row an
epoch before; no XML text can hold them."""

GIVEN, EPOCH = "given", "epoch"
"""Formats of the table beside those of the kinds of quantities."""

Styles = Mapping[str, int]
"""The number of the format of each kind of quantity, of `GIVEN` and of `EPOCH`."""


def rows(
    layout: Layout,
    frame: pd.DataFrame,
    styles: Styles,
    watch: Watch,
) -> Iterator[str]:
    """The rows of the table.

    Args:
        layout: where the cells stand, and of which network.
        frame: the value of each cell.
        styles: the formats of the cells.
        watch: looks on as the rows pass.
    """
    samples = len(layout.network.samples)
    templates = _Templates(layout, styles)
    beside = _beside(layout, frame, styles)
    numbers = frame.to_numpy(dtype=float)
    starts = range(0, len(frame), CHUNK)
    for start in watch(starts, len(starts), "writing"):
        lines = []
        block = numbers[start : start + CHUNK].copy(order="C")
        digits = orjson.dumps(block, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        for row, values in enumerate(digits[2:-2].split("],["), start=start):
            cells = templates.of(row) % tuple(values.split(",")) + next(beside, "")
            lines.append(_placed(f'<row r="{ROW}">{cells}</row>', layout.first + row, samples))
        yield "".join(lines)


def size(layout: Layout) -> int:
    """The bytes that the rows take, about."""
    return layout.rows * len(layout.columns) * CELL_SIZE


def _placed(text: str, row: int, samples: int) -> str:
    """A row's text with the numbers of the rows in it."""
    text = text.replace(ROW, str(row))
    if ABOVE in text:
        text = text.replace(ABOVE, str(row - 1))
    return text.replace(CYCLE, str(row - samples)) if CYCLE in text else text


class _Templates:
    """The cells of each row, with places for its values and the numbers of its rows.

    Rows of one kind have the same, but for the shared formulas: a column's first row that has one
    says what it is, and those below refer to it.
    """

    def __init__(self, layout: Layout, styles: Styles) -> None:
        self._layout, self._styles = layout, styles
        self._rules = layout.network.rules
        self._content = cache(partial(content, layout))
        self._shared = {name: self._shared_from(name) for name in layout.columns}
        self._starts = sorted({start for start in self._shared.values() if start is not None})
        self._made: dict[tuple[RowKind, int, bool], str] = {}
        regular = self._rules.samples
        self._regular = [self._rules.kind(regular + row) for row in range(regular)]

    def of(self, row: int) -> str:
        """The template of a row counted from 0."""
        samples = self._rules.samples
        kind = self._rules.kind(row) if row < samples else self._regular[row % samples]
        begun = bisect_right(self._starts, row)
        begins = begun > 0 and self._starts[begun - 1] == row
        key = (kind, begun, begins)
        if key not in self._made:
            self._made[key] = "".join(self._cell(name, kind, row) for name in self._layout.columns)
        return self._made[key]

    def _shared_from(self, name: str) -> int | None:
        """The row from which on a column has one formula in every row; None if it never has."""
        usual = {self._content(name, kind) for kind in self._rules.regular}
        text = usual.pop()
        if usual or text is None:
            return None
        last = {self._rules.kind(row): row for row in range(self._rules.samples)}
        other = [row for kind, row in last.items() if self._content(name, kind) != text]
        return max(other, default=-1) + 1

    def _cell(self, name: str, kind: RowKind, row: int) -> str:
        text, column = self._content(name, kind), self._layout.columns[name]
        if text is None:
            return _cell(column, self._styles[GIVEN], "")
        style = self._styles[self._layout.network.quantities[name].kind]
        start = self._shared[name]
        if start is None or row < start:
            return _cell(column, style, f"<f>{_escaped(text)}</f>")
        if row > start:
            return _cell(column, style, _filled(column))
        area = Area(column, self._layout.first + row, column, self._layout.last)
        return _cell(column, style, _shared(area, text))


def _beside(layout: Layout, frame: pd.DataFrame, styles: Styles) -> Iterator[str]:
    """The cells right of the table: the epoch, and of several samples its error."""
    column, style = layout.epoch.left, styles[EPOCH]
    area, error = layout.epoch, ""
    below = Area(area.left, area.top + 1, area.right, area.bottom)
    counting = ["", _shared(below, f"{letters(column)}{ABOVE}+1"), _filled(column)]
    samples = len(layout.network.samples)
    if samples > 1:
        means = layout.column(layout.network.error).absolute
        formula = f"<f>INDEX({means},({letters(column)}{ROW}+1)*{samples})</f>"
        error = _cell(layout.errors.left, styles[Kind.TOTAL], formula)
        errors = frame[layout.network.error].to_numpy()[samples - 1 :: samples].tolist()
    for epoch in range(layout.epochs):
        cells = _cell(column, style, counting[min(epoch, 2)]) % epoch
        yield cells + (error % errors[epoch] if error else "")


def _cell(column: int, style: int, formula: str) -> str:
    return f'<c r="{letters(column)}{ROW}" s="{style}">{formula}<v>%s</v></c>'


def _shared(area: Area, formula: str) -> str:
    """The formula in the cell from which the rest of the column takes it."""
    return f'<f t="shared" ref="{area.reference}" si="{area.left}">{_escaped(formula)}</f>'


def _escaped(formula: str) -> str:
    return escape(formula).replace("%", "%%")


def _filled(column: int) -> str:
    """The formula that the cell above it has, moved on by a row."""
    return f'<f t="shared" si="{column}"/>'


def formula_in(layout: Layout, name: str, row: int) -> str:
    """The formula of a quantity's cell: `row` is below the first for a given one."""
    text = content(layout, name, layout.network.rules.kind(row - layout.first))
    return _placed(text or "", row, len(layout.network.samples))


def content(layout: Layout, name: str, kind: RowKind) -> str | None:
    """The formula of a quantity in rows of a kind; None where a number stands."""
    network = layout.network
    rule = network.rules.at(name, kind)
    if rule is None or isinstance(rule.tree, Number):
        return None
    marks = {0: ROW, 1: ABOVE, len(network.samples): CYCLE}

    def cell(leaf: Name) -> str:
        return layout.cell(leaf.id, marks[leaf.up])

    # Partials that have no column are written out.
    return spell(inline(rule.whole, network.partials), EXCEL, cell)
