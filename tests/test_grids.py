"""What stands in rows and columns is shown so: on the tab Step, in drawings and in the boxes."""

import re
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.patches import Circle
from openpyxl.utils import get_column_letter
from spreadsheets import ironcalc_values
from stacks import stack_content

from backprop_sheet import load, network_drawing, tabulate, write_workbook
from backprop_sheet.derivation import boxes
from backprop_sheet.diagram import diagram_of
from backprop_sheet.engine import numbers_at
from backprop_sheet.exporter.arrangement import arrange
from backprop_sheet.exporter.drawing import labels, placing
from backprop_sheet.exporter.layout import ROW_HEIGHT
from backprop_sheet.network import TOTAL
from backprop_sheet.network.file import from_content
from backprop_sheet.network.grids import pictures
from backprop_sheet.palette import ABOVE, BELOW, ZERO
from backprop_sheet.templates import folder

STEP = 1
TEMPLATES = sorted(path.stem for path in folder().glob("*.toml"))
EPOCH, SAMPLE = 7, 3


def matrix(name, rows, columns):
    return [[name.format(r, c) for c in range(1, columns + 1)] for r in range(1, rows + 1)]


def weights(first, rows, columns):
    return [[f"w{first + r * columns + c}" for c in range(columns)] for r in range(rows)]


GRIDS = {
    "convolution": {
        "i": [[f"i{5 * row + column}" for column in range(1, 6)] for row in range(5)],
        "w1…w9": weights(1, 3, 3),
        "w10…w18": weights(10, 3, 3),
        "b2": [["b2"]],
        "c1 = Σ w·i + b1": matrix("c1_{}_{}", 3, 3),
        "a_c2 = relu(c2)": matrix("a_c2_{}_{}", 3, 3),
        "p1_1_1: max of 2 × 2": [["p1_1_1"]],
    },
    "attention": {
        "w1…w6": weights(1, 3, 2),
        "e: each step's symbol": matrix("e{}_{}", 3, 2),
        "w11…w14": weights(11, 2, 2),
        "n_k = Σ w·e": matrix("n{}_{}_k", 3, 2),
        "n_s: how well steps fit": matrix("n{}_{}_s", 3, 3),
        "n_p = softmax(n_s)": matrix("n{}_{}_p", 3, 3),
        "n: Σ p·v": matrix("n{}_{}", 3, 2),
    },
}
"""By caption, what stands in rows and columns; written by hand."""
SLOPES = {
    "convolution": {
        "∂E/∂w1…w9": weights(1, 3, 3),
        "∂E/∂b1": [["b1"]],
        "∂E/∂c1": matrix("c1_{}_{}", 3, 3),
        "∂E/∂a_c2": matrix("a_c2_{}_{}", 3, 3),
        "∂E/∂p2_1_1": [["p2_1_1"]],
    },
    "attention": {
        "∂E/∂w7…w10": weights(7, 2, 2),
        "∂E/∂e": matrix("e{}_{}", 3, 2),
        "∂E/∂n_s": matrix("n{}_{}_s", 3, 3),
        "∂E/∂n_p": matrix("n{}_{}_p", 3, 3),
    },
}


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The workbook of each template."""
    target, found = tmp_path_factory.mktemp("books"), {}
    for name in TEMPLATES:
        network = load(name)
        found[name] = write_workbook(network, tabulate(network, 8), target / f"{name}.xlsx")
    return found


def captions(book):
    sheet = openpyxl.load_workbook(book)["Step"]
    return {
        cell.value: cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.style == "step caption"
    }


def test_every_grid_shows_the_numbers_of_the_chosen_epoch_and_sample(books):
    for name, grids in GRIDS.items():
        at = captions(books[name])
        values = ironcalc_values(books[name], {"B3": EPOCH, "B6": SAMPLE}, sheet=STEP)
        numbers = numbers_at(load(name), EPOCH, SAMPLE)
        slopes = {f"∂{name}": numbers.get(f"dE_d{name}", 0.0) for name in numbers}
        wanted = [(text, rows, numbers, "") for text, rows in grids.items()]
        wanted += [(text, rows, slopes, "∂") for text, rows in SLOPES[name].items()]
        for caption, rows, known, sign in wanted:
            first = at[caption]
            for r, row in enumerate(rows, start=1):
                for c, quantity in enumerate(row):
                    cell = f"{get_column_letter(first.column + c)}{first.row + r}"
                    expected = pytest.approx(known[sign + quantity], rel=1e-12, abs=1e-15)
                    assert values(STEP, cell) == expected, (caption, quantity)


@pytest.mark.parametrize("name", GRIDS)
def test_every_grid_has_a_scale_of_colours_around_zero(books, name):
    sheet = openpyxl.load_workbook(books[name])["Step"]
    scales = {
        str(area): rule.colorScale
        for areas in sheet.conditional_formatting
        for rule in areas.rules
        for area in areas.cells.ranges
        if rule.colorScale
    }
    at = captions(books[name])
    for caption, rows in [*GRIDS[name].items(), *SLOPES[name].items()]:
        cell = at[caption]
        end = f"{get_column_letter(cell.column + len(rows[0]) - 1)}{cell.row + len(rows)}"
        start = f"{cell.column_letter}{cell.row + 1}"
        scale = scales[start if start == end else f"{start}:{end}"]
        assert [color.rgb for color in scale.color] == [f"FF{c}" for c in (BELOW, ZERO, ABOVE)]
        low, middle, high = scale.cfvo
        assert (middle.type, middle.val, low.val) == ("num", 0, f"-{high.val}")


def test_gradients_stand_below_what_they_belong_to(books):
    at = captions(books["convolution"])
    for one, other in (("c1 = Σ w·i + b1", "∂E/∂c1"), ("w10…w18", "∂E/∂w10…w18")):
        assert at[one].column == at[other].column
        assert at[other].row - at[one].row == at["back from the error"].row - at["forward pass"].row


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_text_of_the_tab_is_cut_off(books, name):
    """A text goes on over empty cells, up to the next one that has something."""
    sheet = openpyxl.load_workbook(books[name], data_only=True)["Step"]
    last = openpyxl.utils.range_boundaries(sheet.print_area.partition("!")[2])[2]
    merged = {area.start_cell.coordinate: [area] for area in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        filled = [cell for cell in row if cell.value not in (None, "")]
        for cell, after in pairwise([*filled, None]):
            to_left = cell.alignment.horizontal in ("left", None)
            if not isinstance(cell.value, str) or not to_left or cell.column > last:
                continue
            end = after.column if after else last + 1
            columns = range(cell.column, max(end, cell.column + 1))
            rows = [cell.row]
            for area in merged.get(cell.coordinate, ()):
                columns = range(area.min_col, area.max_col + 1)
                rows = range(area.min_row, area.max_row + 1)
            room = sum(sheet.column_dimensions[get_column_letter(c)].width for c in columns) * 7
            if cell.alignment.wrap_text:
                room *= sum((sheet.row_dimensions[r].height or 15) / 15 for r in rows)
            assert 5.6 * len(cell.value) <= room, (cell.coordinate, cell.value)


def stack(shape, layers, inputs, **more):
    content = {"input": shape, "layer": layers, "inputs": [inputs], "targets": [[0.5]]}
    return from_content({**content, "weights": "uniform", **more}, Path(), "stack")


DENSE = {"kind": "dense", "neurons": 1, "activation": "identity"}


def test_a_kernel_keeps_its_order_where_padding_covers_a_part_of_it():
    layers = [{"kind": "convolution", "kernel": 3, "padding": 1}, DENSE]
    network = stack([1, 2, 2], layers, [1, 2, 3, 4])
    (picture,) = pictures(network.groups[1])
    assert picture.kernels[0].rows == tuple(map(tuple, weights(1, 3, 3)))


def test_an_attention_that_looks_back_only_has_half_a_matrix(tmp_path):
    layers = [{"kind": "attention", "neurons": 1, "causal": True}, DENSE]
    network = stack([3, 2], layers, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], epochs=3)
    book = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    cell, sheet = captions(book)["n_p = softmax(n_s)"], openpyxl.load_workbook(book)["Step"]
    shown = [
        [sheet.cell(cell.row + r, cell.column + c).value is not None for c in range(3)]
        for r in range(1, 4)
    ]
    assert shown == [[True, False, False], [True, True, False], [True, True, True]]
    assert "n3_1_p" in diagram_of(network, 632, 290).nodes


POOLED = [{"kind": "convolution", "kernel": 3}, {"kind": "global average pooling"}]
ENDS = {
    "pooling": ([1, 4, 4], POOLED, 1),
    "a picture": ([1, 3, 3], [{"kind": "convolution", "kernel": 2}], 4),
    "attention": ([3, 2], [{"kind": "attention", "neurons": 2}], 6),
    "normalisation": ([3, 2], [{"kind": "layer normalisation"}], 6),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_network_may_end_in_anything(end, tmp_path):
    shape, layers, outputs = ENDS[end]
    inputs = [0.1 * (k + 1) for k in range(shape[0] * shape[1] * (shape[2:] or [1])[0])]
    network = stack(shape, layers, inputs, targets=[[0.5] * outputs], epochs=2, eta=0.1)
    book = write_workbook(network, tabulate(network), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(book, data_only=True)["Check"]
    assert sheet["B5"].value == "PASS"
    assert network_drawing(network, 1)


# --- the sum over the uses of a shared weight ---------------------------------------------------


@pytest.mark.parametrize("name", GRIDS)
def test_the_boxes_add_up_exactly_the_uses_that_reach_the_error(name):
    """Each term of a chain refers to a gradient that is computed, and no weight comes twice."""
    network = load(name)
    lines = [line for box in boxes(network) for line in box.lines]
    for weight in network.trained:
        uses = [u for u in network.graph.users[weight] if f"dE_d{u}" in network.derived]
        if len(uses) < 2:
            continue
        terms = [f"∂E_Total/∂{use} * ∂{use}/∂{weight}" for use in uses]
        line = f"∂E_Total/∂{weight} = {' + '.join(terms)}"
        assert weight.startswith("b") or lines.count(line) == 1, line
    written = [line for line in lines if re.match(r"∂E_Total/∂w\d+ = ", line)]
    assert len(set(written)) == len(written)


def test_step_shows_the_sum_of_a_shared_weight_with_its_numbers(books):
    values = ironcalc_values(books["recurrent"], {"B3": EPOCH, "B6": 4}, sheet=STEP)
    numbers = numbers_at(load("recurrent"), EPOCH, 4)
    sheet = openpyxl.load_workbook(books["recurrent"])["Step"]
    rows = {cell.value: cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value}
    row = rows["∂E_Total/∂w1"]
    texts = [cell for cell in sheet[row] if cell.style == "step text"]
    assert texts[0].value == "∂E_Total/∂r1_1 * i1 + ∂E_Total/∂r2_1 * i2 + ∂E_Total/∂r3_1 * i3"
    with_numbers = eval(values(STEP, texts[1].coordinate), {"__builtins__": {}})
    for found in (with_numbers, values(STEP, f"B{row}"), values(STEP, f"C{row}")):
        assert found == pytest.approx(numbers["dE_dw1"], rel=1e-6)
    new = values(STEP, f"B{rows['new w1']}")
    assert new == pytest.approx(numbers["w1"] - 0.5 * numbers["dE_dw1"], rel=1e-12)


# --- drawings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRIDS)
def test_the_drawing_has_a_square_for_each_place_and_each_gradient(name):
    axes = network_drawing(load(name), EPOCH, SAMPLE).axes[0]
    (squares,) = (found for found in axes.collections if isinstance(found, PolyCollection))
    texts = [text.get_text().partition(" (b")[0] for text in axes.texts]
    grids = {
        "convolution": ["i", "w1…w9", "c1", "a_c1", "∂E/∂c1", "∂E/∂a_c2", "∂E/∂w10…w18"],
        "attention": ["e", "n_q", "n_s", "n_p", "n", "∂E/∂n_p", "∂E/∂w1…w6", "w19…w24"],
    }
    assert set(grids[name]) <= set(texts)
    places = {"convolution": 25 + 2 * (2 * (9 + 9 + 9)), "attention": 2 * (18 + 5 * 6 + 2 * 9 + 6)}
    assert len(squares.get_paths()) == places[name]


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("width", [576, 632])
def test_nothing_of_a_drawing_covers_anything_else(seed, width):
    """However many layers there are: circles and places get smaller."""
    network = from_content(stack_content(seed), Path(), "stack")
    diagram = diagram_of(network, width, 280)
    nodes = list(diagram.nodes.values())
    for number, one in enumerate(nodes):
        assert one.radius <= one.x <= width - one.radius + 1e-9
        for other in nodes[:number]:
            apart = max(abs(one.x - other.x), abs(one.y - other.y))
            assert apart >= (one.radius + other.radius) * 0.999, (one.name, other.name)


@pytest.mark.parametrize("name", [*GRIDS, "recurrent", "original", "iris"])
def test_no_circle_hides_what_is_said_of_an_output(name):
    figure = network_drawing(load(name))
    axes, renderer = figure.axes[0], figure.canvas.get_renderer()
    circles = [patch for patch in axes.patches if isinstance(patch, Circle)]
    said = [text for text in axes.texts if re.match(r"t\d+ = ", text.get_text())]
    assert said
    for text in said:
        box = text.get_window_extent(renderer)
        for circle in circles:
            (x, y), edge = axes.transData.transform(
                [circle.center, (circle.center[0] + circle.radius, circle.center[1])]
            )
            nearest = min(max(x, box.x0), box.x1) - x, min(max(y, box.y0), box.y1) - y
            assert sum(d * d for d in nearest) ** 0.5 >= edge[0] - x, text.get_text()


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_circle_of_the_sheet_hides_a_target(name):
    layout = arrange(load(name), 2)
    area = layout.drawing
    width = sum(layout.width(column) for column in range(area.left, area.right + 1))
    diagram = diagram_of(layout.network, width, (area.bottom - area.top + 1) * ROW_HEIGHT)
    for label in labels.labels(layout, diagram):
        if label.style != "drawing target":
            continue
        row, column = openpyxl.utils.cell.coordinate_to_tuple(label.cell)
        left = sum(layout.width(c) for c in range(area.left, column))
        left += label.indent * placing.INDENT
        right, top = left + 6 * len(label.value), (row - area.top) * ROW_HEIGHT
        for node in diagram.nodes.values():
            x = min(max(node.x, left), right) - node.x
            y = min(max(node.y, top), top + ROW_HEIGHT) - node.y
            assert (x * x + y * y) ** 0.5 >= node.radius - 3, (label.value, node.name)


def test_an_arrow_is_broken_only_around_its_own_label():
    layout = arrange(load("recurrent"), 2)
    diagram = diagram_of(layout.network, 576, 280)
    found = labels.labels(layout, diagram)
    labelled = [label.value for label in found if label.value.startswith("w")]
    pieces = labels.arrow_pieces(layout, diagram, found)
    assert len(pieces) == len(diagram.arrows) + len(labelled)
    assert len({text.split(" ")[0] for text in labelled}) == len(labelled)
    assert len(labels.arrow_pieces(layout, diagram, [])) == len(diagram.arrows)
    assert TOTAL in diagram.nodes
