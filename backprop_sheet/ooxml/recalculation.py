"""Computes the values that a workbook does not store, with a spreadsheet engine.

IronCalc (the extra ``recalc``) loads the file once, when the first value is missing. It runs in its
own process: that can be stopped if it takes too long, and may crash, for instance on formulas that
are nested too deeply, without ending this one.
"""

import json
import subprocess
import sys
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

from backprop_sheet.ooxml.archive import Archive, Unreadable

LARGEST = 64_000_000
"""The most bytes of an unpacked workbook, all of which the engine loads: about 20,000 epochs."""
SECONDS = 8.0
"""The longest time for an answer; the first one includes the whole calculation."""
WORKER = Path(__file__).with_name("worker.py")


class Recalculation:
    """A workbook that is recalculated when a value is first asked for.

    Attributes:
        used: whether a value was asked for.
    """

    def __init__(self, path: Path, archive: Archive) -> None:
        """Start; nothing is calculated yet."""
        self._path, self._archive = path, archive
        self.used = False

    def __enter__(self) -> Self:
        """Return this object."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine's process if it was started."""
        if process := self.__dict__.get("_process"):
            process.kill()
            process.communicate()

    def value(self, sheet: int, row: int, column: int) -> float | str | None:
        """The value of a cell; sheets are counted from 0, rows and columns from 1.

        Raises:
            Unreadable: IronCalc is not installed, or cannot calculate the file.
        """
        self.used = True
        found: float | str | None = self._answer(f"{sheet} {row} {column}")
        return found

    def _answer(self, question: str) -> Any:
        process = self._process
        timer = Timer(SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:  # it has ended
            answer = ""
        finally:
            timer.cancel()
        said = json.loads(answer or '{"error": "its formulas are too much for the engine"}')
        if "error" in said:
            raise Unreadable(f"cannot be recalculated: {said['error']}")
        return said["value"]

    @cached_property
    def _process(self) -> Any:
        if find_spec("ironcalc") is None:
            from backprop_sheet.extras import install

            raise Unreadable(
                "has formulas without stored values: open and save it in a spreadsheet program, "
                f"or {install('recalc')}"
            )
        if self._archive.size > LARGEST:
            raise Unreadable(
                "has formulas without stored values, and is too large to be recalculated "
                f"(over {LARGEST:,} bytes unpacked): open and save it in a spreadsheet program"
            )
        for name in self._archive.names:  # the engine does not check their sizes
            for _ in self._archive.pieces(name):
                pass
        return subprocess.Popen(  # noqa: S603 - this very Python, and a file of this package
            [sys.executable, "-P", WORKER, self._path.resolve()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
