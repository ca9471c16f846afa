"""How far arrows run into circles and grids that they do not lead to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import hypot, inf
from typing import NamedTuple

from backprop_sheet.diagram.columns import CAPTION
from backprop_sheet.diagram.parts import Arrow, Node

MOST_PAIRS = 4000
"""The most arrows with bodies on their way that are looked at."""
CLEARANCE = 4
"""How far an arrow keeps from circles and grids, in pixels, where there is room."""

Places = dict[str, float]
"""The height of the middle of each body, by its name."""


class Obstacle(NamedTuple):
    """A circle or a grid.

    Attributes:
        name: that of its body.
        x, y: its middle.
        wide, high: half its width and height.
        round: whether it is a circle.
    """

    name: str
    x: float
    y: float
    wide: float
    high: float
    round: bool


class Pair(NamedTuple):
    """An arrow, and what it may run into.

    Attributes:
        source, target: the bodies at its ends.
        start, end: how far below their middles it begins and ends.
        across: how far it goes to the right.
        x: how far to the right of its start the middle of the obstacle is.
        obstacle: what it may run into.
    """

    source: str
    target: str
    start: float
    end: float
    across: float
    x: float
    obstacle: Obstacle


def obstacles_of(nodes: Mapping[str, Node]) -> dict[str, Obstacle]:
    """All circles and grids, by the names of their bodies."""
    bodies: dict[str, list[Node]] = {}
    for node in nodes.values():
        bodies.setdefault(node.body, []).append(node)
    found = {}
    for name, of in bodies.items():
        left, right = min(n.x - n.radius for n in of), max(n.x + n.radius for n in of)
        top, bottom = min(n.y - n.radius for n in of), max(n.y + n.radius for n in of)
        middle = (left + right) / 2, (top + bottom) / 2
        sizes = (right - left) / 2, (bottom - top) / 2
        found[name] = Obstacle(name, *middle, *sizes, not of[0].square)
    return found


def pairs_of(obstacles: Mapping[str, Obstacle], arrows: Sequence[Arrow]) -> list[Pair]:
    """The arrows with what is on their way; none if they are too many to be looked at."""
    found = list(islice(_every_pair(obstacles, arrows), MOST_PAIRS + 1))
    return found if len(found) <= MOST_PAIRS else []


def _every_pair(obstacles: Mapping[str, Obstacle], arrows: Sequence[Arrow]) -> Iterator[Pair]:
    """The arrows, each with the bodies between whose left and right edges it comes."""
    for arrow in arrows:
        source, target = obstacles[arrow.source], obstacles[arrow.target]
        end = (target.x, target.y) if target.round else arrow.end
        (x, y), across = arrow.start, end[0] - arrow.start[0]
        for one in obstacles.values():
            between = x < one.x + one.wide and one.x - one.wide < end[0]
            if between and one.name not in (arrow.source, arrow.target):
                yield Pair(
                    source.name,
                    target.name,
                    y - source.y,
                    end[1] - target.y,
                    across,
                    one.x - x,
                    one,
                )


def reach(
    places: Places, pairs: Iterable[Pair], clearance: float = CLEARANCE, most: float = inf
) -> float:
    """How far arrows reach into bodies and the room around them: the sum of squares, in pixels.

    Above grids, that room holds what they are called. Once the sum is more than the most that
    matters, the rest is not added.
    """
    total = 0.0
    for source, target, start, end, across, x, obstacle in pairs:
        top = places[source] + start
        down, y = places[target] + end - top, places[obstacle.name] - top
        if obstacle.round:
            part = max(0.0, min(1.0, (x * across + y * down) / (across**2 + down**2)))
            room = obstacle.wide + clearance - hypot(part * across - x, part * down - y)
        else:
            before = max(0.0, (x - obstacle.wide) / across) * down
            behind = min(1.0, (x + obstacle.wide) / across) * down
            above = CAPTION if clearance else 0.0
            room = clearance + min(
                y + obstacle.high - min(before, behind),
                max(before, behind) - y + obstacle.high + above,
            )
        if room > 0:
            total += room**2
            if total > most:
                break
    return total
