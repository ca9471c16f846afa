"""Which templates have the columns of a table that is not of the network it was judged by."""

from collections.abc import Collection, Mapping
from functools import cache

from backprop_sheet.checker.header import Dictionary
from backprop_sheet.network import load
from backprop_sheet.templates import known

LEAST, MOST = 10, 1000
"""Labels of a row that may be the header of a template's table; the smallest template has 15."""
MOST_ROWS = 50
COLUMNS_OF = "its columns are those of --network "
"""How a problem begins where a template has the columns."""
FEW = 2
"""Columns of a template that may be missing where its table is nearly recognised."""


class Heads:
    """The rows of a workbook that may be headers, and whose they are."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: dict[frozenset[str], None] = {}

    def take(self, texts: Mapping[int, object]) -> None:
        """Keep the labels of a row, if they may be a header."""
        if LEAST <= len(texts) <= MOST and len(self._rows) < MOST_ROWS:
            self._rows[frozenset(str(text).strip() for text in texts.values())] = None

    @property
    def hint(self) -> str:
        """How a problem begins: the templates with the columns of the first row that has any's."""
        for row in self._rows:
            if fits := templates_with(row):
                return f"{COLUMNS_OF}{' or '.join(fits)}; "
        return ""


def without_hint(problem: str) -> str:
    """A problem without the templates that it begins with, for readers who choose no network."""
    return problem.partition("; ")[2] if problem.startswith(COLUMNS_OF) else problem


def templates_with(labels: Collection[str]) -> list[str]:
    """The templates of whose columns all are among some labels, and which know all of these."""
    return [name for name, one in _dictionaries() if one.is_all_in(labels)]


def nearly_templates(labels: Collection[str]) -> str:
    """The end of ``its columns are nearly those of …``: templates of which few columns are missing.

    Of several, those with the fewest; empty if there is none.
    """
    lacking = {name: one.lacking(labels) for name, one in _dictionaries()}
    few = {name: some for name, some in lacking.items() if some is not None and len(some) <= FEW}
    least = min(map(len, few.values()), default=0)
    fits = [name for name, some in few.items() if len(some) == least]
    if not fits:
        return ""
    missing = ", ".join(map(load(fits[0]).with_all_columns().label, few[fits[0]]))
    return f"--network {' or '.join(fits)}" + f", without {missing}" * bool(missing)


@cache
def _dictionaries() -> list[tuple[str, Dictionary]]:
    return [(name, Dictionary(load(name).with_all_columns())) for name in known()]
