"""Where everything stands in the tab of the network: sections from left to right, maps in bands.

A section belongs to a stage. Each of its blocks is one map with the kernels that make it. Cells are
small squares, all alike. On the left, a panel with the picture stays in sight. Knows no formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from operator import methodcaller

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.model import SIZE
from backprop_sheet.mnist.stages import Convolution, Stage
from backprop_sheet.ooxml.addresses import LAST_COLUMN, Area

CELL = 12
"""Width and height of a cell in pixels."""
TITLE, NOTE, TOP, BOTTOM = 1, 3, 5, 72
"""Rows: the title of a section, what it is, its first band and its last row."""
LABEL = 2
"""The rows of a line of text."""
ABOVE = LABEL + 1
"""The rows above a map: its label, and an empty one, as a window may reach one row beyond."""
CHARACTER = 6.2
"""The width of a character of a label, in pixels."""
LABELS = {"": 8, "b": 18, "bst": 36}
"""The characters of a label, by the constants that it tells."""
LEAST = 26
"""The least width of a section, so that its title can be read."""

INPUT = Area(2, TOP + ABOVE, 1 + SIZE, TOP + ABOVE + SIZE - 1)
"""The picture."""
PANEL = INPUT.right + 1
"""The last column of the panel."""
ANSWER = Area(INPUT.left, 37, INPUT.right, 39)
CHART = Area(INPUT.left, 41, INPUT.right, 55)
LINKS, LINKS_BESIDE = 57, 3
"""The first row of the links to the sections, and how many stand in a row."""
PEEK = 70
"""The row where the value of any cell can be looked up."""
WIDE = 7
"""The columns of a number that is to be read."""


@dataclass(frozen=True)
class Block:
    """A map and what makes it.

    Attributes:
        label: the cells of its label.
        map: the cells of its values.
        kernels: the cells of each kernel; kernel j takes map j of the section before.
        constants: the cells of b, s and t, as far as it has them.
    """

    label: Area
    map: Area
    kernels: tuple[Area, ...] = ()
    constants: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Section:
    """What belongs to a stage: its first and last column, and its blocks from top to bottom."""

    left: int
    right: int
    blocks: tuple[Block, ...]

    @property
    def breaks(self) -> list[int]:
        """The first columns of its columns of blocks: no page should end between others."""
        return sorted({block.label.left for block in self.blocks})

    def line(self, row: int) -> Area:
        """The cells of a line of text over the whole section."""
        return Area(self.left, row, self.right, row + LABEL - 1)


@dataclass(frozen=True)
class _Form:
    """The form of a block: a map, and kernels beside it.

    Attributes:
        height, width: of the map.
        count, side: how many kernels there are, and how wide each of them is.
        beside: how many kernels stand in a row.
        constants: which constants it has.
    """

    height: int
    width: int
    count: int = 0
    side: int = 0
    beside: int = 1
    constants: str = ""

    @property
    def pitch(self) -> int:
        """The distance between two kernels: there is a gap, unless they are single cells."""
        return self.side + (self.side > 1)

    @property
    def rows(self) -> int:
        """The rows of a block and of the empty ones around it."""
        down = ceil(self.count / self.beside)
        kernels = LABEL + down * self.pitch if self.count else 0
        return ABOVE + max(self.height, kernels) + 1

    @property
    def columns(self) -> int:
        """The columns of a block and of the empty ones to its right."""
        kernels = 1 + max(min(self.beside, self.count) * self.pitch, 3) if self.count else 0
        label = ceil(LABELS[self.constants] * CHARACTER / CELL)
        return max(self.width + kernels, label) + 2

    @property
    def down(self) -> int:
        """How many blocks stand one below the other; 0 if there is no room for one."""
        return (BOTTOM - TOP + 1) // self.rows

    def block(self, left: int, top: int) -> Block:
        """The block whose label begins in a cell."""
        first, beside = top + ABOVE, left + self.width + 1
        kernels = []
        for number in range(self.count):
            down, right = divmod(number, self.beside)
            row, column = first + LABEL + down * self.pitch, beside + right * self.pitch
            kernels.append(Area(column, row, column + self.side - 1, row + self.side - 1))
        return Block(
            Area(left, top, left + self.columns - 3, top + LABEL - 1),
            Area(left, first, left + self.width - 1, first + self.height - 1),
            tuple(kernels),
            tuple((first, beside + number) for number in range(len(self.constants))),
        )

    def breadth(self, maps: int) -> int:
        """The columns of so many blocks."""
        return ceil(maps / self.down) * self.columns

    def section(self, maps: int, left: int) -> Section:
        """So many blocks, one below the other and then in the next columns."""
        across = ceil(maps / self.down)
        down = ceil(maps / across)
        blocks = tuple(
            self.block(left + number // down * self.columns, TOP + number % down * self.rows)
            for number in range(maps)
        )
        return Section(left, left + max(self.breadth(maps) - 2, LEAST) - 1, blocks)


def sections(stages: Sequence[Stage]) -> list[Section]:
    """The sections of a network: the normalised image, each stage, and at last softmax.

    Raises:
        InputError: a sheet has too few columns for them.
    """
    found = [_Form(SIZE, SIZE).section(1, PANEL + 3)]
    taken = 1
    for stage in stages:
        maps, height, width = stage.shape
        left = found[-1].right + 4
        if isinstance(stage, Convolution):
            constants = "bst" if stage.normalised else "b"
            side = stage.weights.shape[-1]
            rows = range(1, taken + 1)
            forms = (_Form(height, width, taken, side, kernels, constants) for kernels in rows)
            form = min((one for one in forms if one.down), key=methodcaller("breadth", maps))
        else:
            form = _Form(height, width)
        found.append(form.section(maps, left))
        taken = maps
    left = found[-1].right + 4
    found.append(Section(left, left + 4 * (WIDE + 1), ()))
    if found[-1].right > LAST_COLUMN:
        raise InputError(
            f"this network is too large for a sheet: it takes {found[-1].right:,} columns of at "
            f"most {LAST_COLUMN:,}"
        )
    return found


def table(section: Section, rows: int) -> Iterator[list[Area]]:
    """The cells of softmax's table, row by row: four of them, each of several columns.

    Formulas and the chart take whole columns of it, so it has no rows between those with numbers.
    """
    for row in range(TOP + 1, TOP + 1 + rows):
        lefts = (section.left + column * (WIDE + 1) for column in range(4))
        yield [Area(left, row, left + WIDE - 1, row) for left in lefts]
