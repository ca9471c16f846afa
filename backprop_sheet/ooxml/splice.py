"""Changes single places of an Office file and leaves every other byte of it as it is.

An Office file is a zip package of XML parts, linked with each other. A part is not read into a tree
and written again, which would lose or rename whatever the tree does not know; only the positions of
its elements are found, and bytes put in or taken out there. Knows no spreadsheets.
"""

import copy
import posixpath
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from backprop_sheet.errors import InputError, shown

TYPES = "[Content_Types].xml"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LARGEST = 50_000_000
"""Bytes of a part that is changed, which is done in memory: a sheet of 20,000 epochs."""
MOST_ELEMENTS = 200_000
"""Elements of a part that is no sheet: there can be 65,000 formats of cells."""
NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip archive can hold."""
_CHUNK = 1 << 16
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)""")
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""How a part starts that is not written in single bytes."""


@dataclass(slots=True)
class Element:
    """Where an element stands in its part.

    Attributes:
        path: the names from the root to it, without prefixes: ``worksheet/sheetData/row``.
        name: its name as it is written, maybe with a prefix: ``x:row``.
        attributes: its attributes, under their names as they are written.
        start: the byte at which it starts.
        closing: the byte at which its content ends, once the part has been read that far.
    """

    path: str
    name: str
    attributes: dict[str, str]
    start: int
    closing: int = -1

    @property
    def local(self) -> str:
        """Its name without a prefix."""
        return self.name.rpartition(":")[2]

    def written(self, xml: str) -> bytes:
        """XML with every element given this one's prefix."""
        prefix = self.name[: -len(self.local)]
        return re.sub("(</?)", rf"\1{prefix}", xml).encode()


class Part:
    """The XML of a part, or of a piece of one, with the changes to it."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = _as_utf8(name, data)
        self.changed = False
        self._spliced: list[tuple[int, int, bytes]] = []
        self._appended: dict[int, tuple[Element, list[bytes]]] = {}
        self._set: dict[tuple[int, str], tuple[Element, str | None]] = {}

    def elements(self, depth: int = 99) -> Iterator[Element]:
        """The elements in the order in which they start, down to a depth; the root's is 1.

        Raises:
            InputError: this is no well-formed XML, or it has a document type.
        """
        found: list[Element] = []
        stack: list[Element | None] = []
        parser = expat.ParserCreate()

        def start(name: str, attributes: dict[str, str]) -> None:
            element = None
            if len(stack) < depth:
                above = f"{stack[-1].path}/" if stack and stack[-1] else ""
                path = above + name.rpartition(":")[2]
                element = Element(path, name, attributes, parser.CurrentByteIndex)
                found.append(element)
            stack.append(element)

        def end(_: str) -> None:
            if element := stack.pop():
                element.closing = parser.CurrentByteIndex

        def refuse(*_: object) -> None:  # its entities could grow without bound
            raise InputError(f"{self.name} has a document type, which no workbook has")

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.StartDoctypeDeclHandler = refuse
        try:
            for at in range(0, len(self.data) + 1, _CHUNK):
                parser.Parse(self.data[at : at + _CHUNK])
                yield from found
                found.clear()
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputError(f"{self.name} is no well-formed XML: {error}") from None

    def all(self, depth: int = 99) -> list[Element]:
        """The elements of a part that is no sheet, each with its end.

        Raises:
            InputError: there are too many, this is no well-formed XML, or it has a document type.
        """
        found = list(islice(self.elements(depth), MOST_ELEMENTS + 1))
        if len(found) > MOST_ELEMENTS:
            raise InputError(f"{self.name} has more than {MOST_ELEMENTS:,} elements")
        return found

    def only(self, path: str) -> Element:
        """The first element with a path.

        Raises:
            InputError: there is none.
        """
        for element in self.all(path.count("/") + 1):
            if element.path == path:
                return element
        raise InputError(f"{self.name} has no {path}")

    def raw(self, element: Element) -> bytes:
        """All bytes of an element."""
        return self.data[element.start : self._end(element)]

    def inner(self, element: Element) -> bytes:
        """The bytes of its content."""
        return self.data[self._tag(element).end() : element.closing]

    def splice(self, start: int, end: int, new: bytes) -> None:
        """Put bytes in place of others."""
        self._spliced.append((start, end, new))
        self.changed = True

    def before(self, element: Element, new: bytes) -> None:
        """Put something before an element."""
        self.splice(element.start, element.start, new)

    def replace(self, element: Element, new: bytes) -> None:
        """Put something in place of an element."""
        self.splice(element.start, self._end(element), new)

    def append(self, element: Element, new: bytes) -> None:
        """Add something to the end of an element's content, after what was added before."""
        self._appended.setdefault(element.start, (element, []))[1].append(new)
        self.changed = True

    def set(self, element: Element, name: str, value: str | None) -> None:
        """Give an attribute a value, or take it away; what is said last holds."""
        self._set[element.start, name] = element, value
        self.changed = True

    def result(self) -> bytes:
        """The part with all changes."""
        edits = [*self._attributes(), *self._contents(), *self._spliced]
        pieces, at = [], 0
        for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
            pieces += [self.data[at:start], new]
            at = end
        return b"".join([*pieces, self.data[at:]])

    def _attributes(self) -> Iterator[tuple[int, int, bytes]]:
        for (_, name), (element, value) in self._set.items():
            tag = self._tag(element)
            found = _ATTRIBUTE.finditer(self.data, element.start, tag.end())
            there = next((match for match in found if match[1] == name.encode()), None)
            new = b"" if value is None else f" {name}={quoteattr(value)}".encode()
            last = tag.end() - (2 if tag[0].endswith(b"/>") else 1)
            yield (*(there.span() if there else (last, last)), new)

    def _contents(self) -> Iterator[tuple[int, int, bytes]]:
        for element, added in self._appended.values():
            new, tag = b"".join(added), self._tag(element)
            if tag[0].endswith(b"/>"):
                yield tag.end() - 2, tag.end(), b">" + new + f"</{element.name}>".encode()
            else:
                yield element.closing, element.closing, new

    def _tag(self, element: Element) -> re.Match[bytes]:
        tag = _TAG.match(self.data, element.start)
        assert tag, "expat found an element here"
        return tag

    def _end(self, element: Element) -> int:
        tag = self._tag(element)
        if tag[0].endswith(b"/>"):
            return tag.end()
        return self.data.index(b">", element.closing) + 1


class Package:
    """An Office file, opened to be copied with changes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._parts: dict[str, Part] = {}

    def part(self, name: str) -> Part:
        """A part, always the same one for the same name; its changes go into the copy.

        Raises:
            InputError: there is none, or it is in no encoding that is known.
        """
        there = self._names.get(name.lower())  # names of parts know no case
        if there is None:
            raise InputError(f"there is no part {shown(name)}")
        if there not in self._parts:
            if self._archive.getinfo(there).file_size > LARGEST:
                raise InputError(f"too large to be marked: {there} has over {LARGEST:,} bytes")
            self._parts[there] = Part(there, self._archive.read(there))
        return self._parts[there]

    def links(self, source: str) -> dict[str, tuple[str, str]]:
        """The links of a part, as id → type and part linked to; the package's own under ""."""
        name, folder = _links_of(source), posixpath.dirname(source)
        if name.lower() not in self._names:
            return {}
        return {
            link.get("Id", ""): (link.get("Type", ""), _resolved(folder, link.get("Target", "")))
            for link in (element.attributes for element in self.part(name).all()[1:])
            if link.get("TargetMode") != "External"
        }

    def add(
        self, source: str, link: str, place: str, kind: str, make: Callable[[int], str]
    ) -> tuple[str, Part]:
        """Add a part, and a link to it from another; the id of the link, and the part.

        Args:
            source: the part that links to it.
            link: the type of the link.
            place: its name, with ``{}`` where a number goes that makes it new.
            kind: its content type.
            make: its XML, from that number.
        """
        number = next(n for n in range(1, 1 << 31) if place.format(n).lower() not in self._names)
        name = place.format(number)
        self._create(name, make(number))
        types = self.part(TYPES)
        root = types.only("Types")
        types.append(root, root.written(f'<Override PartName="/{name}" ContentType="{kind}"/>'))
        return self._link(source, link, name), self._parts[name]

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name.lower() in self._names

    def write(
        self,
        target: Path,
        last: Part | None = None,
        put: Callable[[zipfile.ZipFile, Part], None] | None = None,
    ) -> None:
        """Write the copy: what is not changed as it was, new parts behind it.

        Args:
            target: where to.
            last: a part that is not written here, but by `put` when all others are.
            put: what writes it.
        """
        with zipfile.ZipFile(target, "w") as archive:
            for info in self._archive.infolist():
                part = self._parts.get(info.filename)
                entry = copy.copy(info)
                if part and part is last:
                    continue
                if part and part.changed:
                    _write(archive, entry, part.result())
                else:
                    with self._archive.open(info) as old, archive.open(entry, "w") as new:
                        shutil.copyfileobj(old, new)
            for name in [name for name in self._parts if name not in archive.NameToInfo]:
                if self._parts[name] is not last:
                    entry = zipfile.ZipInfo(name, NO_DATE)
                    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
                    _write(archive, entry, self._parts[name].result())
            if last and put:
                put(archive, last)

    def _create(self, name: str, xml: str) -> None:
        self._names[name.lower()] = name
        self._parts[name] = Part(name, xml.encode())

    def _link(self, source: str, link: str, target: str) -> str:
        if _links_of(source).lower() not in self._names:
            self._create(_links_of(source), f'{HEAD}<Relationships xmlns="{LINKS}"/>')
        identity = f"rId{link.rpartition('/')[2]}"
        while identity in self.links(source):
            identity += "_"
        links = self.part(_links_of(source))
        root = links.only("Relationships")
        new = f'<Relationship Id="{identity}" Type="{link}" Target="/{target}"/>'
        links.append(root, root.written(new))
        return identity


def _links_of(part: str) -> str:
    """The part that holds the links of another."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(folder: str, target: str) -> str:
    """The name of the part that a link leads to."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, data: bytes) -> None:
    entry.file_size = len(data)  # so that the archive knows when it needs the larger format
    with archive.open(entry, "w") as stream:
        stream.write(data)


def _as_utf8(name: str, data: bytes) -> bytes:
    """XML in single bytes, where positions of one reader are those of another."""
    declared = _DECLARED.match(data)
    encoding = _WIDE.get(data[:2]) or (declared[1].decode() if declared else "utf-8")
    if encoding.lower() in {"utf-8", "utf8", "us-ascii"}:
        return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        raise InputError(f"{name} is not in the encoding {shown(encoding)} it claims") from None
    return re.sub(r"\A<\?xml.*?\?>", '<?xml version="1.0" encoding="UTF-8"?>', text).encode()


def put(part: Part, home: Element, element: Element | None, xml: str) -> None:
    """Put something into an element: before another, if that is in it, or else at its end."""
    if element and element.path.rpartition("/")[0] == home.path:
        part.before(element, home.written(xml))
    else:
        part.append(home, home.written(xml))


def linked(package: Package, source: str, word: str) -> str | None:
    """The part of a kind that a part links to."""
    links = package.links(source).values()
    return next((part for kind, part in links if kind.endswith(f"/{word}")), None)


def link_of(element: Element) -> str:
    """The link that an element names."""
    return next(value for key, value in element.attributes.items() if key.endswith(":id"))
