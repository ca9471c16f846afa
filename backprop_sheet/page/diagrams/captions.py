"""What pictures and rows of dots are called, and what a layer's units are, where there is room."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from backprop_sheet.diagram import Caption, Rectangle
from backprop_sheet.network import Network
from backprop_sheet.page.data import Data
from backprop_sheet.page.diagrams.dots import FEW
from backprop_sheet.page.diagrams.geometry import around_nodes, boxes_beside
from backprop_sheet.page.diagrams.space import CHARACTER, Space

CAPTION_LINE = 8
"""Captions whose heights differ by less stand side by side."""


class Words(NamedTuple):
    """Words in a drawing.

    Attributes:
        text: the words.
        x, y: the middle of their lower edge.
    """

    text: str
    x: float
    y: float


def picture_captions(space: Space) -> list[Words]:
    """What pictures are called, cut where their neighbours leave less room; each takes its room."""
    captions = list(_fitting(space))
    for text, x, y in captions:
        half = space.width(len(text)) / 2
        space.taken.append((x - half, y - space.height(), x + half, y))
    return captions


def _fitting(space: Space) -> Iterator[Words]:
    captions = space.diagram.captions
    for caption in captions:
        level = [c.x for c in captions if abs(c.y - caption.y) < CAPTION_LINE and c is not caption]
        apart = [abs(x - caption.x) for x in level]
        apart += [2 * (abs(x - caption.x) - r) for x, r in _places_beside(space, caption)]
        most = int(min(apart, default=space.diagram.width) / (CHARACTER * space.letter))
        # Of ∂E/∂w10…w18 the ∂E/∂w10… or ∂E/∂w: cut, it would read as ∂E/∂w1.
        name = re.split(r"(?<=\D)\d+…", caption.text)[0]
        first = caption.text.partition("…")[0] + "…"
        fitting = next((text for text in (caption.text, first, name) if len(text) <= most), "")
        if fitting or most > 1:
            yield Words(fitting or f"{name[: most - 1]}…", caption.x, caption.y)


def _places_beside(space: Space, caption: Caption) -> Iterator[tuple[float, float]]:
    """The middles and half the widths of other pictures' places at the height of a caption."""
    for node in space.diagram.nodes.values():
        level = node.y - node.radius < caption.y and node.y + node.radius > caption.y - CAPTION_LINE
        if node.square and level and node.scale != caption.scale:
            yield node.x, node.radius


def layer_captions(network: Network, space: Space) -> Iterator[Words]:
    """What the units of each layer are, where that has a word of its own; each takes its room."""
    for group in network.groups:
        if not group.meaning:
            continue
        names = [name for unit in group.units for name in unit.quantities]
        nodes = [space.diagram.nodes[name] for name in names if name in space.diagram.nodes]
        left, top, right, bottom = around_nodes(nodes)
        above = space.height() if nodes[0].square else 0
        yield from _beside(space, (left, top - above, right, bottom), group.meaning)


def dot_captions(network: Network, space: Space, dots: Iterable[Data]) -> Iterator[Words]:
    """What the dots of each long row are, such as y1…y10; each takes its room."""
    for _, group in groupby(dots, itemgetter("of")):
        first, *others = group
        if len(others) < FEW:
            continue
        (left, y), (right, _), radius = first["at"], others[-1]["at"], first["radius"]
        edges = left - radius, y - radius, right + radius, y + radius
        names = (network.label(dot["name"]) for dot in (first, others[-1]))
        yield from _beside(space, edges, "…".join(names))


def _beside(space: Space, edges: Rectangle, text: str) -> Iterator[Words]:
    """Words beside something, if they have room; they take it."""
    size = space.width(len(text)), space.height()
    box = space.first_free(boxes_beside(edges, size, space.diagram.height))
    if box:
        space.taken.append(box)
        yield Words(text, (box[0] + box[2]) / 2, box[3])
