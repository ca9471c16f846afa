"""Where the nodes and arrows of a network's drawing stand; knows nothing of who draws it.

Lengths are pixels from the upper left corner, x to the right and y downwards.
"""

from collections.abc import Callable
from dataclasses import dataclass

from backprop_sheet.network import TOTAL, Group, Network

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
MARGIN = 8
RADIUS, TOTAL_RADIUS = 22, 34
ALONG, LEVEL = (0.75, 0.65, 0.85, 0.55, 0.45, 0.35, 0.25), (0.5, 0.4, 0.6, 0.3, 0.7)
"""How far along an arrow its label may stand, best first: behind the middle, where the arrows
cross; in the middle of one that runs level."""
MOST_LABELLED = 200
"""Weights up to which room for their labels is looked for: beyond, it would take long to find
none."""


@dataclass(frozen=True)
class Node:
    """A circle with the name of its quantity; `role` says what it is to the network."""

    name: str
    role: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Arrow:
    """From one circle's edge to another's, with the weight it carries, if any."""

    start: Point
    end: Point
    weight: str = ""

    @property
    def points(self) -> list[Point]:
        """The points of the arrow at which its label may stand, best first."""
        (x0, y0), (x1, y1) = self.start, self.end
        parts = LEVEL if self.level else ALONG
        return [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in parts]

    @property
    def level(self) -> bool:
        """Whether it runs level, so that a label stands above it and not in it."""
        return abs(self.end[1] - self.start[1]) < RADIUS


@dataclass(frozen=True)
class Loop:
    """The bow from a weighted sum to its activation, above the pair or below it."""

    start: Point
    end: Point
    above: bool


@dataclass(frozen=True)
class Diagram:
    """A network's drawing on a canvas of `width` by `height`."""

    width: float
    height: float
    nodes: dict[str, Node]
    arrows: list[Arrow]
    loops: list[Loop]


def draw(network: Network, width: float, height: float) -> Diagram:
    """Lay a network out from left to right: each group's units as a column, then the error."""
    tallest = max(len(group.units) for group in network.groups)
    radius = min(RADIUS, height / (3 * tallest))
    widths = [2 * radius * max(len(unit.quantities) for unit in g.units) for g in network.groups]
    gap = (width - 2 * MARGIN - sum(widths) - 2 * TOTAL_RADIUS) / len(widths)
    nodes: dict[str, Node] = {}
    left: float = MARGIN
    for group, taken in zip(network.groups, widths, strict=True):
        for row, unit in enumerate(group.units):
            y = _height(row, len(group.units), height)
            for place, (name, role) in enumerate(zip(unit.quantities, _roles(group), strict=True)):
                nodes[name] = Node(name, role, left + radius * (1 + 2 * place), y, radius)
        left += taken + gap
    nodes[TOTAL] = Node(TOTAL, "total error", left + TOTAL_RADIUS, height / 2, TOTAL_RADIUS)
    return Diagram(width, height, nodes, _arrows(network, nodes), _loops(network, nodes, height))


def _roles(group: Group) -> tuple[str, ...]:
    """What the circles of a group's units are to the network."""
    if group.role == "input":
        return ("input",)
    return (f"{group.role} sum", f"{group.role} activation")


def places(diagram: Diagram, box_of: Callable[[Arrow, Point], Box | None]) -> dict[str, Point]:
    """Where on their arrows the labels of weights have room; those that have none are left out.

    A label on a node, on another label or on another weight's arrow could not be read, or would
    be read as what it is not.

    Args:
        diagram: the drawing.
        box_of: the room that an arrow's label takes at a point; None if it cannot stand there.
    """
    found: dict[str, Point] = {}
    taken: list[Box] = []
    weighted = [arrow for arrow in diagram.arrows if arrow.weight]
    for arrow in weighted if len(weighted) <= MOST_LABELLED else []:
        for point in arrow.points:
            box = box_of(arrow, point)
            if box is None or any(_meet(box, other) for other in taken):
                continue
            if _is_free(diagram, arrow, box):
                found[arrow.weight] = point
                taken.append(box)
                break
    return found


def _is_free(diagram: Diagram, own: Arrow, box: Box) -> bool:
    """Whether no circle and no other arrow is in a box."""
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > diagram.width or bottom > diagram.height:
        return False
    for node in diagram.nodes.values():
        x, y = min(max(node.x, left), right), min(max(node.y, top), bottom)
        if (x - node.x) ** 2 + (y - node.y) ** 2 < node.radius**2:
            return False
    return not any(_crosses(arrow, box) for arrow in diagram.arrows if arrow is not own)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(arrow: Arrow, box: Box) -> bool:
    """Whether an arrow runs through a box: its line, clipped to the box, leaves something."""
    first, last = 0.0, 1.0
    for start, end, low, high in zip(arrow.start, arrow.end, box[:2], box[2:], strict=True):
        if start == end:
            if not low < start < high:
                return False
            continue
        enter, leave = sorted(((low - start) / (end - start), (high - start) / (end - start)))
        first, last = max(first, enter), min(last, leave)
    return first < last


def _height(row: int, rows: int, height: float) -> float:
    """Evenly spread, with as much room between the outer rows and the edge as a loop takes."""
    edge = height * 3 / 14
    return height / 2 if rows == 1 else edge + (height - 2 * edge) * row / (rows - 1)


def _arrows(network: Network, nodes: dict[str, Node]) -> list[Arrow]:
    """One for each weight, from the signal it weighs, and one from each output to the error."""
    arrows = [
        _arrow(nodes[link.signal], nodes[unit.sum], link.weight)
        for group in network.groups
        for unit in group.units
        for link in unit.links
    ]
    outputs = network.groups[-1].signals
    return arrows + [_arrow(nodes[output], nodes[TOTAL]) for output in outputs]


def _arrow(start: Node, end: Node, weight: str = "") -> Arrow:
    """From the right edge of one circle to the edge of the next, towards its middle."""
    x, y = start.x + start.radius, start.y
    length = ((end.x - x) ** 2 + (end.y - y) ** 2) ** 0.5
    part = (length - end.radius) / length
    return Arrow((x, y), (x + part * (end.x - x), y + part * (end.y - y)), weight)


def _loops(network: Network, nodes: dict[str, Node], height: float) -> list[Loop]:
    loops = []
    for unit in (unit for group in network.groups[1:] for unit in group.units):
        start, end = nodes[unit.sum], nodes[unit.signal]
        above = start.y <= height / 2
        edge = -start.radius if above else start.radius
        loops.append(Loop((start.x, start.y + edge), (end.x, end.y + edge), above))
    return loops
