"""The page in a browser trains to the engine's numbers."""

import random
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import formula_graphs
import pytest
from networks import network_of, other_network_of, until_it_diverges
from questions import ask, card
from stacks import stack_content

from backprop_sheet import load, templates, train
from backprop_sheet.network import Kind
from backprop_sheet.network.file import from_content
from backprop_sheet.page import write_page

pytestmark = pytest.mark.chromium
TEMPLATES = list(templates.known())
EVERYDAY = ["original", "xor", "mazur-sequential", "batchnorm", "dropout"]
ROWS = """
() => Array.from({ length: window.backprop.rows }, (_, row) =>
  Object.entries(window.backprop.row(row)))
"""


def stack_of(seed):
    return from_content(stack_content(seed), Path(), f"stack{seed}")


def formulas_of(seed):
    return from_content(formula_graphs.twin_of(seed).content, Path(), f"formulas{seed}")


RANDOM = [
    *((network_of, seed) for seed in range(12)),
    *((other_network_of, seed) for seed in range(12)),
    *((stack_of, seed) for seed in range(12)),
    *((formulas_of, seed) for seed in range(6)),
]


def close(ours, engines):
    """Equal at relative 1e-9; what is 0 but for rounding has no digits to compare."""
    return abs(ours - engines) <= 1e-9 * abs(engines) + 1e-15


def differences(page, network):
    """The cells of the page in which it differs from the engine, and how many rows it has."""
    rows = page.evaluate(ROWS)
    expected = list(islice(until_it_diverges(train(network)), network.rows(network.epochs)))
    labels = list(network.labels.values())
    assert [label for label, _ in rows[0]] == labels
    assert len(rows) == len(expected)
    return [
        (number, label, ours, engines)
        for number, (row, numbers) in enumerate(zip(rows, expected, strict=True))
        for (label, ours), engines in zip(row, numbers, strict=True)
        if not close(ours, engines)
    ]


def opened(visit, tmp_path, network):
    return visit(write_page(network, tmp_path / "page.html"))


@pytest.mark.parametrize("name", EVERYDAY)
def test_a_template_has_the_engines_numbers(visit, tmp_path, name):
    network = load(name)
    assert differences(opened(visit, tmp_path, network), network) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in TEMPLATES if name not in EVERYDAY])
def test_every_template_has_the_engines_numbers(visit, tmp_path, name):
    network = load(name)
    assert differences(opened(visit, tmp_path, network), network) == []


@pytest.mark.slow
@pytest.mark.parametrize(("make", "seed"), RANDOM)
def test_networks_by_chance_have_the_engines_numbers(visit, tmp_path, make, seed):
    network = replace(make(seed), epochs=20)
    assert differences(opened(visit, tmp_path, network), network) == []


@pytest.mark.parametrize("name", ["original", "adam", "convolution"])
def test_changed_numbers_train_again_at_once(visit, tmp_path, name):
    network, chance = load(name), random.Random(name)
    page = opened(visit, tmp_path, network)
    changes = {name: chance.uniform(-0.9, 0.9) for name in network.named(Kind.WEIGHT)[:5]}
    changes |= {"eta": 0.3}
    page.evaluate(
        "numbers => Object.entries(numbers).forEach(([name, number]) => "
        "window.backprop.set(name, number))",
        changes,
    )
    page.evaluate("window.backprop.epochs = 30")
    changed = replace(network.with_numbers(**changes), epochs=30)
    assert differences(page, changed) == []
    given = page.evaluate("window.backprop.given")
    assert {name: given[name] for name in changes} == changes


@pytest.mark.everyday
def test_an_input_of_one_sample_changes(visit, tmp_path):
    network = load("xor")
    page = opened(visit, tmp_path, network)
    page.evaluate("window.backprop.set('i2', 0.25, 3)")
    samples = list(network.samples)
    samples[2] = {**samples[2], "i2": 0.25}
    assert differences(page, replace(network, samples=tuple(samples))) == []


def test_a_training_that_diverges_ends_where_the_engines_does(visit, tmp_path):
    network = replace(load("linear").with_numbers(eta=30.0), epochs=2000)
    page = opened(visit, tmp_path, network)
    rows = list(until_it_diverges(train(network)))
    assert 0 < len(rows) == page.evaluate("window.backprop.rows")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("set('eta', 0)", "η = 0: takes a number above 0"),
        ("set('w1', NaN)", "w1 = NaN: takes a number"),
        ("set('h1', 1)", "h1 is not a given number"),
        ("set('i1', 1, 2)", "sample 2: there are samples 1 to 1"),
        ("set('w1', 1, 0)", "sample 0: there are samples 1 to 1"),
        ("set('i1', 1, 1.5)", "sample 1.5: there are samples 1 to 1"),
        ("epochs = 0", "epochs = 0: takes a whole number from 1 to 1612903"),
        ("row(68)", "row 68: there are rows 0 to 67"),
    ],
)
def test_scripts_get_one_line_for_a_mistake(visit, tmp_path, call, message):
    page = opened(visit, tmp_path, load())
    said = page.evaluate(
        f"() => {{ try {{ window.backprop.{call} }} catch (error) {{ return error.message }} }}"
    )
    assert said == message
    assert page.evaluate("window.backprop.rows") == 68


def named_like_members(**numbers):
    """A network whose quantities are called like what any object of JavaScript has."""
    number = {"hasOwnProperty": 0.5, "valueOf": -0.3, "toLocaleString": 1.5, "second": 0} | numbers
    content = {
        "eta": 0.1,
        "epochs": 5,
        "error": "E",
        "given": {"toLocaleString": number["toLocaleString"]},
        "samples": {"x": [1, 0.5], "toString": [1, number["second"]]},
        "trained": {name: number[name] for name in ("hasOwnProperty", "valueOf")},
        "formulas": {
            "constructor": "hasOwnProperty*x + valueOf",
            "isPrototypeOf": "sigmoid(constructor)",
            "E": "toLocaleString*(toString - isPrototypeOf)**2",
        },
    }
    return from_content(content, Path(), "members")


def test_names_may_be_those_of_members_of_objects(visit, tmp_path):
    network = named_like_members()
    page = opened(visit, tmp_path, network)
    assert differences(page, network) == []
    assert "–" not in page.locator("#drawing [data-name=constructor]").first.text_content()
    given = page.locator("#table [aria-rowindex='2'] .given")
    assert given.count() == len(network.samples[0]) + len(network.trained)  # derived ones are not
    for name in network.quantities:
        ask(page, network.label(name))
        said = card(page).text_content()
        assert "function" not in said
        assert "undefined" not in said
    ask(page, "E")
    assert re.search(r"=\$[A-Z]+\$\d+\*\([A-Z]+\d+-[A-Z]+\d+\)\^2", card(page).text_content())
    changes = {"valueOf": 0.25, "toLocaleString": 2}
    for name, number in changes.items():
        page.evaluate(f"window.backprop.set({name!r}, {number})")
    page.evaluate("window.backprop.set('toString', 0.5, 2)")
    assert differences(page, named_like_members(**changes, second=0.5)) == []
    assert page.evaluate("window.backprop.given.valueOf") == changes["valueOf"]
