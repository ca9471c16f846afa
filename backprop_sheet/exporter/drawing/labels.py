"""The numbers in the drawing. They are cells behind its shapes, not shapes.

A formula in a cell follows the table in every program; a number in a shape can be linked to a cell
only in Excel. An arrow that runs through a label is broken around it.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from math import ceil

from backprop_sheet.diagram import (
    Arrow,
    Diagram,
    Node,
    Point,
    Rectangle,
    ends_of_covered,
    label_points,
    part_covered,
)
from backprop_sheet.exporter.drawing.shapes import Line
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout, number_text
from backprop_sheet.formula import PLAIN, write
from backprop_sheet.network import TOTAL, Kind
from backprop_sheet.ooxml.addresses import Area, letters, place_of

INDENT = 9
"""Pixels by which one level of indentation moves the text of a cell."""
WIDTH, CHARACTER = 60, 6.5
"""The least width of a label, and the width of a character, in pixels."""
DECIMALS, FEWER = 4, 3
"""Decimal places of the numbers: in the original's drawing, and in others."""
WEIGHT = "drawing weight"
"""The style of the weights' labels."""
MOST_TARGETS = 4
"""The most targets that the drawing shows."""


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


def labels(layout: Layout, diagram: Diagram, untold: Container[str] = ()) -> list[Label]:
    """The labels of a drawing. Of weights, of errors and of targets there are all or none.

    Args:
        layout: the positions in the sheet.
        diagram: the drawing.
        untold: errors whose formulas it does not tell, only their names.
    """
    names = {name for one in layout.network.compared for name in one.errors}
    errors = (
        _errors(layout, diagram, without, beside=beside)
        for without, beside in product((untold, names), (False, True))
    )
    found = _weights(layout, diagram)
    if not _is_apart(layout, found, []):
        found = []
    for choices in (errors, _targets(layout, diagram)):
        fitting = (c for c in choices if _fit(layout, diagram, c) and _is_apart(layout, c, found))
        found += next(fitting, [])
    return found


def _is_apart(layout: Layout, group: Sequence[Label], others: Sequence[Label]) -> bool:
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
    return row == its_row and column < its_column and _box(layout, label)[2] > edge


def arrow_pieces(layout: Layout, diagram: Diagram, found: Iterable[Label]) -> list[Line]:
    """The arrows as lines; an arrow that runs through a label, one of those found, becomes two."""
    lines: list[Line] = []
    labelled = any(label.style == WEIGHT for label in found)
    points = _points(layout, diagram) if labelled else {}
    for arrow in diagram.arrows:
        if arrow not in points or arrow.level:
            lines.append((arrow.start, arrow.end, True))
            continue
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        parts = ends_of_covered(arrow, _box_of_weight(layout, arrow, points[arrow]))
        before, after = ((x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in parts)
        lines += [(arrow.start, before, False), (after, arrow.end, True)]
    return lines


def _points(layout: Layout, diagram: Diagram) -> dict[Arrow, Point]:
    """The points where the labels of weights are centred; none unless each has room."""

    def box(arrow: Arrow, point: Point) -> Rectangle | None:
        found = _box_of_weight(layout, arrow, point)
        begin, end = sorted((arrow.start[1], arrow.end[1]))
        # A sloping arrow is broken in the row, so it has to reach beyond it on both sides.
        return found if arrow.level or begin < found[1] < found[3] < end else None

    found = label_points(diagram, box)
    weights = {arrow.weight for arrow in diagram.arrows if arrow.weight}
    return found if {arrow.weight for arrow in found} == weights else {}


def _box_of_weight(layout: Layout, arrow: Arrow, point: Point) -> Rectangle:
    """What the label of an arrow takes up that is centred at a point: a part of a row."""
    width, top = _width(layout, arrow.weight), _row(arrow, point) * ROW_HEIGHT
    left = point[0] - width / 2
    return left, top, left + width, top + ROW_HEIGHT


def _width(layout: Layout, name: str) -> float:
    return max(WIDTH, CHARACTER * len(_text(layout, name)))


def _text(layout: Layout, name: str) -> str:
    return f"{name} = {number_text(round(layout.network.numbers[name], _decimals(layout)))}"


def _decimals(layout: Layout) -> int:
    return DECIMALS if layout.as_original else FEWER


def _weights(layout: Layout, diagram: Diagram) -> list[Label]:
    """The weights beside their arrows."""
    found = []
    for arrow, point in _points(layout, diagram).items():
        x = point[0] - _width(layout, arrow.weight) / 2
        found.append(_number_label(layout, arrow.weight, x, _row(arrow, point), WEIGHT))
    return found


def _errors(
    layout: Layout, diagram: Diagram, untold: Container[str], *, beside: bool
) -> list[Label]:
    """The errors of the outputs beside them, with their formulas where these are told.

    That of an output which is level with the total error stands above the circle of that, unless
    all are to be beside their outputs.
    """
    network, error = layout.network, diagram.nodes[TOTAL]
    if any(one.output not in diagram.nodes for one in network.compared):
        return []  # some are left out
    found = []
    for name, output in ((name, one.output) for one in network.compared for name in one.errors):
        node = diagram.nodes[output]
        told = f"{name} = {write(network.derived[name].formula, PLAIN)}"
        text = name if name in untold else told
        x, row = node.x + 2 * node.radius, _row_beside(node, diagram)
        if abs(node.y - error.y) < node.radius and not beside:
            row = _row_above(error)
        found.append(_label(layout, (x, row), "drawing error", text))
    return found


def _targets(layout: Layout, diagram: Diagram) -> Iterator[list[Label]]:
    """The targets, if they are few, at each place where they might stand."""
    targets = layout.network.named(Kind.TARGET)
    if len(targets) <= MOST_TARGETS:
        for x, top in _places_of_targets(diagram, len(targets)):
            yield [
                _number_label(layout, name, x, row, "drawing target")
                for row, name in enumerate(targets, start=top)
            ]


def _fit(layout: Layout, diagram: Diagram, found: Iterable[Label]) -> bool:
    """Whether labels end within the drawing, and no circle or arrow covers them.

    The original's do.
    """
    if layout.as_original:
        return True
    boxes = [_box(layout, label) for label in found]
    nodes, arrows = diagram.nodes.values(), diagram.arrows
    return all(
        box[2] <= diagram.width
        and not any(_covers(node, box) for node in nodes)
        and not any(part_covered(arrow, box) for arrow in arrows)
        for box in boxes
    )


def _box(layout: Layout, label: Label) -> Rectangle:
    """Where the text of a label is, in pixels from the drawing's upper left corner."""
    row, column = place_of(label.cell)
    left = layout.breadth(Area(layout.drawing.left, 1, column - 1, 1)) + label.indent * INDENT
    top = (row - layout.drawing.top) * ROW_HEIGHT
    width = CHARACTER * len(label.value or label.content)
    return left, top + 3, left + width, top + ROW_HEIGHT - 3


def _places_of_targets(diagram: Diagram, rows: int) -> Iterator[tuple[float, int]]:
    """Left edges and first rows for the targets: before the total error, above it, and below."""
    error, last = diagram.nodes[TOTAL], int(diagram.height // ROW_HEIGHT)
    left = error.x - error.radius
    before, middle = left - WIDTH - INDENT, round(diagram.height / ROW_HEIGHT / 2 - rows / 2)
    above = int((error.y - error.radius) // ROW_HEIGHT) - 1 - rows
    below = ceil((error.y + error.radius) / ROW_HEIGHT) + 1
    for x, top in ((before, middle), (before, above), (left, above), (left, below)):
        if 0 <= top <= last - rows:
            yield x, top


def _covers(circle: Node, box: Rectangle) -> bool:
    """Whether a circle covers a part of a rectangle."""
    left, top, right, bottom = box
    x, y = min(max(circle.x, left), right), min(max(circle.y, top), bottom)
    return (circle.x - x) ** 2 + (circle.y - y) ** 2 < circle.radius**2


def _row_above(node: Node) -> int:
    """The row of a label above a circle."""
    return int((node.y - node.radius) // ROW_HEIGHT) - 1


def _row(arrow: Arrow, point: Point) -> int:
    """The row of an arrow's label, counted from 0: above the arrow if that is level."""
    _, y = point
    return ceil(y / ROW_HEIGHT) - 1 if arrow.level else int(y // ROW_HEIGHT)


def _row_beside(node: Node, diagram: Diagram) -> int:
    """The row for a label beside a node: above its middle, or below it in the lower half."""
    return ceil(node.y / ROW_HEIGHT) - (1 if node.y <= diagram.height / 2 else 0)


def _number_label(layout: Layout, name: str, x: float, row: int, style: str) -> Label:
    """A label such as ``w1 = 0.15``, with the number in epoch 0."""
    formula = f'="{name} = "&ROUND({layout.cell(name, layout.first_row)},{_decimals(layout)})'
    return _label(layout, (x, row), style, formula, _text(layout, name))


def _label(
    layout: Layout, place: tuple[float, int], style: str, content: str, value: str = ""
) -> Label:
    area, (x, row) = layout.drawing, place
    widths = [layout.width(column) for column in range(area.left, area.right + 1)]
    lefts = [0, *accumulate(widths)]
    column = max((k for k, left in enumerate(lefts[:-1]) if left <= x), default=0)
    cell = f"{letters(area.left + column)}{area.top + row}"
    return Label(cell, max(0, round((x - lefts[column]) / INDENT)), style, content, value)
