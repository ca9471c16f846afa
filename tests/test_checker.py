"""Other people's workbooks: found, judged, explained."""

import csv
import os
import re
import shutil
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import mistakes
import openpyxl
import pytest
from chance import some
from mistakes import MISTAKES, REWRITES, Table, base_workbook
from spreadsheets import convert, ironcalc

from backprop_sheet import build, check, load, tabulate, write_comparison, write_workbook
from backprop_sheet.checker import excel
from backprop_sheet.checker.batch import check_all, mark, workbooks
from backprop_sheet.checker.findings import KINDS, State
from backprop_sheet.checker.header import Dictionary, is_rate
from backprop_sheet.checker.report import as_text, effects
from backprop_sheet.checker.rounding import digits_of
from backprop_sheet.formula import Name, evaluate, names, renamed
from backprop_sheet.network import TOTAL
from backprop_sheet.network.file import from_content

WORKBOOKS = "BACKPROP_SHEET_WORKBOOKS"
EXPLAINED = 0.9
"""Share of the made mistakes whose cause has to be named."""


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    return base_workbook(tmp_path_factory.mktemp("base") / "base.xlsx")


def judged_with(base, folder, change):
    """The base workbook changed and judged."""
    workbook = openpyxl.load_workbook(base)
    change(workbook)
    workbook.save(folder / "changed.xlsx")
    return check(folder / "changed.xlsx")


# --- made mistakes ---------------------------------------------------------------------------


def outcome(mistake, base, folder):
    """Whether a mistake is found at its first cell, and whether its cause is named."""
    judgement = judged_with(base, folder, lambda book: mistake.apply(Table(book.worksheets[0])))
    (table,) = judgement.tables
    first = table.first
    if first is None:
        return False, False
    name = first.columns[0].replace("E_Total", "E_tot")
    found = table.verdict != "right" and (name, first.epoch) == (mistake.first, mistake.row)
    text = first.text.replace("E_Total", "E_tot")
    assert first.kind in KINDS
    return found, found and first.kind == mistake.cause and all(w in text for w in mistake.words)


def diverging(book):
    """A target of which the error is a number that no sheet can hold."""
    Table(book.worksheets[0]).set("t1", 0, 1e200)


def test_error_values_of_a_training_that_diverges_are_right(base, tmp_path):
    (table,) = judged_with(base, tmp_path, diverging).tables
    assert (table.verdict, table.findings) == ("right", [])
    assert table.cells.states[TOTAL] == bytes([State.RIGHT] * mistakes.EPOCHS)
    model = ironcalc.load_from_xlsx(str(tmp_path / "changed.xlsx"), "en", "UTC", "en")
    model.evaluate()
    assert model.get_formatted_cell_value(0, 40, 23).startswith("#")


@pytest.mark.parametrize(
    "formula", ["SQUARE(t1-a_o1)", "1/0", "(t1-a_o1)^2", "1/2*(t2-a_o1)^2*1E+200^2"]
)
def test_other_formulas_of_error_values_are_wrong_all_the_same(formula, base, tmp_path):
    def change(book):
        diverging(book)
        Table(book.worksheets[0]).write({"E1": formula}, 3)

    (table,) = judged_with(base, tmp_path, change).tables
    (finding,) = table.findings
    assert (finding.columns, finding.epoch, finding.by_chance) == (["E1"], 3, False)
    assert len(finding.cells) == mistakes.EPOCHS - 3


def test_numbers_typed_for_error_values_are_not_called_right(base, tmp_path):
    def change(book):
        diverging(book)
        table = Table(book.worksheets[0])
        for epoch in range(3, mistakes.EPOCHS):
            table.set("E_tot", epoch, 7)

    (table,) = judged_with(base, tmp_path, change).tables
    assert (table.verdict, table.findings) == ("incomplete", [])
    assert any("typed, and nothing shows whether" in remark for remark in table.remarks)


def assert_found(some, base, folder):
    outcomes = {mistake.name: outcome(mistake, base, folder) for mistake in some}
    assert [name for name, (found, _) in outcomes.items() if not found] == []
    unexplained = [name for name, (_, explained) in outcomes.items() if not explained]
    assert len(unexplained) <= (1 - EXPLAINED) * len(outcomes), unexplained


def test_made_mistakes_are_found_and_explained(base, tmp_path):
    one_of_each = {mistake.cause: mistake for mistake in MISTAKES}
    assert_found([*one_of_each.values(), *MISTAKES[::12]], base, tmp_path)


@pytest.mark.slow
def test_many_made_mistakes_are_found_and_nine_in_ten_explained(base, tmp_path):
    assert len(MISTAKES) >= 40
    assert_found(some(MISTAKES), base, tmp_path)


def assert_harmless(rewrites, base, folder):
    for rewrite in rewrites:
        judgement = judged_with(base, folder, rewrite.apply)
        found = [finding.text for table in judgement.tables for finding in table.findings]
        assert judgement.verdict == "right", (rewrite.name, judgement.problem, found)


def test_harmless_rewrites_raise_nothing(base, tmp_path):
    assert_harmless(REWRITES[::10], base, tmp_path)


@pytest.mark.slow
def test_many_harmless_rewrites_raise_nothing(base, tmp_path):
    assert len(REWRITES) >= 40
    assert_harmless(some(REWRITES), base, tmp_path)


def test_a_wrong_formula_is_found_where_the_number_is_right_by_chance(workbook, tmp_path):
    """The original's t1 and t2 are both 0.5: no number shows which of them is meant."""

    def change(book):
        Table(book.worksheets[0]).write({"∂E/∂w7": "(a_o2-t1)*a_o2*(1-a_o2)*a_h1"})

    judgement = judged_with(workbook, tmp_path, change)
    first = judgement.tables[0].first
    assert (first.columns, first.kind) == (["∂E/∂w7"], "name")
    assert first.text == "t1 where t2 belongs; the number is right all the same, by chance"


# --- workbooks that people made --------------------------------------------------------------


@pytest.fixture(scope="session")
def labelled():
    """What is known of people's workbooks, a line for each table, and how each is judged."""
    folder = os.environ.get(WORKBOOKS)
    if not folder:
        pytest.skip(f"{WORKBOOKS} does not name the folder of people's workbooks")
    with (Path(folder) / "labels.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    files = sorted({line["file"] for line in lines})
    return lines, dict(zip(files, check_all([Path(folder) / file for file in files]), strict=True))


def test_people_s_tables_are_all_found_and_none_invented(labelled):
    lines, judgements = labelled
    wanted = {
        (line["file"], line["sheet"], int(line["header_row"])) for line in lines if line["sheet"]
    }
    found = {
        (file, table.sheet, table.header_row)
        for file, judgement in judgements.items()
        for table in judgement.tables
    }
    assert found == wanted


def test_people_s_tables_get_their_verdict_and_the_first_wrong_column(labelled):
    lines, judgements = labelled
    verdicts = {"correct": "right"}
    for line in lines:
        judgement = judgements[line["file"]]
        if line["verdict"] == "not the exercise":
            assert judgement.verdict == "not judged"
            assert judgement.problem.startswith("not the exercise")
            continue
        (table,) = (
            t
            for t in judgement.tables
            if (t.sheet, str(t.header_row)) == (line["sheet"], line["header_row"])
        )
        assert table.verdict == verdicts.get(line["verdict"], line["verdict"]), line
        if line["verdict"] == "wrong":
            name, *_ = line["first_wrong_column"].split(" (")
            assert table.first.columns[0].startswith(name), line


def test_the_cause_of_people_s_mistakes_is_named(labelled):
    lines, judgements = labelled
    kinds = {table.first.kind for j in judgements.values() for table in j.tables if table.first}
    assert "formula" not in kinds  # that is: not explained
    assert sum(line["verdict"] == "wrong" for line in lines) == 30
    words = {
        "wb08.xlsx": "a_h1 where a_h2 belongs",
        "wb14.xlsx": "a_h2 where a_h1 belongs",
        "wb16.xlsx": "∂E/∂w1 where ∂E/∂w3 belongs",
        "wb18.xlsx": "w5 where w6 belongs, w7 where w8 belongs",
    }
    for file, text in words.items():
        assert all(table.first.text == text for table in judgements[file].tables)
    assert [t.first.kind for t in judgements["wb15.xlsx"].tables] == ["name"] + 5 * ["stopped"]
    assert [t.first.kind for t in judgements["wb19.xlsx"].tables] == ["name", "bracket"]


# --- its own workbooks -----------------------------------------------------------------------


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """Workbooks of the program: several rates, a long one, a comparison."""
    folder = tmp_path_factory.mktemp("own")
    networks = {eta: load().with_numbers(eta=eta, w3=-0.4) for eta in (0.1, 1.0, 20.0, 1e5)}
    for eta, network in networks.items():
        write_workbook(network, tabulate(network, 100), folder / f"lr{eta}.xlsx")
    write_workbook(load(), tabulate(load(), 2500), folder / "long.xlsx")
    compared = [(network, tabulate(network)) for network in networks.values()]
    write_comparison(compared, folder / "compare.xlsx")
    return folder


def assert_all_right(folder, tables):
    judgements = list(check_all([found.path for found in workbooks([folder])]))
    assert sum(len(judgement.tables) for judgement in judgements) == tables
    for judgement in judgements:
        assert (judgement.verdict, judgement.problem, judgement.remarks) == ("right", "", [])
        assert all(table.remarks == [] for table in judgement.tables)


def test_its_own_workbooks_are_right(own):
    assert_all_right(own, 9)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_its_own_workbooks_are_right_after_libreoffice_has_saved_them(own, tmp_path):
    for path in own.glob("*.xlsx"):
        convert(path, "xlsx", tmp_path)
    assert_all_right(tmp_path, 9)


@pytest.mark.parametrize("layers", [(3, 3, 2), (2, 2, 2, 2), (4, 5, 3), (2, 1)])
def test_other_networks_are_judged_when_they_are_named(layers, tmp_path):
    count = sum(a * b for a, b in pairwise(layers))
    weights = [((7 * k) % 11 - 5) / 10 for k in range(count)]
    network = build(
        layers,
        inputs=[0.1 * k for k in range(1, layers[0] + 1)],
        targets=[0.2 * k + 0.1 for k in range(layers[-1])],
        weights=weights,
        eta=0.7,
        epochs=10,
    )
    path = write_workbook(network, tabulate(network), tmp_path / "other.xlsx")
    assert check(path, network).verdict == "right"
    without = check(path).problem
    assert "not the exercise" in without or "--network says which" in without


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("xor", (), "xor; "),
        ("xor", ("deltas", "sum"), "xor; "),
        ("linear", (), "linear or logistic; not the exercise"),
        ("lstm", (), "lstm; "),
        ("growth", (), "growth; not the exercise: no table with enough of its names"),
        ("mazur", (), "mazur; LR0.5 is of another network, with b1, b2: --network says which"),
        ("mazur-sequential", (), "mazur or mazur-sequential; "),
    ],
)
def test_the_template_of_a_sheet_is_told_by_its_columns(name, changes, told, tmp_path):
    network = load(name).with_columns(*changes)
    path = write_workbook(network, tabulate(network, epochs=2), tmp_path / "sheet.xlsx")
    assert check(path).problem.startswith(f"its columns are those of --network {told}")


def test_a_sheet_of_the_exercise_with_a_few_other_columns_is_judged(tmp_path):
    path = write_workbook(load(), tabulate(load(), epochs=3), tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (header,) = (row for row in sheet.iter_rows() if "w1" in [cell.value for cell in row])
    for place, label in enumerate(("b1", "h3"), start=1):
        sheet.cell(header[0].row, header[-1].column + place, label)
    book.save(path)
    assert check(path).verdict == "right"


def test_no_template_is_told_of_a_sheet_that_lacks_a_column_or_has_another_networks():
    columns = [load("xor").label(name) for name in load("xor").columns]
    dictionary = Dictionary(load("xor").with_all_columns())
    assert dictionary.is_all_in([*columns, "epoch", "sample"])
    assert not dictionary.is_all_in([*columns, "i3"])
    assert not dictionary.is_all_in([one for one in columns if one != "∂E/∂w5"])
    assert dictionary.lacking([one for one in columns if one != "∂E/∂w5"]) == ["dE_dw5"]
    assert dictionary.lacking([*columns[1:], "i3"]) is None


@pytest.mark.parametrize(
    ("label", "other", "told"),
    [("w2", "weight two", "without w2"), ("b2", None, "without b2")],
)
def test_a_template_of_which_a_column_is_missing_is_told_of_a_wrong_table(
    label, other, told, tmp_path
):
    network = load("mazur")
    path = write_workbook(network, tabulate(network, epochs=3), tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    heads = (c for row in book.worksheets[0].iter_rows(max_row=60) for c in row)
    next(cell for cell in heads if cell.value == label).value = other
    book.save(path)
    (table,) = check(path).tables
    assert table.verdict == "wrong"
    assert table.remarks[0] == f"its columns are nearly those of --network mazur, {told}"
    assert not any("--network" in r for t in check(path, network).tables for r in t.remarks)


def test_no_template_is_told_of_a_wrong_table_of_the_exercise(base, tmp_path):
    """Be it with a column of its own that only a template has."""

    def change(book):
        table = Table(book.worksheets[0])
        table.write({"E1": "(t1-a_o1)^2"}, 3)
        head = next(c for r in book.worksheets[0].iter_rows() for c in r if c.value == "w1")
        last = book.worksheets[0].max_column
        for place, text in enumerate(("b1", "h3", "notes"), start=1):
            book.worksheets[0].cell(head.row, last + place, text)

    (table,) = judged_with(base, tmp_path, change).tables
    assert table.verdict == "wrong"
    assert not any("--network" in remark for remark in table.remarks)


@pytest.mark.slow
def test_a_sheet_of_3_000_weights_is_judged_whole(tmp_path):
    layers = (50, 50, 10)
    weights = [((7 * k) % 11 - 5) / 20 for k in range(3000)]
    inputs, targets = [0.01 * k for k in range(50)], [0.05 * k + 0.1 for k in range(10)]
    network = build(layers, inputs=inputs, targets=targets, weights=weights, eta=0.7, epochs=4)
    path = write_workbook(network, tabulate(network), tmp_path / "wide.xlsx")
    judgement = check(path, network)
    (table,) = judgement.tables
    assert (table.verdict, table.remarks, table.epochs) == ("right", [], 4)


# --- finding tables --------------------------------------------------------------------------

SPELLINGS = {
    "a_h1": "a_h1 out_h1 act_h1 A_H1 ah1",
    "a_o1": "a_o1 a_O1 out_o1 act_O1",
    "E1": "E1 e1 E_1",
    "t1": "t1 T1 t_1",
    "E_Total": "E_tot E_total E_Total E_TOTAL Etotal E_T E_t",
    "dE_dw1": "∂E/∂w1 ∂E_total/∂w1 ∂(E_total)/∂w1 ∂E_T/∂w1 ∂E_t/∂W1 ∂ET/∂w1 ∂E∂W1 E∂w1 E𝜕w1 "
    "δE_tot/δw1 dE/dw1 dE_total/dw1 Etotaldw1 Edw1 dw1",
}


def test_spellings_of_the_names_are_known():
    dictionary = Dictionary(load())
    for name, spellings in SPELLINGS.items():
        for spelling in spellings.split():
            assert dictionary.meaning(f"{spelling} ") == name, spelling
    assert dictionary.meaning("E Total") == "E_Total"
    assert dictionary.meaning("dE_total / dw1") == "dE_dw1"
    assert dictionary.meaning("t1 ( output of out_o1)") == "t1"
    for other in ("No", "Epoch", "E_0.1", "w9", "learning rate", "", "x" * 200):
        assert dictionary.meaning(other) is None


@pytest.mark.parametrize(
    "text",
    ["η", "η = 0.5", "lr 0.5", "ƞ=", "n= ", "α", "eta", "lr", "LR =", "L.R", "Learning Rate"],
)
def test_labels_of_the_learning_rate_are_known(text):
    assert is_rate(text)


def test_a_name_mistyped_between_its_neighbours_is_read_as_meant(base, tmp_path):
    def change(book):
        book.worksheets[0]["B35"] = "i2"

    (table,) = judged_with(base, tmp_path, change).tables
    assert table.verdict == "right"
    assert table.remarks == ["B35 says 'i2', read as t2"]


def test_a_sheet_that_claims_a_million_cells_costs_little(base, tmp_path):
    """A style on every cell of a hundred thousand rows, as some editors leave it."""
    path = tmp_path / "claims.xlsx"
    with (
        zipfile.ZipFile(base) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                empty = "".join(
                    f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(500, 60_000)
                )
                text = text.replace(b"</sheetData>", f"{empty}</sheetData>".encode())
                text = re.sub(rb'dimension ref="[^"]*', b'dimension ref="A1:XFD1048576', text)
            target.writestr(name, text)
    assert len(check(path).tables) == 1


def inserted(book, content):
    """A row between epochs 5 and 6, the rest moved down with its formulas."""
    sheet = book.worksheets[0]
    sheet.move_range("A42:AG47", rows=1, translate=True)
    for row in sheet.iter_rows(min_row=43, max_row=43, max_col=31):
        for cell in row:  # what looked at the row above goes on to look at it
            if isinstance(cell.value, str):
                cell.value = re.sub(r"(?<![$\d])([A-Z]+)42\b", r"\g<1>41", cell.value)
    sheet["A42"] = content


@pytest.mark.parametrize("content", [None, "after six epochs"])
def test_a_table_goes_on_after_a_row_that_is_none(base, tmp_path, content):
    def change(book):
        inserted(book, content)
        book.worksheets[0]["W45"] = "=U45"

    (table,) = judged_with(base, tmp_path, change).tables
    assert table.epochs == 12
    assert [(f.cell, f.text) for f in table.findings] == [("W45", "the term E2 is missing")]
    assert "rows are left out before row 43" in table.remarks[0]


@pytest.mark.parametrize("formula", ["AVERAGE", "SUM", "MAX"])
def test_what_the_columns_come_to_is_no_row(base, tmp_path, formula):
    def change(book):
        for cell in book.worksheets[0][47][:31]:
            place = cell.coordinate
            cell.offset(row=1).value = f"={formula}({place[:-2]}36:{place})"

    (table,) = judged_with(base, tmp_path, change).tables
    assert (table.verdict, table.epochs) == ("right", 12)


def test_gradients_that_take_weights_already_moved_are_named(base, tmp_path):
    def change(book):
        table = Table(book.worksheets[0])
        moved = {w: f"({w}-η*∂E/∂{w})" for w in ("w5", "w7")}
        formula = table.formula("∂E/∂w1", 0).removeprefix("=")
        for epoch in range(12):
            row = 36 + epoch
            text = formula.replace("36", str(row))
            for weight, column in (("w5", "M"), ("w7", "O")):
                new = table.typed(moved[weight])(epoch).removeprefix("=")
                text = re.sub(rf"\b{column}{row}\b", new, text)
            table.set("∂E/∂w1", epoch, f"={text}")

    first = judged_with(base, tmp_path, change).tables[0].first
    assert (first.columns, first.kind) == (["∂E/∂w1"], "row")
    assert first.text.startswith("w5 and w7 already moved, where the old ones belong")


# --- reading formulas ------------------------------------------------------------------------

FORMULAS = """
(B1-A1)*B1*(1-B1)|-A1^2|2^3^2|-(A1-B1)|1/(1+EXP(-A1))|(1+EXP(-A1))^-1|POWER(A1,2)/2|A1*10%
0.5*(A1-B1)^2|SUM(A1:C1)|SUM(A1,B1,2)|PRODUCT(A1:C1)|SUMPRODUCT(A1:B1,B1:C1)|SUMSQ(A1:B1)
SQRT(C1)*LN(B1)|TANH(A1/2)|A1-$B$1*C1|AVERAGE(A1:C1)|+A1--B1|C1^0.5|B1^-2|C1^3|exp(a1)|2E-1*A1|N(A1)|_xlfn.SINGLE(B1)
"""


@pytest.mark.parametrize("text", FORMULAS.replace("\n", "|").strip("|").split("|"))
def test_formulas_are_read_as_a_spreadsheet_engine_reads_them(text):
    numbers = {"A1": 0.3, "B1": 0.7, "C1": 2.5}
    model = ironcalc.create("book", "en", "UTC", "en")
    for column, number in enumerate(numbers.values(), start=1):
        model.set_user_input(0, 1, column, repr(number))
    model.set_user_input(0, 2, 1, f"={text}")
    model.evaluate()
    tree = excel.read(text)
    plain = renamed(tree, lambda n: Name(n.id.replace("$", "").upper()))
    assert set(names(plain)) <= set(numbers)
    assert evaluate(plain, numbers) == pytest.approx(model.get_cell_value(0, 2, 1), rel=1e-12)


@pytest.mark.parametrize(
    "text", ["IF(A1=1,1,2)", "VLOOKUP(A1,B:B,1)", '"text"', "A1&B1", "A1:B2", "(", ""]
)
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(excel.NotArithmetic):
        excel.read(text)


def test_rounded_values_are_known_by_their_digits():
    assert digits_of([0.123456, 12.5, -0.25]).half(0.5) == pytest.approx(0.5e-6)
    ten = digits_of([0.1234567891, 1.234567891, 0.001234567891])
    assert ten.half(1.5) == pytest.approx(0.5e-9)
    narrow = digits_of([0.105271, -0.01175, -1.23636])  # as a column of eight characters shows them
    assert narrow.half(-1.5) == pytest.approx(0.5e-5)


# --- what cannot be judged -------------------------------------------------------------------


def broken_files(folder, base):
    files = {
        "text.xlsx": b"no workbook",
        "empty.xlsx": b"",
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "cut.xlsx": base.read_bytes()[:5000],
        "link.gsheet": b'{"url": "https://docs.google.com"}',
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for name, members in {
        "open.ods": {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
        "binary.xlsb": {"xl/workbook.bin": ""},
        "other.xlsx": {"notes.txt": "hello"},
    }.items():
        with zipfile.ZipFile(folder / name, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(folder / "torn.xlsx", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, text[:3000] if name.endswith("sheet1.xml") else text)
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "shopping list"
    workbook.save(folder / "list.xlsx")


PROBLEMS = {
    "text.xlsx": "not a workbook, or a damaged one",
    "empty.xlsx": "an empty file",
    "old.xls": "Excel 97 to 2003",
    "locked.xlsx": "encrypted",
    "cut.xlsx": "cut short or damaged",
    "link.gsheet": "a link to Google Sheets",
    "open.ods": "an OpenDocument file",
    "binary.xlsb": "a binary workbook",
    "other.xlsx": "a zip archive, but not a workbook",
    "torn.xlsx": "broken",
    "list.xlsx": "not the exercise",
}


def test_what_cannot_be_judged_gets_one_line_and_stops_nothing(base, tmp_path):
    broken_files(tmp_path, base)
    shutil.copy(base, tmp_path / "zz_right.xlsx")
    found = workbooks([tmp_path])
    judgements = {j.path.name: j for j in check_all([file.path for file in found])}
    assert judgements.pop("zz_right.xlsx").verdict == "right"
    assert judgements.keys() == PROBLEMS.keys()
    for name, judgement in judgements.items():
        assert PROBLEMS[name] in judgement.problem, (name, judgement.problem)
        assert "\n" not in judgement.problem


def test_without_ironcalc_missing_values_are_said_to_be_missing(base, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    assert check(base).verdict == "right"  # has its values
    judgement = judged_with(base, tmp_path, lambda _: None)
    assert "formulas without stored values" in judgement.problem
    assert 'pip install ".[recalc]" in ' in judgement.problem


# --- copies with the mistakes marked ---------------------------------------------------------


def test_the_marked_copy_colours_and_comments_every_wrong_cell(base, tmp_path):
    one = next(m for m in MISTAKES if m.first == "∂E/∂w3" and m.cause == "name")
    judgement = judged_with(base, tmp_path, lambda book: one.apply(Table(book.worksheets[0])))
    before = judgement.path.read_bytes()
    mark(judgement, tmp_path / "marked" / "copy.xlsx")
    assert judgement.path.read_bytes() == before
    sheet = openpyxl.load_workbook(tmp_path / "marked" / "copy.xlsx").worksheets[0]
    (finding,) = judgement.tables[0].findings
    commented = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert commented == set(finding.cells)
    assert len(commented) == mistakes.EPOCHS
    first = sheet[finding.cell]
    assert finding.text in first.comment.text
    assert finding.expected in first.comment.text
    assert first.fill.fgColor.rgb == "FFFFC7CE"


def test_settings_may_be_changed_in_the_sheet(tmp_path):
    """Their cells count, whatever the network's file has, and formulas that refer to them too."""
    network = load("adam")
    path = write_workbook(network, tabulate(network, 6), tmp_path / "adam.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (label,) = (c for row in sheet.iter_rows(max_row=60) for c in row if c.value == "β1=")
    label.offset(column=1).value = 0.5
    book.save(path)
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", [])
    place = label.offset(column=1).coordinate
    assert f"β1 is 0.5 ({place}) here, and 0.9 in the network" in table.remarks


def test_a_slip_where_a_setting_is_0_is_found(tmp_path):
    content = {
        "samples": {"x": [1, 2], "y": [1, 0]},
        "given": {"h0": 0},
        "trained": {"w": 0.5},
        "formulas": {"h": "tanh(w*x) + 2*w*h0", "E": "(y - h)**2"},
        "error": "E",
        "epochs": 4,
    }
    network = from_content(content, tmp_path, "own")
    path = write_workbook(network, tabulate(network), tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (cell,) = (c for row in sheet.iter_rows(max_row=60) for c in row if c.value == "h")
    slipped = cell.offset(row=5)
    slipped.value = slipped.value.replace("2*", "3*")
    book.save(path)
    (table,) = check(path, network).tables
    assert [finding.cell for finding in table.findings] == [slipped.coordinate]


# --- numbers in place of formulas ------------------------------------------------------------


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    network, path = load("xor"), tmp_path_factory.mktemp("xor") / "xor.xlsx"
    return network, write_workbook(network, tabulate(network, epochs=4), path)


def with_column(network, path, name, content, begin=0):
    """A workbook of a network with something else in a column from a row on, judged: its table."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (heads,) = (r for r in sheet.iter_rows(max_row=60) if {"w1", "E1"} <= {c.value for c in r})
    of_label = {cell.value: cell for cell in reversed(heads)}  # beside it is what the chart shows
    letters = {n: of_label[network.label(n)].column_letter for n in network.columns}
    for row in range(heads[0].row + 1 + begin, sheet.max_row + 1):
        cells = {n: f"{letter}{row}" for n, letter in letters.items()}
        sheet[cells[name]] = content.format(**cells) if isinstance(content, str) else content
    book.save(path.with_stem("changed"))
    (table,) = check(path.with_stem("changed"), network).tables
    return table


@pytest.mark.parametrize("name", ["right", "accuracy", "E1", "E_Total", "a_o1"])
def test_a_formula_that_is_only_a_number_is_called_a_number(name, xor):
    table = with_column(*xor, name, "=0")
    (finding,) = table.findings
    assert (finding.columns, finding.kind) == ([xor[0].label(name)], "number")
    assert finding.text == "a number stands where a formula belongs"
    assert not any("in place of a cell" in remark for remark in table.remarks)


def test_a_right_formula_that_is_only_a_number_counts_as_typed(xor):
    table = with_column(*xor, "E_Total", "=0.125")
    states = table.cells.states["E_Total"]
    assert states[0] == State.TYPED
    assert State.RIGHT not in states
    assert any(re.match(r"\d+ numbers? (is|are) typed where", r) for r in table.remarks)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("=IF(ABS({t1}-{prediction})>0,0,2)", "the constant 2 stands where 1 belongs"),
        ("=IF(ABS({i1}-{prediction})>0,0,1)", "i1 where t1 belongs; the first number is right "),
        ("=IF(ABS({t1}-{prediction})<0.1,1,0)", None),
        ("=IF({t1}={prediction},1,0)", None),
        ("=IF({prediction}-{t1}=0,1,0)", None),
        ("=1-ABS({t1}-{prediction})", None),
        ("=1-({t1}-{prediction})^2", None),
        ("={t1}*{prediction}+(1-{t1})*(1-{prediction})", None),
        ("=1-ABS({t1}-IF({a_o1}>0.5,1,0))", None),
        ("=IF(ABS({t1}-{a_o1})<0.5,1,0)", None),
        ("=IF(({t1}-0.5)*({a_o1}-0.5)>0,1,0)", None),
        ("=1-ABS({t1}-ROUND({a_o1},0))", None),
        ("=IF(ABS({t1}-{a_o1})<0.6,1,0)", "a"),
        ("=IF(ABS({t1}-{a_o1})<0.49,1,0)", "a"),
        ("=1-ABS({t1}-{i1})", "a different formula"),
        ("=1-ABS({t1}-{a_o1})", "a different formula"),
        ("=ABS({t1}-{prediction})", "a different formula"),
    ],
)
def test_formulas_that_compare_are_told_apart_where_both_are_the_same(formula, text, xor):
    network, path = xor
    first = with_column(network, path, "right", formula).first
    assert (first and first.text.startswith(text)) if text else first is None


@pytest.mark.parametrize("content", ["=IF({a_o1}>0.5,TRUE,FALSE)", "={a_o1}>0.5", False])
@pytest.mark.recalc
def test_truth_values_are_one_finding(content, xor):
    (finding,) = with_column(*xor, "prediction", content).findings
    assert (finding.columns, finding.kind) == (["prediction"], "text")
    assert finding.text == "a truth value stands where a number belongs"
    assert len(finding.cells) == 16


@pytest.mark.recalc
def test_a_target_that_is_no_class_shows_where_a_formula_takes_it_for_one(xor, tmp_path):
    network, path = xor
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (heads,) = (r for r in sheet.iter_rows(max_row=60) if {"w1", "E1"} <= {c.value for c in r})
    target = next(cell for cell in heads if cell.value == "t1").offset(row=1)
    target.value = 0.5  # that of the first sample, which the other epochs take from here
    book.save(tmp_path / "half.xlsx")
    table = with_column(network, tmp_path / "half.xlsx", "right", "=1-ABS({t1}-{prediction})")
    rows = [int(re.sub("[A-Z]", "", cell)) - target.row for f in table.findings for cell in f.cells]
    assert rows == [0, 4, 8, 12]


def test_counters_that_do_not_count_are_told_so(xor):
    (finding,) = with_column(*xor, "sample", "=1").findings
    assert finding.text == "sample does not go on from the row above as it should"


@pytest.mark.parametrize("content", ["=-0", -0.0, 0])
def test_no_text_says_minus_0_or_0_times_as_large(content, tmp_path):
    network = load("linear")
    path = write_workbook(network, tabulate(network, epochs=2), tmp_path / "linear.xlsx")
    table = with_column(network, path, "dE_db1", content)
    (finding,) = table.findings
    text = as_text([check(path.with_stem("changed"), network)])
    said = f"{finding.cell} holds 0, right is {finding.right:g}"
    assert finding.right < 0
    assert f"    effect    {said}\n" in text
    assert finding.found == {"=-0": "=-0"}.get(content, "0.0")


def test_a_right_number_is_never_minus_0(xor):
    """The second sample's input is 0, and what it is multiplied by is negative."""
    network, path = xor
    table = with_column(network, path, "dE_dw1", "=1", begin=1)
    (finding,) = table.findings
    assert next(effects(table, finding)) == f"{finding.cell} holds 1, right is 0: wrong"


# --- lists of names --------------------------------------------------------------------------

SMALL = {
    "E0": {"error": "E", "trained": {"E0": 0.5}, "formulas": {"E": "E0**2"}},
    "h": {"error": "h", "trained": {"w": 0.5}, "formulas": {"h": "w"}},
}
"""Networks of so few names that many a row of labels has all of them."""


def small(name, folder):
    network = from_content({"eta": 0.1, "epochs": 3, **SMALL[name]}, folder, "small")
    return network, write_workbook(network, tabulate(network), folder / "small.xlsx")


@pytest.mark.parametrize("name", SMALL)
def test_names_listed_on_other_tabs_are_no_table_beside_one(name, tmp_path):
    network, path = small(name, tmp_path)
    judgement = check(path, network)
    assert (judgement.verdict, len(judgement.tables)) == ("right", 1)


def test_a_second_table_that_is_only_begun_is_one(tmp_path):
    network, path = small("E0", tmp_path)
    book = openpyxl.load_workbook(path)
    begun = book.create_sheet("begun")
    (heads,) = (r for r in book.worksheets[0].iter_rows(max_row=60) if "E" in {c.value for c in r})
    begun.append([cell.value for cell in heads])
    book.save(path)
    judgement = check(path, network)
    assert (judgement.verdict, [t.epochs for t in judgement.tables]) == ("incomplete", [3, 0])


@pytest.mark.parametrize(
    ("formula", "wrong"), [("={right_so_far}/4", []), ("={right}/4", [1, 2, 3])]
)
def test_a_sum_over_rows_is_what_it_begins_with_in_the_first_row_only(formula, wrong, xor):
    table = with_column(*xor, "accuracy", formula)
    top = table.header_row + 1
    rows = [int(re.sub("[A-Z]", "", cell)) - top for f in table.findings for cell in f.cells]
    assert sorted(rows) == [row for row in range(16) if row % 4 in wrong]
