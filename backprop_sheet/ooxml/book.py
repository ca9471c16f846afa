"""Reads a workbook: its sheets with their rows of cells, and its defined names.

Formulas come with plain references in place of names. Nothing in the file is run, and no link out
of it is followed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.errors import InputError
from backprop_sheet.ooxml import archive as office
from backprop_sheet.ooxml.archive import Archive, Unreadable
from backprop_sheet.ooxml.links import TYPES, link_named
from backprop_sheet.ooxml.names import Names, Table
from backprop_sheet.ooxml.recalculation import Recalculation
from backprop_sheet.ooxml.sheet import Cell, Row, SheetReader
from backprop_sheet.ooxml.strings import read_strings

SUFFIXES = (".xlsx", ".xlsm")
"""The kinds of file that are read; macros are never run."""
OTHERS = (".xls", ".xlsb", ".ods", ".fods", ".numbers", ".gsheet", ".csv", ".tsv")
"""Other kinds of spreadsheet, which are reported but not read."""
_CSV = "no workbook but a CSV, which keeps no formulas: open it, and save it as .xlsx"
_PICTURE = "a picture, not a workbook"
_SAID = {
    ".csv": _CSV,
    ".tsv": _CSV,
    ".fods": "an OpenDocument file: save it as .xlsx",
    ".gsheet": "a link to Google Sheets: download it there as .xlsx",
    ".numbers": "a document of Numbers: export it there as .xlsx",
    ".toml": "a network file, not a workbook: --network takes it",
    ".pdf": "a PDF, not a workbook",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"), _PICTURE),
}
"""What to say of a file that is no workbook, by its suffix."""
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
"""The first bytes of a workbook of Excel 97 to 2003 or with a password, and of a zip archive."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PER_SHEET = 1_000
"""Elements that a sheet counts for besides its own."""
_MOST_SEARCHED = 64_000_000
"""The most bytes of such a file that are searched for signs of a password."""


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Attributes:
        title: its title.
        rows: pairs of row number and row, from the top. They can be read only once.
        recalculated: computes the value of a formula, given its row and column.
    """

    title: str
    rows: Iterator[tuple[int, Row]]
    recalculated: Callable[[int, int], float | str | None]

    def valued(self, cell: Cell, row: int, column: int) -> Cell:
        """The cell with its stored value or, if it has none, with a recalculated one."""
        if cell.value is not None or cell.formula is None:
            return cell
        value = self.recalculated(row, column)
        return cell._replace(value=value + 0.0 if isinstance(value, float) else value)  # no -0.0


class Book(NamedTuple):
    """A workbook.

    Attributes:
        sheets: its sheets, including hidden ones. Each has to be read before the next.
        defined: the references with a defined name, by that name in lower case.
        recalculation: computes the values that are not stored.
    """

    sheets: Iterator[Sheet]
    defined: dict[str, str]
    recalculation: Recalculation


@contextmanager
def opened(path: Path, count: Callable[[int], None]) -> Iterator[Book]:
    """Open a workbook to read its sheets in order.

    Args:
        path: the file.
        count: called regularly with how many elements were read; an exception that it raises ends
            the reading.

    Raises:
        Unreadable: the file cannot be read; raised on opening it or later, while reading rows.
    """
    _refuse_other_kinds(path)
    try:
        with office.opened(path) as archive:
            _refuse_other_archives(archive)
            contents = _Contents(archive)
            with Recalculation(archive.size, contents.typed) as recalculation:
                yield Book(contents.sheets(recalculation, count), contents.defined, recalculation)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file can cause any error
        raise Unreadable(f"broken: {type(error).__name__}: {str(error)[:200]}") from None


class _Contents:
    """What the parts of a workbook hold.

    Attributes:
        defined: the references with a defined name, by that name in lower case.
    """

    def __init__(self, archive: Archive) -> None:
        part = archive.linked("", "officeDocument")
        if part is None:
            raise Unreadable("broken: there is no workbook in it")
        self._archive = archive
        self._links = archive.links(part)
        self._listed: list[tuple[str, str | None]] = []
        self._names: dict[str, str] = {}
        self._local: dict[str, dict[str, str]] = {}
        self._on_load = False
        for tag, attributes, text in archive.elements(part):
            if tag == "sheet":
                found = self._links.get(link_named(attributes))
                sheet_part = found.part if found and found.kind == "worksheet" else None
                self._listed.append((attributes.get("name", ""), sheet_part))
            elif tag == "definedName":
                sheet, name = attributes.get("localSheetId"), attributes.get("name", "").casefold()
                names = self._names if sheet is None else self._local.setdefault(sheet, {})
                names[name] = text
            elif tag == "calcPr":
                self._on_load = attributes.get("fullCalcOnLoad") in {"1", "true"}
        self.defined = {name: text for name, text in self._names.items() if ":" not in text}
        strings = archive.linked(part, "sharedStrings")
        self._strings = cache(lambda: read_strings(archive, strings) if strings else [])

    def sheets(self, recalculation: Recalculation, count: Callable[[int], None]) -> Iterator[Sheet]:
        """The sheets, in order; charts that have a tab of their own are none."""
        for number, (title, part) in enumerate(self._listed):
            count(PER_SHEET)
            if part:
                rows = self._rows(number, part, count)
                yield Sheet(title, rows, partial(recalculation.value, number))

    def typed(self) -> Iterator[tuple[str, Iterator[tuple[int, Row]]]]:
        """The title and the rows of every tab, all of them once more, to recalculate them."""
        for number, (title, part) in enumerate(self._listed):
            yield title, self._rows(number, part, lambda _: None) if part else iter(())

    def _rows(
        self, number: int, part: str, count: Callable[[int], None]
    ) -> Iterator[tuple[int, Row]]:
        """The rows of a sheet, its formulas with plain references in place of names."""
        defined = self._names | self._local.get(str(number), {})
        names = Names(self._listed[number][0], defined, self._tables)
        rows = SheetReader(self._strings, count).rows(self._archive, part)
        if not (defined or self._tables or self._on_load):
            yield from rows
            return
        for row, cells in rows:
            for column, cell in cells.items():
                if cell.formula is not None:
                    cells[column] = self._as_typed(cell, names.plain(cell.formula, row))
            yield row, cells

    def _as_typed(self, cell: Cell, plain: str) -> Cell:
        """A formula's cell with plain references, and without a value that was never computed.

        Libraries that compute nothing store 0 for each formula, and have it computed on opening.
        """
        value = None if self._on_load and cell.value == 0 else cell.value
        typed = cell.typed or (cell.formula if plain != cell.formula else None)
        return Cell(value, plain, typed)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        """The tables of all sheets, by their names in lower case."""
        found: dict[str, Table] = {}
        for title, part in self._listed:
            for link in self._archive.links(part).values() if part else ():
                if link.kind == "table":
                    found |= self._table(title, link.part)
        return found

    def _table(self, title: str, part: str) -> dict[str, Table]:
        columns: list[str] = []
        for tag, attributes, _ in self._archive.elements(part):
            if tag == "tableColumn":
                columns.append(attributes.get("name", ""))
            elif tag == "table":
                with suppress(InputError, ValueError):
                    name = attributes.get("displayName", attributes.get("name", ""))
                    return {name.casefold(): Table.of(title, attributes, columns)}
        return {}


def _refuse_other_kinds(path: Path) -> None:
    """Refuse a file that is not a zip archive, and say what it is."""
    try:
        if not path.is_file():
            raise Unreadable("a folder" if path.is_dir() else "no file of this name")
        with path.open("rb") as file:
            start = file.read(8)
            if start == _OLE:
                if _ENCRYPTED in file.read(_MOST_SEARCHED):
                    raise Unreadable("encrypted: save it without a password")
                raise Unreadable("a workbook of Excel 97 to 2003: save it as .xlsx")
        suffix, is_archive = path.suffix.lower(), office.is_archive(path)
        if suffix in _SAID and (suffix == ".numbers" or not is_archive):
            raise Unreadable(_SAID[suffix])
        if not is_archive:
            if not start:
                raise Unreadable("an empty file")
            if start.startswith(_ZIP):
                raise Unreadable("cut short or damaged: copy or download it again")
            raise Unreadable(
                "not a workbook, or a damaged one: .xlsx is a zip archive, this is not"
            )
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None


def _refuse_other_archives(archive: Archive) -> None:
    """Refuse a zip archive that is not an .xlsx, and say what it is."""
    if "mimetype" in archive and b"opendocument" in next(archive.pieces("mimetype"), b"")[:99]:
        raise Unreadable("an OpenDocument file: save it as .xlsx")
    if "xl/workbook.bin" in archive:
        raise Unreadable("a binary workbook (.xlsb): save it as .xlsx")
    if TYPES not in archive:
        raise Unreadable("a zip archive, but not a workbook")
