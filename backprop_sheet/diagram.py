"""Lays out a network's drawing: the positions of its nodes and arrows. It does not draw them.

Coordinates are in pixels from the upper left corner, x to the right and y downwards.
"""

from collections.abc import Callable
from dataclasses import dataclass

from backprop_sheet.network import TOTAL, Group, Network

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""
MARGIN = 8
RADIUS, TOTAL_RADIUS = 22, 34
ALONG, LEVEL = (0.75, 0.65, 0.85, 0.55, 0.45, 0.35, 0.25), (0.5, 0.4, 0.6, 0.3, 0.7)
"""Where along an arrow its label may be, best first. Sloping arrows cross in the middle, so their
labels are best beyond it; a level arrow's label is best in the middle."""
MOST_LABELLED = 200
"""The most weights that get labels: with more, the search is long and finds hardly any room."""


@dataclass(frozen=True)
class Node:
    """A circle with the name of its quantity; `role` is a style such as ``hidden sum``."""

    name: str
    role: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Arrow:
    """An arrow from the edge of one circle to that of another, with its weight if it has one."""

    start: Point
    end: Point
    weight: str = ""

    @property
    def points(self) -> list[Point]:
        """The points where the arrow's label may be centred, best first."""
        (x0, y0), (x1, y1) = self.start, self.end
        parts = LEVEL if self.level else ALONG
        return [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in parts]

    @property
    def level(self) -> bool:
        """Whether the arrow is nearly horizontal, so that a label in a sheet goes above it."""
        return abs(self.end[1] - self.start[1]) < RADIUS


@dataclass(frozen=True)
class Loop:
    """The curved arrow from a weighted sum to its activation, above or below the two."""

    start: Point
    end: Point
    above: bool


@dataclass(frozen=True)
class Diagram:
    """A network's drawing, `width` by `height` pixels."""

    width: float
    height: float
    nodes: dict[str, Node]
    arrows: list[Arrow]
    loops: list[Loop]


def diagram_of(network: Network, width: float, height: float) -> Diagram:
    """Lay out a network from left to right: a column for each group's units, then the error."""
    tallest = max(len(group.units) for group in network.groups)
    radius = min(RADIUS, height / (3 * tallest))
    widths = [2 * radius * max(len(unit.quantities) for unit in g.units) for g in network.groups]
    gap = (width - 2 * MARGIN - sum(widths) - 2 * TOTAL_RADIUS) / len(widths)
    nodes: dict[str, Node] = {}
    left: float = MARGIN
    for group, column in zip(network.groups, widths, strict=True):
        for row, unit in enumerate(group.units):
            y = _y_of(row, len(group.units), height)
            for place, (name, role) in enumerate(zip(unit.quantities, _roles(group), strict=True)):
                nodes[name] = Node(name, role, left + radius * (1 + 2 * place), y, radius)
        left += column + gap
    nodes[TOTAL] = Node(TOTAL, "total error", left + TOTAL_RADIUS, height / 2, TOTAL_RADIUS)
    return Diagram(width, height, nodes, _arrows(network, nodes), _loops(network, nodes, height))


def _roles(group: Group) -> tuple[str, ...]:
    """The roles of the circles of a group's units."""
    if group.role == "input":
        return ("input",)
    both = (f"{group.role} sum", f"{group.role} activation")
    return both[-len(group.units[0].quantities) :]


def label_points(
    diagram: Diagram, box_of: Callable[[Arrow, Point], Rectangle | None]
) -> dict[str, Point]:
    """Find a point for the label of each weight.

    A label may not cover a node, another label or another weight's arrow.

    Args:
        diagram: the drawing.
        box_of: gives the rectangle that an arrow's label covers at a point, or None if the label
            may not be at that point.

    Returns:
        The points by weight. Weights without room for a label are left out.
    """
    found: dict[str, Point] = {}
    occupied: list[Rectangle] = []
    weighted = [arrow for arrow in diagram.arrows if arrow.weight]
    for arrow in weighted if len(weighted) <= MOST_LABELLED else []:
        for point in arrow.points:
            box = box_of(arrow, point)
            if box is None or any(_overlap(box, other) for other in occupied):
                continue
            if _is_free(diagram, arrow, box):
                found[arrow.weight] = point
                occupied.append(box)
                break
    return found


def _is_free(diagram: Diagram, own: Arrow, box: Rectangle) -> bool:
    """Whether a box is inside the drawing and touches no circle and no other arrow."""
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > diagram.width or bottom > diagram.height:
        return False
    for node in diagram.nodes.values():
        x, y = min(max(node.x, left), right), min(max(node.y, top), bottom)
        if (x - node.x) ** 2 + (y - node.y) ** 2 < node.radius**2:
            return False
    return not any(_crosses(arrow, box) for arrow in diagram.arrows if arrow is not own)


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(arrow: Arrow, box: Rectangle) -> bool:
    """Whether an arrow crosses a box: whether clipping it to the box leaves anything."""
    first, last = 0.0, 1.0
    for start, end, low, high in zip(arrow.start, arrow.end, box[:2], box[2:], strict=True):
        if start == end:
            if not low < start < high:
                return False
            continue
        enter, leave = sorted(((low - start) / (end - start), (high - start) / (end - start)))
        first, last = max(first, enter), min(last, leave)
    return first < last


def _y_of(row: int, rows: int, height: float) -> float:
    """The y of a row: rows are evenly spread, with room for the loops above and below them."""
    edge = height * 3 / 14
    return height / 2 if rows == 1 else edge + (height - 2 * edge) * row / (rows - 1)


def _arrows(network: Network, nodes: dict[str, Node]) -> list[Arrow]:
    """One arrow for each weight, from its signal, and one from each output to the error."""
    arrows = [
        _arrow(nodes[signal], nodes[unit.sum], weight)
        for group in network.groups
        for unit in group.units
        for signal, weight in unit.sources
    ]
    outputs = network.groups[-1].signals
    return arrows + [_arrow(nodes[output], nodes[TOTAL]) for output in outputs]


def _arrow(start: Node, end: Node, weight: str = "") -> Arrow:
    """An arrow from the right edge of one circle to the edge of another, towards its middle."""
    x, y = start.x + start.radius, start.y
    length = ((end.x - x) ** 2 + (end.y - y) ** 2) ** 0.5
    part = (length - end.radius) / length
    return Arrow((x, y), (x + part * (end.x - x), y + part * (end.y - y)), weight)


def _loops(network: Network, nodes: dict[str, Node], height: float) -> list[Loop]:
    loops = []
    for unit in (unit for group in network.groups[1:] for unit in group.units):
        if unit.sum == unit.signal:
            continue
        start, end = nodes[unit.sum], nodes[unit.signal]
        above = start.y <= height / 2
        edge = -start.radius if above else start.radius
        loops.append(Loop((start.x, start.y + edge), (end.x, end.y + edge), above))
    return loops
