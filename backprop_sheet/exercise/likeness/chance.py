"""How surprising it is that two of a class have something in common, in bits.

So many bits b stand for a chance of 2^−b that a second student comes to the same independently. The
chance is estimated from the others of the class: what many have says nothing.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from math import comb, log2
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Having = Callable[[K], frozenset[int]]

MARGIN = 3.0
"""Bits beyond those that the number of pairs takes. In honest classes of 200, made by chance, no
pair came to any of these."""
LEAST = 15.0
"""Bits that it takes in any class: a small one shows less well what is rare."""
PRIOR = 2.0
"""Students that the chance counts for, where what goes together is estimated from few."""
UNSEEN = 0.5
"""Of a thing that two have, how many of both are left out where the chance of it is estimated."""
FEW_SHARE, FEW = 0.05, 4
"""What more than this share of a class, and more than so many, have in common is not rare."""


def needed(students: int) -> float:
    """The bits from which on a pair of a class of so many is named."""
    return max(LEAST, log2(max(1, comb(students, 2))) + MARGIN)


def few(students: int) -> int:
    """How many of a class may have in common what is called rare."""
    return max(FEW, int(FEW_SHARE * students))


def pairs(holders: Iterable[Sequence[int]], students: int) -> set[tuple[int, int]]:
    """The pairs that share anything rare, from the students who have each thing."""
    most = few(students)
    return {
        pair for some in holders if 1 < len(some) <= most for pair in combinations(sorted(some), 2)
    }


def bits_of_subset(
    shared: Sequence[K], sizes: tuple[int, int], counts: Mapping[K, int], having: Having[K]
) -> float:
    """Bits for things of which each student has a few, such as slips, and both have the same.

    Whoever has many is likely to have some of those of another: each of `sizes` things may be it.

    Args:
        shared: what both have.
        sizes: how many things each of both has.
        counts: how many of the class have each thing.
        having: which others have a thing.
    """
    most, least = max(sizes), min(sizes)
    every = sum(counts.values())
    single = [1 - (1 - (counts[thing] - UNSEEN) / every) ** most for thing in shared]
    return _joint(single, [having(thing) for thing in shared]) - log2(comb(least, len(shared)))


def bits_of_choices(shared: Sequence[K], others: int, having: Having[K]) -> float:
    """Bits for things that everybody does in one way or another, and both in the same.

    Args:
        shared: the ways that both have.
        others: how many others there are.
        having: which others have a way.
    """
    holders = [having(way) for way in shared]
    single = [(len(some) + 1) / (others + 1) for some in holders]
    return _joint(single, holders)


def _joint(single: Sequence[float], holders: Sequence[frozenset[int]]) -> float:
    """Bits of several things at once. What others have together counts only once."""
    bits, pool = 0.0, None
    order = sorted(range(len(single)), key=lambda k: (single[k], k))
    for k in order:
        chance = single[k]
        if pool is not None:
            both = len(pool & holders[k])
            chance = max(chance, (both + PRIOR * chance) / (len(pool) + PRIOR))
        pool = holders[k] if pool is None else pool & holders[k]
        bits -= log2(min(1.0, chance))
    return bits


def counted(sets: Iterable[Iterable[K]]) -> Counter[K]:
    """How many of the class have each thing."""
    return Counter(thing for things in sets for thing in set(things))
