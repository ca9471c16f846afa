"""A course's way as the documentation shows it, from the roster to the gradebook."""

import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from exercise import archives
from mistakes import INNER, OUTER, RIGHT, WEIGHTS, Table
from spreadsheets import convert_all
from test_docs import ROOT, blocks

from backprop_sheet.cli import cli

PAGE = ROOT / "docs" / "teaching.md"
EPOCHS = 68
ASKED = [*WEIGHTS, *INNER, *OUTER]


def fill_in(sheet, target, **wrong):
    """A student's sheet with the blank columns filled in."""
    book = openpyxl.load_workbook(sheet)
    table = Table(book.worksheets[0])
    for name in ASKED:
        formula = table.typed(wrong.get(name, RIGHT[name]))
        for epoch in range(int(name in WEIGHTS), EPOCHS):
            table.set(name, epoch, formula(epoch))
    book.save(target)
    return target


def hand_in(course):
    """What the students hand in: A is right, B has a slip, C has A's sheet, D has nothing."""
    Path("work").mkdir()
    slip = {"∂E/∂w5": RIGHT["∂E/∂w5"].replace("a_h1", "a_h2")}
    sheets = [
        fill_in(course / "sheets" / "student_a.xlsx", Path("work/a.xlsx")),
        fill_in(course / "sheets" / "student_b.xlsx", Path("work/b.xlsx"), **slip),
        fill_in(course / "sheets" / "student_a.xlsx", Path("work/c.xlsx")),
    ]
    saved = convert_all(sheets, "xlsx", Path("work/saved"))
    files = [
        (f"{letter}, Student", number, False, f"homework_{letter}.xlsx", path.read_bytes())
        for number, (letter, path) in enumerate(zip("ABC", saved, strict=True), start=11)
    ]
    archives.canvas(Path("submissions.zip"), files)


@pytest.mark.libreoffice
def test_the_way_is_as_the_page_shows_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (roster,) = blocks(PAGE, "csv")
    Path("roster.csv").write_text(roster)
    commands = 0
    for block in blocks(PAGE, "console"):
        for text in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = text.partition("\n")
            program, command, *arguments = shlex.split(line)
            assert program == "backprop-sheet"
            if command == "mark":
                hand_in(Path("course"))
            done = CliRunner().invoke(cli, [command, *arguments])
            assert done.output.replace("\\", "/") == output, line
            commands += 1
    assert commands == 3
    assert Path("outputs/marks/roster.csv").read_text() == (
        roster.replace("_a,1,", "_a,1,12").replace("_b,1,", "_b,1,11").replace("_c,1,", "_c,1,0")
    )


def test_a_student_who_comes_late_changes_nobody_elses_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (roster,) = blocks(PAGE, "csv")
    line = "exercise roster.csv --lr 0.5 --blank gradients,updates --self-check -o course"
    files = []
    for more in ("", '"E, Student",15,,student_e,1,\n'):
        Path("roster.csv").write_text(roster + more)
        assert CliRunner().invoke(cli, shlex.split(line)).exit_code == 0
        found = sorted(path for path in Path("course").rglob("*.*") if path.suffix != ".toml")
        files.append({path: path.read_bytes() for path in found})
    assert len(files[1]) == len(files[0]) + 4
    assert {path: files[1][path] for path in files[0]} == files[0]
