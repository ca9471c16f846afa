"""What an exercise leaves blank in a sheet. Knows nothing of who gets the sheet.

unfilled   what the other cells show meanwhile     selfcheck  right cells turn green
charted    what charts show meanwhile
"""

from dataclasses import dataclass

from backprop_sheet.derivation import Box
from backprop_sheet.formula import names
from backprop_sheet.network import Derived, Network, Rules


@dataclass(frozen=True)
class Blanks:
    """What a sheet leaves blank.

    Attributes:
        columns: the names of the columns that are blank, wherever they have a formula.
        from_row: the first row with blanks, counted from 0; those above have the right numbers, and
            no formula, which would only have to be filled down.
        derivation: whether the boxes tell the formulas of blank columns.
        drawing: whether the network's drawing is there.
        chart: whether the chart is there; otherwise its place is marked.
        self_check: whether a blank cell turns green once its number is right.
    """

    columns: tuple[str, ...] = ()
    from_row: int = 0
    derivation: bool = True
    drawing: bool = True
    chart: bool = True
    self_check: bool = False

    def __bool__(self) -> bool:
        """Whether anything is left to do."""
        return bool(self.columns) or not self.chart

    def is_blank(self, rules: Rules, name: str, row: int) -> bool:
        """Whether a cell of the table is blank."""
        return (
            row >= self.from_row
            and name in self.columns
            and rules.has_formula(name, rules.kind(row))
        )

    def is_shown(self, name: str, row: int) -> bool:
        """Whether a cell has its number above blank ones."""
        return row < self.from_row and name in self.columns

    def places(self, network: Network, rows: int) -> dict[int, tuple[str, ...]]:
        """The names of the blank cells in each row of a table, counted from 0."""
        rules = network.rules
        kinds = {row: rules.kind(row) for row in range(self.from_row, rows)}
        of_kind = {
            kind: tuple(name for name in self.columns if rules.has_formula(name, kind))
            for kind in dict.fromkeys(kinds.values())
        }
        return {row: of_kind[kind] for row, kind in kinds.items()}

    def untold(self, network: Network) -> set[str]:
        """The quantities whose formulas the sheet does not tell.

        They are the blank columns, and the partials that are written into their formulas.
        """
        if self.derivation:
            return set()
        found, waiting = set[str](), list(self.columns)
        while waiting:
            name = waiting.pop()
            found.add(name)
            if isinstance(quantity := network.quantities[name], Derived):
                inner = network.partials.keys() & names(quantity.formula)
                waiting += inner - found
        return found


NOTHING = Blanks()
"""Nothing is left blank."""


def lines_told(box: Box, untold: set[str]) -> list[str]:
    """The lines of a box; those that tell what should not be told keep their left-hand side."""
    return [
        text if untold.isdisjoint(about) else _left_side(text)
        for text, about in zip(box.lines, box.about, strict=True)
    ]


def _left_side(line: str) -> str:
    """``∂E/∂w5 = …`` of a line that gives ∂E/∂w5."""
    ends = {line.find(sign) + len(sign) for sign in (" = ", " ← ") if sign in line}
    return line[: min(ends)] + "…" if ends else "…"
