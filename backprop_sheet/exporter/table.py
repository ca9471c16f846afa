"""The long table as XML, streamed: each cell has its formula and its value.

A column with the same formula in every row is written as a shared formula, as spreadsheet programs
save a column that is filled down. The XML is plain text, made without a spreadsheet library.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from html import escape

import orjson
import pandas as pd

from backprop_sheet.exporter.blanks import NOTHING, Blanks
from backprop_sheet.exporter.formulas import (
    ABOVE,
    ROW,
    Content,
    formula_template,
    with_row_numbers,
)
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.network import Kind, Network, RowKind
from backprop_sheet.ooxml.addresses import Area, letters
from backprop_sheet.progress import Watch

CHUNK = 100
"""Rows written at a time: few enough to need little memory, many enough to be fast."""
CELL_SIZE = 70
"""The most bytes of XML for a cell."""
GIVEN, EPOCH, BLANK = "given", "epoch", "blank"
"""Styles of the table besides those of the kinds of quantities. Without that of `GIVEN`, given
numbers look as they do in the rows below."""
ERROR = re.compile(r"(<c [^>]*)(>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)<v>#)")
"""A cell whose value is an error, such as #DIV/0!: its type has to say so."""

Styles = Mapping[str, int]
"""The number of the style for each kind of quantity, for `GIVEN`, `EPOCH` and `BLANK`."""


class Values:
    """What the cells of a table show."""

    def __init__(
        self,
        network: Network,
        frame: pd.DataFrame,
        contents: Sequence[Sequence[Content]] | None = None,
    ) -> None:
        """Show the numbers of a training, or the contents of a table in which cells are blank."""
        self._network, self._frame, self._contents = network, frame, contents

    def column(self, name: str) -> list[Content]:
        """What the cells of a column show."""
        if self._contents is None:
            found: list[Content] = self._frame[self._network.label(name)].tolist()
            return found
        place = self._network.columns.index(name)
        return [row[place] for row in self._contents]

    def texts(self, start: int, stop: int) -> Iterator[Sequence[str]]:
        """Some rows, each cell as text; empty for a blank one."""
        if self._contents is not None:
            for row in self._contents[start:stop]:
                yield ["" if content is None else str(content) for content in row]
            return
        block = self._frame.to_numpy(dtype=float)[start:stop].copy(order="C")
        digits = orjson.dumps(block, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        yield from (row.split(",") for row in digits[2:-2].split("],["))


def no_more(_: int) -> str:
    """No cells to the right."""
    return ""


def rows(
    layout: Layout,
    values: Values,
    styles: Styles,
    watch: Watch,
    blanks: Blanks = NOTHING,
    beside: Callable[[int], str] = no_more,
) -> Iterator[str]:
    """The XML of the table's rows, in chunks of several rows.

    Args:
        layout: the network and the positions of its cells.
        values: the values of the cells.
        styles: the styles of the cells.
        watch: shows the progress.
        blanks: which cells are blank.
        beside: the XML of more cells in a row of the sheet, to the right of all others.
    """
    samples = len(layout.network.samples)
    templates = _Templates(layout, styles, blanks)
    epochs = _cells_beside(layout, values, styles)
    epochs_first = layout.epoch_column.left < layout.table_area.left
    starts = range(0, layout.rows, CHUNK)
    for start in watch(starts, len(starts), "writing"):
        lines = []
        for row, texts in enumerate(values.texts(start, start + CHUNK), start=start):
            number = layout.first_row + row
            cells, epoch = templates.for_row(row) % tuple(texts), next(epochs, "")
            cells = (epoch + cells if epochs_first else cells + epoch) + beside(number)
            line = with_row_numbers(f'<row r="{ROW}">{cells}</row>', number, samples)
            lines.append(ERROR.sub(r'\1 t="e"\2', line) if "<v>#" in line else line)
        yield "".join(lines)


def estimated_size(layout: Layout) -> int:
    """An estimate of the bytes of all rows."""
    return layout.rows * len(layout.columns) * CELL_SIZE


class _Templates:
    """Templates for the XML of rows, with placeholders for values and for row numbers.

    Rows of one kind have the same template, except where a shared formula begins: there the row
    states the formula, and the rows below refer to it.
    """

    def __init__(self, layout: Layout, styles: Styles, blanks: Blanks) -> None:
        self._layout, self._styles, self._blanks = layout, styles, blanks
        self._rules = layout.network.rules
        self._formula = cache(partial(formula_template, layout))
        self._shared = {name: self._shared_from(name) for name in layout.columns}
        self._starts = sorted({start for start in self._shared.values() if start is not None})
        self._last_start = max([*self._starts, blanks.from_row], default=-1)
        self._settled: dict[int, str] = {}
        self._made: dict[tuple[RowKind, int, bool, bool], str] = {}
        regular = self._rules.samples
        self._regular = [self._rules.kind(regular + row) for row in range(regular)]

    def for_row(self, row: int) -> str:
        """The template for a row, counted from 0."""
        if row <= self._last_start or row < self._rules.samples:
            return self._template(row)
        place = row % self._rules.samples  # from here on, every epoch has the same templates
        if place not in self._settled:
            self._settled[place] = self._template(row)
        return self._settled[place]

    def _template(self, row: int) -> str:
        samples = self._rules.samples
        kind = self._rules.kind(row) if row < samples else self._regular[row % samples]
        begun = bisect_right(self._starts, row)
        begins = begun > 0 and self._starts[begun - 1] == row
        key = (kind, begun, begins, row >= self._blanks.from_row)
        if key not in self._made:
            self._made[key] = "".join(self._cell(name, kind, row) for name in self._layout.columns)
        return self._made[key]

    def _shared_from(self, name: str) -> int | None:
        """The row from which a column has the same formula to the end; None if there is none."""
        usual = {self._formula(name, kind) for kind in self._rules.regular}
        text = usual.pop()
        if usual or text is None:
            return None
        last = {self._rules.kind(row): row for row in range(self._rules.samples)}
        other = [row for kind, row in last.items() if self._formula(name, kind) != text]
        return max(other, default=-1) + 1

    def _cell(self, name: str, kind: RowKind, row: int) -> str:
        text, column = self._formula(name, kind), self._layout.columns[name]
        own = self._styles[self._layout.network.quantities[name].kind]
        if text is None:
            changeable = self._layout.network.quantities[name].kind is not Kind.COUNTER
            return _cell(column, self._styles.get(GIVEN, own) if changeable else own, "")
        if self._blanks.is_blank(self._rules, name, row):
            return f'<c r="{letters(column)}{ROW}" s="{self._styles[BLANK]}"/>%.0s'
        if self._blanks.is_shown(name, row):
            return _cell(column, own, "")
        start = self._shared[name]
        if start is None or row < start:
            return _cell(column, own, f"<f>{_escaped(text)}</f>")
        if row > start:
            return _cell(column, own, _shared_reference(column))
        area = Area(column, self._layout.first_row + row, column, self._layout.last_row)
        return _cell(column, own, _shared(area, text))


def _cells_beside(layout: Layout, values: Values, styles: Styles) -> Iterator[str]:
    """The cells beside the table: the epoch, and what is repeated for it."""
    column, style, area = layout.epoch_column.left, styles[EPOCH], layout.epoch_column
    below = Area(area.left, area.top + 1, area.right, area.bottom)
    counting = ["", _shared(below, f"{letters(column)}{ABOVE}+1"), _shared_reference(column)]
    samples = len(layout.network.samples)
    repeated, numbers = "", []
    for name, place in layout.of_epochs.items():
        formula = f"INDEX({layout.column(name).absolute},({letters(column)}{ROW}+1)*{samples})"
        kind = layout.network.quantities[name].kind
        repeated += _cell(place.left, styles[kind], f"<f>{formula}</f>")
        contents = values.column(name)[samples - 1 :: samples]
        numbers.append([0 if content is None else content for content in contents])
    of_epochs = zip(*numbers, strict=True)
    for epoch in range(layout.epochs):
        cells = _cell(column, style, counting[min(epoch, 2)]) % epoch
        yield cells + repeated % next(of_epochs, ())


def _cell(column: int, style: int, formula: str) -> str:
    return f'<c r="{letters(column)}{ROW}" s="{style}">{formula}<v>%s</v></c>'


def _shared(area: Area, formula: str) -> str:
    """A shared formula in the first cell of its area."""
    return f'<f t="shared" ref="{area.reference}" si="{area.left}">{_escaped(formula)}</f>'


def _escaped(formula: str) -> str:
    return escape(formula).replace("%", "%%")


def _shared_reference(column: int) -> str:
    """The shared formula in a cell below the first."""
    return f'<f t="shared" si="{column}"/>'
