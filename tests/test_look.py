import shutil
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from backprop_sheet import InputError, templates, write_workbook
from backprop_sheet.exporter.look import STYLES
from tools import make_look

CLASSIC = templates.folder() / "classic.xlsx"


def test_the_template_is_what_its_script_makes(tmp_path, monkeypatch):
    (tmp_path / "templates").mkdir()
    monkeypatch.chdir(tmp_path)
    make_look.main()
    made, kept = (
        {style.name: style for style in openpyxl.load_workbook(path)._named_styles}
        for path in (tmp_path / "templates" / "classic.xlsx", CLASSIC)
    )
    assert made.keys() >= set(STYLES)
    for name in STYLES:
        for part in ("font", "fill", "border", "alignment", "number_format"):
            assert getattr(made[name], part) == getattr(kept[name], part), (name, part)


@pytest.fixture
def own_look(tmp_path):
    """A look as a teacher may have made it: red inputs on yellow, a green curve."""
    book = openpyxl.load_workbook(CLASSIC)
    for style in book._named_styles:
        if style.name == "table given":
            style.font = Font(name="Arial", size=12, color="FFC00000")
            style.fill = PatternFill("solid", fgColor="FFFFFF00")
        if style.name == "chart curve":
            style.font = Font(color="FF00B050")
    book.save(tmp_path / "own.xlsx")
    return tmp_path / "own.xlsx"


def test_another_look_changes_the_sheet_and_nothing_but_the_look(
    original, frame, workbook, own_look, tmp_path
):
    book = write_workbook(original, frame, tmp_path / "book.xlsx", look=own_look)
    sheet = openpyxl.load_workbook(book).active
    assert (sheet["E36"].font.name, sheet["E36"].font.color.rgb) == ("Arial", "FFC00000")
    assert sheet["E36"].fill.fgColor.rgb == "FFFFFF00"
    assert sheet["E37"].font.name == "Calibri"
    with zipfile.ZipFile(book) as file:
        assert "00B050" in file.read("xl/charts/chart1.xml").decode()
    plain = openpyxl.load_workbook(workbook).active
    assert [[c.value for c in row] for row in sheet] == [[c.value for c in row] for row in plain]


def test_a_look_without_one_of_the_styles_is_refused_by_its_name(original, frame, tmp_path):
    openpyxl.Workbook().save(tmp_path / "bare.xlsx")
    with pytest.raises(
        InputError, match=r"named cell style 'table header' is missing, and \d+ more"
    ):
        write_workbook(original, frame, tmp_path / "book.xlsx", look=tmp_path / "bare.xlsx")
    assert not (tmp_path / "book.xlsx").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), (b"no zip", "no .xlsx workbook"), (b"PK\5\6" + bytes(18), "no .xlsx")],
)
def test_a_look_that_is_no_workbook_is_refused(original, frame, tmp_path, content, reason):
    look = tmp_path / "look.xlsx"
    if content is not None:
        look.write_bytes(content)
    with pytest.raises(InputError, match=reason):
        write_workbook(original, frame, tmp_path / "book.xlsx", look=look)


def test_a_copy_of_the_classic_look_gives_the_same_bytes(original, frame, workbook, tmp_path):
    shutil.copy(CLASSIC, tmp_path / "copy.xlsx")
    book = write_workbook(original, frame, tmp_path / "b.xlsx", look=tmp_path / "copy.xlsx")
    assert book.read_bytes() == workbook.read_bytes()
