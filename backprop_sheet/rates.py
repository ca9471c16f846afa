"""The learning rates to compare."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backprop_sheet.network import Network

RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
"""The rates that the exercise compares."""


def rates_for(network: Network) -> list[float]:
    """The exercise's rates for the original, for others as many around the network's own.

    Those around its own are in the same proportions: what is too large for one network is far too
    small for another. The original gets them, too, at a rate that is none of the exercise's.
    """
    if network.name == "original" and network.eta in RATES:
        return list(RATES)
    around = (float(f"{factor * network.eta:.12g}") for factor in RATES)
    return [rate for rate in around if 0 < rate < inf]  # at the ends of the range some are neither
