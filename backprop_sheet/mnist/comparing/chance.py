"""Whether means over a few seeds differ by more than chance: Tukey's range test.

All settings of a group are taken to spread alike from seed to seed, so their spreads are pooled.
Among k equal settings, the highest mean exceeds the lowest by more than q·s/√n in one of twenty
comparisons, where s is the pooled standard deviation and n the number of seeds. q is the 95 %
quantile of the studentized range of k values with the pooled degrees of freedom (Tukey, The problem
of multiple comparisons, 1953). If settings have different numbers of seeds, n is their harmonic
mean, nearly as Kramer proposed (1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import erf, lgamma, log, pi, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
"""Of twenty comparisons of equal settings, one exceeds the margin."""
NODES = 128
"""Points at which an integrand is computed: the quantile is right to six digits."""
FARTHEST = 8.0
"""Normal numbers farther out than so many standard deviations are too rare to count."""
HALVINGS, DIGITS = 40, 4
"""Steps of the search, and the digits after the point that are kept of the result."""
Numbers = npt.NDArray[np.float64]


class Group(NamedTuple):
    """The trainings of one setting: how many there are, the mean and the standard deviation."""

    size: int
    mean: float
    deviation: float


def margin(groups: Sequence[Group]) -> float | None:
    """The difference of two means that chance alone rarely exceeds.

    Args:
        groups: the settings that are compared, at least two; each of at least one training.

    Returns:
        The margin, in the unit of the means; None if no setting has more than one training.
    """
    freedom = freedom_of(groups)
    if not freedom:
        return None
    squares = sum((group.size - 1) * group.deviation**2 for group in groups)
    seeds = len(groups) / sum(1 / group.size for group in groups)
    return quantile(len(groups), freedom) * sqrt(squares / freedom / seeds)


def freedom_of(groups: Sequence[Group]) -> int:
    """The degrees of freedom of the pooled spread."""
    return sum(group.size - 1 for group in groups)


@cache
def quantile(count: int, freedom: int) -> float:
    """The 95 % quantile of the studentized range, found by halving.

    Args:
        count: the number of means, at least 2.
        freedom: the degrees of freedom of the spread, at least 1.
    """
    low, high = 0.0, 1.0
    while _probability(high, count, freedom) < LEVEL:
        high *= 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = _probability(middle, count, freedom) < LEVEL
        low, high = (middle, high) if below else (low, middle)
    return round(high, DIGITS)


def _probability(q: float, count: int, freedom: int) -> float:
    """The probability that the studentized range is at most q.

    It is ∫ f(s)·∫ k·φ(z)·(Φ(z) − Φ(z − q·s))^(k − 1) dz ds, where f is the density of the spread.
    """
    z, z_weights = _nodes(-FARTHEST, FARTHEST)
    s, s_weights = _nodes(0, 1 + FARTHEST / sqrt(2 * freedom))
    half = freedom / 2
    powers = (freedom - 1) * np.log(s) - half * s**2  # logarithms, which cannot overflow
    spread = 2 * np.exp(half * log(half) - lgamma(half) + powers)
    inner = _normal(z)[None, :] - _normal(z[None, :] - q * s[:, None])
    density = np.exp(-(z**2) / 2) / sqrt(2 * pi)
    ranges = count * (inner ** (count - 1)) @ (density * z_weights)
    return float((spread * ranges) @ s_weights)


def _normal(z: Numbers) -> Numbers:
    """Φ: the probability that a normal number is at most z."""
    return np.interp(z, *_table())


@cache
def _table() -> tuple[Numbers, Numbers]:
    """Φ at points so close that a line between two of them is right to eight digits."""
    points = np.linspace(-FARTHEST, FARTHEST, 2**14 + 1)
    return points, np.array([(1 + erf(z / sqrt(2))) / 2 for z in points])


def _nodes(low: float, high: float) -> tuple[Numbers, Numbers]:
    """Points and weights of Gauss and Legendre's rule between two bounds."""
    points, weights = _legendre()
    return low + (high - low) * (points + 1) / 2, weights * (high - low) / 2


@cache
def _legendre() -> tuple[Numbers, Numbers]:
    return np.polynomial.legendre.leggauss(NODES)
