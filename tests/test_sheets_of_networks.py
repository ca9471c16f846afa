"""Sheets of networks: what is where, stays in sight, may be changed, and how they print."""

import re
from itertools import accumulate
from pathlib import Path

import large_networks
import openpyxl
import pytest
from printed import faults

from backprop_sheet import check, load, tabulate, templates, write_comparison, write_workbook
from backprop_sheet.diagram import diagram_of
from backprop_sheet.exporter import arrange, labels
from backprop_sheet.exporter.layout import ROW_HEIGHT
from backprop_sheet.network.file import from_content

WIDTH, HEIGHT = 1280, 560
"""The first screen in pixels: 20 columns of the usual width by 28 rows."""
OTHERS = sorted(templates.known().keys() - {"original"})
YELLOW = "FFFFF2CC"
TABS = ("Derivation", "Compare")


def network_of(name):
    return load(name) if name in OTHERS else large_networks.network(name)


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
    area = layout.drawing
    height = (area.bottom - area.top + 1) * ROW_HEIGHT
    diagram = diagram_of(layout.network, layout.breadth(area), height)
    found = labels.labels(layout, diagram)
    weights = {arrow.weight for arrow in diagram.arrows if arrow.weight}
    labelled = [label for label in found if label.style == labels.WEIGHT]
    assert len(labelled) in (0, len(weights))
    assert bool(labels.legend(diagram, found)) == (bool(weights) and not labelled)


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


def test_names_and_epochs_stay_in_sight(sheet):
    network, sheet = sheet
    layout = arrange(network, 4)
    frozen = openpyxl.utils.cell.coordinate_to_tuple(sheet.freeze_panes)
    assert frozen == (2, 2 if len(network.samples) == 1 else 3)
    heads = [cell for cell in sheet[layout.header_row] if cell.value is not None]
    assert heads[0].value == "epoch"
    for head in heads:
        assert sheet.cell(1, head.column).value == f"={head.coordinate}"


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
    pictures = (layout.accuracy_chart or layout.chart).right
    assert all(each.id >= pictures for each in sheet.col_breaks.brk)


def test_names_that_stay_in_sight_are_no_table_of_their_own(books):
    for name, book in books.items():
        (table,) = check(book, load(name)).tables
        assert (table.verdict, table.header_row) == ("right", 19)


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
    assert table.tableStyleInfo is None


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_nothing_is_cut_off_or_too_small_on_paper(tmp_path):
    made = []
    for name in (*OTHERS, "original"):
        network = load(name)
        made.append(write_workbook(network, tabulate(network, 3), tmp_path / f"{name}.xlsx"))
    for name in ("original", "iris"):
        pairs = [(n, tabulate(n, 3)) for n in (load(name).with_numbers(eta=e) for e in (0.1, 0.2))]
        made.append(write_comparison(pairs, tmp_path / f"compare {name}.xlsx"))
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
