"""The labels of a network's drawing: weights with their gradients, targets and errors."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import hypot
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import (
    MARGIN,
    Arrow,
    Diagram,
    Node,
    Point,
    Rectangle,
    first_free,
    fits,
    label_points,
    part_covered,
)
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.palette import NODES
from backprop_sheet.plotter.picture import GREY

MOST_LABELLED = 48
"""The most arrows that get labels: with more, the search is long and finds hardly any room."""
MOST_LISTED, LISTED_LINE = 24, 140
"""The most weights whose numbers stand in the legend, and how many characters its lines have."""
MOST_OUTPUTS = 4
"""The most outputs that have their target and error beside them."""
CHARACTER, LINE, LARGER = 3.9, 8.5, 1.15
"""Width of a character and height of a line of a label, in pixels; and how much larger what is said
of outputs is."""
MOST_HIDDEN, BESIDE = 0.6, 3
"""How much of an arrow its label may hide; and how far from it, in pixels, a label beside it is."""
APART, APART_BESIDE, SHORT_BESIDE = 2, 8, 4
"""How far a label is from other labels and other weights' arrows, in pixels: on its own arrow,
beside it, and beside it if it is but a name."""
AWAY = (0.8, 1.1, 0.55)
"""How many radiuses above or below the middle of an output what is said of it may stand."""
HEAD = 8
"""How long the end of an arrow is that no label covers, so that its head is seen, in pixels."""
GROUND: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


class Label(NamedTuple):
    """A text, and the point that it is centred on."""

    text: str
    point: Point


class Way(NamedTuple):
    """How the weights of arrows are labelled.

    Attributes:
        gradients: with their gradients.
        once: of several arrows with the same weight only the first says more than its name.
        named: all only with their names; the numbers stand in the legend.
    """

    gradients: bool = True
    once: bool = False
    named: bool = False


def weight_labels(
    network: Network, diagram: Diagram, numbers: Mapping[str, float], way: Way
) -> list[Label]:
    """Labels of all arrows; none if not all fit."""
    texts: dict[Arrow, str] = {}
    told: set[str] = set()
    for arrow in (arrow for arrow in diagram.arrows if arrow.weight):
        named = way.named or (way.once and arrow.weight in told)
        told.add(arrow.weight)
        texts[arrow] = (
            arrow.weight
            if named
            else "\n".join(_told(network, arrow.weight, numbers, gradient=way.gradients))
        )
    points = label_points(
        diagram, partial(_box_of, texts), points_of=partial(_points, texts), every=True
    )
    return [Label(texts[arrow], point) for arrow, point in points.items()]


def ways_of(diagram: Diagram) -> list[list[Way]]:
    """How weights may be labelled, the best ways first, and together those that are about as good.

    There is none without weights, or with too many.
    """
    weights = [arrow.weight for arrow in diagram.arrows if arrow.weight]
    if not 0 < len(weights) <= MOST_LABELLED:
        return []
    different = len(set(weights))
    each = [Way(), Way(once=True)] if different < len(weights) else [Way()]
    listed = [Way(named=True)] if different <= MOST_LISTED else []
    return [each, listed, [way._replace(gradients=False) for way in each]]


def listed_weights(network: Network, diagram: Diagram, numbers: Mapping[str, float]) -> str:
    """The weights with their numbers and gradients, in lines."""
    weights = dict.fromkeys(arrow.weight for arrow in diagram.arrows if arrow.weight)
    lines = [""]
    for weight in weights:
        text = ", ".join(_told(network, weight, numbers, gradient=True))
        if lines[-1] and len(lines[-1] + text) > LISTED_LINE:
            lines.append("")
        lines[-1] += f"     {text}" if lines[-1] else text
    return "\n".join(lines)


def _told(
    network: Network, weight: str, numbers: Mapping[str, float], *, gradient: bool
) -> list[str]:
    """A weight with its number and, if wanted, its gradient."""
    text, slope = f"{weight} = {numbers[weight]:.4g}", gradient_name(weight)
    return [text, f"{network.label(slope)} = {numbers[slope]:.3g}"] if gradient else [text]


def _points(texts: Mapping[Arrow, str], arrow: Arrow) -> Iterator[Point]:
    """Where the label of an arrow may be: on it, or above or below it."""
    yield from arrow.points
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    length = hypot(x1 - x0, y1 - y0)
    across, down = (y1 - y0) / length, (x0 - x1) / length  # upwards, as arrows go to the right
    _, _, right, bottom = _box(texts[arrow], (0, 0))
    away = BESIDE + abs(across) * right + abs(down) * bottom
    for x, y in arrow.points:
        yield x + across * away, y + down * away
        yield x - across * away, y - down * away


def _box_of(texts: Mapping[Arrow, str], arrow: Arrow, point: Point) -> Rectangle | None:
    """What an arrow's label keeps free; None if it would hide the arrow's head, or most of it.

    Beside the arrow, that is so much that no other arrow is as close.
    """
    left, top, right, bottom = box = _box(texts[arrow], point)
    hidden = part_covered(arrow, box)
    if hidden > MOST_HIDDEN or part_covered(_head(arrow), box):
        return None
    apart = APART if hidden else APART_BESIDE if "=" in texts[arrow] else SHORT_BESIDE
    return left - apart, top - apart, right + apart, bottom + apart


def _head(arrow: Arrow) -> Arrow:
    """The end of an arrow, where its head is."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    part = min(1.0, HEAD / (hypot(x1 - x0, y1 - y0) or 1.0))
    return replace(arrow, start=(x1 + part * (x0 - x1), y1 + part * (y0 - y1)))


def draw_weights(axes: Axes, labels: list[Label]) -> None:
    """Write the labels of arrows."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9.5, "color": GREY}
    for text, (x, y) in labels:
        axes.text(x, y, text, bbox=GROUND, **look)


def _box(text: str, point: Point) -> Rectangle:
    """The rectangle that a label centred on a point covers."""
    (x, y), lines = point, text.splitlines()
    width, height = CHARACTER * max(map(len, lines)), LINE * len(lines)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def draw_errors(
    axes: Axes, network: Network, diagram: Diagram, numbers: Mapping[str, float]
) -> None:
    """Write target and error of each output beside it, or above and below the total error.

    They stand where they cover neither circles nor arrows, all in the same way if that can be.
    There are none if one of them would cover a circle or another one.
    """
    most = max(len(network.compared), *(len(one.targets) for one in network.compared))
    drawn = [diagram.nodes.get(one.output) for one in network.compared]
    if most > MOST_OUTPUTS or any(node is None or node.square for node in drawn):
        return
    texts = [
        (diagram.nodes[output], _told_of_output(targets, errors, numbers))
        for output, targets, errors in network.compared
        if targets or errors
    ]
    look: dict[str, Any] = {"fontsize": 10.5, "color": f"#{NODES['total error']}"}
    for (_, text), (left, top, right, bottom), beside in _errors_placed(diagram, texts):
        place = (left, "left") if beside else ((left + right) / 2, "center")
        axes.text(place[0], (top + bottom) / 2, text, ha=place[1], va="center", bbox=GROUND, **look)


def _told_of_output(
    targets: Iterable[str], errors: Iterable[str], numbers: Mapping[str, float]
) -> str:
    lines = [f"{target} = {numbers[target]:.5g}" for target in targets]
    return "\n".join([*lines, *(f"{error} = {numbers[error]:.4g}" for error in errors)])


def _errors_placed(
    diagram: Diagram, texts: list[tuple[Node, str]]
) -> list[tuple[tuple[Node, str], Rectangle, bool]]:
    """Where what is said of outputs stands, and whether that is beside them."""
    ways = [[_beside(diagram, *one, away) for one in texts] for away in AWAY]
    ways.append(_around_total(diagram, texts))
    for way, boxes in enumerate(ways):
        if all(first_free(diagram, [box], []) for box in boxes):
            return [(*pair, way < len(AWAY)) for pair in zip(texts, boxes, strict=True)]
    found, taken = [], list[Rectangle]()
    for text, *boxes in zip(texts, *ways, strict=True):
        over_arrows = (box for box in boxes if fits(diagram, box, taken))
        box = first_free(diagram, boxes, taken) or next(over_arrows, None)
        if box is None:
            return []
        found.append((text, box, box in boxes[:-1]))
        taken.append(box)
    return found


def _beside(diagram: Diagram, node: Node, text: str, away: float) -> Rectangle:
    """Right of an output, so many radiuses further than its middle from that of the drawing."""
    up = -1 if node.y <= diagram.nodes[TOTAL].y else 1
    x, y = node.x + 1.8 * node.radius, node.y + up * away * node.radius
    width, height = _size_of_error(text)
    return x, y - height / 2, x + width, y + height / 2


def _around_total(diagram: Diagram, texts: list[tuple[Node, str]]) -> list[Rectangle]:
    """Above the total error for outputs in the upper half, the others below, in their order."""
    total = diagram.nodes[TOTAL]
    above = [one for one in texts if one[0].y <= total.y]
    heights = [_size_of_error(text)[1] for _, text in texts]
    tops = [
        total.y - total.radius - MARGIN / 2 - sum(heights[: len(above)]),
        total.y + total.radius + MARGIN / 2,
    ]
    boxes = []
    for (node, text), height in zip(texts, heights, strict=True):
        half, side = _size_of_error(text)[0] / 2, int(node.y > total.y)
        x = min(total.x, diagram.width - half)
        boxes.append((x - half, tops[side], x + half, tops[side] + height))
        tops[side] += height
    return boxes


def _size_of_error(text: str) -> tuple[float, float]:
    """The width and the height of what is said of an output."""
    left, top, right, bottom = _box(text, (0, 0))
    return LARGER * (right - left), LARGER * (bottom - top)
