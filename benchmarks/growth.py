"""Writes a workbook of EPOCHS epochs; prints the seconds, and the MB of memory beyond the frame.

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
"""Seconds between two measurements of the memory."""


class Peak:
    """Measures how far the memory of this process rises while a block runs."""

    def __enter__(self) -> Self:
        """Start measuring."""
        self._process, self._done = psutil.Process(), Event()
        self._before = self._most = self._process.memory_info().rss
        self._watcher = Thread(target=self._watch)
        self._watcher.start()
        return self

    def _watch(self) -> None:
        while not self._done.wait(PAUSE):
            self._most = max(self._most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        """Stop measuring."""
        self._done.set()
        self._watcher.join()

    @property
    def megabytes(self) -> float:
        """The rise in millions of bytes."""
        return (self._most - self._before) / 1e6


def main() -> None:
    """Measure one number of epochs."""
    frame = tabulate(NETWORK, int(sys.argv[1]))
    with TemporaryDirectory() as folder:
        write_workbook(NETWORK, frame.head(100), Path(folder, "first.xlsx"))  # to import everything
        with Peak() as peak:
            begin = perf_counter()
            write_workbook(NETWORK, frame, Path(folder, "book.xlsx"))
            seconds = perf_counter() - begin
    print(seconds, peak.megabytes)


if __name__ == "__main__":
    main()
