"""Parts of a workbook as Excel itself writes them.

openpyxl's parts are legal, but many readers on the web know no other spelling than Excel's: links
relative to the part that has them, Excel's prefixes for drawings and charts, borders with all their
sides, the titles of the sheets among the document's properties. Knows nothing of networks, and
never sees the long table.
"""

import posixpath
from collections.abc import Callable
from re import fullmatch
from xml.etree import ElementTree as ET

from backprop_sheet.ooxml.links import resolved, target_from
from backprop_sheet.ooxml.namespaces import HEAD, MAIN, OFFICE

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
PREFIXES = {
    OFFICE: "r",
    f"{DRAWING}/spreadsheetDrawing": "xdr",
    f"{DRAWING}/main": "a",
    f"{DRAWING}/chart": "c",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    _CORE: "cp",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    _VALUES: "vt",
}
"""Excel's prefixes of namespaces; a part's own one has none if it is not among them."""
APP, CORE, BOOK, STYLES = (
    "docProps/app.xml",
    "docProps/core.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
)
PROGRAM, VERSION = "Microsoft Excel", "16.0300"
"""The program whose files these are like: LibreOffice then trusts the values beside formulas."""
WRITTEN_BY = {"appName": "xl", "lastEdited": "7", "lowestEdited": "7", "rupBuild": "22228"}
FONT = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
"""The elements of a font in the schema's order, which openpyxl does not keep."""
BORDER = ("left", "right", "top", "bottom", "diagonal")
"""The sides of a border, all of which Excel names."""
PROPER = {"fontId": "Font", "fillId": "Fill", "borderId": "Border", "numFmtId": "NumberFormat"}
"""What a cell's format takes from elsewhere, and the word for it in ``applyFont``."""


def xml_of(root: ET.Element) -> str:
    """The XML of a part, as Excel spells it."""
    space = root.tag[1:].partition("}")[0]
    for other, prefix in PREFIXES.items():
        ET.register_namespace(prefix, other)
    if space not in PREFIXES:
        ET.register_namespace("", space)
    # Every other ">" is written as an entity.
    return HEAD + ET.tostring(root, encoding="unicode").replace(" />", "/>")


def spelled(name: str, content: str, book: str, shapes: str = "") -> str:
    """A part that openpyxl wrote, as Excel would write it.

    Args:
        name: the name of the part.
        content: its XML.
        book: the XML of the workbook's part, which knows the sheets and the names.
        shapes: the XML of anchors that go before the others, if the part is a drawing.
    """
    if content.startswith("<?xml"):  # a theme, which is a copy of Excel's or somebody's
        return content
    root = ET.fromstring(content)  # noqa: S314 - just written by openpyxl
    if shapes:
        root[:0] = ET.fromstring(f"<shapes>{shapes}</shapes>")  # noqa: S314 - by ourselves
    for pattern, change in CHANGES.items():
        if fullmatch(pattern, name):
            root = change(root, name, book)
    return xml_of(root)


def leave_out_empty(sheet: ET.Element) -> None:
    """Take headers and footers out of a sheet's part that say nothing, as no program needs them."""
    for parts in sheet.iterfind(f"{{{MAIN}}}headerFooter"):
        parts[:] = [part for part in parts if part.text]


def _links(root: ET.Element, name: str, _: str) -> ET.Element:
    """Links with relative targets."""
    folder, file = posixpath.split(name)
    source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
    for link in root:
        found = link.attrib
        target = found["Target"]
        if found.get("TargetMode") != "External":
            target = target_from(source, resolved(source, target))
        link.attrib = {"Id": found["Id"], "Type": found["Type"], "Target": target} | {
            key: value for key, value in found.items() if key == "TargetMode"
        }
    return root


def _book(root: ET.Element, _: str, __: str) -> ET.Element:
    """The workbook with the version that wrote it, and without an empty protection."""
    root.insert(0, ET.Element(f"{{{MAIN}}}fileVersion", WRITTEN_BY))
    for protection in root.findall(f"{{{MAIN}}}workbookProtection"):
        if not protection.attrib:
            root.remove(protection)
    return root


def _styles(root: ET.Element, _: str, __: str) -> ET.Element:
    """Formats with fonts in order, whole borders, and what each takes from elsewhere."""
    order = FONT.split()
    for font in root.iterfind(f"{{{MAIN}}}fonts/{{{MAIN}}}font"):
        font[:] = sorted(font, key=lambda part: order.index(part.tag.rpartition("}")[2]))
    for border in root.iterfind(f"{{{MAIN}}}borders/{{{MAIN}}}border"):
        sides = [f"{{{MAIN}}}{side}" for side in BORDER]
        border[:] = [
            ET.Element(side) if (there := border.find(side)) is None else there for side in sides
        ]
    for pattern in root.iterfind(f"{{{MAIN}}}fills/{{{MAIN}}}fill/{{{MAIN}}}patternFill"):
        pattern.attrib.setdefault("patternType", "none")
    for cell in root.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"):
        for attribute, word in PROPER.items():
            if cell.get(attribute, "0") != "0":
                cell.set(f"apply{word}", "1")
    return root


def _chart(root: ET.Element, _: str, __: str) -> ET.Element:
    """A chart without openpyxl's empty runs of text in what says how texts look."""
    chart, main = f"{{{DRAWING}/chart}}", f"{{{DRAWING}/main}}"
    for paragraph in root.iterfind(f".//{chart}txPr/{main}p"):
        for run in paragraph.findall(f"{main}r"):
            paragraph.remove(run)
    return root


def _core(root: ET.Element, _: str, __: str) -> ET.Element:
    """The document's properties without times, so that the same workbook has the same bytes."""
    for time in root.findall("{http://purl.org/dc/terms/}*"):
        root.remove(time)
    return root


def _app(_: ET.Element, __: str, book: str) -> ET.Element:
    """The properties that Excel adds: the sheets and the named ranges by their titles."""
    workbook = ET.fromstring(book)  # noqa: S314 - just written by openpyxl
    sheets = [sheet.attrib["name"] for sheet in workbook.iter(f"{{{MAIN}}}sheet")]
    names = [
        _title(name, sheets)
        for name in workbook.iter(f"{{{MAIN}}}definedName")
        if name.get("hidden") != "1"
    ]
    root = ET.Element(f"{{{_APP}}}Properties")
    lists = {"Worksheets": sheets, "Named Ranges": names}
    pairs = [pair for pair in lists.items() if pair[1]]
    for tag, text in (("Application", PROGRAM), ("DocSecurity", "0"), ("ScaleCrop", "false")):
        ET.SubElement(root, f"{{{_APP}}}{tag}").text = text
    heads = _vector(root, "HeadingPairs", "variant", 2 * len(pairs))
    for head, titles in pairs:
        for kind, text in (("lpstr", head), ("i4", str(len(titles)))):
            variant = ET.SubElement(heads, f"{{{_VALUES}}}variant")
            ET.SubElement(variant, f"{{{_VALUES}}}{kind}").text = text
    parts = _vector(root, "TitlesOfParts", "lpstr", len(sheets) + len(names))
    for title in (title for _, titles in pairs for title in titles):
        ET.SubElement(parts, f"{{{_VALUES}}}lpstr").text = title
    for tag in ("LinksUpToDate", "SharedDoc", "HyperlinksChanged"):
        ET.SubElement(root, f"{{{_APP}}}{tag}").text = "false"
    ET.SubElement(root, f"{{{_APP}}}AppVersion").text = VERSION
    return root


def _title(name: ET.Element, sheets: list[str]) -> str:
    """The title of a named range: ``'LR1.0'!Print_Titles`` for a name of one sheet."""
    text = name.attrib["name"].removeprefix("_xlnm.")
    if (number := name.get("localSheetId")) is None:
        return text
    sheet = sheets[int(number)]
    plain = fullmatch(r"[A-Za-z_][A-Za-z_0-9]*", sheet)
    quoted = sheet if plain else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{text}"


def _vector(root: ET.Element, tag: str, kind: str, size: int) -> ET.Element:
    """An empty list of values in an element of its own."""
    home = ET.SubElement(root, f"{{{_APP}}}{tag}")
    return ET.SubElement(home, f"{{{_VALUES}}}vector", {"size": str(size), "baseType": kind})


CHANGES: dict[str, Callable[[ET.Element, str, str], ET.Element]] = {
    r"(.*/)?_rels/.*\.rels": _links,
    BOOK: _book,
    STYLES: _styles,
    r"xl/charts/chart\d+\.xml": _chart,
    CORE: _core,
    APP: _app,
}
"""What changes beside the spelling, by patterns of the parts' names."""
