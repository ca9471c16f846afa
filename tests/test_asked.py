"""What an assignment asks for besides a table that is right by itself: rate, numbers, epochs."""

import csv
import io
import json
import shutil
from dataclasses import replace

import openpyxl
import pytest
from click.testing import CliRunner
from mistakes import EPOCHS, TARGETS, Table, base_workbook, lay
from openxml_audit import OpenXmlValidator

from backprop_sheet import (
    Asked,
    InputError,
    check,
    load,
    tabulate,
    write_comparison,
    write_workbook,
)
from backprop_sheet.cli import cli

RATE, W5 = 0.5, 0.4
"""The learning rate of the base workbook, and one of its given numbers."""


def called(*arguments):
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    return base_workbook(tmp_path_factory.mktemp("asked") / "sheet.xlsx")


@pytest.fixture
def one(sheet):
    """The judgement of the one table of the base workbook, held against something."""

    def judged(asked, path=sheet, network=None):
        judgement = check(path, network, asked=asked)
        (table,) = judgement.tables
        assert judgement.verdict == table.verdict
        return table

    return judged


@pytest.mark.parametrize(
    "asked",
    [
        None,
        Asked(),
        Asked(eta=RATE),
        Asked(eta=RATE * (1 + 1e-8)),
        Asked(numbers={"w5": W5, "t1": 0.01}),
        Asked(epochs=EPOCHS),
        Asked(epochs=EPOCHS - 1),
        Asked.of(load().with_numbers(**TARGETS), RATE, EPOCHS),
    ],
)
def test_a_table_that_is_what_was_asked_for_is_right(one, asked):
    table = one(asked)
    assert (table.verdict, table.findings, table.remarks) == ("right", [], [])


@pytest.mark.parametrize(
    ("asked", "cell", "said"),
    [
        (Asked(eta=1), "F34", "η: 0.5 where 1 is asked for"),
        (Asked(epochs=68), f"A{36 + EPOCHS}", f"epochs: {EPOCHS} where 68 are asked for"),
        (Asked(numbers={"w5": 0.45}), "M36", "w5: 0.4 where 0.45 is asked for"),
        (Asked(numbers={"i1": 0.0}), "C36", "i1: 0.05 where 0 is asked for"),
        (
            Asked(numbers={"w5": W5 * (1 + 1e-5)}),
            "M36",
            "w5: 0.4 where 0.400004 is asked for",
        ),
    ],
)
def test_what_is_missing_is_one_sentence_with_its_cell(one, asked, cell, said):
    table = one(asked)
    (finding,) = table.findings
    too_short = finding.kind == "epochs"
    assert table.verdict == ("incomplete" if too_short else "wrong")
    assert (finding.cell, finding.cells) == (cell, [cell])
    assert f"{finding.names}: {finding.text}" == said
    assert not finding.is_mistake
    assert table.error_off is None


@pytest.mark.recalc
def test_all_that_is_missing_is_said_and_the_mistakes_as_well(sheet, one, tmp_path):
    book = openpyxl.load_workbook(sheet)
    Table(book.worksheets[0]).write({"∂E/∂w5": "(a_o1-t1)*a_o1*(1-a_o1)*a_h2"})
    book.save(tmp_path / "wrong.xlsx")
    alone = one(None, tmp_path / "wrong.xlsx")
    table = one(Asked(1, {"w5": 0.3, "w6": 0.3}, 68), tmp_path / "wrong.xlsx")
    assert [finding.names for finding in table.findings] == ["η", "w5", "w6", "∂E/∂w5", "epochs"]
    assert table.verdict == "wrong"
    assert table.mistakes == alone.findings
    assert table.effect == alone.effect != ""
    output = called(tmp_path / "wrong.xlsx", "--lr", 1, "--epochs", 68).output
    assert output.count(table.effect) == 1
    assert "mistakes together" not in output


def test_somebody_elses_numbers_are_one_finding_that_names_the_first(one):
    theirs = {f"w{k}": k / 10 for k in range(1, 9)}
    (finding,) = one(Asked(numbers=theirs)).findings
    assert len(finding.cells) == 8 - sum(  # w1 … w8 of the base, in its own columns
        base == theirs[name] for name, base in load().numbers.items() if name in theirs
    )
    assert finding.text.startswith("other numbers than are asked for: w1 is 0.15 and not 0.1, ")
    assert finding.cell == "E36"


@pytest.mark.recalc
def test_a_table_with_mistakes_of_its_own_stays_wrong_where_it_is_too_short(sheet, one, tmp_path):
    book = openpyxl.load_workbook(sheet)
    Table(book.worksheets[0]).write({"∂E/∂w5": "(a_o1-t1)*a_o1*(1-a_o1)*a_h2"})
    book.save(tmp_path / "wrong.xlsx")
    assert one(Asked(epochs=68), tmp_path / "wrong.xlsx").verdict == "wrong"


@pytest.mark.recalc
def test_rows_that_are_begun_and_not_computed_are_no_epochs(one, tmp_path):
    book = openpyxl.Workbook()
    table = lay(book.active)
    for name in table.columns:
        if name not in ("t1", "t2", "i1", "i2"):
            for epoch in range(4, EPOCHS):
                table.set(name, epoch, None)
    book.save(tmp_path / "begun.xlsx")
    for path in (tmp_path / "begun.xlsx",):
        (finding,) = [f for f in one(Asked(epochs=EPOCHS), path).findings if not f.is_mistake]
        assert finding.text == f"4 where {EPOCHS} are asked for"
        assert (finding.cell, finding.epoch) == ("A8", 4)


# --- learning rates ----------------------------------------------------------------------------


def pasted(path, eta, digits):
    """A table of rounded numbers without a word about its learning rate."""
    frame = tabulate(load().with_numbers(eta=eta), EPOCHS)
    sheet = (book := openpyxl.Workbook()).active
    sheet.append(list(frame.columns))
    for row in frame.round(digits).itertuples(index=False):
        sheet.append(list(row))
    book.save(path)
    return path


def test_a_rate_that_only_the_numbers_show_is_compared_as_exactly_as_they_show_it(one, tmp_path):
    path = pasted(tmp_path / "pasted.xlsx", 0.5, 6)
    assert one(Asked(eta=0.5), path).verdict == "right"
    (finding,) = one(Asked(eta=5), path).findings
    assert (finding.cell, finding.names) == ("E3", "η")
    other = pasted(tmp_path / "other.xlsx", 0.52, 12)
    assert one(Asked(eta=0.5), other).verdict == "wrong"


@pytest.mark.recalc
def test_a_rate_in_a_column_of_its_own_is_found_there(one, tmp_path):
    book = openpyxl.Workbook()
    table = lay(book.active)
    table.sheet["A1"] = table.sheet["B1"] = None
    table.add("η", "AG", "0.5")
    for epoch in range(EPOCHS):
        table.set("η", epoch, 0.5)
    table.rate = "$AG$4"
    for k in range(1, 9):
        table.fill(
            f"w{k}",
            lambda e, k=k: (
                f"={table.cell(f'w{k}', e - 1)}-AG{e + 3}*{table.cell(f'∂E/∂w{k}', e - 1)}"
            ),
        )
    book.save(tmp_path / "column.xlsx")
    assert one(Asked(eta=0.5), tmp_path / "column.xlsx").verdict == "right"
    (finding,) = one(Asked(eta=2), tmp_path / "column.xlsx").findings
    assert (finding.cell, finding.text) == ("AG4", "0.5 where 2 is asked for")


# --- several tables, several samples -----------------------------------------------------------


def test_of_several_tables_only_the_one_asked_for_is_held_against_it(tmp_path):
    network = replace(load(), epochs=EPOCHS)
    runs = [
        (one, tabulate(one)) for one in (network.with_numbers(eta=eta) for eta in (0.5, 1.0, 2.0))
    ]
    write_comparison(runs, tmp_path / "compare.xlsx")
    judgement = check(tmp_path / "compare.xlsx", asked=Asked(eta=1.0, epochs=EPOCHS))
    assert judgement.verdict == "right"
    first, asked, last = judgement.tables
    assert asked.remarks == []
    where = f"the table asked for is {asked.sheet}!{asked.area}, and not this one"
    assert f"{where}: η: 0.5 where 1 is asked for" in first.remarks
    assert f"{where}: η: 2 where 1 is asked for" in last.remarks
    none = check(tmp_path / "compare.xlsx", asked=Asked(eta=7.0))
    assert [len(table.findings) for table in none.tables] == [1, 1, 1]
    assert none.verdict == "wrong"


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    network = replace(load("xor"), epochs=3)
    return write_workbook(network, tabulate(network), tmp_path_factory.mktemp("xor") / "xor.xlsx")


def test_the_samples_of_a_network_are_compared_each_in_its_row(one, xor):
    network = load("xor")
    assert one(Asked.of(network, network.eta, 3), xor, network).verdict == "right"
    samples = [dict(sample) for sample in network.samples]
    samples[2]["i2"] = 0.5
    (finding,) = one(Asked(samples=samples), xor, network).findings
    sheet = openpyxl.load_workbook(xor).worksheets[0]
    assert sheet[finding.cell].value == 0
    assert finding.text == "0 where 0.5 is asked for"
    assert one(Asked(epochs=4), xor, network).findings[0].text == "3 where 4 are asked for"


def test_a_setting_is_asked_for_as_any_other_number(one, tmp_path):
    text = "layers = [2, 2]\ninputs = [0.05, 0.1]\ntargets = [0.01, 0.99]\nepochs = 4\neta = 0.5\n"
    path = tmp_path / "momentum.toml"
    path.write_text(
        f'{text}weights = [0.1, 0.2, 0.3, 0.4]\n[optimizer]\nname = "momentum"\nmu = 0.9\n'
    )
    network = load(path)
    name = next(n for n in network.given if network.numbers[n] == 0.9)
    book = write_workbook(network, tabulate(network), tmp_path / "momentum.xlsx")
    assert one(Asked(numbers={name: 0.9}), book, network).verdict == "right"
    (finding,) = one(Asked(numbers={name: 0.8}), book, network).findings
    assert finding.text == "0.9 where 0.8 is asked for"
    assert openpyxl.load_workbook(book).worksheets[0][finding.cell].value == 0.9


# --- all forms of the report -------------------------------------------------------------------


def test_every_form_of_the_report_says_it(sheet, tmp_path):
    options = ["--lr", 1, "--set", "w5=0.45", "--epochs", 68]
    said = [
        "η: 0.5 where 1 is asked for (F34, epoch 0)",
        "w5: 0.4 where 0.45 is asked for (M36, epoch 0)",
        f"epochs: {EPOCHS} where 68 are asked for (A{36 + EPOCHS}, epoch {EPOCHS})",
    ]
    done = called(sheet, *options)
    assert done.exit_code == 1
    assert [line.strip() for line in done.output.splitlines()[1:]] == said
    (file,) = json.loads(called(sheet, *options, "--format", "json").output)
    assert [finding["kind"] for finding in file["tables"][0]["findings"]] == [
        "asked",
        "asked",
        "epochs",
    ]
    (row,) = csv.DictReader(io.StringIO(called(sheet, *options, "--format", "csv").output))
    assert (row["verdict"], row["cause"]) == ("wrong", "0.5 where 1 is asked for")
    assert (row["found"], row["expected"], row["first wrong cell"]) == ("0.5", "1", "F34")
    assert all(text.split(" (")[0] in row["all findings"] for text in said)
    html = check(sheet, asked=Asked(1))._repr_html_()
    assert "0.5 where 1 is asked for" in html


def test_marked_copies_say_it_in_the_cells(sheet, tmp_path):
    options = ["--lr", 1, "--set", "w5=0.45", "--epochs", 68]
    called(sheet, *options, "--annotate", tmp_path / "marked")
    page = openpyxl.load_workbook(tmp_path / "marked" / sheet.name).worksheets[0]
    comments = {cell: page[cell].comment.text for cell in ("F34", "M36", f"A{36 + EPOCHS}")}
    assert "η: 0.5 where 1 is asked for." in comments["F34"]
    assert "w5: 0.4 where 0.45 is asked for." in comments["M36"]
    assert "epochs: 12 where 68 are asked for." in comments[f"A{36 + EPOCHS}"]
    result = OpenXmlValidator().validate(tmp_path / "marked" / sheet.name)
    assert (result.errors, result.warning_count) == ([], 0)


def test_a_table_that_is_too_short_ends_with_1(sheet):
    done = called(sheet, "--epochs", 68)
    assert (done.exit_code, done.output.startswith("incomplete  ")) == (1, True)


def test_numbers_of_a_network_that_is_named_are_asked_for_beside_another_option(sheet, tmp_path):
    text = shutil.copy("templates/original.toml", tmp_path / "mine.toml")
    mine = text.read_text(encoding="utf-8")
    assert "0.4," in mine
    text.write_text(mine.replace("0.4,", "0.41,"), encoding="utf-8")
    assert called(sheet, "--network", text).exit_code == 0, "alone it only says what is judged"
    done = called(sheet, "--network", text, "--lr", 0.5)
    assert "w5: 0.4 where 0.41 is asked for" in done.output
    targets = ["--set", "t1=0.01", "--set", "t2=0.99"]
    assert called(sheet, "--network", text, *targets, "--set", "w5=0.4").exit_code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "w99=1"], "'w99' is not a given number"),
        (["--set", "eta=1"], "the learning rate is given by --lr"),
        (["--lr", "0"], "a finite number above 0"),
        (["--lr", "1", "--lr", "2"], "takes one"),
        (["--epochs", "0"], "a whole number of at least 1"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line(sheet, options, said):
    done = called(sheet, *options)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert said in done.output


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Asked(eta=0),
        lambda: Asked(eta="1"),
        lambda: Asked(epochs=0),
        lambda: Asked(epochs=2.5),
        lambda: Asked(numbers={"w5": float("nan")}),
        lambda: Asked(numbers=[1.0]),
        lambda: Asked(samples=7),
        lambda: Asked(samples=[7]),
        lambda: Asked(samples=[{"i1": "x"}]),
        lambda: check("sheet.xlsx", asked={"eta": 1}),
        lambda: check("sheet.xlsx", asked=Asked(samples=[{"a_h1": 1.0}])),
        lambda: check("sheet.xlsx", load("xor"), asked=Asked(numbers={"i1": 1.0})),
        lambda: check("sheet.xlsx", asked=Asked(numbers={"w99": 1.0})),
    ],
)
def test_from_python_what_cannot_be_asked_for_is_refused(wrong):
    with pytest.raises(InputError):
        wrong()
