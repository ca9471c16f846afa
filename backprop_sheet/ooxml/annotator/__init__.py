"""Copies a workbook with some cells coloured and commented, and keeps everything else.

openpyxl would lose what it does not know: shapes, most of charts, newer kinds of formatting. So a
few parts are changed in a few places, and all others are copied.

cells     colours the cells of a sheet
formats   the cell formats of a workbook, and red versions of them
comments  adds comments, and the boxes that show them
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from backprop_sheet.errors import InputError, WriteError, shown
from backprop_sheet.ooxml import archive as office
from backprop_sheet.ooxml.addresses import address, place_of
from backprop_sheet.ooxml.annotator.cells import Layout, colour
from backprop_sheet.ooxml.annotator.comments import add_comments, draw_boxes
from backprop_sheet.ooxml.annotator.formats import Formats
from backprop_sheet.ooxml.links import Link, link_named
from backprop_sheet.ooxml.package import Package
from backprop_sheet.ooxml.parsing import holdable
from backprop_sheet.ooxml.seal import replacing_workbook, write_sealed

Notes = Mapping[str, Mapping[str, str]]
"""Comments by the sheet's title and the cell (``Z33``)."""
_BROKEN = (*office.DAMAGED, OverflowError, LookupError, StopIteration)
"""The errors that a damaged archive or part leads to."""


def annotate(
    source: Path,
    target: Path,
    notes: Notes,
    opened: Collection[tuple[str, str]] = (),
    *,
    force: bool = False,
) -> None:
    """Write a copy of a workbook in which some cells are coloured and commented.

    All other bytes stay the same, except that the document's properties get a seal by which the
    program recognises the copy. If a cell has a comment already, the new text is appended to it. A
    threaded comment is not changed, and Excel shows that one.

    Args:
        source: the workbook, .xlsx or .xlsm; it is only read.
        target: the file to write.
        notes: the comments.
        opened: pairs of sheet and cell whose comments are always visible.
        force: whether to replace a workbook that somebody has edited, or that seems to be open.

    Raises:
        InputError: the source is not a workbook, has no such sheet or cell, or is the target.
        WriteError: the copy cannot be written, seems to be open, or somebody has edited it.
    """
    if source.resolve() == target.resolve() or (target.exists() and target.samefile(source)):
        raise InputError(f"{target} is the workbook itself: a copy needs another name")
    try:
        with office.opened(source) as archive:
            package = Package(archive)
            _annotate(package, notes, opened)
            with replacing_workbook(target, force=force) as draft:
                write_sealed(package, draft)
    except WriteError:
        raise
    except InputError as error:
        raise type(error)(f"{source}: {error}") from None
    except _BROKEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"{source} is not a workbook, or a damaged one: {reason}") from None


def _annotate(package: Package, notes: Notes, opened: Collection[tuple[str, str]]) -> None:
    book = package.linked("", "officeDocument")
    if book is None:
        raise InputError("there is no workbook in it")
    sheets = _sheets(package, book)
    formats = Formats(package, book)
    for title, cells in notes.items():
        if title not in sheets:
            raise InputError(f"there is no sheet {shown(title)} with cells")
        if cells:
            marked = {(title, cell) for cell in cells} & set(opened)
            _annotate_sheet(package, sheets[title], formats, cells, {cell for _, cell in marked})


def _annotate_sheet(
    package: Package,
    sheet: Link,
    formats: Formats,
    notes: Mapping[str, str],
    opened: Collection[str],
) -> None:
    part = package.part(sheet.part)
    layout = Layout(part)
    places = sorted(map(place_of, notes))
    colour(part, layout, formats, places)
    texts = {place: holdable(notes[address(*place)].replace("\r\n", "\n")) for place in places}
    full = add_comments(package, sheet, texts)
    draw_boxes(package, sheet, layout, full, set(map(place_of, opened)))


def _sheets(package: Package, book: str) -> dict[str, Link]:
    """The links to the sheets with cells, by their titles."""
    links, sheets = package.links(book), {}
    for element in package.part(book).elements():
        link = links.get(link_named(element.attributes))
        if element.path == "workbook/sheets/sheet" and link and link.kind == "worksheet":
            sheets[element.attributes["name"]] = link
    return sheets
