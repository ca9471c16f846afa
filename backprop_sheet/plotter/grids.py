"""Draws the pictures of a network's drawing: their places, numbers and captions."""

import re
from collections.abc import Mapping
from math import floor, log10

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from backprop_sheet.diagram import Caption, Diagram, Node, Point, Rectangle, is_picture, roles_of
from backprop_sheet.network import Network
from backprop_sheet.network.grids import pictures
from backprop_sheet.palette import tint
from backprop_sheet.plotter.picture import GREY

LEGIBLE = 5
"""Pixels of the radius below which a place of a picture has no number."""
MOST_NUMBERS = 600
"""The most places that have numbers; of more, the colours alone tell."""
EDGE, SMALLER, WIDEST = "#d9dee8", 0.7, 3.6
"""Of places of pictures: the colour of their edges, and the size of their text for each pixel of
their radius: at most, and for each character of it."""
SMALL, SMALLEST = 0.1, 1e-3
"""Below these the largest number of a grid has more than two decimals, or a power of ten."""
LETTER, LEAST_LETTER, CHARACTER = 8.5, 4.5, 0.46
"""The size of captions in points, at most and at least; and the width of a character in pixels, for
each point of its size."""
LEVEL = 12
"""Captions whose heights differ by fewer pixels share their width."""
MOST_BIASES = 2
"""The most biases of a picture that its caption has numbers of."""


def draw_grids(
    axes: Axes, network: Network, diagram: Diagram, numbers: Mapping[str, float]
) -> None:
    """Draw the places of pictures, the deeper in colour the further their numbers are from 0."""
    squares = [node for node in diagram.nodes.values() if node.square]
    if not squares:
        return
    largest: dict[str, float] = {}
    for node in squares:
        largest[node.scale] = max(largest.get(node.scale, 0.0), abs(numbers[node.name]))
    colors = [f"#{tint(numbers[n.name] / (largest[n.scale] or 1.0))}" for n in squares]
    corners = [_corners(node) for node in squares]
    axes.add_collection(
        PolyCollection(corners, facecolors=colors, edgecolors=EDGE, linewidths=1), autolim=False
    )
    legible = [node for node in squares if node.radius >= LEGIBLE]
    for node in legible if len(legible) <= MOST_NUMBERS else []:
        text = _text(numbers[node.name], largest[node.scale])
        fontsize = min(SMALLER, WIDEST / len(text)) * node.radius
        axes.text(node.x, node.y, text, ha="center", va="center", color="black", fontsize=fontsize)
    _draw_captions(axes, diagram, _with_biases(network, diagram, numbers))


def _draw_captions(axes: Axes, diagram: Diagram, captions: list[Caption]) -> None:
    """Write each caption above its picture, as large as its neighbours and the edges allow."""
    boxes = _boxes(diagram)
    for caption in captions:
        room = _room(caption, captions, boxes, diagram.width)
        size = min(LETTER, room / (CHARACTER * (len(caption.text) + 1)))
        if size >= LEAST_LETTER:
            place = caption.x, max(LETTER, caption.y - 1)
            axes.text(*place, caption.text, ha="center", va="bottom", fontsize=size, color=GREY)


def _room(caption: Caption, captions: list[Caption], boxes: list[Rectangle], width: float) -> float:
    """How wide a caption may be."""
    room = 2 * min(caption.x, width - caption.x)
    for other in captions:
        apart = abs(other.x - caption.x)
        if abs(other.y - caption.y) < LEVEL and apart:
            # Of what is between their middles each gets as much as its text is long.
            share = len(caption.text) / (len(caption.text) + len(other.text))
            room = min(room, 2 * apart * share)
    for left, top, right, bottom in boxes:
        beside = caption.y > top + 1 and caption.y - LEVEL < bottom
        if beside and not left < caption.x < right:
            room = min(room, 2 * min(abs(caption.x - left), abs(caption.x - right)))
    return room


def _boxes(diagram: Diagram) -> list[Rectangle]:
    """The rectangles that pictures, kernels and circles cover."""
    bodies: dict[tuple[str, str], list[Node]] = {}
    for node in diagram.nodes.values():
        bodies.setdefault((node.body, node.scale), []).append(node)
    return [
        (
            min(node.x - node.radius for node in nodes),
            min(node.y - node.radius for node in nodes),
            max(node.x + node.radius for node in nodes),
            max(node.y + node.radius for node in nodes),
        )
        for nodes in bodies.values()
    ]


def _with_biases(network: Network, diagram: Diagram, numbers: Mapping[str, float]) -> list[Caption]:
    """The captions, those of sums with the biases of their places."""
    biases = {
        (f"{group.units[0].sum} {roles_of(group)[0]}", picture.maps[0].name): picture.biases.names
        for group in network.groups
        if is_picture(group)
        for picture in pictures(group)
        if picture.biases
    }
    return [
        caption._replace(text=caption.text + _told(biases[caption.scale, caption.text], numbers))
        if (caption.scale, caption.text) in biases
        else caption
        for caption in diagram.captions
    ]


def _told(biases: list[str], numbers: Mapping[str, float]) -> str:
    """What is said of the biases in the sums of a picture: (b1 = 0.35)."""
    if len(biases) > MOST_BIASES:
        return f" ({biases[0]}…{biases[-1]})"
    return f" ({', '.join(f'{name} = {numbers[name]:.3g}' for name in biases)})"


def _corners(node: Node) -> list[Point]:
    left, right = node.x - node.radius, node.x + node.radius
    top, bottom = node.y - node.radius, node.y + node.radius
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _text(number: float, largest: float) -> str:
    """A number of a grid, by the largest there: with two decimals, more, or a power of ten."""
    if 0 < largest < SMALLEST:
        return re.sub("e([-+])0*", r"e\1", f"{number:.0e}") if number else "0"
    decimals = 2 if largest >= SMALL or not largest else 1 - floor(log10(largest))
    text = f"{number:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text
