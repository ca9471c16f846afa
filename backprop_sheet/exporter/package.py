"""Saves a workbook that openpyxl has laid out, and adds what openpyxl cannot write.

Added are the long table, streamed row by row; single cells; the value of each formula; shapes; and
the range in which programs should not mark inconsistent formulas. Texts move to the workbook's
table of strings, and the other parts get Excel's own spelling (`spelling`). Time and machine leave
no trace, so the same workbook always gives the same bytes. A seal lets the program recognise the
file as its own.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.relationship import Relationship
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.related import Related
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from backprop_sheet.exporter import spelling
from backprop_sheet.fixed import Fixed
from backprop_sheet.ooxml import seal, strings
from backprop_sheet.ooxml.addresses import Area, address
from backprop_sheet.ooxml.archive import Archive
from backprop_sheet.ooxml.links import TYPES, link_xml, type_xml
from backprop_sheet.ooxml.namespaces import MAIN
from backprop_sheet.ooxml.package import write_part
from backprop_sheet.ooxml.part import Part
from backprop_sheet.ooxml.strings import Strings

COMPRESSION = 2
"""zlib's level: files are a ninth larger than at level 6, in two fifths of the time."""
LARGE = 2**31
"""A part of more bytes than this may need the larger zip format."""
AFTER_MARKS = ("drawing", "legacyDrawing", "tableParts")
"""The parts of a sheet that come after the cells without marks, in the schema's order."""
WINDOW = (28_800, 15_000)
"""The window that Excel opens, in twentieths of a point."""


class StyledCell(NamedTuple):
    """A cell that is written without openpyxl.

    Attributes:
        row, column: its position, counted from 1.
        style: the number of its format in the file.
        content: its number or text or, if it has a `value`, its formula without the equals sign.
        value: the value of the formula; None for a number or a text.
        shared: the number of the formula that its cells share, counted from 1; 0 if it is its own.
            The first cell has the formula, the others have none of their own.
        area: the cells that share it; only in the first of them.
    """

    row: int
    column: int
    style: int
    content: float | str
    value: float | str | None = None
    shared: int = 0
    area: str = ""


@dataclass
class Additions:
    """What is added to one sheet beyond what openpyxl writes.

    Attributes:
        values: by address, the value of each formula that openpyxl wrote, and of numbers that need
            17 digits (openpyxl writes 16).
        cells: cells in rows below those that openpyxl wrote.
        heights: by row of these cells, its height in points where it is not the usual one.
        rows: the XML of the rows below these, in order.
        size: an estimate of the bytes in `rows`.
        range: a range that holds the cells of `rows`.
        unmarked: the range in which programs should not mark formulas as doubtful.
        doubts: which doubts these are: ``formula`` for one unlike its neighbours, ``formulaRange``
            for one that leaves out numbers next to those that it takes.
        shapes: the XML of anchors that go before the charts in the drawing.
        links: by the range of a cell or of merged ones, the place in the workbook that it leads to.
    """

    values: Mapping[str, float | str] = field(default_factory=dict)
    cells: Sequence[StyledCell] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    rows: Iterable[str] = ()
    size: int = 0
    range: str = ""
    unmarked: str = ""
    doubts: tuple[str, ...] = ("formula",)
    shapes: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


def save(
    book: Workbook,
    path: Path,
    additions: Mapping[str, Additions] | None = None,
    *,
    force: bool = False,
) -> None:
    """Write a workbook, whole or not at all.

    Args:
        book: the workbook, complete except for the additions.
        path: the file to write.
        additions: the additions to each sheet, by its title.
        force: whether to replace a workbook that somebody has edited, or that seems to be open.

    Raises:
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    book.calculation.calcId = 191029  # Excel's own since 2019: with it, Excel trusts the values
    book.calculation.fullCalcOnLoad = None
    book.properties.creator = "backprop-sheet"
    view = book.views[0]
    view.xWindow, view.yWindow, view.windowWidth, view.windowHeight = 0, 0, *WINDOW
    laid_out = BytesIO()
    writer = _InMemoryWriter(book, zipfile.ZipFile(laid_out, "w", zipfile.ZIP_STORED))
    writer.drawn = frozenset(title for title, more in (additions or {}).items() if more.shapes)
    writer.links = {title: more.links for title, more in (additions or {}).items()}
    writer.save()  # closes it
    sheets = {
        f"xl/worksheets/sheet{number}.xml": (additions or {}).get(sheet.title, Additions())
        for number, sheet in enumerate(book.worksheets, start=1)
    }
    with (
        zipfile.ZipFile(laid_out) as parts,
        seal.replacing_workbook(path, force=force) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as target,
    ):
        source, texts = Archive(parts), Strings()
        shapes = {source.linked(name, "drawing"): sheet.shapes for name, sheet in sheets.items()}
        workbook = parts.read(spelling.BOOK).decode()
        # The list of content types comes first, where readers look for it.
        for name in sorted(source.names, key=lambda name: name != TYPES):
            content = parts.read(name).decode()
            if name in sheets:
                large = sheets[name].size > LARGE
                _write(target, name, _sheet_xml(content, sheets[name], texts), large=large)
            else:
                content = ADDED.get(name, str)(content)
                own = shapes.get(name, "")
                _write(target, name, [spelling.spelled(name, content, workbook, own)])
        _write(target, strings.PART, texts.xml())
        seal.add_seal(target)


class _InMemoryWriter(ExcelWriter):  # type: ignore[misc]
    """openpyxl's writer without temporary files: on a full disk these cut sheets short silently."""

    drawn: frozenset[str] = frozenset()
    """The titles of the sheets that get shapes."""
    links: Mapping[str, Mapping[str, str]] = Fixed()
    """The links of each sheet, by its title."""

    def write_worksheet(self, sheet: Worksheet) -> None:
        """Write the XML of a sheet; its drawing and other parts are written later."""
        sheet._drawing = _Drawing()  # noqa: SLF001
        sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images  # noqa: SLF001
        sheet._drawing.wanted = bool(sheet._charts) or sheet.title in self.drawn  # noqa: SLF001
        file = BytesIO()
        writer = _SheetWriter(sheet, file)
        links = self.links.get(sheet.title, {})
        sheet._hyperlinks += [Hyperlink(ref=r, location=place) for r, place in links.items()]  # noqa: SLF001
        writer.write()
        sheet._rels = writer._rels  # noqa: SLF001
        self._archive.writestr(sheet.path.lstrip("/"), file.getvalue())
        self.manifest.append(sheet)


class _Drawing(SpreadsheetDrawing):  # type: ignore[misc]
    """A drawing, which may have no charts: its shapes are put in later."""

    __elements__ = SpreadsheetDrawing.__elements__
    wanted = False

    def __bool__(self) -> bool:
        """Whether it is written."""
        return self.wanted


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]
    """openpyxl's writer of a sheet, for which a drawing without charts is a drawing, too."""

    def write_drawings(self) -> None:
        """Write the reference to the sheet's drawing."""
        if self.ws._drawing:  # noqa: SLF001
            link = Relationship(type="drawing", Target="")
            self._rels.append(link)
            self.xf.send(Related(id=link.id).to_tree("drawing"))


def _write(
    target: zipfile.ZipFile, name: str, texts: Iterable[str], *, large: bool = False
) -> None:
    write_part(target, name, (text.encode() for text in texts), large=large)


# --- sheets ------------------------------------------------------------------------------------


def _sheet_xml(content: str, more: Additions, strings: Strings) -> Iterator[str]:
    """The XML of a sheet with its additions, piece by piece."""
    head, tail = _around_rows(content, more, strings)
    yield head
    yield from _rows_of(more, strings)
    yield from more.rows
    yield tail


def _around_rows(content: str, more: Additions, strings: Strings) -> tuple[str, str]:
    """The XML of a sheet before and after the place for more rows."""
    sheet = ET.fromstring(content)  # noqa: S314 - just written by openpyxl
    spelling.leave_out_empty(sheet)
    for cell in sheet.iterfind(f".//{{{MAIN}}}c[{{{MAIN}}}is]"):
        _share_text(cell, strings)
    for cell in sheet.iterfind(f".//{{{MAIN}}}c"):
        if cell.attrib["r"] in more.values:
            _set_value(cell, more.values[cell.attrib["r"]])
    dimension = sheet.find(f"{{{MAIN}}}dimension")
    assert dimension is not None, "openpyxl always writes it"
    dimension.set("ref", _range_of(dimension.attrib["ref"], more))
    if more.unmarked:
        marks = ET.Element(f"{{{MAIN}}}ignoredErrors")
        doubts = dict.fromkeys(more.doubts, "1")
        ET.SubElement(marks, f"{{{MAIN}}}ignoredError", {"sqref": more.unmarked, **doubts})
        after = [f"{{{MAIN}}}{tag}" for tag in AFTER_MARKS]
        places = [place for place, child in enumerate(sheet) if child.tag in after]
        sheet.insert(min(places, default=len(sheet)), marks)
    text = spelling.xml_of(sheet)
    text = text.replace("<sheetData/>", "<sheetData></sheetData>")  # if it has no rows yet
    head, end, tail = text.partition("</sheetData>")
    return head, end + tail


def _range_of(known: str, more: Additions) -> str:
    """The range of all cells: those that openpyxl knows, those in `range`, and single cells."""
    known_areas = [Area.of(text) for text in (known, more.range) if text]
    corners = [(a.left, a.top, a.right, a.bottom) for a in known_areas]
    corners += [(cell.column, cell.row, cell.column, cell.row) for cell in more.cells]
    lefts, tops, rights, bottoms = zip(*corners, strict=True)
    return Area(min(lefts), min(tops), max(rights), max(bottoms)).reference


def _rows_of(more: Additions, strings: Strings) -> Iterable[str]:
    """The XML of rows that consist of single cells."""
    ordered = sorted(more.cells, key=attrgetter("row", "column"))
    for row, entries in groupby(ordered, key=attrgetter("row")):
        height = f' ht="{more.heights[row]:g}" customHeight="1"' if row in more.heights else ""
        cells = "".join(_cell(entry, strings) for entry in entries)
        yield f'<row r="{row}"{height}>{cells}</row>'


def _cell(entry: StyledCell, strings: Strings) -> str:
    start = f'<c r="{address(entry.row, entry.column)}" s="{entry.style}"'
    if entry.value is not None:
        formula = escape(str(entry.content), quote=False)
        area = f' ref="{entry.area}"' if entry.area else ""
        kind = f' t="shared"{area} si="{entry.shared - 1}"' if entry.shared else ""
        written = f"<f{kind}>{formula}</f>" if formula else f"<f{kind}/>"
        if isinstance(entry.value, str):
            return f'{start} t="str">{written}<v>{escape(entry.value, quote=False)}</v></c>'
        return f"{start}>{written}<v>{entry.value!r}</v></c>"
    if isinstance(entry.content, str):
        return f'{start} t="s"><v>{strings.number(entry.content)}</v></c>'
    return f"{start}><v>{entry.content!r}</v></c>"


def _share_text(cell: ET.Element, strings: Strings) -> None:
    """Move a cell's text into the table of strings."""
    inline = cell.find(f"{{{MAIN}}}is")
    assert inline is not None, "this is called only for cells with a text"
    text = "".join(inline.itertext())
    cell.remove(inline)
    cell.set("t", "s")
    ET.SubElement(cell, f"{{{MAIN}}}v").text = str(strings.number(text))


def _set_value(cell: ET.Element, value: float | str) -> None:
    if isinstance(value, str):
        cell.set("t", "str")
    found = cell.find(f"{{{MAIN}}}v")
    slot = ET.SubElement(cell, f"{{{MAIN}}}v") if found is None else found
    slot.text = value if isinstance(value, str) else repr(value)


# --- the other parts ---------------------------------------------------------------------------


def _with_content_types(types: str) -> str:
    ours = ((strings.PART, strings.TYPE), (seal.PART, seal.TYPE))
    return _with_more(types, "Types", "".join(type_xml(*part) for part in ours))


def _with_strings_linked(links: str) -> str:
    return _with_more(
        links, "Relationships", link_xml("xl/workbook.xml", "rIdStrings", strings.LINK)
    )


def _with_seal_linked(links: str) -> str:
    return _with_more(links, "Relationships", link_xml("", "rIdSeal", seal.LINK))


def _with_more(content: str, root: str, xml: str) -> str:
    """A part with elements added at the end of its root."""
    part = Part(root, content.encode())
    part.insert(part.only(root), xml)
    return part.result().decode()


ADDED: dict[str, Callable[[str], str]] = {
    TYPES: _with_content_types,
    "_rels/.rels": _with_seal_linked,
    "xl/_rels/workbook.xml.rels": _with_strings_linked,
}
"""The functions that add to parts which every workbook has, by name."""
