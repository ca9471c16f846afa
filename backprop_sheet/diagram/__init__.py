"""Lays out a network's drawing: the positions of its nodes and arrows. It does not draw them.

Coordinates are in pixels from the upper left corner, x to the right and y downwards.

parts      circles, squares, captions, arrows    columns    groups as circles or as pictures
bodies     what arrows begin or end at           kernels    the kernels before a picture
arrows     arrows and bows                       labels     where labels have room
shortened  what is drawn of large networks       sizes      how large a drawing is
clearing   arrows beside circles and grids       crossings  how far arrows run into them
steps      what is alike in several steps        gaps       between columns
turned     from top to bottom
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram.arrows import arrows_of, loops_of
from backprop_sheet.diagram.bodies import Body, body_of, sources_of
from backprop_sheet.diagram.clearing import cleared, is_clear
from backprop_sheet.diagram.columns import (
    CAPTION,
    LARGEST_PLACE,
    WEIGHT_ROLE,
    Column,
    all_columns,
    columns_of,
    is_picture,
    roles_of,
    rows_apart,
    unrolled,
)
from backprop_sheet.diagram.gaps import (
    KERNEL_GAP,
    LEAST_GAP,
    LEAST_KERNEL_GAP,
    gap_widths,
    gaps_after,
)
from backprop_sheet.diagram.kernels import kernels_before, weights_before
from backprop_sheet.diagram.labels import (
    ends_of_covered,
    first_free,
    fits,
    label_points,
    overlap,
    part_covered,
)
from backprop_sheet.diagram.parts import (
    MARGIN,
    OF_GRIDS,
    RADIUS,
    TOTAL_RADIUS,
    Arrow,
    Caption,
    Diagram,
    Loop,
    Node,
    Omitted,
    Point,
    Rectangle,
)
from backprop_sheet.diagram.shortened import WHOLE, Shortening
from backprop_sheet.diagram.sizes import fitting_radius, good_size, most_circles, readable_size
from backprop_sheet.diagram.turned import turned
from backprop_sheet.network import TOTAL, Network

__all__ = [
    "MARGIN",
    "OF_GRIDS",
    "RADIUS",
    "TOTAL_RADIUS",
    "WEIGHT_ROLE",
    "Arrow",
    "Caption",
    "Diagram",
    "Loop",
    "Node",
    "Omitted",
    "Point",
    "Rectangle",
    "Shortening",
    "columns_of",
    "diagram_of",
    "ends_of_covered",
    "first_free",
    "fits",
    "good_size",
    "is_clear",
    "is_picture",
    "label_points",
    "overlap",
    "part_covered",
    "readable_size",
    "roles_of",
    "turned",
    "with_gradients",
]


def diagram_of(
    network: Network,
    width: float,
    height: float,
    largest: float = RADIUS,
    kernel_gap: float = KERNEL_GAP,
    most: Shortening = WHOLE,
) -> Diagram:
    """Lay out a network from left to right: a column for each group's units, then the error.

    Args:
        network: the network.
        width: the width of the drawing.
        height: its height.
        largest: the largest radius of a circle other than the error's.
        kernel_gap: the width before a picture for each column of its kernels, where there is room.
        most: how much of a large network is drawn; `Diagram.omitted` says what is not.
    """
    rows = most_circles(network, most)
    radius = min(
        largest,
        height / (3 * rows),
        rows_apart(rows, height, most) / 2,
        fitting_radius(network, width, most),
    )
    columns = all_columns(network, radius, LARGEST_PLACE, height, most)
    room, taken = width - 2 * MARGIN - 2 * TOTAL_RADIUS, sum(column.width for column in columns)
    least = sum(gap_widths(columns, LEAST_GAP, LEAST_KERNEL_GAP))
    if taken + least > room > least:
        part = (room - least) / taken
        columns = all_columns(network, part * radius, part * LARGEST_PLACE, height, most)
        taken = sum(column.width for column in columns)
    free = width - 2 * MARGIN - taken - 2 * TOTAL_RADIUS
    gaps = [0.0, *gaps_after(columns, free, kernel_gap)]
    parts = _side_by_side(columns, gaps, height, most)
    nodes = {node.name: node for part in parts for node in part.nodes}
    x = width - MARGIN - TOTAL_RADIUS
    nodes[TOTAL] = Node(TOTAL, "total error", x, height / 2, TOTAL_RADIUS)
    nodes |= unrolled(network, nodes, height, most)
    bodies = _bodies(parts, nodes)
    grids = [
        list(dict.fromkeys(n.body for n in part.nodes if n.square and part.pictures))
        for part in parts
    ]
    arrows = arrows_of(network, nodes, bodies, most)
    down = cleared(network, nodes, arrows, height, list(filter(None, grids)))
    if down:
        nodes = {n: replace(node, y=node.y + down.get(node.body, 0)) for n, node in nodes.items()}
        parts = [_moved_down(part, down) for part in parts]
        bodies = _bodies(parts, nodes)
        arrows = arrows_of(network, nodes, bodies, most)
    loops = loops_of(network, nodes, height)
    captions = [caption for part in parts for caption in part.captions]
    omitted = [dots for part in parts for dots in part.omitted]
    return Diagram(width, height, nodes, arrows, loops, captions, omitted)


def with_gradients(diagram: Diagram, network: Network) -> Diagram:
    """The drawing with the gradients of all pictures below it, each below its picture."""
    squares = [node for node in diagram.nodes.values() if node.square]
    known = {n.scale for n in squares if gradient_name(n.name) in network.quantities}
    if not known:
        return diagram
    squares = [node for node in squares if node.scale in known]
    down = diagram.height - min(node.y - node.radius for node in squares) + 2.5 * CAPTION
    gradients = {
        name: replace(
            node, name=name, y=node.y + down, scale=f"∂{node.scale}", picture=f"∂{node.picture}"
        )
        for node in squares
        for name in [gradient_name(node.name)]
    }
    captions = [
        Caption(f"∂E/∂{caption.text}", caption.x, caption.y + down, f"∂{caption.scale}")
        for caption in diagram.captions
        if caption.scale in known
    ]
    return replace(
        diagram,
        height=max(node.y + node.radius for node in gradients.values()) + 3 * CAPTION,
        nodes={**diagram.nodes, **gradients},
        captions=[*diagram.captions, *captions],
        omitted=[
            *diagram.omitted,
            *(o._replace(y=o.y + down) for o in diagram.omitted if o.of in OF_GRIDS),
        ],
    )


def _side_by_side(
    columns: Sequence[Column], gaps: Sequence[float], height: float, most: Shortening
) -> list[Column]:
    """The columns where they stand, each after its gap, with the kernels in that."""
    nodes: dict[str, Node] = {}
    parts: list[Column] = []
    left: float = MARGIN
    for column, gap in zip(columns, gaps, strict=False):
        left += gap
        part = _moved(column, left, _down(column, _bodies(parts, nodes), height))
        nodes |= {node.name: node for node in part.nodes}
        for shown in column.pictures:
            kernels = kernels_before(shown, nodes, left - gap, left, most)
            part.nodes.extend(kernels.nodes)
            part.captions.extend(kernels.captions)
            part.omitted.extend(kernels.omitted)
        apart = rows_apart(len(column.weights) or 1, height, most)
        for places, caption in weights_before(part, left - gap, left, apart, height):
            part.nodes.extend(places)
            part.captions.append(caption)
        nodes |= {node.name: node for node in part.nodes}
        parts.append(part)
        left += column.width
    return parts


def _moved(column: Column, right: float, down: float) -> Column:
    """A column that stands further to the right and further down."""
    return replace(
        column,
        nodes=[replace(node, x=node.x + right, y=node.y + down) for node in column.nodes],
        captions=[c._replace(x=c.x + right, y=c.y + down) for c in column.captions],
        omitted=[o._replace(x=o.x + right, y=o.y + down) for o in column.omitted],
    )


def _moved_down(column: Column, down: Mapping[str, float]) -> Column:
    """A column whose bodies have moved down: with what they are called, and dots between grids."""
    nodes = [replace(node, y=node.y + down.get(node.body, 0.0)) for node in column.nodes]
    of = {node.scale: down.get(node.body, 0.0) for node in column.nodes if node.square}
    captions = [c._replace(y=c.y + of.get(c.scale, 0.0)) for c in column.captions]
    dots = next(iter(of.values()), 0.0) if column.pictures else 0.0
    omitted = [o._replace(y=o.y + dots) for o in column.omitted]
    return replace(column, nodes=nodes, captions=captions, omitted=omitted)


def _bodies(parts: Iterable[Column], nodes: Mapping[str, Node]) -> dict[str, Body]:
    """What arrows begin or end at, for each circle and each place of a picture."""
    found: dict[str, Body] = {}
    for part in parts:
        found |= {n.name: body_of([n.name], nodes) for n in part.nodes if not n.square}
        for grid in (grid for shown in part.pictures for grid in shown.picture.maps):
            found |= dict.fromkeys(grid.names, body_of(grid.names, nodes))
    return found


def _down(column: Column, bodies: Mapping[str, Body], height: float) -> float:
    """How far down a column moves so that a single picture is level with what it takes."""
    if len(column.pictures) != 1 or column.kernel_columns:
        return 0.0
    sources = sources_of(column.pictures[0].picture.units, bodies)
    if not sources:
        return 0.0
    down = sum(body.y for body in sources) / len(sources) - height / 2
    ys = [edge for n in column.nodes for edge in (n.y - n.radius - CAPTION, n.y + n.radius)]
    return max(MARGIN - min(ys), min(down, height - MARGIN - max(ys)))
