"""Names in formulas, and values that are not stored: what no engine can calculate is no fault."""

import re
import sys
import zipfile

import openpyxl
import pytest
from handmade import (
    Plan,
    by_openpyxl,
    by_xlsxwriter,
    by_xlsxwriter_without_values,
    plainly,
    with_comment,
)
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from backprop_sheet import check, load
from backprop_sheet.ooxml import names
from backprop_sheet.ooxml.abilities import for_engine, is_unable
from backprop_sheet.ooxml.names import Names, Table
from backprop_sheet.ooxml.parsing import Unreadable


def plan():
    """The original network with targets of its own, at η = 0.5."""
    return Plan(load().with_numbers(eta=0.5, t1=0.01, t2=0.99))


def edited(path, change):
    """A workbook changed by openpyxl, which drops every value."""
    book = openpyxl.load_workbook(path)
    change(book, book.worksheets[0])
    book.save(path)
    return path


def column(made, sheet, name, form):
    """Other formulas for a column, with the letters and the row that they are filled in with."""
    places = {n.replace("/", ""): made.letter(n) for n in made.network.columns}
    for row in range(made.top + 1, made.top + 1 + made.rows):
        sheet[f"{made.letter(name)}{row}"] = form.format(r=row, a=row - 1, **places)


def with_column(folder, name, form):
    """The workbook with other formulas in a column."""
    made = plan()
    path = by_openpyxl(made, folder / "sheet.xlsx")
    return edited(path, lambda _, sheet: column(made, sheet, name, form))


def only_table(path):
    (table,) = check(path).tables
    return table


# --- names -----------------------------------------------------------------------------------

DEFINED = {
    "eta": "0.5",
    "lr": "Sheet1!$B$2",
    "twice": "lr*2",
    "η": "-0.5",
    "both": "Sheet1!$A$1:$B$1",
    "one": "other+1",
    "other": "one",
}
TABLE = Table.of("Sheet1", {"ref": "A5:D10"}, ["t1", "∂E/∂w1", "a [b]", "h_x000a_1"])


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("E6-eta*X6", "E6-0.5*X6"),
        ("ETA*lr", "0.5*Sheet1!$B$2"),
        ("twice", "(Sheet1!$B$2*2)"),
        ("E6+η", "E6+(-0.5)"),
        ("Sheet1!lr*2", "Sheet1!$B$2*2"),
        ("'LR 0.5'!lr", "Sheet1!$B$2"),
        ("SUMPRODUCT(both,A6:B6)", "SUMPRODUCT(Sheet1!$A$1:$B$1,A6:B6)"),
        ('"eta"&eta', '"eta"&0.5'),
        ("eta(3)+'eta'!A1+eta!A1+beta+eta1+$E$6", "eta(3)+'eta'!A1+eta!A1+beta+eta1+$E$6"),
        ("Table1[[#This Row],[∂E/∂w1]]*2", "B7*2"),
        ("Table1[@t1]", "A7"),
        ("Table1[[#This Row],[a '[b']]]", "C7"),
        ("Table1[[#This Row],[h\n1]]", "D7"),
        ("SUM(Table1[[#This Row],[t1]:[a '[b']]])", "SUM(A7:C7)"),
        ("SUM(TABLE1[t1])", "SUM($A$6:$A$10)"),
        ("SUM(Table1[[#All],[t1]])", "SUM($A$5:$A$10)"),
        ("Table1[@w9]+Table2[@t1]", "Table1[@w9]+Table2[@t1]"),
    ],
)
def test_names_are_written_out(formula, plain):
    assert Names("Sheet1", DEFINED, {"table1": TABLE}).plain(formula, 7) == plain


def test_tables_of_another_sheet_are_named_with_it():
    assert Names("Other", {}, {"table1": TABLE}).plain("Table1[t1]", 7) == "'Sheet1'!$A$6:$A$10"


def test_a_name_that_leads_to_itself_ends():
    assert Names("Sheet1", DEFINED, {}).plain("one", 1).count("+1") <= 1


def test_names_that_stand_for_too_much_are_refused(monkeypatch):
    doubling = {f"a{k}x": f"a{k + 1}x+a{k + 1}x" for k in range(30)} | {"a30x": "1"}
    assert len(Names("Sheet1", doubling, {}).plain("a0x", 1)) < 10 * names.LONGEST
    monkeypatch.setattr(names, "MOST_ADDED", 100)
    with pytest.raises(Unreadable, match="stand for more than 100 characters"):
        Names("Sheet1", {"long": "1+" * 100 + "1"}, {}).plain("long", 1)


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("meaning", ["0.5", "Sheet1!$B$2", "1/2", "Sheet1!$B$2/1"])
@pytest.mark.recalc
def test_a_name_for_the_rate_is_as_good_as_its_cell(tmp_path, meaning, local):
    made = plan()
    made.rate = lambda _: "lr"

    def define(book, sheet):
        name = DefinedName("lr", attr_text=meaning)
        (sheet if local else book).defined_names["lr"] = name

    table = only_table(edited(by_openpyxl(made, tmp_path / "named.xlsx"), define))
    assert (table.verdict, table.eta, table.findings) == ("right", 0.5, [])


@pytest.mark.recalc
def test_a_finding_shows_the_formula_as_it_was_typed(tmp_path):
    made = plan()
    made.rate, made.defined = lambda _: "lr", {"lr": "0.5"}
    path = by_openpyxl(made, tmp_path / "named.xlsx")
    wrong = "=E{a}+lr*X{a}"
    edited(path, lambda _, sheet: sheet.__setitem__("E7", wrong.format(a=6)))
    (finding,) = only_table(path).findings
    assert (finding.cell, finding.kind, finding.found) == ("E7", "sign", "=E6+lr*X6")


# --- values that are not stored --------------------------------------------------------------

WAYS_TO_WRITE_E1 = [
    "=SUMXMY2({t1}{r},{a_o1}{r})/2",
    "=0.5*sumxmy2({t1}{r},{a_o1}{r})",
    "=SUMXMY2({t1}{r}:{t1}{r},{a_o1}{r}:{a_o1}{r})/2",
    "=(SUMX2PY2({t1}{r},{a_o1}{r})-2*{t1}{r}*{a_o1}{r})/2",
    "=_xlfn.LET(_xlpm.x,{t1}{r}-{a_o1}{r},_xlpm.x^2/2)",
    "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x^2/2)({t1}{r}-{a_o1}{r})",
    "=_xlfn.IFS({t1}{r}>5,0,TRUE,({t1}{r}-{a_o1}{r})^2/2)",
    "=(_xlfn.XLOOKUP({t1}{r},{t1}{r}:{t2}{r},{t1}{r}:{t2}{r})-{a_o1}{r})^2/2",
]


@pytest.mark.parametrize("form", WAYS_TO_WRITE_E1)
@pytest.mark.recalc
def test_newer_functions_and_those_of_single_cells_are_calculated(tmp_path, form):
    table = only_table(with_column(tmp_path, "E1", form))
    assert (table.verdict, table.findings) == ("right", [])


@pytest.mark.recalc
def test_comments_of_openpyxl_do_not_matter(tmp_path):
    assert only_table(with_comment(plan(), tmp_path / "commented.xlsx")).verdict == "right"


@pytest.mark.recalc
def test_a_0_that_was_never_calculated_is_no_value(tmp_path, monkeypatch):
    path = by_xlsxwriter_without_values(plan(), tmp_path / "zeros.xlsx")
    assert check(path).verdict == "right"
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    assert "formulas without stored values" in check(path).problem


@pytest.mark.recalc
def test_an_array_formula_fills_its_cells(tmp_path):
    made = plan()

    def change(_, sheet):
        for row in range(6, 6 + made.rows):
            sheet[f"U{row}"] = ArrayFormula(f"U{row}:V{row}", f"=(A{row}:B{row}-R{row}:S{row})^2/2")
            sheet[f"V{row}"] = None

    made.order[made.order.index("o2") : made.order.index("o2") + 2] = ["a_o2", "o2"]
    table = only_table(edited(by_openpyxl(made, tmp_path / "array.xlsx"), change))
    assert (table.verdict, table.findings) == ("right", [])


# --- what the engine cannot calculate --------------------------------------------------------

UNABLE = "=_xlfn.AGGREGATE(9,6,{E1}{r}:{E2}{r})"
"""A function that Excel has, and the engine has not."""


@pytest.mark.recalc
def test_what_the_engine_cannot_calculate_is_not_judged_and_says_why(tmp_path):
    judgement = check(with_column(tmp_path, "E_Total", UNABLE))
    assert (judgement.verdict, judgement.tables) == ("not judged", [])
    assert "IronCalc cannot calculate" in judgement.problem
    assert "Sheet1!W6" in judgement.problem


@pytest.mark.recalc
def test_an_error_is_followed_to_the_cell_it_comes_from(tmp_path):
    path = with_column(tmp_path, "E1", "=_xlfn.AGGREGATE(9,6,{t1}{r})")
    assert "Sheet1!U6" in check(path).problem


def test_a_stored_value_is_taken_where_the_engine_cannot_calculate(tmp_path):
    made = plan()
    made.spelling["E_Total"] = lambda tree, cell: "_xlfn.AGGREGATE(9,6,{},{})".format(
        *map(cell, tree.parts)
    )
    path = by_xlsxwriter(made, tmp_path / "stored.xlsx")
    assert only_table(path).verdict == "right"


@pytest.mark.recalc
def test_stored_values_serve_other_cells_that_have_none(tmp_path):
    """∂E/∂w5 has no values; it takes a_o1, of which only the stored ones are known."""
    made = plan()
    made.spelling["a_o1"] = lambda tree, cell: f"_xlfn.AGGREGATE(9,6,{plainly(tree, cell)})"
    path = by_xlsxwriter(made, tmp_path / "whole.xlsx")
    without = re.compile(rb'(<c r="AB\d+"><f>[^<]*</f>)<v>[^<]*</v>')
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "part.xlsx", "w") as part:
        for name in whole.namelist():
            part.writestr(name, without.sub(rb"\1", whole.read(name)))
    judgement = check(tmp_path / "part.xlsx")
    assert (judgement.verdict, len(judgement.remarks)) == ("right", 1)


@pytest.mark.parametrize(
    ("formula", "error", "text", "unable"),
    [
        ("=aggregate(9,6,A1)", "#NAME?", False, False),  # without its prefix, it is none in Excel
        ("=_xlfn.aggregate(9,6,A1)", "#NAME?", False, True),
        ("=expo(1)", "#NAME?", False, False),
        ("=A1+eta", "#NAME?", False, False),
        ("=A1+Éta", "#ERROR!", False, False),
        ("=N(A:A)", "#N/IMPL!", False, True),
        ("=VLOOKUP(A1,B1:C2,2)", "#VALUE!", False, True),
        ("=A1*2", "#VALUE!", True, False),
        ('="x"*2', "#VALUE!", False, False),
        ("=A1#", "#REF!", False, True),
        ("=E38*C38+#REF!*D38", "#REF!", False, False),
        ("#REF!", "#REF!", False, False),
        ("=A1/B1", "#DIV/0!", False, False),
        ("=A1:B1", "#SPILL!", False, True),
        ("=1E-08+TRUE", "#ERROR!", False, True),
    ],
)
def test_whose_fault_an_error_is(formula, error, text, unable):
    assert is_unable(formula, error, text=text) is unable


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("SUMXMY2(A1,B1)/2", "SUMSQ((A1)-(B1))/2"),
        ("1+sumx2my2(A1:A2,B1:B2)", "1+(SUMSQ(A1:A2)-SUMSQ(B1:B2))"),
        ('SUMXMY2(SUM(A1,1),IF(A1=",",1,2))', 'SUMSQ((SUM(A1,1))-(IF(A1=",",1,2)))'),
        ("SUMXMY2(SUMXMY2(A1,B1),C1)", "SUMSQ((SUMSQ((A1)-(B1)))-(C1))"),
        ("SUMXMY2(A1)", "SUMXMY2(A1)"),
        ("SUMXMY2(A1,B1", "SUMXMY2(A1,B1"),
    ],
)
def test_functions_for_ranges_are_written_for_single_cells(formula, meant):
    assert for_engine(formula) == meant


@pytest.mark.recalc
def test_an_empty_formula_is_no_formula(tmp_path):
    """As in the cells of a data table, where only the first says what it is of."""
    path = by_openpyxl(plan(), tmp_path / "whole.xlsx")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "part.xlsx", "w") as part:
        for name in whole.namelist():
            data = b'<c r="A3"><f t="dataTable" ref="A3:A3"/><v>1</v></c>'
            text = re.sub(rb'(<row r="2"[^>]*>.*?</row>)', rb'\1<row r="3">' + data + b"</row>",
                          whole.read(name))  # fmt: skip
            part.writestr(name, text)
    assert only_table(tmp_path / "part.xlsx").verdict == "right"
