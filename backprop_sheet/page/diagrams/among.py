"""Where the label of a weight may stand among arrows that cross: over others, on its own.

In a layer where every neuron leads to every other one, no label has a place that no arrow crosses.
"""

from collections.abc import Callable, Iterable, Iterator
from math import hypot

from backprop_sheet.diagram import Arrow, Diagram, Point, Rectangle, fits

STEPS = range(14, 88, 2)
"""How far along its arrow a label may be, in hundredths."""
LEAST_APART = 5
"""The least distance of a label's middle from other arrows: closer, it would seem to be theirs."""


def point_among(
    diagram: Diagram,
    arrows: Iterable[Arrow],
    box_of: Callable[[Arrow, Point], Rectangle | None],
    taken: Iterable[Rectangle],
) -> Point | None:
    """The point for a weight's label that is farthest from arrows of others.

    Args:
        diagram: the drawing.
        arrows: the arrows of the weight.
        box_of: gives the rectangle that the label covers at a point of an arrow, or None if it may
            not be there.
        taken: where no label may be.

    Returns:
        The point; None if each is too close to other arrows, or covers something.
    """
    best, apart = None, LEAST_APART + 0.0
    for arrow, point in _points(arrows):
        box = box_of(arrow, point)
        if box is None or not fits(diagram, box, taken):
            continue
        others = (other for other in diagram.arrows if other is not arrow)
        nearest = min((distance(point, other) for other in others), default=diagram.width)
        if nearest > apart:
            best, apart = point, nearest
    return best


def _points(arrows: Iterable[Arrow]) -> Iterator[tuple[Arrow, Point]]:
    for arrow in arrows:
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        for step in STEPS:
            part = step / 100
            yield arrow, (x0 + part * (x1 - x0), y0 + part * (y1 - y0))


def distance(point: Point, arrow: Arrow) -> float:
    """How far a point is from an arrow."""
    (x, y), (x0, y0), (x1, y1) = point, arrow.start, arrow.end
    across, down = x1 - x0, y1 - y0
    along = ((x - x0) * across + (y - y0) * down) / ((across**2 + down**2) or 1)
    part = min(max(along, 0), 1)
    return hypot(x - x0 - part * across, y - y0 - part * down)
