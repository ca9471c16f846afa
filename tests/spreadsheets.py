"""Spreadsheet engines other than our own: they recalculate what the exporter wrote."""

import re
import subprocess
import zipfile
from pathlib import Path

import ironcalc
import openpyxl

HEADER, FIRST = 35, 36
COLUMNS = 31


def by_ironcalc(path: Path, changes: dict[str, float], rows: int) -> list[list[float]]:
    """The table after typing `changes` (cell → number) into the workbook, by IronCalc."""
    model = ironcalc.load_from_xlsx(str(path))
    for cell, number in changes.items():
        row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
        model.set_user_input(0, row, column, repr(number))
    model.evaluate()
    return [
        [model.get_cell_value(0, row, column) for column in range(1, COLUMNS + 1)]
        for row in range(FIRST, FIRST + rows)
    ]


def by_libreoffice(path: Path, changes: dict[str, float], folder: Path) -> list[list[float]]:
    """The same by LibreOffice: the stored values are taken out, so that it has to calculate."""
    stripped = folder / "stripped.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(stripped, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = _changed(text.decode(), changes).encode()
            target.writestr(name, text)
    saved = convert(stripped, "xlsx", folder / "recalculated")
    sheet = openpyxl.load_workbook(saved, data_only=True).worksheets[0]
    return [list(row[:COLUMNS]) for row in sheet.iter_rows(min_row=FIRST, values_only=True)]


def _changed(sheet: str, changes: dict[str, float]) -> str:
    """The sheet's XML with other given numbers and without any computed value."""
    sheet, count = re.subn(r"(<f[^>]*/>|</f>)<v>[^<]*</v>", r"\1", sheet)
    assert count > COLUMNS, "there were computed values to take out"
    for cell, number in changes.items():
        sheet, count = re.subn(
            rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{number!r}</v>", sheet
        )
        assert count == 1, f"{cell} holds a given number"
    return sheet


def convert(path: Path, kind: str, folder: Path) -> Path:
    """A file as LibreOffice saves it in another format."""
    profile = (folder / "profile").resolve().as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"
