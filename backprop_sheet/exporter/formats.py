"""How many digits numbers show: fewer places for large ones, exponents for huge and tiny ones.

A number format alone cannot tell tiny numbers below 0 from others; conditional formats can.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter.package import StyledCell
from backprop_sheet.ooxml.addresses import address, areas

FIRST_ID = 200
"""The numbers of formats from here on are free."""
EXPONENT, SHORT = "0.0000E+00", "0E+0"


class Format(NamedTuple):
    """A number format, and the numbers that it is for: a condition over a cell, in braces."""

    condition: str
    code: str


USUAL = (
    Format("AND({0}<>0,ABS({0})<0.001)", EXPONENT),
    Format("AND(ISNUMBER({0}),ABS({0})>=100000)", EXPONENT),
)
FORMATS: Mapping[str, tuple[Format, ...]] = {
    "step value": USUAL,
    "step number": USUAL,
    "step changed": USUAL,
    "step place": (
        Format("AND({0}<0,{0}>-0.005)", "0.00;0.00"),
        Format("ABS({0})>=10000", SHORT),
        Format("ABS({0})>=100", "0"),
    ),
    "step slope": (
        Format("AND({0}<0,{0}>-0.0005)", "0.000;0.000"),
        Format("ABS({0})>=1000", SHORT),
        Format("ABS({0})>=10", "0.0"),
    ),
}
"""The formats of numbers that are not of the usual size, by the style of their cells."""


def add_formats(sheet: Worksheet, cells: Iterable[StyledCell], styles: Mapping[str, int]) -> None:
    """Add conditional number formats to a sheet.

    Args:
        sheet: the sheet.
        cells: its cells.
        styles: the number of each style in the file.
    """
    known = {styles[name]: name for name in FORMATS if name in styles}
    places: dict[str, list[tuple[int, int]]] = {}
    for cell in cells:
        if cell.style in known:
            places.setdefault(known[cell.style], []).append((cell.row, cell.column))
    codes = list(dict.fromkeys(f.code for formats in FORMATS.values() for f in formats))
    for name, found in places.items():
        covered = areas(found)
        first = address(covered[0].top, covered[0].left)
        for condition, code in FORMATS[name]:
            number = NumberFormat(numFmtId=FIRST_ID + codes.index(code), formatCode=code)
            style = DifferentialStyle(numFmt=number)
            rule = Rule("expression", dxf=style, formula=[condition.format(first)], stopIfTrue=True)
            sheet.conditional_formatting.add(" ".join(a.reference for a in covered), rule)
