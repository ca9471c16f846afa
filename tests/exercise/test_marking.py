"""Marks as they are reckoned by hand, for each kind of mistake and for each rule."""

from collections import Counter
from dataclasses import replace

import openpyxl
import pytest
from chance import some
from exercise.course import (
    ASKED,
    ETA,
    ONE,
    OTHER,
    POINTS,
    STUDENTS,
    assignment,
    changed,
    filled_in,
    submission,
)
from mistakes import (
    COLUMNS,
    EPOCHS,
    GIVEN,
    GRADIENTS,
    INNER,
    MISTAKES,
    OUTER,
    REWRITES,
    RIGHT,
    SIGMOIDS,
    SUMS,
    WEIGHTS,
    Table,
    base_workbook,
    lay,
    training,
)
from spreadsheets import convert_all

from backprop_sheet import InputError, check, tabulate, write_workbook
from backprop_sheet.checker.effort import Limit
from backprop_sheet.checker.findings import State
from backprop_sheet.exercise.assignment import Assignment, Marking, Student
from backprop_sheet.exercise.marking import mark, mark_all
from backprop_sheet.exercise.marking.rules import earning
from backprop_sheet.network.file import NetworkFile
from backprop_sheet.processes import WORTHWHILE

TOTAL = sum(POINTS.values())
BLANK = [*WEIGHTS, *SUMS, *SIGMOIDS, "E1", "E2", "E_tot", *INNER, *OUTER]
FIRST_ROW = 36
INNER_FORMULAS = {name: RIGHT[name] for name in INNER}
PART_OF = {
    **dict.fromkeys([*SUMS, *SIGMOIDS], ("forward", 8)),
    **dict.fromkeys(["E1", "E2", "E_tot"], ("errors", 3)),
    **dict.fromkeys(OUTER, ("gradients_2", 4)),
    **dict.fromkeys(INNER, ("gradients_1", 4)),
    **dict.fromkeys(WEIGHTS, ("updates", 8)),
}
"""The part of each column, and how many columns that has."""


def points(found):
    """The points of each part."""
    return {part.part.key: pytest.approx(part.earned) for part in found.parts}


def lost(found):
    """The points that each part lost, of those that lost any."""
    gone = {part.part.key: part.most - part.earned for part in found.parts}
    return {key: number for key, number in gone.items() if number > 1e-9}


def marked(path, student=ONE, **others):
    return mark(submission(path, student), assignment(**others))


def notes(found):
    return "\n".join(found.notes)


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    return filled_in(tmp_path_factory.mktemp("right") / "right.xlsx")


# --- points --------------------------------------------------------------------------------------


def test_a_right_sheet_has_all_points(right):
    found = marked(right)
    assert (found.points, points(found), found.notes) == (TOTAL, POINTS, ())
    assert [part.right for part in found.parts] == [8 * ASKED, 3 * ASKED, *[4 * ASKED] * 2,
                                                    8 * ASKED, 0]  # fmt: skip
    assert found.whose == ONE


def three_ways():
    """Three mistakes for each gradient, of as many kinds as there are."""
    for number in range(1, 9):
        name = f"∂E/∂w{number}"
        whole = [m for m in GRADIENTS if m.first == name and m.row == 0]
        kinds = list({m.cause: m for m in reversed(whole)}.values())
        for mistake in [*kinds, *(m for m in whole if m not in kinds)][:3]:
            yield pytest.param(name, mistake, id=mistake.name)


@pytest.mark.parametrize(("name", "mistake"), list(three_ways()))
@pytest.mark.recalc
def test_a_wrong_gradient_costs_its_own_part_only(name, mistake, tmp_path):
    found = marked(filled_in(tmp_path / "a.xlsx", change=mistake.apply))
    part = "gradients_2" if name in OUTER else "gradients_1"
    assert lost(found) == pytest.approx({part: POINTS[part] / 4}), "one of four columns"
    (wrong,) = (one for one in found.parts if one.wrong)
    assert (wrong.part.key, wrong.wrong, wrong.right) == (part, ASKED, 3 * ASKED)


def test_there_are_three_ways_for_each_gradient():
    assert len(list(three_ways())) == 24


@pytest.mark.parametrize("name", ["h1", "a_o2", "E1", "E_tot", "∂E/∂w2", "∂E/∂w8", "w3"])
@pytest.mark.parametrize(
    "content",
    [0.75, *(pytest.param(one, marks=pytest.mark.slow) for one in (None, "n/a", "=1/0"))],
    ids=str,
)
@pytest.mark.recalc
def test_a_single_cell_costs_its_share(name, content, tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda table: table.set(name, 5, content))
    part, columns = PART_OF[name]
    assert lost(marked(path)) == pytest.approx({part: POINTS[part] / columns / ASKED}), (
        "nothing that follows"
    )


@pytest.mark.parametrize(
    ("by", "gone"),
    [("cells", 4 / 4 / ASKED), ("columns", 4 / 4), ("parts", 4)],
)
@pytest.mark.recalc
def test_points_go_by_cells_columns_or_parts(by, gone, tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda table: table.set("∂E/∂w6", 4, 0.25))
    assert lost(marked(path, by=by)) == pytest.approx({"gradients_2": gone})


# --- rules ---------------------------------------------------------------------------------------


def pasted(path, source, digits=17):
    """The same sheet with numbers only, by opening it for its values."""
    book = openpyxl.load_workbook(source, data_only=True)
    for row in book.worksheets[0].iter_rows(min_row=FIRST_ROW + 1, max_col=len(COLUMNS)):
        for cell in row:
            if isinstance(cell.value, float):
                cell.value = round(cell.value, digits)
    book.save(path)
    return path


@pytest.mark.parametrize("digits", [17, 6])
@pytest.mark.parametrize("share", [0.0, 0.25])
def test_pasted_numbers_earn_what_the_assignment_says(digits, share, right, tmp_path):
    found = marked(pasted(tmp_path / "a.xlsx", right, digits), typed=share)
    typed = {key: share * most for key, most in POINTS.items()} | {"chart": POINTS["chart"]}
    assert points(found) == typed
    assert [part.typed for part in found.parts][:2] == [8 * ASKED, 3 * ASKED]
    earns = "earn nothing" if not share else "earn 25 % of their points"
    count = 31 * ASKED - 4 * ASKED
    note = f"{count} right numbers are typed where a formula was asked for, and {earns}: "
    assert f"{note}w1 from E37 on, w2 from F37 on, w3 from G37 on and 24 more." in found.notes


def test_what_shares_of_points_are_called():
    assert earning(0.0) == "earns nothing"
    assert earning(0.5) == "earns half of its points"
    assert earning(0.3, several=True) == "earn 30 % of their points"
    assert earning(1.0, several=True) == "earn all of their points"


def only(rows):
    """Empty what was blank below some rows."""

    def apply(table):
        for epoch in range(rows, EPOCHS):
            for name in BLANK:
                table.set(name, epoch, None)

    return apply


@pytest.mark.recalc
def test_a_half_done_sheet_earns_what_is_there(tmp_path):
    found = marked(filled_in(tmp_path / "a.xlsx", change=only(4)))
    assert points(found) == {k: p * 3 / ASKED for k, p in POINTS.items()} | {"chart": 2.0}
    assert f"4 of {EPOCHS} epochs are there; empty cells earn nothing." in found.notes
    assert [part.empty for part in found.parts][:2] == [8 * (ASKED - 3), 3 * (ASKED - 3)]


@pytest.mark.recalc
def test_an_empty_sheet_has_no_points_even_if_its_chart_is_there(tmp_path):
    found = marked(filled_in(tmp_path / "a.xlsx", change=only(1)))
    assert found.points == 0
    assert found.notes == ("The sheet was handed back as it was given out: nothing is filled in.",)


@pytest.mark.recalc
def test_columns_that_were_not_filled_in_are_empty(tmp_path):
    def without_gradients(table):
        for name in [*INNER, *OUTER]:
            for epoch in range(1, EPOCHS):
                table.set(name, epoch, None)
        table.write({w: f"↑{w}" for w in WEIGHTS})

    found = marked(filled_in(tmp_path / "a.xlsx", change=without_gradients))
    assert {key: points(found)[key] for key in ("forward", "errors", "gradients_1")} == {
        "forward": 4.0, "errors": 2.0, "gradients_1": 0.0,
    }  # fmt: skip


def test_another_students_numbers_are_told_with_whose(right):
    found = marked(right, OTHER)
    assert (found.points, found.whose) == (0, ONE)
    assert found.notes == (
        "The given numbers are those of Student A (student0), so the sheet earns nothing.",
    )
    assert {part.wrong for part in found.parts} == {0}, "judged by its own numbers"
    assert marked(right, OTHER, others_numbers=0.25).points == TOTAL / 4


@pytest.mark.recalc
def test_another_students_numbers_with_a_mistake(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({"h1": "w1*i2+w2*i1"}))
    found = marked(path, OTHER, others_numbers=0.5)
    assert found.points == pytest.approx((TOTAL - 4 / 8) / 2)


@pytest.mark.recalc
def test_numbers_that_are_nobodys_are_told(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda table: table.set("w1", 0, 0.77))
    found = marked(path)
    assert (found.points, found.whose) == (TOTAL / 2, None)
    assert found.notes == (
        "The given numbers are others than were set (w1 is 0.77 instead of 0.15), so the sheet "
        "earns half of its points.",
    )


@pytest.mark.recalc
def test_another_target_is_another_given_number(tmp_path):
    found = marked(filled_in(tmp_path / "a.xlsx", change=lambda table: table.set("t2", 0, 0.9)))
    assert "(t2 is 0.9 instead of 0.99)" in notes(found)


@pytest.mark.recalc
def test_given_numbers_may_be_rounded(tmp_path):
    exact = replace(ONE, numbers={**ONE.numbers, "w1": 0.154321})
    path = filled_in(tmp_path / "a.xlsx", exact, lambda table: table.set("w1", 0, 0.1543))
    assert marked(path, exact).notes == ()


@pytest.mark.recalc
def test_another_rate_costs_a_share_of_the_updates(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.sheet.__setitem__("F34", 0.7))
    found = marked(path)
    assert lost(found) == pytest.approx({"updates": 2.0})
    note = "The learning rate is 0.7 instead of 0.5, so the updates earn half of their points."
    assert found.notes == (note,)
    assert lost(marked(path, other_rate=1.0)) == pytest.approx({})


@pytest.mark.recalc
def test_no_learning_rate_in_the_updates_is_a_mistake_and_no_other_rate(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({"w2": "↑w2-↑∂E/∂w2"}))
    found = marked(path)
    assert (lost(found), found.notes) == ({"updates": 4 / 8}, ())


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04cut short"], ids=len)
def test_a_file_that_cannot_be_read_has_no_points_and_says_why(content, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    found = marked(path)
    assert (found.points, found.table) == (None, None)
    assert found.notes == (f"The file cannot be judged: {found.judgement.problem}.",)
    assert sum(part.earned for part in found.parts) == 0


def test_a_workbook_of_something_else_has_no_points(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "shopping"
    book.save(tmp_path / "a.xlsx")
    assert "This is not the sheet of this exercise: no table has enough of its columns" in notes(
        marked(tmp_path / "a.xlsx")
    )


def test_a_file_without_an_owner_is_refused(right):
    with pytest.raises(InputError, match="right.xlsx"):
        mark(submission(right, None), assignment())


@pytest.mark.recalc
def test_a_cell_that_was_given_and_is_broken_costs_nothing(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda table: table.set("h1", 5, 0.75))
    found = marked(path, blank=("gradients",))
    assert found.points == assignment(("gradients",)).total
    assert found.notes == (
        "1 cell that was given is changed and wrong, from I41 on; that costs nothing by itself.",
    )


def test_where_the_checker_is_unsure_a_right_number_counts_as_right(right, monkeypatch):
    monkeypatch.setattr("backprop_sheet.checker.formulas.STEPS", Limit(200, 0))
    found = marked(right)
    assert found.table.uncompared > 100
    assert found.points == TOTAL
    assert f"{found.table.uncompared} formulas were not compared" in notes(found)
    assert notes(found).endswith("count as right by the number.")


# --- other places, other tables ------------------------------------------------------------------


def moved(sheet, student=ONE, first=10, left=3, eta=ETA, columns=COLUMNS):
    """The table anew at another place, with the student's numbers."""
    table = lay(sheet, columns, first, left, eta)
    for name in WEIGHTS:
        table.set(name, 0, student.numbers[name])
    return table


@pytest.mark.parametrize("others", [COLUMNS, COLUMNS[::-1]], ids=["in order", "reversed"])
@pytest.mark.recalc
def test_a_table_elsewhere_has_all_points(others, tmp_path):
    book = openpyxl.Workbook()
    moved(book.create_sheet("Mine"), columns=others)
    book.save(tmp_path / "a.xlsx")
    found = marked(tmp_path / "a.xlsx", blank=("all",))
    assert (found.points, found.notes) == (TOTAL - 2, ())
    assert found.table.sheet == "Mine"


@pytest.mark.recalc
def test_a_renamed_header_costs_nothing(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda table: table.set("h1", -1, "mine"))
    assert marked(path).points == TOTAL


@pytest.mark.recalc
def test_a_column_that_is_not_there_is_told_and_empty(tmp_path):
    def without(table):
        for epoch in range(-1, EPOCHS):
            table.set("E2", epoch, None)
        table.write({"E_tot": "E1+1/2*(t2-a_o2)^2"})

    path = filled_in(tmp_path / "a.xlsx", change=without)
    found = marked(path)
    assert lost(found) == pytest.approx({"errors": 2 / 3})
    assert "No column was found for E2" in notes(found)


@pytest.mark.recalc
def test_a_table_that_begins_with_a_later_epoch_is_held_against_that_epoch(tmp_path):
    network = assignment().network_of(ONE)
    frame = tabulate(network, epochs=3)
    book = openpyxl.Workbook()
    table = moved(book.active)
    for name in [*GIVEN, *WEIGHTS]:
        table.set(name, 0, float(frame.iat[2, COLUMNS.index(name)]))
    book.save(tmp_path / "a.xlsx")
    found = marked(tmp_path / "a.xlsx", blank=("all",))
    # Epoch 1 is missing in all columns; of epoch 2 the weights are typed.
    row = {"forward": 4, "errors": 2, "gradients_2": 4, "gradients_1": 4, "updates": 8}
    assert lost(found) == pytest.approx({key: number / ASKED for key, number in row.items()})
    assert "The table begins with epoch 2; the rows above count as empty." in found.notes


@pytest.mark.recalc
def test_rows_further_down_count_as_they_follow(tmp_path):
    """A blank row between two epochs moves the rest down."""
    book = openpyxl.Workbook()
    table = moved(book.active, first=4, left=1)
    for name in COLUMNS:
        for epoch in range(4, EPOCHS):
            formula = RIGHT[name]
            above = -1 if epoch > 4 else -2
            table.set(name, epoch + 1, _moved_formula(table, formula, epoch + 1, above))
    for name in COLUMNS:
        table.set(name, 4, None)
    book.save(tmp_path / "a.xlsx")
    found = marked(tmp_path / "a.xlsx", blank=("all",))
    assert found.points == TOTAL - 2


def _moved_formula(table, formula, row, above):
    """A formula in a row, whose row above is another."""
    if above == -1:
        return table.typed(formula)(row)
    return table.typed(formula.replace("↑", "↑↑"))(row)


@pytest.mark.recalc
def test_of_several_tables_the_students_own_counts(tmp_path):
    book = openpyxl.Workbook()
    moved(book.active, OTHER)
    own = moved(book.create_sheet("own"))
    own.set("h1", 3, 0.75)
    book.save(tmp_path / "a.xlsx")
    found = marked(tmp_path / "a.xlsx", blank=("all",), others_numbers=1.0)
    assert (found.table.sheet, found.points) == ("own", pytest.approx(18 - 4 / 8 / ASKED, abs=0.01))
    assert found.notes[0] == "The file has 2 tables of the exercise; own!C9:AG21 was marked."


@pytest.mark.recalc
def test_of_several_own_tables_the_best_counts(tmp_path):
    book = openpyxl.Workbook()
    moved(book.active).set("h1", 3, 0.75)
    moved(book.create_sheet("better"))
    book.save(tmp_path / "a.xlsx")
    assert marked(tmp_path / "a.xlsx", blank=("all",)).table.sheet == "better"


def test_of_several_files_the_best_counts(right, tmp_path):
    worse = filled_in(tmp_path / "worse.xlsx", change=only(4))
    broken = tmp_path / "broken.xlsx"
    broken.write_text("no workbook")
    files = [submission(path) for path in (broken, worse, right)]
    (found,) = mark_all(files, assignment())
    assert (found.points, found.submission.shown) == (TOTAL, "right.xlsx")
    assert found.notes == (
        "3 files were handed in: broken.xlsx, worse.xlsx, right.xlsx. right.xlsx has the most "
        "points, and counts.",
    )


def test_several_files_that_cannot_be_judged_have_no_points(tmp_path):
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in files:
        path.write_text("no workbook")
    (found,) = mark_all(map(submission, files), assignment())
    assert found.points is None
    assert found.notes[-1] == "2 files were handed in: a.xlsx, b.xlsx. None can be judged."


def test_processes_mark_as_one_does(tmp_path):
    files = [
        submission(filled_in(tmp_path / f"{student.identifier}.xlsx", student), student)
        for student in STUDENTS[:8]
    ]
    files.insert(2, submission(files[0].path, None))
    alone, shared = (list(mark_all(files, assignment(), jobs)) for jobs in (1, 2))
    assert len(alone) >= 2 * WORTHWHILE, "enough for two processes"
    assert [m.student for m in alone] == list(STUDENTS[:8])
    assert alone == shared


# --- the chart -----------------------------------------------------------------------------------


@pytest.mark.recalc
def test_a_chart_of_something_else_earns_nothing(tmp_path):
    def other(book):
        sheet = book.worksheets[0]
        (chart,) = sheet._charts
        reference = chart.series[0].yVal.numRef
        reference.f = reference.f.replace("$W$", "$E$")

    found = marked(changed(filled_in(tmp_path / "a.xlsx"), other))
    assert (lost(found), found.notes) == (
        {"chart": 2.0}, (
            "No chart shows the error of the epochs. It should take the cells W36 to W47: "
            "E_Total of each epoch.",
        ),
    )  # fmt: skip


@pytest.mark.recalc
def test_a_chart_on_another_sheet_of_cells_with_the_errors_counts(tmp_path):
    from openpyxl.chart import LineChart, Reference

    def elsewhere(book):
        sheet = book.worksheets[0]
        sheet._charts.clear()
        other = book.create_sheet("it's mine")
        for epoch in range(EPOCHS):
            other[f"B{2 + epoch}"] = f"='{sheet.title}'!W{FIRST_ROW + epoch}"
        chart = LineChart()
        chart.add_data(Reference(other, min_col=2, min_row=2, max_row=1 + EPOCHS))
        other.add_chart(chart, "D2")

    assert marked(changed(filled_in(tmp_path / "a.xlsx"), elsewhere)).points == TOTAL


@pytest.mark.recalc
def test_a_chart_of_a_few_epochs_earns_nothing(tmp_path):
    def short(book):
        (chart,) = book.worksheets[0]._charts
        reference = chart.series[0].yVal.numRef
        reference.f = reference.f.replace(f"${FIRST_ROW + EPOCHS - 1}", f"${FIRST_ROW + 4}")

    found = marked(changed(filled_in(tmp_path / "a.xlsx"), short))
    assert lost(found) == pytest.approx({"chart": 2.0})


@pytest.mark.parametrize(
    ("areas", "earned"), [("3:6 7:9", 2.0), ("2:4 2:4 2:4", 0.0), ("1:5 4:8", 2.0)]
)
@pytest.mark.recalc
def test_a_series_of_several_areas_shows_each_cell_once(areas, earned, tmp_path):
    def several(book):
        sheet = book.worksheets[0]
        (chart,) = sheet._charts
        ends = [[FIRST_ROW + int(end) for end in area.split(":")] for area in areas.split()]
        texts = (f"'{sheet.title}'!$W${first}:$W${last}" for first, last in ends)
        chart.series[0].yVal.numRef.f = f"({','.join(texts)})"

    found = marked(changed(filled_in(tmp_path / "a.xlsx"), several))
    assert points(found)["chart"] == earned


@pytest.mark.parametrize(
    "reference",
    [
        "='{sheet}'!$W${row}",
        "='{sheet}'!W{row}",
        "=INDEX('{sheet}'!$W$36:$W$47,(A{own}+1)*1)",
        "=IFERROR('{sheet}'!W{row},\"\")+0",
    ],
)
@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.recalc
def test_a_chart_of_references_to_error_values_counts(reference, shown, tmp_path):
    from openpyxl.chart import LineChart, Reference

    def elsewhere(book):
        sheet = book.worksheets[0]
        sheet._charts.clear()
        sheet["X37"] = "=1/0"
        other = book.create_sheet("mine")
        for epoch in range(EPOCHS):
            row = FIRST_ROW + epoch if shown else 200 + epoch
            other[f"A{2 + epoch}"] = epoch if shown else epoch + 200
            form = reference if shown else reference.replace("W", "X")
            other[f"B{2 + epoch}"] = form.format(sheet=sheet.title, row=row, own=2 + epoch)
        chart = LineChart()
        chart.add_data(Reference(other, min_col=2, min_row=2, max_row=1 + EPOCHS))
        other.add_chart(chart, "D2")

    found = marked(changed(filled_in(tmp_path / "a.xlsx"), elsewhere))
    expected = 2.0 if shown and "IFERROR" not in reference else 0.0
    assert points(found)["chart"] == expected


# --- error values --------------------------------------------------------------------------------


def share(part, *names, cells=ASKED):
    """The points that so many wrong cells of columns cost."""
    key, columns = PART_OF[names[0]]
    assert key == part
    return POINTS[part] / columns / ASKED * cells * len(names)


@pytest.mark.recalc
def test_what_follows_from_an_error_value_keeps_its_points(tmp_path):
    found = marked(filled_in(tmp_path / "a.xlsx", change=lambda t: t.set("∂E/∂w5", 1, "=1/0")))
    assert lost(found) == pytest.approx({"gradients_2": share("gradients_2", "∂E/∂w5", cells=1)})


@pytest.mark.parametrize(
    "formula", ["PRODUKT(a_h1,a_o1)", "(a_o1-t1)*a_o1*(1-a_o1)/(a_h1-a_h1)", "#REF!*a_o1"]
)
@pytest.mark.recalc
def test_a_formula_that_gives_an_error_is_wrong_in_every_row(formula, tmp_path):
    found = marked(
        filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({"∂E/∂w5": formula}, 1)),
    )
    assert lost(found) == pytest.approx({"gradients_2": share("gradients_2", "∂E/∂w5")})
    (finding,) = found.table.findings
    assert (finding.kind, len(finding.cells)) == ("error", ASKED)


@pytest.mark.recalc
def test_a_misspelt_function_in_every_column_earns_nothing(tmp_path):
    def change(table):
        table.write(dict.fromkeys(BLANK, "PRODUKT(t1,i1)"), 1)

    found = marked(filled_in(tmp_path / "a.xlsx", change=change))
    assert found.points == POINTS["chart"]


@pytest.mark.recalc
def test_wrong_formulas_below_an_error_value_are_wrong(tmp_path):
    def change(table):
        table.write(dict.fromkeys(INNER, "a_o1*w5"), 2)
        table.set("∂E/∂w5", 1, "=1/0")

    found = marked(filled_in(tmp_path / "a.xlsx", change=change))
    assert lost(found) == pytest.approx(
        {
            "gradients_1": share("gradients_1", *INNER, cells=ASKED - 1),
            "gradients_2": share("gradients_2", "∂E/∂w5", cells=1),
        }
    )


@pytest.mark.parametrize("content", [7, "=7", "#N/A", "=IFERROR(M37*W37,7)"])
@pytest.mark.recalc
def test_what_is_typed_below_an_error_value_earns_nothing(content, tmp_path):
    def change(table):
        for name in BLANK:
            table.set(name, 1, "=1/0")
            for epoch in range(2, EPOCHS):
                table.set(name, epoch, content)

    found = marked(filled_in(tmp_path / "a.xlsx", change=change), typed=1.0)
    assert found.points == POINTS["chart"]
    assert "typed" not in notes(found)
    assert [part.right + part.typed for part in found.parts] == [0] * 6


@pytest.mark.recalc
def test_cells_that_cannot_be_compared_are_told(tmp_path):
    def change(table):
        table.set("w5", 2, "=1/0")
        for epoch in range(2, EPOCHS):
            table.set("o1", epoch, 7)

    found = marked(filled_in(tmp_path / "a.xlsx", change=change), typed=1.0)
    said = "cells cannot be compared with the right number, as what they follow from has none"
    assert f"{ASKED - 1} {said}; they earn nothing." in notes(found)
    assert found.table.verdict == "wrong"


# --- columns of the own row, names in another order ----------------------------------------------


@pytest.mark.parametrize("other", ["right", "wrong", "error"])
@pytest.mark.recalc
def test_a_formula_that_takes_another_column_is_right_by_its_own_row(other, tmp_path):
    def change(table):
        taking = "(∂E/∂w5/a_h1*w5+∂E/∂w7/a_h1*w7)*a_h1*(1-a_h1)*i1"
        table.write({"∂E/∂w1": taking}, 1)
        if other == "wrong":
            table.write({"∂E/∂w5": "(t1-a_o1)*a_o1*(1-a_o1)*a_h1"}, 1)
        if other == "error":
            table.set("∂E/∂w5", 1, "=1/0")

    found = marked(filled_in(tmp_path / "a.xlsx", change=change))
    cells = {"right": 0, "wrong": ASKED, "error": 1}[other]
    gone = {"gradients_2": share("gradients_2", "∂E/∂w5", cells=cells)} if cells else {}
    assert lost(found) == pytest.approx(gone)


@pytest.mark.recalc
def test_a_formula_that_passes_over_a_wrong_column_is_right(tmp_path):
    def change(table):
        table.write({"a_h1": "1/(1+EXP(-(w1*i1+w2*i2)))", "h1": "w1*i2+w2*i1"}, 1)

    found = marked(filled_in(tmp_path / "a.xlsx", change=change))
    assert lost(found) == pytest.approx({"forward": share("forward", "h1")})


@pytest.mark.recalc
def test_a_wrong_formula_that_takes_another_column_is_wrong(tmp_path):
    def change(table):
        table.write({"∂E/∂w1": "(∂E/∂w5/a_h1*w5-∂E/∂w7/a_h1*w7)*a_h1*(1-a_h1)*i1"}, 1)
        table.write({"∂E/∂w5": "(t1-a_o1)*a_o1*(1-a_o1)*a_h1"}, 1)

    found = marked(filled_in(tmp_path / "a.xlsx", change=change))
    assert lost(found) == pytest.approx(
        {
            "gradients_1": share("gradients_1", "∂E/∂w1"),
            "gradients_2": share("gradients_2", "∂E/∂w5"),
        }
    )


def swapped_inputs(table):
    """The hidden gradients, each with the other input."""
    for name, formula in INNER_FORMULAS.items():
        other = formula.replace("i1", "i?").replace("i2", "i1").replace("i?", "i2")
        table.write({name: other})


def all_blank():
    return replace(assignment(), shown=0)


@pytest.mark.recalc
def test_inputs_that_change_places_in_gradients_are_a_mistake(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=swapped_inputs)
    found = mark(submission(path), all_blank())
    assert lost(found) == pytest.approx({"gradients_1": 4.0})
    assert (found.whose, found.notes) == (ONE, ())


@pytest.mark.recalc
def test_a_marked_sheet_has_the_names_that_it_was_given(tmp_path):
    def change(table):
        swapped_inputs(table)
        table.write({"h1": "w1*i2+w2*i1", "h2": "w3*i2+w4*i1"})

    path = filled_in(tmp_path / "a.xlsx", change=change)
    assert check(path).tables[0].remarks[0].startswith("the names stand in another order")
    found = mark(submission(path), all_blank())
    assert lost(found) == pytest.approx({"forward": 2 / 8 * 4.0, "gradients_1": 4.0})
    assert (found.whose, found.notes) == (ONE, ())


# --- every way to write it, every mistake --------------------------------------------------------


def in_base(path, apply):
    """A change in the workbook that the checker's mistakes are made in."""
    return changed(base_workbook(path), apply)


@pytest.fixture(scope="module")
def base():
    """The exercise of which that workbook is a student's."""
    network = training()[0]
    own = Student("base", "", {name: network.numbers[name] for name in (*WEIGHTS, "eta")})
    return replace(assignment(("all",)), students=(own,))


@pytest.mark.slow
@pytest.mark.parametrize("rewrite", some(REWRITES), ids=lambda rewrite: rewrite.name)
@pytest.mark.recalc
def test_every_way_to_write_it_has_all_points(rewrite, base, tmp_path):
    path = in_base(tmp_path / "a.xlsx", rewrite.apply)
    found = mark(submission(path, base.students[0]), base)
    if "as values" in rewrite.name:  # numbers, of which only those that are typed lose points
        assert sum(part.wrong + part.empty for part in found.parts) == 0
        found = mark(found.submission, replace(base, marking=Marking(typed=1.0)))
    assert found.points == base.total


@pytest.mark.slow
@pytest.mark.parametrize("mistake", some(MISTAKES), ids=lambda mistake: mistake.name)
@pytest.mark.recalc
def test_a_mistake_costs_the_cells_that_the_check_finds(mistake, base, tmp_path):
    path = in_base(tmp_path / "a.xlsx", lambda book: mistake.apply(Table(book.worksheets[0])))
    found = mark(submission(path, base.students[0]), base)
    table = Table(openpyxl.load_workbook(path).worksheets[0])
    blank = {table.cell(name, epoch): name for name in BLANK for epoch in range(1, EPOCHS)}
    wrong = {cell for finding in found.table.findings for cell in finding.cells} & blank.keys()
    network = training()[0]
    unknown = {  # what nothing shows to be right earns nothing, either
        table.cell(network.symbols[name].heading, row)
        for name, states in found.table.cells.states.items()
        for row, state in enumerate(states)
        if state == State.UNKNOWN
    }
    wrong |= unknown & blank.keys()
    by_hand = Counter()
    for cell in wrong:
        part, columns = PART_OF[blank[cell]]
        by_hand[part] += POINTS[part] / columns / ASKED
    if any("learning rate" in note for note in found.notes):
        by_hand["updates"] = 4 - (4 - by_hand["updates"]) / 2
    whole = replace(base, marking=Marking(typed=1.0))  # typed numbers that are right are no mistake
    assert lost(mark(found.submission, whole)) == pytest.approx(by_hand)


# --- other programs ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.recalc
def test_a_sheet_that_libreoffice_saved_has_the_same_points(right, tmp_path):
    wrong = filled_in(tmp_path / "wrong.xlsx", change=lambda t: t.write({"w3": "↑w3+η*↑∂E/∂w3"}))
    half = filled_in(tmp_path / "half.xlsx", change=only(4))
    sheets = [right, wrong, half]
    for before, after in zip(sheets, convert_all(sheets, "xlsx", tmp_path / "saved"), strict=True):
        assert marked(after).points == marked(before).points
        assert marked(after).notes == marked(before).notes


# --- other networks ------------------------------------------------------------------------------


def course_of(name, epochs, *columns):
    network = NetworkFile.read(name).network()
    network = replace(network.with_columns(*columns) if columns else network, epochs=epochs)
    one = Student("one", "One", {"eta": network.numbers["eta"]})
    return Assignment(
        name, network, 1, ("all", "chart"), shown=1, marking=Marking(), students=(one,)
    )


@pytest.mark.parametrize(
    ("name", "columns", "wrong"),
    [
        ("xor", (), "dE_dw5"),
        ("adam", (), "dE_dw5"),
        ("original", ("deltas",), "dE_do1"),
        ("original", ("partials",), "dE_da_h1"),
    ],
    ids=["several samples", "an optimizer", "deltas", "partials"],
)
@pytest.mark.recalc
def test_other_networks_are_judged_by_their_own_rows(name, columns, wrong, tmp_path):
    course = course_of(name, 5, *columns)
    network = course.network
    path = write_workbook(network, tabulate(network, epochs=5), tmp_path / "a.xlsx")
    handed_in = submission(path, course.students[0])
    assert mark(handed_in, course).points == course.total

    label = network.symbols[wrong].heading
    top = mark(handed_in, course).table.header_row

    def negative(book):
        sheet = book.worksheets[0]
        (cell,) = (cell for cell in sheet[top] if cell.value == label)
        for row in range(top + 1, top + 1 + network.rows(5)):
            place = sheet.cell(row, cell.column)
            place.value = f"=-({place.value[1:]})"

    found = mark(submission(changed(path, negative), course.students[0]), course)
    (part,) = (part for part in course.parts if wrong in part.columns)
    with_rows = [column for column in part.columns if course.rows_of(column)]
    assert lost(found) == pytest.approx({part.key: course.points[part.key] / len(with_rows)})


def test_the_original_has_the_parts_that_are_reckoned_with_here():
    assert dict(assignment().points) == POINTS
