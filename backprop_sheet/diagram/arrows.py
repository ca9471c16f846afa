"""The arrows of a drawing, and the bows from sums to activations."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import inf

from backprop_sheet.diagram.bodies import Body, body_of, sources_of
from backprop_sheet.diagram.columns import WEIGHT_ROLE, is_picture
from backprop_sheet.diagram.parts import BEND, Arrow, Loop, Node
from backprop_sheet.diagram.shortened import WHOLE, Shortening
from backprop_sheet.formula import names
from backprop_sheet.network import TOTAL, Network, Unit
from backprop_sheet.network.grids import Picture, pictures

SPREAD = 0.8
"""How much of the height of a row the beginnings of its arrows take."""
BESIDE_BOW, LOWEST = 2, 0.35
"""How far a bow stays from circles, in pixels; and how high it is at least, as a part of the usual
height."""


def arrows_of(
    network: Network,
    nodes: Mapping[str, Node],
    bodies: Mapping[str, Body],
    most: Shortening = WHOLE,
) -> list[Arrow]:
    """One arrow for each weight, from its signal, and one from each output to the error.

    Arrows to a picture begin at whole pictures, and go through its kernels if it has any. One leads
    from its sums to its activations.
    """
    arrows: list[Arrow] = []
    sizes = Counter(node.body for node in nodes.values())
    starts = _starts(nodes)

    def start(signal: str, weight: str) -> tuple[Body, str]:
        alone = weight and sizes[nodes[signal].body] <= most.places
        return (starts[signal], weight) if alone else (bodies[signal], "")

    for group in network.groups[1:]:
        if is_picture(group):
            for picture in pictures(group):
                if picture.units[0].sum not in bodies:
                    continue  # it is left out
                arrows += _to_picture(picture, nodes, bodies)
            continue
        for unit in (unit for unit in group.units if unit.sum in nodes):
            if (grid := _weights_of(unit, nodes)) is not None:
                arrows += [_between(body, grid) for body in sources_of([unit], bodies)]
                arrows.append(_arrow(grid, nodes[unit.sum]))
                continue
            taken = dict.fromkeys(
                start(signal, weight)
                for signal, weight in unit.sources
                if signal in nodes  # random numbers have no circle
            )
            arrows += [_arrow(body, nodes[unit.sum], weight) for body, weight in taken]
    ends = [name for name in outputs_of(network) if name in nodes]
    return arrows + [_arrow(body_of([output], nodes), nodes[TOTAL]) for output in ends]


def _starts(nodes: Mapping[str, Node]) -> dict[str, Body]:
    """Where an arrow begins that leads from one quantity alone.

    Arrows from places of a picture begin at its edge, those of a row one below the other.
    """
    rows: dict[tuple[str, float], list[Node]] = {}
    for node in nodes.values():
        rows.setdefault((node.body, node.y), []).append(node)
    found = {}
    for row in rows.values():
        right = max(node.x + node.radius for node in row)
        for place, node in enumerate(row):
            down = (2 * place + 1 - len(row)) / len(row) * SPREAD * node.radius
            found[node.name] = Body(node.body, node.x - node.radius, right, node.y + down)
    return found


def _weights_of(unit: Unit, nodes: Mapping[str, Node]) -> Body | None:
    """The grid of a circle's weights; None if they have no grid."""
    weights = [link.weight for link in unit.links if link.weight in nodes]
    drawn = weights and nodes[weights[0]].square and nodes[weights[0]].role == WEIGHT_ROLE
    return body_of(weights, nodes) if drawn else None


def outputs_of(network: Network) -> list[str]:
    """What the errors are made of: the outputs, or what a formula of one's own takes."""
    drawn = {name for group in network.groups for name in group.signals}
    parts = names(network.derived[TOTAL].formula)
    errors = {name for one in network.compared for name in one.errors}
    used = [n for p in parts for n in (names(network.derived[p].formula) if p in errors else [p])]
    return [name for name in dict.fromkeys(used) if name in drawn]


def _to_picture(
    picture: Picture, nodes: Mapping[str, Node], bodies: Mapping[str, Body]
) -> Iterator[Arrow]:
    target = bodies[picture.units[0].sum]
    for sums, activations in pairwise(picture.maps):
        yield _between(bodies[sums.names[0]], bodies[activations.names[0]])
    for source in sources_of(picture.units, bodies):
        between = target
        places = [name for grid in picture.kernels for name in grid.names if name in nodes]
        if places:
            between = body_of(places, nodes)
            yield _between(between, target)
        yield _between(source, between)


def _between(start: Body, end: Body) -> Arrow:
    """An arrow from the right edge of a picture to the left edge of another."""
    ends = (start.right, start.y), (end.left, end.y)
    return Arrow(*ends, source=start.name, target=end.name)


def _arrow(start: Body, end: Node, weight: str = "") -> Arrow:
    """An arrow from the right edge of a body to the edge of a circle, towards its middle."""
    x, y = start.right, start.y
    length = ((end.x - x) ** 2 + (end.y - y) ** 2) ** 0.5
    part = (length - end.radius) / length
    tip = x + part * (end.x - x), y + part * (end.y - y)
    return Arrow((x, y), tip, weight, start.name, end.body)


def loops_of(network: Network, nodes: Mapping[str, Node], height: float) -> list[Loop]:
    """The bows, as high as circles above or below them allow."""
    loops = []
    for unit in (unit for group in network.groups[1:] for unit in group.units):
        if unit.sum == unit.signal or unit.sum not in nodes or nodes[unit.sum].square:
            continue
        start, end = nodes[unit.sum], nodes[unit.signal]
        above = start.y <= height / 2
        edge = -start.radius if above else start.radius
        ends = (start.x, start.y + edge), (end.x, end.y + edge)
        part = min(1.0, max(LOWEST, _room(nodes, start, end, above) / (BEND * start.radius)))
        loops.append(Loop(*ends, above, unit.sum, unit.signal, part))
    return loops


def _room(nodes: Mapping[str, Node], start: Node, end: Node, above: bool) -> float:
    """How far the next circle is above or below two circles with a bow, in pixels."""
    middle, out = (start.x + end.x) / 2, -1 if above else 1
    return min(
        (
            out * (node.y - start.y) - node.radius - start.radius - BESIDE_BOW
            for node in nodes.values()
            if abs(node.x - middle) < node.radius + start.radius and out * (node.y - start.y) > 0
        ),
        default=inf,
    )
