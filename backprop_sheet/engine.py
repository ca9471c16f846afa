"""Trains a network in pure Python, one epoch at a time, every intermediate in each row.

The network's formulas are written out as one straight-line generator function, compiled once:
`source` shows it. It knows networks, and nothing of what is made of the rows.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import Any

from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.formula import FUNCTIONS, PYTHON, Tree, evaluate, names, write
from backprop_sheet.network import Network

Row = tuple[float, ...]


def train(network: Network) -> Iterator[Row]:
    """The epochs of training, without end; the caller stops when it has enough.

    Yields:
        One row for each epoch from 0 on: the numbers of `network.columns`, in that order.

    Raises:
        Diverged: a quantity cannot be computed, or is no longer a finite number.
    """
    epochs = _compiled(source(network))
    try:
        yield from epochs(*network.numbers.values())
    except (ArithmeticError, ValueError):
        raise _culprit(network, epochs(*network.numbers.values())) from None


def numbers_at(network: Network, epoch: int) -> dict[str, float]:
    """The number of every quantity in an epoch, η and the staged partials among them.

    Raises:
        InputError: an epoch below 0.
        Diverged: the training does not get that far.
    """
    if epoch < 0:
        raise InputError(f"epoch {epoch}: epochs are counted from 0")
    row: Row = next(islice(train(network), epoch, None))
    numbers = dict(network.numbers) | dict(zip(network.columns, row, strict=True))
    for name, quantity in network.derived.items():
        if name not in numbers:
            numbers[name] = evaluate(quantity.formula, numbers)
    return numbers


def source(network: Network) -> str:
    """The training of this network as the text of a Python generator function."""
    steps = [f"{name} = {write(q.formula, PYTHON)}" for name, q in network.derived.items()]
    moved = {n: q.then for n, q in network.given.items() if names(q.then) != [n]}
    return "\n".join(
        [
            f"def epochs({', '.join(network.numbers)}):",
            "    while True:",
            *(f"        {step}" for step in steps),
            f"        row = ({', '.join(network.columns)})",
            "        if not isfinite(sum(row)): check(row)",
            "        yield row",
            f"        {', '.join(moved)} = {', '.join(write(t, PYTHON) for t in moved.values())}",
        ]
    )


@lru_cache(maxsize=8)
def _compiled(text: str) -> Any:
    space: dict[str, Any] = {**FUNCTIONS, "isfinite": math.isfinite, "check": _check, "sum": sum}
    space["__builtins__"] = {}
    exec(compile(text, "<network>", "exec"), space)  # noqa: S102 - text made by `source`
    return space["epochs"]


def _check(row: Row) -> None:
    """Tell a sum that left the range of numbers from a number that did."""
    if not all(map(math.isfinite, row)):
        raise OverflowError


def _culprit(network: Network, epochs: Iterator[Row]) -> Diverged:
    """Train again up to the epoch that breaks, and go through that one formula by formula."""
    values = dict(network.numbers)
    epoch, last = 0, None
    with suppress(ArithmeticError, ValueError):
        for epoch, last in enumerate(epochs, start=1):  # noqa: B007 - read where it breaks off
            pass
    if last is not None:
        past = values | dict(zip(network.columns, last, strict=True))
        for name, given in network.given.items():
            values[name] = evaluate(given.then, past)
            if not math.isfinite(values[name]):
                return _diverged(name, epoch, given.then, past)
    for name, derived in network.derived.items():
        try:
            values[name] = evaluate(derived.formula, values)
        except (ArithmeticError, ValueError):
            return _diverged(name, epoch, derived.formula, values)
        if not math.isfinite(values[name]):
            return _diverged(name, epoch, derived.formula, values)
    raise AssertionError(f"epoch {epoch} broke off, yet every formula gives a number")


def _diverged(name: str, epoch: int, formula: Tree, values: Mapping[str, float]) -> Diverged:
    operands = {operand: values[operand] for operand in names(formula)}
    return Diverged(name, epoch, write(formula, PYTHON), operands)
