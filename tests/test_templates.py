"""The templates learn what docs/networks.md says of them, and its mappings from books hold."""

import re
import tomllib
from itertools import islice, pairwise
from pathlib import Path

import pytest

from backprop_sheet import load, tabulate, train
from backprop_sheet.network.file import from_content
from backprop_sheet.templates import known

PAGE = (Path(__file__).parent.parent / "docs" / "networks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"(?m)^\| \[`(.+?)`\]\(\.\./templates/.+?\) \| .+ \| (\S+) \| (\S+) \|$", PAGE)
"""Of each template, its name, the epoch from which on all is right, and its last error."""


def all_right_from(network, frame):
    """The epoch from which on the outputs say the class of every sample; None if there is none."""
    design, size = network.design, network.layers[-1]
    hat = "_hat" if design.predicts_otherwise else ""
    names = ([f"{sign}{k}{end}" for k in range(1, size + 1)] for sign, end in [("a_o", hat), "t "])
    outputs, targets = (
        frame[design.of_each_sample([name.strip() for name in both])].to_numpy().reshape(-1, size)
        for both in names
    )
    single = size == 1
    right = (
        ((outputs > 0.5) == (targets > 0.5))[:, 0]
        if single
        else outputs.argmax(1) == targets.argmax(1)
    )
    epochs = right.reshape(-1, design.samples).all(axis=1)
    wrong = [epoch for epoch, fine in enumerate(epochs) if not fine]
    first = wrong[-1] + 1 if wrong else 0
    return first if first < len(epochs) else None


def test_the_page_leads_through_all_templates():
    assert sorted(name for name, *_ in ROWS) == sorted(known())


@pytest.mark.parametrize(("name", "right", "error"), ROWS)
def test_a_template_learns_its_task_in_its_sheet(name, right, error):
    network = load(name)
    frame = tabulate(network)
    last = frame["E_Mean" if len(network.samples) > 1 else "E_Total"].iloc[-1]
    assert f"{last:.3g}" == f"{float(error):.3g}"
    if right != "–":
        assert all_right_from(network, frame) == int(right)


def test_what_the_page_says_of_single_templates():
    last = tabulate(load("linear")).iloc[-1]
    assert (last["w1"], last["b1"]) == pytest.approx((1.8, 3.2), abs=2e-3)
    last = tabulate(load("logistic")).iloc[-1]
    assert 2 < -last["b1"] / last["w1"] < 3
    codes = tabulate(load("autoencoder"))[["a_h1", "a_h2"]].tail(4).round().to_numpy().tolist()
    assert codes == [[0, 1], [1, 0], [0, 0], [1, 1]]
    rows = tabulate(load("perceptron")).iloc[16:]
    assert (rows[["∂E/∂w1", "∂E/∂w2", "∂E/∂b1", "E_Total"]] == 0).all(axis=None)
    last = tabulate(load("embedding")).iloc[-1]
    assert last[["w1", "w3", "w5", "w7"]].round(1).tolist() == [1.3, 1.3, -1.6, -1.7]
    network = load("iris")
    frame = tabulate(network).tail(30)
    outputs, targets = (frame[[f"{sign}{k}" for k in (1, 2, 3)]] for sign in ("a_o", "t"))
    assert (outputs.to_numpy().argmax(1) == targets.to_numpy().argmax(1)).sum() == 29
    frame = tabulate(load("lstm")).tail(8)
    for cell in ("l1_1_c", "l2_1_c", "l3_1_c"):
        assert ((frame[cell] < 0) == (frame["i1"] == 1)).all()
    assert (frame[["a_l2_1_f", "a_l3_1_f"]] > 0.7).all(axis=None)


# --- what a row has, and what books call it ----------------------------------------------------

LINE = {"layers": [1, 1], "activation": "identity", "weights": [0.5], "eta": 0.1}
FOUR = {"inputs": [[1], [2], [3], [-1]], "targets": [[0], [1], [0.5], [1]]}


def rows_of(content, epochs):
    network = from_content(content, Path(), "book")
    size = len(network.samples)
    named = (dict(zip(network.columns, row, strict=True)) for row in train(network))
    return list(islice(named, epochs * size))


@pytest.mark.parametrize(
    ("steps", "updates"),
    [
        ({"update": "online"}, lambda epoch, sample: 4 * epoch + sample - 1),
        ({"update": "sequential"}, lambda epoch, sample: 4 * epoch + sample - 1),
        ({"update": "batch"}, lambda epoch, _: epoch),
        ({"batch_size": 2}, lambda epoch, sample: 4 * epoch // 2 + (sample - 1) // 2),
    ],
)
def test_the_row_after_so_many_updates(steps, updates):
    rows = rows_of(LINE | FOUR | steps, 3)
    found = [0]
    for before, row in pairwise(rows):
        found.append(found[-1] + (row["w1"] != before["w1"]))
    assert found == [updates(epoch, sample) for epoch in range(3) for sample in range(1, 5)]


def test_a_books_momentum_and_an_average_of_gradients():
    gradients = [row["dE_dw1"] for row in rows_of(LINE | FOUR, 1)]
    assert len(gradients) == 4
    one = LINE | {"inputs": [1], "targets": [0]}
    w, change, average = 0.5, 0.0, 0.0
    book = one | {"optimizer": {"name": "momentum", "mu": 0.8}}
    mean = book | {"eta": 0.1 * (1 - 0.8)}
    u = w
    for row, other in zip(rows_of(book, 5), rows_of(mean, 5), strict=True):
        assert (row["w1"], other["w1"]) == pytest.approx((w, u))
        change = -0.1 * w + 0.8 * change  # w itself is the slope of half its square
        average = 0.8 * average + (1 - 0.8) * u
        w, u = w + change, u - 0.1 * average


def test_a_books_delta_is_the_slope_for_the_bias_with_the_opposite_sign():
    (row,) = rows_of({"bias": "neuron"}, 1)
    for k in (1, 2):
        a, t = row[f"a_o{k}"], row[f"t{k}"]
        assert -row[f"dE_db{k + 2}"] == pytest.approx((t - a) * a * (1 - a))


def test_a_function_of_a_number_is_an_error_over_the_output():
    section = PAGE.partition("## A book's conventions")[2]
    (block,) = re.findall(r"(?ms)^```toml\n(.*?)^```", section.partition("\n## ")[0])
    rows = rows_of(tomllib.loads(block), 2)
    theta = rows[0]["w1"]
    assert (theta, rows[0]["E_Total"]) == (5, theta**2 - 4 * theta)
    assert rows[1]["w1"] == pytest.approx(5 - 0.1 * (2 * theta - 4))


def test_matrices_of_either_kind_number_the_weights_as_the_page_says():
    numbers = [f"{k / 10}" for k in range(1, 9)]
    for kind, first, second in re.findall(
        r"(?m)^\| matrix.+ for each (\w+),.+`(.+)` and `(.+)` \|", PAGE
    ):
        text = re.sub(r"w(\d)", lambda name: numbers[int(name[1]) - 1], f"[{first}, {second}]")
        content = tomllib.loads(f'weights = {text}\nweight_rows = "{kind}"')
        (row,) = rows_of(content, 1)
        assert [row[f"w{k}"] for k in range(1, 9)] == [float(number) for number in numbers]
