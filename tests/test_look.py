import re
import shutil
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Color, Font, PatternFill
from spreadsheets import convert

from backprop_sheet import InputError, load, tabulate, templates, write_workbook
from backprop_sheet.exporter.look import PARTS, STYLES, Look
from backprop_sheet.palette import NODES
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


def colors_of(book):
    """Every colour that the drawing and the chart of a workbook use."""
    with zipfile.ZipFile(book) as file:
        parts = [n for n in file.namelist() if re.match(r"xl/(drawings/drawing|charts/chart)1", n)]
        return re.findall(r'srgbClr val="(\w+)"', "".join(file.read(n).decode() for n in parts))


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        (Color(rgb="FF123456"), "123456"),
        (Color(theme=4), "4F81BD"),  # accent 1 of the template's theme
        (Color(theme=0), "FFFFFF"),
        (Color(theme=1), "000000"),
        (Color(theme=4, tint=-0.249977111117893), "366092"),  # as Excel's palette shows it
        (Color(theme=4, tint=0.5999938962981048), "B8CCE4"),
        (Color(indexed=10), "FF0000"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_colours_of_a_theme_reach_drawing_and_chart(original, frame, tmp_path, color, expected):
    book = openpyxl.load_workbook(CLASSIC)
    for style in book._named_styles:
        if style.name == "chart curve":
            style.font = Font(color=color)
        if style.name == "drawing input":
            style.fill = PatternFill("solid", fgColor=color)
    book.save(tmp_path / "own.xlsx")
    written = write_workbook(original, frame, tmp_path / "b.xlsx", look=tmp_path / "own.xlsx")
    near = [c for c in colors_of(written) if distance(c, expected) <= 1]
    assert len(near) >= 2 + 2, "two input nodes, the line and the markers"


def distance(one, other):
    return max(abs(a - b) for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True))


def test_a_node_without_fill_is_white(original, frame, tmp_path):
    book = openpyxl.load_workbook(CLASSIC)
    for style in book._named_styles:
        if style.name == "drawing hidden sum":
            style.fill = PatternFill()
    book.save(tmp_path / "own.xlsx")
    written = write_workbook(original, frame, tmp_path / "b.xlsx", look=tmp_path / "own.xlsx")
    assert "A9D18E" not in colors_of(written)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_look_may_be_saved_by_libreoffice(original, frame, workbook, tmp_path):
    shutil.copy(CLASSIC, tmp_path / "own.xlsx")
    look = convert(tmp_path / "own.xlsx", "xlsx", tmp_path / "saved")
    book = write_workbook(original, frame, tmp_path / "book.xlsx", look=look)
    sheet, classic = (openpyxl.load_workbook(path).active for path in (book, workbook))
    for address in ("A35", "E36", "C40", "C22", "C23", "F34"):
        cell, wanted = sheet[address], classic[address]
        assert cell.font.color.rgb[2:] == wanted.font.color.rgb[2:]
        assert (cell.font.name, cell.font.b) == (wanted.font.name, wanted.font.b)
        assert cell.fill.fgColor.rgb == wanted.fill.fgColor.rgb
    assert colors_of(book) == colors_of(workbook)


def test_a_look_without_one_of_the_styles_is_refused_by_its_name(original, frame, tmp_path):
    openpyxl.Workbook().save(tmp_path / "bare.xlsx")
    with pytest.raises(
        InputError, match=r"named cell style 'table header' is missing, and \d+ more"
    ):
        write_workbook(original, frame, tmp_path / "book.xlsx", look=tmp_path / "bare.xlsx")
    assert not (tmp_path / "book.xlsx").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"no zip", "not an .xlsx workbook"),
        (b"PK\5\6" + bytes(18), "not an .xlsx"),
    ],
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


def contrast(one, other):
    """The ratio of two colours' luminances, by WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color):
    parts = (part / 255 for part in bytes.fromhex(color))
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("part", sorted(PARTS.keys() - {"line", "outline"}))
def test_names_in_drawings_can_be_read_on_their_ground(part):
    look = Look()
    text, ground = look.text_color(f"network {part}"), look.fill_color(f"network {part}")
    assert contrast(text, ground) >= 4.5


@pytest.mark.slow
def test_the_originals_drawing_keeps_its_colours_and_others_have_those_of_all_pictures(
    workbook, tmp_path
):
    iris = load("iris")
    book = write_workbook(iris, tabulate(iris, 2), tmp_path / "iris.xlsx")
    pale, deep = "A9D18E", NODES["hidden sum"]
    assert (pale in colors_of(workbook), pale in colors_of(book)) == (True, False)
    assert deep in colors_of(book)
    steps = [openpyxl.load_workbook(path)["Step"] for path in (workbook, book)]
    for step in steps:
        (h1,) = (c for row in step for c in row if c.value == "h1" and c.style.startswith("netw"))
        assert h1.fill.fgColor.rgb[2:] == deep


def test_a_look_with_one_drawing_for_all_networks_still_has_its_colours(tmp_path, monkeypatch):
    then = {name: use for name, use in STYLES.items() if not name.startswith("network ")}
    monkeypatch.setattr(make_look, "STYLES", then)
    book = make_look.workbook()
    (style,) = (s for s in book._named_styles if s.name == "drawing hidden sum")
    style.fill = PatternFill("solid", fgColor="FF123456")
    book.save(tmp_path / "old.xlsx")
    iris = load("iris")
    frame = tabulate(iris, 2)
    written = write_workbook(iris, frame, tmp_path / "b.xlsx", look=tmp_path / "old.xlsx")
    assert "123456" in colors_of(written)
