"""What the words of a header leave open, settled by the numbers below it.

A label may say nothing, or the same as another; a table may number its weights or place its
neurons in another order. A guess is taken only if the numbers agree with it, and with no other as
well as with it. Otherwise the column counts as unknown, and no finding rests on it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import permutations, product

from backprop_sheet.chain import gradient_name
from backprop_sheet.checker.grid import Line
from backprop_sheet.checker.header import Header, squeezed
from backprop_sheet.checker.known import Known
from backprop_sheet.checker.rules import settings_of
from backprop_sheet.formula import names as names_of
from backprop_sheet.network import Kind

ROWS = 4
"""Rows that a guess has to agree with."""
AGREES = 1e-6, 4.0
"""How far a number may be off: relative, and in halves of its last digit."""
NOT_ROUNDED = 0.02
"""Relative difference that is never taken for rounding."""
FEWEST = 3
"""Decimals that a number counts as having at least: 0.5 is not rounded."""
MOST_WORK = 60_000
"""Numbers that are computed for guesses in one table."""
MOSTLY = 2
"""How many times as many columns may be judged by a guess as agree with it."""
MOST_MOVED = 3
"""Neurons up to which every order of a layer is tried."""
FEWER = 2
"""How many times fewer columns must disagree in another order of the names, and how many fewer."""

Names = Mapping[int, str]


class Naming:
    """Settles the header of one table."""

    def __init__(self, known: Known, lines: Sequence[Line]) -> None:
        """Go by these rows, the first of the table."""
        self._known, self._network, self._lines = known, known.network, lines
        self._work = MOST_WORK

    def settled(self, header: Header, *, as_given: bool = False) -> Header:
        """The header with what its numbers say.

        Args:
            header: as its words are understood.
            as_given: whether the sheet was given out with its header, so that the network's names
                in the network's order mean what they say.
        """
        if not self._rows:
            return header
        names = self._without_rivals(header)
        guessed = self._guessed(names, header.unread)
        texts = header.unread
        read_as = [(column, texts[column], guessed[column]) for column in sorted(guessed)]
        names = {**names, **guessed}
        found = replace(header, names=names, read_as=read_as)
        if found.strange or (as_given and self._is_given(found)):
            return found
        return self._in_order(found)

    def _is_given(self, header: Header) -> bool:
        """Whether all names are there, in the network's order."""
        network = self._network
        names = [name for _, name in sorted(header.names.items())]
        all_names = [name for name in network.columns if not network.is_optional(name)]
        return [name for name in names if not network.is_optional(name)] == all_names

    # --- whether numbers agree -------------------------------------------------------------------

    @cached_property
    def _rows(self) -> list[dict[int, float]]:
        """The numbers of the first rows by column."""
        rows = (
            {c: cell.value for c, cell in line.cells.items() if isinstance(cell.value, float)}
            for line in self._lines[:ROWS]
        )
        return [row for row in rows if row]

    @cached_property
    def _halves(self) -> dict[int, float]:
        """Half a unit in the last place of each column."""
        decimals: dict[int, int] = {}
        for row in self._rows:
            for column, value in row.items():
                exponent = Decimal(repr(value)).as_tuple().exponent
                decimals[column] = max(decimals.get(column, FEWEST), -int(exponent))
        return {column: 0.5 * 10.0**-places for column, places in decimals.items()}

    def _agreeing(self, names: Names) -> set[str]:
        """The quantities whose numbers follow from those of their row, as the names have it."""
        return {name for name, agrees in self._compared(names).items() if agrees}

    def _compared(self, names: Names) -> dict[str, bool]:
        """Whether the numbers of each quantity follow from their row, as far as they can."""
        asked = {name: c for c, name in names.items() if self._known.is_computed(name)}
        self._work -= len(asked) * len(self._rows)
        known: dict[str, bool] = {}
        for cells in self._rows:
            numbers = {name: cells[c] for c, name in names.items() if c in cells}
            row = _Row(self._known, numbers)
            for name in [name for name, column in asked.items() if column in cells]:
                relative, halves = AGREES
                try:
                    right = row.expected(name)
                except KeyError:
                    continue  # inputs may stand in the first row only
                except (ArithmeticError, ValueError, RecursionError):
                    known[name] = False
                    continue
                rounding = min(halves * self._halves[asked[name]], NOT_ROUNDED * abs(right))
                allowed = relative * abs(right) + rounding
                known[name] = known.get(name, True) and abs(numbers[name] - right) <= allowed
        return known

    # --- labels ----------------------------------------------------------------------------------

    def _without_rivals(self, header: Header) -> dict[int, str]:
        """One column for each name: of several, the one that the most numbers agree with."""
        names = dict(header.names)
        for name, columns in header.rivals.items():
            others = {c: n for c, n in names.items() if n != name}
            scores = {c: len(self._agreeing({**others, c: name})) for c in columns}
            best = max(scores.values())
            best_ones = [c for c in columns if scores[c] == best]
            own = [c for c in best_ones if c in header.own_words]
            if len(best_ones) == 1 or len(own) == 1:
                names = {**others, (own if len(own) == 1 else best_ones)[0]: name}
        return names

    def _guessed(self, names: Names, unread: Mapping[int, str]) -> dict[int, str]:
        """What the labels that say nothing stand for: first those alike, then each alone."""
        found: dict[int, str] = {}
        families: dict[str, list[int]] = {}
        for column, text in sorted(unread.items()):
            if column not in names:
                beside = sum(other < column for other in names)  # without a name: side by side
                stem = re.sub(r"\d+", "", squeezed(text)) or str(beside)
                families.setdefault(stem, []).append(column)
        alone = [[column] for columns in families.values() for column in columns]
        for family in (*families.values(), *alone, *families.values(), *alone):
            rest = [column for column in family if column not in found]
            if len(rest) == len(family) and self._work > 0:
                found |= self._best({**names, **found}, family) or {}
        return found

    def _best(self, names: Names, family: Sequence[int]) -> dict[int, str] | None:
        """What some columns stand for, if it is plainly better than anything else."""
        before = self._compared(names)
        found = []
        for window in self._windows(names, len(family)):
            guess = dict(zip(family, window, strict=True))
            after = self._compared({**names, **guess})
            own = [name for name in window if self._known.is_computed(name)]
            new = [agrees for name, agrees in after.items() if name not in before]
            better = sum(after.values()) > sum(before.values())
            worse = any(agrees and not after.get(name) for name, agrees in before.items())
            most = 2 * sum(after.get(name, False) for name in own) >= len(own)
            mostly = MOSTLY if len(family) > 1 else 1
            if better and not worse and most and mostly * sum(new) >= len(new):
                found.append((sum(after.values()), guess))
            if self._work <= 0:
                return None
        found.sort(key=lambda item: -item[0])
        plain = found and (len(found) == 1 or found[0][0] > found[1][0])
        return found[0][1] if plain else None

    def _windows(self, names: Names, length: int) -> Iterator[list[str]]:
        """So many names of one kind in a row that have no column yet."""
        taken = set(names.values())
        kinds: dict[Kind, list[str]] = {}
        for name in self._network.columns:
            if name not in taken and not self._network.is_optional(name):
                kinds.setdefault(self._network.quantities[name].kind, []).append(name)
        for some in kinds.values():
            for start in range(len(some) - length + 1):
                yield some[start : start + length]

    # --- order -----------------------------------------------------------------------------------

    def _in_order(self, header: Header) -> Header:
        """The header in the network's order of names, if its own is another throughout.

        So it is only if nothing that agrees with the names as they stand disagrees in the other
        order: else some formulas are wrong, and the names are not.
        """
        names, agreeing = dict(header.names), self._agreeing(header.names)
        computed = sum(self._known.is_computed(name) for name in names.values())
        before = computed - len(agreeing)
        best, improved = len(agreeing), before > 1
        while improved and self._work > 0:
            improved = False
            for family in self._families:
                for order in family.orders():
                    moved = self._moved(names, family, order)
                    if (score := len(self._agreeing(moved))) > best:
                        names, best, improved = moved, score, True
        after = computed - best
        if FEWER * after > before or after + FEWER > before:
            return header
        kept = {column for column, name in header.names.items() if name in agreeing}
        now = self._agreeing(names)
        if not all(names[column] in now for column in kept):
            return header
        own = {name: header.names[c] for c, name in names.items() if header.names[c] != name}
        return replace(header, names=names, own=own)

    def _moved(self, names: Names, family: "_Family", order: Sequence[str]) -> dict[int, str]:
        """The names with those of a family in another order, and with each what belongs to it."""
        new = {
            old: moved
            for pair in zip(order, family.names, strict=True)
            for old, moved in zip(*map(self._belonging, pair), strict=True)
        }
        return {column: new.get(name, name) for column, name in names.items()}

    def _belonging(self, name: str) -> list[str]:
        """A quantity, its gradient, and what an optimizer makes of that."""
        gradient = gradient_name(name)
        if gradient not in self._network.quantities:
            return [name]
        made = self._made_of.get(gradient, [])
        return [name, gradient, *made, *(other for mean in made for other in self._made_of[mean])]

    @cached_property
    def _made_of(self) -> dict[str, list[str]]:
        """The carried quantities that take each gradient, and each mean of one."""
        found: dict[str, list[str]] = {}
        for other, quantity in self._network.carried.items():
            found.setdefault(other, [])
            for name in names_of(quantity.formula):
                if name != other:
                    found.setdefault(name, []).append(other)
        return found

    @cached_property
    def _families(self) -> list["_Family"]:
        """The names that may stand in another order: those of a layer that are of one kind."""
        network, groups = self._network, self._network.groups
        weights = [
            tuple(tuple(link.weight for link in unit.links) for unit in group.units)
            for group in groups
            if len(group.weights) == sum(len(unit.links) for unit in group.units)  # none is shared
            and len({len(unit.links) for unit in group.units}) == 1
        ]
        alike = [
            names
            for group in groups
            for names in zip(*(unit.quantities for unit in group.units), strict=True)
        ]
        alike += [tuple(network.named(kind)) for kind in (Kind.ERROR, Kind.TARGET)]
        found = [*weights, *(tuple((name,) for name in names) for names in alike)]
        return [_Family(rows) for rows in found if sum(map(len, rows)) > 1]


@dataclass(frozen=True)
class _Family:
    """Names that may stand in another order, in rows: the weights of a layer by neuron."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> list[str]:
        return [name for row in self.rows for name in row]

    def orders(self) -> Iterator[list[str]]:
        """Other orders: neurons or inputs that change places, weights numbered by input."""
        height, width = len(self.rows), len(self.rows[0])
        for turned in (False, True) if min(height, width) > 1 else (False,):
            for down, across in product(_orders(height), _orders(width)):
                table = [[self.rows[r][c] for c in across] for r in down]
                columns = zip(*table, strict=True)
                order = [name for row in (columns if turned else table) for name in row]
                if order != self.names:
                    yield order


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    """The orders of a few; of many, only the one they are in."""
    if count <= MOST_MOVED:
        return permutations(range(count))
    return iter([tuple(range(count))])


class _Row(dict[str, float]):
    """The numbers of a row by name; what has no column follows from the others."""

    def __init__(self, known: Known, numbers: Mapping[str, float]) -> None:
        super().__init__(settings_of(known.network) | dict(numbers))
        self._known = known

    def __missing__(self, name: str) -> float:
        self[name] = self.expected(name)
        return self[name]

    def expected(self, name: str) -> float:
        """The number that follows from the others of the row.

        Raises:
            ArithmeticError, ValueError, KeyError: none does.
        """
        return self._known.formula(name)(self)
