"""What the charts of a workbook show: which cells, wherever the charts are."""

import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from spreadsheets import convert

from backprop_sheet import InputError
from backprop_sheet.ooxml import charts
from backprop_sheet.ooxml.charts import series


@pytest.fixture
def book():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "it's here"
    for row in range(1, 11):
        sheet.append([row, row**2, row**3])
    return book


def areas(path):
    return [[(title, area.reference) for title, area in one] for one in series(path)]


def line(sheet, column, last=10):
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=last))
    return chart


def test_the_cells_of_a_chart_are_those_of_its_numbers(book, tmp_path):
    sheet, chart = book.active, ScatterChart()
    epochs, numbers = (Reference(sheet, min_col=c, min_row=2, max_row=10) for c in (1, 3))
    chart.series.append(Series(numbers, epochs, title_from_data=False, title="error"))
    sheet.add_chart(chart)
    book.save(tmp_path / "a.xlsx")
    assert areas(tmp_path / "a.xlsx") == [[("it's here", "C2:C10")]]


def test_charts_on_other_sheets_and_on_tabs_of_their_own_are_found(book, tmp_path):
    sheet = book.active
    other = book.create_sheet("other")
    other.add_chart(line(sheet, 1), "A1")
    bars = BarChart()
    bars.add_data(Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=5))
    other.add_chart(bars, "A20")
    book.create_chartsheet("alone").add_chart(line(sheet, 3, 4))
    book.save(tmp_path / "a.xlsx")
    assert sorted(areas(tmp_path / "a.xlsx")) == [
        [("it's here", reference)] for reference in ("A1:A10", "B1:B5", "C1:C4", "C1:C5")
    ]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_chart_that_libreoffice_saved_is_read_likewise(book, tmp_path):
    book.active.add_chart(line(book.active, 2))
    book.save(tmp_path / "a.xlsx")
    assert areas(convert(tmp_path / "a.xlsx", "xlsx", tmp_path / "saved")) == areas(
        tmp_path / "a.xlsx"
    )


def rewritten(path, old, new):
    other = path.with_name("other.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/charts/"):
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return other


REFERENCE = b"'it''s here'!$B$1:$B$10"


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (b"('it''s here'!$B$1:$B$3,'it''s here'!$B$5)", ["B1:B3", "B5:B5"]),
        (b"'it''s here'!$ZZZ$1:$B$10", []),
        (b"errors", []),
        (b"", []),
        (b"[1]Sheet1!$A$1:$A$3", []),
    ],
    ids=["two areas", "no such cells", "a name", "nothing", "another file"],
)
def test_what_a_reference_may_be(new, found, book, tmp_path):
    book.active.add_chart(line(book.active, 2))
    book.save(tmp_path / "a.xlsx")
    path = rewritten(tmp_path / "a.xlsx", REFERENCE, new)
    assert [area for one in areas(path) for _, area in one] == found


@pytest.mark.parametrize("new", [b"<", b"</f>", b"<!DOCTYPE x>"])
def test_a_broken_chart_is_one_error(new, book, tmp_path):
    book.active.add_chart(line(book.active, 2))
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError):
        series(rewritten(tmp_path / "a.xlsx", REFERENCE, new))


def test_charts_are_read_within_bounds(book, tmp_path, monkeypatch):
    chart = LineChart()
    chart.add_data(Reference(book.active, min_col=1, max_col=3, min_row=1, max_row=5))
    book.active.add_chart(chart)
    book.save(tmp_path / "a.xlsx")
    assert len(series(tmp_path / "a.xlsx")) == 3
    with monkeypatch.context() as patch:
        patch.setattr(charts, "MOST_SERIES", 2)
        with pytest.raises(InputError, match="more than 2 series"):
            series(tmp_path / "a.xlsx")
    monkeypatch.setattr(charts, "LARGEST", 1000)
    with pytest.raises(InputError, match="too large"):
        series(tmp_path / "a.xlsx")


def test_a_workbook_without_charts_has_none(book, tmp_path):
    book.save(tmp_path / "a.xlsx")
    assert series(tmp_path / "a.xlsx") == []
