"""Draws the error over the epochs: one curve, or several in one figure."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import LogFormatterSciNotation, MaxNLocator, NullLocator, PercentFormatter

from backprop_sheet import arguments
from backprop_sheet.errors import InputError, shown
from backprop_sheet.palette import DASHES, Stroke, places_named, strokes
from backprop_sheet.plotter.ends import AXIS_SIZE, TICK_SIZE, End, fit, label_ends, names_of
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style, save_figure
from backprop_sheet.tabulator import checked_accuracies, checked_errors, errors_by_rate

BLUE, EDGE, GRID = "#9DC3E6", "#2E75B6", "#D9D9D9"
MOST_MARKERS = 200
"""The most points that have markers."""
AXES = (0.16, 0.15, 0.8, 0.73)
"""Left, bottom, width and height of the axes, as fractions of the figure. They are fixed, as is the
height of the title: automatic layout takes as long as all the drawing."""
ABOVE, BELOW = (0.16, 0.41, 0.8, 0.47), (0.16, 0.15, 0.8, 0.18)
"""The same for the error above the accuracy."""
TWO_AXES = ((0.075, 0.14, 0.33, 0.74), (0.575, 0.14, 0.33, 0.74))
"""The same for two axes side by side, with room for the curves' labels to the right of each. Long
labels narrow them."""
HALVES = ((0.0, 0.5), (0.5, 1.0))
"""From where to where each of the two may use the figure."""
SOME_NAMED = "{} of the {} curves are named; the colours of the others lie between theirs"
LINE_STYLES = {name: (0, dash) if dash else "-" for name, dash in DASHES.items()}
"""matplotlib's line styles for the dashes of strokes."""
SUPERSCRIPTS = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FEW_DECADES = (2.0, 0.7)
"""On an axis of fewer powers of ten, some numbers between them have labels; of fewer still, all."""
FEWEST_DIGITS, MOST_DIGITS = 6, 17
"""Digits of labels on a logarithmic axis: the usual ones, and all that a number has."""
CROWDED = 1000
"""From this many epochs on, their numbers have four digits, so an axis has room for fewer."""


@in_our_style()
def error_curve(frame: pd.DataFrame, eta: float, *, top: float | None = None) -> Picture:
    """Draw the error of each epoch as a curve and, below it, the accuracy if there is one.

    Args:
        frame: a training by `tabulate`.
        eta: its learning rate, for the title.
        top: the upper end of the error's axis, to give several figures the same axis.

    Returns:
        A figure of 6.4 by 4.8 inches, whose first axes are those of the error. A notebook displays
        it and `save_figure` writes it; it need not be closed, as pyplot does not know it.

    Raises:
        InputError: the frame is not by `tabulate`, or a number is not one.
    """
    errors, accuracies = checked_errors(frame), checked_accuracies(frame)
    arguments.number("eta", eta)
    upper = None if top is None else arguments.number("top", top)
    figure = Picture(6.4, 4.8)
    axes = figure.add_axes(AXES if accuracies is None else ABOVE)
    _curve(axes, errors)
    _title(axes, eta)
    _style_axes(axes, [errors])
    axes.set_ylim(bottom=0, top=upper or None)
    if accuracies is not None:
        axes.set_xlabel("")
        axes.tick_params(labelbottom=False)
        below = figure.add_axes(BELOW)
        _curve(below, accuracies)
        _style_axes(below, [accuracies])
        below.set_ylim(0, 1)
        below.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return figure


def _curve(axes: Axes, numbers: pd.Series) -> Line2D:
    (line,) = axes.plot(
        numbers.index,
        numbers,
        color=EDGE,
        linewidth=1,
        marker="o" if len(numbers) <= MOST_MARKERS else "",
        markersize=5.5,
        markerfacecolor=BLUE,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=3,
    )
    return line


def _title(axes: Axes, eta: float) -> Text:
    return axes.set_title(f"Learning rate η = {eta}", fontsize=17, color=GREY, y=1.03)


@in_our_style()
def error_comparison(frames: Mapping[float, pd.DataFrame]) -> Picture:
    """Draw the errors of several learning rates, on a linear and on a logarithmic axis.

    Args:
        frames: the frame of each training, by its learning rate.

    Returns:
        A figure of 12.8 by 5.6 inches with a label at the end of each curve, to be used like that
        of `error_curve`.

    Raises:
        InputError: there is no frame, one is not by `tabulate`, or a rate is not a number.
    """
    curves = list(errors_by_rate(frames).values())
    figure = Picture(12.8, 5.6)
    rates = list(frames)
    named = places_named(len(rates))
    names = dict(zip(named, names_of([rates[k] for k in named]), strict=True))
    for place, half, scale in zip(TWO_AXES, HALVES, ("linear", "log"), strict=True):
        axes = figure.add_axes(place)
        drawn = [
            _draw(axes, errors, stroke, scale)
            for errors, stroke in zip(curves, strokes(len(curves)), strict=True)
        ]
        axes.set_yscale(scale)
        if scale == "log":
            _label_powers(axes)
        _style_axes(axes, curves)
        if scale == "linear":
            axes.set_ylim(bottom=0)
        fit(axes, place, half, list(names.values()))
        label_ends(
            axes, [End(line, names[k], rates[k]) for k in named if (line := drawn[k]) is not None]
        )
    if len(named) < len(rates):
        told = SOME_NAMED.format(len(named), len(rates))
        figure.text(0.5, 0.02, told, fontsize=11, color=GREY, ha="center")
    figure.suptitle("Error by learning rate", fontsize=17, color=GREY, y=0.97)
    return figure


def _label_powers(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(PlainPowers())
    axes.yaxis.set_minor_formatter(PlainPowers(labelOnlyBase=False, minor_thresholds=FEW_DECADES))
    bottom, top = map(log10, axes.get_ylim())
    if floor(top) > ceil(bottom):  # else fewer than two powers are there, and others need labels
        axes.yaxis.set_minor_locator(NullLocator())


class PlainPowers(LogFormatterSciNotation):
    """Powers of ten as plain text, 10⁻³; typesetting them takes as long as the whole picture."""

    _digits = FEWEST_DIGITS

    def format_ticks(self, values: list[float]) -> list[str]:
        """The labels of ticks, with as many digits as it takes to tell them apart."""
        labels: list[str] = []
        for self._digits in range(FEWEST_DIGITS, MOST_DIGITS + 1):
            labels = super().format_ticks(values)
            told = [*filter(None, labels)]
            if len({*told}) == len(told):
                break
        return labels

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of a tick; empty where it has none."""
        if not super().__call__(x, pos):
            return ""
        digits, _, power = f"{x:.{self._digits - 1}e}".partition("e")
        base = f"10{str(int(power)).translate(SUPERSCRIPTS)}"
        digits = digits.rstrip("0").rstrip(".")
        return base if digits == "1" else f"{digits}×{base}"


def _draw(axes: Axes, errors: pd.Series, stroke: Stroke, scale: str) -> Line2D | None:
    """Draw one curve; on a logarithmic axis, errors of 0 are left out. None if no error is left."""
    shown = errors[errors > 0] if scale == "log" else errors
    if shown.empty:
        return None
    dashes = LINE_STYLES[stroke.dash]
    (line,) = axes.plot(shown.index, shown, color=f"#{stroke.color}", linewidth=2, linestyle=dashes)
    if len(shown) == 1:
        line.set_marker("o")
    return line


def _style_axes(axes: Axes, curves: Sequence[pd.Series]) -> None:
    """Set the labels, ticks and grid of axes for the errors of some trainings."""
    first = min(errors.index[0] for errors in curves)
    last = max(errors.index[-1] for errors in curves)
    axes.set_xlabel("epoch", fontsize=AXIS_SIZE, color=GREY)
    axes.set_ylabel(str(curves[0].name), fontsize=AXIS_SIZE, color=GREY)
    axes.set_xlim(first, max(first + 1, last))
    most = 8 if last < CROWDED - 1 else 5
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(which="both", labelsize=TICK_SIZE, labelcolor=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    for side in axes.spines.values():
        side.set_color(GRID)


def save_comparison(
    frames: Mapping[float, pd.DataFrame], folder: Path | str, prefix: str = ""
) -> list[tuple[Path, str]]:
    """Write a picture for each learning rate, all with the same axes, and one with all curves.

    Args:
        frames: the frame of each training, by its learning rate.
        folder: the folder to write to.
        prefix: what the names of the files begin with.

    Returns:
        The files written, each with a description.

    Raises:
        InputError: as for `error_comparison`.
        WriteError: a file cannot be written.
    """
    target = arguments.path("folder", folder)
    if not isinstance(prefix, str):
        raise InputError(f"prefix: got {shown(prefix)}, takes a text")
    arguments.path("prefix", prefix or "none")
    written = save_curves(frames, target, prefix)
    picture = save_figure(error_comparison(frames), target / f"{prefix}error_compare.png")
    return [*written, (picture, "all curves")]


@in_our_style()
def save_curves(
    frames: Mapping[float, pd.DataFrame], folder: Path, prefix: str
) -> list[tuple[Path, str]]:
    """Write a picture for each learning rate; their axes are the same, so they are drawn once."""
    curves = errors_by_rate(frames)
    top = 1.05 * max(errors.max() for errors in curves.values())
    figure = error_curve(max(frames.values(), key=len), 0.0, top=top)
    axes, *below = figure.axes
    for some in figure.axes:
        some.lines[0].remove()
    axes.set_title("")
    write_over = figure.overlay_writer()
    written = []
    for eta, errors in curves.items():
        accuracies = checked_accuracies(frames[eta])
        shown = [(axes, errors), *((some, accuracies) for some in below)]
        lines = [_curve(some, numbers) for some, numbers in shown if numbers is not None]
        path = write_over([*lines, _title(axes, eta)], folder / f"{prefix}error_lr{eta}.png")
        written.append((path, "error curve"))
        for line in lines:
            line.remove()
    return written
