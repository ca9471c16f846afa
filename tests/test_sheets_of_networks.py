"""Sheets of networks: what is where, stays in sight, may be changed, and how they print."""

import re
import zipfile
from itertools import accumulate, pairwise
from pathlib import Path

import large_networks
import openpyxl
import pytest
from printed import faults, gaps, pages_of, print_all

from backprop_sheet import check, load, tabulate, templates, write_comparison, write_workbook
from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import Arrow, Diagram, part_covered
from backprop_sheet.exporter import arrange
from backprop_sheet.exporter.chart import Curve, error_chart
from backprop_sheet.exporter.drawing import labels, placing, shapes
from backprop_sheet.exporter.drawing.legend import UNNAMED, WEIGHTS, legend
from backprop_sheet.exporter.drawing.readable import readable_diagram
from backprop_sheet.exporter.layout import ROW_HEIGHT
from backprop_sheet.exporter.lettering import lines_in
from backprop_sheet.network import Kind
from backprop_sheet.network.file import from_content
from backprop_sheet.ooxml.addresses import letters
from backprop_sheet.palette import Stroke

WIDTH, HEIGHT = 1280, 560
"""The first screen in pixels: 20 columns of the usual width by 28 rows."""
OTHERS = sorted(templates.known().keys() - {"original"})
YELLOW = "FFFFF2CC"
TABS = ("Derivation", "Compare")
HARD = ("original", "linear", "lstm", "batchnorm", "long activations", "long names")
"""Networks that are hard to print: scaled, narrow, crowded, samples in columns, long texts."""


def network_of(name):
    return load(name) if name in templates.known() else large_networks.network(name)


@pytest.mark.parametrize("name", [*OTHERS, *large_networks.LARGE])
def test_drawing_charts_and_table_are_on_the_first_screen(name):
    layout = arrange(network_of(name), 3)
    ends = [0, *accumulate(layout.width(column) for column in range(1, 60))]
    for area in filter(None, (layout.drawing, layout.chart, layout.accuracy_chart)):
        assert ends[area.right] <= WIDTH
        assert ends[area.right] - ends[area.left - 1] >= 200
        assert area.bottom < layout.header_row
    assert (layout.first_row + 5) * ROW_HEIGHT <= HEIGHT
    for place in layout.settings.values():
        assert int(place.rpartition("$")[2]) < layout.header_row


def test_every_column_has_room_for_its_name():
    network = large_networks.network("many layers")
    layout = arrange(network, 3)
    assert layout.last_column >= max(layout.columns.values())
    for name, column in layout.columns.items():
        assert layout.width(column) >= 8 * len(layout.heading(name))


@pytest.mark.parametrize("name", [*OTHERS, "original"])
def test_a_drawing_labels_all_weights_or_none_and_says_so(name):
    layout = arrange(load(name), 2)
    diagram = readable_diagram(layout)
    found = labels.labels(layout, diagram)
    weights = {arrow.weight for arrow in diagram.arrows if arrow.weight}
    labelled = [label for label in found if label.style == labels.WEIGHT]
    assert len(labelled) in (0, len(weights))
    assert (WEIGHTS in legend(layout, diagram, found)) == (bool(weights) and not labelled)


@pytest.mark.parametrize("name", ["iris", "xor", "autoencoder", "mazur"])
def test_a_drawing_has_room_for_targets_and_errors(name):
    layout, diagram = drawn(name)
    found = labels.labels(layout, diagram)
    styles = [label.style for label in found]
    assert styles.count("drawing target") == len(layout.network.named(Kind.TARGET))
    assert styles.count("drawing error") == len(layout.network.named(Kind.ERROR))


@pytest.mark.parametrize("name", ["iris", "autoencoder", "convolution"])
def test_what_is_said_of_an_output_is_nearest_to_its_arrow_the_target_above_the_error(name):
    layout, diagram = drawn(name)
    arrows = {a.source: a for a in diagram.arrows if a.target == "E_Total"}
    assert len(arrows) > 1
    found = labels.labels(layout, diagram)
    places = {
        (label.value or label.content).split(" ")[0]: (label.cell[0], int(label.cell[1:]))
        for label in found
    }
    for output in arrows:
        number = output.removeprefix("a_o")
        column, row = places[f"E{number}"]
        assert places[f"t{number}"] == (column, row - 1)
        (label,) = (label for label in found if label.content == f"E{number}")
        x, top, _, bottom = placing.box_of(layout, label)
        away = {}
        for source, arrow in arrows.items():
            (x0, y0), (x1, y1) = arrow.start, arrow.end
            y = y0 + (x - x0) / (x1 - x0) * (y1 - y0)
            away[source] = min(abs(y - top), abs(y - bottom), abs(y - top + ROW_HEIGHT))
        assert min(away, key=away.__getitem__) == output


def test_errors_without_room_beside_their_outputs_stand_in_one_place():
    errors = [x.content for x in labels.labels(*drawn("transformer")) if "error" in x.style]
    assert errors == ["E1, E2, E3"]


def test_arrowheads_that_pile_up_are_smaller(workbook):
    layout, diagram = drawn("transformer")
    (grid,) = {arrow.end for arrow in diagram.arrows if arrow.target == "y1_1_1_n"}
    pieces = labels.arrow_pieces(layout, diagram, [])
    text = shapes.drawing(diagram, pieces, layout.drawing, Colors(), "")
    heads = re.findall('<a:tailEnd type="triangle" w="(...?)"', text)
    ended = [head for head, (_, end, _) in zip(heads, pieces, strict=False) if end == grid]
    assert len(ended) > 5
    assert set(ended) == {"sm"}
    assert "med" in heads
    with zipfile.ZipFile(workbook) as parts:
        original = b"".join(parts.read(name) for name in parts.namelist() if "drawing" in name)
    assert b'w="med"' in original
    assert b'w="sm"' not in original


def test_an_arrow_that_is_nearly_level_has_a_gap_no_wider_than_its_label():
    layout = arrange(load("perceptron"), 2)
    flat = Diagram(600, 280, {}, [Arrow((20, 95), (420, 135), "w1")], [])
    label = placing.Label("C9", 0, labels.WEIGHT, "w1 = 1.5")
    (_, before, _), (after, _, _) = labels.arrow_pieces(layout, flat, [label])
    assert after[0] - before[0] == pytest.approx(placing.WIDTH)


@pytest.mark.parametrize("layers", [[3, 60, 2], [20, 30, 10], [2, 120, 1]])
def test_a_large_network_is_drawn_with_names_and_says_what_is_left_out(layers):
    layout = arrange(dense(layers), 2)
    diagram = readable_diagram(layout)
    assert not shapes.unnamed(diagram)
    found = labels.labels(layout, diagram)
    drawn = shapes.drawing(
        diagram, labels.arrow_pieces(layout, diagram, found), layout.drawing, Colors(), ""
    )
    written = re.findall("<a:t>([^<]*)</a:t>", drawn)
    for letter, word, count in zip("iho", ("input", "neuron", "neuron"), layers, strict=True):
        circles = [name for name in written if re.fullmatch(rf"{letter}\d+", name)]
        assert circles[-1] == f"{letter}{count}"
        left_out = f"{count - len(circles)} {word}s"
        assert (len(circles) < count) == (left_out in written)
    assert UNNAMED[:10] not in legend(layout, diagram, found)


def written_in(diagram, layout):
    """What stands in the shapes of a drawing."""
    found = labels.labels(layout, diagram)
    pieces = labels.arrow_pieces(layout, diagram, found)
    drawn = shapes.drawing(diagram, pieces, layout.drawing, Colors(), "")
    return re.findall("<a:t>([^<]*)</a:t>", drawn), legend(layout, diagram, found)


def test_a_long_name_has_a_short_form_in_its_circle_and_takes_no_other_name_away():
    content = {
        "eta": 0.01,
        "error": "E",
        "samples": {"y1": [1.2], "y2": [1.9]},
        "given": {"population_at_start": 0.7},
        "trained": {"rate": 0.5, "capacity": 5.0},
        "formulas": {
            "h1": "population_at_start*(1 + rate - population_at_start/capacity)",
            "population_later_on": "h1*(1 + rate - h1/capacity)",
            "plo": "h1 + rate",
            "E": "(y1 - population_later_on)**2 + (y2 - plo)**2",
        },
    }
    layout = arrange(from_content(content, Path(), "long"), 2)
    diagram = readable_diagram(layout)
    written, told = written_in(diagram, layout)
    names = {node.name for node in diagram.nodes.values()}
    short = shapes.short_forms(diagram)
    assert set(written) == names - short.keys() | set(short.values())
    assert short["population_at_start"] == "pas"
    assert short["population_later_on"] == "popu.", "plo is another name"
    assert all(f"{form} = {name}" in told for name, form in short.items())


@pytest.mark.parametrize("name", ["lstm", "many neurons", "transformer"])
def test_names_that_are_no_words_have_no_short_forms(name):
    layout = arrange(network_of(name), 2)
    assert not shapes.short_forms(readable_diagram(layout))


TOLD = {
    "lstm": "l1_1_i…l1_1_o and a_l1_1_i…a_l1_1_o; l1_1_g and a_l1_1_g; l1_1_c; a_l1_1; "
    "and so on to a_l3_1; a_o1.",
    "attention": "e1_1…e3_2; n1_1_q…n3_2_q; n1_1_k…n3_2_k; n1_1_v…n3_2_v; "
    "n1_1_s…n3_3_s and n1_1_p…n3_3_p; n1_1…n3_2.",
    "many layers": "i1, i2; h1, h2 and a_h1, a_h2; h2_1, h2_2 and a_h2_1, a_h2_2; "
    "and so on to a_h30_2; o1 and a_o1.",
}


@pytest.mark.parametrize("name", TOLD)
def test_names_without_room_are_told_by_kind_and_repetitions_once(name):
    layout = arrange(network_of(name), 2)
    diagram = readable_diagram(layout)
    assert written_in(diagram, layout)[1].endswith(f"left to right: {TOLD[name]}")


class Colors(dict):
    """The same colours for every role."""

    def __missing__(self, role):
        return "FFFFFF", "000000"


def dense(layers):
    content = {
        "layers": layers,
        "inputs": [[0.5] * layers[0]],
        "targets": [[1] * layers[-1]],
        "weights": "xavier",
        "eta": 0.1,
    }
    return from_content(content, Path(), "dense")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    place = tmp_path_factory.mktemp("books")
    return {
        name: write_workbook(load(name), tabulate(load(name), 4), place / f"{name}.xlsx")
        for name in ("mazur", "iris")
    }


@pytest.fixture(scope="module", params=["mazur", "iris"])
def sheet(request, books):
    return load(request.param), openpyxl.load_workbook(books[request.param]).worksheets[0]


@pytest.mark.parametrize("name", ["lstm", "batchnorm"])
def test_names_without_room_in_the_drawing_are_told(name):
    layout, diagram = drawn(name)
    without = shapes.unnamed(diagram)
    names = [n.name for n in diagram.nodes.values() if (n.scale or n.role) in without]
    told = legend(layout, diagram, [])
    assert f"from left to right: {names[0]}" in told
    assert re.search(rf"[ …]{names[-1]}\.$", told) or names[-1] == "E_Total"
    assert lines_in(told, 1100) <= 2
    assert "from left to right" not in legend(*drawn("mazur"), [])


def test_notes_are_whole_and_as_wide_as_what_is_beneath_them(tmp_path):
    network = load("lstm")
    book = write_workbook(network, tabulate(network, 2), tmp_path / "lstm.xlsx")
    sheet, (layout, diagram) = openpyxl.load_workbook(book).worksheets[0], drawn("lstm")
    column, right = letters(layout.frozen + 1), letters(layout.pictures_end)
    note = sheet[f"{column}4"]
    told = set(re.split(r"[,;:.…\s]+", note.value))
    without = shapes.unnamed(diagram)
    left_out = [n.name for n in diagram.nodes.values() if (n.scale or n.role) in without]
    assert {left_out[0], left_out[-1]} <= told
    assert {"_i", "_f", "_g", "_o", "_c"} <= told
    assert note.alignment.wrap_text
    assert f"{column}4:{right}4" in {str(area) for area in sheet.merged_cells.ranges}
    width = sum(layout.width(c) for c in range(layout.frozen + 1, layout.pictures_end + 1))
    assert sheet.row_dimensions[4].height == 15 * lines_in(note.value, width) > 15


def drawn(name):
    layout = arrange(network_of(name), 2)
    return layout, readable_diagram(layout)


@pytest.mark.parametrize("name", [*OTHERS, "pictures with kernels", "long activations"])
def test_no_label_of_a_drawing_is_cut_off_by_another(name):
    layout, diagram = drawn(name)
    cells = {}
    for label in labels.labels(layout, diagram):
        row, column = openpyxl.utils.cell.coordinate_to_tuple(label.cell)
        length = 6.5 * len(label.value or label.content) + 9 * label.indent
        cells.setdefault(row, []).append((column, length))
    for found in cells.values():
        for (one, length), (other, _) in pairwise(sorted(found)):
            assert sum(layout.width(column) for column in range(one, other)) >= length


def test_names_and_epochs_stay_in_sight(sheet):
    network, sheet = sheet
    layout = arrange(network, 4)
    frozen = openpyxl.utils.cell.coordinate_to_tuple(sheet.freeze_panes)
    assert frozen == (2, 2 if len(network.samples) == 1 else 3)
    heads = [cell for cell in sheet[layout.header_row] if cell.value is not None]
    assert heads[0].value == "epoch"
    for head in heads:
        assert sheet.cell(1, head.column).value == f"={head.coordinate}"


@pytest.mark.parametrize("epochs", [2, 7, 60, 61, 101, 5000])
def test_narrow_charts_have_few_level_labels_at_round_epochs(epochs):
    curve = Curve("E", "a!A1:A9", "a!B1:B9", [0.5] * epochs, Stroke("000000", "solid"))
    axis = error_chart(curve, "E_Mean").x_axis
    assert axis.txPr.bodyPr.rot == 0
    assert axis.majorUnit in {m * 10**n for m in (1, 2, 5) for n in range(5)}
    assert axis.scaling.max >= epochs - 1
    assert axis.scaling.max / axis.majorUnit <= 6
    assert error_chart(curve).x_axis.txPr.bodyPr.rot is None, "the original's"


def test_headings_stand_right_as_their_numbers_do(sheet):
    network, sheet = sheet
    for row in (1, arrange(network, 4).header_row):
        heads = [cell for cell in sheet[row] if cell.value is not None]
        assert {cell.alignment.horizontal for cell in heads} == {"right"}


def test_numbers_show_as_many_decimals_as_leave_space_between_them(sheet):
    network, sheet = sheet
    layout = arrange(network, 4)
    row = layout.last_row
    weight = next(iter(network.trained))
    for name in (weight, network.error, gradient_name(weight), "a_o1"):
        assert sheet.cell(row, layout.columns[name]).number_format == "0.000000"
    assert sheet.cell(row, 1).number_format == "General"
    covered = {str(area.sqref) for area in sheet.conditional_formatting}
    right = layout.last_column
    assert covered == {f"{letters(layout.frozen + 1)}20:{letters(right)}{row}"}


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_numbers_do_not_touch_on_paper(books, tmp_path):
    printed = print_all([*books.values()], tmp_path, ["LR0.5", "LR0.1"])
    for pdf in printed.values():
        found = [gap for pages in pages_of(pdf).values() for page in pages for gap in gaps(page)]
        numbers = [gap for gap in found if re.fullmatch(r"[-\d.E ]+", gap[1])]
        assert len(numbers) > 100
        assert min(numbers) > (2,)


def test_seeds_show_all_their_digits(tmp_path):
    network = load("dropout")
    book = write_workbook(network, tabulate(network, 2), tmp_path / "dropout.xlsx")
    sheet, columns = openpyxl.load_workbook(book).worksheets[0], arrange(network, 2).columns
    formats = {str(each.sqref): each.rules for each in sheet.conditional_formatting}
    seeds = network.named(Kind.SEED, Kind.DRAW)
    first, last = (letters(columns[name]) for name in (seeds[0], seeds[-1]))
    (rule,) = formats.pop(f"{first}20:{last}35")  # for the seed that is given, in a yellow cell
    assert (rule.operator, rule.formula) == ("greaterThanOrEqual", ["0"])
    assert rule.dxf.numFmt.formatCode == "General"
    (others,) = formats
    assert columns[seeds[-1]] < openpyxl.utils.cell.range_boundaries(others)[0]
    for name in seeds:
        assert sheet.cell(30, columns[name]).number_format == "General"


def test_the_total_error_has_one_name_in_all_texts(books):
    other_names = re.compile(r"E_tot|LOSS|\bloss\b")
    for book in books.values():
        with zipfile.ZipFile(book) as parts:
            texts = "".join(parts.read(name).decode() for name in parts.namelist())
        assert "E_Total" in texts
        assert not other_names.findall(texts)


def test_what_may_be_changed_is_yellow_and_nothing_else(sheet):
    _, sheet = sheet
    accepted = {
        cell.coordinate
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
        for row in sheet[area.coord if ":" in area.coord else f"{area.coord}:{area.coord}"]
        for cell in row
    }
    yellow = {c.coordinate for row in sheet.iter_rows() for c in row if is_yellow(c)}
    assert yellow == accepted
    assert {cell.style for row in sheet.iter_rows() for cell in row if is_yellow(cell)} == {
        "changeable"
    }


def test_no_formula_of_any_tab_looks_changeable(books):
    for book in books.values():
        for sheet in openpyxl.load_workbook(book).worksheets:
            yellow = [cell for row in sheet.iter_rows() for cell in row if is_yellow(cell)]
            assert yellow or sheet.title == "Derivation"
            assert not [cell.coordinate for cell in yellow if cell.data_type == "f"]


def is_yellow(cell):
    return cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == YELLOW


def test_cells_of_the_original_look_changeable_in_the_same_way(workbook):
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    places = {c.coordinate for row in sheet.iter_rows() for c in row if is_yellow(c)}
    assert places == {"F34", *(f"{c}36" for c in "ABCDEFGHMNOP")}


def test_pages_repeat_names_and_epochs(sheet):
    network, sheet = sheet
    layout = arrange(network, 4)
    assert sheet.print_title_rows == f"${layout.header_row}:${layout.header_row}"
    assert sheet.print_title_cols == ("$A:$A" if len(network.samples) == 1 else "$A:$B")
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert f"${letters(layout.last_column)}$" in sheet.print_area
    assert sheet.print_area.endswith(f"${layout.last_row}")
    pictures = (layout.accuracy_chart or layout.chart).right
    assert all(each.id >= pictures for each in sheet.col_breaks.brk)


@pytest.mark.parametrize(
    ("name", "epochs", "rows"),
    [
        ("mazur", 100, [(2, 119)]),
        ("iris", 60, [(2, 79), (1790, 1819)]),
        ("xor", 5000, [(2, 47), (19976, 20019)]),
    ],
)
def test_of_a_table_of_very_many_pages_the_first_and_the_last_epochs_are_printed(
    name, epochs, rows, tmp_path
):
    network = load(name)
    book = write_workbook(network, tabulate(network, epochs), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(book).worksheets[0]
    layout = arrange(network, epochs)
    areas = [area.split("!")[1] for area in sheet.print_area.split(",")]
    rights = [letters(layout.last_column), letters(layout.table_area.right)]
    assert areas == [
        f"$A${top}:${right}${bottom}" for right, (top, bottom) in zip(rights, rows, strict=False)
    ]
    samples = len(network.samples)
    assert all((bottom - 19) % samples == 0 for _, bottom in rows)  # whole epochs
    note = sheet.cell(3, layout.frozen + 1).value
    assert ("clear the print area" in note) == (len(rows) > 1)
    assert all(f"to {bottom}" in note for _, bottom in rows if len(rows) > 1)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_the_note_tells_the_pages_that_are_printed(tmp_path):
    books = [
        write_workbook(load(name), tabulate(load(name), epochs), tmp_path / f"{name}.xlsx")
        for name, epochs in (("lstm", 30), ("iris", 35))
    ]
    for book, pdf in print_all(books, tmp_path / "out", ["LR0.5", "LR0.1"]).items():
        sheet = openpyxl.load_workbook(book).worksheets[0]
        note = sheet.cell(3, 3).value
        pages = [page for page in pages_of(pdf)[sheet.title] if page.words]
        assert f"on {len(pages)} pages" in note


def test_names_that_stay_in_sight_are_no_table_of_their_own(books):
    for name, book in books.items():
        (table,) = check(book, load(name)).tables
        assert (table.verdict, table.header_row) == ("right", 19)


@pytest.mark.recalc
def test_names_that_were_pasted_as_texts_do_no_harm(books, tmp_path):
    book = openpyxl.load_workbook(books["mazur"])
    sheet = book.worksheets[0]
    for cell in sheet[1]:
        if cell.value:
            cell.value = sheet[cell.value.removeprefix("=")].value
    book.save(tmp_path / "pasted.xlsx")
    assert check(tmp_path / "pasted.xlsx", load("mazur")).verdict == "right"


def test_the_originals_table_is_one_of_excels(workbook):
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    (table,) = sheet.tables.values()
    assert table.ref == "A35:AE103"
    assert [each.name for each in table.tableColumns] == [cell.value for cell in sheet[35][:31]]
    assert table.autoFilter is None
    assert table.tableStyleInfo.name is None


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_nothing_is_cut_off_or_too_small_on_paper(tmp_path):
    made = []
    for name in HARD:
        network = network_of(name)
        made.append(write_workbook(network, tabulate(network, 2), tmp_path / f"{name}.xlsx"))
    pairs = [(n, tabulate(n, 2)) for n in (load("xor").with_numbers(eta=e) for e in (0.1, 0.2))]
    made.append(write_comparison(pairs, tmp_path / "compare.xlsx"))
    tabs = {t for book in made for t in openpyxl.load_workbook(book, read_only=True).sheetnames}
    tabs = [tab for tab in tabs if tab in TABS or tab.startswith("LR")]
    assert {book.stem: found for book, found in faults(made, tmp_path, tabs).items() if found} == {}


def test_minus_signs_that_meet_are_not_written_into_cells(tmp_path):
    content = {"eta": 0.1, "epochs": 4, "error": "E", "trained": {"r": 0.5, "a": -1, "x": 4}}
    formulas = {"h": "-(r**2) - -1*r", "E": "(h - a)**2 - -x*x + -(h)"}
    network = from_content(content | {"formulas": formulas}, Path(), "signs")
    path = write_workbook(network, tabulate(network), tmp_path / "signs.xlsx")
    cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row]
    texts = [cell.value for cell in cells if str(cell.value).startswith("=")]
    assert any("^2)+" in text for text in texts)
    assert not [text for text in texts if re.search(r"--|\+-", text)]
    assert check(path, network).verdict == "right"


@pytest.mark.parametrize("name", OTHERS)
def test_no_arrow_of_the_drawing_crosses_what_is_said_of_outputs(name):
    layout = arrange(load(name), 3)
    diagram = readable_diagram(layout)
    for label in labels.labels(layout, diagram):
        if label.style == labels.WEIGHT:
            continue
        box = placing.box_of(layout, label)
        assert not any(part_covered(arrow, box) for arrow in diagram.arrows), label
