"""The numbers of somebody's workbook, right or wrong, to go on with: --numbers, numbers_from."""

from dataclasses import replace

import openpyxl
import pytest
from click.testing import CliRunner
from mistakes import EPOCHS, GIVEN, WEIGHTS, Table, base_workbook, lay, training

from backprop_sheet import (
    InputError,
    load,
    numbers_from,
    tabulate,
    write_comparison,
    write_workbook,
)
from backprop_sheet.checker import Tables
from backprop_sheet.cli import cli


def called(command, *arguments):
    return CliRunner().invoke(cli, [command, *map(str, arguments)])


@pytest.fixture(scope="module")
def homework(tmp_path_factory):
    """A student's workbook, with other numbers, another rate, and a mistake in every column."""
    book = openpyxl.Workbook()
    table = lay(book.active, eta=0.25)
    for place, name in enumerate([*GIVEN, *WEIGHTS]):
        table.set(name, 0, round(0.11 + place / 100, 2))
    for name in table.columns:
        if name not in (*GIVEN, *WEIGHTS):
            table.set(name, 3, "=1/3")
    path = tmp_path_factory.mktemp("numbers") / "homework.xlsx"
    book.save(path)
    return path


@pytest.mark.recalc
def test_the_numbers_are_those_of_the_first_row_and_the_rate_is_the_tables(homework):
    found = numbers_from(homework)
    expected = {name: round(0.11 + place / 100, 2) for place, name in enumerate([*GIVEN, *WEIGHTS])}
    assert found == {"eta": 0.25, **expected}
    assert load().with_numbers(**found).numbers == found


@pytest.mark.recalc
def test_what_is_written_from_them_has_them_again(homework, tmp_path):
    done = called("run", "--numbers", homework, "--no-plot", "-o", tmp_path / "right.xlsx")
    assert done.exit_code == 0
    assert numbers_from(tmp_path / "right.xlsx") == numbers_from(homework)
    assert called("check", tmp_path / "right.xlsx").output.startswith("right ")


@pytest.mark.recalc
def test_headers_are_read_as_the_checker_reads_them(tmp_path):
    """Other people's names, a table that begins elsewhere, and weights numbered by input."""
    book = openpyxl.Workbook()
    others = {"w1": "W_1", "a_h1": "out_h1", "i1": "x1", "E_total": "E_tot", "t1": "target 1"}
    table = lay(book.active, first=9, left=3)
    for name, other in others.items():
        if name in table.columns:
            book.active[f"{table.columns[name]}8"] = other
    book.save(tmp_path / "other.xlsx")
    network, _ = training()
    assert numbers_from(tmp_path / "other.xlsx") == network.numbers


@pytest.mark.recalc
def test_the_first_table_with_numbers_counts_and_is_named(tmp_path):
    network = replace(load(), epochs=EPOCHS)
    runs = [(one, tabulate(one)) for one in (network.with_numbers(eta=eta) for eta in (0.5, 2.0))]
    path = write_comparison(runs, tmp_path / "compare.xlsx")
    assert numbers_from(path)["eta"] == 0.5
    book = openpyxl.load_workbook(path)
    table = Table(book["LR0.5"])
    for name in [*GIVEN, *WEIGHTS]:
        for epoch in range(EPOCHS):
            table.set(name, epoch, None)
    book.save(tmp_path / "emptied.xlsx")
    done = called("explain", "--numbers", tmp_path / "emptied.xlsx", "--of", "w5")
    said = f"Note: numbers from {tmp_path / 'emptied.xlsx'} · LR2.0!A36:AE36, η = 2 (F34)\n"
    assert done.stderr == said
    assert done.stdout.startswith("Epoch 0, η = 2.0, w5")


@pytest.mark.recalc
def test_what_the_table_does_not_have_is_the_networks_and_is_said(homework, tmp_path):
    book = openpyxl.load_workbook(homework)
    table = Table(book.active, 4, "$B$1")
    table.set("w3", 0, None)
    table.set("w7", 0, "?")
    book.save(tmp_path / "holes.xlsx")
    found = numbers_from(tmp_path / "holes.xlsx")
    assert {"w3", "w7"}.isdisjoint(found)
    done = called("explain", "--numbers", tmp_path / "holes.xlsx")
    assert "; w3, w7 as in the network\n" in done.stderr
    assert f"w3 * i1 + w4 * i2 = {load().numbers['w3']} *" in done.stdout


@pytest.mark.recalc
def test_options_beside_it_win(homework):
    done = called("explain", "--numbers", homework, "--set", "w5=7", "--lr", 3, "--of", "w5")
    assert done.stdout.startswith("Epoch 0, η = 3.0")
    assert "o1   = w5 * a_h1 + w6 * a_h2 = 7 *" in done.stdout
    said = f"Note: numbers from {homework} · Sheet!A4:AE4; the learning rate is that of --lr\n"
    assert done.stderr == said


@pytest.mark.parametrize("epoch", [0, 30])
@pytest.mark.recalc
def test_the_numbers_of_an_epoch_are_those_of_a_training_from_them(homework, epoch):
    network = load().with_numbers(**numbers_from(homework))
    frame = tabulate(network, epoch + 1)
    done = called("explain", "--numbers", homework, "--epoch", epoch, "--digits", 15)
    assert f"{frame['h1'].iloc[epoch]:.15g}" in done.stdout


@pytest.mark.parametrize("command", ["run", "compare", "draw", "page", "table"])
@pytest.mark.recalc
def test_every_command_that_trains_takes_them(command, homework, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = {"run": ["--no-plot"], "compare": ["--no-plot", "--lr", 3], "table": []}
    done = called(command, "--numbers", homework, *options.get(command, []))
    assert done.exit_code == 0
    assert f"Note: numbers from {homework} · Sheet!A4:AE4" in done.stderr
    assert (", η = 0.25 (B1)" in done.stderr) == (command != "compare")
    of_compare = "; the learning rates are those of --lr" in done.stderr
    assert of_compare == (command == "compare")
    if command in ("run", "compare"):
        (path,) = (tmp_path / "outputs").glob("*.xlsx")
        rate = 3 if command == "compare" else 0.25
        assert numbers_from(path) == {**numbers_from(homework), "eta": rate}


def test_inputs_and_targets_of_several_samples_are_the_networks(tmp_path):
    network = replace(load("xor"), epochs=2).with_numbers(eta=0.75, w1=0.125)
    path = write_workbook(network, tabulate(network), tmp_path / "xor.xlsx")
    found = numbers_from(path, load("xor"))
    assert (found["eta"], found["w1"]) == (0.75, 0.125)
    assert {"i1", "i2", "t1"}.isdisjoint(found)
    again = load("xor").with_numbers(**found)
    assert (again.samples, again.numbers) == (network.samples, network.numbers)


def test_a_long_table_is_read_no_further_than_needed(tmp_path):
    network = load()
    path = write_workbook(network, tabulate(network, 6000), tmp_path / "long.xlsx")
    read = 0

    def counted(rows):
        nonlocal read
        for row in rows:
            read += 1
            yield row

    whole = Tables.of

    def watched(self, sheet, **options):
        return whole(self, replace(sheet, rows=counted(sheet.rows)), **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tables, "of", watched)
        assert numbers_from(path) == network.numbers
    assert read < 3000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--numbers", "no.xlsx"], "no.xlsx: no file of this name"),
        (["--numbers", "notes.xlsx"], "notes.xlsx: not a workbook"),
        (["--numbers", "empty.xlsx"], "empty.xlsx: no table of this network (original)"),
        (["--numbers", "base.xlsx", "--network", "xor"], "is of another network"),
        (["--numbers", ""], "takes a name"),
    ],
)
def test_what_has_no_numbers_is_one_line(options, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.xlsx").write_text("notes", encoding="utf-8")
    openpyxl.Workbook().save("empty.xlsx")
    base_workbook(tmp_path / "base.xlsx")
    for command in ("explain", "run"):
        done = called(command, *options)
        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert "'--numbers'" in done.output
        assert said in done.output
    assert not (tmp_path / "outputs").exists()


@pytest.mark.recalc
def test_a_number_that_the_network_cannot_take_is_one_line(tmp_path):
    """A target of cross-entropy is a share."""
    text = "layers = [2, 2, 2]\ninputs = [0.05, 0.1]\ntargets = [0.5, 0.5]\n"
    text += 'error = "binary cross-entropy"\n'
    weights = "weights = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55]\n"
    (tmp_path / "shares.toml").write_text(text + weights, encoding="utf-8")
    book = openpyxl.load_workbook(base_workbook(tmp_path / "base.xlsx"))
    Table(book.worksheets[0]).set("t1", 0, 7)
    book.save(tmp_path / "large.xlsx")
    done = called("explain", "--network", tmp_path / "shares.toml", "--numbers",
                  tmp_path / "large.xlsx")  # fmt: skip
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "'--numbers'" in done.stderr
    assert "t1 = 7.0 is not" in done.stderr


@pytest.mark.parametrize("wrong", [None, 7, "", "no.xlsx"])
def test_from_python_it_is_an_error_of_one_line(wrong):
    with pytest.raises(InputError):
        numbers_from(wrong)
