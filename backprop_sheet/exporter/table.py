"""The long table as the XML of a sheet: every cell with its formula and its value, streamed.

Each column is filled down as one shared formula, as spreadsheet programs save a filled column.
Only text is put together here; no spreadsheet library takes part.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape

import pandas as pd

from backprop_sheet.exporter.layout import Area, Layout, letters
from backprop_sheet.formula import EXCEL, inline, write
from backprop_sheet.network import Derived
from backprop_sheet.progress import Watch

CHUNK = 500
"""Rows written at a time: few enough to stay small, many enough to be quick."""
CELL_SIZE = 70
"""Bytes of XML that a cell takes, at most."""
ROW = "\0"
"""Stands for the row's number in a template; no XML text can hold it."""

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
    first = [_first_cell(layout, name, styles) for name in layout.columns]
    second = [_second_cell(layout, name, styles) for name in layout.columns]
    others = [_other_cell(layout, name, styles) for name in layout.columns]
    first += [_epoch_cell(layout, styles, "")]
    second += [_epoch_cell(layout, styles, _counting(layout))]
    others += [_epoch_cell(layout, styles, _filled(layout.epoch.left))]
    templates = [_row(first), _row(second)]
    template = _row(others)
    numbers = frame.to_numpy()
    starts = range(0, len(frame), CHUNK)
    for start in watch(starts, len(starts), "writing"):
        block = numbers[start : start + CHUNK].tolist()
        yield "".join(
            (templates[row] if row < len(templates) else template).replace(
                ROW, str(layout.first + row)
            )
            % (*values, row)
            for row, values in enumerate(block, start=start)
        )


def size(layout: Layout) -> int:
    """The bytes that the rows take, about."""
    return layout.epochs * len(layout.columns) * CELL_SIZE


def _row(cells: list[str]) -> str:
    return f'<row r="{ROW}">{"".join(cells)}</row>'


def _cell(column: int, style: int, formula: str) -> str:
    return f'<c r="{letters(column)}{ROW}" s="{style}">{formula}<v>%r</v></c>'


def _first_cell(layout: Layout, name: str, styles: Styles) -> str:
    """In epoch 0 given numbers stand as such."""
    quantity = layout.network.quantities[name]
    if isinstance(quantity, Derived):
        text = _shared(layout.column(name), formula_in(layout, name, layout.first))
        return _cell(layout.columns[name], styles[quantity.kind], text)
    return _cell(layout.columns[name], styles[GIVEN], "")


def _second_cell(layout: Layout, name: str, styles: Styles) -> str:
    """In epoch 1 given numbers begin to follow from the row above."""
    quantity = layout.network.quantities[name]
    if isinstance(quantity, Derived):
        return _other_cell(layout, name, styles)
    area, row = layout.column(name), layout.first + 1
    rest = Area(area.left, row, area.right, area.bottom)
    text = _shared(rest, formula_in(layout, name, row))
    return _cell(layout.columns[name], styles[quantity.kind], text)


def _other_cell(layout: Layout, name: str, styles: Styles) -> str:
    """From then on every cell shares the formula of its column."""
    shared = _filled(layout.columns[name])
    return _cell(layout.columns[name], styles[layout.network.quantities[name].kind], shared)


def _epoch_cell(layout: Layout, styles: Styles, formula: str) -> str:
    return _cell(layout.epoch.left, styles[EPOCH], formula)


def _counting(layout: Layout) -> str:
    """An epoch's number is that of the row above and 1."""
    area = layout.epoch
    above = f"{letters(area.left)}{area.top}+1"
    return _shared(Area(area.left, area.top + 1, area.right, area.bottom), above)


def _shared(area: Area, formula: str) -> str:
    """The formula in the cell from which the rest of the column takes it."""
    text = escape(formula).replace("%", "%%")
    return f'<f t="shared" ref="{area.reference}" si="{area.left}">{text}</f>'


def _filled(column: int) -> str:
    """The formula that the cell above it has, moved on by a row."""
    return f'<f t="shared" si="{column}"/>'


def formula_in(layout: Layout, name: str, row: int) -> str:
    """The formula of a quantity's cell: `row` is below epoch 0 for a given one."""
    quantity = layout.network.quantities[name]
    if isinstance(quantity, Derived):
        return write(inline(quantity.formula, layout.network.partials), EXCEL, _at(layout, row))
    return write(quantity.then, EXCEL, _at(layout, row - 1))


def _at(layout: Layout, row: int) -> Callable[[str], str]:
    return lambda name: layout.cell(name, row)
