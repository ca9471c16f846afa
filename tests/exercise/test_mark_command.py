"""The command `mark`: what it takes, prints, writes and returns."""

import csv
import io
import os
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from exercise.course import ETA, ONE, OTHER, STUDENTS, assignment, filled_in

from backprop_sheet.cli import cli
from backprop_sheet.exercise.assignment_file import save

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Exercise (12)"
CANVAS = "\r\n".join(
    [
        HEADER,
        "    Points Possible,,,,,20",
        *(f'"{s.name}",{n},,{s.identifier},S1,' for n, s in enumerate(STUDENTS[:4], start=1)),
        "",
    ]
)
MOODLE_FOLDER = "Student A_4711_assignsubmission_file"


# --- a class -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_(tmp_path_factory):
    """Four files: right, wrong, another's numbers, broken; and one of nobody."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "handed in").mkdir()
    filled_in(folder / "handed in" / "student0.xlsx")
    negative = "-((a_o1-t1)*a_o1*(1-a_o1)*a_h1)"
    wrong = folder / "handed in" / "student1.xlsx"
    filled_in(wrong, OTHER, lambda table: table.write({"∂E/∂w5": negative}, 1))
    shutil.copy(folder / "handed in" / "student0.xlsx", folder / "handed in" / "student2.xlsx")
    (folder / "handed in" / "student3.xlsx").write_text("broken")
    save(assignment(), folder / "assignment.toml")
    (folder / "grades.csv").write_text(CANVAS, newline="")
    return folder


@pytest.fixture
def place(class_, tmp_path, monkeypatch):
    shutil.copytree(class_, tmp_path / "class")
    monkeypatch.chdir(tmp_path / "class")
    return tmp_path / "class"


def called(*arguments):
    line = ["mark", *arguments]
    if "--assignment" not in arguments:
        line += ["--assignment", "assignment.toml"]
    done = CliRunner().invoke(cli, [*map(str, line)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def _rows(path):
    return csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8-sig")))


def content(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.usefixtures("place")
def test_a_class_is_marked_and_every_student_has_a_line():
    before = content("handed in")
    done = called("handed in")
    assert done.exit_code == 1, "one file cannot be judged"
    lines = done.stdout.splitlines()
    assert lines[0] == "    20 of 20  Student A (student0): all right."
    assert lines[1].startswith("    19 of 20  Student B (student1): ∂E/∂w5: ")
    assert lines[1].endswith("(AB37, epoch 1, and 10 more cells).")
    assert lines[2] == (
        "     0 of 20  Student C (student2): The given numbers are those of Student A (student0), "
        "so the sheet earns nothing."
    )
    assert lines[3].startswith("     – of 20  Student D (student3): The file cannot be judged: ")
    assert "nothing handed in: Student E (student4)\n" in done.stdout
    assert "3 students marked, 13 of 20 points on average" in done.stdout
    assert content("handed in") == before
    written = {str(path.relative_to("outputs/marks")) for path in Path("outputs").rglob("*.*")}
    texts = {f"feedback/student{number}.txt" for number in range(4)}
    assert written - {"overview.xlsx"} == texts | {
        "marks.csv", "feedback/student1_marked.xlsx", "feedback/.texts", "overview.html",
    }  # fmt: skip
    points = [row["points"] for row in _rows("outputs/marks/marks.csv")]
    assert points == ["20", "19", "0", *[""] * 9]


@pytest.mark.usefixtures("place")
def test_what_cannot_be_unpacked_is_its_students_and_has_no_points_yet():
    with zipfile.ZipFile("all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("student0.xlsx", bytes(30_000_000))  # a bomb
        archive.writestr("Student B/../x.xlsx", b"")
        archive.write("handed in/student1.xlsx", "Student C/student2.xlsx")
        archive.writestr("Student C/more.xlsx", bytes(30_000_000))
    done = called("all.zip")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith(
        "     – of 20  Student A (student0): The file cannot be judged: not unpacked: it would"
    )
    assert lines[1].startswith("     – of 20  Student B (student1): The file cannot be judged: ")
    assert lines[2].startswith("     0 of 20  Student C (student2): ")
    assert "nothing handed in: Student D (student3)\n" in done.stdout
    rows = list(_rows("outputs/marks/marks.csv"))
    assert [row["points"] for row in rows[:4]] == ["", "", "0", ""]
    assert [row["notes"] == "Nothing was handed in." for row in rows[:4]] == [*[False] * 3, True]


@pytest.mark.usefixtures("place")
def test_long_lists_are_cut_with_a_count():
    folder = Path("many")
    (folder / "student1").mkdir(parents=True)
    for number in range(50):
        (folder / f"x{number}.txt").write_text("")
        (folder / "student1" / f"x{number}.txt").write_text("")
    done = called("many")
    assert done.stdout.count("not told whose: ") == 21
    assert "not told whose: 30 more files: see the overview" in done.stdout
    assert " and 45 more. None can be judged." in done.stdout


@pytest.mark.usefixtures("place")
def test_a_gradebook_is_filled_in_under_its_own_name():
    before = Path("grades.csv").read_bytes()
    done = called("handed in", "--canvas", "grades.csv", "--output", "marks")
    assert done.exit_code == 1
    assert Path("grades.csv").read_bytes() == before
    rows = list(csv.reader(io.StringIO(Path("marks/grades.csv").read_text())))
    assert [float(row[5] or -1) for row in rows[2:6]] == [20, 19, 0, -1]
    assert "grades.csv" in done.stdout


@pytest.mark.usefixtures("place")
def test_each_gradebook_has_a_column_of_its_own():
    lines = ["Identifier,Full name,Status,Punkte"]
    lines += [f"Participant {n},{s.name},," for n, s in enumerate(STUDENTS[:4], start=1)]
    Path("moodle.csv").write_text("\n".join(lines))
    both = ("handed in", "--canvas", "grades.csv", "--moodle", "moodle.csv", "--output", "marks")
    done = called(*both)
    assert (done.exit_code, "--moodle-column" in done.stderr) == (2, True)
    title = next(csv.reader(io.StringIO(CANVAS)))[5]
    done = called(*both, "--column", title, "--moodle-column", "Punkte")
    assert done.exit_code == 1, done.output
    rows = list(csv.reader(io.StringIO(Path("marks/moodle.csv").read_text())))
    assert [row[3] for row in rows[1:]] == ["20", "19", "0", ""]


@pytest.mark.usefixtures("place")
def test_lines_are_in_the_rosters_order_whatever_order_files_have():
    done = called("handed in/student2.xlsx", "handed in/student1.xlsx", "handed in/student0.xlsx")
    lines = done.stdout.splitlines()[:3]
    assert [line.split("(")[1][:8] for line in lines] == ["student0", "student1", "student2"]


@pytest.mark.usefixtures("place")
def test_all_marked_ends_with_0_and_the_zip_for_moodle_is_there():
    folder = Path("all") / MOODLE_FOLDER
    folder.mkdir(parents=True)
    shutil.copy("handed in/student0.xlsx", folder / "mine.xlsx")
    done = called("all")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile("outputs/marks/feedback.zip") as archive:
        assert [name.split("/")[0] for name in archive.namelist()] == [MOODLE_FOLDER]
    assert "to upload to Moodle" in done.stdout


@pytest.mark.usefixtures("place")
def test_a_file_of_nobody_is_listed_and_never_guessed():
    Path("handed in/student3.xlsx").rename("handed in/hello.xlsx")
    done = called("handed in")
    assert done.exit_code == 1
    assert "not told whose: hello.xlsx: " in done.stdout
    assert "Student D (student3)" in done.stdout.split("nothing handed in")[1]


@pytest.mark.usefixtures("place")
def test_the_same_files_come_of_the_same_submissions():
    found = []
    for folder in ("one", "two"):
        called("handed in", "-o", folder, "--jobs", "2" if folder == "two" else "1")
        found.append({path.relative_to(folder): data for path, data in content(folder).items()})
    assert found[0] == found[1]


@pytest.mark.usefixtures("place")
def test_marks_written_into_the_folder_of_submissions_are_no_submissions():
    for _ in range(2):
        done = called("handed in", "-o", "handed in/marks")
        assert done.exit_code == 1
        assert "3 students marked" in done.stdout
        assert "were handed in" not in done.stdout


@pytest.mark.usefixtures("place")
def test_marks_may_be_written_beside_the_submissions():
    assert called("handed in", "-o", ".").exit_code == 1
    assert Path("marks.csv").exists()


@pytest.mark.usefixtures("place")
def test_a_marked_copy_that_was_edited_is_kept_and_said():
    called("handed in")
    copy = Path("outputs/marks/feedback/student1_marked.xlsx")
    book = openpyxl.load_workbook(copy)
    book.active["A1"] = "well done"
    book.save(copy)
    before = copy.read_bytes()
    done = called("handed in")
    assert (done.exit_code, copy.read_bytes()) == (2, before)
    assert "was edited" in done.stderr
    assert called("handed in", "--force").exit_code == 1
    assert copy.read_bytes() != before


MISTAKES = {
    ("handed in", "--assignment", "nothing.toml"): ["--assignment", "nothing.toml"],
    ("handed in", "--assignment", "grades.csv"): ["--assignment", "not valid TOML"],
    ("handed in", "--canvas", "assignment.toml"): ["--canvas"],
    ("handed in", "--canvas", "grades.csv", "-o", "."): ["grades.csv is read by this command"],
    ("handed in", "--jobs", "0"): ["--jobs", "a whole number of at least 1"],
    ("handed in", "-o", "marks.csv"): ["takes a folder"],
    ("handed in", "-o", "handed in"): ["--output", "is itself what was handed in"],
    ("handed in", "-o", "taken"): ["taken"],
    (): ["Missing argument"],
}


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line_and_nothing_is_written(arguments):
    Path("taken").write_text("a file")
    before = content(".")
    done = called(*arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.output
    assert all(words in done.stderr for words in MISTAKES[arguments]), done.stderr
    assert content(".") == before


@pytest.mark.usefixtures("place")
def test_a_gradebook_named_like_the_list_of_marks_is_refused():
    Path("grades.csv").rename("marks.csv")
    done = called("handed in", "--canvas", "marks.csv")
    assert (done.exit_code, "two of the files" in done.stderr) == (2, True)
    assert not Path("outputs").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights of their own there")
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "name", ["marks.csv", "feedback.zip", "overview.html", "feedback/student1_marked.xlsx"]
)
def test_nothing_that_is_read_is_written_over(name):
    for read in ("handed in/student1.xlsx", "assignment.toml"):
        target = Path("out") / name
        target.parent.mkdir(parents=True)
        os.link(read, target)
        before = content(".")
        done = called("handed in", "-o", "out", "--force")
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        assert "is read by this command" in done.stderr
        assert content(".") == before
        shutil.rmtree("out")


def test_the_learning_rate_of_these_tests():
    assert assignment().network_of(ONE).eta == ETA


@pytest.mark.parametrize("text", ["1_000", "٣", "inf", "0x10", ""])
def test_a_number_is_written_in_plain_digits(text):
    done = CliRunner().invoke(cli, ["check", "x.xlsx", "--set", f"w5={text}"])
    assert done.exit_code == 2
    assert "takes NAME=VALUE with a finite number" in done.stderr


def test_more_epochs_than_a_sheet_has_rows_are_refused(tmp_path):
    (tmp_path / "roster.csv").write_text("id,name\n1,A B\n")
    line = ["exercise", str(tmp_path / "roster.csv"), "--epochs", "999999999"]
    done = CliRunner().invoke(cli, [*line, "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "a sheet has 1,048,576" in done.stderr
    assert not (tmp_path / "out").exists()
