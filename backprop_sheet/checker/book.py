"""Somebody's workbook as rows of cells, each with its formula and its stored value.

openpyxl reads it twice side by side, row by row: once for formulas, once for values. Knows no
network. Nothing in the file is run, and nothing it points to is opened.
"""

import datetime as dt
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.datetime import to_excel

from backprop_sheet.checker.recalculation import Recalculation, Unreadable
from backprop_sheet.errors import InputError

SUFFIXES = (".xlsx", ".xlsm")
"""The kinds of file that are read; a macro in one is never run."""
OTHERS = (".xls", ".xlsb", ".ods", ".numbers", ".gsheet")
"""Spreadsheets of other kinds, which are named and not read."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


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


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Attributes:
        title: its title.
        rows: pairs of row number and row, from the top; to be read once.
        recalculated: the value of a formula by its row and column, where none is stored.
    """

    title: str
    rows: Iterator[tuple[int, Row]]
    recalculated: Callable[[int, int], float | str | None]

    def valued(self, cell: Cell, row: int, column: int) -> Cell:
        """The cell with a value: its own, or what its formula gives."""
        if cell.value is not None or cell.formula is None:
            return cell
        return Cell(self.recalculated(row, column), cell.formula)


class Book(NamedTuple):
    """A workbook.

    Attributes:
        sheets: its sheets, hidden ones too, each to be read once and in turn.
        defined: the names that are defined for single cells, in lower case, and their cells.
        recalculation: what gives the values that are not stored.
    """

    sheets: Iterator[Sheet]
    defined: dict[str, str]
    recalculation: Recalculation


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """A workbook, to be read from its first sheet to its last.

    Raises:
        Unreadable: it is no workbook that can be read, while opening it or while reading on.
    """
    _refuse_other_kinds(path)
    books: list[Any] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out is not looked at here
            for values in (False, True):
                books.append(  # noqa: PERF401 - the first has to be closed if the second fails
                    openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
                )
            for book in books:  # a number in a date's format stays the number that it is
                book._date_formats, book._timedelta_formats = set(), set()  # noqa: SLF001
            recalculation = Recalculation(path)
            formulas, computed = books
            sheets = _sheets(formulas, computed, recalculation)
            yield Book(sheets, _defined(formulas), recalculation)
    except InputError:
        raise
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever it stumbles over
        raise Unreadable(f"broken: {type(error).__name__}: {error}") from None
    finally:
        for book in books:
            book.close()


def _sheets(formulas: Any, values: Any, recalculation: Recalculation) -> Iterator[Sheet]:
    numbers = {title: number for number, title in enumerate(formulas.sheetnames)}
    for written, computed in zip(formulas.worksheets, values.worksheets, strict=True):
        recalculated = partial(recalculation.value, numbers[written.title])
        yield Sheet(written.title, _rows(written, computed), recalculated)


def _defined(book: Any) -> dict[str, str]:
    return {
        name.casefold(): defined.attr_text
        for name, defined in book.defined_names.items()
        if defined.attr_text and ":" not in defined.attr_text
    }


def _refuse_other_kinds(path: Path) -> None:
    """Say what a file is that no one should try to read as an .xlsx."""
    try:
        with path.open("rb") as file:
            begin = file.read(8)
            if begin == _OLE:
                if _ENCRYPTED in file.read():
                    raise Unreadable("encrypted: save it without a password")
                raise Unreadable("a workbook of Excel 97 to 2003: save it as .xlsx")
        if not zipfile.is_zipfile(path):
            if path.suffix.lower() == ".gsheet":
                raise Unreadable("a link to Google Sheets: download it there as .xlsx")
            raise Unreadable("no workbook, or a broken one: .xlsx is a zip archive, this is not")
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:99]:
                raise Unreadable("an OpenDocument file: save it as .xlsx")
    except zipfile.BadZipFile as error:
        raise Unreadable(f"broken: {error}") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    if "xl/workbook.bin" in names:
        raise Unreadable("a binary workbook (.xlsb): save it as .xlsx")
    if "[Content_Types].xml" not in names:
        raise Unreadable("a zip archive, but no workbook")


def _rows(formulas: Any, values: Any) -> Iterator[tuple[int, Row]]:
    for sheet in (formulas, values):
        sheet.reset_dimensions()  # what a sheet claims as its size is often far too much
    for written, computed in zip(formulas.iter_rows(), values.iter_rows(), strict=True):
        row: Row = {}
        number = 0
        for cell, valued in zip(written, computed, strict=True):
            if cell.value is None:
                continue
            number = cell.row
            if cell.data_type == "f":
                text = str(getattr(cell.value, "text", cell.value) or "").removeprefix("=")
                row[cell.column] = Cell(_plain(valued.value), text)
            else:
                row[cell.column] = Cell(_plain(cell.value))
        if row:
            yield number, row


def _plain(value: Any) -> float | str | None:
    """A number as a number, also where a date's format hides it; anything else as text."""
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        value = to_excel(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None if value is None else str(value)
