"""How far each pooling and each normalisation stands from the prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from backprop_sheet.errors import counted
from backprop_sheet.mnist.looking.canvas import place, write
from backprop_sheet.mnist.model import SIZE, Layer, Network, table
from backprop_sheet.palette import NODES, PALE
from backprop_sheet.plotter.curves import GRID
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

POOLINGS, NORMALISATIONS = ("MaxPool2d", "AvgPool2d"), ("BatchNorm2d",)
COLORS = {
    "Conv2d": f"#{NODES['input']}",
    "MaxPool2d": f"#{NODES['total error']}",
    "AvgPool2d": f"#{NODES['total error']}",
    "BatchNorm2d": f"#{NODES['hidden sum']}",
}
"""The colour of each kind of layer's bar; the others are pale."""
LEGEND = """\
Blue: convolutions. Red: poolings. Green: normalisations. Grey: other layers.
A bar is as long as the receptive field. Beside it: how many layers follow up to the prediction, and
by how much the field still grows."""
WIDTH, ROW, TOP, BOTTOM = 9.6, 0.27, 1.5, 0.75
LEFT, BARS = 1.75, 4.3
"""Inches: the left edge of the bars, and how long the longest is."""
EVERY = 10
"""Pixels between two ticks."""


class Distance(NamedTuple):
    """How far a layer stands from the prediction, which is the last layer's output.

    Attributes:
        layer: the layer.
        layers, convolutions: how many follow it.
        to_come: by how many pixels the receptive field still grows behind it.
    """

    layer: Layer
    layers: int
    convolutions: int
    to_come: int

    @property
    def kind(self) -> str:
        """The type of the layer: MaxPool2d."""
        return self.layer.name.partition("-")[0]


def distances(network: Network) -> list[Distance]:
    """The distance of each layer from the prediction, in the order of the layer table."""
    rows = table(network)
    return [
        Distance(
            row,
            len(rows) - number,
            sum(later.name.startswith("Conv2d") for later in rows[number:]),
            rows[-1].field - row.field,
        )
        for number, row in enumerate(rows, start=1)
    ]


def marked(found: Sequence[Distance]) -> list[Distance]:
    """The poolings and normalisations among layers."""
    return [one for one in found if one.kind in POOLINGS + NORMALISATIONS]


@in_our_style()
def distances_picture(found: Sequence[Distance]) -> Picture:
    """The layers in order, with their fields as bars; poolings and normalisations have a distance.

    Args:
        found: what `distances` gave.

    Returns:
        A figure of 9.6 inches in width, as high as its layers need.
    """
    height = len(found) * ROW
    figure = Picture(WIDTH, TOP + height + BOTTOM)
    write(figure, 0.35, 0.2, "How far poolings and normalisations stand from the prediction", 16)
    write(figure, 0.35, 0.6, LEGEND)
    axes = place(figure, LEFT, TOP, BARS, height)
    rows = range(len(found))
    fields = [one.layer.field for one in found]
    colors = [COLORS.get(one.kind, f"#{PALE}") for one in found]
    axes.barh(rows, fields, height=0.72, color=colors)
    most = max(*fields, SIZE)
    axes.set_xlim(0, most)
    axes.set_ylim(len(found) - 0.5, -0.5)
    for row, one in enumerate(found):
        if one in marked(found):
            axes.text(max(one.layer.field, SIZE) + most * 0.02, row, in_words(one), fontsize=9.5,
                      color=GREY, va="center")  # fmt: skip
    _furnish(axes, [one.layer.name for one in found], most)
    return figure


def _furnish(axes: Axes, names: Sequence[str], most: int) -> None:
    axes.axvline(SIZE, color=GREY, linewidth=1, linestyle=(0, (4, 2)))
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels(names, fontsize=9.5, color=GREY)
    ticks = [*(k for k in range(0, most + 1, EVERY) if abs(k - SIZE) > EVERY / 2), SIZE]
    labels = [*map(str, ticks[:-1]), f"{SIZE}: image"]
    axes.set_xticks(ticks)
    axes.set_xticklabels(labels, fontsize=9.5, color=GREY)
    axes.tick_params(length=0)
    axes.set_xlabel("receptive field in pixels", fontsize=11, color=GREY)
    for name, side in axes.spines.items():
        side.set_color(GRID)
        side.set_visible(name in ("left", "bottom"))


def in_words(one: Distance) -> str:
    """A distance in a few words; the field itself is what the bar shows."""
    if not one.layers:
        return "gives the prediction"
    follow = f"{counted(one.layers, 'layer')}, {counted(one.convolutions, 'convolution')} follow"
    return f"{follow}; field grows by {one.to_come}"


def about(found: Sequence[Distance]) -> list[str]:
    """Why one keeps away from the prediction, and what this network does, in sentences."""
    pools = [one for one in found if one.kind == "MaxPool2d"]
    norms = [one for one in found if one.kind in NORMALISATIONS]
    means = [one for one in found if one.kind == "AvgPool2d" and one.layer.kernel > 1]
    said = []
    if pools:
        last = pools[-1]
        said.append(
            "A max pooling keeps one value of four and not where it stood, and only a later layer "
            f"can combine what is left. Here the last one, {last.layer.name}, is followed by "
            f"{counted(last.layers, 'layer')} with {counted(last.convolutions, 'convolution')}: "
            f"at its output the field is {last.layer.field} pixels, the image {SIZE}."
        )
    if means:
        size = means[-1].layer.kernel
        said.append(
            f"The mean over {size}×{size} at the end is a pooling right before the prediction: it "
            "makes one score of each digit's map, as in Network in Network (Lin, Chen and Yan, "
            "2014)."
        )
    if norms:
        last = norms[-1]
        said.append(
            "BatchNorm brings each channel to one mean and one deviation over the batch. Applied "
            "to the ten scores, it would do so with every digit's score, however sure the network "
            f"is. Here the last one, {last.layer.name}, is followed by "
            f"{counted(last.layers, 'layer')} with {counted(last.convolutions, 'convolution')}. "
            "ResNet (He, Zhang, Ren and Sun, 2016) has none after its last layer either."
        )
    return said
