"""Trains a network in pure Python, one epoch at a time, every intermediate in each row.

The rules of the network's rows are written out as one straight-line generator function, compiled
once: `source` shows it. It knows networks, and nothing of what is made of the rows.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.formula import FUNCTIONS, PYTHON, Tree, evaluate, evaluate_at, leaves, write
from backprop_sheet.network import SAMPLE, Kind, Moment, Network

Row = tuple[float, ...]
Numbers = Mapping[str, float]
"""The number of each quantity, by its name."""
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


def numbers_at(network: Network, epoch: int, sample: int = 1) -> Numbers:
    """The number of every quantity in an epoch, η and the staged partials among them.

    Args:
        network: what is trained.
        epoch: which epoch, counted from 0.
        sample: which of its samples, counted from 1.

    Raises:
        InputError: an epoch below 0, or a sample that is not there.
        Diverged: the training does not get that far.
    """
    return numbers_around(network, epoch, sample)[0]


def numbers_around(network: Network, epoch: int, sample: int = 1) -> tuple[Numbers, Numbers]:
    """As `numbers_at`, and the numbers of the row above; of the first row, none are.

    Raises:
        InputError, Diverged: as `numbers_at`.
    """
    if epoch < 0:
        raise InputError(f"epoch {epoch}: epochs are counted from 0")
    if not 1 <= sample <= len(network.samples):
        raise InputError(f"sample {sample}: samples are counted from 1 to {len(network.samples)}")
    row = network.rows(epoch) + sample - 1
    first = max(0, row - 1)
    rows = [_named(network, row) for row in islice(train(network), first, row + 1)]
    return rows[-1], rows[0] if row else {}


def _named(network: Network, row: Row) -> Numbers:
    """The numbers of a row by name, and those of the quantities without a column."""
    numbers = dict(network.numbers) | dict(zip(network.columns, row, strict=True))
    for name, quantity in network.derived.items():
        if name not in numbers:
            numbers[name] = evaluate(quantity.formula, numbers)
    return numbers


# --- the program ---------------------------------------------------------------------------------


def source(network: Network) -> str:
    """The training of this network as the text of a Python generator function.

    A quantity is a variable. Until it is assigned it holds the number of the row above.
    """
    return "\n".join(
        [
            f"def rows({', '.join(network.numbers)}, samples, failed):",
            *_inside(_begun(network, Moment.TRAINING)),
            *_inside(["try:"]),
            *_inside(["while True:", *_inside(_epoch(network))], 2),
            *_inside(["except broken:", *_inside(["raise failed() from None"])]),
        ]
    )


def _epoch(network: Network) -> Iterator[str]:
    """The rows of an epoch; at its end the counter moves."""
    samples, step = network.rules.samples, network.rules.step
    yield from _begun(network, Moment.EPOCH)
    if step > 1:
        yield from _begun(network, Moment.STEP)
    each = [*_row(network), *(_moved(network, Moment.STEP) if step == 1 else [])]
    if samples == 1:
        yield from each
    else:
        numbers = ", ".join(network.samples[0])
        yield f"for {SAMPLE}, ({numbers},) in enumerate(samples, start=1):"
        yield from _inside(each)
    if step > 1:
        yield from _moved(network, Moment.STEP)
    yield from _moved(network, Moment.EPOCH)


def _inside(lines: Iterable[str], depth: int = 1) -> Iterator[str]:
    return (INDENT * depth + line for line in lines)


def _begun(network: Network, moment: Moment) -> Iterator[str]:
    """What is carried begins anew."""
    return (f"{name} = {start}" for name, start in network.rules.starting(moment))


def _moved(network: Network, moment: Moment) -> Iterator[str]:
    """All that moves with something, at once."""
    moving = dict(network.rules.moving(moment))
    if moving:
        yield f"{', '.join(moving)} = {', '.join(write(t, PYTHON) for t in moving.values())}"


def _row(network: Network) -> Iterator[str]:
    """The formulas of a row, and the row."""
    rules, waiting = network.rules, dict[str, Tree]()
    for name, quantity in network.derived.items():
        if rules.waits(name):
            waiting[name] = quantity.formula
        else:
            yield _assigned(name, quantity.formula)
    if waiting:
        yield f"if {SAMPLE} % {rules.step} == 0:"
        yield from _inside(_assigned(name, tree) for name, tree in waiting.items())
    yield f"row = ({', '.join(network.columns)},)"
    yield "if not isfinite(sum(row)): check(row)"
    yield "yield row"


def _assigned(name: str, tree: Tree) -> str:
    return f"{name} = {write(tree, PYTHON)}"


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


# --- where a training breaks off -----------------------------------------------------------------


def _culprit(network: Network, rows: Iterator[Row]) -> Diverged:
    """Train again up to the row that breaks, and go through that one formula by formula."""
    number, last = 0, None
    with suppress(ArithmeticError, ValueError):
        for number, last in enumerate(rows, start=1):  # noqa: B007 - read where it breaks off
            pass
    above = {} if last is None else dict(zip(network.columns, last, strict=True))
    return _broken(network, number, above)


def _broken(network: Network, number: int, above: Numbers) -> Diverged:
    """The quantity that breaks in a row, by the numbers of the row above."""
    epoch, sample = divmod(number, len(network.samples))
    kind = network.rules.kind(number)
    values = {**network.numbers, **network.samples[sample]}
    for name, quantity in network.quantities.items():
        rule = network.rules.at(name, kind)
        if rule is None or quantity.kind in (Kind.SETTING, Kind.TARGET, Kind.INPUT):
            values.setdefault(name, getattr(quantity, "start", 0.0))
            continue
        rows = (values, {**network.numbers, **above})
        try:
            values[name] = evaluate_at(rule.whole, rows)
        except (ArithmeticError, ValueError):
            values[name] = math.nan
        if not math.isfinite(values[name]):
            return _diverged(name, epoch, rule.whole, rows)
    raise AssertionError(f"epoch {epoch} broke off, yet every formula gives a number")


def _diverged(name: str, epoch: int, formula: Tree, rows: tuple[Numbers, Numbers]) -> Diverged:
    known = {leaf.id: rows[leaf.up][leaf.id] for leaf in leaves(formula)}
    return Diverged(name, epoch, write(formula, PYTHON), known)
