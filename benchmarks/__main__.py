"""Measures ours and something known in turn and prints the medians and their ratio.

    python -m benchmarks [--runs N]

Times of whole processes, A B A B …, so that a machine that grows slower or faster meanwhile does so
for both. The ratio printed is the median of the pairs' ratios.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from platform import platform, python_version
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

LIBRARIES = (
    "import click, pandas, openpyxl; from matplotlib.figure import Figure; "
    "from matplotlib.backends.backend_agg import FigureCanvasAgg"
)
OURS = [sys.executable, "-m", "backprop_sheet"]
ROOT = Path(__file__).parent.parent
FASTER, MOST = 2.5, 7
"""How much faster than the usual loop ours is to train, and how often that is tried at most."""


class Line(NamedTuple):
    """One comparison: what is run, against what, and the ratio it should not pass."""

    name: str
    ours: list[str]
    against: str
    theirs: list[str]
    goal: float


LINES = [
    Line(
        "run --lr 0.5",
        [*OURS, "run", "--lr", "0.5"],
        "its bare imports",
        [sys.executable, "-c", LIBRARIES],
        1.3,
    ),
    Line("compare", [*OURS, "compare"], "run", [*OURS, "run"], 2.0),
    Line("--help", [*OURS, "--help"], "import click", [sys.executable, "-c", "import click"], 1.3),
]


def seconds(command: list[str]) -> float:
    """How long a command takes, as a whole process."""
    begin = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - begin


def paired(ours: Callable[[], float], theirs: Callable[[], float], runs: int) -> list[float]:
    """The medians of both and of the pairs' ratios, after one uncounted run of each."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return [median(column) for column in zip(*((a, b, a / b) for a, b in pairs), strict=True)]


def images_per_second(loop: str, threads: str) -> float:
    """How fast a loop trains the companion's network; on so many threads, if it is said."""
    words = [sys.executable, "-m", "benchmarks.digits", loop, "100", *threads.split()]
    done = subprocess.run(words, check=True, capture_output=True, cwd=ROOT, encoding="utf-8")
    return float(done.stdout)


def measure_training(runs: int) -> None:
    """Our loop against the usual one: on one thread each, and each as it comes."""
    if find_spec("torch") is None:
        print("mnist train    left out: PyTorch is not installed")
        return
    print(f"torch {version('torch')}")
    for name, threads in (("one thread", "1"), ("as it comes", "")):
        ours, usual = (
            partial(images_per_second, "ours", threads),
            partial(images_per_second, "usual", threads),
        )
        a, b, ratio = paired(ours, usual, runs)
        print(
            f"mnist train    {a:6.0f} images/s   the usual loop, {name:<12} {b:6.0f} images/s   "
            f"ratio {ratio:.2f}   goal ≥ {FASTER}"
        )


def main() -> None:
    """Measure every line."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each (15)")
    runs = parser.parse_args().runs
    libraries = ", ".join(f"{n} {version(n)}" for n in ("pandas", "openpyxl", "matplotlib"))
    print(f"{platform()}, {os.cpu_count()} cores, Python {python_version()}, {libraries}")
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in LINES:
            a, b, ratio = paired(lambda: seconds(line.ours), lambda: seconds(line.theirs), runs)  # noqa: B023
            print(
                f"{line.name:<14} {a:6.3f} s   {line.against:<18} {b:6.3f} s   "
                f"ratio {ratio:.2f}   goal ≤ {line.goal}"
            )
        os.chdir("/")
    measure_training(min(runs, MOST))


if __name__ == "__main__":
    main()
