"""The workbook as a reader of the file finds it, without any recalculation."""

import math
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from backprop_sheet import InputError, build, exporter, load, tabulate, write_workbook
from backprop_sheet.exporter.layout import letters

DATA = Path(__file__).parent / "data"
HEADINGS = (
    "t1 t2 i1 i2 w1 w2 w3 w4 h1 a_h1 h2 a_h2 w5 w6 w7 w8 o1 a_o1 o2 a_o2 E1 E2 E_tot "
    "∂E/∂w1 ∂E/∂w2 ∂E/∂w3 ∂E/∂w4 ∂E/∂w5 ∂E/∂w6 ∂E/∂w7 ∂E/∂w8"
).split()
BLACK, WHITE, SLATE = "FF000000", "FFFFFFFF", "FF44546A"


@pytest.fixture(scope="module")
def sheet(workbook):
    """The sheet with its formulas."""
    return openpyxl.load_workbook(workbook).active


@pytest.fixture(scope="module")
def values(workbook):
    """The sheet with its stored values."""
    return openpyxl.load_workbook(workbook, data_only=True).active


@pytest.fixture(scope="module")
def parts(workbook):
    """The parts of the file as text."""
    with zipfile.ZipFile(workbook) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


# --- what stands where -------------------------------------------------------------------------


def test_the_tab_and_the_places_are_the_originals(sheet):
    assert sheet.title == "LR1.0"
    assert (sheet["E34"].value, sheet["F34"].value) == ("η=", 1)
    assert [cell.value for cell in sheet[35][:31]] == HEADINGS
    assert sheet.max_row == 103


def test_the_first_row_holds_the_given_numbers(sheet):
    given = {cell.value: sheet.cell(36, cell.column).value for cell in sheet[35][:31]}
    numbers = {name: x for name, x in given.items() if not isinstance(x, str)}
    assert numbers == {
        "t1": 0.5, "t2": 0.5, "i1": 0.05, "i2": 0.1,
        "w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "w5": 0.4, "w6": 0.45, "w7": 0.5, "w8": 0.55,
    }  # fmt: skip


def test_formulas_of_three_rows_are_as_reviewed(sheet):
    """tests/data/formulas.tsv is reviewed by eye; a change there is a change of the sheet."""
    found = [
        f"{cell.coordinate}\t{cell.value}"
        for row in (36, 37, 103)
        for cell in sheet[row]
        if cell.value is not None
    ]
    assert found == (DATA / "formulas.tsv").read_text(encoding="utf-8").splitlines()


def test_boxes_five_and_six_stand_where_the_picture_has_them(sheet):
    box5 = [sheet.cell(row, 3).value for row in range(22, 26)]
    assert box5 == [
        5,
        "∂E_total/∂w1 = ∂E_total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1",
        "∂E_total/∂w2 = ∂E_total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w2",
        "∂E_total/∂w3 = ∂E_total/∂a_h2 * ∂a_h2/∂h2 * ∂h2/∂w3",
    ]
    box6 = [sheet.cell(row, 1).value for row in range(27, 32)]
    inner = "((a_o1 - t1) * a_o1 * (1 - a_o1) * {} + (a_o2 - t2) * a_o2 * (1 - a_o2) * {})"
    first, second = inner.format("w5", "w7"), inner.format("w6", "w8")
    assert box6 == [
        6,
        f"∂E_total/∂w1 = {first} * a_h1 * (1 - a_h1) * i1",
        f"∂E_total/∂w2 = {first} * a_h1 * (1 - a_h1) * i2",
        f"∂E_total/∂w3 = {second} * a_h2 * (1 - a_h2) * i1",
        f"∂E_total/∂w4 = {second} * a_h2 * (1 - a_h2) * i2",
    ]
    assert frame_of(sheet) >= outline("C22:I25") | outline("A27:M31")


def test_all_six_boxes_are_framed_and_nothing_else_is(sheet):
    numbers = [
        (cell.value, cell.coordinate)
        for row in sheet["A1:N33"]
        for cell in row
        if isinstance(cell.value, int)
    ]
    assert sorted(numbers) == [
        (1, "A2"), (2, "G2"), (3, "G9"), (4, "A15"), (5, "C22"), (6, "A27"),
    ]  # fmt: skip
    areas = ["A2:E13", "G2:M7", "G9:M13", "A15:M17", "C22:I25", "A27:M31"]
    assert frame_of(sheet) == set().union(*map(outline, areas))


def frame_of(sheet):
    """The sides of cells that have a thin black line."""
    return {
        (cell.coordinate, side)
        for row in sheet.iter_rows(max_row=34)
        for cell in row
        for side in ("left", "right", "top", "bottom")
        if (line := getattr(cell.border, side)) and line.style == "thin" and line.color.rgb == BLACK
    }


def outline(area):
    left, top, right, bottom = openpyxl.utils.range_boundaries(area)
    upright = {(f"{letters(left)}{row}", "left") for row in range(top, bottom + 1)}
    upright |= {(f"{letters(right)}{row}", "right") for row in range(top, bottom + 1)}
    level = {(f"{letters(column)}{top}", "top") for column in range(left, right + 1)}
    level |= {(f"{letters(column)}{bottom}", "bottom") for column in range(left, right + 1)}
    return upright | level


# --- the look ----------------------------------------------------------------------------------


def test_fonts_fills_and_widths_are_as_measured(sheet):
    for cell in sheet[35][:31]:
        assert (cell.fill.fgColor.rgb, cell.font.color.rgb, cell.font.b) == (BLACK, WHITE, True)
        assert cell.alignment.horizontal == "left"
    for row in (36, 37, 103):
        for cell in sheet[row][:31]:
            slate = cell.column in (3, 4) and row > 36
            assert cell.font.color.rgb == (SLATE if slate else BLACK)
            assert (cell.font.name, cell.font.sz, cell.font.b) == ("Calibri", 11, False)
            assert (cell.number_format, cell.alignment.horizontal) == ("General", None)
    for column in range(1, 32):
        pixels = sheet.column_dimensions[letters(column)].width * 7
        assert pixels == pytest.approx(92 if column in (21, 22) else 64)
    assert (sheet["C22"].font.color.rgb, sheet["C23"].font.color.rgb) == (BLACK, SLATE)


def test_styles_are_named_so_that_they_can_be_changed(sheet):
    assert sheet["A35"].style == "table header"
    assert sheet["E36"].style == "table given"
    assert sheet["X50"].style == "table gradient"
    assert sheet["F34"].style == "setting value"


def test_it_opens_at_the_top_and_prints_on_landscape_pages(sheet):
    assert sheet.sheet_view.topLeftCell in (None, "A1")
    assert sheet.sheet_view.selection[0].activeCell == "A1"
    assert sheet.sheet_view.zoomScale == 80
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 2)
    assert sheet.print_title_rows == "$35:$35"


def test_no_green_corner_marks(parts):
    marks = '<ignoredError sqref="A36:AE103" formula="1"/>'
    assert marks in parts["xl/worksheets/sheet1.xml"]


def test_cells_that_may_be_changed_say_so_and_take_only_numbers(sheet):
    found = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    rate, given = found["F34"], found["A36:H36 M36:P36"]
    assert (rate.type, rate.operator, rate.formula1) == ("decimal", "greaterThan", "0")
    assert given.type == "decimal"
    for rule in (rate, given):
        assert rule.showErrorMessage
        assert rule.errorStyle in (None, "stop")
        assert "May be changed" in rule.prompt
    assert "F34" in sheet["A1"].value
    assert "row 36" in sheet["A1"].value


# --- chart and drawing -------------------------------------------------------------------------


def test_the_chart_covers_o_to_w_and_ends_on_row_33(sheet):
    (chart,) = sheet._charts
    start, end = chart.anchor._from, chart.anchor.to
    assert (start.col, end.col) == (14, 22)
    assert (start.row, end.row) == (14, 32)
    series = chart.series[0]
    assert series.yVal.numRef.f == "'LR1.0'!$W$36:$W$103"
    assert series.xVal.numRef.f == "'LR1.0'!$AG$36:$AG$103"
    assert not chart.x_axis.delete
    assert not chart.y_axis.delete


def test_the_chart_carries_its_points_and_colours(parts, frame):
    chart = parts["xl/charts/chart1.xml"]
    points = re.findall(r'<c:pt idx="(\d+)"><c:v>([^<]*)</c:v>', chart)
    assert [float(v) for _, v in points] == pytest.approx([*range(68), *frame["E_Total"]], 1e-15)
    assert "ED7D31" in chart
    assert '<c:symbol val="diamond"' in chart
    assert chart.count('<c:ptCount val="68"') == 2


def test_the_axis_counts_epochs_from_0(values):
    assert values["AG35"].value == "epoch"
    assert [values.cell(row, 33).value for row in range(36, 104)] == list(range(68))


def test_the_drawing_names_every_node_and_shows_every_weight(parts, values, sheet):
    drawing = parts["xl/drawings/drawing1.xml"]
    nodes = re.findall(r"<a:t>([^<]*)</a:t>", drawing)
    assert sorted(nodes) == sorted("i1 i2 h1 a_h1 h2 a_h2 o1 a_o1 o2 a_o2 E_Total".split())
    texts = {cell.value for row in values["O1:W14"] for cell in row if cell.value}
    assert texts >= {"w1 = 0.15", "w2 = 0.2", "w5 = 0.4", "w8 = 0.55", "t1 = 0.5"}
    assert texts >= {"E1 = ½ * (t1 - a_o1)²", "E2 = ½ * (t2 - a_o2)²"}
    formulas = {cell.value for row in sheet["O1:W14"] for cell in row if cell.value}
    assert '="w8 = "&ROUND(P36,4)' in formulas


# --- numbers -----------------------------------------------------------------------------------


def test_every_cell_has_its_value_without_recalculation(values, frame, workbook):
    read = [list(row[:31]) for row in values.iter_rows(min_row=36, values_only=True)]
    assert read == frame.to_numpy().tolist()
    table = pd.read_excel(workbook, header=34, usecols="A:AE", engine="openpyxl")
    assert list(table.columns) == HEADINGS
    assert table.to_numpy().tolist() == frame.to_numpy().tolist()


@pytest.mark.parametrize("eta", [0.1, 0.1 + 0.2, 1.0, 7.3])
def test_engine_and_formulas_agree_bit_for_bit(eta, tmp_path):
    """Each cell's formula is read back from the file and worked out in Python."""
    network = load().with_numbers(eta=eta, i1=-0.3, w7=1.1 + 2.2)
    frame = tabulate(network)
    book = write_workbook(network, frame, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(book).active
    stored = openpyxl.load_workbook(book, data_only=True).active
    known = {}
    cells = [cell for row in sheet.iter_rows(min_row=36, max_col=31) for cell in row]
    assert len(cells) == 68 * 31
    for cell in cells:
        number = worked_out(sheet, cell.coordinate, known)
        assert number == stored[cell.coordinate].value, cell.coordinate
        assert number == frame.iat[cell.row - 36, cell.column - 1], cell.coordinate


def worked_out(sheet, address, known):
    """The number of a cell, from its formula's text and nothing else."""
    if address not in known:
        content = sheet[address].value
        if isinstance(content, str):
            text = content.removeprefix("=").replace("^", "**").replace("EXP(", "exp(")
            text = re.sub(r"\$?([A-Z]+)\$?(\d+)", r"at('\1\2')", text)
            space = {"exp": math.exp, "at": lambda a: worked_out(sheet, a, known)}
            content = eval(text, {"__builtins__": {}}, space)
        known[address] = float(content)
    return known[address]


# --- writing -----------------------------------------------------------------------------------


def test_the_same_training_gives_the_same_bytes(original, frame, workbook, tmp_path):
    again = write_workbook(original, frame, tmp_path / "again.xlsx")
    assert again.read_bytes() == workbook.read_bytes()


def test_nothing_of_time_or_machine_is_kept(workbook, parts):
    with zipfile.ZipFile(workbook) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "dcterms" not in parts["docProps/core.xml"]


@pytest.mark.parametrize("epochs", [1, 2, 3, 500, 501, 1203])
def test_tables_of_every_length_are_whole(original, epochs, tmp_path):
    frame = tabulate(original, epochs)
    book = write_workbook(original, frame, tmp_path / "book.xlsx")
    assert pd.read_excel(
        book, header=34, usecols="A:AE", engine="openpyxl"
    ).to_numpy().tolist() == (frame.to_numpy().tolist())
    formulas = openpyxl.load_workbook(book).active
    assert formulas.max_row == 35 + epochs
    if epochs > 1:
        assert formulas.cell(35 + epochs, 5).value == f"=E{34 + epochs}-$F$34*X{34 + epochs}"


def test_a_long_table_keeps_a_small_chart(original, tmp_path):
    frame = tabulate(original, 5000)
    book = write_workbook(original, frame, tmp_path / "book.xlsx")
    with zipfile.ZipFile(book) as file:
        chart = file.read("xl/charts/chart1.xml").decode()
    assert chart.count('<c:ptCount val="5000"') == 2
    assert chart.count("<c:pt ") <= 2000
    assert '<c:symbol val="none"' in chart


def test_other_shapes_have_a_sheet_too(tmp_path):
    network = build(
        (3, 2, 2, 1), inputs=[0.1, 0.2, 0.3], targets=[1], weights=[k / 10 for k in range(12)]
    )
    frame = tabulate(network, 20)
    book = write_workbook(network, frame, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(book, data_only=True).active
    heads = [cell for cell in sheet["B"] if cell.value == "t1"]
    read = [
        list(row)
        for row in sheet.iter_rows(
            min_row=heads[-1].row + 1, min_col=2, max_col=1 + frame.shape[1], values_only=True
        )
    ]
    assert read == frame.to_numpy().tolist()


def test_a_foreign_frame_is_refused(original, frame, tmp_path):
    for wrong in (frame.rename(columns={"h1": "h9"}), frame[:0], frame.drop(columns="E1")):
        with pytest.raises(InputError, match="not a training of this network"):
            write_workbook(original, wrong, tmp_path / "book.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [math.nan, -math.inf, None, "0.5"])
def test_a_frame_with_something_else_than_numbers_is_refused(original, frame, tmp_path, wrong):
    changed = frame.astype(object) if isinstance(wrong, str) else frame.copy()
    changed.iloc[2, 5] = wrong
    with pytest.raises(InputError, match="numbers that are not finite"):
        write_workbook(original, changed, tmp_path / "book.xlsx")
    assert not list(tmp_path.iterdir())


def test_every_digit_of_every_magnitude_is_in_the_file(original, frame, tmp_path, monkeypatch):
    monkeypatch.setattr(exporter, "checked_training", lambda _, table: table)
    numbers = [(-1) ** k * math.pi * 10.0**k for k in range(-307, 308)]
    numbers += [0.0, -0.0, 5e-324, 1e22, 1e-7, 123456789.0, 2**-1074, 1.7976931348623157e308]
    numbers += [0.1] * (-len(numbers) % 31)
    table = pd.DataFrame(
        [numbers[start : start + 31] for start in range(0, len(numbers), 31)], columns=frame.columns
    )
    book = write_workbook(original, table, tmp_path / "book.xlsx")
    with zipfile.ZipFile(book) as file:
        rows = file.read("xl/worksheets/sheet1.xml").decode().split('<row r="36"')[1]
    cells = re.findall(r'r="([A-Z]+)\d+"[^>]*>(?:<f.*?(?:</f>|/>))?<v>([^<]*)</v>', rows)
    read = [float(value) for column, value in cells if column != "AG"]
    assert list(map(repr, read)) == list(map(repr, numbers))


def test_more_epochs_than_a_sheet_has_rows_are_refused(original):
    from backprop_sheet.exporter import arrange

    assert arrange(original, 1_048_541).last_row == 1_048_576
    with pytest.raises(InputError, match="room for at most 1,048,541"):
        arrange(original, 1_048_542)


def test_a_name_without_a_cell_is_an_error_and_no_empty_cell(original):
    from backprop_sheet.exporter import arrange

    layout = arrange(original, 68)
    assert layout.cell("w1", 40) == "E40"
    assert layout.cell("eta", 40) == "$F$34"
    with pytest.raises(InputError, match="no cell for 'w9'"):
        layout.cell("w9", 40)


def test_a_failure_leaves_the_old_file_and_no_litter(original, frame, workbook, tmp_path):
    target = tmp_path / "book.xlsx"
    target.write_bytes(b"old")

    def break_off(items, total, task):
        yield next(iter(items))
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        write_workbook(original, frame, target, watch=break_off, force=True)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
