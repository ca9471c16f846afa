"""Office files: addresses of cells, links between parts, texts that cells share."""

import random
import zipfile
from itertools import product

import pytest
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from backprop_sheet import InputError
from backprop_sheet.ooxml import archive, book
from backprop_sheet.ooxml.addresses import (
    LAST_COLUMN,
    Area,
    address,
    areas,
    column_of,
    letters,
    place_of,
)
from backprop_sheet.ooxml.links import (
    Link,
    link_xml,
    part_of_links,
    read_links,
    resolved,
    target_from,
)
from backprop_sheet.ooxml.namespaces import MAIN, OFFICE
from backprop_sheet.ooxml.part import Part
from backprop_sheet.ooxml.shared import SharedFormula
from backprop_sheet.ooxml.strings import Strings, read_strings
from faults.hostile import parts_of, write


def test_columns_are_named_as_openpyxl_names_them():
    for number in (1, 26, 27, 52, 702, 703, LAST_COLUMN):
        assert letters(number) == get_column_letter(number)
        assert column_of(letters(number).lower()) == column_index_from_string(letters(number))


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "a1", "XFE1", "A1048577", "$A$1", "A1:B2"])
def test_what_is_no_cell(text):
    with pytest.raises(InputError, match="not the address of a cell"):
        place_of(text)


def test_a_cell_there_and_back():
    assert place_of("Z33") == (33, 26)
    assert address(*place_of("XFD1048576")) == "XFD1048576"


@pytest.mark.parametrize("text", ["A1:C3", "C3:A1", "C1:A3", "$A$1:$C$3"])
def test_an_areas_corners_come_in_any_order(text):
    assert Area.of(text) == Area(1, 1, 3, 3)
    assert Area.of(text).absolute == "$A$1:$C$3"


@pytest.mark.parametrize("seed", range(20))
def test_areas_hold_their_cells_once_and_no_others(seed):
    chance = random.Random(seed)
    cells = {(chance.randint(1, 8), chance.randint(1, 8)) for _ in range(chance.randint(1, 60))}
    held = [place for area in areas(cells) for place in area.places()]
    assert sorted(held) == sorted(cells)
    assert sum(area.size for area in areas(cells)) == len(cells)


def test_a_block_of_cells_is_one_area():
    assert areas((row, column) for row in range(2, 152) for column in (3, 2, 1)) == [
        Area(1, 2, 3, 151)
    ]


def test_links_are_read_as_they_are_written():
    link = Link(f"{OFFICE}/worksheet", "xl/worksheets/sheet1.xml")
    ours = link_xml("xl/workbook.xml", "rId1", link)
    assert ours.count('Target="worksheets/sheet1.xml"') == 1
    for target in ("/xl/worksheets/sheet1.xml", "./worksheets/../worksheets/sheet1.xml", None):
        xml = ours.replace("worksheets/sheet1.xml", target) if target else ours
        elements = ((one.local, one.attributes) for one in Part("links", xml.encode()).elements())
        assert read_links("xl/workbook.xml", elements) == {"rId1": link}
    assert (link.kind, link.base) == ("worksheet", OFFICE)
    assert part_of_links("xl/workbook.xml") == "xl/_rels/workbook.xml.rels"
    assert part_of_links("") == "_rels/.rels"


@pytest.mark.parametrize(
    ("source", "part", "target"),
    [
        ("", "docProps/custom.xml", "docProps/custom.xml"),
        ("xl/workbook.xml", "xl/sharedStrings.xml", "sharedStrings.xml"),
        ("xl/worksheets/sheet1.xml", "xl/comments1.xml", "../comments1.xml"),
        ("sheet.xml", "xl/drawings/vmlDrawing1.vml", "xl/drawings/vmlDrawing1.vml"),
    ],
)
def test_targets_are_relative_to_the_part_that_has_the_link(source, part, target):
    assert target_from(source, part) == target
    assert resolved(source, target) == part


def test_texts_are_read_as_they_are_written(tmp_path):
    texts = ["a", " b & <c>\n", "ü", "a"]
    written = Strings()
    assert [written.number(text) for text in texts] == [0, 1, 2, 0]
    with zipfile.ZipFile(tmp_path / "texts.xlsx", "w") as file:
        file.writestr("texts.xml", "".join(written.xml()))
    with archive.opened(tmp_path / "texts.xlsx") as file:
        assert read_strings(file, "texts.xml") == texts[:3]


def test_how_a_text_is_pronounced_is_no_part_of_it(tmp_path):
    said = "<t>学習率</t><rPh sb='0' eb='3'><t>ガクシュウリツ</t></rPh>"
    cells = f'<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>{said}</is></c>'
    changed = {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si>{said}</si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row>'
        "</sheetData></worksheet>",
    }
    assert changed.keys() <= parts_of().keys()
    write(tmp_path / "said.xlsx", changed)
    with book.opened(tmp_path / "said.xlsx", lambda _: None) as workbook:
        (sheet,) = workbook.sheets
        assert [{c: cell.value for c, cell in row.items()} for _, row in sheet.rows] == [
            {1: "学習率", 2: "学習率"}
        ]


# --- shared formulas ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        *("A1+$B2*C$3-$D$4", " A1 + B2 ", "SUM(A1:B5)", "SUM(A:B)", "SUM(3:4)+$5:6", "A1:B2:C3"),
        *("'My % Sheet'!A1%+5%", "Sheet2!name", "[1]Sheet!$A1", "Sheet1!A1:Sheet2!B2"),
        *("name1*A2", "name:C2", "Table1[[#This Row],[x %]]*B3", "Sheet!$A:$A", "A0+B1"),
        *('IF(A1>"50%","a"&B2,"%d")', "{1,2;3,4}*A1", "xfd10+a5", "1.5E+3*A7", "#REF!+A1", "ABCD5"),
    ],
)
def test_a_shared_formula_is_moved_as_openpyxl_moves_it(formula):
    theirs, ours = Translator(f"={formula}", "E5"), SharedFormula(formula, (5, 5))
    for row, column in product((1, 3, 5, 6, 100), (1, 2, 5, 6, 30, 16_384)):
        try:
            moved = theirs.translate_formula(address(row, column))[1:]
        except TranslatorError as error:
            with pytest.raises(TranslatorError, match=str(error)):
                ours.at(row, column)
        else:
            assert ours.at(row, column) == moved
