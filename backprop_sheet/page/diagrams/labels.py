"""The labels of a drawing: the numbers that stand beside its circles, pictures and arrows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from math import hypot
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import (
    RADIUS,
    Arrow,
    Node,
    Point,
    Rectangle,
    is_picture,
    label_points,
    part_covered,
)
from backprop_sheet.network import Network
from backprop_sheet.network.grids import pictures
from backprop_sheet.page.data import Data, rounded
from backprop_sheet.page.diagrams.among import distance, point_among
from backprop_sheet.page.diagrams.dots import dots_at
from backprop_sheet.page.diagrams.geometry import (
    Size,
    around_node,
    around_nodes,
    box_around,
    boxes_along,
    boxes_beside,
    gap,
    grown,
    middle_of,
)
from backprop_sheet.page.diagrams.space import Space

SHORT = "∂"
"""What stands for the name of a gradient that has no room."""
DIGITS = 7
"""How many characters a number takes at most."""
SLOPING = (0.75, 0.8, 0.7, 0.85, 0.65, 0.25, 0.2, 0.3, 0.15, 0.35, 0.55, 0.45)
STRAIGHT = (0.5, 0.45, 0.4, 0.55, 0.35, 0.6, 0.3, 0.65, 0.25, 0.7, 0.2, 0.8)
"""Where along an arrow its label may be, best first."""
MOST_LABELLED = 80
"""The most weights that get labels: more have no room, and the search for it is long."""
CLEARLY = 5
"""How far others are at least from a label that stands beside its arrow or circle."""
HEAD = 9
"""The length of an arrow's end that its label leaves free."""
FEW_BIASES = 2
"""The most biases of a picture that get labels."""


class Text(NamedTuple):
    """A label of one quantity.

    Attributes:
        name: the quantity.
        sign: what it is called there: its label or, below its weight, ∂ for a gradient.
        lines: 1 if name and number stand side by side, 2 if the number stands below.
    """

    name: str
    sign: str
    lines: int = 1

    @property
    def characters(self) -> int:
        """How many characters it is wide, with the space around it."""
        name = len(self.sign)
        return (name + 1 + DIGITS if self.lines == 1 else max(name, DIGITS)) + 1


Stack = tuple[Text, ...]
"""Labels one below the other."""


class Labels:
    """The labels of one drawing, each where it has room.

    Attributes:
        labels: those that have, as the page gets them.
        dots: what stands for given numbers whose labels have none, likewise.
    """

    def __init__(self, network: Network, space: Space) -> None:
        self._network, self._space, self._diagram = network, space, space.diagram
        self._crowded = set(_crowded_biases(network))
        self.labels: list[Data] = []
        self.dots: list[Data] = []
        self._label_outputs()
        self._label_weights()
        self._label_biases()

    def _label_outputs(self) -> None:
        """Put targets and errors beside the outputs."""
        for output, targets, errors in self._network.compared:
            stack = tuple(map(self._text, (*targets, *errors)))
            if stack:
                self._label_beside(self._diagram.nodes[output], [stack], targets)

    def _label_biases(self) -> None:
        """Put each bias beside the first neuron that has it."""
        known: set[str] = set()
        for unit in (unit for group in self._network.groups for unit in group.units):
            if not unit.bias or unit.bias in known or unit.bias in self._diagram.nodes:
                continue
            known.add(unit.bias)
            node = self._diagram.nodes[unit.sum]
            stacks = [] if unit.bias in self._crowded else self._stacks(unit.bias)
            self._label_beside(node, stacks, [unit.bias])

    def _label_weights(self) -> None:
        """Label the arrows with weight and gradient, or only the weight, whatever has room.

        Those that have none on their arrow are labelled beside it, or among other arrows.
        """
        arrows = [arrow for arrow in self._diagram.arrows if arrow.weight]
        weights = dict.fromkeys(arrow.weight for arrow in arrows)
        if len(arrows) > MOST_LABELLED:
            return
        best: tuple[dict[str, Stack], dict[Arrow, Point]] = ({}, {})
        # Sloping arrows have the fewest points where a label has room, so they choose first.
        steep = sorted(self._diagram.arrows, key=_slope, reverse=True)
        for form in zip(*map(self._stacks, weights), strict=True):
            stacks = dict(zip(weights, form, strict=True))
            box = partial(self._box_of, stacks)
            diagram = replace(self._diagram, arrows=steep)
            points = label_points(diagram, box, self._space.taken, _points_along)
            if len(points) > len(best[1]):
                best = stacks, points
        for arrow, point in best[1].items():
            self._put(best[0][arrow.weight], point)
        for weight, own in self._unlabelled(arrows):
            self._label_along(own, best[0].get(weight) if best[1] else None)
        self._label_among(arrows)

    def _unlabelled(self, arrows: Iterable[Arrow]) -> Iterable[tuple[str, list[Arrow]]]:
        """The weights that have no label yet, each with its arrows, the steepest first."""
        labelled = {label["name"] for label in self.labels}
        left: dict[str, list[Arrow]] = {}
        for arrow in sorted(arrows, key=_slope, reverse=True):
            if arrow.weight not in labelled:
                left.setdefault(arrow.weight, []).append(arrow)
        return left.items()

    def _label_along(self, own: Sequence[Arrow], best: Stack | None) -> None:
        """Label a weight beside one of its arrows, where no other arrow is as near."""
        alone = self._text(own[0].weight)
        forms = [best] if best else []
        forms += (alone,), (alone._replace(lines=2),)
        for stack, arrow in product(forms, own):
            for box in boxes_along(arrow, self._size(stack), _parts_along(arrow)):
                if self._is_nearest(arrow, box) and self._space.first_free([box]):
                    self._put(stack, middle_of(box))
                    return

    def _is_nearest(self, arrow: Arrow, box: Rectangle) -> bool:
        """Whether a label in a box is clearly nearer to an arrow than to those of other weights."""
        others = [other for other in self._diagram.arrows if other.weight != arrow.weight]
        middle, around = middle_of(box), grown(box, CLEARLY)
        far = distance(middle, arrow)
        return not any(distance(middle, o) < far or part_covered(o, around) for o in others)

    def _label_among(self, arrows: Iterable[Arrow]) -> None:
        """Label the weights of some arrows that have no label yet, over other arrows."""
        places = [around_node(node) for node in self._diagram.nodes.values() if node.square]
        for weight, own in self._unlabelled(arrows):
            stack: Stack = (self._text(weight),)
            box = partial(self._box_of, {weight: stack})
            point = point_among(self._diagram, own, box, [*self._space.taken, *places])
            if point:
                self._put(stack, point)

    def _text(self, name: str) -> Text:
        return Text(name, self._network.label(name))

    def _stacks(self, name: str) -> list[Stack]:
        """The labels that a weight or bias may have, best first."""
        alone = (self._text(name),)
        gradient = gradient_name(name)
        if gradient not in self._network.quantities:
            return [alone] * 4
        below = self._text(gradient)
        forms = below, below._replace(lines=2), below._replace(sign=SHORT)
        return [*((*alone, form) for form in forms), alone]

    def _label_beside(self, node: Node, stacks: Iterable[Stack], given: Sequence[str]) -> None:
        """Label a circle or picture with the first of some stacks that has room, or with dots."""
        diagram = self._diagram
        if len(diagram.arrows) <= MOST_LABELLED:
            edges = self._edges(node)
            others = list(self._circles_of_others(node))
            for stack in stacks:
                boxes = boxes_beside(edges, self._size(stack), diagram.height / 2)
                clear = (b for b in boxes if all(gap(b, o) > CLEARLY for o in others))
                box = self._space.first_free(clear)
                if box:
                    self._put(stack, middle_of(box))
                    return
        self.dots += dots_at(self._space, node, given)

    def _circles_of_others(self, node: Node) -> Iterator[Node]:
        """The circles that belong to other units than one does."""
        units = (unit for group in self._network.groups for unit in group.units)
        own = next((unit.quantities for unit in units if node.name in unit.quantities), ())
        for other in self._diagram.nodes.values():
            if not (other.square or other.name in own):
                yield other

    def _edges(self, node: Node) -> Rectangle:
        """The edges of a circle, or of the whole picture of a place and what that is called."""
        nodes = [one for one in self._diagram.nodes.values() if one.body == node.body]
        left, top, right, bottom = around_nodes(nodes)
        return left, top - (self._space.height() if node.square else 0), right, bottom

    def _box_of(self, stacks: dict[str, Stack], arrow: Arrow, point: Point) -> Rectangle | None:
        box = box_around(point, self._size(stacks[arrow.weight]))
        return None if _covers_head(box, arrow) else box

    def _size(self, stack: Stack) -> Size:
        width = self._space.width(max(text.characters for text in stack))
        return width, self._space.height(sum(text.lines for text in stack))

    def _put(self, stack: Stack, point: Point) -> None:
        """Put labels one below the other, around a point."""
        box = box_around(point, self._size(stack))
        self._space.taken.append(box)
        y = box[1]
        for text in stack:
            height = self._space.height(text.lines)
            at = rounded(point[0], y + height / 2)
            width = round(self._space.width(text.characters), 1)
            self.labels.append({**text._asdict(), "at": at, "width": width})
            y += height


def _crowded_biases(network: Network) -> Iterator[str]:
    """The biases of pictures that have too many of them for labels."""
    for group in network.groups:
        for picture in pictures(group):
            if is_picture(group) and picture.biases and len(picture.biases.names) > FEW_BIASES:
                yield from picture.biases.names


def _covers_head(box: Rectangle, arrow: Arrow) -> bool:
    """Whether a box covers the end of an arrow, where its head is."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    length = max(HEAD, hypot(x1 - x0, y1 - y0))
    x, y = x1 + (x0 - x1) * HEAD / length, y1 + (y0 - y1) * HEAD / length
    return box[0] < x < box[2] and box[1] < y < box[3]


def _points_along(arrow: Arrow) -> list[Point]:
    """Where a label may stand: near the end of a sloping arrow, as others cross its middle."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    return [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in _parts_along(arrow)]


def _parts_along(arrow: Arrow) -> Sequence[float]:
    return SLOPING if _slope(arrow) > RADIUS else STRAIGHT


def _slope(arrow: Arrow) -> float:
    """How far an arrow is from level and from upright."""
    return min(abs(a - b) for a, b in zip(arrow.start, arrow.end, strict=True))
