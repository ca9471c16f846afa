"""The benchmarks compare like with like, and what makes ours quick stays as it is."""

import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell

from backprop_sheet import check, tabulate, write_workbook
from benchmarks import classes, engines, workbooks
from benchmarks.__main__ import main
from benchmarks.measuring import Line, at_most, faster, in_turn

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("peer", ["by hand", *engines.PEERS])
def test_every_engine_gives_the_same_rows(peer):
    module, loop, _ = engines.PEERS.get(peer, ("math", engines.by_hand, 1))
    pytest.importorskip(module, reason=f"{module} is not installed")
    for mine, other in zip(engines.ours(30), loop(30), strict=True):
        assert list(other) == pytest.approx(list(mine), rel=1e-12, abs=1e-15)
    assert len(engines.in_a_frame(30)) == 30


@pytest.mark.parametrize("peer", workbooks.PEERS)
def test_every_workbook_holds_the_same_formulas(peer, tmp_path):
    module, write, _ = workbooks.PEERS[peer]
    pytest.importorskip(module, reason=f"{module} is not installed")
    frame = tabulate(engines.NETWORK, 40)
    write(workbooks.Table(engines.NETWORK, frame), tmp_path / "theirs.xlsx")
    write_workbook(engines.NETWORK, frame, tmp_path / "ours.xlsx")
    theirs, ours = (openpyxl.load_workbook(tmp_path / f"{n}.xlsx") for n in ("theirs", "ours"))
    cells = list(ours.worksheets[0].iter_rows(min_row=36, max_row=74, max_col=31))
    for row in cells[:2]:  # further down, ours are filled down from the third row
        for cell in row:
            assert theirs.worksheets[0][cell.coordinate].value == cell.value
    last = theirs.worksheets[0].max_row
    assert last == 75
    assert theirs.worksheets[0].cell(last, 9).value == f"=E{last}*C{last}+F{last}*D{last}"


def test_the_usual_loop_trains_pytorchs_own_layers():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from benchmarks import digits

    network = digits.usual_network()
    kinds = [type(layer) for layer in network.layers]
    assert {kind.__module__.partition(".")[0] for kind in kinds} == {"torch"}
    assert len(kinds) == 29


def test_every_other_workbook_of_the_class_is_wrong_by_its_mistake(tmp_path):
    paths = classes.make_class(tmp_path, classes.DIFFERENT + 2)
    assert classes.checked(paths, 1) == len(paths) // 2
    judged = [check(path).tables[0] for path in paths[:2]]
    assert [[finding.names for finding in table.findings] for table in judged] == [[], ["∂E/∂w3"]]
    assert paths[-1].read_bytes() == paths[1].read_bytes()


def test_ratios_count_the_way_that_their_goals_do():
    pairs = in_turn(iter([9, 2, 2, 4]).__next__, iter([9, 4, 4, 4]).__next__, 3)
    assert pairs == [(2, 4), (2, 4), (4, 4)]
    slower = at_most("a", "b", pairs, 0.4)
    assert (slower.ours, slower.theirs, slower.ratio, slower.met) == (2, 4, 0.5, False)
    quicker = faster("a", "b", pairs, 2)
    assert (quicker.ratio, quicker.met) == (2, True)


def test_figures_are_printed_and_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        engines, "lines", lambda runs: [Line("x", 2e-6, "y", runs, 3.5, "≥ 4×", False)]
    )
    monkeypatch.setattr(sys, "argv", ["benchmarks", "engines", "--json", str(tmp_path / "f.json")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1, "a goal is missed"
    assert "2.00 µs" in (text := capsys.readouterr().out)
    assert "MISSED" in text
    (line,) = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["lines"]
    assert line["ratio"] == 3.5


@pytest.mark.slow
def test_a_curve_is_measured():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "curves", "--runs", "1"],
        check=False, capture_output=True, cwd=ROOT, encoding="utf-8",
    )  # fmt: skip
    assert "curve, 100,000 epochs" in done.stdout, done.stderr


class Counted:
    """Counts uses of regular expressions, and cells of openpyxl, while a block runs."""

    def __enter__(self):
        self.patterns = self.cells = 0
        sys.setprofile(self._look)
        return self

    def _look(self, frame, event, argument):
        if event == "c_call" and isinstance(getattr(argument, "__self__", None), re.Pattern):
            self.patterns += 1
        if event == "call" and frame.f_code is Cell.__init__.__code__:
            self.cells += 1

    def __exit__(self, *_):
        sys.setprofile(None)


def test_a_row_of_the_table_takes_no_regular_expression_and_no_cell_of_openpyxl(tmp_path):
    """What keeps writing quick: counted in calls, not in seconds."""
    counts = []
    for epochs in (100, 100, 900):  # the first time, modules are loaded
        frame = tabulate(engines.NETWORK, epochs)
        with Counted() as counted:
            write_workbook(engines.NETWORK, frame, tmp_path / "book.xlsx")
        counts.append((counted.patterns, counted.cells))
    assert counts[1] == counts[2]
    assert min(counts[1]) > 0, "nothing was counted"


def test_a_command_ends_without_putting_its_objects_away():
    program = (
        "import atexit, sys; from backprop_sheet.__main__ import main\n"
        "class Kept:\n"
        "    def __del__(self): print('put away', flush=True)\n"
        "kept, sys.argv = Kept(), ['backprop-sheet', *sys.argv[1:]]\n"
        "atexit.register(print, 'tidied up')\n"
        "main()"
    )
    for arguments, code in ((["--version"], 0), (["run", "--epochs", "0"], 2)):
        command = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
        assert done.returncode == code
        assert done.stdout.endswith("tidied up\n")
        assert "put away" not in done.stdout


def test_a_profile_is_printed_all_the_same():
    command = [sys.executable, "-m", "cProfile", "-m", "backprop_sheet", "--version"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert "function calls" in done.stdout
