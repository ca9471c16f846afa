"""How formulas read: no choice as in C, no bracket twice, no factor of 1; with the same numbers."""

import math
import random
import re
from pathlib import Path

import pytest
from everyday import mostly_slow
from hypothesis import given
from test_formula import FORMULAS

from backprop_sheet import explain, load
from backprop_sheet.derivation import AS_LATEX, AS_MATHML, AS_TEXT, boxes
from backprop_sheet.explainer.steps import first_equations
from backprop_sheet.explainer.styles import MARKUP, TEX, TEXT
from backprop_sheet.formula import (
    PLAIN,
    evaluate,
    in_cell,
    names,
    parse,
    readable,
    without_double_signs,
    write,
)
from backprop_sheet.network.choices import ACTIVATIONS, CLIPPINGS, ERRORS, OPTIMIZERS, PENALTIES
from backprop_sheet.network.file import from_content
from backprop_sheet.templates import known

BASE = {"layers": [2, 2, 1], "inputs": [[0.5, -0.3], [-1, 2]], "targets": [[1], [1]], "seed": 1}
FAULTS = {
    "C's choice": r"\?|&\?",
    "a divisor of 1": r"/1(?![\w.])",
    "a factor of 1": r"(?<![\w.)^²])1 \* |\* 1(?![\w.])",
    "a term of 0": r" [-+] 0(?![\w.])",
    "two signs": r"[-+] -|\* -",
}
"""What no formula in symbols may have."""
LONE = r"(?:^|= |[(,|] ?)\((?:-|<mrow><mo>−)[\d.e-]+\)(?![²^])"
"""A negative number in brackets, where no operator stands before it."""


def networks():
    for name in sorted(known()):
        yield name, load(name)
    for name in ACTIVATIONS:
        yield name, made(activation=name)
    for name, row in ERRORS.items():
        softmax = (
            {"layers": [2, 2, 2], "targets": [[1, 0], [0, 1]]} if row.needs == "softmax" else {}
        )
        outputs = {"activations": ["sigmoid", row.needs]} if row.needs else {}
        yield name, made(error=name, **outputs, **softmax)
    for name in OPTIMIZERS:
        yield name, made(optimizer=name)

    for name in CLIPPINGS:
        yield name, made(optimizer={"name": "adam", name: 0.1, "weight_decay": 0.1})
    for name in PENALTIES:
        yield name, made(**{name: 0.1})


def made(**choices):
    return from_content(BASE | choices, Path(), "made")


CASES = dict(networks())
FEW = [
    "relu",
    "elu",
    "hinge",
    "huber",
    "mean squared",
    "clip_norm",
    "l1",
    "linear",
    "embedding",
    "iris",
]


def plain(text):
    """A formula with round brackets only, whatever the notation."""
    text = text.replace(r"\left(", "(").replace(r"\right)", ")")
    text = re.sub(r"<mo>([()])</mo>", r"\1", text)
    return re.sub(r"<[^>]*>", "", text)


def twice(text):
    """Whether brackets hold nothing but brackets."""
    opened, pairs = [], {}
    for place, sign in enumerate(text):
        if sign == "(":
            opened.append(place)
        elif sign == ")":
            pairs[opened.pop()] = place
    return any(pairs.get(start + 1) == end - 1 for start, end in pairs.items())


@pytest.mark.parametrize("name", mostly_slow(CASES, FEW))
def test_nothing_is_said_twice_or_as_programs_say_it(name):
    network = CASES[name]
    explanation = first_equations(explain(network, 1), 120)
    for style in (TEXT, TEX, MARKUP):
        for line in (line for _, lines in style.lines(explanation, 6) for line in lines):
            parts = [plain(text) for text in (line.symbols, *line.right)]
            assert not any(map(twice, parts)), line
            assert len(set(parts)) == len(parts), line
            assert not any(re.search(LONE, part) for part in parts), line
            if style is TEXT:
                faults = [what for what, fault in FAULTS.items() if re.search(fault, line.symbols)]
                assert not faults, line
                assert not re.search(r"\?|[-+*/] -", line.numbers), line
    for hand in (AS_TEXT, AS_LATEX, AS_MATHML):
        for side in (side for box in boxes(network, hand=hand) for s in box.sides for side in s):
            assert not twice(plain(side)), side
            if hand is AS_TEXT:
                faults = [what for what, fault in FAULTS.items() if re.search(fault, side)]
                assert not faults, side


@given(FORMULAS)
def test_a_tidied_formula_has_the_same_number(tree):
    chance = random.Random(1)
    for _ in range(5):
        values = {name: chance.choice([-2.0, -0.7, 0.0, 0.1, 3.3]) for name in names(tree)}
        try:
            number = evaluate(tree, values)
        except (ArithmeticError, ValueError, TypeError):
            continue
        assert evaluate(readable(tree), values) == number


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        ("-c * -k", "c * k"),
        ("-c * k * -m", "c * k * m"),
        ("-1 * x", "-x"),
        ("-(-x - y)", "x + y"),
        ("-(x - y)", "y - x"),
        ("-(x + y)", "-(x + y)"),
        ("-(x**2) - -1*x", "-(x²) + x"),
        ("x - -y/k", "x + y/k"),
        ("-(2*(y - x)/2)", "x - y"),
        ("3*x/3", "3 * x/3"),  # a third is rounded
        ("2*x*y/2", "2 * x * y/2"),  # of the smallest numbers, the product is rounded
        ("x/2*2", "x/2 * 2"),
    ],
)
def test_minus_signs_that_meet_are_left_out(formula, read):
    assert write(parse(formula), PLAIN) == read


@pytest.mark.parametrize(
    ("formula", "cell"),
    [
        ("-(x**2) - -1*x", "-(x^2)+x"),
        ("power(x - y, 4) - -(x)", "POWER(x-y,4)+x"),
        ("x + -y*k", "x-y*k"),
        ("exp(x - -y)", "EXP(x+y)"),
        ("-x - y", "-x-y"),
        ("x*-y", "x*(-y)"),
    ],
)
def test_a_cell_has_no_two_signs_in_a_row(formula, cell):
    assert in_cell(parse(formula), str) == cell


@given(FORMULAS)
def test_a_formula_without_double_signs_has_the_same_number_to_the_sign_of_a_zero(tree):
    chance = random.Random(2)
    for _ in range(5):
        values = {name: chance.choice([-2.0, -0.7, 0.0, -0.0, 0.1, 3.3]) for name in names(tree)}
        try:
            number = evaluate(tree, values)
        except (ArithmeticError, ValueError, TypeError):
            continue
        tidied = evaluate(without_double_signs(tree), values)
        assert (tidied, math.copysign(1, tidied)) == (number, math.copysign(1, number))


def test_choices_are_cases_for_people():
    network = made(activation="leaky relu")
    equation = explain(network, of="a_h1").sections[0].equations[-1]
    lines = [
        next(iter(style.lines(explain(network, of="a_h1"), 6)))[1][-1].symbols
        for style in (TEXT, TEX, MARKUP)
    ]
    assert equation.name == "a_h1"
    assert lines[0] == "leaky(h1) = (h1 if h1 > 0 else 0.01 * h1)"
    assert (
        r"\begin{cases} h_{1} & \text{if } h_{1} > 0 \\ 0.01 \cdot h_{1} & \text{else}" in lines[1]
    )
    assert "<mrow><mo>{</mo><mtable>" in lines[2]
    assert made(activation="relu").derived["a_h1"].formula.sign == "where"
    text = next(iter(TEXT.lines(explain(made(activation="relu"), of="a_h1"), 6)))[1][-1].symbols
    assert text == "relu(h1) = max(0, h1)"
