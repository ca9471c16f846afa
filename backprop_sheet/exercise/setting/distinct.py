"""Whether the numbers of a training tell its columns, and the usual wrong formulas, apart.

Where two columns have the same number in a row, or a wrong formula has the right one's, a mistake
there shows in no number. Coincidences that every set of numbers has are none: the same quantity
under two names, biases that all begin at 0, an input that is 0.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from backprop_sheet.checker.edits import (
    COLUMN,
    FACTOR_MISSING,
    HALF_MISSING,
    NAME,
    OPERATORS,
    SIGN,
    SQUARE_MISSING,
    SQUARED,
    TERM_MISSING,
    TWO_MISSING,
    Source,
)
from backprop_sheet.exercise.parts import parts_of
from backprop_sheet.formula import Name, Tree, conditions, inline, leaves
from backprop_sheet.formula.numbers import function_of_columns
from backprop_sheet.network import Network

USUAL = (
    *(NAME, COLUMN, SIGN, FACTOR_MISSING, TERM_MISSING, HALF_MISSING, TWO_MISSING, SQUARE_MISSING),
    *(SQUARED, *OPERATORS.values()),
)
"""The edits that make the usual wrong formulas. Names from the row above are left out: once a
training hardly moves, no number tells them apart."""
APART, SMALLEST = 2e-6, 2e-12
"""The relative and the absolute difference from which on numbers are apart: twice what the checker
lets pass."""
MOST_WRONG = 5_000
"""The most wrong formulas that are tried: networks with more are told apart by their columns."""
MOST_COMPARED = 2_000_000
"""The most numbers that are compared with others: larger tables are not looked at."""

Columns = npt.NDArray[np.float64]
Alike = npt.NDArray[np.bool_]


class _Wrong(NamedTuple):
    """A wrong formula of a column."""

    column: str
    needs: Sequence[Name]
    number: Callable[..., Any]


class Distinct:
    """Tells how many rows of a training have a coincidence."""

    def __init__(self, network: Network) -> None:
        """Look at what the columns of a network are and how they are computed."""
        self._network = network
        self._worked_out = [name for part in parts_of(network) for name in part.columns]
        kinds: dict[object, list[int]] = {}
        for place, name in enumerate(network.columns):
            if name in self._worked_out:
                kinds.setdefault(network.quantities[name].kind, []).append(place)
        pairs = [pair for places in kinds.values() for pair in combinations(places, 2)]
        if len(pairs) * network.rows(network.epochs) > MOST_COMPARED:
            pairs = []
        self._pairs = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        self._wrong = _wrong_formulas(network, self._worked_out)

    def alike(self, rows: Columns, eta: float) -> Alike:
        """What is alike: for each pair of columns and each wrong formula, in which rows.

        Args:
            rows: the training, a row for each of its rows.
            eta: its learning rate.
        """
        with np.errstate(all="ignore"):
            one, other = rows[:, self._pairs[:, 0]], rows[:, self._pairs[:, 1]]
            same = (np.abs(one - other) <= APART * np.abs(one)).T
            return np.concatenate([same, *self._coincidences(rows, eta)])

    def _coincidences(self, rows: Columns, eta: float) -> Iterator[Alike]:
        """For each wrong formula the rows in which it has the right number."""
        network = self._network
        settings = {name: network.numbers[name] for name in network.rules.settings} | {"eta": eta}
        places = {name: place for place, name in enumerate(network.columns)}

        def column(name: Name) -> Any:
            if name.id in settings:
                return settings[name.id]
            numbers = rows[:, places[name.id]]
            return np.roll(numbers, name.up) if name.up else numbers

        above = np.arange(len(rows)) < 1
        for wrong in self._wrong:
            right = rows[:, places[wrong.column]]
            moves = wrong.column in network.given  # of a weight, the step counts
            scale = np.abs(right - np.roll(right, 1)) if moves else np.abs(right)
            try:
                number = wrong.number(*map(column, wrong.needs))
            except ArithmeticError:  # of constants alone
                number = np.nan
            same = np.abs(number - right) <= APART * scale + SMALLEST
            yield (same & ~(above & moves))[None]


def _wrong_formulas(network: Network, columns: Sequence[str]) -> list[_Wrong]:
    """The usual wrong formulas of columns that have the same formula in every row below the first.

    Formulas that choose by a sign are left out, and all of them if there are too many.
    """
    right = dict(_formulas(network, columns))
    found: list[_Wrong] = []
    for name, tree in right.items():
        others = {other: formula for other, formula in right.items() if other != name}
        edits = (edit.make(tree, Source(tree, others)) for edit in USUAL)
        trees = dict.fromkeys(change.applied(tree) for changes in edits for change in changes)
        found += [
            _Wrong(name, leaves(wrong), function_of_columns(wrong))
            for wrong in trees
            if wrong != tree
        ]
        if len(found) > MOST_WRONG:
            return []
    return found


def _formulas(network: Network, columns: Sequence[str]) -> Iterator[tuple[str, Tree]]:
    rules = network.rules
    kinds = dict.fromkeys([*map(rules.kind, range(1, rules.samples)), *rules.regular])
    for name in columns:
        if not all(rules.has_formula(name, kind) for kind in kinds):
            continue
        found = {rules.at(name, kind).whole for kind in kinds}  # type: ignore[union-attr]
        tree = inline(found.pop(), network.partials)
        if not found and not conditions(tree):
            yield name, tree


@lru_cache(maxsize=4)
def distinct(network: Network) -> Distinct:
    """As `Distinct`, made once for a network."""
    return Distinct(network)
