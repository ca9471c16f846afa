"""Layers of each kind: what a computed quantity costs in an epoch, against a dense network's.

A quantity's time follows from its formula, so the dense network has neurons with as many inputs as
a 3 × 3 kernel; and a picture with four kernels, from the file to the sheet.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.measuring import Clock, Line, at_most, in_turn, process, under

if TYPE_CHECKING:
    from backprop_sheet import Network

KINDS = (
    *("convolution", "recurrent", "lstm", "attention", "embedding"),
    *("batchnorm", "dropout", "transformer"),
)
"""Templates with layers of these kinds."""
DENSE = [9, 9, 9, 9]
WORK = 300_000
"""How many quantities are computed in one measurement."""
PICTURE = """\
input = [1, 12, 12]
error = "cross-entropy"
epochs = 60
inputs = [{pixels}]
targets = [1, 0]
[[layer]]
kind = "convolution"
channels = 4
kernel = 3
[[layer]]
kind = "max pooling"
[[layer]]
kind = "dense"
neurons = 2
activation = "softmax"
"""


def lines(runs: int) -> Iterator[Line]:
    """The time of a quantity for each kind; a sheet of convolutions."""
    from backprop_sheet import build, load

    ones = [0.1] * DENSE[0]
    weights = [0.1] * sum(before * after for before, after in pairwise(DENSE))
    dense = _training(build(DENSE, inputs=ones, targets=ones, weights=weights))
    for kind in KINDS:
        both = in_turn(_training(load(kind)), dense, runs)
        line = at_most(f"{kind}, a quantity", f"dense {'-'.join(map(str, DENSE))}", both, 1.3)
        yield replace(line, unit="ns")
    with TemporaryDirectory() as folder:
        file = Path(folder, "picture.toml")
        pixels = ", ".join(str(place % 7 / 7) for place in range(144))
        file.write_text(PICTURE.format(pixels=pixels), encoding="utf-8")
        words = ["run", "--network", str(file), "--no-plot", "-o", str(Path(folder, "b.xlsx"))]
        run = process(sys.executable, "-m", "backprop_sheet", *words, "--force")
        yield under("run, a 12 × 12 picture and 4 kernels", min(run() for _ in range(runs)), 5, "s")


def _training(network: Network) -> Clock:
    """The nanoseconds that a training takes for each computed quantity, over `WORK` of them."""
    from backprop_sheet import train

    count = len(network.derived)
    rows = WORK // count // len(network.samples) * len(network.samples)

    def clock() -> float:
        training = train(network)
        next(training)
        begin = perf_counter()
        for _ in islice(training, rows):
            pass
        return (perf_counter() - begin) / rows / count * 1e9

    return clock
