"""The self-check of an exercise: right cells turn green, and a line counts them.

Hidden columns, far to the right, hold a formula for each blank cell: 1 if its number is the right
one, else 0. Only numbers are compared, so no formula of the exercise is told.
"""

from collections.abc import Sequence

from openpyxl.formatting.rule import DifferentialStyle, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.exporter.blanks import Blanks
from backprop_sheet.exporter.layout import NOTES, Layout
from backprop_sheet.exporter.look import Look
from backprop_sheet.ooxml.addresses import Area, address, areas, letters

NEAR, SMALLEST = 1e-6, 1e-12
"""The relative and the absolute difference up to which a number that was filled in is right."""
GAP = 2
"""Empty columns between what is seen and what is hidden."""
RIGHT = "table right"


class SelfCheck:
    """The self-check of one sheet.

    Attributes:
        area: the hidden cells.
        count_cell: the cell of the line that counts.
        count: its formula.
    """

    def __init__(
        self, layout: Layout, blanks: Blanks, numbers: Sequence[Sequence[float]], last_column: int
    ) -> None:
        """Prepare the check of a table's blank cells.

        Args:
            layout: the positions in the sheet.
            blanks: which cells are blank.
            numbers: the right numbers, row by row.
            last_column: the last column of the sheet that is used otherwise.
        """
        self._layout, self._numbers = layout, numbers
        self._shift = last_column + GAP
        places = [
            (layout.first_row + row, layout.columns[name])
            for row, names in blanks.places(layout.network, layout.rows).items()
            for name in names
        ]
        self._of_row: dict[int, list[int]] = {}
        for row, column in places:
            self._of_row.setdefault(row, []).append(column)
        self._blank = places
        self.area = Area.around([(row, column + self._shift) for row, column in places])
        self.count_cell = address(layout.header_row - 2 if layout.as_original else NOTES[-1], 1)
        self.count = f'=SUM({self.area.reference})&" of {len(places)} cells are right"'
        self.value = f"0 of {len(places)} cells are right"

    def add_to(self, sheet: Worksheet, look: Look) -> None:
        """Write the line, hide the columns, and colour what is right."""
        sheet[self.count_cell] = self.count
        sheet[self.count_cell].style = "setting label"
        for column in range(self.area.left, self.area.right + 1):
            sheet.column_dimensions[letters(column)].hidden = True
        right = look.style(RIGHT)
        shown = DifferentialStyle(
            font=Font(bold=right.font.b, color=right.font.color),
            fill=PatternFill(bgColor=right.fill.fgColor),
        )
        for area in areas(self._blank):
            first = address(area.top, area.left + self._shift)
            rule = Rule(type="expression", dxf=shown, formula=[f"{first}=1"])
            sheet.conditional_formatting.add(area.reference, rule)

    def cells(self, row: int, style: int) -> str:
        """The XML of the hidden cells in a row of the sheet."""
        return "".join(self._cell(row, column, style) for column in self._of_row.get(row, ()))

    def _cell(self, row: int, column: int, style: int) -> str:
        filled_in, place = address(row, column), address(row, column + self._shift)
        number, near = self._right(
            row - self._layout.first_row, column - self._layout.table_area.left
        )
        formula = f"IF(ISNUMBER({filled_in}),IF(ABS({filled_in}-({number!r}))&lt;={near!r},1,0),0)"
        return f'<c r="{place}" s="{style}"><f>{formula.replace("e", "E")}</f><v>0</v></c>'

    def _right(self, row: int, place: int) -> tuple[float, float]:
        """The right number of a cell, and how far off a number may be that counts as right.

        Of a weight, the step from the row above counts: late in a training it hardly moves.
        """
        number, network = self._numbers[row][place], self._layout.network
        moves = row > 0 and network.columns[place] in network.given
        scale = abs(number - self._numbers[row - 1][place]) if moves else abs(number)
        return number, NEAR * scale + SMALLEST
