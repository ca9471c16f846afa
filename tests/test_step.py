"""The tabs Step and Check: one epoch with its chains, and the proof of its gradients."""

import re
import zipfile
from itertools import pairwise

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from spreadsheets import ironcalc, ironcalc_values, libreoffice_values

from backprop_sheet import build, load, tabulate, write_comparison, write_workbook
from backprop_sheet.exporter.check.texts import which
from backprop_sheet.templates import known

STEP, CHECK = 1, 2
EPOCHS = (0, 1, 30, 67)
WEIGHTS = [f"w{k}" for k in range(1, 9)]
GRADIENTS = dict(zip(WEIGHTS, "X Y Z AA AB AC AD AE".split(), strict=True))


@pytest.fixture(scope="module")
def places(workbook):
    """Where the tabs have what: found by their labels, as a reader finds it."""
    book = openpyxl.load_workbook(workbook)
    return {number: labels(book.worksheets[number]) for number in (STEP, CHECK)}


def labels(sheet):
    found = {}
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and not cell.value.startswith("="):
                found.setdefault(cell.value, cell)
    return found


def right_of(cell, steps=1):
    return f"{get_column_letter(cell.column + steps)}{cell.row}"


def check_step(values, places, row, step=STEP):
    """Every value of tab Step against a row of the frame."""
    at = places[STEP]
    for name, number in row.items():
        if name.startswith("∂"):
            continue
        label = next(text for text in at if text == name or re.fullmatch(f"{name}: \\w+ →", text))
        assert values(step, right_of(at[label])) == pytest.approx(number, rel=1e-12), name
    header = at["chain rule"]
    columns = {cell.value: cell.column_letter for cell in header.parent[header.row] if cell.value}
    factors = [right_of(header.parent[f"{columns[f'factor {k}']}1"])[:-1] for k in (1, 2, 3)]
    beside = columns["table's gradient"]
    for weight in WEIGHTS:
        line = at[f"∂E_Total/∂{weight}"].row
        gradient = row[f"∂E/∂{weight}"]
        product = 1.0
        for column in factors:
            product *= values(step, f"{column}{line}")
        for found in (product, values(step, f"{columns['product']}{line}")):
            assert found == pytest.approx(gradient, rel=1e-12), weight
        assert values(step, f"{beside}{line}") == pytest.approx(gradient, rel=1e-14)
        assert values(step, f"{columns['old weight']}{line}") == pytest.approx(
            row[weight], rel=1e-13
        )
        moved = row[weight] - 1.0 * gradient
        assert values(step, f"{columns['new weight']}{line}") == pytest.approx(moved, rel=1e-13)


def check_equations(values, places, frame, epoch):
    """The texts with numbers, worked out, give the results beside them."""
    at = places[STEP]
    first, between, end = (at[t].row for t in ("forward pass", "back from the error", "chain rule"))
    numbers, result = at["with numbers"].column_letter, at["result"].column_letter
    rows = [*range(first + 1, between - 1), *range(between + 1, end - 1)]
    assert len(rows) == 11 + 8
    for row in rows:
        text = values(STEP, f"{numbers}{row}").replace("²", "**2").replace("½", "(1/2)")
        worked_out = eval(text, {"__builtins__": {}, "exp": __import__("math").exp})
        assert worked_out == pytest.approx(values(STEP, f"{result}{row}"), rel=1e-5)


def verdicts(values, places):
    at = places[CHECK]
    column = at["verdict"].column_letter
    each = {w: values(CHECK, f"{column}{at[f'∂E_Total/∂{w}'].row}") for w in WEIGHTS}
    return values(CHECK, right_of(at["gradients of this epoch"])), each


def at_epochs(book, epochs, sheet=STEP):
    """The values by IronCalc for each epoch that tab Step shows; the file is loaded once."""
    model = ironcalc.load_from_xlsx(str(book))
    for epoch in epochs:
        model.set_user_input(sheet, 3, 2, str(epoch))
        model.evaluate()
        yield epoch, lambda number, cell: model.get_cell_value(number, *coordinate_to_tuple(cell))


def test_values_are_stored(workbook, places, frame):
    book = openpyxl.load_workbook(workbook, data_only=True)
    values = lambda sheet, cell: book.worksheets[sheet][cell].value  # noqa: E731
    check_step(values, places, frame.loc[0])
    check_equations(values, places, frame, 0)
    assert verdicts(values, places) == ("PASS", dict.fromkeys(WEIGHTS, "PASS"))


@pytest.mark.parametrize("epoch", EPOCHS)
def test_ironcalc_shows_the_chosen_epoch(workbook, places, frame, epoch):
    values = ironcalc_values(workbook, {"B3": epoch}, sheet=STEP)
    check_step(values, places, frame.loc[epoch])
    check_equations(values, places, frame, epoch)
    assert verdicts(values, places) == ("PASS", dict.fromkeys(WEIGHTS, "PASS"))


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("epoch", EPOCHS)
def test_libreoffice_shows_the_chosen_epoch(workbook, places, frame, epoch, tmp_path):
    values = libreoffice_values(workbook, {"B3": epoch}, tmp_path, sheet=STEP)
    check_step(values, places, frame.loc[epoch])
    check_equations(values, places, frame, epoch)
    assert verdicts(values, places) == ("PASS", dict.fromkeys(WEIGHTS, "PASS"))


@pytest.mark.parametrize("eta", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("epoch", EPOCHS)
def test_right_gradients_pass_at_other_rates_too(eta, epoch, places, tmp_path):
    network = load().with_numbers(eta=eta)
    book = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    values = ironcalc_values(book, {"B3": epoch}, sheet=STEP)
    assert verdicts(values, places) == ("PASS", dict.fromkeys(WEIGHTS, "PASS"))


# --- broken gradients --------------------------------------------------------------------------


def swapped(formula):
    """a_h1 in place of a_h2 and the other way round."""
    return formula.replace("J36", "\0").replace("L36", "J36").replace("\0", "L36")


BREAKS = {
    "another activation": swapped,
    "a sign": lambda formula: f"-({formula})",
    "a missing factor": lambda formula: formula.rpartition("*")[0],
}


def broken(book, column, change, target):
    """A copy of a workbook with the formula of a whole column changed."""
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                pattern = rf'(<c r="{column}36"[^>]*><f[^>]*>)([^<]*)(</f>)'
                changed, count = re.subn(
                    pattern, lambda m: m[1] + change(m[2]) + m[3], text.decode()
                )
                assert count == 1
                text = changed.encode()
            copy.writestr(name, text)
    return target


@pytest.mark.parametrize("kind", BREAKS)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_broken_gradient_fails_for_its_weight_and_for_the_whole(
    workbook, places, weight, kind, tmp_path
):
    book = broken(workbook, GRADIENTS[weight], BREAKS[kind], tmp_path / "broken.xlsx")
    for epoch, values in at_epochs(book, EPOCHS):
        expected = dict.fromkeys(WEIGHTS, "PASS") | {weight: "FAIL"}
        assert verdicts(values, places) == ("FAIL", expected), epoch


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("weight", "kind"),
    [
        ("w3", "another activation"),
        ("w4", "another activation"),
        ("w5", "a sign"),
        ("w8", "a missing factor"),
    ],
)
def test_libreoffice_sees_a_broken_gradient_too(workbook, places, weight, kind, tmp_path):
    book = broken(workbook, GRADIENTS[weight], BREAKS[kind], tmp_path / "broken.xlsx")
    values = libreoffice_values(book, {"B3": 30}, tmp_path, sheet=STEP)
    expected = dict.fromkeys(WEIGHTS, "PASS") | {weight: "FAIL"}
    assert verdicts(values, places) == ("FAIL", expected)


def test_an_error_value_in_a_gradient_is_no_pass(workbook, places, tmp_path):
    book = broken(workbook, "Z", lambda formula: f"({formula})/0", tmp_path / "broken.xlsx")
    values = ironcalc_values(book, {}, sheet=STEP)
    whole, each = verdicts(values, places)
    assert (whole, each["w3"], each["w5"]) == ("FAIL", "FAIL", "PASS")


def test_gradients_too_small_to_tell_are_not_called_right(places, tmp_path):
    network = load().with_numbers(eta=10.0)
    book = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    whole, each = verdicts(ironcalc_values(book, {"B3": 67}, sheet=STEP), places)
    assert whole == "too small to tell"
    assert "FAIL" not in each.values()
    values = openpyxl.load_workbook(book, data_only=True)["Check"]
    assert values[right_of(places[CHECK]["gradients of this epoch"])].value == "PASS", "at epoch 0"


def test_numbers_in_equations_are_written_as_one_would_by_hand(places, tmp_path):
    network = load().with_numbers(w5=-3.0, w6=-1.0)
    frame = tabulate(network)
    book = write_workbook(network, frame, tmp_path / "book.xlsx")
    for epoch in (0, 67):
        values = ironcalc_values(book, {"B3": epoch}, sheet=STEP)
        check_equations(values, places, frame, epoch)
    at = places[STEP]
    numbers, row = at["with numbers"].column_letter, at["forward pass"].row + 5
    values = openpyxl.load_workbook(book, data_only=True)["Step"]
    text = values[f"{numbers}{row}"].value
    assert text == "(-3) * 0.5068746 + (-1) * 0.5106234"
    assert ironcalc_values(book, {})(STEP, f"{numbers}{row}") == text


@pytest.mark.parametrize("name", known())
def test_check_finds_nothing_wrong_with_a_template(name, tmp_path):
    """Its ε starts where the error's bend and rounding are small, in every epoch that is listed."""
    network = load(name)
    book = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    sheets = openpyxl.load_workbook(book, data_only=True)
    if network.by_rule.issuperset(network.trained):
        assert "Check" not in sheets.sheetnames
        return
    sheet = sheets["Check"]
    verdicts = [cell.value for column in "BCGK" for cell in sheet[column]]
    assert verdicts.count("PASS") > len(network.trained)
    assert not {"FAIL", "at a kink"} & {*verdicts}
    assert sheet["B5"].value == sheet["B6"].value == "PASS"


def test_rounding_hides_more_where_steps_are_smaller(tmp_path):
    """At any ε that the tab says suits, a right sheet does not fail."""
    network = load("batchnorm")
    book = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    for epsilon in (1e-5, 1e-6):
        values = ironcalc_values(book, {"B3": epsilon}, sheet=CHECK)
        assert values(CHECK, "B5") in {"PASS", "too small to tell"}, epsilon


@pytest.mark.parametrize(("name", "begin"), [("iris", "tanh(-0."), ("convolution", "max(0, -0.")])
def test_a_negative_number_alone_in_brackets_has_none_of_its_own(name, begin, tmp_path):
    network = load(name)
    book = write_workbook(network, tabulate(network, 2), tmp_path / "book.xlsx")
    stored = openpyxl.load_workbook(book, data_only=True)["Step"]
    texts = {
        cell.coordinate: cell.value
        for row in stored.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith(begin)
    }
    assert texts
    assert "((-" not in "".join(texts.values())
    values = ironcalc_values(book, {})
    assert {place: values(STEP, place) for place in texts} == texts


def test_an_epoch_that_is_not_there_is_said_to_be_so(workbook, places):
    for epoch, expected in ((67, "0 to 67"), (68, "there is no such epoch: 0 to 67")):
        assert ironcalc_values(workbook, {"B3": epoch}, sheet=STEP)(STEP, "D3") == expected


def test_verdicts_are_coloured(workbook):
    sheet = openpyxl.load_workbook(workbook)["Check"]
    rules = {
        (rule.formula[0], rule.dxf.fill.bgColor.rgb): str(cells.sqref)
        for cells in sheet.conditional_formatting
        for rule in cells.rules
        if rule.dxf.fill
    }
    assert rules.keys() == {('"PASS"', "FFC6EFCE"), ('"FAIL"', "FFFFC7CE")}
    areas = {"B5:B6", "G10:G17", "K10:K17", "C21:C88", "E21:E88"}
    assert [set(cells.split()) for cells in rules.values()] == [areas, areas]


def test_epsilon_may_be_changed(workbook, places):
    for epsilon, expected in ((1e-3, "PASS"), (3.0, "FAIL")):
        values = ironcalc_values(workbook, {"B3": epsilon}, sheet=CHECK)
        assert verdicts(values, places)[0] == expected


def test_the_epoch_takes_whole_numbers_of_the_table_only(workbook):
    (rule,) = openpyxl.load_workbook(workbook)["Step"].data_validations.dataValidation
    assert (rule.type, rule.formula1, rule.formula2, str(rule.sqref)) == ("whole", "0", "67", "B3")


def test_texts_survive_any_locale(workbook):
    with zipfile.ZipFile(workbook) as file:
        text = file.read("xl/worksheets/sheet2.xml").decode()
    assert "ROUND(" in text
    assert "TEXT(" not in text


# --- several tables, other networks ------------------------------------------------------------


def test_a_comparison_has_the_tabs_too_and_chooses_the_table(places, tmp_path):
    networks = [load().with_numbers(eta=eta) for eta in (0.5, 1.0, 2.0)]
    trainings = [(network, tabulate(network)) for network in networks]
    book = write_comparison(trainings, tmp_path / "compare.xlsx")
    names = openpyxl.load_workbook(book).sheetnames
    assert names == ["Compare", "LR0.5", "LR1.0", "LR2.0", "Step", "Check"]
    values = ironcalc_values(book, {"B3": 30, "B4": 2}, sheet=4)
    assert values(4, "B5") == 1
    check_step(values, places, trainings[1][1].loc[30], step=4)
    assert values(5, right_of(places[CHECK]["gradients of this epoch"])) == "PASS"
    values = ironcalc_values(book, {"B3": 30, "B4": 3}, sheet=4)
    assert values(4, "B5") == 2
    assert values(5, right_of(places[CHECK]["gradients of this epoch"])) == "PASS"


@pytest.mark.parametrize("layers", [(1, 1), (3, 2, 1), (2, 3, 2, 2), (1, 2, 2, 1, 1)], ids=str)
def test_other_networks_pass_their_check_too(layers, tmp_path):
    count = sum(a * b for a, b in pairwise(layers))
    network = build(
        layers,
        inputs=[0.3] * layers[0],
        targets=[0.9] * layers[-1],
        weights=[0.7 - 0.13 * k for k in range(count)],
    )
    book = write_workbook(network, tabulate(network, 20), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(book)["Check"]
    cell = right_of(labels(sheet)["gradients of this epoch"])
    for epoch in (0, 19):
        assert ironcalc_values(book, {"B3": epoch}, sheet=STEP)(CHECK, cell) == "PASS"


def test_a_check_that_leaves_the_range_of_numbers_is_left_out(tmp_path):
    network = load().with_numbers(i1=1e9, w1=0.0, w3=0.0)
    path = write_workbook(network, tabulate(network, 1), tmp_path / "sheet.xlsx")
    assert openpyxl.load_workbook(path).sheetnames == ["LR1.0", "Step"]


def hint(book):
    return openpyxl.load_workbook(book)["Step"]["A1"].value


def test_step_names_the_tab_check_only_where_there_is_one(workbook, tmp_path):
    network = load().with_numbers(i1=1e9, w1=0.0, w3=0.0)
    path = write_workbook(network, tabulate(network, 1), tmp_path / "sheet.xlsx")
    assert "Check" not in hint(path)
    assert "tab Check" in hint(workbook)


def test_errors_of_check_show_their_difference(workbook, places):
    sheet = openpyxl.load_workbook(workbook, data_only=True)["Check"]
    at = places[CHECK]
    up, down, slope = (at[t].column for t in ("E(w + ε)", "E(w − ε)", "difference / 2ε"))
    for weight in WEIGHTS:
        row = at[f"∂E_Total/∂{weight}"].row
        decimals = len(sheet.cell(row, up).number_format.partition(".")[2])
        above, below = (round(sheet.cell(row, column).value, decimals) for column in (up, down))
        # Of the difference as it shows, three digits are right.
        assert (above - below) / 2e-4 == pytest.approx(sheet.cell(row, slope).value, rel=1e-3)


def test_headings_of_check_stand_as_what_is_below_them(workbook, places):
    sheet = openpyxl.load_workbook(workbook)["Check"]
    for text in ("verdict", "relative difference", "E(w + ε)", "new weight"):
        head = places[CHECK][text]
        below = sheet.cell(head.row + 1, head.column)
        assert head.alignment.horizontal == below.alignment.horizontal, text


def test_check_says_which_epochs_its_list_leaves_out(tmp_path):
    network = load("iris")
    sheet = openpyxl.load_workbook(
        write_workbook(network, tabulate(network), tmp_path / "iris.xlsx")
    )["Check"]
    column = [cell.value for cell in sheet["A"]]
    start = column.index("epoch") + 1
    listed = {value for value in column[start : start + 60] if isinstance(value, int)}
    missing = sorted(set(range(60)) - listed)
    assert 0 < len(missing) < 15
    (note,) = (text for text in column if "epochs" in str(text) and "list" in str(text))
    assert f"Left out: {', '.join(map(str, missing))}." in note
    assert "too many cells" in note


@pytest.mark.parametrize(
    ("listed", "epochs", "told"),
    [
        ([], 1, "There is one epoch only: the verdicts above are all there are."),
        (
            [],
            2,
            "A list of all epochs would need too many cells: choose another epoch on tab Step.",
        ),
        (
            range(0, 300, 2),
            300,
            "The list has 150 of the 300 epochs, as all would need too many cells. They are spread "
            "evenly from the first to the last. To check another epoch, choose it on tab Step.",
        ),
    ],
    ids=["one", "none listed", "half listed"],
)
def test_what_check_says_of_its_list_is_true_of_any_number_of_epochs(listed, epochs, told):
    assert which(listed, epochs) == told


def test_random_numbers_have_all_their_digits_in_equations(tmp_path):
    network = load("dropout")
    frame = tabulate(network, 2)
    book = write_workbook(network, frame, tmp_path / "dropout.xlsx")
    sheet = openpyxl.load_workbook(book, data_only=True)["Step"]
    told = [str(cell.value) for row in sheet if row[0].value == "rnd1" for cell in row]
    (seed,) = (int(seed) for text in told for seed in re.findall(r"\(16807 \* (\d+) mod ", text))
    row = frame.iloc[network.shown_sample - 1]
    assert seed == row["seed"]
    assert 16807 * seed % 2147483647 == row["rnd1"]
