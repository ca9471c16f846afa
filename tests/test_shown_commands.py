"""Every command that the documentation shows without what it prints is run as well.

They run one after the other in a folder that has what the pages speak of: a homework, a roster, a
class, submissions, a digit. `test_docs.py` compares what the blocks `console` print.
"""

import re
import shlex
import shutil
import tomllib
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import click
import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from exercise import archives
from PIL import Image
from shown import ROOT, commands, with_output
from test_docs import blocks

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.cli import cli
from tools.cli_reference import commands as every_command

COMPARED = {
    "rates": {"learning rate": {"0.1": 0.98, "0.2": 0.97}},
    "widths": {"widths": {"4,8": 0.98, "8,16": 0.97}},
    "batches": {"batch size": {"16": 0.98, "64": 0.97}},
}
"""Comparisons that a report is given."""
NAMES = {
    f"backprop-sheet {name}"
    for name, command in every_command()
    if isinstance(command, click.Group) or any(one.required for one in command.params)
}
"""Commands that a page only names: without an argument they do nothing."""
OURS = [line for line in commands() if line.startswith("backprop-sheet ") and line not in NAMES]
OF_DIGITS = [line for line in OURS if line.startswith("backprop-sheet mnist ")]
OTHERS = [line for line in commands() if "backprop-sheet " not in line]
EXIT_CODES = {"check": {0, 1}, "mark": {0, 1}}
"""Of commands whose exit code is a verdict."""
REFUSED = {"backprop-sheet table --network iris.toml -o iris.csv"}
"""Commands that the pages show for what they refuse."""
FEW = 256
"""Digits to learn from: as many as the largest batch that a page takes."""


def run(line):
    words = shlex.split(line)[1:]
    expanded = [
        sorted(map(str, Path().glob(word))) if "*" in word else [word] for word in words
    ]  # as a shell does
    return CliRunner().invoke(cli, list(chain.from_iterable(expanded)))


def assert_done(line):
    done = run(line)
    name = shlex.split(line)[1]
    allowed = {2} if line in REFUSED else EXIT_CODES.get(name, {0})
    assert done.exit_code in allowed, (line, done.output)
    assert "Traceback" not in done.output, line


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with everything that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    network = load()
    write_workbook(network, tabulate(network), "homework.xlsx")
    with_the_usual_mistake(Path("homework.xlsx"))
    for folder in ("class", "tuesday"):
        Path(folder).mkdir()
        shutil.copy("homework.xlsx", folder)
    shutil.copy("homework.xlsx", "tuesday.xlsx")
    run("backprop-sheet check homework.xlsx -o monday.json")
    shutil.copy(ROOT / "templates" / "classic.xlsx", "own.xlsx")
    shutil.copy(ROOT / "templates" / "xor.toml", "example.toml")
    for suffix in (".toml", ".csv"):
        shutil.copy(ROOT / "templates" / f"iris{suffix}", ".")
    (roster,) = blocks(ROOT / "docs" / "teaching.md", "csv")
    Path("roster.csv").write_text(roster)
    Path("grades.csv").write_text(roster)
    assert run("backprop-sheet exercise roster.csv -o exercise").exit_code == 0
    shutil.copytree("exercise", "course")
    key = Path("exercise/key/student_a.xlsx").read_bytes()
    for name in ("submissions.zip", "second.zip"):
        archives.canvas(Path(name), [("A, Student", 11, False, "homework.xlsx", key)])
    return tmp_path


def with_the_usual_mistake(path):
    """A workbook with a_h1 for a_h2 in ∂E/∂w3 and ∂E/∂w4, saved by another program."""
    book = openpyxl.load_workbook(path)
    for column in ("Z", "AA"):
        for (cell,) in book.worksheets[0][f"{column}36:{column}103"]:
            right = f"L{cell.row}*(1-L{cell.row})"
            assert right in cell.value
            cell.value = cell.value.replace(right, right.replace("L", "J"))
    book.save(path)


@pytest.mark.slow
def test_every_command_runs(desk):
    for line in OURS:
        if line not in OF_DIGITS:
            shutil.rmtree("outputs/exercise", ignore_errors=True)  # set with other choices
            assert_done(line)


def test_the_homework_of_the_page_is_judged_as_it_shows(desk):
    (block,) = (text for text in blocks(ROOT / "docs" / "check.md", "text") if "$ " in text)
    ((line, output),) = with_output(block)
    _, *found = (text.strip() for text in run(line).output.splitlines())
    found.remove("note: values were not stored, and are recalculated")
    assert found == [text.strip() for text in output.splitlines()[1:]]


def test_what_the_pages_say_is_refused_is_refused(desk):
    outputs = Path("outputs")
    outputs.mkdir()
    shutil.copy("homework.xlsx", outputs / "backprop_lr0.5.xlsx")
    for block in blocks(ROOT / "docs" / "safety.md", "text"):
        for line, output in with_output(block):
            done = run(line)
            assert (done.exit_code, done.output.splitlines()[-1]) == (2, output.strip()), line


@pytest.mark.slow
@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_every_command_of_the_digits_runs(tmp_path, monkeypatch):
    """On few digits, for one epoch, looking at one digit; all else is as it stands."""
    from compared import write_comparison

    monkeypatch.chdir(tmp_path)
    write_few_digits(Path("digits"))
    for name, values in COMPARED.items():
        write_comparison(Path("outputs") / name, values)
    for line in sorted(OF_DIGITS, key=lambda line: "train" not in line):  # the model comes first
        _, _, command, *given = shlex.split(line)
        learns = command in {"train", "compare"} and "--resume" not in given
        more = " --data digits" if learns or command == "evaluate" or "--data" in given else ""
        more += " --epochs 1" if learns else ""
        more += (
            " --digit 4" if command == "look" and given[1:] in ([], ["--data", "sample"]) else ""
        )
        assert_done(line + more + (" --force" if learns and command == "train" else ""))


def write_few_digits(folder):
    """The four files of MNIST with few digits; a picture of one, and scans."""
    from test_mnist import write_idx

    from backprop_sheet.mnist import data

    sample = data.digits("sample")
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", sample.train_images[::15][:FEW])
    write_idx(folder / "train-labels-idx1-ubyte", sample.train_labels[::15][:FEW])
    write_idx(folder / "t10k-images-idx3-ubyte", sample.test_images[::10])
    write_idx(folder / "t10k-labels-idx1-ubyte", sample.test_labels[::10])
    picture = Image.fromarray(255 - np.array(sample.test_images[0], dtype=np.uint8).reshape(28, 28))
    Path("scans").mkdir()
    picture.save("digit.png")
    picture.save("scans/1.jpg")


def test_commands_of_other_programs_name_what_there_is():
    """Extras that are installed, modules of the project that are started."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = "\n".join(OTHERS)
    named = set(re.findall(r"\.\[([\w,-]+)\]", text))
    assert {"test", "torch", "bench"} <= named <= set(extras["optional-dependencies"])
    started = {"tools.site", *re.findall(r"python -m ((?:tools|benchmarks|faults)[\w.]*)", text)}
    assert all(find_spec(name) for name in started)
    assert len(started) > 4


def test_no_command_is_overlooked():
    assert "backprop-sheet run --look own.xlsx" in OURS, "a block"
    assert "backprop-sheet check monday.json tuesday -o all.csv" in OURS, "between the lines"
    assert any(line.count("--batch-size") == 5 for line in OURS), "one of several lines"
    assert not any("NAME" in line or "[" in line for line in OURS)
