"""Lays out a network's drawing: the positions of its nodes and arrows. It does not draw them.

Coordinates are in pixels from the upper left corner, x to the right and y downwards.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import prod
from typing import NamedTuple

from backprop_sheet.formula import names
from backprop_sheet.network import TOTAL, Group, Network

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""
MARGIN = 8
RADIUS, TOTAL_RADIUS = 22, 34
ALONG, LEVEL = (0.75, 0.65, 0.85, 0.55, 0.45, 0.35, 0.25), (0.5, 0.4, 0.6, 0.3, 0.7)
"""Where along an arrow its label may be, best first. Sloping arrows cross in the middle, so their
labels are best beyond it; a level arrow's label is best in the middle."""
PICTURE = 3
"""Axes of a group that is pictures: channels, rows, columns."""
WEIGHT_ROLE = "kernel"
"""The role of the places of a kernel; in a sheet they look like sums of hidden neurons."""
KERNEL = 0.7
"""The share of the gap before a feature map that its kernel takes."""
LARGEST_PLACE, CAPTION = 20, 16
"""The largest place of a picture, and the height of what it is called."""
MOST_LABELLED = 200
"""The most weights that get labels: with more, the search is long and finds hardly any room."""


@dataclass(frozen=True)
class Node:
    """A circle with the name of its quantity, or a square of a picture.

    Attributes:
        name: the quantity.
        role: a style, such as ``hidden sum``.
        x, y: its middle.
        radius: half its width.
        square: whether it is a place of a picture, whose colour shows its number.
    """

    name: str
    role: str
    x: float
    y: float
    radius: float
    square: bool = False


class Caption(NamedTuple):
    """What a picture is called, and the middle of its upper edge."""

    text: str
    x: float
    y: float


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
    captions: list[Caption] = field(default_factory=list)


def diagram_of(network: Network, width: float, height: float) -> Diagram:
    """Lay out a network from left to right: a column for each group's units, then the error."""
    circles = [len(group.units) for group in network.groups if not is_picture(group)]
    radius = min(RADIUS, height / (3 * max(circles, default=1)), _fitting(network, width))
    columns = [
        _pictures(group, height) if is_picture(group) else _column(group, radius, height)
        for group in network.groups
    ]
    gap = (width - 2 * MARGIN - sum(c.width for c in columns) - 2 * TOTAL_RADIUS) / len(columns)
    nodes: dict[str, Node] = {}
    captions: list[Caption] = []
    left: float = MARGIN
    for group, column in zip(network.groups, columns, strict=True):
        nodes |= {node.name: node for node in _kernels(group, column, left, gap)}
        nodes |= {node.name: replace(node, x=left + node.x) for node in column.nodes}
        captions += [caption._replace(x=left + caption.x) for caption in column.captions]
        left += column.width + gap
    nodes[TOTAL] = Node(TOTAL, "total error", left + TOTAL_RADIUS, height / 2, TOTAL_RADIUS)
    nodes |= _unrolled(network, nodes, height)
    arrows, loops = _arrows(network, nodes), _loops(network, nodes, height)
    return Diagram(width, height, nodes, arrows, loops, captions)


def _fitting(network: Network, width: float) -> float:
    """The largest radius that leaves gaps as wide between the columns of circles."""
    across = [len(g.units[0].quantities) for g in network.groups if g.units and not is_picture(g)]
    free = width - 2 * MARGIN - 2 * TOTAL_RADIUS
    return free / (sum(2 * circles + 1 for circles in across) or 1)


def _unrolled(network: Network, nodes: dict[str, Node], height: float) -> dict[str, Node]:
    """Inputs that steps behind the first take, above the step before, where it is one circle.

    In the first column, their arrows would run through the steps between.
    """
    first, *steps = network.groups
    takes = [{signal for unit in step.units for signal, _ in unit.sources} for step in steps]
    moved: dict[str, Node] = {}
    for name in first.signals:
        number = next((k for k, taken in enumerate(takes) if name in taken), 0)
        before = nodes[steps[number - 1].units[0].sum]
        free = number and len(steps[number - 1].units) == 1 and not nodes[name].square
        if free and all(node.x != before.x for node in moved.values()):
            moved[name] = replace(nodes[name], x=before.x, y=_y_of(0, 2, height))
    if not moved:
        return {}
    rest = [name for name in first.signals if name not in moved]
    return moved | {
        name: replace(nodes[name], y=_y_of(row, len(rest), height)) for row, name in enumerate(rest)
    }


def is_picture(group: Group) -> bool:
    """Whether a group is drawn as pictures: channels of rows and columns."""
    return len(group.shape) == PICTURE and group.shape[1] * group.shape[2] > 1


class _Column(NamedTuple):
    """What stands in one column of the drawing, at x from 0 on."""

    width: float
    nodes: list[Node]
    captions: list[Caption]


def _column(group: Group, radius: float, height: float) -> _Column:
    """The units of a group as circles one below the other."""
    roles = _roles(group)
    nodes = [
        Node(name, role, radius * (1 + 2 * place), _y_of(row, len(group.units), height), radius)
        for row, unit in enumerate(group.units)
        for place, (name, role) in enumerate(zip(unit.quantities, roles, strict=True))
    ]
    return _Column(2 * radius * len(roles), nodes, [])


def _pictures(group: Group, height: float) -> _Column:
    """The units of a group as pictures: one below the other for each channel, sums on the left."""
    channels, rows, columns = group.shape
    free = height - 2 * MARGIN - channels * CAPTION
    cell = min(LARGEST_PLACE, free / (channels * rows))
    across, tall = cell * (columns + 0.5), cell * rows + CAPTION
    top = (height - channels * tall) / 2
    roles = _roles(group)
    nodes, captions = [], []
    for number, unit in enumerate(group.units):
        channel, place = divmod(number, rows * columns)
        row, column = divmod(place, columns)
        for offset, (name, role) in enumerate(zip(unit.quantities, roles, strict=True)):
            x = offset * across + cell * (column + 0.5)
            y = top + channel * tall + CAPTION + cell * (row + 0.5)
            nodes.append(Node(name, role, x, y, cell / 2, square=True))
            if not place:
                middle = offset * across + cell * columns / 2
                captions.append(Caption(_map_name(name), middle, y - cell / 2))
    return _Column(across * len(roles) - cell / 2, nodes, captions)


def _kernels(group: Group, column: _Column, left: float, gap: float) -> Iterator[Node]:
    """The weights of kernels as pictures in the gap before their feature maps."""
    if not (group.kernel and is_picture(group)):
        return
    inputs, rows, columns = group.kernel
    cell = min(LARGEST_PLACE, KERNEL * gap / columns)
    height = inputs * rows + (inputs - 1) / 2
    places = prod(group.shape[1:])
    first = {unit.sum: number for number, unit in enumerate(group.units)}
    for channel in range(group.shape[0]):
        under = [n for n in column.nodes if first.get(n.name, -1) // places == channel]
        top = (under[0].y + under[-1].y - height * cell) / 2
        own = group.weights[channel * prod(group.kernel) :]
        for number, weight in enumerate(own[: prod(group.kernel)]):
            into, place = divmod(number, rows * columns)
            row, at = divmod(place, columns)
            x = left - gap / 2 + cell * (at - (columns - 1) / 2)
            y = top + cell * (into * (rows + 0.5) + row + 0.5)
            yield Node(weight, WEIGHT_ROLE, x, y, cell / 2, square=True)


def _map_name(name: str) -> str:
    """What a feature map is called, from its first place: a_c2_1_1 belongs to a_c2."""
    return re.sub(r"_1_1$|1$", "", name)


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
    """One arrow for each weight, from its signal, and one from each output to the error.

    A kernel is a picture of its own, between the pictures that it goes over and its feature map.
    """
    arrows, drawn = [], {name for name in nodes if nodes[name].role == WEIGHT_ROLE}
    for before, group in pairwise(network.groups):
        if drawn.intersection(group.weights):
            arrows += _through_kernels(before, group, nodes)
        for unit in group.units:
            for signal, weight in unit.sources:
                if weight not in drawn and signal in nodes:  # chance has no node
                    arrows.append(_arrow(nodes[signal], nodes[unit.sum], weight))
    return arrows + [_arrow(nodes[output], nodes[TOTAL]) for output in _outputs(network)]


def _outputs(network: Network) -> list[str]:
    """What the errors are made of: the outputs, or what a formula of one's own takes."""
    drawn = {name for group in network.groups for name in group.signals}
    parts = names(network.derived[TOTAL].formula)
    errors = {name for one in network.compared for name in one.errors}
    used = [n for p in parts for n in (names(network.derived[p].formula) if p in errors else [p])]
    return [name for name in dict.fromkeys(used) if name in drawn]


def _through_kernels(before: Group, group: Group, nodes: dict[str, Node]) -> list[Arrow]:
    """An arrow from a picture to each kernel, and one from there to its feature map."""
    rows, columns = before.shape[1:]
    source = nodes[before.signals[rows // 2 * columns + columns - 1]]
    size, places = prod(group.kernel), prod(group.shape[1:])
    arrows = []
    for channel in range(group.shape[0]):
        kernel = [nodes[weight] for weight in group.weights[channel * size : (channel + 1) * size]]
        middle = replace(kernel[0], y=(kernel[0].y + kernel[-1].y) / 2)
        units = group.units[channel * places : (channel + 1) * places]
        first, last = nodes[units[0].sum], nodes[units[-1].sum]
        target = replace(first, y=(first.y + last.y) / 2)
        arrows += [_arrow(source, middle), _arrow(replace(middle, x=kernel[-1].x), target)]
    return arrows


def _arrow(start: Node, end: Node, weight: str = "") -> Arrow:
    """An arrow from the right edge of one circle to the edge of another, towards its middle."""
    x, y = start.x + start.radius, start.y
    length = ((end.x - x) ** 2 + (end.y - y) ** 2) ** 0.5
    part = (length - end.radius) / length
    return Arrow((x, y), (x + part * (end.x - x), y + part * (end.y - y)), weight)


def _loops(network: Network, nodes: dict[str, Node], height: float) -> list[Loop]:
    loops = []
    for unit in (unit for group in network.groups[1:] for unit in group.units):
        if unit.sum == unit.signal or nodes[unit.sum].square:
            continue
        start, end = nodes[unit.sum], nodes[unit.signal]
        above = start.y <= height / 2
        edge = -start.radius if above else start.radius
        loops.append(Loop((start.x, start.y + edge), (end.x, end.y + edge), above))
    return loops
