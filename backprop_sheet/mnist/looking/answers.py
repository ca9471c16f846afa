"""The answer to a picture: its probabilities, what they rest on, and the nearest mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.looking.canvas import largest, place, plain, show, show_ink, write
from backprop_sheet.mnist.looking.influence import COVER, gradient, occlusion
from backprop_sheet.mnist.looking.neighbours import Answers, Mistake, nearest_mistakes
from backprop_sheet.mnist.model import CLASSES, Network
from backprop_sheet.mnist.stages import Numbers, maps
from backprop_sheet.palette import NODES, PALE
from backprop_sheet.plotter.curves import GRID
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

WIDTH, HEIGHT, MORE = 12.0, 3.85, 2.0
"""Inches: the figure's width, its height, and what the nearest mistakes add to that."""
SIDE, TOP = 2.4, 1.0
COLUMNS = (0.35, 3.55, 6.55, 9.3)
"""The left edges of picture, probabilities, occlusion and gradient."""
SMALL, STEP = 1.0, 1.42


@in_our_style()
def answer_picture(
    network: Network, image: Bytes, title: str, known: Answers | None = None
) -> Picture:
    """The ten probabilities of a picture, occlusion, gradient, and the nearest mistakes.

    Args:
        network: the network.
        image: grey values 0 (paper) to 255 (ink), of shape (28, 28).
        title: what the picture is.
        known: what the network answered to test digits; without it, no mistakes are shown.

    Returns:
        A figure of 12 inches in width.
    """
    mistakes = nearest_mistakes(network, image, known) if known else []
    figure = Picture(WIDTH, HEIGHT + (MORE if mistakes else 0))
    chances = maps(network, image)[-1]
    answer = int(np.argmax(chances))
    write(figure, 0.35, 0.2, f"{title}: read as {answer}", 16)
    show_ink(place(figure, COLUMNS[0], TOP, SIDE, SIDE), image)
    write(figure, COLUMNS[1], 0.68, "Probabilities")
    _draw_chances(place(figure, COLUMNS[1], TOP, SIDE - 0.4, SIDE), chances)
    for left, name, values in (
        (COLUMNS[2], f"Occlusion by {COVER}×{COVER} pixels", occlusion(network, image)),
        (COLUMNS[3], "Gradient", gradient(network, image)),
    ):
        write(figure, left, 0.68, f"{name}, up to {largest(values):.3g}")
        axes = place(figure, left, TOP, SIDE, SIDE)
        show(axes, values, largest(values))
        _outline(axes, image)
    words = f"Blue: covering it lowers, more ink raises the lead of {answer}. Red: the reverse."
    write(figure, COLUMNS[2], TOP + SIDE + 0.08, words, 9)
    if known and mistakes:
        _draw_mistakes(figure, mistakes, known)
    return figure


def _outline(axes: Axes, image: Bytes) -> None:
    """The outline of a digit, halfway between its palest and its darkest pixel."""
    if np.ptp(image):
        middle = (float(image.min()) + float(image.max())) / 2
        axes.contour(image, levels=[middle], colors=GREY, linewidths=0.9)


def _draw_chances(axes: Axes, chances: Numbers) -> None:
    answer = int(np.argmax(chances))
    colors = [f"#{NODES['input'] if digit == answer else PALE}"
              for digit in range(CLASSES)]  # fmt: skip
    axes.barh(range(CLASSES), chances, color=colors, height=0.7)
    axes.set_xlim(0, 1)
    axes.set_ylim(CLASSES - 0.5, -0.5)
    plain(axes)
    axes.set_yticks(range(CLASSES))
    axes.set_yticklabels(list(map(str, range(CLASSES))), fontsize=10.5, color=GREY)
    axes.tick_params(length=0)
    for digit, chance in enumerate(chances):
        axes.text(1.03, digit, f"{chance:.2%}", fontsize=9.5, color=GREY, va="center",
                  weight="bold" if digit == answer else "normal")  # fmt: skip
    axes.spines["left"].set_color(GRID)


def _draw_mistakes(figure: Picture, mistakes: Sequence[Mistake], known: Answers) -> None:
    write(figure, 0.35, HEIGHT - 0.02,
          "The nearest mistakes: test digits read wrongly whose features are most like this "
          "picture's, with their distance")  # fmt: skip
    for k, (number, distance) in enumerate(mistakes):
        left, top = 0.35 + k * STEP, HEIGHT + 0.28
        show_ink(place(figure, left, top, SMALL, SMALL), known.images[number])
        said, truth = known.answers[number], known.truth[number]
        write(
            figure, left, top + SMALL + 0.07, f"said {said}, is {truth}\n{distance:.1f} away", 9.5
        )
