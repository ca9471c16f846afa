"""How large a drawing is, and how large its circles are."""

from collections.abc import Sequence

from backprop_sheet.diagram.columns import (
    CAPTION,
    LARGEST_PLACE,
    OMITTED_WIDTH,
    all_columns,
    drawn_columns,
    is_picture,
    roles_of,
)
from backprop_sheet.diagram.gaps import (
    GOOD_GAP,
    KERNEL_GAP,
    LAST_GAP,
    gap_widths,
)
from backprop_sheet.diagram.parts import MARGIN, RADIUS, TOTAL_RADIUS
from backprop_sheet.diagram.shortened import WHOLE, Shortening, ends
from backprop_sheet.network import Group, Network

MOST_TIMES = 2.5
"""How many times as wide or high as usual a drawing of a large network is."""
BOWED, MOST_FOR_BOWS = 3.05, 1.5
"""How many radiuses rows with bows are apart so that these are whole; and how many times as high as
usual a drawing gets for that."""
CIRCLE_GAP = 2.5
"""The gap before a column of circles, in their radiuses, where a drawing is wide enough."""


def good_size(
    network: Network,
    usual: tuple[float, float],
    kernel_gap: float = KERNEL_GAP,
    most: Shortening = WHOLE,
) -> tuple[float, float]:
    """Width and height with room for all grids, if that is more than the usual size."""
    if not any(map(is_picture, network.groups)):
        return usual
    columns = all_columns(network, RADIUS, LARGEST_PLACE, MOST_TIMES * usual[1], most)
    width = sum(column.width for column in columns) + 2 * MARGIN + 2 * TOTAL_RADIUS
    width += sum(gap_widths(columns, GOOD_GAP, kernel_gap)) + LAST_GAP - GOOD_GAP
    ys = [node.y for column in columns for node in column.nodes if node.square]
    tall = max(ys) - min(ys) if ys else 0.0  # all of them may be left out
    height = tall + 2 * (LARGEST_PLACE + CAPTION)
    return (
        min(max(usual[0], width), MOST_TIMES * usual[0]),
        min(max(usual[1], height), MOST_TIMES * usual[1]),
    )


def readable_size(
    network: Network,
    usual: tuple[float, float],
    most: Shortening,
    radius: float,
    kernel_gap: float = KERNEL_GAP,
) -> tuple[float, float]:
    """Width and height in which circles have at least a radius, and grids and bows room.

    Neither is less than usual, nor more than `MOST_TIMES` as much.
    """
    width, height = good_size(network, usual, kernel_gap, most)
    circles = _circles_across(network, most)
    room = radius * sum(2 * across + CIRCLE_GAP for across in circles)
    if not any(map(is_picture, network.groups)):
        width = max(width, room + 2 * MARGIN + 2 * TOTAL_RADIUS)
    height = max(height, 3 * radius * most_circles(network, most))
    with_bows = filter(_has_bows, _drawn(network, most))
    rows = max(map(_units, with_bows), default=0)
    bowed = 2 * most.edge + BOWED * RADIUS * (min(rows, most.rows) - 1)
    height = max(height, min(bowed, MOST_FOR_BOWS * usual[1]))
    return min(width, MOST_TIMES * usual[0]), min(height, MOST_TIMES * usual[1])


def _drawn(network: Network, most: Shortening) -> list[list[Group]]:
    """The groups of each column that is drawn."""
    first, last, _ = ends(drawn_columns(network), most.columns)
    return [*first, *last]


def _units(groups: Sequence[Group]) -> int:
    """How many circles stand below each other in a column, each with its activation beside it."""
    return sum(len(group.units) for group in groups)


def _has_bows(groups: Sequence[Group]) -> bool:
    """Whether a column has circles with bows."""
    return not is_picture(groups[0]) and len(roles_of(groups[0])) > 1


def _circles_across(network: Network, most: Shortening) -> list[int]:
    """How many circles stand side by side in each column that is drawn."""
    drawn = _drawn(network, most)
    return [len(groups[0].units[0].quantities) for groups in drawn if groups[0].units]


def fitting_radius(network: Network, width: float, most: Shortening) -> float:
    """The largest radius that leaves gaps as wide between the columns of circles."""
    if any(map(is_picture, network.groups)):
        return RADIUS
    across = _circles_across(network, most)
    free = width - 2 * MARGIN - 2 * TOTAL_RADIUS
    if len(across) < len(drawn_columns(network)):
        free -= OMITTED_WIDTH
    return free / (sum(2 * circles + 1 for circles in across) or 1)


def most_circles(network: Network, most: Shortening) -> int:
    """The most circles of a column, with the dots for those that are left out."""
    drawn = _drawn(network, most)
    circles = [_units(groups) for groups in drawn if not is_picture(groups[0])]
    return min(max(circles, default=1), most.rows)
