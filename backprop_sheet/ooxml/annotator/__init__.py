"""A workbook's copy with cells coloured and commented, and all else of it as it was.

openpyxl would lose what it does not know: shapes, most of charts, newer kinds of formatting. So the
few parts that change are spliced.
"""

import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path

from backprop_sheet.errors import InputError, WriteError, shown
from backprop_sheet.ooxml import archive as office
from backprop_sheet.ooxml.addresses import place_of
from backprop_sheet.ooxml.annotator import sealing
from backprop_sheet.ooxml.annotator.comments import comment, draw
from backprop_sheet.ooxml.annotator.formats import Formats
from backprop_sheet.ooxml.annotator.sheet import Layout, colour
from backprop_sheet.ooxml.seal import replacing_workbook
from backprop_sheet.ooxml.splice import Package, link_of, linked

Notes = Mapping[str, Mapping[str, str]]
"""Comments by the sheet's title and the cell (``Z33``)."""
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),  # the archive is
    *(
        ValueError,
        OverflowError,
        LookupError,
        StopIteration,
    ),  # something in it is not as it has to be
)


def annotate(
    source: Path,
    target: Path,
    notes: Notes,
    opened: Collection[tuple[str, str]] = (),
    *,
    force: bool = False,
) -> None:
    """Write a copy of a workbook in which some cells are coloured and commented.

    Everything else stays byte for byte as it is, but for a seal among the document's properties by
    which the copy is known. A comment that a cell already has keeps its text,
    and the new one follows it; a threaded comment stays as it is, and Excel shows that one.

    Args:
        source: the workbook, .xlsx or .xlsm; it is only read.
        target: where the copy goes.
        notes: the comments.
        opened: the sheets and cells whose comments are shown without being pointed at.
        force: whether a workbook may be replaced that a person has changed.

    Raises:
        InputError: the source is no workbook, or has no such sheet or cell; or the target is it.
        WriteError: the copy cannot be written, or a workbook there is not as it was written.
    """
    if source.resolve() == target.resolve() or (target.exists() and target.samefile(source)):
        raise InputError(f"{target} is the workbook itself: a copy needs another name")
    try:
        with office.opened(source), zipfile.ZipFile(source) as archive:
            package = Package(archive)
            _annotate(package, notes, opened)
            room = sealing.room(package)
            with replacing_workbook(target, force=force) as draft:
                package.write(draft, room, sealing.put)
    except WriteError:
        raise
    except InputError as error:
        raise type(error)(f"{source}: {error}") from None
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror or error}") from None
    except _BROKEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"{source} is no workbook, or a broken one: {reason}") from None


def _annotate(package: Package, notes: Notes, opened: Collection[tuple[str, str]]) -> None:
    book = linked(package, "", "officeDocument")
    if book is None:
        raise InputError("there is no workbook in it")
    sheets = _sheets(package, book)
    formats = Formats(package, book)
    for title, cells in notes.items():
        if title not in sheets:
            raise InputError(f"there is no sheet {shown(title)} with cells")
        if cells:
            base, sheet = sheets[title]
            by_place = {place_of(cell): cell for cell in cells}
            ordered = dict(sorted(by_place.items()))
            layout = Layout(package.part(sheet))
            colour(package.part(sheet), layout, formats, ordered)
            texts = {cell: _clean(cells[cell]) for cell in ordered.values()}
            full = comment(package, sheet, base, texts)
            shown_at = {place_of(cell) for cell in full if (title, cell) in opened}
            boxes = {place_of(cell): text for cell, text in full.items()}
            draw(package, sheet, base, layout, boxes, shown_at)


def _sheets(package: Package, book: str) -> dict[str, tuple[str, str]]:
    """The sheets with cells by their titles: how types of their links start, and the part."""
    links, sheets = package.links(book), {}
    for element in package.part(book).elements():
        if element.path == "workbook/sheets/sheet":
            kind, part = links[link_of(element)]
            if kind.endswith("/worksheet"):
                sheets[element.attributes["name"]] = kind.removesuffix("/worksheet"), part
    return sheets


def _clean(text: str) -> str:
    """A text that XML can hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
