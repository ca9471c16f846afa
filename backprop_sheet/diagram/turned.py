"""A drawing turned, so that it goes from top to bottom, as on a phone held upright."""

from dataclasses import replace

from backprop_sheet.diagram.parts import Arrow, Diagram, Loop, Point


def turned(diagram: Diagram) -> Diagram:
    """The drawing with x and y exchanged: what was on the left is at the top.

    It is for circles: what pictures show would lie on its side.
    """
    return Diagram(
        width=diagram.height,
        height=diagram.width,
        nodes={name: replace(node, x=node.y, y=node.x) for name, node in diagram.nodes.items()},
        arrows=[_arrow(arrow) for arrow in diagram.arrows],
        loops=[_loop(loop) for loop in diagram.loops],
    )


def _arrow(arrow: Arrow) -> Arrow:
    return replace(arrow, start=_swapped(arrow.start), end=_swapped(arrow.end))


def _loop(loop: Loop) -> Loop:
    return replace(loop, start=_swapped(loop.start), end=_swapped(loop.end))


def _swapped(point: Point) -> Point:
    return point[1], point[0]
