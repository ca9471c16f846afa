"""A network as a file: the text gives the same network, and reads as a person would write it."""

import re
import tomllib
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from chance import some
from formula_graphs import twin_of
from networks import network_of, other_network_of
from stacks import stack_content
from test_docs import blocks

from backprop_sheet import load, network_text
from backprop_sheet.errors import InputError
from backprop_sheet.network import Kind
from backprop_sheet.network.choices import (
    CLIPPINGS,
    OPTIMIZERS,
    PENALTIES,
    SCHEDULES,
    error,
)
from backprop_sheet.network.declaration import settings_of
from backprop_sheet.network.file import EPOCHS, KEYS, Ref, from_content, pieces
from backprop_sheet.network.layers import KINDS
from backprop_sheet.templates import known

PAGE = Path(__file__).parent.parent / "docs" / "file.md"


def stack_of(seed):
    return from_content(stack_content(seed), Path(), f"stack {seed}")


def formulas_of(seed):
    return twin_of(seed).network()


MADE = {
    "layers": network_of,
    "others": other_network_of,
    "stack": stack_of,
    "formulas": formulas_of,
}
"""Ways to make a network by chance."""
A_FEW, MANY = range(25), range(25, 300)


@cache
def networks():
    """The templates, and networks by chance."""
    return [*map(load, known()), *(make(k) for make in MADE.values() for k in A_FEW)]


def read(text):
    return from_content(tomllib.loads(text), Path(), "read")


def made_of(*pairs):
    """A network of two neurons in a row with other keys."""
    content = {"layers": [1, 1, 1], "inputs": [[0.5], [1]], "targets": [[0], [1]]}
    return from_content(content | dict(pairs), Path(), "made")


# --- the same network ------------------------------------------------------------------------


@pytest.mark.parametrize("name", known())
def test_a_template_is_read_back_from_its_text_alone(name, tmp_path):
    network = load(name)
    path = tmp_path / "mine.toml"  # with no CSV beside it
    path.write_text(network_text(network), encoding="utf-8")
    assert load(path) == network


@pytest.mark.parametrize("block", blocks(PAGE.with_name("examples.md"), "toml"))
def test_published_examples_are_read_back(block):
    network = read(block)
    assert read(network_text(network)) == network


def assert_read_back(make, seeds):
    for seed in seeds:
        network = make(seed)
        assert read(network_text(network)) == network, seed
        other = with_other_numbers(network)
        assert other != network
        assert read(network_text(other)) == other, seed
        assert read(filled(network, other)) == other, seed


@pytest.mark.parametrize("make", MADE)
def test_networks_by_chance_are_read_back(make):
    assert_read_back(MADE[make], A_FEW)


@pytest.mark.slow
@pytest.mark.parametrize("make", MADE)
def test_many_more_networks_by_chance_are_read_back(make):
    assert_read_back(MADE[make], some(MANY))


def with_other_numbers(network):
    """The network with every number changed that may be; its targets then show no classes."""
    design, settings = network.design, settings_of(network.design)

    def other(name, number):
        kind = network.given[name].kind
        if kind is Kind.COUNTER or (kind is Kind.INPUT and not takes_any_inputs(design)):
            return number
        if kind is Kind.TARGET and not design.written and error(design.error).targets:
            return number
        if kind is Kind.SEED:
            return number + 1
        changed = 0.75 * number + (0.03 if kind in {Kind.BIAS, Kind.TARGET} else 0)
        return changed if name not in settings or settings[name].range.holds(changed) else number

    samples = tuple({n: other(n, x) for n, x in row.items()} for row in network.samples)
    numbers = {n: other(n, x) for n, x in network.numbers.items()} | samples[0]
    return replace(network, numbers=numbers, samples=samples, epochs=network.epochs + 1)


def takes_any_inputs(design):
    return not design.stack or design.stack[0].inputs is None


def number_at(network, place):
    if place == EPOCHS:
        return network.epochs
    return (network.numbers if place.row is None else network.samples[place.row])[place.name]


def filled(network, other):
    """The pieces of a network with the numbers of another, whole ones without a point."""
    return "".join(
        piece if isinstance(piece, str) else repr(number_at(other, piece)).removesuffix(".0")
        for piece in pieces(network)
    )


def test_networks_by_chance_have_layers_optimizers_and_schedules_of_every_kind():
    """So that the tests above say something of each of them."""
    designs = [network.design for network in networks()]
    assert {d.optimizer for d in designs} == set(OPTIMIZERS)
    assert {d.schedule for d in designs} == set(SCHEDULES)
    assert {layer.kind for d in designs for layer in d.stack} == set(KINDS)
    assert {penalty for d in designs for penalty in d.penalties} == set(PENALTIES)
    assert {d.clipping for d in designs} == {"", *CLIPPINGS}
    for choice in ("warmup", "rates", "input_gradients", "train_bias", "weight_decay"):
        assert {getattr(d, choice) for d in designs} == {True, False}, choice
    assert any(d.abreast > 1 for d in designs)
    assert any(d.batch_size for d in designs)
    assert {d.gradient for d in designs} == {"mean", "sum"}
    assert {d.update for d in designs} == {"online", "batch", "sequential"}


@pytest.mark.parametrize(
    "network",
    [
        made_of(("optimizer", {"name": "adam", "epsilon_inside": True})),
        made_of(("optimizer", {"name": "gradient descent", "weight_decay": 0.5})),
        made_of(("activation", 'where(z, z,\n\texp(z) - 1)  # "so"')),
        made_of(("activation", "softmax"), ("layers", [1, 2]), ("targets", [[0, 1], [1, 0]])),
        made_of(
            *(("activation", "softmax"), ("layers", [1, 2]), ("targets", [[0, 1], [1, 0]])),
            ("error", "half squared"),
        ),
        made_of(("columns", ["sum", "deltas", "accuracy"])),
        made_of(("targets", [[0.25], [0.75]]), ("classes", True)),
        made_of(("classes", False)),
        made_of(("error", "output"), ("targets", [[0], [0]])),
        load("original").with_all_columns(),
        load("dropout").with_numbers(seed=77, p_d=0.5),
        load("batchnorm").with_numbers(m_y=0.3),
    ],
    ids=lambda network: re.sub(r"\W+", " ", network_text(network))[:50],
)
def test_choices_that_do_not_come_by_chance_are_read_back(network):
    assert read(network_text(network)) == network


def test_dense_layers_that_the_short_form_has_no_word_for_have_tables():
    without, wide = (
        {"kind": "dense", "neurons": 2, "activation": "none"},
        {"kind": "dense", "neurons": 251},
    )
    for layers in ([without, wide], [wide], [{**without, "bias": True}, without]):
        size = layers[-1]["neurons"]
        content = {"input": [2], "layer": layers, "inputs": [1, 2], "targets": [0.5] * size}
        network = from_content(content | {"eta": 0.1}, Path(), "made")
        assert len(tomllib.loads(network_text(network))["layer"]) == len(layers)
        assert read(network_text(network)) == network
    content["layer"] = [{"kind": "dense", "neurons": 2}]
    network = from_content(content | {"input": [2]}, Path(), "made")
    assert tomllib.loads(network_text(network))["layers"] == [2, 2]


def test_an_empty_text_is_no_activation_of_the_short_form():
    with pytest.raises(InputError, match="activations: got '', takes sigmoid, "):
        made_of(("activations", ["", "tanh"]))


def test_a_long_sum_that_is_written_out_may_stand_in_a_file():
    content = {
        "indices": {"t": [1, 100]},
        "samples": {"x{t}": [0.01 * t for t in range(100)]},
        "trained": {"what_all_of_them_have_to_do": 0.5},
        "formulas": {"E": "sum{t}((what_all_of_them_have_to_do - x{t})**2)"},
        "error": "E",
    }
    network = from_content(content, Path(), "made")
    (_, formula), *_ = network.design.written.formulas
    assert len(formula) > 2_000
    assert read(network_text(network)) == network


@pytest.mark.parametrize(
    "number",
    [5e-324, 1e-8, 0.1 + 0.2, 1 / 3, -2.5e-7, 1.0, 1e15, 1e16, 123456789012345680.0, 1e22, 1e308],
)
def test_numbers_are_read_back_to_the_last_bit(number):
    network = load().with_numbers(w1=number, w2=-number)
    back = read(network_text(network))
    assert back.numbers["w1"] == number
    assert back.numbers["w2"] == -number


def signs_of_zeros(network):
    numbers = [network.numbers, *network.samples]
    return {str(x) for some in numbers for x in some.values() if x == 0}


def test_a_given_zero_has_no_sign(tmp_path):
    """No spreadsheet has a -0, and a reader who meets one looks for a mistake."""
    assert signs_of_zeros(load().with_numbers(w1=-0.0, w2=0.0, i1=-0.0)) == {"0.0"}
    file = tmp_path / "zeros.toml"
    for inputs in ("[-0.0, -3.5]", "[[-0.0, -3.5], [1, -0.0]]"):
        targets = "[1]" if inputs[1] != "[" else "[[1], [-0.0]]"
        file.write_text(
            f'layers = [2, 1]\nactivation = "identity"\ninputs = {inputs}\ntargets = {targets}\n'
            "weights = [-0.0, 0.5]\n"
        )
        network = load(file)
        assert signs_of_zeros(network) == {"0.0"}
        assert "-0" not in re.sub(r"-0\.\d*[1-9]", "", network_text(network))
    (tmp_path / "zeros.csv").write_text("i1,i2,t1\n-0.0,-3.5,1\n1,2,-0\n")
    file.write_text(
        'layers = [2, 1]\nactivation = "identity"\ndata = "zeros.csv"\nweights = [-0, 0.5]\n'
    )
    assert signs_of_zeros(load(file)) == {"0.0"}


# --- a page puts in other numbers ---------------------------------------------------------------


def test_each_number_has_one_place():
    for network in networks():
        found = [piece for piece in pieces(network) if isinstance(piece, Ref)]
        apart = {Kind.COUNTER, Kind.INPUT, Kind.TARGET}
        places = [Ref(name) for name, q in network.given.items() if q.kind not in apart]
        places += [Ref(name, row) for row, sample in enumerate(network.samples) for name in sample]
        assert Counter(found) == Counter([*places, EPOCHS])


def test_a_name_may_be_that_of_a_key():
    content = {
        "trained": {"epochs": 2},
        "given": {"eta2x": 5},
        "formulas": {"q": "(epochs - eta2x)**2"},
    }
    network = from_content(content | {"error": "q", "epochs": 7}, Path(), "made")
    assert {Ref("epochs"), EPOCHS} < set(pieces(network))
    back = read(network_text(network))
    assert (back.epochs, back.numbers["epochs"]) == (7, 2)


def test_pieces_are_few_and_begin_and_end_with_text():
    found = pieces(load("convolution"))
    assert [isinstance(piece, str) for piece in found] == [True, False] * (len(found) // 2) + [True]


@pytest.mark.parametrize(
    ("script", "number"),
    [
        ("1e-8", 1e-8),
        ("1e+21", 1e21),
        ("-1.5e-7", -1.5e-7),
        ("123456789012345680000", 123456789012345680000.0),
        ("5e-324", 5e-324),
        ("1.7976931348623157e+308", 1.7976931348623157e308),
        ("0.30000000000000004", 0.1 + 0.2),
        ("0", 0.0),
    ],
)
def test_numbers_may_be_written_as_scripts_write_them(script, number):
    """What `String(number)` of ECMAScript gives."""
    found = pieces(load())
    numbers = {Ref("w1"): script, EPOCHS: "68"}
    text = "".join(p if isinstance(p, str) else numbers.get(p, "0.5") for p in found)
    assert read(text).numbers["w1"] == number


@pytest.mark.parametrize("name", ["xor", "linear", "iris"])
def test_other_targets_leave_the_columns_as_they_are(name):
    network = load(name)
    first = {name: x for name, x in network.samples[0].items() if name.startswith("t")}
    for targets in (first, {name: x / 2 + 0.25 for name, x in first.items()}):
        if name != "iris" or targets == first:  # its shares add up to 1
            other = replace(network, samples=tuple({**row, **targets} for row in network.samples))
            assert read(filled(network, other)).design == network.design


# --- as a person would write it -----------------------------------------------------------------

ORIGINAL = """\
layers  = [2, 2, 2]
inputs  = [0.05, 0.1]
targets = [0.5, 0.5]
weights = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55]
eta     = 1
epochs  = 68
"""
CONVOLUTION = """\
input   = [1, 5, 5]
error   = "cross-entropy"
biases  = [0, 0, 0, 0]
inputs  = [
  [[[0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]],
  [[[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]],
  [[[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]],
  [[[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]],
  [[[0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0]]],
  [[[0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]]],
  [[[0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0]]],
  [[[1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]]],
]
targets = [[1, 0], [1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [0, 1]]
update  = "batch"
weights = [
  -0.344725, 0.327564, 0.248689, -0.230923, -0.004304, -0.04762, 0.142923, 0.272211, -0.382913,
  -0.444678, 0.316562, -0.063388, 0.24728, -0.469419, -0.051489, 0.20887, -0.255725, 0.419805,
  0.983292, -1.149815, -1.162415, 0.101439,
]
eta     = 0.5
epochs  = 40
classes = true

[[layer]]
kind     = "convolution"
channels = 2

[[layer]]
kind = "max pooling"

[[layer]]
kind       = "dense"
neurons    = 2
bias       = true
activation = "softmax"
"""


@pytest.mark.parametrize(("name", "text"), [("original", ORIGINAL), ("convolution", CONVOLUTION)])
def test_the_text_is_what_a_person_would_write(name, text):
    assert network_text(load(name)) == text


def test_keys_come_in_the_order_of_the_documentation():
    rows = re.findall(
        r"(?m)^\| (`.+?) \|", PAGE.read_text(encoding="utf-8").split("## The keys")[1]
    )
    documented = [key for row in rows for key in re.findall(r"`\[?(\w+)\]?`", row) if key in KEYS]
    place = {key: number for number, key in reversed([*enumerate(documented)])}
    for network in networks():
        keys = list(tomllib.loads(network_text(network)))
        keys = [key for key in keys if key not in {"input", "layer", "activation"}]
        tables = [key for key in keys if key in {"samples", "given", "trained", "formulas"}]
        choices = [key for key in keys if key in {"optimizer", "schedule"}]
        head = [key for key in keys if key not in {*tables, *choices}]
        assert head == sorted(head, key=place.__getitem__)
        assert tables == sorted(tables, key=place.__getitem__)
        assert keys == [*head, *tables, *choices]


def test_lines_are_short_where_lists_can_be_broken():
    for network in networks():
        for line in network_text(network).splitlines():
            assert len(line) <= 100 or '"' in line  # a formula is a text, and stays whole
            assert line == line.rstrip()


def test_a_text_is_of_a_network():
    with pytest.raises(InputError, match="network: got 'xor', takes a network"):
        network_text("xor")
