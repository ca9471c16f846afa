"""Parses the XML of a part with expat, and refuses what no Office file has.

Refused are a document type, whose entities could grow without limit or refer to other files;
elements that are nested too deeply; and tags that are too long.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from xml.parsers import expat

from backprop_sheet.errors import InputError, shown

DEEPEST = 100
"""The deepest nesting of elements; sheets reach about 10."""
LONGEST_TAG = 1_000_000
"""The most bytes of a tag with its attributes."""
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unreadable(InputError):
    """A file cannot be read; the text says what it is and what to do."""


Attributes = dict[str, str]


def nested(
    start: Callable[[str, Attributes], object], end: Callable[[str], object]
) -> expat.XMLParserType:
    """A parser that calls the functions at the start and the end of each element.

    While it parses it raises:
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
    """Refuse elements that are nested too deeply.

    Raises:
        Unreadable: the depth is above `DEEPEST`.
    """
    if depth > DEEPEST:
        raise Unreadable(f"broken: its XML elements are nested over {DEEPEST} deep")


def parse(parser: expat.XMLParserType, part: str, pieces: Iterable[bytes]) -> Iterator[None]:
    """Feed a part to a parser piece by piece, and yield after each piece.

    Raises:
        Unreadable: the part is not XML, or has what no Office file has.
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
    """The text with each character that XML cannot contain replaced."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


@lru_cache(1000)
def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]
