"""A student's numbers: whose they are, and what they can tell apart."""

from contextlib import suppress
from itertools import islice

import pytest
from chance import some
from mistakes import ERROR_MISTAKES, FORWARD, GRADIENTS, WEIGHT_MISTAKES, tree_of

from backprop_sheet import InputError, load
from backprop_sheet.engine import train
from backprop_sheet.exercise.setting.numbers import coincidences, drawn
from backprop_sheet.formula import FormulaError, Name, function_of_rows, renamed

NAMES = {"η": "eta", "E_tot": "E_Total"} | {f"∂E/∂w{k}": f"dE_dw{k}" for k in range(1, 9)}
"""What the network calls the quantities that mistakes are written with."""
TOLERANCE = 1e-6
"""The relative difference up to which the checker takes a number for right."""


def test_numbers_depend_on_the_seed_and_the_identifier_alone(original):
    # Should this ever fail, the students of a running course would get other numbers.
    assert drawn(original, 19, "s0000") == {
        "eta": 1.0,
        "w1": 0.32,
        "w2": 0.33,
        "w3": 0.17,
        "w4": 0.19,
        "w5": 0.38,
        "w6": 0.44,
        "w7": 0.48,
        "w8": 0.34,
        "t1": 0.68,
        "t2": 0.53,
    }
    assert drawn(original, 20, "s0000") != drawn(original, 19, "s0000")
    assert drawn(original, 19, "s0001") != drawn(original, 19, "s0000")


def test_numbers_are_short_different_and_from_the_range_of_the_networks_own(original):
    for student in range(20):
        numbers = drawn(original, 1, f"{student}")
        weights = [numbers[name] for name in original.trained]
        assert len(set(weights)) == len(original.trained)
        assert all(round(x, 2) == x and 0.15 <= x <= 0.55 for x in weights)
        assert numbers["t1"] != numbers["t2"]  # they are equal in the network itself


def test_each_student_gets_one_of_the_rates(original):
    rates = [drawn(original, 1, f"{k}", (0.5, 1.0, 2.0))["eta"] for k in range(30)]
    assert set(rates) == {0.5, 1.0, 2.0}


def test_biases_that_begin_at_zero_stay_and_are_no_coincidence():
    network = load("xor")
    numbers = drawn(network, 1, "b")
    assert not [name for name in numbers if name.startswith("b")]
    assert coincidences(network.with_numbers(**numbers), network) == 0


def test_a_training_that_never_converges_is_refused_in_one_line():
    with pytest.raises(
        InputError, match=r"none of 100 sets of numbers for 'ada' .*smaller"
    ) as said:
        drawn(load("linear").with_numbers(eta=50.0), 1, "ada")
    assert "\n" not in str(said.value)


def test_equal_weights_are_a_coincidence(original):
    numbers = drawn(original, 1, "ada")
    assert coincidences(original.with_numbers(**numbers), original) == 0
    same = {**numbers, "w2": numbers["w1"]}  # i1 and i2 differ, so they move apart after epoch 0
    assert coincidences(original.with_numbers(**same), original) >= 1


def test_a_wrong_formula_with_the_right_number_is_a_coincidence(original):
    numbers = {**drawn(original, 1, "ada"), "w5": 0.0}  # w5*a_h1 + w6*a_h2 without its first term
    assert coincidences(original.with_numbers(**numbers), original) >= 1


# --- a whole course ------------------------------------------------------------------------------


class _Recorder:
    """Takes what a mistake types into a table: the formula of a column."""

    def __init__(self):
        self.formulas = {}

    def write(self, formulas, *_):
        self.formulas = dict(formulas)


def wrong_formulas():
    """The formulas of the tests' own mistakes: name, column, tree, first row where it is wrong.

    Names from another row are left out: some numbers hardly move in the whole training.
    """
    for mistake in (*GRADIENTS, *WEIGHT_MISTAKES, *FORWARD, *ERROR_MISTAKES):
        if mistake.cause == "row":
            continue
        typed = _Recorder()
        try:
            mistake.apply(typed)
        except AttributeError:  # it types cell by cell
            continue
        for column, formula in typed.formulas.items():
            if "⤒" in formula or "$" in formula or ":" in formula:
                continue  # other rows of the sheet, other cells, areas
            with suppress(FormulaError):  # a cube, say
                yield mistake.name, NAMES.get(column, column), tree_of(formula), mistake.row


def rows_of(network):
    rows = islice(train(network), network.rows(network.epochs))
    return [dict(zip(network.columns, row, strict=True)) | {"eta": network.eta} for row in rows]


@pytest.mark.slow
def test_a_course_of_500_has_numbers_of_its_own_that_show_every_mistake(original):
    """Mistakes of the tests' own, computed row by row: nothing of what draws the numbers."""

    def plain(name):
        return Name(NAMES.get(name.id, name.id), name.up)

    wrong = [
        (name, column, function_of_rows(renamed(tree, plain)), first)
        for name, column, tree, first in wrong_formulas()
    ]
    assert len(wrong) > 120
    original = original.with_numbers(eta=0.5)  # at 1, no number shows that η is missing
    vectors, students = set(), some(range(500))
    for student in students:
        numbers = drawn(original, 7, f"student{student}")
        vectors.add(tuple(numbers[name] for name in original.trained))
        rows = rows_of(original.with_numbers(**numbers))
        errors = [row["E_Total"] for row in rows]
        assert errors[-1] < errors[0]
        assert errors[-1] <= min(errors) + 0.1 * (errors[0] - min(errors))
        for name, column, number, first in wrong:
            for place in range(max(1, first), len(rows)):
                right = rows[place][column]
                moves = column in original.trained
                scale = abs(right - rows[place - 1][column]) if moves else abs(right)
                found = number({up: rows[place - up] for up in (0, 1, 2)})
                assert abs(found - right) > TOLERANCE * scale, (student, name, place)
    assert len(vectors) == len(students)
