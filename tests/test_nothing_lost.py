"""No command writes over a file that it reads, by whatever name and through whatever option."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import click
import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from compared import write_comparison
from matplotlib.image import imsave

from backprop_sheet import Judgement, WriteError, load, templates
from backprop_sheet.checker.report import as_json
from backprop_sheet.cli import cli
from backprop_sheet.cli.values import FileToWrite, FolderToWrite, Name, ToRead
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.assignment_file import NAME, save
from backprop_sheet.files import keeping, replacing
from faults import commands as faulty
from tools.cli_reference import commands

NETWORK = ["net/iris.toml", "net/iris.csv"]
IRIS = ["numbers.xlsx"]
READ = {
    "run": {"name": NETWORK, "workbook": IRIS, "look": ["look.xlsx"]},
    "compare": {"name": NETWORK, "workbook": IRIS, "look": ["look.xlsx"]},
    "table": {"name": NETWORK, "workbook": IRIS},
    "explain": {"name": NETWORK, "workbook": IRIS},
    "draw": {"name": NETWORK, "workbook": IRIS},
    "page": {"name": NETWORK, "workbook": IRIS},
    "report": {"name": NETWORK, "workbook": IRIS},
    "check": {"name": NETWORK, "paths": ["homework.xlsx", "class/right.xlsx", "monday.json"]},
    "exercise": {"name": NETWORK, "roster": ["roster.csv"]},
    "mark": {
        "paths": ["homework.xlsx", "class/right.xlsx"],
        "file": ["course/assignment.toml"],
        "canvas": ["course/canvas.csv"],
        "moodle": ["course/moodle.csv"],
    },
    "new": {"name": NETWORK},
    "templates show": {"name": NETWORK},
    "mnist train": {"data": ["digits/train-images-idx3-ubyte", "digits/t10k-labels-idx1-ubyte"]},
    "mnist compare": {"data": ["digits/train-images-idx3-ubyte", "digits/t10k-labels-idx1-ubyte"]},
    "mnist evaluate": {"data": ["digits/train-images-idx3-ubyte"], "model": ["model.pt"]},
    "mnist report": {
        "model": ["model.pt"],
        "comparisons": ["compared/comparison.csv", "compared/trainings.csv"],
    },
    "mnist predict": {"model": ["model.pt"], "images": ["digit.png"]},
    "mnist look": {
        "model": ["model.pt"],
        "images": ["digit.png"],
        "data": ["digits/t10k-images-idx3-ubyte"],
    },
    "mnist sheet": {"model": ["model.pt"], "picture": ["digit.png"]},
    "mnist page": {"model": ["model.pt"]},
}
"""The files that a command reads through each of its options and arguments."""
LINES = {
    "run": "--network net/iris.toml --numbers numbers.xlsx --look look.xlsx --epochs 2",
    "compare": "--network net/iris.toml --numbers numbers.xlsx --look look.xlsx --epochs 1 --lr 1",
    "table": "--network net/iris.toml --numbers numbers.xlsx --epochs 2 --force",
    "explain": "--network net/iris.toml --numbers numbers.xlsx --force",
    "draw": "--network net/iris.toml --numbers numbers.xlsx --force",
    "page": "--network net/iris.toml --numbers numbers.xlsx --force",
    "report": "--network net/iris.toml --numbers numbers.xlsx --epochs 2 --force",
    "check": "homework.xlsx class monday.json --network net/iris.toml --force",
    "exercise": "roster.csv --network net/iris.toml --epochs 2 --force",
    "mark": "homework.xlsx class --assignment course/assignment.toml --canvas course/canvas.csv "
    "--moodle course/moodle.csv --force",
    "new": "--from net/iris.toml",
    "mnist train": "--data digits --epochs 1 --force",
    "mnist report": "model.pt compared",
    "mnist compare": "--data digits --lr 0.1 --lr 0.2 --seed 1 --epochs 1 --jobs 1 --force",
    "mnist predict": "model.pt digit.png",
    "mnist look": "model.pt digit.png --data digits --force",
    "mnist sheet": "model.pt --picture digit.png",
    "mnist page": "model.pt --force",
}
"""Command lines that read them all; the option of the output comes on top."""
SUFFIXES = {
    "table": ".csv",
    "explain": ".txt",
    "draw": ".png",
    "page": ".html",
    "check": ".json",
    "new": ".toml",
    "mnist sheet": ".xlsx",
    "mnist page": ".html",
}
"""A suffix that each command writes."""
WORK = (
    "tabulator.tabulate",
    "plotter.drawing.network_drawing",
    "page.page",
    "explainer.explain",
    "checker.batch.check",
    "exercise.marking.check",
    "mnist.runs.Run",
    "mnist.looking.fields.measured",
    "mnist.sheet.write_sheet",
    "mnist.page.write_page",
    "mnist.comparing.work.train",
)
"""What computes, which no refused command gets to."""


def parameters(*kinds):
    for name, command in commands():
        for parameter in command.params:
            if isinstance(parameter.type, kinds):
                yield name, parameter


def option_of(parameter):
    """What names the output on the command line; nothing for an argument."""
    return [parameter.opts[-1]] if isinstance(parameter, click.Option) else []


OUTPUTS = [(name, option_of(one), one.type) for name, one in parameters(FileToWrite, FolderToWrite)]


def test_every_file_of_every_command_is_known_here():
    known = {(name, parameter) for name, read in READ.items() for parameter in read}
    assert {(name, parameter.name) for name, parameter in parameters(ToRead)} == known
    assert {name for name, _, _ in OUTPUTS} <= set(LINES)


def test_every_name_that_is_taken_is_that_of_a_file_read_or_written_or_of_a_column():
    """A new option with a file has to be of a type that says which."""
    names = {(name, one.name) for name, one in parameters(Name, click.Path, click.File)}
    names -= {(name, one.name) for name, one in parameters(ToRead, FileToWrite, FolderToWrite)}
    assert names == {("explain", "of"), ("mark", "column"), ("mark", "moodle_column")}
    for name, command in commands():
        for one in command.params:
            text = f"{one.metavar or ''}"
            if "FILE" in text or "DIR" in text:
                assert isinstance(one.type, (ToRead, FileToWrite, FolderToWrite)), (name, one.name)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with everything that the commands read."""
    monkeypatch.chdir(tmp_path)
    for folder in ("net", "class", "digits"):
        (tmp_path / folder).mkdir()
    for suffix in (".toml", ".csv"):
        shutil.copy(templates.folder() / f"iris{suffix}", tmp_path / "net")
    shutil.copy(templates.folder() / "classic.xlsx", tmp_path / "look.xlsx")
    _first_row(load("iris"), tmp_path / "numbers.xlsx")
    (tmp_path / "monday.json").write_text(as_json([Judgement(Path("old.xlsx"), problem="old")]))
    (tmp_path / "compared").mkdir()
    write_comparison(tmp_path / "compared", {"batch size": {"16": 0.9, "32": 0.8}})
    (tmp_path / "roster.csv").write_text("Username\nsomebody\n")
    for name in ("model.pt", "digit.png"):
        (tmp_path / name).write_bytes(b"never read, as the command is refused before")
    (tmp_path / "homework.xlsx").write_bytes(faulty.homework(3))
    (tmp_path / "class" / "right.xlsx").write_bytes(faulty.homework(4))
    set_course(tmp_path / "course")
    for part, count in (("train", 30), ("t10k", 10)):
        labels = np.arange(count, dtype=np.uint8) % 10
        images = np.zeros((count, 28, 28), np.uint8) + labels[:, None, None] * np.uint8(20)
        sizes = [size.to_bytes(4, "big") for size in images.shape]
        head = bytes([0, 0, 8, 3]) + b"".join(sizes)
        (tmp_path / f"digits/{part}-images-idx3-ubyte").write_bytes(head + images.tobytes())
        head = bytes([0, 0, 8, 1]) + sizes[0]
        (tmp_path / f"digits/{part}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    return tmp_path


def _first_row(network, path):
    """A workbook with the given numbers of a network, and no more."""
    book = openpyxl.Workbook()
    book.active.append([network.label(name) for name in network.columns])
    book.active.append([network.numbers.get(name) for name in network.columns])
    book.save(path)


def set_course(folder):
    """An exercise that was set to two students, and the gradebooks with them."""
    network = load()
    students = tuple(Student(name, "", network.numbers) for name in ("homework", "right"))
    save(Assignment("Sheet", network, 1, ("gradients",), students=students), folder / NAME)
    canvas = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Sheet (1)\nA,1,,homework,,\nB,2,,right,,\n"
    )
    (folder / "canvas.csv").write_text(canvas)
    moodle = "Identifier,Full name,ID number,Grade,Maximum Grade,Feedback comments\n"
    moodle += "Participant 1,A,homework,,8,\nParticipant 2,B,right,,8,\n"
    (folder / "moodle.csv").write_text(moodle)


def make_ready_to_predict():
    """A model, of no use, and a picture with a stroke."""
    CliRunner().invoke(cli, [*"mnist train --data digits --epochs 1 --output trained".split()])
    shutil.copy("trained/model.pt", "model.pt")
    picture = np.full((28, 28), 255, np.uint8)
    picture[4:24, 12:16] = 0
    imsave("digit.png", picture, cmap="gray")


def content():
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def refused(name, arguments, monkeypatch, line=None):
    """Call a command that has to refuse before it computes or writes anything."""
    before = content()

    def work(*_, **__):
        raise AssertionError("nothing is computed")

    with monkeypatch.context() as patch:
        for one in WORK:
            if "mnist" not in one or find_spec("torch"):
                patch.setattr(f"backprop_sheet.{one}", work)
        done = CliRunner().invoke(
            cli, [*name.split(), *(line or LINES[name]).split(), *map(str, arguments)]
        )
    lines = [one for one in done.stderr.splitlines() if not one.startswith("Note: ")]
    assert (done.exit_code, done.stdout, len(lines)) == (2, "", 1), done.output
    assert content() == before
    return done.stderr


def files_read(name):
    return [file for files in READ[name].values() for file in files]


SINGLE = [(name, option) for name, option, kind in OUTPUTS if isinstance(kind, FileToWrite)]
FOLDERS = [(name, option) for name, option, kind in OUTPUTS if isinstance(kind, FolderToWrite)]
NEEDS = {
    "mnist": pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed"),
}


LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights of their own there")


@LINKS
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("name", "option"), SINGLE, ids=[name for name, _ in SINGLE])
def test_a_file_that_is_read_is_never_the_output(name, option, monkeypatch):
    for number, file in enumerate(files_read(name)):
        refused(name, [*option, file], monkeypatch)
        refused(name, [*option, f"./net/../{file}"], monkeypatch)
        for link in (os.symlink, os.link):
            other = f"{link.__name__}{number}{SUFFIXES[name]}"
            link(Path(file).absolute(), other)
            said = refused(name, [*option, other], monkeypatch)
            assert ("exists already" if name == "new" else "is read by this command") in said


@LINKS
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("name", "option"),
    [pytest.param(*one, marks=NEEDS.get(one[0].split()[0], ()), id=str(one)) for one in FOLDERS],
)
def test_no_file_of_a_folder_takes_the_place_of_one_that_is_read(name, option, monkeypatch):
    line = "homework.xlsx class monday.json --force" if option == ["--annotate"] else LINES[name]
    if name in {"mnist predict", "mnist look", "mnist report"}:
        make_ready_to_predict()
    done = CliRunner().invoke(cli, [*name.split(), *line.split(), *option, "out"])
    written = sorted(path for path in Path("out").rglob("*") if path.is_file())
    assert written, done.output
    shutil.rmtree("out")
    line += " --force" * ("--force" not in line and name != "mnist predict")
    for target in written[:: 1 + len(written) // 8]:  # of many files, some in each part of the list
        for file in files_read(name):
            if option == ["--annotate"] and file in NETWORK:
                continue  # not read by this line
            for link in (os.symlink, os.link):
                target.parent.mkdir(parents=True, exist_ok=True)
                link(Path(file).absolute(), target)
                assert "is read by this command" in refused(
                    name, [*option, "out"], monkeypatch, line
                )
                shutil.rmtree("out")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", ["run", "compare"])
def test_a_workbook_that_is_read_is_not_the_workbook_that_is_written(name, monkeypatch):
    said = refused(name, ["--force", "-o", "look.xlsx"], monkeypatch)
    assert "look.xlsx is read by this command" in said


@pytest.mark.usefixtures("place")
def test_what_is_read_is_kept_until_the_command_ends_and_no_longer():
    assert CliRunner().invoke(cli, ["table", "-o", "net/iris.csv"]).exit_code == 0
    with keeping(Path("net/iris.csv")):
        for name in ("net/iris.csv", "./net/iris.csv", Path("net/iris.csv").absolute()):
            with pytest.raises(WriteError, match="is read by this command"), replacing(Path(name)):
                pass
    with replacing(Path("net/iris.csv")) as draft:
        draft.write_text("new")
    assert Path("net/iris.csv").read_text() == "new"
