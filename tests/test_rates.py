"""The learning rate of a table: where it is found, and that η is right for any number."""

import openpyxl
import pytest
from mistakes import COLUMNS, EPOCHS, RIGHT, UPDATING, lay

from backprop_sheet import check
from backprop_sheet.checker.header import is_rate

GRADIENTS = [name for name in COLUMNS if name.startswith("∂")]


def judged(tmp_path, change, **laid):
    """A right table, changed, and judged."""
    workbook = openpyxl.Workbook()
    change(lay(workbook.active, **laid))
    path = tmp_path / "sheet.xlsx"
    workbook.save(path)
    return check(path).tables[0]


def pasted(table):
    for epoch in range(EPOCHS):
        table.paste(epoch, epoch)


# --- labels that are none --------------------------------------------------------------------


@pytest.mark.parametrize("label", ["η = 0.1", "n", "A", "learning rate"])
@pytest.mark.recalc
def test_a_label_beside_the_table_makes_no_learning_rate(label, tmp_path):
    def change(table):
        for place in ("AF", "AG"):
            table.add(f"{label} {place}", place, "E_tot")
            table.sheet[f"{place}3"] = label

    table = judged(tmp_path, change)
    assert (table.verdict, table.findings, table.eta) == ("right", [], 0.5)


@pytest.mark.recalc
def test_helper_columns_headed_like_a_learning_rate_stay_helpers(tmp_path):
    """In ∂E/∂w3 the helper of the other neuron is the mistake."""

    def change(table):
        table.add("A", "AF", "a_h1*(1-a_h1)")
        table.columns["rate"] = "AF"
        for k, target in ((1, "i1"), (3, "i1")):
            u, v = ("w5", "w7") if k == 1 else ("w6", "w8")
            right = f"((a_o1-t1)*a_o1*(1-a_o1)*{u}+(a_o2-t2)*a_o2*(1-a_o2)*{v})*rate*{target}"
            table.write({f"∂E/∂w{k}": right})

    (finding,) = judged(tmp_path, change).findings
    assert finding.columns == ["∂E/∂w3"]
    assert finding.text == "a_h1 where a_h2 belongs, through the helper column AF"


@pytest.mark.recalc
def test_a_column_that_the_updates_refer_to_is_the_learning_rate(tmp_path):
    def change(table):
        table.add("rate", "AF", "η")
        table.sheet["AF3"] = "n"
        table.write({w: f.replace("η", "↑rate") for w, f in UPDATING.items()})

    table = judged(tmp_path, change)
    assert (table.verdict, table.eta, table.eta_from) == ("right", 0.5, "AF4")


@pytest.mark.parametrize("eta", [-0.5, 0.0])
@pytest.mark.recalc
def test_a_learning_rate_that_is_not_above_0_is_said_and_judged_by(eta, tmp_path):
    def change(table):
        table.sheet["B1"] = eta
        table.sheet.title = "LR0.5"

    table = judged(tmp_path, change)
    assert (table.verdict, table.findings, table.eta, table.eta_from) == ("right", [], eta, "B1")
    assert f"the learning rate is {eta:g} (B1), which is not above 0" in table.remarks


@pytest.mark.recalc
def test_a_cell_below_0_that_the_updates_add_is_no_learning_rate(tmp_path):
    def change(table):
        table.sheet["A1"], table.sheet["B1"] = "step", -0.5
        table.write({w: f.replace("-η*", "+η*") for w, f in UPDATING.items()})

    table = judged(tmp_path, change)
    assert (table.verdict, table.findings, table.eta) == ("right", [], 0.5)


# --- numbers without formulas ----------------------------------------------------------------


def without_gradients(table):
    pasted(table)
    for name in GRADIENTS:
        for row in table.sheet[f"{table.columns[name]}3:{table.columns[name]}{3 + EPOCHS}"]:
            row[0].value = None


def test_gradients_that_are_not_there_are_computed(tmp_path):
    table = judged(tmp_path, without_gradients)
    assert (table.verdict, table.eta, table.eta_from) == ("right", 0.5, "B1")


def test_without_a_label_the_weights_show_the_learning_rate(tmp_path):
    def change(table):
        without_gradients(table)
        table.sheet["A1"], table.sheet["B1"] = None, None

    table = judged(tmp_path, change)
    assert (table.verdict, table.eta, table.eta_from) == (
        "right",
        0.5,
        "worked out from the weights",
    )


def test_weights_that_disagree_show_no_learning_rate(tmp_path):
    """Each is moved at random: the label holds, and the weights are wrong."""

    def change(table):
        pasted(table)
        for k in range(1, 9):
            for epoch in range(1, EPOCHS):
                table.set(f"w{k}", epoch, 0.1 + 0.37 * k * epoch % 1)

    table = judged(tmp_path, change)
    assert (table.verdict, table.eta, table.eta_from) == ("wrong", 0.5, "B1")


# --- right by chance is wrong ----------------------------------------------------------------

BY_CHANCE = {
    "no η": ("w1", "↑w1-↑∂E/∂w1", 1.0),
    "η twice": ("w1", "↑w1-η*η*↑∂E/∂w1", 1.0),
    "η squared": ("w1", "↑w1-η^2*↑∂E/∂w1", 1.0),
    "η in a_h2": ("a_h2", "1/(1+EXP(-h2*η))", 1.0),
    "η in h1": ("h1", "η*(w1*i1+w2*i2)", 1.0),
    "η for ½": ("E1", "η*(t1-a_o1)^2", 0.5),
    "η in a gradient": ("∂E/∂w5", f"η*{RIGHT['∂E/∂w5']}", 1.0),
    "i2 for t2": ("t2", "↑i2", 0.5),
}


@pytest.mark.parametrize("name", BY_CHANCE)
@pytest.mark.recalc
def test_right_by_chance_is_wrong(name, tmp_path):
    column, formula, eta = BY_CHANCE[name]

    def change(table):
        if name == "i2 for t2":
            table.set("i2", 0, table.formula("t2", 0))
        table.write({column: formula})

    table = judged(tmp_path, change, eta=eta)
    (finding,) = table.findings
    assert finding.columns == [column]
    assert finding.text.endswith("by chance")


@pytest.mark.parametrize("typed", ["1", "1.0", "(2/2)"])
@pytest.mark.recalc
def test_a_learning_rate_that_is_typed_is_right(typed, tmp_path):
    """In one weight only, so that the others show where η is."""
    table = judged(tmp_path, lambda t: t.write({"w1": f"↑w1-{typed}*↑∂E/∂w1"}), eta=1.0)
    assert (table.verdict, table.findings) == ("right", [])


@pytest.mark.parametrize("text", ["a_01", "a1", "n2", "N_3"])
def test_a_quantity_with_a_number_is_no_learning_rate(text):
    assert not is_rate(text)


@pytest.mark.recalc
def test_a_learning_rate_on_another_sheet_is_shown_by_the_weights(tmp_path):
    """A column n beside the table is not taken for it."""

    def change(table):
        table.sheet.parent.create_sheet("Settings")["B1"] = 0.5
        table.add("n", "AF", "E_tot")
        table.write({w: f.replace("η", "Settings!$B$1") for w, f in UPDATING.items()})

    table = judged(tmp_path, change)
    assert (table.verdict, table.eta, table.eta_from) == ("right", 0.5, "Settings!$B$1")
