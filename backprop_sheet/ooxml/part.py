"""Changes the XML of a part in a few places, and keeps every other byte.

Reading a part into a tree and writing it again would lose or rename what the tree does not know. So
only the positions of elements are found, and bytes are inserted or removed there. Knows nothing of
spreadsheets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from xml.sax.saxutils import quoteattr

from backprop_sheet.errors import InputError, shown
from backprop_sheet.ooxml.parsing import Attributes, local, nested, parse

MOST_ELEMENTS = 200_000
"""The most elements of a part that is not a sheet: there can be 65,000 cell formats."""
ALL = 99
"""A depth that no element has."""
_CHUNK = 1 << 16
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)""")
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""How a part begins that is in an encoding of two-byte characters."""


@dataclass(slots=True)
class Element:
    """The position of an element in its part.

    Attributes:
        path: the names from the root to it, without prefixes: ``worksheet/sheetData/row``.
        name: its name as written, with its prefix if it has one: ``x:row``.
        attributes: its attributes, by their names as written.
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
        """Its name without the prefix."""
        return local(self.name)

    def prefixed(self, xml: str) -> bytes:
        """The XML with this element's prefix on every element in it."""
        prefix = self.name[: -len(self.local)]
        return re.sub("(</?)", rf"\1{prefix}", xml).encode()


class Part:
    """The XML of a part, or of a piece of one, and the changes to it."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = _as_utf8(name, data)
        self.changed = False
        self._spliced: list[tuple[int, int, bytes]] = []
        self._appended: dict[int, tuple[Element, list[bytes]]] = {}
        self._set: dict[tuple[int, str], tuple[Element, str | None]] = {}

    def elements(self, depth: int = ALL) -> Iterator[Element]:
        """The elements in the order in which they start, down to a depth; the root has depth 1.

        Raises:
            Unreadable: the part is not XML, or has what no Office file has.
        """
        found: list[Element] = []
        opened: list[Element | None] = []

        def start(name: str, attributes: Attributes) -> None:
            element = None
            if len(opened) < depth:
                above = f"{opened[-1].path}/" if opened and opened[-1] else ""
                element = Element(above + local(name), name, attributes, parser.CurrentByteIndex)
                found.append(element)
            opened.append(element)

        def end(_: str) -> None:
            if element := opened.pop():
                element.closing = parser.CurrentByteIndex

        parser = nested(start, end)
        pieces = (self.data[at : at + _CHUNK] for at in range(0, len(self.data), _CHUNK))
        for _ in parse(parser, self.name, pieces):
            yield from found
            found.clear()

    def all(self, depth: int = ALL) -> list[Element]:
        """The elements of a part that is not a sheet, each with its end.

        Raises:
            InputError: there are too many, the part is not XML, or it has what no Office file has.
        """
        found = list(islice(self.elements(depth), MOST_ELEMENTS + 1))
        if len(found) > MOST_ELEMENTS:
            raise InputError(f"{self.name} has more than {MOST_ELEMENTS:,} elements")
        return found

    def only(self, path: str) -> Element:
        """The first element with a path.

        Raises:
            InputError: there is no such element.
        """
        for element in self.all(path.count("/") + 1):
            if element.path == path:
                return element
        raise InputError(f"{self.name} has no {path}")

    def raw(self, element: Element) -> bytes:
        """The bytes of an element, tags included."""
        return self.data[element.start : self._end(element)]

    def inner(self, element: Element) -> bytes:
        """The bytes of an element's content."""
        return self.data[self._tag(element).end() : element.closing]

    def splice(self, start: int, end: int, new: bytes) -> None:
        """Replace the bytes from `start` to `end`."""
        self._spliced.append((start, end, new))
        self.changed = True

    def insert(self, parent: Element, xml: str, before: Element | None = None) -> None:
        """Insert elements into another one, before one of its children or at its end.

        Args:
            parent: the element to insert into; the new elements get its prefix.
            xml: the new elements, without prefixes.
            before: the child to insert before; ignored if it is not a child of the parent.
        """
        new = parent.prefixed(xml)
        if before and before.path.rpartition("/")[0] == parent.path:
            self.splice(before.start, before.start, new)
        else:
            self.append(parent, new)

    def replace(self, element: Element, new: bytes) -> None:
        """Replace an element."""
        self.splice(element.start, self._end(element), new)

    def append(self, element: Element, new: bytes) -> None:
        """Append to the content of an element, after what was appended before."""
        self._appended.setdefault(element.start, (element, []))[1].append(new)
        self.changed = True

    def set(self, element: Element, name: str, value: str | None) -> None:
        """Set an attribute, or remove it if the value is None; the last call wins."""
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


def _as_utf8(name: str, data: bytes) -> bytes:
    """XML in UTF-8, in which expat and regular expressions count the same positions."""
    declared = _DECLARED.match(data)
    encoding = _WIDE.get(data[:2]) or (declared[1].decode() if declared else "utf-8")
    if encoding.lower() in {"utf-8", "utf8", "us-ascii"}:
        return data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        raise InputError(f"{name} is not in the encoding {shown(encoding)} it claims") from None
    return re.sub(r"\A<\?xml.*?\?>", '<?xml version="1.0" encoding="UTF-8"?>', text).encode()
