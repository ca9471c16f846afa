"""What students get back: texts that help and give nothing away, marked copies, Moodle's zip."""

import csv
import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from exercise.course import ONE, OTHER, STUDENTS, assignment, changed, filled_in, submission
from mistakes import EPOCHS, INNER, MISTAKES, OUTER, Table

from backprop_sheet.checker.findings import KINDS
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.feedback import text, write_copy
from backprop_sheet.exercise.feedback.hints import BY_COLUMN, HINTS
from backprop_sheet.exercise.feedback.returning import (
    first_cause,
    marks_csv,
    write_archive,
    write_feedback,
    write_marks,
)
from backprop_sheet.exercise.marking import mark
from backprop_sheet.exercise.marks import Submission

SOME = [m for place, m in enumerate(MISTAKES) if place % 24 == 0]
"""One mistake of each two dozens."""
PLACE = "Student A_4711_assignsubmission_file"


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    return filled_in(tmp_path_factory.mktemp("right") / "right.xlsx")


@pytest.fixture
def wrong(tmp_path):
    """A sheet with two mistakes: in ∂E/∂w5 from the start, in one cell of h1 later."""

    def change(table):
        table.write({"∂E/∂w5": "(a_o1-t1)*a_o1*a_h1"})
        table.set("h1", 7, 0.75)

    return filled_in(tmp_path / "wrong.xlsx", change=change)


def told(path, student=ONE, **others):
    course = assignment(**others)
    return text(mark(submission(path, student), course), course)


def comments(path):
    return [
        cell.comment.text
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    ]


# --- the text ------------------------------------------------------------------------------------


def test_a_right_sheet_is_told_to_be_right(right):
    assert told(right) == (
        "Exercise\n"
        "Student A (student0): right.xlsx, table LR0.5!A35:AE47\n"
        "20 of 20 points\n\n"
        "WHAT IS RIGHT\n"
        "- complete: weighted sums and activations, errors, gradients of the output layer, "
        "gradients of the hidden layer, updates of the weights, chart of the error\n\n"
        "POINTS\n"
        "- weighted sums and activations: 4 of 4\n"
        "- errors: 2 of 2\n"
        "- gradients of the output layer: 4 of 4\n"
        "- gradients of the hidden layer: 4 of 4\n"
        "- updates of the weights: 4 of 4\n"
        "- chart of the error: 2 of 2\n"
    )


def test_the_documentation_shows_what_a_student_is_told(tmp_path):
    course = assignment()
    course = replace(course, network=replace(course.network, epochs=68))
    path = filled_in(tmp_path / "student1.xlsx", OTHER, of=course)

    def change(book):
        table = Table(book.worksheets[0])
        for epoch in range(1, 68):
            table.set("∂E/∂w5", epoch, table.typed("(t1-a_o1)*a_o1*(1-a_o1)*a_h1")(epoch))

    found = mark(submission(changed(path, change), OTHER), course)
    page = Path(__file__).parents[2] / "docs" / "marking.md"
    assert f"```text\n{text(found, course)}```" in page.read_text(encoding="utf-8")


def test_what_is_right_comes_first_then_the_first_mistake_and_where_to_go_on(wrong):
    found = told(wrong)
    places = [found.index(s) for s in ("WHAT IS RIGHT", "POINTS", "LOOK HERE FIRST", "RULES")]
    assert places == sorted(places)
    assert "- gradients of the output layer: 33 of 44 cells\n" in found
    assert "- gradients of the output layer: 3 of 4 (11 wrong of 44 cells)\n" in found
    assert "∂E/∂w5 in cell AB36, epoch 0, and 11 more cells\n" in found
    assert (
        f"What is wrong: {KINDS['factor']}.\nHow to find it: {BY_COLUMN['gradient']['factor']}\n"
        in found
    )
    assert "1 more mistake is in the sheet, the next in cell I43." in found


def test_there_is_a_hint_for_each_kind_of_cause():
    assert set(KINDS) <= set(HINTS)
    assert len(set(HINTS.values())) == len(HINTS)


@pytest.mark.parametrize("mistake", SOME, ids=[m.name for m in SOME])
def test_no_answer_is_given_away_unless_the_assignment_says_so(mistake, tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=mistake.apply)
    found = mark(submission(path), assignment())
    said = {}
    for answers in (False, True):
        course = assignment(answers=answers)
        copy = tmp_path / f"{answers}.xlsx"
        write_copy(found, course, copy)
        said[answers] = "\n".join([text(found, course), *comments(copy)])
    expected = {f.expected for f in found.table.findings} - {"a number"}
    numbers = {f"{f.right:.10g}"[:6] for f in found.table.findings if f.right and f.right % 0.01}
    assert not any(answer in said[False] for answer in expected)
    assert not any(number in said[False] for number in numbers)
    assert any(answer in said[True] for answer in expected) or not expected


def test_a_student_is_not_told_whose_numbers_these_are(right):
    found = told(right, OTHER)
    assert "The given numbers are those of another student, so the sheet earns nothing." in found
    assert "Student A" not in found
    assert ONE.identifier not in found


def test_a_number_that_is_called_like_a_student_stays(tmp_path):
    """An identifier such as 0 stands in many notes; only whose numbers these are is not told."""
    other, rate = replace(ONE, identifier="0", name=""), 0.25
    course = replace(assignment(), students=(other, OTHER))
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.sheet.__setitem__("F34", rate))
    found = text(mark(submission(path, OTHER), course), course)
    assert "those of another student, so the sheet earns nothing" in found
    assert f"The learning rate is {rate} instead of 0.5" in found


def test_a_file_that_cannot_be_judged_is_told_why(tmp_path):
    (tmp_path / "a.xlsx").write_text("no workbook")
    found = told(tmp_path / "a.xlsx")
    assert "No points yet: this file could not be marked.\n\nWHY\n- The file cannot be" in found
    assert "POINTS" not in found


def test_an_empty_sheet_is_told_so_and_blamed_for_nothing(tmp_path):
    def empty(table):
        for name in [*INNER, *OUTER]:
            for epoch in range(1, EPOCHS):
                table.set(name, epoch, None)

    course = assignment(("gradients",))
    found, files = written(filled_in(tmp_path / "a.xlsx", change=empty), course, tmp_path)
    assert found.table.findings, "empty cells"
    assert "LOOK HERE FIRST" not in text(found, course)
    assert "handed back as it was given out" in text(found, course)
    assert (files.copy, first_cause(found)) == (None, "")


def test_a_half_done_sheet_is_not_blamed_for_what_is_empty(tmp_path):
    def half(table):
        table.write({"∂E/∂w5": "(a_o1-t1)*a_o1*a_h1"})
        for epoch in range(1, EPOCHS):
            table.set("h1", epoch, None)

    found = told(filled_in(tmp_path / "a.xlsx", change=half))
    assert "∂E/∂w5 in cell AB36" in found, "a mistake comes before what is empty"


# --- marked copies -------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [False, True])
def test_validators_find_nothing_in_a_marked_copy(answers, tmp_path):
    from openxml_audit import OpenXmlValidator

    copy = _copy_of_the_exporters(tmp_path, answers=answers)
    result = OpenXmlValidator().validate(copy)
    assert (result.errors, result.warning_count) == ([], 0)


@pytest.mark.slow
@pytest.mark.validator
def test_microsofts_validator_finds_nothing_in_a_marked_copy(tmp_path):
    copies = []
    for answers in (False, True):
        (tmp_path / f"{answers}").mkdir()
        copies.append(_copy_of_the_exporters(tmp_path / f"{answers}", answers=answers))
    script = Path(__file__).parent.parent / "validate.mjs"
    done = subprocess.run(
        ["node", script, *copies], check=True, capture_output=True, encoding="utf-8", timeout=300
    )
    assert json.loads(done.stdout) == {str(copy): [] for copy in copies}


def _copy_of_the_exporters(folder, *, answers):
    """A marked copy of a workbook of the exporter's own, with a number changed in its XML."""
    path = filled_in(folder / "a.xlsx")
    with zipfile.ZipFile(path) as source:
        parts = {info: source.read(info) for info in source.infolist()}
    with zipfile.ZipFile(folder / "b.xlsx", "w") as target:
        for info, content in parts.items():
            sheet = info.filename == "xl/worksheets/sheet1.xml"
            target.writestr(info, _with_numbers(content) if sheet else content)
    course = assignment(answers=answers)
    found = mark(submission(folder / "b.xlsx"), course)
    assert found.table.first.cells == ["I40", "I41", "I42", "I43"]
    write_copy(found, course, folder / "copy.xlsx")
    return folder / "copy.xlsx"


def _with_numbers(sheet):
    """A sheet's XML with a number in place of four formulas."""
    cells = rb'(<c r="I4[0-3]"[^>]*>)<f[^>]*?(?:/>|>[^<]*</f>)<v>[^<]*</v>'
    sheet, count = re.subn(cells, rb"\1<v>0.75</v>", sheet)
    assert count == 4
    return sheet


# --- what is written -----------------------------------------------------------------------------


def written(path, course, folder, student=ONE, place=PLACE):
    handed_in = submission(path, student, place)
    shown = f"all: of them.zip: {place}/{path.name}"
    found = mark(handed_in._replace(shown=shown), course)
    return found, write_feedback(found, course, folder)


def test_text_and_copy_lie_under_the_identifier(wrong, right, tmp_path):
    course = assignment()
    found, files = written(wrong, course, tmp_path)
    assert files.text == tmp_path / "feedback" / "student0.txt"
    assert files.copy == tmp_path / "feedback" / "student0_marked.xlsx"
    told = files.text.read_text(encoding="utf-8")
    assert told == text(found, course)
    assert "Student A (student0): wrong.xlsx, table " in told, "the file's own name, and no other"
    assert any(BY_COLUMN["gradient"]["factor"] in comment for comment in comments(files.copy))
    _, later = written(right, course, tmp_path)
    assert later.copy is None
    assert not files.copy.exists(), "a copy of an earlier file, with mistakes that are gone"


def test_a_copy_that_somebody_edited_is_kept(wrong, right, tmp_path):
    course = assignment()
    _, files = written(wrong, course, tmp_path)
    book = openpyxl.load_workbook(files.copy)
    book.active["A1"] = "well done"
    book.save(files.copy)
    before = files.copy.read_bytes()
    _, again = written(wrong, course, tmp_path)
    assert "was edited" in again.problems[0]
    written(right, course, tmp_path)
    assert files.copy.read_bytes() == before
    found = mark(submission(wrong), course)
    assert write_feedback(found, course, tmp_path, force=True).problems == ()


@pytest.mark.parametrize("identifier", ["../../up", "a/b\\c", ".hidden", 'q"?*', "C:x"])
def test_no_file_leaves_the_folder(identifier, right, tmp_path):
    odd = Student(identifier, "", ONE.numbers)
    _, files = written(right, replace(assignment(), students=(odd,)), tmp_path, odd)
    assert files.text.parent == tmp_path / "feedback"
    assert not files.text.name.startswith(".")


def taken_by_moodle(name, participants):
    """How Moodle reads the name of a file in the zip: the participant, the kind, the file's path.

    After is_valid_filename_for_import of mod/assign/feedback/file/importziplib.php.
    """
    parts = name.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdecimal() or int(info[1]) not in participants:
            continue
        return int(info[1]), f"{info[2]}_{info[3]}", "/".join([*info[4:], *parts])
    return None


@pytest.mark.parametrize("place", [PLACE, f"{PLACE}_", f"all/{PLACE}/"])
def test_moodle_takes_every_file_of_the_zip(place, wrong, tmp_path):
    course = assignment()
    path = write_archive([written(wrong, course, tmp_path, place=place)], tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = [taken_by_moodle(name, {4711}) for name in archive.namelist()]
    assert [(number, kind) for number, kind, _ in found] == [(4711, "assignsubmission_file")] * 2
    names = [name.lstrip("/") for _, _, name in found]
    assert names == ["feedback.txt", "student0_marked.xlsx"]


def test_the_zip_has_the_same_bytes_each_time(wrong, tmp_path):
    course = assignment()
    found = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        path = write_archive([written(wrong, course, folder)], folder)
        found.append(
            (path.read_bytes(), (folder / "feedback" / "student0_marked.xlsx").read_bytes())
        )
    assert found[0] == found[1]


@pytest.mark.parametrize("place", ["", "..", "a/../../b", "/"])
def test_no_name_in_the_zip_leads_out_of_it(place, right, tmp_path):
    course = assignment()
    assert write_archive([written(right, course, tmp_path, place=place)], tmp_path) is None
    assert not (tmp_path / "feedback.zip").exists()


# --- marks.csv -----------------------------------------------------------------------------------


def test_the_list_has_every_student_of_the_roster(wrong, tmp_path):
    course = assignment()
    path = write_marks([mark(submission(wrong), course)], course, tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert [row["identifier"] for row in rows] == [s.identifier for s in STUDENTS]
    first, second = rows[:2]
    assert first | {"notes": ""} == {
        "identifier": "student0", "name": "Student A", "file": "wrong.xlsx", "points": "18.95",
        "of": "20", "forward": "3.95", "errors": "2", "gradients_2": "3", "gradients_1": "4",
        "updates": "4", "chart": "2", "notes": "",
        "first cause": "∂E/∂w5: the factor (1 - a_o1) is missing "
        "(AB36, epoch 0, and 11 more cells)",
    }  # fmt: skip
    assert (second["points"], second["notes"]) == ("", "Nothing was handed in.")


def test_no_cell_of_the_list_is_a_formula(wrong):
    student = Student("=1+1", "@evil;=2+2", ONE.numbers)
    course = assignment()
    course = Assignment(
        "x", course.network, 1, course.blank, shown=1, points=course.points, students=(student,)
    )
    handed_in = Submission(wrong, "-2+3\n.xlsx", "", student)
    line = marks_csv([mark(handed_in, course)], course).splitlines()[1]
    assert line.startswith("'=1+1,'@evil;'=2+2,'-2+3\\n.xlsx,")
