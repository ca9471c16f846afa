"""Training the original's network with every intermediate kept: our engine, and other ways.

Each takes a number of epochs and gives its rows, in the order of the sheet's columns. The test of
the benchmarks holds them to the same numbers.
"""

from __future__ import annotations

from itertools import islice
from math import exp
from typing import Any

from backprop_sheet import load, train

Rows = list[Any]
NETWORK = load("original").with_numbers(eta=0.5)
ETA, TARGETS, INPUTS = 0.5, (0.5, 0.5), (0.05, 0.1)
WEIGHTS = (0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55)


def ours(epochs: int) -> Rows:
    """The engine."""
    return list(islice(train(NETWORK), epochs))


def by_hand(epochs: int) -> Rows:
    """A loop written out by hand in plain Python."""
    eta, (t1, t2), (i1, i2) = ETA, TARGETS, INPUTS
    w1, w2, w3, w4, w5, w6, w7, w8 = WEIGHTS
    rows = []
    for _ in range(epochs):
        h1 = w1 * i1 + w2 * i2
        a_h1 = 1 / (1 + exp(-h1))
        h2 = w3 * i1 + w4 * i2
        a_h2 = 1 / (1 + exp(-h2))
        o1 = w5 * a_h1 + w6 * a_h2
        a_o1 = 1 / (1 + exp(-o1))
        o2 = w7 * a_h1 + w8 * a_h2
        a_o2 = 1 / (1 + exp(-o2))
        e1 = 0.5 * (t1 - a_o1) ** 2
        e2 = 0.5 * (t2 - a_o2) ** 2
        e_total = e1 + e2
        d_o1 = (a_o1 - t1) * a_o1 * (1 - a_o1)
        d_o2 = (a_o2 - t2) * a_o2 * (1 - a_o2)
        d_h1 = (d_o1 * w5 + d_o2 * w7) * a_h1 * (1 - a_h1)
        d_h2 = (d_o1 * w6 + d_o2 * w8) * a_h2 * (1 - a_h2)
        d1, d2, d3, d4 = d_h1 * i1, d_h1 * i2, d_h2 * i1, d_h2 * i2
        d5, d6, d7, d8 = d_o1 * a_h1, d_o1 * a_h2, d_o2 * a_h1, d_o2 * a_h2
        row = (
            *(t1, t2, i1, i2, w1, w2, w3, w4, h1, a_h1, h2, a_h2, w5, w6, w7, w8),
            *(o1, a_o1, o2, a_o2, e1, e2, e_total, d1, d2, d3, d4, d5, d6, d7, d8),
        )
        rows.append(row)
        w1, w2, w3, w4 = w1 - eta * d1, w2 - eta * d2, w3 - eta * d3, w4 - eta * d4
        w5, w6, w7, w8 = w5 - eta * d5, w6 - eta * d6, w7 - eta * d7, w8 - eta * d8
    return rows
