"""How much work a workbook may cause; counted and never timed, so no machine changes a verdict.

Reading counts XML elements: a cell of a table earns more than it takes, all else draws on a
reserve, and a file that exhausts it is refused. Comparing formulas and looking for causes count
what they compute. Each table earns its share, and may draw on what the workbook has left. Where
that ends, the cells that were not looked into are counted in the report.
"""

from typing import NamedTuple

from backprop_sheet.ooxml.archive import Unreadable


class Limit(NamedTuple):
    """How much of one kind of work there may be.

    Attributes:
        reserve: for the whole workbook.
        share: what each column, or each cell, of a table adds.
    """

    reserve: int
    share: int


ELEMENTS = Limit(2_200_000, 60)
"""XML elements that are read, and what each cell of a table adds: it takes 2 to 4, and its formula
may have to be moved from another cell's."""
STEPS = Limit(2_000_000, 300)
"""Operations computed and characters read to compare formulas, and what each column of a table
adds: the program's own take 150 to 300 for each column."""
TRIES = Limit(200_000, 5)
"""Changes that are tried to explain wrong formulas, and what each column of a table adds. A formula
that no change explains takes 2,000 to 6,000."""


class Effort:
    """Work of one kind, and how much is left of it."""

    def __init__(self, limit: Limit) -> None:
        """Begin with the whole reserve."""
        self._left, self._share = limit.reserve, limit.share

    def earn(self, times: int) -> None:
        """Add the share of so many columns or cells."""
        self._left += times * self._share

    def spend(self, amount: int) -> None:
        """Count work that is done."""
        self._left -= amount

    @property
    def exhausted(self) -> bool:
        """Whether more was done than there was to do."""
        return self._left < 0


class Reading(Effort):
    """The reading of a workbook."""

    def __init__(self) -> None:
        """Begin to read."""
        super().__init__(ELEMENTS)

    def count(self, elements: int) -> None:
        """Count what was read.

        Raises:
            Unreadable: it is too much.
        """
        self.spend(elements)
        if self.exhausted:
            raise Unreadable(
                f"holds too much that is no table: {ELEMENTS.reserve:,} elements are read at most"
            )
