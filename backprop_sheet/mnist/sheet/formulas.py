"""The formulas of the sheet, each as a spreadsheet has it, for the first cell of a map.

References to the map before move along from cell to cell; those to weights stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.sheet.layout import Block
from backprop_sheet.mnist.stages import Convolution, Pooling
from backprop_sheet.ooxml.addresses import Area, address

LONGEST = 8191
"""The most characters of a formula in Excel, without its equals sign."""
POOLS = {"max": "MAX", "mean": "AVERAGE"}
"""The function of each kind of pooling."""


def fixed(place: tuple[int, int]) -> str:
    """The address of a cell that stays the same when a formula is copied."""
    return Area.around([place]).absolute.partition(":")[0]


def normalised(image: Area, constants: Sequence[tuple[int, int]]) -> str:
    """A grey value from 0 to 255 as the network takes it: (x/255 − mean)/deviation, or x/255."""
    grey = f"{address(image.top, image.left)}/255"
    if not constants:
        return grey
    mean, deviation = map(fixed, constants)
    return f"({grey}-{mean})/{deviation}"


def convolution(stage: Convolution, block: Block, taken: Sequence[Block]) -> str:
    """A map of a convolution with what follows it: s*MAX(0,b+Σ)+t.

    A window that reaches beyond its map takes empty cells there, which count as 0.

    Args:
        stage: the stage.
        block: the map, with the cells of its kernels and constants.
        taken: the maps that it takes.

    Raises:
        InputError: the formula is longer than Excel takes.
    """
    b, s, t = (part for _, part in zip_longest(range(3), map(fixed, block.constants), fillvalue=""))
    terms = [
        _products(kernel, before.map, stage.padding)
        for kernel, before in zip(block.kernels, taken, strict=True)
    ]
    text = "+".join([b, *terms])
    if stage.rectified:
        text = f"MAX(0,{text})"
    if s:
        text = f"{s}*{text if stage.rectified else f'({text})'}+{t}"
    if len(text) > LONGEST:
        raise InputError(
            f"this network is too large for a sheet: a formula of {stage.name} has {len(text):,} "
            f"characters, and Excel takes {LONGEST:,}"
        )
    return text


def _products(kernel: Area, before: Area, padding: int) -> str:
    """A kernel times the first window of a map, summed."""
    row, column = before.top - padding, before.left - padding
    if kernel.size == 1:
        return f"{fixed((kernel.top, kernel.left))}*{address(row, column)}"
    down, right = kernel.bottom - kernel.top, kernel.right - kernel.left
    window = Area(column, row, column + right, row + down)
    return f"SUMPRODUCT({kernel.absolute},{window.reference})"


def pooling(stage: Pooling, before: Area, row: int, column: int) -> str:
    """A value of a pooling, by its row and column in its map, counted from 0."""
    top, left = before.top + row * stage.size, before.left + column * stage.size
    window = Area(left, top, left + stage.size - 1, top + stage.size - 1)
    return f"{POOLS[stage.kind]}({window.reference})"
