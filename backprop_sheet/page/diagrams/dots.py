"""Dots in place of labels that have no room, where nothing covers them."""

from collections.abc import Sequence

from backprop_sheet.diagram import Node, Point, Rectangle
from backprop_sheet.page.data import Data, rounded
from backprop_sheet.page.diagrams.geometry import around_node, boxes_beside
from backprop_sheet.page.diagrams.space import Space

LEAST_DOT = 3.0
"""The least radius of a dot."""
SPOTS = ((-0.5, 0.85), (0.5, 0.85), (-0.5, -0.85), (0.5, -0.85), (-0.95, 0))
"""Where a dot may be, from the middle of its circle and in its radiuses, best first."""
FEW = 2
"""More dots than these stand beside their circle, and not at its edge."""


def dots_at(space: Space, node: Node, names: Sequence[str]) -> list[Data]:
    """Dots for some quantities side by side at the edge of a circle or picture.

    Args:
        space: what is taken; the dots take theirs.
        node: the circle, or the first place of the picture.
        names: the quantities.
    """
    radius = max(LEAST_DOT, node.radius / 4)
    boxes = [_row(node, spot, radius, len(names)) for spot in SPOTS]
    size = 2 * radius * len(names), 2 * radius
    beside = boxes_beside(around_node(node), size, space.diagram.height / 2)
    free = space.first_free(beside) if len(names) > FEW else None
    row = free or space.first_apart(boxes) or boxes[0]
    space.taken.append(row)
    left, top, _, bottom = row
    middle = (top + bottom) / 2
    return [
        {
            "name": name,
            "at": rounded(left + radius * (1 + 2 * place), middle),
            "radius": round(radius, 1),
            "of": rounded(node.x, node.y),
        }
        for place, name in enumerate(names)
    ]


def _row(node: Node, spot: Point, radius: float, count: int) -> Rectangle:
    """The rectangle of so many dots of which the first is at a spot."""
    x, y = node.x + spot[0] * node.radius, node.y + spot[1] * node.radius
    return x - radius, y - radius, x + radius * (2 * count - 1), y + radius
