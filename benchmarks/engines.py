"""Measures training of the original network with every intermediate kept: our engine, and others.

Each function takes a number of epochs and returns the rows, in the order of the sheet's columns. A
test compares their numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from math import exp
from struct import Struct
from typing import Any

from backprop_sheet import load, tabulate, train
from benchmarks.measuring import Line, at_most, clock, faster, in_turn, installed

Rows = list[Any]
NETWORK = load("original").with_numbers(eta=0.5)
ETA, TARGETS, INPUTS = 0.5, (0.5, 0.5), (0.05, 0.1)
WEIGHTS = (0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55)


def ours(epochs: int) -> Rows:
    """Our engine."""
    return list(islice(train(NETWORK), epochs))


def by_hand(epochs: int, pack: Callable[..., bytes] | None = None) -> Rows:
    """A loop written by hand in plain Python; `pack` packs each row."""
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
        rows.append(pack(*row) if pack else row)
        w1, w2, w3, w4 = w1 - eta * d1, w2 - eta * d2, w3 - eta * d3, w4 - eta * d4
        w5, w6, w7, w8 = w5 - eta * d5, w6 - eta * d6, w7 - eta * d7, w8 - eta * d8
    return rows


def in_numpy(epochs: int) -> Rows:
    """A loop with NumPy and a matrix for each layer."""
    import numpy as np

    target, x = np.array(TARGETS), np.array(INPUTS)
    first, second = np.array(WEIGHTS).reshape(2, 2, 2)
    rows = []
    for _ in range(epochs):
        h = first @ x
        a_h = 1 / (1 + np.exp(-h))
        o = second @ a_h
        a_o = 1 / (1 + np.exp(-o))
        e = 0.5 * (target - a_o) ** 2
        d_o = (a_o - target) * a_o * (1 - a_o)
        d_h = (d_o @ second) * a_h * (1 - a_h)
        d_first, d_second = np.outer(d_h, x), np.outer(d_o, a_h)
        kept = (target, x, first, h, a_h, second, o, a_o, e, e.sum(), d_first, d_second)
        rows.append(_in_columns(kept))
        first, second = first - ETA * d_first, second - ETA * d_second
    return rows


def in_micrograd(epochs: int) -> Rows:
    """A loop with micrograd, to which the sigmoid is added in its own way."""
    from micrograd.engine import Value

    def sigmoid(value: Any) -> Any:
        result = Value(1 / (1 + exp(-value.data)), (value,), "sigmoid")

        def backward() -> None:
            value.grad += result.data * (1 - result.data) * result.grad

        result._backward = backward  # noqa: SLF001 - micrograd's way of adding one
        return result

    w = list(WEIGHTS)
    rows = []
    for _ in range(epochs):
        weights = w1, w2, w3, w4, w5, w6, w7, w8 = [Value(number) for number in w]
        (i1, i2), (t1, t2) = INPUTS, TARGETS
        h1, h2 = w1 * i1 + w2 * i2, w3 * i1 + w4 * i2
        a_h1, a_h2 = sigmoid(h1), sigmoid(h2)
        o1, o2 = w5 * a_h1 + w6 * a_h2, w7 * a_h1 + w8 * a_h2
        a_o1, a_o2 = sigmoid(o1), sigmoid(o2)
        e1, e2 = 0.5 * (t1 - a_o1) ** 2, 0.5 * (t2 - a_o2) ** 2
        error = e1 + e2
        error.backward()
        forward = [*weights[:4], h1, a_h1, h2, a_h2, *weights[4:], o1, a_o1, o2, a_o2, e1, e2]
        values = [value.data for value in (*forward, error)]
        rows.append((t1, t2, i1, i2, *values, *(weight.grad for weight in weights)))
        w = [weight.data - ETA * weight.grad for weight in weights]
    return rows


def in_torch(epochs: int) -> Rows:
    """A loop with PyTorch's autograd and a tensor for each number of the sheet."""
    import torch

    torch.set_num_threads(1)

    def tensor(number: float) -> Any:
        return torch.tensor(number, dtype=torch.float64)

    (i1, i2), (t1, t2) = map(tensor, INPUTS), map(tensor, TARGETS)
    weights = w1, w2, w3, w4, w5, w6, w7, w8 = [tensor(w).requires_grad_() for w in WEIGHTS]
    optimizer = torch.optim.SGD(weights, lr=ETA)
    rows = []
    for _ in range(epochs):
        optimizer.zero_grad()
        h1, h2 = w1 * i1 + w2 * i2, w3 * i1 + w4 * i2
        a_h1, a_h2 = torch.sigmoid(h1), torch.sigmoid(h2)
        o1, o2 = w5 * a_h1 + w6 * a_h2, w7 * a_h1 + w8 * a_h2
        a_o1, a_o2 = torch.sigmoid(o1), torch.sigmoid(o2)
        e1, e2 = 0.5 * (t1 - a_o1) ** 2, 0.5 * (t2 - a_o2) ** 2
        error = e1 + e2
        error.backward()
        forward = [*weights[:4], h1, a_h1, h2, a_h2, *weights[4:], o1, a_o1, o2, a_o2, e1, e2]
        kept = [t1, t2, i1, i2, *forward, error, *(weight.grad for weight in weights)]
        rows.append([number.item() for number in kept])
        optimizer.step()
    return rows


def in_torch_matrices(epochs: int) -> Rows:
    """A loop with PyTorch's autograd and a matrix for each layer."""
    import torch

    torch.set_num_threads(1)
    target, x = (torch.tensor(numbers, dtype=torch.float64) for numbers in (TARGETS, INPUTS))
    first, second = torch.tensor(WEIGHTS, dtype=torch.float64).reshape(2, 2, 2)
    first, second = first.clone().requires_grad_(), second.clone().requires_grad_()
    optimizer = torch.optim.SGD([first, second], lr=ETA)
    rows = []
    for _ in range(epochs):
        optimizer.zero_grad()
        h = first @ x
        a_h = torch.sigmoid(h)
        o = second @ a_h
        a_o = torch.sigmoid(o)
        e = 0.5 * (target - a_o) ** 2
        error = e.sum()
        error.backward()
        kept = target, x, first, h, a_h, second, o, a_o, e, error
        rows.append(_in_columns((*kept, first.grad, second.grad)))
        optimizer.step()
    return rows


def _in_columns(row: Any) -> list[float]:
    """A row of arrays as plain numbers in the order of the sheet's columns.

    An array has the sums of a layer and another its activations; the sheet has each neuron's sum
    next to its activation.
    """
    t, i, first, h, a_h, second, o, a_o, e, total, d_first, d_second = (
        part.reshape(-1).tolist() for part in row
    )
    hidden = [h[0], a_h[0], h[1], a_h[1]]
    output = [o[0], a_o[0], o[1], a_o[1]]
    return [*t, *i, *first, *hidden, *second, *output, *e, *total, *d_first, *d_second]


PEERS: dict[str, tuple[str, Callable[[int], Rows], float]] = {
    "NumPy": ("numpy", in_numpy, 8),
    "micrograd": ("micrograd", in_micrograd, 20),
    "torch autograd, number by number": ("torch", in_torch, 100),
    "torch autograd, matrices": ("torch", in_torch_matrices, 100),
}
"""The module that each needs, its loop, and how many times as fast ours should be."""
RUNS = {"torch": 500, "micrograd": 2_000, "NumPy": 5_000}
"""The epochs to train, by the first word of the peer's name: fewer for slower ones."""
USUAL, LONG = 20_000, 100_000


def in_a_frame(epochs: int) -> Any:
    """Our engine, with its rows in a frame as the program keeps them."""
    return tabulate(NETWORK, epochs)


def lines(runs: int) -> Iterator[Line]:
    """Time our engine against the others."""
    listed = clock(lambda: ours(USUAL), USUAL)
    hand = clock(lambda: by_hand(USUAL), USUAL)
    name, kept = "engine, 2-2-2, rows in a list", "engine, 2-2-2, rows in a frame"
    yield at_most(name, "a loop written out by hand", in_turn(listed, hand, 2 * runs), 1.15)
    framed = clock(lambda: in_a_frame(USUAL), USUAL)
    packed = clock(lambda: by_hand(USUAL, Struct(f"{len(NETWORK.columns)}d").pack), USUAL)
    peer = "a loop by hand, its rows packed"
    yield at_most(kept, peer, in_turn(framed, packed, 2 * runs), 1.15)
    for peer, (module, loop, goal) in PEERS.items():
        if not installed(module):
            continue
        epochs = RUNS[peer.split()[0].rstrip(",")]
        theirs = clock(partial(loop, epochs), epochs)
        yield faster(name, peer, in_turn(listed, theirs, runs), goal)
        yield faster(kept, peer, in_turn(framed, theirs, runs), goal)
    alone = clock(lambda: deque(islice(train(NETWORK), LONG), maxlen=0))
    pairs = in_turn(clock(lambda: in_a_frame(LONG)), alone, runs)
    yield at_most(f"run to frame, {LONG:,} epochs", "engine alone, nothing kept", pairs, 1.6)
