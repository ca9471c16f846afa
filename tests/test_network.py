import copy
import dataclasses
import json
import math
import pickle
import random
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import sympy

from backprop_sheet import InputError, build, load, templates, train
from backprop_sheet.chain import Graph
from backprop_sheet.formula import PYTHON, parse, write
from backprop_sheet.network import Kind, Network
from backprop_sheet.network.symbols import plain, short_in_latex

SHAPES = [(2, 2, 2), (1, 1), (2, 1), (3, 2, 1), (2, 3, 2, 2), (1, 2, 2, 1, 1), (4, 3)]


def some_network(layers, seed=0):
    chance = random.Random(seed)
    pairs = pairwise(layers)
    return build(
        layers,
        inputs=[chance.uniform(-1, 1) for _ in range(layers[0])],
        targets=[chance.uniform(0, 1) for _ in range(layers[-1])],
        weights=[chance.uniform(-2, 2) for _ in range(sum(a * b for a, b in pairs))],
        eta=chance.uniform(0.1, 2),
    )


def error_by_hand(layers, weights, inputs, targets):
    """E as a textbook has it, in sympy, without a look at the declaration."""
    remaining, signals = iter(weights), list(inputs)
    for size in layers[1:]:
        sums = [sum(next(remaining) * signal for signal in signals) for _ in range(size)]
        signals = [1 / (1 + sympy.exp(-z)) for z in sums]
    return sum((t - a) ** 2 / 2 for t, a in zip(targets, signals, strict=True))


def symbols(prefix, count):
    return [sympy.Symbol(f"{prefix}{k}") for k in range(1, count + 1)]


@pytest.mark.parametrize("layers", SHAPES, ids=str)
def test_gradients_are_sympys_derivatives_of_the_error(layers):
    network = some_network(layers)
    names = network.named(Kind.WEIGHT)
    weights = symbols("w", len(names))
    inputs, targets = symbols("i", layers[0]), symbols("t", layers[-1])
    error = error_by_hand(layers, weights, inputs, targets)
    numbers = {sympy.Symbol(name): sympy.Float(x, 30) for name, x in network.numbers.items()}
    row = dict(zip(network.columns, next(train(network)), strict=True))
    assert row["E_Total"] == pytest.approx(float(error.subs(numbers)), rel=1e-13)
    for weight in weights:
        derivative = float(sympy.diff(error, weight).subs(numbers))
        assert row[f"dE_d{weight}"] == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("layers", SHAPES, ids=str)
def test_gradients_are_central_differences(layers):
    network, step = some_network(layers, seed=1), 1e-5
    row = dict(zip(network.columns, next(train(network)), strict=True))
    for name in network.named(Kind.WEIGHT):
        up, down = (
            next(train(network.with_numbers(**{name: network.numbers[name] + side * step})))
            for side in (1, -1)
        )
        place = network.columns.index("E_Total")
        slope = (up[place] - down[place]) / (2 * step)
        assert row[f"dE_d{name}"] == pytest.approx(slope, rel=1e-6, abs=1e-10)


def test_every_slope_is_the_derivative_of_its_formula(original):
    """The local partials are stated beside their formulas; sympy says whether they fit."""
    sigmoids = {
        sympy.Symbol(name): 1 / (1 + sympy.exp(-sympy.Symbol(name[2:])))
        for name in original.named(Kind.ACTIVATION)
    }
    for quantity in original.derived.values():
        formula = sympy.sympify(write(quantity.formula, PYTHON), locals=signs(original))
        for lower, slope in quantity.slopes.items():
            stated = sympy.sympify(write(slope, PYTHON), locals=signs(original))
            if quantity.kind is Kind.ACTIVATION:
                stated = stated.subs(sigmoids)
            difference = sympy.diff(formula, sympy.Symbol(lower)) - stated
            assert sympy.simplify(difference) == 0, (quantity.name, lower)


def signs(network):
    """The names of a network as plain symbols: sympy knows an E1 and an exp of its own."""
    return {name: sympy.Symbol(name) for name in [*network.given, *network.derived]}


def test_the_original_has_the_sheets_31_columns_in_its_order(original):
    names = "t1 t2 i1 i2 w1 w2 w3 w4 h1 a_h1 h2 a_h2 w5 w6 w7 w8 o1 a_o1 o2 a_o2 E1 E2 E_Total"
    gradients = [f"∂E/∂w{k}" for k in range(1, 9)]
    assert list(original.labels.values()) == names.split() + gradients


def test_deeper_layers_continue_the_names():
    network = build((1, 2, 1, 1), inputs=[1], targets=[1], weights=[1] * 5)
    assert network.named(Kind.SUM) == ["h1", "h2", "h2_1", "o1"]
    layers = network.groups[1:]
    assert [group.weights for group in layers] == [["w1", "w2"], ["w3", "w4"], ["w5"]]
    assert [link.signal for link in layers[1].units[0].links] == ["a_h1", "a_h2"]
    assert [group.shape for group in network.groups] == [(1,), (2,), (1,), (1,)]


def test_quantities_stand_after_what_they_need():
    network = some_network((2, 3, 2, 2))
    known = set(network.given)
    for quantity in network.derived.values():
        from backprop_sheet.formula import names

        assert set(names(quantity.formula)) <= known, quantity.name
        known.add(quantity.name)


def test_symbols(original):
    assert original.label("dE_dw7") == "∂E/∂w7"
    assert original.text("dE_dw7") == "∂E_Total/∂w7"
    assert original.partial("a_o1", "o1").label == "∂a_o1/∂o1"
    assert original.label("a_h1") == "a_h1"
    assert original.symbols["eta"].latex == r"\eta"
    assert original.symbols["E_Total"].heading == "E_tot"


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("w12", "w_{12}"),
        ("a_h2_1", "a_{h2,1}"),
        ("m_w1", "m_{w1}"),
        ("E_Mean", r"E_{\mathrm{Mean}}"),
        ("warmup", r"\mathrm{warmup}"),
        ("x", "x"),
        ("mu", r"\mu"),
    ],
)
def test_names_in_latex(name, latex):
    assert plain(name).latex == latex


def test_an_abbreviated_activation_in_latex():
    assert short_in_latex("σ(h1)") == r"\sigma(h_{1})"
    assert short_in_latex("relu(h2_1)") == r"\mathrm{relu}(h_{2,1})"


def test_backward_sums_over_all_users_in_their_order():
    slopes = {
        "y": {"x": parse("2")},
        "z": {"x": parse("3*x")},
        "E": {"y": parse("1"), "z": parse("y")},
    }
    texts = {name: write(tree, PYTHON) for name, tree in Graph(slopes).backward("E").items()}
    assert texts == {"z": "y", "x": "2 + dE_dz*3*x"}


def test_paths_follow_the_graph_to_the_first_fork(original):
    assert original.graph.path("w5", "E_Total") == [("E1", "a_o1"), ("a_o1", "o1"), ("o1", "w5")]
    assert original.graph.path("w4", "E_Total") == [
        ("E_Total", "a_h2"),
        ("a_h2", "h2"),
        ("h2", "w4"),
    ]


def test_other_numbers_leave_the_network_as_it_was(original):
    other = original.with_numbers(w5=0.7, eta=0.5)
    assert (other.numbers["w5"], other.eta) == (0.7, 0.5)
    assert (original.numbers["w5"], original.eta) == (0.4, 1.0)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"w9": 1.0}, "'w9' is not a given number.*w8"),
        ({"h1": 1.0}, "'h1' is not a given number"),
        ({"w1": math.nan}, "w1 = nan is not a finite number"),
        ({"t1": math.inf}, "t1 = inf is not a finite number"),
        ({"w1": "much"}, "w1 = 'much' is not a finite number"),
        ({"w1": None}, "w1 = None is not a finite number"),
        ({"w1": True}, "w1 = True is not a finite number"),
        ({"w1": [0.1]}, r"w1 = \[0.1\] is not a finite number"),
        ({"w1": 1j}, "w1 = 1j is not a finite number"),
        ({"w1": 10**400}, "w1 = 10+… is not a finite number|w1 = 1"),
        ({"eta": 0.0}, "eta = 0.0 is not above 0"),
        ({"eta": -1.0}, "eta = -1.0 is not above 0"),
    ],
)
def test_numbers_that_do_not_fit_are_refused_by_name(original, numbers, message):
    with pytest.raises(InputError, match=message):
        original.with_numbers(**numbers)


def test_settings_stay_in_their_range():
    adam = load("adam")
    with pytest.raises(InputError, match=r"beta1 = 1.0 is not a number from 0 on and below 1"):
        adam.with_numbers(beta1=1)
    assert adam.with_numbers(beta1=0.5).numbers["beta1"] == 0.5


def ways_to_write(mapping):
    """Each way to change a dictionary, as a function that tries."""
    name = next(iter(mapping))
    return [
        lambda: mapping.__setitem__(name, 2.0),
        lambda: mapping.__delitem__(name),
        lambda: mapping.update({name: 2.0}),
        lambda: mapping.__ior__({name: 2.0}),
        lambda: mapping.setdefault("new", 2.0),
        lambda: mapping.pop(name),
        mapping.popitem,
        mapping.clear,
    ]


def test_a_network_cannot_be_changed():
    network = load("xor")
    quantity = network.quantities["h1"]
    mappings = [
        *(network.quantities, network.numbers, network.symbols, network.labels, network.partials),
        *(network.given, network.derived, network.carried, *network.samples),
        *(quantity.slopes, network.graph.slopes, network.graph.slopes["h1"], network.graph.users),
    ]
    for mapping in mappings:
        before = dict(mapping)
        for write_to in ways_to_write(mapping):
            with pytest.raises(TypeError, match="cannot be changed"):
                write_to()
        assert mapping == before
    sequences = [network.samples, network.groups, network.columns, network.trained]
    sequences += [network.forward, network.backward, *network.graph.users.values()]
    assert all(isinstance(sequence, tuple) for sequence in sequences)
    for owner in (network, network.design, network.rules, network.graph, quantity):
        for name in vars(owner):
            with pytest.raises(AttributeError):
                setattr(owner, name, None)


def test_what_a_network_was_made_from_may_change():
    network = load("xor")
    numbers, samples = dict(network.numbers), [dict(sample) for sample in network.samples]
    other = dataclasses.replace(network, numbers=numbers, samples=samples)
    numbers["w1"], samples[0]["i1"] = 7.0, 7.0
    assert other == network


def test_its_numbers_are_written_as_json_and_copied(original):
    assert json.loads(json.dumps(original.numbers)) == original.numbers
    mine = dict(original.numbers)
    mine["w1"] = 2.0
    assert original.numbers["w1"] == 0.15


@pytest.mark.parametrize("name", templates.known())
def test_equal_networks_are_equal_however_they_were_made(name, tmp_path):
    network, others = load(name), [load(name)]
    templates.copy(name, tmp_path / "mine.toml")
    others.append(load(tmp_path / "mine.toml"))
    others += [copy.copy(network), copy.deepcopy(network), pickle.loads(pickle.dumps(network))]
    others.append(network.with_numbers())
    others.append(network.with_numbers(eta=0.25).with_numbers(eta=network.eta))
    fields = [field.name for field in dataclasses.fields(network)]
    others.append(Network(*(getattr(network, field) for field in fields)))
    for other in others:
        assert other == network
        assert hash(other) == hash(network)
        assert next(train(other)) == next(train(network))
    assert len({network, *others}) == 1
    assert network != network.with_numbers(eta=0.25)
    assert network != dataclasses.replace(network, epochs=3)
    assert network != load("original" if name != "original" else "xor")
    assert network != name


def test_the_widest_network_is_copied_and_pickled():
    weights = [0.1] * (250 + 250)
    network = build((1, 250, 1), inputs=[1], targets=[1], weights=weights).with_numbers(w7=0.3)
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert other == network
        assert other.columns == network.columns
        assert other.quantities == network.quantities


def test_a_network_that_is_built_equals_one_of_a_file(original):
    numbers = original.numbers
    built = build(
        (2, 2, 2),
        inputs=[numbers["i1"], numbers["i2"]],
        targets=[numbers["t1"], numbers["t2"]],
        weights=[numbers[f"w{k}"] for k in range(1, 9)],
    )
    assert built == original
    assert hash(built) == hash(original)


@pytest.mark.parametrize("as_given", [list, tuple, iter, np.array, pd.Series], ids=str)
def test_numbers_of_numpy_and_any_sequence_are_taken(as_given):
    built = build(
        as_given([2, 1]),
        inputs=as_given([0.5, 0.25]),
        targets=as_given([1]),
        weights=as_given([0.125, 0.75]),
        eta=np.float32(0.5),
        epochs=np.int64(4),
    )
    same = build((2, 1), inputs=[0.5, 0.25], targets=[1], weights=[0.125, 0.75], eta=0.5, epochs=4)
    assert built == same
    assert {type(number) for number in built.numbers.values()} == {float}
    assert built.with_numbers(w1=np.float64(0.5)) == built.with_numbers(w1=np.array(0.5))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"layers": "222"}, "layers: got '222', takes a list of sizes"),
        ({"layers": None}, "layers: got None"),
        ({"layers": [2.0, 1.0]}, "layers: got"),
        ({"inputs": None}, "inputs: missing"),
        ({"inputs": "ab"}, "inputs: got 'ab'"),
        ({"inputs": {"i1": 1, "i2": 2}}, "inputs: got {'i1'"),
        ({"inputs": ["0.1", "0.2"]}, "inputs: got '0.1', takes finite numbers"),
        ({"inputs": [True, False]}, "inputs: got True"),
        ({"weights": np.array([math.nan, 1.0])}, "weights: got nan"),
        ({"eta": "fast"}, "eta: got 'fast'"),
        ({"eta": None}, "eta: got None"),
        ({"epochs": 3.0}, "epochs: got 3.0, takes a whole number from 1 on"),
        ({"epochs": True}, "epochs: got True"),
        ({"epochs": -1}, "epochs: got -1"),
    ],
    ids=str,
)
def test_what_is_no_number_is_refused_by_name(given, message):
    usual = {"layers": [2, 1], "inputs": [1, 2], "targets": [1], "weights": [1, 2]} | given
    with pytest.raises(InputError, match=message):
        build(usual.pop("layers"), **usual)


@pytest.mark.parametrize("name", [None, 3, 1.5, b"xor", ["xor"], "", "a\0.toml", "n" * 5000])
def test_what_is_no_name_of_a_network_is_refused(name):
    with pytest.raises(InputError):
        load(name)
    with pytest.raises(InputError):
        load(f"{name}.toml")


def test_a_network_shows_itself_in_a_line(original):
    assert repr(original).startswith("<Network 2-2-2: eta=1.0, t1=0.5, ")
    assert "\n" not in repr(original)


@pytest.mark.parametrize(
    ("layers", "counts", "message"),
    [
        ((2,), (2, 2, 0), "takes two layers or more"),
        ((2, 0, 1), (2, 1, 0), "takes a list of sizes"),
        ((2, 2), (3, 2, 4), r"inputs: got 3 numbers, layers \[2, 2\] take 2"),
        ((2, 2), (2, 1, 4), "targets: got 1 number,"),
        ((2, 2), (2, 2, 5), "weights: got 5 numbers"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(layers, counts, message):
    inputs, targets, weights = ([0.5] * count for count in counts)
    with pytest.raises(InputError, match=message):
        build(layers, inputs=inputs, targets=targets, weights=weights)


def test_an_unknown_template_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="no template 'nothing'; there are .*original"):
        load("nothing")
