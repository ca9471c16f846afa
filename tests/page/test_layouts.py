"""Where circles, labels and dots stand in the drawings that a page has."""

from itertools import pairwise
from math import hypot
from pathlib import Path

import pytest

from backprop_sheet import load, write_page
from backprop_sheet.network.file import from_content
from backprop_sheet.page.diagrams import drawing_of
from backprop_sheet.page.diagrams.space import CHARACTER, LINE


def layouts(name):
    return drawing_of(load(name))["layouts"]


def box_of(label, letter):
    (x, y), across, down = label["at"], label["width"] / 2, label["lines"] * LINE * letter / 2
    return x - across, y - down, x + across, y + down


def gap(box, circle):
    """How far a box is from a circle."""
    _, _, x, y, radius = circle
    across, down = min(max(x, box[0]), box[2]) - x, min(max(y, box[1]), box[3]) - y
    return hypot(across, down) - radius


def away(point, arrow):
    """How far a point is from an arrow."""
    (x, y), (x0, y0, x1, y1) = point, arrow[3:]
    steps = (k / 200 for k in range(201))
    return min(hypot(x0 + s * (x1 - x0) - x, y0 + s * (y1 - y0) - y) for s in steps)


def test_a_chain_of_formulas_is_a_staircase_where_there_is_room():
    wide = layouts("growth")[-1]
    heights = [y for name, _, _, y, _ in wide["circles"] if name[0] == "h" and name != "h0"]
    steps = {round(lower - upper) for upper, lower in pairwise(heights)}
    assert len(heights) == 10
    assert min(steps) > 20
    assert max(steps) - min(steps) <= 1


def test_a_row_of_dots_says_what_it_is_and_covers_no_circle():
    for layout in layouts("growth"):
        assert [text for text, _, _ in layout["captions"]] == ["y1…y10"]
        assert [dot["name"] for dot in layout["dots"]] == [f"y{k}" for k in range(1, 11)]
        for dot in layout["dots"]:
            (x, y), radius = dot["at"], dot["radius"]
            box = x - radius, y - radius, x + radius, y + radius
            assert min(gap(box, circle) for circle in layout["circles"]) > 0


@pytest.mark.parametrize("name", ["convolution", "batchnorm", "iris", "growth"])
def test_a_weight_has_its_label_beside_an_arrow_that_is_too_short_for_it(name):
    for layout in layouts(name):
        assert not any(words.startswith("Weights without") for words in layout["words"])
        arrows = [arrow for arrow in layout["arrows"] if arrow[2]]
        for label in layout["labels"]:
            own = [arrow for arrow in arrows if arrow[2] == label["name"]]
            if own and name != "iris":  # where labels stand over others, crossings are no use
                others = [arrow for arrow in layout["arrows"] if arrow not in own]
                nearest = min(away(label["at"], arrow) for arrow in own)
                assert nearest < min(away(label["at"], arrow) for arrow in others) + 1


def test_a_biass_label_is_clearly_at_its_own_circle():
    network = load("lstm")
    for layout in layouts("lstm"):
        biases = [label for label in layout["labels"] if label["name"][0] == "b"]
        assert biases
        for label in biases:
            own = {
                name
                for group in network.groups
                for unit in group.units
                if unit.bias == label["name"]
                for name in unit.quantities
            }
            box = box_of(label, layout["letter"])
            others = [circle for circle in layout["circles"] if circle[0] not in own]
            assert min(gap(box, circle) for circle in others) > 4.5


def test_endings_of_names_are_explained():
    legend = drawing_of(load("lstm"))["legend"]
    assert any("_f forget gate" in words for words in legend)
    assert not any("Endings" in words for words in drawing_of(load("original"))["legend"])


SMALL_ATTENTION = {
    "input": [3, 2], "inputs": [[1, 2, 0, 1, 3, 1]], "targets": [[0]], "eta": 0.3,
    "weights": "uniform", "layer": [
        {"kind": "position"}, {"kind": "attention", "neurons": 2, "causal": True},
        {"kind": "layer normalisation"}, {"kind": "last step"}, {"kind": "dense", "neurons": 1}],
}  # fmt: skip
"""Its gradients to the weights of attention are below 1e-6."""


def test_what_a_grid_is_called_stands_on_no_grid():
    network = from_content(SMALL_ATTENTION, Path(), "small")
    for layout in drawing_of(network)["layouts"]:
        letter, said = layout["letter"], {}
        places = [(x, y, grid["radius"]) for grid in layout["grids"] for _, x, y in grid["places"]]
        for text, x, y in layout["captions"]:
            said[text] = half = len(text) * CHARACTER * letter / 2
            for left, top, radius in places:
                level = top - radius < y < top + radius
                assert not level or abs(left - x) > half + radius - 1, text
        assert not {"∂E/∂w", "w"} & {*said}


@pytest.mark.chromium
def test_a_number_that_is_nearly_0_is_told_from_0(visit, tmp_path):
    network = from_content(SMALL_ATTENTION, Path(), "small")
    page = visit(write_page(network, tmp_path / "small.html"))
    said = page.locator(".picture .number").all_text_contents()
    assert {"0", "≈0"} <= {*said}
