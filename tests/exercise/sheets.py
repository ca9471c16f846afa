"""Exercise sheets for tests: written, filled in as a student would, and taken apart."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from backprop_sheet import tabulate
from backprop_sheet.exercise.parts import columns_left_blank
from backprop_sheet.exporter import Blanks, arrange, write_exercise
from backprop_sheet.exporter.formulas import formula_in
from backprop_sheet.network import Network


def written(network: Network, path: Path, words: tuple[str, ...], shown: int = 1, **more) -> Path:
    """The sheet of a network with columns left blank."""
    columns = columns_left_blank(network, words)
    more = {"derivation": False} | more
    blanks = Blanks(columns, network.rows(shown), **more)
    return write_exercise(network, tabulate(network), path, blanks)


def parts(path: Path) -> dict[str, str]:
    """All parts of a workbook as text."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def filled(path: Path, target: Path, formulas: Mapping[str, str]) -> Path:
    """A copy of a sheet with formulas typed into blank cells, and no computed value."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = content.decode()
                for cell, formula in formulas.items():
                    text, count = re.subn(
                        rf'<c r="{cell}" s="(\d+)"/>',
                        rf'<c r="{cell}" s="\1"><f>{formula}</f></c>',
                        text,
                    )
                    assert count == 1, f"{cell} is blank"
                text = re.sub(r"(<f[^>]*/>|</f>)<v>[^<]*</v>", r"\1", text)
                content = text.encode()
            copy.writestr(name, content)
    return target


def right_formulas(network: Network, names: tuple[str, ...], shown: int = 1) -> dict[str, str]:
    """The right formulas of columns, from the first row that is not shown to the last."""
    layout = arrange(network, network.epochs)
    first = layout.first_row + network.rows(shown)
    return {
        layout.cell(name, row): formula
        for name in names
        for row in range(first, layout.last_row + 1)
        if (formula := formula_in(layout, name, row))
    }
