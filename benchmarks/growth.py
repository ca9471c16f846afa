"""Writes a workbook of so many epochs; prints its seconds, and its memory beyond the frame's in MB.

python -m benchmarks.growth EPOCHS
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import Self

import psutil

from backprop_sheet import tabulate, write_workbook
from benchmarks.engines import NETWORK

PAUSE = 0.002
"""Seconds between two looks at the memory."""


class Peak:
    """The most memory that this process holds while a block runs, beyond what it held before."""

    def __enter__(self) -> Self:
        """Begin to look."""
        self._process, self._done = psutil.Process(), Event()
        self._before = self._most = self._process.memory_info().rss
        self._watcher = Thread(target=self._watch)
        self._watcher.start()
        return self

    def _watch(self) -> None:
        while not self._done.wait(PAUSE):
            self._most = max(self._most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._done.set()
        self._watcher.join()

    @property
    def megabytes(self) -> float:
        """What it came to, in millions of bytes."""
        return (self._most - self._before) / 1e6


def main() -> None:
    """Measure one size."""
    frame = tabulate(NETWORK, int(sys.argv[1]))
    with TemporaryDirectory() as folder:
        write_workbook(NETWORK, frame.head(100), Path(folder, "first.xlsx"))  # loads what it needs
        with Peak() as peak:
            begin = perf_counter()
            write_workbook(NETWORK, frame, Path(folder, "book.xlsx"))
            seconds = perf_counter() - begin
    print(seconds, peak.megabytes)


if __name__ == "__main__":
    main()
