"""The parts of a drawing: circles, squares, captions, arrows, bows."""

from dataclasses import dataclass, field
from typing import NamedTuple

from backprop_sheet.errors import counted

BEND = 0.9
"""How far the bend of a bow is from the line between its ends, as a part of that line."""
Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom."""
MARGIN = 8
OF_GRIDS = ("map", "kernel")
"""What may be left out of grids."""
RADIUS, TOTAL_RADIUS = 22, 34
ALONG, LEVEL = (0.75, 0.65, 0.85, 0.55, 0.45, 0.35, 0.25), (0.5, 0.4, 0.6, 0.3, 0.7)
"""Where along an arrow its label may be, best first. Sloping arrows cross in the middle, so their
labels are best beyond it; a level arrow's label is best in the middle."""


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
        picture: of a square, the first quantity of the picture or the kernels that it belongs to.
    """

    name: str
    role: str
    x: float
    y: float
    radius: float
    scale: str = ""
    picture: str = ""

    @property
    def body(self) -> str:
        """What an arrow to it leads to, by name: the circle itself, or the whole picture."""
        return self.picture or self.name

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


class Omitted(NamedTuple):
    """What stands for circles, pictures or whole columns that are left out.

    Attributes:
        number: how many they are.
        x, y: its middle.
        across: whether columns are left out, and not parts of one.
        of: what is left out, as a word: neuron, map, kernel or layer.
    """

    number: int
    x: float
    y: float
    across: bool = False
    of: str = "neuron"

    @property
    def text(self) -> str:
        """What is written in their place: dots, and how many they are."""
        dots = "⋯" if self.across else "⋮"
        if self.of in OF_GRIDS:
            return f"{dots} {self.number} more"
        number = counted(self.number, self.of)
        return number if self.of == "weight" else f"{dots}\n{number}"


@dataclass(frozen=True)
class Arrow:
    """An arrow from the edge of one circle to that of another, with its weight if it has one.

    Attributes:
        start, end: its ends.
        weight: the quantity that it multiplies with; empty if it has none.
        source, target: the bodies that it leads from and to, as `Node.body` names them.
    """

    start: Point
    end: Point
    weight: str = ""
    source: str = ""
    target: str = ""

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
    """The curved arrow from a weighted sum to its activation, above or below the two.

    Attributes:
        start, end: its ends.
        above: whether it is above the two.
        sum, activation: the quantities at its ends.
        part: how high it is, as a part of the usual height: lower where circles are close.
    """

    start: Point
    end: Point
    above: bool
    sum: str = ""
    activation: str = ""
    part: float = 1.0

    @property
    def bend(self) -> Point:
        """Where the lines that the bow follows at its ends meet."""
        (x0, y0), (x1, y1) = self.start, self.end
        return (x0 + x1) / 2 + self.bow * (y1 - y0), (y0 + y1) / 2 + self.bow * (x1 - x0)

    @property
    def bow(self) -> float:
        """How far `bend` is from the line between the ends, as a part of that; below 0 above it."""
        return (-BEND if self.above else BEND) * self.part


@dataclass(frozen=True)
class Diagram:
    """A network's drawing, `width` by `height` pixels."""

    width: float
    height: float
    nodes: dict[str, Node]
    arrows: list[Arrow]
    loops: list[Loop]
    captions: list[Caption] = field(default_factory=list)
    omitted: list[Omitted] = field(default_factory=list)
