import copy
import math
import pickle
from itertools import islice

import pytest

from backprop_sheet import Diverged, explain, load, network_drawing, train
from backprop_sheet.engine import numbers_at
from backprop_sheet.program import program


def by_hand(eta, epochs):
    """The exercise as a student would program it, straight from its text."""
    t1 = t2 = 0.5
    i1, i2 = 0.05, 0.1
    w1, w2, w3, w4, w5, w6, w7, w8 = 0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55
    for _ in range(epochs):
        h1, h2 = w1 * i1 + w2 * i2, w3 * i1 + w4 * i2
        a_h1, a_h2 = 1 / (1 + math.exp(-h1)), 1 / (1 + math.exp(-h2))
        o1, o2 = w5 * a_h1 + w6 * a_h2, w7 * a_h1 + w8 * a_h2
        a_o1, a_o2 = 1 / (1 + math.exp(-o1)), 1 / (1 + math.exp(-o2))
        E1, E2 = 1 / 2 * (t1 - a_o1) ** 2, 1 / 2 * (t2 - a_o2) ** 2
        d1 = (a_o1 - t1) * a_o1 * (1 - a_o1)
        d2 = (a_o2 - t2) * a_o2 * (1 - a_o2)
        g1 = (d1 * w5 + d2 * w7) * a_h1 * (1 - a_h1)
        g2 = (d1 * w6 + d2 * w8) * a_h2 * (1 - a_h2)
        g = [g1 * i1, g1 * i2, g2 * i1, g2 * i2, d1 * a_h1, d1 * a_h2, d2 * a_h1, d2 * a_h2]
        yield (t1, t2, i1, i2, w1, w2, w3, w4, h1, a_h1, h2, a_h2, w5, w6, w7, w8,
               o1, a_o1, o2, a_o2, E1, E2, E1 + E2, *g)  # fmt: skip
        w = [w - eta * d for w, d in zip((w1, w2, w3, w4, w5, w6, w7, w8), g, strict=True)]
        w1, w2, w3, w4, w5, w6, w7, w8 = w


@pytest.mark.parametrize("eta", [0.1, 0.5, 1.0, 2.0, 30.0])
def test_every_number_of_a_thousand_epochs_is_that_of_the_exercise(eta):
    rows = islice(train(load().with_numbers(eta=eta)), 1000)
    assert list(rows) == list(by_hand(eta, 1000))


def test_training_goes_on_as_long_as_the_caller_likes(original):
    epochs = train(original)
    first, second = next(epochs), next(epochs)
    assert first != second
    assert next(train(original)) == first, "a new training begins anew"


def test_the_program_reads_as_the_mathematics(original):
    text = program(original)
    step = 12 * " "
    assert f"{step}h1 = w1*i1 + w2*i2\n{step}a_h1 = 1/(1 + exp(-h1))\n" in text
    assert f"{step}dE_da_h1 = dE_do1*w5 + dE_do2*w7\n" in text
    assert f"{step}dE_dh1 = dE_da_h1*a_h1*(1 - a_h1)\n" in text
    assert "w1 - eta*dE_dw1, w2 - eta*dE_dw2" in text


@pytest.mark.parametrize(
    ("numbers", "epoch", "quantity", "values"),
    [
        ({"eta": 1e7}, 1, "a_h1", {"h1": pytest.approx(-792.456, abs=1e-3)}),
        ({"w1": -1e6}, 0, "a_h1", {"h1": pytest.approx(-49999.98)}),
        ({"w7": -1e3, "w8": -1e3}, 0, "a_o2", {"o2": pytest.approx(-1017.5, abs=0.1)}),
        ({"w1": 1e308, "i1": 1e5}, 0, "h1", {"w1": 1e308, "i1": 1e5, "w2": 0.2, "i2": 0.1}),
        ({"t1": 1e200}, 0, "E1", {"t1": 1e200, "a_o1": pytest.approx(0.6064777)}),
    ],
)
def test_a_training_that_leaves_the_numbers_says_where(numbers, epoch, quantity, values):
    epochs = train(load().with_numbers(**numbers))
    with pytest.raises(Diverged) as caught:
        list(islice(epochs, 10))
    error = caught.value
    assert (error.epoch, error.quantity, dict(error.values)) == (epoch, quantity, values)
    assert f"epoch {epoch}: {quantity} = " in str(error)


@pytest.mark.parametrize(
    "ask",
    [
        lambda network: list(islice(train(network), 10)),
        lambda network: explain(network, 9),
        lambda network: network_drawing(network, 9),
        lambda network: numbers_at(network, 9),
    ],
)
def test_an_error_without_a_table_says_so_and_can_be_passed_on(ask):
    with pytest.raises(Diverged) as caught:
        ask(load().with_numbers(eta=1e7))
    error = caught.value
    assert error.frame is None
    for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):
        assert (str(other), vars(other)) == (str(error), vars(error))


def test_the_epochs_before_a_break_are_all_given():
    epochs = train(load().with_numbers(eta=1e7))
    assert next(epochs) == next(train(load()))
    with pytest.raises(Diverged):
        next(epochs)


def test_numbers_too_large_to_add_up_are_still_numbers():
    """The check that a row is finite must not trip over a sum that is not."""
    network = load().with_numbers(w1=1.7e308, w2=1.7e308, i1=0.0, i2=0.0)
    assert all(map(math.isfinite, next(train(network))))
