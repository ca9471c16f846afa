"""The tab Derivation: the numbered boxes of a network whose sheet has no room for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap

from openpyxl.worksheet.pagebreak import Break, RowBreak
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet import derivation
from backprop_sheet.definitions import in_short
from backprop_sheet.exporter import page, printing
from backprop_sheet.exporter.blanks import NOTHING, Blanks, lines_told
from backprop_sheet.exporter.boxes import write_box
from backprop_sheet.exporter.layout import CHARACTER_WIDTH, COLUMN_WIDTH
from backprop_sheet.exporter.look import Look
from backprop_sheet.network import Network
from backprop_sheet.ooxml.addresses import Area

COLUMNS = 20
"""The columns that boxes stand side by side in: as wide as the first screen, and as a page."""
SCALE, ROWS_OF_PAGE = 75, 42
"""The scale of the print in per cent, and the rows that a page has room for."""
TOP = 3
"""The first row of the boxes."""
INDENT = "        "
"""What stands before the rest of a line that is broken."""
NOTE = "How each formula of the tab {tab} follows from the network."
DEFINED = "What the formulas follow from"


@dataclass(frozen=True)
class _Placed:
    """The texts of a box and where it stands."""

    texts: list[str | int]
    area: Area


def lay_out(
    sheet: Worksheet, look: Look, network: Network, tab: str, blanks: Blanks = NOTHING
) -> None:
    """Lay out the tab.

    Args:
        sheet: the sheet to fill.
        look: the styles to use.
        network: the network.
        tab: the title of the tab of its training.
        blanks: what an exercise leaves blank; then the tab also says what formulas follow from.
    """
    page.set_up(sheet, [COLUMN_WIDTH] * COLUMNS, 0)
    sheet["A1"], sheet["A1"].style = NOTE.format(tab=tab), "hint"
    untold = blanks.untold(network)
    texts: list[list[str | int]] = []
    if blanks:
        texts.append([DEFINED, *_broken(in_short(network).split("; "))])
    for box in derivation.boxes(network):
        title = f"{box.number}  {box.title}".strip()
        texts.append([title, *_broken(lines_told(box, untold))])
    placed = list(_side_by_side(texts))
    for one in placed:
        write_box(sheet, look, one.texts, one.area)
    bottom = max(one.area.bottom for one in placed)
    sheet.print_area = Area(1, 1, COLUMNS, bottom).reference
    printing.at_scale(sheet, SCALE)
    sheet.row_breaks = RowBreak(brk=[Break(id=row) for row in _breaks(placed)])


def _broken(lines: Sequence[str]) -> Iterator[str]:
    """Lines that are not wider than all columns: a longer one goes on below, indented."""
    most = int(COLUMNS * COLUMN_WIDTH / CHARACTER_WIDTH) - 2
    for line in lines:
        yield from wrap(
            line, most, subsequent_indent=INDENT, break_long_words=True, break_on_hyphens=False
        ) or [""]


def _side_by_side(texts: Sequence[list[str | int]]) -> Iterator[_Placed]:
    """Boxes from left to right; where one has no room any more, all that follow go below."""
    left, top, bottom = 1, TOP, TOP
    for lines in texts:
        columns = _columns(lines)
        if left > 1 and left + columns - 1 > COLUMNS:
            left, top = 1, bottom + 2
        area = Area(left, top, left + columns - 1, top + len(lines) - 1)
        yield _Placed(lines, area)
        left, bottom = area.right + 2, max(bottom if left > 1 else top, area.bottom)


def _columns(lines: Sequence[str | int]) -> int:
    """The columns that a box needs."""
    longest = max(len(str(line)) for line in lines)
    return min(COLUMNS, ceil((longest + 1) * CHARACTER_WIDTH / COLUMN_WIDTH))


def _breaks(placed: Sequence[_Placed]) -> Iterator[int]:
    """The last row of each page but the last: boxes that stand side by side stay together."""
    begun = 1
    for top in dict.fromkeys(box.area.top for box in placed):
        bottom = max(box.area.bottom for box in placed if box.area.top == top)
        if bottom - begun + 1 > ROWS_OF_PAGE and top > TOP:
            yield top - 1
            begun = top
