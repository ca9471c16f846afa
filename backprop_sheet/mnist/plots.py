"""Figures of a training on digits: its curves, its confusion matrix, its mistakes."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from backprop_sheet.palette import strokes
from backprop_sheet.plotter.curves import GRID, LINE_STYLES
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

Bytes = npt.NDArray[np.uint8]
PLACES = ((0.075, 0.14, 0.39, 0.72), (0.575, 0.14, 0.39, 0.72))
"""Left, bottom, width and height of the two axes, as fractions of the figure."""
WRONG = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Fractions of wrong answers at which the accuracy's axis may have a line."""
MORE_WRONG = tuple(
    k * ten for ten in (0.1, 0.01, 0.001) for k in (9, 8, 7, 6, 5, 4, 3, 2.5, 2, 1.5)
)
ENOUGH = 4
"""More of them, for an axis that has fewer lines than this."""
NONE_WRONG = 0.0005
"""Where an accuracy of 100 % is drawn: a logarithmic axis has no 0."""
MARKED = 60
"""Up to this many epochs, each has a marker."""
ACROSS, MOST = 12, 96
"""Mistakes in a row of the figure, and the most in the figure."""
TILE, GAP, CAPTION = 28, 6, 13
"""Pixels of a digit, of the gap between two, and of the caption below."""


@in_our_style()
def training_curves(
    losses: Mapping[str, Sequence[float]],
    accuracies: Mapping[str, Sequence[float]],
    about_accuracy: str = "",
) -> Picture:
    """Loss and accuracy of each epoch, side by side.

    Both axes are logarithmic. That of the accuracy shows the fraction of wrong answers: 99 % is as
    far from 99.9 % as 90 % is from 99 %.

    Args:
        losses: the loss of each epoch for each set of digits (train, test).
        accuracies: likewise the fraction of correct answers, 0 to 1.
        about_accuracy: a line to stand below the curves.

    Returns:
        A figure of 12.8 by 5.2 inches.
    """
    figure = Picture(12.8, 5.2)
    left, right = (figure.add_axes(place) for place in PLACES)
    _draw(left, losses)
    left.set_yscale("log")
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter(FuncFormatter(_plain))
    left.set_title("Loss", fontsize=17, color=GREY, pad=12)
    wrong = {
        name: [max(1 - value, NONE_WRONG) for value in values]
        for name, values in accuracies.items()
    }
    _draw(right, wrong)
    right.set_yscale("log")
    label_accuracy(right, [value for values in wrong.values() for value in values])
    right.set_title("Accuracy", fontsize=17, color=GREY, pad=12)
    for axes in (left, right):
        furnish(axes)
    figure.text(0.965, 0.02, about_accuracy, fontsize=9, color=GREY, ha="right")
    return figure


def _draw(axes: Axes, curves: Mapping[str, Sequence[float]]) -> None:
    for (name, values), stroke in zip(curves.items(), strokes(3)[:2], strict=True):
        axes.plot(
            range(1, len(values) + 1),
            values,
            label=name,
            color=f"#{stroke.color}",
            linestyle=LINE_STYLES[stroke.dash],
            linewidth=2,
            marker="o" if len(values) <= MARKED else "",
            markersize=4,
        )


def label_accuracy(axes: Axes, wrong: Sequence[float]) -> None:
    """Turn the axis of wrong answers upside down, and label it with accuracies.

    Args:
        axes: logarithmic axes of the fraction of wrong answers.
        wrong: the fractions that are drawn, none below `NONE_WRONG`.
    """
    low, high = min(wrong) / 1.3, min(1.0, max(wrong) * 1.3)
    axes.set_ylim(high, low)
    ticks = [value for value in WRONG if low <= value <= high]
    if len(ticks) < ENOUGH:
        ticks = [value for value in MORE_WRONG if low <= value <= high]
    if min(wrong) <= NONE_WRONG:
        ticks.append(NONE_WRONG)
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_major_formatter(FuncFormatter(_accuracy))


def _accuracy(wrong: float, _: int | None = None) -> str:
    return "100 %" if wrong <= NONE_WRONG else f"{100 * (1 - wrong):.4g} %"


def _plain(number: float, _: int | None = None) -> str:
    return f"{number:.4g}"


def furnish(axes: Axes) -> None:
    """Axes of epochs: labels, grid, legend."""
    axes.set_xlabel("epoch", fontsize=14, color=GREY)
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, min_n_ticks=1))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.tick_params(which="both", labelsize=12, labelcolor=GREY, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    axes.legend(fontsize=12, labelcolor=GREY, frameon=False)
    for side in axes.spines.values():
        side.set_color(GRID)


@in_our_style()
def confusion_picture(counts: Sequence[Sequence[int]]) -> Picture:
    """The confusion matrix: how often each digit (row) was predicted as which (column).

    Mistakes are coloured.

    Returns:
        A figure of 7.2 by 7.2 inches.
    """
    figure = Picture(7.2, 7.2)
    axes = figure.add_axes((0.09, 0.03, 0.88, 0.82))
    table = np.array(counts)
    wrong = table * (1 - np.eye(len(table), dtype=int))
    # Only the paler half of the colour map, and white for 0: numbers stay readable on it.
    axes.imshow(np.ma.masked_equal(wrong, 0), cmap="Oranges", vmin=-1, vmax=2 * wrong.max() + 2)
    for row, column in np.ndindex(*table.shape):
        number, right = int(table[row, column]), row == column
        if number:
            color, weight = (GREY, "bold") if right else ("black", "normal")
            axes.text(column, row, f"{number:,}", ha="center", va="center", fontsize=11,
                      color=color, weight=weight)  # fmt: skip
    digits = range(len(table))
    axes.set_xticks(digits)
    axes.set_yticks(digits)
    axes.set_xlabel("said", fontsize=14, color=GREY, labelpad=8)
    axes.set_ylabel("is", fontsize=14, color=GREY, labelpad=8)
    axes.xaxis.set_label_position("top")
    axes.tick_params(
        top=True, bottom=False, labeltop=True, labelbottom=False, length=0, labelsize=13
    )
    for side in axes.spines.values():
        side.set_color(GRID)
    total = int(table.sum())
    right = int(np.trace(table))
    title = f"{right:,} of {total:,} right: {right / total:.2%}"
    figure.suptitle(title, fontsize=16, color=GREY, y=0.97)
    return figure


def mistakes_picture(
    images: Bytes, answers: Sequence[int], truth: Sequence[int], confidence: Sequence[float]
) -> Picture:
    """The digits that were predicted wrongly, in the order given, with their predictions.

    Args:
        images: grey values 0 to 255, of shape (n, 28, 28).
        answers: the digit predicted for each image.
        truth: the true digit of each.
        confidence: the probability of the predicted digit.

    Returns:
        A figure of up to 96 digits, as high as they need.
    """
    words = [
        f"said {answer}, is {true}\n{sure:.0%} sure"
        for answer, true, sure in zip(answers, truth, confidence, strict=True)
    ]
    return digits_picture(images, words, _headline(len(images), min(len(images), MOST)))


@in_our_style()
def digits_picture(images: Bytes, words: Sequence[str], title: str) -> Picture:
    """Digits in the order given, each with two short lines below it.

    Args:
        images: grey values 0 to 255, of shape (n, 28, 28).
        words: the lines of each.
        title: what they are.

    Returns:
        A figure of up to 96 digits, as high as they need.
    """
    shown = min(len(images), MOST)
    rows = max(1, ceil(shown / ACROSS))
    step, height = TILE + GAP, TILE + CAPTION + GAP
    canvas = np.full((rows * height, ACROSS * step), 255, np.uint8)
    for k in range(shown):
        top, left = _corner(k)
        canvas[top : top + TILE, left : left + TILE] = 255 - images[k]
    width = 12.0
    tall = width * canvas.shape[0] / canvas.shape[1]
    figure = Picture(width, tall + 0.8)
    axes = figure.add_axes((0, 0, 1, tall / (tall + 0.8)))
    axes.imshow(canvas, cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect="auto")
    axes.set_axis_off()
    for k in range(shown):
        top, left = _corner(k)
        _frame(axes, left, top)
        axes.text(left + TILE / 2, top + TILE + 1, words[k], ha="center", va="top", fontsize=9.5,
                  color=GREY, linespacing=1.15)  # fmt: skip
    figure.suptitle(title, fontsize=16, color=GREY, y=1 - 0.3 / (tall + 0.8))
    return figure


def _corner(k: int) -> tuple[int, int]:
    """Top and left of the k-th digit."""
    row, column = divmod(k, ACROSS)
    return row * (TILE + CAPTION + GAP) + GAP // 2, column * (TILE + GAP) + GAP // 2


def _frame(axes: Axes, left: int, top: int) -> None:
    x, y = left - 0.5, top - 0.5
    axes.plot([x, x + TILE, x + TILE, x, x], [y, y, y + TILE, y + TILE, y],
              color=GRID, linewidth=0.8)  # fmt: skip


def _headline(count: int, shown: int) -> str:
    if not count:
        return "No test digit was taken for another"
    what = "1 test digit was" if count == 1 else f"{count:,} test digits were"
    order = "the surest first" if shown == count else f"the {shown} surest of them"
    return f"{what} taken for another" + (f", {order}" if count > 1 else "")
