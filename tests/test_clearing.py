"""No arrow of a drawing runs through a circle that it does not lead to."""

from itertools import combinations
from math import hypot
from pathlib import Path

import pytest
from everyday import mostly_slow
from formula_graphs import twin_of

from backprop_sheet import load
from backprop_sheet.diagram import diagram_of, is_clear, is_picture
from backprop_sheet.engine import numbers_at
from backprop_sheet.exporter.arrangement import arrange
from backprop_sheet.exporter.drawing.readable import readable_diagram
from backprop_sheet.network.file import from_content
from backprop_sheet.page.diagrams.sizes import circle_drawings
from backprop_sheet.plotter.drawing import _laid_out
from backprop_sheet.templates import known

OWN = {
    "beside a level": {
        "samples": {"x": [0.5, 0.1], "y": [1, 0]},
        "trained": {"a": 0.3, "c": 0.4, "d": 0.7},
        "formulas": {"u": "tanh(a*x)", "v": "sigmoid(c*u)", "p": "d*v + x*u"},
        "error": "1/2*(y - p)**2",
    },
    "gates": {
        "samples": {"x": [0.5, -0.4], "z": [0.25, 0.6], "y": [1, 0.3]},
        "trained": {"w_f": 0.3, "w_i": -0.2, "w_o": 0.4, "u_f": 0.7, "u_i": 0.1, "s": 1.1},
        "formulas": {
            "f": "sigmoid(w_f*x + u_f*z)",
            "i": "sigmoid(w_i*x + u_i*z)",
            "c": "f*z + i*x",
            "o": "sigmoid(w_o*x + c)",
            "m": "tanh(c)",
            "h": "o*m",
            "out": "s*h",
        },
        "error": "(y - out)**2",
    },
}
"""Networks whose arrows run through circles where all stand in the middle."""
CASES = [*OWN, *(f"by chance {seed}" for seed in range(20)), *sorted(known())]
FEW = [*OWN, "by chance 3", "by chance 11", "growth", "original", "dropout"]


def network(case):
    if case in OWN:
        return from_content(OWN[case] | {"eta": 0.1, "epochs": 3}, Path(), case)
    kind, _, seed = case.rpartition(" ")
    return twin_of(int(seed)).network() if kind else load(case)


def crossed(diagram):
    """The circles that arrows run through, found by walking along these."""
    circles = [node for node in diagram.nodes.values() if not node.square]
    for arrow in diagram.arrows:
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        for part in range(1001):
            x, y = x0 + (x1 - x0) * part / 1000, y0 + (y1 - y0) * part / 1000
            for node in circles:
                inside = hypot(x - node.x, y - node.y) < node.radius - 0.01
                if inside and node.name not in (arrow.source, arrow.target):
                    yield arrow, node.name


@pytest.mark.parametrize("case", mostly_slow(CASES, FEW))
def test_arrows_run_past_circles_in_every_drawing(case):
    found = network(case)
    drawn = [_laid_out(found, Numbers(numbers_at(found, 0)))[0]]
    drawn.append(readable_diagram(arrange(found, 2)))
    if not any(map(is_picture, found.groups)):
        drawn += [one.diagram for one in circle_drawings(found)]
    for diagram in drawn:
        assert not list(crossed(diagram))


class Numbers(dict):
    """What is no quantity, as a partial that is always 1, has a number as well."""

    def __missing__(self, name):
        return 1.0


@pytest.mark.parametrize("case", ["beside a level", "gates", "by chance 11", "lstm"])
def test_circles_that_move_stay_in_their_order_apart_and_in_the_drawing(case):
    found = network(case)
    diagram = diagram_of(found, 1500, 500)
    circles = list(diagram.nodes.values())
    for node in circles:
        assert node.radius <= node.y <= diagram.height - node.radius
    for one, other in combinations(circles, 2):
        distance = hypot(one.x - other.x, one.y - other.y)
        assert distance > one.radius + other.radius - 0.01, (one.name, other.name)
    for group in found.groups:
        drawn = [diagram.nodes[unit.sum] for unit in group.units]
        for x in {node.x for node in drawn}:
            ys = [node.y for node in drawn if node.x == x]
            assert ys == sorted(ys)


def test_circles_that_no_arrow_runs_through_stand_in_the_middle():
    diagram = diagram_of(load("xor"), 632, 290)
    assert is_clear(diagram)
    assert diagram.nodes["o1"].y == diagram.nodes["E_Total"].y == 145
    assert diagram.nodes["h1"].y + diagram.nodes["h2"].y == 290


def test_a_drawing_with_a_crossed_circle_is_not_clear(monkeypatch):
    monkeypatch.setattr("backprop_sheet.diagram.cleared", lambda *_: {})
    diagram = diagram_of(network("gates"), 632, 290)
    assert list(crossed(diagram))
    assert not is_clear(diagram)


@pytest.mark.parametrize("name", ["transformer", "attention", "embedding", "convolution"])
def test_arrows_run_past_grids(name):
    found = load(name)
    diagram = _laid_out(found, Numbers(numbers_at(found, 0)))[0]
    squares = [node for node in diagram.nodes.values() if node.square]
    for arrow in diagram.arrows:
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        others = [node for node in squares if node.body not in (arrow.source, arrow.target)]
        for part in range(401):
            x, y = x0 + (x1 - x0) * part / 400, y0 + (y1 - y0) * part / 400
            for node in others:
                inside = max(abs(x - node.x), abs(y - node.y)) < node.radius - 0.01
                assert not inside, (arrow.source, arrow.target, node.body)


def test_steps_look_alike():
    found = load("lstm")
    diagram = _laid_out(found, Numbers(numbers_at(found, 0)))[0]
    steps = [
        {
            name: diagram.nodes[name.format(step)]
            for name in ("i{}", "l{}_1_i", "l{}_1_c", "a_l{}_1")
        }
        for step in (1, 2, 3)
    ]
    for name, first in steps[0].items():
        second, third = steps[1][name], steps[2][name]
        assert first.y == second.y == third.y
        assert third.x - second.x == pytest.approx(second.x - first.x, rel=0.05)


def test_a_chain_goes_down_a_slope():
    found = load("growth")
    for diagram in (
        _laid_out(found, Numbers(numbers_at(found, 0)))[0],
        readable_diagram(arrange(found, 3)),
    ):
        ys = [diagram.nodes[f"h{step}"].y for step in range(1, 11)]
        assert ys == sorted(ys)


def test_rows_of_a_column_move_together_where_that_does():
    found = load("dropout")
    nodes = _laid_out(found, Numbers(numbers_at(found, 0)))[0].nodes
    masks, rows = ([nodes[name.format(k)].y for k in (1, 2, 3)] for name in ("d{}_m", "d{}"))
    assert len({round(mask - row, 6) for mask, row in zip(masks, rows, strict=True)}) == 1


def test_a_search_ends_after_so_many_tries(monkeypatch):
    monkeypatch.setattr("backprop_sheet.diagram.clearing.EFFORT", -1)
    assert not is_clear(diagram_of(network("gates"), 632, 290))
