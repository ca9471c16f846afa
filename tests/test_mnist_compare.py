"""mnist compare: what it trains, what it makes of it, and that nothing is lost or done twice."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import chdir
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import openpyxl
import pytest
import spreadsheets
from click.testing import CliRunner
from openxml_audit import OpenXmlValidator
from PIL import Image

from backprop_sheet.cli import cli
from backprop_sheet.errors import InputError

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("tqdm", reason="tqdm is not installed")

from backprop_sheet.mnist import comparing, limits, recipes  # noqa: E402
from backprop_sheet.mnist.comparing import chance, work  # noqa: E402
from backprop_sheet.mnist.comparing.memory import memory  # noqa: E402
from backprop_sheet.mnist.comparing.plan import plan  # noqa: E402
from backprop_sheet.mnist.data import Digits  # noqa: E402
from backprop_sheet.mnist.model import Network  # noqa: E402
from backprop_sheet.mnist.settings import settings  # noqa: E402

OPTIONS = [
    *("--data", "digits", "--epochs", "2", "--batch-size", "100", "--batch-size", "20"),
    *("--lr", "0.1", "--lr", "1e20", "--without", "pooling", "--seed", "3", "--seed", "1"),
]
"""Of two batch sizes, two rates of which one is far too high, and a part left out; two seeds."""


def write_digits(folder, train=300, test=60):
    """Digits that are easily told apart: a bright row for each."""
    folder.mkdir()
    chance = np.random.default_rng(5)
    for part, count in (("train", train), ("t10k", test)):
        labels = np.arange(count, dtype=np.uint8) % 10
        images = chance.integers(0, 60, (count, 28, 28), dtype=np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label + 3 : 2 * label + 5] = 255
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
            head = bytes([0, 0, 8, array.ndim])
            (folder / f"{part}-{kind}-ubyte").write_bytes(head + sizes + array.tobytes())


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_digits(tmp_path / "digits")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(cli, ["mnist", "compare", *map(str, arguments)])


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """The folder of a comparison, and what the command printed."""
    folder = tmp_path_factory.mktemp("compared")
    write_digits(folder / "digits")
    with chdir(folder):
        done = run(*OPTIONS, "-o", "out")
    assert done.exit_code == 0, done.output
    return folder, done


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- what is trained -----------------------------------------------------------------------------


def test_each_thing_is_varied_by_itself_and_the_base_is_trained_once():
    chosen = plan({"batch": (128, 16), "rate": (0.1, 0.2, 0.3), "widths": ((4, 8),)}, (0, 1))
    assert [row[:3] for row in chosen.variants] == [
        ("batch size", "16", False), ("batch size", "128", True),
        ("learning rate", "0.1", True), ("learning rate", "0.2", False),
        ("learning rate", "0.3", False),
    ]  # fmt: skip
    trainings = chosen.trainings
    assert len(set(trainings)) == len(trainings) == 4 * 2
    assert {one.widths for one in trainings} == {(4, 8)}
    assert {(one.batch, one.rate) for one in trainings} == {
        (128, 0.1), (16, 0.1), (128, 0.2), (128, 0.3)
    }  # fmt: skip
    assert [one.seed for one in trainings] == [0] * 4 + [1] * 4, "one seed of each, then the next"


def test_numbers_stand_by_size_and_all_else_as_it_is_given():
    given = {"rate": (0.3, 0.01, 1.0), "recipe": ("original", "best"), "widths": ((8,), (4, 4))}
    values = [row.value for row in plan(given, (0,)).variants]
    assert values == ["original", "best", "0.01", "0.3", "1", "8", "4,4"]


def test_all_combinations_are_the_product():
    given = {"batch": (128, 16), "rate": (0.1, 0.2), "without": ("pooling",)}
    chosen = plan(given, (0,), all_combinations=True)
    assert {row.varied for row in chosen.variants} == {"batch size × learning rate × part left out"}
    found = {(one.batch, one.rate, one.without) for one in chosen.trainings}
    assert found == set(product((128, 16), (0.1, 0.2), ((), ("pooling",))))
    assert [row.value for row in chosen.variants if row.is_base] == ["128 × 0.1 × nothing"]
    assert chosen.variants[0].value == "16 × 0.1 × nothing"
    assert chosen.variants[-1].value == "128 × 0.2 × pooling"


def test_parts_are_left_out_one_at_a_time_and_compared_with_nothing_left_out():
    chosen = plan({"without": ("pooling", "activation")})
    assert [row.value for row in chosen.variants] == ["nothing", "pooling", "activation"]
    assert [row.settings[0].without for row in chosen.variants] == [
        (), ("pooling",), ("activation",)
    ]  # fmt: skip


def test_each_recipe_has_its_own_rate_unless_one_is_given():
    assert [one.rate for one in plan({"recipe": ("best", "original")}, (0,)).trainings] == [
        0.1, 0.01
    ]  # fmt: skip
    given = {"recipe": ("best", "original"), "rate": (0.05,)}
    assert {one.rate for one in plan(given, (0,)).trainings} == {0.05}


@pytest.mark.parametrize("given", [{}, {"batch": (128,)}, {"rate": (0.1, 0.1)}])
def test_nothing_to_compare_is_said_with_an_example(given):
    with pytest.raises(InputError, match="nothing to compare: repeat an option, such as --lr 0"):
        plan(given)


def test_a_part_that_the_recipe_has_not_is_no_comparison():
    with pytest.raises(InputError, match="augmentation is the same training as nothing, as recipe"):
        plan({"recipe": ("original",), "without": ("augmentation",)})


def test_no_two_settings_share_a_folder_on_any_system():
    place = work.Place(Digits("few", *np.zeros((4, 1), np.uint8)), 0x1A2B, Path())
    base = settings()
    others = [
        *(replace(base, batch=n) for n in (1, 12, 2)),
        *(replace(base, rate=x) for x in (1e-5, 1.0, 0.1 + 1e-17, 0.30000000000000004, 0.3, 1e30)),
        *(replace(base, widths=w) for w in ((8,), (8, 1), (81,), (8, 16))),
        *(replace(base, without=(p,)) for p in limits.LEFT_OUT),
        replace(base, without=tuple(limits.LEFT_OUT)),
        replace(base, half=True), replace(base, seed=10), replace(base, dropout=0.5),
        replace(base, recipe="original"), replace(base, threads=2), replace(base, epochs=1),
    ]  # fmt: skip
    names = {place.name_of(one) for one in {base, *others}}
    assert len(names) == len({base, *others})
    for name in names:
        assert re.fullmatch(r"[a-z0-9][a-z0-9.,+_-]*[a-z0-9]", name), name
        assert len(name) < 230
    assert place.name_of(replace(base, rate=1)) == place.name_of(replace(base, rate=1.0))
    assert "lr0.1" in place.name_of(base)
    assert replace(place, checksum=1).name_of(base) != place.name_of(base)


def test_a_recipe_with_other_numbers_is_another_training(monkeypatch):
    place = work.Place(Digits("few", *np.zeros((4, 1), np.uint8)), 1, Path())
    chosen = settings(half=True)
    before = place.name_of(chosen)
    other = replace(recipes.RECIPES["best"], augmented=0.5)
    monkeypatch.setitem(recipes.RECIPES, "best", other)
    assert place.name_of(chosen) != before


# --- memory --------------------------------------------------------------------------------------


def kept_by_autograd(chosen):
    """The bytes that PyTorch keeps for the backward pass of a step, each memory counted once."""
    network = Network(chosen.structure).to(memory_format=torch.channels_last).train()
    own = {t.untyped_storage().data_ptr() for t in (*network.parameters(), *network.buffers())}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = tensor, storage.nbytes()
        return tensor

    images = torch.rand(chosen.batch, 1, 28, 28)
    truth = torch.zeros(chosen.batch, dtype=torch.long)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        with torch.autocast("cpu", torch.bfloat16, enabled=chosen.half):
            answers = network(images)
        torch.nn.functional.nll_loss(answers, truth)
    return sum(size for place, (_, size) in kept.items() if place not in own)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize(
    "changes",
    [
        {}, {"batch": 50}, {"widths": (4, 8)}, {"dropout": 0.2},
        {"without": ("activation",)}, {"without": ("normalisation",)}, {"without": ("pooling",)},
        {"without": ("activation", "normalisation"), "dropout": 0.2},
        {"without": ("image-normalisation",)},
    ],
    ids=str,
)  # fmt: skip
def test_memory_is_what_pytorch_keeps(changes, half):
    chosen = settings("original", **({"batch": 7, "dropout": 0.0} | changes), half=half)
    weights = sum(p.numel() for p in Network(chosen.structure).parameters())
    copies = 3 * 4 * weights  # weights, gradients, momentum
    # nll_loss keeps one number more: the sum of the classes' weights
    assert memory(chosen) - copies == kept_by_autograd(chosen) - (2 if half else 4)


def test_memory_counts_what_the_recipe_keeps_of_each_weight():
    def copies(recipe, *without):
        chosen = settings(recipe, batch=1, dropout=0.0, without=without)
        return (memory(chosen) - memory(settings("original", batch=1, dropout=0.0))) / 4 / 18_594

    assert [copies("best"), copies("original", "momentum"), copies("best", "averaging")] == [
        1, -1, 0
    ]  # fmt: skip


def test_memory_leaves_the_random_numbers_as_they_are():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    memory(settings(widths=(3, 5)))
    assert torch.equal(torch.get_rng_state(), before)


# --- chance --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "freedom"), [(2, 1), (2, 4), (3, 6), (4, 8), (5, 10), (20, 40), (8, 400)]
)
def test_the_quantile_is_that_of_the_studentized_range(count, freedom):
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    expected = stats.studentized_range.ppf(0.95, count, freedom)
    assert chance.quantile(count, freedom) == pytest.approx(expected, abs=1e-4)


def test_the_quantile_is_that_of_the_printed_table():
    """Pearson and Hartley, Biometrika Tables for Statisticians I, table 29."""
    printed = {(2, 4): 3.93, (3, 6): 4.34, (4, 8): 4.53, (5, 10): 4.65, (6, 20): 4.45}
    assert {key: round(chance.quantile(*key), 2) for key in printed} == printed


def test_equal_settings_differ_by_more_in_one_of_twenty_comparisons():
    numbers, exceeded, trials = np.random.default_rng(2), 0, 4000
    for _ in range(trials):
        seeds = numbers.normal(0.97, 0.004, (4, 3))
        groups = [chance.Group(3, row.mean(), row.std(ddof=1)) for row in seeds]
        exceeded += np.ptp(seeds.mean(axis=1)) > chance.margin(groups)
    assert exceeded / trials == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / trials) ** 0.5)


def test_one_seed_cannot_tell():
    assert chance.margin([chance.Group(1, 0.9, 0.0), chance.Group(1, 0.5, 0.0)]) is None


# --- the tables ----------------------------------------------------------------------------------


def test_the_tables_are_what_the_histories_say(compared):
    folder, _ = compared
    trainings = rows_of(folder / "out" / "trainings.csv")
    assert len(trainings) == 4 * 2
    for training in trainings:
        history = rows_of(folder / "out" / training["folder"] / "history.csv")
        assert float(training["seconds"]) == sum(float(epoch["seconds"]) for epoch in history)
        if training["learning_rate"] == "1e+20":
            assert (training["accuracy"], training["diverged_in"]) == ("–", "1")
            continue
        last = history[-1]
        assert (last["epoch"], training["diverged_in"]) == ("2", "–")
        assert float(training["accuracy"]) == float(last["test_accuracy"])
        gap = float(last["train_accuracy"]) - float(last["test_accuracy"])
        assert float(training["gap"]) == gap
        reached = [e["epoch"] for e in history if float(e["test_accuracy"]) >= 0.98]
        assert training["epochs_to_98"] == (reached[0] if reached else "–")
    rows = rows_of(folder / "out" / "comparison.csv")
    assert [(row["varied"], row["value"], row["base"]) for row in rows] == [
        ("batch size", "20", "no"), ("batch size", "100", "yes"),
        ("learning rate", "0.1", "yes"), ("learning rate", "1e+20", "no"),
        ("part left out", "nothing", "yes"), ("part left out", "pooling", "no"),
    ]  # fmt: skip
    same = ("batch_size", "learning_rate", "without")
    for row in rows:
        of_row = [t for t in trainings if all(t[name] == row[name] for name in same)]
        assert row["seeds"] == ",".join(t["seed"] for t in of_row) == "3,1"
        if row["value"] == "1e+20":
            assert (row["diverged"], row["accuracy"], row["seconds"]) == ("2", "–", "–")
            continue
        numbers = [float(t["accuracy"]) for t in of_row]
        assert float(row["accuracy"]) == fmean(numbers)
        assert float(row["accuracy_sd"]) == stdev(numbers)


def test_a_reader_gets_rows_with_types(compared):
    folder, _ = compared
    found = comparing.read(folder / "out")
    assert list(found.groups) == ["batch size", "learning rate", "part left out"]
    first, diverged, last = found.rows[0], found.rows[3], found.rows[5]
    assert (first.batch_size, first.base) == (20, False)
    assert (found.rows[1].batch_size, found.rows[1].base) == (100, True)
    assert (first.widths, first.without) == ((8, 16, 32), ())
    assert (diverged.accuracy, diverged.diverged, last.without) == (None, 2, ("pooling",))
    assert first.memory_bytes == memory(settings(batch=20, half=first.precision != "float32"))
    assert [one.seed for one in found.of(first)] == [3, 1]
    assert set(found.verdicts) == {"batch size", "part left out"}
    assert (found.trainings[0].digits, found.trainings[0].test_digits) == ("digits", 60)


def test_verdicts_say_in_one_line_whether_it_may_be_chance(compared):
    folder, done = compared
    for name, verdict in comparing.read(folder / "out").verdicts.items():
        assert str(verdict) in done.stdout
        assert verdict.is_real == (verdict.difference > verdict.margin)
        assert ("more than chance" in str(verdict)) == (verdict.is_real and verdict.difference > 0)
        assert str(verdict).startswith(f"{name}: ")


WRONG = {
    "no folder": lambda _: None,
    "no trainings": lambda out: (out / "trainings.csv").unlink(),
    "another file": lambda out: (out / "comparison.csv").write_text("a,b\n1,2\n"),
    "cut short": lambda out: (out / "comparison.csv").write_bytes(
        (out / "comparison.csv").read_bytes()[:-9]
    ),
    "empty": lambda out: (out / "comparison.csv").write_text(""),
    "no text": lambda out: (out / "comparison.csv").write_bytes(b"\xff\xfe\x00"),
    "of another run": lambda out: (out / "trainings.csv").write_text(
        "".join((out / "trainings.csv").read_text("utf-8").splitlines(keepends=True)[:3])
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_folder_without_a_whole_comparison_is_one_line(what, compared, tmp_path):
    out = tmp_path / "out"
    if what != "no folder":
        out.mkdir()
        for name in ("comparison.csv", "trainings.csv"):
            (out / name).write_bytes((compared[0] / "out" / name).read_bytes())
    WRONG[what](out)
    with pytest.raises(InputError) as mistake:
        comparing.read(out)
    assert "\n" not in str(mistake.value)
    assert "out" in str(mistake.value)


# --- the workbook and the picture ----------------------------------------------------------------


def formulas_of(book):
    sheet = openpyxl.load_workbook(book)["Comparison"]
    return [c.coordinate for row in sheet for c in row if str(c.value).startswith("=")]


def assert_recalculated(book, value):
    """Every formula gives the value that is stored, within what engines may differ by."""
    stored = openpyxl.load_workbook(book, data_only=True)["Comparison"]
    cells = formulas_of(book)
    assert len(cells) > 50
    for cell in cells:
        found, expected = value(0, cell), stored[cell].value
        if isinstance(expected, str):
            assert found == expected, cell
        else:
            assert abs(found - expected) <= 1e-15 + 1e-12 * abs(expected), cell


def test_its_formulas_give_what_is_stored_in_ironcalc(compared):
    book = compared[0] / "out" / "comparison.xlsx"
    assert_recalculated(book, spreadsheets.ironcalc_values(book, {}))


@pytest.mark.libreoffice
def test_its_formulas_give_what_is_stored_in_libreoffice(compared, tmp_path):
    book = compared[0] / "out" / "comparison.xlsx"
    assert_recalculated(book, spreadsheets.libreoffice_values(book, {}, tmp_path))


def test_means_and_verdict_follow_a_training_that_is_changed(compared):
    book = compared[0] / "out" / "comparison.xlsx"
    names = [cell.value for cell in openpyxl.load_workbook(book)["Trainings"][1]]
    column = openpyxl.utils.get_column_letter(names.index("accuracy") + 1)
    values = spreadsheets.ironcalc_values(book, {f"{column}2": 0.5, f"{column}3": 0.5}, sheet=1)
    assert values(0, "B6") == 0.5
    assert values(0, "C6") == 0


def test_the_verdict_runs_on_into_empty_cells(compared):
    sheet = openpyxl.load_workbook(compared[0] / "out" / "comparison.xlsx")["Comparison"]
    verdicts = [row for row in sheet.iter_rows(max_col=5) if row[0].value == "the difference is"]
    assert len(verdicts) == 2
    for _, word, *behind in verdicts:
        assert word.alignment.horizontal == "left"
        assert not any(cell.value for cell in behind)


@pytest.mark.slow
@pytest.mark.validator
def test_two_validators_find_nothing_in_the_workbook(compared):
    book = compared[0] / "out" / "comparison.xlsx"
    result = OpenXmlValidator().validate(book)
    assert not result.errors
    assert result.warning_count == 0
    command = ["node", Path(__file__).parent / "validate.mjs", book]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=300)
    assert json.loads(done.stdout) == {str(book): []}


def test_the_picture_has_two_panels_for_each_thing(compared):
    with Image.open(compared[0] / "out" / "comparison.png") as picture:
        width, height = picture.size
    assert width == 1920
    assert height == round(150 * (0.75 + 3 * 4.3 + 0.3))


# --- nothing is done twice, nothing is lost ------------------------------------------------------

FEW = [
    *("--data", "digits", "--epochs", "3", "--widths", "2,2"),
    *("--lr", "0.1", "--lr", "0.2", "--seed", "0", "--seed", "1"),
]
"""Four small trainings."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of such a comparison."""
    folder = tmp_path_factory.mktemp("whole")
    write_digits(folder / "digits")
    with chdir(folder):
        done = run(*FEW, "-o", "out", "--jobs", "1")
    assert done.exit_code == 0, done.output
    return folder / "out"


@pytest.fixture
def done(whole, place):
    """A copy of that folder, beside its digits."""
    return shutil.copytree(whole, place / "out")


def results_in(folder):
    """All that a comparison gave: tables and histories without what was measured."""
    found = {}
    for path in sorted(folder.rglob("*.csv")):
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in rows_of(path)]
        found[path.relative_to(folder).as_posix()] = rows
    return found


def trained_again(*arguments):
    """The trainings that a command does, by what they are called."""
    finished = run(*arguments, "-o", "out", "--jobs", "1")
    assert finished.exit_code == 0, finished.output
    lines = [line for line in finished.stdout.splitlines() if ": test " in line]
    return [line.partition("  ")[2].partition(":")[0] for line in lines]


def files_in(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_what_was_done_is_not_done_again_and_new_values_are(done, whole):
    assert trained_again(*FEW) == []
    assert results_in(done) == results_in(whole)
    assert trained_again(*FEW, "--lr", "0.3", "--seed", "2") == [
        "learning rate 0.3, seed 0", "learning rate 0.3, seed 1",
        "base, learning rate 0.1, seed 2", "learning rate 0.2, seed 2", "learning rate 0.3, seed 2",
    ]  # fmt: skip
    assert files_in(done / "trainings") == {"history.csv", "result.json"}


def test_other_digits_are_other_trainings(done):
    write_digits(Path("others"), train=310)
    assert len(trained_again(*FEW, "--data", "others")) == 4


def test_damaged_files_are_made_anew(done, whole):
    folders = sorted((done / "trainings").iterdir())
    (folders[0] / "history.csv").write_bytes(b"epoch,rate\n1,2\n")
    (folders[1] / "result.json").write_bytes(b"\xff")
    (folders[2] / "result.json").write_bytes(b"{}")
    (folders[2] / "checkpoint.pt").write_bytes(b"no checkpoint")
    text = (folders[3] / "history.csv").read_text("utf-8")
    (folders[3] / "history.csv").write_text("".join(text.splitlines(keepends=True)[:-1]))
    assert len(trained_again(*FEW)) == 4
    assert results_in(done) == results_in(whole)
    assert files_in(done / "trainings") == {"history.csv", "result.json"}


def test_several_processes_give_the_same_as_one(place, whole):
    finished = run(*FEW, "-o", "out", "--jobs", "2")
    assert finished.exit_code == 0, finished.output
    assert results_in(Path("out")) == results_in(whole)
    for line in finished.stdout.splitlines()[1:4]:
        assert re.fullmatch(r"\d/4  .*, seed \d: test .*%, \d+\.\d s(; about .* left)?", line)


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(place, whole, monkeypatch):
    saved, calls = work.save_checkpoint, []

    def save(*arguments):
        saved(*arguments)
        calls.append(arguments)
        if len(calls) == 5:  # in the second training
            raise KeyboardInterrupt

    monkeypatch.setattr(work, "save_checkpoint", save)
    stopped = run(*FEW, "-o", "out", "--jobs", "1")
    assert stopped.exit_code == 130
    assert stopped.stderr == "Error: interrupted; the same command goes on from here\n"
    assert len(list(Path("out/trainings").glob("*/result.json"))) == 1
    assert len(list(Path("out/trainings").glob("*/checkpoint.pt"))) == 1
    assert not Path("out/comparison.csv").exists()
    assert len(trained_again(*FEW)) == 3
    assert len(calls) == 4 * 3, "no epoch was done twice"
    assert results_in(Path("out")) == results_in(whole)


def start(*arguments):
    """Begin a comparison in a process group of its own; what it prints goes to a file."""
    command = [sys.executable, "-m", "backprop_sheet", "mnist", "compare", *arguments]
    with Path("said.txt").open("a", encoding="utf-8") as said:
        return subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)


@pytest.mark.skipif(os.name == "nt", reason="a process group is killed as POSIX has it")
def test_killed_it_leaves_no_process_behind_and_goes_on(place, whole):
    process = start(*FEW, "-o", "out", "--jobs", "2")
    wait_for(lambda: list(Path("out").glob("trainings/*/*")))
    process.kill()  # only the main process: the others have to notice
    process.wait()
    wait_for(lambda: not alive(process.pid))
    assert not list(Path("out").glob("comparison*"))
    trained_again(*FEW)
    assert results_in(Path("out")) == results_in(whole)
    assert files_in(Path("out/trainings")) == {"history.csv", "result.json"}


def wait_for(condition, patience=120):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def alive(group):
    """Whether a process of a group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a process group is killed as POSIX has it")
def test_killed_at_many_moments_it_ends_with_the_same_tables(place):
    assert run(*OPTIONS, "-o", "whole").exit_code == 0
    moments, kills = np.random.default_rng(11), 0
    while True:
        process = start(*OPTIONS, "-o", "out", "--jobs", "2")
        try:
            code = process.wait(timeout=moments.uniform(3, 12) if kills < 8 else None)
            assert code == 0, Path("said.txt").read_text("utf-8")
            break
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
    assert kills
    assert results_in(Path("out")) == results_in(Path("whole"))


def test_a_full_disk_is_one_line_and_the_same_command_goes_on(place, whole, monkeypatch):
    written, calls = Path.write_bytes, []

    def full(path, data):
        calls.append(path)
        if len(calls) == 5:
            raise OSError(28, "No space left on device")
        return written(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        stopped = run(*FEW, "-o", "out", "--jobs", "1")
    assert stopped.exit_code == 2
    assert stopped.stderr.count("\n") == 1
    assert "No space left on device" in stopped.stderr
    assert not [path for path in Path("out").rglob("*") if "draft" in path.name]
    trained_again(*FEW)
    assert results_in(Path("out")) == results_in(whole)


# --- what users get wrong ------------------------------------------------------------------------

MISTAKES = {
    (): ["nothing to compare", "--lr 0.05 --lr 0.1", "--without pooling"],
    ("--lr", "0.1"): ["nothing to compare"],
    ("--seed", "1", "--seed", "2"): ["nothing to compare"],
    ("--recipe", "original", "--without", "averaging"): ["the same training", "recipe original"],
    ("--batch-size", "301", "--batch-size", "8"): ["--batch-size", "got 301, takes 1 to 300"],
    ("--lr", "0.1", "--lr", "fast"): ["--lr", "'fast'"],
    ("--without", "sense"): ["--without", "sense"],
    ("--lr", "1", "--lr", "2", "-o", "x.csv"): ["'x.csv'", "takes a folder"],
    ("--lr", "1", "--lr", "2", "-o", "digits/t10k-images-idx3-ubyte"): ["is not a folder"],
}


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line_and_nothing_is_trained(arguments, place, monkeypatch):
    monkeypatch.setattr(work, "train", None)
    done = run("--data", "digits", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    for words in MISTAKES[arguments]:
        assert words in done.stderr
    assert [path.name for path in place.iterdir()] == ["digits"]


def test_a_value_given_twice_counts_once_and_a_note_says_so(done):
    finished = run(*FEW, "--lr", "0.1", "-o", "out")
    assert finished.stderr == "Note: learning rate 0.1 is given more than once, and counts once\n"
    assert [row["value"] for row in rows_of(done / "comparison.csv")] == ["0.1", "0.2"]


def test_an_edited_workbook_is_kept_unless_forced_and_nothing_is_trained(done, monkeypatch):
    path = done / "comparison.xlsx"
    openpyxl.load_workbook(path).save(path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(work, "train", None)
        refused = run(*FEW, "--lr", "0.4", "-o", "out")
    assert refused.exit_code == 2
    assert "was edited after this program wrote it" in refused.stderr
    assert path.read_bytes() == before
    assert run(*FEW, "-o", "out", "--force").exit_code == 0
    assert path.read_bytes() != before
