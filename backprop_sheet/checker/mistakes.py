"""The mistakes of a table: wrong cells that have the same cause are one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backprop_sheet.chain import gradient_name
from backprop_sheet.checker.causes import EMPTY_CELL, EMPTY_CELLS
from backprop_sheet.checker.edits import Label, Part, Swap, Which, WithRow
from backprop_sheet.checker.explaining import Cause
from backprop_sheet.checker.findings import Finding
from backprop_sheet.checker.grid import Grid
from backprop_sheet.checker.references import Outside, pattern
from backprop_sheet.checker.rules import Rule
from backprop_sheet.checker.spots import Spot
from backprop_sheet.checker.words import Words
from backprop_sheet.formula import EXCEL, Name, Number, Op, renamed, spell
from backprop_sheet.network import RATE, Network
from backprop_sheet.ooxml.addresses import address, letters
from backprop_sheet.ooxml.sheet import Cell

ALIKE_KINDS = {"sign", "factor", "term", "constant", "bracket", "rate", "anchor", "row", "stopped"}
"""Kinds of which mistakes in several columns are one, if they only differ in their numbers."""
ROW_KINDS = {"anchor", "row", "rate", "formula", "given", "stale", "error"}
"""Kinds of which a column has one mistake, although each row may say it otherwise."""
BY_CHANCE = "; the number is right all the same, by chance"
FIRST_BY_CHANCE = "; the first number is right all the same, by chance"


@dataclass
class _Mistake:
    """Wrong cells of one column with the same cause.

    Attributes:
        spot: the first.
        cause: their cause.
        cells: the cells.
        by_chance: whether the numbers of all of them are right.
    """

    spot: Spot
    cause: Cause
    cells: list[str] = field(default_factory=list)
    by_chance: bool = True


class Mistakes:
    """Gathers the wrong cells of a table."""

    def __init__(self, grid: Grid, network: Network) -> None:
        """Begin with none."""
        self._grid, self._words = grid, Words(network.symbols, grid.header.own)
        self._order = {name: place for place, name in enumerate([RATE, *network.columns])}
        self._roles = _roles(network)
        self._found: dict[tuple[object, ...], _Mistake] = {}

    def add(self, spot: Spot, cause: Cause) -> None:
        """Add a wrong cell."""
        relative = _relative(cause, spot.line.number)
        key = (spot.rule.name, cause.kind, None if cause.kind in ROW_KINDS else relative)
        mistake = self._found.setdefault(key, _Mistake(spot, cause))
        mistake.cells.append(address(spot.line.number, self._grid.columns[spot.rule.name]))
        mistake.by_chance &= spot.by_chance

    def findings(self, samples: int) -> list[Finding]:
        """All mistakes, the first wrong cell first; the same one in several columns is one.

        Args:
            samples: how many rows an epoch has.
        """
        in_order = sorted(
            self._found.values(), key=lambda m: (m.spot.place, self._order[m.spot.rule.name])
        )
        groups: dict[tuple[object, ...], list[_Mistake]] = {}
        for mistake in in_order:
            groups.setdefault(self._alike(mistake), []).append(mistake)
        return [self._finding(group, samples) for group in groups.values()]

    def _alike(self, mistake: _Mistake) -> tuple[object, ...]:
        """What the same mistake has in common in several columns."""
        spot, cause = mistake.spot, mistake.cause
        parts: tuple[object, ...] = cause.parts
        if cause.kind in ALIKE_KINDS:  # the same slip in w1 and in w2 is one
            parts = tuple(map(self._role, cause.parts))
        above = spot.rule.above and cause is not EMPTY_CELL  # a row half done is one mistake
        return cause.kind, cause.words, parts, above, spot.place

    def _role(self, part: object) -> object:
        """A part of a cause without what differs from column to column."""
        match part:
            case Outside() | Number():
                return type(part)
            case Label(name):
                return self._roles.get(name, name)
            case Name(name, up):
                return self._roles.get(name, name), up
            case Op(sign, parts):
                return sign, *map(self._role, parts)
            case Swap() | WithRow() | Which():
                return tuple(map(self._role, part))
            case _:
                return part

    def _finding(self, alike: Sequence[_Mistake], samples: int) -> Finding:
        """What is reported of the same mistake in one or several columns."""
        mistake = alike[0]
        spot, cell = mistake.spot, mistake.spot.cell
        cells = [cell for other in alike for cell in other.cells]
        cause = EMPTY_CELLS if mistake.cause is EMPTY_CELL and cells[1:] else mistake.cause
        text = self._words.cause(cause, above=spot.rule.above)
        if all(other.by_chance for other in alike):
            text += BY_CHANCE
        elif spot.by_chance:
            text += FIRST_BY_CHANCE
        return Finding(
            cell=mistake.cells[0],
            epoch=spot.place // samples,
            columns=[self._words.label(other.spot.rule.name) for other in alike],
            cells=cells,
            kind=mistake.cause.kind,
            text=text,
            found=_found(cell),
            expected=self._expected(spot.rule, spot),
            value=cell.value if isinstance(cell.value, float) else None,
            right=None if spot.right is None else spot.right + 0.0,  # a -0.0 becomes 0.0
            by_chance=spot.by_chance,
        )

    def _expected(self, rule: Rule, spot: Spot) -> str:
        """The formula that belongs in a cell, as it would be typed there."""
        if rule.open:
            return "a number"
        row = spot.line.number

        def cell(name: Name) -> str:
            if name.id == RATE:
                return self._eta(row)
            for (top, left), setting in self._grid.settings.items():
                if setting == name.id:
                    return f"${letters(left)}${top}"
            column = self._grid.columns.get(name.id)
            if column and name.id in self._grid.once:
                return f"${letters(column)}${self._grid.first}"
            above = name.up == 1 or name == Name(rule.name)
            there = spot.line.above if above else row - name.up
            return address(there, column) if column else self._words.text(name.id)

        return f"={spell(rule.tree, EXCEL, cell)}"

    def _eta(self, row: int) -> str:
        grid = self._grid
        if grid.rate_cell:
            row, column = grid.rate_cell
            return f"${letters(column)}${row}"
        if grid.rate_column:
            return address(row - 1, grid.rate_column)
        if grid.rate and grid.rate.elsewhere:
            return grid.rate.elsewhere
        return repr(grid.rate.value) if grid.rate else "η"


def _found(cell: Cell) -> str:
    """What a cell holds, as it would be typed; empty if it holds nothing."""
    if cell.formula is not None:
        return f"={cell.typed or cell.formula}"
    return "" if cell.value is None else str(cell.value)


def _relative(cause: Cause, row: int) -> Cause:
    """A cause with cells beside the table by how far off they are, as it is alike in every row."""

    def named(name: Name) -> Name:
        return Outside(pattern(name.id, row)) if isinstance(name, Outside) else name

    def moved(part: Part) -> Part:
        match part:
            case str() | Label():
                return part
            case Swap() | WithRow():
                return type(part)(*map(named, part))
            case Which(equal, number):
                return Which(renamed(equal, named), number)
            case _:
                return renamed(part, named)

    return Cause(cause.kind, cause.words, tuple(map(moved, cause.parts)))


def _roles(network: Network) -> Mapping[str, object]:
    """What each quantity is, without what tells it from its neighbours."""
    of_unit = {
        quantity: place
        for place, group in enumerate(network.groups)
        for unit in group.units
        for quantity in unit.quantities
    }
    of_unit |= {gradient_name(quantity): place for quantity, place in of_unit.items()}
    return {name: (q.kind, of_unit.get(name)) for name, q in network.quantities.items()}
