"""Trains a network in pure Python, one epoch at a time, every intermediate in each row.

The network's formulas are written out as one straight-line generator function, compiled once:
`source` shows it. It knows networks, and nothing of what is made of the rows.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.formula import FUNCTIONS, PYTHON, Tree, evaluate, names, spreading, write
from backprop_sheet.network import EPOCH, SAMPLE, Carried, Derived, Kind, Network

Row = tuple[float, ...]
INDENT = " " * 4


def train(network: Network) -> Iterator[Row]:
    """The rows of training, without end; the caller stops when it has enough.

    Returns:
        One row for each epoch from 0 on, or for each sample of each epoch where there are several:
        the numbers of `network.columns`, in that order.

    Raises:
        Diverged: a quantity cannot be computed, or is no longer a finite number.
    """
    rows = _compiled(source(network))
    samples = [tuple(sample.values()) for sample in network.samples]
    begin = partial(rows, *network.numbers.values(), samples=samples)
    found: Iterator[Row] = begin(failed=lambda: _culprit(network, begin(failed=ArithmeticError)))
    return found


def numbers_at(network: Network, epoch: int, sample: int = 1) -> dict[str, float]:
    """The number of every quantity in an epoch, η and the staged partials among them.

    Args:
        network: what is trained.
        epoch: which epoch, counted from 0.
        sample: which of its samples, counted from 1.

    Raises:
        InputError: an epoch below 0, or a sample that is not there.
        Diverged: the training does not get that far.
    """
    if epoch < 0:
        raise InputError(f"epoch {epoch}: epochs are counted from 0")
    if not 1 <= sample <= len(network.samples):
        raise InputError(f"sample {sample}: samples are counted from 1 to {len(network.samples)}")
    row: Row = next(islice(train(network), network.rows(epoch) + sample - 1, None))
    numbers = dict(network.numbers) | dict(zip(network.columns, row, strict=True))
    for name, quantity in network.derived.items():
        if name not in numbers:
            numbers[name] = evaluate(quantity.formula, numbers)
    return numbers


def source(network: Network) -> str:
    """The training of this network as the text of a Python generator function."""
    start = [f"{name} = {q.start}" for name, q in network.carried.items() if not q.sums]
    lines = [
        f"def rows({', '.join(network.numbers)}, samples, failed):",
        *_inside(start),
        *_inside(["try:", f"{INDENT}while True:"]),
    ]
    end = _inside(["except broken:", f"{INDENT}raise failed() from None"])
    if len(network.samples) == 1:
        return "\n".join([*lines, *_inside([*_row(network), *_moves(network)], 3), *end])
    begin = [f"{name} = {q.start}" for name, q in network.carried.items() if q.sums]
    sample = ", ".join(network.samples[0])
    at_end = network.design.step > 1
    each = [*_row(network), *([] if at_end else _moves(network))]
    once = [*(_moves(network) if at_end else []), f"{EPOCH} = {EPOCH} + 1"]
    loop = f"for {SAMPLE}, ({sample},) in enumerate(samples, start=1):"
    body = [*_inside([*begin, loop], 3), *_inside(each, 4), *_inside(once, 3)]
    return "\n".join([*lines, *body, *end])


def _inside(lines: Iterable[str], depth: int = 1) -> Iterator[str]:
    return (INDENT * depth + line for line in lines)


def _row(network: Network) -> Iterator[str]:
    """The formulas of a row, and the row."""
    held = network.design.step > 1  # the optimizer waits for the last sample
    if held and network.named(Kind.STATE):
        states = [q for q in network.carried.values() if not q.sums]
        yield from (_assigned(n, q.formula) for n, q in network.derived.items() if q not in states)
        yield f"if {SAMPLE} == {len(network.samples)}:"
        yield from _inside(_assigned(q.name, q.formula) for q in states)
    else:
        yield from (_assigned(name, q.formula) for name, q in network.derived.items())
    yield f"row = ({', '.join(network.columns)},)"
    yield f"if not isfinite(sum(({', '.join(telling(network))},))): check(row)"
    yield "yield row"


def telling(network: Network) -> list[str]:
    """The columns of a row that are finite only if all of them are.

    To look at these instead of at all of them saves a tenth of the time of training.
    """
    columns, told, few = set(network.columns), set[str](), []
    for name, quantity in reversed(list(network.quantities.items())):
        if name in columns and name not in told:
            few.append(name)
            told.add(name)
        # What is carried may wait for its turn, and hand nothing on until then.
        if name in told and isinstance(quantity, Derived) and not isinstance(quantity, Carried):
            told |= spreading(quantity.formula)
    return few[::-1]


def _assigned(name: str, tree: Tree) -> str:
    return f"{name} = {write(tree, PYTHON)}"


def _moves(network: Network) -> list[str]:
    """All that moves, at once."""
    one = len(network.samples) == 1
    moved = {
        name: q.then
        for name, q in network.given.items()
        if names(q.then) != [name] or (one and q.kind is Kind.COUNTER)
        if one or q.kind is not Kind.COUNTER
    }
    left = ", ".join(moved)
    return (
        [f"{left} = {', '.join(write(tree, PYTHON) for tree in moved.values())}"] if moved else []
    )


@lru_cache(maxsize=8)
def _compiled(text: str) -> Any:
    space: dict[str, Any] = {**FUNCTIONS, "isfinite": math.isfinite, "check": _check, "sum": sum}
    space |= {"__builtins__": {}, "enumerate": enumerate, "broken": (ArithmeticError, ValueError)}
    exec(compile(text, "<network>", "exec"), space)  # noqa: S102 - text made by `source`
    return space["rows"]


def _check(row: Row) -> None:
    """Tell a sum that left the range of numbers from a number that did."""
    if not all(map(math.isfinite, row)):
        raise OverflowError


def _culprit(network: Network, rows: Iterator[Row]) -> Diverged:
    """Train again up to the row that breaks, and go through that one formula by formula."""
    number, last = 0, None
    with suppress(ArithmeticError, ValueError):
        for number, last in enumerate(rows, start=1):  # noqa: B007 - read where it breaks off
            pass
    above = None if last is None else dict(zip(network.columns, last, strict=True))
    return _broken(network, number, above)


def _broken(network: Network, number: int, above: Mapping[str, float] | None) -> Diverged:
    """The quantity that breaks in a row, by the numbers of the row above."""
    epoch, sample = divmod(number, len(network.samples))
    moves = sample == 0 or network.design.step == 1
    values = {**network.numbers, **network.samples[sample]}
    past = values if above is None else {**network.numbers, **above}
    for name, given in network.given.items():
        if above is None or given.kind not in {Kind.WEIGHT, Kind.BIAS}:
            continue
        values[name] = evaluate(given.then, past) if moves else past[name]
        if not math.isfinite(values[name]):
            return _diverged(name, epoch, given.then, past)
    values |= {EPOCH: epoch, SAMPLE: sample + 1}
    for name, derived in network.derived.items():
        if isinstance(derived, Carried):
            fresh = above is None or (derived.sums and sample == 0)
            values[name] = derived.start if fresh else past[name]
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
