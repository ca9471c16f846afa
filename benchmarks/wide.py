"""Networks of 300 to 20,000 weights: what each quantity costs, in time and memory.

python -m benchmarks.wide INPUTS HIDDEN OUTPUTS

prints, for a network of these layers, its number of quantities, then seconds for each of `STEPS`,
0 for one that has no room in a sheet.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from backprop_sheet.__main__ import GARBAGE
from benchmarks.measuring import Line, at_most, in_turn, output_of, process, under

EPOCHS = 10
SIZES = ((20, 10, 10), (50, 50, 10), (100, 63, 10), (165, 113, 10))
"""Layers: 300, 3,000, 6,930 and 19,775 weights; a sheet has columns for the first three.

All have as many outputs, as the explanation of a weight has a term for each.
"""
LAUNCH = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""A small process that starts another and prints its peak of memory: that of a child counts from
what its parent held."""
STEPS = ("training", "workbook", "explain", "draw", "check")
EVEN = 0.3
"""How far the time for a quantity may be from a straight line's."""
OURS = [sys.executable, "-m", "backprop_sheet"]


def text_of(layers: tuple[int, ...]) -> str:
    """A network file with these layers."""
    inputs = [round(0.1 + k / 100, 2) for k in range(layers[0])]
    targets = [0.5] * layers[-1]
    lines = {"layers": list(layers), "inputs": inputs, "targets": targets, "epochs": EPOCHS}
    return "".join(f"{key} = {value}\n" for key, value in lines.items())


def lines(runs: int) -> Iterator[Line]:
    """A wide network's sheet against its table, growth, and the largest network."""
    with TemporaryDirectory() as folder:
        network = Path(folder, "wide.toml")
        network.write_text(text_of(SIZES[1]), encoding="utf-8")
        named = ["--network", str(network)]
        run = process(*OURS, "run", *named, "--output", folder)
        table = process(*OURS, "table", *named, "-o", str(Path(folder, "table.csv")))
        yield at_most("run, layers 50-50-10", "table of the same", in_turn(run, table, runs), 2.5)
        yield from _growing(runs)
        network.write_text(text_of(SIZES[-1]), encoding="utf-8")
        for command, target in (("explain", "text.txt"), ("draw", "picture.png")):
            words = [*OURS, command, *named, "-o", str(Path(folder, target)), "--force"]
            seconds, memory = zip(*(_with_memory(words) for _ in range(runs)), strict=True)
            name = f"{command}, 19,775 weights"
            yield under(name, median(seconds), 10, "s")
            yield under(f"{name}, memory in all", max(memory), 400, "MB")


def _growing(runs: int) -> Iterator[Line]:
    """The time of each step, against the line through the smallest and the largest network."""
    measured: dict[tuple[int, ...], list[list[float]]] = {size: [] for size in SIZES}
    for _ in range(runs):
        for size in SIZES:
            measured[size].append(
                [float(word) for word in output_of("wide", *map(str, size)).split()]
            )
    columns = {size: [median(column) for column in zip(*rows, strict=True)]
               for size, rows in measured.items()}  # fmt: skip
    for place, step in enumerate(STEPS, start=1):
        known = [(row[0], row[place]) for row in columns.values() if row[place]]
        (first, start), (last, end) = known[0], known[-1]
        slope = (end - start) / (last - first)
        for quantities, seconds in known[1:-1]:
            straight = start + slope * (quantities - first)
            off = seconds / straight
            name = f"{step}, {quantities:,.0f} quantities"
            met = abs(off - 1) <= EVEN
            yield Line(name, seconds, "a straight line", straight, off, f"±{EVEN:.0%}", met)
        ours, theirs = end / last, start / first
        yield at_most(f"{step}, a quantity of {last:,.0f}", f"one of {first:,.0f}",
                      [(ours, theirs)], 1 + EVEN)  # fmt: skip


def _with_memory(words: list[str]) -> tuple[float, float]:
    """The seconds of a process, and the most memory that it held, in MB."""
    begin = perf_counter()
    launch = [sys.executable, "-c", LAUNCH, *words]
    done = subprocess.run(launch, check=True, capture_output=True, text=True)
    unit = 1 if sys.platform == "darwin" else 1024
    return perf_counter() - begin, int(done.stdout) * unit / 1e6


def _seconds(action: Callable[[], object]) -> float:
    gc.collect()
    begin = perf_counter()
    action()
    return perf_counter() - begin


def main(layers: tuple[int, ...]) -> None:
    """Print the number of quantities and the seconds of each step."""
    from backprop_sheet import check, explain, load, network_drawing, save_figure, tabulate
    from backprop_sheet import write_workbook as write
    from backprop_sheet.errors import InputError
    from backprop_sheet.explainer import as_text

    gc.set_threshold(GARBAGE)  # as the program has it
    with TemporaryDirectory() as folder:
        file, book = Path(folder, "wide.toml"), Path(folder, "wide.xlsx")
        file.write_text(text_of(layers), encoding="utf-8")
        network, frame = load(file), tabulate(load("original"), 2)
        write(load("original"), frame, book)  # so that everything is imported
        save_figure(network_drawing(load("original")), Path(folder, "picture.png"))
        check(book)
        times = dict.fromkeys(STEPS, 0.0)
        times["training"] = _seconds(lambda: tabulate(load(file), EPOCHS))
        frame = tabulate(network, EPOCHS)
        try:
            times["workbook"] = _seconds(lambda: write(network, frame, book, force=True))
            times["check"] = _seconds(lambda: check(book, network))
        except InputError:  # more columns than a sheet has
            pass
        times["explain"] = _seconds(lambda: as_text(explain(network)))
        picture = Path(folder, "wide.png")
        times["draw"] = _seconds(lambda: save_figure(network_drawing(network), picture))
        print(len(network.quantities), *times.values())


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])))
