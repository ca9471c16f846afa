"""The columns of the tab Step: how wide each is, and where the parts of the tab stand.

There are two plans. Where every factor of the chain rule is short, the tab is made of blocks: a
name and its number, six blocks beside each other. Otherwise it has names, results and what the
table has on the left, and narrow columns on their right: a place of a grid takes one, other texts
several.
"""

from functools import cached_property
from math import ceil

from backprop_sheet.exporter.lettering import PADDING, text_width
from backprop_sheet.exporter.step.equations import Columns

LABEL, WIDTH, FACTOR, GAP, PLACE = 132, 116, 190, 16, 40
"""The widths of columns in pixels: of names, of numbers, of factors, between blocks, of the places
of a grid."""
WIDEST_FACTOR, WIDEST_LABEL = 192, 240
"""The most pixels of a factor's text, with which three are printed at 6 points, and of a name."""
BLOCKS, CHAIN = 6, 3
"""The blocks beside each other, and how many factors of a chain are."""
LIMIT = 1400
"""The pixels at which the places of grids, in letters of 9 points, are printed at 6 points."""
RESULT, CHECKED, BESIDE = 2, 3, 5
"""Where chains are sums: the columns of results and of the table's, and the first narrow one."""
VALUE = 3
"""The narrow columns that a number outside of grids takes."""


def block_column(number: int) -> int:
    """The first of a block's two columns; a narrow column follows each block."""
    return 1 + 3 * number


class Blocks:
    """The plan for short factors."""

    in_factors = True

    def __init__(self, factor: float) -> None:
        """Plan for factors up to a width in pixels."""
        self._factor = max(FACTOR, ceil(factor + PADDING))
        self.columns = Columns(
            block_column(1), block_column(3), block_column(5), block_column(5) + 1
        )

    def width(self, column: int) -> int:
        """The width of a column in pixels."""
        if column == 1:
            return LABEL
        factors = range(block_column(1), block_column(CHAIN) + 1, 3)
        return GAP if column % 3 == 0 else self._factor if column in factors else WIDTH


class Beside:
    """The plan for chains that are sums, and for grids."""

    in_factors = False

    def __init__(self, names: list[str], labels: list[str]) -> None:
        """Plan for the names of quantities, and for the labels of equations."""
        self._label = min(WIDEST_LABEL, max(LABEL, *(fitting(text) for text in labels)))
        self.name = min(
            WIDEST_LABEL // PLACE, max(VALUE, *(ceil(fitting(n) / PLACE) for n in names))
        )
        self.most = BESIDE - 1

    @cached_property
    def columns(self) -> Columns:
        """Where the parts of an equation stand."""
        half = (self.last - BESIDE + 1) // 2
        return Columns(BESIDE, BESIDE + half, self.last, RESULT)

    @property
    def last(self) -> int:
        """The last column that a page has room for, in letters of 6 points."""
        taken = self._label + 2 * WIDTH + GAP
        return BESIDE - 1 + (LIMIT - taken) // PLACE

    def width(self, column: int) -> int:
        """The width of a column in pixels."""
        if column == 1:
            return self._label
        return WIDTH if column <= CHECKED else GAP if column < BESIDE else PLACE


Plan = Blocks | Beside


def fitting(text: str) -> int:
    """The width of a column in which a text fits, in pixels."""
    return ceil(text_width(text, bold=True) + PADDING)
