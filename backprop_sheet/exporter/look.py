"""The look of a workbook: named cell styles, read from a template that anybody can edit."""

import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Border, NamedStyle
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.theme import theme_xml
from openpyxl.xml.constants import (
    ARC_STYLE,
    ARC_THEME,
    ARC_WORKBOOK,
    ARC_WORKBOOK_RELS,
    CONTYPES_NS,
    PKG_REL_NS,
    SHEET_MAIN_NS,
    XLSX,
)

from backprop_sheet import templates
from backprop_sheet.errors import InputError, LookError
from backprop_sheet.exporter.drawing.shapes import MAIN as DRAWING
from backprop_sheet.ooxml import archive as office

_IS_COLOR = re.compile("[0-9A-Fa-f]{6}").fullmatch
MOST_ELEMENTS = 100_000
"""The most XML elements of formats: room for 20,000 formats, where workbooks have hundreds."""
EMPTY_WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{CONTYPES_NS}"><Override PartName="/{ARC_WORKBOOK}" '
    f'ContentType="{XLSX}"/></Types>',
    ARC_WORKBOOK: f'<workbook xmlns="{SHEET_MAIN_NS}"/>',
    ARC_WORKBOOK_RELS: f'<Relationships xmlns="{PKG_REL_NS}"/>',
}
"""The parts of an empty workbook, by name."""
BLACK, WHITE = "000000", "FFFFFF"
PARTS = {
    "input": "input nodes (fill and text)",
    "hidden sum": "h (fill and text)",
    "hidden activation": "a_h (fill and text)",
    "output sum": "o (fill and text)",
    "output activation": "a_o (fill and text)",
    "total error": "E_Total (fill and text)",
    "line": "the arrows (text colour)",
    "outline": "the edge of the nodes (text colour)",
    "weight": "the weights beside the arrows",
    "target": "the targets",
    "error": "the errors of the outputs",
}
"""The parts of a drawing that have styles."""
STYLES = {
    "table header": "the names over the table",
    "table names": "the names of the columns in the row that stays in sight",
    "table given": "the original's first row: the numbers that may be changed",
    "table target": "t in the rows below",
    "table input": "i in the rows below",
    "table weight": "the weights in the rows below",
    "table weighted sum": "h and o",
    "table activation": "a_h and a_o",
    "table error": "the error of each output",
    "table total error": "E_Total",
    "table gradient": "the gradients",
    "table epoch": "the number of the epoch, right of the table",
    "table blank": "a cell that an exercise leaves blank",
    "table right": "such a cell once its number is right (fill and text)",
    "setting label": "the sign η=",
    "setting value": "the learning rate of the original's sheet, which may be changed",
    "setting fixed": "a setting that is not to be changed in this sheet",
    "hint": "the line that says what may be changed",
    "box number": "the number of a derivation box",
    "box line": "the lines of a derivation box",
    "box frame": "the line around a derivation box (its left border)",
    **{f"drawing {part}": f"the original's drawing: {use}" for part, use in PARTS.items()},
    **{f"network {part}": f"other drawings and tab Step: {use}" for part, use in PARTS.items()},
    "changeable": "what may be changed, everywhere but in the original's sheet",
    "step header": "tabs Step and Check: the names over columns",
    "step label": "tabs Step and Check: names",
    "step text": "tabs Step and Check: formulas as text",
    "step value": "tabs Step and Check: values",
    "step number": "tabs Step and Check: gradients and other small numbers",
    "step sign": "tab Step: the signs between factors",
    "step weight": "tab Step: the names of weights",
    "step caption": "tab Step: what a grid is called",
    "step place": "tab Step: the numbers of pictures and matrices, in grids",
    "step slope": "tab Step: their gradients, likewise",
    "step changed": "tab Check: the weight that is changed",
    "step verdict": "tab Check: PASS and FAIL",
    "verdict header": "tab Check: the name over them",
    "step error": "tab Check: the errors with a weight larger and smaller; their difference shows",
    "step difference": "tab Check: how far two numbers differ, relative to one of them",
    "step note": "tab Check: what its numbers mean",
    "compare header": "tab Compare: the names over the table",
    "compare label": "tab Compare: what the lines of the summary say",
    "compare error": "tab Compare: errors",
    "compare ratio": "tab Compare: last to first error",
    "compare helper": "tab Compare: errors for the logarithmic chart",
    "compare epoch": "tab Compare: numbers of epochs",
    "chart curve": "the chart: line and markers (text colour)",
}
"""Every style of the exporter, and what it is for; `tools.make_look` writes these texts."""


TABLES = (
    *("_fonts", "_fills", "_borders", "_alignments", "_protections", "_number_formats"),
    *("_cell_styles", "_named_styles"),
)
"""Where openpyxl keeps the formats of a workbook."""
LATER = (
    *("table blank", "table right", "step note", "table names", "setting fixed"),
    *("verdict header", "step error", "step difference"),
    *(f"network {part}" for part in PARTS),
)
"""Styles that looks made before them lack: the classic look's are used."""
INSTEAD = {f"network {part}": f"drawing {part}" for part in PARTS}
"""Styles of the same look that stand in for missing ones: it had one drawing for all networks."""


class Look:
    """The named styles of a look, in a new workbook.

    Attributes:
        workbook: a workbook without sheets that has the styles.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Read the look of a workbook, by default the classic one.

        Raises:
            LookError: the file is not a workbook, or lacks one of the styles.
        """
        pattern = _classic() if path is None else _pattern(path)
        self.workbook = _like(pattern)
        self._styles = {style.name: style for style in pattern._named_styles}  # noqa: SLF001
        self._framed: dict[tuple[str, ...], StyleArray] = {}

    def style(self, name: str) -> NamedStyle:
        """A named style."""
        return self._styles[name]

    def frame(self, cell: Cell, style: str, edges: Sequence[str]) -> None:
        """Give a cell a style, and a frame on some of its sides."""
        key = (style, *edges)
        if key not in self._framed:  # openpyxl takes long to set a new border
            cell.style = style
            cell.border = Border(**dict.fromkeys(edges, self._styles["box frame"].border.left))
            self._framed[key] = cell._style  # noqa: SLF001
        cell._style = copy(self._framed[key])  # noqa: SLF001

    def text_color(self, name: str) -> str:
        """The text colour of a style as RRGGBB."""
        return self._rgb(name, self._styles[name].font.color, BLACK)

    def fill_color(self, name: str) -> str:
        """The fill colour of a style as RRGGBB; white if it has no fill."""
        fill = self._styles[name].fill
        return self._rgb(name, fill.fgColor if fill.fill_type else None, WHITE)

    def _rgb(self, style: str, color: Color | None, default: str) -> str:
        if color is None or color.type == "auto":
            return default
        try:
            return _tinted(self._plain(color, default), color.tint)
        except (ValueError, LookupError, TypeError, ET.ParseError):
            raise LookError(f"the named cell style {style!r} has an unreadable colour") from None

    def _plain(self, color: Color, default: str) -> str:
        if color.type == "theme":
            return str(theme_colors(self.workbook.loaded_theme)[color.theme])
        if color.type == "indexed":
            known = 0 <= color.indexed < len(COLOR_INDEX)
            return str(COLOR_INDEX[color.indexed])[-6:] if known else default
        return str(color.rgb)[-6:]


@cache
def _classic() -> Workbook:
    """A workbook without sheets that has the styles of the classic look."""
    return _pattern(_place_of_classic())


def _place_of_classic() -> Path:
    return templates.folder() / "classic.xlsx"


def _pattern(source: Path) -> Workbook:
    """A workbook without sheets that has the styles of a look.

    Raises:
        LookError: the file is not a workbook, or lacks one of the styles.
    """
    try:
        template = _loaded(source)
    except InputError as error:
        raise LookError(f"{source}: {error}") from None
    except OSError as error:
        raise LookError(f"{source}: {error.strerror or error}") from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises errors of any type
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        raise LookError(f"{source}: its formats cannot be read: {reason}") from None
    named = {style.name: style for style in template._named_styles}  # noqa: SLF001
    missing = [name for name in STYLES if name not in named]
    later = () if source == _place_of_classic() else LATER
    if needed := [name for name in missing if name not in later]:
        raise LookError(
            f"{source}: the named cell style {needed[0]!r} is missing"
            + (f", and {len(needed) - 1} more" if len(needed) > 1 else "")
            + "; a copy of templates/classic.xlsx has all of them"
        )
    if missing:
        classic = {style.name: style for style in _classic()._named_styles}  # noqa: SLF001
        named |= {
            name: _renamed(named.get(INSTEAD.get(name, ""), classic[name]), name)
            for name in missing
        }
    pattern = Workbook()
    pattern.remove(pattern.active)
    pattern.loaded_theme = template.loaded_theme
    for name in STYLES:
        pattern.add_named_style(named[name])
    return pattern


def _renamed(style: NamedStyle, name: str) -> NamedStyle:
    """A copy of a style under another name."""
    renamed = copy(style)
    renamed.name = name
    return renamed


def _like(pattern: Workbook) -> Workbook:
    """A new workbook with the styles of another.

    Its tables of formats are copies, which grow with what is laid out; their entries are shared.
    """
    book = Workbook()
    book.remove(book.active)
    book.loaded_theme = pattern.loaded_theme
    for name in TABLES:
        known = getattr(pattern, name)
        table = type(known)()
        list.extend(table, known)  # its own methods compare each entry with all others
        table.__dict__ |= {key: copy(value) for key, value in vars(known).items()}
        setattr(book, name, table)
    return book


def _loaded(source: Path) -> Any:
    """A workbook with the formats of another file; openpyxl gets to see nothing else of it."""
    if not office.is_archive(source):
        raise LookError("not an .xlsx workbook")
    with office.opened(source) as archive:
        parts = _formats(archive)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a look needs nothing that openpyxl leaves out
        return load_workbook(parts, read_only=True)


def _formats(archive: office.Archive) -> io.BytesIO:
    """An archive with only the parts that say what cells look like."""
    book = archive.linked("", "officeDocument")
    if book is None:
        raise LookError("not an .xlsx workbook")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, xml in EMPTY_WORKBOOK.items():
            made.writestr(name, xml)
        for kind, place in (("styles", ARC_STYLE), ("theme", ARC_THEME)):
            if part := archive.linked(book, kind):
                if sum(1 for _ in archive.elements(part)) > MOST_ELEMENTS:
                    raise LookError(f"too many formats: over {MOST_ELEMENTS:,} elements in {part}")
                made.writestr(place, archive.read(part))
    content.seek(0)
    return content


def style_index(sheet: Worksheet, name: str, number_format: str = "", height: str = "") -> int:
    """The number of a named style in the file: the attribute ``s`` of cells that have it.

    Args:
        sheet: a sheet of the workbook.
        name: the name of the style.
        number_format: the format of its numbers, if the style leaves them as they are.
        height: where in a row it stands, such as ``top``; where its style says, if that is empty.
    """
    cell = Cell(sheet)
    cell.style = name
    if height:
        alignment = copy(cell.alignment)
        alignment.vertical = height
        cell.alignment = alignment
    if number_format and cell.number_format == "General":
        cell.number_format = number_format
    return int(cell.style_id)


def theme_colors(theme: bytes | str | None) -> list[str]:
    """The twelve colours of a theme as RRGGBB, in the order of the indices in cell formats.

    Source: ECMA-376 part 1, 18.8.3 (color). The order of light and dark is not that of the theme.
    """
    scheme = ET.fromstring(theme or theme_xml).find(f".//{{{DRAWING}}}clrScheme")  # noqa: S314
    if scheme is None:
        raise ValueError("the theme has no colours")
    found = [color[0].get("lastClr") or color[0].get("val") or BLACK for color in scheme]
    found[0:4] = [found[1], found[0], found[3], found[2]]
    return found


def _tinted(color: str, tint: float) -> str:
    """A colour made darker (if tint is below 0) or lighter (above 0).

    Source: ECMA-376 part 1, 18.8.19: the lightness L becomes L·(1 + tint) or L·(1 − tint) + tint.
    """
    if not _IS_COLOR(color):
        raise ValueError(f"{color} is not a colour")
    if not tint:
        return color
    red, green, blue = (part / 255 for part in bytes.fromhex(color))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return bytes(round(255 * part) for part in hls_to_rgb(hue, light, saturation)).hex().upper()
