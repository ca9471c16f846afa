import re
import sys

import pytest
from networks import network_of, other_network_of

from backprop_sheet import boxes, build, load, templates


def test_the_boxes_of_the_original(original):
    found = {box.number: box.lines for box in boxes(original)}
    assert list(found) == [1, 2, 3, 4, 5, 6]
    assert found[1] == (
        "h1 = w1 * i1 + w2 * i2",
        "a_h1 = σ(h1) = 1/(1 + exp(-h1))",
        "h2 = w3 * i1 + w4 * i2",
        "a_h2 = σ(h2) = 1/(1 + exp(-h2))",
        "o1 = w5 * a_h1 + w6 * a_h2",
        "a_o1 = σ(o1) = 1/(1 + exp(-o1))",
        "o2 = w7 * a_h1 + w8 * a_h2",
        "a_o2 = σ(o2) = 1/(1 + exp(-o2))",
        "E1 = ½ * (t1 - a_o1)²",
        "E2 = ½ * (t2 - a_o2)²",
        "E_Total = E1 + E2",
    )
    assert found[2] == (
        "∂E_Total/∂w5 = ∂(E1 + E2)/∂w5 = ∂E1/∂w5",
        "∂E_Total/∂w5 = ∂E1/∂a_o1 * ∂a_o1/∂o1 * ∂o1/∂w5",
        "∂E1/∂a_o1 = ∂(½ * (t1 - a_o1)²)/∂a_o1 = a_o1 - t1",
        "∂a_o1/∂o1 = ∂(σ(o1))/∂o1 = a_o1 * (1 - a_o1)",
        "∂o1/∂w5 = ∂(w5 * a_h1 + w6 * a_h2)/∂w5 = a_h1",
    )
    assert found[3][2] == "∂E_Total/∂w7 = (a_o2 - t2) * a_o2 * (1 - a_o2) * a_h1"
    assert found[4][1] == (
        "∂E_Total/∂a_h2 = (a_o1 - t1) * a_o1 * (1 - a_o1) * w6"
        " + (a_o2 - t2) * a_o2 * (1 - a_o2) * w8"
    )
    assert found[5][3] == "∂E_Total/∂w4 = ∂E_Total/∂a_h2 * ∂a_h2/∂h2 * ∂h2/∂w4"


def test_each_hidden_layer_adds_three_boxes():
    network = build((1, 1, 1, 1), inputs=[1], targets=[1], weights=[1, 1, 1])
    found = boxes(network)
    assert len(found) == 9
    assert found[-1].lines[0].startswith("∂E_Total/∂w1 = (a_o1 - t1) * a_o1")


@pytest.mark.parametrize("name", ["convolution", "transformer", "lstm"])
def test_lines_that_are_left_out_are_counted_where_they_would_be(name):
    for box, whole in zip(boxes(load(name)), boxes(load(name), most=sys.maxsize), strict=True):
        lines = []
        for line in box.lines:
            if found := re.fullmatch(r"… and (\d+) more such as (\S+)", line):
                left_out = whole.lines[len(lines) : len(lines) + int(found[1])]
                assert len(left_out) > 1
                assert left_out[0].startswith(f"{found[2]} =")
                lines += left_out
            else:
                lines.append(line)
        assert tuple(lines) == whole.lines
        assert len(box.lines) <= 41


@pytest.mark.parametrize("name", ["convolution", "transformer"])
def test_a_long_box_has_the_first_line_of_every_kind(name):
    network = load(name)
    forward, *_ = boxes(network)
    kinds = [re.sub(r"\d+", "", name) for name in network.forward]
    shown = [name for about in forward.about for name in about]
    assert forward.left_out == len(network.forward) - len(shown) > 0
    assert shown == [name for name in network.forward if name in shown]
    for kind in kinds:
        first = network.forward[kinds.index(kind)]
        assert first in shown, kind


@pytest.mark.parametrize("name", templates.known())
def test_no_line_stands_in_two_boxes(name):
    for network in (load(name), load(name).with_columns("partials")):
        lines = [line for box in boxes(network, most=sys.maxsize) for line in box.lines]
        assert sorted(set(lines)) == sorted(lines)


@pytest.mark.parametrize("seed", range(12))
def test_no_line_stands_in_two_boxes_of_networks_by_chance(seed):
    for network in (network_of(seed), other_network_of(seed)):
        lines = [line for box in boxes(network, most=sys.maxsize) for line in box.lines]
        assert sorted(set(lines)) == sorted(lines)


def test_a_box_is_called_after_the_lines_that_it_has():
    titles = [box.title for box in boxes(load("growth"))]
    assert titles[1:3] == ["The chain rule for r, step by step", "The gradient of k"]
    assert len([title for title in titles if "a_c1_1_1" in title]) == 0
    assert "The gradients of a_h1 and a_h2" in [box.title for box in boxes(load())]


def test_a_partial_with_a_column_is_told_by_its_own_line_alone():
    """So a sheet that leaves out a gradient's formula still has that of a column before it."""
    network = load("iris")
    chain = boxes(network)[1]
    place = [line.startswith("∂E_Total/∂o1 = ") for line in chain.lines].index(True)
    assert chain.about[place] == ("dE_do1",)
    assert chain.about[0] == ("dE_dw7",)
