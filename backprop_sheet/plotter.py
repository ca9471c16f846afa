"""Frame → figures: the error over the epochs. No pyplot, so nothing is kept between figures."""

from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from backprop_sheet.files import replacing
from backprop_sheet.network import TOTAL

BLUE, EDGE, GREY, GRID = "#9DC3E6", "#2E75B6", "#404040", "#D9D9D9"
MARKED = 200
"""Points up to which each has a marker of its own."""
PLACE = (0.16, 0.15, 0.8, 0.73)
"""Where the axes stand: left, bottom, width and height as parts of the figure. Stated, as is the
title's height: having them found takes as long as all the drawing."""
RESOLUTION = 150
"""Dots to the inch of a picture file."""


def error_curve(frame: pd.DataFrame, eta: float) -> Figure:
    """The error of each epoch as a curve.

    Args:
        frame: a training, as `tabulate` gives it.
        eta: its learning rate, for the title.

    Returns:
        A figure of 6.4 by 4.8 inches with a canvas of its own: a notebook shows it, `savefig`
        writes it, and nothing else refers to it.
    """
    figure = Figure(figsize=(6.4, 4.8))
    FigureCanvasAgg(figure)
    axes = figure.add_axes(PLACE)
    marker = "o" if len(frame) <= MARKED else ""
    axes.plot(
        frame.index,
        frame[TOTAL],
        color=EDGE,
        linewidth=1,
        marker=marker,
        markersize=5.5,
        markerfacecolor=BLUE,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=3,
    )
    axes.set_title(f"Learning rate η = {eta}", fontsize=17, color=GREY, y=1.03)
    axes.set_xlabel("epoch", fontsize=15, color=GREY)
    axes.set_ylabel("E_Total", fontsize=15, color=GREY)
    axes.set_xlim(0, max(1, len(frame) - 1))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(labelsize=13, labelcolor=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    for side in axes.spines.values():
        side.set_color(GRID)
    return figure


def save_figure(figure: Figure, path: Path | str) -> Path:
    """Write a figure as a PNG, whole or not at all.

    Raises:
        WriteError: the file cannot be written.
    """
    with replacing(Path(path)) as draft:
        figure.savefig(draft, format="png", dpi=RESOLUTION, pil_kwargs={"compress_level": 3})
    return Path(path)
