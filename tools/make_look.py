"""Writes templates/classic.xlsx: the look of the original as named cell styles.

    python -m tools.make_look

This script defines the classic look. The exporter reads the workbook; for another look, you edit a
copy of it in a spreadsheet program and pass that with --look.
"""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from backprop_sheet.exporter.look import STYLES
from backprop_sheet.exporter.package import save
from backprop_sheet.palette import NODES

BLACK, WHITE, SLATE = "FF000000", "FFFFFFFF", "FF44546A"
YELLOW = "FFFFF2CC"
"""The fill of every cell that may be changed."""
LEFT, RIGHT, CENTRE = "left", "right", "center"


def style(color: str = BLACK, fill: str = "", at: str = "", **font: object) -> dict[str, object]:
    """The parts of a named style: font with text colour, fill, alignment."""
    return {
        "font": Font(name="Calibri", size=font.pop("size", 11), color=color, **font),
        "fill": PatternFill("solid", fgColor=fill) if fill else PatternFill(),
        "alignment": Alignment(horizontal=at or None, vertical="bottom"),
    }


SMALL = "[<0.0001]0.0000E+00;0.00000000"
GREY_FRAME = Border(*[Side("thin", color="FFBFBFBF")] * 4)
FRAME = Border(*[Side("thin", color=BLACK)] * 4)


def lines(at: str) -> dict[str, object]:
    """The alignment of texts that are broken into lines, and of what stands beside them."""
    return {"alignment": Alignment(horizontal=at, vertical="center", wrap_text=True)}


def beside(at: str) -> dict[str, object]:
    """The alignment of numbers beside such texts."""
    return {"alignment": Alignment(horizontal=at, vertical="center")}


DIGITS = {"number_format": "0.000000"}
PLACE = {
    "border": Border(*[Side("thin", color="FFD9DEE8")] * 4),
    "alignment": Alignment(horizontal=CENTRE, vertical="center"),
}
"""A place of a grid."""
CLASSIC: dict[str, dict[str, object]] = {
    "table header": style(WHITE, fill=BLACK, at=LEFT, bold=True),
    "table names": style(SLATE, fill="FFE7E9ED", at=LEFT),
    "table given": style(fill=YELLOW) | {"border": GREY_FRAME},
    "table target": style(),
    "table input": style(SLATE),
    "table weight": style(),
    "table weighted sum": style(),
    "table activation": style(),
    "table error": style(),
    "table total error": style(),
    "table gradient": style(),
    "table epoch": style(SLATE),
    "table blank": style(fill="FFDDEBF7") | {"border": GREY_FRAME},
    "table right": style("FF375623", fill="FFC6E0B4", bold=True),
    "setting label": style(at=LEFT),
    "setting value": style(fill=YELLOW, at=RIGHT) | {"border": GREY_FRAME},
    "setting fixed": style(at=RIGHT),
    "hint": style(SLATE, italic=True),
    "box number": style(fill=WHITE, at=LEFT),
    "box line": style(SLATE, fill=WHITE, at=LEFT),
    "box frame": style(fill=WHITE) | {"border": FRAME},
    "drawing input": style(WHITE, fill="FF5B9BD5", at=CENTRE),
    "drawing hidden sum": style(WHITE, fill="FFA9D18E", at=CENTRE),
    "drawing hidden activation": style(WHITE, fill="FF548235", at=CENTRE),
    "drawing output sum": style(WHITE, fill="FF8FAADC", at=CENTRE),
    "drawing output activation": style(WHITE, fill="FF5B9BD5", at=CENTRE),
    "drawing total error": style(WHITE, fill="FFFF0000", at=CENTRE),
    "drawing line": style("FF5B9BD5"),
    "drawing outline": style("FF41719C"),
    "drawing weight": style(),
    "drawing target": style("FF00B050"),
    "drawing error": style("FFFF0000"),
    **{f"network {role}": style(WHITE, fill=f"FF{c}", at=CENTRE) for role, c in NODES.items()},
    "network line": style("FF2E75B6"),
    "network outline": style("FF41719C"),
    "network weight": style(),
    "network target": style("FF00783C"),
    "network error": style("FFC00000"),
    "changeable": style(fill=YELLOW, at=RIGHT) | {"border": GREY_FRAME},
    "step header": style(WHITE, fill=BLACK, at=LEFT, bold=True),
    "step label": style() | lines(LEFT),
    "step text": style(SLATE) | lines(LEFT),
    "step value": style() | beside(RIGHT) | DIGITS,
    "step number": style() | beside(RIGHT) | DIGITS,
    "step sign": style() | beside(CENTRE),
    "step weight": style() | lines(RIGHT),
    "step caption": style(at=LEFT, bold=True),
    "step place": style(size=9) | {**PLACE, "number_format": "0.00"},
    "step slope": style(size=9) | {**PLACE, "number_format": "0.000"},
    "step changed": style(fill="FFDDEBF7") | beside(RIGHT) | DIGITS,
    "step verdict": style(bold=True) | beside(CENTRE),
    "verdict header": style(WHITE, fill=BLACK, at=CENTRE, bold=True),
    "step error": style() | beside(RIGHT) | {"number_format": "0.000000000000"},
    "step difference": style() | beside(RIGHT) | {"number_format": "0.0E+00"},
    "step note": style(SLATE, italic=True) | lines(LEFT),
    "compare header": style(WHITE, fill=BLACK, at=RIGHT, bold=True),
    "compare label": style(at=LEFT),
    "compare error": style(at=RIGHT) | {"number_format": SMALL},
    "compare ratio": style(at=RIGHT) | {"number_format": "[<0.001]0.000E+00;0.0000"},
    "compare helper": style("FFA6A6A6", at=RIGHT) | {"number_format": SMALL},
    "compare epoch": style(SLATE, at=RIGHT),
    "chart curve": style("FFED7D31"),
}


def workbook() -> Workbook:
    """A workbook with a row for each style: its name, a cell in that style, its use."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Look"
    sheet.append(["Style", "Looks like this", "Where it is used"])
    for column, width in zip("ABC", (26, 18, 78), strict=True):
        sheet.column_dimensions[column].width = width
    for name, use in STYLES.items():
        book.add_named_style(NamedStyle(name=name, **CLASSIC[name]))
        sheet.append([name, "0.14968", use])
        sheet.cell(sheet.max_row, 2).style = name
    for cell in sheet[1]:
        cell.style = "table header"
    sheet.append([])
    sheet.append(
        ["Change the styles, not these cells (in Excel: Home, Cell Styles, right-click, Modify)."]
    )
    sheet.append(["Then: backprop-sheet run --look THIS_FILE.xlsx"])
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book


def main() -> None:
    """Write the template."""
    save(workbook(), Path("templates") / "classic.xlsx", force=True)


if __name__ == "__main__":
    main()
