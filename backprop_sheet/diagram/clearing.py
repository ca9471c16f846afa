"""Moves circles up or down so that no arrow runs through a circle that it does not lead to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import hypot, inf
from typing import NamedTuple

from backprop_sheet.diagram.parts import MARGIN, Arrow, Diagram, Node
from backprop_sheet.network import Network

MOST_ARROWS, MOST_PAIRS = 200, 500
"""The most arrows, and arrows with circles on their way, that are looked at: with more, the search
is long and hardly finds any room."""
PLACES, ROUNDS = (20, 80), 8
"""How many places are tried for each row of circles in its turn, first few, then more if these do
not do; and how many turns it has."""
CLEARANCE = 4
"""How far an arrow keeps from circles, in pixels, where there is room."""
APART, APART_WITH_BOW = 2.3, 3.3
"""How far the middles of rows are apart, in radiuses: without bows and with them; less far only if
they were before."""
BENDS = (0.0, 0.25, -0.25, 0.4, -0.4)
"""How far down from the usual places the middle column begins the search, in heights of a drawing:
columns of one row begin on a parabola, on which no three circles are in line."""


class _Row(NamedTuple):
    """The circles of a unit, which move together: their names, and where they stand usually."""

    names: tuple[str, ...]
    x: float
    y: float
    radius: float

    def apart(self, other: "_Row") -> float:
        """How far the middles of two rows of a column are apart at least."""
        bow = len(self.names) > 1
        return min(abs(self.y - other.y), (APART_WITH_BOW if bow else APART) * self.radius)


class _Pair(NamedTuple):
    """An arrow, and a circle that it may run through.

    Attributes:
        source, target, circle: their names.
        start, end: the y of the arrow's ends where no circle, but a picture is there.
        across: how far the arrow goes to the right.
        x: how far to the right of the arrow's start the circle is.
        radius: the circle's radius.
    """

    source: str
    target: str
    circle: str
    start: float
    end: float
    across: float
    x: float
    radius: float


Places = dict[str, float]
"""The y of each circle, by its name."""


def cleared(
    network: Network, nodes: Mapping[str, Node], arrows: Sequence[Arrow], height: float
) -> dict[str, Node]:
    """The circles that have to move, where they have to.

    Places are searched row by row, so some arrows may still run through circles in the end. Rows
    keep their order and stay in the drawing. Where all arrows are clear, none moves.
    """
    pairs = _pairs(nodes, arrows)
    home = {node.name: node.y for node in nodes.values() if not node.square}
    if not _reach(home, pairs, clearance=0):
        return {}
    rows = [
        _Row(unit.quantities, nodes[unit.sum].x, nodes[unit.sum].y, nodes[unit.sum].radius)
        for group in network.groups
        for unit in group.units
        if unit.sum in home
    ]

    def cost(places: Places) -> tuple[float, float, float]:
        reach, close = _reach(places, pairs, clearance=0), _reach(places, pairs)
        return reach, close, _steepness(places, arrows)

    few, many = (_Search(rows, pairs, height, number) for number in PLACES)
    best = min((few.settled(home | few.bent(bend)) for bend in BENDS), key=cost)
    if cost(best)[0]:
        best = min(best, many.settled(best), key=cost)
    return {n: replace(nodes[n], y=y) for n, y in best.items() if y != home[n]}


def is_clear(diagram: Diagram) -> bool:
    """Whether no arrow is seen to run through a circle that it does not lead to."""
    places = {node.name: node.y for node in diagram.nodes.values() if not node.square}
    return not _reach(places, _pairs(diagram.nodes, diagram.arrows), clearance=0)


def _pairs(nodes: Mapping[str, Node], arrows: Sequence[Arrow]) -> list[_Pair]:
    """The arrows with the circles on their way; none if they are too many to be looked at."""
    if len(arrows) > MOST_ARROWS:
        return []
    found = list(islice(_every_pair(nodes, arrows), MOST_PAIRS + 1))
    return found if len(found) <= MOST_PAIRS else []


def _every_pair(nodes: Mapping[str, Node], arrows: Sequence[Arrow]) -> Iterator[_Pair]:
    """The arrows, each with the circles between whose left and right edges it comes."""
    circles = [node for node in nodes.values() if not node.square]
    for arrow in arrows:
        target = nodes.get(arrow.target)
        end = (target.x, target.y) if target and not target.square else arrow.end
        for circle in circles:
            between = (
                arrow.start[0] < circle.x + circle.radius and circle.x - circle.radius < end[0]
            )
            if between and circle.name not in (arrow.source, arrow.target):
                x, y = arrow.start
                sizes = end[0] - x, circle.x - x, circle.radius
                yield _Pair(arrow.source, arrow.target, circle.name, y, end[1], *sizes)


def _reach(
    places: Places, pairs: Iterable[_Pair], clearance: float = CLEARANCE, most: float = inf
) -> float:
    """How far arrows reach into circles and the room around them: the sum of squares, in pixels.

    Once it is more than the most that matters, the rest is not added.
    """
    total = 0.0
    for source, target, circle, start, end, across, x, radius in pairs:
        top = places.get(source, start)
        down, y = places.get(target, end) - top, places[circle] - top
        part = max(0.0, min(1.0, (x * across + y * down) / (across**2 + down**2)))
        room = radius + clearance - hypot(part * across - x, part * down - y)
        if room > 0:
            total += room**2
            if total > most:
                break
    return total


def _steepness(places: Places, arrows: Iterable[Arrow]) -> float:
    """How far arrows go up or down: the sum of squares, in pixels."""
    ends = ((places.get(a.source, a.start[1]), places.get(a.target, a.end[1])) for a in arrows)
    return sum((start - end) ** 2 for start, end in ends)


class _Search:
    """Tries places for rows and columns in turn, and keeps those where arrows reach least far."""

    def __init__(self, rows: list[_Row], pairs: list[_Pair], height: float, number: int) -> None:
        self._pairs, self._height, self._number = pairs, height, number
        self._columns: dict[float, list[_Row]] = {}
        for row in sorted(rows, key=lambda row: (row.x, row.y)):
            self._columns.setdefault(row.x, []).append(row)
        self._moves = [[row] for column in self._columns.values() for row in column]
        self._moves += [column for column in self._columns.values() if len(column) > 1]
        self._affected = [self._pairs_of(rows) for rows in self._moves]

    def _pairs_of(self, rows: list[_Row]) -> list[_Pair]:
        """The pairs of which a part moves with some rows."""
        names = {name for row in rows for name in row.names}
        return [
            pair
            for pair in self._pairs
            if not names.isdisjoint((pair.source, pair.target, pair.circle))
        ]

    def bent(self, bend: float) -> Places:
        """Places of the columns with one row on a parabola."""
        last = max(1, len(self._columns) - 1)
        places: Places = {}
        for place, column in enumerate(self._columns.values()):
            if bend and len(column) == 1:
                low, high = self._room(column, {})
                y = column[0].y + bend * self._height * 4 * place * (last - place) / last**2
                places |= dict.fromkeys(column[0].names, max(low, min(y, high)))
        return places

    def settled(self, places: Places) -> Places:
        """Where circles come to rest that start from some places."""
        places = dict(places)
        for _ in range(ROUNDS):
            before = dict(places)
            for rows, pairs in zip(self._moves, self._affected, strict=True):
                self._place(rows, pairs, places)
            if places == before or not _reach(places, self._pairs):
                break
        return places

    def _place(self, rows: list[_Row], pairs: list[_Pair], places: Places) -> None:
        """Put rows that move together at the best places, the usual ones if they are as good."""
        low, high = self._room(rows, places)
        now, usual = places[rows[0].names[0]], rows[0].y
        below = {name: places[name] - now for row in rows for name in row.names}
        step = max(0.0, high - low) / (self._number - 1)

        best, place = (inf, inf), now
        for y in (now, usual, *(low + step * number for number in range(self._number))):
            if y == now or low <= y <= high:
                places.update({name: y + down for name, down in below.items()})
                cost = _reach(places, pairs, most=best[0]), abs(y - usual)
                if cost < best:
                    best, place = cost, y
        places.update({name: place + down for name, down in below.items()})

    def _room(self, rows: list[_Row], places: Places) -> tuple[float, float]:
        """The least and the greatest y that the first of some rows of a column may have."""
        first, last = rows[0], rows[-1]
        column = self._columns[first.x]
        edge = MARGIN + first.radius * (1 if len(first.names) == 1 else 2.2)
        low, high = edge, self._height - edge
        before, after = column.index(first), column.index(last) + 1
        if before:
            other = column[before - 1]
            low = max(low, places[other.names[0]] + other.apart(first))
        if after < len(column):
            other = column[after]
            high = min(high, places[other.names[0]] - other.apart(last))
        if last is not first:
            high -= places[last.names[0]] - places[first.names[0]]
        return low, high
