"""Where the labels of arrows have room."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from backprop_sheet.diagram.parts import Arrow, Diagram, Point, Rectangle

MOST_LABELLED = 200
"""The most weights that get labels: with more, the search is long and finds hardly any room."""


def label_points(
    diagram: Diagram,
    box_of: Callable[[Arrow, Point], Rectangle | None],
    taken: Iterable[Rectangle] = (),
    points_of: Callable[[Arrow], Iterable[Point]] = attrgetter("points"),
    *,
    every: bool = False,
) -> dict[Arrow, Point]:
    """Find a point for the label of each weight.

    A label may not cover a node, another label or another weight's arrow.

    Args:
        diagram: the drawing.
        box_of: gives the rectangle that an arrow's label covers at a point, or None if the label
            may not be at that point.
        taken: where no label may be.
        points_of: the points where an arrow's label may be, best first.
        every: whether each arrow is labelled, also of a weight that several share; if one has no
            room, none is.

    Returns:
        The points by arrow. Weights without room for a label are left out.
    """
    found: dict[Arrow, Point] = {}
    labelled: set[str] = set()
    occupied = list(taken)
    weighted = [arrow for arrow in diagram.arrows if arrow.weight]
    for arrow in weighted if len(weighted) <= MOST_LABELLED else []:
        for point in points_of(arrow) if every or arrow.weight not in labelled else []:
            box = box_of(arrow, point)
            if box is not None and _is_free(diagram, arrow, box, occupied):
                found[arrow] = point
                labelled.add(arrow.weight)
                occupied.append(box)
                break
        if every and arrow not in found:
            return {}
    return found


def first_free(
    diagram: Diagram, boxes: Iterable[Rectangle], taken: Iterable[Rectangle]
) -> Rectangle | None:
    """The first of some rectangles that covers nothing of a drawing; None if each does.

    Args:
        diagram: the drawing.
        boxes: the rectangles, best first.
        taken: what else they may not cover.
    """
    return next((box for box in boxes if _is_free(diagram, None, box, taken)), None)


def _is_free(
    diagram: Diagram, own: Arrow | None, box: Rectangle, taken: Iterable[Rectangle]
) -> bool:
    """Whether a box is inside the drawing and covers no circle, no other arrow, nothing taken."""
    return fits(diagram, box, taken) and not any(
        part_covered(arrow, box) for arrow in diagram.arrows if arrow is not own
    )


def fits(diagram: Diagram, box: Rectangle, taken: Iterable[Rectangle]) -> bool:
    """Whether a box is inside the drawing and covers no circle and nothing taken."""
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > diagram.width or bottom > diagram.height:
        return False
    if any(overlap(box, other) for other in taken):
        return False
    for node in diagram.nodes.values():
        x, y = min(max(node.x, left), right), min(max(node.y, top), bottom)
        if (x - node.x) ** 2 + (y - node.y) ** 2 < node.radius**2:
            return False
    return True


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles have more than an edge in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def part_covered(arrow: Arrow, box: Rectangle) -> float:
    """How much of an arrow is in a box, from 0 to 1: what clipping it to the box leaves."""
    first, last = 0.0, 1.0
    for start, end, low, high in zip(arrow.start, arrow.end, box[:2], box[2:], strict=True):
        if start == end:
            if not low < start < high:
                return 0.0
            continue
        enter, leave = sorted(((low - start) / (end - start), (high - start) / (end - start)))
        first, last = max(first, enter), min(last, leave)
    return max(0.0, last - first)
