"""An Office file that somebody else made, read within bounds: a zip archive of XML parts.

Its directory is looked over before any part is read. Parts are inflated piece by piece, as far as
they claim and no further, and XML has no document type, so no entities that grow. Links are
followed to parts of the same archive only. Knows no spreadsheets.
"""

import copy
import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from xml.parsers import expat

from backprop_sheet.errors import InputError, shown

LARGEST = 4_000_000_000
"""Bytes of all parts: a sheet of as many epochs as there are rows takes 2 to 3.5 billion."""
LARGEST_PART = 32_000_000
"""Bytes of a part that is kept whole, such as the formats; the largest known have 5 million."""
MOST_PARTS = 10_000
"""Parts; a workbook of 255 tables, the most that the program itself writes, has about 800."""
LARGEST_DIRECTORY = 2_000_000
"""Bytes of the archive's directory: 10,000 parts with names of 150 characters."""
DENSEST, SMALL = 100, 10_000_000
"""How many bytes one may stand for, in parts above so many bytes: long tables have about 20."""
DEEPEST = 100
"""Elements within elements; sheets have 10 or so."""
LONGEST_TAG = 1_000_000
"""Bytes of a tag with its attributes."""
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error),
    *(NotImplementedError, RuntimeError, ValueError),
)
"""What zipfile raises for an archive that is damaged."""
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
_KNOWN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Unreadable(InputError):
    """A file cannot be read: what it is, and what to do."""


class _File(io.FileIO):
    """A file of which no large piece is read at once, as only a hostile directory would be."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_DIRECTORY:
            raise Unreadable(f"its directory of parts takes {size:,} bytes, which no workbook has")
        return super().read(size)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive."""
    if not path.is_file() and path.exists():  # a pipe would be waited for
        return False
    with _File(path) as file:
        return zipfile.is_zipfile(file)


@contextmanager
def opened(path: Path) -> Iterator["Archive"]:
    """An Office file, its directory looked over.

    Raises:
        Unreadable: it is none that can be read safely: while opening it, or while reading on.
    """
    try:
        with _File(path) as file, zipfile.ZipFile(file) as archive:
            yield Archive(archive)
    except InputError:
        raise
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    except BROKEN as error:
        raise Unreadable(f"broken: {str(error)[:200] or 'cut short'}") from None


class Archive:
    """The parts of an Office file.

    Attributes:
        names: their names.
        size: the bytes of all of them, as they claim.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Look over the directory.

        Raises:
            Unreadable: it holds what no Office file does.
        """
        self._archive = archive
        entries = archive.infolist()
        self.names = [entry.filename for entry in entries]
        self.size = sum(entry.file_size for entry in entries)
        self._by_name = {name.lower(): name for name in self.names}  # names of parts know no case
        if len(entries) > MOST_PARTS:
            raise Unreadable(f"{len(entries):,} parts; {MOST_PARTS:,} are read at most")
        if len(self._by_name) < len(entries):
            raise Unreadable("broken: two parts have the same name")
        for entry in entries:
            _refuse_odd(entry)
        if self.size > LARGEST:
            raise Unreadable(f"{self.size:,} bytes when unpacked; {LARGEST:,} are read at most")
        ordered = sorted(entries, key=lambda entry: entry.header_offset)
        for one, other in pairwise(ordered):
            if one.header_offset + one.compress_size > other.header_offset:
                raise Unreadable(f"broken: its part {shown(other.filename)} overlaps another")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name

    def _real(self, name: str) -> str:
        return self._by_name[name.lower()]

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, inflated piece by piece.

        Raises:
            Unreadable: there is none, or it holds another number of bytes than it claims.
        """
        if name not in self:
            raise Unreadable(f"broken: there is no part {shown(name)}")
        entry = copy.copy(self._archive.getinfo(self._real(name)))
        claimed, there = entry.file_size, 0
        entry.file_size = LARGEST + 1  # or else what is there besides would not be seen
        with self._archive.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                there += len(piece)
                if there > claimed:
                    break
                yield piece
        if there != claimed:
            raise Unreadable(f"broken: its part {shown(name)} is not of the size it claims")

    def read(self, name: str) -> bytes:
        """A part that is no sheet.

        Raises:
            Unreadable: there is none, it is too large, or broken.
        """
        found = bytearray()
        for piece in self.pieces(name):
            found += piece
            if len(found) > LARGEST_PART:
                raise _too_large(name)
        return bytes(found)

    def parse(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Have a parser go through a part; control comes back after each piece of it.

        Raises:
            Unreadable: it is no XML that an Office file has.
        """
        parser.StartDoctypeDeclHandler = lambda *_: _refuse_document_type(name)
        parser.buffer_text = True
        fed = 0
        try:
            for piece in self.pieces(name):
                parser.Parse(piece)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise Unreadable(
                        f"a tag in its part {shown(name)} has over {LONGEST_TAG:,} bytes"
                    )
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Unreadable(f"broken: its part {shown(name)} is no XML: {error}") from None
        yield

    def elements(self, name: str) -> Iterator[tuple[str, dict[str, str], str]]:
        """The elements of a part that is no sheet, in the order in which they end.

        Yields:
            Of each its name without a prefix, its attributes, and the text that stands last in it.
        """
        parser, found, open_ = expat.ParserCreate(), list[tuple[str, dict[str, str], str]](), []
        text: list[str] = []
        if name in self and self._archive.getinfo(self._real(name)).file_size > LARGEST_PART:
            raise _too_large(name)

        def start(_: str, attributes: dict[str, str]) -> None:
            open_.append(attributes)
            text.clear()

        def end(tag: str) -> None:
            found.append((tag.rpartition(":")[2], open_.pop(), "".join(text)))

        bounded(parser, start, end)
        parser.CharacterDataHandler = text.append
        for _ in self.parse(name, parser):
            yield from found
            found.clear()

    @staticmethod
    def links_of(source: str) -> str:
        """The part that holds the links of another."""
        folder, name = posixpath.split(source)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def links(self, source: str) -> dict[str, tuple[str, str]]:
        """The links of a part, as id → kind and part linked to; the archive's own under "".

        Whatever leads out of the archive, to a file or an address, is no link here.
        """
        folder, place = posixpath.dirname(source), self.links_of(source)
        if place not in self:
            return {}
        found = {}
        for tag, link, _ in self.elements(place):
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))[1:]
            if tag == "Relationship" and link.get("TargetMode") != "External" and target in self:
                kind = link.get("Type", "").rpartition("/")[2]
                found[link.get("Id", "")] = (kind, self._real(target))
        return found

    def linked(self, source: str, kind: str) -> str | None:
        """The part of a kind that a part links to."""
        return next((part for word, part in self.links(source).values() if word == kind), None)


def bounded(
    parser: expat.XMLParserType,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
) -> None:
    """Have a parser call these for each element, and refuse elements nested too deeply."""
    depth = 0

    def go_in(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(f"it has elements in elements over {DEEPEST} deep, as no workbook has")
        start(name, attributes)

    def go_out(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    parser.StartElementHandler, parser.EndElementHandler = go_in, go_out


def _refuse_odd(entry: zipfile.ZipInfo) -> None:
    """Refuse a part that no spreadsheet program writes."""
    name, size = entry.filename, entry.file_size
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        raise Unreadable(f"broken: the name of its part {shown(name)} leads out of the archive")
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted: save it without a password")
    if entry.compress_type not in _KNOWN:
        raise Unreadable(f"broken: its part {shown(name)} is packed in a way that no workbook is")
    if size > max(SMALL, DENSEST * entry.compress_size):
        packed = f"from {entry.compress_size:,} to {size:,} bytes"
        raise Unreadable(f"its part {shown(name)} would unpack {packed}, as in a zip bomb")


def _too_large(name: str) -> Unreadable:
    return Unreadable(
        f"its part {shown(name)} is too large: {LARGEST_PART:,} bytes are read at most"
    )


def _refuse_document_type(name: str) -> None:
    """Its entities could grow without bound, or name other files."""
    raise Unreadable(f"its part {shown(name)} has a document type, which no workbook has")
