"""A worked example below the guide: one value of the first convolution, cell by cell and live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.mnist.sheet.layout import Block, Section
from backprop_sheet.mnist.stages import Convolution, Numbers, Stage
from backprop_sheet.ooxml.addresses import Area, address

HEADS = ("cell", "x", "cell of the weight", "w", "w·x")
RESULT = len(HEADS)
"""The column of products and of what follows from them."""
Line = tuple[str, str, str, float]
"""A name, what it is, its formula and its value."""


def write(
    sheet: Worksheet,
    top: int,
    tab: str,
    stages: Sequence[Stage],
    sections: Sequence[Section],
    values: Sequence[Numbers],
) -> dict[str, float]:
    """Write the value in the middle of the first map, with all that it follows from.

    Args:
        sheet: the sheet of the guide.
        top: the first row.
        tab: the name of the tab with the network.
        stages: the stages of the network.
        sections: where the normalised image, each stage and softmax stand.
        values: what each stage gives.

    Returns:
        By address, the value of each formula.
    """
    stage, block = stages[0], sections[1].blocks[0]
    assert isinstance(stage, Convolution), "a network begins with a convolution"
    row, column = stage.shape[1] // 2, stage.shape[2] // 2
    own = address(block.map.top + row, block.map.left + column)
    window, numbers = _window(stage, sections[0].blocks[0].map, values[0][0], row, column)
    sheet.cell(top, 1, "A worked example").style = "step caption"
    text = (
        f"Cell {own} of tab {tab} is a value of map 1 of {stage.name}. Its window is "
        f"{window.reference}, its kernel {block.kernels[0].reference}. These numbers are live."
    )
    sheet.cell(top + 1, 1, text).style = "step label"
    first = top + 3
    for number, name in enumerate(HEADS, start=1):
        sheet.cell(first - 1, number, name).style = "step header"
    weights = stage.weights[0, 0].ravel()
    found: dict[str, float] = {}

    def formula(row: int, column: int, text: str, value: float) -> None:
        cell = sheet.cell(row, column, f"={text}")
        cell.style = "step value"
        found[cell.coordinate] = float(value)

    places = zip(window.places(), block.kernels[0].places(), numbers, weights, strict=True)
    for row, (x_at, w_at, x, w) in enumerate(places, start=first):
        for column, place, value in ((1, x_at, x), (3, w_at, w)):
            sheet.cell(row, column, address(*place)).style = "step label"
            formula(row, column + 1, f"{tab}!{address(*place)}", value)
        formula(row, RESULT, f"{address(row, 2)}*{address(row, 4)}", x * w)
    last = first + len(weights) - 1
    products = Area(RESULT, first, RESULT, last).reference
    total = float(weights @ numbers)
    lines = _lines(stage, block, tab, products, total, last + 1)
    for row, (name, meaning, text, value) in enumerate(lines, start=last + 1):
        sheet.cell(row, 1, name).style = "step label"
        sheet.cell(row, 2, meaning).style = "step label"
        formula(row, RESULT, text, value)
        end = row + 1
    sheet.cell(end, 1, own).style = "step label"
    sheet.cell(end, 2, f"the cell itself, in tab {tab}").style = "step label"
    formula(end, RESULT, f"{tab}!{own}", value)
    return found


def _window(
    stage: Convolution, image: Area, values: Numbers, row: int, column: int
) -> tuple[Area, Numbers]:
    """The cells that a value of the first convolution looks at, and what is in them."""
    side = stage.weights.shape[-1]
    down, right = row - stage.padding, column - stage.padding
    left, top = image.left + right, image.top + down
    numbers = values[down : down + side, right : right + side]
    return Area(left, top, left + side - 1, top + side - 1), np.ravel(numbers)


def _lines(
    stage: Convolution, block: Block, tab: str, products: str, total: float, row: int
) -> Iterator[Line]:
    """What follows from the products, from a row on, down to the value."""

    def at(line: int) -> str:
        return address(row + line, RESULT)

    def constant(number: int) -> str:
        return address(*block.constants[number])

    b, s, t = (float(numbers[0]) for numbers in (stage.biases, stage.scales, stage.shifts))
    yield "Σ w·x", "the sum of the products", f"SUM({products})", total
    yield "b", f"the bias, in cell {constant(0)}", f"{tab}!{constant(0)}", b
    yield "z", "b + Σ w·x", f"{at(0)}+{at(1)}", b + total
    line, value = 2, b + total
    if stage.rectified:
        line, value = 3, max(0.0, value)
        yield "r", "max(0, z), by ReLU", f"MAX(0,{at(2)})", value
    if stage.normalised:
        yield "s", f"the factor of BatchNorm, in cell {constant(1)}", f"{tab}!{constant(1)}", s
        yield "t", f"its shift, in cell {constant(2)}", f"{tab}!{constant(2)}", t
        before = "r" if stage.rectified else "z"
        text = f"{at(line + 1)}*{at(line)}+{at(line + 2)}"
        yield "a", f"s·{before} + t", text, s * value + t
