"""A comparison as a picture: for each thing varied, the accuracies and how they were reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from backprop_sheet.errors import counted
from backprop_sheet.mnist.comparing.table import Comparison, Row
from backprop_sheet.mnist.comparing.words import BASE
from backprop_sheet.mnist.plots import MARKED, NONE_WRONG, WRONG, furnish, label_accuracy
from backprop_sheet.mnist.training import Epoch
from backprop_sheet.palette import Stroke, strokes
from backprop_sheet.plotter.curves import GRID, LINE_STYLES
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

Histories = Mapping[str, Sequence[Epoch]]
WIDTH, HEIGHT, TITLE, BOTTOM = 12.8, 4.3, 0.75, 0.3
"""Inches: of the figure, of the two panels of a thing, of the title above and the line below."""
LEFT, RIGHT, ACROSS, UPWARDS, HIGH = 0.075, 0.575, 0.39, 0.2, 0.68
"""Where panels stand, as fractions of the figure's width and of a thing's height."""
APART = 0.07
"""From the dot of one seed to the next, where a setting and the next are 1 apart."""
FEW, LONG = 6, 44
"""More values than this, or more letters in all of them, stand aslant below the axis."""
ABOUT = (
    "accuracy axis stretched towards 100 %; line: mean and standard deviation; dots: seeds; "
    "dotted: the base"
)
NEAR = 0.075
"""Names of ticks that are closer than this part of the axis would nearly touch."""


@in_our_style()
def comparison_picture(comparison: Comparison, histories: Histories) -> Picture:
    """The accuracies of each setting, and beside them the mean curves of its epochs.

    All accuracies are on logarithmic axes of the wrong answers.

    Args:
        comparison: the comparison.
        histories: the epochs of each training, by its folder.

    Returns:
        A figure 12.8 inches wide, with a row of two panels for each thing varied.
    """
    groups = comparison.groups
    height = TITLE + HEIGHT * len(groups) + BOTTOM
    figure = Picture(WIDTH, height)
    for number, (name, rows) in enumerate(groups.items()):
        bottom = (BOTTOM + HEIGHT * (len(groups) - 1 - number + UPWARDS)) / height
        size = ACROSS, HEIGHT * HIGH / height
        left, right = (figure.add_axes((x, bottom, *size)) for x in (LEFT, RIGHT))
        colors = strokes(max(3, len(rows)))
        _draw_accuracies(left, rows, comparison, colors)
        left.set_xlabel(name, fontsize=14, color=GREY)
        _draw_curves(right, rows, comparison, histories, colors)
        verdict = comparison.verdicts.get(name)
        figure.text(LEFT, bottom + size[1] + 0.12 / height, str(verdict or name), fontsize=13,
                    color=GREY)  # fmt: skip
    first = comparison.trainings[0]
    title = f"Test accuracy on {first.test_digits:,} digits ({first.digits})"
    figure.suptitle(f"{title}: {_common(comparison)}", fontsize=17, color=GREY, y=1 - 0.3 / height)
    figure.text(0.965, 0.12 / height, ABOUT, fontsize=9, color=GREY, ha="right")
    return figure


def _common(comparison: Comparison) -> str:
    """What all trainings have in common: `recipe best, 10 epochs, 3 seeds`."""
    recipes = dict.fromkeys(one.recipe for one in comparison.trainings)
    return ", ".join((
        f"recipe {' and '.join(recipes)}",
        counted(comparison.trainings[0].epochs, "epoch"),
        counted(len({one.seed for one in comparison.trainings}), "seed"),
    ))  # fmt: skip


def _draw_accuracies(
    axes: Axes, rows: Sequence[Row], comparison: Comparison, colors: Sequence[Stroke]
) -> None:
    """Each setting's seeds as dots, and their mean as a line with the spread."""
    drawn: list[float] = []
    for place, (row, stroke) in enumerate(zip(rows, colors, strict=False)):
        color = f"#{stroke.color}"
        wrong = [_wrong(one.accuracy) for one in comparison.of(row) if one.accuracy is not None]
        offsets = [place + APART * (k - (len(wrong) - 1) / 2) for k in range(len(wrong))]
        axes.plot(offsets, wrong, "o", color=color, markersize=4, alpha=0.75)
        if row.accuracy is None:
            axes.text(place, 0.04, "diverged", transform=axes.get_xaxis_transform(), rotation=90,
                      ha="center", va="bottom", fontsize=11, color=GREY)  # fmt: skip
            continue
        mean, spread = 1 - row.accuracy, row.accuracy_sd or 0.0
        ends = [_wrong(row.accuracy + spread), min(1.0, mean + spread)]
        axes.plot([place - 0.24, place + 0.24], [max(mean, NONE_WRONG)] * 2, color=color,
                  linewidth=2.5)  # fmt: skip
        axes.plot([place, place], ends, color=color, linewidth=1)
        if row.base:
            axes.axhline(max(mean, NONE_WRONG), color=GREY, linewidth=0.8, linestyle=(0, (1, 3)))
        drawn += [*wrong, *ends]
    axes.set_xlim(-0.6, len(rows) - 0.4)
    names = [row.value + BASE * row.base for row in rows]
    aslant = len(names) > FEW or sum(map(len, names)) > LONG
    axes.set_xticks(range(len(rows)), names, rotation=20 if aslant else 0,
                    ha="right" if aslant else "center")  # fmt: skip
    _furnish_accuracy(axes, drawn)


def _draw_curves(
    axes: Axes,
    rows: Sequence[Row],
    comparison: Comparison,
    histories: Histories,
    colors: Sequence[Stroke],
) -> None:
    """The mean test accuracy after each epoch, over the seeds that did not diverge."""
    drawn: list[float] = []
    for row, stroke in zip(rows, colors, strict=False):
        of_row = [one for one in comparison.of(row) if one.diverged_in is None]
        if not of_row:
            continue
        epochs = zip(*(histories[one.folder] for one in of_row), strict=True)
        wrong = [_wrong(fmean(epoch.test_accuracy for epoch in same)) for same in epochs]
        axes.plot(
            range(1, len(wrong) + 1),
            wrong,
            label=row.value + BASE * row.base,
            color=f"#{stroke.color}",
            linestyle=LINE_STYLES[stroke.dash],
            linewidth=2,
            marker="o" if len(wrong) <= MARKED else "",
            markersize=3,
        )
        drawn += wrong
    furnish(axes)
    _furnish_accuracy(axes, drawn)
    axes.legend(fontsize=10, labelcolor=GREY, frameon=False, loc="best")


def _furnish_accuracy(axes: Axes, wrong: Sequence[float]) -> None:
    axes.set_yscale("log")
    label_accuracy(axes, wrong or [1.0])
    axes.yaxis.set_major_locator(FixedLocator(_apart(axes)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.tick_params(which="both", labelsize=11, labelcolor=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8, axis="y")
    for side in axes.spines.values():
        side.set_color(GRID)


def _apart(axes: Axes) -> list[float]:
    """The ticks of a logarithmic axis, the roundest first, without those that crowd."""
    worst, best = axes.get_ylim()
    gap = NEAR * log(worst / best)
    kept: list[float] = []
    ticks = {*axes.get_yticks(), *(tick for tick in WRONG if best <= tick <= worst)}
    for tick in sorted(ticks, key=lambda tick: (tick not in WRONG, tick)):
        if all(abs(log(tick / other)) >= gap for other in kept):
            kept.append(float(tick))
    return kept


def _wrong(accuracy: float) -> float:
    return max(1 - accuracy, NONE_WRONG)
