"""Names beside the ends of curves, and how much room they and the labels of ticks need."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.textpath import TextPath

from backprop_sheet.plotter.picture import GREY

LABEL_GAP = 0.065
"""The distance between the names of two curves, as a fraction of the axes' height."""
MEETING = 0.001
"""Ends of curves that are closer than this fraction of the axes' height are in the same pixel."""
BESIDE = 1.06
"""Where names begin, as a fraction of the axes' width."""
NAME_SIZE, TICK_SIZE, AXIS_SIZE = 12, 13, 15
"""Sizes of letters, in points: of names, of ticks' labels and of the axes' own."""
PAD = 0.12
"""Inches left free beside names, and beside what an axis is labelled with."""
POINTS_PER_INCH = 72


class End(NamedTuple):
    """A curve that bears a name, and its learning rate, by which names of ends that meet follow."""

    line: Line2D
    name: str
    rate: float


def names_of(rates: Sequence[float]) -> list[str]:
    """Learning rates as names of curves: six digits, or as many as tell all of them apart."""
    for digits in range(6, 17):
        names = [f"η = {rate:.{digits}g}" for rate in rates]
        if len(set(names)) == len(rates):
            return names
    return [f"η = {rate!r}" for rate in rates]


def width_of(texts: Sequence[str], size: float) -> float:
    """The width of the widest of some texts, in inches, in letters of a size in points."""
    shown = [text for text in texts if text.strip()]
    boxes = [TextPath((0, 0), text, size=size).get_extents() for text in shown]
    return max((float(box.x1) for box in boxes), default=0.0) / POINTS_PER_INCH


def room_for_ticks(axes: Axes) -> float:
    """The width of what is left of the axes, in inches: the labels of ticks and the axis's own."""
    return width_of(_ticks(axes.yaxis), TICK_SIZE) + AXIS_SIZE / POINTS_PER_INCH + 2 * PAD


def _ticks(axis: Axis) -> list[str]:
    major, minor = axis.get_major_formatter(), axis.get_minor_formatter()
    return [
        *major.format_ticks(list(axis.get_majorticklocs())),
        *minor.format_ticks(list(axis.get_minorticklocs())),
    ]


def fit(
    axes: Axes,
    place: tuple[float, float, float, float],
    room: tuple[float, float],
    names: Sequence[str],
) -> None:
    """Place axes; narrow them where names and the labels of ticks need more room beside them.

    Args:
        axes: the axes, with their curves and ticks.
        place: left, bottom, width and height where all is short, as fractions of the figure.
        room: from where to where they and what is beside them may reach, as such fractions.
        names: the names of the curves.
    """
    left, bottom, width, height = place
    inches = axes.figure.bbox.width / axes.figure.dpi
    start = max(left, room[0] + room_for_ticks(axes) / inches)
    end = room[1] - (width_of(names, NAME_SIZE) + PAD) / inches
    wide = min(left + width - start, (end - start) / BESIDE)
    axes.set_position((start, bottom, wide, height))


def label_ends(axes: Axes, ends: Sequence[End]) -> None:
    """Write each curve's name to the right of the axes, moved up or down so that none overlap.

    A line connects the name to its curve, unless the curve ends before the edge of the axes.
    """
    if not ends:
        axes.text(0.5, 0.5, "no error above 0", transform=axes.transAxes, ha="center", color=GREY)
        return
    points = [np.asarray(end.line.get_xydata())[-1] for end in ends]
    heights = axes.transAxes.inverted().transform(axes.transData.transform(points))[:, 1]
    placed = _spread_out(heights.tolist(), [end.rate for end in ends])
    for end, point, height in zip(ends, points, placed, strict=True):
        color = end.line.get_color()
        leader = {"arrowstyle": "-", "relpos": (0, 0.5), "shrinkA": 2, "shrinkB": 0}
        reaches = point[0] >= axes.get_xlim()[1]
        axes.annotate(
            end.name,
            xy=(point[0], point[1]),
            xytext=(BESIDE, height),
            textcoords="axes fraction",
            fontsize=NAME_SIZE,
            color=color,
            va="center",
            annotation_clip=False,
            arrowprops=leader | {"color": color, "linewidth": 0.7} if reaches else None,
        )


def _spread_out(heights: Sequence[float], rates: Sequence[float]) -> list[float]:
    """Heights in the given order, moved so that neighbours are at least a gap apart."""
    gap = min(LABEL_GAP, 1 / max(1, len(heights)))
    order = _from_below(heights, rates)
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


def _from_below(heights: Sequence[float], rates: Sequence[float]) -> list[int]:
    """The order of names from below; of curves that end in one place, the lowest rate is on top."""
    meeting: list[list[int]] = []
    for k in sorted(range(len(heights)), key=heights.__getitem__):
        if meeting and heights[k] - heights[meeting[-1][0]] < MEETING:
            meeting[-1].append(k)
        else:
            meeting.append([k])
    return [k for some in meeting for k in sorted(some, key=lambda k: -rates[k])]
