"""A spreadsheet engine in a process of its own: it takes cells, and gives their values.

The process can be stopped if it takes too long, and may crash, for instance on formulas that are
nested too deeply, without ending this one.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import Any

from backprop_sheet.ooxml.parsing import Unreadable

SECONDS = 30.0
"""The longest time for an answer; one includes the whole calculation."""
Typed = tuple[int, int, str | None, float | str | None]
"""The row and column of a cell, its formula without ``=``, and its stored value."""
WORKER = Path(__file__).with_name("worker.py")


def is_installed() -> bool:
    """Whether there is an engine."""
    return find_spec("ironcalc") is not None


class Engine:
    """The process of an engine."""

    def __init__(self, titles: Iterable[str]) -> None:
        """Start the process with a workbook that has these sheets.

        Raises:
            Unreadable: the engine does not take the titles.
        """
        self._process: Any = subprocess.Popen(  # noqa: S603 - this very Python, and our own file
            [sys.executable, "-P", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self._ask("sheets", list(titles))

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def type(self, sheet: int, cells: list[Typed]) -> None:
        """Type into cells of a sheet.

        Args:
            sheet: the number of the sheet, counted from 0.
            cells: the cells; the stored value of one with a formula is taken where the formula
                gives an error.

        Raises:
            Unreadable: the engine does not take them.
        """
        self._ask("type", sheet, cells)

    def calculate(self) -> None:
        """Calculate everything.

        Raises:
            Unreadable: the engine cannot.
        """
        self._ask("calculate")

    def cell(self, sheet: int, row: int, column: int) -> tuple[float | str | None, str]:
        """The value of a cell, and what was typed into it.

        Raises:
            Unreadable: the engine cannot tell.
        """
        value, content = self._ask("cell", sheet, row, column)
        return value, content

    def block(self, sheet: int, rows: range, columns: range) -> list[list[float | str | None]]:
        """The values of a block of cells, row by row.

        Raises:
            Unreadable: the engine cannot tell.
        """
        found: list[list[float | str | None]] = self._ask(
            "block", sheet, rows.start, rows.stop, columns.start, columns.stop
        )
        return found

    def _ask(self, *question: object) -> Any:
        timer = Timer(SECONDS, self._process.kill)
        timer.start()
        try:
            self._process.stdin.write(f"{json.dumps(question)}\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except OSError:  # it has ended
            answer = ""
        finally:
            timer.cancel()
        said = json.loads(answer or '{"error": "its formulas are too much for the engine"}')
        if "error" in said:
            raise Unreadable(f"cannot be recalculated: {said['error']}")
        return said["answer"]
