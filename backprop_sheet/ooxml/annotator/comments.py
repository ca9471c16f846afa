"""Adds comments to a sheet, and the boxes that show them.

A comment needs three things: its text in a part of comments, a box in a drawing of the older kind
(VML), and a link from the sheet to that drawing.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from html import escape, unescape
from textwrap import wrap

from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Place, address
from backprop_sheet.ooxml.annotator.cells import Layout
from backprop_sheet.ooxml.links import Link, link_named
from backprop_sheet.ooxml.namespaces import CONTENT, HEAD, MAIN, STRICT_MAIN, STRICT_OFFICE
from backprop_sheet.ooxml.package import Package
from backprop_sheet.ooxml.part import Element, Part

AUTHOR = "backprop-sheet check"
AFTER = {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"}
AFTER |= {"AlternateContent", "webPublishItems", "tableParts", "extLst"}
"""The elements that come after ``legacyDrawing`` in the schema of a sheet."""
NARROWEST, WIDEST = 20, 60
"""The fewest and the most characters in a line of a box."""
FARTHEST = 2_000
"""The most rows or columns that a box covers; only hidden ones could need more."""
BLOCK = 1024
"""The count of numbers that are reserved for the shapes of one drawing."""
CHARACTER, LINE, MARGIN, INDENT = 7, 19, 16, 15
"""In pixels: the widest character, a line, a box's margin, and its distance from the cell."""
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


def add_comments(package: Package, sheet: Link, notes: Mapping[Place, str]) -> dict[Place, str]:
    """Add comments to cells of a sheet.

    Returns:
        The full text of each comment, including what the cell had before.

    Raises:
        InputError: the comments of the sheet cannot be read.
    """
    part = _comments_of(package, sheet)
    comments, texts, full = part.only("comments/commentList"), _texts(part), {}
    author = _author(part)
    for place, note in notes.items():
        cell = address(*place)
        home, *spans = texts.get(cell, [comments])
        before = "".join(unescape(part.inner(span).decode()) for span in spans)
        full[place] = f"{before}\n\n{note}" if before else note
        new = escape(full[place].removeprefix(before), quote=False)
        if spans:  # in the same format as the text before it
            part.append(spans[-1], new.encode())
        elif home is comments:
            text = f"<text>{_LOOK.format(new)}</text>"
            part.insert(comments, f'<comment ref="{cell}" authorId="{author}">{text}</comment>')
        else:
            part.insert(home, _LOOK.format(new))
    return full


def _comments_of(package: Package, sheet: Link) -> Part:
    if name := package.linked(sheet.part, "comments"):
        return package.part(name)
    main = STRICT_MAIN if sheet.base == STRICT_OFFICE else MAIN
    xml = f'{HEAD}<comments xmlns="{main}"><authors/><commentList/></comments>'
    link, content = f"{sheet.base}/comments", f"{CONTENT}.spreadsheetml.comments+xml"
    return package.add(sheet.part, link, "xl/comments{}.xml", content, lambda _: xml)[1]


def _author(part: Part) -> int:
    """The number of our own author, who is added if missing."""
    authors = part.only("comments/authors")
    names = [part.inner(one) for one in part.all(3) if one.local == "author"]
    if AUTHOR.encode() not in names:
        part.insert(authors, f"<author>{AUTHOR}</author>")
        names.append(AUTHOR.encode())
    return names.index(AUTHOR.encode())


def _texts(part: Part) -> dict[str, list[Element]]:
    """For each cell with a comment, the element of its text and the elements inside that."""
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


def draw_boxes(
    package: Package,
    sheet: Link,
    layout: Layout,
    notes: Mapping[Place, str],
    opened: Collection[Place],
) -> None:
    """Draw a box for each comment; an existing box is resized to fit its text.

    Args:
        package: the workbook.
        sheet: the sheet.
        layout: the columns and rows of the sheet.
        notes: the full texts of the comments.
        opened: the cells whose boxes are always visible.
    """
    drawing = _drawing_of(package, sheet, layout)
    # Read as bytes: even Excel writes drawings of this kind that are not well-formed XML.
    data, missing = drawing.data, dict(notes)
    for at, box in _boxes(data):
        row, column = (re.search(rb"<\w+:%s>\s*(\d{1,7})" % name, box) for name in _PLACE)
        place = (int(row[1]) + 1, int(column[1]) + 1) if row and column else (0, 0)
        if row and (text := missing.pop(place, "")):
            old = re.search(rb"<\w+:Anchor>[^<]*</\w+:Anchor>", box)
            start, end = old.span() if old else (row.start(), row.start())
            new = f"<x:Anchor {_SPACES}>{_anchor(place, text, layout)}</x:Anchor>".encode()
            drawing.splice(at + start, at + end, new)
    shapes = "" if b'"_x0000_t202"' in data else _SHAPE_TYPE
    for number, (place, text) in enumerate(missing.items(), _first_free(data)):
        shapes += _SHAPE.format(
            number=number,
            anchor=_anchor(place, text, layout),
            row=place[0] - 1,
            column=place[1] - 1,
            hidden="" if place in opened else ";visibility:hidden",
            visible="<x:Visible/>" if place in opened else "",
        )
    end = data.rindex(b"</")
    drawing.splice(end, end, shapes.encode())


def _boxes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The description of each box in a drawing, with the position where it starts."""
    end = 0
    while begin := _BOX.search(data, end):
        end = data.find(b"</%s:ClientData>" % begin[1], begin.end())
        if end < 0:
            return
        yield begin.start(), data[begin.start() : end]


def _first_free(data: bytes) -> int:
    """A number for a new shape, above all numbers that are used or reserved."""
    numbers = [int(number) for number in re.findall(rb"_x0000_s(\d+)", data)]
    blocks = [BLOCK * int(number) for number in re.findall(rb'idmap[^>]*\sdata="(\d+)', data)]
    return max([BLOCK, *numbers, *blocks]) + 1


def _drawing_of(package: Package, sheet: Link, layout: Layout) -> Part:
    if there := layout.parts.get("legacyDrawing"):
        return package.part(package.links(sheet.part)[link_named(there.attributes)].part)
    make = f"<xml {_SPACES}>{_LAYOUT}</xml>".format
    place, content = "xl/drawings/vmlDrawing{}.vml", f"{CONTENT}.vmlDrawing"
    identity, drawing = package.add(sheet.part, f"{sheet.base}/vmlDrawing", place, content, make)
    after = next((part for name, part in layout.parts.items() if name in AFTER), None)
    xml = f'<legacyDrawing xmlns:r="{sheet.base}" r:id="{identity}"/>'
    package.part(sheet.part).insert(layout.parts["worksheet"], xml, before=after)
    return drawing


def _anchor(place: Place, text: str, layout: Layout) -> str:
    """The anchor of a box beside its cell: column, pixels, row, pixels of two corners."""
    lines = text.split("\n")
    characters = min(WIDEST, max(NARROWEST, *map(len, lines)))
    wrapped = sum(len(wrap(line, characters)) or 1 for line in lines)
    row, column = place
    left, top = min(column + 1, LAST_COLUMN), max(row - 1, 1)
    width, height = characters * CHARACTER + MARGIN, wrapped * LINE + MARGIN
    right, across = _reach(left, INDENT + width, LAST_COLUMN, layout.width)
    bottom, down = _reach(top, height, LAST_ROW, layout.height)
    return f"{left - 1}, {INDENT}, {top - 1}, 0, {right - 1}, {across}, {bottom - 1}, {down}"


def _reach(start: int, pixels: int, last: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The row or column that is some pixels further on, and the pixels into it."""
    for _ in range(FARTHEST):
        if start >= last or pixels < size(start):
            break
        pixels -= size(start)
        start += 1
    return start, pixels
