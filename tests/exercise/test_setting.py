"""Setting an exercise: who gets what, what is written, and what stays."""

import re
import shlex
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from exercise.rosters import canvas, people

from backprop_sheet import InputError, WriteError, check, load
from backprop_sheet.cli import cli
from backprop_sheet.exercise import assignment_file as file
from backprop_sheet.exercise import setting
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.file_names import names_of_files
from backprop_sheet.exercise.lists.roster import Person
from backprop_sheet.exercise.setting import (
    continued,
    set_exercise,
    with_students,
)
from backprop_sheet.exercise.setting.known import recognised
from backprop_sheet.ooxml.seal import is_untouched

ROOT = Path(__file__).parent.parent.parent
EPOCHS = 4


@pytest.fixture(scope="module")
def exercise():
    """A short exercise without students."""
    return Assignment("By hand", replace(load(), epochs=EPOCHS), 3, ("gradients",))


@pytest.fixture(scope="module")
def three(exercise):
    return with_students(exercise, people(3), jobs=1)


@pytest.fixture(scope="module")
def done(three, tmp_path_factory):
    """The folder of an exercise that was set."""
    folder = tmp_path_factory.mktemp("set")
    set_exercise(three, folder, jobs=1)
    return folder


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def numbers_in(path):
    """The learning rate, the targets and the first weights in a sheet."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    places = {f"w{k}": f"{letter}36" for k, letter in enumerate("EFGHMNOP", start=1)}
    places |= {"eta": "F34", "t1": "A36", "t2": "B36"}
    return {name: sheet[cell].value for name, cell in places.items()}


# --- what is written -----------------------------------------------------------------------------


def test_each_student_has_a_sheet_a_key_and_a_page(done):
    names = ("s001", "s002", "s003")
    expected = {"assignment.toml"}
    expected |= {f"{place}/{name}.xlsx" for place in ("sheets", "key") for name in names}
    expected |= {f"tasks/{name}.{kind}" for name in names for kind in ("md", "html")}
    assert set(content(done)) == expected


def test_sheets_keys_and_pages_have_the_numbers_of_the_file(done, three):
    assert file.read(done / "assignment.toml") == three
    for student in three.students:
        sheet, key = (done / place / f"{student.identifier}.xlsx" for place in ("sheets", "key"))
        assert numbers_in(sheet) == numbers_in(key) == dict(student.numbers)
        page = (done / "tasks" / f"{student.identifier}.md").read_text(encoding="utf-8")
        assert f"| w1 | {student.numbers['w1']}" in page


def test_a_key_is_right_and_a_sheet_is_what_is_left_to_do(done):
    assert check(done / "key" / "s001.xlsx").verdict == "right"
    sheet = check(done / "sheets" / "s001.xlsx")
    assert sheet.verdict == "incomplete"
    assert openpyxl.load_workbook(done / "key" / "s001.xlsx").sheetnames[1:] == ["Step", "Check"]


def test_the_same_exercise_has_the_same_bytes_however_many_work_at_it(done, exercise, tmp_path):
    again = with_students(exercise, people(3), jobs=2)
    set_exercise(again, tmp_path / "again", jobs=2)
    assert content(tmp_path / "again") == content(done)


def test_many_are_written_by_several_processes(exercise, tmp_path):
    one, two = (with_students(exercise, people(9), jobs=jobs) for jobs in (1, 2))
    assert one == two
    set_exercise(one, tmp_path / "one", jobs=1)
    set_exercise(two, tmp_path / "two", jobs=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_student_who_comes_later_changes_nobody_elses_files(done, exercise, tmp_path):
    more = with_students(exercise, (*people(1, first=9), *people(3)), jobs=1)
    set_exercise(more, tmp_path, jobs=1)
    before, after = content(done), content(tmp_path)
    assert {name: after[name] for name in before if name != "assignment.toml"} == {
        name: data for name, data in before.items() if name != "assignment.toml"
    }


# --- what stays ----------------------------------------------------------------------------------


def edit(path):
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["X37"] = "=X36"
    book.save(path)


def test_a_sheet_that_was_edited_is_kept_and_nothing_is_written(three, tmp_path):
    set_exercise(three, tmp_path, jobs=1)
    for name in ("s002", "s003"):
        edit(tmp_path / "sheets" / f"{name}.xlsx")
    before = content(tmp_path)
    with pytest.raises(WriteError, match=r"s002.xlsx was edited .*; 1 other file likewise"):
        set_exercise(replace(three, title="Another"), tmp_path, jobs=1)
    assert content(tmp_path) == before
    set_exercise(three, tmp_path, jobs=1, force=True)
    assert is_untouched(tmp_path / "sheets" / "s002.xlsx")


def test_points_rules_and_students_of_the_file_stay(three, exercise, tmp_path):
    path = tmp_path / "assignment.toml"
    file.save(replace(three, points={"gradients_2": 7.0, "gradients_1": 4.0}), path)
    path.write_text(path.read_text(encoding="utf-8").replace("typed = 0.0", "typed = 0.5"))
    again = with_students(continued(exercise, tmp_path), people(1, first=9), jobs=1)
    assert again.points == {"gradients_2": 7.0, "gradients_1": 4.0}
    assert again.marking.typed == 0.5
    assert [s.identifier for s in again.students] == ["s009", "s001", "s002", "s003"]
    points = continued(exercise, tmp_path, {"gradients_1": 5.0}).points
    assert points == {"gradients_2": 7.0, "gradients_1": 5.0}  # not named, not changed


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"seed": 4}, "another seed"),
        ({"blank": ("updates",)}, "another choice of blank columns"),
        ({"shown": 2}, "another number of epochs shown"),
        ({"network": load("mazur")}, "another network, learning rate or number of epochs"),
    ],
)
def test_another_exercise_does_not_take_the_place_of_one(three, exercise, tmp_path, other, words):
    file.save(three, tmp_path / "assignment.toml")
    with pytest.raises(InputError, match=words):
        continued(replace(exercise, **other), tmp_path)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"self_check": True}, "another choice of --self-check"),
        ({"given": ()}, "another choice of --give"),
        ({"title": "Another"}, "another title"),
    ],
)
def test_what_is_not_chosen_anew_stays_and_another_choice_is_refused(
    three, exercise, tmp_path, other, words
):
    file.save(three, tmp_path / "assignment.toml")
    again = replace(exercise, **other)
    (name,) = other
    assert getattr(continued(again, tmp_path), name) == getattr(three, name)
    with pytest.raises(InputError, match=words):
        continued(again, tmp_path, chosen=[name])


def test_a_student_of_another_list_of_the_course_stays_who_it_is(three, exercise):
    """Of the same people, one roster identifies by the login, the other by the number."""
    earlier = [replace(s, also=(f"300{k}", s.name)) for k, s in enumerate(three.students)]
    others = [Person(f"300{k}", f"{k + 1}, Student", (f"a{k}@x",)) for k in range(3)]
    again = with_students(replace(exercise, students=tuple(earlier)), others, jobs=1)
    assert [s.identifier for s in again.students] == ["s001", "s002", "s003"]
    assert [s.numbers for s in again.students] == [s.numbers for s in three.students]
    assert {"3000", "a0@x"} <= set(again.students[0].also)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([Person("7", "Student 1", ("n1", "n2"))], "'7' of the roster has numbers of 's1' and"),
        ([Person("7", "Somebody Else", ("n1",))], "'7' .* has 'n1' like 's1' .* another name"),
        ([Person("7", "", ("n1",)), Person("8", "", ("N1",))], "'8' and '7' .* both 's1'"),
    ],
)
def test_who_contradicts_an_earlier_student_is_said(people, words):
    earlier = [Student(f"s{k}", f"Student {k}", {}, (f"n{k}", f"Student {k}")) for k in (1, 2)]
    with pytest.raises(InputError, match=words):
        recognised(people, earlier)


def test_a_name_or_a_number_of_moodles_tells_nobody():
    earlier = [Student("s1", "Student One", {}, ("Participant 7", "Student One", "One Student"))]
    people = [Person("9", "Student One", ("Participant 7", "Student One"))]
    assert recognised(people, earlier) == people


def test_nobodys_numbers_change_with_the_rates(three):
    with pytest.raises(InputError, match="'s001' would get other numbers than before"):
        with_students(three, people(3), rates=(0.25,), jobs=1)


# --- who the students are ------------------------------------------------------------------------


def test_names_of_files_are_safe_and_different_where_case_does_not_count():
    given = ["anna", "Anna", "a/b", "a:b", "..", "con?", " x ", "ANNA", "nul", "com1.x", "~a", ""]
    names = names_of_files(given)
    assert list(names) == given
    assert len({name.casefold() for name in names.values()}) == len(given)
    assert not [name for name in names.values() if re.search(r"[/\\:?]|^[. ]|[. ]$", name)]
    assert names["anna"] == "anna"
    assert (names["nul"], names["com1.x"], names["~a"]) == ("_nul", "_com1.x", "_a")


def test_two_with_one_identifier_are_refused(exercise):
    with pytest.raises(InputError, match="'S001' and 's001'|'s001' and 'S001'"):
        with_students(exercise, [Person("s001", "", ()), Person("S001", "", ())], jobs=1)
    with pytest.raises(InputError, match="no students"):
        with_students(exercise, [], jobs=1)


def test_two_who_would_get_the_same_weights_are_refused(exercise, monkeypatch):
    monkeypatch.setattr(setting, "drawn", lambda *_: {"eta": 1.0, "w1": 0.5})
    with pytest.raises(InputError, match="'s001' and 's002' would get the same weights"):
        with_students(exercise, people(2), jobs=1)


def test_an_exercise_leaves_something_to_do(exercise, tmp_path):
    student = Student("a", "", {"eta": 1.0})
    for wrong in ({"shown": EPOCHS}, {"blank": ()}):
        with pytest.raises(InputError, match=r"no cell is blank|nothing is left blank"):
            set_exercise(replace(exercise, students=(student,), **wrong), tmp_path)
    assert not content(tmp_path)


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command in a folder with a roster."""
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text(canvas(3))
    return lambda line: CliRunner().invoke(cli, ["exercise", *shlex.split(line)])


def test_the_command_says_what_it_recognised_and_what_it_wrote(command):
    done = command("roster.csv --epochs 3 --output out --jobs 1")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "identifier: column 'SIS Login ID'",
        "name: column 'Student'",
        "3 students; 24 cells to fill in each sheet, 72 in all",
        "out/assignment.toml  all that marking needs",
        "out/sheets           the students' sheets",
        "out/key              the same, filled in",
        "out/tasks            pages with the task, as .html and .md",
    ]
    again = content(Path("out"))
    assert command("roster.csv --epochs 3 --output out").exit_code == 0
    assert content(Path("out")) == again


def test_many_cells_are_said_before_they_are_written(command):
    done = command("roster.csv --network xor --blank all --epochs 60 --output out --jobs 1")
    assert "cells to fill in each sheet are many" in done.stderr
    assert "are many" not in command("roster.csv --epochs 3 --output out2").stderr


def test_a_rerun_keeps_what_is_not_typed_and_refuses_what_is_typed_otherwise(command):
    line = "roster.csv --epochs 3 --output out --jobs 1"
    assert command(f"{line} --self-check --title Mine --give none").exit_code == 0
    before = content(Path("out"))
    assert command(f"{line} --self-check").exit_code == 0
    assert command(line).exit_code == 0
    assert content(Path("out")) == before
    for other in ("--title Other", "--give drawing"):
        done = command(f"{line} {other}")
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert "choose another folder, or use --force" in done.stderr
    assert content(Path("out")) == before


def test_points_that_are_not_named_stay_as_the_file_has_them(command):
    line = "roster.csv --epochs 3 --output out --jobs 1"
    command(line)
    path = Path("out/assignment.toml")
    path.write_text(path.read_text(encoding="utf-8").replace("gradients_2 = 4", "gradients_2 = 6"))
    assert command(f"{line} --points gradients_1=5").exit_code == 0
    assert file.read(path).points == {"gradients_2": 6.0, "gradients_1": 5.0}


def test_every_option_reaches_the_exercise(command):
    line = (
        "roster.csv --network mazur --epochs 5 --lr 0.5 --lr 1 --seed 8 --blank forward,updates "
        "--blank chart --shown 2 --self-check --give derivation,drawing --title 'My title' "
        "--points forward=3,chart=1 --output out"
    )
    done = command(line)
    assert done.exit_code == 0, done.output
    found = file.read(Path("out/assignment.toml"))
    assert found.network == replace(load("mazur").with_numbers(eta=0.5), epochs=5)
    assert (found.title, found.seed, found.shown) == ("My title", 8, 2)
    assert (found.self_check, found.given) == (True, ("derivation", "drawing"))
    assert found.blank == ("forward", "updates", "chart")
    assert found.points == {"forward": 3.0, "updates": 4.0, "chart": 1.0}
    assert {student.numbers["eta"] for student in found.students} <= {0.5, 1.0}
    sheet = openpyxl.load_workbook("out/sheets/s001.xlsx").active
    assert "cells are right" in sheet["A4"].value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("roster.csv --blank gradient", ["--blank", "'gradient'", "gradients"]),
        ("roster.csv --shown 68", ["--shown", "no cell is blank"]),
        ("roster.csv --blank updates --epochs 1", ["--blank", "with updates", "1 epoch", "of w1,"]),
        ("roster.csv --network errh.toml", ["--blank", "with gradients", "3 epochs", "of ∂E/∂w"]),
        ("roster.csv --give all", ["--give", "'all'", "derivation, drawing or none"]),
        ("roster.csv --give none,drawing", ["--give", "'none'"]),
        ("roster.csv --points forward=4", ["--points", "'forward'", "gradients_2"]),
        ("roster.csv --points gradients", ["--points", "NAME=NUMBER"]),
        ("roster.csv --points gradients=-1", ["--points", "NAME=NUMBER"]),
        ("roster.csv --network nowhere", ["--network", "nowhere"]),
        ("roster.csv --output roster.csv", ["--output", "roster.csv", "takes a folder"]),
        ("roster.csv --network linear --lr 50", ["converges"]),
        ("", ["ROSTER.csv"]),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(command, line, words):
    constant = 'error = "h"\nepochs = 3\n[trained]\nw = 0.5\n[formulas]\nh = "w"\n'
    Path("errh.toml").write_text(constant)
    before = content(Path())
    done = command(line)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
    assert all(word in done.stderr for word in words), done.stderr
    assert content(Path()) == before


def test_the_commands_of_the_page_work(command):
    page = (ROOT / "docs" / "exercise.md").read_text(encoding="utf-8")
    lines = re.findall(r"^backprop-sheet exercise (.*)$", page, flags=re.MULTILINE)
    assert len(lines) >= 3
    for number, line in enumerate(lines):
        done = command(f"{line} --output out{number}")
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("title", ["", " ", "two\nlines", "\udcff", "\x7f"])
def test_a_title_is_a_text_in_one_line(title, command):
    done = command(f"roster.csv --title {shlex.quote(title)}")
    assert (done.exit_code, "takes a text in one line" in done.stderr) == (2, True)
