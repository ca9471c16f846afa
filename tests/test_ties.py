"""Formulas that choose: each name of each comparison counts, and what is equal stays so."""

import numpy as np
import openpyxl
import pytest
from everyday import mostly_slow

from backprop_sheet import check, load, tabulate, write_workbook
from backprop_sheet.checker.formulas import Comparison
from backprop_sheet.checker.rules import Rules
from backprop_sheet.exporter import arrange
from backprop_sheet.formula import Name, Op, changed, nodes
from backprop_sheet.network.file import from_content
from backprop_sheet.network.quantities import CLASS


def telling(outputs, activation, folder):
    """A network that tells as many classes apart, and the rules of a table of it."""
    samples = [[k / outputs, 1 - k / outputs**2] for k in range(outputs)]
    content = {
        "layers": [2, 3, outputs],
        "activations": ["tanh", activation],
        "error": "cross-entropy" if activation == "softmax" else "half squared",
        "inputs": samples,
        "targets": np.eye(outputs).tolist(),
        "seed": 3,
    }
    network = from_content(content, folder, "telling").with_all_columns()
    return network, Rules(network, frozenset(network.columns))


def with_one_name(tree, place, other):
    """A formula with another name in one of the places where names stand."""
    counted = iter(range(1000))

    def renamed(node):
        if isinstance(node, Name):
            return other if next(counted) == place else node
        return None

    return changed(tree, renamed)


SLIPPED = {
    "the row above": lambda name, _: Name(name.id, 1),
    "the next output": lambda name, outputs: Name(f"a_o{int(name.id[3:]) % outputs + 1}"),
    "a hidden neuron": lambda *_: Name("a_h1"),
}


@pytest.mark.parametrize("outputs", mostly_slow(range(2, 11), [2, 3, 4]))
@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
@pytest.mark.parametrize("slipped", SLIPPED)
def test_a_slip_at_any_place_of_a_prediction_is_seen(outputs, activation, slipped, tmp_path):
    """By itself, and with what it follows from."""
    _, rules = telling(outputs, activation, tmp_path)
    right, comparison = rules.usual["prediction"].tree, Comparison()
    missed = []
    for place, name in enumerate(node for node in nodes(right) if isinstance(node, Name)):
        wrong = with_one_name(right, place, SLIPPED[slipped](name, outputs))
        alike = [comparison.same(wrong, right, {}, some) for some in ({}, rules.definitions)]
        missed += [(place, name)] if any(alike) else []
    assert missed == []


@pytest.mark.parametrize("outputs", mostly_slow(range(2, 11), [2, 3, 5]))
@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_a_prediction_from_what_the_outputs_follow_from_is_the_same(outputs, activation, tmp_path):
    """The largest output is that of the largest net input, or of the largest sum of its own."""
    network, rules = telling(outputs, activation, tmp_path)
    right = rules.usual["prediction"].tree
    nets = changed(right, lambda n: Name(n.id[2:]) if isinstance(n, Name) else None)
    sums = changed(nets, lambda n: network.derived[n.id].formula if isinstance(n, Name) else None)
    comparison = Comparison()
    assert comparison.same(nets, right, {}, rules.definitions)
    assert comparison.same(sums, right, {}, rules.definitions)


def test_half_of_two_outputs_that_sum_up_to_1_tells_them_apart(tmp_path):
    _, rules = telling(2, "softmax", tmp_path)
    right, half = rules.usual["prediction"].tree, Op("-", (Name("a_o2"), Name("h1")))
    threshold = changed(
        right, lambda n: half if n == Op("-", (Name("a_o2"), Name("a_o1"))) else None
    )
    assert threshold != right
    assert Comparison().same(threshold, right, {Name("h1"): 0.5}, rules.definitions)
    assert not Comparison().same(threshold, right, {Name("h1"): 0.51}, rules.definitions)


# --- sheets ----------------------------------------------------------------------------------


TELLING = {
    "layers": [2, 3],
    "activation": "softmax",
    "error": "cross-entropy",
    "inputs": [[0, 1], [1, 0], [1, 1], [0.5, -1]],
    "targets": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]],
    "weights": "uniform",
}


def judged(network, path, formula, column="prediction", begin=0):
    """A sheet of a network with another formula in a column from a row on, judged: its table."""
    write_workbook(network, tabulate(network, 4), path)
    book = openpyxl.load_workbook(path)
    sheet, layout = book.worksheets[0], arrange(network, 4)
    for row in range(layout.first_row + begin, layout.last_row + 1):
        cells = {n: sheet.cell(row, c).coordinate for n, c in layout.columns.items()}
        above = {f"{n}_above": sheet.cell(row - 1, c).coordinate for n, c in layout.columns.items()}
        sheet[cells[column]] = formula.format(**cells, **above)
    book.save(path)
    (table,) = check(path, network).tables
    return table


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return from_content(TELLING, tmp_path_factory.mktemp("three"), "three")


SLIPS = [
    "=IF(MAX({a_o2},{a_o3_above})-{a_o1}>0,IF({a_o3}-{a_o2}>0,3,2),1)",
    "=IF(MAX({a_o2_above},{a_o3})-{a_o1}>0,IF({a_o3}-{a_o2}>0,3,2),1)",
    "=IF(MAX({a_o2},{a_o3})-{a_o1}>0,IF({a_o3_above}-{a_o2}>0,3,2),1)",
]


@pytest.mark.parametrize("formula", SLIPS)
@pytest.mark.recalc
def test_an_output_of_the_row_above_in_a_prediction_is_found(formula, three, tmp_path):
    first = judged(three, tmp_path / "three.xlsx", formula, begin=1).first
    assert (first.columns, first.kind) == (["prediction"], "row")
    assert "of the row above where a_o" in first.text


THREE = "=IF({a_o1}>=MAX({a_o2},{a_o3}),1,IF({a_o2}>={a_o3},2,3))"


@pytest.mark.parametrize(
    "formula",
    [
        THREE,
        THREE.replace("a_o", "o"),
        "=IF({a_o3}>MAX({a_o1},{a_o2}),3,IF({a_o2}>{a_o1},2,1))",
        "=IF(AND({a_o1}>={a_o2},{a_o1}>={a_o3}),1,IF({a_o2}>={a_o3},2,3))",
        "=MATCH(MAX({a_o1}:{a_o3}),{a_o1}:{a_o3},0)",
    ],
)
@pytest.mark.recalc
def test_a_prediction_of_three_outputs_may_be_written_otherwise(formula, three, tmp_path):
    table = judged(three, tmp_path / "three.xlsx", formula)
    assert (table.verdict, table.findings) == ("right", [])


@pytest.mark.parametrize("number", [0.49, 0.51, 0.4, 0.7])
@pytest.mark.recalc
def test_another_threshold_is_found(number, tmp_path):
    formula = f"=IF({{a_o1}}>{number},1,0)"
    first = judged(load("xor"), tmp_path / "xor.xlsx", formula).first
    assert (first.columns, first.kind) == (["prediction"], "constant")
    assert first.text.startswith(f"the constant {number} stands where 0.5 belongs")


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("=ROUND({a_o1},0)", "right"),
        ("=INT({a_o1}+0.5)", "right"),
        ("=IF({a_o1}>=0.5,1,0)", "right"),
        ("=ROUND(IF({a_o1}>0.5,1,0),0)", "right"),
        ("=ROUND({a_o1}-0.01,0)", "wrong"),
    ],
)
@pytest.mark.recalc
def test_a_prediction_of_one_output_may_be_rounded(formula, verdict, tmp_path):
    """But for the first output, which is 0.5."""
    assert judged(load("xor"), tmp_path / "xor.xlsx", formula, begin=1).verdict == verdict


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("={t1}+2*{t2}+3*{t3}", "right"),
        ("=1+{t2}+2*{t3}", "right"),
        ("=MAX({t1},2*{t2},3*{t3})", "right"),
        ("=SUMPRODUCT({t1}:{t3},{{1,2,3}})", "right"),
        ("={t1}+2*{t2}+3*{t3_above}", "wrong"),
        ("={t1}+2*{t2}+3*{t3}*{i1}", "wrong"),
    ],
)
@pytest.mark.recalc
def test_a_class_may_be_computed_from_targets_of_which_one_is_1(formula, verdict, three, tmp_path):
    table = judged(three, tmp_path / "three.xlsx", formula, CLASS, begin=1)
    assert table.verdict == verdict


@pytest.mark.recalc
def test_targets_of_which_none_is_1_make_no_class(tmp_path):
    """The class is that of the largest target, which only a sum of ones and zeros tells."""
    content = TELLING | {"targets": [[0.9, 0, 0], [0, 1, 0], [0, 0, 1]], "inputs": [[0, 1]] * 3}
    content |= {"columns": ["accuracy"], "error": "half squared"}
    network = from_content(content, tmp_path, "nearly")
    table = judged(network, tmp_path / "nearly.xlsx", "=ROUND({t1}+2*{t2}+3*{t3},0)", CLASS)
    assert table.verdict == "wrong"
