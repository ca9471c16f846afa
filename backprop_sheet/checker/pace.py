"""The time that reading a workbook may take: much for its tables, little for anything else.

It is the processor's time, so a busy machine makes nothing unreadable.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

from backprop_sheet.ooxml.archive import Unreadable

PATIENCE = 3.0
"""Seconds for all that is no table: some 300,000 cells."""
EXPLAINING = 3.0
"""Seconds in which causes of wrong formulas are looked for; a hard one takes half a second."""
FOR_A_CELL = 1e-4
"""Seconds more for each cell of a table, ten times what it takes."""


class Pace:
    """How fast a workbook is read; judging its tables does not count."""

    def __init__(self) -> None:
        """Begin now."""
        self._begin = process_time()
        self._allowed = PATIENCE
        self._explaining = EXPLAINING

    @property
    def hurried(self) -> bool:
        """Whether formulas are no longer looked into: there is no end of different ones."""
        return self._explaining < 0

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Time in which formulas are looked into."""
        begin = process_time()
        try:
            yield
        finally:
            self._explaining -= process_time() - begin

    def look(self) -> None:
        """See whether it takes too long.

        Raises:
            Unreadable: it does.
        """
        if process_time() - self._begin > self._allowed:
            raise Unreadable("takes too long to read: it holds too much that is no table")

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Time that does not count."""
        begin = process_time()
        yield
        self._allowed += process_time() - begin

    def earn(self, cells: int) -> None:
        """Allow more time, for so many cells of a table."""
        self._allowed += FOR_A_CELL * cells
