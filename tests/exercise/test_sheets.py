"""Sheets with blank cells: what they show, what they keep to themselves, and the self-check."""

import json
import re
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import spreadsheets
from exercise.sheets import filled, parts, right_formulas, written
from matplotlib.image import imread
from openpyxl.utils.cell import coordinate_to_tuple

from backprop_sheet import check, load, tabulate, write_workbook
from backprop_sheet.derivation import boxes
from backprop_sheet.exercise.parts import columns_left_blank
from backprop_sheet.exporter import Blanks, arrange, write_exercise
from backprop_sheet.exporter.look import LATER
from tools import make_look

BLANK_FILL = "FFDDEBF7"
GREEN = (0xC6, 0xE0, 0xB4)
ALL_OF_IT = ("all",)


def short(network, epochs=6):
    return replace(network, epochs=epochs)


def blank_cells(network, words, shown=1):
    layout = arrange(network, network.epochs)
    rules = network.rules
    return {
        layout.cell(name, layout.first_row + row)
        for name in columns_left_blank(network, words)
        for row in range(network.rows(shown), layout.rows)
        if rules.has_formula(name, rules.kind(row))
    }


@pytest.mark.parametrize("words", [ALL_OF_IT, ("gradients",), ("forward", "updates"), ("∂E/∂w5",)])
def test_blank_cells_are_marked_and_empty_and_all_others_are_as_ever(original, tmp_path, words):
    whole = write_workbook(original, tabulate(original), tmp_path / "whole.xlsx")
    sheet = openpyxl.load_workbook(written(original, tmp_path / "x.xlsx", words)).active
    expected = openpyxl.load_workbook(whole).worksheets[0]
    numbers = openpyxl.load_workbook(whole, data_only=True).worksheets[0]
    blank = blank_cells(original, words)
    shown = blank_cells(original, words, shown=0) - blank
    assert blank
    for row in expected.iter_rows(min_row=spreadsheets.FIRST, max_col=spreadsheets.COLUMNS):
        for cell in row:
            found = sheet[cell.coordinate]
            if cell.coordinate in blank:
                assert (found.value, found.fill.fgColor.rgb) == (None, BLANK_FILL)
            elif cell.coordinate in shown:
                assert found.value == numbers[cell.coordinate].value
            elif cell.style == "table given":
                assert found.value == cell.value
                assert found.style != cell.style, "it is not to be changed"
            else:
                assert (found.value, found.style) == (cell.value, cell.style)


def test_an_exercise_has_no_tab_that_gives_the_formulas_away(original, tmp_path):
    book = openpyxl.load_workbook(written(original, tmp_path / "x.xlsx", ("gradients",)))
    assert book.sheetnames == ["LR1.0"]
    assert not book.active.data_validations.dataValidation


@pytest.mark.parametrize("name", ["original", "xor", "adam"])
@pytest.mark.parametrize("words", [ALL_OF_IT, ("gradients",), ("forward",), ("updates", "errors")])
@pytest.mark.parametrize("shown", [0, 1])
def test_no_part_of_the_file_holds_a_formula_of_a_blank_cell(tmp_path, name, words, shown):
    """Not as a formula of another row, not in words, not in the drawing, hidden or not."""
    network = short(load(name))
    path = written(network, tmp_path / "x.xlsx", words, shown=shown, self_check=True)
    text = "".join(parts(path).values()).replace("&amp;", "&")
    layout, blank = arrange(network, network.epochs), set(columns_left_blank(network, words))
    tried = 0
    for cell, formula in right_formulas(network, tuple(blank), shown=0).items():
        if len(formula) > len("AA100"):  # more than a repeated cell
            assert f">{formula}</f>" not in text, cell
            tried += 1
    assert tried > 5
    told = [
        line
        for box in boxes(network)
        for line, about in zip(box.lines, box.about, strict=True)
        if blank.intersection(about)
    ]
    assert told or words == ("updates", "errors")
    for line in told:
        right_side = line.split(" = ", 1)[-1].split(" ← ", 1)[-1]
        if " " in right_side:  # more than a name
            assert right_side not in text, line
    assert layout.cells


def test_rows_that_are_shown_have_their_numbers_and_no_formula(original, tmp_path):
    path = written(original, tmp_path / "x.xlsx", ALL_OF_IT, shown=3)
    sheet, frame = openpyxl.load_workbook(path).active, tabulate(original)
    assert [sheet[f"I{row}"].value for row in (36, 38, 39)] == [*frame["h1"][[0, 2]], None]
    assert [sheet[f"E{row}"].value for row in (36, 38, 39)] == [*frame["w1"][[0, 2]], None]


# --- what the other cells show -------------------------------------------------------------------


def assert_shows_what_programs_compute(path, tmp_path):
    """IronCalc and LibreOffice give what is stored in each cell with a formula."""
    formulas = openpyxl.load_workbook(path).worksheets[0]
    stored = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    cells = [c.coordinate for row in formulas.iter_rows() for c in row if c.data_type == "f"]
    assert len(cells) > 10
    iron = partial(spreadsheets.ironcalc_values(path, {}), 0)
    libre = partial(spreadsheets.libreoffice_values(path, {}, tmp_path), 0)
    for cell in cells:
        expected = stored[cell].value
        for program, found in (("IronCalc", iron(cell)), ("LibreOffice", libre(cell))):
            if program == "LibreOffice" and (expected, found) == ("#NUM!", "#VALUE!"):
                continue  # its own name for the logarithm of 0
            if isinstance(expected, str):
                assert found == expected, (program, cell)
            else:
                assert abs(found - expected) <= 1e-15 + 1e-12 * abs(expected), (program, cell)
    return {stored[cell].value for cell in cells}


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("original", ALL_OF_IT),
        ("original", ("gradients",)),
        ("xor", ("forward",)),
        pytest.param("iris", ("gradients",), marks=pytest.mark.slow),
        pytest.param("adam", ("errors", "forward"), marks=pytest.mark.slow),
        pytest.param("lstm", ("gradients",), marks=pytest.mark.slow),
    ],
)
def test_other_cells_show_what_programs_compute_with_blank_cells_as_0(tmp_path, name, words):
    path = written(short(load(name)), tmp_path / "x.xlsx", words, self_check=True)
    assert_shows_what_programs_compute(path, tmp_path)


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["batchnorm", "logistic"])
def test_a_formula_that_has_no_number_shows_its_error(tmp_path, name):
    path = written(short(load(name)), tmp_path / "x.xlsx", ("forward",))
    assert {"#NUM!"} <= assert_shows_what_programs_compute(path, tmp_path)


@pytest.mark.parametrize(
    ("words", "shown", "points"),
    [(ALL_OF_IT, 2, 2), (("gradients",), 1, 2), (("updates",), 1, 1), (("gradients",), 70, 70)],
)
def test_the_chart_has_the_epochs_that_follow_from_no_blank_cell(
    original, tmp_path, words, shown, points
):
    path = written(replace(original, epochs=70), tmp_path / "x.xlsx", words, shown=shown)
    (chart,) = (text for name, text in parts(path).items() if "charts/chart" in name)
    assert chart[chart.index("yVal>") :].count("<c:v>") == points
    assert '<c:plotVisOnly val="0"/>' in chart, "the chart's cells are hidden"


@pytest.mark.parametrize("name", ["original", "xor"])
def test_the_chart_follows_when_epochs_are_filled_in(tmp_path, name):
    network = short(load(name))
    blank = columns_left_blank(network, ("gradients", "updates"))
    path = written(network, tmp_path / "x.xlsx", ("gradients", "updates"))
    layout, formulas = arrange(network, network.epochs), right_formulas(network, blank)
    (chart,) = (t for n, t in parts(path).items() if n.endswith("charts/chart1.xml"))
    (column,) = re.findall(r"<c:yVal>.*?!\$([A-Z]+)\$", chart)
    errors = tabulate(network)[network.label(network.error)].tolist()
    errors = errors[len(network.samples) - 1 :: len(network.samples)]
    for epochs in range(1, network.epochs + 1):
        last = layout.first_row + network.rows(epochs) - 1
        done = {c: f for c, f in formulas.items() if coordinate_to_tuple(c)[0] <= last}
        value = spreadsheets.ironcalc_values(filled(path, tmp_path / "y.xlsx", done), {})
        found = [value(0, f"{column}{layout.first_row + k}") for k in range(network.epochs)]
        assert found[:epochs] == pytest.approx(errors[:epochs])
        assert set(found[epochs:]) <= {"#N/A"}


# --- chart, drawing, derivation ------------------------------------------------------------------


def test_without_the_chart_its_place_is_marked_and_the_drawing_stays(original, tmp_path):
    path = written(original, tmp_path / "x.xlsx", ("gradients",), chart=False)
    found = parts(path)
    assert not [name for name in found if "charts/" in name]
    assert found["xl/drawings/drawing1.xml"].count("<xdr:grpSp>") == 1
    sheet = openpyxl.load_workbook(path).active
    assert sheet["O15"].value == "Put your chart here: E_tot over the epochs"
    assert {sheet[cell].fill.fgColor.rgb for cell in ("O15", "S20", "W33")} == {BLANK_FILL}


def test_a_sheet_may_have_neither_chart_nor_drawing(original, tmp_path):
    path = written(original, tmp_path / "x.xlsx", ("gradients",), chart=False, drawing=False)
    assert not [name for name in parts(path) if "drawing" in name]
    assert openpyxl.load_workbook(path).active["O2"].value is None


def test_the_drawing_names_an_error_whose_formula_is_asked_for(original, tmp_path):
    sheet = openpyxl.load_workbook(written(original, tmp_path / "x.xlsx", ("errors",))).active
    texts = {cell.value for row in sheet["O1:W14"] for cell in row}
    assert {"E1", "E2"} <= texts
    assert '="w1 = "&ROUND(E36,4)' in texts


def lines_in(path):
    sheet = openpyxl.load_workbook(path).active
    return [cell.value for row in sheet["A1:M33"] for cell in row if isinstance(cell.value, str)]


@pytest.mark.parametrize("name", ["xor", "adam", "iris", "growth"])
def test_a_sheet_states_what_its_formulas_follow_from(tmp_path, name):
    """The definitions are part of the task, even where nothing is given away."""
    path = written(short(load(name)), tmp_path / "x.xlsx", ALL_OF_IT, drawing=False)
    said = {
        "xor": "hidden layer: tanh, a = tanh(z); output layer: sigmoid, "
        "a = σ(z) = 1/(1 + exp(-z)); error: E = ½ * (t - a)²; "
        "weights: gradient descent, after each sample",
        "adam": "weights: adam, in each epoch",
        "iris": "weights: momentum, after each epoch, with the mean of the samples' gradients",
        "growth": "The formulas of this network are on the page with the task",
    }
    sheet = openpyxl.load_workbook(path)["Derivation"]
    found = "; ".join(cell.value for cell in sheet["A"] if isinstance(cell.value, str))
    for part in said[name].split("; "):
        assert part in found


def test_boxes_keep_the_left_sides_of_what_is_asked_for(original, tmp_path):
    found = lines_in(written(original, tmp_path / "x.xlsx", ("gradients",)))
    assert "h1 = w1 * i1 + w2 * i2" in found
    assert "∂E_total/∂w5 = …" in found
    assert not [line for line in found if "a_o1 - t1" in line]
    given = lines_in(written(original, tmp_path / "y.xlsx", ("gradients",), derivation=True))
    assert "∂E_total/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1" in given
    assert not [line for line in given if "…" in line]


# --- the self-check ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """A sheet with a self-check, and copies that are filled in: right; half of it wrong."""
    network, place = short(load()), tmp_path_factory.mktemp("checked")
    path = written(network, place / "blank.xlsx", ("errors", "w1"), self_check=True)
    names = columns_left_blank(network, ("errors", "w1"))
    right = right_formulas(network, names)  # of E1, E2, their sum, w1
    wrong = {cell: f"2*({text})" if cell.startswith("V") else text for cell, text in right.items()}
    return {
        "blank": path,
        "right": filled(path, place / "right.xlsx", right),
        "wrong": filled(path, place / "wrong.xlsx", wrong),
        "numbers": filled(path, place / "numbers.xlsx", dict.fromkeys(right, "0.0101")),
    }


COUNTS = {"blank": 0, "right": 20, "wrong": 10, "numbers": 0}


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_a_line_counts_the_right_cells(checked, name, count):
    value = spreadsheets.ironcalc_values(checked[name], {})
    assert value(0, "A33") == f"{count} of 20 cells are right"


def test_the_line_is_stored_for_programs_that_do_not_compute(checked):
    sheet = openpyxl.load_workbook(checked["blank"], data_only=True).active
    assert sheet["A33"].value == "0 of 20 cells are right"


def test_what_the_check_needs_is_out_of_sight(checked):
    sheet = openpyxl.load_workbook(checked["blank"]).active
    helpers = {c.column_letter for row in sheet["AI37:CZ41"] for c in row if c.value is not None}
    assert len(helpers) == 4 + 1, "of the check, and of the chart"
    assert all(sheet.column_dimensions[letter].hidden for letter in helpers)


@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_right_cells_turn_green_in_libreoffice_and_no_others(checked, tmp_path):
    green = {}
    books = [checked[name] for name in ("blank", "right", "wrong")]
    for book, pdf in zip(books, spreadsheets.convert_all(books, "pdf", tmp_path), strict=True):
        command = ["pdftoppm", "-r", "150", "-png", "-singlefile", pdf, pdf.with_suffix("")]
        subprocess.run(command, check=True, timeout=120)
        picture = (imread(pdf.with_suffix(".png"))[:, :, :3] * 255).round()
        green[book.stem] = int((abs(picture - GREEN).max(axis=2) <= 3).sum())
    assert green["blank"] < 20  # edges of the drawing
    assert green["right"] > 2000
    assert abs(green["wrong"] / green["right"] - 10 / 20) < 0.08


@pytest.mark.recalc
def test_the_checker_takes_a_sheet_that_is_filled_in_for_right(checked):
    assert check(checked["right"]).verdict == "right"
    assert check(checked["wrong"]).verdict == "wrong"


# --- files ---------------------------------------------------------------------------------------


def test_the_same_sheet_has_the_same_bytes(original, tmp_path):
    one, other = (
        written(original, tmp_path / name, ALL_OF_IT, self_check=True)
        for name in ("a.xlsx", "b.xlsx")
    )
    assert one.read_bytes() == other.read_bytes()


def test_looks_that_were_made_before_there_were_exercises_still_work(
    original, tmp_path, monkeypatch
):
    then = {name: use for name, use in make_look.STYLES.items() if name not in LATER}
    monkeypatch.setattr(make_look, "STYLES", then)
    make_look.workbook().save(tmp_path / "old.xlsx")
    path = tmp_path / "x.xlsx"
    write_workbook(original, tabulate(original, 2), path, look=tmp_path / "old.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[0] == "LR1.0"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    place = tmp_path_factory.mktemp("many")
    for name in ("original", "xor", "convolution", "attention"):
        network = short(load(name), 3)
        for words in (ALL_OF_IT, ("gradients",)):
            path = place / f"{name} {words[0]}.xlsx"
            written(network, path, words, self_check=True)
    network = short(load())
    written(network, place / "no chart.xlsx", ("errors",), chart=False)
    written(network, place / "bare.xlsx", ("errors",), chart=False, drawing=False)
    write_exercise(network, tabulate(network), place / "only chart.xlsx", Blanks(chart=False))
    return sorted(place.glob("*.xlsx"))


@pytest.mark.slow
def test_openxml_audit_finds_nothing(many):
    from openxml_audit import OpenXmlValidator

    for book in many:
        result = OpenXmlValidator().validate(book)
        assert (result.errors, result.warning_count) == ([], 0), book.name


@pytest.mark.slow
@pytest.mark.validator
def test_microsofts_validator_finds_nothing(many):
    script = Path(__file__).parent.parent / "validate.mjs"
    done = subprocess.run(
        ["node", script, *many], check=True, capture_output=True, encoding="utf-8", timeout=300
    )
    assert json.loads(done.stdout) == {str(book): [] for book in many}
