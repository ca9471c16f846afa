"""Receptive fields drawn on a picture: a frame by the formula, a shade by the gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from backprop_sheet.errors import counted
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.looking.canvas import place, show_ink, write
from backprop_sheet.mnist.looking.fields import Field
from backprop_sheet.mnist.model import SIZE
from backprop_sheet.palette import NEGATIVE, POSITIVE
from backprop_sheet.plotter.picture import GREY, Picture, in_our_style

ACROSS = 4
SIDE, STEP, CAPTION = 2.5, 2.85, 0.62
"""Inches: a picture's side, the distance to the next one, and the height of its caption."""
TOP, MARGIN = 1.5, 0.35
INK = 0.35
"""The picture is drawn this faintly below its shade."""

ABOUT = """\
Red frame: the receptive field by the formula. Blue: the gradient of the value, darker where it is \
larger.
Dashed frame: holds 95% of the gradient, a mean over {} and all maps of the stage. \
No dashed frame: only the whole field holds as much.
Each panel has a scale of its own; the thin grey square is the image."""


@in_our_style()
def fields_picture(fields: Sequence[Field], image: Bytes, pictures: int) -> Picture:
    """The receptive field of a middle value of each stage, drawn on a picture.

    Args:
        fields: those of the last layer of each stage, by `fields.measured`.
        image: the picture to draw them on: grey values 0 to 255, of shape (28, 28).
        pictures: over how many pictures the gradient was measured.

    Returns:
        A figure of 12 inches in width, with four stages in a row.
    """
    rows = -(-len(fields) // ACROSS)
    figure = Picture(2 * MARGIN + ACROSS * STEP - (STEP - SIDE), TOP + rows * (SIDE + CAPTION))
    write(figure, MARGIN, 0.2, "What one value in the middle of each stage's maps sees", 16)
    write(figure, MARGIN, 0.6, ABOUT.format(counted(pictures, "picture")))
    for k, field in enumerate(fields):
        left, top = MARGIN + (k % ACROSS) * STEP, TOP + (k // ACROSS) * (SIDE + CAPTION)
        write(figure, left, top, f"{field.layer.name}\nformula {field.layer.field}, 95% within "
              f"{field.effective}", 9.5)  # fmt: skip
        _draw(place(figure, left, top + CAPTION - 0.18, SIDE, SIDE), field, image)
    return figure


def _draw(axes: Axes, field: Field, image: Bytes) -> None:
    show_ink(axes, image, INK)
    part = field.shade / (field.shade.max() or 1)
    color = np.array([int(POSITIVE[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    shade = np.concatenate([np.broadcast_to(color, (*part.shape, 3)), part[:, :, None]], axis=2)
    axes.imshow(shade, interpolation="nearest")
    half = field.layer.field / 2
    _frame(axes, field.centre - half, field.centre + half, f"#{NEGATIVE}", "-")
    if field.effective < field.within:
        first = max(-0.5, field.centre - field.span - 0.5)
        last = min(SIZE - 0.5, field.centre + field.span + 0.5)
        _frame(axes, first, last, GREY, "--")
    out = max(0.0, field.layer.field / 2 - min(field.centre, SIZE - 1 - field.centre) - 0.5)
    low, high = -1.0 - out, SIZE + out
    axes.set_xlim(low, high)
    axes.set_ylim(high, low)
    axes.add_patch(Rectangle((-0.5, -0.5), SIZE, SIZE, fill=False, color="#A0A0A0", linewidth=0.8))


def _frame(axes: Axes, first: float, last: float, color: str, line: str) -> None:
    """A square frame from one edge to the other, the same in both directions."""
    axes.add_patch(
        Rectangle((first, first), last - first, last - first, fill=False, edgecolor=color,
                  linestyle=line, linewidth=1.6)
    )  # fmt: skip
