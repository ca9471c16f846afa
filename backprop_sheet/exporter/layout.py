"""What goes where in the sheet: cells, boxes, chart and drawing. Knows no spreadsheet library.

The places of the 2-2-2 network are those of the original. Other networks have their boxes one
under the other, the drawing and the chart beside them, and the table below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from backprop_sheet import derivation
from backprop_sheet.derivation import Box
from backprop_sheet.errors import InputError
from backprop_sheet.network import RATE, Kind, Network
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, letters

ROW_HEIGHT = 20
"""Pixels, at 96 to the inch; 15 points."""
COLUMN_WIDTH, ERROR_WIDTH = 64, 92
"""Pixels: 8.43 and 12.4 characters of Calibri 11."""
CHARACTER_WIDTH = 6.7
"""Pixels that a character of a derivation takes, on average."""


def general(number: float, digits: int = 15) -> str:
    """A number as a spreadsheet joins it to a text: no more digits than it needs."""
    return f"{number + 0.0:.{digits}g}".upper()


ORIGINAL_LINES = [11, 5, 4, 2, 4, 4]
"""Lines of the original's boxes: the fifth has room for three of its four."""
SETTING = 6
"""The column of η's value, F; those of other settings follow, each with a name on its left."""
ORIGINAL_BOXES = (
    Area(1, 2, 5, 13),
    Area(7, 2, 13, 7),
    Area(7, 9, 13, 13),
    Area(1, 15, 13, 17),
    Area(3, 22, 9, 25),
    Area(1, 27, 13, 31),
)
ORIGINAL_TOP = 33
"""The last row above the learning rate, on which the chart ends."""
ORIGINAL_PICTURES = 15
"""The column of the drawing and the chart: O."""
PICTURE_COLUMNS, DRAWING_ROWS, CHART_ROWS = 9, 14, 19


@dataclass(frozen=True)
class Layout:
    """The places of everything in a network's sheet.

    Attributes:
        network: the network.
        columns: the column of each quantity of the table, from 1.
        settings: the cell of each setting, absolute: η in ``$F$34``.
        boxes: the derivation boxes and their areas.
        drawing, chart: the areas of the pictures.
        header: the row of the table's names; the row below is epoch 0.
        epochs: the number of epochs; where there are several samples, each has so many rows.
    """

    network: Network
    columns: dict[str, int]
    settings: dict[str, str]
    boxes: tuple[tuple[Box, Area], ...]
    drawing: Area
    chart: Area
    header: int
    epochs: int

    @property
    def first(self) -> int:
        """The row of epoch 0."""
        return self.header + 1

    @property
    def last(self) -> int:
        """The row of the last epoch."""
        return self.header + self.rows

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return self.network.rows(self.epochs)

    @property
    def cells(self) -> int:
        """How many cells the table has."""
        return self.rows * len(self.columns)

    def cell(self, name: str, row: int | str) -> str:
        """The address of a quantity in a row; a setting's is the same in every row.

        Raises:
            InputError: the sheet has no cell of that name. Without this, a name such as ``w1``
                would be read as an address and give an empty cell's 0.
        """
        if name in self.settings:
            return self.settings[name]
        if name not in self.columns:
            raise InputError(f"the sheet has no cell for {name!r}")
        return f"{letters(self.columns[name])}{row}"

    @property
    def rate(self) -> str:
        """The cell of the learning rate η."""
        return self.settings[RATE].replace("$", "")

    def column(self, name: str) -> Area:
        """All cells of a quantity."""
        place = self.columns[name]
        return Area(place, self.first, place, self.last)

    @property
    def epoch(self) -> Area:
        """The epochs' numbers, apart from the table, for the chart's axis and the reader's eye."""
        place = len(self.columns) + 2
        return Area(place, self.first, place, self.header + self.epochs)

    @property
    def errors(self) -> Area:
        """The error of each epoch: in the table, or beside its number if it is of samples."""
        if self.rows == self.epochs:
            return self.column(self.network.error)
        place = self.epoch.left + 1
        return Area(place, self.first, place, self.epoch.bottom)

    @property
    def right(self) -> int:
        """The last column in use."""
        return max(self.epoch.right, self.errors.right, self.chart.right)

    @property
    def table(self) -> Area:
        """All cells of the table, without its header."""
        return Area(1, self.first, len(self.columns), self.last)

    def heading(self, name: str) -> str:
        """What stands over a quantity's column: the error is E_tot there."""
        return self.network.symbols[name].heading

    def width(self, column: int) -> int:
        """The pixels that a column is wide: those with nine decimals or a long name are wider."""
        return self._widths.get(column, COLUMN_WIDTH)

    @cached_property
    def _widths(self) -> dict[int, int]:
        widths = {}
        for name, place in self.columns.items():
            wide = HEADING_CHARACTER * len(self.heading(name))
            error = self.network.quantities[name].kind is Kind.ERROR
            widths[place] = ERROR_WIDTH if error else max(COLUMN_WIDTH, wide)
        return widths


HEADING_CHARACTER = 8
"""Pixels that a character of a column's name takes."""


def arrange(network: Network, epochs: int) -> Layout:
    """The places of a network's sheet of so many epochs.

    Raises:
        InputError: the table has more rows or columns than a sheet.
    """
    boxes = derivation.boxes(network)
    compact = _fit_original(boxes)
    areas = _below_original(boxes) if compact else _stacked(boxes)
    right = max(ORIGINAL_PICTURES, max(area.right for area in areas) + 2)
    beside = ORIGINAL_TOP if compact else DRAWING_ROWS + CHART_ROWS + 2  # the first of the boxes
    top = max(beside, max(area.bottom for area in areas) + 2)
    end = top if compact else beside
    pictures = (right, right + PICTURE_COLUMNS - 1)
    drawing = Area(pictures[0], end - CHART_ROWS - DRAWING_ROWS + 1, pictures[1], end - CHART_ROWS)
    layout = Layout(
        network=network,
        columns={name: place for place, name in enumerate(network.columns, start=1)},
        settings={
            name: f"${letters(SETTING + 3 * place)}${top + 1}"
            for place, name in enumerate(network.named(Kind.SETTING))
        },
        boxes=tuple(zip(boxes, areas, strict=True)),
        drawing=drawing,
        chart=Area(pictures[0], end - CHART_ROWS + 1, pictures[1], end),
        header=top + 2,
        epochs=epochs,
    )
    if layout.last > LAST_ROW:
        most = (LAST_ROW - layout.header) // len(network.samples)
        raise InputError(f"epochs = {epochs}: a sheet has room for {most:,} epochs of this table")
    if len(layout.columns) > LAST_COLUMN:
        raise InputError(f"{len(layout.columns)} columns: a sheet has {LAST_COLUMN:,}")
    return layout


def _fit_original(boxes: Sequence[Box]) -> bool:
    """Whether the original's places have room for the first boxes."""
    if len(boxes) < len(ORIGINAL_BOXES):
        return False
    return all(
        len(box.lines) <= lines and _columns(box) <= area.right - area.left + 1
        for box, lines, area in zip(boxes, ORIGINAL_LINES, ORIGINAL_BOXES, strict=False)
    )


def _below_original(boxes: Sequence[Box]) -> tuple[Area, ...]:
    """The original's places, and more boxes below them."""
    count = len(ORIGINAL_BOXES)
    below = _stacked(boxes[count:], ORIGINAL_BOXES[-1].bottom + 2) if boxes[count:] else ()
    return (*ORIGINAL_BOXES, *below)


def _columns(box: Box) -> int:
    """Columns that a box's longest line takes."""
    return ceil(max(map(len, box.lines)) * CHARACTER_WIDTH / COLUMN_WIDTH)


def _stacked(boxes: Sequence[Box], top: int = 2) -> tuple[Area, ...]:
    """One box under the other, each as wide as its longest line."""
    areas: list[Area] = []
    for box in boxes:
        areas.append(Area(1, top, _columns(box), top + len(box.lines)))
        top = areas[-1].bottom + 2
    return tuple(areas)
