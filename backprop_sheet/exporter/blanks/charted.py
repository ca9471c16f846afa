"""What the charts of an exercise show: the epochs that are filled in, and nothing of the others.

As long as cells are blank, what follows from them are no numbers of the training. Hidden columns to
the right of the table repeat those of the epochs that are filled in. Charts leave out #N/A.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter.blanks import Blanks
from backprop_sheet.exporter.formulas import Content
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.ooxml.addresses import Area, address, areas, letters

MISSING = "#N/A"
GAP = 2
"""The distance from the last column that is used otherwise."""
MOST_AREAS = 200
"""The most areas that one COUNT takes: Excel accepts 255."""


class Charted:
    """The hidden columns of one sheet.

    Attributes:
        columns: the cells of each quantity that is charted, one for each epoch.
        values: what these cells show.
    """

    def __init__(
        self,
        layout: Layout,
        blanks: Blanks,
        charted: Mapping[str, tuple[Area, Sequence[Content]]],
    ) -> None:
        """Prepare the columns.

        Args:
            layout: the positions in the sheet.
            blanks: which cells are blank.
            charted: the cells that a chart would refer to, and what they show in each epoch, by
                quantity.
        """
        top, bottom = layout.first_row, layout.first_row + layout.epochs - 1
        places = {name: layout.last_column + GAP + k for k, name in enumerate(charted)}
        self.columns = {name: Area(c, top, c, bottom) for name, c in places.items()}
        self._sources = {name: area.left for name, (area, _) in charted.items()}
        self._needed = {name: _needed(layout, blanks, name) for name in charted}
        self._first, self._epochs = top, layout.epochs
        self.values: dict[str, list[Content]] = {}
        for name, (_, shown) in charted.items():
            begun = next((k for k, cells in enumerate(self._needed[name]) if cells), layout.epochs)
            missing: list[Content] = [MISSING] * (layout.epochs - begun)
            self.values[name] = [*islice(shown, begun), *missing]

    @property
    def right(self) -> int:
        """The last of the columns."""
        return max(area.right for area in self.columns.values())

    def hide(self, sheet: Worksheet) -> None:
        """Hide the columns."""
        for area in self.columns.values():
            sheet.column_dimensions[letters(area.left)].hidden = True

    def cells(self, row: int, style: int) -> str:
        """The XML of the hidden cells in a row of the sheet."""
        epoch = row - self._first
        if epoch >= self._epochs:
            return ""
        return "".join(self._cell(name, epoch, style) for name in self.columns)

    def _cell(self, name: str, epoch: int, style: int) -> str:
        row, column = self._first + epoch, self.columns[name].left
        blank = self._needed[name][epoch]
        filled_in = [f"ISNUMBER({address(row - 1, column)})"] * (epoch > 0)
        if blank:
            filled_in.append(f"{_count(blank)}={sum(area.size for area in blank)}")
        formula = address(row, self._sources[name])
        if filled_in:
            condition = f"AND({','.join(filled_in)})" if len(filled_in) > 1 else filled_in[0]
            formula = f"IF({condition},{formula},NA())"
        shown = self.values[name][epoch]
        return f'<c r="{address(row, column)}" s="{style}"><f>{formula}</f><v>{shown}</v></c>'


def _count(blank: Sequence[Area]) -> str:
    """How many of these cells have numbers."""
    parts = (blank[k : k + MOST_AREAS] for k in range(0, len(blank), MOST_AREAS))
    return "+".join(f"COUNT({','.join(area.reference for area in part)})" for part in parts)


def _needed(layout: Layout, blanks: Blanks, charted: str) -> list[list[Area]]:
    """The blank cells that a quantity of each epoch needs, without those that one before needs.

    In the last row of an epoch these are the given numbers, such as weights, and what leads from
    them to the quantity. What follows from it, such as gradients, only the next epoch needs.
    """
    network, samples = layout.network, len(layout.network.samples)
    leading = network.leading_to([charted]) | network.given.keys()
    found: list[list[Area]] = []
    blank = blanks.places(network, layout.rows)
    waiting: list[tuple[int, int]] = []
    for epoch in range(layout.epochs):
        needed, waiting = waiting, []
        for row in range(epoch * samples, (epoch + 1) * samples):
            is_last = row == (epoch + 1) * samples - 1
            for name in blank.get(row, ()):
                place = (layout.first_row + row, layout.columns[name])
                (waiting if is_last and name not in leading else needed).append(place)
        found.append(areas(needed))
    return found
