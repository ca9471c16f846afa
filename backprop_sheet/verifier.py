"""Whether a frame is the training that it is taken for.

Callers from Python can pass any frame: one of another learning rate, sorted, sliced or edited. Each
number is computed again from the numbers of its own row and of the rows above, in whole columns.
"""

from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import Name, Number, Tree
from backprop_sheet.formula.primitives import PRIMITIVES
from backprop_sheet.network import Carried, Derived, Kind, Network, RowKind, checked
from backprop_sheet.network.quantities import Quantity

ROUNDING, SMALLEST = 1e-12, 1e-300
"""How far a number may be off, relative to the largest of its column and at all: numpy and Python's
`math` may differ in the last digit, as may two computers."""
ROWS, CELLS = 4096, 500_000
"""The most rows and cells that are verified at a time: few enough for the processor's cache."""

OTHER_NAMES = {"max": "maximum"}
"""What numpy calls functions of two numbers."""
Column = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


def checked_frame(frame: object) -> pd.DataFrame:
    """A frame, where callers from Python may have passed anything.

    Raises:
        InputError: it is not a frame, or has two columns of one name.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"frame: got {shown(frame)}, takes a frame by tabulate()")
    if not frame.columns.is_unique:
        raise InputError("the frame has two columns of one name")
    return frame


def checked_training(network: Network, frame: pd.DataFrame) -> pd.DataFrame:
    """The training of a network, from its first epoch on, in double precision.

    Raises:
        InputError: the frame has other columns, an incomplete epoch, numbers that are not finite,
            or a number that does not follow from the network and the rows above.
    """
    labels = list(checked(network).labels.values())
    whole = not checked_frame(frame).empty and len(frame) % len(network.samples) == 0
    if list(frame.columns) != labels or not whole:
        raise InputError("the frame is not a training of this network: make it with tabulate()")
    frame = finite(frame)
    numbers, kinds = frame.to_numpy(), _Kinds(network)
    rows = min(ROWS, max(1, CELLS // len(labels)))
    for start in range(0, len(frame), rows):
        wrong = _first_wrong(_Block(network, numbers[: start + rows], kinds, start))
        if wrong is not None:
            row, place = wrong
            raise InputError(
                f"the frame is not a training of this network: {labels[place]} in row {row} does "
                "not follow from its numbers and the rows above; make it with tabulate()"
            )
    return frame


def finite(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of finite numbers in double precision; looking at the extremes takes no memory."""
    if all(column.kind in "fiu" for column in frame.dtypes):
        with suppress(TypeError, ValueError):  # a number is missing, where a column can say so
            if any(column != np.float64 for column in frame.dtypes):
                frame = frame.astype(np.float64)
            numbers = frame.to_numpy()
            if isfinite(numbers.min()) and isfinite(numbers.max()):
                return frame
    raise InputError("the frame has numbers that are not finite")


class _Kinds:
    """The kinds of a network's rows, by number."""

    def __init__(self, network: Network) -> None:
        self._samples = len(network.samples)
        kinds = [network.rules.kind(row) for row in range(2 * self._samples)]
        self._known = list(dict.fromkeys(kinds))
        self._numbers = np.array([self._known.index(kind) for kind in kinds])

    def among(self, rows: Rows) -> dict[RowKind, Rows | slice]:
        """Where each kind stands among some rows; every epoch after the first is alike."""
        later = self._samples + rows % self._samples
        numbers = self._numbers[np.where(rows < self._samples, rows, later)]
        return {self._known[k]: _places(np.flatnonzero(numbers == k)) for k in np.unique(numbers)}


def _places(rows: Rows) -> Rows | slice:
    """Some rows, as a slice where they are evenly spaced, which is faster."""
    first, last = int(rows[0]), int(rows[-1])
    step = int(rows[1]) - first if len(rows) > 1 else 1
    even = np.array_equal(rows, np.arange(first, last + 1, step))
    return slice(first, last + 1, step) if even else rows


class _Block:
    """Some rows of a frame by column, and the rows above that their formulas refer to.

    Attributes:
        network: the network.
        start: the number of the first row.
        table: its numbers, with a row for each column of the frame.
    """

    def __init__(self, network: Network, numbers: Column, kinds: _Kinds, start: int) -> None:
        self.network, self.start = network, start
        self._above = len(network.samples)  # nothing stands above the first row: no numbers
        here = np.full((numbers.shape[1], self._above + len(numbers) - start), np.nan)
        first = max(0, start - self._above)
        here[:, self._above - (start - first) :] = numbers[first:].T
        self.table = here[:, self._above :]
        self._kinds = kinds.among(np.arange(start, len(numbers)))
        self._columns: dict[str, Column] = dict(zip(network.columns, here, strict=True))
        for name in network.rules.settings:
            self._columns[name] = np.broadcast_to(network.numbers[name], here.shape[1:])
        for name, tree in network.partials.items():  # they are written into the gradients
            with np.errstate(all="ignore"):
                number = _value(tree, lambda leaf: self._columns[leaf.id])
            self._columns[name] = np.broadcast_to(number, here.shape[1:])

    def expected(self, name: str) -> Column | float:
        """What the network's rules give for each row of the block."""
        quantity = self.network.quantities[name]
        if type(quantity) is Derived:
            return _value(quantity.formula, self._in_rows(slice(None)))
        result = np.empty(self.table.shape[1])
        for kind, places in self._kinds.items():
            rule = self.network.rules.at(name, kind)
            result[places] = (
                self._given(quantity, places)
                if rule is None
                else _value(rule.whole, self._in_rows(places))
            )
        return result

    def _in_rows(self, places: Rows | slice) -> Callable[[Name], Column]:
        def column(leaf: Name) -> Column:
            first = self._above - leaf.up
            return self._columns[leaf.id][first : first + self.table.shape[1]][places]

        return column

    def _given(self, quantity: Quantity, places: Rows | slice) -> Column | float:
        """The numbers that a training starts from; each sample of the first epoch has its own."""
        if quantity.kind in (Kind.TARGET, Kind.INPUT):
            rows = self.start + np.arange(self.table.shape[1])[places]
            return np.array([self.network.samples[row][quantity.name] for row in rows])
        if isinstance(quantity, Carried):
            return quantity.start
        return self.network.numbers[quantity.name]


def _first_wrong(block: _Block) -> tuple[int, int] | None:
    """Row and column of the first number that is not the expected one."""
    with np.errstate(all="ignore"):
        expected = np.empty_like(block.table)
        for place, name in enumerate(block.network.columns):
            expected[place] = block.expected(name)
        off = np.abs(np.subtract(expected, block.table, out=expected), out=expected)
        largest = np.maximum(block.table.max(axis=1), -block.table.min(axis=1))
        allowed = ROUNDING * largest + SMALLEST
        if (off.max(axis=1) <= allowed).all():  # NaN is within no limits
            return None
        wrong = ~(off <= allowed[:, None])
    row = int(wrong.any(axis=0).argmax())
    return block.start + row, int(wrong[:, row].argmax())


def _value(tree: Tree, column: Callable[[Name], Column]) -> Column | float:
    """A formula's number in each row, from the columns of its names."""
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Name):
        return column(tree)
    parts: list[Any] = [_value(part, column) for part in tree.parts]
    if tree.sign == "where":
        condition, positive, other = parts
        chosen: Column = np.where(np.greater(condition, 0), positive, other)
        return chosen
    # Operators are Python's own; numpy has most functions by the same names.
    sign = OTHER_NAMES.get(tree.sign, tree.sign)
    compute: Callable[..., Any] = getattr(np, sign, PRIMITIVES[tree.sign].compute)
    result: Column | float = compute(*parts)
    return result
