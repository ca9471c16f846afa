"""The grids of the tab Step: pictures, kernels, feature maps and matrices, and their gradients.

Each place is a cell with its number. A scale of colours, as conditional formats, shows how far a
number is from 0: blue above, red below. The gradients stand below, in the places of what they
belong to.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from math import ceil
from typing import NamedTuple

from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.step.plan import PLACE, fitting
from backprop_sheet.network import Group, Network
from backprop_sheet.network.grids import Grid, Picture, pictures
from backprop_sheet.network.groups import MATRIX
from backprop_sheet.ooxml.addresses import Area
from backprop_sheet.palette import ABOVE, BELOW, ZERO

TALL = 27
"""The height of a row with places, in pixels."""
LEAST = "1E-12"
"""Where the largest number of a scale is smaller, all places are white."""
MOST_AREAS = 100
"""The most grids that share a scale: a function takes 255 areas at most."""
MEMBERS = ("kernel", "bias", "map")
"""What a picture consists of, from left to right."""


class _Placed(NamedTuple):
    """A grid in the sheet: the row of its caption, its first column, and as a `_Member`."""

    grid: Grid
    row: int
    column: int
    scale: str
    uses: str


class _Member(NamedTuple):
    """A grid of a picture before it has a place.

    Attributes:
        grid: the grid.
        scale: its scale of colours, which other grids may share.
        caption: what stands above it.
        uses: of weights that are shared, by how many: 9 places.
    """

    grid: Grid
    scale: str
    caption: str
    uses: str = ""

    @property
    def columns(self) -> int:
        """The columns that it needs, with what is written above and below it."""
        texts = [self.caption, f"∂E/∂{self.grid.name}"]
        texts += [f"Σ over {self.uses}"] if self.uses else []
        return max(len(self.grid.rows[0]), *(ceil(fitting(text) / PLACE) for text in texts))


class Grids:
    """Writes grids into a sheet.

    Attributes:
        bottom: the last row that it used.
        cells: the cells of the sheet.
        lookup: gives the formula that finds a quantity's number.
    """

    def __init__(
        self, sheet: Worksheet, cells: Cells, network: Network, lookup: Callable[[str], str]
    ) -> None:
        """Start without grids; `lookup` gives the formula that finds a quantity's number."""
        self.bottom = 0
        self._sheet, self.cells, self._network, self.lookup = sheet, cells, network, lookup
        self._placed: list[_Placed] = []
        self._with_gradients: set[str] = set()
        self._top = self._down = 0

    def columns(self, groups: Sequence[Group]) -> int:
        """The columns that groups need."""
        widths = self._slots([list(self._members(g, p)) for g in groups for p in pictures(g)])
        return sum(widths.values()) + len(widths) - 1

    @staticmethod
    def _slots(found: list[list[tuple[tuple[str, int], "_Member"]]]) -> dict[tuple[str, int], int]:
        """What stands beside each other, from left to right, each with its columns."""
        widths: dict[tuple[str, int], int] = {}
        for slot, member in chain.from_iterable(found):
            widths[slot] = max(widths.get(slot, 0), member.columns)
        return dict(sorted(widths.items(), key=lambda item: (MEMBERS.index(item[0][0]), item[0])))

    def write(
        self, groups: Sequence[Group], numbers: Mapping[str, float], top: int, left: int
    ) -> None:
        """Write groups one below the other.

        Args:
            groups: groups that stand in rows and columns.
            numbers: the number of each quantity.
            top: the row of the first captions.
            left: the first column.
        """
        found = [list(self._members(g, p)) for g in groups for p in pictures(g)]
        columns = {}
        for slot, wide in self._slots(found).items():
            columns[slot] = left
            left += wide + 1
        for members in found:
            for slot, member in members:
                self._write(member, numbers, top, columns[slot])
            top += max(len(m.grid.rows) + bool(m.uses) for _, m in members) + 2
        self.bottom = max(self.bottom, top - 2)

    def _keep_together(self, placed: _Placed, row: int) -> None:
        """Have a grid stand on one printed page, with what is above and below it."""
        self.cells.keep_together(row, row + len(placed.grid.rows) + bool(placed.uses))

    def _write(self, member: _Member, numbers: Mapping[str, float], row: int, column: int) -> None:
        grid, cells = member.grid, self.cells
        self._placed.append(_Placed(grid, row, column, member.scale, member.uses))
        self._keep_together(self._placed[-1], row)
        cells.write(row, column, "step caption", member.caption)
        for name, place in _places(grid, row, column):
            if name in cells.addresses:  # a weight of two groups
                cells.write_formula(*place, "step place", cells.address_of(name), numbers[name])
            else:
                cells.write_named(name, *place, "step place", self.lookup(name), numbers[name])
        if member.uses:
            cells.write(row + len(grid.rows) + 1, column, "hint", f"in {member.uses}")

    def place_gradients(self, top: int, bottom: int) -> int:
        """Leave room for the gradients below what stands from one row to another.

        Returns:
            The row of the first captions; 0 if there are none.
        """
        self._with_gradients = {
            placed.scale
            for placed in self._placed
            if any(gradient_name(n) in self._network.quantities for n in placed.grid.names)
        }
        self._top = top
        self._down = bottom + 3 - top if self._with_gradients else 0
        self.bottom = self.bottom + self._down if self._down else bottom
        return top + self._down if self._down else 0

    def write_gradients(self) -> None:
        """Write the gradients into their places; their numbers have cells by now."""
        cells, network = self.cells, self._network
        shown = [placed for placed in self._placed if placed.scale in self._with_gradients]
        if shown:  # the title and, below it, the first ones
            first = min(placed.row for placed in shown)
            cells.keep_together(self._top + self._down - 1, first + self._down + 1)
        for placed in shown:
            row, column = placed.row + self._down, placed.column
            self._keep_together(placed, row)
            cells.write(row, column, "step caption", f"∂E/∂{placed.grid.name}")
            for name, place in _places(placed.grid, row, column):
                gradient = gradient_name(name)
                if gradient in cells.addresses:
                    text, value = cells.address_of(gradient), cells.values[gradient]
                    cells.write_formula(*place, "step slope", text, value)
                else:
                    cells.write(*place, "step slope", float(name in network.reaching))
            if placed.uses:
                below = row + len(placed.grid.rows) + 1
                cells.write(below, column, "hint", f"Σ over {placed.uses}")
        self._color()

    def _color(self) -> None:
        """Colour all grids of a scale from the same colours."""
        for scale in dict.fromkeys(placed.scale for placed in self._placed):
            own = [placed for placed in self._placed if placed.scale == scale]
            for rows in (0, self._down) if scale in self._with_gradients else (0,):
                areas = [_area(placed, rows) for placed in own]
                for first in range(0, len(areas), MOST_AREAS):
                    self._color_areas(areas[first : first + MOST_AREAS])

    def _color_areas(self, areas: list[Area]) -> None:
        cells = ",".join(area.absolute for area in areas)
        largest = f"MAX({LEAST},MAX({cells}),-MIN({cells}))"
        rule = ColorScaleRule(
            start_type="formula",
            start_value=f"-{largest}",
            start_color=f"FF{BELOW}",
            mid_type="num",
            mid_value=0,
            mid_color=f"FF{ZERO}",
            end_type="formula",
            end_value=largest,
            end_color=f"FF{ABOVE}",
        )
        self._sheet.conditional_formatting.add(" ".join(area.reference for area in areas), rule)

    def _members(self, group: Group, picture: Picture) -> Iterator[tuple[tuple[str, int], _Member]]:
        """The grids of a picture, each with what it is and which of these."""
        first = group.units[0].sum
        abreast = self._network.design.abreast
        several = "steps" if abreast == 1 else "samples"
        matrix = len(group.shape) == MATRIX
        reaching = sum(unit.sum in self._network.reaching for unit in picture.units)
        places = f"{len(picture.units)} places"
        if reaching < len(picture.units):  # what pooling leaves out
            places = f"{reaching} of {places}"
        uses = f"{group.shape[0]} {several}" if matrix else places
        uses += f" of {abreast} samples" if abreast > 1 and not matrix else ""
        for number, grid in enumerate(picture.kernels):
            yield ("kernel", number), _Member(grid, f"{first} kernel", grid.name, uses)
        if picture.biases:
            yield ("bias", 0), _Member(picture.biases, f"{first} bias", picture.biases.name)
        for number, grid in enumerate(picture.maps):
            caption = self._caption(group, picture, number)
            yield ("map", number), _Member(grid, f"{first} map {number}", caption)

    def _caption(self, group: Group, picture: Picture, number: int) -> str:
        """What a map is: c1 = Σ w·i + b1, a_c1 = relu(c1)."""
        name, unit = picture.maps[number].name, picture.units[0]
        if number:
            short = self._network.derived[unit.quantities[number]].short
            return f"{name} = {short.replace(unit.sum, picture.maps[0].name)}" if short else name
        if group.meaning or not unit.links:
            return f"{name}: {group.meaning}" if group.meaning else name
        link = unit.links[0]
        product = f"{link.weight[0]}·{_without_place(link.signal)}"
        several = "Σ " if max(len(unit.links) for unit in picture.units) > 1 else ""
        bias = ""
        if picture.biases:
            bias = f" + {picture.biases.name if len(picture.biases.names) == 1 else 'b'}"
        return f"{name} = {several}{product}{bias}"


def _without_place(name: str) -> str:
    """A name without its place and its sample: a_c of a_c2_1_3, y_n of y1_2_n_s4."""
    whole = re.sub(r"_s\d+$", "", name)
    return re.sub(r"_?\d[\d_]*(?=_[a-z]|$)", "", whole)


def _places(grid: Grid, row: int, column: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each name of a grid with its cell; the caption is in the row above the first."""
    for below, names in enumerate(grid.rows, start=1):
        for beside, name in enumerate(names):
            if name:
                yield name, (row + below, column + beside)


def _area(placed: _Placed, down: int) -> Area:
    """The cells of a grid."""
    top, left, rows = placed.row + down + 1, placed.column, placed.grid.rows
    return Area(left, top, left + len(rows[0]) - 1, top + len(rows) - 1)
