"""A sheet's comments, and the boxes they are shown in.

A comment takes three things: its text in a part of comments, a box to show it in a drawing of the
older kind (VML), and the sheet's word that there is one.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from html import escape, unescape
from textwrap import wrap

from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Place
from backprop_sheet.ooxml.annotator.sheet import Layout
from backprop_sheet.ooxml.splice import (
    HEAD,
    Element,
    Package,
    Part,
    link_of,
    linked,
    put,
)

AUTHOR = "backprop-sheet check"
BEHIND = {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"}
BEHIND |= {"AlternateContent", "webPublishItems", "tableParts", "extLst"}
"""The parts of a sheet that stand behind its drawing of comments, by the schema."""
NARROWEST, WIDEST = 20, 60
"""Characters in a line of a comment's box."""
FARTHEST = 2_000
"""Rows or columns over which a box reaches, most of them hidden."""
CHARACTER, LINE, MARGIN, INDENT = 7, 19, 16, 15
"""Pixels: of a character at most, a line, what a box takes besides, and its way off the cell."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
KINDS = "application/vnd.openxmlformats-officedocument"
_BOX = re.compile(rb"<(\w+):ClientData\b")
_PLACE = (b"Row", b"Column")
_LOOK = (
    '<r><rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
    '<t xml:space="preserve">{}</t></r>'
)
_SPACES = " ".join(
    f'xmlns:{prefix}="urn:schemas-microsoft-com:{name}"'
    for prefix, name in (("v", "vml"), ("o", "office:office"), ("x", "office:excel"))
)
_LAYOUT = '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{}"/></o:shapelayout>'
_SHAPE_TYPE = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    f'<v:shape {_SPACES} id="_x0000_s{{number}}" type="#_x0000_t202" '
    'style="position:absolute;z-index:1{hidden}" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column>{visible}</x:ClientData></v:shape>"
)


def comment(package: Package, sheet: str, base: str, notes: Mapping[str, str]) -> dict[str, str]:
    """Add comments to a sheet's cells; each in full, with what the cell had before."""
    part = _comments_of(package, sheet, base)
    comments, texts, full = part.only("comments/commentList"), _texts(part), {}
    author = _author(part)
    for cell, note in notes.items():
        home, *spans = texts.get(cell, [comments])
        before = "".join(unescape(part.inner(span).decode()) for span in spans)
        full[cell] = f"{before}\n\n{note}" if before else note
        new = escape(full[cell].removeprefix(before), quote=False)
        if spans:  # in the look of the text before it
            part.append(spans[-1], new.encode())
        elif home is comments:
            text = f"<text>{_LOOK.format(new)}</text>"
            xml = f'<comment ref="{cell}" authorId="{author}">{text}</comment>'
            part.append(comments, comments.written(xml))
        else:
            part.append(home, home.written(_LOOK.format(new)))
    return full


def _comments_of(package: Package, sheet: str, base: str) -> Part:
    if name := linked(package, sheet, "comments"):
        return package.part(name)
    main = STRICT if base.startswith("http://purl.oclc.org/") else MAIN
    xml = f'{HEAD}<comments xmlns="{main}"><authors/><commentList/></comments>'
    kind = f"{KINDS}.spreadsheetml.comments+xml"
    return package.add(sheet, f"{base}/comments", "xl/comments{}.xml", kind, lambda _: xml)[1]


def _author(part: Part) -> int:
    """Our number among the authors."""
    authors = part.only("comments/authors")
    names = [part.inner(one) for one in part.all(3) if one.local == "author"]
    if AUTHOR.encode() not in names:
        part.append(authors, authors.written(f"<author>{AUTHOR}</author>"))
        names.append(AUTHOR.encode())
    return names.index(AUTHOR.encode())


def _texts(part: Part) -> dict[str, list[Element]]:
    """Of each cell's comment the element of its text, and those of the pieces of that."""
    found: dict[str, list[Element]] = {}
    cell = ""
    for element in part.all():
        match element.path.split("/")[2:]:
            case ["comment"]:
                cell = element.attributes.get("ref", "")
            case ["comment", "text"]:
                found[cell] = [element]
            case ["comment", "text", "t"] | ["comment", "text", "r", "t"]:
                found[cell].append(element)
    return found


def draw(
    package: Package,
    name: str,
    base: str,
    layout: Layout,
    notes: Mapping[Place, str],
    opened: Collection[Place],
) -> None:
    """Draw the boxes of comments; one that is there grows to hold its text."""
    drawing = _drawing_of(package, name, base, layout)
    # Read as bytes: Excel itself writes drawings of this kind that are no well-formed XML.
    data, missing = drawing.data, dict(notes)
    for at, box in _boxes(data):
        row, column = (re.search(rb"<\w+:%s>\s*(\d{1,7})" % what, box) for what in _PLACE)
        place = (int(row[1]) + 1, int(column[1]) + 1) if row and column else (0, 0)
        if row and (text := missing.pop(place, "")):
            old = re.search(rb"<\w+:Anchor>[^<]*</\w+:Anchor>", box)
            start, end = old.span() if old else (row.start(), row.start())
            new = f"<x:Anchor {_SPACES}>{_anchor(place, text, layout)}</x:Anchor>".encode()
            drawing.splice(at + start, at + end, new)
    numbers = [int(number) for number in re.findall(rb"_x0000_s(\d+)", data)]
    blocks = [1024 * int(number) for number in re.findall(rb'idmap[^>]*\sdata="(\d+)', data)]
    shapes = "" if b'"_x0000_t202"' in data else _SHAPE_TYPE
    for number, (place, text) in enumerate(missing.items(), max([1024, *numbers, *blocks]) + 1):
        anchor = _anchor(place, text, layout)
        shapes += _SHAPE.format(
            number=number,
            anchor=anchor,
            row=place[0] - 1,
            column=place[1] - 1,
            hidden="" if place in opened else ";visibility:hidden",
            visible="<x:Visible/>" if place in opened else "",
        )
    end = data.rindex(b"</")
    drawing.splice(end, end, shapes.encode())


def _boxes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """What a drawing says of each box, and the byte at which that starts."""
    end = 0
    while begin := _BOX.search(data, end):
        end = data.find(b"</%s:ClientData>" % begin[1], begin.end())
        if end < 0:
            return
        yield begin.start(), data[begin.start() : end]


def _drawing_of(package: Package, name: str, base: str, layout: Layout) -> Part:
    if there := layout.parts.get("legacyDrawing"):
        return package.part(package.links(name)[link_of(there)][1])
    make = f"<xml {_SPACES}>{_LAYOUT}</xml>".format
    place, kind = "xl/drawings/vmlDrawing{}.vml", f"{KINDS}.vmlDrawing"
    link, drawing = package.add(name, f"{base}/vmlDrawing", place, kind, make)
    behind = next((part for key, part in layout.parts.items() if key in BEHIND), None)
    xml = f'<legacyDrawing xmlns:r="{base}" r:id="{link}"/>'
    put(package.part(name), layout.parts["worksheet"], behind, xml)
    return drawing


def _anchor(place: Place, text: str, layout: Layout) -> str:
    """Where a box stands, beside its cell: column and pixels into it, row and pixels, twice."""
    lines = text.split("\n")
    letters = min(WIDEST, max(NARROWEST, *map(len, lines)))
    wrapped = sum(len(wrap(line, letters)) or 1 for line in lines)
    row, column = place
    left, top = min(column + 1, LAST_COLUMN), max(row - 1, 1)
    width, height = letters * CHARACTER + MARGIN, wrapped * LINE + MARGIN
    right, across = _reach(left, INDENT + width, LAST_COLUMN, lambda one: layout.column(one)[0])
    bottom, down = _reach(top, height, LAST_ROW, layout.row)
    return f"{left - 1}, {INDENT}, {top - 1}, 0, {right - 1}, {across}, {bottom - 1}, {down}"


def _reach(start: int, pixels: int, last: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The row or column so many pixels on, and the pixels into it."""
    for _ in range(FARTHEST):
        if start >= last or pixels < size(start):
            break
        pixels -= size(start)
        start += 1
    return start, pixels
