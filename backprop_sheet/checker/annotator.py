"""A workbook's copy with cells coloured and commented, and all else of it as it was.

openpyxl would lose what it does not know: shapes, most of charts, newer kinds of formatting. So the
few parts that change are spliced. A comment takes three things: its text in a part of comments, a
box to show it in a drawing of the older kind (VML), and the sheet's word that there is one.
"""

import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from textwrap import wrap

from backprop_sheet.checker.splice import HEAD, Element, Package, Part
from backprop_sheet.errors import InputError, WriteError, shown
from backprop_sheet.files import replacing

AUTHOR = "backprop-sheet check"
FILL, TEXT = "FFFFC7CE", "FF9C0006"
"""What Excel itself marks bad cells with: light red, and dark red on it, legible in any heading."""
LAST = (1_048_576, 16_384)
"""The last row and column that a sheet has."""
BEHIND = {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"}
BEHIND |= {"AlternateContent", "webPublishItems", "tableParts", "extLst"}
"""The parts of a sheet that stand behind its drawing of comments, by the schema."""
BEHIND_COLOR = {"name", "family", "charset", "scheme"}
"""The parts of a font that stand behind its colour."""
NARROWEST, WIDEST = 20, 60
"""Characters in a line of a comment's box."""
CHARACTER, LINE, MARGIN, INDENT = 7, 19, 16, 15
"""Pixels: of a character at most, a line, what a box takes besides, and its way off the cell."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
KINDS = "application/vnd.openxmlformats-officedocument"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOX = re.compile(rb"<(\w+):ClientData\b.*?</\1:ClientData>", re.DOTALL)
_PLACE = (b"Row", b"Column")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),  # the archive is
    *(ValueError, LookupError, StopIteration),  # something in it is not as it has to be
)
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
    'style="position:absolute;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)

Place = tuple[int, int]
"""Row and column of a cell, from 1."""


def annotate(source: Path, target: Path, notes: Mapping[str, Mapping[str, str]]) -> None:
    """Write a copy of a workbook in which some cells are coloured and commented.

    Everything else stays byte for byte as it is. A comment that a cell already has keeps its text,
    and the new one follows it; a threaded comment stays as it is, and Excel shows that one.

    Args:
        source: the workbook, .xlsx or .xlsm; it is only read.
        target: where the copy goes.
        notes: the comments, by the sheet's title and the cell (``Z33``).

    Raises:
        InputError: the source is no workbook, or has no such sheet or cell; or the target is it.
        WriteError: the copy cannot be written.
    """
    if source.resolve() == target.resolve() or (target.exists() and target.samefile(source)):
        raise InputError(f"{target} is the workbook itself: a copy needs another name")
    try:
        with zipfile.ZipFile(source) as archive:
            package = Package(archive)
            _annotate(package, notes)
            with replacing(target) as draft:
                package.write(draft)
    except WriteError:
        raise
    except InputError as error:
        raise type(error)(f"{source}: {error}") from None
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror or error}") from None
    except _BROKEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"{source} is no workbook, or a broken one: {reason}") from None


def _annotate(package: Package, notes: Mapping[str, Mapping[str, str]]) -> None:
    book = _linked(package, "", "officeDocument")
    if book is None:
        raise InputError("there is no workbook in it")
    sheets = _sheets(package, book)
    formats = _Formats(package, book)
    for title, cells in notes.items():
        if title not in sheets:
            raise InputError(f"there is no sheet {shown(title)} with cells")
        if cells:
            base, sheet = sheets[title]
            by_place = {_place(cell): cell for cell in cells}
            ordered = dict(sorted(by_place.items()))
            layout = _Layout(package.part(sheet))
            _colour(package.part(sheet), layout, formats, ordered)
            texts = {cell: _clean(cells[cell]) for cell in ordered.values()}
            full = _comment(package, sheet, base, texts)
            _draw(package, sheet, base, layout, {_place(cell): full[cell] for cell in full})


def _linked(package: Package, source: str, word: str) -> str | None:
    """The part of a kind that a part links to."""
    links = package.links(source).values()
    return next((part for kind, part in links if kind.endswith(f"/{word}")), None)


def _sheets(package: Package, book: str) -> dict[str, tuple[str, str]]:
    """The sheets with cells by their titles: how types of their links start, and the part."""
    links, sheets = package.links(book), {}
    for element in package.part(book).elements():
        if element.path == "workbook/sheets/sheet":
            kind, part = links[_id(element)]
            if kind.endswith("/worksheet"):
                sheets[element.attributes["name"]] = kind.removesuffix("/worksheet"), part
    return sheets


def _place(cell: str) -> Place:
    match = _CELL.fullmatch(cell)
    place = (int(match[2]), _number(match[1])) if match else LAST
    if not match or place[0] > LAST[0] or place[1] > LAST[1]:
        raise InputError(f"{shown(cell)} is no cell: one is written as Z33")
    return place


def _number(letters: str) -> int:
    """A column's number, from 1."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _clean(text: str) -> str:
    """A text that XML can hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


# --- formats -----------------------------------------------------------------------------------


class _Formats:
    """The workbook's formats, and for each that is asked for the same one in red."""

    def __init__(self, package: Package, book: str) -> None:
        name = _linked(package, book, "styles")
        if name is None:
            raise InputError("its cells have no formats")
        self._part = package.part(name)
        self._lists: dict[str, Element] = {}
        self._items: dict[str, list[Element]] = {"fonts": [], "fills": [], "cellXfs": []}
        for element in self._part.elements(depth=3):
            _, *below = element.path.split("/")
            if len(below) == 1:
                self._lists[element.local] = element
            elif below and below[0] in self._items:
                self._items[below[0]].append(element)
        if missing := self._items.keys() - self._lists.keys():
            raise InputError(f"its formats have no {' and no '.join(sorted(missing))}")
        self._sizes = {kind: len(items) for kind, items in self._items.items()}
        self._made: dict[tuple[str, int], int] = {}

    def red(self, style: int) -> int:
        """The format in red: its number format, font and alignment, in the colours of an error."""
        if ("cellXfs", style) not in self._made:
            piece, elements = self._piece("cellXfs", style)
            for xf in (element for element in elements if element.local == "xf"):
                font = self._red_font(int(xf.attributes.get("fontId", 0)))
                changes = {"fontId": font, "fillId": self._red_fill, "applyFont": 1, "applyFill": 1}
                for name, value in changes.items():
                    piece.set(xf, name, str(value))
            self._made["cellXfs", style] = self._add("cellXfs", piece.result())
        return self._made["cellXfs", style]

    @cached_property
    def _red_fill(self) -> int:
        xml = '<fill><patternFill patternType="solid">'
        xml += f'<fgColor rgb="{FILL}"/><bgColor indexed="64"/></patternFill></fill>'
        return self._add("fills", self._lists["fills"].written(xml))

    def _red_font(self, number: int) -> int:
        if ("fonts", number) not in self._made:
            piece, elements = self._piece("fonts", number)
            for font in (element for element in elements if element.local == "font"):
                parts = [part for part in elements if font.start < part.start < font.closing]
                color = f'<color rgb="{TEXT}"/>'
                if old := next((part for part in parts if part.local == "color"), None):
                    piece.replace(old, font.written(color))
                else:
                    behind = (part for part in parts if part.local in BEHIND_COLOR)
                    _put(piece, font, next(behind, None), color)
            self._made["fonts", number] = self._add("fonts", piece.result())
        return self._made["fonts", number]

    def _piece(self, kind: str, number: int) -> tuple[Part, list[Element]]:
        """A format or font to be changed and added; there may be several to choose from in it."""
        if number >= self._sizes[kind]:
            raise InputError(f"{self._part.name} has no {kind} {number}")
        piece = Part(self._part.name, self._part.raw(self._items[kind][number]))
        return piece, list(piece.elements())

    def _add(self, kind: str, xml: bytes) -> int:
        self._part.append(self._lists[kind], xml)
        self._sizes[kind] += 1
        self._part.set(self._lists[kind], "count", str(self._sizes[kind]))
        return self._sizes[kind] - 1


# --- sheets ------------------------------------------------------------------------------------


class _Layout:
    """What stands in a sheet besides its cells.

    Attributes:
        parts: the parts of the sheet by their names, in order; under "worksheet" all of it.
    """

    def __init__(self, sheet: Part) -> None:
        self.parts: dict[str, Element] = {}
        self._columns: list[tuple[range, int, int]] = []
        self._heights: dict[int, int] = {}
        for element in sheet.elements(depth=3):
            more = element.attributes
            match element.path.split("/"):
                case [_, "cols", "col"]:
                    columns = range(int(more["min"]), int(more["max"]) + 1)
                    width = 0 if _is_on(more, "hidden") else _pixels(more.get("width", "9.14"), 7)
                    self._columns.append((columns, width, int(more.get("style", 0))))
                case [_, "sheetData", "row"] if {"ht", "hidden"} & more.keys():
                    height = 0 if _is_on(more, "hidden") else _pixels(more.get("ht", "15"), 4 / 3)
                    self._heights[int(more.get("r", 0))] = height
                case [name] | [_, name]:
                    self.parts.setdefault(name, element)
        if "sheetData" not in self.parts:
            raise InputError(f"{sheet.name} has no place for cells")
        sizes = self.parts["sheetFormatPr"].attributes if "sheetFormatPr" in self.parts else {}
        self._width = _pixels(sizes.get("defaultColWidth", "9.14"), 7)
        self._height = _pixels(sizes.get("defaultRowHeight", "15"), 4 / 3)

    def column(self, number: int) -> tuple[int, int]:
        """A column's width in pixels, and the format of cells in it that are not there."""
        found = ((width, style) for columns, width, style in self._columns if number in columns)
        return next(found, (self._width, 0))

    def row(self, number: int) -> int:
        """A row's height in pixels."""
        return self._heights.get(number, self._height)


def _is_on(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) in {"1", "true"}


def _pixels(size: str, unit: float) -> int:
    return round(float(size) * unit)


def _colour(sheet: Part, layout: _Layout, formats: _Formats, cells: Mapping[Place, str]) -> None:
    """Colour cells; those that are not there are put in where they belong."""
    pending = deque(sorted(cells))
    data = row = layout.parts["sheetData"]
    at = 0
    for place, element in _places(sheet):
        gap = []
        while pending and pending[0] < place:
            gap.append(pending.popleft())
        for number, missing in groupby(gap, key=lambda place: place[0]):
            kept = row.attributes if number == at else {}
            new = "".join(
                f'<c r="{cells[one]}" s="{formats.red(_style(kept, layout, one[1]))}"/>'
                for one in missing
            )
            home = row if number == at else data
            if number == at:
                sheet.set(row, "spans", None)  # a hint at the columns used, now too narrow
            _put(sheet, home, element, new if number == at else f'<row r="{number}">{new}</row>')
        if element and pending and pending[0] == place:
            pending.popleft()
            sheet.set(element, "s", str(formats.red(int(element.attributes.get("s", 0)))))
        if element and not place[1]:
            at, row = place[0], element
    _widen(sheet, layout, cells.values())


def _places(sheet: Part) -> Iterator[tuple[Place, Element | None]]:
    """The rows and cells of a sheet, a row with column 0; at last the end."""
    at = (0, 0)
    for element in sheet.elements(depth=4):
        place, name = at, element.attributes.get("r", "")
        if element.path == "worksheet/sheetData/row":
            place = (int(name) if name else at[0] + 1, 0)
        elif element.path == "worksheet/sheetData/row/c":
            place = _place(name) if name else (at[0], at[1] + 1)
        else:
            continue
        if place <= at:
            raise InputError(f"{sheet.name} does not have its cells in order at {shown(name)}")
        yield place, element
        at = place
    yield (LAST[0] + 1, 0), None


def _style(row: Mapping[str, str], layout: _Layout, column: int) -> int:
    """The format of a cell that is not there."""
    return int(row.get("s", 0)) if _is_on(row, "customFormat") else layout.column(column)[1]


def _put(sheet: Part, home: Element, element: Element | None, xml: str) -> None:
    """Put something into an element: before another, if that is in it, or else at its end."""
    if element and element.path.rpartition("/")[0] == home.path:
        sheet.before(element, home.written(xml))
    else:
        sheet.append(home, home.written(xml))


def _widen(sheet: Part, layout: _Layout, cells: Iterable[str]) -> None:
    """Have a sheet say that it reaches as far as its cells do."""
    if dimension := layout.parts.get("dimension"):
        ref = dimension.attributes.get("ref", "A1")
        found = [match for match in map(_CELL.fullmatch, [*ref.split(":"), *cells]) if match]
        columns = sorted((match[1] for match in found), key=_number)
        rows = sorted(int(match[2]) for match in found)
        wide = f"{columns[0]}{rows[0]}:{columns[-1]}{rows[-1]}"
        if wide not in {ref, f"{ref}:{ref}"}:
            sheet.set(dimension, "ref", wide)


# --- comments ----------------------------------------------------------------------------------


def _comment(package: Package, sheet: str, base: str, notes: Mapping[str, str]) -> dict[str, str]:
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
    if name := _linked(package, sheet, "comments"):
        return package.part(name)
    main = STRICT if base.startswith("http://purl.oclc.org/") else MAIN
    xml = f'{HEAD}<comments xmlns="{main}"><authors/><commentList/></comments>'
    kind = f"{KINDS}.spreadsheetml.comments+xml"
    return package.add(sheet, f"{base}/comments", "xl/comments{}.xml", kind, lambda _: xml)[1]


def _author(part: Part) -> int:
    """Our number among the authors."""
    authors = part.only("comments/authors")
    names = [part.inner(one) for one in list(part.elements(3)) if one.local == "author"]
    if AUTHOR.encode() not in names:
        part.append(authors, authors.written(f"<author>{AUTHOR}</author>"))
        names.append(AUTHOR.encode())
    return names.index(AUTHOR.encode())


def _texts(part: Part) -> dict[str, list[Element]]:
    """Of each cell's comment the element of its text, and those of the pieces of that."""
    found: dict[str, list[Element]] = {}
    cell = ""
    for element in list(part.elements()):
        match element.path.split("/")[2:]:
            case ["comment"]:
                cell = element.attributes.get("ref", "")
            case ["comment", "text"]:
                found[cell] = [element]
            case ["comment", "text", "t"] | ["comment", "text", "r", "t"]:
                found[cell].append(element)
    return found


# --- boxes -------------------------------------------------------------------------------------


def _draw(
    package: Package, name: str, base: str, layout: _Layout, notes: Mapping[Place, str]
) -> None:
    """Draw the boxes of comments; one that is there grows to hold its text."""
    drawing = _drawing_of(package, name, base, layout)
    # Read as bytes: Excel itself writes drawings of this kind that are no well-formed XML.
    data, missing = drawing.data, dict(notes)
    for box in _BOX.finditer(data):
        row, column = (re.search(rb"<\w+:%s>\s*(\d+)" % what, box[0]) for what in _PLACE)
        place = (int(row[1]) + 1, int(column[1]) + 1) if row and column else (0, 0)
        if row and (text := missing.pop(place, "")):
            old = re.search(rb"<\w+:Anchor>[^<]*</\w+:Anchor>", box[0])
            start, end = old.span() if old else (row.start(), row.start())
            new = f"<x:Anchor {_SPACES}>{_anchor(place, text, layout)}</x:Anchor>".encode()
            drawing.splice(box.start() + start, box.start() + end, new)
    numbers = [int(number) for number in re.findall(rb"_x0000_s(\d+)", data)]
    blocks = [1024 * int(number) for number in re.findall(rb'idmap[^>]*\sdata="(\d+)', data)]
    shapes = "" if b'"_x0000_t202"' in data else _SHAPE_TYPE
    for number, (place, text) in enumerate(missing.items(), max([1024, *numbers, *blocks]) + 1):
        anchor = _anchor(place, text, layout)
        shapes += _SHAPE.format(number=number, anchor=anchor, row=place[0] - 1, column=place[1] - 1)
    end = data.rindex(b"</")
    drawing.splice(end, end, shapes.encode())


def _drawing_of(package: Package, name: str, base: str, layout: _Layout) -> Part:
    if there := layout.parts.get("legacyDrawing"):
        return package.part(package.links(name)[_id(there)][1])
    make = f"<xml {_SPACES}>{_LAYOUT}</xml>".format
    place, kind = "xl/drawings/vmlDrawing{}.vml", f"{KINDS}.vmlDrawing"
    link, drawing = package.add(name, f"{base}/vmlDrawing", place, kind, make)
    behind = next((part for key, part in layout.parts.items() if key in BEHIND), None)
    xml = f'<legacyDrawing xmlns:r="{base}" r:id="{link}"/>'
    _put(package.part(name), layout.parts["worksheet"], behind, xml)
    return drawing


def _id(element: Element) -> str:
    """The link that an element names."""
    return next(value for key, value in element.attributes.items() if key.endswith(":id"))


def _anchor(place: Place, text: str, layout: _Layout) -> str:
    """Where a box stands, beside its cell: column and pixels into it, row and pixels, twice."""
    lines = text.split("\n")
    letters = min(WIDEST, max(NARROWEST, *map(len, lines)))
    wrapped = sum(len(wrap(line, letters)) or 1 for line in lines)
    (row, column), (last_row, last_column) = place, LAST
    left, top = min(column + 1, last_column), max(row - 1, 1)
    width, height = letters * CHARACTER + MARGIN, wrapped * LINE + MARGIN
    right, across = _reach(left, INDENT + width, last_column, lambda one: layout.column(one)[0])
    bottom, down = _reach(top, height, last_row, layout.row)
    return f"{left - 1}, {INDENT}, {top - 1}, 0, {right - 1}, {across}, {bottom - 1}, {down}"


def _reach(start: int, pixels: int, last: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The row or column so many pixels on, and the pixels into it."""
    while start < last and pixels >= size(start):
        pixels -= size(start)
        start += 1
    return start, pixels
