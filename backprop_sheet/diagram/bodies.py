"""What the arrows of a drawing begin or end at: a circle, or a whole picture."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from backprop_sheet.diagram.parts import Node
from backprop_sheet.network import Unit


class Body(NamedTuple):
    """What arrows begin or end at: a circle, or a whole picture, by the name `Node.body`."""

    name: str
    left: float
    right: float
    y: float


def body_of(names: Sequence[str], nodes: Mapping[str, Node]) -> Body:
    """The body of a circle, or of the places of a picture."""
    of = [nodes[name] for name in names]
    tops, bottoms = [n.y - n.radius for n in of], [n.y + n.radius for n in of]
    y = of[0].y if len(of) == 1 else (min(tops) + max(bottoms)) / 2
    return Body(of[0].body, min(n.x - n.radius for n in of), max(n.x + n.radius for n in of), y)


def sources_of(units: Iterable[Unit], bodies: Mapping[str, Body]) -> list[Body]:
    """What units take, each circle or picture once."""
    return list(dict.fromkeys(bodies[s] for unit in units for s, _ in unit.sources if s in bodies))
