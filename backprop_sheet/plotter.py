"""Frame → figures: the error over the epochs. No pyplot, so nothing is kept between figures."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.ticker import MaxNLocator

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import RADIUS, Arrow, Diagram, Point, draw
from backprop_sheet.engine import numbers_at
from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing
from backprop_sheet.network import TOTAL, Kind, Network, label
from backprop_sheet.palette import Stroke, strokes

BLUE, EDGE, GREY, GRID = "#9DC3E6", "#2E75B6", "#404040", "#D9D9D9"
MARKED = 200
"""Points up to which each has a marker of its own."""
PLACE = (0.16, 0.15, 0.8, 0.73)
"""Where the axes stand: left, bottom, width and height as parts of the figure. Stated, as is the
title's height: having them found takes as long as all the drawing."""
PLACES = ((0.075, 0.14, 0.33, 0.74), (0.575, 0.14, 0.33, 0.74))
"""Where two axes stand side by side, with room for the curves' names right of each."""
NAME_GAP = 0.065
"""How far names of curves are apart, as a part of the axes' height."""
DASHES = {
    "solid": "-",
    "dash": (0, (4, 2)),
    "dashDot": (0, (4, 2, 1, 2)),
    "sysDash": (0, (3, 1)),
    "lgDash": (0, (8, 2)),
    "sysDot": (0, (1, 1)),
}
"""The dashes of strokes in matplotlib's words."""
CROWDED = 1000
"""Epochs from which their numbers have four digits, and fewer of them fit an axis."""
RESOLUTION = 150
"""Dots to the inch of a picture file."""
CANVAS = (632, 290)
"""The measures in which the network is laid out, in pixels of the sheet's drawing."""
NODES = {
    "input": "2E75B6",
    "hidden sum": "548235",
    "hidden activation": "385723",
    "output sum": "4472C4",
    "output activation": "2F5597",
    "total error": "C00000",
}
"""The colour of each role of a node: white letters stand out from all of them."""
PALE, RISING, FALLING = (191, 191, 191), (192, 0, 0), (0, 84, 166)
LEGEND = (
    "An arrow is as wide as its weight is large. "
    "Red: the gradient is positive, the weight goes down; blue: it goes up."
)
LABELLED = 24
"""Weights up to which each arrow has a label."""
PNG_OPTIONS = {"pil_kwargs": {"compress_level": 3}}
"""A quarter larger than at the default level, in half the time."""


class Picture(Figure):
    """A figure with a canvas of its own, which a notebook shows as it is."""

    def __init__(self, width: float, height: float) -> None:
        """An empty figure; its size in inches."""
        super().__init__(figsize=(width, height))
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()


def error_curve(frame: pd.DataFrame, eta: float, *, top: float | None = None) -> Figure:
    """The error of each epoch as a curve.

    Args:
        frame: a training, as `tabulate` gives it.
        eta: its learning rate, for the title.
        top: the upper end of the error's axis, where several curves are to have the same.

    Returns:
        A figure of 6.4 by 4.8 inches: a notebook shows it, `save_figure` writes it, and nothing
        else refers to it.
    """
    figure = Picture(6.4, 4.8)
    axes = figure.add_axes(PLACE)
    axes.plot(
        frame.index,
        frame[TOTAL],
        color=EDGE,
        linewidth=1,
        marker="o" if len(frame) <= MARKED else "",
        markersize=5.5,
        markerfacecolor=BLUE,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=3,
    )
    axes.set_title(f"Learning rate η = {eta}", fontsize=17, color=GREY, y=1.03)
    _furnish(axes, len(frame))
    axes.set_ylim(bottom=0, top=top or None)
    return figure


def error_comparison(frames: Mapping[float, pd.DataFrame]) -> Figure:
    """The errors of several learning rates, on a linear and on a logarithmic axis side by side.

    Args:
        frames: the training of each rate.

    Returns:
        A figure of 12.8 by 5.6 inches, each curve named at its end; as `error_curve` gives it.
    """
    figure = Picture(12.8, 5.6)
    for place, scale in zip(PLACES, ("linear", "log"), strict=True):
        axes = figure.add_axes(place)
        drawn = [
            _draw(axes, frame[TOTAL], stroke, scale)
            for frame, stroke in zip(frames.values(), strokes(len(frames)), strict=True)
        ]
        axes.set_yscale(scale)
        _furnish(axes, max(map(len, frames.values())))
        if scale == "linear":
            axes.set_ylim(bottom=0)
        names = [f"η = {eta:.6g}" for eta in frames]
        _name_ends(axes, [(line, name) for line, name in zip(drawn, names, strict=True) if line])
    figure.suptitle("Error by learning rate", fontsize=17, color=GREY, y=0.97)
    return figure


def _draw(axes: Axes, errors: pd.Series, stroke: Stroke, scale: str) -> Line2D | None:
    """One curve; on a logarithmic axis without errors that are 0, and nothing if all are."""
    shown = errors[errors > 0] if scale == "log" else errors
    if shown.empty:
        return None
    dashes = DASHES[stroke.dash]
    (line,) = axes.plot(shown.index, shown, color=f"#{stroke.color}", linewidth=2, linestyle=dashes)
    if len(shown) == 1:
        line.set_marker("o")
    return line


def _name_ends(axes: Axes, named: list[tuple[Line2D, str]]) -> None:
    """Write each curve's name right of the axes, moved up or down until none covers another.

    A leader joins a name to a curve that reaches the edge; others end inside and have none.
    """
    if not named:
        axes.text(0.5, 0.5, "no error above 0", transform=axes.transAxes, ha="center", color=GREY)
        return
    ends = [np.asarray(line.get_xydata())[-1] for line, _ in named]
    heights = axes.transAxes.inverted().transform(axes.transData.transform(ends))[:, 1]
    for (line, name), end, height in zip(named, ends, _apart(heights.tolist()), strict=True):
        leader = {"arrowstyle": "-", "relpos": (0, 0.5), "shrinkA": 2, "shrinkB": 0}
        reaches = end[0] >= axes.get_xlim()[1]
        axes.annotate(
            name,
            xy=(end[0], end[1]),
            xytext=(1.06, height),
            textcoords="axes fraction",
            fontsize=12,
            color=line.get_color(),
            va="center",
            annotation_clip=False,
            arrowprops=leader | {"color": line.get_color(), "linewidth": 0.7} if reaches else None,
        )


def _apart(heights: list[float]) -> list[float]:
    """Heights in their order, moved as little upwards as keeps them apart."""
    gap = min(NAME_GAP, 1 / max(1, len(heights)))
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = list(heights)
    lowest = 0.0
    for k in order:
        placed[k] = max(lowest, placed[k])
        lowest = placed[k] + gap
    highest = 1.0
    for k in reversed(order):
        placed[k] = min(highest, placed[k])
        highest = placed[k] - gap
    return placed


def _furnish(axes: Axes, epochs: int) -> None:
    """Axes, labels and grid."""
    axes.set_xlabel("epoch", fontsize=15, color=GREY)
    axes.set_ylabel("E_Total", fontsize=15, color=GREY)
    axes.set_xlim(0, max(1, epochs - 1))
    most = 8 if epochs < CROWDED else 5
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(which="both", labelsize=13, labelcolor=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    for side in axes.spines.values():
        side.set_color(GRID)


def network_drawing(network: Network, epoch: int = 0) -> Picture:
    """The network in an epoch: nodes with their values, arrows with weights and gradients.

    An arrow is as wide as its weight is large, and as deeply coloured as its gradient is large:
    red where the gradient is positive, so that the weight goes down, blue where it goes up.

    Args:
        network: what is trained.
        epoch: which epoch, counted from 0.

    Returns:
        A figure of 12.8 by 6 inches; as `error_curve` gives it.

    Raises:
        InputError: an epoch below 0.
        Diverged: the training does not get that far.
    """
    numbers = numbers_at(network, epoch)
    diagram = draw(network, *CANVAS)
    figure = Picture(12.8, 6.0)
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.9))
    axes.set(xlim=(0, diagram.width), ylim=(diagram.height, 0), aspect="equal")
    axes.set_axis_off()
    for loop in diagram.loops:
        _arrow(axes, loop.start, loop.end, bend=-0.9 if loop.above else 0.9)
    weights = [arrow.weight for arrow in diagram.arrows if arrow.weight]
    largest = max(abs(numbers[weight]) for weight in weights) or 1.0
    steepest = max(abs(numbers[gradient_name(weight)]) for weight in weights) or 1.0
    for arrow in diagram.arrows:
        if not arrow.weight:
            _arrow(axes, arrow.start, arrow.end)
            continue
        weight, gradient = numbers[arrow.weight], numbers[gradient_name(arrow.weight)]
        color = _shade(gradient / steepest)
        _arrow(axes, arrow.start, arrow.end, color, 1 + 3 * abs(weight) / largest)
        if len(weights) <= LABELLED:
            slope = f"{label(gradient_name(arrow.weight))} = {gradient:.3g}"
            _weight_label(axes, arrow, f"{arrow.weight} = {weight:.4g}", slope)
    for node in diagram.nodes.values():
        axes.add_patch(Circle((node.x, node.y), node.radius, color=f"#{NODES[node.role]}"))
        text = f"{node.name}\n{numbers[node.name]:.4g}"
        size = 10.5 * min(1.0, node.radius / RADIUS)
        axes.text(node.x, node.y, text, ha="center", va="center", color="white", fontsize=size)
    _error_labels(axes, network, diagram, numbers)
    figure.text(0.5, 0.03, LEGEND, ha="center", fontsize=11, color=GREY)
    title = f"Epoch {epoch}, η = {network.eta}    E_Total = {numbers[TOTAL]:.6g}"
    figure.suptitle(title, fontsize=15, color=GREY, y=0.965)
    return figure


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


def _weight_label(axes: Axes, arrow: Arrow, *lines: str) -> None:
    (x0, _), (x1, _) = arrow.start, arrow.end
    x, y = arrow.label_at
    if arrow.level:
        x = (x0 + x1) / 2
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    axes.text(x, y, "\n".join(lines), ha="center", va="center", fontsize=9.5, color=GREY, bbox=box)


def _error_labels(
    axes: Axes, network: Network, diagram: Diagram, numbers: Mapping[str, float]
) -> None:
    """Beside each output its target and its error, away from the middle."""
    outputs = network.activations_by_layer[-1]
    if len(outputs) > LABELLED // 6:
        return
    triples = zip(outputs, network.named(Kind.TARGET), network.named(Kind.ERROR), strict=True)
    for output, target, error in triples:
        node = diagram.nodes[output]
        up = -1 if node.y <= diagram.height / 2 else 1
        lines = f"{target} = {numbers[target]:.5g}\n{error} = {numbers[error]:.4g}"
        x, y = node.x + 1.8 * node.radius, node.y + up * 0.8 * node.radius
        axes.text(x, y, lines, va="center", fontsize=10.5, color=f"#{NODES['total error']}")


def _shade(part: float) -> str:
    """From grey to red (part 1) or to blue (part −1)."""
    end, size = (RISING if part > 0 else FALLING), abs(part) ** 0.5
    mixed = (round(a + (b - a) * size) for a, b in zip(PALE, end, strict=True))
    return f"#{bytes(mixed).hex()}"


def save_figure(figure: Figure, path: Path | str) -> Path:
    """Write a figure, whole or not at all, in the format of the file's suffix, such as PNG or SVG.

    Raises:
        InputError: the suffix names no format of pictures.
        WriteError: the file cannot be written.
    """
    target = Path(path)
    form = target.suffix.lstrip(".").lower()
    if form not in (known := figure.canvas.get_supported_filetypes()):
        raise InputError(f"{target}: the suffix names no picture; there are {', '.join(known)}")
    options: dict[str, Any] = PNG_OPTIONS if form == "png" else {}
    with replacing(target) as draft:
        figure.savefig(draft, format=form, dpi=RESOLUTION, **options)
    return target


def save_comparison(frames: Mapping[float, pd.DataFrame], folder: Path) -> list[tuple[Path, str]]:
    """Write one curve for each learning rate, all with the same axes, and one picture of all.

    Returns:
        The files written, each with what it shows.

    Raises:
        WriteError: a file cannot be written.
    """
    top = 1.05 * max(frame[TOTAL].max() for frame in frames.values())
    written = []
    for eta, frame in frames.items():
        curve = error_curve(frame, eta, top=top)
        written.append((save_figure(curve, folder / f"error_lr{eta}.png"), "error curve"))
    picture = save_figure(error_comparison(frames), folder / "error_compare.png")
    return [*written, (picture, "all curves")]
