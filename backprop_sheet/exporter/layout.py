"""The positions of everything in a sheet: cells, boxes, chart and drawing. Uses no library.

A 2-2-2 network has the layout of the original. In other networks the boxes are one below the other,
with the drawing and the chart beside them and the table below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from backprop_sheet import derivation
from backprop_sheet.derivation import Box
from backprop_sheet.diagram import columns_of, is_picture
from backprop_sheet.errors import InputError
from backprop_sheet.network import ACCURACY, RATE, Kind, Network
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, letters

ROW_HEIGHT = 20
"""In pixels, 96 to the inch; 15 points."""
COLUMN_WIDTH, ERROR_WIDTH = 64, 92
"""In pixels; 8.43 and 12.4 characters of Calibri 11."""
CHARACTER_WIDTH = 6.7
"""The average width of a character in a box, in pixels."""


def number_text(number: float, digits: int = 15) -> str:
    """A number as a spreadsheet shows it when it is joined to a text: with no trailing zeros."""
    return f"{number + 0.0:.{digits}g}".upper()


ORIGINAL_LINES = [11, 5, 4, 2, 4, 4]
"""Lines in each of the original's boxes; the fifth shows only three of its four."""
SETTING = 6
"""The column of η's value, F. Other settings are to its right, each with its name on the left."""
ORIGINAL_BOXES = (
    Area(1, 2, 5, 13),
    Area(7, 2, 13, 7),
    Area(7, 9, 13, 13),
    Area(1, 15, 13, 17),
    Area(3, 22, 9, 25),
    Area(1, 27, 13, 31),
)
ORIGINAL_TOP = 33
"""The last row above the learning rate, where the chart ends."""
ORIGINAL_PICTURES = 15
"""The column of the drawing and the chart: O."""
PICTURE_COLUMNS, DRAWING_ROWS, CHART_ROWS = 9, 14, 19


@dataclass(frozen=True)
class Layout:
    """The positions of everything in a network's sheet.

    Attributes:
        network: the network.
        columns: the column of each quantity in the table, counted from 1.
        settings: the absolute address of each setting: η is in ``$F$34``.
        boxes: the boxes of the derivation, each with its area.
        drawing: the area of the network's drawing.
        chart: the area of the chart of the error.
        accuracy_chart: the area of that of the accuracy; None if the network has none.
        header_row: the row with the table's headings.
        epochs: the number of epochs; each has a row for each sample.
    """

    network: Network
    columns: dict[str, int]
    settings: dict[str, str]
    boxes: tuple[tuple[Box, Area], ...]
    drawing: Area
    chart: Area
    accuracy_chart: Area | None
    header_row: int
    epochs: int

    @property
    def first_row(self) -> int:
        """The first row of the table, of epoch 0."""
        return self.header_row + 1

    @property
    def last_row(self) -> int:
        """The last row of the table."""
        return self.header_row + self.rows

    @property
    def rows(self) -> int:
        """The number of rows of the table."""
        return self.network.rows(self.epochs)

    @property
    def cells(self) -> int:
        """The number of cells of the table."""
        return self.rows * len(self.columns)

    def cell(self, name: str, row: int | str) -> str:
        """The address of a quantity in a row; a setting has the same address for all rows.

        Raises:
            InputError: the sheet has no such quantity. Left as it is, a name such as ``w1`` would
                be read as an address, and an empty cell is 0.
        """
        if name in self.settings:
            return self.settings[name]
        if name not in self.columns:
            raise InputError(f"the sheet has no cell for {name!r}")
        return f"{letters(self.columns[name])}{row}"

    @property
    def rate_cell(self) -> str:
        """The cell of the learning rate η."""
        return self.settings[RATE].replace("$", "")

    def column(self, name: str) -> Area:
        """All cells of a quantity in the table."""
        place = self.columns[name]
        return Area(place, self.first_row, place, self.last_row)

    @property
    def epoch_column(self) -> Area:
        """The numbers of the epochs, to the right of the table; the chart's axis refers to them."""
        place = len(self.columns) + 2
        return Area(place, self.first_row, place, self.header_row + self.epochs)

    @property
    def of_epochs(self) -> dict[str, Area]:
        """What is repeated for each epoch beside its number: of several samples, the mean error."""
        if len(self.network.samples) == 1:
            return {}
        names = filter(self.columns.__contains__, (self.network.error, ACCURACY))
        top, bottom = self.first_row, self.epoch_column.bottom
        places = enumerate(names, start=self.epoch_column.left + 1)
        return {name: Area(place, top, place, bottom) for place, name in places}

    @property
    def error_column(self) -> Area:
        """The error of each epoch: in the table or, with several samples, beside the epochs."""
        return self._of_each_epoch(self.network.error)

    @property
    def accuracy_column(self) -> Area:
        """The accuracy of each epoch, likewise."""
        return self._of_each_epoch(ACCURACY)

    def _of_each_epoch(self, name: str) -> Area:
        return self.of_epochs.get(name) or self.column(name)

    @property
    def last_column(self) -> int:
        """The last column that is used."""
        beside = [area.right for area in self.of_epochs.values()]
        pictures = self.accuracy_chart or self.chart
        return max(self.epoch_column.right, self.error_column.right, pictures.right, *beside)

    @property
    def table_area(self) -> Area:
        """All cells of the table, without the headings."""
        return Area(1, self.first_row, len(self.columns), self.last_row)

    def heading(self, name: str) -> str:
        """The heading of a quantity's column: E_tot for the total error."""
        return self.network.symbols[name].heading

    def width(self, column: int) -> int:
        """The width of a column in pixels; those of errors and of long headings are wider."""
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
"""The width of a character in a heading, in pixels."""


def arrange(network: Network, epochs: int) -> Layout:
    """Lay out the sheet of a network and a number of epochs.

    Raises:
        InputError: the table has more rows or columns than a sheet can have.
    """
    boxes = derivation.boxes(network)
    compact = _fit_original(boxes)
    areas = _below_original(boxes) if compact else _stacked(boxes)
    right = max(ORIGINAL_PICTURES, max(area.right for area in areas) + 2)
    beside = ORIGINAL_TOP if compact else DRAWING_ROWS + CHART_ROWS + 2  # boxes begin in row 2
    top = max(beside, max(area.bottom for area in areas) + 2)
    end = top if compact else beside
    pictures = (right, right + _picture_columns(network) - 1)
    drawing = Area(pictures[0], end - CHART_ROWS - DRAWING_ROWS + 1, pictures[1], end - CHART_ROWS)
    chart = Area(pictures[0], end - CHART_ROWS + 1, pictures[1], end)
    layout = Layout(
        network=network,
        columns={name: place for place, name in enumerate(network.columns, start=1)},
        settings={
            name: f"${letters(SETTING + 3 * place)}${top + 1}"
            for place, name in enumerate(network.named(Kind.SETTING))
        },
        boxes=tuple(zip(boxes, areas, strict=True)),
        drawing=drawing,
        chart=chart,
        accuracy_chart=_beside(chart) if ACCURACY in network.columns else None,
        header_row=top + 2,
        epochs=epochs,
    )
    if layout.last_row > LAST_ROW:
        most = (LAST_ROW - layout.header_row) // len(network.samples)
        raise InputError(f"epochs = {epochs}: a sheet has room for at most {most:,}")
    if len(layout.columns) > LAST_COLUMN:
        raise InputError(f"{len(layout.columns)} columns: a sheet has at most {LAST_COLUMN:,}")
    return layout


def _beside(area: Area) -> Area:
    """An area of the same size to the right of another."""
    offset = area.right - area.left + 2
    return Area(area.left + offset, area.top, area.right + offset, area.bottom)


def _picture_columns(network: Network) -> int:
    """The columns that drawing and chart cover: more for many grids, which need room for names."""
    grids = any(map(is_picture, network.groups))
    return max(PICTURE_COLUMNS, 2 * len(columns_of(network))) if grids else PICTURE_COLUMNS


def _fit_original(boxes: Sequence[Box]) -> bool:
    """Whether the first boxes fit into the original's areas."""
    if len(boxes) < len(ORIGINAL_BOXES):
        return False
    return all(
        len(box.lines) <= lines and _columns(box) <= area.right - area.left + 1
        for box, lines, area in zip(boxes, ORIGINAL_LINES, ORIGINAL_BOXES, strict=False)
    )


def _below_original(boxes: Sequence[Box]) -> tuple[Area, ...]:
    """The original's areas, with further boxes below them."""
    count = len(ORIGINAL_BOXES)
    below = _stacked(boxes[count:], ORIGINAL_BOXES[-1].bottom + 2) if boxes[count:] else ()
    return (*ORIGINAL_BOXES, *below)


def _columns(box: Box) -> int:
    """The number of columns that the longest line of a box needs."""
    return ceil(max(map(len, box.lines)) * CHARACTER_WIDTH / COLUMN_WIDTH)


def _stacked(boxes: Sequence[Box], top: int = 2) -> tuple[Area, ...]:
    """Areas for boxes one below the other, each as wide as its longest line."""
    areas: list[Area] = []
    for box in boxes:
        areas.append(Area(1, top, _columns(box), top + len(box.lines)))
        top = areas[-1].bottom + 2
    return tuple(areas)
