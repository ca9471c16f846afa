"""Tables whose header says its quantities in other words, or in another order."""

import openpyxl
import pytest
from mistakes import COLUMNS, INNER, RIGHT, lay, written

from backprop_sheet import check

pytestmark = pytest.mark.recalc

NEURONS = ("h1", "h2", "o1", "o2")
WEIGHTS = [f"w{k}" for k in range(1, 9)]


def gradients(form):
    """Every gradient's header, by how it is written for a weight."""
    return {f"∂E/∂{w}": form.format(w=w, k=w[1]) for w in WEIGHTS}


def neurons(sums, activations):
    """The headers of sums and activations: each is filled with a name and with its place."""
    return {
        name: form.format(name=neuron, place=place)
        for place, neuron in enumerate(NEURONS, start=1)
        for name, form in ((neuron, sums), (f"a_{neuron}", activations))
    }


def doubled(first, second):
    """Weights by neuron and input: w11, w12, w21, w22, and the same for the outputs."""
    return {f"w{k + 1}": f"{(first, second)[k // 4]}{k % 4 // 2 + 1}{k % 2 + 1}" for k in range(8)}


HEADERS = {
    "net and out": neurons("net{name}", "out{name}"),
    "net and out alone": neurons("net", "out"),
    "net and out, numbered": neurons("net{place}", "out{place}"),
    "in and out": neurons("in{place}", "out{place}"),
    "z and a": neurons("z{place}", "a{place}"),
    "z, a, x and y": {
        **neurons("z{place}", "a{place}"),
        **dict(zip(("i1", "i2", "t1", "t2"), ("x1", "x2", "y1", "y2"), strict=True)),
    },
    "h for what leaves a neuron": neurons("net_{name}", "{name}"),
    "y for the outputs": {"a_o1": "y1", "a_o2": "y2"},
    "a zero for o": {"o1": "01", "a_o1": "a_01", "o2": "02", "a_o2": "out_02"},
    "no name": {"h1": None},
    "mistyped": {"h1": "j1", "w3": "w33"},
    "one name twice": {"∂E/∂w7": "∂E/∂w6"},
    "words": neurons("{name} net input", "{name} output"),
    "weights by neuron and input": doubled("w", "v"),
    "all by neuron and input": {
        **doubled("w", "v"),
        **{f"∂E/∂{w}": f"dE/d{name}" for w, name in doubled("w", "v").items()},
    },
    "Greek weights": {w: f"θ{w[1]}" for w in WEIGHTS},
    "losses": {"E1": "L1", "E2": "L2", "E_tot": "Loss"},
    "formulas": {
        **{name: f"{name} = {RIGHT[name]}" for name in RIGHT if name not in WEIGHTS},
        **{w: f"{w}: {w} - η ∂E/∂{w}" for w in WEIGHTS},
    },
    "explanations": {"t1": "t1 (target)", "w1": "w1 from i1 to h1", "E1": "E1 - error of o1"},
    "∂Ew": gradients("∂E{w}"),
    "eth": gradients("ðE/ð{w}"),
    "schwa": gradients("ӘEt/Ә{w}"),
    "lost in a conversion": gradients("?E/?{w}"),
    "Symbol font": gradients("¶E/¶{w}"),
    "LaTeX": gradients(r"\frac{{\partial E}}{{\partial w_{k}}}"),
    "gradient of": gradients("Gradient of {w}"),
    "Δ": gradients("Δ{w}"),
    "by": gradients("dEtotal by d{w}"),
}


def sheet_with(tmp_path, change):
    """A workbook of the table, changed, and judged."""
    path = tmp_path / "sheet.xlsx"
    workbook = openpyxl.Workbook()
    change(lay(workbook.active))
    workbook.save(path)
    return check(path)


def headed(table, headers):
    for name, text in headers.items():
        table.set(name, -1, text)


def wrong_gradients(table):
    """∂E/∂w3 and ∂E/∂w4 with a_h1: the slip of most public workbooks."""
    right = "((a_o1-t1)*a_o1*(1-a_o1)*{u}+(a_o2-t2)*a_o2*(1-a_o2)*{v})*a_h1*(1-a_h1)*{i}"
    formulas = written({name: INNER[name] for name in ("∂E/∂w3", "∂E/∂w4")}, right)
    table.write(formulas)


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_in_other_words_is_read(name, tmp_path):
    judgement = sheet_with(tmp_path, lambda table: headed(table, HEADERS[name]))
    (table,) = judgement.tables
    assert (table.verdict, table.findings) == ("right", [])
    assert not any("no column" in remark for remark in table.remarks)


@pytest.mark.parametrize("name", HEADERS)
def test_under_a_header_in_other_words_a_mistake_is_found(name, tmp_path):
    def change(table):
        wrong_gradients(table)
        headed(table, HEADERS[name])

    (table,) = sheet_with(tmp_path, change).tables
    (finding,) = table.findings
    assert finding.text == "a_h1 where a_h2 belongs"
    assert finding.columns == ["∂E/∂w3", "∂E/∂w4"]


def test_a_guess_is_said(tmp_path):
    (table,) = sheet_with(tmp_path, lambda t: headed(t, neurons("net", "out"))).tables
    assert next(r for r in table.remarks if "net" in r) == "I3 says 'net', read as h1"
    assert "4 other columns read by their numbers likewise" in table.remarks


def test_a_column_that_no_name_agrees_with_is_unknown(tmp_path):
    """It may be wrong, or something else: no finding rests on a guess."""

    def change(table):
        table.write({"h1": "w1*i1+w2*i2+1"})
        headed(table, {"h1": "something"})

    (table,) = sheet_with(tmp_path, change).tables
    assert "no column for h1" in table.remarks
    assert all("h1" not in finding.columns for finding in table.findings)


# --- another order ---------------------------------------------------------------------------

BY_INPUT = {"w2": "w3", "w3": "w2", "w6": "w7", "w7": "w6"}
OTHER_OUTPUTS = {
    "o1": "o2",
    "a_o1": "a_o2",
    "E1": "E2",
    "t1": "t2",
    "o2": "o1",
    "a_o2": "a_o1",
    "E2": "E1",
    "t2": "t1",
}
OTHER_NEURONS = {"h1": "h2", "a_h1": "a_h2", "h2": "h1", "a_h2": "a_h1"}


def reordered(new):
    """The headers with these names in place of others, those of their gradients too."""
    both = {**new, **{f"∂E/∂{old}": f"∂E/∂{name}" for old, name in new.items() if old[0] == "w"}}
    return {name: both.get(name, name) for name in COLUMNS}


@pytest.mark.parametrize("new", [BY_INPUT, OTHER_OUTPUTS, OTHER_NEURONS])
def test_another_order_of_the_names_throughout_is_a_remark(new, tmp_path):
    (table,) = sheet_with(tmp_path, lambda t: headed(t, reordered(new))).tables
    assert (table.verdict, table.findings) == ("right", [])
    (remark,) = table.remarks[:1]
    assert remark.startswith("the names stand in another order throughout")


def test_in_another_order_a_mistake_is_told_by_the_names_of_the_sheet(tmp_path):
    def change(table):
        wrong_gradients(table)
        headed(table, reordered(BY_INPUT))

    (table,) = sheet_with(tmp_path, change).tables
    (finding,) = table.findings
    assert finding.columns == ["∂E/∂w2", "∂E/∂w4"]
    assert "w3 is w2, w2 is w3" in table.remarks[0]


def test_other_inputs_in_gradients_alone_are_a_mistake(tmp_path):
    def change(table):
        for name in (f"∂E/∂w{k}" for k in (1, 2, 3, 4)):
            other = RIGHT[name].replace("i1", "i?").replace("i2", "i1").replace("i?", "i2")
            table.write({name: other})

    (table,) = sheet_with(tmp_path, change).tables
    assert (table.verdict, table.remarks) == ("wrong", [])
    assert {name for found in table.findings for name in found.columns} == {
        f"∂E/∂w{k}" for k in (1, 2, 3, 4)
    }


def test_two_headers_that_change_places_alone_are_a_mistake(tmp_path):
    swapped = {"∂E/∂w2": "∂E/∂w3", "∂E/∂w3": "∂E/∂w2"}
    (table,) = sheet_with(tmp_path, lambda t: headed(t, swapped)).tables
    assert table.verdict == "wrong"


# --- words that say something else -----------------------------------------------------------


def test_a_product_in_a_header_is_no_name(tmp_path):
    """A helper column beside a header that the numbers have to settle."""

    def change(table):
        table.add("a_h1*(1-a_h1)", "AF", "a_h1*(1-a_h1)")
        table.add("a_h2(1-a_h2)", "AG", "a_h2*(1-a_h2)")
        headed(table, {"h1": "in1", "a_h1": "out1"})

    (table,) = sheet_with(tmp_path, change).tables
    assert (table.verdict, table.findings) == ("right", [])


def test_steps_of_the_weights_are_no_gradients(tmp_path):
    """At η = 1 their numbers are the same."""

    def change(table):
        table.sheet["B1"] = 1.0
        for k in range(1, 9):
            table.add(f"Δw{k}", f"A{chr(ord('E') + k)}", f"η*∂E/∂w{k}")

    (table,) = sheet_with(tmp_path, change).tables
    assert (table.verdict, table.findings) == ("right", [])


def test_signs_of_latex_around_a_name_are_passed_over(tmp_path):
    (table,) = sheet_with(tmp_path, lambda t: headed(t, {w: f"$w_{w[1]}$" for w in WEIGHTS})).tables
    assert (table.verdict, table.remarks) == ("right", [])
