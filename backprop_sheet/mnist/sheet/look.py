"""The look of the sheet: styles of its own, colours of pictures, sizes, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter import page
from backprop_sheet.mnist.sheet.layout import CELL, INPUT, PANEL, Section
from backprop_sheet.ooxml.addresses import Area, address, letters
from backprop_sheet.palette import NEGATIVE, POSITIVE, ZERO

INK, DARK, PALE = "000000", "1F3864", "EEF2F9"
"""The darkest colour of the picture; those of the largest and of the smallest value of a map, which
is no white, so that its edge can be seen."""
HIDDEN = ";;;"
"""A format that shows nothing: a number would not fit into its cell."""
SCALE = 41
"""In print, in percent: the panel and the widest column of most stages fit on a page."""
PRINTED = 172
"""The columns that then fit on a page, beside the panel."""
_LINE = Border(*[Side("hair", color="FFBFBFBF")] * 4)
_EDGE = Border(*[Side("thin", color="FFBFBFBF")] * 4)


def _style(size: int = 10, color: str = INK, at: str = "left", **font: bool) -> dict[str, object]:
    return {
        "font": Font(name="Calibri", size=size, color=f"FF{color}", **font),
        "alignment": Alignment(horizontal=at, vertical="center"),
    }


STYLES: dict[str, dict[str, object]] = {
    "digit pixel": _style(6, at="center") | {"number_format": HIDDEN, "border": _LINE},
    "digit value": _style(6, at="center")
    | {"number_format": HIDDEN, "fill": PatternFill("solid", fgColor=f"FF{PALE}")},
    "digit weight": _style(6, at="center") | {"number_format": HIDDEN, "border": _LINE},
    "digit letter": _style(7, "44546A", at="center"),
    "digit title": _style(12, DARK, bold=True),
    "digit note": _style(10, "44546A", italic=True),
    "digit label": _style(10),
    "digit answer": _style(20, DARK, at="center", bold=True),
    "digit link": _style(10, POSITIVE, underline="single"),  # type: ignore[arg-type]
    "digit head": _style(8, at="right", bold=True),
    "digit number": _style(8, at="right") | {"number_format": "0.0000"},
    "digit count": _style(8, at="right"),
    "digit any": _style(10, at="right") | {"number_format": "0.000000"},
    "digit typed": _style(10, at="right")
    | {"fill": PatternFill("solid", fgColor="FFFFF2CC"), "border": _EDGE},
}
"""The styles of the sheet."""


def add_styles(book: Workbook) -> None:
    """Give a workbook the styles of the sheet."""
    for name, parts in STYLES.items():
        book.add_named_style(NamedStyle(name=name, **parts))


def show_ink(sheet: Worksheet, area: Area) -> None:
    """Colour the picture: paper is white and ink is black."""
    ends = {"start_type": "num", "start_value": 0, "end_type": "num", "end_value": 255}
    rule = ColorScaleRule(**ends, start_color=f"FF{ZERO}", end_color=f"FF{INK}")
    sheet.conditional_formatting.add(area.reference, rule)


def show_maps(sheet: Worksheet, maps: Sequence[Area]) -> None:
    """Colour maps: in each of them the smallest value is pale and the largest is dark.

    Maps of a single value share their colours.
    """
    if all(area.size == 1 for area in maps):
        _show_values(sheet, " ".join(area.reference for area in maps))
        return
    for area in maps:
        _show_values(sheet, area.reference)


def _show_values(sheet: Worksheet, cells: str) -> None:
    rule = ColorScaleRule(
        start_type="min", start_color=f"FF{PALE}", end_type="max", end_color=f"FF{DARK}"
    )
    sheet.conditional_formatting.add(cells, rule)


def show_weights(sheet: Worksheet, areas: Iterable[Area], largest: float) -> None:
    """Colour kernels: blue above 0, red below, and strongest at the largest weight."""
    rule = ColorScaleRule(
        start_type="num",
        start_value=-largest,
        start_color=f"FF{NEGATIVE}",
        mid_type="num",
        mid_value=0,
        mid_color=f"FF{ZERO}",
        end_type="num",
        end_value=largest,
        end_color=f"FF{POSITIVE}",
    )
    sheet.conditional_formatting.add(" ".join(area.reference for area in areas), rule)


def merge(sheet: Worksheet, area: Area) -> None:
    """Make one cell of several, whose content is written without openpyxl."""
    sheet.merged_cells.add(area.reference)


def set_up(sheet: Worksheet, sections: Sequence[Section]) -> None:
    """Set the sizes, keep the panel in sight, and print it on every page, beside a part."""
    page.set_up(sheet, [], 0)
    last = sections[-1].right
    sheet.column_dimensions["A"] = ColumnDimension(
        sheet, index="A", min=1, max=last + 1, width=CELL * page.CHARACTERS, customWidth=True
    )
    sheet.sheet_format.defaultRowHeight = CELL * page.POINTS
    sheet.sheet_format.customHeight = True
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = address(1, PANEL + 1)
    for selection in sheet.sheet_view.selection:
        selection.activeCell = selection.sqref = address(INPUT.top, INPUT.left)
    sheet.print_title_cols = f"A:{letters(PANEL)}"
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = SCALE
    sheet.col_breaks = ColBreak()
    for column in _page_starts(sections):
        sheet.col_breaks.append(Break(id=column - 1))


def _page_starts(sections: Sequence[Section]) -> list[int]:
    """The first column of each page but the first: no column of blocks is cut in two."""
    starts: list[int] = []
    start = PANEL + 1
    for section in sections:
        begins = section.breaks or [section.left]
        for begin, end in zip(begins, [*begins[1:], section.right + 1], strict=True):
            if end - start > PRINTED:
                start = begin
                starts.append(begin)
    return starts
