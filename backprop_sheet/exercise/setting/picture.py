"""A network's drawing as SVG, for a page on paper: names only, no numbers."""

from collections.abc import Iterator
from functools import lru_cache
from html import escape

from backprop_sheet.diagram import Arrow, Diagram, Loop, Node, diagram_of
from backprop_sheet.network import Network
from backprop_sheet.palette import NODES

WIDTH, HEIGHT = 640, 260
MOST_NODES = 40
"""A larger network has no picture: its names could not be read on a phone."""
GREY = "595959"
STYLE = (
    f"text{{font:14px sans-serif;text-anchor:middle;dominant-baseline:central;fill:#{GREY}}}"
    ".weight{paint-order:stroke;stroke:#fff;stroke-width:5px;stroke-linejoin:round}"
    ".name{fill:#fff;font-weight:600}"
)


@lru_cache(maxsize=4)
def picture(network: Network) -> str:
    """The drawing as an SVG element; empty for a network that is too large."""
    drawn = diagram_of(network, WIDTH, HEIGHT)
    if len(drawn.nodes) > MOST_NODES:
        return ""
    shapes = [
        *map(_line, drawn.arrows),
        *map(_bow, drawn.loops),
        *map(_node, drawn.nodes.values()),
        *(_weight(arrow) for arrow in drawn.arrows if arrow.weight),
        *_biases(network, drawn),
    ]
    head = (
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#{GREY}"/></marker></defs>'
    )
    return (
        f'<svg viewBox="0 0 {drawn.width:g} {drawn.height:g}" role="img" '
        f'aria-label="The network">{head}{"".join(shapes)}</svg>'
    )


def _line(arrow: Arrow) -> str:
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    return _path(f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}")


def _bow(loop: Loop) -> str:
    (x0, y0), (x, y), (x1, y1) = loop.start, loop.bend, loop.end
    return _path(f"M{x0:.1f} {y0:.1f}Q{x:.1f} {y:.1f} {x1:.1f} {y1:.1f}")


def _path(way: str) -> str:
    return f'<path d="{way}" fill="none" stroke="#{GREY}" marker-end="url(#tip)"/>'


def _node(node: Node) -> str:
    color = NODES.get(node.role, GREY)
    size = min(14.0, node.radius * 3.2 / max(2, len(node.name)))
    return (
        f'<circle cx="{node.x:.1f}" cy="{node.y:.1f}" r="{node.radius:.1f}" fill="#{color}"/>'
        f'<text class="name" x="{node.x:.1f}" y="{node.y:.1f}" style="font-size:{size:.1f}px">'
        f"{escape(node.name)}</text>"
    )


def _biases(network: Network, drawn: Diagram) -> Iterator[str]:
    """The bias of each neuron, in the circle of its sum below the name."""
    for unit in (unit for group in network.groups for unit in group.units if unit.bias):
        if node := drawn.nodes.get(unit.sum):
            y, size = node.y + 0.55 * node.radius, 0.5 * node.radius
            yield (
                f'<text class="name" x="{node.x:.1f}" y="{y:.1f}" style="font-size:{size:.1f}px">'
                f"+ {escape(unit.bias)}</text>"
            )


def _weight(arrow: Arrow) -> str:
    x, y = arrow.points[0]
    raised = y - 11 if arrow.level else y
    return f'<text class="weight" x="{x:.1f}" y="{raised:.1f}">{escape(arrow.weight)}</text>'
