"""Saves a workbook as openpyxl lays it out, with what openpyxl cannot write put in.

That is: the long table, streamed row by row; the computed value of every formula; the range in
which the program is not to mark formulas; shapes in a drawing. The same workbook gives the same
bytes: nothing of the time or the machine is kept.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

from openpyxl import Workbook

from backprop_sheet.files import replacing

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip archive can hold: a stand-in for no date."""
LARGE = 2**31


@dataclass
class Additions:
    """What one sheet gets beyond what openpyxl wrote.

    Attributes:
        values: the computed value of each formula cell that openpyxl laid out.
        rows: the XML of the rows below these, in order.
        size: the bytes of `rows`, estimated; above 2 GiB the archive needs a larger format.
        range: the cells of the whole sheet.
        unmarked: the cells in which no formula is to be marked as inconsistent.
        shapes: the XML of anchors to stand in the drawing before its charts.
    """

    values: Mapping[str, float | str] = field(default_factory=dict)
    rows: Iterable[str] = ()
    size: int = 0
    range: str = ""
    unmarked: str = ""
    shapes: str = ""


def save(book: Workbook, path: Path, additions: Mapping[str, Additions] | None = None) -> None:
    """Write a workbook, whole or not at all.

    Args:
        book: the workbook; its sheets laid out but for what `additions` holds.
        path: where to.
        additions: what is put in, by the sheet's title.

    Raises:
        InputError: the file cannot be written.
    """
    book.calculation.calcId = 191029  # Excel's own since 2019: it takes the values as they are
    book.calculation.fullCalcOnLoad = None
    book.properties.creator = "backprop-sheet"
    laid_out = BytesIO()
    book.save(laid_out)
    parts = {
        f"xl/worksheets/sheet{number}.xml": additions[sheet.title]
        for number, sheet in enumerate(book.worksheets, start=1)
        if additions and sheet.title in additions
    }
    with (
        zipfile.ZipFile(laid_out) as source,
        replacing(path) as draft,
        zipfile.ZipFile(draft, "w") as target,
    ):
        shapes = {_drawing_of(source, name): sheet.shapes for name, sheet in parts.items()}
        # The list of content types stands first, where readers look for it.
        for name in sorted(source.namelist(), key=lambda name: name != "[Content_Types].xml"):
            content = source.read(name)
            if name in parts:
                _write_sheet(target, name, content, parts[name])
            elif name in shapes:
                _write(target, name, [_with_shapes(content.decode(), shapes[name])])
            elif name == "docProps/core.xml":
                _write(target, name, [re.sub(r"<dcterms:.*?</dcterms:\w+>", "", content.decode())])
            else:
                _write(target, name, [content.decode()])


def _write(
    target: zipfile.ZipFile, name: str, texts: Iterable[str], *, large: bool = False
) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    with target.open(entry, "w", force_zip64=large) as stream:
        for text in texts:
            stream.write(text.encode())


def _write_sheet(target: zipfile.ZipFile, name: str, content: bytes, more: Additions) -> None:
    head, tail = _sheet_around_rows(content, more)

    def texts() -> Iterable[str]:
        yield head
        yield from more.rows
        yield tail

    _write(target, name, texts(), large=more.size > LARGE)


def _sheet_around_rows(content: bytes, more: Additions) -> tuple[str, str]:
    """The sheet's XML before and after the place where further rows go."""
    ET.register_namespace("", MAIN)
    ET.register_namespace("r", LINKS)
    sheet = ET.fromstring(content)  # noqa: S314 - just written by openpyxl
    for cell in sheet.iterfind(f".//{{{MAIN}}}c[{{{MAIN}}}f]"):
        _set_value(cell, more.values[cell.attrib["r"]])
    if more.range:
        sheet.find(f"{{{MAIN}}}dimension").set("ref", more.range)  # type: ignore[union-attr]
    if more.unmarked:
        marks = ET.Element(f"{{{MAIN}}}ignoredErrors")
        ET.SubElement(marks, f"{{{MAIN}}}ignoredError", sqref=more.unmarked, formula="1")
        sheet.insert(_place_of(sheet, "drawing"), marks)
    head, end, tail = ET.tostring(sheet, encoding="unicode").partition("</sheetData>")
    return head, end + tail


def _set_value(cell: ET.Element, value: float | str) -> None:
    if isinstance(value, str):
        cell.set("t", "str")
    found = cell.find(f"{{{MAIN}}}v")
    slot = ET.SubElement(cell, f"{{{MAIN}}}v") if found is None else found
    slot.text = value if isinstance(value, str) else repr(value)


def _place_of(sheet: ET.Element, tag: str) -> int:
    tags = [child.tag for child in sheet]
    return tags.index(f"{{{MAIN}}}{tag}") if f"{{{MAIN}}}{tag}" in tags else len(tags)


def _drawing_of(source: zipfile.ZipFile, sheet: str) -> str:
    """The part that holds a sheet's drawing, or nothing if it has none."""
    path = PurePosixPath(sheet)
    links = f"{path.parent}/_rels/{path.name}.rels"
    if links not in source.namelist():
        return ""
    found = re.search(r'Target="/(xl/drawings/[^"]+)"', source.read(links).decode())
    return found[1] if found else ""


def _with_shapes(drawing: str, shapes: str) -> str:
    start = re.search(r"<wsDr[^>]*>", drawing)
    assert start, "openpyxl writes drawings with this root"
    return drawing[: start.end()] + shapes + drawing[start.end() :]
