"""A workbook's annotated copy: what is new in it, and that all else is as it was."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from spreadsheets import convert

from backprop_sheet import InputError
from backprop_sheet.ooxml.annotator import annotate
from backprop_sheet.ooxml.annotator.comments import AUTHOR
from backprop_sheet.ooxml.annotator.formats import FILL, TEXT

NOTE = "w1 ≠ w1 − η·∂E/∂w1 & <so>\nexpected 0.1498, found 0.1502"
CHANGING = re.compile(
    r"\[Content_Types\].xml|xl/styles.xml|xl/worksheets/(_rels/)?sheet\d+.xml(.rels)?"
    r"|xl/comments.*|xl/drawings/vml.*|xl/drawings/comments.*|_rels/.rels|docProps/custom.xml"
)
"""The parts that annotating may change or add."""


def members(path):
    with zipfile.ZipFile(path) as file:
        return {info.filename: (file.read(info), info.date_time) for info in file.infolist()}


def rewritten(path, change):
    """The workbook with every part gone through `change(name, text)`."""
    other = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name).decode()))
    return other


def looks(cell):
    return cell.number_format, *map(repr, (cell.alignment, cell.border, cell.protection))


def assert_only_noted(source, copy, notes):
    """Notes and colours are there; every other cell and part is as in the source."""
    before, after = members(source), members(copy)
    assert all(after[name] == old for name, old in before.items() if not CHANGING.fullmatch(name))
    assert all(CHANGING.fullmatch(name) for name in after.keys() - before.keys())
    for data_only in (False, True):
        old, new = (openpyxl.load_workbook(path, data_only=data_only) for path in (source, copy))
        assert old.sheetnames == new.sheetnames
        for sheet in old.worksheets:
            told = dict(notes.get(sheet.title, {}))
            for row in new[sheet.title].iter_rows():
                for cell in row:
                    was = sheet[cell.coordinate]
                    assert cell.value == was.value
                    assert looks(cell) == looks(was)
                    if text := told.pop(cell.coordinate, None):
                        assert cell.comment.text.endswith(text)
                        assert cell.fill.fgColor.rgb == FILL
                        assert cell.font.color.rgb == TEXT
                        assert (cell.font.name, cell.font.sz, cell.font.b) == (
                            was.font.name, was.font.sz, was.font.b,
                        )  # fmt: skip
                    else:
                        assert repr((cell.fill, cell.font)) == repr((was.fill, was.font))
                        assert cell.comment == was.comment or cell.comment.text == was.comment.text
            assert not told


@pytest.fixture
def book(tmp_path):
    """Sheets with gaps, formats, a chart, an old comment, and names that need quotes."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = TITLE
    for row in (2, 3, 5, 9):
        for column in (2, 3, 5):
            cell = first.cell(row, column, row * column / 7)
            cell.number_format = "0.000"
    first["E2"] = "=B2*C2"
    first["B2"].font = Font(name="Arial", size=14, bold=True, color="FFFFFFFF")
    first["B2"].fill = PatternFill("solid", fgColor="FF44546A")
    first["E2"].font = Font(name="Arial", italic=True)  # of no colour
    first["C3"].alignment = Alignment(horizontal="center")
    first["C3"].comment = Comment("was here", "Someone")
    first["B9"].comment = Comment("so was I", "Someone")
    first.merge_cells("G2:H3")
    chart = LineChart()
    chart.add_data(Reference(first, min_col=2, min_row=2, max_row=9))
    first.add_chart(chart, "J2")
    book.create_sheet("plain")["A1"] = "text"
    book.create_sheet("empty")
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


TITLE = "It's 1 & <2>"
NOTES = {
    TITLE: {
        "E2": NOTE, "B2": "white font", "C3": NOTE, "A1": "before all", "D3": "a gap",
        "F3": "behind", "A4": "a row", "C4": "same row", "AB12": "below all", "B5": "x" * 500,
    },
    "plain": {"A1": NOTE, "A2": "more"},
    "empty": {"B2": "nothing here"},
}  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "copy.xlsx"


def test_notes_are_there_and_nothing_else_changes(book, copy):
    before = book.read_bytes()
    annotate(book, copy, NOTES)
    assert_only_noted(book, copy, NOTES)
    assert book.read_bytes() == before
    assert openpyxl.load_workbook(copy).worksheets[0].dimensions == "A1:AB12"


def test_a_comment_that_was_there_is_kept_and_its_box_grows(book, copy):
    annotate(book, copy, NOTES)
    sheet = openpyxl.load_workbook(copy).worksheets[0]
    assert sheet["C3"].comment.text == f"was here\n\n{NOTE}"
    assert (sheet["C3"].comment.author, sheet["E2"].comment.author) == ("Someone", AUTHOR)
    (boxes,) = (boxes for boxes in drawings(copy) if len(re.findall(r"<\w+:ClientData", boxes)) > 2)
    assert len(re.findall(r"<\w+:ClientData", boxes)) == len(NOTES[TITLE]) + 1  # the other old one
    assert len(set(re.findall(r'id="(_x0000_s\d+)"', boxes))) == len(NOTES[TITLE]) + 1
    assert boxes.count("</x:Anchor>") == len(NOTES[TITLE])


def test_a_second_time_adds_to_the_first(book, copy, tmp_path):
    annotate(book, copy, NOTES)
    again = tmp_path / "again.xlsx"
    annotate(copy, again, {"plain": {"A1": "second", "C7": "new"}})
    sheet = openpyxl.load_workbook(again)["plain"]
    assert sheet["A1"].comment.text == f"{NOTE}\n\nsecond"
    assert sheet["A2"].comment.text == "more"
    assert sheet["C7"].comment.text == "new"
    assert members(again)["xl/comments1.xml"][0].count(b"<author>") == 1
    assert len(re.findall(rb"<comment ", members(again)["xl/comments1.xml"][0])) == 3


def test_the_same_notes_give_the_same_bytes(book, copy, tmp_path):
    backwards = {title: dict(reversed(cells.items())) for title, cells in NOTES.items()}
    annotate(book, copy, NOTES)
    annotate(book, tmp_path / "other.xlsx", backwards)
    assert copy.read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_without_notes_it_is_a_copy(book, copy):
    annotate(book, copy, {"plain": {}})
    after, seal = members(copy), {"[Content_Types].xml", "_rels/.rels", "docProps/custom.xml"}
    assert {n: part for n, part in members(book).items() if after[n] != part}.keys() < seal
    assert after.keys() - members(book).keys() == {"docProps/custom.xml"}


def test_our_own_workbook(workbook, copy):
    notes = {"LR1.0": {"Z37": NOTE, "A35": "heading", "P1": "empty", "AA200": "below"}}
    annotate(workbook, copy, notes)
    assert_only_noted(workbook, copy, notes)


def test_a_box_holds_its_text(workbook, copy):
    annotate(workbook, copy, {"LR1.0": {"B40": "short", "B50": "word " * 200}})
    anchors = [
        [int(number) for number in anchor.split(",")]
        for anchor in re.findall("<x:Anchor>(.*?)</x:Anchor>", *drawings(copy))
    ]
    assert [anchor[:4] for anchor in anchors] == [[2, 15, 38, 0], [2, 15, 48, 0]]
    assert anchors[0][6] - anchors[0][2] < 3
    assert anchors[1][6] - anchors[1][2] > 12


def drawings(path):
    return [text.decode() for name, (text, _) in members(path).items() if name.endswith(".vml")]


# --- as other programs write it ------------------------------------------------------------------


def prefixed(name, text):
    """With a prefix on every element of the sheets, and quotes of the other kind."""
    if not re.fullmatch("xl/(worksheets/sheet|styles|workbook|comments).*", name):
        return text
    text = re.sub(r"(</?)(?=\w+[\s/>])", r"\1x:", text).replace("xmlns=", "xmlns:x=")
    return text if "'" in text else re.sub('"([^"]*)"', r"'\1'", text)


def unnumbered(name, text):
    """Cells and rows without their numbers, which then follow from their order."""
    if name != "xl/worksheets/sheet2.xml":
        return text
    return re.sub(r'(<(?:c|row)) r="\w+"', r"\1", text)


def relative(name, text):
    """Links that go from where they stand."""
    return text.replace('"/xl/', '"../') if "sheet" in name and name.endswith("rels") else text


@pytest.mark.parametrize("change", [prefixed, unnumbered, relative])
def test_ways_of_writing(book, copy, change):
    source = rewritten(book, change)
    annotate(source, copy, NOTES)
    sheets = openpyxl.load_workbook(copy)
    for title, cells in NOTES.items():
        for cell, text in cells.items():
            assert sheets[title][cell].comment.text.endswith(text)
            assert sheets[title][cell].fill.fgColor.rgb == FILL
    # One place of the comments and one link for each sheet, not a second beside the first.
    assert sum(name.startswith("xl/comments") for name in members(copy)) == 3


def test_wide_characters(book, copy, tmp_path):
    source = tmp_path / "wide.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name in {"xl/worksheets/sheet2.xml", "xl/styles.xml"}:
                data = ('<?xml version="1.0" encoding="UTF-16"?>' + data.decode()).encode("utf-16")
            new.writestr(name, data)
    annotate(source, copy, {"plain": {"A1": NOTE, "B9": "η"}})
    assert_only_noted(source, copy, {"plain": {"A1": NOTE, "B9": "η"}})


def test_a_sheet_keeps_its_order(book, copy):
    """What stands behind the drawing of comments stays behind it."""
    tail = '<tableParts count="0"/><extLst/></worksheet>'
    source = rewritten(book, lambda name, text: (
        text.replace("</worksheet>", tail) if name == "xl/worksheets/sheet2.xml" else text
    ))  # fmt: skip
    annotate(source, copy, {"plain": {"A1": "x"}})
    sheet = members(copy)["xl/worksheets/sheet2.xml"][0].decode()
    assert re.search(rf"<legacyDrawing [^>]*/>{tail}$", sheet)


def test_other_attributes_of_a_cell_stay(book, copy):
    odd = """<c t='s' cm="1"\n s = "0" r='A1' >"""
    source = rewritten(book, lambda name, text: (
        re.sub('<c r="A1"[^>]*>', lambda _: odd, text) if name.endswith("/sheet2.xml") else text
    ))  # fmt: skip
    annotate(source, copy, {"plain": {"A1": "x"}})
    cell = re.search("<c [^>]*>", members(copy)["xl/worksheets/sheet2.xml"][0].decode())
    assert re.fullmatch(r"""<c t='s' cm="1" s="\d+" r='A1' >""", cell[0])


def test_an_empty_row_and_a_row_with_a_format(book, copy):
    rows = '</row><row r="4"/><row r="6" s="1" customFormat="1" spans="1:1"></row></sheetData>'
    source = rewritten(book, lambda name, text: (
        text.replace("</row></sheetData>", rows) if name == "xl/worksheets/sheet2.xml" else text
    ))  # fmt: skip
    annotate(source, copy, {"plain": {"B4": "x", "C6": "y", "A5": "z", "E4": "e"}})
    sheet = members(copy)["xl/worksheets/sheet2.xml"][0].decode()
    styles = (
        r'<row r="4"><c r="B4" s="(\d+)"/><c r="E4" s="\1"/></row><row r="5"><c r="A5" s="\1"/>'
    )
    assert re.search(styles, sheet)
    assert '<row r="6" s="1" customFormat="1"><c r="C6"' in sheet
    assert openpyxl.load_workbook(copy)["plain"]["C6"].number_format == "0.000"


def test_text_that_xml_cannot_hold(book, copy):
    annotate(book, copy, {"plain": {"A1": "a\0b\r\n]]> <t>"}})
    assert openpyxl.load_workbook(copy)["plain"]["A1"].comment.text == "a\ufffdb\n]]> <t>"


def test_a_threaded_comment_survives(book, copy):
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = f'<Relationship Id="t" Type="{kind}" Target="/xl/threadedComments/one.xml"/>'
    source = rewritten(book, lambda name, text: (
        text.replace("</Relationships>", f"{link}</Relationships>")
        if name.endswith("sheet1.xml.rels") else text
    ))  # fmt: skip
    with zipfile.ZipFile(source, "a") as file:
        file.writestr("xl/threadedComments/one.xml", "<ThreadedComments/>")
    annotate(source, copy, NOTES)
    assert_only_noted(source, copy, NOTES)
    assert link in members(copy)["xl/worksheets/_rels/sheet1.xml.rels"][0].decode()


def test_a_choice_of_formats(book, copy):
    """Some programs offer a format twice, for themselves and for others; both go red."""

    def choice(name, text):
        if name != "xl/styles.xml":
            return text
        xf = re.search("<cellXfs.*?>(<xf.*?(?:/>|</xf>))", text)[1]
        spaces = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        both = f'<mc:Choice Requires="v" xmlns:v="urn:v">{xf}</mc:Choice>'
        both += f"<mc:Fallback>{xf}</mc:Fallback>"
        wrapped = f"<mc:AlternateContent {spaces}>{both}</mc:AlternateContent>"
        return re.sub("(<cellXfs.*?>)<xf.*?(?:/>|</xf>)", lambda m: m[1] + wrapped, text, count=1)

    annotate(rewritten(book, choice), copy, {"empty": {"A1": "x"}})
    styles = members(copy)["xl/styles.xml"][0].decode()
    added = re.findall("<mc:AlternateContent .*?</mc:AlternateContent>", styles)[-1]
    assert added.count('applyFill="1"') == 2
    assert "<mc:AlternateContent xmlns" in added


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ({"none": {"A1": "x"}}, "no sheet 'none'"),
        ({"plain": {"A0": "x"}}, "'A0' is not the address of a cell"),
        ({"plain": {"XFE1": "x"}}, "'XFE1' is not the address of a cell"),
        ({"plain": {"A1048577": "x"}}, "'A1048577' is not the address of a cell"),
        ({"plain": {"$A$1": "x"}}, "is not the address of a cell"),
    ],
)
def test_a_note_on_nothing(book, copy, notes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        annotate(book, copy, notes)
    assert not copy.exists()


def test_the_workbook_itself_is_never_written(book, tmp_path):
    other_name = tmp_path / "link.xlsx"
    other_name.symlink_to(book)
    for target in (book, other_name):
        with pytest.raises(InputError, match="workbook itself"):
            annotate(book, target, NOTES)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("change", ["<!DOCTYPE a [<!ENTITY b 'c'>]>{}", "{}<", "<html/>"])
def test_broken_parts(book, copy, part, change):
    source = rewritten(book, lambda name, text: change.format(text) if name == part else text)
    with pytest.raises(InputError) as caught:
        annotate(source, copy, {"plain": {"A1": "x"}})
    assert "\n" not in str(caught.value)
    assert not copy.exists()


def test_no_workbook(book, copy, tmp_path):
    whole, broken = book.read_bytes(), tmp_path / "broken.xlsx"
    for data in (b"", b"text", whole[:3000], whole[:300] + bytes(200) + whole[500:]):
        broken.write_bytes(data)
        with pytest.raises(InputError, match="broken"):
            annotate(broken, copy, NOTES)
    with pytest.raises(InputError, match="cannot be read"):
        annotate(tmp_path / "nowhere.xlsx", copy, NOTES)
    with zipfile.ZipFile(broken, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(InputError, match="no workbook"):
        annotate(broken, copy, NOTES)
    with pytest.raises(InputError, match="cannot be written"):
        annotate(book, book / "copy.xlsx", NOTES)


# --- as others see it ----------------------------------------------------------------------------


def test_openxml_audit_finds_nothing(book, copy):
    from openxml_audit import OpenXmlValidator

    annotate(book, copy, NOTES)
    known = {error.description for error in OpenXmlValidator().validate(book).errors}
    assert {error.description for error in OpenXmlValidator().validate(copy).errors} == known


@pytest.mark.slow
@pytest.mark.validator
def test_microsofts_validator_finds_nothing(workbook, copy):
    annotate(workbook, copy, {"LR1.0": {"Z37": NOTE, "A35": "heading", "P1": "empty"}})
    script = Path(__file__).parent / "validate.mjs"
    done = subprocess.run(
        ["node", script, copy], check=True, capture_output=True, encoding="utf-8", timeout=300
    )
    assert json.loads(done.stdout) == {str(copy): []}


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_sees_colours_and_comments(book, copy, tmp_path):
    annotate(book, copy, NOTES)
    sheets = openpyxl.load_workbook(convert(copy, "xlsx", tmp_path / "saved"))
    for title, cells in NOTES.items():
        for cell, text in cells.items():
            assert sheets[title][cell].comment.text.strip().endswith(text)
            assert sheets[title][cell].fill.fgColor.rgb == FILL
