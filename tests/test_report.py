"""The report: every number in it is a frame's or a given one; it can be read and printed."""

import base64
import re
import shlex
import subprocess
from functools import cache
from math import isclose
from pathlib import Path

import numpy as np
import pytest
from browser import axe
from click.testing import CliRunner

from backprop_sheet import load, summarise, tabulate, templates
from backprop_sheet.cli import cli
from backprop_sheet.definitions import definitions
from backprop_sheet.document import as_markdown
from backprop_sheet.errors import Diverged
from backprop_sheet.explainer import explain
from backprop_sheet.rates import RATES, rates_for
from backprop_sheet.reporter.report import report
from backprop_sheet.reporter.training import Commands, Training
from backprop_sheet.tabulator import errors_of

NUMBER = re.compile(r"(?<![\w.^{])-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?%?(?!\w|\.\d)")
COMMANDS = Commands("a", "b", "c", "d")
CITED = {323.0, 1986.0}
"""The numbers of the source."""


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, ["report", *arguments])


@cache
def trained(name, rates=(), **more):
    network = load(name)
    frames, left_out = {}, {}
    for eta in rates or rates_for(network):
        try:
            frames[eta] = tabulate(network.with_numbers(eta=eta))
        except Diverged as error:
            left_out[eta] = error
    return Training(network, frames[network.eta], frames, COMMANDS, left_out=left_out, **more)


@cache
def markdown(training):
    return as_markdown(report(training))


def prose(markdown):
    """What a report says in words and tables: no formulas, no commands, no pictures' names."""
    text = re.sub(r"(?ms)^\$\$.*?^\$\$|^```.*?^```|^!\[.*?$", "", markdown)
    return text.replace("\\", "")


def step_of(text):
    """By how much a number may be off that is printed like this."""
    mantissa, _, exponent = text.rstrip("%").replace(",", "").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5000001 * 10.0 ** (int(exponent or 0) - decimals) / (100 if "%" in text else 1)


def value_of(text):
    return float(text.rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)


def known(training):
    """Every number that the report may have, from the frames and the network alone."""
    network, frame = training.network, training.frame
    summary = summarise(training.frames, training.level)
    errors = [errors_of(one) for one in training.frames.values()]
    rises = [int(np.sum(np.diff(one) > 0)) for one in errors]
    samples = len(network.samples)
    epochs = len(frame) // samples
    facts = [
        *network.numbers.values(),
        *(value for sample in network.samples for value in sample.values()),
        *training.frames,
        *training.left_out,
        *(error.epoch for error in training.left_out.values()),
        *rises,
        training.level,
        *(len(network.trained), epochs, epochs - 1, epochs - 2),
        *(3, 2, 6, len(frame) - 5),  # rows shown and left out, and digits
        *range(max(3, samples + 1)),
        *CITED,
    ]
    facts += [x for x in summary.to_numpy().ravel() if np.isfinite(x)]
    return np.unique(np.concatenate([np.array(facts, float), frame.to_numpy().ravel()]))


@pytest.mark.parametrize("name", ["original", "xor", "growth", "iris", "convolution"])
def test_every_number_in_words_and_tables_is_the_trainings(name):
    training = trained(name)
    text = prose(markdown(training))
    for each in definitions(training.network):
        assert each.text in text
        text = text.replace(f"{each.of}: {each.text}", "")
    text = re.sub(r"(?m)^### \d+ · ", "", text)  # the numbers of the boxes
    text = re.sub(r"(?m)^\d+ more equations of|^.* Of \d+ quantities \d+ in", "", text)
    pool, found = known(training), NUMBER.findall(text)
    assert len(found) > 100
    for printed in found:
        near = np.abs(pool - value_of(printed)).min()
        assert near <= step_of(printed), printed


def test_a_number_that_is_not_the_trainings_is_found_by_the_test_above():
    pool = known(trained("original"))
    for printed in ("0.0141824", "0.00178203", "17.3%"):
        assert np.abs(pool - value_of(printed)).min() > step_of(printed)


def test_the_worked_epoch_is_right_by_arithmetic_and_ends_with_the_frames_numbers():
    training = trained("original", epoch=30)
    text = markdown(training)
    part = text.split("## Epoch 30")[1].split("## The table")[0]
    rows = [row.split(" &") for block in re.findall(r"(?s)aligned\}\n(.*?)\n\\end", part)
            for row in block.split(" \\\\\n")]  # fmt: skip
    sides, checked, row = [], 0, training.frame.loc[30]
    for left, right in rows:
        if left.strip():
            sides = [left.strip()]
        sides += [side.strip() for side in re.split(r"(?:^|\s)(?:=|\\rightarrow)\s", right) if side]
        if NUMBER.fullmatch(sides[-1]) or re.fullmatch(r"-?[\d.]+ \\cdot 10\^\{-?\d+\}", sides[-1]):
            computed, result = _computed(sides[-2]), _computed(sides[-1])
            if computed is not None:  # a partial that is a single quantity has only a result
                assert isclose(computed, result, rel_tol=6e-6), sides
                checked += 1
    assert checked >= 50
    labels = {"h_{1}": "h1", "a_{o2}": "a_o2", r"E_{\mathrm{Total}}": "E_Total"}
    labels |= {rf"\frac{{\partial E_{{\mathrm{{Total}}}}}}{{\partial w_{{{k}}}}}": f"∂E/∂w{k}"
               for k in range(1, 9)}  # fmt: skip
    for latex, label in labels.items():
        lines = re.findall(rf"(?m)^{re.escape(latex)} &= .*(?:\n &= .*)*", part)
        result = lines[-1].split("= ")[-1].removesuffix(" \\\\")
        assert _computed(result) == float(f"{row[label]:.6g}")
    after = training.frame.loc[31]
    for k in range(1, 9):
        (line,) = re.findall(rf"(?m)^w_\{{{k}\}} &\\rightarrow .*(?:\n &= .*)*", part)
        result = line.split("= ")[-1].removesuffix(" \\\\")
        assert _computed(result) == float(f"{after[f'w{k}']:.6g}")


def _computed(latex):
    """A number, or a product of numbers, in LaTeX; None if quantities are in it."""
    text = latex.replace(r"\tfrac{1}{2}", "0.5").replace(r"\cdot", "*").replace(r"\exp", "exp")
    text = re.sub(r"\\frac\{(.*)\}\{(.*)\}", r"((\1)/(\2))", text)
    text = re.sub(r"\^\{(-?\d+)\}", r"**(\1)", text).replace("^2", "**2")
    if re.search(r"[a-zA-Z_]", text.replace("exp", "")):
        return None
    text = re.sub(r"([\d.]+) \* 10\*\*\((-?\d+)\)", r"\1e\2", text)
    return eval(text, {"__builtins__": {}, "exp": np.exp})


def test_the_derivation_has_the_lines_of_the_boxes_and_says_how_many_are_missing():
    text = markdown(trained("original"))
    whole = r"\frac{\partial E_{\mathrm{Total}}}{\partial w_{%s}} &= %s"
    in_full = [sum(text.count(whole % (k, begin)) for begin in ("(a", "((a")) for k in range(1, 9)]
    assert in_full == [1] * 8
    large = trained("convolution")
    text = markdown(large)
    assert re.search(r"\\text\{… and \d+ more such as \}a_\{c1,1,2\}", text)
    (left,) = re.findall(r"(\d+) more equations of this epoch are left out", text)
    whole = explain(large.network)
    assert int(left) == sum(len(section.equations) for section in whole.sections) - 80


def test_what_the_rates_teach_follows_from_the_frames():
    training = trained("original")
    text = prose(markdown(training))
    last = {eta: errors_of(frame).iloc[-1] for eta, frame in training.frames.items()}
    assert min(last, key=last.get) == 2.0
    assert f"After 68 epochs η = 2 has the lowest E_Total, {last[2.0]:.6g}" in text
    assert "at epoch 21 with η = 2, at epoch 43 with η = 1 and at epoch 53 with η = 0.8" in text
    assert "the error never rises from one epoch to the next" in text
    text = prose(markdown(trained("convolution", RATES)))
    assert "2 times with η = 1 and 2 times with η = 2" in text
    assert "the optimizer" not in text
    assert "what the optimizer remembers" in markdown(trained("iris"))


def test_rates_that_are_too_large_are_named_with_the_epoch_where_it_ended():
    network = load("growth")
    frame = tabulate(network)
    with pytest.raises(Diverged) as ended:
        tabulate(network.with_numbers(eta=0.1))
    training = Training(network, frame, {network.eta: frame}, COMMANDS, left_out={0.1: ended.value})
    assert "η = 0.1 in epoch 1" in markdown(training)


def test_rates_lie_around_the_networks_own():
    assert rates_for(load()) == rates_for(load().with_numbers(eta=0.1)) == list(RATES)
    assert rates_for(load("growth")) == [0.0001, 0.0002, 0.0005, 0.0008, 0.001, 0.002]
    assert rates_for(load("iris")) == [0.01, 0.02, 0.05, 0.08, 0.1, 0.2]


# --- the command -------------------------------------------------------------------------------


def test_the_command_writes_a_folder_and_the_same_bytes_again(command, tmp_path):
    assert command("--lr", "0.5").exit_code == 0
    folder = tmp_path / "outputs" / "report_lr0.5"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert names == [
        *(f"pictures/{name}.png" for name in ("curve", "network", "rates")),
        *("report.html", "report.md", "table.csv"),
    ]
    before = {name: (folder / name).read_bytes() for name in names}
    assert command("--lr", "0.5").exit_code == 0
    assert before == {name: (folder / name).read_bytes() for name in names}
    text = before["report.md"].decode()
    for name in re.findall(r"\]\((.*?)\)", text):
        assert (folder / name).exists()
    page = before["report.html"].decode()
    embedded = [base64.b64decode(data) for data in re.findall(r"base64,([\w+/=]+)", page)]
    assert {before[name] for name in names[:3]} <= set(embedded)
    assert before["table.csv"].decode().count("\n") == 69
    assert r"in table.csv beside this report" in text.replace("\\", "")
    assert command("--lr", "0.5", "-o", "alone.html").exit_code == 0
    assert "beside this report" not in (tmp_path / "alone.html").read_text("utf-8")


def test_the_commands_in_it_give_what_they_promise(command, tmp_path):
    given = ["--network", "xor", "--lr", "0.5", "--epochs", "9", "--set", "w1=0.25"]
    assert command(*given, "--epoch", "8", "--columns", "deltas", "-o", "out").exit_code == 0
    text = (tmp_path / "out" / "report.md").read_text("utf-8")
    lines = re.findall(r"(?m)^backprop-sheet .*$", text)
    assert [shlex.split(line)[1] for line in lines] == ["table", "report", "run"]
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    again = CliRunner().invoke(cli, [*shlex.split(lines[1])[1:], "-o", "out"])
    assert again.exit_code == 0, again.output
    assert before == {path: path.read_bytes() for path in before}
    CliRunner().invoke(cli, shlex.split(lines[0])[1:])
    assert (tmp_path / "table.csv").read_bytes() == (tmp_path / "out/table.csv").read_bytes()


def test_a_page_stands_alone(command, tmp_path):
    done = command("--network", "linear", "-o", "one.html")
    assert done.stdout == "one.html  the report, as a page\n"
    assert [path.name for path in tmp_path.iterdir()] == ["one.html"]


def test_a_training_that_diverges_gives_what_came_before(command, tmp_path):
    done = command("--network", "growth", "--lr", "0.1", "-o", "out")
    assert done.exit_code == 3
    text = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "left the range of numbers in epoch 1" in text
    done = command("--network", "growth", "--lr", "0.1", "--epoch", "5", "-o", "other")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--epoch" in done.stderr
    assert not Path("other").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--epoch", "68"], "takes 0 to 67"),
        (["--sample", "2"], "got 2, there is one sample only"),
        (["--sample", "5", "--network", "xor"], "got 5, takes 1 to 4"),
        (["--threshold", "0"], "finite number above 0"),
        (["-o", "out.md"], "takes a folder or a file that ends in .html"),
        (["-o", "taken/out"], "is not a folder"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(arguments, words, command, tmp_path):
    (tmp_path / "taken").write_text("here")
    done = command(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.chromium
@pytest.mark.axe
def test_the_page_can_be_read_at_any_width_and_by_anybody(command, visit, tmp_path):
    command("-o", "one.html")
    for width, scheme in ((360, "light"), (1024, "dark"), (1920, "light")):
        options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        page = visit(tmp_path / "one.html", **options)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 600)")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 900})
    widths = page.evaluate(
        "[...document.querySelectorAll('.scroll > *')].map(e => e.getBoundingClientRect().width)"
    )
    assert len(widths) > 15
    assert max(widths) <= 672, "nothing is cut off on paper"
    command("--network", "linear", "-o", "short.html")
    assert axe(visit(tmp_path / "short.html")) == []


@pytest.mark.latex
def test_its_latex_compiles(tmp_path):
    text = markdown(trained("original"))
    blocks = re.findall(r"(?ms)^\$\$\n(.*?)\n\$\$", text)
    assert len(blocks) == 16
    body = "\n".join(f"\\[\n{block}\n\\]" for block in blocks)
    head = "\\documentclass{article}\\usepackage[margin=5mm]{geometry}\\usepackage{amsmath}"
    source = f"{head}\\begin{{document}}{body}\\end{{document}}"
    (tmp_path / "a.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"],
        cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize("name", templates.known())
def test_every_template_has_a_report(name, command, tmp_path):
    done = command("--network", name, "--epochs", "3", "-o", "one.html")
    assert done.exit_code in (0, 3), done.output
    assert (tmp_path / "one.html").stat().st_size < 1_500_000


def test_a_network_without_inputs_and_targets_has_a_report(command, tmp_path):
    content = 'error = "E"\n[trained]\nE0 = 0.5\n[formulas]\nE = "E0**2"\n'
    (tmp_path / "alone.toml").write_text(content, encoding="utf-8")
    done = command("--network", "alone.toml", "--epochs", "3", "-o", "r.html")
    assert done.exit_code == 0, done.output
    assert "E0" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_the_report_works_the_sample_of_fewest_zeros_or_the_one_asked_for(command, tmp_path):
    assert command("--network", "xor", "-o", "own.html").exit_code == 0
    page = (tmp_path / "own.html").read_text("utf-8")
    assert "Epoch 0, sample 4, η" in page
    assert command("--network", "xor", "--sample", "1", "-o", "first.html").exit_code == 0
    page = (tmp_path / "first.html").read_text("utf-8")
    assert "Epoch 0, sample 1, η" in page
    assert "backprop-sheet report --network xor --sample 1" in page
