"""Any small network: its file, its sheet, its views."""

import ast
import math
import re
import time
from itertools import islice
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from everyday import mostly_slow
from networks import network_of, other_network_of
from spreadsheets import convert_all, ironcalc, ironcalc_values, libreoffice_values, without_values

import backprop_sheet
from backprop_sheet import (
    InputError,
    Network,
    check,
    explain,
    load,
    network_drawing,
    tabulate,
    templates,
    train,
    write_workbook,
)
from backprop_sheet.cli import cli
from backprop_sheet.diagram import diagram_of, label_points
from backprop_sheet.explainer import FORMATS
from backprop_sheet.exporter import arrange
from backprop_sheet.formula import parse
from backprop_sheet.network import Kind
from backprop_sheet.network.choices import OPTIMIZERS
from backprop_sheet.network.declaration import forward
from backprop_sheet.network.file import from_content
from backprop_sheet.ooxml.addresses import letters
from backprop_sheet.program import program
from backprop_sheet.templates import known

TEMPLATES = list(known())
SHEETS, OTHERS = 30, 12


def column(network, rows, name):
    place = network.columns.index(name)
    return [row[place] for row in rows]


# --- known results ---------------------------------------------------------------------------


def test_mazur_s_example_gives_the_published_numbers():
    network = load("mazur")
    rows = list(islice(train(network), 10_000))
    errors = column(network, rows, "E_Total")
    assert errors[0] == pytest.approx(0.298371109, abs=5e-10)
    assert errors[1] == pytest.approx(0.2910277737, abs=5e-11)
    assert errors[9999] == pytest.approx(3.51085e-05, abs=5e-11)
    after = [column(network, rows[1:2], f"w{k}")[0] for k in range(1, 9)]
    published = [0.149780716, 0.19956143, 0.24975114, 0.29950229]
    published += [0.35891648, 0.408666186, 0.511301270, 0.561370121]
    assert after == pytest.approx(published, abs=6e-9)


def test_mazur_s_example_layer_by_layer_gives_other_published_numbers(tmp_path):
    network = load("mazur-sequential")
    rows = list(islice(train(network), 10_001))
    assert column(network, rows, "E_Total")[1] == pytest.approx(0.2910279239, abs=5e-11)
    outputs = [column(network, rows, name)[10_000] for name in ("a_o1", "a_o2")]
    assert outputs == pytest.approx([0.015912196, 0.984065734], abs=1e-9)
    assert network.by_rule == {"w1", "w2", "w3", "w4"}
    path = write_workbook(network, tabulate(network, 3), tmp_path / "sheet.xlsx")
    step = openpyxl.load_workbook(path, data_only=True)["Step"]
    texts = [str(cell.value) for row in step.iter_rows() for cell in row]
    assert "∂E_Total/∂o1 * new w5 + ∂E_Total/∂o2 * new w7" in texts
    assert any("one layer after the other" in text for text in texts)
    lines = backprop_sheet.boxes(network)[-1].lines
    assert lines[0] == "new w5 = w5 - η * ∂E_Total/∂w5"
    assert [line[:6] for line in lines] == ["new w5", "new w6", "new w7", "new w8", "w1 ← w"]


STEPS = {"layers": [1, 1], "weights": [0.5], "activation": "identity", "eta": 0.1}
STEPS |= {"inputs": [[1], [2], [3], [-1]], "targets": [[0], [1], [0.5], [1]]}


@pytest.mark.parametrize(("gradient", "part"), [("mean", 2), ("sum", 1)])
def test_a_step_of_some_samples_moves_by_the_mean_or_the_sum_of_their_gradients(gradient, part):
    network = from_content(STEPS | {"batch_size": 2, "gradient": gradient}, Path(), "parts")
    w, frame = 0.5, tabulate(network, 3)
    for start in range(0, len(frame), 2):
        assert frame["w1"][start : start + 2].tolist() == pytest.approx([w, w], abs=1e-15)
        slopes = [
            (w * x - t) * x
            for x, t in frame[["i1", "t1"]][start : start + 2].itertuples(index=False)
        ]
        gathered = frame[f"{gradient} ∂E/∂w1"][start : start + 2].tolist()
        assert gathered == pytest.approx([slopes[0] / part, sum(slopes) / part])
        w -= 0.1 * sum(slopes) / part


def test_penalties_are_part_of_the_error_and_spare_biases(tmp_path):
    network = from_content({"l1": 0.01, "l2": 0.1, "bias": "neuron"}, Path(), "penalties")
    plain = from_content({"bias": "neuron"}, Path(), "plain")
    row, bare = (dict(zip(n.columns, next(train(n)), strict=True)) for n in (network, plain))
    weights = [network.numbers[f"w{k}"] for k in range(1, 9)]
    assert row["R1"] == pytest.approx(0.01 * sum(weights))
    assert row["R2"] == pytest.approx(0.05 * sum(w * w for w in weights))
    assert row["E_Total"] == pytest.approx(bare["E_Total"] + row["R1"] + row["R2"])
    for name in network.trained:
        extra = 0.01 + 0.1 * network.numbers[name] if name[0] == "w" else 0
        assert row[f"dE_d{name}"] == pytest.approx(bare[f"dE_d{name}"] + extra)
    lines = [line for box in backprop_sheet.boxes(network) for line in box.lines]
    chain = "∂E_Total/∂w1 = ∂E_Total/∂h1 * ∂h1/∂w1 + ∂R1/∂w1 + ∂R2/∂w1"
    assert chain in lines
    assert "E_Total = E1 + E2 + R1 + R2" in lines
    assert_ironcalc_agrees(network, tmp_path)
    assert network.with_numbers(l2=0.3).numbers["l2"] == 0.3


@pytest.mark.slow
def test_a_penalty_on_as_many_weights_as_are_allowed_fits_in_a_cell(tmp_path):
    content = {
        "layers": [20, 10],
        "l1": 0.01,
        "l2": 0.1,
        "inputs": [0.1] * 20,
        "targets": [0.5] * 10,
    }
    network = from_content(content, Path(), "many")
    assert_ironcalc_agrees(network, tmp_path, epochs=2)
    for sheet in openpyxl.load_workbook(tmp_path / "sheet.xlsx").worksheets:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert max(map(len, texts)) < 8192


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("update", mostly_slow(["online", "batch", "sequential"], ["sequential"]))
def test_sheets_of_every_optimizer_are_live_and_right(name, update, tmp_path):
    optimizer = {"name": name, "weight_decay": 0.05}
    if OPTIMIZERS[name].under:
        optimizer["epsilon_inside"] = True
    content = {"optimizer": optimizer, "update": update, "inputs": [[0.05, 0.1], [0.3, -0.2]]}
    network = from_content(content | {"targets": [[0, 1], [1, 0]]}, Path(), name)
    assert_ironcalc_agrees(network, tmp_path)
    judgement = check(tmp_path / "sheet.xlsx", network)
    found = [finding.text for table in judgement.tables for finding in table.findings]
    assert (judgement.verdict, judgement.problem) == ("right", ""), found
    for form in FORMATS.values():
        assert form(explain(network, 2, None, 2), 6)


def test_gradients_for_the_inputs_are_columns_if_asked_for(tmp_path):
    content = {"input_gradients": True, "update": "batch", "inputs": [[0.05, 0.1], [0.3, -0.2]]}
    network = from_content(content | {"targets": [[0, 1], [1, 0]]}, Path(), "inputs")
    frame = tabulate(network, 3)
    for row, step in ((0, 1e-5), (1, 1e-5)):
        for name in ("i1", "i2"):
            ends = []
            for side in (1, -1):
                rows = [dict(sample) for sample in network.samples]
                rows[row][name] += side * step
                moved = [[sample["i1"], sample["i2"]] for sample in rows]
                other = from_content(
                    content | {"inputs": moved, "targets": [[0, 1], [1, 0]]}, Path(), "x"
                )
                ends.append(tabulate(other, 1)["E_Total"][row])
            assert frame[f"∂E/∂{name}"][row] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)
    assert_ironcalc_agrees(network, tmp_path)
    assert check(tmp_path / "sheet.xlsx", network).verdict == "right"
    said = FORMATS["text"](explain(network, 1, "∂E/∂i1"))
    assert "∂E_Total/∂i1   = ∂E_Total/∂h1 * w1 + ∂E_Total/∂h2 * w3 = " in said
    lines = [line for box in backprop_sheet.boxes(network) for line in box.lines]
    assert any(line.startswith("∂E_Total/∂i2 = ") for line in lines)


def test_a_layer_may_have_a_rate_of_its_own():
    one, other = (tabulate(from_content(c, Path(), "x"), 2) for c in ({}, {"rates": [0.5, 0]}))
    assert other["w1"][1] - 0.15 == pytest.approx(0.5 * (one["w1"][1] - 0.15))
    assert other["w5"][1] == 0.4


@pytest.mark.parametrize("clip", ["clip_value", "clip_norm"])
def test_clipped_gradients_have_columns_and_move_the_weights(clip, tmp_path):
    content = {"optimizer": {"name": "gradient descent", clip: 0.05}, "update": "batch"}
    content |= {"inputs": [[0.05, 0.1], [0.3, -0.2]], "targets": [[0, 1], [1, 0]]}
    network = from_content(content, Path(), "clip")
    frame = tabulate(network, 3)
    g = [frame[f"mean ∂E/∂w{k}"][1] for k in range(1, 9)]
    norm = math.sqrt(sum(x * x for x in g))
    factor = min(1, 0.05 / (norm + 1e-6))
    expected = [max(-0.05, min(0.05, x)) if clip == "clip_value" else x * factor for x in g]
    names = [f"clipped mean ∂E/∂w{k}" for k in range(1, 9)]
    assert [frame[name][1] for name in names] == pytest.approx(expected)
    assert [frame["w5"][0] - frame["w5"][2]] == pytest.approx([expected[4]])
    assert_ironcalc_agrees(network, tmp_path)
    assert check(tmp_path / "sheet.xlsx", network).verdict == "right"
    assert "clip" in FORMATS["latex"](explain(network, 1, "w5", 2))


def test_adagrad_s_memory_may_be_given():
    content = {"optimizer": {"name": "adagrad", "memory": 0.5}}
    frame = tabulate(from_content(content, Path(), "memory"), 2)
    g = frame["∂E/∂w1"][0]
    assert frame["w1"][1] == pytest.approx(0.15 - g / (math.sqrt(0.5 + g * g) + 1e-10))


def test_weights_decay_and_biases_do_not():
    content = {"bias": "neuron", "biases": [0.5] * 4, "eta": 0.5}
    decayed = content | {"optimizer": {"name": "gradient descent", "weight_decay": 0.1}}
    one, other = (tabulate(from_content(c, Path(), "decay"), 2) for c in (content, decayed))
    assert other["w1"][1] == pytest.approx(one["w1"][1] - 0.5 * 0.1 * 0.15)
    assert other["b1"][1] == one["b1"][1]


def test_views_of_a_step_of_some_samples_say_when_it_is_complete(tmp_path):
    network = from_content(STEPS | {"batch_size": 2, "gradient": "sum"}, Path(), "parts")
    frame = tabulate(network, 5)
    text = FORMATS["text"](explain(network, 1, "sum ∂E/∂w1", 3))
    assert "complete after sample 4" in text
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    assert "add up to their sum over the 2 samples of a step" in book.worksheets[0]["C3"].value
    place = next(
        cell.row for row in book["Step"].iter_rows(max_col=1) for cell in row
        if cell.value == "sum ∂E_Total/∂w1"
    )  # fmt: skip
    values = ironcalc_values(path, {"B3": 3, "B6": 1}, sheet=1)
    assert values(1, f"B{place}") == pytest.approx(frame["sum ∂E/∂w1"][3 * 4 + 1])
    values = ironcalc_values(path, {"B3": 3, "B6": 3}, sheet=1)
    assert values(1, f"B{place}") == pytest.approx(frame["sum ∂E/∂w1"][3 * 4 + 3])


PERCEPTRON = {
    "layers": [2, 1],
    "activation": "step",
    "bias": "neuron",
    "inputs": [[0, 0], [0, 1], [1, 0], [1, 1]],
    "targets": [[0], [0], [0], [1]],
    "weights": [0.3, -0.1],
    "eta": 0.1,
}
"""AND by the perceptron's rule."""


def test_a_step_neuron_learns_by_the_perceptron_s_rule(tmp_path):
    network = from_content(PERCEPTRON, Path(), "perceptron")
    w1, w2, b = 0.3, -0.1, 0.0
    for row in islice(train(network), network.rows(12)):
        (t, x1, x2), number = row[2:5], dict(zip(network.columns, row, strict=True))
        assert (number["w1"], number["w2"], number["b1"]) == pytest.approx((w1, w2, b), abs=1e-15)
        error = t - (1 if w1 * x1 + w2 * x2 + b > 0 else 0)  # Rosenblatt, 1958
        w1, w2, b = w1 + 0.1 * error * x1, w2 + 0.1 * error * x2, b + 0.1 * error
    assert number["E_Mean"] == 0
    assert_ironcalc_agrees(network, tmp_path)
    assert check(tmp_path / "sheet.xlsx", network).verdict == "right"


def test_an_error_without_targets_needs_none(tmp_path):
    (tmp_path / "data.csv").write_text("i1,i2\n1,2\n3,4\n", encoding="utf-8")
    for given in ("inputs = [[1, 2], [3, 4]]", 'data = "data.csv"'):
        text = f'layers = [2, 1]\nactivation = "sigmoid"\nerror = "output"\n{given}'
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        network = load(tmp_path / "mine.toml")
        assert [sample["t1"] for sample in network.samples] == [0, 0]
        rows = list(islice(train(network), 40))
        assert column(network, rows, "E1") == column(network, rows, "a_o1")
        assert rows[-1][network.columns.index("a_o1")] < 0.1


def test_only_the_chosen_part_of_a_condition_is_computed(tmp_path):
    """As by a spreadsheet's IF: ln of a number below 0 has no value, and is not asked for."""
    content = {"activation": "where(z, log(1 + z), -log(1 - z))", "inputs": [-20, 30]}
    network = from_content(content, Path(), "log")
    assert_ironcalc_agrees(network, tmp_path)
    assert tabulate(network, 1)["a_h1"][0] == pytest.approx(math.log(1 + 3))


def test_check_leaves_out_what_follows_a_rule(tmp_path):
    """Behind a hidden step neuron the gradients are derivatives, before it they are not."""
    content = {"activations": ["step", "sigmoid"], "bias": "neuron"}
    network = from_content(content, Path(), "step")
    assert network.by_rule == {"w1", "w2", "w3", "w4", "b1", "b2"}
    assert_ironcalc_agrees(network, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "sheet.xlsx").worksheets[2]
    assert "Gradients that follow a learning rule, not the error's slope, are left out" in (
        sheet["A7"].value
    )
    said = {sheet[f"A{row}"].value: sheet[f"G{row}"].value for row in range(10, 22)}
    without = {name for name, verdict in said.items() if not verdict}
    assert without == {f"∂E_Total/∂{weight}" for weight in network.by_rule}


def test_xor_is_learned():
    network = load("xor")
    rows = list(islice(train(network), network.rows(network.epochs)))
    assert [round(a) for a in column(network, rows[-4:], "a_o1")] == [0, 1, 1, 0]
    assert rows[-1][network.columns.index("E_Mean")] < 0.01
    assert len(rows) <= 400


def test_iris_is_told_apart():
    network = load("iris")
    frame = tabulate(network)
    last = frame.iloc[-len(network.samples) :]
    said = last[["a_o1", "a_o2", "a_o3"]].to_numpy().argmax(axis=1)
    right = last[["t1", "t2", "t3"]].to_numpy().argmax(axis=1)
    assert (said == right).sum() >= 28


@pytest.mark.parametrize("update", ["online", "batch"])
def test_means_add_up_row_by_row_to_the_mean_of_the_epoch(update, tmp_path):
    content = {"layers": [2, 3, 1], "inputs": [[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.2]]}
    content |= {"targets": [[0], [1], [1], [0], [0.3]], "update": update, "eta": 0.7}
    network = from_content(content, Path(), "means")
    samples, frame = 5, tabulate(network, 4)
    means = {"E_Mean": "E_Total"}
    if update == "batch":
        means |= {f"mean ∂E/∂{name}": f"∂E/∂{name}" for name in network.trained}
    for mean, of in means.items():
        of_epochs = frame[of].to_numpy().reshape(4, samples)
        found = frame[mean].to_numpy().reshape(4, samples)
        assert found == pytest.approx(of_epochs.cumsum(axis=1) / samples, rel=1e-13)
        assert found[:, -1] == pytest.approx(of_epochs.mean(axis=1), rel=1e-13)
    if update == "batch":  # the mean of all samples moves the weights, not that of some of them
        starts = frame[network.trained[0]][::samples].to_numpy()
        slopes = frame["∂E/∂w1"].to_numpy().reshape(4, samples).mean(axis=1)
        assert starts[1:] == pytest.approx(starts[:-1] - 0.7 * slopes[:-1], rel=1e-13)
    sheet = openpyxl.load_workbook(write_workbook(network, frame, tmp_path / "a.xlsx")).active
    assert "each row adds its part, and the last has the mean." in sheet["C3"].value


# --- sheets ----------------------------------------------------------------------------------


def recalculated(network, path):
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    return lambda row, place: model.get_cell_value(0, row, place)


def assert_sheet_gives(network, frame, value):
    layout = arrange(network, len(frame) // len(network.samples))
    for row, numbers in enumerate(frame.to_numpy().tolist()):
        for name, number in zip(network.columns, numbers, strict=True):
            found = value(layout.first_row + row, layout.columns[name])
            assert isinstance(found, int | float), (name, row, found)
            assert math.isclose(found, number, rel_tol=1e-11, abs_tol=1e-13), (name, row)


def assert_ironcalc_agrees(network, folder, epochs=8):
    frame = tabulate(network, epochs)
    path = write_workbook(network, frame, folder / "sheet.xlsx")
    assert_sheet_gives(network, frame, recalculated(network, path))
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    if network.by_rule.issuperset(network.trained):
        assert len(openpyxl.load_workbook(path).worksheets) == 3  # no difference confirms a rule
    else:
        assert model.get_cell_value(2, 5, 2) in {"PASS", "too small to tell"}  # tab Check


@pytest.mark.parametrize("name", mostly_slow(TEMPLATES))
def test_the_templates_sheets_are_live(name, tmp_path):
    assert_ironcalc_agrees(load(name), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SHEETS))
def test_sheets_of_random_networks_give_the_engine_s_numbers(seed, tmp_path):
    assert_ironcalc_agrees(network_of(7 * seed + 1), tmp_path)


@pytest.mark.parametrize("seed", mostly_slow(range(OTHERS), range(0, OTHERS, 4)))
def test_sheets_of_other_choices_give_the_engine_s_numbers_and_are_right(seed, tmp_path):
    network = other_network_of(seed)
    assert_ironcalc_agrees(network, tmp_path)
    judgement = check(tmp_path / "sheet.xlsx", network)
    found = [finding.text for table in judgement.tables for finding in table.findings]
    assert (judgement.verdict, judgement.problem) == ("right", ""), found


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(
    "network",
    [*map(network_of, [2, 3, 5, 14, 19]), *map(other_network_of, [1, 4, 8, 11, 15, 22])],
    ids=lambda network: network.name,
)
def test_sheets_of_random_networks_give_the_engine_s_numbers_in_libreoffice(network, tmp_path):
    frame = tabulate(network, 6)
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    values = libreoffice_values(path, {}, tmp_path)
    assert_sheet_gives(network, frame, lambda row, place: values(0, f"{letters(place)}{row}"))


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_templates_sheets_give_the_engine_s_numbers_in_libreoffice(tmp_path):
    networks = {name: load(name) for name in TEMPLATES}
    frames = {name: tabulate(network, 6) for name, network in networks.items()}
    stripped = []
    for name, frame in frames.items():
        path = write_workbook(networks[name], frame, tmp_path / f"{name}.full.xlsx")
        stripped.append(without_values(path, tmp_path / f"{name}.xlsx", {}))
    for name, saved in zip(
        TEMPLATES, convert_all(stripped, "xlsx", tmp_path / "recalculated"), strict=True
    ):
        book = openpyxl.load_workbook(saved, data_only=True)
        table = book.worksheets[0]
        assert_sheet_gives(
            networks[name], frames[name], lambda r, c, table=table: table.cell(r, c).value
        )
        for sheet in book.worksheets:
            cells = [cell for row in sheet.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "e"], (name, sheet.title)
            assert "FAIL" not in [cell.value for cell in cells], (name, sheet.title)


def test_changed_numbers_carry_through_a_sheet_with_samples(tmp_path):
    network = load("xor")
    path = write_workbook(network, tabulate(network, 5), tmp_path / "xor.xlsx")
    layout = arrange(network, 5)
    model = ironcalc.load_from_xlsx(str(path))
    model.set_user_input(0, layout.first_row, layout.columns["w1"], "0.5")
    model.evaluate()
    changed = tabulate(network.with_numbers(w1=0.5), 5)
    assert_sheet_gives(network, changed, lambda r, c: model.get_cell_value(0, r, c))


@pytest.mark.parametrize("name", mostly_slow(TEMPLATES))
def test_every_view_shows_every_template(name):
    network = load(name)
    sample = len(network.samples)
    for of in (None, *network.trained):
        explanation = explain(network, 2, of, sample)
        for form in FORMATS.values():
            assert form(explanation, 6)
    network_drawing(network, 2, sample)


def test_what_an_explanation_says_of_a_step_is_what_happens():
    for name in TEMPLATES:
        network = load(name)
        frame = tabulate(network, 4)
        rows = len(network.samples)
        step = explain(network, 2, None, rows)
        last = {e.name: e.result for s in step.sections for e in s.equations if e.becomes}
        after = frame.iloc[3 * rows]
        for weight in network.trained:
            assert last[weight] == pytest.approx(after[weight], rel=1e-12)


# --- files -----------------------------------------------------------------------------------

BAD = {
    "layers = [2, 2": "not valid TOML",
    "layer = [2, 2, 2]": "layer: got [2, 2, 2]; did you mean layers?",
    "layers = [2, 2, 2]\nweights = [0.1, 0.2]": "weights: got 2 numbers, layers [2, 2, 2] take 8",
    "layers = [2]": "layers: got [2], takes two layers or more",
    "layers = [2, 0, 2]": "takes a list of sizes",
    "layers = [2, 2.5]": "takes a list of sizes",
    'layers = "2-2-2"': "takes a list of sizes",
    "layers = [100000, 2]": "at most 250 are allowed",
    "inputs = [0.05, nan]": "inputs: got nan, takes finite numbers",
    "inputs = [0.05, 1e999]": "inputs: got inf, takes finite numbers",
    "inputs = [[0, 1], [1]]": "inputs, row 2: got 1 number, layers [2, 2, 2] take 2",
    "inputs = [[0, 1], [1, 1]]": "targets: got 1 row for 2 rows of inputs",
    'activation = "sigmoyd"': "activations: got 'sigmoyd', takes sigmoid, tanh",
    'activations = ["softmax", "sigmoid"]': "activations: got 'softmax'",
    'activations = ["tanh"]': "activations: got 1, layers [2, 2, 2] take 2",
    'error = "cross-entropy"': "error: 'cross-entropy' goes with 'softmax' on the output",
    'bias = "some"': "bias: got 'some', takes none, layer, neuron",
    'bias = "layer"\nbiases = [1]': "biases: got 1 number, layers [2, 2, 2] take 2 with bias",
    'train_bias = "yes"': "train_bias: got 'yes', takes true or false",
    'update = "sometimes"': "update: got 'sometimes', takes online, batch, sequential",
    "[optimizer]\nmu = 0.9": "optimizer: no name; takes gradient descent",
    'targets = [2, 0]\nerror = "binary cross-entropy"': "takes numbers from 0 to 1",
    'optimizer = "adamax"': "optimizer.name: got 'adamax', takes gradient descent",
    '[optimizer]\nname = "adadelta"\nepsilon_inside = true': "adadelta takes rho, epsilon, weight",
    '[optimizer]\nname = "adam"\nepsilon_inside = 1': "epsilon_inside: got 1, takes true or false",
    '[optimizer]\nname = "adagrad"\nmemory = -1': "optimizer.memory: got -1, takes a number from 0",
    "clip_norm = 1": "unknown key 'clip_norm'; it goes into [optimizer], with any name",
    '[optimizer]\nname = "adam"\nclip_value = 0': "optimizer.clip_value: got 0, takes a number",
    '[optimizer]\nname = "adam"\nclip_value = 1\nclip_norm = 1': "give only one of them",
    'update = "sequential"\noptimizer = { name = "adam", clip_norm = 1 }': "clip_value does",
    f'layers = [1, 210]\ninputs = [0]\ntargets = {[0] * 210}\n[optimizer]\nname = "adam"\n'
    "clip_norm = 1": "clip_norm: 210 weights and biases do not fit in the one formula of a norm",
    "rates = [1]": "rates: got 1 number, layers [2, 2, 2] take 2, one for each layer after the",
    "rates = [1, -1]": "rate2: got -1",
    'input_gradients = "yes"': "input_gradients: got 'yes', takes true or false",
    "eps = 1e-8": "it is called epsilon, and goes into [optimizer]",
    '[optimizer]\nname = "adam"\nbeta = 1': "optimizer: unknown key 'beta'; did you mean beta",
    '[optimizer]\nname = "adam"\nbeta1 = 1': "optimizer.beta1: got 1, takes a number from 0 on",
    '[schedule]\nname = "step"': "schedule.every: schedule 'step' needs a number",
    '[schedule]\nname = "step"\nevery = 0': "schedule.every: got 0, takes a number of epochs",
    "eta = 0": "the learning rate eta = 0.0 is not above 0",
    'eta = "fast"': "eta: got 'fast', takes finite numbers",
    "epochs = 0": "epochs: got 0, takes a whole number from 1 on",
    'layers = [2, 2, 2]\nweights = "xavir"': "weights: got 'xavir', takes uniform, xavier, he",
    'data = "../secret.csv"': "data: got '../secret.csv', takes the name of a CSV file",
    'data = "none.csv"': "none.csv: cannot be read",
    'data = "a\\u0000b.csv"': "data: got 'a\\x00b.csv', takes the name of a CSV file",
    # What a person meant who writes so
    "layers = [2, 2, 1]\ninputs = [[0, 1], [1, 0]]\ntargets = [1, 0]": "write [[1], [0]]",
    "layers = [2, 2, 1]\ninputs = [[0, 1], [1, 0]]\ntargets = [[1, 0]]": "write [[1], [0]]",
    "layers = [2, 1]\ninputs = [0, 0, 1, 1]\ntargets = [[0], [1]]": "write [[0, 0], [1, 1]]",
    "weights = [[0.1, 0.2], [0.3, 0.4], [1, 2], [3, 4]]": "takes one list of 8 numbers, layer by",
    "weights = [[[0.1, 0.2], [0.3, 0.4]], [[1, 2], [3, 4]]]": 'weight_rows = "neuron" or "input"',
    "weights = [[[0.1, 0.2], [0.3, 0.4]]]": "weights: got matrices for 1 layer, lay",
    'weights = [[[1, 2], [3, 4]], [[1, 2]]]\nweight_rows = "input"': "matrix 2: got 1 row of 2,",
    "weights = [[[1, 2], [3]], [[1]]]\nweight_rows = 'input'": "got rows of different lengths",
    "weights = [[[1, 2], [3, nan]], [[1, 2], [3, 4]]]\nweight_rows = 'input'": "weights: got nan",
    'weights = [[[1, 2], [3, 4]], [[1, 2]]]\nweight_rows = "column"': "takes neuron or input",
    'weight_rows = "input"': "weight_rows: goes with weights as matrices, and they are none",
    'bias = "layer"\nthresholds = [1]': "thresholds: got 1 number, layers [2, 2, 2] take 2",
    "thresholds = [1, 2]\nbiases = [1, 2]": "biases and thresholds: give only one of them",
    'class_column = "species"': "class_column: names columns of a CSV file, so it goes with data",
    'data = "x.csv"\ninput_columns = ["a"]': "input_columns: got 1 name, layers take 2",
    'data = "x.csv"\ninput_columns = "a"': "input_columns: got 'a', takes a list of 2 names of col",
    'data = "x.csv"\nclass_column = 3': "class_column: got 3, takes the name of a column",
    'data = "x.csv"\nclass_column = "a"\ntarget_columns = ["b", "c"]': "give only one of them",
    '[optimizer]\nname = "adam"\nepochs = 9': "optimizer: epochs is not one of its settings",
    "inputs = [[0, 1], [1, 0]]\ntargets = [[1], [0]]": "layers: missing, so they are those of",
    "inputs = [1, 2, 3]": "2 inputs; but inputs has 3 numbers. Write layers, such as",
    "weight_decay = 0.1": "unknown key 'weight_decay'; it goes into [optimizer], with any name",
    "regularization = 0.1": "penalties are l1 and l2; weight_decay goes into [optimizer]",
    "l2 = -0.1": "l2: got -0.1, takes a number from 0 on",
    'l1 = "some"': "l1: got 'some', takes finite numbers",
    '[optimizer]\nname = "adam"\nweight_decay = -1': "optimizer.weight_decay: got -1, takes",
    f"l2 = 0.1\nlayers = [1, 210]\ninputs = [0]\ntargets = {[0] * 210}": "l2: 210 weights do not",
    'error = "mse"': "did you mean 'mean squared'?",
    'optimizer = "sgd"': "did you mean 'gradient descent'?",
    'optimizer = "Adam"': "did you mean 'adam'?",
    'activation = "linear"': "did you mean 'identity'?",
    'activation = "Sigmoid"': "did you mean 'sigmoid'?",
    'activation = "leaky_relu"': "did you mean 'leaky relu'?",
    'activation = "maxout"': "step, or a formula over z; softmax on the output layer only",
    'error = "mea"': "error: got 'mea', takes half squared, mean squared",
    'error = "mae"': "did you mean 'mean absolute'?",
    'error = "maximum"': "output, or a formula over t, n and a",
    'error = "(y - a)**2"': "takes a formula over t, n and a, without y",
    'error = "t*n"': "takes a formula over t, n and a, and has to contain a",
    'error = "abs(t - a) % 2"': "'abs(t - a) % 2' is not allowed: a formula takes names, numbers",
    'error = "hinge"': "targets of sample 1: got [0.5, 0.5], hinge takes numbers that are -1 or 1",
    'activation = "silu"': "did you mean 'swish'?",
    'activation = "z*tan(z)"': "got 'z*tan(z)', takes a formula over z; 'tan(z)' is not allowed: a",
    'activation = "z + x"': "activations: got 'z + x', takes a formula over z, without x",
    'activation = "1 + 1"': "takes a formula over z, and has to contain z",
    'activation = "tanh(z"': "takes a formula over z; 'tanh(z' is not a formula: '(' was never cl",
    f'activation = "{"z/(1 + " * 22}z{")" * 22}"': "its derivative is too long for a cell, so make",
    'activation = "z*1e999"': "takes a formula over z and finite numbers",
    f'activation = "z{" + z" * 70}"': "takes a formula over z of at most 200 characters",
    'activation = ["tanh", "tanh"]': "takes one name; a list is activations",
    'activations = "tanh"': "one name for all of them is activation",
    "learning_rate = 0.5": "unknown key 'learning_rate'; the learning rate is eta",
    "batch_size = 4": "batch_size: got 4, takes a number by which 1 sample can be divided",
    "batch_size = 0": "batch_size: got 0, takes a whole number from 1 on",
    'batch_size = 1\nupdate = "online"': 'goes with update = "batch", not with "online"',
    "update = 3": "a step of 3 samples is batch_size = 3",
    "minibatch = 3": "unknown key 'minibatch'; the number of samples of a step is batch_size",
    'gradient = "total"': "gradient: got 'total', takes mean, sum",
    "momentum = 0.9": 'optimizer = { name = "momentum", mu = 0.9 }',
    "mu = 0.9": 'it goes into [optimizer], with name = "momentum" or "nesterov"',
    '[optimizer]\nname = "adam"\nmu = 0.9': "adam takes beta1, beta2, epsilon, weight_decay, cli",
    '[optimizer]\nname = "adam"\nlr = 0.9': "clip_value, clip_norm; the learning rate is eta",
    'optimizer = { name = "gradient descent", x = 1 }': "gradient descent takes weight_decay,",
    "[network]\nlayers = [2, 2]": "write its keys at the top of the file, without [network]",
    "Eta = 1": "did you mean eta?",
    "biases = [0.35, 0.6]": 'did you mean bias = "layer"?',
    "bias = true": "did you mean 'neuron'?",
    'eta = "0.5"': "takes finite numbers, without quotes",
    "eta = 0,5": "a decimal has a point: 0.5",
    "error = mean squared": "text goes in quotes",
    "eta = 1\neta = 2": "a key is given twice",
    'weights = "random"': "uniform, xavier, he, or a list of 8 numbers; did you mean",
    'schedule = "step"': 'schedule = { name = "step", every = 20 }',
    'activations = ["tanh", "softmax"]\ntargets = [1, 1]': "it is the error of softmax",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_does_not_fit_is_one_line_with_file_key_and_what_is_taken(text, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli, ["run", "--network", str(path), "--output", str(tmp_path / "o")])
    assert done.exit_code == 2
    assert BAD[text] in done.output
    assert "mine.toml" in done.output
    assert done.output.count("\n") == 1
    assert not (tmp_path / "o").exists()


def test_softmax_without_an_error_has_cross_entropy_and_says_so(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('activations = ["tanh", "softmax"]', encoding="utf-8")
    assert load(path).design.error == "cross-entropy"
    done = CliRunner().invoke(cli, ["table", "--network", str(path), "--epochs", "1"])
    assert (done.exit_code, done.stderr.count("\n")) == (0, 1)
    assert "mine.toml gives no error, and with softmax it is cross-entropy" in done.stderr
    chosen = path.read_text(encoding="utf-8") + '\nerror = "half squared"'
    path.write_text(chosen, encoding="utf-8")
    assert load(path).design.error == "half squared"
    assert CliRunner().invoke(cli, ["table", "--network", str(path)]).stderr == ""


def test_epsilon_may_be_0(tmp_path):
    path = tmp_path / "mine.toml"
    for name in ("adam", "rmsprop"):
        path.write_text(f'optimizer = {{ name = "{name}", epsilon = 0 }}', encoding="utf-8")
        assert len(tabulate(load(path), 3)) == 3


NO_NETWORKS = {
    "homework.xlsx": "'homework.xlsx' is not a network file: its name has to end in .toml; check",
    "folder.toml": "'folder.toml' is a folder",
    "notes.txt": "its name has to end in .toml",
    "min.toml": "no file 'min.toml'; did you mean mine.toml?",
    "mine": "no template 'mine'; did you mean mine.toml?",
    "xr": "no template 'xr'; did you mean xor?",
    "nothing": f"there are {', '.join(known())}, or a file named *.toml",
    "utf16.toml": "not a text in UTF-8",
}


@pytest.mark.parametrize("name", NO_NETWORKS)
def test_what_is_no_network_is_told_apart(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder.toml").mkdir()
    for file in ("homework.xlsx", "notes.txt", "mine.toml"):
        Path(file).touch()
    Path("utf16.toml").write_text("eta = 1", encoding="utf-16")
    done = CliRunner().invoke(cli, ["table", "--network", name])
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert NO_NETWORKS[name] in done.output


def test_a_network_file_executes_nothing(tmp_path):
    path = tmp_path / "mine.toml"
    for value in ("\"__import__('os').system('x')\"", '"{z.__class__}"'):
        path.write_text(f"activation = {value}", encoding="utf-8")
        with pytest.raises(InputError, match="activations: got"):
            load(path)


def test_an_empty_file_is_the_original(tmp_path):
    (tmp_path / "empty.toml").touch()
    network = load(tmp_path / "empty.toml")
    assert network.numbers == load().numbers
    assert program(network) == program(load())


def test_weights_are_drawn_from_the_seed_and_written_out():
    content = {"layers": [3, 4, 2], "inputs": [0, 1, 2], "targets": [0, 1], "weights": "he"}
    one, same = (from_content({**content, "seed": 5}, Path(), "x") for _ in range(2))
    other = from_content({**content, "seed": 6}, Path(), "x")
    assert one.numbers == same.numbers != other.numbers
    assert all(abs(one.numbers[f"w{k}"]) <= math.sqrt(6 / 3) for k in range(1, 13))


def test_samples_come_from_a_csv_beside_the_file(tmp_path):
    (tmp_path / "and.csv").write_text("i2,i1,t1\n0,0,0\n0,1,0\n1,1,1\n", encoding="utf-8")
    path = tmp_path / "and.toml"
    path.write_text('layers = [2, 1]\ndata = "and.csv"', encoding="utf-8")
    assert [tuple(s.values()) for s in load(path).samples] == [(0, 0, 0), (0, 1, 0), (1, 1, 1)]
    (tmp_path / "and.csv").write_text("i1,i2,t1\n0,0,0\n0,x,0\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"and.csv, line 3, i2: got 'x', takes finite numbers"):
        load(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("i1,i2,t1\n0,5,1,0\n", "and.csv, line 2: more cells than the first line has columns"),
        ("i1,i1,i2,t1\n0,1,0,1\n", "and.csv: its first line has i1 more than once"),
    ],
)
def test_a_csv_that_could_be_read_in_two_ways_is_refused(text, message, tmp_path):
    with pytest.raises(InputError, match=re.escape(message)):
        from_csv(text, tmp_path)


def from_csv(text, folder, encoding="utf-8"):
    """A network of two inputs and one output, with the samples of a CSV file."""
    (folder / "and.csv").write_bytes(text.encode(encoding))
    (folder / "and.toml").write_text('layers = [2, 1]\ndata = "and.csv"', encoding="utf-8")
    return load(folder / "and.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("i1;i2;t1\n0,5;1;1\n", "no column t1, i1, i2 in its first line, which has 'i1;i2;t1'; "
         "use commas between columns, and a point in decimals"),
        ("i1\ti2\tt1\n0\t1\t1\n", "use commas between columns"),
        ('i1,i2,t1\n"0,5",1,1\n', "and.csv, line 2, i1: got '0,5', takes finite numbers; "
         "decimals are written with a point: 0.5"),
        ("i1,i2,t1\n0,1,1\n0,1\n", "and.csv, line 3: no number for t1"),
        ("i1,i2,t1\n\n0,,1\n", "and.csv, line 3: no number for i2"),
        ("i1,i2,t1\n# a comment\n", "and.csv, line 2: no number for t1, i2"),
        ("i1,i2,t1\n1_000,1,1\n", "and.csv, line 2, i1: got '1_000', takes finite numbers"),
        ("i1,i2,t1\n0,nan,1\n", "and.csv, line 2, i2: got nan, takes finite numbers"),
        ("i1,i2,t1\n\n", "and.csv: it has no samples"),
        ("\n", "no column t1, i1, i2 in its first line, which has ''"),
    ],
)  # fmt: skip
def test_a_line_of_a_csv_that_cannot_be_read_is_named(text, message, tmp_path):
    with pytest.raises(InputError, match=re.escape(message)):
        from_csv(text, tmp_path)


def test_a_csv_in_another_encoding_is_told(tmp_path):
    with pytest.raises(InputError, match="and.csv: not text in UTF-8; save it as CSV UTF-8"):
        from_csv("i1,i2,t1\n0,1,1\n", tmp_path, "utf-16")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("i1,i2,t1\n0.5,1,0\n", "utf-8-sig"),
        ('"i1","i2","t1"\r\n"0.5","1","0"\r\n', "utf-8"),
        ("\n\ni1,i2,t1\n\n0.5,1,0\n,,\n   \n", "utf-8"),
        ("i1, i2, t1\n 0.5, 1, 0\n", "utf-8"),
        ("i1,i2,t1,\n0.5,1,0,\n", "utf-8"),
        ("i1,i2,t1\n0.5,1,0,,\n", "utf-8"),
        ("name,t1,i2,i1\na,0,1,0.5\n", "utf-8"),
    ],
)
def test_what_spreadsheets_write_is_read(text, encoding, tmp_path):
    network = from_csv(text, tmp_path, encoding)
    assert network.samples == ({"t1": 0.0, "i1": 0.5, "i2": 1.0},)


FLOWERS = "petal length,species,colour\n1.4,setosa,x\n4.7,versicolor,y\n1.3,setosa,z\n"


def flowers(text, keys, folder):
    (folder / "flowers.csv").write_text(text, encoding="utf-8")
    head = 'layers = [1, 2]\nactivation = "softmax"\ndata = "flowers.csv"\n'
    (folder / "mine.toml").write_text(head + keys, encoding="utf-8")
    return load(folder / "mine.toml")


def test_a_column_of_classes_becomes_one_target_for_each(tmp_path):
    keys = 'class_column = "species"\ninput_columns = ["petal length"]'
    network = flowers(FLOWERS, keys, tmp_path)
    assert [tuple(sample.items()) for sample in network.samples] == [
        (("t1", 1), ("t2", 0), ("i1", 1.4)),
        (("t1", 0), ("t2", 1), ("i1", 4.7)),
        (("t1", 1), ("t2", 0), ("i1", 1.3)),
    ]
    text = "petal length,a,b\n1.4,1,0\n4.7,0,1\n1.3,1,0\n"
    same = flowers(text, 'input_columns = ["petal length"]\ntarget_columns = ["a", "b"]', tmp_path)
    assert same == network


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            FLOWERS + "5,virginica,x",
            "species: got 3 names ('setosa, versicolor, virginica') for 2 o",
        ),
        (FLOWERS + "5,,x", "flowers.csv, line 5: no number for species"),
        (FLOWERS + "big,setosa,x", "line 5, petal length: got 'big', takes finite numbers"),
        ("length,species\n1,a", "no column petal length in its first line"),
        ("petal length,kind\n1,a", "no column species in its first line"),
        ("petal length,species,species\n1,a,a", "its first line has species more than once"),
    ],
)
def test_columns_of_one_s_own_are_named_in_errors(text, message, tmp_path):
    with pytest.raises(InputError, match=re.escape(message)):
        flowers(text, 'class_column = "species"\ninput_columns = ["petal length"]', tmp_path)


def test_weights_may_be_matrices_either_way_round():
    content = {"layers": [3, 2, 2], "inputs": [1, 2, 3], "targets": [0, 1]}
    flat = from_content(content | {"weights": list(range(1, 11))}, Path(), "flat")
    by_neuron = [[[1, 2, 3], [4, 5, 6]], [[7, 8], [9, 10]]]
    by_input = [[[1, 4], [2, 5], [3, 6]], [[7, 9], [8, 10]]]
    for matrices in (by_neuron, by_input):  # the first is not square, and says which
        assert from_content(content | {"weights": matrices}, Path(), "x") == flat
    square = {"layers": [2, 2], "inputs": [1, 2], "targets": [0, 1]}
    flat = from_content(square | {"weights": [1, 2, 3, 4]}, Path(), "flat")
    for rows, matrix in (("neuron", [[1, 2], [3, 4]]), ("input", [[1, 3], [2, 4]])):
        for weights in (matrix, [matrix]):
            given = square | {"weights": weights, "weight_rows": rows}
            assert from_content(given, Path(), "x") == flat
    one = {"layers": [1, 1], "inputs": [1], "targets": [0]}
    assert from_content(one | {"weights": [[0.5]]}, Path(), "x").numbers["w1"] == 0.5


def test_thresholds_are_negative_biases():
    content = {"bias": "layer", "thresholds": [0.5, 0]}
    numbers = from_content(content, Path(), "x").numbers
    assert [repr(numbers[name]) for name in ("b1", "b2")] == ["-0.5", "0.0"]


def test_a_byte_order_mark_is_no_part_of_a_network(tmp_path):
    (tmp_path / "mark.toml").write_text("eta = 0.5", encoding="utf-8-sig")
    assert load(tmp_path / "mark.toml").eta == 0.5


def test_a_number_of_one_sample_among_several_is_not_set_from_outside():
    with pytest.raises(InputError, match="i1 has a number for each of 4 samples"):
        load("xor").with_numbers(i1=0.3)


# --- commands --------------------------------------------------------------------------------


@pytest.fixture
def _inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_inside")
def test_a_template_is_copied_with_its_samples_and_runs():
    done = CliRunner().invoke(cli, ["new", "mine.toml", "--from", "iris"])
    assert done.output.split() == ["mine.toml", "iris.csv"]
    done = CliRunner().invoke(cli, ["new", "mine.toml"])
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "exists already" in done.output
    done = CliRunner().invoke(cli, ["run", "--network", "mine.toml", "--epochs", "3"])
    assert done.exit_code == 0
    assert "11,250 cells: 90 rows of 125 columns" in done.output
    assert Path("outputs/mine_lr0.1.xlsx").exists()
    assert Path("outputs/mine_error_lr0.1.png").exists()


@pytest.mark.usefixtures("_inside")
@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_listed_and_shown(name):
    listed = CliRunner().invoke(cli, ["templates"]).output
    assert f"{name} " in listed
    shown = CliRunner().invoke(cli, ["templates", "show", name]).output
    assert shown == (backprop_sheet.templates.folder() / f"{name}.toml").read_text("utf-8")


@pytest.mark.usefixtures("_inside")
def test_every_command_takes_a_network():
    for arguments in (
        ["compare", "--lr", "1", "--lr", "2", "--epochs", "5"],
        ["explain", "--epoch", "1", "--sample", "3"],
        ["draw", "--sample", "2", "-o", "xor.svg"],
        ["table", "--epochs", "2"],
    ):
        done = CliRunner().invoke(cli, [*arguments, "--network", "xor"])
        assert done.exit_code == 0, (arguments, done.output)
    assert Path("outputs/xor_compare.xlsx").exists()


@pytest.mark.usefixtures("_inside")
def test_a_training_that_breaks_in_the_middle_of_an_epoch_keeps_whole_epochs():
    done = CliRunner().invoke(cli, ["run", "--network", "xor", "--lr", "1e300", "--no-plot"])
    assert done.exit_code == 3
    assert "Traceback" not in done.output


# --- order -----------------------------------------------------------------------------------


def operations_of_an_epoch(layers):
    content = {"layers": layers, "inputs": [0.1] * layers[0], "targets": [0.5] * layers[-1]}
    network: Network = from_content(content, Path(), "x")
    tree = ast.parse(program(network))
    operations = sum(isinstance(n, ast.BinOp | ast.UnaryOp | ast.Call) for n in ast.walk(tree))
    return operations, len(network.quantities)


@pytest.mark.slow
def test_an_epoch_costs_in_proportion_to_the_number_of_quantities():
    """No power of the size: from 36 to 6,500 quantities the cost of each stays in one band."""
    costs = [operations_of_an_epoch(layers) for layers in ([2, 2, 2], [10, 10, 5], [50, 50, 10])]
    each = [operations / quantities for operations, quantities in costs]
    assert max(each) < 2 * min(each), costs


def test_the_engine_walks_each_formula_once():
    for layers in ([2, 2, 2], [10, 10, 5], [30, 30, 10]):
        content = {"layers": layers, "inputs": [0.1] * layers[0], "targets": [0.5] * layers[-1]}
        network = from_content(content, Path(), "x")
        weights = network.design.weights
        assert program(network).count("*") < 12 * weights + 40


# --- the checker -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", mostly_slow(TEMPLATES))
def test_the_checker_finds_the_templates_sheets_right(name, tmp_path):
    network = load(name)
    path = write_workbook(network, tabulate(network, 4), tmp_path / "sheet.xlsx")
    judgement = check(path, network)
    assert (judgement.verdict, judgement.problem) == ("right", "")
    assert judgement.tables[0].remarks == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SHEETS))
def test_the_checker_finds_sheets_of_random_networks_right(seed, tmp_path):
    network = network_of(7 * seed + 1)
    path = write_workbook(network, tabulate(network, 4), tmp_path / "sheet.xlsx")
    judgement = check(path, network)
    found = [finding.text for table in judgement.tables for finding in table.findings]
    assert (judgement.verdict, judgement.problem) == ("right", ""), found


@pytest.mark.parametrize(
    "layers", [pytest.param([250, 1], marks=pytest.mark.slow), [1, 250]], ids=str
)
def test_the_widest_layers_are_judged_right(layers, tmp_path):
    content = {"layers": layers, "inputs": [0.5] * layers[0], "targets": [0.5] * layers[-1]}
    network = from_content(content, tmp_path, "wide")
    path = write_workbook(network, tabulate(network, 3), tmp_path / "sheet.xlsx")
    judgement = check(path, network)
    assert (judgement.verdict, judgement.problem) == ("right", "")


def test_a_column_more_is_one_declaration(monkeypatch, tmp_path):
    """A measure declared in one place is in the sheet, the frame, the explanation, the check."""
    declare_errors = forward.Layered._declare_errors

    def with_a_measure(self, outputs):
        declare_errors(self, outputs)
        self._derive("miss", Kind.MEASURE, parse("sqrt(2*E_Total)"))

    monkeypatch.setattr(forward.Layered, "_declare_errors", with_a_measure)
    network = load("original")
    frame = tabulate(network, 3)
    assert frame["miss"].tolist() == pytest.approx((2 * frame["E_Total"]) ** 0.5)
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    assert check(path, network).verdict == "right"
    assert "miss = √(2 * E_Total)" in FORMATS["text"](explain(network, 1, of="miss"))
    network_drawing(network)


@pytest.mark.parametrize(
    ("name", "column", "right", "wrong", "said"),
    [
        ("xor", "∂E/∂w1", "a_h1", "a_h2", "a_h2 where a_h1 belongs"),
        ("mazur", "h1", "b1", "b2", "b2 where b1 belongs"),
        ("adam", "m_w1", "∂E/∂w1", "∂E/∂w2", "∂E/∂w2 where ∂E/∂w1 belongs"),
        ("adam", "w6", "m_w6", "m_w5", "m_w5 where m_w6 belongs"),
    ],
)
def test_the_checker_names_mistakes_in_other_networks(name, column, right, wrong, said, tmp_path):
    network = load(name)
    path = write_workbook(network, tabulate(network, 4), tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    sheet, layout = book.worksheets[0], arrange(network, 4)
    places = {network.labels[n]: letters(c) for n, c in layout.columns.items()}
    for row in range(layout.first_row, layout.last_row + 1):
        cell = sheet[f"{places[column]}{row}"]
        if isinstance(cell.value, str):  # a given number is none
            cell.value = re.sub(rf"\b{places[right]}(?=\d)", places[wrong], cell.value)
    book.save(tmp_path / "wrong.xlsx")
    (table,) = check(tmp_path / "wrong.xlsx", network).tables
    assert table.first.columns[0] == column
    assert table.first.text.startswith(said)


def test_a_wrong_slope_below_0_is_explained(tmp_path):
    content = {
        "layers": [2, 2, 1], "activations": ["leaky relu", "sigmoid"],
        "inputs": [0.05, 0.1], "targets": [0.5], "weights": [-0.1, -0.2, 0.3, 0.4, 0.5, 0.6],
    }  # fmt: skip
    network = from_content(content, tmp_path, "leaky")
    path = write_workbook(network, tabulate(network, 4), tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    column = letters(arrange(network, 4).columns["a_h1"])
    for cell in book.worksheets[0][column]:
        if "IF(" in str(cell.value):
            cell.value = cell.value.replace("0.01*", "0.1*")
    book.save(tmp_path / "wrong.xlsx")
    (table,) = check(tmp_path / "wrong.xlsx", network).tables
    assert table.findings[0].text.startswith("the constant 0.1 stands where 0.01 belongs")


def test_a_table_of_one_row_says_why_it_is_incomplete(tmp_path):
    path = write_workbook(load(), tabulate(load(), 1), tmp_path / "sheet.xlsx")
    (table,) = check(path).tables
    assert (table.verdict, table.remarks) == (
        "incomplete", ["a single row, so no update is judged"]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_nothing_lies_on_anything_else_in_a_sheet(seed):
    network = network_of(seed)
    layout = arrange(network, 3)
    assert layout.chart.bottom < layout.header_row
    area = layout.drawing
    width = sum(layout.width(column) for column in range(area.left, area.right + 1))
    diagram = diagram_of(network, width, (area.bottom - area.top + 1) * 20)
    boxes = []

    def box_of(arrow, point):
        boxes.append((point[0] - 30, point[1] - 10, point[0] + 30, point[1] + 10))
        return boxes[-1]

    shown = label_points(diagram, box_of)
    for own, (x, y) in shown.items():
        assert (x, y) in own.points
        for node in diagram.nodes.values():
            assert abs(x - node.x) > 30 or abs(y - node.y) > 10
        for arrow in diagram.arrows:
            steps = np.linspace(arrow.start, arrow.end, 200)
            near = (abs(steps[:, 0] - x) < 29) & (abs(steps[:, 1] - y) < 9)
            assert arrow is own or not near.any()
        for other, (u, v) in shown.items():
            assert other is own or abs(x - u) >= 60 or abs(y - v) >= 20


def test_a_kink_is_no_wrong_gradient(tmp_path):
    """Where all inputs are 0 all sums are 0, where ReLU has two slopes."""
    text = templates.find("xor").read_text(encoding="utf-8").replace('"tanh"', '"relu"')
    text = re.sub("(?m)^inputs .*$", "inputs = [[0, 0]]", text)
    text = re.sub("(?m)^targets .*$", "targets = [[0]]", text)
    (tmp_path / "relu.toml").write_text(text, encoding="utf-8")
    network = load(tmp_path / "relu.toml")
    book = write_workbook(network, tabulate(network, 5), tmp_path / "sheet.xlsx")
    stored = openpyxl.load_workbook(book, data_only=True).worksheets
    engine = ironcalc_values(book, {})
    for value in (lambda tab, cell: stored[tab][cell].value, engine):
        verdicts = {value(2, f"A{row}"): value(2, f"G{row}") for row in range(10, 19)}
        assert value(2, "B5") == "at a kink"
        assert {name for name, said in verdicts.items() if said == "at a kink"} == {
            "∂E_Total/∂b1", "∂E_Total/∂b2",
        }  # fmt: skip
        assert set(verdicts.values()) == {"PASS", "at a kink"}


def test_names_of_columns_have_room():
    network = load("iris")
    layout = arrange(network, 1)
    for name, column in layout.columns.items():
        assert layout.width(column) >= 7 * len(network.labels[name])


def test_a_sheet_of_another_network_is_refused_and_quickly(tmp_path):
    content = {"layers": [20, 20, 5], "inputs": [0.1] * 20, "targets": [0.5] * 5}
    large = from_content(content, Path(), "large")
    path = write_workbook(load("xor"), tabulate(load("xor"), 3), tmp_path / "xor.xlsx")
    begin = time.perf_counter()
    assert "no table with enough of its names" in check(path, large).problem
    assert time.perf_counter() - begin < 20  # it was hours once
