"""Programs that people open workbooks with, each as a function: files → {file: sheets}.

Sheets are `{title: {cell: value}}`. Some programs read the values that are stored beside formulas,
others calculate anew, from copies without these values.
"""

import json
import re
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
from spreadsheets import convert_all, without_values

from backprop_sheet.ooxml.addresses import address

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ROOT = Path(__file__).parent
Sheets = dict[str, dict[str, float | str]]


def stored(path: Path) -> Sheets:
    """The values in a file, from its XML alone."""
    with zipfile.ZipFile(path) as file:
        texts = [
            "".join(piece.text or "" for piece in text.iter(f"{MAIN}t"))
            for text in ET.fromstring(file.read("xl/sharedStrings.xml"))
        ]
        links = ET.fromstring(file.read("xl/_rels/workbook.xml.rels"))
        parts = {link.get("Id"): link.get("Target") for link in links}
        return {
            sheet.get("name"): _cells(file.read(f"xl/{parts[sheet.get(LINKED)]}"), texts)
            for sheet in ET.fromstring(file.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        }


def _cells(part: bytes, texts: list[str]) -> dict[str, float | str]:
    found = {}
    for cell in ET.fromstring(part).iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v")
        if cell.get("t") == "inlineStr":
            found[cell.get("r")] = "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
        elif value is not None and value.text:
            kind = cell.get("t", "n")
            found[cell.get("r")] = (
                texts[int(value.text)] if kind == "s"
                else float(value.text) if kind == "n"
                else value.text
            )  # fmt: skip
    return found


def formulas_with(text: str, path: Path) -> set[str]:
    """The cells, on any sheet, whose formula has a text."""
    with zipfile.ZipFile(path) as file:
        return {
            cell.get("r")
            for name in file.namelist()
            if name.startswith("xl/worksheets/sheet")
            for cell in ET.fromstring(file.read(name)).iter(f"{MAIN}c")
            if text in (cell.findtext(f"{MAIN}f") or "")
        }


def charts(path: Path) -> int:
    """How many charts a workbook has."""
    with zipfile.ZipFile(path) as file:
        return sum(bool(re.search(r"charts/chart\d*\.xml$", name)) for name in file.namelist())


def shapes(path: Path) -> int:
    """How many circles, arrows and other shapes its drawings have."""
    with zipfile.ZipFile(path) as file:
        parts = [name for name in file.namelist() if re.match(r"xl/drawings/drawing", name)]
        return sum(len(re.findall(rb"<xdr:(?:sp|cxnSp)[ >]", file.read(name))) for name in parts)


def emptied(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Copies of workbooks without the values of their formulas."""
    folder.mkdir()
    return [without_values(path, folder / path.name, {}) for path in paths]


# --- programs that read --------------------------------------------------------------------------


def by_node(programs: Sequence[str], paths: Sequence[Path]) -> dict[str, dict[Path, Sheets]]:
    """What programs of the web find, by their names."""
    done = subprocess.run(
        ["node", ROOT / "programs.mjs", ",".join(programs), *paths],
        check=True, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    found = json.loads(done.stdout)
    return {name: {Path(file): s for file, s in files.items()} for name, files in found.items()}


def calamine(paths: Sequence[Path]) -> dict[Path, Sheets]:
    from python_calamine import CalamineWorkbook

    found = {}
    for path in paths:
        book = CalamineWorkbook.from_path(path)
        rows = {t: book.get_sheet_by_name(t).to_python(False) for t in book.sheet_names}
        found[path] = {title: _by_cell(rows[title]) for title in rows}
    return found


def pandas(paths: Sequence[Path]) -> dict[Path, Sheets]:
    found = {}
    for path in paths:
        frames = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
        found[path] = {
            title: _by_cell(frame.astype(object).where(frame.notna(), None).to_numpy().tolist())
            for title, frame in frames.items()
        }
    return found


def _by_cell(rows: list[list[object]]) -> dict[str, object]:
    return {
        address(r, c): value
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row, start=1)
    }


# --- programs that calculate ---------------------------------------------------------------------


def ironcalc(paths: Sequence[Path], wanted: dict[Path, Sheets]) -> dict[Path, Sheets]:
    import ironcalc
    from openpyxl.utils.cell import coordinate_to_tuple

    found = {}
    for path in paths:
        model = ironcalc.load_from_xlsx(str(path))
        model.evaluate()
        found[path] = {
            title: {c: model.get_cell_value(n, *coordinate_to_tuple(c)) for c in cells}
            for n, (title, cells) in enumerate(wanted[path].items())
        }
    return found


def formualizer(paths: Sequence[Path], wanted: dict[Path, Sheets]) -> dict[Path, Sheets]:
    import formualizer
    from openpyxl.utils.cell import coordinate_to_tuple

    found = {}
    for path in paths:
        book = formualizer.load_workbook(str(path))
        book.evaluate_all()
        values = {
            title: {c: book.get_value(title, *coordinate_to_tuple(c)) for c in cells}
            for title, cells in wanted[path].items()
        }
        found[path] = {t: {c: _plain(v) for c, v in cells.items()} for t, cells in values.items()}
    return found


def _plain(value: object) -> object:
    """A value of formualizer, whose errors are dictionaries."""
    if isinstance(value, dict):
        return {"Na": "#N/A"}.get(value.get("kind"), value)
    return value


def gnumeric(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Workbooks as Gnumeric saves them after calculating."""
    folder.mkdir()
    command = ["ssconvert", "--recalc", "--export-type", "Gnumeric_Excel:xlsx2"]
    for path in paths:
        done = subprocess.run(
            [*command, path, folder / path.name], check=True, capture_output=True, timeout=60
        )
        assert b"CRITICAL" not in done.stderr
    return [folder / path.name for path in paths]


def libreoffice(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Workbooks as LibreOffice saves them after calculating."""
    return convert_all(paths, "xlsx", folder)
