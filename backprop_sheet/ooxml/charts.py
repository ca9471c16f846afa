"""What the charts of a workbook show: the cells that their series refer to.

A sheet leads to a drawing, the drawing to its charts. What a chart keeps of the numbers itself is
passed over: the cells count.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.errors import InputError
from backprop_sheet.ooxml import archive as office
from backprop_sheet.ooxml.addresses import Area
from backprop_sheet.ooxml.archive import Archive
from backprop_sheet.ooxml.parsing import Unreadable

MOST_SERIES = 1_000
"""The most series that a workbook's charts may have: four times what one chart can show."""
LARGEST = 32_000_000
"""The most bytes of all charts; those of the program's own workbooks have 0.1 million."""
LONGEST = 1_000
"""The most characters of a reference that are read: some 30 areas."""
SHEETS = ("worksheet", "chartsheet")
"""The kinds of sheets that may have charts."""
VALUES = ("val", "yVal")
"""The elements with the numbers of a series."""
OTHERS = ("cat", "xVal", "tx", "bubbleSize", "plus", "minus")
"""The elements with other references."""
_AREA = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?<![\].\w])(?P<plain>[^\W\d][\w.]*))!"
    r"(?P<area>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"
)


class Shown(NamedTuple):
    """Cells of a sheet that a series shows.

    Attributes:
        sheet: the sheet's title.
        area: the cells.
    """

    sheet: str
    area: Area


def series(path: Path) -> list[list[Shown]]:
    """The cells of each series of every chart of a workbook, on whichever sheet it is.

    Raises:
        Unreadable: the file cannot be read.
    """
    with office.opened(path) as archive:
        try:
            texts = chain.from_iterable(_of(archive, part) for part in _charts(archive))
            found = [list(_areas(text)) for text in islice(texts, MOST_SERIES + 1)]
        except (LookupError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise Unreadable(f"broken: {type(error).__name__}: {str(error)[:200]}") from None
    if len(found) > MOST_SERIES:
        raise Unreadable(f"its charts have more than {MOST_SERIES:,} series")
    return [areas for areas in found if areas]


def _charts(archive: Archive) -> list[str]:
    """The parts of the charts, each once."""
    book = archive.linked("", "officeDocument")
    sheets = _linked(archive, [book], *SHEETS) if book else []
    charts = _linked(archive, _linked(archive, sheets, "drawing"), "chart")
    if sum(archive.entry(part).file_size for part in charts) > LARGEST:
        raise Unreadable(f"its charts are too large: {LARGEST:,} bytes are read at most")
    return charts


def _linked(archive: Archive, sources: list[str], *kinds: str) -> list[str]:
    """The parts that others link to by links of these kinds, each once."""
    links = (link for source in sources for link in archive.links(source).values())
    return list(dict.fromkeys(link.part for link in links if link.kind in kinds))


def _of(archive: Archive, part: str) -> Iterator[str]:
    """The reference to the numbers of each series of a chart."""
    reference = ""
    for name, _, text in archive.elements(part):
        if name == "f":
            reference = text
        elif name in OTHERS:
            reference = ""
        elif name in VALUES:
            yield reference[:LONGEST]
            reference = ""


def _areas(reference: str) -> Iterator[Shown]:
    for match in _AREA.finditer(reference):
        title = match["plain"] or match["quoted"].replace("''", "'")
        with suppress(InputError):  # no sheet has such cells
            yield Shown(title, Area.of(match["area"]))
