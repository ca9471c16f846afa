"""Values of formulas that a workbook has none stored for, by a spreadsheet engine in this process.

IronCalc (the extra ``recalc``) loads the file once, when the first value is missing.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_sheet.errors import InputError

INSTALL = "pip install 'backprop-sheet[recalc]'"


class Unreadable(InputError):
    """A file cannot be judged: what it is, and what to do."""


class Recalculation:
    """A workbook, recalculated when it is first asked for a value.

    Attributes:
        used: whether it was.
    """

    def __init__(self, path: Path) -> None:
        """Take note of the file."""
        self._path = path
        self.used = False

    def value(self, sheet: int, row: int, column: int) -> float | str | None:
        """The value of a cell, sheets counted from 0.

        Raises:
            Unreadable: IronCalc is not there, or cannot make sense of the file.
        """
        self.used = True
        try:
            found: float | str | None = self._model.get_cell_value(sheet, row, column)
        except Exception as error:  # noqa: BLE001 - its own kind of error is not exported
            raise Unreadable(f"cannot be recalculated: {error}") from None
        return found

    @cached_property
    def _model(self) -> Any:
        try:
            import ironcalc
        except ImportError:
            raise Unreadable(
                "has formulas without stored values: open and save it in a spreadsheet program, "
                f"or {INSTALL}"
            ) from None
        try:
            model = ironcalc.load_from_xlsx(str(self._path))
            model.evaluate()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is no Exception
            raise Unreadable(f"cannot be recalculated: {error}") from None
        return model
