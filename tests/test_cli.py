import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

import backprop_sheet
from backprop_sheet import __version__
from backprop_sheet.cli import cli
from backprop_sheet.cli.companion import HOMES
from backprop_sheet.cli.explaining import PICTURES
from backprop_sheet.errors import Diverged
from backprop_sheet.extras import install


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command line, run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_run_writes_workbook_and_curve_and_says_so(command, tmp_path):
    done = command("run", "--lr", "0.5")
    assert (done.exit_code, done.stderr) == (0, "")
    written = ["outputs/backprop_lr0.5.xlsx", "outputs/error_lr0.5.png"]
    assert files(tmp_path) == [str(tmp_path.__class__(name)) for name in written]
    for name in written:
        assert str(tmp_path.__class__(name)) in done.stdout
    assert "0.014181377937891659 at epoch 0" in done.stdout
    assert "0.0017820220654992426 at epoch 67" in done.stdout


def test_what_one_epoch_gives_is_said_once(command):
    done = command("run", "--epochs", "1", "--no-plot", "--network", "adam")
    assert re.fullmatch(r"[\d,]+ cells: 1 row of \d+ columns\n", done.stderr)
    assert done.stdout.splitlines()[-1] == "E_Total 0.014181377937891659 at epoch 0"
    done = command("run", "--epochs", "1", "--no-plot", "--network", "xor")
    assert done.stdout.splitlines()[-1] == "accuracy 50.0% at epoch 0"
    done = command("compare", "--epochs", "1", "--no-plot", "--lr", "1", "--lr", "2")
    assert done.stdout.splitlines()[1:] == [
        "  η  E_Total at epoch 0  under 0.001 at epoch",
        "1.0           0.0141814                 never",
        "2.0           0.0141814                 never",
    ]


def test_the_defaults_are_the_originals(command, tmp_path):
    assert command("run", "--no-plot").exit_code == 0
    assert files(tmp_path) == [str(tmp_path.__class__("outputs/backprop_lr1.0.xlsx"))]
    sheet = openpyxl.load_workbook(tmp_path / "outputs/backprop_lr1.0.xlsx").active
    assert (sheet.title, sheet["F34"].value, sheet.max_row) == ("LR1.0", 1, 103)


def test_set_epochs_and_output(command, tmp_path):
    done = command(
        "run", "--set", "w5=0.7", "--set", "t1 = 0.01", "--epochs", "3", "--output", "my sheets/η",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    sheet = openpyxl.load_workbook(tmp_path / "my sheets/η/backprop_lr1.0.xlsx").active
    assert (sheet["M36"].value, sheet["A36"].value, sheet.max_row) == (0.7, 0.01, 38)


def test_an_earlier_workbook_is_replaced(command, tmp_path):
    command("run", "--no-plot", "--epochs", "2")
    command("run", "--no-plot", "--epochs", "3")
    assert len(files(tmp_path)) == 1
    assert openpyxl.load_workbook(tmp_path / files(tmp_path)[0]).active.max_row == 38


LIMIT = "1,048,541"
MISTAKES = {
    ("run", "--lr", "abc"): ["--lr", "'abc'", "finite number above 0"],
    ("run", "--lr", "0"): ["--lr", "'0'", "finite number above 0"],
    ("run", "--lr", "-1"): ["--lr", "'-1'", "finite number above 0"],
    ("run", "--lr", "nan"): ["--lr", "'nan'", "finite number above 0"],
    ("run", "--lr", "inf"): ["--lr", "'inf'", "finite number above 0"],
    ("run", "--lr", "1e999"): ["--lr", "'1e999'", "finite number above 0"],
    ("run", "--lr"): ["--lr"],
    ("run", "--lr", "1", "--lr", "2"): ["--lr", "2 times", "compare"],
    ("run", "--epochs", "0"): ["--epochs", "'0'", "whole number of at least 1"],
    ("run", "--epochs", "1.5"): ["--epochs", "'1.5'", "whole number of at least 1"],
    ("run", "--epochs", "9" * 5000): ["--epochs", "whole number of at least 1"],
    ("run", "--epochs", "1048542"): ["--epochs", "1048542", LIMIT],
    ("run", "--epochs", "99999999999"): ["--epochs", "99999999999", LIMIT],
    ("run", "--set", "w9=1"): ["--set", "'w9'", "w1, w2"],
    ("run", "--set", "h1=1"): ["--set", "'h1'", "w1, w2"],
    ("run", "--set", "w1"): ["--set", "'w1'", "NAME=VALUE"],
    ("run", "--set", "w1=x"): ["--set", "'w1=x'", "finite number"],
    ("run", "--set", "w1=nan"): ["--set", "'w1=nan'", "finite number"],
    ("run", "--set", "=1"): ["--set", "''", "w1, w2"],
    ("run", "--set", "eta=2"): ["--set", "learning rate", "--lr"],
    ("run", "--set", "w5=1", "--set", "w5=2"): ["--set", "'w5'", "more than once"],
    ("run", "--set", "x" * 3000 + "=1"): ["--set", "'xxx", "w1, w2"],
    ("run", "--output", ""): ["--output", "''", "takes a name"],
    ("run", "--look", ""): ["--look", "''", "takes a name"],
    ("table", "-o", ""): ["--output", "''", "takes a name"],
    ("run", "--output", "taken"): ["--output", "taken", "is not a folder"],
    ("run", "--output", "taken/deeper"): ["--output", "taken", "is not a folder"],
    ("run", "--look", "missing.xlsx"): ["--look", "missing.xlsx", "No such file"],
    ("run", "--look", "taken"): ["--look", "taken", "not an .xlsx workbook"],
    ("run", "--nonsense"): ["--nonsense"],
    ("run", "extra"): ["extra"],
    ("nonsense",): ["nonsense"],
    ("table", "--format", "xml"): ["--format", "'xml'", "markdown"],
    ("table", "-o", "table.doc"): ["table.doc", ".csv, .json, .md, .parquet"],
    ("table", "-o", "taken/table.csv"): ["taken", "cannot be written"],
    # What a person meant who writes so
    ("rum",): ["'rum'", "did you mean run?"],
    ("templates", "-q"): ["No such option -q; there is only --help"],
    ("templates", "show", "xor", "-q"): ["No such option -q; there is only --help"],
    ("mnist", "-q"): ["No such option -q; it stands after the command, as in mnist train -q"],
    ("explain", "--of", "η"): ["'η' is a given number, 1.0: it is not computed"],
    ("train",): ["did you mean run?"],
    ("mnist", "tran"): ["did you mean train?"],
    ("xor",): ["`templates show xor` prints the network", "`run --network xor` trains it"],
    ("templates", "xor"): ["`templates show xor` prints", "`run --network xor` trains"],
    ("homework.xlsx",): ["did you mean check homework.xlsx?"],
    ("frobnicate",): [
        "there are run, compare, table, explain, draw, page, report, check, exercise, mark, "
        "templates, new, mnist"
    ],
    ("help", "rum"): ["did you mean run?"],
    ("help", "help", "rum"): ["did you mean run?"],
    ("run", "--no-color"): ["No such option --no-color; NO_COLOR=1"],
    ("--no-colour",): ["No such option --no-colour; NO_COLOR=1"],
    ("check", "x.xlsx", "--color"): ["No such option --color", "FORCE_COLOR=1"],
    ("--lr", "0.5", "run"): ["--lr", "options stand after the command"],
    ("run", "--learning-rate", "0.5"): ["--learning-rate", "did you mean --lr?"],
    ("run", "-lr", "0.5"): ["did you mean --lr?"],
    ("run", "--epoch", "5"): ["did you mean --epochs?"],
    ("draw", "--iteration", "5"): ["did you mean --epoch?"],
    ("compare", "--lr", "0.5", "1", "2"): ["(1 2)", "an --lr of its own", "--lr 0.5 --lr 1"],
    ("run", "--lr", "0.5", "1", "2"): ["an --lr of its own: `compare"],
    ("run", "xor"): ["(xor)", "a network is given by --network xor"],
    ("run", "w5=0.4"): ["a given number is set by --set w5=0.4"],
    ("table", "t.csv"): ["the output is given by -o t.csv"],
    ("run", "--lr", "0,5"): ["'0,5'", "finite number", "a decimal has a point"],
    ("run", "--set", "w1=0,5"): ["'w1=0,5'", "a decimal has a point"],
    ("run", "--set", "learning_rate=1"): ["the learning rate is given by --lr"],
    ("run", "--set", "W1=1"): ["'W1'", "did you mean w1?"],
    ("compare", "--lr", "0.1,0.5,1"): ["'0.1,0.5,1'", "once for each number"],
    ("explain", "w5"): ["a quantity is given by --of w5"],
    ("explain", "xor"): ["--network xor"],
    ("new", "new.toml", "xor"): ["the template to copy is given by --from xor"],
    ("table", "--csv"): ["did you mean --format?"],
    ("version",): ["did you mean --version?"],
    ("-v",): ["did you mean --version?"],
    # The name of a file says what it is to hold
    ("run", "-o", "book.png"): ["'book.png'", "takes a folder or a file that ends in .xlsx"],
    ("compare", "--output", "book.ods"): ["'book.ods'", "a file that ends in .xlsx"],
    ("check", "x.xlsx", "--annotate", "marked.xlsx"): ["'marked.xlsx'", "takes a folder"],
    ("mnist", "train", "-o", "model.pt"): ["'model.pt'", "takes a folder"],
    ("table", "-o", "t.xlsx"): ["'t.xlsx'", ".csv, .json, .md, .parquet", "`run` and `compare`"],
    ("explain", "-o", "e.png"): ["'e.png'", ".txt, .md, .tex", "--format"],
    ("draw", "-o", "d.gif"): ["'d.gif'", ".png, .svg, .pdf, .jpg, .webp, .tif, .eps"],
    ("new", "mine.txt"): ["mine.txt", ".toml"],
}


@pytest.mark.parametrize("arguments", MISTAKES, ids=lambda a: " ".join(a)[:40])
def test_a_mistake_is_one_line_that_says_what_where_and_what_is_taken(command, tmp_path, arguments):
    (tmp_path / "taken").write_text("a file")
    done = command(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 300
    for word in MISTAKES[arguments]:
        assert word in done.stderr
    assert files(tmp_path) == ["taken"], "nothing is written"
    assert (tmp_path / "taken").read_text() == "a file", "nothing is lost"


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="permissions bind neither root nor Windows folders",
)
def test_a_folder_without_permission_is_a_mistake_too(command, tmp_path):
    (tmp_path / "outputs").mkdir(mode=0o500)
    done = command("run")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "--output" in done.stderr


def test_an_overflow_says_where_and_keeps_what_there_is(command, tmp_path):
    done = command("run", "--lr", "1e7")
    assert done.exit_code == 3
    assert re.search(r"epoch 1: a_h1 = .* h1 = -792\.45", done.stderr)
    assert done.stderr.endswith("; try a smaller --lr; epoch 0 is written\n")
    assert done.stderr.count("\n") == 1
    (book,) = tmp_path.rglob("*.xlsx")
    assert openpyxl.load_workbook(book).active.max_row == 36


def test_an_overflow_in_the_first_epoch_writes_nothing(command, tmp_path):
    done = command("run", "--set", "w1=-1e6")
    assert (done.exit_code, files(tmp_path)) == (3, [])
    assert "epoch 0: a_h1" in done.stderr
    assert "nothing is written" in done.stderr
    assert "--lr" not in done.stderr, "no rate has been used yet"


def test_an_overflow_in_a_long_formula_names_its_largest_number(command):
    done = command("run", "--network", "growth", "--lr", "0.1", "--no-plot")
    assert done.exit_code == 3
    assert done.stderr.splitlines(keepends=True)[-1] == (
        "Error: epoch 1: E = (y1 - h1)**2 + (y2 - h2)**2 + (y3 - h3)**2 + (y4 - h4)**… gives no "
        "finite number; the largest in size that it takes is h10 = -1.18525e+164; "
        "try a smaller --lr; epoch 0 is written\n"
    )


def test_of_a_long_formula_without_large_numbers_only_what_is_certain_is_said():
    """It may overflow, or divide by 0, or take the root of what is below 0."""
    values = {f"a{k}": 0.0 for k in range(98)} | {"a98": -800.0}
    error = Diverged("b", 2, "sqrt(" + " + ".join(values) + ")", values)
    assert str(error).startswith("epoch 2: b = sqrt(a0 + a1")
    assert str(error).endswith(
        "… gives no finite number; the largest in size that it takes is a98 = -800"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [("table",), ("run", "--no-plot")])
def test_a_full_disk_behind_the_output_is_one_line(tmp_path, arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "backprop_sheet", *arguments],
            check=False, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.decode() == "Error: the output cannot be written: No space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_closed_pipe_is_silent(tmp_path):
    line = f"{sys.executable} -m backprop_sheet table --epochs 3000 | head -1"
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.startswith(b"epoch,t1")
    assert done.stderr == b""


def test_a_table_without_any_epoch_is_not_printed(command):
    done = command("table", "--set", "t1=1e200")
    assert (done.exit_code, done.stdout) == (3, "")


@pytest.mark.parquet
def test_table_prints_and_writes_every_format(command, tmp_path, frame):
    assert command("table").stdout.count("\n") == 69
    assert command("table", "--format", "json").stdout.startswith('[\n{"epoch": 0, "t1": 0.5')
    assert command("table", "--format", "markdown").stdout.startswith("| epoch | t1 |")
    assert command("table", "-o", "t.parquet").stdout == "t.parquet\n"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), frame)
    command("table", "-o", "t.csv", "--lr", "0.5", "--epochs", "2")
    assert (tmp_path / "t.csv").read_text("utf-8").count("\n") == 3


COMPANION = [f"mnist {name}" for name in HOMES]


@pytest.mark.parametrize("name", ["", *cli.homes, *COMPANION])
def test_every_command_has_help_with_an_example(command, name):
    for option in ("-h", "--help"):
        done = command(*name.split(), option)
        assert done.exit_code == 0
        assert re.search(r"Examples?:\n +backprop-sheet ", done.stdout)
        assert "Exit codes" in done.stdout


def test_without_a_command_it_shows_its_help(command):
    assert command().output == command("--help").output
    assert command("mnist").output == command("mnist", "--help").output


@pytest.mark.parametrize(
    "arguments",
    [
        ("summary",),
        ("train",),
        ("evaluate", "model.pt"),
        ("predict", "model.pt", "digit.png"),
        ("look", "model.pt"),
        ("sheet", "model.pt"),
        ("page", "model.pt"),
        ("compare", "--lr", "1", "--lr", "2"),
        ("report", "model.pt"),
    ],
)
def test_without_torch_the_companion_says_how_to_install_it(command, arguments, monkeypatch):
    there = getattr(backprop_sheet, "mnist", None)
    monkeypatch.setattr(backprop_sheet, "mnist", there, raising=False)  # put back in the end
    for name in list(sys.modules):
        if name.startswith("backprop_sheet.mnist"):
            monkeypatch.delitem(sys.modules, name)  # as if not yet imported
    monkeypatch.setitem(sys.modules, "torch", None)  # Python's way to say that it is not there
    done = command("mnist", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert install("torch") in done.stderr


def test_version(command):
    for option in ("--version", "-V"):
        assert command(option).stdout == f"backprop-sheet, version {__version__}\n"


@pytest.mark.parametrize("name", ["", *cli.homes, *COMPANION, "templates show"])
def test_help_is_a_command_too(command, name):
    assert command("help", *name.split()).output == command(*name.split(), "--help").output


def test_help_stands_among_the_commands(command):
    for group in ("", "mnist"):
        assert re.search(r"\n  help +Show the help of a command", command(*group.split()).output)
    assert command("help", "help").output == command("help").output


@pytest.mark.parametrize(("name", "pictures"), [("run", 1), ("compare", 3)])
def test_a_name_that_ends_like_a_workbook_is_one(command, tmp_path, name, pictures):
    rates = ["--lr", "1", "--lr", "2"] if name == "compare" else []
    done = command(name, *rates, "--epochs", "3", "-o", "sheets/mine.xlsx")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "sheets" / "mine.xlsx").is_file()
    others = [path.name for path in (tmp_path / "sheets").iterdir() if path.suffix == ".png"]
    assert len(others) == pictures
    assert all(one.startswith("mine_error_") for one in others)
    (tmp_path / "old.xlsx").mkdir()
    assert command(name, *rates, "--epochs", "3", "-o", "old.xlsx", "--no-plot").exit_code == 0
    assert (tmp_path / "old.xlsx").is_dir(), "a folder that is there is one"


@pytest.mark.parametrize("suffix", PICTURES)
def test_a_drawing_is_written_as_what_its_name_says(command, tmp_path, suffix):
    assert command("draw", "-o", f"network{suffix}").exit_code == 0
    assert (tmp_path / f"network{suffix}").stat().st_size > 1000
    assert suffix in command("draw", "--help").stdout


@pytest.mark.skipif(os.name == "nt", reason="names of files may not hold such characters there")
def test_names_control_no_terminal(command, tmp_path):
    """A network's name, and so the names of its files, may hold anything that a file's name may."""
    odd = "a\x1b[31m\u202egnp\u2066\u200f\x07.toml"
    (tmp_path / odd).write_text("epochs = 2\neta = x", encoding="utf-8")
    outputs = [command("run", "--network", odd)]
    (tmp_path / odd).write_text("epochs = 2", encoding="utf-8")
    outputs += [command("run", "--network", odd), command("draw", "--network", odd)]
    outputs += [command("table", "--network", odd, "-o", f"{odd}.csv"), command("check", odd)]
    outputs += [command("check", odd, "--format", form) for form in ("json", "csv")]
    assert [done.exit_code for done in outputs] == [2, 0, 0, 0, 2, 2, 2]
    for done in outputs:
        assert done.output.replace("\n", "").isprintable(), done.output
        assert "\\u202e" in done.output
    (file,) = json.loads(outputs[-2].stdout)
    assert file["file"] == odd, "who reads the JSON gets the name itself"


def test_python_dash_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "backprop_sheet", "--version"], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == f"backprop-sheet, version {__version__}"


def test_the_signs_of_the_field_come_through_without_a_locale(tmp_path):
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "backprop_sheet", "table", "--epochs", "1"],
        capture_output=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert "∂E/∂w8" in done.stdout.decode("utf-8")


def test_help_imports_nothing_heavy():
    """What keeps --help quick: counted in imports, not in seconds."""
    program = (
        "import sys; from backprop_sheet.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(done.stderr.decode().split())
    assert "backprop_sheet.cli" in loaded
    heavy = {"pandas", "numpy", "openpyxl", "matplotlib", "torch", "pathlib", "tomllib"}
    assert not heavy & loaded
    ours = {name for name in loaded if name.startswith("backprop_sheet.")}
    names = ("", ".colours", ".lazy", ".reporting")
    rooms = {f"backprop_sheet.cli{name}" for name in names}
    assert ours == {"backprop_sheet.errors", "backprop_sheet.interrupt", *rooms}


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own needs a POSIX system")
def test_a_long_run_shows_a_bar_to_a_person_and_to_nobody_else(tmp_path):
    import pty

    program = (
        "from backprop_sheet.cli import cli, reporting; reporting.PATIENCE = 0.0\n"
        "cli(['run', '--epochs', '400', '--no-plot'])"
    )
    master, terminal = pty.openpty()
    running = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(master, 1000)
        except OSError:  # Linux says so when the other side has closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    assert running.wait() == 0
    assert b"training" in shown
    assert b"100%" in shown
    quiet = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True
    )
    assert quiet.stderr == b""
