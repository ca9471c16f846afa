"""The cells of a sheet, read from its XML row by row: formula and stored value at once.

Only what a cell holds is read: formats, shapes, links and all else are passed over. A row is given
on as soon as it has ended, so a long sheet takes no more room than a short one.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import isfinite
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.formula.translate import Translator
from openpyxl.utils.datetime import from_ISO8601, to_excel

from backprop_sheet.errors import shown
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, address, column_of
from backprop_sheet.ooxml.archive import DEEPEST, Archive, Unreadable, bounded

LONGEST = 32_767
"""Characters that a cell can hold."""
LARGEST_ROW = 2_000_000
"""Characters of the texts and formulas of a row, ten times the most that tables have."""
MOST_TEXTS = 20_000_000
"""Characters of the table of texts that cells share, and of formulas that they share."""


class Cell(NamedTuple):
    """What a cell holds.

    Attributes:
        value: its number or text; None where a formula has no stored value.
        formula: its formula without the ``=``, or None.
    """

    value: float | str | None
    formula: str | None = None


Row = dict[int, Cell]
"""The cells of a row that hold something, by their column counted from 1."""


def weight(cell: Cell) -> int:
    """How much room a cell takes, in characters."""
    return 50 + len(cell.formula or "") + (len(cell.value) if isinstance(cell.value, str) else 0)


def texts(archive: Archive, name: str) -> list[str]:
    """The table of texts that cells share.

    Raises:
        Unreadable: it is broken, or too large.
    """
    found: list[str] = []
    parts: list[str] = []
    taken, size = [False], 0
    parser = expat.ParserCreate()

    def start(name: str, _: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        taken.append(tag == "t" or (taken[-1] and tag != "rPh"))
        if tag == "si":
            parts.clear()

    def end(name: str) -> None:
        taken.pop()
        if name.rpartition(":")[2] == "si":
            found.append("".join(parts))

    bounded(parser, start, end)
    parser.CharacterDataHandler = lambda text: parts.append(text) if taken[-1] else None
    known = 0
    for _ in archive.parse(name, parser):
        size += sum(map(len, found[known:])) + 50 * (len(found) - known)
        known = len(found)
        if size + sum(map(len, parts)) > MOST_TEXTS:
            raise Unreadable(f"too much text: {MOST_TEXTS:,} characters are read at most")
    return found


class SheetReader:
    """Reads the rows of a sheet."""

    def __init__(self, shared_texts: Callable[[], list[str]], look: Callable[[], None]) -> None:
        """Begin.

        Args:
            shared_texts: gives the texts that cells share, when one is first needed.
            look: called every now and then; what it raises ends the reading.
        """
        self._shared_texts, self._look = shared_texts, look
        self._shared: dict[str, Translator] = {}
        self._room = MOST_TEXTS
        self._ready: list[tuple[int, Row]] = []
        self._depth = self._number = self._column = self._size = 0
        self._inside = False
        self._row: Row = {}
        self._cell: dict[str, str] = {}
        self._formula: dict[str, str] | None = None
        self._texts: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._ignored: list[str] = []  # how a text is pronounced

    def rows(self, archive: Archive, name: str) -> Iterator[tuple[int, Row]]:
        """The rows of a part that hold something, each with its number, from the top.

        Raises:
            Unreadable: it is no sheet, or one that no spreadsheet program writes.
        """
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        for _ in archive.parse(name, parser):
            self._look()
            yield from self._ready
            self._ready.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        tag = _local(name)
        if not self._inside:
            self._inside = tag == "sheetData"
            if self._depth > DEEPEST:
                raise Unreadable(f"elements stand in elements over {DEEPEST} deep")
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
        elif self._depth > DEEPEST:
            raise Unreadable(f"elements stand in elements over {DEEPEST} deep")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._inside:
            return
        match _local(name):
            case "c":
                self._end_cell()
            case "f" | "v" | "t" if self._into is not self._ignored:
                self._into = None
            case "rPh":
                self._into = None
            case "row":
                if self._row:
                    self._ready.append((self._number, self._row))
                self._row = {}
            case "sheetData":
                self._inside = False

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)
            self._size += len(text)
            if self._size > LARGEST_ROW:
                raise Unreadable(
                    f"row {self._number} holds over {LARGEST_ROW:,} characters, too many to be read"
                )

    def _begin_row(self, number: str | None) -> None:
        above = self._number
        self._number = _whole(number) if number else above + 1
        self._column = self._size = 0
        if not above < self._number <= LAST_ROW:
            raise Unreadable(f"broken: row {self._number} stands below row {above}")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = _column(place.rstrip("0123456789")) if place else self._column + 1
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
        said = self._said("t" if kind == "inlineStr" else "v")
        value = self._value(kind, said) if said else None
        if self._formula is not None:
            self._row[self._column] = Cell(value, self._formula_text(self._formula))
        elif value is not None:
            self._row[self._column] = Cell(value)

    def _said(self, tag: str) -> str:
        text = "".join(self._texts.get(tag, ()))
        if len(text) > LONGEST:
            where = address(self._number, self._column)
            raise Unreadable(
                f"cell {where} holds {len(text):,} characters; {LONGEST:,} are the most"
            )
        return text

    def _value(self, kind: str, said: str) -> float | str | None:
        try:
            match kind:
                case "n":
                    number = float(said)
                    return number if isfinite(number) else said
                case "s":
                    return self._shared_texts()[int(said)] or None
                case "b":
                    return str(said not in {"0", "false"})
                case "d":
                    return float(to_excel(from_ISO8601(said)))
        except (ValueError, IndexError, TypeError, OverflowError):
            what = f"{shown(said)} as a value of kind {shown(kind)}"
            where = address(self._number, self._column)
            raise Unreadable(f"broken: cell {where} has {what}") from None
        return said

    def _formula_text(self, formula: dict[str, str]) -> str:
        """A formula as it is written, or as it is shared with cells that have the same."""
        text = self._said("f")
        if formula.get("t") != "shared":
            return text
        place = address(self._number, self._column)
        group = formula.get("si", "")
        if group in self._shared:
            self._look()
            return str(self._shared[group].translate_formula(place))[1:]
        self._room -= len(text)
        if self._room < 0:
            raise Unreadable(f"too many formulas: {MOST_TEXTS:,} characters are read at most")
        if text:
            self._shared[group] = Translator(f"={text}", place)
        return text


@lru_cache(1000)
def _local(name: str) -> str:
    """An element's name without a prefix."""
    return name.rpartition(":")[2]


@lru_cache(LAST_COLUMN)
def _column(letters: str) -> int:
    try:
        return column_of(letters)
    except ValueError:
        raise Unreadable(f"broken: there is no column {shown(letters)}") from None


def _whole(number: str) -> int:
    try:
        return int(float(number))
    except (ValueError, OverflowError):
        raise Unreadable(f"broken: there is no row {shown(number)}") from None
