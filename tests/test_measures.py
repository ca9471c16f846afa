"""Results that people ask for: predictions, accuracy, the summed error, the error's partials."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from everyday import mostly_slow
from networks import network_of, other_network_of
from spreadsheets import ironcalc, libreoffice_values

from backprop_sheet import (
    InputError,
    check,
    error_curve,
    explain,
    load,
    save_comparison,
    tabulate,
    write_comparison,
    write_workbook,
)
from backprop_sheet.chain import gradient_name
from backprop_sheet.cli import cli
from backprop_sheet.explainer import FORMATS
from backprop_sheet.exporter import arrange
from backprop_sheet.exporter.formulas import formula_in
from backprop_sheet.formula import EXCEL, conditions, evaluate, names, write
from backprop_sheet.network import Kind
from backprop_sheet.network.classes import MOST
from backprop_sheet.network.declaration.measures import measures
from backprop_sheet.network.file import from_content
from backprop_sheet.ooxml.addresses import letters
from backprop_sheet.tabulator import accuracies_of
from backprop_sheet.templates import known

VERDICTS = ["prediction", "right", "right so far", "accuracy"]
WITH_CLASSES = [
    *("xor", "iris", "convolution", "recurrent", "attention", "autoencoder", "perceptron"),
    *("logistic", "lstm", "embedding", "batchnorm", "dropout", "transformer"),
]


def content(targets, **more):
    """A network of two inputs and as many outputs as there are targets."""
    samples, outputs = len(targets), len(targets[0])
    inputs = [[k / samples, 1 - k / samples**2] for k in range(samples)]
    return {"layers": [2, outputs], "inputs": inputs, "targets": targets, "seed": 3} | more


def made(folder, targets, **more):
    return from_content(content(targets, **more), folder, "made")


def outputs_of(network):
    return list(network.groups[-1].signals)


def of_samples(network, frame, names):
    """Columns with a row for each sample, also where samples stand side by side."""
    columns = network.design.of_each_sample(names)
    return frame[columns].to_numpy().reshape(-1, len(names))


def predicted(network, frame):
    """What numpy takes the outputs for: argmax gives the first of equal ones."""
    hat = "_hat" if network.design.predicts_otherwise else ""
    size = network.layers[-1]
    outputs = of_samples(network, frame, [f"a_o{k}{hat}" for k in range(1, size + 1)])
    if outputs.shape[1] > 1:
        return outputs.argmax(axis=1) + 1
    low, high = network.design.classes
    return np.where(outputs[:, 0] > (low + high) / 2, high, low)


def wanted(network, frame):
    targets = of_samples(network, frame, [f"t{k}" for k in range(1, network.layers[-1] + 1)])
    return targets.argmax(axis=1) + 1 if targets.shape[1] > 1 else targets[:, 0]


# --- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_predictions_and_accuracy_are_those_of_numpy(name):
    network = load(name)
    frame, samples = tabulate(network), network.design.samples
    found, right = predicted(network, frame), wanted(network, frame)
    columns = (of_samples(network, frame, [name])[:, 0] for name in ("prediction", "right"))
    assert [column.tolist() for column in columns] == [found.tolist(), (found == right).tolist()]
    if "class" in frame:
        assert frame["class"].tolist() == right.tolist()
    accuracies = (found == right).reshape(-1, samples).mean(axis=1)
    assert accuracies_of(frame).tolist() == accuracies.tolist()


@pytest.mark.parametrize(("name", "right"), [("iris", 29), ("convolution", 8), ("xor", 4)])
def test_the_templates_are_as_often_right_as_their_pages_say(name, right):
    last = tabulate(load(name)).iloc[-1]
    assert last["right so far"] == right
    assert last["accuracy"] == right / last["sample"]  # exactly: 1 where all are right


@pytest.mark.parametrize("outputs", [2, 3, 4, 5, 7, 10, 33, MOST])
def test_the_largest_output_is_that_of_numpy_and_fits_in_a_cell(outputs, tmp_path):
    network = made(tmp_path, np.eye(outputs).tolist())
    names_ = outputs_of(network)
    quantities = {q.name: q for q in measures(network.design, [(names_, names_)])}
    tree, chance = quantities["prediction"].formula, np.random.default_rng(outputs)
    for _ in range(200):
        numbers = chance.integers(0, 4, outputs) / 3  # with many equal ones
        assert evaluate(tree, dict(zip(names_, numbers.tolist(), strict=True))) == (
            numbers.argmax() + 1
        )
    text = write(tree, EXCEL, lambda _: "ABC1000000")
    assert len(text) <= 8192
    depths = np.cumsum([{"(": 1, ")": -1}.get(sign, 0) for sign in text])
    assert depths.max() < 64
    assert set(names(tree)) == set(names_)
    assert conditions(tree)


@pytest.mark.parametrize(
    ("targets", "classes"),
    [
        ([[0], [1], [1]], (0, 1)),
        ([[-1], [1]], (-1, 1)),
        ([[1, 0], [0, 1]], (1, 2)),
        ([[1, -1, -1], [-1, 1, -1]], (1, 2, 3)),
        ([[1, 0, 0], [0, 1, 0], [0, 1, 0]], (1, 2, 3)),
        ([[0.1], [0.9]], ()),  # any two numbers
        ([[0], [2]], ()),
        ([[1], [1]], ()),  # of one class
        ([[0], [1], [0.5]], ()),
        ([[1, 1], [0, 1]], ()),  # two things at once
        ([[0.7, 0.3], [0.1, 0.9]], ()),
        ([[0, 0], [0, 1]], ()),
        ([[1, 0], [-1, 1]], ()),
        ([[1, 0]], ()),  # a single sample
        (np.eye(MOST + 1).tolist(), ()),
    ],
    ids=str,
)
def test_targets_show_whether_they_are_classes(targets, classes, tmp_path):
    network = made(tmp_path, targets)
    assert network.design.classes == classes
    assert ("prediction" in network.columns) == bool(classes)
    assert made(tmp_path, targets, classes=False).design.classes == ()


def test_the_original_and_files_without_classes_have_no_column_more():
    for name in set(known()) - set(WITH_CLASSES):
        network = load(name)
        assert not network.named(Kind.MEASURE), name
        assert not network.design.columns, name


def test_a_file_may_say_that_targets_are_classes(tmp_path):
    network = made(tmp_path, [[0.1], [0.9], [0.9]], classes=True)
    frame = tabulate(network, 20)
    assert frame["prediction"].isin([0.1, 0.9]).all()
    assert frame["prediction"].tolist() == predicted(network, frame).tolist()
    assert frame["right"].tolist() == (frame["prediction"] == frame["t1"]).tolist()
    network = made(tmp_path, [[0.2, 0.7, 0.1]], columns=["accuracy"])  # a single sample
    assert list(tabulate(network, 2).columns[-3:]) == ["class", "prediction", "right"]
    assert tabulate(network, 2)["class"].tolist() == [2, 2]


@pytest.mark.parametrize("more", [{"error": "hinge", "activation": "identity"}, {
    "activation": "bipolar sigmoid"}, {"activation": "tanh"}], ids=str)  # fmt: skip
def test_targets_of_minus_1_and_1_are_told_apart_at_0(more, tmp_path):
    network = made(tmp_path, [[-1], [1], [1], [-1]], **more)
    frame = tabulate(network, 10)
    assert frame["prediction"].tolist() == np.where(frame["a_o1"] > 0, 1, -1).tolist()


def test_a_class_column_gives_classes(tmp_path):
    (tmp_path / "a.csv").write_text("x,kind\n0,cat\n1,dog\n2,cat\n", "utf-8")
    text = {"layers": [1, 2], "data": "a.csv", "class_column": "kind", "input_columns": ["x"]}
    assert tabulate(from_content(text, tmp_path, "a"), 1)["class"].tolist() == [1, 2, 1]


@pytest.mark.parametrize("name", ["xor", "iris"])
def test_errors_of_an_epoch_are_summed_if_asked_for(name):
    network = load(name).with_columns("sum")
    frame = tabulate(network, 6)
    sums = frame.groupby("epoch")["E_Total"].cumsum()
    assert frame["E_Sum"].to_numpy() == pytest.approx(sums.to_numpy(), rel=1e-14)
    assert list(frame.columns[:-1]) == list(tabulate(load(name), 1).columns)


# --- the error's partials ----------------------------------------------------------------------


@pytest.mark.parametrize("name", mostly_slow(known()))
@pytest.mark.parametrize("more", ["deltas", "partials"])
def test_partials_are_columns_and_change_no_other_number(name, more, tmp_path):
    network, plain = load(name).with_columns(more), load(name)
    frame, whole = tabulate(network, 4), tabulate(plain, 4)
    assert frame[whole.columns].equals(whole)  # to the last bit: the products associate alike
    new = [c for c in frame.columns if c not in whole.columns]
    # Nothing above a place that pooling leaves out depends on it.
    units = [unit for group in plain.groups for unit in group.units]
    sums = {unit.sum for unit in units if not unit.formula} | set(plain.named(Kind.SUM, Kind.OWN))
    sums = [f"∂E/∂{n}" for n in sums if gradient_name(n) in plain.quantities]
    assert set(sums) <= set(frame.columns)
    if more == "deltas":
        assert set(new) <= set(sums)
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    for known_ in (plain, network):  # the checker knows the columns, whether or not they are asked
        judgement = check(path, known_)
        assert judgement.verdict == "right", judgement.tables
        assert judgement.tables[0].remarks == []


def test_gradients_refer_to_the_deltas():
    network = load("original").with_columns("deltas")
    layout = arrange(network, 3)
    assert list(tabulate(network, 1).columns[23:28]) == [
        *("∂E/∂o1", "∂E/∂o2", "∂E/∂h1", "∂E/∂h2", "∂E/∂w1"),
    ]
    at = {label: letters(layout.columns[name]) for name, label in network.labels.items()}
    row = layout.first_row
    assert formula_in(layout, "dE_dw1", row) == f"{at['∂E/∂h1']}{row}*{at['i1']}{row}"
    assert formula_in(layout, "dE_dw7", row) == f"{at['∂E/∂o2']}{row}*{at['a_h1']}{row}"
    assert formula_in(layout, "dE_dh1", row) == (
        f"({at['∂E/∂o1']}{row}*{at['w5']}{row}+{at['∂E/∂o2']}{row}*{at['w7']}{row})"
        f"*{at['a_h1']}{row}*(1-{at['a_h1']}{row})"
    )


def test_deltas_are_torch_s_gradients_of_the_sums():
    torch = pytest.importorskip("torch")
    network = load("original").with_columns("deltas")
    row = tabulate(network, 1).iloc[0]
    w = torch.tensor([row[f"w{k}"] for k in range(1, 9)], dtype=torch.float64).reshape(2, 2, 2)
    i, t = (
        torch.tensor(row[[f"{x}1", f"{x}2"]].to_list(), dtype=torch.float64) for x in ("i", "t")
    )
    h = (w[0] @ i).requires_grad_()
    o = w[1] @ torch.sigmoid(h)
    o.retain_grad()
    (0.5 * (t - torch.sigmoid(o)) ** 2).sum().backward()
    found = row[["∂E/∂h1", "∂E/∂h2", "∂E/∂o1", "∂E/∂o2"]].to_list()
    assert found == pytest.approx([*h.grad.tolist(), *o.grad.tolist()], rel=1e-12)


def test_columns_may_stand_in_the_file(tmp_path):
    in_file = made(tmp_path, [[0], [1]], columns=["sum", "deltas"])
    assert in_file == made(tmp_path, [[0], [1]]).with_columns("deltas", "sum")
    assert in_file != made(tmp_path, [[0], [1]])
    assert in_file.with_columns("sum") == in_file


def test_a_file_may_say_which_two_numbers_the_classes_have(tmp_path):
    network = made(tmp_path, [[0.2], [1], [0]], classes=[1, 0])
    assert network.design.classes == (0, 1)
    frame = tabulate(network, 20)
    assert frame["prediction"].isin([0, 1]).all()
    assert not frame["right"][frame["sample"] == 1].any()  # its target is that of no class
    assert made(tmp_path, [[0], [1], [1]], classes=[0, 1]) == made(tmp_path, [[0], [1], [1]])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"columns": "deltas"}, "columns: got 'deltas', takes a list of names"),
        (
            {"columns": ["delta"]},
            "columns: got 'delta', takes accuracy, deltas, partials, sum; did",
        ),
        ({"columns": [1]}, "columns: got [1], takes a list of names"),
        ({"classes": 1}, "classes: got 1, takes true or false"),
        ({"classes": False, "columns": ["accuracy"]}, "columns: accuracy takes classes"),
        ({"classes": True, "targets": [[0], [1], [2]]}, "two different targets, got 3 targets"),
        ({"classes": [1]}, "classes: got 1 number, takes two: [0, 1]"),
        ({"classes": [1, 1.0]}, "classes: got [1, 1.0], takes two different numbers: [0, 1]"),
        ({"classes": [0, "1"]}, "classes: got '1', takes finite numbers, without quotes"),
        (
            {"classes": [0, 1], "layers": [2, 2], "targets": [[0, 1], [1, 0], [1, 0]]},
            "classes: got [0, 1], but each of several outputs has a class of its own: write cl",
        ),
        ({"classes": True, "targets": [[0], [0], [0]]}, "two different targets, got 1 target: "),
        ({"targets": [[0]], "inputs": [[1, 2]], "columns": ["sum"]}, "of one, it is E_Total"),
    ],
    ids=str,
)
def test_what_cannot_be_a_column_is_one_line(more, said, tmp_path):
    with pytest.raises(InputError) as caught:
        from_content(content([[0], [1], [1]]) | more, tmp_path, "made")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_more_classes_than_a_formula_compares_are_refused(tmp_path):
    with pytest.raises(InputError, match=f"classes: {MOST + 1} outputs, a formula compares {MOST}"):
        made(tmp_path, np.eye(MOST + 1).tolist(), classes=True)


# --- sheets ------------------------------------------------------------------------------------


def assert_sheet_gives(network, frame, value):
    layout = arrange(network, len(frame) // len(network.samples))
    for row, numbers in enumerate(frame.to_numpy().tolist()):
        for name, number in zip(network.columns, numbers, strict=True):
            found = value(layout.first_row + row, layout.columns[name])
            assert found == pytest.approx(number, rel=1e-11, abs=1e-13), (name, row)
    if "accuracy" in layout.of_epochs:
        place = layout.of_epochs["accuracy"]
        found = [value(row, place.left) for row in range(place.top, place.bottom + 1)]
        assert found == pytest.approx(frame.groupby("epoch")["accuracy"].last().tolist())


def ironcalc_value(path):
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    return lambda row, column: model.get_cell_value(0, row, column)


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_sheets_with_every_column_are_live(name, tmp_path):
    network = load(name).with_all_columns()
    frame = tabulate(network, 5)
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    assert_sheet_gives(network, frame, ironcalc_value(path))


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("name", WITH_CLASSES)
def test_sheets_with_every_column_are_live_in_libreoffice(name, tmp_path):
    network = load(name).with_all_columns()
    frame = tabulate(network, 5)
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    values = libreoffice_values(path, {}, tmp_path)
    assert_sheet_gives(network, frame, lambda row, column: values(0, f"{letters(column)}{row}"))


@pytest.mark.parametrize(
    "network", [*map(network_of, range(0, 60, 6)), *map(other_network_of, range(0, 24, 4))],
    ids=lambda network: network.name,
)  # fmt: skip
def test_random_networks_with_every_column_are_live_and_right(network, tmp_path):
    network = network.with_all_columns()
    frame = tabulate(network, 4)
    path = write_workbook(network, frame, tmp_path / "sheet.xlsx")
    assert_sheet_gives(network, frame, ironcalc_value(path))
    judgement = check(path, network)
    found = [finding.text for table in judgement.tables for finding in table.findings]
    assert (judgement.verdict, judgement.problem) == ("right", ""), found


def test_another_target_gives_other_verdicts(tmp_path):
    network = load("iris")
    path = write_workbook(network, tabulate(network, 2), tmp_path / "iris.xlsx")
    layout = arrange(network, 2)
    model = ironcalc.load_from_xlsx(str(path))
    for name, number in (("t1", "0"), ("t2", "1")):
        model.set_user_input(0, layout.first_row, layout.columns[name], number)
    model.evaluate()
    samples = [dict(sample) for sample in network.samples]
    samples[0] |= {"t1": 0.0, "t2": 1.0}
    changed = replace(network, samples=tuple(samples), numbers={**network.numbers, **samples[0]})
    frame = tabulate(changed, 2)
    assert frame["class"].iloc[0] == 2
    assert_sheet_gives(network, frame, lambda row, column: model.get_cell_value(0, row, column))


def charts_of(sheet):
    return [chart.title.tx.rich.p[0].r[0].t for chart in sheet._charts]


def test_accuracy_stands_beside_the_mean_error_with_a_chart_of_its_own(tmp_path):
    network = load("xor")
    path = write_workbook(network, tabulate(network, 5), tmp_path / "xor.xlsx")
    sheet, layout = openpyxl.load_workbook(path).worksheets[0], arrange(network, 5)
    first = layout.epoch_column.left
    heads = [sheet.cell(layout.header_row, first + k).value for k in range(3)]
    assert heads == ["epoch", "E_Mean", "accuracy"]
    assert charts_of(sheet) == ["ERROR", "ACCURACY"]
    error, accuracy = layout.chart, layout.accuracy_chart
    assert (error.top, error.bottom) == (accuracy.top, accuracy.bottom)
    assert error.right < accuracy.left
    assert accuracy.right <= layout.last_column
    original = write_workbook(load(), tabulate(load(), 5), tmp_path / "original.xlsx")
    assert charts_of(openpyxl.load_workbook(original).worksheets[0]) == ["LOSS"]


def test_step_shows_what_is_predicted_and_whether_it_is_right(tmp_path):
    network = load("iris")
    path = write_workbook(network, tabulate(network, 3), tmp_path / "iris.xlsx")
    model = ironcalc.load_from_xlsx(str(path))
    model.set_user_input(1, 3, 2, "2")  # the epoch
    model.set_user_input(1, 6, 2, "15")  # the sample
    model.evaluate()
    sheet = openpyxl.load_workbook(path)["Step"]
    shown = {
        cell.value: model.get_cell_value(1, cell.row, beside.column)
        for row in sheet.iter_rows(max_row=60)
        for cell, beside in pairwise(cell for cell in row if cell.value is not None)
        if cell.value in {"class", "prediction", "right"}
    }
    row = tabulate(network, 3).iloc[2 * 30 + 14]
    assert shown == {name: row[name] for name in ("class", "prediction", "right")}


def test_a_prediction_is_explained():
    text = FORMATS["text"](explain(load("iris"), 2, of="prediction", sample=3))
    assert "if max(a_o2, a_o3) > a_o1 else 1" in text
    text = FORMATS["text"](explain(load("iris"), 2, of="right so far", sample=3))
    assert "right so far + right = 0 + 0" in text


# --- the checker ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", mostly_slow(WITH_CLASSES, ["xor", "recurrent", "perceptron"]))
def test_sheets_without_the_new_columns_are_right(name, tmp_path):
    network = load(name)
    design = replace(network.design, classes=())
    earlier = replace(network, design=design).with_columns()  # as files were before
    assert "prediction" not in earlier.columns
    path = write_workbook(earlier, tabulate(earlier, 4), tmp_path / "sheet.xlsx")
    (table,) = check(path, network).tables
    assert (table.verdict, table.remarks, table.findings) == ("right", [], [])


def edited(network, path, label, change):
    """A workbook with a change to every formula of a column."""
    book = openpyxl.load_workbook(path)
    sheet, layout = book.worksheets[0], arrange(network, 4)
    place = {network.labels[n]: column for n, column in layout.columns.items()}[label]
    for row in range(layout.first_row, layout.last_row + 1):
        cell = sheet.cell(row, place)
        text = formula_in(layout, next(n for n, x in network.labels.items() if x == label), row)
        cell.value = "=" + change(text)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("label", "change"),
    [
        ("∂E/∂h1", lambda text: "-" + text),
        ("prediction", lambda text: text.replace(",1)", ",2)")),
        ("accuracy", lambda text: re.sub("/30", "/31", text)),
        ("E_Sum", lambda text: text + "*2"),
    ],
)
def test_mistakes_in_the_new_columns_are_found_where_they_are(label, change, tmp_path):
    network = load("iris").with_all_columns()
    path = write_workbook(network, tabulate(network, 4), tmp_path / "sheet.xlsx")
    (table,) = check(edited(network, path, label, change), load("iris")).tables
    assert table.verdict == "wrong"
    assert table.first.columns[0] == label


def test_somebody_s_own_accuracy_is_not_judged(tmp_path):
    """Columns of the same names, and another meaning, beside a right table."""
    network = load("xor")
    earlier = replace(network, design=replace(network.design, classes=())).with_columns()
    path = write_workbook(earlier, tabulate(earlier, 4), tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    sheet, layout = book.worksheets[0], arrange(earlier, 4)
    last = len(layout.columns)
    for offset, label in enumerate(["prediction", "accuracy"], start=1):
        sheet.cell(layout.header_row, last + offset, label)
        for row in range(layout.first_row, layout.last_row + 1):
            sheet.cell(row, last + offset, f"={letters(last)}{row}*{offset}+7")
    book.save(path)
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", [])


# --- pictures and commands -----------------------------------------------------------------------


def test_the_accuracy_is_drawn_below_the_error(tmp_path):
    frame = tabulate(load("iris"))
    error, accuracy = error_curve(frame, 0.1).axes
    (line,) = accuracy.lines
    assert line.get_ydata().tolist() == frame.groupby("epoch")["accuracy"].last().tolist()
    assert error.get_xlim() == accuracy.get_xlim() == (0, 59)
    assert accuracy.get_ylim() == (0, 1)
    assert error.get_position().y0 > accuracy.get_position().y1
    frames = {0.1: frame, 0.2: tabulate(load("iris").with_numbers(eta=0.2))}
    files = [path for path, _ in save_comparison(frames, tmp_path)]
    assert len(files) == 3
    assert files[0].read_bytes() != files[1].read_bytes()


def test_a_comparison_says_the_last_accuracy(tmp_path):
    network = load("iris")
    trainings = [
        (n, tabulate(n, 20)) for n in (network, network.with_numbers(eta=0.5))
    ]  # fmt: skip
    path = write_comparison(trainings, tmp_path / "compare.xlsx")
    sheet = openpyxl.load_workbook(path, data_only=True)["Compare"]
    assert sheet["A9"].value == "accuracy at the last epoch"
    assert [sheet["B9"].value, sheet["C9"].value] == [
        frame["accuracy"].iloc[-1] for _, frame in trainings
    ]
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    assert model.get_cell_value(0, 9, 3) == trainings[1][1]["accuracy"].iloc[-1]
    assert {table.verdict for table in check(path, network).tables} == {"right"}


def test_commands_take_columns(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    done = run(cli, ["run", "--network", "iris", "--columns", "deltas,sum", "--no-plot"])
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "accuracy 33.3% at epoch 0, 96.7% at epoch 59"
    assert run(cli, ["check", "--network", "iris", "outputs/iris_lr0.1.xlsx"]).exit_code == 0
    done = run(cli, ["table", "--network", "xor", "--columns", "sum, deltas", "-o", "a.csv"])
    assert done.exit_code == 0
    assert {"E_Sum", "∂E/∂h1"} <= set(pd.read_csv("a.csv").columns)
    done = run(cli, ["compare", "--columns", "deltas", "--lr", "1", "--no-plot"])
    assert done.exit_code == 0
    for wrong, taken in (
        ("delta", "takes accuracy, deltas, partials, sum; did you mean 'deltas'?"),
        ("", "takes names with commas between them"),
        ("deltas,,sum", "takes names with commas between them"),
        ("sum", "sum adds up an epoch's samples; of one, it is E_Total"),
    ):
        done = run(cli, ["table", "--columns", wrong])
        assert done.exit_code == 2
        assert taken in done.output
        assert done.output.count("\n") == 1
