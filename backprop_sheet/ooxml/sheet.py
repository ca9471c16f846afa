"""Reads the cells of a sheet from its XML, row by row, with both formulas and stored values.

Formats, shapes and everything else that is not the content of a cell are skipped. A row is yielded
as soon as it ends, so a long sheet needs no more memory than a short one.
"""

from collections.abc import Callable, Iterator
from math import isfinite
from string import digits
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.utils.datetime import from_ISO8601, to_excel

from backprop_sheet.errors import InputError, shown
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, address, column_of
from backprop_sheet.ooxml.archive import Archive
from backprop_sheet.ooxml.parsing import Attributes, Unreadable, check_depth, local
from backprop_sheet.ooxml.shared import SharedFormula

LONGEST = 32_767
"""The most characters in a cell."""
LARGEST_ROW = 2_000_000
"""The most characters in the texts and formulas of a row: ten times what any table has."""
MOST_SHARED = 20_000_000
"""The most characters in all shared formulas."""
MOST_IN_ARRAY = 2_000
"""The most cells of an array formula that are read as having a formula."""
PER_CELL = 50
"""Characters that a cell counts for in addition to its content."""


class Cell(NamedTuple):
    """The content of a cell.

    Attributes:
        value: its number or text; None where a formula has no stored value.
        formula: its formula without the ``=``, with plain references for names; or None.
        typed: the formula as it was typed, where that is something else.
    """

    value: float | str | None
    formula: str | None = None
    typed: str | None = None


Row = dict[int, Cell]
"""The cells of a row that are not empty, by column counted from 1."""


def size_of(cell: Cell) -> int:
    """The memory that a cell takes, counted in characters."""
    return (
        PER_CELL + len(cell.formula or "") + (len(cell.value) if isinstance(cell.value, str) else 0)
    )


class SheetReader:
    """Reads the rows of a sheet."""

    def __init__(self, strings: Callable[[], list[str]], count: Callable[[int], None]) -> None:
        """Start.

        Args:
            strings: reads the workbook's table of texts; called when that is needed.
            count: called regularly with how many elements were read; an exception that it raises
                ends the reading.
        """
        self._strings, self._count = strings, count
        self._elements = 0
        self._shared: dict[str, SharedFormula] = {}
        self._arrays: list[tuple[Area, str]] = []
        self._left = MOST_SHARED
        self._ended: list[tuple[int, Row]] = []
        self._depth = self._number = self._column = self._size = 0
        self._inside = False
        self._row: Row = {}
        self._cell: Attributes = {}
        self._formula: Attributes | None = None
        self._texts: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._ignored: list[str] = []  # receives pronunciations

    def rows(self, archive: Archive, name: str) -> Iterator[tuple[int, Row]]:
        """The rows that are not empty, each with its number, from the top.

        Args:
            archive: the file of the workbook.
            name: the name of the sheet's part.

        Raises:
            Unreadable: the part is not a sheet as spreadsheet programs write it.
        """
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        for _ in archive.parse(name, parser):
            self._count(self._elements)
            self._elements = 0
            yield from self._ended
            self._ended.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        self._elements += 1
        tag = local(name)
        if not self._inside:
            self._inside = tag == "sheetData"
            check_depth(self._depth)
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag in {"f", "v", "t"}:
            self._formula = attributes if tag == "f" else self._formula
            if self._into is not self._ignored:
                self._into = self._texts.setdefault(tag, [])
        elif tag == "rPh":
            self._into = self._ignored
        elif tag == "row":
            self._begin_row(attributes.get("r"))
        else:
            check_depth(self._depth)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._inside:
            return
        match local(name):
            case "c":
                self._end_cell()
            case "f" | "v" | "t" if self._into is not self._ignored:
                self._into = None
            case "rPh":
                self._into = None
            case "row":
                self._spread_arrays()
                if self._row:
                    self._ended.append((self._number, self._row))
                self._row = {}
            case "sheetData":
                self._inside = False

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)
            self._size += len(text)
            if self._size > LARGEST_ROW:
                raise Unreadable(
                    f"row {self._number} is too long: {LARGEST_ROW:,} characters are read at most"
                )

    def _begin_row(self, number: str | None) -> None:
        above = self._number
        self._number = _row_number(number) if number else above + 1
        self._column = self._size = 0
        if not above < self._number <= LAST_ROW:
            raise Unreadable(f"broken: row {self._number} follows row {above}")

    def _begin_cell(self, attributes: Attributes) -> None:
        name = attributes.get("r")
        try:
            self._column = column_of(name.rstrip(digits)) if name else self._column + 1
        except ValueError:
            raise Unreadable(f"broken: there is no column in {shown(name)}") from None
        if self._column > LAST_COLUMN:
            raise Unreadable(f"broken: a cell right of the last column in row {self._number}")
        self._cell = attributes
        self._formula = None
        if self._texts:
            self._texts = {}

    def _end_cell(self) -> None:
        if self._formula is None and not self._texts:
            return
        kind = self._cell.get("t", "n")
        text = self._content("t" if kind == "inlineStr" else "v")
        value = self._value(kind, text) if text else None
        if self._formula is not None:
            self._row[self._column] = Cell(value, self._formula_text(self._formula))
        elif value is not None:
            self._row[self._column] = Cell(value)

    def _content(self, tag: str) -> str:
        """The text of the cell's elements with a name."""
        text = "".join(self._texts.get(tag, ()))
        if len(text) > LONGEST:
            where = address(self._number, self._column)
            raise Unreadable(
                f"cell {where} holds {len(text):,} characters; {LONGEST:,} are the most"
            )
        return text

    def _value(self, kind: str, text: str) -> float | str | None:
        """The value of a cell, from its type and text."""
        strings = self._strings() if kind == "s" else []
        try:
            match kind:
                case "n":
                    number = float(text) + 0.0  # a -0.0 becomes 0.0, as no spreadsheet shows it
                    return number if isfinite(number) else text
                case "s":
                    return strings[int(text)] or None
                case "b":
                    return str(text not in {"0", "false"})
                case "d":
                    return float(to_excel(from_ISO8601(text)))
        except (ValueError, IndexError, TypeError, OverflowError):
            what = f"{shown(text)} as a value of kind {shown(kind)}"
            where = address(self._number, self._column)
            raise Unreadable(f"broken: cell {where} has {what}") from None
        return text

    def _formula_text(self, formula: Attributes) -> str:
        """The cell's own formula, or a shared one moved to this cell."""
        text = self._content("f")
        if formula.get("t") == "array":
            self._begin_array(formula.get("ref", ""), text)
        if formula.get("t") != "shared":
            return text
        place = self._number, self._column
        group = formula.get("si", "")
        if shared := self._shared.get(group):
            self._count(shared.length)
            return shared.at(*place)
        self._left -= len(text)
        if self._left < 0:
            raise Unreadable(f"too many formulas: {MOST_SHARED:,} characters are read at most")
        if text:
            self._shared[group] = SharedFormula(text, place)
        return text

    def _begin_array(self, reference: str, text: str) -> None:
        """Note an array formula that fills several cells."""
        try:
            area = Area.of(reference)
        except InputError:
            return
        if 1 < area.size <= MOST_IN_ARRAY and area.size * len(text) <= LARGEST_ROW:
            self._arrays.append((area, text))

    def _spread_arrays(self) -> None:
        """Give each cell of an array formula its own: one number of what the formula gives."""
        for area, text in self._arrays:
            for column in range(area.left, area.right + 1):
                cell = self._row.get(column, Cell(None))
                place = f"{self._number - area.top + 1},{column - area.left + 1}"
                self._row[column] = Cell(cell.value, f"INDEX({text},{place})", text)
        self._arrays = [entry for entry in self._arrays if entry[0].bottom > self._number]


def _row_number(text: str) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise Unreadable(f"broken: there is no row {shown(text)}") from None
