"""Formulas of one's own: trained as torch trains them, in the sheet as in the engine."""

import keyword
import math
import pickle
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from chance import some
from everyday import mostly_slow
from formula_graphs import twin_of
from networks import until_it_diverges
from spreadsheets import ironcalc, libreoffice_values
from test_networks import assert_sheet_gives, recalculated

from backprop_sheet import (
    boxes,
    check,
    explain,
    load,
    network_drawing,
    save_figure,
    tabulate,
    train,
    write_comparison,
    write_workbook,
)
from backprop_sheet.diagram import diagram_of
from backprop_sheet.errors import InputError
from backprop_sheet.explainer import FORMATS
from backprop_sheet.exporter.arrangement import arrange
from backprop_sheet.exporter.drawing.labels import arrow_pieces, labels
from backprop_sheet.network.file import from_content
from backprop_sheet.network.symbols import plain
from backprop_sheet.network.written import KEPT
from backprop_sheet.program import program

GRAPHS = 200


# --- against torch ---------------------------------------------------------------------------


class InTorch:
    """The same formulas in torch, with gradients by autograd."""

    def __init__(self, torch, twin):
        self.torch, self.twin, self.content = torch, twin, twin.content
        network = twin.network()
        self.samples = network.samples
        self.given = {
            name: torch.tensor(network.numbers[name], dtype=torch.float64) for name in ("k", "h0")
        }
        self.moved = {
            name: torch.tensor(network.numbers[name], dtype=torch.float64, requires_grad=True)
            for name in network.trained
        }
        optim, eta = torch.optim, self.content["eta"]
        of = list(self.moved.values())
        self.optimizer = {
            "gradient descent": lambda: optim.SGD(of, lr=eta),
            "momentum": lambda: optim.SGD(of, lr=eta, momentum=0.9),
            "adam": lambda: optim.Adam(of, lr=eta),
        }[self.content["optimizer"]["name"]]()

    def row(self, sample):
        """Every quantity of a sample, and the gradients."""
        numbers = {n: self.torch.tensor(x, dtype=self.torch.float64) for n, x in sample.items()}
        numbers |= self.given | self.moved
        for name, of in self.twin.quantities.items():
            numbers[name] = of(self.torch, numbers)
        if "l2" in self.content:
            squares = sum(w**2 for w in self.moved.values())
            numbers["E_Total"] = numbers["E_Total"] + self.content["l2"] / 2 * squares
        gradients = self.torch.autograd.grad(
            numbers["E_Total"], list(self.moved.values()), allow_unused=True
        )
        slopes = [self.torch.zeros(()).double() if g is None else g for g in gradients]
        return {name: numbers[name].item() for name in (*self.twin.quantities, *self.moved)}, slopes

    def rows(self):
        size = 1
        if self.content["update"] == "batch":
            size = self.content.get("batch_size", len(self.samples))
        share = 1 / size if self.content.get("gradient", "mean") == "mean" else 1
        for _ in range(self.content["epochs"]):
            gathered = []
            for sample in self.samples:
                numbers, slopes = self.row(sample)
                yield numbers, {n: g.item() for n, g in zip(self.moved, slopes, strict=True)}
                gathered.append(slopes)
                if len(gathered) == size:
                    self._step([share * sum(of) for of in zip(*gathered, strict=True)])
                    gathered = []

    def _step(self, gradients):
        for parameter, gradient in zip(self.moved.values(), gradients, strict=True):
            parameter.grad = gradient.detach().clone()
        if bound := self.content["optimizer"].get("clip_norm"):
            self.torch.nn.utils.clip_grad_norm_(list(self.moved.values()), bound)
        self.optimizer.step()


def assert_same_training(seed):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    twin = twin_of(seed)
    network = twin.network()
    place = {name: k for k, name in enumerate(network.columns)}
    rows = zip(until_it_diverges(train(network)), InTorch(torch, twin).rows(), strict=False)
    compared = 0
    for row, (numbers, gradients) in rows:
        near = {"rel": 1e-9, "abs": 1e-12}
        assert {n: row[place[n]] for n in numbers} == pytest.approx(numbers, **near), twin.content
        near["abs"] += 1e-9 * max(map(abs, gradients.values()))
        found = {name: row[place[f"dE_d{name}"]] for name in gradients}
        assert found == pytest.approx(gradients, **near), twin.content
        compared += 1
    assert compared == 30 * len(network.samples)


@pytest.mark.parametrize("seed", range(0, GRAPHS, 8))
def test_random_formulas_train_as_in_torch(seed):
    assert_same_training(seed)


@pytest.mark.slow
def test_many_random_formulas_train_as_in_torch():
    for seed in some(range(GRAPHS)):
        assert_same_training(seed)


# --- in the sheet ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_sheet_of_random_formulas_gives_the_same_numbers(seed, tmp_path):
    network = twin_of(seed).network()
    frame = tabulate(network, epochs=4)
    path = write_workbook(network, frame, tmp_path / "formulas.xlsx")
    assert_sheet_gives(network, frame, recalculated(network, path))
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    assert model.get_cell_value(2, 5, 2) != "FAIL"  # tab Check
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", [])


# --- in every view ---------------------------------------------------------------------------

RECURRENCE = {
    "eta": 0.1,
    "epochs": 6,
    "error": "E",
    "indices": {"t": [1, 3]},
    "samples": {"x{t}": [[1, 0, 1], [0, 1, 1]], "y": [1, 0]},
    "given": {"h0": 0},
    "trained": {"w1": 0.5, "w2": -0.3, "b": 0},
    "formulas": {
        "h{t}": "tanh(w1*x{t} + w2*h{t-1} + b)",
        "p": "sigmoid(h3)",
        "E": "(y - p)**2",
    },
}
ODD = {
    "an error alone": {
        "samples": {"x": [1, 2, 3], "y": [2, 3, 5]},
        "trained": {"a": 0, "b": 0},
        "formulas": {"E": "1/2*(y - a*x - b)**2"},
    },
    "no samples": {
        "trained": {"x": -0.5, "y": 0.5},
        "formulas": {"u": "1 - x", "v": "y - x**2", "E": "u**2 + 100*v**2"},
        "eta": 0.002,
    },
    "nothing to start from": {
        "trained": {"w": 0.5},
        "formulas": {"c": "2", "q": "w*c", "E": "(q - 3)**2"},
    },
    "an error that is a formula": {
        "error": "sum{j}((y{j} - p{j})**2) + 0.1*p1",
        "indices": {"j": [1, 2]},
        "samples": {"x": 0.5, "y{j}": [1, 0]},
        "trained": {"w{j}": "uniform"},
        "formulas": {"p{j}": "sigmoid(w{j}*x)"},
    },
    "a quantity that leads nowhere": {
        "samples": {"x": [1, 2], "y": [2, 3]},
        "trained": {"a": 0.5},
        "formulas": {"p": "a*x", "E": "(y - p)**2", "off": "sqrt(E)", "twice": "2*off"},
    },
    "penalties, gradients of inputs, a learning rate that falls": {
        "samples": {"x": [1, -2], "y": [2, 3]},
        "trained": {"a": 0.5},
        "given": {"mu": 0.5, "alpha": 2},
        "formulas": {"p": "a*x + mu*alpha*a", "E": "(y - p)**2"},
        "l1": 0.1,
        "l2": 0.2,
        "input_gradients": True,
        "schedule": {"name": "1/t", "decay": 0.1},
        "optimizer": {"name": "adam", "weight_decay": 0.01},
    },
    "a mixture of two": {
        "error": "L",
        "indices": {"k": [1, 2], "j": [1, 2]},
        "samples": {"x": [-2.1, -1.9, -1.6, 0.8, 1.0, 1.3]},
        "given": {"scale": 2.5066282746310002},
        "trained": {"m{k}": [-0.5, 0.5], "s{k}": 0, "c{k}": 0},
        "formulas": {
            "g{k}": "exp(-1/2*((x - m{k})/exp(s{k}))**2)/(scale*exp(s{k}))",
            "q{k}": "exp(c{k})/sum{j}(exp(c{j}))",
            "L": "-log(sum{k}(q{k}*g{k}))",
        },
        "update": "batch",
    },
    "weights by two indices": {
        "indices": {"j": [1, 3], "k": [1, 2]},
        "samples": {"x{k}": [[0, 1], [1, 1]], "y": [0, 1]},
        "trained": {"w{j}_{k}": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "v{j}": 0.5},
        "formulas": {
            "h{j}": "relu(sum{k}(w{j}_{k}*x{k}))",
            "p": "sum{j}(v{j}*h{j})",
            "E": "(y - p)**2",
        },
    },
    "a recurrence": {},
}


POWERS = {
    "activations": ["tanh", "power(z, 2+1)"],
    "error": "power(t-a, 4)",
    "inputs": [0.5, -0.2],
    "targets": [0.1],
    "layers": [2, 2, 1],
    "epochs": 3,
}
"""Powers of negative numbers, whose derivatives have exponents such as 4 - 1."""
A_CONSTANT = {
    "eta": 0.1,
    "epochs": 5,
    "error": "E",
    "trained": {"r": 0.5, "s": 1.0},
    "formulas": {"E": "r*r + s"},
}
"""∂E/∂s is the number 1, in the sheet as well."""


@pytest.mark.parametrize("content", [POWERS, A_CONSTANT], ids=["powers", "a constant"])
def test_the_programs_own_sheet_is_right_without_a_word(content, tmp_path):
    network = network_of(content)
    path = write_workbook(network, tabulate(network), tmp_path / "own.xlsx")
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings, table.remarks) == ("right", [], [])


def network_of(content, name="own", folder=Path()):
    return from_content(content, folder, name)


def odd(name):
    keys = ("eta", "epochs", "error") if ODD[name] else RECURRENCE
    return network_of({key: RECURRENCE[key] for key in keys} | ODD[name])


@pytest.mark.parametrize("name", mostly_slow(ODD, [*ODD][::3]))
def test_every_view_shows_an_odd_network(name, tmp_path):
    network = odd(name)
    frame = tabulate(network)
    path = write_workbook(network, frame, tmp_path / "odd.xlsx")
    assert_sheet_gives(network, frame, recalculated(network, path))
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    assert model.get_cell_value(2, 5, 2) == "PASS"  # tab Check
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", [])
    save_figure(network_drawing(network, 2), tmp_path / "odd.png")
    assert pickle.loads(pickle.dumps(network)) == network
    for of in [None, *network.columns]:
        if of in network.trained or of in network.derived or of is None:
            for render in FORMATS.values():
                assert render(explain(network, 2, of=of))
    rates = (network.with_numbers(eta=eta) for eta in (0.001, 0.002))
    assert write_comparison([(n, tabulate(n)) for n in rates], tmp_path / "compared.xlsx").exists()


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["a recurrence", "a mixture of two", "no samples"])
def test_libreoffice_gives_the_same_numbers(name, tmp_path):
    network = odd(name)
    frame = tabulate(network)
    path = write_workbook(network, frame, tmp_path / "odd.xlsx")
    values = libreoffice_values(path, {}, tmp_path)
    at = openpyxl.utils.get_column_letter
    assert_sheet_gives(network, frame, lambda row, column: values(0, f"{at(column)}{row}"))
    assert values(2, "B5") == "PASS"  # tab Check


def test_the_formulas_of_layers_train_as_the_layers_do():
    layered = load("original")
    own = network_of(
        {
            "samples": {"t{k}": [0.5, 0.5], "i{k}": [0.05, 0.1]},
            "indices": {"k": [1, 2]},
            "trained": {f"w{k}": layered.numbers[f"w{k}"] for k in range(1, 9)},
            "formulas": {
                "h1": "w1*i1 + w2*i2",
                "h2": "w3*i1 + w4*i2",
                "a_h{k}": "sigmoid(h{k})",
                "o1": "w5*a_h1 + w6*a_h2",
                "o2": "w7*a_h1 + w8*a_h2",
                "a_o{k}": "sigmoid(o{k})",
            },
            "error": "1/2*(t1 - a_o1)**2 + 1/2*(t2 - a_o2)**2",
        }
    )
    frame, other = tabulate(own), tabulate(layered)
    for column in frame:
        assert frame[column].tolist() == pytest.approx(other[column].tolist(), rel=1e-13), column


def test_partials_refer_to_the_numbers_of_the_quantities_themselves():
    lines = [line for box in boxes(network_of(RECURRENCE)) for line in box.lines]
    assert "∂E_Total/∂h2 = -(2 * (y - p)) * p * (1 - p) * (1 - h3²) * w2" in lines
    assert "p = σ(h3) = 1/(1 + exp(-h3))" in lines
    assert len(lines) == len(set(lines))


def test_a_formula_shows_what_it_uses_as_arrows():
    network = network_of(RECURRENCE)
    first, *levels, last = network.groups
    assert first.signals == ["x1", "x2", "x3", "h0", "b"]
    assert [level.signals for level in levels] == [["h1"], ["h2"], ["h3"], ["p"]]
    assert levels[1].units[0].sources == [("x2", "w1"), ("h1", "w2"), ("b", "b")]
    assert last.units[0].sources == [("p", "")]
    assert network.compared == (("E", ("y",), ()),)


def test_samples_come_from_a_file_whose_columns_have_their_names(tmp_path):
    (tmp_path / "data.csv").write_text("y,i7,x1,x2\n1,5,0.5,2\n0,5,1.5,3\n", encoding="utf-8")
    content = {
        "data": "data.csv",
        "indices": {"k": [1, 2]},
        "trained": {"w{k}": "uniform"},
        "formulas": {"p": "sum{k}(w{k}*x{k})", "E": "(y - p)**2"},
        "error": "E",
    }
    network = network_of(content, folder=tmp_path)
    assert [dict(sample) for sample in network.samples] == [
        {"x1": 0.5, "x2": 2, "y": 1},
        {"x1": 1.5, "x2": 3, "y": 0},
    ]
    assert 0 < abs(network.numbers["w1"]) < 1
    assert network_of(content | {"seed": 2}, folder=tmp_path) != network
    content["formulas"]["p"] += " + x3"
    with pytest.raises(InputError, match=r"^data.csv: no column x3 in its first line"):
        network_of(content, folder=tmp_path)


def test_the_template_finds_rate_and_limit():
    last = tabulate(load("growth")).iloc[-1]
    assert last["E_Total"] < 0.15
    # The least squares for the same law, by trying a grid of both
    assert (last["r"], last["k"]) == (pytest.approx(0.63, abs=0.02), pytest.approx(6.3, abs=0.05))


# --- mistakes in the file --------------------------------------------------------------------

WRONG = {
    "formulas: h1: got h{t-1} with t = 1, which is h0, and nothing declares h0": {"given": {}},
    "formulas: p: got h4, takes names of [samples], [given], [trained] and [formulas]": {
        "formulas": {"p": "sigmoid(h4)"}
    },
    "formulas: p: got hh3, takes names of [samples], [given], [trained] and [formulas]; did you": {
        "formulas": {"p": "sigmoid(hh3)"}
    },
    "error: got mse, takes names of": {"error": "mse", "formulas": {"E": "p"}},
    "formulas: h1: circular: h1 uses h1": {"formulas": {"h{t}": "tanh(w1*x{t} + w2*h{t} + b)"}},
    "formulas: q: circular: q uses p uses q": {"formulas": {"p": "sigmoid(q)", "q": "p + h3"}},
    "formulas: p: got \"__import__('os')\", takes a formula; \"__import__('os')\" is not allowed": {
        "formulas": {"p": "__import__('os')"}
    },
    "formulas: p: got 'h3**3', takes a formula; 'h3 ** 3' is not allowed: a formula takes": {
        "formulas": {"p": "h3**3"}
    },
    "formulas: p: got 'h3[0]', takes a formula; 'h3[0]' is not allowed": {
        "formulas": {"p": "h3[0]"}
    },
    "formulas: p: got 'tanh(h3, 2)', takes a formula; 'tanh(h3, 2)' is not allowed": {
        "formulas": {"p": "tanh(h3, 2)"}
    },
    "formulas: p: got 'tanh(h3', takes a formula; '(' was never closed": {
        "formulas": {"p": "tanh(h3"}
    },
    "formulas: p: got 3, takes a formula in quotes": {"formulas": {"p": 3}},
    "formulas: p: got 'sum{t}(h{t}', where the bracket of a sum is not closed": {
        "formulas": {"p": "sum{t}(h{t}"}
    },
    "formulas: p: sum{s}(…: no index 's' in [indices]; there are t": {
        "formulas": {"p": "sum{s}(h{s})"}
    },
    "formulas: p: got {t}, but t has no number here": {"formulas": {"p": "sigmoid(h{t})"}},
    "formulas: p: got '{t/2}', takes an index such as {t} or {t-1}": {
        "formulas": {"p": "sum{t}(h{t/2})"}
    },
    "formulas: p: got {t-4} with t = 1, which is -3 and below 0": {
        "formulas": {"p": "sum{t}(h{t-4})"}
    },
    "formulas: h{t}: sum{t}(…: t has a number already": {
        "formulas": {"h{t}": "sum{t}(w1*x{t}) + w2 + b"}
    },
    "formulas: h{t-1}: no index 't-1' in [indices]; there are t": {"formulas": {"h{t-1}": "1"}},
    "indices.t: got [3, 1], takes the first and the last number": {"indices": {"t": [3, 1]}},
    "indices.t: got 3, takes the first and the last number": {"indices": {"t": 3}},
    "indices.t: 1,000 numbers; at most 250 are allowed": {"indices": {"t": [1, 1000]}},
    "trained: c: the error does not depend on it": {"trained": {"c": 1}},
    "trained: c: used by the error only": {
        "trained": {"c": 1},
        "formulas": {"E": None, "L": "(y - p)**2"},
        "error": "L + c**2",
    },
    "trained: w1: got 'random', takes numbers, or \"uniform\"": {"trained": {"w1": "random"}},
    "trained: w1: got [1, 2], takes finite numbers": {"trained": {"w1": [1, 2]}},
    "trained: v{t}: got 2 numbers for an index that takes 3": {"trained": {"v{t}": [1, 2]}},
    "trained: eta: the sheet has this name itself": {"trained": {"eta": 1}},
    "formulas: E: the sheet has this name itself; the error may have it": {"error": "p"},
    "trained: lambda: the program has this name itself": {"trained": {"lambda": 1}},
    "trained: row: the program has this name itself": {"trained": {"row": 1}},
    "formulas: h1 is there twice": {"formulas": {"h1": "b"}},
    "formulas: p: sum{t,t}(…: t has a number already": {"formulas": {"p": "sum{t,t}(h{t})"}},
    "trained: sin: a function": {"trained": {"sin": 1}},
    "trained: dE_dw: looks like a derivative": {"trained": {"dE_dw": 1}},
    "trained: w_1: reads like w1 above a column": {"trained": {"w_1": 1}},
    "trained: got 'é', takes names of at most 30 letters": {"trained": {"é": 1}},
    "formulas: m_w1: the sheet has a quantity of this name already": {
        "optimizer": "adam",
        "formulas": {"m_w1": "h3"},
    },
    "formulas: R2: the sheet has a quantity of this name already": {
        "l2": 0.1,
        "formulas": {"R2": "h3"},
    },
    "formulas: R2: reads like r2 above a column": {"l2": 0.1, "formulas": {"r2": "h3"}},
    "samples: y: got numbers of 3 samples, but x{t} has those of 2 samples": {
        "samples": {"y": [1, 0, 1]}
    },
    "samples: y: got '1', takes finite numbers, without quotes": {"samples": {"y": "1"}},
    "samples: x1 is there twice": {"samples": {"x1": [1, 2]}},
    "samples: x{t}: got 2 numbers for an index that takes 3": {
        "samples": {"x{t}": [[1, 2], [3, 4]]}
    },
    "samples: y: got [[1], [0]], takes a list of numbers, one for each sample": {
        "samples": {"y": [[1], [0]]}
    },
    "layers: not beside [formulas], which has no layers": {"layers": [2, 2]},
    'update: "sequential" is not for [formulas]': {"update": "sequential"},
    "data: its file has the samples": {"data": "data.csv"},
    "formulas: p: got '1e999*h3', takes finite numbers": {"formulas": {"p": "1e999*h3"}},
    "formulas: p: got 'h3+h3+": {"formulas": {"p": "+".join(["h3"] * 300)}},
    "formulas: p: got 'gelu(gelu(": {"formulas": {"p": "gelu(" * 100 + "h3" + ")" * 100}},
    "formulas: p: does not fit in a cell": {"formulas": {"p": "tanh(" * 70 + "h3" + ")" * 70}},
    "formulas: p: more than 2,000 characters": {"formulas": {"p": "1 + " * 1000 + "h{3}"}},
    "formulas: p: more than 20,000 characters": {"formulas": {"p": "1 + " * 5000 + "h3"}},
    "formulas: p: more than 20,000 characters with its sums written out": {
        "indices": {"j": [1, 200], "k": [1, 200]},
        "formulas": {"p": "sum{j}(sum{k}(h3))"},
    },
    "given: g{j}_{k}: 40,000 quantities; at most 2,000 are allowed": {
        "indices": {"j": [1, 200], "k": [1, 200]},
        "given": {"g{j}_{k}": 1},
    },
    "given: g{j}{k}: two of its names are alike": {
        "indices": {"j": [1, 20], "k": [1, 20]},
        "given": {"g{j}{k}": 1},
    },
}


@pytest.mark.parametrize("said", WRONG)
def test_mistakes_are_one_line(said):
    content = dict(RECURRENCE)
    for key, value in WRONG[said].items():
        both = isinstance(value, dict) and value and isinstance(content.get(key), dict)
        merged = {**content[key], **value} if both else value
        content[key] = {k: v for k, v in merged.items() if v is not None} if both else merged
    with pytest.raises(InputError) as error:
        network_of(content)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_a_table_of_formulas_needs_formulas():
    with pytest.raises(InputError, match=r"^trained: goes with \[formulas\]$"):
        network_of({"layers": [2, 2, 2], "trained": {"a": 1}})


def test_names_that_the_training_uses_itself_are_kept():
    space = set(re.findall(r"\b[a-z]+\b", program(load("xor"))))
    own = {"def", "while", "for", "in", "try", "except", "raise", "from", "yield", "if", "not"}
    words = {word for word in space if not keyword.iskeyword(word)} - own
    known = set(load("xor").quantities) | {"a", "b", "h", "i", "t", "w"}
    assert words - known <= KEPT | {"start"}


def test_a_name_with_underscores_is_one_word_in_latex():
    assert plain("my_x_y").latex == r"\mathrm{my\_x\_y}"


def test_inputs_of_later_steps_stand_above_the_step_before():
    diagram = diagram_of(network_of(RECURRENCE), 632, 290)
    nodes = diagram.nodes
    assert [nodes[f"x{t}"].x for t in (2, 3)] == [nodes[f"h{t}"].x for t in (1, 2)]
    assert len({nodes[f"x{t}"].y for t in (1, 2, 3)}) == 1
    for arrow in diagram.arrows:  # none runs through a circle
        for node in nodes.values():
            ends = (arrow.start, arrow.end)
            if any(math.dist(end, (node.x, node.y)) <= node.radius + 1e-6 for end in ends):
                continue
            (x0, y0), (x1, y1) = ends
            along = ((node.x - x0) * (x1 - x0) + (node.y - y0) * (y1 - y0)) / math.dist(*ends) ** 2
            place = x0 + along * (x1 - x0), y0 + along * (y1 - y0)
            assert not 0 < along < 1 or math.dist(place, (node.x, node.y)) > node.radius


def test_only_the_arrow_with_the_label_is_broken():
    network = network_of(RECURRENCE)
    layout = arrange(network, 6)
    diagram = diagram_of(network, 632, 280)
    found = labels(layout, diagram)
    texts = [label.value for label in found]
    broken = len(arrow_pieces(layout, diagram, found)) - len(diagram.arrows)
    sloping = [a for a in diagram.arrows if a.weight in {"w1", "b"}]
    assert len(sloping) == 6
    assert broken == sum(text.startswith(("w1 =", "b =")) for text in texts)


def test_many_steps_leave_gaps_between_their_circles():
    nodes = diagram_of(load("growth"), 632, 290).nodes
    for one, other in pairwise([nodes[f"h{t}"] for t in range(1, 11)]):
        assert other.x - one.x > 2.9 * one.radius


def test_the_row_of_units_on_step_is_no_table(tmp_path):
    network = load("growth")
    path = write_workbook(network, tabulate(network, 3), tmp_path / "growth.xlsx")
    (table,) = check(path, network).tables
    assert table.verdict == "right"


def test_the_example_of_the_documentation_is_this_recurrence():
    text = (Path(__file__).parent.parent / "docs" / "file.md").read_text(encoding="utf-8")
    (example,) = [
        block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[given]" in block
    ]
    assert network_of(tomllib.loads(example)) == network_of(RECURRENCE | {"epochs": 60})
