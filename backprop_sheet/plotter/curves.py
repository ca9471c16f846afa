"""The error over the epochs as a curve, and several of them in one figure."""

import re
from collections.abc import Hashable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import LogFormatterSciNotation, MaxNLocator, NullLocator

from backprop_sheet.palette import Stroke, strokes
from backprop_sheet.plotter.picture import GREY, Picture, save_figure
from backprop_sheet.tabulator import errors_of

BLUE, EDGE, GRID = "#9DC3E6", "#2E75B6", "#D9D9D9"
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
RAISED = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CROWDED = 1000
"""Epochs from which their numbers have four digits, and fewer of them fit an axis."""


def error_curve(frame: pd.DataFrame, eta: float, *, top: float | None = None) -> Picture:
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
    errors = errors_of(frame)
    _curve(axes, errors)
    _title(axes, eta)
    _furnish(axes, errors.name, len(errors))
    axes.set_ylim(bottom=0, top=top or None)
    return figure


def _curve(axes: Axes, errors: pd.Series) -> Line2D:
    (line,) = axes.plot(
        errors.index,
        errors,
        color=EDGE,
        linewidth=1,
        marker="o" if len(errors) <= MARKED else "",
        markersize=5.5,
        markerfacecolor=BLUE,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=3,
    )
    return line


def _title(axes: Axes, eta: float) -> Text:
    return axes.set_title(f"Learning rate η = {eta}", fontsize=17, color=GREY, y=1.03)


def error_comparison(frames: Mapping[float, pd.DataFrame]) -> Picture:
    """The errors of several learning rates, on a linear and on a logarithmic axis side by side.

    Args:
        frames: the training of each rate.

    Returns:
        A figure of 12.8 by 5.6 inches, each curve named at its end; as `error_curve` gives it.
    """
    figure = Picture(12.8, 5.6)
    curves = [errors_of(frame) for frame in frames.values()]
    for place, scale in zip(PLACES, ("linear", "log"), strict=True):
        axes = figure.add_axes(place)
        drawn = [
            _draw(axes, errors, stroke, scale)
            for errors, stroke in zip(curves, strokes(len(curves)), strict=True)
        ]
        axes.set_yscale(scale)
        if scale == "log":
            _label_powers(axes)
        _furnish(axes, curves[0].name, max(map(len, curves)))
        if scale == "linear":
            axes.set_ylim(bottom=0)
        names = [f"η = {eta:.6g}" for eta in frames]
        _name_ends(axes, [(line, name) for line, name in zip(drawn, names, strict=True) if line])
    figure.suptitle("Error by learning rate", fontsize=17, color=GREY, y=0.97)
    return figure


def _label_powers(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(PlainPowers())
    axes.yaxis.set_minor_formatter(PlainPowers(labelOnlyBase=False))
    bottom, top = axes.get_ylim()
    if top > 10 * bottom:  # in less than a decade, what is between has labels as well
        axes.yaxis.set_minor_locator(NullLocator())


class PlainPowers(LogFormatterSciNotation):
    """Powers of ten in plain signs, 10⁻³: to set them as a formula takes as long as the picture."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of a tick."""
        text = super().__call__(x, pos).replace(r"\times", "×")
        plain = re.sub(r"[$ {}]|\\mathdefault", "", text)
        base, _, power = plain.partition("^")
        return base + power.translate(RAISED)


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


def _furnish(axes: Axes, error: Hashable, epochs: int) -> None:
    """Axes, labels and grid."""
    axes.set_xlabel("epoch", fontsize=15, color=GREY)
    axes.set_ylabel(str(error), fontsize=15, color=GREY)
    axes.set_xlim(0, max(1, epochs - 1))
    most = 8 if epochs < CROWDED else 5
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(which="both", labelsize=13, labelcolor=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    for side in axes.spines.values():
        side.set_color(GRID)


def save_comparison(
    frames: Mapping[float, pd.DataFrame], folder: Path, prefix: str = ""
) -> list[tuple[Path, str]]:
    """Write one curve for each learning rate, all with the same axes, and one picture of all.

    Args:
        frames: the training of each rate.
        folder: where to.
        prefix: how the files' names begin.

    Returns:
        The files written, each with what it shows.

    Raises:
        WriteError: a file cannot be written.
    """
    written = save_curves(frames, folder, prefix)
    picture = save_figure(error_comparison(frames), folder / f"{prefix}error_compare.png")
    return [*written, (picture, "all curves")]


def save_curves(
    frames: Mapping[float, pd.DataFrame], folder: Path, prefix: str
) -> list[tuple[Path, str]]:
    """Write one curve for each learning rate; their axes are the same, and are drawn once."""
    longest = max(frames.values(), key=len)
    top = 1.05 * max(errors_of(frame).max() for frame in frames.values())
    figure = error_curve(longest, 0.0, top=top)
    (axes,) = figure.axes
    axes.lines[0].remove()
    axes.set_title("")
    stamp = figure.stamp()
    written = []
    for eta, frame in frames.items():
        line, title = _curve(axes, errors_of(frame)), _title(axes, eta)
        path = stamp([line, title], folder / f"{prefix}error_lr{eta}.png")
        written.append((path, "error curve"))
        line.remove()
    return written
