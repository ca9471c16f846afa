"""The look of a workbook: named cell styles, read from a template that anybody can change."""

from copy import copy
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import NamedStyle
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet import templates
from backprop_sheet.errors import LookError

STYLES = {
    "table header": "the names over the table",
    "table given": "the table's first row: the numbers that may be changed",
    "table target": "t in the rows below",
    "table input": "i in the rows below",
    "table weight": "the weights in the rows below",
    "table weighted sum": "h and o",
    "table activation": "a_h and a_o",
    "table error": "the error of each output",
    "table total error": "E_tot",
    "table gradient": "the gradients",
    "table epoch": "the number of the epoch, right of the table",
    "setting label": "the sign η=",
    "setting value": "the learning rate",
    "note": "the line that says what may be changed",
    "box number": "the number of a derivation box",
    "box line": "the lines of a derivation box",
    "box frame": "the line around a derivation box: its left border, its fill",
    "drawing input": "the drawing: input nodes (fill and text)",
    "drawing hidden sum": "the drawing: h (fill and text)",
    "drawing hidden activation": "the drawing: a_h (fill and text)",
    "drawing output sum": "the drawing: o (fill and text)",
    "drawing output activation": "the drawing: a_o (fill and text)",
    "drawing total error": "the drawing: E_Total (fill and text)",
    "drawing line": "the drawing: the arrows (text colour)",
    "drawing outline": "the drawing: the edge of the nodes (text colour)",
    "drawing weight": "the drawing: the weights beside the arrows",
    "drawing target": "the drawing: the targets",
    "drawing error": "the drawing: the errors of the outputs",
    "input": "what may be changed, in tabs other than the original's sheet",
    "compare header": "tab Compare: the names over the table",
    "compare label": "tab Compare: what the lines of the summary say",
    "compare error": "tab Compare: errors",
    "compare ratio": "tab Compare: last to first error",
    "compare epoch": "tab Compare: numbers of epochs",
    "chart curve": "the chart: line and markers (text colour)",
}
"""Every style the exporter uses, and what for."""


class Look:
    """The named styles of a look, put into a new, empty workbook.

    Attributes:
        workbook: an empty workbook without sheets that knows the styles.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Read the look of a workbook, of the classic one if none is named.

        Raises:
            LookError: the file is no workbook, or lacks one of the styles.
        """
        source = path or templates.folder() / "classic.xlsx"
        try:
            template = load_workbook(source, read_only=True)
        except (OSError, BadZipFile, KeyError, ValueError, InvalidFileException) as error:
            raise LookError(f"{source}: {_reason(error)}") from None
        named = {style.name: style for style in template._named_styles}  # noqa: SLF001
        if missing := [name for name in STYLES if name not in named]:
            raise LookError(
                f"{source}: the named cell style {missing[0]!r} is missing"
                + (f", and {len(missing) - 1} more" if len(missing) > 1 else "")
                + "; a copy of templates/classic.xlsx has all of them"
            )
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.active)
        self.workbook.loaded_theme = template.loaded_theme
        for name in STYLES:
            self.workbook.add_named_style(_copy(named[name]))
        self._styles = {name: named[name] for name in STYLES}
        template.close()

    def text_color(self, name: str) -> str:
        """The colour of a style's text as RRGGBB."""
        return _rgb(self._styles[name].font.color, "000000")

    def fill_color(self, name: str) -> str:
        """The colour of a style's fill as RRGGBB."""
        return _rgb(self._styles[name].fill.fgColor, "FFFFFF")


def _reason(error: Exception) -> str:
    """Why a file cannot be read as a workbook."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "this is no .xlsx workbook"


def style_index(sheet: Worksheet, name: str) -> int:
    """The number by which a cell of this sheet names a style in the file: its attribute ``s``."""
    cell = Cell(sheet)
    cell.style = name
    return int(cell.style_id)


def _copy(style: NamedStyle) -> NamedStyle:
    parts = ("font", "fill", "border", "alignment", "number_format", "protection")
    return NamedStyle(name=style.name, **{part: copy(getattr(style, part)) for part in parts})


def _rgb(color: Color | None, default: str) -> str:
    if color is None or color.type == "theme":
        return default
    value = COLOR_INDEX[color.indexed] if color.type == "indexed" else color.rgb
    return str(value)[-6:]
