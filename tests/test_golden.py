"""The original's workbook, cell by cell, as it has been since it was compared with its picture.

`python tests/test_golden.py` writes the file anew; look at the difference before you keep it.
"""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

from backprop_sheet import load, tabulate, write_workbook

GOLDEN = Path(__file__).parent / "golden" / "original.txt"
DIGEST_ONLY = {"LR1.0": range(39, 103), "Check": range(24, 88)}
"""Rows of the long table and of the list of epochs that are told by their digest only."""


def dump(path):
    """The cells of all tabs: place, style, formula or content, and value."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    lines = []
    for sheet in formulas.worksheets:
        lines.append(f"[{sheet.title}]")
        others = sha256()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                value = values[sheet.title][cell.coordinate].value
                # The last digits of exp are the platform's.
                shown = f"{value:.11g}" if isinstance(value, float) else value
                line = f"{cell.coordinate}\t{cell.style}\t{cell.value}\t{shown}"
                if cell.row in DIGEST_ONLY.get(sheet.title, ()):
                    others.update(line.encode())
                else:
                    lines.append(line)
        lines.append(f"others {others.hexdigest()}")
    return "\n".join(lines) + "\n"


def test_not_one_cell_of_the_original_has_changed(workbook):
    assert dump(workbook) == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        book = write_workbook(load(), tabulate(load()), Path(folder) / "original.xlsx")
        GOLDEN.write_text(dump(book), encoding="utf-8", newline="\n")
