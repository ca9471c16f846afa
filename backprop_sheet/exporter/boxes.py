"""The boxes of the derivation: above the original's table, or on a tab of their own."""

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.derivation import Box
from backprop_sheet.exporter.blanks import lines_told
from backprop_sheet.exporter.look import Look
from backprop_sheet.network import TOTAL
from backprop_sheet.network.symbols import IN_ORIGINAL_BOXES
from backprop_sheet.ooxml.addresses import Area


def texts_of(box: Box, untold: set[str]) -> list[str | int]:
    """The number of a box in the original's sheet and its lines, with its name of the error."""
    lines = lines_told(box, untold)
    return [box.number, *(line.replace(TOTAL, IN_ORIGINAL_BOXES) for line in lines)]


def write_box(
    sheet: Worksheet,
    look: Look,
    texts: Sequence[str | int],
    area: Area,
    styles: tuple[str, str] = ("box number", "box line"),
) -> None:
    """Write as many texts as fit in a thin frame; the first has one style, the rest the other."""
    for offset, row in enumerate(range(area.top, area.bottom + 1)):
        style = styles[min(offset, 1)]
        for column in range(area.left, area.right + 1):
            look.frame(sheet.cell(row, column), style, _edges(row, column, area))
        sheet.cell(row, area.left).value = texts[offset] if offset < len(texts) else None


def _edges(row: int, column: int, area: Area) -> list[str]:
    """The sides of a cell that are on the edge of an area."""
    on = {
        "left": column == area.left,
        "right": column == area.right,
        "top": row == area.top,
        "bottom": row == area.bottom,
    }
    return [side for side, here in on.items() if here]
