"""What a person at a terminal meets: colour, silence, completion."""

import os
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from everyday import mostly_slow

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.cli import cli, colours
from backprop_sheet.cli.completing import Bash, Fish, Zsh
from backprop_sheet.explainer.steps import _quantity_called as named
from backprop_sheet.templates import known
from tools.cli_reference import commands

VARIABLE = "_BACKPROP_SHEET_COMPLETE"
TELLS_NOTHING_ELSE = {"templates", "templates show", "mnist", "mnist summary"}
"""Commands that print only what was asked for, and so take no --quiet."""
CODES = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command line, run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda line: CliRunner().invoke(cli, line.split())


@pytest.fixture(scope="module")
def all_sheets(tmp_path_factory):
    """A folder with a workbook of each verdict."""
    folder = tmp_path_factory.mktemp("made")
    network = load()
    write_workbook(network, tabulate(network, 3), folder / "right.xlsx")
    write_workbook(network, tabulate(network, 1), folder / "short.xlsx")
    other = network.with_numbers(w5=0.7)
    write_workbook(other, tabulate(other, 3), folder / "other.xlsx")
    (folder / "none.xlsx").write_text("no workbook")
    return folder


@pytest.fixture
def sheets(all_sheets, tmp_path):
    """The same in the test's own folder."""
    shutil.copytree(all_sheets, tmp_path / "sheets")


# --- colour --------------------------------------------------------------------------------------


def at_a_terminal(arguments, folder, **variables):
    """What a command shows a person: standard output and error are a terminal."""
    import pty

    environment = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    master, terminal = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "backprop_sheet", *arguments], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=terminal, stderr=terminal, env={**environment, "TERM": "xterm", **variables},
    )  # fmt: skip
    os.close(terminal)
    shown = b""
    with os.fdopen(master, "rb", buffering=0) as end:
        while True:
            try:
                piece = end.read(1000)
            except OSError:  # Linux says so when the other side has closed
                break
            if not piece:
                break
            shown += piece
    running.wait()
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own needs a POSIX system")
def test_verdicts_have_colours_that_say_nothing_by_themselves(command, sheets, tmp_path):
    line = ["check", "sheets", "--set", "w5=0.4", "--jobs", "1"]
    plain = command(" ".join(line)).stdout
    assert not CODES.search(plain)
    shown = at_a_terminal(line, tmp_path)
    assert CODES.sub("", shown) == plain, "without its colours it is the same text"
    for verdict, colour in colours.VERDICT_COLOURS.items():
        assert re.search(rf"(?m)^{verdict} ", plain), "all four are there"
        assert click.style(verdict, colour, bold=True) in shown


@pytest.mark.parametrize(
    ("variables", "a_terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "0"}, True, False),  # whatever its value
        ({"NO_COLOR": ""}, True, True),  # not when it is empty
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
    ids=str,
)
def test_colour_is_wanted(variables, a_terminal, wanted, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = type("Stream", (), {"isatty": lambda _: a_terminal})()
    assert colours.is_wanted(stream) == wanted


@pytest.mark.parametrize(
    "line", ["templates", "compare --lr 1 --no-plot --epochs 2", "check sheets"]
)
def test_forced_colours_add_nothing_else(command, sheets, line, monkeypatch):
    plain = command(line).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert CODES.search(coloured := command(line).stdout)
    assert CODES.sub("", coloured) == plain


@pytest.mark.parametrize(
    "line", ["check sheets --format json", "check sheets --format csv", "table", "explain",
             "templates show xor", "check sheets -o report.csv"],
)  # fmt: skip
def test_data_have_no_colours(command, sheets, tmp_path, line, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = command(line)
    if (report := tmp_path / "report.csv").exists():
        assert "\x1b" not in report.read_text("utf-8-sig")
    else:
        assert done.stdout
        assert "\x1b" not in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="names of files may not hold such characters there")
def test_a_files_name_brings_no_colours(command, tmp_path, monkeypatch):
    (tmp_path / "red\x1b[31m.xlsx").write_text("no workbook")
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = command("check red\x1b[31m.xlsx")
    assert "\\x1b[31m" in done.stdout
    assert "\x1b[31m" not in done.stdout


# --- quiet ---------------------------------------------------------------------------------------


def test_every_command_that_tells_more_can_be_quiet():
    quiet = {name for name, one in commands() if any("--quiet" in p.opts for p in one.params)}
    assert quiet == {name for name, _ in commands()} - TELLS_NOTHING_ELSE


ROSTER = "Student,ID\nAda,1\nBoris,2\n"
SILENT = {
    "run": "run --network xor --epochs 3",  # large enough to be announced
    "compare": "compare --lr 1 --lr 1 --lr 2 --epochs 3 --no-plot",  # with a note
    "table": "table -o table.csv",
    "explain": "explain -o explained.md",
    "draw": "draw -o drawn.png",
    "page": "page --epochs 3",
    "report": "report --epochs 3",
    "check": "check sheets/right.xlsx",
    "exercise": "exercise roster.csv --epochs 3 --jobs 1",
    "mark": "mark handed --assignment outputs/exercise/assignment.toml --jobs 1",
    "new": "new mine.toml --from xor",
}


@pytest.mark.parametrize(
    "name", mostly_slow(SILENT, ["table", "explain", "draw", "page", "check", "new"])
)
def test_a_quiet_command_writes_the_same_and_prints_nothing(command, tmp_path, name, request):
    if name == "check":
        request.getfixturevalue("sheets")
    (tmp_path / "roster.csv").write_text(ROSTER)
    if name == "mark":
        command(SILENT["exercise"])
        shutil.copytree(tmp_path / "outputs/exercise/key", tmp_path / "handed")
    loud = command(SILENT[name])
    assert loud.output, "there is something to silence"
    contents = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    for path in {*contents} & {p for p in (tmp_path / "outputs").rglob("*") if p.is_file()}:
        if name != "mark" or "exercise" not in path.parts:
            path.unlink()
    (tmp_path / "mine.toml").unlink(missing_ok=True)
    silent = command(f"{SILENT[name]} -q")
    assert (silent.exit_code, silent.output) == (loud.exit_code, "")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == contents


@pytest.mark.parametrize(
    "line", ["table --epochs 2", "explain --of w5", "table --network iris --epochs 1"]
)
def test_what_was_asked_for_is_printed(command, line):
    assert command(f"{line} --quiet").stdout == command(line).stdout != ""


def test_a_quiet_check_speaks_by_its_exit_code_and_names_what_it_cannot_read(command, sheets):
    done = command("check sheets/right.xlsx sheets/short.xlsx --quiet")
    assert (done.exit_code, done.output) == (1, "")
    done = command("check sheets/right.xlsx sheets/none.xlsx --quiet")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("Error: ")
    assert "none.xlsx" in done.stderr


def test_errors_are_never_silenced(command):
    for line in ("run --lr x -q", "run --lr 1e7 -q --no-plot"):
        done = command(line)
        assert done.exit_code in (2, 3)
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)
        assert done.stderr.startswith("Error: ")


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own needs a POSIX system")
@pytest.mark.parametrize(("columns", "most"), [("70", 70), ("40", 60)])
def test_equations_are_broken_for_a_terminal_and_for_nothing_else(command, tmp_path, columns, most):
    piped = command("explain --of w5").stdout
    shown = at_a_terminal(["explain", "--of", "w5"], tmp_path, COLUMNS=columns)
    assert max(map(len, shown.splitlines())) <= most < max(map(len, piped.splitlines()))
    assert re.sub(r"\n {4,}", " ", shown) == piped
    command("explain --of w5 -o explained.txt")
    assert (tmp_path / "explained.txt").read_text("utf-8") == piped


# --- completion ----------------------------------------------------------------------------------


def offered(line, incomplete=""):
    """What click offers a shell; of a path, what the shell is to complete."""
    items = ShellComplete(cli, {}, "backprop-sheet", VARIABLE).get_completions(
        line.split(), incomplete
    )
    return [one.value if one.type == "plain" else f"<{one.type}>" for one in items]


def test_commands_and_options_are_offered():
    assert offered("") == offered("help") == [*cli.homes, "help"]
    assert offered("", "t") == ["table", "templates"]
    assert offered("help mnist") == offered("mnist")
    for name, one in commands():
        options = [o for p in one.params if isinstance(p, click.Option) for o in p.opts]
        assert {o for o in options if o[1] == "-"} <= set(offered(name, "--")), name


VALUES = [
    ("templates show", "maz", ["mazur", "mazur-sequential"]),
    ("new mine.toml --from", "xo", ["xor"]),
    ("run --network", "xo", ["<file>", "xor"]),
    ("run --set", "w5", ["w5=0.4"]),
    ("run --network xor --set", "b", ["b1=0", "b2=0", "b3=0"]),
    ("run --set", "et", []),  # the learning rate has an option of its own
    ("table --columns", "d", ["deltas"]),
    ("table --columns", "deltas,p", ["deltas,partials"]),
    ("table --columns", "deltas,,p", []),  # as the command refuses it
    ("table --columns", ",", []),
    ("explain --of", "a_h", ["a_h1", "a_h2"]),
    ("explain --of", "dE/dw1", ["dE/dw1"]),  # no keyboard has ∂
    ("explain --of", "e", []),  # eta is given, and so not computed
    ("explain --of", "t", []),
    ("table --format", "", ["csv", "json", "markdown"]),
    ("exercise roster.csv --identifier", "", ["Student", "ID"]),
    ("exercise roster.csv --blank", "chart,forw", ["chart,forward"]),
    ("exercise roster.csv --give", "d", ["derivation", "drawing"]),
    ("mark x --canvas roster.csv --column", "", ["Student", "ID"]),
    ("mark x --moodle roster.csv --moodle-column", "S", ["Student"]),
    ("mnist train --data", "", ["<file>", "mnist", "sample"]),
    ("run --output", "", ["<file>"]),
    ("mnist train --output", "", ["<dir>"]),
    ("check", "home", ["<file>"]),
    ("draw -o", "", ["<file>"]),
    ("run --network missing.toml --set", "", []),  # no place for an error
    ("exercise missing.csv --name", "", []),
    ("frobnicate", "x", []),
]


@pytest.mark.parametrize(("line", "incomplete", "values"), VALUES, ids=str)
def test_values_that_are_known_are_offered(line, incomplete, values, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text(ROSTER)
    assert offered(line, incomplete) == values


@pytest.mark.parametrize("name", mostly_slow(list(known()), ["original", "xor", "batchnorm"]))
def test_what_is_offered_can_be_explained(name):
    network, quantities = load(name), offered(f"explain --network {name} --of")
    assert all(quantity.isascii() for quantity in quantities), "a keyboard has them"
    assert {named(network, quantity) for quantity in quantities} >= set(network.trained)
    assert len(set(quantities)) == len(quantities)


def test_every_template_is_offered():
    assert offered("templates show") == list(known())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell):
    done = CliRunner().invoke(
        cli, [], env={VARIABLE: f"{shell}_source"}, prog_name="backprop-sheet"
    )
    assert f"{VARIABLE}={shell}_complete" in done.stdout


TYPED = [
    ("run --network maz", "mazur mazur-sequential"),
    ("run --network=xo", "xor"),
    ("run --network=xor --set b", "b1=0 b2=0 b3=0"),
    ("run --network=xor --set=b1=", "0"),
    ("run --set w5=", "0.4"),
    ("run --set w5=0", "0.4"),
    ("table --format=", "csv json markdown"),
    ("table --columns=deltas,p", "deltas,partials"),
    ("explain --of=dE/dw1", "dE/dw1"),
    ("run --set w9=", ""),
]
"""What stands before the cursor, and what replaces the last word, which for bash follows a =."""


def bash_gets(words, monkeypatch):
    """The values that bash gets for the words that it has made of a line."""
    monkeypatch.setenv("COMP_WORDS", "\n".join(["backprop-sheet", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    lines = Bash(cli, {}, "backprop-sheet", VARIABLE).complete().splitlines()
    return " ".join(line.removeprefix("plain,") for line in lines if line.startswith("plain,"))


@pytest.mark.parametrize(("line", "wanted"), TYPED)
def test_bash_completes_what_follows_an_equals_sign(line, wanted, monkeypatch):
    assert bash_gets(re.findall(r"=|[^ =]+", line), monkeypatch) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("run --network=xo", "--network=xor"),
        ("run --set w5=", "w5=0.4"),
        ("run --set=w5=", "--set=w5=0.4"),
    ],
)
def test_bash_completes_whole_words_where_it_does_not_split_them(line, wanted, monkeypatch):
    assert bash_gets(line.split(), monkeypatch) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("run --network=xo", "--network=xor"),
        ("run --network xo", "xor"),
        ("run --network=xor --set=b1=", "--set=b1=0"),
        ("table --columns=deltas,p", "--columns=deltas,partials"),
    ],
)
def test_zsh_gets_what_stands_in_place_of_its_word(line, wanted, monkeypatch):
    monkeypatch.setenv("COMP_WORDS", f"backprop-sheet {line}")
    monkeypatch.setenv("COMP_CWORD", str(len(line.split())))
    kind, value, *_ = Zsh(cli, {}, "backprop-sheet", VARIABLE).complete().splitlines()[-3:]
    assert (kind, value) == ("plain", wanted)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"COMP_WORDS": "backprop-sheet run"},
        {"COMP_WORDS": "backprop-sheet run", "COMP_CWORD": "abc"},
        {"COMP_WORDS": "backprop-sheet run", "COMP_CWORD": ""},
        {"COMP_WORDS": "backprop-sheet run", "COMP_CWORD": "-9"},
        {"COMP_WORDS": "", "COMP_CWORD": "   "},
    ],
    ids=str,
)
def test_what_a_shell_tells_may_be_missing_or_garbled(shell, told, monkeypatch):
    for name in ("COMP_WORDS", "COMP_CWORD"):
        monkeypatch.delenv(name, raising=False)
    setting = {VARIABLE: f"{shell}_complete", **told}
    done = CliRunner().invoke(cli, [], env=setting, prog_name="backprop-sheet")
    assert (done.exception, done.exit_code, done.stderr) == (None, 0, "")
    if told.get("COMP_CWORD", "abc") == "abc":
        assert done.stdout.strip() == ""


def test_zsh_and_fish_complete_files_and_values_behind_an_equals_sign():
    """What the scripts have that click's do not: tried at terminals of zsh 5.9 and fish 3.6."""
    zsh, fish = (of(cli, {}, "backprop-sheet", VARIABLE).source() for of in (Zsh, Fish))
    assert zsh.count("compset -P 1 '*='; _path_files") == 2
    assert "string replace -r '^' -- (string match -r -- '^--[^=]+=' (commandline -ct)" in fish
    assert fish.count("string split --max 1 ") == 1


def with_program(folder):
    """The environment in which a shell finds the program in a folder."""
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture
def bash_folder(tmp_path):
    """A folder with the program, for bash."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    (tmp_path / "backprop-sheet").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "from backprop_sheet.cli import cli; '
        "cli(prog_name='backprop-sheet')\"\n"
    )
    (tmp_path / "backprop-sheet").chmod(0o755)
    return tmp_path


def test_bash_completes_a_line(bash_folder):
    """bash reads the script, and asks the program what fits."""
    script = (
        f'eval "$({VARIABLE}=bash_source backprop-sheet)"; COMP_WORDS=(backprop-sheet run '
        "--network = maz); COMP_CWORD=4; compopt() { :; }; _backprop_sheet_completion "
        'backprop-sheet maz =; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=bash_folder, check=True, capture_output=True,
        encoding="utf-8", env=with_program(bash_folder),
    )  # fmt: skip
    assert done.stdout.split() == ["mazur", "mazur-sequential"], done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a terminal of its own needs a POSIX system")
@pytest.mark.slow
def test_a_tab_at_a_terminal_completes_the_line(bash_folder):
    """bash at a terminal splits words itself, and puts the answer into the line."""
    import pty

    master, terminal = pty.openpty()
    running = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"], cwd=bash_folder, start_new_session=True,
        stdin=terminal, stdout=terminal, stderr=terminal,
        env={**with_program(bash_folder), "PS1": "$ ", "TERM": "dumb"},
    )  # fmt: skip
    os.close(terminal)

    def shown(typed, wanted):
        os.write(master, typed.encode())
        seen = ""
        for _ in range(100):
            if select.select([master], [], [], 0.1)[0]:
                seen += os.read(master, 4096).decode()
            if wanted in seen:
                break
        return seen

    shown(f'eval "$({VARIABLE}=bash_source backprop-sheet)"; echo re""ady\n', "ready")
    for typed, wanted in [
        ("run --network=xo", "run --network=xor "),
        ("run --network=xor --set b1", "--set b1=0 "),
        ("run --set w5=", "--set w5=0.4 "),
        ("run --network=xor --set=b1=", "--set=b1=0 "),
    ]:
        assert wanted in shown(f"\x15backprop-sheet {typed}\t", wanted)
    os.write(master, b"\x15exit\n")
    running.wait(10)
    os.close(master)


def test_completion_imports_no_command_to_offer_its_name():
    program = (
        "import sys; from click.shell_completion import ShellComplete\n"
        "from backprop_sheet.cli import cli\n"
        "ShellComplete(cli, {}, 'x', 'X').get_completions([], 'r')\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert not {"pandas", "numpy", "backprop_sheet.cli.training"} & loaded
