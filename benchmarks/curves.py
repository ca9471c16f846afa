"""Measures the picture of a long curve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop_sheet import error_curve, save_figure, tabulate
from benchmarks.engines import LONG, NETWORK
from benchmarks.measuring import Line, clock, under


def lines(runs: int) -> Iterator[Line]:
    """Time the picture, without importing the libraries."""
    frame = tabulate(NETWORK, LONG)
    with TemporaryDirectory() as folder:
        path = Path(folder, "curve.png")
        draw = clock(lambda: save_figure(error_curve(frame, NETWORK.eta), path))
        draw()
        seconds = sorted(draw() for _ in range(runs))[runs // 2]
    yield under(f"curve, {LONG:,} epochs", seconds, 1, "s")
