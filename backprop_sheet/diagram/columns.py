"""The columns of a drawing: the circles or the pictures of a group, or dots for some of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from backprop_sheet.diagram.parts import MARGIN, Caption, Node, Omitted, Point
from backprop_sheet.diagram.shortened import WHOLE, Shortening, ends
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import Group, Network
from backprop_sheet.network.grids import Grid, Picture, pictures
from backprop_sheet.network.groups import MATRIX

WEIGHT_ROLE = "kernel"
"""The role of the places of a kernel; in a sheet they look like sums of hidden neurons."""
MOST_WITH_GRIDS, MOST_IN_GRID = 3, 30
"""The most circles of a column that have their weights as grids, and the most places of these."""
LARGEST_PLACE, CAPTION = 20, 16
"""The largest place of a picture, and the height of what it is called."""
OMITTED_WIDTH, OMITTED_HEIGHT = 60, 26
"""The room of the dots for columns and for pictures that are left out."""


class Shown(NamedTuple):
    """A picture that is drawn.

    Attributes:
        picture: the picture.
        scale: what the scales of its places begin with.
        room: the tallest that its kernels are.
        kernels: the most columns that its kernels may have to be drawn.
    """

    picture: Picture
    scale: str
    room: float
    kernels: int

    @property
    def kernel_columns(self) -> int:
        """The columns of its kernels; 0 if it has none, or none that are drawn."""
        columns = [len(kernel.rows[0]) for kernel in self.picture.kernels[:1]]
        return next((count for count in columns if count <= self.kernels), 0)


@dataclass(frozen=True)
class Column:
    """What stands in one column of the drawing, at x from 0 on.

    Attributes:
        width: its width.
        nodes, captions, omitted: what stands in it.
        pictures: its pictures.
        weighted: whether arrows to it may have labels, as weights have.
        weights: of circles that take all places of a picture, the weights as a grid for each.
    """

    width: float
    nodes: list[Node]
    captions: list[Caption] = field(default_factory=list)
    pictures: list[Shown] = field(default_factory=list)
    omitted: list[Omitted] = field(default_factory=list)
    weighted: bool = True
    weights: Mapping[str, Grid] = Fixed()

    @property
    def kernel_columns(self) -> int:
        """The most columns of the kernels and weights that stand on its left; 0 without any."""
        of_weights = (len(grid.rows[0]) for grid in self.weights.values())
        return max([*(shown.kernel_columns for shown in self.pictures), *of_weights], default=0)


def is_picture(group: Group) -> bool:
    """Whether a group is drawn as pictures: they have several columns, or channels several rows."""
    return len(group.shape) >= MATRIX and max(group.shape[1:]) > 1


def columns_of(network: Network) -> list[list[Group]]:
    """The groups of each column: pictures that take nothing of each other stand in one."""
    columns: list[list[Group]] = []
    inside: set[str] = set()
    for group in network.groups:
        apart = inside.isdisjoint(signal for unit in group.units for signal, _ in unit.sources)
        if columns and is_picture(group) and is_picture(columns[-1][-1]) and apart:
            columns[-1].append(group)
        else:
            columns.append([group])
            inside.clear()
        inside.update(group.signals)
    return columns


def drawn_columns(network: Network) -> list[list[Group]]:
    """The groups of each column of a drawing: circles that take the same stand in one, too."""
    columns: list[list[Group]] = []
    for groups in columns_of(network):
        if columns and _is_beside(groups[0], columns[-1]):
            columns[-1].extend(groups)
        else:
            columns.append(list(groups))
    return columns


def _is_beside(group: Group, others: Sequence[Group]) -> bool:
    """Whether circles take a part of what those of other groups take, and nothing of them."""
    if is_picture(group) or is_picture(others[0]) or roles_of(group) != roles_of(others[0]):
        return False
    taken, before = _taken([group]), _taken(others)
    given = {name for other in others for unit in other.units for name in unit.quantities}
    return bool(taken & before) and not taken & given


def _taken(groups: Sequence[Group]) -> set[str]:
    """The signals that the units of some groups take."""
    return {signal for group in groups for unit in group.units for signal, _ in unit.sources}


def all_columns(
    network: Network, radius: float, cell: float, height: float, most: Shortening = WHOLE
) -> list[Column]:
    """The columns, with circles of a radius, and with places of pictures of at most a size."""
    first, last, missing = ends(drawn_columns(network), most.columns)
    drawn = [
        _pictures(groups, cell, height, most)
        if is_picture(groups[0])
        else _column(groups, weight_grids(network, groups), radius, height, most)
        for groups in (*first, *last)
    ]
    if missing:
        dots = Omitted(missing, OMITTED_WIDTH / 2, height / 2, across=True, of="layer")
        drawn.insert(len(first), Column(OMITTED_WIDTH, [], omitted=[dots]))
    return drawn


def weight_grids(network: Network, groups: Sequence[Group]) -> dict[str, Grid]:
    """The weights of circles that take all places of a small picture, each with one of its own.

    They are arranged as that picture is, as arrows from its places would lie on each other.
    """
    units = [unit for group in groups for unit in group.units]
    taken = {frozenset(signal for signal, _ in unit.sources) for unit in units}
    if len(taken) > 1 or len(units) > MOST_WITH_GRIDS or not all(unit.links for unit in units):
        return {}
    drawn = (
        picture for group in network.groups if is_picture(group) for picture in pictures(group)
    )
    grid = next((one.maps[-1] for one in drawn if {frozenset(one.maps[-1].names)} == taken), None)
    if grid is None or len(grid.names) > MOST_IN_GRID:
        return {}
    found = {}
    for unit in units:
        weight = {link.signal: link.weight for link in unit.links}
        if len(set(weight.values()) - {""}) < len(grid.names):
            return {}
        rows = tuple(tuple(weight.get(name, "") for name in row) for row in grid.rows)
        found[unit.sum] = Grid(f"{unit.links[0].weight}…{unit.links[-1].weight}", rows)
    return found


def _column(
    groups: Sequence[Group],
    weights: Mapping[str, Grid],
    radius: float,
    height: float,
    most: Shortening,
) -> Column:
    """The units of groups as circles one below the other."""
    roles = roles_of(groups[0])
    units = [unit for group in groups for unit in group.units]
    first, last, missing = ends(units, most.rows)
    slots = [*first, *[None] * bool(missing), *last]
    nodes: list[Node] = []
    omitted: list[Omitted] = []
    for row, unit in enumerate(slots):
        y = _y_of(row, len(slots), height, most)
        if unit is None:
            of = "input" if groups[0].role == "input" else "neuron"
            omitted.append(Omitted(missing, radius * len(roles), y, of=of))
            continue
        nodes += [
            Node(name, role, radius * (1 + 2 * place), y, radius)
            for place, (name, role) in enumerate(zip(unit.quantities, roles, strict=True))
        ]
    weighted = any(link.weight for unit in units for link in unit.links)
    width = 2 * radius * len(roles)
    return Column(width, nodes, omitted=omitted, weighted=weighted, weights=weights)


def _y_of(row: int, rows: int, height: float, most: Shortening) -> float:
    """The y of a row: rows are evenly spread, with room for the loops above and below them."""
    edge = _edge(height, most)
    return height / 2 if rows == 1 else edge + (height - 2 * edge) * row / (rows - 1)


def rows_apart(rows: int, height: float, most: Shortening) -> float:
    """How far the middles of so many rows are apart; the height, if there is only one."""
    return height if rows == 1 else (height - 2 * _edge(height, most)) / (rows - 1)


def _edge(height: float, most: Shortening) -> float:
    """How far the middles of the first and the last row are from the edges."""
    return min(most.edge, height * 3 / 14)


def unrolled(
    network: Network, nodes: Mapping[str, Node], height: float, most: Shortening = WHOLE
) -> dict[str, Node]:
    """Inputs that steps behind the first take, above the step before, where it is one circle.

    In the first column, their arrows would run through the steps between. What is left there stands
    as high.
    """
    first, *steps = network.groups
    if not all(name in nodes for group in network.groups for name in group.signals):
        return {}
    takes = [{signal for unit in step.units for signal, _ in unit.sources} for step in steps]
    moved: dict[str, Node] = {}
    for name in first.signals:
        number = next((k for k, taken in enumerate(takes) if name in taken), 0)
        before = nodes[steps[number - 1].units[0].sum]
        alone = sum(node.x == before.x for node in nodes.values()) == 1
        free = number and alone and not nodes[name].square
        if free and all(node.x != before.x for node in moved.values()):
            moved[name] = replace(nodes[name], x=before.x, y=_y_of(0, 2, height, most))
    if not moved:
        return {}
    rest = [name for name in first.signals if name not in moved]
    return moved | {
        name: replace(nodes[name], y=_y_of(row, max(2, len(rest)), height, most))
        for row, name in enumerate(rest)
    }


def _pictures(groups: Sequence[Group], cell: float, height: float, most: Shortening) -> Column:
    """Groups as pictures one below the other, each with its sums on the left."""
    found = [(group, picture) for group in groups for picture in pictures(group)]
    first, last, missing = ends(found, most.pictures)
    found = [*first, *last]
    dots = OMITTED_HEIGHT if missing else 0
    free = height - 2 * MARGIN - len(found) * CAPTION - dots
    cell = min(cell, free / sum(len(picture.maps[0].rows) for _, picture in found))
    top = (height - sum(len(p.maps[0].rows) * cell + CAPTION for _, p in found) - dots) / 2
    nodes: list[Node] = []
    captions: list[Caption] = []
    shown: list[Shown] = []
    omitted: list[Omitted] = []
    width = 0.0
    for place, (group, picture) in enumerate(found):
        if missing and place == len(first):
            omitted.append(Omitted(missing, width / 2, top + dots / 2, of="map"))
            top += dots
        left, y = 0.0, top + CAPTION
        for grid, role in zip(picture.maps, roles_of(group), strict=True):
            scale = f"{group.units[0].sum} {role}"
            look = Node("", role, 0, 0, cell / 2, scale, grid.names[0])
            nodes += squares(grid, look, (left, y))
            right = left + cell * len(grid.rows[0])
            captions.append(Caption(grid.name, (left + right) / 2, y, scale))
            left, width = right + cell / 2, max(width, right)
        tall = len(picture.maps[0].rows) * cell
        alone = height - 2 * (MARGIN + CAPTION)
        room = alone if len(found) == 1 else tall
        shown.append(Shown(picture, group.units[0].sum, room, most.kernel))
        top = y + tall
    return Column(width, nodes, captions, shown, omitted)


def squares(grid: Grid, look: Node, corner: Point) -> Iterator[Node]:
    """The places of a grid, each like `look`; `corner` is the upper left one."""
    cell = 2 * look.radius
    for row, names in enumerate(grid.rows):
        for column, name in enumerate(names):
            if name:
                x, y = corner[0] + cell * (column + 0.5), corner[1] + cell * (row + 0.5)
                yield replace(look, name=name, x=x, y=y)


def roles_of(group: Group) -> tuple[str, ...]:
    """The roles of the circles of a group's units."""
    if group.role == "input":
        return ("input",)
    both = (f"{group.role} sum", f"{group.role} activation")
    return both[-len(group.units[0].quantities) :]
