"""Has expat parse the XML of a part, and refuses what no Office file holds.

That is a document type, whose entities could grow without bound or name other files; elements
nested too deeply; and a tag of endless length.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from xml.parsers import expat

from backprop_sheet.errors import InputError, shown

DEEPEST = 100
"""Elements within elements; sheets have 10 or so."""
LONGEST_TAG = 1_000_000
"""Bytes of a tag with its attributes."""
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unreadable(InputError):
    """A file cannot be read: what it is, and what to do."""


Attributes = dict[str, str]


def nested(
    start: Callable[[str, Attributes], object], end: Callable[[str], object]
) -> expat.XMLParserType:
    """A parser that calls these at the start and the end of each element, up to a depth.

    Raises, while it parses:
        Unreadable: elements are nested too deeply.
    """
    parser, depth = expat.ParserCreate(), 0

    def go_in(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        check_depth(depth)
        start(name, attributes)

    def go_out(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    parser.StartElementHandler, parser.EndElementHandler = go_in, go_out
    return parser


def check_depth(depth: int) -> None:
    """Refuse elements nested too deeply.

    Raises:
        Unreadable: they are.
    """
    if depth > DEEPEST:
        raise Unreadable(f"broken: its XML elements are nested over {DEEPEST} deep")


def parse(parser: expat.XMLParserType, part: str, pieces: Iterable[bytes]) -> Iterator[None]:
    """Feed a part to a parser piece by piece, and hand control back after each of them.

    Raises:
        Unreadable: it is not XML as an Office file has it.
    """

    def refuse_document_type(*_: object) -> None:
        raise Unreadable(f"its part {shown(part)} has a document type, as no workbook does")

    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.buffer_text = True
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                raise Unreadable(f"a tag in its part {shown(part)} has over {LONGEST_TAG:,} bytes")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable(f"broken: its part {shown(part)} is not XML: {error}") from None
    yield


def holdable(text: str) -> str:
    """A text in which whatever XML cannot hold is replaced."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


@lru_cache(1000)
def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]
