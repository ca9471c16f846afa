"""Where no sample is asked for, every view shows the same one."""

from pathlib import Path

import openpyxl
import pytest
from browser import until
from click.testing import CliRunner
from spreadsheets import ironcalc_values

from backprop_sheet import explain, load, network_drawing, notebook, tabulate, write_workbook
from backprop_sheet.chain import gradient_name
from backprop_sheet.cli import cli
from backprop_sheet.network.file import from_content

FEW = {
    "layers": [2, 2, 1],
    "inputs": [[0, 0], [0, 1], [1, 0], [1, 1]],
    "targets": [[0], [1], [1], [0]],
    "weights": [0.1, 0.2, 0.3, -0.4, 0.5, 0.6],
}
STEPS_OF_2 = {"optimizer": "adam", "update": "batch", "batch_size": 2}


def made(**more):
    return from_content(FEW | more, Path(), "few")


def test_it_is_the_first_with_the_fewest_inputs_that_are_0():
    assert [load(name).shown_sample for name in ("original", "xor", "linear")] == [1, 4, 1]
    assert made(inputs=[[0, 0], [0, 2], [3, 0], [0, 4]]).shown_sample == 2
    written = {"error": "E", "trained": {"w": 0.5}, "formulas": {"E": "w**2"}}
    assert from_content(written, Path(), "without inputs").shown_sample == 1


def test_its_weights_have_gradients_to_look_at():
    found = {
        e.name: e.result for section in explain(load("xor")).sections for e in section.equations
    }
    assert all(found[gradient_name(f"w{k}")] for k in range(1, 5))


def test_explanations_and_drawings_show_it(monkeypatch):
    network = load("xor")
    assert [explain(network, sample=k).sample for k in (None, 1)] == [4, 1]
    for sample, told in ((None, 4), (1, 1)):
        title = network_drawing(network, sample=sample).get_suptitle()
        assert title.startswith(f"Epoch 0, sample {told}, ")
    drawn = []
    monkeypatch.setattr(notebook, "small_png", lambda figure, _: drawn.append(figure) or b"")
    notebook.shown(network)
    assert ", sample 4, " in drawn[0].get_suptitle()


def test_commands_show_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for which, sample in (([], 4), (["--sample", "1"], 1)):
        done = CliRunner().invoke(cli, ["explain", "--network", "xor", *which])
        assert done.stdout.startswith(f"Epoch 0, sample {sample}, ")
        done = CliRunner().invoke(cli, ["draw", "--network", "xor", *which])
        assert done.stdout == f"outputs/xor_network_epoch0_sample{sample}.png\n"


@pytest.mark.recalc
@pytest.mark.parametrize("network", [load("xor"), made(**STEPS_OF_2)], ids=["rows", "steps"])
def test_step_and_check_begin_with_it_and_store_its_numbers(network, tmp_path):
    path = write_workbook(network, tabulate(network, 4), tmp_path / "some.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["Step"]["B6"].value == network.shown_sample == 4
    there = ironcalc_values(path, {})
    for tab in ("Step", "Check"):
        place = book.sheetnames.index(tab)
        numbers = (cell for row in book[tab].iter_rows() for cell in row if cell.data_type == "n")
        for cell in (cell for cell in numbers if cell.value is not None):
            # Differences of nearly equal errors keep few of their digits.
            wanted = pytest.approx(cell.value, rel=1e-9, abs=1e-8)
            assert there(place, cell.coordinate) == wanted, (tab, cell.coordinate)


@pytest.mark.chromium
def test_a_page_opens_with_it(visit, tmp_path):
    path = tmp_path / "xor.html"
    assert CliRunner().invoke(cli, ["page", "--network", "xor", "-o", str(path)]).exit_code == 0
    page = visit(path)
    heading = page.locator("#drawing h2")
    assert ", sample 4" in heading.inner_text()
    page.get_by_role("combobox", name="sample").select_option("1")
    until(page, "location.hash === '#sample=1'")
    page.evaluate("location.hash = 'epoch=2'")
    until(page, "document.querySelector('#drawing h2').innerText.includes('sample 4')")
    assert "epoch 2" in heading.inner_text()
