"""The labels of a network's drawing: weights with their gradients, targets and errors."""

from collections.abc import Iterator, Mapping
from functools import partial
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
    label_points,
    part_covered,
)
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.palette import NODES
from backprop_sheet.plotter.picture import GREY

MOST_LABELLED = 48
"""The most arrows that get labels: with more, the search is long and finds hardly any room."""
MOST_OUTPUTS = 4
"""The most outputs that have their target and error beside them."""
CHARACTER, LINE, LARGER = 3.9, 8.5, 1.15
"""Width of a character and height of a line of a label, in pixels; and how much larger what is said
of outputs is."""
MOST_HIDDEN, BESIDE = 0.6, 3
"""How much of an arrow its label may hide; and how far from it, in pixels, a label beside it is."""
APART = 2
"""How far a label is from other labels and other weights' arrows, in pixels."""
GROUND: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}


class Label(NamedTuple):
    """A text, and the point that it is centred on."""

    text: str
    point: Point


def may_have_labels(diagram: Diagram) -> bool:
    """Whether there are weights, and not too many for labels."""
    return 0 < sum(bool(arrow.weight) for arrow in diagram.arrows) <= MOST_LABELLED


def weight_labels(
    network: Network,
    diagram: Diagram,
    numbers: Mapping[str, float],
    *,
    gradients: bool,
    once: bool,
) -> list[Label]:
    """Labels of all arrows; none if not all fit.

    Args:
        network: the network.
        diagram: its drawing.
        numbers: the numbers of all quantities.
        gradients: whether a label has the weight's gradient, too.
        once: whether of several arrows with the same weight only the first says more than its name.
    """
    told: set[str] = set()
    texts: dict[Arrow, str] = {}
    for arrow in (arrow for arrow in diagram.arrows if arrow.weight):
        repeats = once and arrow.weight in told
        texts[arrow] = arrow.weight if repeats else _told(network, arrow, numbers, gradients)
        told.add(arrow.weight)
    points = label_points(
        diagram, partial(_box_of, texts), points_of=partial(_points, texts), every=True
    )
    return [Label(texts[arrow], point) for arrow, point in points.items()]


def shares_weights(diagram: Diagram) -> bool:
    """Whether several arrows have the same weight."""
    weights = [arrow.weight for arrow in diagram.arrows if arrow.weight]
    return len(set(weights)) < len(weights)


def _told(network: Network, arrow: Arrow, numbers: Mapping[str, float], gradients: bool) -> str:
    """The weight of an arrow with its number and, if wanted, its gradient."""
    text, slope = f"{arrow.weight} = {numbers[arrow.weight]:.4g}", gradient_name(arrow.weight)
    return f"{text}\n{network.label(slope)} = {numbers[slope]:.3g}" if gradients else text


def _points(texts: Mapping[Arrow, str], arrow: Arrow) -> Iterator[Point]:
    """Where the label of an arrow may be: on it or, where it is level, above or below it."""
    yield from arrow.points
    if arrow.level:
        _, top, _, bottom = _box(texts[arrow], (0, 0))
        for x, y in arrow.points:
            yield x, y + top - BESIDE
            yield x, y + bottom + BESIDE


def _box_of(texts: Mapping[Arrow, str], arrow: Arrow, point: Point) -> Rectangle | None:
    """What an arrow's label keeps free; None if it would hide most of the arrow."""
    left, top, right, bottom = box = _box(texts[arrow], point)
    if part_covered(arrow, box) > MOST_HIDDEN:
        return None
    return left - APART, top - APART, right + APART, bottom + APART


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
    """Write target and error beside each output, on the side away from the middle.

    Where the total error's circle is in the way, they stand above or below that.
    """
    most = max(len(network.compared), *(len(one.targets) for one in network.compared))
    drawn = [diagram.nodes.get(one.output) for one in network.compared]
    if most > MOST_OUTPUTS or any(node is None or node.square for node in drawn):
        return
    total = diagram.nodes[TOTAL]
    look: dict[str, Any] = {"fontsize": 10.5, "color": f"#{NODES['total error']}"}
    moved: dict[int, list[str]] = {}
    for output, targets, errors in network.compared:
        if not targets and not errors:
            continue
        node = diagram.nodes[output]
        up = -1 if node.y <= diagram.nodes[TOTAL].y else 1
        lines = "\n".join(
            [f"{target} = {numbers[target]:.5g}" for target in targets]
            + [f"{error} = {numbers[error]:.4g}" for error in errors]
        )
        x, y = node.x + 1.8 * node.radius, node.y + up * 0.8 * node.radius
        if _reaches(total, lines, x, y):
            moved.setdefault(up, []).append(lines)
        else:
            axes.text(x, y, lines, va="center", bbox=GROUND, **look)
    for up, texts in moved.items():
        y = total.y + up * (total.radius + MARGIN / 2)
        side = "bottom" if up < 0 else "top"
        text = "\n".join(texts)
        left, _, right, _ = _box(text, (total.x, y))
        half = LARGER * (right - left) / 2
        x = min(total.x, diagram.width - half)
        axes.text(x, y, text, ha="center", va=side, bbox=GROUND, **look)


def _reaches(circle: Node, text: str, x: float, y: float) -> bool:
    """Whether a text that begins at a point would cover a part of a circle."""
    left, top, right, bottom = _box(text, (x, y))
    right += (right - left) / 2 + MARGIN
    nearest = min(max(circle.y, top), bottom)
    half: float = max(0.0, circle.radius**2 - (circle.y - nearest) ** 2) ** 0.5
    return right > circle.x - half
