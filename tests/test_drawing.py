"""The picture of a network: everything in it, nothing on top of anything else, however large."""

import random
import re
import time
from itertools import product
from math import hypot, prod
from pathlib import Path

import pytest
from everyday import mostly_slow
from matplotlib.patches import Circle, FancyArrowPatch

from backprop_sheet import load, network_drawing, save_figure
from backprop_sheet.diagram import Shortening, diagram_of
from backprop_sheet.network.file import from_content
from backprop_sheet.palette import LEGEND
from backprop_sheet.plotter.drawing import WITHOUT
from backprop_sheet.templates import known

SECOND = 1.0


def dense(*layers, **more):
    chance = random.Random(1)
    return {
        "layers": list(layers),
        "inputs": [[round(chance.uniform(-1, 1), 2) for _ in range(layers[0])]],
        "targets": [[chance.choice([0, 1]) for _ in range(layers[-1])]],
        "weights": "xavier",
        "bias": "neuron",
        "eta": 0.1,
    } | more


def stack(shape, *layers, samples=1, **more):
    chance = random.Random(1)
    last = {"kind": "dense", "neurons": 2, "activation": "sigmoid", "bias": True}
    inputs = [[round(chance.uniform(0, 1), 2) for _ in range(prod(shape))] for _ in range(samples)]
    return {
        "input": shape,
        "layer": [*layers, last],
        "inputs": inputs,
        "targets": [[chance.choice([0, 1]) for _ in range(2)] for _ in range(samples)],
        "weights": "xavier",
        "eta": 0.1,
    } | more


def formulas(count):
    """Neurons in formulas, each computed from all before it."""
    chance = random.Random(1)
    trained, written = {}, {}
    for number in range(1, count + 1):
        before = ["x1", "x2", *(f"h{k}" for k in range(1, number))]
        weights = [f"w{number}_{k}" for k in range(1, len(before) + 1)]
        trained |= {weight: round(chance.uniform(-1, 1), 2) for weight in weights}
        terms = (f"{weight}*{name}" for weight, name in zip(weights, before, strict=True))
        written[f"h{number}"] = f"tanh({' + '.join(terms)})"
    error = {"E": f"(h{count} - 0.3)**2"}
    given = {"x1": 0.5, "x2": 0.3}
    return {"eta": 0.1, "error": "E", "given": given, "trained": trained,
            "formulas": written | error}  # fmt: skip


def convolution(channels, kernel=3):
    return {"kind": "convolution", "channels": channels, "kernel": kernel, "activation": "relu"}


FLAT = {"kind": "flatten"}
POOLED = {"kind": "max pooling", "kernel": 2}
NORMALISED = {"kind": "batch normalisation", "activation": "relu"}
NAMES = {
    "eta": 0.01,
    "error": "the_sum_of_all_squared_errors",
    "samples": {"what_was_measured_in_the_morn": [1.5], "what_was_found_in_the_evening": [0.5]},
    "trained": {"slope_of_the_first_relation": 0.5},
    "formulas": {
        "the_prediction_for_the_evening": "tanh(slope_of_the_first_relation"
        "*what_was_measured_in_the_morn)",
        "the_sum_of_all_squared_errors": "(what_was_found_in_the_evening "
        "- the_prediction_for_the_evening)**2",
    },
}
LARGE = {
    "250 inputs": dense(250, 10, 3),
    "250 neurons": dense(4, 250, 2),
    "100 50 20 10": dense(100, 50, 20, 10),
    "120 outputs": dense(2, 2, 120),
    "10 in a layer": dense(10, 10, 10),
    "11 in a layer": dense(11, 11, 11),
    "10 layers of 3": dense(3, *[3] * 10, 2),
    "40 layers": dense(2, *[2] * 40, 1),
    "huge": dense(2, 2, 2, inputs=[[1e9, -2.5e8]], targets=[[3e10, 0]], eta=1e-21, seed=3,
                  activation="identity"),
    "long names": NAMES,
    "a picture": stack([1, 15, 15], FLAT, {"kind": "dense", "neurons": 20, "bias": True}),
    "maps": stack([1, 12, 12], convolution(4), POOLED, FLAT),
    "maps of maps": stack([1, 8, 8], convolution(8), convolution(8), FLAT),
    "channels": stack([3, 8, 8], convolution(6), POOLED, FLAT),
    "normalised maps": stack([1, 6, 6], convolution(2), NORMALISED, FLAT, samples=4,
                             update="batch"),
    "lstm": stack([6, 2], {"kind": "lstm", "neurons": 3}, FLAT),
    "gru": stack([4, 2], {"kind": "gru", "neurons": 2}, FLAT),
    "recurrent": stack([12, 1], {"kind": "recurrent", "neurons": 4}, FLAT),
    "attention": stack([8, 4], {"kind": "attention"}, FLAT),
    "dense formulas": formulas(15),
    "a layer of one": dense(2, 3, 1, 4, 3),
    "gates of two kinds": {
        "input": [2, 2], "inputs": [[0.25, 0, 0.25, 0]], "targets": [[1, 1]], "seed": 67,
        "weights": "uniform", "eta": 0.1, "layer": [
            {"kind": "lstm", "neurons": 3, "every": True}, {"kind": "position"},
            {"kind": "gru", "neurons": 2, "every": True},
            {"kind": "dense", "neurons": 2, "bias": True}]},
    "one normalised feature": {
        "input": [1], "inputs": [[0], [0], [0]], "targets": [[1], [0], [1]], "eta": 0.3,
        "weights": "uniform", "update": "batch", "layer": [
            {"kind": "dense", "neurons": 1, "activation": "none"},
            {"kind": "batch normalisation", "activation": "tanh"},
            {"kind": "dense", "neurons": 1}]},
    "small gradients": {
        "input": [3, 2], "inputs": [[1, 2, 0, 1, 3, 1]], "targets": [[0]], "eta": 0.3,
        "weights": "uniform", "layer": [
            {"kind": "position"}, {"kind": "attention", "neurons": 2, "causal": True},
            {"kind": "layer normalisation"}, {"kind": "last step"},
            {"kind": "dense", "neurons": 1}]},
    "dense over steps": stack([9, 3], {"kind": "dense", "neurons": 6, "bias": True}, FLAT),
}  # fmt: skip
FEW = ["original", "lstm", "batchnorm", "convolution", "250 inputs", "40 layers", "normalised maps"]


def network(name):
    return from_content(LARGE[name], Path(), name) if name in LARGE else load(name)


def texts_of(figure):
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [*figure.texts, *figure.axes[0].texts]
    return [(text, text.get_window_extent(renderer)) for text in texts if text.get_text()]


@pytest.mark.parametrize("name", mostly_slow([*sorted(known()), *LARGE], FEW))
def test_each_text_is_in_the_picture_and_on_no_other_and_all_weights_have_one_or_none(name):
    given = network(name)
    figure = network_drawing(given)
    assert labels_are_all_or_none(given, figure)
    width, height = figure.canvas.get_width_height()
    found = sorted(texts_of(figure), key=lambda pair: pair[1].x0)
    for number, (text, box) in enumerate(found):
        assert min(box.x0, box.y0) >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
        for other, beside in found[number + 1 :]:
            if beside.x0 >= box.x1 - 0.5:
                break
            apart = beside.y0 >= box.y1 - 0.5 or box.y0 >= beside.y1 - 0.5
            assert apart, (text.get_text(), other.get_text())


def labels_are_all_or_none(found, figure):
    """Either each arrow's weight has its label, or none has one and the legend says so.

    Where arrows bear names only, the legend has the numbers.
    """
    said = [text.get_text() for text in figure.axes[0].texts]
    diagram = diagram_of(found, 1500, 290, most=Shortening())
    weights = {arrow.weight for arrow in diagram.arrows if arrow.weight}
    labelled = {w for w in weights if any(text.startswith(f"{w} = ") for text in said)}
    legend = figure.texts[0].get_text()
    if LEGEND not in legend:  # no arrow has a weight
        return not labelled
    named = {w for w in weights if w in said and f"{w} = " in legend}
    labelled |= named
    return not labelled if WITHOUT in legend or not labelled else labelled == weights


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["transformer", "100 50 20 10", "maps of maps", "lstm", "dense formulas"]
)
def test_a_network_of_hundreds_of_neurons_is_drawn_within_a_second(name, tmp_path):
    """In the processor's time, as other tests run beside this one: the better of two."""
    found, times = network(name), []
    for _ in range(2):
        began = time.process_time()
        save_figure(network_drawing(found), tmp_path / "network.png")
        times.append(time.process_time() - began)
    # Half as long again: on a busy machine processes wait for each other in the processor, too.
    assert min(times) < 1.5 * SECOND


def test_the_first_and_the_last_of_many_neurons_are_drawn_with_the_number_of_the_others():
    figure = network_drawing(network("250 neurons"))
    said = [text.get_text() for text in figure.axes[0].texts]
    drawn = {int(text.split("\n")[0][1:]) for text in said if text.startswith("h")}
    assert drawn == {1, 2, 3, 4, 5, 247, 248, 249, 250}
    assert "⋮\n241 neurons" in said
    assert len(drawn) + 241 == 250


def test_the_layers_that_are_left_out_are_counted():
    diagram = diagram_of(network("40 layers"), 1500, 290, most=Shortening())
    (dots,) = diagram.omitted
    columns = {node.x for node in diagram.nodes.values() if node.role != "total error"}
    assert (dots.of, dots.across) == ("layer", True)
    assert dots.number + len(columns) // 2 + 1 == 42  # of inputs one circle, of others two
    assert all(one.x != dots.x for one in diagram.nodes.values())


def test_a_layout_of_all_parts_leaves_nothing_out():
    found = network("250 neurons")
    diagram = diagram_of(found, 632, 290)
    assert not diagram.omitted
    assert {n for group in found.groups for u in group.units for n in u.quantities} <= set(
        diagram.nodes
    )


@pytest.mark.parametrize("name", ["xor", "mazur", "iris", "perceptron", "lstm", "convolution"])
def test_every_bias_is_drawn_with_its_number(name):
    found = load(name)
    said = " ".join(text.get_text() for text in network_drawing(found, sample=1).axes[0].texts)
    biases = {unit.bias for group in found.groups for unit in group.units if unit.bias}
    assert biases
    for bias in biases:
        assert f"{bias} = {found.numbers[bias] + 0.0:.3g}" in said


def test_an_arrow_leads_from_a_large_picture_and_not_from_each_of_its_places():
    figure = network_drawing(network("a picture"))
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    loops, to_neurons, to_error = 9 + 2, 9, 2
    assert len(arrows) == loops + to_neurons + 9 * 2 + to_error


@pytest.mark.parametrize("name", ["convolution", "xor", "mazur", "linear"])
def test_most_of_each_arrow_stays_in_sight_beside_its_label_which_has_the_gradient(name):
    figure = network_drawing(load(name))
    axes = figure.axes[0]
    renderer = figure.canvas.get_renderer()
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    lines = [axes.transData.transform(arrow._posA_posB) for arrow in arrows]
    labels = [text for text in axes.texts if re.match(r"w\d+ = ", text.get_text())]
    assert labels
    for text in labels:
        assert re.fullmatch(r"(w\d+) = \S+\n∂E/∂\1 = \S+", text.get_text())
        box = text.get_window_extent(renderer)
        for start, end in lines:
            points = [start + (end - start) * part / 100 for part in range(101)]
            hidden = [box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in points]
            assert sum(hidden) < 65


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_legend_tells_what_endings_of_names_mean(kind):
    found = network(kind)
    (legend,) = (text.get_text() for text in network_drawing(found).texts if LEGEND in str(text))
    told = set(re.findall(r"(_[a-z]) \w+", legend))
    names = {n for group in found.groups[1:] for unit in group.units for n in unit.quantities}
    assert told == {found[0] for found in (re.findall(r"_[a-z]$", name) for name in names) if found}


def arrows_of(figure):
    """Points along each straight arrow, in the window's pixels."""
    figure.canvas.draw()  # which places the axes
    axes = figure.axes[0]
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    straight = [arrow for arrow in arrows if arrow.get_connectionstyle().rad == 0]
    for start, end in (axes.transData.transform(arrow._posA_posB) for arrow in straight):
        yield [start + (end - start) * part / 400 for part in range(401)]


def is_crossed(box, points):
    return any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in points)


@pytest.mark.parametrize("name", ["batchnorm", "iris", "autoencoder", "original", "dropout"])
def test_no_arrow_crosses_what_is_said_of_an_output(name):
    figure = network_drawing(network(name))
    arrows = [*arrows_of(figure)]
    said = [(t, box) for t, box in texts_of(figure) if re.match(r"t\d+\w* = ", t.get_text())]
    assert said
    for text, box in said:
        assert not any(is_crossed(box, points) for points in arrows), text.get_text()


@pytest.mark.parametrize("name", ["autoencoder", "iris", "dropout", "growth", "lstm", "batchnorm"])
def test_a_label_touches_no_other_label_and_no_arrow_but_its_own(name):
    figure = network_drawing(load(name))
    arrows = [*arrows_of(figure)]
    weights = re.compile(r"(r|k|w\d+)( = .*|$)", re.DOTALL)
    texts = [pair for pair in texts_of(figure) if pair[0] not in figure.texts]
    labels = [(t, box) for t, box in texts if weights.match(t.get_text())]
    assert labels
    grounds = [text.get_bbox_patch().get_window_extent() for text, _ in labels]
    for number, (text, box) in enumerate(labels):
        assert not any(grounds[number].overlaps(other) for other in grounds[:number]), text
        assert sum(is_crossed(box, points) for points in arrows) <= 1, text


@pytest.mark.parametrize("name", ["one normalised feature", "dropout", "original"])
def test_no_label_hides_the_head_of_an_arrow(name):
    figure = network_drawing(network(name))
    heads = [points[-6:] for points in arrows_of(figure)]  # the last of 401 points
    grounds = [text.get_bbox_patch() for text in figure.axes[0].texts]
    boxes = [ground.get_window_extent() for ground in grounds if ground]
    assert boxes
    assert not any(is_crossed(box, head) for box in boxes for head in heads)


def test_what_is_said_of_an_output_covers_no_circle():
    figure = network_drawing(network("a layer of one"))
    circles = [patch for patch in figure.axes[0].patches if isinstance(patch, Circle)]
    said = [box for text, box in texts_of(figure) if re.match(r"t\d = ", text.get_text())]
    assert said
    for box, circle in product(said, circles):
        x, y = figure.axes[0].transData.transform(circle.center)
        radius = circle.get_window_extent().width / 2
        across, down = min(max(x, box.x0), box.x1) - x, min(max(y, box.y0), box.y1) - y
        assert hypot(across, down) > radius - 2


def test_numbers_of_a_grid_that_are_all_small_have_powers_of_ten():
    said = [text.get_text() for text in network_drawing(network("small gradients")).axes[0].texts]
    assert any(re.fullmatch(r"-?\d+e-\d+", text) for text in said)
    assert not any(re.fullmatch(r"-?0\.0000", text) for text in said)


def test_arrows_without_room_bear_names_and_the_legend_has_their_numbers():
    found = load("lstm")
    figure = network_drawing(found, sample=1)
    said = [text.get_text() for text in figure.axes[0].texts]
    legend = figure.texts[0].get_text()
    assert WITHOUT not in legend
    for weight in (f"w{number}" for number in range(1, 10)):
        assert weight in said
        assert f"{weight} = {found.numbers[weight]:.4g}, ∂E/∂{weight} = " in legend


def test_the_gradient_of_a_shared_weight_stands_at_its_first_arrow():
    said = [text.get_text() for text in network_drawing(load("growth")).axes[0].texts]
    for weight in "rk":
        (told,) = (text for text in said if text.startswith(f"{weight} = "))
        assert f"\n∂E/∂{weight} = " in told
        assert said.count(weight) == 9


@pytest.mark.parametrize("name", ["lstm", "growth", "dropout", "batchnorm"])
def test_a_drawing_is_not_much_wider_than_others(name):
    assert network_drawing(load(name)).get_figwidth() < 2.5 * 12.8


def test_weights_of_a_whole_grid_stand_in_a_grid_with_their_gradients():
    figure = network_drawing(load("embedding"))
    said = [text.get_text() for text in figure.axes[0].texts]
    assert {"w9…w12", "∂E/∂w9…w12"} <= set(said)
    assert not any(text.startswith("w9 = ") for text in said)
    assert LEGEND not in figure.texts[0].get_text()


def test_arrows_are_broken_around_what_stands_for_layers():
    figure = network_drawing(network("dense formulas"))
    (dots,) = (text for text in figure.axes[0].texts if text.get_text().startswith("⋯"))
    assert dots.get_bbox_patch() is not None
    assert max(arrow.get_zorder() for arrow in figure.axes[0].patches) < dots.get_zorder()
