"""A little of what `python -m faults` does at length; and what is kept, refused and said."""

import os
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from time import monotonic

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from everyday import mostly_slow
from PIL import Image
from spreadsheets import convert

from backprop_sheet import WriteError, files, interrupt, load, tabulate, write_workbook
from backprop_sheet.cli import cli
from backprop_sheet.files import DRAFT, check_target, replacing
from backprop_sheet.ooxml import seal
from backprop_sheet.ooxml.annotator import annotate
from faults import commands, writing

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX alone has this")


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, [str(a) for a in arguments])


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- whole or not at all -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "names", [["run"], pytest.param([*commands.COMMANDS], marks=pytest.mark.slow)], ids=len
)
def test_nothing_comes_of_faults_that_should_not(names):
    for line in writing.measure(0.01, names):
        assert line.failed == 0, (line.name, line.example)
        assert line.tried > 0


def test_what_faults_compares_with_is_whole(tmp_path):
    """Old and new of the kills are told by their bytes: these can be read, and are well-formed."""
    from openxml_audit import OpenXmlValidator

    for name in commands.COMMANDS:
        place = writing.Place(tmp_path / name, name)
        for path in filter(Path.is_file, place.out.rglob("*")):
            if path.suffix == ".xlsx":
                assert not OpenXmlValidator().validate(path).errors
                assert openpyxl.load_workbook(path).worksheets
                assert seal.is_untouched(path)
            elif path.suffix == ".png":
                Image.open(path).verify()
            else:
                assert len(pd.read_csv(path))


def test_a_failure_leaves_no_draft_and_no_folder(tmp_path):
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error), replacing(tmp_path / "a" / "b" / "c.txt") as draft:  # noqa: PT012
            draft.write_text("half")
            raise error
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_stays(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(RuntimeError), replacing(tmp_path / "a" / "b" / "c.txt"):
        raise RuntimeError
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]


def test_drafts_of_the_dead_are_removed_and_those_of_the_living_are_not(tmp_path, monkeypatch):
    dead = tmp_path / f".0123{DRAFT}"
    dead.write_text("half")
    os.utime(dead, (0, 0))  # where there are no locks, it is its age that tells
    with replacing(tmp_path / "one") as living:
        living.write_text("one")
        assert not dead.exists()
        with replacing(tmp_path / "two") as other:
            other.write_text("two")
            assert living.exists()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "one": "one",
        "two": "two",
    }


def test_names_as_long_as_they_may_be_have_room_for_drafts(tmp_path):
    target = tmp_path / ("ö" * 125 + ".xlsx")
    assert write_workbook(load(), tabulate(load(), 1), target) == target


@POSIX
def test_permissions_stay_and_links_are_followed(tmp_path):
    target, link = tmp_path / "table.csv", tmp_path / "link.csv"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("table.csv")
    with replacing(link) as draft:
        assert draft.stat().st_mode & 0o077 <= 0o040, "nobody else reads it meanwhile"
        draft.write_text("new")
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


@POSIX
@pytest.mark.parametrize(
    ("kind", "said"),
    [("read-only", "read-only"), ("folder", "a folder"), ("pipe", "not an ordinary")],
)
def test_what_cannot_be_replaced_is_refused_in_a_line(command, tmp_path, kind, said):
    target = tmp_path / "table.csv"
    if kind == "pipe":
        os.mkfifo(target)
    elif kind == "folder":
        target.mkdir()
    else:
        target.write_text("old")
        target.chmod(0o444)
    done = command("table", "-o", "table.csv", "--force")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_windows_holds_is_said_to_be_open(tmp_path, monkeypatch):
    held = PermissionError(13, "Permission denied")
    held.winerror = 5

    def replace(*_):
        raise held

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteError, match="open in another program: close it there"):
        write_workbook(load(), tabulate(load(), 1), tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_without_locks_too(tmp_path, monkeypatch):
    """As on Windows: a young draft is nobody's to remove."""
    monkeypatch.setattr(files, "fcntl", None)
    young, old = tmp_path / f".1{DRAFT}", tmp_path / f".2{DRAFT}"
    young.write_text("half")
    old.write_text("half")
    os.utime(old, (0, 0))
    with replacing(tmp_path / "one") as draft:
        draft.write_text("one")
    assert {path.name for path in tmp_path.iterdir()} == {"one", young.name}


# --- what a person has changed -----------------------------------------------------------------


def by_openpyxl(path, _):
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1"] = "mine"
    book.save(path)


def saved_again(path, folder):
    path.write_bytes(convert(path, "xlsx", folder / "again").read_bytes())


def rezipped(path, _):
    """A single digit, by no spreadsheet program."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<v>0.5</v>", b"<v>0.6</v>", 1)
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)


def one_more(path, _):
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("notes.txt", "mine")


def cut_short(path, _):
    path.write_bytes(path.read_bytes()[:-30])


CHANGES = [by_openpyxl, rezipped, one_more, cut_short]
CHANGES += [pytest.param(saved_again, marks=[pytest.mark.libreoffice, pytest.mark.slow])]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_workbook_is_kept(tmp_path, change):
    network = load()
    book = write_workbook(network, tabulate(network, 2), tmp_path / "book.xlsx")
    assert seal.is_untouched(book)
    write_workbook(network, tabulate(network, 3), book)
    change(book, tmp_path)
    before = book.read_bytes()
    with pytest.raises(WriteError, match=r"edited after .* kept\. Choose another name"):
        write_workbook(network, tabulate(network, 2), book)
    assert book.read_bytes() == before
    write_workbook(network, tabulate(network, 2), book, force=True)
    assert seal.is_untouched(book)


@pytest.mark.parametrize(
    ("arguments", "book"),
    [
        (("run", "--epochs", "2"), "outputs/backprop_lr1.0.xlsx"),
        (("compare", "--lr", "1", "--epochs", "2"), "outputs/backprop_compare.xlsx"),
    ],
)
def test_a_command_keeps_it_before_any_work_and_writes_nothing(
    command, tmp_path, arguments, book, monkeypatch
):
    first = command(*arguments)
    assert first.exit_code == 0, first.output
    assert command(*arguments).exit_code == 0, "its own is replaced"
    by_openpyxl(tmp_path / book, None)
    for path in tmp_path.rglob("*"):
        if path.suffix in {".png", ".csv"}:
            path.unlink()
    before = content(tmp_path)

    def work(*_, **__):
        raise AssertionError("nothing is computed")

    with monkeypatch.context() as patch:
        patch.setattr("backprop_sheet.tabulator.tabulate", work)
        done = command(*arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "was edited after" in done.stderr
    assert content(tmp_path) == before
    assert command(*arguments, "--force").exit_code == first.exit_code
    assert seal.is_untouched(tmp_path / book)


def test_what_is_changed_while_the_program_computes_is_kept_too(tmp_path):
    network = load()
    book = write_workbook(network, tabulate(network, 2), tmp_path / "book.xlsx")

    def meanwhile(items, total, task):
        one_more(book, None)
        return iter(items)

    with pytest.raises(WriteError, match="edited"):
        write_workbook(network, tabulate(network, 2), book, watch=meanwhile)
    assert "notes.txt" in zipfile.ZipFile(book).namelist()
    assert list(tmp_path.iterdir()) == [book]


def test_a_marked_copy_keeps_properties_and_never_takes_a_judged_files_place(command, tmp_path):
    source = tmp_path / "source.xlsx"
    book = openpyxl.Workbook()
    book.custom_doc_props.append(openpyxl.packaging.custom.StringProperty(name="who", value="Ann"))
    book.save(source)
    copy = tmp_path / "copy.xlsx"
    for origin, target in ((source, copy), (copy, tmp_path / "again.xlsx")):
        annotate(origin, target, {"Sheet": {"A1": "note"}})
        assert seal.is_untouched(target)
        names = [prop.name for prop in openpyxl.load_workbook(target).custom_doc_props.props]
        assert names == ["who", seal.NAME]
    assert not seal.is_untouched(source)
    done = command("check", "source.xlsx", "--annotate", ".", "--force")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "source.xlsx is read by this command" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C goes to one process only there")
def test_a_check_of_large_workbooks_is_interrupted_at_once(tmp_path):
    """Its processes are ended, however long the files are that they read."""
    network = load()
    book = write_workbook(network, tabulate(network, 30_000), tmp_path / "0.xlsx")
    for number in range(1, 10):
        os.link(book, tmp_path / f"{number}.xlsx")
    words = [sys.executable, "-m", "backprop_sheet", "check", ".", "-o", "out/r.csv"]
    running = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True)
    with suppress(subprocess.TimeoutExpired):
        running.wait(4)
    os.killpg(running.pid, signal.SIGINT)
    begin = monotonic()
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said.strip()) == (130, b"Error: interrupted")
    assert monotonic() - begin < 10, "a file takes much longer"
    assert not (tmp_path / "out").exists()


def test_a_changed_copy_is_kept_and_the_rest_is_done(command, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / f"{name}.xlsx").write_bytes(commands.homework(3))
    assert command("check", "class", "--annotate", "marked").exit_code == 1
    copy = tmp_path / "marked" / "a.xlsx"
    book = openpyxl.load_workbook(copy)
    book.worksheets[0]["A2"] = "well done"
    book.save(copy)
    before = copy.read_bytes()
    done = command("check", "class", "--annotate", "marked")
    assert done.exit_code == 2
    assert "2 files: 2 wrong" in done.stdout
    assert "marked/b.xlsx" in done.stderr.replace("\\", "/")
    assert done.stderr.count("edited after") == 1
    assert copy.read_bytes() == before
    done = command("check", "class", "--annotate", "class")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "class is itself to be judged" in done.stderr


HOSTILE = {
    "empty": b"",
    "text": b"not a workbook",
    "half an end": b"PK\x05\x06" + b"\xff" * 10,
    "a huge list of parts": b"PK\x05\x06" + b"\0" * 4 + b"\xff\xff" * 2 + b"\xff\xff\xff\x7f"
    + b"\0" * 4 + b"\0\0",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_any_file_may_be_asked_for_its_seal(tmp_path, name):
    path = tmp_path / "book.xlsx"
    path.write_bytes(HOSTILE[name])
    assert not seal.is_untouched(path)
    with path.open("r+b") as file:  # as large as no memory is; sparse, so that it takes no disk
        file.truncate(1 << 34)
        file.seek(0, os.SEEK_END)
        file.write(HOSTILE["a huge list of parts"])
    assert not seal.is_untouched(path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
def test_a_seal_is_not_unpacked(tmp_path, packing):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w", packing) as book:
        book.writestr(seal.PART, b" " * (5 << 20))
    assert not seal.is_untouched(path)
    assert not seal.is_untouched(tmp_path)
    assert not seal.is_untouched(tmp_path / "nowhere.xlsx")


# --- what stands open, what is no workbook -----------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "program"),
    [(".~lock.backprop_lr1.0.xlsx#", "LibreOffice"), ("~$backprop_lr1.0.xlsx", "Excel"),
     (".~lock.error_lr1.0.png#", "LibreOffice")],
)  # fmt: skip
def test_an_open_file_is_to_be_closed_first(command, tmp_path, owner, program):
    command("run", "--epochs", "2")
    (tmp_path / "outputs" / owner).write_text("")
    before = content(tmp_path)
    done = command("run", "--epochs", "3")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    for word in (f"is open in {program}", owner, "close it", "--force"):
        assert word in done.stderr
    assert content(tmp_path) == before
    assert command("run", "--epochs", "3", "--force").exit_code == 0


@pytest.mark.parametrize("name", ["homework.xlsx", "homework.csv", "homework.ods"])
def test_no_table_takes_the_place_of_a_workbook(command, tmp_path, name):
    """By its name, and by its first bytes under another name."""
    book = write_workbook(load(), tabulate(load(), 1), tmp_path / "homework.xlsx").read_bytes()
    (tmp_path / name).write_bytes(book)
    done = command("table", "--format", "csv", "-o", name)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "is a workbook or named like one" in done.stderr
    assert (tmp_path / name).read_bytes() == book
    assert command("table", "--format", "csv", "-o", name, "--force").exit_code == 0


def test_other_archives_are_no_workbooks(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as model:
        model.writestr("model/data.pkl", "weights")
    check_target(tmp_path / "model.pt")


# --- texts -------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+1+cmd", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", " =1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_in_a_csv_is_no_formula(text):
    from backprop_sheet.checker.report import as_data

    assert as_data(text) == f"'{text}"


@pytest.mark.parametrize("value", [-0.5, "-0.5", "+1e-5", "12", "a=b", "", None, 3])
def test_a_number_in_a_csv_stays_one(value):
    from backprop_sheet.checker.report import as_data

    assert as_data(value) == value


def test_files_named_like_formulas_come_into_the_report_as_texts(command, tmp_path):
    for name in ("=1+1.xlsx", "@x.xlsx", "-ä 1.xlsx"):
        (tmp_path / "a class").mkdir(exist_ok=True)
        (tmp_path / "a class" / name).write_bytes(commands.homework(3))
    done = command("check", *[p.name for p in (tmp_path / "a class").iterdir()])
    assert done.exit_code == 2
    os.chdir(tmp_path / "a class")
    assert command("check", "--annotate", "mark ed", "-o", "ö.csv", "--", "=1+1.xlsx", "@x.xlsx",
                   "-ä 1.xlsx").exit_code == 1  # fmt: skip
    told = pd.read_csv("ö.csv", encoding="utf-8-sig")
    assert list(told["file"]) == ["'=1+1.xlsx", "'@x.xlsx", "'-ä 1.xlsx"]
    assert told["expected"].str.startswith("'=").all()
    assert sorted(p.name for p in Path("mark ed").iterdir()) == sorted(told["file"].str[1:])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "{=1}", "bell \x07", "#N/A"])
def test_a_text_in_the_report_of_a_training_is_no_formula(tmp_path, text):
    from backprop_sheet.mnist.report import Table, write_report

    names = ["epoch", "loss", "test_loss", "train_accuracy", "test_accuracy"]
    layers = Table(["layer", "output shape", "parameters"], [[text, "8 × 28 × 28", 80]])
    path = tmp_path / "report.xlsx"
    write_report({"digits": text}, Table(names, [[1, 1.0, 1.0, 0.5, 0.5]]), layers, path)
    book = openpyxl.load_workbook(path)
    for cell in (book["Epochs"]["B3"], book["Layers"]["A2"]):
        assert (cell.data_type, cell.value) == ("s", text.replace("\x07", "�"))


# --- places and streams ------------------------------------------------------------------------

PLACES = {
    "no home": ({"HOME": None}, ()),
    "a home that is not there": ({"HOME": "/nowhere", "XDG_CONFIG_HOME": None}, ()),
    "warnings are errors": ({}, ("-W", "error")),
    "no locale": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, ()),
    "Turkish": ({"LC_ALL": "tr_TR.UTF-8"}, ()),
}


def program(line, folder, before="", **more):
    words = [sys.executable, *before, "-m", "backprop_sheet", *line]
    return subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=120, **more)


@POSIX
@pytest.mark.parametrize("place", mostly_slow(PLACES, ["no home", "no locale"]))
def test_it_runs_quietly_anywhere(tmp_path, place):
    changes, options = PLACES[place]
    environment = {k: v for k, v in (os.environ | changes).items() if v is not None}
    for line in (["run", "--epochs", "2", "--output", "a b/ü"], ["check", "a b"]):
        done = program(line, tmp_path, options, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
    assert len(content(tmp_path)) == 2
    assert (tmp_path / "a b" / "ü" / "backprop_lr1.0.xlsx").exists()


@POSIX
@pytest.mark.parametrize("line", ["table", "--help", "check homework.xlsx"])
def test_nobody_reads_what_it_says(tmp_path, line):
    (tmp_path / "homework.xlsx").write_bytes(commands.homework(3))
    shell = f"{sys.executable} -m backprop_sheet {line} {{}}"
    for end in ("| true", ">&-", "2>&1 >&- | cat"):
        done = subprocess.run(
            shell.format(end), shell=True, cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode in {0, 1 if "check" in line else 0}
        assert done.stderr + done.stdout == b""


@POSIX
def test_a_check_of_many_is_interrupted_in_a_line(tmp_path):
    """As by Ctrl-C in a terminal: all processes get it."""
    data = commands.homework(3)
    for number in range(40):
        (tmp_path / f"{number}.xlsx").write_bytes(data)
    for after in (0.8, 1.5, 2.2):
        words = [sys.executable, "-m", "backprop_sheet", "check", ".", "-o", "out/r.csv"]
        running = subprocess.Popen(
            words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        try:
            running.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGINT)
        out, said = running.communicate(timeout=60)
        if running.returncode == 130:
            assert (out, said.strip()) == (b"", b"Error: interrupted")
            assert not (tmp_path / "out").exists()
        else:
            assert (running.returncode, said) == (1, b"")


@POSIX
@pytest.mark.parametrize("deaf", ["stdout", "stderr"])
@pytest.mark.parametrize(
    ("arguments", "code", "files"),
    [
        (
            ["run", "--network", "xor", "--epochs", "9"],
            0,
            {"xor_error_lr2.0.png", "xor_lr2.0.xlsx"},
        ),
        (["run", "--lr", "1e7", "--no-plot"], 3, {"backprop_lr10000000.0.xlsx"}),
        (["table", "--lr", "1e7", "-o", "outputs/table.csv"], 3, {"table.csv"}),
        (["check", "homework.xlsx", "--annotate", "outputs"], 1, {"homework.xlsx"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_a_command_does_does_not_depend_on_who_reads(arguments, code, files, deaf, tmp_path):
    (tmp_path / "homework.xlsx").write_bytes(commands.homework(3))
    reader, writer = os.pipe()
    os.close(reader)
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, deaf: writer}
    done = subprocess.run(
        [sys.executable, "-m", "backprop_sheet", *arguments], check=False, cwd=tmp_path, **streams
    )
    os.close(writer)
    assert done.returncode == code
    assert {path.name for path in (tmp_path / "outputs").iterdir()} == files


# --- Ctrl-C ------------------------------------------------------------------------------------


@pytest.fixture
def press():
    """Presses Ctrl-C in this process, while it listens as the command line does."""
    before = signal.getsignal(signal.SIGINT)
    interrupt.listen()
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)
    interrupt._state.pressed = False


def test_ctrl_c_ends_a_loop_where_it_looks_and_only_once(press):
    seen = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        for item in interrupt.interruptible(range(9)):
            if item == 2:
                press()
            seen.append(item)
    assert seen == [0, 1, 2]
    assert list(interrupt.interruptible(range(3))) == [0, 1, 2]


def test_ctrl_c_ends_at_once_what_never_looks(press):
    with pytest.raises(KeyboardInterrupt), interrupt.at_once():  # noqa: PT012
        press()
        pytest.fail("nothing comes after it")
    assert not interrupt.is_pressed()


def test_a_second_ctrl_c_waits_for_nobody(press):
    press()
    with pytest.raises(KeyboardInterrupt):
        press()


def test_a_library_that_loads_is_left_alone(press, tmp_path, monkeypatch):
    lines = "import signal\nsignal.raise_signal(signal.SIGINT)\nwhole = True\n"
    (tmp_path / "library_that_loads.py").write_text(lines)
    monkeypatch.syspath_prepend(tmp_path)
    loaded = []
    with pytest.raises(KeyboardInterrupt), interrupt.at_once():  # noqa: PT012
        import library_that_loads

        loaded.append(library_that_loads.whole)
    assert loaded == [True]


@pytest.mark.parametrize("moment", ["_create", "_copy_permissions", "_clean_up"])
def test_a_file_takes_its_place_whole_whenever_ctrl_c_is_pressed(
    press, tmp_path, monkeypatch, moment
):
    step = getattr(files, moment)

    def pressed(*arguments):
        press()
        press()
        return step(*arguments)

    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(files, moment, pressed)
    with suppress(KeyboardInterrupt), interrupt.at_once(), replacing(tmp_path / "file") as draft:
        draft.write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == ("old" if moment == "_create" else "new")


def test_ctrl_c_in_the_middle_of_writing_leaves_the_old_file(press, tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "file") as draft:  # noqa: PT012
        draft.write_text("half")
        press()
    assert content(tmp_path) == {tmp_path / "file": b"old"}


def test_without_the_command_line_ctrl_c_is_as_ever():
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert not interrupt.is_pressed()
