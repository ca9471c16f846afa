"""The numbers that a sheet shows as long as its blank cells are blank.

A blank cell counts as 0, as it does in every spreadsheet program. So the other cells give no right
number away, and show the same when the sheet is opened.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import isfinite

from backprop_sheet.exporter.blanks import Blanks
from backprop_sheet.exporter.formulas import Content, tree_in_cell
from backprop_sheet.formula import Name, Tree, function_of_rows, leaves, value_of
from backprop_sheet.network import Network, RowKind

DIVIDED_BY_0, NO_NUMBER = "#DIV/0!", "#NUM!"
"""What spreadsheets show where a formula has no number."""

Row = Mapping[str, float | str]
"""The numbers of a row by name, or the errors."""


class _RefersToErrorError(ArithmeticError):
    """A formula needs a cell that shows an error; its text is that error."""


def contents(
    network: Network, numbers: Sequence[Sequence[float]], blanks: Blanks
) -> list[list[Content]]:
    """What each cell of the table shows, row by row; None for a blank one.

    Args:
        network: the network.
        numbers: the numbers of the whole training, of which the given ones are taken.
        blanks: which cells are blank.
    """
    rules, columns = network.rules, network.columns
    ordered = [name for name in network.quantities if name in columns]  # as they are evaluated
    settings: dict[str, float | str] = {n: network.numbers[n] for n in rules.settings}

    @cache
    def formula(name: str, kind: RowKind) -> "_Formula | None":
        tree = tree_in_cell(network, name, kind)
        return None if tree is None else _Formula(tree)

    blank_in = blanks.places(network, len(numbers))
    rows: list[dict[str, float | str]] = []
    found: list[list[Content]] = []
    for number, given in enumerate(numbers):
        kind = rules.kind(number)
        here: dict[str, float | str] = {**dict(zip(columns, given, strict=True)), **settings}
        rows.append(here)
        near = {up: rows[number - up] for up in (0, 1, len(network.samples)) if up <= number}
        blank = set(blank_in.get(number, ()))
        for name in ordered:
            if name in blank:
                here[name] = 0.0
            elif blanks.is_shown(name, number):
                continue
            elif (computed := formula(name, kind)) is not None:
                here[name] = computed(near)
        found.append([None if name in blank else here[name] for name in columns])
    return found


class _Formula:
    """A formula of a cell, computed as a spreadsheet program does."""

    def __init__(self, tree: Tree) -> None:
        self._tree, self._used, self._function = tree, leaves(tree), function_of_rows(tree)

    def __call__(self, rows: Mapping[int, Row]) -> float | str:
        """Its number, or the error that is shown instead."""
        try:
            number = self._computed(rows)
        except _RefersToErrorError as error:
            return str(error)
        except ZeroDivisionError:
            return DIVIDED_BY_0
        except (ArithmeticError, ValueError):
            return NO_NUMBER
        return number + 0.0 if isfinite(number) else NO_NUMBER

    def _computed(self, rows: Mapping[int, Row]) -> float:
        if any(isinstance(rows[name.up][name.id], str) for name in self._used):
            return value_of(self._tree, _number_in(rows))
        return self._function(rows)  # type: ignore[arg-type]


def _number_in(rows: Mapping[int, Row]) -> Callable[[Name], float]:
    def number(name: Name) -> float:
        content = rows[name.up][name.id]
        if isinstance(content, str):
            raise _RefersToErrorError(content)
        return content

    return number
