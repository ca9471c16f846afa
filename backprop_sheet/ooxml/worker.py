"""The process in which a workbook is recalculated: it reads addresses of cells and writes values.

It is started with the workbook's path. Each line that it reads is a cell's sheet, row and column;
each that it writes is a JSON object with ``value`` or ``error``.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any

MOST_MEMORY = 280_000_000
"""Bytes of memory that the engine may take, where the system has such a limit."""


def main(path: str) -> None:
    """Answer until there are no more questions."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the engine prints what it does not understand
    model: Any = None
    for question in sys.stdin:
        try:
            model = model or _loaded(path)
            answer = {"value": model.get_cell_value(*map(int, question.split()))}
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is no Exception
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
