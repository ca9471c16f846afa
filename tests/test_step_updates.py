"""The updates on the tabs Step and Check: with numbers, for every optimizer, in other engines."""

import math
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from everyday import mostly_slow
from openpyxl.utils.cell import coordinate_to_tuple
from spreadsheets import ironcalc, libreoffice_values

from backprop_sheet import tabulate, write_workbook
from backprop_sheet.exporter import arrange
from backprop_sheet.network.choices import OPTIMIZERS, SCHEDULES
from backprop_sheet.network.file import from_content
from backprop_sheet.ooxml.addresses import letters

STEP, CHECK = 1, 2
EPOCHS = 4
CONTENT = {
    "layers": [2, 2, 1],
    "bias": "neuron",
    "activation": "tanh",
    "inputs": [[0.05, 0.1], [-0.4, 0.9]],
    "targets": [[0.3], [-0.2]],
    "weights": [0.15, -0.2, 0.25, 0.3, 0.4, -0.45],
    "eta": 0.1,
    "update": "batch",
    "epochs": EPOCHS,
}
SETTINGS = {"gamma": 0.5, "every": 2, "decay": 0.1, "period": 60}
CASES = {
    **{name: {"optimizer": {"name": name}} for name in OPTIMIZERS},
    "weight decay": {"optimizer": {"name": "momentum", "weight_decay": 0.05}},
    "a bound on each gradient": {"optimizer": {"name": "adam", "clip_value": 0.01}},
    "a bound on their norm": {"optimizer": {"name": "rmsprop", "clip_norm": 0.05}},
    "penalties": {"l1": 0.01, "l2": 0.1},
    "rates by layer": {"rates": [1, 0.25]},
    "after each sample": {"update": "online", "optimizer": {"name": "adam"}},
    "in parts": {"batch_size": 1, "optimizer": {"name": "adadelta"}},
    "one layer after the other": {"update": "sequential"},
    **{
        f"schedule {name}": {
            "schedule": {"name": name, **{key: SETTINGS[key] for key in schedule.settings}},
            "optimizer": {"name": "nesterov"},
        }
        for name, schedule in SCHEDULES.items()
    },
}
NAMES = {
    "__builtins__": {},
    "exp": math.exp,
    "sqrt": math.sqrt,
    "cos": math.cos,
    "floor": math.floor,
}


def network_of(case):
    return from_content(CONTENT | CASES[case], Path(), case)


def book_of(case, folder):
    network = network_of(case)
    frame = tabulate(network, EPOCHS)
    return network, frame, write_workbook(network, frame, folder / "book.xlsx")


def cells_of(book, tab):
    return {
        cell.value: cell
        for row in openpyxl.load_workbook(book)[tab].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and not cell.value.startswith("=")
    }


def at_epochs(book):
    model = ironcalc.load_from_xlsx(str(book))
    for epoch in range(EPOCHS):
        model.set_user_input(STEP, 3, 2, str(epoch))
        model.evaluate()
        yield epoch, lambda tab, cell: model.get_cell_value(tab, *coordinate_to_tuple(cell))


def check_updates(network, frame, book, epoch, values):
    """Each new weight is that of the table's next row, and what its equation gives."""
    at, check = cells_of(book, "Step"), cells_of(book, "Check")
    heads = {cell.value: cell.column_letter for cell in at["update"].parent[at["update"].row]}
    following = epoch * network.rules.samples + network.rules.step
    for weight in network.trained:
        row = at[f"new {weight}"].row
        found = values(STEP, f"{heads['new weight']}{row}")
        # Long equations have their numbers in the row below.
        below = heads.get("in symbols and, below, with numbers")
        text = values(STEP, f"{below}{row + 1}" if below else f"{heads['with numbers']}{row}")
        assert _worked_out(text) == pytest.approx(found, rel=1e-4, abs=1e-8), (weight, text)
        if following < len(frame):
            wanted = frame[network.label(weight)].iloc[following]
            assert found == pytest.approx(wanted, rel=1e-13, abs=1e-15), (weight, epoch)
    verdict = values(CHECK, f"B{check['updates of this epoch'].row}")
    assert verdict == ("PASS" if following < len(frame) else "–"), epoch
    gradients = values(CHECK, f"B{check['gradients of this epoch'].row}")
    assert gradients in {"PASS", "too small to tell"}


def _worked_out(text):
    for sign, code in (("²", "**2"), ("½", "(1/2)"), ("√", "sqrt"), ("·", "*"), ("−", "-")):
        text = text.replace(sign, code)
    text = re.sub(r"power\(([^,]*), ([^)]*)\)", r"((\1)**(\2))", text)
    return eval(text, NAMES)


def listed(values, book):
    """The list of epochs: of each, the worst gradient and update with their verdicts."""
    sheet = openpyxl.load_workbook(book)["Check"]
    (top,) = (row for row in range(1, 99) if sheet.cell(row, 2).value == "gradients differ by")
    return [[values(CHECK, f"{c}{top + 1 + k}") for c in "ABCDE"] for k in range(EPOCHS)]


@pytest.mark.parametrize("case", mostly_slow(CASES, ["nadam", "in parts"]))
def test_ironcalc_updates_as_the_engine_does(case, tmp_path):
    network, frame, book = book_of(case, tmp_path)
    for epoch, values in at_epochs(book):
        check_updates(network, frame, book, epoch, values)
    rows = listed(values, book)
    assert [row[0] for row in rows] == list(range(EPOCHS))
    assert {row[2] for row in rows} <= {"PASS", "too small to tell"}
    assert {row[4] for row in rows} <= {"PASS", "–"}
    assert all(row[1] <= 1e-5 for row in rows)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("case", ["nadam", "adadelta", "a bound on their norm", "in parts"])
def test_libreoffice_updates_as_the_engine_does(case, tmp_path):
    network, frame, book = book_of(case, tmp_path)
    values = libreoffice_values(book, {"B3": 1}, tmp_path, sheet=STEP)
    check_updates(network, frame, book, 1, values)


def broken(book, network, name, target):
    """A copy of a workbook in whose table a column is a thousandth larger."""
    layout = arrange(network, EPOCHS)
    column, changes = letters(layout.columns[name]), 0
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.namelist():
            text = source.read(part)
            if part == "xl/worksheets/sheet1.xml":
                pattern = rf'(<c r="{column}\d+"[^>]*><f[^>/]*>)([^<]+)(</f>)'
                changed, changes = re.subn(pattern, r"\1(\2)*1.001\3", text.decode())
                text = changed.encode()
            copy.writestr(part, text)
    assert changes
    return target


@pytest.mark.parametrize("case", ["gradient descent", "adam"])
def test_a_broken_update_fails_in_its_epoch_and_in_the_list(case, tmp_path):
    network, _, book = book_of(case, tmp_path)
    book = broken(book, network, "w2", tmp_path / "broken.xlsx")
    _, values = next(at_epochs(book))
    check = cells_of(book, "Check")
    assert values(CHECK, f"B{check['updates of this epoch'].row}") == "FAIL"
    verdicts = [values(CHECK, f"K{check[f'∂E_Total/∂{w}'].row}") for w in network.trained]
    assert [v for w, v in zip(network.trained, verdicts, strict=True) if w != "w2"] == ["PASS"] * 8
    assert verdicts[network.trained.index("w2")] == "FAIL"
    assert [row[4] for row in listed(values, book)] == ["FAIL"] * (EPOCHS - 1) + ["–"]
    assert {row[2] for row in listed(values, book)} == {"PASS"}


def test_a_broken_state_fails_too(tmp_path):
    network, _, book = book_of("momentum", tmp_path)
    book = broken(book, network, "v_w2", tmp_path / "broken.xlsx")
    _, values = next(at_epochs(book))
    check = cells_of(book, "Check")
    assert values(CHECK, f"B{check['updates of this epoch'].row}") == "FAIL"


def test_a_broken_gradient_fails_in_the_list(tmp_path):
    network, _, book = book_of("gradient descent", tmp_path)
    book = broken(book, network, "dE_dw2", tmp_path / "broken.xlsx")
    _, values = next(at_epochs(book))
    assert [row[2] for row in listed(values, book)] == ["FAIL"] * EPOCHS
    assert all(row[1] == pytest.approx(0.001 / 1.001, rel=1e-3) for row in listed(values, book))
