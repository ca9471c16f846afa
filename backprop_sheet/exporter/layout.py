"""The positions of everything in a sheet: cells, boxes, chart and drawing. Uses no library.

The original has its own layout, with the derivation above the table. In the sheet of any other
network everything of importance is on the first screen: the names of the columns, a band with the
settings, the drawing and the charts, then the table. Its derivation has a tab of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backprop_sheet.derivation import Box
from backprop_sheet.errors import InputError
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import ACCURACY, RATE, Network
from backprop_sheet.ooxml.addresses import Area, letters

ROW_HEIGHT = 20
"""In pixels, 96 to the inch; 15 points."""
COLUMN_WIDTH, ERROR_WIDTH = 64, 92
"""In pixels; 8.43 and 12.4 characters of Calibri 11."""
CHARACTER_WIDTH = 6.7
"""The average width of a character in a box, in pixels."""


def number_text(number: float, digits: int = 15) -> str:
    """A number as a spreadsheet shows it when it is joined to a text: with no trailing zeros."""
    return f"{number + 0.0:.{digits}g}".upper()


NAMES_ROW = 1
"""The row that stays in sight, with the names of the columns below."""
NOTES = range(2, 5)
"""The rows of the notes."""
BAND = range(5, 19)
"""The rows of settings, drawing and charts; the table's header is the next."""


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
        widths: the widths of columns in pixels, where they are not `COLUMN_WIDTH`.
        frozen: how many columns on the left stay in sight; 0 in the original's layout.
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
    widths: Mapping[int, int] = Fixed()
    frozen: int = 0

    @property
    def as_original(self) -> bool:
        """Whether it is the original's layout."""
        return not self.frozen

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
        """The numbers of the epochs; the chart's axis refers to them.

        They stand on the left, where they stay in sight. In the original's layout, and where the
        table has columns that count epochs and samples, they stand to the right of the table.
        """
        first, last = min(self.columns.values()), max(self.columns.values())
        place = 1 if first > 1 else last + 2
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
    def pictures_end(self) -> int:
        """The last column of the drawing and the charts."""
        return (self.accuracy_chart or self.chart).right

    @property
    def last_column(self) -> int:
        """The last column that is used."""
        beside = [self.table_area.right, *(area.right for area in self.of_epochs.values())]
        return max(self.epoch_column.right, self.error_column.right, self.pictures_end, *beside)

    @property
    def table_area(self) -> Area:
        """All cells of the table, without the headings."""
        places = self.columns.values()
        return Area(min(places), self.first_row, max(places), self.last_row)

    def heading(self, name: str) -> str:
        """The heading of a quantity's column: E_tot for the total error of the original."""
        return self.network.symbols[name].heading

    def width(self, column: int) -> int:
        """The width of a column in pixels."""
        return self.widths.get(column, COLUMN_WIDTH)

    def breadth(self, area: Area) -> int:
        """The width of an area in pixels."""
        return sum(map(self.width, range(area.left, area.right + 1)))
