"""Lays out a network's drawing: the positions of its nodes and arrows. It does not draw them.

Coordinates are in pixels from the upper left corner, x to the right and y downwards.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.network import TOTAL, Group, Network, Unit
from backprop_sheet.network.grids import Grid, Picture, pictures

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""
MARGIN = 8
RADIUS, TOTAL_RADIUS = 22, 34
ALONG, LEVEL = (0.75, 0.65, 0.85, 0.55, 0.45, 0.35, 0.25), (0.5, 0.4, 0.6, 0.3, 0.7)
"""Where along an arrow its label may be, best first. Sloping arrows cross in the middle, so their
labels are best beyond it; a level arrow's label is best in the middle."""
WEIGHT_ROLE = "kernel"
"""The role of the places of a kernel; in a sheet they look like sums of hidden neurons."""
KERNEL, KERNEL_GAP = 0.7, 18
"""The share of the gap before a feature map that its kernel takes, and the gap's width for each
column of the kernel."""
LEAST_GAP, GOOD_GAP, LAST_GAP = 12, 44, 80
"""The least width of a gap, for which all else gets smaller; one with room for a weight's label;
and one before the total error, with room for what is said of an output."""
LEAST_KERNEL_GAP = 8
"""The least width of a gap for each column of its kernel."""
MOST_TIMES = 2.5
"""How many times as wide or high as usual a drawing with many grids is."""
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
        scale: of a square, a place of a picture, whose colour shows its number: all with the same
            text share one scale of colours. Empty for a circle.
    """

    name: str
    role: str
    x: float
    y: float
    radius: float
    scale: str = ""

    @property
    def square(self) -> bool:
        """Whether it is a place of a picture."""
        return bool(self.scale)


class Caption(NamedTuple):
    """What a picture is called.

    Attributes:
        text: its name.
        x, y: the middle of its upper edge.
        scale: that of its places.
    """

    text: str
    x: float
    y: float
    scale: str


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
    radius = min(RADIUS, height / (3 * max(circles, default=1)))
    columns = _columns(network, radius, LARGEST_PLACE, height)
    room, taken = width - 2 * MARGIN - 2 * TOTAL_RADIUS, sum(column.width for column in columns)
    least = sum(_gap_widths(columns, LEAST_GAP, LEAST_KERNEL_GAP))
    if taken + least > room > least:
        part = (room - least) / taken
        columns = _columns(network, part * radius, part * LARGEST_PLACE, height)
        taken = sum(column.width for column in columns)
    gaps = [0.0, *_gaps(columns, width - 2 * MARGIN - taken - 2 * TOTAL_RADIUS)]
    nodes: dict[str, Node] = {}
    captions: list[Caption] = []
    bodies: dict[str, _Body] = {}
    left: float = MARGIN
    for column, gap in zip(columns, gaps, strict=False):
        left += gap
        down = _down(column, bodies, height)
        nodes |= {n.name: replace(n, x=left + n.x, y=down + n.y) for n in column.nodes}
        captions += [c._replace(x=left + c.x, y=down + c.y) for c in column.captions]
        for shown in column.pictures:
            places, texts = _kernels(shown, nodes, left - gap, left)
            nodes |= {node.name: node for node in places}
            captions += texts
        bodies |= _bodies(column, nodes)
        left += column.width
    x = left + gaps[-1] + TOTAL_RADIUS
    nodes[TOTAL] = Node(TOTAL, "total error", x, height / 2, TOTAL_RADIUS)
    arrows, loops = _arrows(network, nodes, bodies), _loops(network, nodes, height)
    return Diagram(width, height, nodes, arrows, loops, captions)


def good_size(network: Network, usual: tuple[float, float]) -> tuple[float, float]:
    """Width and height with room for all grids, if that is more than the usual size."""
    if not any(map(is_picture, network.groups)):
        return usual
    columns = _columns(network, RADIUS, LARGEST_PLACE, MOST_TIMES * usual[1])
    width = sum(column.width for column in columns) + 2 * MARGIN + 2 * TOTAL_RADIUS
    width += sum(_gap_widths(columns, GOOD_GAP, KERNEL_GAP)) + LAST_GAP - GOOD_GAP
    ys = [node.y for column in columns for node in column.nodes if node.square]
    height = max(ys) - min(ys) + 2 * (LARGEST_PLACE + CAPTION)
    return (
        min(max(usual[0], width), MOST_TIMES * usual[0]),
        min(max(usual[1], height), MOST_TIMES * usual[1]),
    )


def with_gradients(diagram: Diagram, network: Network) -> Diagram:
    """The drawing with the gradients of all pictures below it, each below its picture."""
    squares = [node for node in diagram.nodes.values() if node.square]
    known = {n.scale for n in squares if gradient_name(n.name) in network.quantities}
    if not known:
        return diagram
    squares = [node for node in squares if node.scale in known]
    down = diagram.height - min(node.y - node.radius for node in squares) + 2.5 * CAPTION
    gradients = {
        name: replace(node, name=name, y=node.y + down, scale=f"∂{node.scale}")
        for node in squares
        for name in [gradient_name(node.name)]
    }
    captions = [
        Caption(f"∂E/∂{text}", caption.x, caption.y + down, f"∂{caption.scale}")
        for caption in diagram.captions
        if caption.scale in known
        # Of w1…w9 only the w: the whole would be too wide.
        for text in [caption.text[0] if "…" in caption.text else caption.text]
    ]
    return replace(
        diagram,
        height=max(node.y + node.radius for node in gradients.values()) + 3 * CAPTION,
        nodes={**diagram.nodes, **gradients},
        captions=[*diagram.captions, *captions],
    )


def is_picture(group: Group) -> bool:
    """Whether a group is drawn as pictures: they have several columns, or channels several rows."""
    return bool(pictures(group)) and max(group.shape[1:]) > 1


class _Shown(NamedTuple):
    """A picture, what the scales of its places begin with, and the tallest that its kernels are."""

    picture: Picture
    scale: str
    room: float


@dataclass(frozen=True)
class _Column:
    """What stands in one column of the drawing, at x from 0 on."""

    width: float
    nodes: list[Node]
    captions: list[Caption] = field(default_factory=list)
    pictures: list[_Shown] = field(default_factory=list)

    @property
    def kernel_columns(self) -> int:
        """The most columns of the kernels that stand on its left; 0 without any."""
        kernels = (grid for shown in self.pictures for grid in shown.picture.kernels)
        return max((len(grid.rows[0]) for grid in kernels), default=0)


def columns_of(network: Network) -> list[list[Group]]:
    """The groups of each column: pictures that take nothing of each other stand in one."""
    columns: list[list[Group]] = []
    inside: set[str] = set()
    for group in network.groups:
        apart = inside.isdisjoint(signal for unit in group.units for signal, _ in unit.sources)
        if columns and is_picture(group) and is_picture(columns[-1][-1]) and apart:
            columns[-1].append(group)
        else:
            columns.append([group])
            inside.clear()
        inside.update(group.signals)
    return columns


def _columns(network: Network, radius: float, cell: float, height: float) -> list[_Column]:
    """All columns, with circles of a radius, and with places of pictures of at most a size."""
    return [
        _pictures(groups, cell, height)
        if is_picture(groups[0])
        else _column(groups[0], radius, height)
        for groups in columns_of(network)
    ]


def _gap_widths(columns: Sequence[_Column], usual: float, each: float) -> list[float]:
    """The widths of the gaps after each column, by the columns of the kernels in them."""
    return [max(usual, each * column.kernel_columns) for column in columns[1:]] + [usual]


def _gaps(columns: Sequence[_Column], free: float) -> list[float]:
    """The widths of the gaps after each column: wider ones for kernels, where there is room."""
    equal = free / len(columns)
    wanted = _gap_widths(columns, 0, KERNEL_GAP)
    wide = [gap for gap in wanted if gap > equal]
    if not wide:
        return [equal] * len(columns)
    rest = (free - sum(wide)) / max(1, len(wanted) - len(wide))
    if rest < LEAST_GAP:
        least = _gap_widths(columns, LEAST_GAP, LEAST_KERNEL_GAP)
        return [free / sum(least) * gap for gap in least]
    return [gap if gap > equal else rest for gap in wanted]


def _column(group: Group, radius: float, height: float) -> _Column:
    """The units of a group as circles one below the other."""
    roles = _roles(group)
    nodes = [
        Node(name, role, radius * (1 + 2 * place), _y_of(row, len(group.units), height), radius)
        for row, unit in enumerate(group.units)
        for place, (name, role) in enumerate(zip(unit.quantities, roles, strict=True))
    ]
    return _Column(2 * radius * len(roles), nodes)


def _pictures(groups: Sequence[Group], cell: float, height: float) -> _Column:
    """Groups as pictures one below the other, each with its sums on the left."""
    found = [(group, picture) for group in groups for picture in pictures(group)]
    free = height - 2 * MARGIN - len(found) * CAPTION
    cell = min(cell, free / sum(len(picture.maps[0].rows) for _, picture in found))
    top = (height - sum(len(p.maps[0].rows) * cell + CAPTION for _, p in found)) / 2
    nodes: list[Node] = []
    captions: list[Caption] = []
    shown: list[_Shown] = []
    width = 0.0
    for group, picture in found:
        left, y = 0.0, top + CAPTION
        for grid, role in zip(picture.maps, _roles(group), strict=True):
            scale = f"{group.units[0].sum} {role}"
            nodes += _squares(grid, (role, scale), (left, y), cell)
            right = left + cell * len(grid.rows[0])
            captions.append(Caption(grid.name, (left + right) / 2, y, scale))
            left, width = right + cell / 2, max(width, right)
        tall = len(picture.maps[0].rows) * cell
        alone = height - 2 * (MARGIN + CAPTION)
        shown.append(_Shown(picture, group.units[0].sum, alone if len(found) == 1 else tall))
        top = y + tall
    return _Column(width, nodes, captions, shown)


def _squares(grid: Grid, look: tuple[str, str], corner: Point, cell: float) -> Iterator[Node]:
    """The places of a grid; `look` is their role and scale, `corner` the upper left one."""
    role, scale = look
    for row, names in enumerate(grid.rows):
        for column, name in enumerate(names):
            if name:
                x, y = corner[0] + cell * (column + 0.5), corner[1] + cell * (row + 0.5)
                yield Node(name, role, x, y, cell / 2, scale)


def _kernels(
    shown: _Shown, nodes: dict[str, Node], left: float, right: float
) -> tuple[list[Node], list[Caption]]:
    """The kernels of a picture one below the other, in the gap before it."""
    kernels = shown.picture.kernels
    if not kernels:
        return [], []
    rows, columns = len(kernels[0].rows), len(kernels[0].rows[0])
    tall = len(kernels) * (rows + 0.5) - 0.5
    cell = min(LARGEST_PLACE, KERNEL * (right - left) / columns, shown.room / tall)
    x = (left + right - cell * columns) / 2
    y = _body(shown.picture.maps[0].names, nodes).y - tall * cell / 2
    scale = f"{shown.scale} {WEIGHT_ROLE}"
    places = [
        node
        for number, kernel in enumerate(kernels)
        for node in _squares(
            kernel, (WEIGHT_ROLE, scale), (x, y + number * (rows + 0.5) * cell), cell
        )
    ]
    first, last = kernels[0].names[0], kernels[-1].names[-1]
    return places, [Caption(f"{first}…{last}", (left + right) / 2, y, scale)]


def _down(column: _Column, bodies: Mapping[str, "_Body"], height: float) -> float:
    """How far down a column moves so that a single picture is level with what it takes."""
    if len(column.pictures) != 1 or column.kernel_columns:
        return 0.0
    sources = _sources(column.pictures[0].picture.units, bodies)
    if not sources:
        return 0.0
    down = sum(body.y for body in sources) / len(sources) - height / 2
    ys = [edge for n in column.nodes for edge in (n.y - n.radius - CAPTION, n.y + n.radius)]
    return max(MARGIN - min(ys), min(down, height - MARGIN - max(ys)))


class _Body(NamedTuple):
    """What arrows begin or end at: a circle, or a whole picture."""

    left: float
    right: float
    y: float


def _body(names: Sequence[str], nodes: Mapping[str, Node]) -> _Body:
    """The body of a circle, or of the places of a picture."""
    of = [nodes[name] for name in names]
    tops, bottoms = [n.y - n.radius for n in of], [n.y + n.radius for n in of]
    y = of[0].y if len(of) == 1 else (min(tops) + max(bottoms)) / 2
    return _Body(min(n.x - n.radius for n in of), max(n.x + n.radius for n in of), y)


def _bodies(column: _Column, nodes: Mapping[str, Node]) -> dict[str, _Body]:
    """What arrows begin or end at, for each circle and each place of a picture."""
    found = {node.name: _body([node.name], nodes) for node in column.nodes if not node.square}
    for shown in column.pictures:
        for grid in shown.picture.maps:
            found |= dict.fromkeys(grid.names, _body(grid.names, nodes))
    return found


def _sources(units: Iterable[Unit], bodies: Mapping[str, _Body]) -> list[_Body]:
    """What units take, each circle or picture once."""
    return list(dict.fromkeys(bodies[s] for unit in units for s, _ in unit.sources if s in bodies))


def _roles(group: Group) -> tuple[str, ...]:
    """The roles of the circles of a group's units."""
    if group.role == "input":
        return ("input",)
    both = (f"{group.role} sum", f"{group.role} activation")
    return both[-len(group.units[0].quantities) :]


def label_points(
    diagram: Diagram, box_of: Callable[[Arrow, Point], Rectangle | None]
) -> dict[Arrow, Point]:
    """Find a point for the label of each weight; one that several arrows share is labelled once.

    A label may not cover a node, another label or another weight's arrow.

    Args:
        diagram: the drawing.
        box_of: gives the rectangle that an arrow's label covers at a point, or None if the label
            may not be at that point.

    Returns:
        The points by arrow. Weights without room for a label are left out.
    """
    found: dict[Arrow, Point] = {}
    labelled: set[str] = set()
    occupied: list[Rectangle] = []
    weighted = [arrow for arrow in diagram.arrows if arrow.weight]
    for arrow in weighted if len(weighted) <= MOST_LABELLED else []:
        for point in arrow.points if arrow.weight not in labelled else []:
            box = box_of(arrow, point)
            if box is None or any(_overlap(box, other) for other in occupied):
                continue
            if _is_free(diagram, arrow, box):
                found[arrow] = point
                labelled.add(arrow.weight)
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


def _arrows(
    network: Network, nodes: Mapping[str, Node], bodies: Mapping[str, _Body]
) -> list[Arrow]:
    """One arrow for each weight, from its signal, and one from each output to the error.

    Arrows to a picture begin at whole pictures, and go through its kernels if it has any.
    """
    arrows: list[Arrow] = []
    for group in network.groups[1:]:
        if is_picture(group):
            for picture in pictures(group):
                arrows += _to_picture(picture, nodes, bodies)
            continue
        for unit in group.units:
            taken = dict.fromkeys(
                (_body([signal], nodes) if weight else bodies[signal], weight)
                for signal, weight in unit.sources
            )
            arrows += [_arrow(start, nodes[unit.sum], weight) for start, weight in taken]
    outputs = network.groups[-1].signals
    return arrows + [_arrow(_body([output], nodes), nodes[TOTAL]) for output in outputs]


def _to_picture(
    picture: Picture, nodes: Mapping[str, Node], bodies: Mapping[str, _Body]
) -> Iterator[Arrow]:
    target = bodies[picture.units[0].sum]
    for source in _sources(picture.units, bodies):
        between = target
        if picture.kernels:
            between = _body([name for grid in picture.kernels for name in grid.names], nodes)
            yield Arrow((between.right, between.y), (target.left, target.y))
        yield Arrow((source.right, source.y), (between.left, between.y))


def _arrow(start: _Body, end: Node, weight: str = "") -> Arrow:
    """An arrow from the right edge of a body to the edge of a circle, towards its middle."""
    x, y = start.right, start.y
    length = ((end.x - x) ** 2 + (end.y - y) ** 2) ** 0.5
    part = (length - end.radius) / length
    return Arrow((x, y), (x + part * (end.x - x), y + part * (end.y - y)), weight)


def _loops(network: Network, nodes: Mapping[str, Node], height: float) -> list[Loop]:
    loops = []
    for unit in (unit for group in network.groups[1:] for unit in group.units):
        if unit.sum == unit.signal or nodes[unit.sum].square:
            continue
        start, end = nodes[unit.sum], nodes[unit.signal]
        above = start.y <= height / 2
        edge = -start.radius if above else start.radius
        loops.append(Loop((start.x, start.y + edge), (end.x, end.y + edge), above))
    return loops
