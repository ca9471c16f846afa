"""What is said of mistakes that are easily told as another one."""

import openpyxl
import pytest
from mistakes import EPOCHS, RIGHT, UPDATING, lay

from backprop_sheet import InputError, check, load, tabulate, write_workbook


def judged(tmp_path, change, **laid):
    """A right table, changed, and judged."""
    workbook = openpyxl.Workbook()
    change(lay(workbook.active, **laid))
    path = tmp_path / "sheet.xlsx"
    workbook.save(path)
    (table,) = check(path).tables
    return table


def without_gradients(table):
    for k in range(1, 9):
        for row in range(3, 4 + EPOCHS):
            table.sheet[f"{table.columns[f'∂E/∂w{k}']}{row}"] = None


@pytest.mark.recalc
def test_columns_that_are_rounded_are_right(tmp_path):
    def change(table):
        for name in ("h1", "a_h1", "∂E/∂w5"):
            table.write({name: f"ROUND({RIGHT[name]},5)"})

    table = judged(tmp_path, change)
    assert (table.verdict, table.findings) == ("right", [])


@pytest.mark.recalc
def test_one_cell_that_is_rounded_is_told_so(tmp_path):
    def change(table):
        table.set("a_h1", 5, f"=ROUND({table.formula('a_h1', 5)[1:]},3)")

    (finding,) = judged(tmp_path, change).findings
    assert "it is rounded" in finding.text


@pytest.mark.recalc
def test_steps_in_place_of_gradients_are_no_gradients(tmp_path):
    """Δw = −η ∂E/∂w, and no column for ∂E/∂w."""

    def change(table):
        for k in range(1, 9):
            table.write({f"∂E/∂w{k}": f"-η*({RIGHT[f'∂E/∂w{k}']})"})
            table.set(f"∂E/∂w{k}", -1, f"Δw{k}")
        table.write({w: f"↑{w}+↑∂E/∂{w}" for w in UPDATING})

    table = judged(tmp_path, change)
    assert (table.verdict, table.findings) == ("right", [])


@pytest.mark.recalc
def test_negative_gradients_are_no_gradients(tmp_path):
    def change(table):
        for k in range(1, 9):
            table.write({f"∂E/∂w{k}": f"-({RIGHT[f'∂E/∂w{k}']})"})
            table.set(f"∂E/∂w{k}", -1, f"-dE/dw{k}")
        table.write({w: f"↑{w}+η*↑∂E/∂{w}" for w in UPDATING})

    table = judged(tmp_path, change)
    assert (table.verdict, table.findings) == ("right", [])


@pytest.mark.recalc
def test_a_helper_cell_without_a_formula_is_named(tmp_path):
    def change(table):
        table.add("δ", "AF", "(a_o1-t1)*a_o1*(1-a_o1)")
        table.columns["rate"] = "AF"
        table.write({"∂E/∂w5": "rate*a_h1"})
        table.sheet["AF10"] = 0.1

    (finding,) = judged(tmp_path, change).findings
    assert finding.cell == "AB10"
    assert finding.text == "the helper cell AF10 holds no formula, unlike those above it"


@pytest.mark.recalc
def test_a_sum_that_goes_on_from_an_anchored_row_is_told_so(tmp_path):
    def change(table):
        u, v = table.columns["E1"], table.columns["E2"]
        table.fill("E_tot", lambda epoch: f"=SUM({u}$4:{v}{4 + epoch})")

    (finding,) = judged(tmp_path, change).findings
    assert finding.text == "it takes in E1 of the row above, as a row is anchored with $"


@pytest.mark.recalc
def test_one_reference_that_slides_off_inputs_in_the_first_row_is_found(tmp_path):
    def change(table):
        for name in ("t1", "t2", "i1", "i2"):
            table.fill(name, lambda _: None)
        fixed = {n: f"${table.columns[n]}$4" for n in ("t1", "t2", "i1", "i2")}
        for name, formula in RIGHT.items():
            if name not in fixed and name not in UPDATING:
                table.write({name: with_fixed(formula, fixed)})
        row = {n: a for n, a in fixed.items() if n != "i2"}
        table.write({"h1": with_fixed(RIGHT["h1"], row)})

    (finding,) = judged(tmp_path, change).findings
    assert (finding.cell, finding.kind) == ("I5", "anchor")
    assert finding.expected.endswith("*$D$4")


def with_fixed(formula, fixed):
    for name, address in fixed.items():
        formula = formula.replace(name, address)
    return formula


@pytest.mark.recalc
def test_an_error_without_a_number_is_no_error_that_is_not_changed(tmp_path):
    table = judged(tmp_path, lambda t: t.set("a_h2", 3, "0,5145"))
    assert table.effect == "E_Total has no number from epoch 3 on"


@pytest.mark.recalc
def test_a_number_typed_in_place_of_a_cell_is_noted(tmp_path):
    table = judged(tmp_path, lambda t: t.write({"w1": "↑w1-0.5*↑∂E/∂w1"}))
    assert table.verdict == "right"
    assert any("a number typed in place of a cell" in remark for remark in table.remarks)


@pytest.mark.recalc
def test_numbers_below_formulas_are_noted(tmp_path):
    def change(table):
        for epoch in range(4, EPOCHS):
            table.paste(epoch, epoch, ["h1", "h2"])

    table = judged(tmp_path, change)
    assert "numbers and formulas in h1 and h2: each row should have a formula" in table.remarks


def test_a_label_that_the_weights_contradict_is_noted(tmp_path):
    def change(table):
        for epoch in range(EPOCHS):
            table.paste(epoch, epoch)
        table.sheet["B1"] = 0.9

    table = judged(tmp_path, change)
    assert table.eta == 0.5
    assert "a label says the learning rate is 0.9 (B1)" in table.remarks


def test_what_no_memory_holds_is_refused():
    with pytest.raises(InputError, match="a frame takes"):
        tabulate(load(), epochs=10**12)


def test_only_true_replaces_a_workbook(tmp_path):
    with pytest.raises(InputError, match="takes True or False"):
        write_workbook(load(), tabulate(load()), tmp_path / "a.xlsx", force="no")


@pytest.mark.recalc
def test_a_slip_in_a_helper_column_is_said_to_be_there(tmp_path):
    def change(table):
        table.add("slope", "AF", "a_h1*(1-a_h1)")
        table.columns["rate"] = "AF"
        stage = "((a_o1-t1)*a_o1*(1-a_o1)*w6+(a_o2-t2)*a_o2*(1-a_o2)*w8)*rate"
        table.write({"∂E/∂w3": f"{stage}*i1", "∂E/∂w4": f"{stage}*i2"})

    (finding,) = judged(tmp_path, change).findings
    assert finding.text == "a_h1 where a_h2 belongs, through the helper column AF"
    assert len(finding.cells) == 2 * EPOCHS
