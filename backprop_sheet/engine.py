"""Trains a network in plain Python. Each row of a training has every intermediate number.

The network's program (`program.py`) is compiled once. Knows nothing of what is done with the rows.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from backprop_sheet.arguments import whole
from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.formula import (
    FUNCTIONS,
    PYTHON,
    Tree,
    evaluate,
    evaluate_at,
    leaves,
    write,
)
from backprop_sheet.network import Kind, Network, checked
from backprop_sheet.program import program

Row = tuple[float, ...]
Numbers = Mapping[str, float]
"""The number of each quantity by name."""


def train(network: Network) -> Iterator[Row]:
    """Train a network without end; the caller stops when it has enough rows.

    Args:
        network: the network to train.

    Returns:
        An iterator over rows: one for each epoch, from epoch 0, or one for each sample of each
        epoch if there are several samples. A row has the numbers of `network.columns`, in that
        order.

    Raises:
        InputError: `network` is not one.
        Diverged: a quantity cannot be computed or is not finite; raised when its row is asked for.
    """
    rows = _compiled(program(checked(network)))
    samples = [tuple(sample.values()) for sample in network.samples]
    begin = partial(rows, *network.numbers.values(), samples=samples)
    found: Iterator[Row] = begin(failed=lambda: _divergence(network, begin(failed=ArithmeticError)))
    return found


def numbers_at(network: Network, epoch: int, sample: int = 1) -> Numbers:
    """The number of every quantity in an epoch, including settings and quantities without a column.

    Args:
        network: the network to train.
        epoch: the epoch, counted from 0.
        sample: the sample of that epoch, counted from 1.

    Raises:
        InputError: the epoch is below 0, or there is no such sample.
        Diverged: the training ends before that epoch.
    """
    return numbers_with_row_above(network, epoch, sample)[0]


def numbers_with_row_above(
    network: Network, epoch: int, sample: int = 1
) -> tuple[Numbers, Numbers]:
    """The numbers of a row as `numbers_at` gives them, and those of the row above it.

    The first row has none above it: the second mapping is then empty.

    Raises:
        InputError, Diverged: as for `numbers_at`.
    """
    samples = len(checked(network).samples)
    epoch, sample = whole("epoch", epoch), whole("sample", sample)
    if epoch < 0:
        raise InputError(f"epoch {epoch}: epochs are counted from 0")
    if not 1 <= sample <= samples:
        raise InputError(f"sample {sample}: samples are counted from 1 to {samples}")
    row = network.rows(epoch) + sample - 1
    first = max(0, row - 1)
    rows = [_by_name(network, row) for row in islice(train(network), first, row + 1)]
    return rows[-1], rows[0] if row else {}


def _by_name(network: Network, row: Row) -> Numbers:
    """The numbers of a row by name, including settings and quantities without a column."""
    numbers = dict(network.numbers) | dict(zip(network.columns, row, strict=True))
    for name, quantity in network.derived.items():
        if name not in numbers:
            numbers[name] = evaluate(quantity.formula, numbers)
    return numbers


@lru_cache(maxsize=8)
def _compiled(text: str) -> Any:
    space: dict[str, Any] = {**FUNCTIONS, "isfinite": math.isfinite, "check": _check, "sum": sum}
    space |= {"__builtins__": {}, "enumerate": enumerate, "broken": (ArithmeticError, ValueError)}
    exec(compile(text, "<network>", "exec"), space)  # noqa: S102 - text made by `program`
    return space["rows"]


def _check(row: Row) -> None:
    """Raise an error if a number of the row is not finite; only their sum may overflow."""
    if not all(map(math.isfinite, row)):
        raise OverflowError


# --- why a training diverged ---------------------------------------------------------------------


def _divergence(network: Network, rows: Iterator[Row]) -> Diverged:
    """Train again up to the row that fails, then compute that row formula by formula."""
    number, last = 0, None
    with suppress(ArithmeticError, ValueError):
        for number, last in enumerate(rows, start=1):  # noqa: B007 - used after the loop
            pass
    above = {} if last is None else dict(zip(network.columns, last, strict=True))
    return _divergence_in_row(network, number, above)


def _divergence_in_row(network: Network, number: int, above: Numbers) -> Diverged:
    """The first quantity in a row that is not finite, given the numbers of the row above."""
    epoch, sample = divmod(number, len(network.samples))
    kind = network.rules.kind(number)
    values = {**network.numbers, **network.samples[sample]}
    rows = (values, {**network.numbers, **above})
    for name, quantity in network.quantities.items():
        rule = network.rules.at(name, kind)
        if rule is None or quantity.kind in (Kind.SETTING, Kind.TARGET, Kind.INPUT):
            values.setdefault(name, getattr(quantity, "start", 0.0))
            continue
        try:
            values[name] = evaluate_at(rule.whole, rows)
        except (ArithmeticError, ValueError):
            values[name] = math.nan
        if not math.isfinite(values[name]):
            return _error_for(name, epoch, rule.whole, rows)
    raise AssertionError(f"epoch {epoch} broke off, yet every formula gives a finite number")


def _error_for(name: str, epoch: int, formula: Tree, rows: tuple[Numbers, Numbers]) -> Diverged:
    known = {leaf.id: rows[leaf.up][leaf.id] for leaf in leaves(formula)}
    return Diverged(name, epoch, write(formula, PYTHON), known)
