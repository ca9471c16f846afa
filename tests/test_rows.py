"""What stands in each row, by the rules of `network/rows.py`."""

from itertools import islice
from pathlib import Path

import pytest
from networks import network_of, other_network_of

from backprop_sheet import load, train
from backprop_sheet.formula import EXCEL, Name, evaluate_at, spell
from backprop_sheet.network import Kind, Moment
from backprop_sheet.network.file import from_content

FOUR = {"layers": [1, 1], "inputs": [[1], [2], [3], [4]], "targets": [[0], [1], [0], [1]]}


def rules_of(network, name, rows):
    """The rule of a quantity in each of the first rows, its names with their rows above."""

    def text(row):
        rule = network.rules.at(name, network.rules.kind(row))
        if rule is None:
            return "given"
        return spell(rule.whole, EXCEL, lambda leaf: f"{leaf.id}{'↑' * leaf.up}")

    return [text(row) for row in range(rows)]


def test_the_original_has_given_numbers_first_and_then_updates(original):
    assert rules_of(original, "w1", 3) == ["given", *["w1↑-eta*dE_dw1↑"] * 2]
    assert rules_of(original, "t1", 3) == ["given", "t1↑", "t1↑"]
    assert rules_of(original, "h1", 2) == ["w1*i1+w2*i2"] * 2


def test_online_the_weights_move_with_every_sample():
    network = from_content(FOUR | {"weights": [0.5]}, Path(), "online")
    assert rules_of(network, "w1", 5) == ["given", *["w1↑-eta*dE_dw1↑"] * 4]
    assert rules_of(network, "i1", 5) == [*["given"] * 4, "i1↑↑↑↑"]
    assert rules_of(network, "sample", 5) == ["given", *["sample↑+1"] * 3, "1"]
    assert rules_of(network, "epoch", 5) == ["given", *["epoch↑"] * 3, "epoch↑+1"]


def test_by_batch_they_move_with_every_epoch_by_the_mean_gradient():
    content = FOUR | {"weights": [0.5], "update": "batch", "optimizer": "momentum"}
    network = from_content(content, Path(), "batch")
    assert rules_of(network, "w1", 5) == ["given", *["w1↑"] * 3, "w1↑-eta*v_w1↑"]
    mean = "mean_dE_dw1↑+dE_dw1/4"
    assert rules_of(network, "mean_dE_dw1", 5) == ["0+dE_dw1/4", *[mean] * 3, "0+dE_dw1/4"]
    moved = "mu*v_w1↑+mean_dE_dw1"
    waiting = ["v_w1↑"] * 3
    assert rules_of(network, "v_w1", 8) == ["given", *waiting[1:], moved, *waiting, moved]
    assert network.rules.next("w1", 3) is not None
    assert network.rules.next("w1", 2) is None
    assert not network.rules.is_final_in_every_row("mean_dE_dw1")
    assert network.rules.is_final_in_every_row("E_Mean")


def test_steps_of_some_samples_begin_and_end_within_an_epoch():
    content = FOUR | {"weights": [0.5], "batch_size": 2, "gradient": "sum"}
    network = from_content(content, Path(), "parts")
    moved = "w1↑-eta*sum_dE_dw1↑"
    assert rules_of(network, "w1", 6) == ["given", "w1↑", moved, "w1↑", moved, "w1↑"]
    sums = ["0+dE_dw1", "sum_dE_dw1↑+dE_dw1"]
    assert rules_of(network, "sum_dE_dw1", 6) == sums * 3
    assert [network.rules.step_end(sample) for sample in (1, 2, 3, 4)] == [2, 2, 4, 4]


def test_layer_by_layer_a_weight_takes_its_new_number_from_above():
    network = load("mazur-sequential")
    assert rules_of(network, "w5", 2) == ["given", "new_w5↑"]
    assert rules_of(network, "new_w5", 2) == ["w5-eta*dE_dw5"] * 2
    assert rules_of(network, "dE_da_h1", 1) == ["dE_do1*new_w5+dE_do2*new_w7"]
    assert rules_of(network, "w1", 2) == ["given", "w1↑-eta*dE_dw1↑"]
    assert network.rules.next("w5", 0) == Name("new_w5")


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("of", [network_of, other_network_of])
def test_rules_worked_out_row_by_row_are_what_the_engine_gives(seed, of):
    """The engine's program and the rules one by one: the same numbers to the last bit."""
    network = of(seed)
    samples = len(network.samples)
    above: list[dict[str, float]] = []
    for row, found in enumerate(islice(train(network), 4 * samples)):
        expected = dict(zip(network.columns, found, strict=True))
        values = dict(network.numbers) | dict(network.samples[row % samples])
        rows = [values, *[network.numbers | numbers for numbers in reversed(above)]]
        for name, quantity in network.quantities.items():
            if quantity.kind is Kind.SETTING:
                continue
            rule = network.rules.at(name, network.rules.kind(row))
            if rule is not None:
                values[name] = evaluate_at(rule.whole, rows)
            elif name not in values:
                values[name] = quantity.start
            if name in expected:
                assert values[name] == expected[name], (row, name)
        above.append(values)


def test_moments_are_ordered_from_the_rarest():
    assert list(Moment) == [Moment.TRAINING, Moment.EPOCH, Moment.STEP, Moment.ROW]


def test_kinds_of_rows_are_few_however_many_samples():
    iris = load("iris")
    kinds = {iris.rules.kind(row) for row in range(4 * len(iris.samples))}
    assert len(kinds) == 6
