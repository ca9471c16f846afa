"""The long table as the XML of a sheet: every cell with its formula and its value, streamed.

A column that has the same formula all the way down is filled as one shared formula, as spreadsheet
programs save a filled column. Only text is put together here; no spreadsheet library takes part.
"""

import ast
from collections.abc import Iterator, Mapping
from html import escape

import orjson
import pandas as pd

from backprop_sheet.exporter.layout import Layout
from backprop_sheet.formula import EXCEL, Tree, inline, write
from backprop_sheet.network import SAMPLE, Carried, Derived, Given, Kind
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
    templates = _templates(layout, styles)
    beside = _beside(layout, frame, styles)
    numbers = frame.to_numpy(dtype=float)
    starts = range(0, len(frame), CHUNK)
    for start in watch(starts, len(starts), "writing"):
        lines = []
        block = numbers[start : start + CHUNK].copy(order="C")
        digits = orjson.dumps(block, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        for row, values in enumerate(digits[2:-2].split("],["), start=start):
            known = row if row < len(templates) else len(templates) - samples + row % samples
            cells = templates[known] % tuple(values.split(",")) + next(beside, "")
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


def _templates(layout: Layout, styles: Styles) -> list[str]:
    """The cells of the first rows; those of the last epoch among them come again and again."""
    count = 3 * len(layout.network.samples)
    columns = [_column(layout, name, styles, count) for name in layout.columns]
    return ["".join(cells) for cells in zip(*columns, strict=True)]


def _column(layout: Layout, name: str, styles: Styles, count: int) -> list[str]:
    """A quantity's cells in the first rows."""
    quantity = layout.network.quantities[name]
    column, kind = layout.columns[name], styles[quantity.kind]
    texts = [content(layout, name, row) for row in range(count)]
    same = next((row for row in range(count) if len(set(texts[row:])) == 1), count)
    shared = same < count - len(layout.network.samples)
    cells = []
    for row, text in enumerate(texts):
        if text is None:
            cells.append(_cell(column, styles[GIVEN], ""))
        elif shared and row == same:
            area = Area(column, layout.first + row, column, layout.last)
            cells.append(_cell(column, kind, _shared(area, text)))
        elif shared and row > same:
            cells.append(_cell(column, kind, _filled(column)))
        else:
            cells.append(_cell(column, kind, f"<f>{_escaped(text)}</f>"))
    return cells


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
    text = content(layout, name, row - layout.first)
    return _placed(text or "", row, len(layout.network.samples))


# --- what stands in which row --------------------------------------------------------------------


def content(layout: Layout, name: str, row: int) -> str | None:
    """The formula of a quantity in a row counted from 0; None where a given number stands."""
    quantity = layout.network.quantities[name]
    if isinstance(quantity, Carried):
        return _carried(layout, quantity, row)
    if isinstance(quantity, Derived):
        return _written(layout, inline(quantity.formula, layout.network.partials))
    return _given(layout, quantity, row)


def _given(layout: Layout, quantity: Given, row: int) -> str | None:
    """A number that stands in the first row, or in the first of its sample, and moves on."""
    network, sample = layout.network, row % len(layout.network.samples)
    above = layout.cell(quantity.name, ABOVE)
    then = write(quantity.then, EXCEL, lambda name: layout.cell(name, ABOVE))
    if quantity.kind in (Kind.TARGET, Kind.INPUT):
        return layout.cell(quantity.name, CYCLE) if row >= len(network.samples) else None
    if row == 0:
        return None
    if quantity.kind is Kind.COUNTER:
        first = sample == 0
        if quantity.name == SAMPLE:
            return None if first else then
        return then if first else above
    return then if row % network.design.step == 0 else above


def _carried(layout: Layout, quantity: Carried, row: int) -> str | None:
    """A number that goes by the one above, or, where it begins, by its start."""
    network = layout.network
    step, samples = network.design.step, len(network.samples)
    if quantity.sums:
        return _continued(layout, quantity, fresh=row % samples == 0)
    if row % step == step - 1:
        return _continued(layout, quantity, fresh=row == 0)
    return layout.cell(quantity.name, ABOVE) if row else None


def _continued(layout: Layout, quantity: Carried, *, fresh: bool) -> str:
    """The formula with the number above in place of its own name, or with the start."""
    if fresh:
        start: Tree = ast.Constant(int(quantity.start))
        tree = inline(quantity.formula, {quantity.name: start})
        return _written(layout, tree)
    return _written(layout, quantity.formula, above=quantity.name)


def _written(layout: Layout, tree: Tree, above: str = "") -> str:
    return write(tree, EXCEL, lambda name: layout.cell(name, ABOVE if name == above else ROW))
