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
from backprop_sheet.exporter.page import LARGEST
from backprop_sheet.network import Kind
from backprop_sheet.ooxml.addresses import Area, address, areas

FIRST_ID = 200
"""The numbers of formats from here on are free."""
WHOLE = (Kind.COUNTER, Kind.SEED, Kind.DRAW)
"""Kinds of whole numbers, which show all their digits. They are the first columns of a table."""
EXPONENT, SHORT, GENERAL = "0.0000E+00", "0E+0", "General"


class Format(NamedTuple):
    """A number format, and the numbers that it is for: a comparison with one or two others.

    A condition over the cell itself would have to name it, and for cells in several areas programs
    do not agree on which one a relative reference means.
    """

    operator: str
    ends: tuple[str, ...]
    code: str


def _within(end: str, code: str) -> Format:
    return Format("between", (f"-{end}", end), code)


def _beyond(end: str, code: str) -> Format:
    return Format("notBetween", (f"-{end}", end), code)


USUAL = (
    Format("equal", ("0",), "0.000000"),
    _within("0.000999999", EXPONENT),
    _beyond("99999.9", EXPONENT),
)
AS_THEY_ARE = (_within(LARGEST, GENERAL),)
"""For numbers that show the digits that they have. Their cells have the format `DECIMALS`: in
LibreOffice, one of the format General would take on that of the cells that its formula refers to,
and show a 1 as 1.000000."""
FORMATS: Mapping[str, tuple[Format, ...]] = {
    "setting fixed": AS_THEY_ARE,
    "step value": USUAL,
    "step number": USUAL,
    "step changed": USUAL,
    "step error": (
        _within("0.000999999", "0.00000000000E+00"),
        _beyond("99999.9", "0.00000000000E+00"),
        _beyond("99.99", "0.000000000"),
    ),
    "step difference": (Format("equal", ("0",), "0"),),
    "step place": (
        _within("0.004999", "0.00;0.00"),
        _beyond("9999", SHORT),
        _beyond("99.99", "0"),
    ),
    "step slope": (
        _within("0.0004999", "0.000;0.000"),
        _beyond("999", SHORT),
        _beyond("9.99", "0.0"),
    ),
}
"""The formats of numbers that are not of the usual size, by the style of their cells."""
DECIMALS = "0.000000"
"""How a table's numbers are shown, and others whose styles leave that open. As many places as fit
would fill their columns to the edge."""
AS_TYPED = "AND({0}=ROUND({0},3),ABS({0})<1E+07)"
"""A condition: the number has few digits, as those that people type, so that all of them show."""
OF_TABLE = (
    _within("0.000999999", "0.00E+00"),
    _beyond("9999.9", "0.00E+00"),
    _beyond("9.999999", "0.000"),
)
"""The formats of a table's numbers that are not of the usual size."""
CODES = list(dict.fromkeys(form.code for forms in (*FORMATS.values(), OF_TABLE) for form in forms))
"""All formats, in the order of their numbers in the file."""


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
    for name, found in places.items():
        covered = " ".join(area.reference for area in areas(found))
        for form in FORMATS[name]:
            rule = _rule(form)
            rule.stopIfTrue = True
            sheet.conditional_formatting.add(covered, rule)


def add_table_formats(sheet: Worksheet, area: Area) -> None:
    """Add conditional number formats to a table whose cells are formatted as `DECIMALS`.

    No rule stops the others: the self-check of an exercise colours the same cells.
    """
    condition = AS_TYPED.format(address(area.top, area.left))
    typed = Rule("expression", dxf=_shown_as(GENERAL), formula=[condition])
    for rule in (typed, *map(_rule, OF_TABLE)):
        sheet.conditional_formatting.add(area.reference, rule)


def add_whole_formats(sheet: Worksheet, area: Area) -> None:
    """Add a conditional format with which numbers that are whole, and never below 0, are whole."""
    sheet.conditional_formatting.add(
        area.reference, _rule(Format("greaterThanOrEqual", ("0",), GENERAL))
    )


def _rule(form: Format) -> Rule:
    dxf = _shown_as(form.code)
    return Rule("cellIs", dxf=dxf, operator=form.operator, formula=[*form.ends])


def _shown_as(code: str) -> DifferentialStyle:
    number = NumberFormat(numFmtId=FIRST_ID + CODES.index(code), formatCode=code)
    return DifferentialStyle(numFmt=number)
