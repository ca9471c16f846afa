"""Spreadsheet engines other than our own: they recalculate what the exporter wrote."""

import re
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple


class _IronCalc:
    """The package of the extra `recalc`: a test that uses it is skipped where it is missing."""

    def __getattr__(self, name: str) -> Any:
        module = pytest.importorskip("ironcalc", reason="IronCalc (extra recalc) is not installed")
        return getattr(module, name)


ironcalc = _IronCalc()
FIRST = 36
COLUMNS = 31
Changes = dict[str, float]
Value = Callable[[int, str], float | str | None]
"""The value of a cell of a sheet, the sheets counted from 0."""


def ironcalc_values(path: Path, changes: Changes, sheet: int = 0) -> Value:
    """The workbook's values after typing `changes` (cell → number) into a sheet, by IronCalc."""
    model = ironcalc.load_from_xlsx(str(path))
    for cell, number in changes.items():
        model.set_user_input(sheet, *coordinate_to_tuple(cell), repr(number))
    model.evaluate()
    return lambda number, cell: model.get_cell_value(number, *coordinate_to_tuple(cell))


def libreoffice_values(path: Path, changes: Changes, folder: Path, sheet: int = 0) -> Value:
    """The same by LibreOffice: all stored values are taken out, so that it has to calculate."""
    stripped = without_values(path, folder / "stripped.xlsx", changes, sheet)
    saved = convert(stripped, "xlsx", folder / "recalculated")
    sheets = openpyxl.load_workbook(saved, data_only=True).worksheets
    return lambda number, cell: sheets[number][cell].value


def without_values(path: Path, target: Path, changes: Changes, sheet: int = 0) -> Path:
    """A copy of a workbook without any computed value, with other given numbers in a sheet."""
    taken_out = 0
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                typed = changes if name.endswith(f"/sheet{sheet + 1}.xml") else {}
                changed, count = _changed(text.decode(), typed)
                text, taken_out = changed.encode(), taken_out + count
            copy.writestr(name, text)
    assert taken_out > 8, "there were computed values to take out"
    return target


def table(values: Value, rows: int, sheet: int = 0) -> list[list[float]]:
    """The table of a training's sheet."""
    letters = [openpyxl.utils.get_column_letter(column) for column in range(1, COLUMNS + 1)]
    return [[values(sheet, f"{c}{row}") for c in letters] for row in range(FIRST, FIRST + rows)]


def _changed(sheet: str, changes: Changes) -> tuple[str, int]:
    """The sheet's XML with other given numbers; without its computed values, and how many."""
    sheet, taken_out = re.subn(r"(<f[^>]*/>|</f>)<v>[^<]*</v>", r"\1", sheet)
    for cell, number in changes.items():
        sheet, count = re.subn(
            rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{number!r}</v>", sheet
        )
        assert count == 1, f"{cell} holds a given number"
    return sheet, taken_out


def convert(path: Path, kind: str, folder: Path) -> Path:
    """A file as LibreOffice saves it in another format."""
    return convert_all([path], kind, folder)[0]


def convert_all(paths: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """Files as LibreOffice saves them in another format: it starts once for all of them."""
    profile = (folder / "profile").resolve().as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=180 + 5 * len(paths))
    return [folder / f"{path.stem}.{kind}" for path in paths]


def assert_same(found, expected):
    """Equal within what engines may differ by: |Δ| ≤ 1e-15 + 1e-12·|x|."""
    assert len(found) == len(expected)
    for epoch, (row, wanted) in enumerate(zip(found, expected, strict=True)):
        for column, (x, y) in enumerate(zip(row, wanted, strict=True)):
            assert abs(x - y) <= 1e-15 + 1e-12 * abs(y), (epoch, column, x, y)
