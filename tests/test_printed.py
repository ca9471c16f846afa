"""The measure of what is printed finds each fault in a workbook that is made to have it."""

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from printed import BLANK, CUT, OVERLAP, SMALL, faults

pytestmark = [pytest.mark.slow, pytest.mark.libreoffice, pytest.mark.pdftoppm]
LONG = "first second third fourth fifth sixth"


def fine(sheet):
    sheet["A1"] = LONG  # over empty cells
    sheet["A3"], sheet["A3"].alignment = LONG, Alignment(wrap_text=True)
    sheet.row_dimensions[3].height = 100
    sheet["B5"], sheet["B5"].font = "letters of 6 points", Font(size=6)
    sheet["A7"] = 0.5


def cut_by_a_neighbour(sheet):
    sheet["A1"], sheet["B1"] = LONG, "neighbour"


def cut_in_its_row(sheet):
    sheet["A9"], sheet["A9"].alignment = LONG, Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[9].height = 15


def cut_at_the_end_of_the_print_area(sheet):
    sheet["A1"] = LONG
    sheet.print_area = "A1:A3"


def number_without_room(sheet):
    sheet["A1"], sheet["A1"].number_format = 123456789.0, "0.00000000"


def small_letters(sheet):
    sheet["A1"], sheet["A1"].font = "tiny", Font(size=5.5)


def small_when_fitted_to_the_page(sheet):
    sheet["A1"], sheet["AZ1"] = "left", "right"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def blank_page(sheet):
    sheet["A1"], sheet["A150"] = "above", "below"
    sheet["A75"] = " "


def overlapping(sheet):
    sheet["C5"] = LONG
    sheet["C5"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet["C6"] = "beneath"


MADE = {
    fine: set(),
    cut_by_a_neighbour: {CUT},
    cut_in_its_row: {CUT},
    cut_at_the_end_of_the_print_area: {CUT},
    number_without_room: {CUT},
    small_letters: {SMALL},
    small_when_fitted_to_the_page: {SMALL},
    blank_page: {BLANK},
    overlapping: {OVERLAP, CUT},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("printed")
    books = {}
    for make in MADE:
        book = Workbook()
        make(book.active)
        book.active.oddFooter.left.text = "&A"
        books[make] = folder / f"{make.__name__}.xlsx"
        book.save(books[make])
    measured = faults(list(books.values()), folder / "out")
    return {make: measured[book] for make, book in books.items()}


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__.replace("_", " "))
def test_each_fault_is_found_and_no_other(make, found):
    assert {fault.kind for fault in found[make]} == MADE[make], found[make]


def test_a_fault_says_what_it_is_about(found):
    (cut,) = found[cut_by_a_neighbour]
    assert (cut.tab, cut.text) == ("Sheet", LONG)
