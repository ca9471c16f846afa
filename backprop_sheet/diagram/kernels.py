"""The kernels of a picture, and the weights of circles that take a picture, in the gap before."""

from collections.abc import Iterator

from backprop_sheet.diagram.bodies import body_of
from backprop_sheet.diagram.columns import (
    CAPTION,
    LARGEST_PLACE,
    WEIGHT_ROLE,
    Column,
    Shown,
    squares,
)
from backprop_sheet.diagram.parts import Caption, Node, Omitted
from backprop_sheet.diagram.shortened import WHOLE, Shortening, ends

KERNEL = 0.7
"""The share of the gap before a feature map that its kernel takes."""


def kernels_before(
    shown: Shown,
    nodes: dict[str, Node],
    left: float,
    right: float,
    most: Shortening = WHOLE,
) -> Column:
    """The kernels of a picture one below the other, in the gap before it."""
    every = shown.picture.kernels
    if every and not shown.kernel_columns:
        count = sum(len(kernel.names) for kernel in every)
        middle = body_of(shown.picture.maps[0].names, nodes).y - CAPTION
        return Column(0, [], omitted=[Omitted(count, (left + right) / 2, middle, of="weight")])
    first, last, missing = ends(every, most.kernels)
    kernels = [*first, *last]
    if not kernels:
        return Column(0, [])
    rows, columns = len(kernels[0].rows), len(kernels[0].rows[0])
    tall = (len(kernels) + bool(missing)) * (rows + 0.5) - 0.5
    cell = min(LARGEST_PLACE, KERNEL * (right - left) / columns, shown.room / tall)
    x = (left + right - cell * columns) / 2
    y = body_of(shown.picture.maps[0].names, nodes).y - tall * cell / 2
    scale = f"{shown.scale} {WEIGHT_ROLE}"
    begin, end = every[0].names[0], every[-1].names[-1]
    look = Node("", WEIGHT_ROLE, 0, 0, cell / 2, scale, begin)
    step = (rows + 0.5) * cell
    places: list[Node] = []
    omitted: list[Omitted] = []
    for number, kernel in enumerate(kernels):
        down = number + (1 if missing and number >= len(first) else 0)
        places += squares(kernel, look, (x, y + down * step))
    if missing:
        middle = y + len(first) * step + rows * cell / 2
        omitted.append(Omitted(missing, (left + right) / 2, middle, of="kernel"))
    name = begin if begin == end else f"{begin}…{end}"
    caption = Caption(name, (left + right) / 2, y, scale)
    return Column(right - left, places, [caption], omitted=omitted)


def weights_before(
    column: Column, left: float, right: float, apart: float, height: float
) -> Iterator[tuple[list[Node], Caption]]:
    """The weights of circles that take all places of a picture, each as a grid in the gap before.

    Args:
        column: the column of the circles, where it stands.
        left: the left edge of the gap.
        right: its right edge.
        apart: how far the middles of its rows are apart.
        height: the height of the drawing.
    """
    circles = {node.name: node for node in column.nodes}
    above = min((circles[name].y for name in column.weights), default=0.0)
    below = height - max((circles[name].y for name in column.weights), default=0.0)
    room = min(apart, 2 * above, 2 * below) - 2 * CAPTION
    for name, grid in column.weights.items():
        rows, columns = len(grid.rows), len(grid.rows[0])
        cell = min(LARGEST_PLACE, KERNEL * (right - left) / columns, room / rows)
        x, y = (left + right - cell * columns) / 2, circles[name].y - rows * cell / 2
        scale = f"{name} {WEIGHT_ROLE}"
        look = Node("", WEIGHT_ROLE, 0, 0, cell / 2, scale, grid.names[0])
        caption = Caption(grid.name, (left + right) / 2, y, scale)
        yield list(squares(grid, look, (x, y))), caption
