"""What leaves the page: the table, the network file, the command, the link."""

import csv
import io
import json
import re
import shlex

import pytest
from browser import until
from click.testing import CliRunner

from backprop_sheet import load, tabulate
from backprop_sheet.cli import cli
from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.exporter.arrangement import arrange
from backprop_sheet.network.file import from_content
from backprop_sheet.ooxml.addresses import LAST_ROW, letters
from backprop_sheet.page import write_page
from backprop_sheet.tabulator import as_csv

pytestmark = pytest.mark.chromium
TEMPLATES = ["original", "xor", "adam", "batchnorm", "convolution", "growth", "lstm"]


def taken(page, name):
    """What a button gives to keep: the file's name and its text."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return download.value.suggested_filename, download.value.path().read_text(encoding="utf-8")


def command_of(page):
    return page.locator(".command code").inner_text()


def saved(network, tmp_path, file_name, text):
    """A file as a reader would keep it, loaded."""
    path = tmp_path / file_name
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("name", ["original", "xor", "iris", "batchnorm"])
def test_the_table_leaves_as_the_csv_of_the_command(show, name):
    file_name, text = taken(show(name), "Table as CSV")
    expected = "".join(as_csv(tabulate(load(name))))
    assert file_name == f"{name}_table.csv"
    header, _, rows = text.partition("\n")
    assert header == expected.partition("\n")[0]
    ours = list(csv.reader(io.StringIO(rows)))
    engines = list(csv.reader(io.StringIO(expected.partition("\n")[2])))
    assert len(ours) == len(engines)
    for row, of_engine in zip(ours, engines, strict=True):
        assert [text for text in row[1:] if repr(float(text)) != text] == []
        assert row[0] == of_engine[0]
        assert [*map(float, row)] == pytest.approx([*map(float, of_engine)], rel=1e-9, abs=1e-15)


def test_the_table_has_the_shortest_text_of_each_number(show):
    page = show()
    _, text = taken(page, "Table as CSV")
    row = next(csv.DictReader(io.StringIO(text)))
    numbers = page.evaluate("window.backprop.row(0)")
    assert {label: float(row[label]) for label in numbers} == numbers  # to the last bit
    assert row["i1"] == "0.05"


def test_a_table_of_many_rows_leaves_whole(show):
    _, text = taken(show("original", "epochs=2500"), "Table as CSV")
    assert [row["epoch"] for row in csv.DictReader(io.StringIO(text))] == [*map(str, range(2500))]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_network_file_gives_the_same_network(show, tmp_path, name):
    file_name, text = taken(show(name), "Network file")
    assert file_name == f"{name}.toml"
    assert saved(name, tmp_path, file_name, text) == load(name)


@pytest.mark.everyday
def test_the_network_file_has_the_changed_numbers(show, tmp_path):
    page = show("xor", "eta=1e-7&w5=-3&i1@3=0.4&epochs=5")
    file_name, text = taken(page, "Network file")
    network = saved("xor", tmp_path, file_name, text)
    assert file_name == "xor_changed.toml"
    assert (network.eta, network.numbers["w5"], network.epochs) == (1e-7, -3, 5)
    samples = [dict(sample) for sample in load("xor").samples]
    samples[2]["i1"] = 0.4
    assert [*map(dict, network.samples)] == samples


@pytest.mark.parametrize("number", [1e-300, 5e-324, 1e16, 1.5e300, 123456789012345680000.0, -0.0])
def test_numbers_of_any_size_survive_the_network_file(show, tmp_path, number):
    page = show()
    page.evaluate(f"window.backprop.set('w5', {number!r})")
    file_name, text = taken(page, "Network file")
    kept = saved("original", tmp_path, file_name, text).numbers["w5"]
    assert repr(kept) == repr(number + 0.0), "but for the sign of a 0"


@pytest.mark.parametrize(
    ("name", "fragment", "command"),
    [
        ("original", "", "backprop-sheet run"),
        ("original", "w5=0.7", "backprop-sheet run --set w5=0.7"),
        ("xor", "", "backprop-sheet run --network xor"),
        (
            "xor",
            "eta=0.7&w5=-0.7&epochs=90",
            "backprop-sheet run --network xor --lr 0.7 --epochs 90 --set w5=-0.7",
        ),
        (
            "adam",
            "beta1=0.8&i1=0.5",
            "backprop-sheet run --network adam --set beta1=0.8 --set i1=0.5",
        ),
        ("xor", "i1@2=0.5&eta=3", "backprop-sheet run --network xor_changed.toml"),
    ],
)
def test_the_command_says_what_differs(show, name, fragment, command):
    page = show(name, fragment)
    assert command_of(page) == command
    said = page.locator(".workbook").inner_text()
    assert ("Download the network file" in said) == (".toml" in command)


def test_numbers_that_the_page_opened_with_are_in_the_command(show):
    assert command_of(show(load().with_numbers(eta=0.5, w1=0.3))) == (
        "backprop-sheet run --lr 0.5 --set w1=0.3"
    )


def test_a_template_with_other_columns_needs_its_file(show, tmp_path):
    network = load("xor").with_columns("sum")
    page = show(network)
    assert command_of(page) == "backprop-sheet run --network xor.toml"
    assert saved(network, tmp_path, *taken(page, "Network file")) == network


@pytest.mark.parametrize("name", ["my net", "it's $5", "größe", '.a "b" <c>|d:e~f*g?h'])
def test_a_shell_takes_the_command_of_any_name_and_finds_the_file(show, name):
    content = {"layers": [1, 1], "inputs": [1], "targets": [0], "weights": [0.5]}
    page = show(from_content(content, None, name))
    *command, file_name = shlex.split(command_of(page))
    assert command == ["backprop-sheet", "run", "--network"]
    assert re.sub(r"\W", "_", file_name) == re.sub(r"\W", "_", f"{name}.toml")
    assert taken(page, "Network file")[0] == file_name
    assert not set(file_name) & set('"~*/:<>?\\|')
    assert not file_name.startswith(".")


def test_what_the_program_refuses_is_said_in_place_of_its_command(show, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = show("iris")
    command, about = (said.locator(f".workbook {each}") for each in (".command", "p"))
    assert command.is_visible()
    said.evaluate("window.backprop.set('t1', 0.5, 2)")
    assert about.inner_text() == (
        "The program refuses these numbers: targets of sample 2 have to add up to 1."
    )
    assert not command.is_visible()
    (tmp_path / "iris.toml").write_text(taken(said, "Network file")[1], encoding="utf-8")
    refused = CliRunner().invoke(cli, ["table", "--network", "./iris.toml"])
    assert refused.exit_code == 2
    assert "targets of sample 2" in refused.output
    assert "add up to 1" in refused.output
    for number, name in ((0.25, "t1"), (0.75, "t2"), (0, "t3")):
        said.evaluate(f"window.backprop.set('{name}', {number}, 2)")
    assert command.is_visible()


def test_no_workbook_is_promised_of_a_training_without_a_first_epoch(show):
    broken = show("xor", "w1=1e308&w5=1e308")
    assert "breaks off in its first epoch" in broken.locator(".workbook p").inner_text()
    assert not broken.locator(".workbook .command").is_visible()
    changes = ["--set", "w1=1e308", "--set", "w5=1e308"]
    assert CliRunner().invoke(cli, ["table", "--network", "xor", *changes]).exit_code == 3
    with pytest.raises(Diverged):
        tabulate(load("xor").with_numbers(w1=1e308, w5=1e308))


def test_no_cell_is_named_that_no_sheet_has(show):
    layout = arrange(load(), 1)
    most = LAST_ROW - layout.header_row
    page = show("original", f"epochs={most}&epoch={most - 1}&ask=w5")
    card, about = page.locator("#question"), page.locator(".workbook p")
    assert f"Cell {letters(layout.columns['w5'])}{LAST_ROW}" in card.inner_text()
    assert page.locator(".workbook .command").is_visible()
    page.evaluate(f"window.backprop.epochs = {most + 1}")
    assert about.inner_text().startswith(f"There is none: a sheet has {LAST_ROW} rows")
    assert not page.locator(".workbook .command").is_visible()
    page.evaluate(f"location.hash = 'epochs={most + 1}&epoch={most}&ask=w5'")
    until(page, f"document.querySelector('.epoch output').value.startsWith('{most} ')")
    assert "w5" in card.inner_text()
    assert "Cell" not in card.inner_text()
    with pytest.raises(InputError):
        arrange(load(), most + 1)


def test_a_network_of_more_columns_than_a_sheet_has_promises_no_workbook(show):
    content = {"layers": [100, 90], "seed": 1, "epochs": 1}
    content |= {"inputs": [0.5] * 100, "targets": [0] * 90}
    network = from_content(content, None, "wide")
    page = show(network)
    columns = len(network.columns)
    with pytest.raises(InputError):
        arrange(network, 1)
    said = page.locator(".workbook p").inner_text()
    assert said == f"There is none: a sheet has no room for {columns} columns."
    assert not page.locator(".workbook .command").is_visible()


@pytest.mark.parametrize(
    ("name", "fragment"),
    [("original", "eta=0.7&w5=0.7&epochs=9"), ("adam", "beta1=0.8&epochs=9"), ("xor", "i1@2=0.5")],
)
def test_the_command_gives_the_training_of_the_page(show, tmp_path, monkeypatch, name, fragment):
    page = show(name, fragment)
    _, *arguments = shlex.split(command_of(page))
    if ".toml" in command_of(page):
        file_name, text = taken(page, "Network file")
        saved(name, tmp_path, file_name, text)
    monkeypatch.chdir(tmp_path)
    arguments[0] = "table"  # the same options, and numbers that can be read at once
    result = CliRunner().invoke(cli, [*arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert len(rows) == page.evaluate("window.backprop.rows")
    last = page.evaluate("window.backprop.row(window.backprop.rows - 1)")
    assert last == pytest.approx({label: rows[-1][label] for label in last}, rel=1e-9, abs=1e-15)


def test_the_command_is_copied(show):
    page = show("xor", "w5=0.7")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy command").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == command_of(page)
    page.get_by_role("button", name="Copy command").wait_for()  # says so again


def test_the_link_is_copied_with_the_state_of_the_moment(show):
    page = show("xor", "w5=0.7")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    assert copied.endswith("page.html#w5=0.7&epoch=1")
    assert page.get_by_text("send the file too").is_visible()  # the test opens it from disk
    assert page.get_by_text("into the folder outputs/").is_visible()


NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
NO_COPYING = "document.execCommand = () => false"


def test_without_a_clipboard_the_text_is_copied_by_selecting_it(show):
    page = show("xor")
    page.context.grant_permissions(["clipboard-read"])
    clipboard = page.evaluate_handle("navigator.clipboard")
    page.evaluate(NO_CLIPBOARD)
    page.get_by_role("button", name="Copy command").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("(clipboard) => clipboard.readText()", clipboard) == command_of(page)


@pytest.mark.parametrize(("name", "text"), [("command", "backprop-sheet run"), ("link", "file://")])
def test_where_nothing_may_be_copied_the_text_is_selected(show, name, text):
    page = show()
    page.evaluate(f"{NO_CLIPBOARD}; {NO_COPYING}")
    page.get_by_role("button", name=f"Copy {name}").click()
    page.get_by_role("button", name="Press Ctrl+C").wait_for()
    assert page.evaluate("getSelection().toString()").startswith(text)


def test_a_page_in_a_frame_without_an_address_offers_no_link(visit, tmp_path):
    inner = write_page(load(), tmp_path / "inner.html").read_text(encoding="utf-8")
    escaped = inner.replace("&", "&amp;").replace('"', "&quot;")
    outer = tmp_path / "outer.html"
    frame = f'<iframe sandbox="allow-scripts" width="900" height="900" srcdoc="{escaped}"></iframe>'
    outer.write_text(f"<!doctype html><title>A frame</title>{frame}", encoding="utf-8")
    inside = visit(outer).frame_locator("iframe")
    assert inside.get_by_role("button", name="Copy command").count() == 1
    assert inside.get_by_role("button", name="Copy link").count() == 0
