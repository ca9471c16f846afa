"""Saves a workbook as openpyxl lays it out, with what openpyxl cannot write put in.

That is: the long table, streamed row by row; single cells past openpyxl; the computed value of
every formula; the parts of fonts in the schema's order; the range in which the program is not to
mark formulas; shapes in a drawing. Texts go into the workbook's table of strings, where Excel keeps
them. The same workbook gives the same bytes: nothing of the time or the machine is kept. A seal is
put in, by which the program knows the file as its own.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from backprop_sheet.ooxml import seal
from backprop_sheet.ooxml.addresses import letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRINGS = "xl/sharedStrings.xml"
COMPRESSION = 2
"""zlib's level: a table takes a ninth more room than at 6, and two fifths of the time."""
LARGE = 2**31
"""Bytes from which a part of the archive needs the larger zip format."""
FONT_ORDER = (
    "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
)
"""The parts of a font in the order of the schema; openpyxl writes them in another."""


@dataclass(frozen=True)
class Entry:
    """A cell that does not go through openpyxl.

    Attributes:
        row, column: where it stands, from 1.
        style: the number of its format in the file.
        content: its number or text; the formula, if `value` says what that gives.
        value: what a formula gives.
    """

    row: int
    column: int
    style: int
    content: float | str
    value: float | str | None = None


@dataclass
class Additions:
    """What one sheet gets beyond what openpyxl wrote.

    Attributes:
        values: the value of each formula cell that openpyxl laid out, and of number cells that
            need all their digits (openpyxl writes sixteen).
        cells: cells below those that openpyxl laid out, none in a row of these.
        rows: the XML of the rows below all of these, in order.
        size: the bytes of `rows`, estimated.
        range: the cells of the whole sheet.
        unmarked: the cells in which no formula is to be marked as inconsistent.
        shapes: the XML of anchors to stand in the drawing before its charts.
    """

    values: Mapping[str, float | str] = field(default_factory=dict)
    cells: Iterable[Entry] = ()
    rows: Iterable[str] = ()
    size: int = 0
    range: str = ""
    unmarked: str = ""
    shapes: str = ""


def save(
    book: Workbook,
    path: Path,
    additions: Mapping[str, Additions] | None = None,
    *,
    force: bool = False,
) -> None:
    """Write a workbook, whole or not at all.

    Args:
        book: the workbook; its sheets laid out but for what `additions` holds.
        path: where to.
        additions: what is put in, by the sheet's title.
        force: whether a workbook may be replaced that a person has changed.

    Raises:
        WriteError: the file cannot be written, or is one that a person has changed.
    """
    book.calculation.calcId = 191029  # Excel's own since 2019: it takes the values as they are
    book.calculation.fullCalcOnLoad = None
    book.properties.creator = "backprop-sheet"
    laid_out = BytesIO()
    _InMemory(book, zipfile.ZipFile(laid_out, "w", zipfile.ZIP_STORED)).save()  # closes it
    sheets = {
        f"xl/worksheets/sheet{number}.xml": (additions or {}).get(sheet.title, Additions())
        for number, sheet in enumerate(book.worksheets, start=1)
    }
    with (
        zipfile.ZipFile(laid_out) as source,
        seal.replacing_workbook(path, force=force) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as target,
    ):
        shapes = {_drawing_of(source, name): sheet.shapes for name, sheet in sheets.items()}
        strings: dict[str, int] = {}
        # The list of content types stands first, where readers look for it.
        for name in sorted(source.namelist(), key=lambda name: name != "[Content_Types].xml"):
            content = source.read(name).decode()
            if name in sheets:
                _write_sheet(target, name, content, sheets[name], strings)
            elif name in shapes:
                _write(target, name, [_with_shapes(content, shapes[name])])
            else:
                _write(target, name, [MENDED.get(name, str)(content)])
        _write(target, STRINGS, [_string_table(strings)])
        seal.put(target)


class _InMemory(ExcelWriter):  # type: ignore[misc]
    """openpyxl's writer, without its temporary files: where these had no room, sheets were cut."""

    def write_worksheet(self, sheet: Worksheet) -> None:
        """Write a sheet; what else is part of it follows."""
        sheet._drawing = SpreadsheetDrawing()  # noqa: SLF001
        sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images  # noqa: SLF001
        file = BytesIO()
        writer = WorksheetWriter(sheet, file)
        writer.write()
        sheet._rels = writer._rels  # noqa: SLF001
        self._archive.writestr(sheet.path.lstrip("/"), file.getvalue())
        self.manifest.append(sheet)


def _write(
    target: zipfile.ZipFile, name: str, texts: Iterable[str], *, large: bool = False
) -> None:
    # Opened by its name, a part gets zip's oldest date, and the archive's level of compression.
    with target.open(name, "w", force_zip64=large) as stream:
        for text in texts:
            stream.write(text.encode())
    target.getinfo(name).create_system = 0


# --- sheets ------------------------------------------------------------------------------------


def _write_sheet(
    target: zipfile.ZipFile, name: str, content: str, more: Additions, strings: dict[str, int]
) -> None:
    head, tail = _around_rows(content, more, strings)

    def texts() -> Iterable[str]:
        yield head
        yield from _rows_of(more.cells, strings)
        yield from more.rows
        yield tail

    _write(target, name, texts(), large=more.size > LARGE)


def _around_rows(content: str, more: Additions, strings: dict[str, int]) -> tuple[str, str]:
    """The sheet's XML before and after the place where further rows go."""
    ET.register_namespace("", MAIN)
    ET.register_namespace("r", LINKS)
    sheet = ET.fromstring(content)  # noqa: S314 - just written by openpyxl
    for cell in sheet.iterfind(f".//{{{MAIN}}}c[{{{MAIN}}}is]"):
        _share_text(cell, strings)
    for cell in sheet.iterfind(f".//{{{MAIN}}}c"):
        if cell.attrib["r"] in more.values:
            _set_value(cell, more.values[cell.attrib["r"]])
    if more.range:
        sheet.find(f"{{{MAIN}}}dimension").set("ref", more.range)  # type: ignore[union-attr]
    if more.unmarked:
        marks = ET.Element(f"{{{MAIN}}}ignoredErrors")
        ET.SubElement(marks, f"{{{MAIN}}}ignoredError", sqref=more.unmarked, formula="1")
        tags = [child.tag for child in sheet]
        sheet.insert(tags.index(f"{{{MAIN}}}drawing"), marks)
    text = ET.tostring(sheet, encoding="unicode")
    text = text.replace("<sheetData />", "<sheetData></sheetData>")  # where it is still empty
    head, end, tail = text.partition("</sheetData>")
    return head, end + tail


def _rows_of(cells: Iterable[Entry], strings: dict[str, int]) -> Iterable[str]:
    """The XML of rows with single cells."""
    ordered = sorted(cells, key=lambda entry: (entry.row, entry.column))
    for row, entries in groupby(ordered, key=lambda entry: entry.row):
        yield f'<row r="{row}">{"".join(_cell(entry, strings) for entry in entries)}</row>'


def _cell(entry: Entry, strings: dict[str, int]) -> str:
    start = f'<c r="{letters(entry.column)}{entry.row}" s="{entry.style}"'
    if isinstance(entry.value, str):
        formula, value = escape(str(entry.content), quote=False), escape(entry.value, quote=False)
        return f'{start} t="str"><f>{formula}</f><v>{value}</v></c>'
    if entry.value is not None:
        formula = escape(str(entry.content), quote=False)
        return f"{start}><f>{formula}</f><v>{entry.value!r}</v></c>"
    if isinstance(entry.content, str):
        return f'{start} t="s"><v>{strings.setdefault(entry.content, len(strings))}</v></c>'
    return f"{start}><v>{entry.content!r}</v></c>"


def _share_text(cell: ET.Element, strings: dict[str, int]) -> None:
    """Move a cell's text into the table of strings."""
    inline = cell.find(f"{{{MAIN}}}is")
    assert inline is not None, "only cells that have one come here"
    text = "".join(inline.itertext())
    cell.remove(inline)
    cell.set("t", "s")
    ET.SubElement(cell, f"{{{MAIN}}}v").text = str(strings.setdefault(text, len(strings)))


def _set_value(cell: ET.Element, value: float | str) -> None:
    if isinstance(value, str):
        cell.set("t", "str")
    found = cell.find(f"{{{MAIN}}}v")
    slot = ET.SubElement(cell, f"{{{MAIN}}}v") if found is None else found
    slot.text = value if isinstance(value, str) else repr(value)


def _string_table(strings: Iterable[str]) -> str:
    items = "".join(
        f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>' for text in strings
    )
    return f'<sst xmlns="{MAIN}">{items}</sst>'


# --- drawings ----------------------------------------------------------------------------------


def _drawing_of(source: zipfile.ZipFile, sheet: str) -> str:
    """The part that holds a sheet's drawing, or nothing if it has none."""
    path = PurePosixPath(sheet)
    links = f"{path.parent}/_rels/{path.name}.rels"
    if links not in source.namelist():
        return ""
    found = re.search(r'Target="/(xl/drawings/[^"]+)"', source.read(links).decode())
    return found[1] if found else ""


def _with_shapes(drawing: str, shapes: str) -> str:
    return re.sub(r"<wsDr[^>]*>", lambda root: root[0] + shapes, drawing, count=1)


# --- the other parts ---------------------------------------------------------------------------


def _without_dates(properties: str) -> str:
    return re.sub(r"<dcterms:.*?</dcterms:\w+>", "", properties)


def _with_parts_typed(types: str) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    more = "".join(
        f'<Override PartName="/{part}" ContentType="{what}"/>'
        for part, what in ((STRINGS, kind), (seal.PART, seal.KIND))
    )
    return types.replace("</Types>", f"{more}</Types>")


def _with_strings_linked(links: str) -> str:
    link = f'<Relationship Id="rIdStrings" Type="{LINKS}/sharedStrings" Target="/{STRINGS}"/>'
    return links.replace("</Relationships>", f"{link}</Relationships>")


def _with_seal_linked(links: str) -> str:
    link = f'<Relationship Id="rIdSeal" Type="{seal.LINK}" Target="/{seal.PART}"/>'
    return links.replace("</Relationships>", f"{link}</Relationships>")


def _with_fonts_in_order(styles: str) -> str:
    ET.register_namespace("", MAIN)
    sheet = ET.fromstring(styles)  # noqa: S314 - just written by openpyxl
    order = FONT_ORDER.split()
    for font in sheet.iterfind(f"{{{MAIN}}}fonts/{{{MAIN}}}font"):
        font[:] = sorted(font, key=lambda part: order.index(part.tag.rpartition("}")[2]))
    return ET.tostring(sheet, encoding="unicode")


MENDED: dict[str, Callable[[str], str]] = {
    "[Content_Types].xml": _with_parts_typed,
    "_rels/.rels": _with_seal_linked,
    "xl/_rels/workbook.xml.rels": _with_strings_linked,
    "xl/styles.xml": _with_fonts_in_order,
    "docProps/core.xml": _without_dates,
}
"""What is changed in parts that every workbook has."""
