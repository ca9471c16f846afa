"""Where the nodes and arrows of a network's drawing stand; knows nothing of who draws it.

Lengths are pixels from the upper left corner, x to the right and y downwards.
"""

from dataclasses import dataclass

from backprop_sheet.network import TOTAL, Kind, Network

Point = tuple[float, float]
MARGIN = 8
RADIUS, TOTAL_RADIUS = 22, 34
LABEL_AT = 0.75
"""How far along an arrow its label stands: behind the middle, where the arrows cross."""


@dataclass(frozen=True)
class Node:
    """A circle with the name of its quantity; `role` says what it is to the network."""

    name: str
    role: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Arrow:
    """From one circle's edge to another's, with the weight it carries, if any."""

    start: Point
    end: Point
    weight: str = ""

    @property
    def label_at(self) -> Point:
        """The point of the arrow at which its label stands."""
        (x0, y0), (x1, y1) = self.start, self.end
        return x0 + LABEL_AT * (x1 - x0), y0 + LABEL_AT * (y1 - y0)

    @property
    def level(self) -> bool:
        """Whether it runs level, so that a label stands above it and not in it."""
        return abs(self.end[1] - self.start[1]) < RADIUS


@dataclass(frozen=True)
class Loop:
    """The bow from a weighted sum to its activation, above the pair or below it."""

    start: Point
    end: Point
    above: bool


@dataclass(frozen=True)
class Diagram:
    """A network's drawing on a canvas of `width` by `height`."""

    width: float
    height: float
    nodes: dict[str, Node]
    arrows: list[Arrow]
    loops: list[Loop]


def draw(network: Network, width: float, height: float) -> Diagram:
    """Lay a network out from left to right: inputs, each layer's pairs, the error."""
    radius = min(RADIUS, height / (3 * max(network.layers)))
    columns = _columns(network)
    widths = [2 * radius] + [4 * radius] * (len(columns) - 1) + [2 * TOTAL_RADIUS]
    gap = (width - 2 * MARGIN - sum(widths)) / (len(widths) - 1)
    nodes: dict[str, Node] = {}
    left: float = MARGIN
    for column, taken in zip(columns, widths, strict=False):
        for row, names in enumerate(column):
            y = _height(row, len(column), height)
            for place, (name, role) in enumerate(names):
                nodes[name] = Node(name, role, left + radius * (1 + 2 * place), y, radius)
        left += taken + gap
    nodes[TOTAL] = Node(TOTAL, "total error", left + TOTAL_RADIUS, height / 2, TOTAL_RADIUS)
    return Diagram(width, height, nodes, _arrows(network, nodes), _loops(network, nodes, height))


def _columns(network: Network) -> list[list[list[tuple[str, str]]]]:
    """Layer by layer, neuron by neuron, the circles (name, role) that stand side by side."""
    columns = [[[(name, "input")] for name in network.named(Kind.INPUT)]]
    for depth, neurons in enumerate(network.neurons, start=2):
        layer = "output" if depth == len(network.layers) else "hidden"
        columns.append(
            [
                [(neuron.sum, f"{layer} sum"), (neuron.activation, f"{layer} activation")]
                for neuron in neurons
            ]
        )
    return columns


def _height(row: int, rows: int, height: float) -> float:
    """Evenly spread, with as much room between the outer rows and the edge as a loop takes."""
    edge = height * 3 / 14
    return height / 2 if rows == 1 else edge + (height - 2 * edge) * row / (rows - 1)


def _arrows(network: Network, nodes: dict[str, Node]) -> list[Arrow]:
    """One for each weight, from the signal it weighs, and one from each output to the error."""
    arrows = []
    for neuron in (neuron for layer in network.neurons for neuron in layer):
        weights = neuron.weights
        arrows += [_arrow(nodes[network.signal(w)], nodes[neuron.sum], w) for w in weights]
    outputs = network.activations_by_layer[-1]
    return arrows + [_arrow(nodes[output], nodes[TOTAL]) for output in outputs]


def _arrow(start: Node, end: Node, weight: str = "") -> Arrow:
    """From the right edge of one circle to the edge of the next, towards its middle."""
    x, y = start.x + start.radius, start.y
    length = ((end.x - x) ** 2 + (end.y - y) ** 2) ** 0.5
    part = (length - end.radius) / length
    return Arrow((x, y), (x + part * (end.x - x), y + part * (end.y - y)), weight)


def _loops(network: Network, nodes: dict[str, Node], height: float) -> list[Loop]:
    loops = []
    for neuron in (neuron for layer in network.neurons for neuron in layer):
        start, end = nodes[neuron.sum], nodes[neuron.activation]
        above = start.y <= height / 2
        edge = -start.radius if above else start.radius
        loops.append(Loop((start.x, start.y + edge), (end.x, end.y + edge), above))
    return loops
