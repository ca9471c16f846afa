"""Draws the network in an epoch: nodes with values, arrows with weights and gradients."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from textwrap import wrap
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, FancyArrowPatch

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import (
    MARGIN,
    OF_GRIDS,
    RADIUS,
    Diagram,
    Point,
    Shortening,
    diagram_of,
    is_clear,
    readable_size,
    with_gradients,
)
from backprop_sheet.engine import numbers_at
from backprop_sheet.network import TOTAL, Network, checked
from backprop_sheet.palette import (
    LEGEND,
    NEGATIVE,
    NODES,
    OF_GRADIENTS,
    OF_PICTURES,
    PALE,
    POSITIVE,
    mixed,
)
from backprop_sheet.plotter.grids import draw_grids
from backprop_sheet.plotter.labels import (
    GROUND,
    LISTED_LINE,
    Label,
    Way,
    draw_errors,
    draw_weights,
    listed_weights,
    ways_of,
    weight_labels,
)
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

CANVAS, INCHES = (632, 290), 5.4 / 290
"""Width and height that the network is laid out in: pixels, as in the sheet's drawing; and inches
of the figure in a pixel."""
WIDTH, HEAD, EDGE, FOOT = 12.8, 0.5, 0.1, 0.25
"""Of such a figure, in inches: its width, the height of its title, what is below the drawing, and
what a second line of the legend adds to that."""
MOST, LEAST_RADIUS = Shortening(), 17
"""How much of a large network is drawn, and the radius that circles have where there is room."""
ROOMIER = (1, 1.4, 1.8)
"""How many times as large a drawing may be so that all weights get labels."""
CHARACTERS, LONG, MOST_LINES = 8.4, 12, 3
"""How many characters of the usual size a circle is wide; from how many on a name stands in several
lines; and how many lines of the usual size there is room for."""
BIAS, BIAS_CHARACTERS = 0.72, 9.5
"""The size of a bias in a circle, as a part of that of its number; and how many characters of that
size there is room for."""
WITHOUT = "So many weights have no room for their numbers; the sheet has them."
MOST_ARROWS, THINNING = 200, 0.3
"""The most arrows that have heads; more are lines, whose width is multiplied by `THINNING`."""


@in_our_style()
def network_drawing(network: Network, epoch: int = 0, sample: int | None = None) -> Picture:
    """Draw the network in an epoch: nodes with their values, arrows with weights and gradients.

    The width of an arrow shows the size of its weight, the depth of its colour the size of its
    gradient. It is blue if the gradient is above 0, so that the weight goes down, and red if it
    is below. A bias stands in the circle of the sum that it is added to, or in a picture's caption.

    Either all weights have labels or none. Of a large network the first and the last neurons,
    pictures and layers are drawn, and dots say how many there are between them.

    Args:
        network: the network to train.
        epoch: the epoch, counted from 0.
        sample: the sample of the epoch, counted from 1; by default the first with the fewest
            inputs that are 0.

    Returns:
        A figure of 12.8 by 6 inches, to be used like that of `error_curve`. It is larger where the
        network needs it; that of grids has their gradients below them.

    Raises:
        InputError: the epoch is below 0, or there is no such sample.
        Diverged: the training ends before that epoch.
    """
    sample = checked(network).shown_sample if sample is None else sample
    found = numbers_at(network, epoch, sample)
    numbers = {name: number + 0.0 for name, number in found.items()}  # a -0.0 is shown as 0
    for name in network.derived:  # a partial that is always 0 or 1 is no quantity
        numbers.setdefault(gradient_name(name), float(name in network.reaching))
    laid_out, labels, way = _laid_out(network, numbers)
    diagram = with_gradients(laid_out, network)
    legend = _legend(network, diagram, labels, way, numbers)
    width = WIDTH * diagram.width / CANVAS[0]
    letters = (width / WIDTH) ** 0.5  # of a wide figure they are larger, as it is shown smaller
    head, foot = HEAD * letters, FOOT * letters * legend.count("\n") + EDGE * letters
    drawn = diagram.height * INCHES
    height = head + drawn + foot
    figure = Picture(width, height)
    axes = figure.add_axes((0.01, foot / height, 0.98, drawn / height))
    axes.set(xlim=(0, diagram.width), ylim=(diagram.height, 0), aspect="equal")
    axes.set_axis_off()
    for loop in diagram.loops:
        _arrow(axes, loop.start, loop.end, bend=loop.bow)
    _draw_arrows(axes, diagram, _strokes(diagram, numbers))
    draw_weights(axes, labels)
    draw_grids(axes, network, diagram, numbers)
    if diagram.height > laid_out.height:
        axes.text(MARGIN, laid_out.height, OF_GRADIENTS, va="bottom", fontsize=11, color=GREY)
    _draw_circles(axes, network, diagram, numbers)
    _draw_omitted(axes, diagram)
    draw_errors(axes, network, diagram, numbers)
    of = f", sample {sample}" if len(network.samples) > 1 else ""
    title = f"Epoch {epoch}{of}, η = {network.eta}    E_Total = {numbers[TOTAL]:.6g}"
    look: dict[str, Any] = {"ha": "center", "color": GREY}
    figure.text(0.5, 0.1 / height, legend, va="bottom", fontsize=11 * letters, **look)
    figure.suptitle(title, fontsize=15 * letters, color=GREY, y=1 - 0.2 / height)
    return figure


def _laid_out(network: Network, numbers: Mapping[str, float]) -> tuple[Diagram, list[Label], Way]:
    """The drawing, as large as it has to be for the labels of all weights; without them if none.

    It is larger, too, if no arrow then runs through what it does not lead to.
    """
    width, height = readable_size(network, CANVAS, MOST, LEAST_RADIUS)

    @cache
    def sized(times: float) -> Diagram:
        return diagram_of(network, times * width, times * height, most=MOST)

    for times, way in _attempts(ways_of(sized(1))):
        if is_clear(sized(times)) and (
            labels := weight_labels(network, sized(times), numbers, way)
        ):
            return sized(times), labels, way
    return next(filter(is_clear, map(sized, ROOMIER)), sized(1)), [], Way()


def _attempts(ways: list[list[Way]]) -> Iterator[tuple[float, Way]]:
    """The sizes with ways to label weights that are tried, best first.

    A drawing in which arrows share weights rather has numbers in its legend than the largest size.
    """
    shared = any(way.once for alike in ways for way in alike)
    for sizes in (ROOMIER[:-1], ROOMIER[-1:]) if shared else (ROOMIER,):
        for alike in ways[:-1]:
            yield from product(sizes, alike)
    for alike in ways[-1:]:
        yield from product(ROOMIER, alike)


def _legend(
    network: Network, diagram: Diagram, labels: list[Label], way: Way, numbers: Mapping[str, float]
) -> str:
    """What colours, widths and endings of names say, what is not said, and weights' numbers."""
    more = [network.design.endings]
    weighted = any(arrow.weight for arrow in diagram.arrows)
    if weighted and not labels:
        more.append(WITHOUT)
    if any(node.square for node in diagram.nodes.values()):
        more.append(OF_PICTURES)
    listed = listed_weights(network, diagram, numbers) if labels and way.named else ""
    said = wrap("  ".join(filter(None, more)), LISTED_LINE)
    return "\n".join(filter(None, [listed, LEGEND if weighted else "", *said]))


def _draw_circles(
    axes: Axes, network: Network, diagram: Diagram, numbers: Mapping[str, float]
) -> None:
    """Draw each circle with its quantity, its number and, where one is added, its bias."""
    biases = {u.sum: u.bias for group in network.groups for u in group.units if u.bias}
    for node in (node for node in diagram.nodes.values() if not node.square):
        axes.add_patch(Circle((node.x, node.y), node.radius, color=f"#{NODES[node.role]}"))
        lines = [*_lines(node.name), f"{numbers[node.name]:.4g}"]
        fits = min(1.0, CHARACTERS / max(map(len, lines)), MOST_LINES / len(lines))
        size = 10.5 * min(1.0, node.radius / RADIUS) * fits
        look: dict[str, Any] = {"ha": "center", "va": "center", "color": "white"}
        bias = biases.get(node.name, "")
        up = 0.16 * node.radius if bias else 0.0
        axes.text(node.x, node.y - up, "\n".join(lines), fontsize=size, **look)
        if bias:
            told = f"{bias} = {numbers[bias]:.3g}"
            fits = BIAS * min(1.0, BIAS_CHARACTERS / len(told))
            small = 10.5 * min(1.0, node.radius / RADIUS) * fits
            axes.text(node.x, node.y + 0.58 * node.radius, told, fontsize=small, **look)


def _lines(name: str) -> list[str]:
    """A name, a long one in several lines that end at its words."""
    if len(name) < LONG:
        return [name]
    lines = [""]
    for word in re.findall("[^_]*_?", name):
        if len(lines[-1] + word) >= LONG and lines[-1]:
            lines.append("")
        lines[-1] += word
    return lines


def _draw_omitted(axes: Axes, diagram: Diagram) -> None:
    """Write dots, and how many there are, where parts are left out."""
    for part in diagram.omitted:
        size = 8 if part.of in OF_GRIDS else 10
        look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size, "color": GREY}
        if part.across:  # arrows pass it
            look["bbox"] = GROUND
        axes.text(part.x, part.y, part.text, **look)


class _Stroke(NamedTuple):
    """The colour of an arrow, and its width in points."""

    color: str
    width: float


def _strokes(diagram: Diagram, numbers: Mapping[str, float]) -> list[_Stroke]:
    """How each arrow is drawn, by its weight and the gradient of that."""
    weights = [arrow.weight for arrow in diagram.arrows if arrow.weight]
    largest = max((abs(numbers[weight]) for weight in weights), default=0.0) or 1.0
    steepest = max((abs(numbers[gradient_name(w)]) for w in weights), default=0.0) or 1.0
    strokes = [_Stroke(GREY, 1.0)] * len(diagram.arrows)
    for place, arrow in enumerate(diagram.arrows):
        if arrow.weight:
            weight, gradient = numbers[arrow.weight], numbers[gradient_name(arrow.weight)]
            strokes[place] = _Stroke(_shade(gradient / steepest), 1 + 3 * abs(weight) / largest)
    return strokes


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


def _shade(part: float) -> str:
    """A colour from grey (`part` is 0) to blue (1) or red (−1)."""
    return f"#{mixed(PALE, POSITIVE if part > 0 else NEGATIVE, abs(part) ** 0.5)}"
