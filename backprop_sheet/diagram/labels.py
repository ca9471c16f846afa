"""Where the labels of arrows have room."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from backprop_sheet.diagram.parts import Arrow, Diagram, Point, Rectangle

MOST_LABELLED = 200
"""The most weights that get labels: with more, the search is long and finds hardly any room."""
TURNS = 12
"""How often the search for the labels of all arrows begins anew, each time with the one first that
had no room."""


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
    arrows, taken = [arrow for arrow in diagram.arrows if arrow.weight], list(taken)
    if len(arrows) > MOST_LABELLED:
        return {}
    free: dict[Arrow, list[tuple[Point, Rectangle]]] = {}

    def search(arrow: Arrow) -> list[tuple[Point, Rectangle]]:
        boxes = ((point, box_of(arrow, point)) for point in points_of(arrow))
        return [(p, box) for p, box in boxes if box and _is_free(diagram, arrow, box, taken)]

    for _ in range(TURNS if every else 1):
        found, without = _placed(arrows, free, search, every=every)
        if not every or not without:
            return found
        if not free[without[0]]:
            break
        arrows.remove(without[0])
        arrows.insert(0, without[0])
    return {}


def _placed(
    arrows: Iterable[Arrow],
    free: dict[Arrow, list[tuple[Point, Rectangle]]],
    search: Callable[[Arrow], list[tuple[Point, Rectangle]]],
    *,
    every: bool,
) -> tuple[dict[Arrow, Point], list[Arrow]]:
    """The points of labels that are placed one after the other, and the arrows without room.

    Where every arrow has to have room, the first one without it is the last that is looked at.
    """
    found: dict[Arrow, Point] = {}
    without: list[Arrow] = []
    labelled: set[str] = set()
    occupied: list[Rectangle] = []
    for arrow in arrows:
        if arrow.weight in labelled and not every:
            continue
        if arrow not in free:
            free[arrow] = search(arrow)
        for point, box in free[arrow]:
            if not any(overlap(box, other) for other in occupied):
                found[arrow] = point
                labelled.add(arrow.weight)
                occupied.append(box)
                break
        else:
            without.append(arrow)
            if every:
                break
    return found, without


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
    """How much of an arrow is in a box, from 0 to 1."""
    enter, leave = ends_of_covered(arrow, box)
    return max(0.0, leave - enter)


def ends_of_covered(arrow: Arrow, box: Rectangle) -> tuple[float, float]:
    """Where an arrow enters a box and where it leaves it, as parts of it: clipped to the box.

    One that runs past the box leaves it before it enters.
    """
    first, last = 0.0, 1.0
    for start, end, low, high in zip(arrow.start, arrow.end, box[:2], box[2:], strict=True):
        if start == end:
            if not low < start < high:
                return 1.0, 0.0
            continue
        enter, leave = sorted(((low - start) / (end - start), (high - start) / (end - start)))
        first, last = max(first, enter), min(last, leave)
    return first, last
