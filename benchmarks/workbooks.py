"""Writing the table of a training as a workbook, every cell a formula: ours, and other ways.

The others get the text of every formula ready made, and write the table alone; ours writes all of
the workbook, with boxes, drawing, chart and the tabs Step and Check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from backprop_sheet import Network
from backprop_sheet.exporter import arrange
from backprop_sheet.exporter.table import formula_in

FIRST = 35
"""The row in which the table's header stands, in ours and in theirs."""


class Table:
    """A training as cells, each with a formula (none for what is given) and a value."""

    def __init__(self, network: Network, frame: pd.DataFrame) -> None:
        """All texts of a training's table, ready to be written."""
        layout = arrange(network, len(frame))
        self.header = list(frame.columns)
        texts = [
            [formula_in(layout, name, row) for name in network.columns]
            for row in range(layout.first, layout.first + 3)
        ]
        later = [text.replace(str(layout.first + 2), "\0").replace(str(layout.first + 1), "\1")
                 for text in texts[2]]  # fmt: skip
        texts[2:] = [
            [text.replace("\0", str(row)).replace("\1", str(row - 1)) for text in later]
            for row in range(layout.first + 2, layout.last + 1)
        ]
        self.texts, self.values = texts, frame.to_numpy().tolist()

    def rows(self) -> Iterator[Iterator[tuple[str, float]]]:
        """The rows, each cell's formula with its value."""
        return (zip(*both, strict=True) for both in zip(self.texts, self.values, strict=True))


def with_openpyxl(table: Table, path: Path) -> None:
    """With openpyxl in its write-only mode, which stores no value beside a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(FIRST - 1):
        sheet.append([])
    sheet.append(table.header)
    for row in table.rows():
        sheet.append([f"={text}" if text else value for text, value in row])
    book.save(path)


def with_xlsxwriter(table: Table, path: Path) -> None:
    """With XlsxWriter and `constant_memory`, each formula with its value."""
    from xlsxwriter import Workbook

    book = Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(FIRST - 1, 0, table.header)
    for number, row in enumerate(table.rows(), start=FIRST):
        for column, (text, value) in enumerate(row):
            if text:
                sheet.write_formula(number, column, f"={text}", None, value)
            else:
                sheet.write_number(number, column, value)
    book.close()


PEERS: dict[str, Callable[[Table, Path], None]] = {
    "openpyxl, write-only": with_openpyxl,
    "XlsxWriter, constant_memory": with_xlsxwriter,
}
