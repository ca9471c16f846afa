"""Measures writing the table of a training as a workbook of formulas: our exporter, and others.

The others get the text of every formula and write only the table. Ours writes the whole workbook,
with boxes, drawing, chart and the tabs Step and Check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd

from backprop_sheet import Network, tabulate, write_workbook
from backprop_sheet.exporter import arrange
from backprop_sheet.exporter.formulas import formula_in
from benchmarks.engines import NETWORK
from benchmarks.measuring import (
    Line,
    at_most,
    clock,
    faster,
    in_turn,
    installed,
    output_of,
    process,
    under,
)

USUAL = 10_000
SIZES = (1_000, 10_000, 30_000, 100_000)
"""The epochs of workbooks whose times should be on a straight line."""
LINEAR = 0.15
FULL = 1_048_541
"""The most epochs that fit into a sheet."""
FIRST = 35
"""The row of the table's header, in our workbook and in theirs."""


class Table:
    """A training as cells, each with a formula, which is empty for a given number, and a value."""

    def __init__(self, network: Network, frame: pd.DataFrame) -> None:
        """Make the texts of all formulas."""
        layout = arrange(network, len(frame))
        self.header, first = list(frame.columns), layout.first_row
        texts = [
            [formula_in(layout, name, row) for name in network.columns]
            for row in range(first, first + 3)
        ]
        later = [text.replace(str(first + 2), "\0").replace(str(first + 1), "\1")
                 for text in texts[2]]  # fmt: skip
        texts[2:] = [
            [text.replace("\0", str(row)).replace("\1", str(row - 1)) for text in later]
            for row in range(first + 2, layout.last_row + 1)
        ]
        self.texts, self.values = texts, frame.to_numpy().tolist()

    def rows(self) -> Iterator[Iterator[tuple[str, float]]]:
        """The rows, as pairs of formula and value."""
        return (zip(*both, strict=True) for both in zip(self.texts, self.values, strict=True))


def with_openpyxl(table: Table, path: Path) -> None:
    """Write with openpyxl in write-only mode, which does not store the values of formulas."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(FIRST - 1):
        sheet.append([])
    sheet.append(table.header)
    for row in table.rows():
        sheet.append([f"={text}" if text else value for text, value in row])
    book.save(path)


def with_xlsxwriter(table: Table, path: Path) -> None:
    """Write with XlsxWriter and `constant_memory`, each formula with its value."""
    from xlsxwriter import Workbook

    book = Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(FIRST - 1, 0, table.header)
    for number, row in enumerate(table.rows(), start=FIRST):
        for column, (text, value) in enumerate(row):
            if text:
                sheet.write_formula(number, column, f"={text}", None, value)
            else:
                sheet.write_number(number, column, value)
    book.close()


PEERS: dict[str, tuple[str, Callable[[Table, Path], None], float]] = {
    "openpyxl, write-only": ("openpyxl", with_openpyxl, 10),
    "XlsxWriter, constant_memory": ("xlsxwriter", with_xlsxwriter, 30),
}
"""The module that each needs, its function, and how many times as fast ours should be."""


def lines(runs: int) -> Iterator[Line]:
    """Time writing workbooks against others and against longer ones, and opening them."""
    yield from _against_others(runs)
    yield from _growing(runs)
    yield from _opening(runs)


def _against_others(runs: int) -> Iterator[Line]:
    frame = tabulate(NETWORK, USUAL)
    table = Table(NETWORK, frame)
    with TemporaryDirectory() as folder:
        book, other = Path(folder, "ours.xlsx"), Path(folder, "theirs.xlsx")
        ours = clock(lambda: write_workbook(NETWORK, frame, book))
        for peer, (module, write, goal) in PEERS.items():
            if not installed(module):
                continue
            pairs = in_turn(ours, clock(partial(write, table, other)), runs)
            yield faster(f"workbook, {USUAL:,} epochs", peer, pairs, goal)
            sizes = [(book.stat().st_size / 2**20, other.stat().st_size / 2**20)]
            line = at_most(f"its size, {USUAL:,} epochs", peer, sizes, 1)
            yield replace(line, unit="MiB")


def _growing(runs: int) -> Iterator[Line]:
    """Measure seconds, and memory beyond the frame, for each size in a process of its own."""
    measured: dict[int, list[tuple[float, float]]] = {epochs: [] for epochs in SIZES}
    for _ in range(runs):
        for epochs in SIZES:
            seconds, memory = map(float, output_of("growth", str(epochs)).split())
            measured[epochs].append((seconds, memory))
    low, *_, high = SIZES
    slope = (median(s for s, _ in measured[high]) - median(s for s, _ in measured[low])) / (
        high - low
    )
    for epochs, results in measured.items():
        seconds = median(s for s, _ in results)
        straight = median(s for s, _ in measured[low]) + slope * (epochs - low)
        off = seconds / straight
        name = f"workbook, {epochs:,} epochs"
        yield Line(name, seconds, "a straight line", straight, off, "±15 %", abs(off - 1) <= LINEAR)
        yield under(f"{name}, memory beyond the frame", max(m for _, m in results), 60, "MB")
    seconds, memory = map(float, output_of("growth", str(FULL)).split())
    yield Line(
        f"workbook, {FULL:,} epochs: a sheet full to its last row", seconds, goal="completes"
    )
    yield under("its memory beyond the frame", memory, 60, "MB")


def _opening(runs: int) -> Iterator[Line]:
    """Time LibreOffice opening a file and saving it as text, minus the time for three epochs."""
    office = which("soffice") or which("libreoffice")
    if office is None:
        print("(not measured: LibreOffice is not installed)", flush=True)
        return
    frame = tabulate(NETWORK, USUAL)
    with TemporaryDirectory() as folder:
        ours, theirs, empty = (Path(folder, f"{name}.xlsx") for name in ("ours", "theirs", "empty"))
        write_workbook(NETWORK, frame, ours)
        with_openpyxl(Table(NETWORK, frame), theirs)
        with_openpyxl(Table(NETWORK, frame.head(3)), empty)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        opened = ["--headless", "--convert-to", "csv", "--outdir", folder]
        clocks = [process(office, profile, *opened, str(book)) for book in (ours, theirs, empty)]
        rounds = [[measure() for measure in clocks] for _ in range(runs + 1)][1:]
        assert all(book.with_suffix(".csv").exists() for book in (ours, theirs)), (
            "LibreOffice has opened both"
        )
        pairs = [(one - start, other - start) for one, other, start in rounds]
        name = f"opening in LibreOffice, {USUAL:,} epochs"
        yield at_most(name, "openpyxl's file of the same cells", pairs, 1)
