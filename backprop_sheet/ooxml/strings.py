"""The table of texts of a workbook: cells hold the number of a text in it. Read, and written."""

from collections.abc import Iterator
from html import escape

from backprop_sheet.ooxml.archive import Archive
from backprop_sheet.ooxml.links import Link
from backprop_sheet.ooxml.namespaces import CONTENT, MAIN, OFFICE
from backprop_sheet.ooxml.parsing import Attributes, Unreadable, local, nested

MOST_CHARACTERS = 20_000_000
"""Characters of the table that are read."""
PER_TEXT = 50
"""Characters that a text counts for besides its own."""
PRONOUNCED = "rPh"
"""The element that says how a text is pronounced."""
PART = "xl/sharedStrings.xml"
LINK = Link(f"{OFFICE}/sharedStrings", PART)
TYPE = f"{CONTENT}.spreadsheetml.sharedStrings+xml"


def read_strings(archive: Archive, part: str) -> list[str]:
    """The texts of a table, without how they are pronounced.

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
    """A table of texts to be written, each of them once."""

    def __init__(self) -> None:
        """Begin without texts."""
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text, which is added to the table if it is new."""
        return self._numbers.setdefault(text, len(self._numbers))

    def xml(self) -> Iterator[str]:
        """The table as a part of a workbook, piece by piece."""
        yield f'<sst xmlns="{MAIN}">'
        for text in self._numbers:
            yield f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>'
        yield "</sst>"
