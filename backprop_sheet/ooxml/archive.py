"""Reads an untrusted Office file, which is a zip archive of XML parts, within limits.

The archive's directory is checked before any part is read. A part is unpacked piece by piece, and
only up to the size that the directory gives. Links are followed only to parts of the same archive.
Knows nothing of spreadsheets.
"""

import copy
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from xml.parsers import expat

from backprop_sheet.errors import InputError, shown
from backprop_sheet.ooxml.links import Link, linked_part, part_of_links, read_links
from backprop_sheet.ooxml.parsing import Attributes, Unreadable, local, nested, parse

__all__ = ["Archive", "BoundedFile", "Unreadable", "is_archive", "opened"]

LARGEST = 4_000_000_000
"""The most bytes of all parts: a sheet with an epoch in every row has 2 to 3.5 billion."""
LARGEST_PART = 32_000_000
"""The most bytes of a part that is read whole, such as the formats; known ones have 5 million."""
MOST_PARTS = 10_000
"""The most parts; the program's own workbooks have up to 800, with 255 tables."""
LARGEST_DIRECTORY = 2_000_000
"""The most bytes of the directory: room for 10,000 parts with names of 150 characters."""
DENSEST, SMALL = 100, 10_000_000
"""The most bytes that one packed byte may unpack to, in parts above a size; tables reach 20."""
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error),
    *(NotImplementedError, RuntimeError, ValueError),
)
"""The errors that zipfile raises for a damaged archive."""
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""The compression methods of Office files."""


class BoundedFile(io.FileIO):
    """A file that refuses to read very large pieces, which only a hostile directory asks for."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read a number of bytes.

        Raises:
            Unreadable: the number is too large.
        """
        if size is not None and size > LARGEST_DIRECTORY:
            raise Unreadable(f"its list of parts takes {size:,} bytes, more than any workbook's")
        return super().read(size)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive."""
    if not path.is_file() and path.exists():  # opening a pipe would wait
        return False
    with BoundedFile(path) as file:
        return zipfile.is_zipfile(file)


@contextmanager
def opened(path: Path) -> Iterator["Archive"]:
    """Open an Office file for reading.

    Raises:
        Unreadable: the file cannot be read safely; raised on opening it or later, while reading.
    """
    try:
        with BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
            yield Archive(archive)
    except InputError:
        raise
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    except DAMAGED as error:
        raise Unreadable(f"broken: {str(error)[:200] or 'cut short'}") from None


class Archive:
    """The parts of an Office file; their names are not case-sensitive.

    Attributes:
        names: the names of the parts, in the order of the archive.
        size: the bytes of all parts when unpacked, according to the directory.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Check the archive's directory.

        Raises:
            Unreadable: it lists what no Office file has.
        """
        self._archive = archive
        entries = archive.infolist()
        self.names = [entry.filename for entry in entries]
        self.size = sum(entry.file_size for entry in entries)
        self._by_name = {name.lower(): name for name in self.names}
        if len(entries) > MOST_PARTS:
            raise Unreadable(f"{len(entries):,} parts; {MOST_PARTS:,} are read at most")
        if len(self._by_name) < len(entries):
            raise Unreadable("broken: two parts have the same name")
        for entry in entries:
            _check_entry(entry)
        if self.size > LARGEST:
            raise Unreadable(f"{self.size:,} bytes when unpacked; {LARGEST:,} are read at most")
        ordered = sorted(entries, key=lambda entry: entry.header_offset)
        for one, other in pairwise(ordered):
            if one.header_offset + one.compress_size > other.header_offset:
                raise Unreadable(f"broken: its part {shown(other.filename)} overlaps another")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name

    def entry(self, name: str) -> zipfile.ZipInfo:
        """The directory's entry for a part; a copy, which may be changed.

        Raises:
            Unreadable: there is no such part.
        """
        if name not in self:
            raise Unreadable(f"broken: there is no part {shown(name)}")
        return copy.copy(self._archive.getinfo(self._by_name[name.lower()]))

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece.

        Raises:
            Unreadable: there is no such part, or its size is not what the directory says.
        """
        entry = self.entry(name)
        claimed, there = entry.file_size, 0
        entry.file_size = LARGEST + 1  # zipfile would silently stop at the claimed size
        with self._archive.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                there += len(piece)
                if there > claimed:
                    break
                yield piece
        if there != claimed:
            raise Unreadable(f"broken: its part {shown(name)} is not of the size it claims")

    def read(self, name: str, most: int = LARGEST_PART) -> bytes:
        """A whole part of up to `most` bytes.

        Raises:
            Unreadable: there is no such part, it is too large, or damaged.
        """
        found = bytearray()
        for piece in self.pieces(name):
            found += piece
            if len(found) > most:
                raise _too_large(name, most)
        return bytes(found)

    def parse(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Feed a part to a parser, and yield after each piece.

        Raises:
            Unreadable: there is no such part, it is not XML, or has what no Office file has.
        """
        return parse(parser, name, self.pieces(name))

    def elements(self, name: str) -> Iterator[tuple[str, Attributes, str]]:
        """The elements of a part in the order in which they end.

        Yields:
            The name without a prefix, the attributes, and the last text in the element.

        Raises:
            Unreadable: there is no such part, it is too large, not XML, or has what no Office
                file has.
        """
        found: list[tuple[str, Attributes, str]] = []
        opened: list[Attributes] = []
        text: list[str] = []
        if name in self and self.entry(name).file_size > LARGEST_PART:
            raise _too_large(name, LARGEST_PART)

        def start(_: str, attributes: Attributes) -> None:
            opened.append(attributes)
            text.clear()

        def end(name: str) -> None:
            found.append((local(name), opened.pop(), "".join(text)))

        parser = nested(start, end)
        parser.CharacterDataHandler = text.append
        for _ in self.parse(name, parser):
            yield from found
            found.clear()

    def links(self, source: str) -> dict[str, Link]:
        """The links of a part by their ids; the links of the file itself are those of ``""``.

        Only links to parts of this archive are returned: nothing outside is ever opened.
        """
        place = part_of_links(source)
        if place not in self:
            return {}
        elements = ((name, attributes) for name, attributes, _ in self.elements(place))
        return {
            identity: Link(link.type, self._by_name[link.part.lower()])
            for identity, link in read_links(source, elements).items()
            if link.part in self
        }

    def linked(self, source: str, kind: str) -> str | None:
        """The name of the first part that another one links to by a link of a kind."""
        return linked_part(self.links(source), kind)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that no spreadsheet program writes."""
    name, size = entry.filename, entry.file_size
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        raise Unreadable(f"broken: the name of its part {shown(name)} leads out of the archive")
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted: save it without a password")
    if entry.compress_type not in _PACKED:
        raise Unreadable(f"broken: its part {shown(name)} is packed in a way that no workbook uses")
    if size > max(SMALL, DENSEST * entry.compress_size):
        packed = f"from {entry.compress_size:,} to {size:,} bytes"
        raise Unreadable(f"its part {shown(name)} would unpack {packed}, as in a zip bomb")


def _too_large(name: str, most: int) -> Unreadable:
    return Unreadable(f"its part {shown(name)} is too large: {most:,} bytes are read at most")
