"""One drawing as the page gets it: where each of its parts stands."""

from collections.abc import Iterator
from itertools import groupby

from backprop_sheet.diagram import Arrow, Loop, Node, Rectangle
from backprop_sheet.network import Network
from backprop_sheet.network.grids import pictures
from backprop_sheet.network.groups import MATRIX
from backprop_sheet.page.data import Data, rounded
from backprop_sheet.page.diagrams.captions import (
    dot_captions,
    layer_captions,
    picture_captions,
)
from backprop_sheet.page.diagrams.geometry import around_node
from backprop_sheet.page.diagrams.labels import SHORT, Labels
from backprop_sheet.page.diagrams.sizes import (
    FOR_LONG,
    LONG_LETTER,
    PLACE_LETTER,
    Sized,
)
from backprop_sheet.page.diagrams.space import Space

OF_ARROWS = "Weights without room for a label: {} of {}. Click an arrow to see its weight."
OF_SHORT = f"{SHORT} below a number: the gradient with respect to it."
OF_DOTS = "Yellow dots: biases and targets whose labels have no room."


def layout_of(network: Network, sized: Sized) -> Data:
    """One drawing of a network, with the labels and captions that have room in it."""
    diagram, letter = sized.diagram, sized.letter
    circles = [node for node in diagram.nodes.values() if not node.square]
    squares = [node for node in diagram.nodes.values() if node.square]
    painted = set(_input_pictures(network))
    # In this order: what comes first takes its room first.
    space = Space(diagram, letter)
    captions = picture_captions(space)
    labels = Labels(network, space)
    captions += [*layer_captions(network, space), *dot_captions(network, space, labels.dots)]
    return {
        "box": _box(space),
        "room": sized.room,
        "scale": round(sized.scale, 3),
        "letter": letter,
        "circles": [
            [node.name, node.role, *rounded(node.x, node.y, node.radius)] for node in circles
        ],
        "grids": [
            _grid(list(places), letter, painted) for _, places in groupby(squares, _picture_of)
        ],
        "arrows": [_arrow(arrow) for arrow in diagram.arrows],
        "bows": [_bow(loop) for loop in diagram.loops],
        "captions": [[text, *rounded(x, y)] for text, x, y in captions],
        "labels": labels.labels,
        "dots": labels.dots,
        "words": [*_words(diagram.arrows, labels)],
    }


def _box(space: Space) -> list[float]:
    """Left, top, width and height of all that is drawn, with room for a mark at its edges."""
    margin, diagram = space.letter, space.diagram
    boxes: list[Rectangle] = [*map(around_node, diagram.nodes.values()), *space.taken]
    left, top = (min(box[k] for box in boxes) - margin for k in (0, 1))
    right, bottom = (max(box[k] for box in boxes) + margin for k in (2, 3))
    return rounded(max(0, left), top, min(right, diagram.width) - max(0, left), bottom - top)


def _grid(places: list[Node], letter: float, painted: set[str]) -> Data:
    """The places of a picture."""
    first = places[0]
    size = 2 * first.radius
    most = LONG_LETTER if size >= FOR_LONG * letter else PLACE_LETTER
    return {
        "body": first.picture,
        "scale": first.scale,
        "radius": round(first.radius, 1),
        "letter": round(min(letter, most * size), 2),
        "paint": first.picture in painted,
        "places": [[node.name, *rounded(node.x, node.y)] for node in places],
    }


def _picture_of(node: Node) -> str:
    return node.picture


def _input_pictures(network: Network) -> Iterator[str]:
    """The first quantities of the inputs that are pictures, which a reader can draw."""
    for group in network.groups:
        if group.role == "input" and len(group.shape) > MATRIX and min(group.shape[-2:]) > 1:
            yield from (picture.maps[0].names[0] for picture in pictures(group))


def _arrow(arrow: Arrow) -> list[str | float]:
    return [arrow.source, arrow.target, arrow.weight, *rounded(*arrow.start, *arrow.end)]


def _bow(loop: Loop) -> list[str | float]:
    return [loop.sum, loop.activation, *rounded(*loop.start, *loop.bend, *loop.end)]


def _words(arrows: list[Arrow], labels: Labels) -> Iterator[str]:
    """What is said of labels that have no room."""
    labelled = {label["name"] for label in labels.labels}
    weights = {arrow.weight for arrow in arrows if arrow.weight}
    if weights - labelled:
        yield OF_ARROWS.format(len(weights - labelled), len(weights))
    if any(label["sign"] == SHORT for label in labels.labels):
        yield OF_SHORT
    if labels.dots:
        yield OF_DOTS
