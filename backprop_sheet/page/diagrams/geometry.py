"""Rectangles in a drawing: around its parts, and beside them."""

from collections.abc import Iterable, Iterator

from backprop_sheet.diagram import Loop, Node, Point, Rectangle

Size = tuple[float, float]
"""Width and height."""
APART = 3
"""How far labels keep from what they label."""


def box_around(point: Point, size: Size) -> Rectangle:
    """The rectangle of a size around a point."""
    (x, y), (width, height) = point, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


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
