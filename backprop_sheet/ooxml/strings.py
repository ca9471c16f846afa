"""Reads and writes a workbook's table of texts; cells refer to its texts by number."""

from collections.abc import Iterator
from html import escape

from backprop_sheet.ooxml.archive import Archive
from backprop_sheet.ooxml.links import Link
from backprop_sheet.ooxml.namespaces import CONTENT, HEAD, MAIN, OFFICE
from backprop_sheet.ooxml.parsing import Attributes, Unreadable, local, nested

MOST_CHARACTERS = 20_000_000
"""The most characters of a table that is read."""
PER_TEXT = 50
"""Characters that each text counts for in addition to its own."""
PRONOUNCED = "rPh"
"""The element with a text's pronunciation."""
PART = "xl/sharedStrings.xml"
LINK = Link(f"{OFFICE}/sharedStrings", PART)
TYPE = f"{CONTENT}.spreadsheetml.sharedStrings+xml"


def read_strings(archive: Archive, part: str) -> list[str]:
    """The texts of a table, without their pronunciation.

    Raises:
        Unreadable: the table is broken, or too large.
    """
    found: list[str] = []
    pieces: list[str] = []
    path, size, known = [""], 0, 0

    def start(name: str, _: Attributes) -> None:
        path.append(local(name))
        if path[-1] == "si":
            pieces.clear()

    def end(_: str) -> None:
        if path.pop() == "si":
            found.append("".join(pieces))

    def take(text: str) -> None:
        if path[-1] == "t" and PRONOUNCED not in path:
            pieces.append(text)

    parser = nested(start, end)
    parser.CharacterDataHandler = take
    for _ in archive.parse(part, parser):
        size += sum(map(len, found[known:])) + PER_TEXT * (len(found) - known)
        known = len(found)
        if size + sum(map(len, pieces)) > MOST_CHARACTERS:
            raise Unreadable(f"too much text: {MOST_CHARACTERS:,} characters are read at most")
    return found


class Strings:
    """A table of texts to write; each text is in it once."""

    def __init__(self) -> None:
        """Start without texts."""
        self._numbers: dict[str, int] = {}
        self._uses = 0

    def number(self, text: str) -> int:
        """The number of a text for one more cell; a new text is added to the table."""
        self._uses += 1
        return self._numbers.setdefault(text, len(self._numbers))

    def xml(self) -> Iterator[str]:
        """The XML of the table, piece by piece."""
        yield f'{HEAD}<sst xmlns="{MAIN}" count="{self._uses}" uniqueCount="{len(self._numbers)}">'
        for text in self._numbers:
            yield f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>'
        yield "</sst>"
