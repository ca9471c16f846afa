"""From a roster to the gradebook: a course of sixty, whose students fill in their sheets."""

import csv
import io
import zipfile

import pytest
from click.testing import CliRunner
from exercise import archives
from exercise.students import PASTED, TOTAL, WORKS, filled_in, pasted
from spreadsheets import convert_all, ironcalc

from backprop_sheet.cli import cli

COURSE = [*WORKS, PASTED]
UNREADABLE = "no workbook"
NUMBERS = range(1001, 1001 + len(COURSE) + 1)
"""The participants' numbers; the last one hands in what is no workbook."""


def name_of(number):
    """A name that no other contains."""
    tens, ones = divmod(number - NUMBERS.start, 8)
    return f"{'ABCDEFGH'[ones]}ay {'KLMNPQRST'[tens]}oe"


def command(*arguments):
    found = CliRunner().invoke(cli, list(map(str, arguments)))
    assert "Traceback" not in found.output
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def worksheet(path):
    """Moodle's grading worksheet of the course."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(
            "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
            "Last modified (submission),Last modified (grade),Feedback comments".split(",")
        )
        for number in NUMBERS:
            who = [f"Participant {number}", name_of(number), f"p{number}@course.example"]
            writer.writerow([*who, "Submitted", "", f"{TOTAL}.00", "Yes", "", "", ""])
    return path


def saved(paths, folder):
    """Half of the sheets saved by LibreOffice, half by IronCalc, each worked out."""
    folder.mkdir()
    by_libreoffice = convert_all(paths[::2], "xlsx", folder / "libreoffice")
    by_ironcalc = []
    for path in paths[1::2]:
        model = ironcalc.load_from_xlsx(str(path))
        model.evaluate()
        by_ironcalc.append(folder / path.name)
        model.save_to_xlsx(str(by_ironcalc[-1]))
    found = [*paths]
    found[::2], found[1::2] = by_libreoffice, by_ironcalc
    return found


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """The folder of a course that was set, worked on, handed in and marked; and what was said."""
    folder = tmp_path_factory.mktemp("course")
    grades = worksheet(folder / "grades.csv")
    choices = ["--epochs", 12, "--lr", 0.5, "--blank", "all", "--shown", 1]
    assert command("exercise", grades, *choices, "-o", folder / "exercise").exit_code == 0
    sheets = sorted((folder / "exercise" / "sheets").iterdir())
    sheets = {number: next(s for s in sheets if str(number) in s.name) for number in NUMBERS}
    (folder / "drafts").mkdir()
    drafts = [
        filled_in(sheets[number + work.neighbour], work, folder / "drafts" / f"{number}.xlsx")
        for number, work in zip(NUMBERS, COURSE, strict=False)
    ]
    done = saved(drafts, folder / "saved")
    done[-1] = pasted(done[-1], folder / "pasted.xlsx")
    (folder / "other.xlsx").write_text(UNREADABLE)
    handed_in = [*done, folder / "other.xlsx"]
    archives.moodle(
        folder / "submissions.zip",
        [
            (name_of(number), number, "homework.xlsx", path.read_bytes())
            for number, path in zip(NUMBERS, handed_in, strict=True)
        ],
    )
    said = command(
        *("mark", folder / "submissions.zip", "--moodle", grades, "--output", folder / "marks"),
        *("--assignment", folder / "exercise" / "assignment.toml"),
    )
    return folder, said


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.mark.slow
@pytest.mark.libreoffice
def test_marks_are_as_reckoned_by_hand(marked):
    folder, _ = marked
    expected = {number: work.points for number, work in zip(NUMBERS, COURSE, strict=False)}
    found = {row["Identifier"]: row["Grade"] for row in rows(folder / "marks" / "grades.csv")}
    wrong = {
        COURSE[number - NUMBERS.start].said: (found[f"Participant {number}"], points)
        for number, points in expected.items()
        if not abs(float(found[f"Participant {number}"] or "nan") - points) < 0.0051
    }
    assert wrong == {}
    assert found[f"Participant {NUMBERS[-1]}"] == ""


@pytest.mark.slow
@pytest.mark.libreoffice
def test_nothing_else_of_the_gradebook_is_changed(marked):
    folder, _ = marked
    before, after = rows(folder / "grades.csv"), rows(folder / "marks" / "grades.csv")
    for row, was in zip(after, before, strict=True):
        changed = {key for key in row if row[key] != was[key]}
        assert changed <= {"Grade", "Feedback comments"}


@pytest.mark.slow
@pytest.mark.libreoffice
def test_everybody_gets_feedback_in_moodles_layout(marked):
    folder, said = marked
    with zipfile.ZipFile(folder / "marks" / "feedback.zip") as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}
    assert folders == {f"{name_of(number)}_{number}_assignsubmission_file" for number in NUMBERS}
    assert said.exit_code == 1  # one file cannot be judged
    assert UNREADABLE not in said.output
