"""The drawing's layout: what its arrows and bows join, and the drawing from top to bottom."""

import pytest

from backprop_sheet import load
from backprop_sheet.diagram import diagram_of, first_free, good_size, turned, with_gradients
from backprop_sheet.network import TOTAL
from backprop_sheet.page.diagrams import drawing_of
from backprop_sheet.templates import known

USUAL = (632, 290)
TEMPLATES = sorted(known())


def whole(name):
    network = load(name)
    return network, with_gradients(diagram_of(network, *good_size(network, USUAL)), network)


@pytest.mark.parametrize("name", TEMPLATES)
def test_arrows_join_what_the_network_joins(name):
    network, diagram = whole(name)
    bodies = {}
    for node in diagram.nodes.values():
        bodies.setdefault(node.body, []).append(node)
    takes = {
        unit.sum: {name for source in unit.sources for name in source} | set(unit.incoming)
        for group in network.groups
        for unit in group.units
    }
    sums = {
        unit.signal: unit.sum
        for group in network.groups
        for unit in group.units
        if unit.signal != unit.sum
    }
    for arrow in diagram.arrows:
        source, target = bodies[arrow.source], bodies[arrow.target]
        # its ends are at the edges of the two
        assert min(n.x - n.radius for n in source) <= arrow.start[0] <= arrow.end[0] + 1e-9
        assert arrow.end[0] <= max(n.x + n.radius for n in target)
        if arrow.target != TOTAL and not any("kernel" in node.scale for node in target):
            taken = set().union(*(takes.get(node.name, set()) for node in target))
            taken |= {sums[node.name] for node in target if node.square and node.name in sums}
            assert taken & {node.name for node in source}, arrow
            assert not arrow.weight or arrow.weight in taken


@pytest.mark.parametrize("name", ["original", "xor", "recurrent", "lstm"])
def test_bows_lead_from_sums_to_activations(name):
    network, diagram = whole(name)
    pairs = {(u.sum, u.signal) for g in network.groups for u in g.units if u.sum != u.signal}
    assert {(loop.sum, loop.activation) for loop in diagram.loops} == pairs
    for loop in diagram.loops:
        start, end = diagram.nodes[loop.sum], diagram.nodes[loop.activation]
        assert loop.start[0] == start.x
        assert loop.end[0] == end.x
        assert (loop.bend[1] < start.y - start.radius) == loop.above


def test_a_turned_drawing_goes_from_top_to_bottom():
    _, diagram = whole("original")
    upright = turned(diagram)
    assert (upright.width, upright.height) == (diagram.height, diagram.width)
    assert turned(upright) == diagram
    ys = [upright.nodes[name].y for name in ("i1", "h1", "a_h1", "o1", "a_o1", TOTAL)]
    assert ys == sorted(ys)
    for loop, before in zip(upright.loops, diagram.loops, strict=True):
        assert loop.bend == before.bend[::-1]


def test_a_label_takes_the_first_place_that_covers_nothing():
    _, diagram = whole("original")
    node = diagram.nodes["h1"]
    on_it = (node.x - 5, node.y - 5, node.x + 5, node.y + 5)
    outside, free = (-20.0, 5.0, 10.0, 15.0), (2.0, 2.0, 22.0, 12.0)
    assert first_free(diagram, [on_it, outside, free], []) == free
    assert first_free(diagram, [on_it, outside, free], [free]) is None
    along = diagram.arrows[0]
    x, y = along.points[0]
    assert first_free(diagram, [(x - 2, y - 2, x + 2, y + 2)], []) is None


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_given_number_of_the_drawing_has_a_place_in_each_layout(name):
    network = load(name)
    wanted = {*network.samples[0], *network.trained}
    for layout in drawing_of(network)["layouts"]:
        places = {place[0] for grid in layout["grids"] for place in grid["places"]}
        circles = {circle[0] for circle in layout["circles"]}
        weights = {arrow[2] for arrow in layout["arrows"]}
        labels = {label["name"] for label in (*layout["labels"], *layout["dots"])}
        assert wanted <= places | circles | weights | labels


@pytest.mark.parametrize("name", TEMPLATES)
def test_all_that_feeds_something_has_an_arrow_to_it(name):
    network, diagram = whole(name)
    bodies = {node.name: node.body for node in diagram.nodes.values()}
    joined = {(arrow.source, arrow.target) for arrow in diagram.arrows}
    joined |= {(loop.sum, loop.activation) for loop in diagram.loops}
    through = {(a, d) for a, b in joined for c, d in joined if b == c}
    for unit in (unit for group in network.groups for unit in group.units):
        wanted = [(signal, unit.sum) for signal, _ in unit.sources if signal in bodies]
        if unit.sum != unit.signal:
            wanted.append((unit.sum, unit.signal))
        for signal, quantity in wanted:
            assert (bodies[signal], bodies[quantity]) in joined | through, (signal, quantity)


@pytest.mark.parametrize("name", TEMPLATES)
def test_arrows_begin_and_end_at_something(name):
    _, diagram = whole(name)
    for arrow in diagram.arrows:
        for (x, y), body in ((arrow.start, arrow.source), (arrow.end, arrow.target)):
            ends = [node for node in diagram.nodes.values() if node.body == body]
            near = [max(abs(x - n.x), abs(y - n.y)) < 1.01 * n.radius for n in ends]
            assert any(near), (arrow, body)


def test_a_bow_ends_before_the_circle_above_or_below_it():
    _, diagram = whole("batchnorm")
    middle = diagram.height / 2
    for loop in diagram.loops:
        peak = (loop.start[1] + loop.bend[1]) / 2
        beside = [
            node
            for node in diagram.nodes.values()
            if abs(node.x - loop.bend[0]) < 1.5 * node.radius
            and node.name not in (loop.sum, loop.activation)
            and (node.y < middle) == loop.above
        ]
        for node in beside:
            assert abs(peak - node.y) > node.radius, (loop.sum, node.name)


def test_gaps_are_narrow_where_arrows_have_no_labels():
    _, diagram = whole("dropout")
    x = {name: diagram.nodes[name].x for name in ("i1", "h1", "d1_m", "d1", "o1")}
    assert x["d1"] - x["d1_m"] < x["h1"] - x["i1"]
    assert x["o1"] - x["d1"] == pytest.approx(x["h1"] - x["i1"])
