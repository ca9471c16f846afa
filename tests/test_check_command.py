"""The command `check`: what it prints, writes and returns."""

import csv
import io
import json
import os
import shutil
from dataclasses import replace

import openpyxl
import pytest
from click.testing import CliRunner
from everyday import mostly_slow
from mistakes import COLUMNS, EPOCHS, MISTAKES, RIGHT, START, Table, base_workbook, lay

from backprop_sheet import check, load, tabulate, write_workbook
from backprop_sheet.checker.batch import check_all
from backprop_sheet.checker.findings import Cells
from backprop_sheet.checker.report import as_json
from backprop_sheet.cli import cli
from backprop_sheet.processes import AHEAD


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


@pytest.mark.recalc
def test_a_wrong_workbook_ends_with_1_and_says_why(homework):
    done = called(homework / "bea")
    assert done.exit_code == 1
    assert "wrong " in done.output
    assert "∂E/∂w3" in done.output
    assert " belongs (Z36, epoch 0, and 11 more cells)" in done.output
    assert "expected  =((R36-A36)*R36*(1-R36)*N36" in done.output
    assert "E_Total is off by" in done.output


@pytest.mark.recalc
def test_a_class_ends_with_2_when_one_of_it_cannot_be_read(homework):
    done = called(homework)
    assert done.exit_code == 2
    assert "3 files: 1 right, 1 wrong, 1 not judged" in done.output
    assert "~$" not in done.output


def test_what_is_not_there_is_a_line_and_the_rest_is_judged(homework, tmp_path):
    (tmp_path / "empty").mkdir()
    names = [tmp_path / "hoemwork.xlsx", homework / "ann.xlsx", tmp_path / "empty"]
    done = called(*names)
    assert done.exit_code == 2
    assert f"not judged  {names[0]}: no file or folder of this name\n" in done.stdout
    assert f"not judged  {names[2]}: no workbook (.xlsx, .xlsm) in this folder\n" in done.stdout
    assert f"right       {names[1]}" in done.stdout
    assert "3 files: 1 right, 2 not judged" in done.stdout
    report = tmp_path / "report.json"
    done = called(*names, "-o", report)
    assert done.exit_code == 2
    assert f"{names[0]}: no file or folder" in done.stdout, "a report in a file hides nothing"
    verdicts = [file["verdict"] for file in json.loads(report.read_text(encoding="utf-8"))]
    assert verdicts == ["not judged", "right", "not judged"]


OTHER_KINDS = {
    "numbers.csv": (b"h1,o1\n1,2\n", "open it, and save it as .xlsx"),
    "numbers.tsv": (b"h1\to1\n", "open it, and save it as .xlsx"),
    "flat.fods": (b"<?xml version='1.0'?><office:document/>", "save it as .xlsx"),
    "mac.numbers": (b"PK\x05\x06" + b"\0" * 18, "export it there as .xlsx"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx"),
    "link.gsheet": (b"{}", "download it there as .xlsx"),
}


def test_every_spreadsheet_of_a_folder_is_a_line_that_says_what_to_do(homework, tmp_path):
    for name, (data, _) in OTHER_KINDS.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "notes.txt").write_text("no spreadsheet", encoding="utf-8")
    shutil.copy(homework / "ann.xlsx", tmp_path)
    done = called(tmp_path)
    assert done.exit_code == 2
    assert f"{len(OTHER_KINDS) + 1} files: 1 right, {len(OTHER_KINDS)} not judged" in done.stdout
    lines = {line.split(": ")[0]: line for line in done.stdout.splitlines()}
    for name, (_, advice) in OTHER_KINDS.items():
        assert advice in lines[f"not judged  {tmp_path / name}"]


def test_an_earlier_report_is_no_workbook_of_the_class(homework, tmp_path):
    shutil.copy(homework / "ann.xlsx", tmp_path)
    for _ in range(2):
        done = called(tmp_path, "-o", tmp_path / "class.csv")
        assert (done.exit_code, "1 file: 1 right" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [("mine.toml", "--network takes it"), ("sheet.png", "a picture"), ("sheet.pdf", "a PDF")],
)
def test_what_is_plainly_something_else_is_said_to_be(name, said, tmp_path):
    (tmp_path / name).write_text("eta = 1", encoding="utf-8")
    done = called(tmp_path / name)
    assert (done.exit_code, said in done.output) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="names of files may not hold such characters there")
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_the_csv_is_a_formula_whichever_separator_it_is_read_with(
    separator, homework, tmp_path
):
    """A file's and a sheet's name are the student's."""
    names = [
        "a;=1+1.xlsx",
        "b; @SUM(A1).xlsx",
        "=c.xlsx",
        "d\t=1.xlsx",
        "e\n=1.xlsx",
        'f";-1,"+2.xlsx',
    ]
    for name in names:
        shutil.copy(homework / "bea" / "ann.xlsx", tmp_path / name)
    book = openpyxl.load_workbook(homework / "bea" / "ann.xlsx")
    book.worksheets[0].title = 'x";=1+1,"'
    book.save(tmp_path / "g.xlsx")
    done = called(tmp_path, "--format", "csv")
    for row in csv.reader(io.StringIO(done.stdout), delimiter=separator):
        for cell in row:
            assert not cell.lstrip(" '").startswith(("=", "+", "@")) or cell.startswith("'"), cell
    assert done.stdout.replace("\n", "").isprintable()


@pytest.mark.recalc
def test_json_holds_everything(homework):
    done = called(homework, "--format", "json")
    files = json.loads(done.output)
    assert [file["verdict"] for file in files] == ["right", "wrong", "not judged"]
    (finding,) = files[1]["tables"][0]["findings"]
    assert finding["cell"] == "Z36"
    assert finding["columns"] == ["∂E/∂w3"]
    assert len(finding["cells"]) == 12


@pytest.mark.recalc
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


@pytest.mark.recalc
def test_pasted_numbers_are_right_with_the_note_that_there_is_no_formula(tmp_path):
    done = called(pasted(tmp_path, COLUMNS))
    assert done.exit_code == 0
    assert done.output.startswith("right ")
    assert "note: no formula: all numbers are pasted" in done.output


@pytest.mark.recalc
def test_pasted_columns_are_named(tmp_path):
    done = called(pasted(tmp_path, ["h1", "E2"]))
    assert (done.exit_code, "no formula in h1 and E2: pasted numbers" in done.output) == (0, True)


@pytest.mark.recalc
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


@pytest.mark.recalc
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


@pytest.mark.recalc
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
        (["nowhere.xlsx"], "nowhere.xlsx: no file or folder of this name"),
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
    assert "takes .txt, .json, .csv; --annotate writes marked workbooks" in done.output
    assert (tmp_path / "ann.xlsx").read_bytes() == before


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    done = called(tmp_path)
    assert done.exit_code == 2
    assert "no workbook (.xlsx, .xlsm)" in done.output


# --- the length of a report ------------------------------------------------------------------


def many_mistakes(folder):
    """A sheet with a mistake in every column that is computed."""
    workbook = openpyxl.Workbook()
    table = lay(workbook.active)
    for place, name in enumerate(RIGHT):
        epoch = 1 + place % (EPOCHS - 1)
        table.set(name, epoch, f"{table.formula(name, epoch)}+0.125")
    workbook.save(folder / "many.xlsx")
    return folder / "many.xlsx"


@pytest.mark.recalc
def test_a_report_is_no_longer_than_a_screen(tmp_path):
    path = many_mistakes(tmp_path)
    (table,) = check(path).tables
    lines = called(path).output.splitlines()
    assert len(table.findings) > 10
    assert sum(-(-len(line) // 120) for line in lines) <= 40
    assert lines[-2].strip().endswith("cells: --all shows everything")
    assert lines[-1].strip().startswith(f"{len(table.findings)} mistakes together: E_Total is off")


@pytest.mark.recalc
def test_all_findings_are_written_if_asked_for(tmp_path):
    path = many_mistakes(tmp_path)
    (table,) = check(path).tables
    output = called(path, "--all").output
    assert all(f"({finding.cell}, epoch" in output for finding in table.findings)
    called(path, "--all", "-o", tmp_path / "all.txt")
    assert (tmp_path / "all.txt").read_text(encoding="utf-8") == output


@pytest.mark.recalc
def test_the_effect_of_all_mistakes_is_told_once(tmp_path):
    output = called(many_mistakes(tmp_path), "--all").output
    assert output.count("E_Total is off by") == 1


@pytest.mark.recalc
def test_a_number_that_is_right_by_chance_is_not_said_to_be_off(tmp_path):
    """At η = 1 an update without η is."""
    workbook = openpyxl.Workbook()
    table = lay(workbook.active, eta=1.0)
    table.write({"w1": "↑w1-↑∂E/∂w1", "w2": "↑w2-↑∂E/∂w2"})
    workbook.save(tmp_path / "chance.xlsx")
    output = called(tmp_path / "chance.xlsx").output
    assert "w1, w2: the factor η is missing; the number is right all the same, by chance" in output
    assert "% off" not in output
    assert "holds" not in output


@pytest.mark.recalc
def test_one_slip_is_one_finding_where_some_of_its_numbers_are_right_by_chance(tmp_path):
    """a_h1 is a_h2 in the first row: the number is right there, and off below."""
    workbook = openpyxl.Workbook()
    table = lay(workbook.active)
    for w, of in (("w3", "w1"), ("w4", "w2")):
        table.set(w, 0, table.formula(of, 0))
    table.set("w5", 0, 0.3)
    table.write({"∂E/∂w5": RIGHT["∂E/∂w5"].replace("a_h1", "a_h2")})
    workbook.save(tmp_path / "first.xlsx")
    (finding,) = check(tmp_path / "first.xlsx").tables[0].findings
    assert (
        finding.text == "a_h2 where a_h1 belongs; the first number is right all the same, by chance"
    )
    assert len(finding.cells) == 12


# --- several runs, several processes -------------------------------------------------------------


@pytest.fixture
def monday(homework, tmp_path):
    """The report of an earlier run, over a wrong workbook and a file that is none."""
    called(homework / "bea" / "ann.xlsx", homework / "notes.xlsx", "-o", tmp_path / "monday.json")
    return tmp_path / "monday.json"


@pytest.mark.recalc
def test_an_earlier_report_stands_in_the_new_one_as_it_is(homework, monday, tmp_path):
    before = monday.read_bytes()
    done = called(monday, "-o", tmp_path / "again.json")
    assert done.exit_code == 2, "one of its files could not be judged"
    assert (tmp_path / "again.json").read_bytes() == before
    done = called(monday, homework / "ann.xlsx", "-o", tmp_path / "all.csv")
    assert "3 files: 1 right, 1 wrong, 1 not judged" in done.stdout
    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"))))
    assert [row["verdict"] for row in rows] == ["wrong", "not judged", "right"]
    alone = called(monday, "--format", "csv").stdout
    assert alone.splitlines() == (tmp_path / "all.csv").read_text("utf-8-sig").splitlines()[:-1]


@pytest.mark.recalc
def test_a_workbook_that_is_judged_anew_replaces_its_earlier_judgement(
    homework, monday, tmp_path, monkeypatch
):
    wrong = homework / "bea" / "ann.xlsx"
    monkeypatch.chdir(homework)
    other_way = os.path.join("bea", "..", "bea", "ann.xlsx")  # noqa: PTH118 - a path such as typed
    done = called(monday, other_way, "--lr", 3, "--format", "json")
    first, second = json.loads(done.stdout)
    assert first["file"] == other_way
    assert first["tables"][0]["findings"][0]["text"] == "0.5 where 3 is asked for"
    assert second["verdict"] == "not judged"
    assert json.loads(monday.read_text(encoding="utf-8"))[0]["file"] == str(wrong)


def test_only_workbooks_that_are_judged_get_a_marked_copy(homework, monday, tmp_path):
    called(monday, homework / "ann.xlsx", "--annotate", tmp_path / "marked")
    assert not (tmp_path / "marked").exists()


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1]", '[{"file": "a.xlsx"}]', "[" * 99_999, "\udcff", "[{}]", '[{"file": ""}]'],
)
def test_what_is_no_report_is_refused_in_one_line(homework, tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    done = called(path, homework / "ann.xlsx", "-o", tmp_path / "all.csv")
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert f"{path}: no report of `check` in JSON: " in done.output
    assert not (tmp_path / "all.csv").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"epochs": 12', '"epochs": "12"'),
        ('"eta": 0.5', '"eta": true'),
        ('"cells": [', '"cells": [7, '),
        ('"verdict": "wrong",\n        "findings"', '"verdict": "good",\n        "findings"'),
        ('"kind": "name"', '"kid": "name"'),
    ],
)
@pytest.mark.recalc
def test_a_report_with_something_else_in_it_is_refused(monday, old, new):
    text = monday.read_text(encoding="utf-8")
    assert old in text
    monday.write_text(text.replace(old, new), encoding="utf-8")
    assert called(monday).output.startswith(f"Error: {monday}: no report of `check` in JSON: ")


def test_a_report_is_never_written_over_one_that_is_read(homework, monday):
    before = monday.read_bytes()
    done = called(monday, homework / "ann.xlsx", "-o", monday)
    assert done.exit_code == 2
    assert monday.read_bytes() == before


@pytest.mark.parametrize("jobs", mostly_slow([1, 2, 3], [2]))
@pytest.mark.recalc
def test_a_report_is_the_same_however_many_processes_share_the_work(homework, tmp_path, jobs):
    for number in range(14):
        source = homework / "ann.xlsx" if number % 3 else homework / "bea" / "ann.xlsx"
        shutil.copy(source, tmp_path / f"{number:02}.xlsx")
    done = called(tmp_path, "--jobs", jobs, "--format", "json")
    verdicts = [file["verdict"] for file in json.loads(done.stdout)]
    assert verdicts == ["right" if number % 3 else "wrong" for number in range(14)]
    one_by_one = [check(tmp_path / f"{number:02}.xlsx") for number in range(14)]
    assert done.stdout == as_json(one_by_one)


def test_no_more_is_handed_out_than_is_soon_needed(homework, tmp_path):
    """However many workbooks there are, only so many judgements wait to be taken."""
    path = homework / "ann.xlsx"
    taken = 0

    class Paths(list):
        def __iter__(self):
            for item in super().__iter__():
                nonlocal taken
                taken += 1
                yield item

    judged = check_all(Paths([path] * 60), jobs=2)
    next(judged)
    judged.close()
    assert taken <= 2 * AHEAD + 1


def test_what_each_cell_came_to_is_not_kept_for_reports(homework):
    (judgement,) = check_all([homework / "ann.xlsx"])
    whole = check(homework / "ann.xlsx").tables[0].cells
    assert whole.rows
    assert judgement.tables[0].cells == Cells(given=whole.given)
    assert whole.given["w1"] == 0.15


# --- an exercise half done ----------------------------------------------------------------------


def half_done(path, names, epoch):
    """A table of which some columns are empty from an epoch on."""
    workbook = openpyxl.Workbook()
    table = lay(workbook.active)
    for name in names:
        for row in range(epoch, EPOCHS):
            table.set(name, row, None)
    workbook.save(path)
    return path


GRADIENTS = [f"∂E/∂w{number}" for number in range(1, 9)]
WEIGHTS = [f"w{number}" for number in range(1, 9)]


@pytest.mark.parametrize("names", [GRADIENTS, [*WEIGHTS, *GRADIENTS]])
@pytest.mark.recalc
def test_what_is_still_to_be_filled_in_is_one_finding(names, tmp_path):
    path = half_done(tmp_path / "half.xlsx", names, 1)
    (table,) = check(path).tables
    (finding,) = table.findings
    assert (table.verdict, finding.kind, finding.text) == (
        "incomplete",
        "empty",
        "the cells are empty",
    )
    assert finding.columns == names
    assert len(finding.cells) == len(names) * (EPOCHS - 1)
    assert f"and {len(finding.cells) - 1} more cells)" in called(path).output


@pytest.mark.recalc
def test_empty_cells_in_different_rows_are_findings_each(tmp_path):
    workbook = openpyxl.Workbook()
    table = lay(workbook.active)
    table.set("∂E/∂w1", 3, None)
    table.set("∂E/∂w5", 6, None)
    workbook.save(tmp_path / "holes.xlsx")
    (judged,) = check(tmp_path / "holes.xlsx").tables
    assert [(finding.cell, finding.text) for finding in judged.findings] == [
        ("X7", "the cell is empty"),
        ("AB10", "the cell is empty"),
    ]


@pytest.mark.recalc
def test_a_judgement_does_not_depend_on_what_was_checked_before(homework, tmp_path):
    """What is known of a network is kept from one workbook to the next, and nothing else is."""
    wrong = homework / "bea" / "ann.xlsx"
    fresh = as_json([check(wrong)])
    xor = replace(load("xor"), epochs=2)
    other = write_workbook(xor, tabulate(xor), tmp_path / "xor.xlsx")
    sheets = [(wrong, load()), (other, xor), (wrong, load("mazur")), (other, load()), (wrong, None)]
    for _ in range(2):
        verdicts = [check(path, network).verdict for path, network in sheets]
        assert verdicts == ["wrong", "right", "wrong", "not judged", "wrong"]
        assert as_json([check(wrong)]) == fresh
