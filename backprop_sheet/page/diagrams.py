"""The network's drawing as data: where everything stands, for a wide and for a narrow page.

`web/content.js` says what the parts mean.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from math import hypot
from typing import Any, NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import (
    MARGIN,
    RADIUS,
    TOTAL_RADIUS,
    Arrow,
    Caption,
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
from backprop_sheet.network import PREDICTION, TOTAL, Kind, Network
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
OF_VERDICTS = "A ring marks the output that wins."

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
LINES_BELOW = 3
"""How many lines a label below a circle takes."""
SLOPING = (0.75, 0.8, 0.7, 0.85, 0.65, 0.25, 0.2, 0.3, 0.15, 0.35, 0.55, 0.45)
STRAIGHT = (0.5, 0.45, 0.4, 0.55, 0.35, 0.6, 0.3, 0.65, 0.25, 0.7, 0.2, 0.8)
"""Where along an arrow its label may be, best first."""
MOST_LABELLED = 80
"""The most weights that get labels: more have no room, and the search for it is long."""
FITTED, FITTED_LETTER, LEAST_FITTED, WIDE = 690, 10, 0.62, 600
"""A drawing with pictures that fits a laptop: its width on the screen and the height of its
letters, in pixels; how small it gets at the least; and the room from which on it is taken."""
ENLARGED = 1.25
"""From how many of the screen's pixels for one of its own on the usual letters are legible, too."""
PLACE_LETTER = 0.48
"""The height of a number in a place of a picture, for each pixel of the place's width, at most."""
HEAD = 9
"""The length of an arrow's end that its label leaves free."""
FEW_BIASES, LEAST_DOT = 2, 3.0
"""The most biases of a picture that get labels, and the least radius of a dot in place of one."""
CAPTION_LINE = 8
"""Captions whose heights differ by less stand side by side."""
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
    for diagram, room, scale, letter in _diagrams(network, has_pictures):
        drawn |= diagram.nodes.keys()
        layouts.append(_Layout(network, diagram, letter).data(room, scale))
    apart = network.named(Kind.ERROR, Kind.PENALTY)
    verdicts = _verdicts(network)
    said = {LEGEND: True, OF_PICTURES: has_pictures, OF_VERDICTS: bool(verdicts)}
    return {
        "layouts": layouts,
        "within": {name: TOTAL for name in apart if name not in drawn},
        "constants": {
            name: int(name.removeprefix(gradient_name("")) in network.reaching)
            for name in sorted(drawn - network.quantities.keys())
        },
        "roles": NODES,
        "arrows": {"pale": PALE, "above": POSITIVE, "below": NEGATIVE},
        "verdicts": verdicts,
        "legend": [words for words, applies in said.items() if applies],
    }


class Drawn(NamedTuple):
    """A drawing and when it is taken.

    Attributes:
        diagram: the drawing.
        room: the width on the screen from which on it is taken.
        scale: the least number of the screen's pixels for one of its own.
        letter: the height of its letters, in its own pixels.
    """

    diagram: Diagram
    room: float
    scale: float
    letter: float


def _diagrams(network: Network, has_pictures: bool) -> Iterator[Drawn]:
    """The drawings, that for the least room first."""
    if has_pictures:
        yield from _of_pictures(network)
        return
    most = max(len(group.units) for group in network.groups)
    narrow = max(PHONE, 40.0 * most)
    letter = LEGIBLE / CIRCLES
    if narrow <= USUAL[0]:
        upright = turned(_circles(network, _length(network, UPRIGHT_GAP), narrow, most))
        yield Drawn(upright, 0, CIRCLES, letter)
    wide = min(max(USUAL[0], _length(network, GAP)), WIDEST)
    high = max(USUAL[1], min(ROW * most, ROWS), min(SMALL_ROW * most, TALLEST))
    room = CIRCLES * USUAL[0] if narrow <= USUAL[0] else 0
    yield Drawn(_circles(network, wide, high, most), room, CIRCLES, letter)


def _of_pictures(network: Network) -> Iterator[Drawn]:
    """The drawings with pictures: for a phone, fitted to a laptop, and where there is more room."""
    size = good_size(network, USUAL_OF_PICTURES, KERNEL_GAP)
    diagram = diagram_of(network, *size, kernel_gap=KERNEL_GAP)
    phone = Drawn(
        _with_gradients(diagram, network, LEGIBLE / PICTURES), 0, PICTURES, LEGIBLE / PICTURES
    )
    yield phone
    scale = max(LEAST_FITTED, FITTED / diagram.width)
    if scale < ENLARGED:
        letter = FITTED_LETTER / scale
        yield Drawn(_with_gradients(diagram, network, letter), WIDE, scale, letter)
        yield phone._replace(room=ENLARGED * diagram.width, scale=ENLARGED)


def _with_gradients(diagram: Diagram, network: Network, letter: float) -> Diagram:
    """The drawing with its gradients right below what it shows, and the labels of that."""
    lowest = max(node.y + node.radius for node in diagram.nodes.values())
    room = lowest + LINES_BELOW * LINE * letter
    return with_gradients(replace(diagram, height=min(diagram.height, room)), network)


def _verdicts(network: Network) -> dict[str, list[str]]:
    """The outputs, of which the largest wins, by the quantity that has the number of that."""
    names = network.design.of_each_sample([PREDICTION])
    predictions = [name for name in names if name in network.quantities]
    outputs = [one.output for one in network.compared]
    size = len(outputs) // (len(predictions) or 1)
    return {
        name: outputs[place * size : (place + 1) * size]
        for place, name in enumerate(predictions)
        if size > 1
    }


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

    def __init__(self, network: Network, diagram: Diagram, letter: float) -> None:
        self._network, self._diagram, self._letter = network, diagram, letter
        self._captions = [(c.text, c.x, c.y) for c in self._fitting_captions()]
        self._taken = [_around(loop) for loop in diagram.loops]
        self._taken += [self._around_caption(*caption) for caption in self._captions]
        self._crowded = set(_crowded_biases(network))
        self._painted = set(_input_pictures(network))
        self._labels: list[Data] = []
        self._dots: list[Data] = []

    def data(self, room: float, scale: float) -> Data:
        """The drawing, taken from so much room on the screen on, and at least so large."""
        diagram = self._diagram
        circles = [node for node in diagram.nodes.values() if not node.square]
        squares = [node for node in diagram.nodes.values() if node.square]
        self._label_outputs()
        self._label_biases()
        self._label_weights()
        self._label_meanings()
        return {
            "box": self._box(),
            "room": room,
            "scale": round(scale, 3),
            "letter": self._letter,
            "circles": [
                [node.name, node.role, *_rounded(node.x, node.y, node.radius)] for node in circles
            ],
            "grids": [self._grid(list(places)) for _, places in groupby(squares, _picture_of)],
            "arrows": [_arrow(arrow) for arrow in diagram.arrows],
            "bows": [_bow(loop) for loop in diagram.loops],
            "captions": [[text, *_rounded(x, y)] for text, x, y in self._captions],
            "labels": self._labels,
            "dots": self._dots,
            "words": [*self._words()],
        }

    def _box(self) -> list[float]:
        """Left, top, width and height of all that is drawn, with room for a mark at its edges."""
        margin = self._letter
        boxes = [_square(node) for node in self._diagram.nodes.values()] + self._taken
        left, top = (min(box[k] for box in boxes) - margin for k in (0, 1))
        right, bottom = (max(box[k] for box in boxes) + margin for k in (2, 3))
        return _rounded(
            max(0, left), top, min(right, self._diagram.width) - max(0, left), bottom - top
        )

    def _fitting_captions(self) -> Iterator[Caption]:
        """What pictures are called, as far as there is room for that between their neighbours."""
        captions = self._diagram.captions
        for caption in captions:
            level = [
                c.x for c in captions if abs(c.y - caption.y) < CAPTION_LINE and c is not caption
            ]
            room = min((abs(x - caption.x) for x in level), default=self._diagram.width)
            most = int(room / (CHARACTER * self._letter))
            if len(caption.text) <= most:
                yield caption
            elif most > 1:
                yield caption._replace(text=f"{caption.text[: most - 1]}…")

    def _label_meanings(self) -> None:
        """Say of each layer what its units are, where that has a word of its own and room."""
        for group in self._network.groups:
            if not group.meaning:
                continue
            names = [name for unit in group.units for name in unit.quantities]
            nodes = [self._diagram.nodes[name] for name in names if name in self._diagram.nodes]
            size = len(group.meaning) * CHARACTER * self._letter, LINE * self._letter
            edges = _around_nodes(nodes)
            above = self._letter * LINE if nodes[0].square else 0
            edges = edges[0], edges[1] - above, *edges[2:]
            boxes = _beside(edges, size, self._diagram.height)
            box = first_free(self._diagram, boxes, self._taken)
            if box:
                self._taken.append(box)
                middle, bottom = (box[0] + box[2]) / 2, box[3]
                self._captions.append((group.meaning, middle, bottom))

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
            "letter": round(min(self._letter, PLACE_LETTER * 2 * first.radius), 2),
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
        left, top, right, bottom = _around_nodes(nodes)
        return left, top - (LINE * self._letter if node.square else 0), right, bottom

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

    def _box_of(self, stacks: dict[str, Stack], arrow: Arrow, point: Point) -> Rectangle | None:
        box = _box(point, self._size(stacks[arrow.weight]))
        return None if _covers_head(box, arrow) else box

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


def _covers_head(box: Rectangle, arrow: Arrow) -> bool:
    """Whether a box covers the end of an arrow, where its head is."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    length = max(HEAD, hypot(x1 - x0, y1 - y0))
    x, y = x1 + (x0 - x1) * HEAD / length, y1 + (y0 - y1) * HEAD / length
    return box[0] < x < box[2] and box[1] < y < box[3]


def _square(node: Node) -> Rectangle:
    """The square around a node."""
    return node.x - node.radius, node.y - node.radius, node.x + node.radius, node.y + node.radius


def _around_nodes(nodes: Iterable[Node]) -> Rectangle:
    """The rectangle around some nodes."""
    lefts, tops, rights, bottoms = zip(*map(_square, nodes), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


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
