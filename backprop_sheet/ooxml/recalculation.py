"""Computes the values that a workbook does not store, with a spreadsheet engine.

IronCalc (the extra ``recalc``) gets every cell when the first value is missing. What it cannot
calculate is not the fault of whoever wrote the workbook: a value that is stored is taken instead,
and otherwise the workbook is not read.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from itertools import islice
from types import TracebackType
from typing import NoReturn, Self

from backprop_sheet.errors import InputError, shown
from backprop_sheet.ooxml.abilities import for_engine, is_error, is_unable, without_texts
from backprop_sheet.ooxml.addresses import LAST_COLUMN, Area, address
from backprop_sheet.ooxml.engine import Engine, Typed, is_installed
from backprop_sheet.ooxml.parsing import Unreadable
from backprop_sheet.ooxml.sheet import Row

LARGEST = 64_000_000
"""The most bytes of an unpacked workbook, all of which the engine gets: about 20,000 epochs."""
AT_ONCE = 2_000
"""Cells that the engine gets at once."""
BLOCK, MOST_BLOCKS = 5_000, 8
"""Values that the engine gives at once, and how often they are kept."""
MOST_OPERANDS = 100
"""The most cells of a reference that are looked at for an error or a text."""

Sheets = Callable[[], Iterator[tuple[str, Iterator[tuple[int, Row]]]]]
"""Reads the title and the rows of each sheet."""
Spot = tuple[int, int, int]
"""The sheet, row and column of a cell."""
Value = float | str | None

_REFERENCE = re.compile(
    r"(?:('(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?<![\w.$])(\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?)"
    r"(?![\w.(])"
)
"""A reference in a formula: the title of its sheet, if there is one, and its cells."""


class Recalculation:
    """A workbook that is recalculated when a value is first asked for.

    Attributes:
        used: whether a value was asked for.
    """

    def __init__(self, size: int, sheets: Sheets) -> None:
        """Start; nothing is read or calculated yet.

        Args:
            size: the bytes of the unpacked workbook.
            sheets: reads its sheets.
        """
        self._size, self._sheets = size, sheets
        self._titles: list[str] = []
        self._columns: dict[int, range] = {}  # those with formulas, by the number of their sheet
        self._block = lru_cache(MOST_BLOCKS)(self._read_block)
        self._cleared: set[Spot] = set()
        self.used = False

    def __enter__(self) -> Self:
        """Return this object."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine's process if it was started."""
        if engine := self.__dict__.get("_engine"):
            engine.end()

    def value(self, sheet: int, row: int, column: int) -> Value:
        """The value of a cell; sheets are counted from 0, rows and columns from 1.

        Raises:
            Unreadable: IronCalc is not installed, or cannot calculate the cell.
        """
        self.used = True
        assert self._engine  # the columns are known when it has got its cells
        columns = self._columns[sheet]
        rows = max(1, BLOCK // len(columns))
        value = self._block(sheet, row // rows, rows)[row % rows][columns.index(column)]
        if is_error(value):
            self._trace((sheet, row, column))
        return value

    def _read_block(self, sheet: int, number: int, rows: int) -> list[list[Value]]:
        """The values of some rows: asking for each cell would take ten times as long."""
        top = number * rows
        return self._engine.block(sheet, range(top, top + rows), self._columns[sheet])

    @cached_property
    def _engine(self) -> Engine:
        if not is_installed():
            from backprop_sheet.extras import install

            raise Unreadable(
                "has formulas without stored values: open and save it in a spreadsheet program, "
                f"or {install('recalc')}"
            )
        if self._size > LARGEST:
            raise Unreadable(
                "has formulas without stored values, and is too large to be recalculated "
                f"(over {LARGEST:,} bytes unpacked): open and save it in a spreadsheet program"
            )
        self._titles = [title for title, _ in self._sheets()]
        engine = Engine(self._titles)
        try:
            for number, (_, rows) in enumerate(self._sheets()):
                cells = _typed(rows)
                first, last = LAST_COLUMN, 1
                while some := list(islice(cells, AT_ONCE)):
                    engine.type(number, some)
                    columns = [column for _, column, formula, _ in some if formula is not None]
                    first, last = min([first, *columns]), max([last, *columns])
                self._columns[number] = range(first, last + 1)
            engine.calculate()
        except BaseException:
            engine.end()
            raise
        return engine

    def _trace(self, spot: Spot) -> None:
        """Follow an error to the cell that it comes from.

        Raises:
            Unreadable: it is an error of the engine's, not of the workbook's.
        """
        while spot not in self._cleared:
            self._cleared.add(spot)
            value, content = self._engine.cell(*spot)
            operands = [(s, self._engine.cell(*s)[0]) for s in self._operands(spot[0], content)]
            origin = next((s for s, operand in operands if is_error(operand)), None)
            if origin is None:
                text = any(isinstance(operand, str) for _, operand in operands)
                if isinstance(value, str) and is_unable(content, value, text=text):
                    self._refuse(spot, content)
                return
            spot = origin

    def _operands(self, sheet: int, content: str) -> Iterator[Spot]:
        """The cells that a formula refers to, a few of each reference."""
        if not content.startswith("="):
            return
        for title, reference in _REFERENCE.findall(without_texts(content)):
            plain = title.strip("'").replace("''", "'")
            if title and plain not in self._titles:
                continue
            number = self._titles.index(plain) if title else sheet
            with suppress(InputError):  # A0 is mistyped, and an error in every program
                area = Area.of(reference.upper())
                yield from ((number, *place) for place in islice(area.places(), MOST_OPERANDS))

    def _refuse(self, spot: Spot, content: str) -> NoReturn:
        sheet, row, column = spot
        raise Unreadable(
            f"cannot be recalculated: IronCalc cannot calculate {shown(content)} "
            f"({self._titles[sheet]}!{address(row, column)}); open the workbook in a spreadsheet "
            "program and save it there"
        )


def _typed(rows: Iterator[tuple[int, Row]]) -> Iterator[Typed]:
    """What to type into the cells of a sheet, for `Engine.type`."""
    for row, cells in rows:
        for column, cell in cells.items():
            formula = for_engine(cell.formula) if cell.formula else None  # a data table's is empty
            if formula is not None or cell.value is not None:
                yield row, column, formula, cell.value
