"""Labels of a drawing: cells behind it, where their texts stand, and whether they have room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from backprop_sheet.diagram import Diagram, Node, Rectangle, part_covered
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout, number_text
from backprop_sheet.exporter.lettering import text_width
from backprop_sheet.ooxml.addresses import Area, letters, place_of

INDENT = 9
"""Pixels by which one level of indentation moves the text of a cell."""
WIDTH, CHARACTER = 60, 6.5
"""The least width of a label, and the width of a character, in pixels."""
DECIMALS, FEWER = 4, 3
"""Decimal places of the numbers: in the original's drawing, and in others."""


@dataclass(frozen=True)
class Label:
    """A text behind the drawing.

    Attributes:
        cell: the address of its cell.
        indent: the level of indentation in that cell.
        style: the named style of the cell.
        content: the text, or a formula for it.
        value: the value of the formula; empty for a text.
    """

    cell: str
    indent: int
    style: str
    content: str
    value: str = ""


def number_label(layout: Layout, name: str, x: float, row: int, style: str) -> Label:
    """A label such as ``w1 = 0.15``, with the number in epoch 0."""
    formula = f'="{name} = "&ROUND({layout.cell(name, layout.first_row)},{_decimals(layout)})'
    return text_label(layout, (x, row), style, formula, text_of(layout, name))


def text_label(
    layout: Layout, place: tuple[float, int], style: str, content: str, value: str = ""
) -> Label:
    """A label whose text begins at x in a row of the drawing, counted from 0."""
    area, (x, row) = layout.drawing, place
    widths = [layout.width(column) for column in range(area.left, area.right + 1)]
    lefts = [0, *accumulate(widths)]
    column = max((k for k, left in enumerate(lefts[:-1]) if left <= x), default=0)
    cell = f"{letters(area.left + column)}{area.top + row}"
    return Label(cell, max(0, round((x - lefts[column]) / INDENT)), style, content, value)


def next_column(layout: Layout, x: float) -> float:
    """Where a text begins in the column after that of x, a little away from its edge."""
    area = layout.drawing
    ends = accumulate(layout.width(column) for column in range(area.left, area.right + 1))
    return next((end for end in ends if end > x), x) + INDENT


def text_of(layout: Layout, name: str) -> str:
    """A quantity with its number in epoch 0."""
    return f"{name} = {number_text(round(layout.network.numbers[name], _decimals(layout)))}"


def _decimals(layout: Layout) -> int:
    return DECIMALS if layout.as_original else FEWER


def width_of(layout: Layout, name: str) -> float:
    """The width of that text in pixels, with room for a few more digits."""
    return max(WIDTH, CHARACTER * len(text_of(layout, name)))


def box_of(layout: Layout, label: Label) -> Rectangle:
    """Where the text of a label is, in pixels from the drawing's upper left corner."""
    row, column = place_of(label.cell)
    left = layout.breadth(Area(layout.drawing.left, 1, column - 1, 1)) + label.indent * INDENT
    top = (row - layout.drawing.top) * ROW_HEIGHT
    text = label.value or label.content
    width = max(CHARACTER * len(text), text_width(text))
    return left, top + 3, left + width, top + ROW_HEIGHT - 3


def fit(layout: Layout, diagram: Diagram, found: Iterable[Label]) -> bool:
    """Whether labels end within the drawing, and no circle or arrow covers them.

    The original's do.
    """
    if layout.as_original:
        return True
    boxes = [box_of(layout, label) for label in found]
    nodes, arrows = diagram.nodes.values(), diagram.arrows
    return all(
        box[2] <= diagram.width
        and not any(_covers(node, box) for node in nodes)
        and not any(part_covered(arrow, box) for arrow in arrows)
        for box in boxes
    )


def _covers(circle: Node, box: Rectangle) -> bool:
    """Whether a circle covers a part of a rectangle."""
    left, top, right, bottom = box
    x, y = min(max(circle.x, left), right), min(max(circle.y, top), bottom)
    return (circle.x - x) ** 2 + (circle.y - y) ** 2 < circle.radius**2


def is_apart(layout: Layout, group: Sequence[Label], others: Sequence[Label]) -> bool:
    """Whether each label of a group has a cell of its own, and runs into no cell of others."""
    if len({label.cell for label in (*group, *others)}) < len(group) + len(others):
        return False
    if layout.as_original:
        return True
    return not any(
        _runs_into(layout, *pair)
        for one, other in product(group, others)
        for pair in ((one, other), (other, one))
    )


def _runs_into(layout: Layout, label: Label, other: Label) -> bool:
    """Whether a label's text is cut off by the cell of another on its right."""
    (row, column), (its_row, its_column) = place_of(label.cell), place_of(other.cell)
    edge = layout.breadth(Area(layout.drawing.left, 1, its_column - 1, 1))
    return row == its_row and column < its_column and box_of(layout, label)[2] > edge
