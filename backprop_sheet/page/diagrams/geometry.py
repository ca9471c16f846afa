"""Rectangles in a drawing: around its parts, and beside them."""

from collections.abc import Iterable, Iterator
from itertools import product
from math import hypot

from backprop_sheet.diagram import Arrow, Loop, Node, Point, Rectangle

Size = tuple[float, float]
"""Width and height."""
APART = 3
"""How far labels keep from what they label."""


def box_around(point: Point, size: Size) -> Rectangle:
    """The rectangle of a size around a point."""
    (x, y), (width, height) = point, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def middle_of(box: Rectangle) -> Point:
    """The middle of a rectangle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def gap(box: Rectangle, circle: Node) -> float:
    """How far a rectangle is from a circle; below 0 if it covers a part of it."""
    x, y = min(max(circle.x, box[0]), box[2]), min(max(circle.y, box[1]), box[3])
    return hypot(x - circle.x, y - circle.y) - circle.radius


def grown(box: Rectangle, by: float) -> Rectangle:
    """A rectangle with so much more on each side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def boxes_beside(edges: Rectangle, size: Size, middle: float) -> Iterator[Rectangle]:
    """Where a label may stand beside something: best above or below it, away from the middle."""
    (left, top, right, bottom), (width, height) = edges, size
    x, y, half = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
    across = [0, width / 2, -width / 2, width / 2 + half, -width / 2 - half]
    above = [(x + aside, top - APART - height / 2) for aside in across]
    below = [(x + aside, bottom + APART + height / 2) for aside in across]
    sides = [(right + APART + width / 2, y), (left - APART - width / 2, y)]
    for point in (*above, *sides, *below) if y <= middle else (*below, *sides, *above):
        yield box_around(point, size)


def boxes_along(arrow: Arrow, size: Size, parts: Iterable[float]) -> Iterator[Rectangle]:
    """Where a label may stand on either side of an arrow: best above it, at its best part."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    length = hypot(x1 - x0, y1 - y0) or 1
    across, down = (y1 - y0) / length, (x0 - x1) / length  # what leads away from it, upwards
    near = APART / 2 + (size[0] * abs(across) + size[1] * abs(down)) / 2
    for away, part in product((near, near + 2 * APART), parts):
        x, y = x0 + part * (x1 - x0), y0 + part * (y1 - y0)
        for side in (away, -away):
            yield box_around((x + side * across, y + side * down), size)


def around_nodes(nodes: Iterable[Node]) -> Rectangle:
    """The rectangle around some nodes."""
    lefts, tops, rights, bottoms = zip(*map(around_node, nodes), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def around_node(node: Node) -> Rectangle:
    """The square around a node."""
    return node.x - node.radius, node.y - node.radius, node.x + node.radius, node.y + node.radius


def around_bow(loop: Loop) -> Rectangle:
    """A rectangle around a bow, whose middle is halfway to its bend."""
    points = (loop.start, loop.end)
    top = tuple((a + b) / 4 + c / 2 for a, b, c in zip(*points, loop.bend, strict=True))
    xs, ys = zip(*points, top, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
