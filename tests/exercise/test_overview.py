"""The teacher's overview: the same numbers in the workbook, in other engines and on the page."""

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from random import Random

import openpyxl
import pytest
from browser import axe
from exercise.course import assignment_of, laid_out, mark_of
from mistakes import GRADIENTS, WEIGHT_MISTAKES
from spreadsheets import convert, ironcalc_values

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.checker.findings import State
from backprop_sheet.errors import WriteError
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.likeness import Fact
from backprop_sheet.exercise.marks import Submission
from backprop_sheet.exercise.overview import write
from backprop_sheet.exercise.overview.book import _share
from backprop_sheet.exercise.overview.summary import MOST_ROWS
from backprop_sheet.exporter.lettering import text_width
from backprop_sheet.exporter.tables import FIRST, HEAD, Formula, Tab, write_tables
from backprop_sheet.fixed import Fixed
from backprop_sheet.ooxml.seal import is_untouched

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>&amp;'
NOTE = "All numbers of the gradients were typed."
COUNT = 12


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """Ten students of twelve: right, with mistakes, one file that cannot be judged."""
    place, assignment = tmp_path_factory.mktemp("in"), assignment_of(COUNT)
    chance, found = Random(5), []
    for number, student in enumerate(assignment.students[:9]):
        slips = [*chance.sample(WEIGHT_MISTAKES[:6], number % 2), *GRADIENTS[: number % 3]]
        found.append(
            mark_of(
                laid_out(place / f"{student.identifier}.xlsx", student, slips), student, assignment
            )
        )
    (place / "s009.xlsx").write_text("no workbook")
    found.append(mark_of(place / "s009.xlsx", assignment.students[9], assignment))
    return [replace(found[0], notes=(NOTE,)), *found[1:]]


@pytest.fixture(scope="module")
def nobodys():
    return [Submission(Path("x.xlsx"), HOSTILE, "", None, "no student has these numbers")]


@pytest.fixture(scope="module")
def facts():
    return [Fact(assignment_of(COUNT).students[:2], f"s000 and s001: {HOSTILE}")]


@pytest.fixture(scope="module")
def folder(marks, nobodys, facts, tmp_path_factory):
    place = tmp_path_factory.mktemp("out")
    write(marks, nobodys, facts, assignment_of(COUNT), place)
    return place


@pytest.fixture(scope="module")
def book(folder):
    return openpyxl.load_workbook(folder / "overview.xlsx", data_only=True)


def rows_of(sheet):
    return [
        row
        for row in sheet.iter_rows(min_row=FIRST, values_only=True)
        if any(x is not None for x in row)
    ]


def heads_of(sheet):
    return [cell.value for cell in sheet[HEAD] if cell.value is not None]


@pytest.mark.recalc
def test_points_are_sorted_as_the_roster(book, marks):
    rows = rows_of(book["Points"])
    assert [row[0] for row in rows] == [s.identifier for s in assignment_of(COUNT).students]
    assert [row[2] for row in rows] == [*(mark.points for mark in marks), None, None]
    parts = [row[4 : 4 + len(marks[0].parts)] for row in rows[:9]]
    assert parts == [tuple(part.earned for part in mark.parts) for mark in marks[:9]]
    remarks = [row[4 + len(marks[0].parts)] for row in rows]
    assert remarks == [*[None] * 9, "cannot be judged", "nothing handed in", "nothing handed in"]


@pytest.mark.recalc
def test_means_and_distribution_are_those_of_the_marks(book, marks):
    rows, judged = rows_of(book["Parts"]), marks[:9]
    for number, part in enumerate(judged[0].parts):
        earned = [mark.parts[number].earned for mark in judged]
        assert rows[number][2] == pytest.approx(sum(earned) / 9)
        assert rows[number][5] == sum(points == part.most for points in earned)
    assert rows[-1][2] == pytest.approx(sum(mark.points for mark in judged) / 9)
    counts = [row[2] for row in rows_of(book["Distribution"])]
    total = assignment_of(COUNT).total
    assert counts[:10] == [
        sum(min(9, int(10 * mark.points / total)) == k for mark in judged) for k in range(10)
    ]
    assert counts[-1] == 9


def test_causes_count_students_and_first_mistakes(book, marks):
    rows = rows_of(book["Causes"])
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert sum(row[1] or 0 for row in rows) == sum(
        bool(m.table and m.table.findings) for m in marks
    )
    for students, _, columns, text, *_, names in rows:
        made = [
            mark.student.identifier
            for mark in marks[:9]
            if any(f.names == columns and f.text == text for f in mark.table.findings)
        ]
        assert (names.split(", "), students) == (made, len(made))


@pytest.mark.recalc
def test_cells_are_counted_by_their_own_rows(book, marks):
    sheet, assignment = book["Cells"], assignment_of(COUNT)
    labels = heads_of(sheet)[1:-1]
    assert labels == [assignment.network.label(name) for name in assignment.columns]
    rows = rows_of(sheet)
    assert [row[0] for row in rows] == [*range(1, assignment.network.epochs), "all"]
    for row in rows[:-1]:
        wrong = [
            sum(mark.table.cells.states[name][row[0]] == State.WRONG for mark in marks[:9])
            for name in assignment.columns
        ]
        assert list(row[1:-1]) == wrong
        assert row[-1] == sum(wrong)
    assert rows[-1][-1] == sum(row[-1] for row in rows[:-1]) > 0


@pytest.mark.recalc
def test_files_rules_and_likeness_are_listed(book, marks):
    rules = rows_of(book["Rules"])
    assert rules[0] == ("s000", "Given Family0", NOTE)
    assert rules == [
        (m.student.identifier, m.student.name, note) for m in marks for note in m.notes
    ]
    whats = [row[0] for row in rows_of(book["Files"])]
    assert whats == [
        "cannot be judged",
        "owner cannot be told",
        "nothing handed in",
        "nothing handed in",
    ]
    assert rows_of(book["Likeness"]) == [("s000, s001", f"s000 and s001: {HOSTILE}")]


def test_less_than_all_is_never_shown_as_all_of_it():
    assert _share("A1/8", 7.99 / 8).value == 0.99
    assert _share("A1/8", 1.0).value == 1.0
    assert all(_share("", n / 100).value == n / 100 for n in range(101))


def test_a_printed_tab_has_no_last_page_with_few_rows(tmp_path):
    tabs = [Tab(f"T{n}", "note", ["a"], [[float(k)] for k in range(n)]) for n in (5, 68, 100)]
    write_tables(tabs, tmp_path / "x.xlsx")
    setups = [s.page_setup for s in openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets]
    assert [(one.fitToWidth, one.fitToHeight) for one in setups] == [(1, 1), (1, 1), (1, 2)]


def test_a_tab_without_rows_is_not_printed(tmp_path):
    tabs = [Tab("Some", "note", ["a"], [["x"]]), Tab("None", "note", ["a"], [])]
    write_tables(tabs, tmp_path / "x.xlsx")
    states = [sheet.sheet_state for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx")]
    assert states == ["visible", "hidden"]


@pytest.mark.recalc
def test_numbers_are_live_formulas(folder):
    """Points corrected by hand change the sum, the mean and the distribution."""
    sheet = openpyxl.load_workbook(folder / "overview.xlsx")["Points"]
    assert sheet["C4"].value == "=ROUND(SUM(E4:I4),2)"
    changed = ironcalc_values(
        folder / "overview.xlsx", {"E4": 0.0, "F4": 0.0, "G4": 0, "H4": 0, "I4": 0}
    )
    assert changed(0, "C4") == 0
    assert changed(2, "C4") == 1
    as_was = openpyxl.load_workbook(folder / "overview.xlsx", data_only=True)["Parts"]
    assert changed(1, "C4") < as_was["C4"].value


def every_formula(path):
    for number, sheet in enumerate(openpyxl.load_workbook(path).worksheets):
        for row in sheet.iter_rows():
            yield from ((number, cell.coordinate) for cell in row if cell.data_type == "f")


def test_stored_numbers_are_what_ironcalc_computes(folder, book):
    values = ironcalc_values(folder / "overview.xlsx", {})
    formulas = list(every_formula(folder / "overview.xlsx"))
    assert len(formulas) > 80
    for number, cell in formulas:
        assert values(number, cell) == pytest.approx(book.worksheets[number][cell].value), cell


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.filterwarnings(
    "ignore:.*extension is not supported"
)  # LibreOffice's own bars behind numbers
def test_stored_numbers_are_what_libreoffice_computes(folder, book, tmp_path):
    path = folder / "overview.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "bare.xlsx", "w") as bare:
        for name in source.namelist():
            bare.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    saved = convert(tmp_path / "bare.xlsx", "xlsx", tmp_path / "recalculated")
    found = openpyxl.load_workbook(saved, data_only=True).worksheets
    for number, cell in every_formula(path):
        assert found[number][cell].value == pytest.approx(book.worksheets[number][cell].value), cell


def test_an_overview_without_any_mark_has_no_errors(tmp_path):
    write([], [], [], assignment_of(COUNT), tmp_path)
    values = ironcalc_values(tmp_path / "overview.xlsx", {})
    for number, cell in every_formula(tmp_path / "overview.xlsx"):
        assert not str(values(number, cell)).startswith("#"), (number, cell)
    assert "12 handed in nothing" in (tmp_path / "overview.html").read_text(encoding="utf-8")


def test_texts_that_look_like_formulas_stay_texts(folder):
    sheet = openpyxl.load_workbook(folder / "overview.xlsx")["Files"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_same_marks_give_the_same_bytes_in_any_process(folder, tmp_path):
    """Sets have another order in every process."""
    program = (
        "from pathlib import Path\nfrom exercise.course import assignment_of\n"
        "from backprop_sheet.exercise.overview import write\n"
        "write([], [], [], assignment_of(4), Path('.'))\n"
        "print(Path('overview.xlsx').read_bytes().hex(), Path('overview.html').read_text())"
    )
    tests = Path(__file__).parent.parent
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{tests}:{tests.parent}"},
            capture_output=True, check=True, cwd=tmp_path,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


def test_a_workbook_is_sealed_and_one_that_was_edited_is_kept(marks, tmp_path):
    assignment = assignment_of(COUNT)
    paths = write(marks, [], [], assignment, tmp_path)
    assert paths == [tmp_path / "overview.xlsx", tmp_path / "overview.html"]
    assert is_untouched(paths[0])
    before = paths[0].read_bytes()
    write(marks, [], [], assignment, tmp_path)
    assert paths[0].read_bytes() == before
    openpyxl.load_workbook(paths[0]).save(paths[0])
    with pytest.raises(WriteError, match="was edited"):
        write(marks, [], [], assignment, tmp_path)


@pytest.mark.slow
def test_openxml_audit_finds_nothing(folder):
    from openxml_audit import OpenXmlValidator

    result = OpenXmlValidator().validate(folder / "overview.xlsx")
    assert not result.errors
    assert result.warning_count == 0


@pytest.mark.slow
@pytest.mark.validator
def test_microsofts_validator_finds_nothing(folder):
    script = Path(__file__).parent.parent / "validate.mjs"
    path = folder / "overview.xlsx"
    done = subprocess.run(
        ["node", script, path], check=True, capture_output=True, encoding="utf-8", timeout=300
    )
    assert json.loads(done.stdout) == {str(path): []}


# The page ----------------------------------------------------------------------------------------


@pytest.mark.everyday
@pytest.mark.chromium
@pytest.mark.recalc
def test_the_page_shows_what_the_workbook_has(visit, folder, book, marks):
    page = visit(folder / "overview.html")
    shown = page.locator("#points tbody tr").all_inner_texts()
    assert [row.split()[0] for row in shown] == [row[0] for row in rows_of(book["Points"])]
    assert [row.split()[3] for row in shown[:9]] == [f"{mark.points:.2f}" for mark in marks[:9]]
    assert "nothing handed in" in shown[-1]
    causes = page.locator("#causes tbody tr").all_inner_texts()
    assert [int(row.split()[0]) for row in causes] == [row[0] for row in rows_of(book["Causes"])]
    cells = page.locator("#cells tbody tr").all_inner_texts()
    spans = [row.split("\t")[0].split(" to ") for row in cells]
    epochs = [k for span in spans for k in range(int(span[0]), int(span[-1]) + 1)]
    assert epochs == [row[0] for row in rows_of(book["Cells"])[:-1]]  # alike ones are one
    assert len(cells) < len(epochs)
    assert HOSTILE in page.locator("#likeness li").inner_text()
    assert HOSTILE in page.locator("#files").inner_text()
    assert NOTE in page.locator("#rules").inner_text()


@pytest.mark.chromium
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800), (1920, 1080)])
def test_the_page_never_scrolls_sideways(visit, folder, width, height):
    page = visit(folder / "overview.html", viewport={"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length") == 0


@pytest.mark.chromium
@pytest.mark.axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(visit, folder, scheme):
    assert axe(visit(folder / "overview.html", color_scheme=scheme)) == []


# Tables of any kind ------------------------------------------------------------------------------


def test_any_tables_become_tabs(tmp_path):
    tabs = [
        Tab(
            "One",
            "about",
            ["name", "number"],
            [["=1+1", 0.1 + 0.2], ["b", None]],
            formats={1: "0.0"},
        ),
        Tab("Two", "", ["twice"], [[Formula("2*One!B4", 2 * (0.1 + 0.2))]]),
        Tab("None", "nothing in it", ["a head"], [], bars={0: 1.0}, filtered=True),
    ]
    write_tables(tabs, tmp_path / "some.xlsx")
    book = openpyxl.load_workbook(tmp_path / "some.xlsx", data_only=True)
    assert book.sheetnames == ["One", "Two", "None"]
    assert (book["One"]["A4"].value, book["One"]["A4"].data_type) == ("=1+1", "s")
    assert book["Two"]["A4"].value == 2 * (0.1 + 0.2)
    assert book["One"].freeze_panes == "B4"
    assert book["One"].print_title_rows == "$3:$3"
    assert ironcalc_values(tmp_path / "some.xlsx", {"B4": 5.0})(1, "A4") == 10


def test_columns_are_as_wide_as_their_texts(tmp_path):
    rows = [["x" * 5, "y" * 40, "z" * 4000]]
    write_tables([Tab("One", "", ["a", "b", "c"], rows)], tmp_path / "some.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "some.xlsx").active
    short, long, longest = (sheet.column_dimensions[c].width for c in "ABC")
    assert short < 12 < long < longest < 70
    assert sheet.row_dimensions[4].height <= 409


def test_no_button_of_a_filter_covers_a_head_of_one_line(tmp_path):
    heads = ["points of 12", "share", "the gradients of the output layer (4)"]
    write_tables([Tab("One", "", heads, [[1.0, 0.5, 2.0]], filtered=True)], tmp_path / "some.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "some.xlsx").active
    widths = [7 * sheet.column_dimensions[c].width for c in "ABC"]
    for head, width in zip(heads, widths, strict=True):
        whole = text_width(head, bold=True)
        assert whole + 18 < width or whole > width  # the long one is broken


def test_a_row_for_each_sample_and_only_the_first_rows_of_a_long_training(tmp_path):
    network = replace(load("xor"), epochs=60)
    student = Student("s1", "", Fixed({"w1": network.numbers["w1"]}))
    assignment = Assignment("XOR", network, 1, ("gradients",), shown=1, students=(student,))
    path = write_workbook(network, tabulate(network), tmp_path / "s1.xlsx")
    write([mark_of(path, student, assignment)], [], [], assignment, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "overview.xlsx", data_only=True)["Cells"]
    assert heads_of(sheet)[:2] == ["epoch", "sample"]
    rows = rows_of(sheet)
    assert [row[:2] for row in rows[:5]] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]
    assert len(rows) == MOST_ROWS + 1
    assert f"The {60 * 4 - 4 - MOST_ROWS} rows below are left out." in sheet["A1"].value
