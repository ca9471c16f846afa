"""The command `check`: what it prints, writes and returns."""

import csv
import io
import json
import shutil

import openpyxl
import pytest
from click.testing import CliRunner
from mistakes import COLUMNS, EPOCHS, MISTAKES, START, Table, base_workbook

from backprop_sheet.cli import cli


def called(*arguments):
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


@pytest.fixture(scope="module")
def homework(tmp_path_factory):
    """A class: one right, one wrong, one that is something else; two of them by the same name."""
    folder = tmp_path_factory.mktemp("class")
    right = base_workbook(folder / "ann.xlsx")
    (folder / "bea").mkdir()
    book = openpyxl.load_workbook(right)
    one = next(m for m in MISTAKES if m.first == "∂E/∂w3" and m.cause == "name")
    one.apply(Table(book.worksheets[0]))
    book.save(folder / "bea" / "ann.xlsx")
    (folder / "notes.xlsx").write_text("notes", encoding="utf-8")
    (folder / "~$ann.xlsx").write_text("open", encoding="utf-8")
    return folder


def test_a_right_workbook_ends_with_0(homework):
    done = called(homework / "ann.xlsx")
    assert done.exit_code == 0
    assert done.output.startswith("right ")
    assert "12 epochs, η = 0.5" in done.output


def test_a_wrong_workbook_ends_with_1_and_says_why(homework):
    done = called(homework / "bea")
    assert done.exit_code == 1
    assert "wrong " in done.output
    assert "∂E/∂w3" in done.output
    assert " belongs (Z36, epoch 0, and 11 more cells)" in done.output
    assert "expected  =((R36-A36)*R36*(1-R36)*N36" in done.output
    assert "E_Total is off by" in done.output


def test_a_class_ends_with_2_when_one_of_it_cannot_be_read(homework):
    done = called(homework)
    assert done.exit_code == 2
    assert "3 files: 1 right, 1 wrong, 1 not judged" in done.output
    assert "~$" not in done.output


def test_json_holds_everything(homework):
    done = called(homework, "--format", "json")
    files = json.loads(done.output)
    assert [file["verdict"] for file in files] == ["right", "wrong", "not judged"]
    (finding,) = files[1]["tables"][0]["findings"]
    assert finding["cell"] == "Z36"
    assert finding["columns"] == ["∂E/∂w3"]
    assert len(finding["cells"]) == 12


def test_csv_is_a_list_to_mark_by_and_holds_no_formula(homework, tmp_path):
    done = called(homework, "-o", tmp_path / "class.csv")
    assert done.exit_code == 2
    text = (tmp_path / "class.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["verdict"] for line in lines] == ["right", "wrong", "not judged"]
    assert lines[1]["first wrong cell"] == "Z36"
    assert lines[1]["found"].startswith("'=")
    assert lines[2]["notes"].startswith("not a workbook")


def pasted(folder, columns):
    """The homework with some columns, or all, as numbers."""
    path = base_workbook(folder / "pasted.xlsx")
    book = openpyxl.load_workbook(path)
    table = Table(book.worksheets[0])
    for epoch in range(EPOCHS):
        table.paste(epoch, epoch, columns)
    book.save(path)
    return path


def test_pasted_numbers_are_right_with_the_note_that_there_is_no_formula(tmp_path):
    done = called(pasted(tmp_path, COLUMNS))
    assert done.exit_code == 0
    assert done.output.startswith("right ")
    assert "note: no formula: all numbers are pasted" in done.output


def test_pasted_columns_are_named(tmp_path):
    done = called(pasted(tmp_path, ["h1", "E2"]))
    assert (done.exit_code, "no formula in h1 and E2: pasted numbers" in done.output) == (0, True)


def test_json_and_csv_count_the_formulas(homework, tmp_path):
    path = pasted(tmp_path, COLUMNS)
    counts = {}
    for form in ("json", "csv"):
        done = called(path, homework / "ann.xlsx", "--format", form)
        if form == "json":
            counts[form] = [file["tables"][0]["formulas"] for file in json.loads(done.output)]
        else:
            lines = csv.DictReader(io.StringIO(done.output))
            counts[form] = [int(line["formulas"]) for line in lines]
    start = sum(name in START for name in COLUMNS)
    assert counts["json"] == counts["csv"] == [0, EPOCHS * len(COLUMNS) - start]


def test_copies_are_marked_and_nothing_else_is_touched(homework, tmp_path):
    before = {p: p.read_bytes() for p in homework.rglob("*") if p.is_file()}
    inside = tmp_path / "class"
    shutil.copytree(homework, inside)
    for _ in range(2):  # the second time its own copies lie in the folder
        done = called(inside, "--annotate", inside / "marked")
        assert "3 files" in done.output
    assert [p.relative_to(inside).as_posix() for p in (inside / "marked").rglob("*.xlsx")] == [
        "marked/bea/ann.xlsx"
    ]
    assert {p: (inside / p.relative_to(homework)).read_bytes() for p in before} == before


def test_copies_of_one_name_do_not_replace_each_other(homework, tmp_path):
    wrong = homework / "bea" / "ann.xlsx"
    (tmp_path / "other").mkdir()
    shutil.copy(wrong, tmp_path / "other" / "ann.xlsx")
    called(wrong, tmp_path / "other" / "ann.xlsx", "--annotate", tmp_path / "marked")
    assert {p.name for p in (tmp_path / "marked").iterdir()} == {"ann.xlsx", "ann_2.xlsx"}


def test_a_workbook_is_not_replaced_by_its_own_marked_copy(homework, tmp_path):
    shutil.copy(homework / "bea" / "ann.xlsx", tmp_path / "mine.xlsx")
    before = (tmp_path / "mine.xlsx").read_bytes()
    done = called(tmp_path / "mine.xlsx", "--annotate", tmp_path)
    assert done.exit_code == 2
    assert (tmp_path / "mine.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.xlsx"], "no file or folder 'nowhere.xlsx'"),
        ([], "Missing argument"),
        (["x.xlsx", "--tolerance", "0"], "a finite number above 0"),
        (["x.xlsx", "--network", "nothing"], "nothing"),
    ],
)
def test_mistakes_are_one_line(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = called(*arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1


@pytest.mark.parametrize("name", ["ann.xlsx", "report.xlsx"])
def test_a_report_never_replaces_a_workbook(homework, tmp_path, name):
    shutil.copy(homework / "ann.xlsx", tmp_path)
    before = (tmp_path / "ann.xlsx").read_bytes()
    done = called(tmp_path / "ann.xlsx", "-o", tmp_path / name)
    assert done.exit_code == 2
    assert "a report takes .txt, .json or .csv" in done.output
    assert (tmp_path / "ann.xlsx").read_bytes() == before


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    done = called(tmp_path)
    assert done.exit_code == 2
    assert "no workbook (.xlsx, .xlsm)" in done.output
