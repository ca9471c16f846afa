"""The process that recalculates a workbook: it reads the addresses of cells and writes values.

Its argument is the path of the workbook. Each line of input is the sheet, row and column of a cell.
Each line of output is a JSON object with ``value`` or ``error``.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any

MOST_MEMORY = 280_000_000
"""The most bytes of memory for the engine, on systems that can limit it."""


def main(path: str) -> None:
    """Answer each line of input."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the engine prints warnings, which must not mix with answers
    model: Any = None
    for question in sys.stdin:
        try:
            model = model or _loaded(path)
            answer = {"value": model.get_cell_value(*map(int, question.split()))}
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is not an Exception
            answer = {"error": " ".join(str(error).split())[:200]}
        answers.write(f"{json.dumps(answer)}\n")
        answers.flush()


def _loaded(path: str) -> Any:
    import ironcalc

    model = ironcalc.load_from_xlsx(path)
    model.evaluate()
    return model


if __name__ == "__main__":
    main(sys.argv[1])
