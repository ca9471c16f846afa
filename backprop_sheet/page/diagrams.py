"""The network's drawing as data: where everything stands, for a wide and for a narrow page.

`web/content.js` says what the parts mean.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import (
    MARGIN,
    RADIUS,
    TOTAL_RADIUS,
    Arrow,
    Diagram,
    Loop,
    Node,
    Point,
    Rectangle,
    diagram_of,
    first_free,
    good_size,
    is_picture,
    label_points,
    turned,
    with_gradients,
)
from backprop_sheet.network import TOTAL, Kind, Network
from backprop_sheet.network.grids import pictures
from backprop_sheet.network.groups import MATRIX
from backprop_sheet.palette import (
    LEGEND,
    NEGATIVE,
    NODES,
    OF_PICTURES,
    PALE,
    POSITIVE,
)

Data = dict[str, Any]

OF_ARROWS = "Click an arrow without a label to see its weight."
SHORT, OF_SHORT = "∂", "∂ below a number: the gradient with respect to it."
OF_DOTS = "Yellow dots: biases and targets whose labels have no room."

LEGIBLE = 12
"""The least height of a letter on the screen, in pixels."""
CIRCLES, PICTURES = 1.2, 1.6
"""The least number of the screen's pixels for one of the drawing's: so many that a number in a
circle, or in a place of a picture, is legible."""
USUAL, TALLEST, WIDEST = (580, 340), 1000, 1400
"""The usual width and height of a drawing, and the most that circles get."""
USUAL_OF_PICTURES, KERNEL_GAP = (580, 290), 29
"""The usual size of a drawing with pictures, and the gap for each column of a kernel, in which its
numbers are legible."""
ROW, ROWS, SMALL_ROW = 105, 560, 60
"""The height for each neuron of a layer, up to so many pixels, and from there on."""
PHONE = 252
"""The width of a drawing that a phone shows without scrolling."""
GAP, UPRIGHT_GAP, SMALL_GAP, MOST_GAPS = 92, 110, 44, 4
"""The gap between columns, with room for labels: from left to right, from top to bottom, and where
there are more than so many."""
CHARACTER, LINE, DIGITS = 0.62, 1.35, 7
"""The width of a character and the height of a line for each pixel of a letter's height, and how
many characters a number takes at most."""
SLOPING = (0.75, 0.8, 0.7, 0.85, 0.65, 0.25, 0.2, 0.3, 0.15, 0.35, 0.55, 0.45)
STRAIGHT = (0.5, 0.45, 0.4, 0.55, 0.35, 0.6, 0.3, 0.65, 0.25, 0.7, 0.2, 0.8)
"""Where along an arrow its label may be, best first."""
MOST_LABELLED = 80
"""The most weights that get labels: more have no room, and the search for it is long."""
FEW_BIASES, LEAST_DOT = 2, 3.0
"""The most biases of a picture that get labels, and the least radius of a dot in place of one."""
APART = 3
"""How far labels keep from what they label."""


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


Stack = tuple[Text, ...]
"""Labels one below the other."""


def drawing_of(network: Network) -> Data:
    """The drawings of a network, the narrowest first, and what they share."""
    has_pictures = any(map(is_picture, network.groups))
    drawn: set[str] = set()
    layouts = []
    for diagram, room in _diagrams(network, has_pictures):
        drawn |= diagram.nodes.keys()
        layouts.append(_Layout(network, diagram, PICTURES if has_pictures else CIRCLES).data(room))
    apart = network.named(Kind.ERROR, Kind.PENALTY)
    words = [LEGEND, *([OF_PICTURES] if has_pictures else [])]
    return {
        "layouts": layouts,
        "within": {name: TOTAL for name in apart if name not in drawn},
        "constants": {
            name: int(name.removeprefix(gradient_name("")) in network.reaching)
            for name in sorted(drawn - network.quantities.keys())
        },
        "roles": NODES,
        "arrows": {"pale": PALE, "above": POSITIVE, "below": NEGATIVE},
        "legend": words,
    }


def _diagrams(network: Network, has_pictures: bool) -> Iterator[tuple[Diagram, float]]:
    """The drawings, each with the room on the screen from which on it is taken."""
    if has_pictures:
        size = good_size(network, USUAL_OF_PICTURES, KERNEL_GAP)
        diagram = diagram_of(network, *size, kernel_gap=KERNEL_GAP)
        yield with_gradients(diagram, network), 0
        return
    most = max(len(group.units) for group in network.groups)
    narrow = max(PHONE, 40.0 * most)
    if narrow <= USUAL[0]:
        yield turned(_circles(network, _length(network, UPRIGHT_GAP), narrow, most)), 0
    wide = min(max(USUAL[0], _length(network, GAP)), WIDEST)
    high = max(USUAL[1], min(ROW * most, ROWS), min(SMALL_ROW * most, TALLEST))
    yield _circles(network, wide, high, most), CIRCLES * USUAL[0] if narrow <= USUAL[0] else 0


def _length(network: Network, gap: float) -> float:
    """How long a drawing with such gaps is, from the inputs to the error."""
    across = sum(len(group.units[0].quantities) for group in network.groups if group.units)
    gaps = len(network.groups)
    between = gaps * (gap if gaps <= MOST_GAPS else SMALL_GAP)
    return 2 * (MARGIN + TOTAL_RADIUS + RADIUS * across) + between


def _circles(network: Network, width: float, height: float, most: int) -> Diagram:
    """A drawing whose circles do not touch those above and below them."""
    between = height * 4 / 7 / max(1, most - 1)
    return diagram_of(network, width, height, min(RADIUS, 0.46 * between))


class _Layout:
    """One drawing of a network: its parts, and where its labels have room."""

    def __init__(self, network: Network, diagram: Diagram, scale: float) -> None:
        self._network, self._diagram, self._scale = network, diagram, scale
        self._letter = LEGIBLE / scale
        self._taken = [_around(loop) for loop in diagram.loops]
        self._taken += [self._around_caption(*caption[:3]) for caption in diagram.captions]
        self._crowded = set(_crowded_biases(network))
        self._painted = set(_input_pictures(network))
        self._labels: list[Data] = []
        self._dots: list[Data] = []

    def data(self, room: float) -> Data:
        """The drawing, taken from so much room on the screen on."""
        diagram = self._diagram
        circles = [node for node in diagram.nodes.values() if not node.square]
        squares = [node for node in diagram.nodes.values() if node.square]
        self._label_outputs()
        self._label_biases()
        self._label_weights()
        return {
            "width": round(diagram.width, 1),
            "height": round(diagram.height, 1),
            "room": room,
            "scale": self._scale,
            "letter": self._letter,
            "circles": [
                [node.name, node.role, *_rounded(node.x, node.y, node.radius)] for node in circles
            ],
            "grids": [self._grid(list(places)) for _, places in groupby(squares, _picture_of)],
            "arrows": [_arrow(arrow) for arrow in diagram.arrows],
            "bows": [_bow(loop) for loop in diagram.loops],
            "captions": [
                [caption.text, *_rounded(caption.x, caption.y)] for caption in diagram.captions
            ],
            "labels": self._labels,
            "dots": self._dots,
            "words": [*self._words()],
        }

    def _words(self) -> Iterator[str]:
        """What is said of labels that have no room."""
        labelled = {label["name"] for label in self._labels}
        if any(arrow.weight not in labelled for arrow in self._diagram.arrows if arrow.weight):
            yield OF_ARROWS
        if any(label["sign"] == SHORT for label in self._labels):
            yield OF_SHORT
        if self._dots:
            yield OF_DOTS

    def _grid(self, places: list[Node]) -> Data:
        first = places[0]
        return {
            "body": first.picture,
            "scale": first.scale,
            "radius": round(first.radius, 1),
            "paint": first.picture in self._painted,
            "places": [[node.name, *_rounded(node.x, node.y)] for node in places],
        }

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
            for stack in stacks:
                boxes = _beside(edges, self._size(stack), diagram.height / 2)
                box = first_free(diagram, boxes, self._taken)
                if box:
                    self._put(stack, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
                    return
        size = max(LEAST_DOT, node.radius / 4)
        for place, name in enumerate(given):
            x, y = node.x - node.radius / 2 + 2 * size * place, node.y + node.radius * 0.85
            self._dots.append({"name": name, "at": _rounded(x, y), "radius": round(size, 1)})

    def _edges(self, node: Node) -> Rectangle:
        """The edges of a circle, or of the whole picture of a place and what that is called."""
        nodes = [one for one in self._diagram.nodes.values() if one.body == node.body]
        xs, ys = [one.x for one in nodes], [one.y for one in nodes]
        above = LINE * self._letter if node.square else 0
        corner = min(xs) - node.radius, min(ys) - node.radius - above
        return *corner, max(xs) + node.radius, max(ys) + node.radius

    def _label_weights(self) -> None:
        """Label the arrows with weight and gradient, or only the weight, whatever has room."""
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
            points = label_points(diagram, box, self._taken, _points_along)
            if len(points) > len(best[1]):
                best = stacks, points
        for arrow, point in best[1].items():
            self._put(best[0][arrow.weight], point)

    def _box_of(self, stacks: dict[str, Stack], arrow: Arrow, point: Point) -> Rectangle:
        return _box(point, self._size(stacks[arrow.weight]))

    def _size(self, stack: Stack) -> tuple[float, float]:
        return max(map(self._width, stack)), sum(text.lines for text in stack) * LINE * self._letter

    def _width(self, text: Text) -> float:
        name = len(text.sign)
        characters = name + 1 + DIGITS if text.lines == 1 else max(name, DIGITS)
        return (characters + 1) * CHARACTER * self._letter

    def _put(self, stack: Stack, point: Point) -> None:
        """Put labels one below the other, around a point."""
        box = _box(point, self._size(stack))
        self._taken.append(box)
        y = box[1]
        for text in stack:
            height = text.lines * LINE * self._letter
            at = _rounded(point[0], y + height / 2)
            width = round(self._width(text), 1)
            self._labels.append({**text._asdict(), "at": at, "width": width})
            y += height

    def _around_caption(self, text: str, x: float, y: float) -> Rectangle:
        half = len(text) * CHARACTER * self._letter / 2
        return x - half, y - LINE * self._letter, x + half, y


def _beside(edges: Rectangle, size: tuple[float, float], middle: float) -> Iterator[Rectangle]:
    """Where a label may stand beside something: best above or below it, away from the middle."""
    (left, top, right, bottom), (width, height) = edges, size
    x, y, half = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
    across = [0, width / 2, -width / 2, width / 2 + half, -width / 2 - half]
    above = [(x + aside, top - APART - height / 2) for aside in across]
    below = [(x + aside, bottom + APART + height / 2) for aside in across]
    sides = [(right + APART + width / 2, y), (left - APART - width / 2, y)]
    for point in (*above, *sides, *below) if y <= middle else (*below, *sides, *above):
        yield _box(point, size)


def _box(point: Point, size: tuple[float, float]) -> Rectangle:
    """The rectangle of a size around a point."""
    (x, y), (width, height) = point, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _around(loop: Loop) -> Rectangle:
    """A rectangle around a bow, whose middle is halfway to its bend."""
    points = (loop.start, loop.end)
    top = tuple((a + b) / 4 + c / 2 for a, b, c in zip(*points, loop.bend, strict=True))
    xs, ys = zip(*points, top, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _input_pictures(network: Network) -> Iterator[str]:
    """The first quantities of the inputs that are pictures, which a reader can draw."""
    for group in network.groups:
        if group.role == "input" and len(group.shape) > MATRIX and min(group.shape[-2:]) > 1:
            yield from (picture.maps[0].names[0] for picture in pictures(group))


def _crowded_biases(network: Network) -> Iterator[str]:
    """The biases of pictures that have too many of them for labels."""
    for group in network.groups:
        for picture in pictures(group):
            if is_picture(group) and picture.biases and len(picture.biases.names) > FEW_BIASES:
                yield from picture.biases.names


def _picture_of(node: Node) -> str:
    return node.picture


def _points_along(arrow: Arrow) -> list[Point]:
    """Where a label may stand: near the end of a sloping arrow, as others cross its middle."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    parts = SLOPING if _slope(arrow) > RADIUS else STRAIGHT
    return [(x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in parts]


def _slope(arrow: Arrow) -> float:
    """How far an arrow is from level and from upright."""
    return min(abs(a - b) for a, b in zip(arrow.start, arrow.end, strict=True))


def _arrow(arrow: Arrow) -> list[Any]:
    ends = _rounded(*arrow.start, *arrow.end)
    return [arrow.source, arrow.target, arrow.weight, *ends]


def _bow(loop: Loop) -> list[Any]:
    return [loop.sum, loop.activation, *_rounded(*loop.start, *loop.bend, *loop.end)]


def _rounded(*numbers: float) -> list[float]:
    return [round(number, 1) for number in numbers]
