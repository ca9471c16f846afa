"""Groups as grids: what stands in rows and columns, as the places of a picture do.

Drawings and the tab Step show these: pictures, kernels, feature maps; and, where numbers come step
by step, matrices of steps and neurons, or of steps and the steps that they look at.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from backprop_sheet.network.groups import MATRIX, Group, Rows, Unit


class Grid(NamedTuple):
    """Quantities in rows and columns.

    Attributes:
        name: what all of them are called: c1 for c1_1_1, c1_1_2 and so on.
        rows: their names; empty where there is none.
    """

    name: str
    rows: Rows

    @property
    def names(self) -> list[str]:
        """The names row by row, without the empty places."""
        return [name for row in self.rows for name in row if name]


class Picture(NamedTuple):
    """The grids of one picture of a group: of a feature map, or of a matrix.

    Attributes:
        units: its units, row by row.
        maps: a grid for each quantity of its units: their sums, then their activations.
        kernels: the weights that its places share: a grid for each channel that they go over.
        biases: its biases in one row, or None.
    """

    units: tuple[Unit, ...]
    maps: tuple[Grid, ...]
    kernels: tuple[Grid, ...] = ()
    biases: Grid | None = None


def pictures(group: Group) -> list[Picture]:
    """The pictures of a group, one for each channel; none if it is a single column of units."""
    if len(group.shape) < MATRIX:
        return []
    *channels, rows, columns = group.shape
    places = group.places or product(*map(range, group.shape))
    placed = dict(zip(places, group.units, strict=True))
    found = []
    for number, channel in enumerate(product(*map(range, channels))):
        own = [[placed.get((*channel, r, c)) for c in range(columns)] for r in range(rows)]
        units = tuple(unit for row in own for unit in row if unit)
        weights = tuple(dict.fromkeys(link.weight for unit in units for link in unit.links))
        matrices = group.kernels[number] if group.kernels else ((weights,),) if weights else ()
        kernels = [Grid(_range(matrix), matrix) for matrix in matrices]
        biases = tuple(dict.fromkeys(unit.bias for unit in units if unit.bias))
        bias = Grid(_range((biases,)), (biases,)) if biases else None
        several = group.role == "input" and bool(channels) and channels[0] > 1
        found.append(Picture(units, tuple(_maps(own, units, several)), tuple(kernels), bias))
    return found


def _maps(own: list[list[Unit | None]], units: tuple[Unit, ...], several: bool) -> Iterator[Grid]:
    for offset in range(len(units[0].quantities)):
        matrix = tuple(
            tuple(unit.quantities[offset] if unit else "" for unit in row) for row in own
        )
        yield Grid(_range(matrix) if several else _common(matrix), matrix)


def _range(rows: Rows) -> str:
    """The first and the last of numbered names: w1…w9."""
    first, last = rows[0][0], rows[-1][-1]
    return first if first == last else f"{first}…{last}"


def _common(rows: Rows) -> str:
    """What the names of a grid have in common, from its first place: a_c2 of a_c2_1_1.

    The number of a sample stays if it is the same in all of the grid.
    """
    apart = [re.fullmatch(r"(.+?)(_s\d+)?", name) for row in rows for name in row if name]
    samples = {match[2] or "" for match in apart if match}
    if samples != {""}:
        own = tuple(tuple(re.sub(r"_s\d+$", "", name) for name in row) for row in rows)
        return _common(own) + (samples.pop() if len(samples) == 1 else "")
    first = rows[0][0]
    match = re.fullmatch(r"(.+?)_?1(?:_1)?(_[a-z]+)?", first)
    single = len(rows) == len(rows[0]) == 1
    return first if single or match is None else match[1] + (match[2] or "")
