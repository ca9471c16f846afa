"""The numbers of a student: drawn from the exercise's seed and the student's identifier alone.

So a student who comes later, or a new run, changes nobody else's.
"""

import math
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice, pairwise
from random import Random

from backprop_sheet.engine import Row, train
from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.network import RATE, Kind, Network

DECIMALS = 2
"""Decimals of the numbers that are drawn."""
MOST_DECIMALS = 6
ENOUGH = 1e12
"""Different sets of numbers that there should be at least."""
TRIES = 100
"""How many sets of numbers are tried for a student."""
APART = 2e-6
"""The relative difference from which on numbers can be told apart: twice what marking allows."""
GIVEN = (Kind.COUNTER, Kind.SEED, Kind.DRAW, Kind.INPUT, Kind.TARGET, Kind.MEASURE)
"""Kinds of columns in which nobody writes a formula, or whose numbers are counts."""
WOBBLE = 0.1
"""How much of its fall an error may have risen again at the end of a training that converges."""


def drawn(
    network: Network, seed: int, identifier: str, rates: Sequence[float] = ()
) -> dict[str, float]:
    """A student's given numbers: the learning rate, and each weight and bias that is drawn.

    They are the first set drawn with which the training converges, and in which no two columns of
    a kind have the same number in any row. If there is none among `TRIES`, it is the one that
    converges and has the fewest such rows.

    Args:
        network: the network, with the numbers of the exercise as it is for nobody in particular;
            weights are drawn from the range that its own have.
        seed: the exercise's.
        identifier: the student's.
        rates: the learning rates of which each student gets one; the network's if left out.

    Raises:
        InputError: with none of the sets the training converges.
    """
    best: tuple[int, dict[str, float]] | None = None
    for chances in islice(_chances(seed, identifier), TRIES):
        numbers = _set_of(network, chances, rates)
        faults = alike(network.with_numbers(**numbers))
        if faults is not None and (best is None or faults < best[0]):
            best = faults, numbers
        if best and not best[0]:
            break
    if best is None:
        raise InputError(
            f"none of {TRIES} sets of numbers for {identifier!r} gives a training that converges: "
            "a smaller learning rate or other weights may"
        )
    return best[1]


def _chances(seed: int, identifier: str) -> Iterator[Random]:
    """Generators of chance, one for each try."""
    for number in range(TRIES):
        digest = sha256(f"{seed}\n{number}\n{identifier}".encode()).digest()
        yield Random(int.from_bytes(digest))  # noqa: S311 - nothing secret


def _set_of(network: Network, chance: Random, rates: Sequence[float]) -> dict[str, float]:
    """A set of numbers, all of a kind different as long as there are enough of them."""
    # Only random() gives the same numbers in every version of Python.
    numbers = {RATE: rates[int(chance.random() * len(rates))] if rates else network.eta}
    for names, (low, high), decimals in ranges(network):
        size, taken = high - low + 1, set[int]()
        for name in names:
            value = low + int(chance.random() * size)
            while value in taken and len(taken) < size:
                value = low + int(chance.random() * size)
            taken.add(value)
            numbers[name] = round(value / 10**decimals, decimals)
    return numbers


def ranges(network: Network) -> list[tuple[list[str], tuple[int, int], int]]:
    """The names that are drawn, by kind; their range in units of the last decimal; their decimals.

    Numbers of a kind are drawn from the range of those that the network has. Whole ones, such as
    biases of 0 and factors of 1, stay as they are, unless there are no others.
    """
    found = []
    for kind in (Kind.WEIGHT, Kind.BIAS):
        names = [n for n in network.trained if network.given[n].kind is kind]
        broken = [n for n in names if network.numbers[n] % 1]
        drawn_names = broken or (names if kind is Kind.WEIGHT else [])
        if not drawn_names:
            continue
        values = [network.numbers[name] for name in drawn_names]
        low, high = min(values), max(values)
        if low == high:
            low, high = sorted((low / 2, 1.5 * low)) if low else (-0.5, 0.5)
        decimals = next(
            (
                d
                for d in range(DECIMALS, MOST_DECIMALS)
                if _sets(low, high, d, len(values)) >= ENOUGH
            ),
            MOST_DECIMALS,
        )
        units = 10**decimals
        ends = math.ceil(low * units), math.floor(high * units)
        found.append((drawn_names, ends, decimals))
    return found


def _sets(low: float, high: float, decimals: int, count: int) -> float:
    return float((high - low) * 10**decimals + 1) ** min(count, 50)


def alike(network: Network, epochs: int | None = None) -> int | None:
    """In how many rows two columns of a kind cannot be told apart; None if it does not converge.

    Columns that have the same number in every row are the same quantity, and do not count.
    """
    rows = _trained(network, network.epochs if epochs is None else epochs)
    if rows is None or not _converges(network, rows):
        return None
    return len(_rows_alike(network, rows))


def _trained(network: Network, epochs: int) -> list[Row] | None:
    try:
        return list(islice(train(network), network.rows(epochs)))
    except Diverged:
        return None


def _converges(network: Network, rows: Sequence[Row]) -> bool:
    """Whether the error of the last epoch is below the first's, and hardly above the smallest."""
    samples = len(network.samples)
    place = network.columns.index(network.error)
    errors = [row[place] for row in rows[samples - 1 :: samples]]
    first, last, least = errors[0], errors[-1], min(errors)
    return len(errors) == 1 or (last < first and last - least <= WOBBLE * (first - least))


def _rows_alike(network: Network, rows: Sequence[Row]) -> set[int]:
    """The rows in which two columns of a kind have the same number by chance.

    Where they have it in every epoch of a sample, it is none: its input is 0, say.
    """
    kinds: dict[Kind, list[int]] = {}
    for place, name in enumerate(network.columns):
        kind = network.quantities[name].kind
        if kind not in GIVEN:
            kinds.setdefault(kind, []).append(place)
    samples = len(network.samples)
    pairs: dict[tuple[int, int, int], list[int]] = {}
    for number, row in enumerate(rows):
        for places in kinds.values():
            ordered = sorted(places, key=row.__getitem__)
            for one, other in pairwise(ordered):
                if abs(row[one] - row[other]) <= APART * abs(row[one]):
                    pairs.setdefault((one, other, number % samples), []).append(number)
    always = len(rows) // samples
    return {number for same in pairs.values() if len(same) < always for number in same}
