"""What each stage of a network makes of a picture: all channels of its maps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.looking.canvas import (
    ABOUT_COLORS,
    MOST,
    TILE,
    largest,
    mosaic,
    place,
    show,
    show_ink,
    write,
)
from backprop_sheet.mnist.model import SIZE, Network
from backprop_sheet.mnist.stages import Numbers, Stage, maps, stages
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

ACROSS = 16
"""Maps in a row."""
WIDTH, SIDE, MARGIN = 12.0, 0.66, 0.35
"""Inches: the figure's width, a map's side, the margin to the left."""
CAPTION, BELOW, TOP = 0.3, 0.3, 1.05
"""Inches: the height of a stage's caption, the gap below its maps, and what stands above all."""


class Strip(NamedTuple):
    """One stage in the figure: its caption, its maps, and where it begins, in inches."""

    caption: str
    tiles: Numbers
    top: float

    @property
    def across(self) -> int:
        """How many maps stand in a row."""
        return min(ACROSS, len(self.tiles))

    @property
    def height(self) -> float:
        """The height of its maps in inches."""
        return -(-len(self.tiles) // self.across) * SIDE


@in_our_style()
def maps_picture(network: Network, image: Bytes, title: str) -> Picture:
    """The maps of a picture, stage by stage, with the names of the layers.

    Each stage has a colour scale of its own, which ends at its largest value. Of more than 64 maps,
    the first 64 are shown.

    Args:
        network: the network.
        image: grey values 0 (paper) to 255 (ink), of shape (28, 28).
        title: what the picture is.

    Returns:
        A figure of 12 inches in width, as high as the maps need.
    """
    first, *given, chances = maps(network, image)
    strips, top = [], TOP + 1.6
    for stage, values in zip(stages(network), given, strict=True):
        strips.append(Strip(_caption(stage, values), values[:MOST], top))
        top += CAPTION + strips[-1].height + BELOW
    figure = Picture(WIDTH, top)
    write(figure, MARGIN, 0.2, title, 16)
    write(figure, MARGIN, 0.6, f"{ABOUT_COLORS} Each stage has a scale of its own, which ends at "
          "its largest value.")  # fmt: skip
    show_ink(place(figure, MARGIN, TOP, 1.4, 1.4), image)
    normalised = network.structure.has("image-normalisation")
    about = "the image, normalised" if normalised else "the image, grey values from 0 to 1"
    write(figure, MARGIN + 1.65, TOP, f"{about}\n{SIZE} × {SIZE}, {_range(first)}")
    answer = int(np.argmax(chances))
    words = f"answer of the last layer: {answer}, with a probability of {chances[answer]:.2%}"
    write(figure, MARGIN + 1.65, TOP + 0.65, words)
    for strip in strips:
        _draw(figure, strip)
    return figure


def _draw(figure: Picture, strip: Strip) -> None:
    write(figure, MARGIN, strip.top, strip.caption)
    tiles, step = mosaic(strip.tiles, strip.across)
    scale = SIDE / step
    axes = place(figure, MARGIN, strip.top + CAPTION, tiles.shape[1] * scale,
                 tiles.shape[0] * scale)  # fmt: skip
    show(axes, tiles, largest(strip.tiles))
    if strip.tiles.shape[1] == 1:  # ten scores, one for each digit
        axes.set_xticks([k * step + TILE / 2 for k in range(len(strip.tiles))])
        axes.set_xticklabels(list(map(str, range(len(strip.tiles)))), fontsize=10, color=GREY)
        axes.tick_params(length=0)


def _caption(stage: Stage, values: Numbers) -> str:
    shown = f", the first {MOST} shown" if len(values) > MOST else ""
    names = "  ·  ".join(stage.layers)
    return f"{names}:  {' × '.join(map(str, stage.shape))}, {_range(values)}{shown}"


def _range(values: Numbers) -> str:
    return f"from {values.min():.3g} to {values.max():.3g}".replace("-", "−")
