"""The numbers of the drawing: cells behind its shapes that show weights, targets and errors.

A number in a shape would stay as it was when the table changes (only Excel can link one); a
formula in a cell follows everywhere. An arrow that a label would cross is broken around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from backprop_sheet.diagram import Arrow, Box, Diagram, Node, Point, places
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout, general
from backprop_sheet.exporter.shapes import Line
from backprop_sheet.formula import PLAIN, write
from backprop_sheet.network import TOTAL, Kind
from backprop_sheet.ooxml.addresses import letters

INDENT = 9
"""Pixels by which one step of indentation moves a cell's text."""
WIDTH, CHARACTER = 60, 6.5
"""Pixels that ``w1 = 0.15`` takes, and a character of it."""
DECIMALS = 4
"""Digits of a number after the point."""
TARGETS = 4
"""Targets up to which the drawing names them."""


@dataclass(frozen=True)
class Label:
    """A text behind the drawing.

    Attributes:
        cell: where it stands.
        indent: by how many steps it is moved in.
        style: the named style of its cell.
        content: the text, or the formula that gives it.
        value: what that formula gives; nothing for a text.
    """

    cell: str
    indent: int
    style: str
    content: str
    value: str = ""


def labels(layout: Layout, diagram: Diagram) -> list[Label]:
    """The labels of a drawing; where two would share a cell, the first stays."""
    found: dict[str, Label] = {}
    for label in _all_labels(layout, diagram):
        found.setdefault(label.cell, label)
    return list(found.values())


def pieces(layout: Layout, diagram: Diagram) -> list[Line]:
    """The arrows, those that run through a label broken around it."""
    lines: list[Line] = []
    points = _points(layout, diagram)
    for arrow in diagram.arrows:
        if arrow.weight not in points or arrow.level:
            lines.append((arrow.start, arrow.end, True))
            continue
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        top = _row(arrow, points[arrow.weight]) * ROW_HEIGHT
        edges = sorted((top, top + ROW_HEIGHT), reverse=y1 < y0)
        before, after = (((y - y0) / (y1 - y0) * (x1 - x0) + x0, float(y)) for y in edges)
        lines += [(arrow.start, before, False), (after, arrow.end, True)]
    return lines


def _points(layout: Layout, diagram: Diagram) -> dict[str, Point]:
    """Where the weights' labels stand."""

    def box(arrow: Arrow, point: Point) -> Box | None:
        width, row = _width(layout, arrow.weight), _row(arrow, point)
        left, top, bottom = point[0] - width / 2, row * ROW_HEIGHT, (row + 1) * ROW_HEIGHT
        begin, end = sorted((arrow.start[1], arrow.end[1]))
        if not arrow.level and not begin < top < bottom < end:  # it is broken around the row
            return None
        return left, top, left + width, bottom

    return places(diagram, box)


def _width(layout: Layout, name: str) -> float:
    return max(WIDTH, CHARACTER * len(_shown(layout, name)))


def _shown(layout: Layout, name: str) -> str:
    return f"{name} = {general(round(layout.network.numbers[name], DECIMALS))}"


def _all_labels(layout: Layout, diagram: Diagram) -> Iterator[Label]:
    network = layout.network
    points = _points(layout, diagram)
    for arrow in diagram.arrows:
        if point := points.get(arrow.weight):
            x = point[0] - _width(layout, arrow.weight) / 2
            yield _number(layout, arrow.weight, x, _row(arrow, point), "drawing weight")
    outputs = [diagram.nodes[name] for name in network.groups[-1].signals]
    for name, node in zip(network.named(Kind.ERROR), outputs, strict=True):
        text = f"{name} = {write(network.derived[name].formula, PLAIN)}"
        x, row = node.x + 2 * node.radius, _beside(node, diagram)
        error = diagram.nodes[TOTAL]
        if abs(node.y - error.y) < node.radius:  # level with the error: above its circle
            row = int((error.y - error.radius) // ROW_HEIGHT) - 1
        yield _label(layout, (x, row), "drawing error", text)
    targets = network.named(Kind.TARGET)
    if len(targets) <= TARGETS:
        top = round(diagram.height / ROW_HEIGHT / 2 - len(targets) / 2)
        error = diagram.nodes[TOTAL]
        x = error.x - error.radius - WIDTH - INDENT
        for row, name in enumerate(targets, start=top):
            yield _number(layout, name, x, row, "drawing target")


def _row(arrow: Arrow, point: Point) -> int:
    """The row, from 0, in which an arrow's label stands: above it when it runs level."""
    _, y = point
    return ceil(y / ROW_HEIGHT) - 1 if arrow.level else int(y // ROW_HEIGHT)


def _beside(node: Node, diagram: Diagram) -> int:
    """The row above a node's middle, or below it in the lower half."""
    return ceil(node.y / ROW_HEIGHT) - (1 if node.y <= diagram.height / 2 else 0)


def _number(layout: Layout, name: str, x: float, row: int, style: str) -> Label:
    """A label such as ``w1 = 0.15``, with the number of epoch 0."""
    formula = f'="{name} = "&ROUND({layout.cell(name, layout.first)},{DECIMALS})'
    return _label(layout, (x, row), style, formula, _shown(layout, name))


def _label(
    layout: Layout, place: tuple[float, int], style: str, content: str, value: str = ""
) -> Label:
    area, (x, row) = layout.drawing, place
    widths = [layout.width(column) for column in range(area.left, area.right + 1)]
    lefts = [0, *accumulate(widths)]
    column = max((k for k, left in enumerate(lefts[:-1]) if left <= x), default=0)
    cell = f"{letters(area.left + column)}{area.top + row}"
    return Label(cell, max(0, round((x - lefts[column]) / INDENT)), style, content, value)
