"""A file of separated values, read so that single cells can be replaced and all else stays.

Every cell knows where it stands in the text. A file that is filled in keeps encoding, delimiter,
quotes, line ends, order and blank lines of the file that was read, to the byte.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.errors import InputError

LARGEST = 50_000_000
"""The most bytes that are read; a gradebook of 5,000 students with 100 columns has 5 million."""
MOST_CELLS = 2_000_000
DELIMITERS = ",;\t"
_BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_LINE_END = re.compile(r"\r\n|\n|\r")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])(?:\r\n|\n|\r)", re.IGNORECASE)
"""What Excel takes the delimiter from, and some programs write above the header."""


class Cell(NamedTuple):
    """A cell of the text.

    Attributes:
        text: what it says, without quotes.
        start: where it begins in the file's text, its quotes included.
        end: where it ends.
    """

    text: str
    start: int
    end: int


class Row(NamedTuple):
    """A row with something in it.

    Attributes:
        line: the line it begins in, counted from 1.
        cells: its cells.
    """

    line: int
    cells: tuple[Cell, ...]

    def text(self, column: int | None) -> str:
        """What a column says, without spaces around it; empty if there is no such cell."""
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column].text.strip()


@dataclass(frozen=True)
class CsvText:
    """The text of a file, and its rows.

    Attributes:
        content: the text, without the mark of its byte order.
        encoding: how it is written.
        bom: that mark; empty if there is none.
        delimiter: what stands between cells; empty if there is one column only.
        rows: the rows that are not blank, the header first.
    """

    content: str
    encoding: str
    bom: bytes
    delimiter: str
    rows: tuple[Row, ...]

    @property
    def header(self) -> Row:
        """The first row."""
        return self.rows[0]

    @cached_property
    def titles(self) -> list[str]:
        """The titles of the columns."""
        return [cell.text.strip() for cell in self.header.cells]

    @property
    def students(self) -> tuple[Row, ...]:
        """The rows below the header."""
        return self.rows[1:]

    def filled(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The file with some cells replaced.

        Args:
            texts: what a cell is to say, by the index of its row in `rows` and its column. A
                character that the file's encoding lacks is written as HTML writes it.
        """
        pieces, reached = [], 0
        widths: dict[int, int] = {}
        for (row, column), text in sorted(texts.items()):
            cells = self.rows[row].cells
            width = widths.setdefault(row, len(cells))
            quoted = missing = ""
            if column < width:
                _, start, end = cells[column]
                quoted = self.content[start : start + 1]
            else:  # the row was cut short
                start = end = cells[-1].end
                missing = self.delimiter * (column - width + 1)
                widths[row] = column + 1
            new = self._quoted(text, always=quoted == '"')
            pieces += [self.content[reached:start], missing, new]
            reached = end
        pieces.append(self.content[reached:])
        return self.bom + "".join(pieces).encode(self.encoding, "xmlcharrefreplace")

    def _quoted(self, text: str, *, always: bool) -> str:
        special = {'"', "\r", "\n", *self.delimiter}
        if always or special.intersection(text):
            return '"' + text.replace('"', '""') + '"'
        return text


def read(path: Path) -> CsvText:
    """Read a file of separated values: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.

    Raises:
        InputError: it cannot be read, is no text, or has no row.
    """
    content, encoding, bom = _decoded(path, _bytes_of(path))
    separator = _SEPARATOR_LINE.match(content)
    delimiter = separator[1] if separator else _delimiter(content)
    rows = _rows(path, content, delimiter, separator.end() if separator else 0)
    if not rows:
        raise InputError(f"{path} is empty")
    return CsvText(content, encoding, bom, delimiter, rows)


def _bytes_of(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # opening a pipe would wait
        raise InputError(f"{path} is no file: a CSV file is needed")
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} is too large: {LARGEST:,} bytes are read at most")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


def _decoded(path: Path, data: bytes) -> tuple[str, str, bytes]:
    """The text, its encoding, and the mark of its byte order."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"{path} is a workbook or an archive: save the list as CSV")
    bom = next((bom for bom in _BOMS if data.startswith(bom)), b"")
    encodings = [_BOMS[bom]] if bom else ["utf-8", "cp1252"]
    if not bom and b"\0" in data:
        encodings = ["utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"]
    for encoding in encodings:
        try:
            content = data[len(bom) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in content:
            return content, encoding, bom
    raise InputError(f"{path} is no CSV file: it is not text in UTF-8, UTF-16 or Windows-1252")


def _delimiter(content: str) -> str:
    """The delimiter that most often stands in the header, outside of quotes; empty if none does."""
    line = re.sub(r'"[^"]*"', "", content.lstrip("\r\n \t"), count=1000)
    line = _LINE_END.split(line, maxsplit=1)[0]
    best = max(DELIMITERS, key=line.count)
    return best if best in line else ""


def _rows(path: Path, content: str, delimiter: str, at: int) -> tuple[Row, ...]:
    """The rows that are not blank, as Python's csv reads them."""
    plain = re.compile(f"[^{delimiter}\r\n]*")
    quoted = re.compile(f'"((?:[^"]|"")*+)"({plain.pattern})')
    rows: list[Row] = []
    cells: list[Cell] = []
    count = 0
    line = begun = 1 + len(_LINE_END.findall(content, 0, at))
    while at < len(content) or cells:
        if content.startswith('"', at):
            found = quoted.match(content, at)
            if not found:
                raise InputError(f"{path}, line {line}: the quote that opens there never closes")
            text = found[1].replace('""', '"') + found[2]
            line += len(_LINE_END.findall(found[0]))
        else:
            found = plain.match(content, at)
            assert found
            text = found[0]
        count += 1
        if count > MOST_CELLS:
            raise InputError(f"{path} is too large: {MOST_CELLS:,} cells are read at most")
        cells.append(Cell(text, at, found.end()))
        at = found.end()
        if delimiter and content.startswith(delimiter, at):
            at += 1
            continue
        if any(cell.text.strip() for cell in cells):
            rows.append(Row(begun, tuple(cells)))
        cells = []
        if end := _LINE_END.match(content, at):
            at = end.end()
            line += 1
        begun = line
    return tuple(rows)
