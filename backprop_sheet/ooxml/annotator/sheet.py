"""A sheet's cells: where they stand, and how they are coloured."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from backprop_sheet.errors import InputError, shown
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Place, column_of, place_of
from backprop_sheet.ooxml.annotator.formats import Formats
from backprop_sheet.ooxml.splice import Element, Part, put

CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Layout:
    """What stands in a sheet besides its cells.

    Attributes:
        parts: the parts of the sheet by their names, in order; under "worksheet" all of it.
    """

    def __init__(self, sheet: Part) -> None:
        self.parts: dict[str, Element] = {}
        self._columns: list[tuple[range, int, int]] = []
        self._heights: dict[int, int] = {}
        for element in sheet.elements(depth=3):
            more = element.attributes
            match element.path.split("/"):
                case [_, "cols", "col"]:
                    columns = range(int(more["min"]), int(more["max"]) + 1)
                    width = 0 if _is_on(more, "hidden") else _pixels(more.get("width", "9.14"), 7)
                    self._columns.append((columns, width, int(more.get("style", 0))))
                    if len(self._columns) > LAST_COLUMN:
                        raise InputError(f"{sheet.name} has more widths than columns")
                case [_, "sheetData", "row"] if {"ht", "hidden"} & more.keys():
                    height = 0 if _is_on(more, "hidden") else _pixels(more.get("ht", "15"), 4 / 3)
                    self._heights[int(more.get("r", 0))] = height
                case [name] | [_, name]:
                    self.parts.setdefault(name, element)
        if "sheetData" not in self.parts:
            raise InputError(f"{sheet.name} has no place for cells")
        sizes = self.parts["sheetFormatPr"].attributes if "sheetFormatPr" in self.parts else {}
        self._width = _pixels(sizes.get("defaultColWidth", "9.14"), 7)
        self._height = _pixels(sizes.get("defaultRowHeight", "15"), 4 / 3)

    def column(self, number: int) -> tuple[int, int]:
        """A column's width in pixels, and the format of cells in it that are not there."""
        found = ((width, style) for columns, width, style in self._columns if number in columns)
        return next(found, (self._width, 0))

    def row(self, number: int) -> int:
        """A row's height in pixels."""
        return self._heights.get(number, self._height)


def _is_on(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) in {"1", "true"}


def _pixels(size: str, unit: float) -> int:
    return round(float(size) * unit)


def colour(sheet: Part, layout: Layout, formats: Formats, cells: Mapping[Place, str]) -> None:
    """Colour cells; those that are not there are put in where they belong."""
    pending = deque(sorted(cells))
    data = row = layout.parts["sheetData"]
    at = 0
    for place, element in _places(sheet):
        gap = []
        while pending and pending[0] < place:
            gap.append(pending.popleft())
        for number, missing in groupby(gap, key=lambda place: place[0]):
            kept = row.attributes if number == at else {}
            new = "".join(
                f'<c r="{cells[one]}" s="{formats.red(_style(kept, layout, one[1]))}"/>'
                for one in missing
            )
            home = row if number == at else data
            if number == at:
                sheet.set(row, "spans", None)  # a hint at the columns used, now too narrow
            put(sheet, home, element, new if number == at else f'<row r="{number}">{new}</row>')
        if element and pending and pending[0] == place:
            pending.popleft()
            sheet.set(element, "s", str(formats.red(int(element.attributes.get("s", 0)))))
        if element and not place[1]:
            at, row = place[0], element
    _widen(sheet, layout, cells.values())


def _places(sheet: Part) -> Iterator[tuple[Place, Element | None]]:
    """The rows and cells of a sheet, a row with column 0; at last the end."""
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


def _style(row: Mapping[str, str], layout: Layout, column: int) -> int:
    """The format of a cell that is not there."""
    return int(row.get("s", 0)) if _is_on(row, "customFormat") else layout.column(column)[1]


def _widen(sheet: Part, layout: Layout, cells: Iterable[str]) -> None:
    """Have a sheet say that it reaches as far as its cells do."""
    if dimension := layout.parts.get("dimension"):
        ref = dimension.attributes.get("ref", "A1")
        found = [match for match in map(CELL.fullmatch, [*ref.split(":"), *cells]) if match]
        columns = sorted((match[1] for match in found), key=column_of)
        rows = sorted(int(match[2]) for match in found)
        wide = f"{columns[0]}{rows[0]}:{columns[-1]}{rows[-1]}"
        if wide not in {ref, f"{ref}:{ref}"}:
            sheet.set(dimension, "ref", wide)
