"""Colours cells of a sheet, and knows the sizes of its columns and rows."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby

from backprop_sheet.errors import InputError, shown
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, Place, address, place_of
from backprop_sheet.ooxml.annotator.formats import Formats
from backprop_sheet.ooxml.part import Element, Part

CHARACTER, POINT = 7, 4 / 3
"""Pixels in a character of the standard font, in which columns are measured, and in a point."""


class Layout:
    """What a sheet has besides its cells.

    Attributes:
        parts: the root and the elements below it by their names, in order.
    """

    def __init__(self, sheet: Part) -> None:
        """Read a sheet down to its rows.

        Raises:
            InputError: it is not a sheet with cells.
        """
        self.parts: dict[str, Element] = {}
        self._columns: list[tuple[range, int, int]] = []
        self._heights: dict[int, int] = {}
        for element in sheet.elements(depth=3):
            more = element.attributes
            match element.path.split("/"):
                case [_, "cols", "col"]:
                    columns = range(int(more["min"]), int(more["max"]) + 1)
                    width = _pixels(more, "width", "9.14", CHARACTER)
                    self._columns.append((columns, width, int(more.get("style", 0))))
                    if len(self._columns) > LAST_COLUMN:
                        raise InputError(f"{sheet.name} has more widths than columns")
                case [_, "sheetData", "row"] if {"ht", "hidden"} & more.keys():
                    self._heights[int(more.get("r", 0))] = _pixels(more, "ht", "15", POINT)
                case [name] | [_, name]:
                    self.parts.setdefault(name, element)
        if "sheetData" not in self.parts:
            raise InputError(f"{sheet.name} has no place for cells")
        sizes = self.parts["sheetFormatPr"].attributes if "sheetFormatPr" in self.parts else {}
        self._width = _pixels(sizes, "defaultColWidth", "9.14", CHARACTER)
        self._height = _pixels(sizes, "defaultRowHeight", "15", POINT)

    def width(self, column: int) -> int:
        """A column's width in pixels; 0 if it is hidden."""
        return next(
            (width for columns, width, _ in self._columns if column in columns), self._width
        )

    def style(self, column: int) -> int:
        """The number of the format of a column's cells, for cells without a format of their own."""
        return next((style for columns, _, style in self._columns if column in columns), 0)

    def height(self, row: int) -> int:
        """A row's height in pixels; 0 if it is hidden."""
        return self._heights.get(row, self._height)


def _is_on(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) in {"1", "true"}


def _pixels(attributes: Mapping[str, str], size: str, default: str, unit: float) -> int:
    if _is_on(attributes, "hidden"):
        return 0
    return round(float(attributes.get(size, default)) * unit)


def colour(sheet: Part, layout: Layout, formats: Formats, places: Sequence[Place]) -> None:
    """Colour cells, which are given in the order of the sheet; missing cells are added."""
    pending = deque(places)
    row: Element | None = None
    row_number = 0
    for place, element in _places(sheet):
        missing = []
        while pending and pending[0] < place:
            missing.append(pending.popleft())
        for number, some in groupby(missing, key=lambda one: one[0]):
            home = row if number == row_number else None
            new = "".join(_new_cell(one, home, layout, formats) for one in some)
            if home:
                sheet.set(home, "spans", None)  # the range of columns used, which is now too small
                sheet.insert(home, new, element)
            else:
                sheet.insert(layout.parts["sheetData"], f'<row r="{number}">{new}</row>', element)
        if element and pending and pending[0] == place:
            pending.popleft()
            sheet.set(element, "s", str(formats.red(int(element.attributes.get("s", 0)))))
        if element and not place[1]:
            row_number, row = place[0], element
    _widen(sheet, layout, places)


def _places(sheet: Part) -> Iterator[tuple[Place, Element | None]]:
    """The rows and cells of a sheet, and finally its end; a row has column 0."""
    at = (0, 0)
    for element in sheet.elements(depth=4):
        place, name = at, element.attributes.get("r", "")
        if element.path == "worksheet/sheetData/row":
            place = (int(name) if name else at[0] + 1, 0)
        elif element.path == "worksheet/sheetData/row/c":
            place = place_of(name) if name else (at[0], at[1] + 1)
        else:
            continue
        if place <= at:
            raise InputError(f"{sheet.name} does not have its cells in order at {shown(name)}")
        yield place, element
        at = place
    yield (LAST_ROW + 1, 0), None


def _new_cell(place: Place, row: Element | None, layout: Layout, formats: Formats) -> str:
    """The XML of an empty red cell in the format of its row or column; a new row is None."""
    style = layout.style(place[1])
    if row and _is_on(row.attributes, "customFormat"):
        style = int(row.attributes.get("s", 0))
    return f'<c r="{address(*place)}" s="{formats.red(style)}"/>'


def _widen(sheet: Part, layout: Layout, places: Sequence[Place]) -> None:
    """Extend the range that a sheet says it uses to all of its cells."""
    with suppress(InputError, KeyError):  # it gives no range, or an invalid one
        dimension = layout.parts["dimension"]
        known = dimension.attributes.get("ref", "A1")
        wide = Area.around([*Area.of(known).corners, *places]).reference
        if wide not in {known, f"{known}:{known}"}:
            sheet.set(dimension, "ref", wide)
