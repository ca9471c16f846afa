"""The process that recalculates a workbook.

Each line of input is a JSON list, a command and its arguments; each line of output a JSON object
with ``answer`` or ``error``. Cells are typed in one by one, so the engine sees nothing of the file
but these.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any

MOST_MEMORY = 280_000_000
"""The most bytes of memory for the engine, on systems that can limit it."""


class Calculator:
    """A workbook in the engine."""

    def __init__(self) -> None:
        """Begin with an empty one."""
        import ironcalc

        self._model: Any = ironcalc.create("book", "en", "UTC", "en")
        self._stored: dict[tuple[int, int, int], float] = {}

    def sheets(self, titles: list[str]) -> None:
        """Make the sheets."""
        for number, title in enumerate(titles):
            if number:
                self._model.add_sheet(title)
            else:
                self._model.rename_sheet(0, title)

    def type(self, sheet: int, cells: list[tuple[int, int, Any, Any]]) -> None:
        """Type into cells; see `Engine.type`."""
        model = self._model
        for row, column, formula, value in cells:
            place = sheet, row, column
            if formula is not None:
                model.update_cell_with_formula(*place, f"={formula}")
                if isinstance(value, float):
                    self._stored[place] = value
            elif isinstance(value, float):
                model.update_cell_with_number(*place, value)
            elif value in ("True", "False"):
                model.update_cell_with_bool(*place, value == "True")
            else:
                model.update_cell_with_text(*place, value)

    def calculate(self) -> None:
        """Calculate everything; where that gives an error, values that were stored are taken."""
        self._model.evaluate()
        failed = [place for place in self._stored if is_error(self._model.get_cell_value(*place))]
        for place in failed:
            self._model.update_cell_with_number(*place, self._stored[place])
        if failed:
            self._model.evaluate()

    def cell(self, sheet: int, row: int, column: int) -> tuple[float | str | None, str]:
        """The value of a cell, and what was typed into it."""
        return self._value(sheet, row, column), self._model.get_cell_content(sheet, row, column)

    def block(self, sheet: int, *ends: int) -> list[list[float | str | None]]:
        """The values of a block of cells, row by row; its ends are those of two ranges."""
        top, bottom, left, right = ends
        return [
            [self._value(sheet, row, column) if row else None for column in range(left, right)]
            for row in range(top, bottom)
        ]

    def _value(self, *place: int) -> float | str | None:
        """The value of a cell; a truth value as files are read, in words."""
        value = self._model.get_cell_value(*place)
        return str(value) if isinstance(value, bool) else value


def is_error(value: object) -> bool:
    """Whether a value is an error."""
    return isinstance(value, str) and value.startswith("#")


def main() -> None:
    """Answer each line of input."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the engine prints warnings, which must not mix with answers
    calculator: Calculator | None = None
    for question in sys.stdin:
        try:
            calculator = calculator or Calculator()
            command, *arguments = json.loads(question)
            answer = {"answer": getattr(calculator, command)(*arguments)}
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is not an Exception
            answer = {"error": " ".join(str(error).split())[:200]}
        answers.write(f"{json.dumps(answer)}\n")
        answers.flush()


if __name__ == "__main__":
    main()
