"""What the figures share: signed colours, tiles side by side, titles, places in inches."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.font_manager import FontProperties, findfont, get_font

from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.stages import Numbers
from backprop_sheet.palette import NEGATIVE, POSITIVE, ZERO
from backprop_sheet.plotter.curves import GRID
from backprop_sheet.plotter.picture import GREY, Picture

SIGNED = LinearSegmentedColormap.from_list(
    "signed", [f"#{color}" for color in (NEGATIVE, ZERO, POSITIVE)]
).with_extremes(bad="#B8B8B8")
"""Red below 0, white at 0, blue above; grey where there is no number."""
MOST = 64
"""The most channels of a layer that a figure shows."""
TILE, GAP = 56, 5
"""Cells of the array that a tile takes, and those between two tiles."""
ABOUT_COLORS = "Blue: above 0. White: 0. Red: below 0."


def largest(values: Numbers) -> float:
    """The largest size of a number, at which colours end; 1 if all are 0."""
    return float(np.abs(values).max()) or 1.0


def mosaic(tiles: Numbers, across: int) -> tuple[Numbers, int]:
    """Tiles in rows, all about as large whatever they hold, with gaps of the same width.

    Args:
        tiles: squares of numbers, of shape (n, side, side).
        across: how many stand in a row.

    Returns:
        An array with NaN in gaps and where the last row has no tile, and the distance from one tile
        to the next in it.
    """
    grain = max(1, TILE // tiles.shape[1])
    grown = np.repeat(np.repeat(tiles, grain, axis=1), grain, axis=2)
    count, side, _ = grown.shape
    step, down = side + GAP, -(-count // across)
    canvas = np.full((down * step - GAP, across * step - GAP), np.nan)
    for k, tile in enumerate(grown):
        top, left = (k // across) * step, (k % across) * step
        canvas[top : top + side, left : left + side] = tile
    return canvas, step


def place(figure: Picture, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in inches, counted from the figure's upper left corner."""
    across, down = figure.get_size_inches()
    return figure.add_axes(
        (left / across, 1 - (top + height) / down, width / across, height / down)
    )


def write(figure: Picture, left: float, top: float, words: str, size: float = 10) -> None:
    """A text whose upper left corner is at a place in inches."""
    across, down = figure.get_size_inches()
    at = (left / across, 1 - top / down)
    figure.text(*at, _drawable(words), fontsize=size, color=GREY, va="top", linespacing=1.35,
                parse_math=False)  # fmt: skip


@cache
def _characters() -> frozenset[int]:
    """The characters that the figures' font has."""
    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def _drawable(words: str) -> str:
    """A text with an empty box for each character that the font lacks: names may hold any."""
    return "".join(c if ord(c) in _characters() or c == "\n" else "□" for c in words)


def show(axes: Axes, values: Numbers, limit: float) -> None:
    """Numbers as signed colours that end at ±limit, without ticks."""
    axes.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit, interpolation="nearest")
    plain(axes)


def show_ink(axes: Axes, image: Bytes, strength: float = 1.0) -> None:
    """A digit as ink on paper: grey values 0 (paper) to 255 (ink), darker with more strength."""
    paper = 255 - strength * np.asarray(image, float)
    axes.imshow(paper, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    plain(axes)


def plain(axes: Axes) -> None:
    """No ticks, and a pale frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color(GRID)


def color_bar(axes: Axes, limit: float) -> None:
    """What the signed colours stand for, as an upright bar."""
    scale = ScalarMappable(Normalize(-limit, limit), SIGNED)
    bar = axes.figure.colorbar(scale, cax=axes, ticks=[-limit, 0, limit])
    bar.ax.set_yticklabels([f"−{limit:.3g}", "0", f"{limit:.3g}"], fontsize=10, color=GREY)
    bar.ax.tick_params(length=0)
    bar.outline.set_edgecolor(GRID)
