"""The numbers of a student: drawn from the exercise's seed and the student's identifier alone.

So a student who comes later, or a new run, changes nobody else's.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from random import Random

import numpy as np

from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged, InputError, shown
from backprop_sheet.exercise.setting.distinct import Alike, Columns, distinct
from backprop_sheet.network import RATE, Kind, Network

DECIMALS = 2
"""Decimals of the numbers that are drawn."""
MOST_DECIMALS = 6
ENOUGH = 1e12
"""Different sets of numbers that there should be at least."""
TRIES = 100
"""How many sets of numbers are tried for a student."""
MOST_CONVERGING = 12
"""How many of them may converge and have a coincidence nevertheless."""
PROBE, PROBES, MOST_PROBES = "probe", 3, 12
"""The sets of numbers that show which columns and formulas are always alike: whose they are, how
many are needed, how many are tried."""
WOBBLE = 0.1
"""How much of its fall an error may have risen again at the end of a training that converges."""


def drawn(
    network: Network, seed: int, identifier: str, rates: Sequence[float] = ()
) -> dict[str, float]:
    """A student's given numbers: the learning rate, and each number that is drawn.

    They are the first set drawn with which the training converges and no coincidence hides a
    mistake: in no row have two columns of a kind the same number, or a usual wrong formula the
    right one. If there is none among `TRIES`, it is the one with the fewest such rows.

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
    converging = 0
    for chance in _chances(seed, identifier):
        numbers = _set_of(network, chance, rates)
        faults = coincidences(network.with_numbers(**numbers), network)
        if faults is None:
            continue
        converging += 1
        if best is None or faults < best[0]:
            best = faults, numbers
        if not best[0] or converging == MOST_CONVERGING:
            break
    if best is None:
        raise InputError(
            f"none of {TRIES} sets of numbers for {shown(identifier)} gives a training that "
            "converges: a smaller learning rate, more epochs or other weights may help"
        )
    return best[1]


def coincidences(network: Network, of: Network) -> int | None:
    """In how many rows a coincidence hides a mistake; None if the training does not converge.

    Args:
        network: the network with a student's numbers.
        of: the network with nobody's, which says what no coincidence is.
    """
    rows = trained(network)
    if rows is None:
        return None
    alike = distinct(of).alike(rows, network.eta)
    return int((alike & ~_usual(of)).any(axis=0).sum())


@lru_cache(maxsize=4)
def _usual(network: Network) -> Alike:
    """What is alike with several sets of numbers, and therefore is no coincidence."""
    found: list[Alike] = []
    for chance in islice(_chances(0, PROBE), MOST_PROBES):
        rows = trained(network.with_numbers(**_set_of(network, chance, ())))
        if rows is not None:
            found.append(distinct(network).alike(rows, network.eta))
        if len(found) == PROBES:
            break
    return np.logical_and.reduce(found) if found else np.zeros((1, 1), np.bool_)


def trained(network: Network) -> Columns | None:
    """The numbers of a training, row by row; None if it does not converge.

    It converges if the error of the last epoch is below the first's and hardly above the smallest.
    """
    try:
        rows = np.array(list(islice(train(network), network.rows(network.epochs))))
    except Diverged:
        return None
    samples = len(network.samples)
    errors = rows[samples - 1 :: samples, network.columns.index(network.error)]
    first, last, least = errors[0], errors[-1], errors.min()
    falls = len(errors) == 1 or (last < first and last - least <= WOBBLE * (first - least))
    return rows if falls else None


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


def drawn_names(network: Network) -> list[str]:
    """The names of the numbers that each student has of its own."""
    return [RATE, *(name for names, _, _ in ranges(network) for name in names)]


def ranges(network: Network) -> list[tuple[list[str], tuple[int, int], int]]:
    """The names that are drawn, by kind; their range in units of the last decimal; their decimals.

    Numbers of a kind are drawn from the range of those that the network has. Whole ones, such as
    biases of 0 and factors of 1, stay as they are, unless there are no others. Inputs and targets
    of a single sample are drawn if two of them are equal, as no number shows which was taken.
    """
    weights, biases = (
        [name for name in network.trained if network.given[name].kind is kind]
        for kind in (Kind.WEIGHT, Kind.BIAS)
    )
    found = [(_broken(network, weights) or weights, ENOUGH), (_broken(network, biases), ENOUGH)]
    if len(network.samples) == 1:
        for kind in (Kind.INPUT, Kind.TARGET):
            names = _broken(network, network.named(kind))
            if len({network.numbers[name] for name in names}) < len(names):
                found.append((names, 1.0))
    return [(names, *_range_of(network, names, enough)) for names, enough in found if names]


def _broken(network: Network, names: Sequence[str]) -> list[str]:
    """The names whose numbers are not whole."""
    return [name for name in names if network.numbers[name] % 1]


def _range_of(network: Network, names: Sequence[str], enough: float) -> tuple[tuple[int, int], int]:
    """The range of names in units of the last decimal, and the decimals that give enough sets."""
    values = [network.numbers[name] for name in names]
    low, high = min(values), max(values)
    if low == high:
        low, high = sorted((low / 2, 1.5 * low)) if low else (-0.5, 0.5)
    decimals = next(
        (d for d in range(DECIMALS, MOST_DECIMALS) if _sets(low, high, d, len(values)) >= enough),
        MOST_DECIMALS,
    )
    units = 10**decimals
    return (math.ceil(low * units), math.floor(high * units)), decimals


def _sets(low: float, high: float, decimals: int, count: int) -> float:
    """About how many sets of so many numbers there are; beyond 50 numbers, as for 50."""
    return float((high - low) * 10**decimals + 1) ** min(count, 50)  # a float holds no more
