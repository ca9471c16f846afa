"""Measures whole commands against only importing the libraries that they need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measuring import Line, at_most, in_turn, process

LIBRARIES = (
    "import click, pandas, openpyxl; from matplotlib.figure import Figure; "
    "from matplotlib.backends.backend_agg import FigureCanvasAgg"
)
OURS = [sys.executable, "-m", "backprop_sheet"]


def lines(runs: int) -> Iterator[Line]:
    """Time commands as whole processes."""
    imports = process(sys.executable, "-c", LIBRARIES)
    click = process(sys.executable, "-c", "import click")
    with TemporaryDirectory() as folder:
        output = ["--output", str(Path(folder))]
        run = process(*OURS, "run", "--lr", "0.5", *output)
        compare = process(*OURS, "compare", *output)
        helped = in_turn(process(*OURS, "--help"), click, 3 * runs)
        yield at_most("backprop-sheet --help", "import click", helped, 1.3)
        pairs = in_turn(run, imports, runs)
        yield at_most("backprop-sheet run --lr 0.5", "its bare imports", pairs, 1.3)
        pairs = in_turn(compare, imports, runs)
        yield at_most("backprop-sheet compare", "its bare imports", pairs, 1.6)
