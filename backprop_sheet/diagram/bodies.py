"""What the arrows of a drawing begin or end at: a circle, or a whole picture."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from backprop_sheet.diagram.parts import Node
from backprop_sheet.network import Unit


class Body(NamedTuple):
    """What arrows begin or end at: a circle, or a whole picture, by the name `Node.body`.

    Attributes:
        name: the name.
        left, right: its edges at the height of its middle, where arrows end and begin: a picture
            may have empty places.
        y: the height of its middle.
    """

    name: str
    left: float
    right: float
    y: float


def body_of(names: Sequence[str], nodes: Mapping[str, Node]) -> Body:
    """The body of a circle, or of the places of a picture."""
    of = [nodes[name] for name in names]
    tops, bottoms = [n.y - n.radius for n in of], [n.y + n.radius for n in of]
    y = of[0].y if len(of) == 1 else (min(tops) + max(bottoms)) / 2
    level = [n for n in of if abs(n.y - y) < n.radius * 1.01] or of
    left, right = min(n.x - n.radius for n in level), max(n.x + n.radius for n in level)
    return Body(of[0].body, left, right, y)


def sources_of(units: Iterable[Unit], bodies: Mapping[str, Body]) -> list[Body]:
    """What units take, each circle or picture once."""
    return list(dict.fromkeys(bodies[s] for unit in units for s, _ in unit.sources if s in bodies))
