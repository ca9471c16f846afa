"""On paper nothing of the tabs Step and Check is cut off or too small, whatever the network."""

import random

import openpyxl
import pytest
from large_networks import LARGE, workbook
from openpyxl.utils.cell import range_boundaries
from printed import faults, pages_of
from spreadsheets import convert, without_values

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.exporter.formats import DECIMALS
from backprop_sheet.exporter.printing import page_ends
from backprop_sheet.templates import folder

TEMPLATES = sorted(path.stem for path in folder().glob("*.toml"))
SMALL = ["every setting", "huge numbers", "long activations", "long names", "tiny numbers"]
"""Large networks whose tabs are short: the others take LibreOffice minutes."""
SHOWN = ["original", "adam", "iris", "convolution", "growth", "batchnorm"]


def template(name, path):
    network = load(name)
    return write_workbook(network, tabulate(network, 3), path / f"{name}.xlsx")


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
def test_step_and_check_are_printed_whole(tmp_path):
    assert set(SMALL) <= LARGE.keys()
    assert set(SHOWN) <= set(TEMPLATES)
    books = [workbook(name, tmp_path) for name in SMALL]
    books += [template(name, tmp_path) for name in SHOWN]
    found = faults(books, tmp_path / "printed", ("Step", "Check"))
    assert {book.stem: some for book, some in found.items() if some} == {}


TITLES = ("step header", "compare header", "verdict header", "step caption")
"""The styles of what stands above other rows."""
TABS = ("Step", "Check")
KINDS = ["iris", "convolution", "attention", "adam"]
"""A network of every kind that tab Step tells apart."""


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Their workbooks."""
    place = tmp_path_factory.mktemp("books")
    return {name: template(name, place) for name in KINDS}


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_all_of_a_row_stands_at_one_height(name, books):
    book = openpyxl.load_workbook(books[name])
    for tab in TABS:
        sheet = book[tab]
        printed = range_boundaries(str(sheet.print_area).split("!")[1].replace("$", ""))
        for row in sheet.iter_rows(max_col=printed[2]):
            shown = {cell.alignment.vertical for cell in row if cell.value not in (None, "")}
            assert shown in (set(), {"center"}, {"top"}), (tab, row[0].row)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_no_page_ends_with_a_title_or_begins_with_a_blank_row(name, books):
    book = openpyxl.load_workbook(books[name])
    for tab in TABS:
        sheet = book[tab]
        breaks = [one.id for one in sheet.row_breaks.brk]
        assert breaks == sorted(set(breaks))
        assert breaks or tab == "Check"
        for row in breaks:
            assert not [cell for cell in sheet[row] if cell.style in TITLES and cell.value], row
            assert any(cell.value is not None for cell in sheet[row + 1]), row


@pytest.mark.slow
def test_a_grid_stands_on_one_page(books):
    sheet = openpyxl.load_workbook(books["attention"])["Step"]
    breaks = {one.id for one in sheet.row_breaks.brk}
    captions = [cell for row in sheet for cell in row if cell.style == "step caption"]
    grids = [cell for cell in captions if cell.offset(1).style in ("step place", "step slope")]
    assert len(grids) > 20
    for caption in grids:
        row = caption.row
        while sheet.cell(row + 1, caption.column).style in ("step place", "step slope", "hint"):
            assert row not in breaks, caption.value
            row += 1


@pytest.mark.parametrize("seed", range(20))
def test_pages_end_where_they_may_as_far_down_as_they_may(seed):
    chance = random.Random(seed)
    heights = [chance.choice([1, 1, 2, 5]) for _ in range(60)]
    may_end = [chance.random() < 0.4 for _ in heights]
    ends = list(page_ends(heights, may_end, 12))
    begin = 0
    for end in [*ends, len(heights) - 1]:
        assert sum(heights[begin : end + 1]) <= 12
        begin = end + 1
    begin = 0
    for end in ends:
        full = next(row for row in range(begin, 60) if sum(heights[begin : row + 1]) > 12)
        fitting = [row for row in range(begin, full) if may_end[row]]
        assert end == (fitting[-1] if fitting else full - 1)
        begin = end + 1


def test_a_row_higher_than_a_page_has_one_of_its_own():
    assert list(page_ends([1, 20, 1, 1], [True] * 4, 10)) == [0, 1]


@pytest.mark.slow
def test_numbers_that_are_looked_up_do_not_take_on_a_format(books):
    sheet = openpyxl.load_workbook(books["iris"])["Step"]
    shown = [cell for row in sheet for cell in row if cell.style == "setting fixed" and cell.value]
    assert shown
    assert {cell.number_format for cell in shown} == {DECIMALS}
    general = [
        area
        for area, rules in sheet.conditional_formatting._cf_rules.items()
        if any(rule.dxf.numFmt and rule.dxf.numFmt.formatCode == "General" for rule in rules)
    ]
    assert all(any(cell.coordinate in area for area in general) for cell in shown)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.pdftoppm
@pytest.mark.parametrize("name", ["iris", "dropout"])
def test_libreoffice_shows_whole_numbers_as_whole_numbers(name, tmp_path):
    book = without_values(template(name, tmp_path), tmp_path / "bare.xlsx", {})
    words = pages_of(convert(book, "pdf", tmp_path / "pdf"))["Step"][0].words
    for label in ("t1", "i1", "prediction", "right", *(["rnd1"] if name == "dropout" else [])):
        line = next(word for word in words if word.text == label)
        beside = [w for w in words if abs(w.top - line.top) < 3 and w.left > line.right]
        number = min(beside, key=lambda word: word.left).text
        if label == "rnd1":
            number = max(beside, key=lambda word: word.left).text
        assert number == f"{float(number):.15g}", label
