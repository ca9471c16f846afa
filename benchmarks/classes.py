"""Measures checking the workbooks of a class: against only opening them, and by several processes.

    python -m benchmarks.classes FOLDER N

prints by how many MB the memory rises while N workbooks of a folder are checked, after the first.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from openpyxl import load_workbook

from backprop_sheet import tabulate, write_workbook
from backprop_sheet.checker.batch import check_all
from backprop_sheet.processes import processors
from benchmarks.engines import NETWORK
from benchmarks.growth import Peak
from benchmarks.measuring import Line, at_most, clock, in_turn, output_of, under

STUDENTS, MANY = 100, 500
DIFFERENT = 10
"""Workbooks that differ; the others are copies, which no part of a check knows of."""
MISTAKE = "L36*(1-L36)*C36", "J36*(1-J36)*C36"
"""What belongs into the gradient of w3, and what most people write."""


def make_class(folder: Path, students: int) -> list[Path]:
    """Write ordinary workbooks, each at a rate of its own, every other one with a mistake."""
    paths = [folder / f"{number:04}.xlsx" for number in range(students)]
    for number, path in enumerate(paths):
        if number >= DIFFERENT:
            path.write_bytes(paths[number % DIFFERENT].read_bytes())
            continue
        network = NETWORK.with_numbers(eta=0.1 + number / 10)
        write_workbook(network, tabulate(network), path)
        if number % 2:
            _make_mistake(path)
    return paths


def _make_mistake(path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    right, wrong = (text.encode() for text in MISTAKE)
    assert any(right in data for data in parts.values())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data.replace(right, wrong))


def lines(runs: int) -> Iterator[Line]:
    """Time a class against opening its workbooks, on several cores, and measure its memory."""
    with TemporaryDirectory() as folder:
        paths = make_class(Path(folder), MANY)
        some = paths[:STUDENTS]
        name = f"check, {STUDENTS} workbooks"
        alone = clock(lambda: checked(some, 1))
        pairs = in_turn(alone, clock(lambda: opened(some)), runs)
        yield at_most(f"{name}, one process", "openpyxl, their formulas and values", pairs, 1)
        if (cores := processors()) > 1:
            pairs = in_turn(clock(lambda: checked(some, None)), alone, runs)
            yield at_most(f"{name}, {cores} processes", "one process", pairs, 0.5 + 0.3 / cores)
        rise = median(float(output_of("classes", folder, str(MANY))) for _ in range(min(runs, 3)))
        yield under(f"its memory, {MANY} workbooks, beyond the first {DIFFERENT}", rise, 10, "MB")


def checked(paths: Sequence[Path], jobs: int | None) -> int:
    """Check workbooks; how many are wrong."""
    judgements = list(check_all(paths, NETWORK, jobs=jobs))
    return sum(judgement.verdict == "wrong" for judgement in judgements)


def opened(paths: Sequence[Path]) -> None:
    """Read the formulas and the values of workbooks with openpyxl, which gives one or the other."""
    for path in paths:
        for values in (False, True):
            load_workbook(path, data_only=values)


def main() -> None:
    """Measure the memory of one process that checks so many workbooks."""
    folder, count = sys.argv[1:]
    paths = sorted(Path(folder).glob("*.xlsx"))
    checked(paths[:DIFFERENT], 1)
    with Peak() as peak:
        checked(paths[: int(count)], 1)
    print(peak.megabytes)


if __name__ == "__main__":
    main()
