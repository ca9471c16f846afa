"""Draws the network in an epoch: nodes with values, arrows with weights and gradients."""

from collections.abc import Mapping
from math import floor, log10
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.patches import Rectangle as Square

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import (
    MARGIN,
    RADIUS,
    Arrow,
    Diagram,
    Node,
    Point,
    Rectangle,
    diagram_of,
    good_size,
    label_points,
    with_gradients,
)
from backprop_sheet.engine import numbers_at
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.palette import (
    LEGEND,
    NEGATIVE,
    NODES,
    OF_GRADIENTS,
    OF_PICTURES,
    PALE,
    POSITIVE,
    mixed,
    tint,
)
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

CANVAS, INCHES = (632, 290), 5.4 / 290
"""Width and height that the network is laid out in: pixels, as in the sheet's drawing; and inches
of the figure in a pixel."""
CHARACTERS = 9
"""How many characters of the usual size a circle is wide."""
LEFT_OUT = "\nLabels without room are left out."
LEGIBLE = 5
"""Pixels of the radius below which a place of a picture has no number."""
EDGE, SMALLER, WIDEST = "#d9dee8", 0.7, 3.6
"""Of places of pictures: the colour of their edges, and the size of their text for each pixel of
their radius: at most, and for each character of it."""
SMALL = 0.1
"""Below this the largest number of a grid has more than two decimals."""
MOST_OUTPUTS = 4
"""The most outputs that have their target and error beside them."""
MOST_ARROWS, THINNING = 500, 0.3
"""The most arrows that have heads; more are lines, whose width is multiplied by `THINNING`."""
CHARACTER, LINE = 3.9, 8.5
"""Width of a character and height of a line of a label, in pixels."""


@in_our_style()
def network_drawing(network: Network, epoch: int = 0, sample: int = 1) -> Picture:
    """Draw the network in an epoch: nodes with their values, arrows with weights and gradients.

    The width of an arrow shows the size of its weight, the depth of its colour the size of its
    gradient. It is blue if the gradient is above 0, so that the weight goes down, and red if it
    is below.

    Args:
        network: the network to train.
        epoch: the epoch, counted from 0.
        sample: the sample of the epoch, counted from 1.

    Returns:
        A figure of 12.8 by 6 inches, to be used like that of `error_curve`. With grids it may be
        wider, and it is higher, as their gradients stand below them.

    Raises:
        InputError: the epoch is below 0, or there is no such sample.
        Diverged: the training ends before that epoch.
    """
    found = numbers_at(network, epoch, sample)
    numbers = {name: number + 0.0 for name, number in found.items()}  # a -0.0 is shown as 0
    width, height = good_size(network, CANVAS)
    diagram = with_gradients(diagram_of(network, width, height), network)
    for name in network.derived:  # a partial that is always 0 or 1 is no quantity
        numbers.setdefault(gradient_name(name), float(name in network.reaching))
    more = (diagram.height - CANVAS[1]) * INCHES
    figure = Picture(12.8 * width / CANVAS[0], 6.0 + more)
    share = 6.0 / (6.0 + more)
    axes = figure.add_axes((0.01, 0.01 * share, 0.98, 1 - 0.1 * share))
    axes.set(xlim=(0, diagram.width), ylim=(diagram.height, 0), aspect="equal")
    axes.set_axis_off()
    for loop in diagram.loops:
        _arrow(axes, loop.start, loop.end, bend=-0.9 if loop.above else 0.9)
    weights = [arrow.weight for arrow in diagram.arrows if arrow.weight]
    largest = max((abs(numbers[weight]) for weight in weights), default=0.0) or 1.0
    steepest = max((abs(numbers[gradient_name(w)]) for w in weights), default=0.0) or 1.0
    strokes = [_Stroke(GREY, 1.0)] * len(diagram.arrows)
    for place, arrow in enumerate(diagram.arrows):
        if arrow.weight:
            weight, gradient = numbers[arrow.weight], numbers[gradient_name(arrow.weight)]
            width = 1 + 3 * abs(weight) / largest
            strokes[place] = _Stroke(_shade(gradient / steepest), width)
    _draw_arrows(axes, diagram, strokes)
    legend = LEGEND if _label_weights(axes, network, diagram, numbers) else LEGEND + LEFT_OUT
    if any(node.square for node in diagram.nodes.values()):
        legend += ("  " if legend.endswith(LEFT_OUT) else "\n") + OF_PICTURES
    _draw_pictures(axes, diagram, numbers)
    if diagram.height > height:
        axes.text(MARGIN, height, OF_GRADIENTS, va="bottom", fontsize=11, color=GREY)
    for node in (node for node in diagram.nodes.values() if not node.square):
        axes.add_patch(Circle((node.x, node.y), node.radius, color=f"#{NODES[node.role]}"))
        text = f"{node.name}\n{numbers[node.name]:.4g}"
        long = max(map(len, text.split("\n")))
        size = 10.5 * min(1.0, node.radius / RADIUS) * min(1.0, CHARACTERS / long)
        axes.text(node.x, node.y, text, ha="center", va="center", color="white", fontsize=size)
    _error_labels(axes, network, diagram, numbers)
    # A second line goes below the first, as bows below the circles may hang down to that.
    bottom = (0.03 - 0.02 * legend.count("\n")) * share
    figure.text(0.5, bottom, legend, ha="center", va="baseline", fontsize=11, color=GREY)
    of = f", sample {sample}" if len(network.samples) > 1 else ""
    title = f"Epoch {epoch}{of}, η = {network.eta}    E_Total = {numbers[TOTAL]:.6g}"
    figure.suptitle(title, fontsize=15, color=GREY, y=1 - 0.035 * share)
    return figure


def _draw_pictures(axes: Axes, diagram: Diagram, numbers: Mapping[str, float]) -> None:
    """Draw the places of pictures, the deeper in colour the further their numbers are from 0."""
    squares = [node for node in diagram.nodes.values() if node.square]
    largest: dict[str, float] = {}
    for node in squares:
        largest[node.scale] = max(largest.get(node.scale, 0.0), abs(numbers[node.name]))
    for node in squares:
        color = f"#{tint(numbers[node.name] / (largest[node.scale] or 1.0))}"
        corner, size = (node.x - node.radius, node.y - node.radius), 2 * node.radius
        axes.add_patch(Square(corner, size, size, facecolor=color, edgecolor=EDGE))
        if node.radius < LEGIBLE:
            continue
        text = f"{numbers[node.name]:.{_decimals(largest[node.scale])}f}"
        text = text.lstrip("-") if float(text) == 0 else text
        fontsize = min(SMALLER, WIDEST / len(text)) * node.radius
        axes.text(node.x, node.y, text, ha="center", va="center", color="black", fontsize=fontsize)
    for caption in diagram.captions:
        x, y = caption.x, caption.y - 1
        axes.text(x, y, caption.text, ha="center", va="bottom", fontsize=8.5, color=GREY)


def _decimals(largest: float) -> int:
    """The decimals of a grid's numbers, by the largest: two, and up to four for small ones."""
    return 2 if largest >= SMALL or not largest else min(4, 1 - floor(log10(largest)))


class _Stroke(NamedTuple):
    """The colour of an arrow, and its width in points."""

    color: str
    width: float


def _draw_arrows(axes: Axes, diagram: Diagram, strokes: list[_Stroke]) -> None:
    """Draw each arrow as a shape of its own, or very many as plain lines, which is faster."""
    if len(diagram.arrows) <= MOST_ARROWS:
        for arrow, stroke in zip(diagram.arrows, strokes, strict=True):
            _arrow(axes, arrow.start, arrow.end, *stroke)
        return
    ends = [(arrow.start, arrow.end) for arrow in diagram.arrows]
    colors, widths = zip(*strokes, strict=True)
    thin = [width * THINNING for width in widths]
    axes.add_collection(LineCollection(ends, colors=colors, linewidths=thin), autolim=False)


def _arrow(
    axes: Axes, start: Point, end: Point, color: str = GREY, width: float = 1.0, bend: float = 0.0
) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=9 + 2 * width,
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=0,
            shrinkB=0,
            color=color,
            linewidth=width,
        )
    )


def _label_weights(
    axes: Axes, network: Network, diagram: Diagram, numbers: Mapping[str, float]
) -> bool:
    """Label the arrows with weight and gradient, or only the weight; whether all labels fit."""
    weights = dict.fromkeys(arrow.weight for arrow in diagram.arrows if arrow.weight)
    short = {name: f"{name} = {numbers[name]:.4g}" for name in weights}
    whole = {
        name: f"{text}\n{network.label(slope)} = {numbers[slope]:.3g}"
        for name, text in short.items()
        for slope in [gradient_name(name)]
    }
    texts, points = whole, _points(diagram, whole)
    if len(points) < len(weights):
        texts, points = short, _points(diagram, short)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for arrow, (x, y) in points.items():
        text = texts[arrow.weight]
        axes.text(x, y, text, ha="center", va="center", fontsize=9.5, color=GREY, bbox=box)
    return len(points) == len(weights)


def _points(diagram: Diagram, texts: Mapping[str, str]) -> dict[Arrow, Point]:
    return label_points(diagram, lambda arrow, point: _label_box(texts[arrow.weight], point))


def _label_box(text: str, point: Point) -> Rectangle:
    """The rectangle that a label centred on a point covers."""
    (x, y), lines = point, text.splitlines()
    width, height = CHARACTER * max(map(len, lines)), LINE * len(lines)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _error_labels(
    axes: Axes, network: Network, diagram: Diagram, numbers: Mapping[str, float]
) -> None:
    """Write target and error beside each output, on the side away from the middle.

    Where the total error's circle is in the way, they stand above or below that.
    """
    most = max(len(network.compared), *(len(one.targets) for one in network.compared))
    if most > MOST_OUTPUTS or any(diagram.nodes[one.output].square for one in network.compared):
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
            axes.text(x, y, lines, va="center", **look)
    for up, texts in moved.items():
        y = total.y + up * (total.radius + MARGIN / 2)
        side = "bottom" if up < 0 else "top"
        axes.text(total.x, y, "\n".join(texts), ha="center", va=side, **look)


def _reaches(circle: Node, text: str, x: float, y: float) -> bool:
    """Whether a text that begins at a point would cover a part of a circle."""
    left, top, right, bottom = _label_box(text, (x, y))
    right += (right - left) / 2 + MARGIN
    nearest = min(max(circle.y, top), bottom)
    half: float = max(0.0, circle.radius**2 - (circle.y - nearest) ** 2) ** 0.5
    return right > circle.x - half


def _shade(part: float) -> str:
    """A colour from grey (`part` is 0) to blue (1) or red (−1)."""
    return f"#{mixed(PALE, POSITIVE if part > 0 else NEGATIVE, abs(part) ** 0.5)}"
