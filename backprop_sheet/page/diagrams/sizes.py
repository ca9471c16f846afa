"""Which drawings of a network there are: how large, and for how much room on the screen."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from backprop_sheet.diagram import (
    MARGIN,
    RADIUS,
    TOTAL_RADIUS,
    Diagram,
    diagram_of,
    good_size,
    turned,
    with_gradients,
)
from backprop_sheet.network import Network
from backprop_sheet.page.diagrams.space import LINE

LEGIBLE = 12
"""The least height of a letter on the screen, in pixels."""
CIRCLES, PICTURES = 1.2, 1.6
"""The least number of the screen's pixels for one of the drawing's: so many that a number in a
circle, or in a place of a picture, is legible."""
USUAL, TALLEST, WIDEST = (580, 340), 1000, 1150
"""The usual width and height of a drawing, and the most that circles get."""
USUAL_OF_PICTURES, KERNEL_GAP = (580, 290), 29
"""The usual size of a drawing with pictures, and the gap for each column of a kernel, in which its
numbers are legible."""
ROW, ROWS, SMALL_ROW = 105, 560, 60
"""The height for each neuron of a layer, up to so many pixels, and from there on."""
STEP = 46
"""The height for each step of a chain of single circles: so steep, it is a staircase on which no
arrow runs through a circle."""
PHONE = 252
"""The width of a drawing that a phone shows without scrolling."""
GAP, UPRIGHT_GAP, SMALL_GAP, MOST_GAPS = 92, 110, 44, 4
"""The gap between columns, with room for labels: from left to right, from top to bottom, and where
there are more than so many."""
CROSSING, ROOMIER, FLATTEST = range(10, 81), 1.35, 2.35
"""The numbers of arrows that cross so much that their labels get more room; the width of a drawing
with that, in usual ones and, at the most, in its heights."""
LINES_BELOW = 3
"""How many lines a label below a circle takes."""
FITTED, FITTED_LETTER, FITTED_DIGIT, WIDE = 690, 9.9, 9.1, 600
"""A drawing with pictures that fits a laptop: its width on the screen, the height of its letters
and of its places' numbers, in pixels; and the least room for what no phone shows."""
PLACE_LETTER, LONG_LETTER = 0.48, 0.385
"""The height of a number in a place of a picture, for each pixel of the place's width, at most; and
that of one with two decimals and a sign, which leaves a gap to the next number."""
FOR_LONG = 2.4
"""From how many letters on a place is so wide that numbers get two decimals, as in `marks.js`."""
ENLARGED = 1.2
"""From how many of the screen's pixels for one of its own on the usual letters are legible, too."""


class Sized(NamedTuple):
    """A drawing and when it is taken.

    Attributes:
        diagram: the drawing.
        room: the least width on the screen for which it is taken, if it fits whole; 0 if it is
            taken where no other one fits.
        scale: the least number of the screen's pixels for one of its own.
        letter: the height of its letters, in its own pixels.
    """

    diagram: Diagram
    room: float
    scale: float
    letter: float


def circle_drawings(network: Network) -> Iterator[Sized]:
    """The drawings without pictures: upright for a phone, and where there is more room."""
    most = max(len(group.units) for group in network.groups)
    narrow = max(PHONE, 40.0 * most)
    letter = LEGIBLE / CIRCLES
    if narrow <= USUAL[0]:
        upright = turned(_circles(network, _length(network, UPRIGHT_GAP), narrow, most))
        yield Sized(upright, 0, CIRCLES, letter)
    wide = min(max(USUAL[0], _length(network, GAP)), WIDEST)
    high = max(USUAL[1], min(max(ROW * most, STEP * _steps(network)), ROWS))
    high = max(high, min(SMALL_ROW * most, TALLEST))
    room = WIDE if narrow <= USUAL[0] else 0
    usual = Sized(_circles(network, wide, high, most), room, CIRCLES, letter)
    yield usual
    weighted = sum(1 for arrow in usual.diagram.arrows if arrow.weight)
    roomier = min(ROOMIER * wide, FLATTEST * high)
    if weighted in CROSSING and wide < roomier <= WIDEST:
        yield usual._replace(diagram=_circles(network, roomier, high, most), room=roomier)


def picture_drawings(network: Network) -> Iterator[Sized]:
    """The drawings with pictures: for a phone, fitted to a laptop, and where there is more room."""
    size = good_size(network, USUAL_OF_PICTURES, KERNEL_GAP)
    diagram = diagram_of(network, *size, kernel_gap=KERNEL_GAP)
    letter = LEGIBLE / PICTURES
    phone = Sized(_with_gradients(diagram, network, letter), 0, PICTURES, letter)
    yield phone
    place = min(node.radius for node in diagram.nodes.values() if node.square)
    scale = max(FITTED / diagram.width, FITTED_DIGIT / (PLACE_LETTER * 2 * place))
    if scale < ENLARGED:
        letter = FITTED_LETTER / scale
        yield Sized(_with_gradients(diagram, network, letter), WIDE, scale, letter)
        yield phone._replace(room=ENLARGED * diagram.width, scale=ENLARGED)


def _steps(network: Network) -> int:
    """From how many circles of a chain an arrow leads to the next one; 0 if there is no chain."""
    behind = network.groups[1:]
    return len(behind) - 2 if all(len(group.units) == 1 for group in behind) else 0


def _length(network: Network, gap: float) -> float:
    """How long a drawing with such gaps is, from the inputs to the error."""
    across = sum(len(group.units[0].quantities) for group in network.groups if group.units)
    gaps = len(network.groups)
    between = gaps * (gap if gaps <= MOST_GAPS else SMALL_GAP)
    return 2 * (MARGIN + TOTAL_RADIUS + RADIUS * across) + between


def _circles(network: Network, width: float, height: float, most: int) -> Diagram:
    """A drawing whose circles do not touch those above and below them."""
    between = height * 4 / 7 / max(1, most - 1)
    return diagram_of(network, width, height, min(RADIUS, 0.46 * between))


def _with_gradients(diagram: Diagram, network: Network, letter: float) -> Diagram:
    """The drawing with its gradients right below what it shows, and the labels of that."""
    lowest = max(node.y + node.radius for node in diagram.nodes.values())
    room = lowest + LINES_BELOW * LINE * letter
    return with_gradients(replace(diagram, height=min(diagram.height, room)), network)
