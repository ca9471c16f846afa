"""A small course for the pictures of the documentation: set, worked on, handed in and marked."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl

PROGRAM = (sys.executable, "-m", "backprop_sheet")
FIRST, LAST = 36, 103
"""The first row of the original's table, and the last."""
RIGHT_ROWS = 6
"""Rows that are filled in on the picture of a sheet."""
SLIPS: Mapping[str, tuple[str, str, str]] = {
    "b": ("AB", "*J{row}", "*L{row}"),  # a_h2 for a_h1 in ∂E/∂w5
    "c": ("Z", "*(1-L{row})", "*(1-J{row})"),  # a_h1 for a_h2 in ∂E/∂w3
    "d": ("Z", "*(1-L{row})", "*(1-J{row})"),
    "e": ("X", "*M{row}", "*N{row}"),  # w6 for w5 in ∂E/∂w1
    "f": ("F", "-$F$34*", "+$F$34*"),  # + for − in the update of w2
    "g": ("Z", "*(1-L{row})", "*(1-J{row})"),
    "h": ("AE", "(T{row}-B{row})", "(B{row}-T{row})"),  # t2-a_o2 in ∂E/∂w8
}
"""The students who make a slip: the column, what is right, and what stands there."""
STUDENTS = "abcdefghijkl"
WITHOUT = "l"
"""Who hands in nothing."""


def set_and_marked(folder: Path) -> Path:
    """Set an exercise, have it handed in, and mark it; gives the folder of the marks."""
    lines = ["Username,Name", *(f"student_{k},Student {k.upper()}" for k in STUDENTS)]
    (folder / "roster.csv").write_text("\n".join(lines) + "\n")
    choices = ["--lr", "0.5", "--blank", "gradients,updates", "--self-check"]
    exercise = [*PROGRAM, "exercise", folder / "roster.csv", *choices, "-o", folder / "course"]
    subprocess.run(exercise, check=True)
    handed_in = folder / "handed_in"
    handed_in.mkdir()
    for letter in STUDENTS.replace(WITHOUT, ""):
        _hand_in(folder / "course" / "key", handed_in, letter)
    marks = folder / "marks"
    mark = [*PROGRAM, "mark", handed_in, "--assignment", folder / "course" / "assignment.toml"]
    subprocess.run([*mark, "-o", marks], check=True)
    return marks


def _hand_in(keys: Path, target: Path, letter: str) -> None:
    """A student's sheet, filled in, with a slip if the student makes one."""
    book = openpyxl.load_workbook(keys / f"student_{letter}.xlsx")
    sheet = book.worksheets[0]
    for other in book.sheetnames[1:]:
        del book[other]
    column, right, wrong = SLIPS.get(letter, ("A", "", ""))
    for row in range(FIRST, LAST + 1) if letter in SLIPS else ():
        cell = sheet[f"{column}{row}"]
        if isinstance(cell.value, str):  # not the number that a weight starts from
            cell.value = cell.value.replace(right.format(row=row), wrong.format(row=row), 1)
    book.save(target / f"student_{letter}.xlsx")


def begun(sheet: Path, key: Path) -> Path:
    """A student's sheet with the first rows of the gradients filled in, its shapes kept."""
    formulas = openpyxl.load_workbook(key).worksheets[0]
    target = sheet.with_stem("begun")
    with zipfile.ZipFile(sheet) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                for row in range(FIRST, FIRST + RIGHT_ROWS):
                    for cell in formulas[f"X{row}:AE{row}"][0]:
                        typed = f"<f>{str(cell.value)[1:]}</f>"
                        old = rf'<c r="{cell.coordinate}" s="(\d+)"/>'
                        new = rf'<c r="{cell.coordinate}" s="\1">{typed}</c>'
                        text = re.sub(old, new, text)
                text = re.sub(r"(<f[^>]*/>|</f>)<v>[^<]*</v>", r"\1", text)
            copy.writestr(name, text)
    return target
