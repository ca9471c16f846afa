"""Moves circles and grids up or down so that no arrow runs through one that it does not lead to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import NamedTuple

from backprop_sheet.diagram.columns import CAPTION
from backprop_sheet.diagram.crossings import Obstacle, Pair, Places, obstacles_of, pairs_of, reach
from backprop_sheet.diagram.parts import MARGIN, Arrow, Diagram, Node
from backprop_sheet.diagram.steps import alike
from backprop_sheet.network import Network

MOST_ARROWS, MOST_PAIRS = 200, 500
"""The most arrows, and arrows with bodies on their way, for which places are searched: with more,
the search is long and hardly finds any room."""
STARTS, PLACES, ROUNDS, EFFORT = 5, (20, 80), 8, 200_000
"""From how many of the shapes a search begins; how many places are tried for each row in its turn,
first few, then more if these do not do; how many turns it has; and how many pairs are looked at
before all is given up."""
APART, APART_WITH_BOW = 2.3, 3.3
"""How far the middles of rows are apart, in radiuses: without bows and with them; less far only if
they were before."""
BENDS = (-0.25, 0.25, -0.4, 0.4)
"""How far down from the usual places the middle column begins the search, in heights of a drawing:
columns of one row begin on a parabola, on which no three circles are in line."""
CHAIN = 4
"""From how many columns of one row on the search begins on a slope, too: from the highest row to
the lowest, with the last one opposite. What all of them take, and what takes all of them, is then
seen from either side."""


class Row(NamedTuple):
    """Bodies that move together: the circles of a unit, or the grids of a column.

    Attributes:
        names: the bodies.
        x: what rows of one column have in common.
        y: where the middle of the first usually is.
        above, below: how much room is needed from there to the edges of a drawing.
        gap: how far the middle is from those of other rows, at least.
    """

    names: tuple[str, ...]
    x: float
    y: float
    above: float
    below: float
    gap: float

    def apart(self, other: "Row") -> float:
        """How far the middles of two rows of a column are apart at least."""
        return min(abs(self.y - other.y), self.gap)


def cleared(
    network: Network,
    nodes: Mapping[str, Node],
    arrows: Sequence[Arrow],
    height: float,
    grids: Sequence[Sequence[str]] = (),
) -> dict[str, float]:
    """How far down bodies have to move that have to.

    What stands for the same in each of several steps moves together, if that does. Places are
    searched row by row, so some arrows may still run through bodies in the end. Rows keep their
    order and stay in the drawing. Where all arrows are clear, none moves.

    Args:
        network: the network.
        nodes: the circles and squares where they usually stand.
        arrows: the arrows.
        height: the height of the drawing.
        grids: the bodies of each column of grids, which move together.
    """
    obstacles = obstacles_of(nodes)
    pairs = pairs_of(obstacles, arrows)
    home = {name: one.y for name, one in obstacles.items()}
    if not reach(home, pairs, clearance=0):
        return {}
    rows = [*_rows_of_circles(network, nodes), *(_row_of_grids(g, obstacles) for g in grids if g)]
    if len(arrows) > MOST_ARROWS or len(pairs) > MOST_PAIRS:
        best = min(_shapes(rows, home, height), key=lambda places: reach(places, pairs))
    else:
        best = _searched(network, rows, pairs, home, height, arrows)
    return {name: y - home[name] for name, y in best.items() if y != home[name]}


def is_clear(diagram: Diagram) -> bool:
    """Whether no arrow is seen to run through a circle or a grid that it does not lead to."""
    obstacles = obstacles_of(diagram.nodes)
    pairs = pairs_of(obstacles, diagram.arrows)
    return not reach({name: one.y for name, one in obstacles.items()}, pairs, clearance=0)


def _rows_of_circles(network: Network, nodes: Mapping[str, Node]) -> Iterator[Row]:
    """The units that are drawn as circles, each with the grid of its weights if it has one."""
    for unit in (unit for group in network.groups for unit in group.units):
        node = nodes.get(unit.sum)
        if node and not node.square:
            bow = len(unit.quantities) > 1
            edge = MARGIN + node.radius * (2.2 if bow else 1)
            gap = (APART_WITH_BOW if bow else APART) * node.radius
            weights = (nodes[link.weight] for link in unit.links if link.weight in nodes)
            grids = dict.fromkeys(one.body for one in weights if one.square)
            yield Row((*unit.quantities, *grids), node.x, node.y, edge, edge, gap)


def _row_of_grids(names: Sequence[str], obstacles: Mapping[str, Obstacle]) -> Row:
    """The grids of a column, with what they are called."""
    of, y = [obstacles[name] for name in names], obstacles[names[0]].y
    above = y - min(one.y - one.high for one in of) + CAPTION
    below = max(one.y + one.high for one in of) - y
    return Row(tuple(names), of[0].x, y, MARGIN + above, MARGIN + below, 0.0)


def _searched(
    network: Network,
    rows: list[Row],
    pairs: list[Pair],
    home: Places,
    height: float,
    arrows: Sequence[Arrow],
) -> Places:
    """The best places that are found: those of alike rows together, if that does."""

    def cost(places: Places) -> tuple[float, float, float]:
        steep = sum((places[arrow.source] - places[arrow.target]) ** 2 for arrow in arrows)
        return reach(places, pairs, clearance=0), reach(places, pairs), steep

    found = [home]
    starts = sorted(_shapes(rows, home, height), key=cost)
    for together in (_classes(network, rows), _columns(rows)):
        if together:
            search = Search(rows, together, pairs, height)
            found.append(search.settled(home, PLACES[0]))
            if not cost(found[-1])[0]:
                return found[-1]
        if not cost(starts[0])[0]:
            return starts[0]
    search = Search(rows, [[row] for row in rows], pairs, height)
    for start in starts[:STARTS]:
        places = start
        for number in PLACES:
            places = search.settled(places, number)
            if not reach(places, pairs, clearance=0):
                return places
        found.append(places)
    return min(found, key=cost)


def _classes(network: Network, rows: list[Row]) -> list[list[Row]]:
    """The rows that move together as they stand for the same in several steps, and all others."""
    of = {row.names[0]: row for row in rows}
    inputs = [of[name] for name in network.groups[0].signals if name in of]
    named = [*alike(network)]
    if len({row.x for row in inputs}) == len(inputs) > 1:
        named.append([row.names[0] for row in inputs])
    classes = [[of[name] for name in names if name in of] for names in named]
    classes = [rows for rows in classes if len(rows) > 1 and len({row.y for row in rows}) == 1]
    tied = {row.names[0] for rows in classes for row in rows}
    return [*classes, *([row] for row in rows if row.names[0] not in tied)] if classes else []


def _columns(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows of each column, from left to right and from top to bottom."""
    columns: dict[float, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.x, row.y)):
        columns.setdefault(row.x, []).append(row)
    return list(columns.values())


def _shapes(rows: Sequence[Row], home: Places, height: float) -> Iterator[Places]:
    """Where a search begins: the usual places, and columns of one row on a parabola or a slope."""
    yield home
    columns = _columns(rows)
    last = max(1, len(columns) - 1)
    single = [(place, column[0]) for place, column in enumerate(columns) if len(column) == 1]
    for bend in BENDS:
        bent = [
            (row, row.y + bend * height * 4 * place * (last - place) / last**2)
            for place, row in single
        ]
        yield _at(bent, home, height)
    if len(single) < CHAIN:
        return
    *chain, (_, end) = single
    begin, length = chain[0][0], max(1, chain[-1][0] - chain[0][0])
    usual = min(row.y for row in rows), max(row.y for row in rows)
    for high, low in (usual, (0, height), usual[::-1], (height, 0)):
        slope = [(row, high + (low - high) * (place - begin) / length) for place, row in chain]
        yield _at([*slope, (end, high)], home, height)


def _at(wanted: Iterable[tuple[Row, float]], home: Places, height: float) -> Places:
    """The usual places, but some rows at other heights, as far as these are in the drawing."""
    places = dict(home)
    for row, y in wanted:
        down = max(row.above, min(y, height - row.below)) - row.y
        places |= {name: home[name] + down for name in row.names}
    return places


class Search:
    """Tries places for rows and columns in turn, and keeps those where arrows reach least far."""

    def __init__(
        self, rows: list[Row], moves: list[list[Row]], pairs: list[Pair], height: float
    ) -> None:
        """Prepare a search.

        Args:
            rows: all rows.
            moves: the rows that move together.
            pairs: the arrows with what they may run into.
            height: the height of the drawing.
        """
        self._pairs, self._height, self._left = pairs, height, EFFORT
        self._columns = _columns(rows)
        self._column_of = {row.x: column for column in self._columns for row in column}
        together = {row.names[0]: move for move in moves for row in move}
        whole = (
            [row for first in column for row in together[first.names[0]]]
            for column in self._columns
            if len(column) > 1
        )
        ordered = sorted(moves, key=lambda move: (move[0].x, move[0].y))
        distinct = {tuple(sorted(row.names for row in move)): move for move in (*ordered, *whole)}
        self._moves = [(move, self._pairs_of(move)) for move in distinct.values()]

    def _pairs_of(self, rows: Iterable[Row]) -> list[Pair]:
        """The pairs of which a part moves with some rows, and another does not."""
        names = {name for row in rows for name in row.names}
        return [
            pair
            for pair in self._pairs
            if not names.isdisjoint((pair.source, pair.target, pair.obstacle.name))
            and not names.issuperset((pair.source, pair.target, pair.obstacle.name))
        ]

    def settled(self, places: Places, number: int) -> Places:
        """Where rows come to rest that start from some places, each trying so many."""
        places = dict(places)
        for _ in range(ROUNDS):
            if not reach(places, self._pairs) or self._left < 0:
                break
            before = dict(places)
            for rows, pairs in self._moves:
                self._place(rows, pairs, places, number)
            if places == before:
                break
        return places

    def _place(self, rows: list[Row], pairs: list[Pair], places: Places, number: int) -> None:
        """Put rows that move together at the best places, the usual ones if they are as good."""
        low, high = self._room(rows, places)
        start = {name: places[name] for row in rows for name in row.names}
        usual = rows[0].y - places[rows[0].names[0]]
        step = max(0.0, high - low) / (number - 1)
        best, place = (inf, inf), 0.0
        for down in (0.0, usual, *(low + step * part for part in range(number))):
            if down == 0 or low <= down <= high:
                places.update({name: y + down for name, y in start.items()})
                cost = reach(places, pairs, most=best[0]), abs(down - usual)
                self._left -= len(pairs)
                if cost < best:
                    best, place = cost, down
        places.update({name: y + place for name, y in start.items()})

    def _room(self, rows: list[Row], places: Places) -> tuple[float, float]:
        """How far down rows may move that move together, at least and at most."""
        moving = {row.names[0] for row in rows}
        low, high = -inf, inf
        for row in rows:
            column = self._column_of[row.x]
            place, y = column.index(row), places[row.names[0]]
            low, high = max(low, row.above - y), min(high, self._height - row.below - y)
            if place and (other := column[place - 1]).names[0] not in moving:
                low = max(low, places[other.names[0]] + other.apart(row) - y)
            if place + 1 < len(column) and (other := column[place + 1]).names[0] not in moving:
                high = min(high, places[other.names[0]] - other.apart(row) - y)
        return low, high
