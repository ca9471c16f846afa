"""The weights of each convolution as pictures."""

from __future__ import annotations

from matplotlib.axis import Axis

from backprop_sheet.errors import counted
from backprop_sheet.mnist.looking.canvas import (
    ABOUT_COLORS,
    GAP,
    MOST,
    color_bar,
    largest,
    mosaic,
    place,
    show,
    write,
)
from backprop_sheet.mnist.stages import Convolution
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

WIDEST, HIGHEST, CELL = 9.0, 6.8, 0.6
"""The most inches of all kernels across and down, and of one kernel."""
LEFT, TOP, BOTTOM, RIGHT = 0.6, 1.25, 0.55, 1.1
"""Margins around the kernels in inches."""
NARROWEST = 6.4
"""A narrower figure would have no room for its title."""
LOWEST = 0.6
"""Likewise, a lower bar of colours would have none for its numbers."""
NUMBERED = 16
"""Up to this many channels, each has its number at the axis."""


@in_our_style()
def kernels_picture(convolution: Convolution) -> Picture:
    """All kernels of a convolution: a column for each map that it gives, a row for each it takes.

    All have one signed colour scale, which ends at the convolution's largest weight. Of more than
    64 channels, the first 64 are shown.

    Args:
        convolution: a stage of `stages.stages`.

    Returns:
        A figure as large as the kernels need, at most 11 by 9 inches.
    """
    weights = convolution.weights.transpose(1, 0, 2, 3)[:MOST, :MOST]
    taken, given, side, _ = weights.shape
    limit = largest(convolution.weights)
    cell = min(CELL, WIDEST / given, HIGHEST / taken)
    width, height = given * cell, taken * cell
    figure = Picture(max(NARROWEST, LEFT + width + RIGHT), TOP + height + BOTTOM)
    write(figure, 0.2, 0.2, f"{convolution.name}: {_headline(convolution)}", 15)
    write(figure, 0.2, 0.58, _legend(convolution))
    axes = place(figure, LEFT, TOP, width, height)
    tiles, step = mosaic(weights.reshape(-1, side, side), given)
    show(axes, tiles, limit)
    _number(axes.xaxis, given, step, first=0 if side == 1 else 1)
    _number(axes.yaxis, taken, step)
    color_bar(place(figure, LEFT + width + 0.25, TOP, 0.16, max(height, LOWEST)), limit)
    return figure


def _headline(convolution: Convolution) -> str:
    given, taken, side, _ = convolution.weights.shape
    maps = counted(given, "map")
    return f"{maps} from {counted(taken, 'map')} by kernels of {side}×{side}"


def _legend(convolution: Convolution) -> str:
    given, taken, side, _ = convolution.weights.shape
    # The last convolution, the only one of 1×1, gives a map of scores for each digit.
    columns = "digit" if side == 1 else "map that it gives"
    left_out = f" The first {MOST} are shown." if max(given, taken) > MOST else ""
    return (
        f"A column for each {columns}, a row for each map that it takes.{left_out}\n{ABOUT_COLORS}"
    )


def _number(axis: Axis, count: int, step: int, first: int = 1) -> None:
    """Numbers of the channels at an axis."""
    every = 1 if count <= NUMBERED else 4 if count <= 2 * NUMBERED else 8
    shown = [k for k in range(count) if k == 0 or (k + 1) % every == 0]
    axis.set_ticks([k * step + (step - GAP - 1) / 2 for k in shown])
    axis.set_ticklabels([str(k + first) for k in shown], fontsize=9, color=GREY)
    axis.set_tick_params(length=0)
