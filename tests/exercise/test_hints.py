"""What students read fits what they did: hints, what was given, charts, typed numbers, files."""

import zipfile
from dataclasses import replace

import openpyxl
import pytest
from exercise.course import ONE, STUDENTS, assignment, changed, filled_in, submission
from mistakes import EPOCHS, Table
from sheets import filled, right_formulas, written

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.feedback import copy_name, text, write_copy
from backprop_sheet.exercise.feedback.returning import first_cause, write_archive, write_feedback
from backprop_sheet.exercise.lists.gradebook import MOODLE, fill
from backprop_sheet.exercise.marking import mark, mark_all
from backprop_sheet.exercise.submissions import unpacked
from backprop_sheet.exporter import arrange

BLANK = ("forward", "gradients", "updates", "chart")
EPOCHS_OF_XOR = 12
WRONG = "(t1-a_o1)*a_o1*(1-a_o1)*a_h1"


@pytest.fixture(scope="module")
def xor():
    """An exercise with several samples, of which the first epoch is shown."""
    network = replace(load("xor"), epochs=EPOCHS_OF_XOR)
    one = Student("student0", "Student A", {"w1": 0.31, "w2": 0.17, "eta": 0.5})
    return Assignment("Exercise", network, 1, BLANK, shown=1, students=(one,))


def done(course, path):
    """The sheet of the only student, filled in."""
    network = course.network_of(course.students[0])
    sheet = written(network, path.with_stem("blank"), BLANK[:3], chart=False)
    return filled(sheet, path, right_formulas(network, course.columns))


def hint_of(path, **others):
    course = assignment(**others)
    return text(mark(submission(path), course), course)


# --- another learning rate, and what was given ---------------------------------------------------


def test_another_rate_comes_first_and_no_given_cell_is_called_changed(xor, tmp_path):
    rate = arrange(xor.network, EPOCHS_OF_XOR).rate_cell
    path = done(xor, tmp_path / "a.xlsx")
    changed(path, lambda book: book.worksheets[0].__setitem__(rate, 0.25))
    found = mark(submission(path, xor.students[0]), xor)
    assert first_cause(found) == f"η: 0.25 where 0.5 was given ({rate}, epoch 0)"
    assert [note for note in found.notes if "given" in note] == []
    assert f"η in cell {rate}" in text(found, xor).split("LOOK HERE FIRST")[1].split("\n")[1]
    assert "stop moving" not in text(found, xor)
    write_copy(found, xor, tmp_path / "copy.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx").worksheets[0]
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == [rate]


def test_a_shown_number_and_a_given_formula_that_were_changed_are_told(xor, tmp_path):
    layout = arrange(xor.network, EPOCHS_OF_XOR)
    shown = layout.cell("h1", layout.first_row + 1)
    formula = layout.cell(xor.network.error, layout.first_row + 5)

    def change(book):
        book.worksheets[0][shown], book.worksheets[0][formula] = 0.75, "=1/3"

    path = changed(done(xor, tmp_path / "a.xlsx"), change)
    notes = mark(submission(path, xor.students[0]), xor).notes
    assert any("that were given are changed and wrong" in note for note in notes)
    assert any(f"from {shown} on" in note for note in notes)


# --- hints ---------------------------------------------------------------------------------------

HINTS = {
    ("a_h1", "h1/(1+h1)"): ("definition of that function", "arrows"),
    ("∂E/∂w5", "η*(a_o1-t1)*a_o1*(1-a_o1)*a_h1"): ("has no learning rate", "Go to the cell from"),
    ("∂E/∂w5", "(a_o1-t1)*(1-a_o1)*a_h1"): ("activation each neuron on the way", "updated"),
    ("w1", "↑w1-η*(↑∂E/∂w1+↑∂E/∂w2)"): ("after how many rows", "Count the ways"),
    ("h1", "w1*i1+w2*i2+w3"): ("arrows that lead to this neuron", "the error back"),
}


@pytest.mark.parametrize(("name", "formula"), HINTS, ids=[f"{n}: {f}" for n, f in HINTS])
def test_a_hint_fits_what_stands_in_the_cell(name, formula, tmp_path):
    told = hint_of(filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({name: formula})))
    wanted, unwanted = HINTS[name, formula]
    assert wanted in told
    assert unwanted not in told


def test_a_row_that_stays_is_told_with_its_dollar_and_without_a_row(tmp_path):
    def change(table):
        cell = table.cell("a_h1", 0)
        stuck = f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
        table.fill("∂E/∂w5", lambda e: _with(table, e, stuck))

    path = filled_in(tmp_path / "a.xlsx", change=change)
    found = mark(submission(path), assignment())
    assert "Look at the $ signs" in text(found, assignment())
    assert "a_h1 of the same row all the way down, as it is anchored with $" in first_cause(found)


def _with(table, epoch, cell):
    formula = table.typed("(a_o1-t1)*a_o1*(1-a_o1)*a_h1")(epoch)
    return formula.replace(table.cell("a_h1", epoch), cell)


def test_of_empty_cells_it_is_said_how_to_go_on(tmp_path):
    def half(table):
        for epoch in range(4, EPOCHS):
            for name in [f"∂E/∂w{number}" for number in range(1, 9)]:
                table.set(name, epoch, None)

    told = hint_of(filled_in(tmp_path / "a.xlsx", change=half), blank=("gradients",))
    assert "∂E/∂w1, ∂E/∂w2, ∂E/∂w3 and 5 more in cell" in told
    assert "What is missing: cells that are still empty.\nHow to go on: Write" in told


def test_by_chance_is_said_of_the_first_cell_alone(tmp_path):
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({"∂E/∂w1": "↑∂E/∂w1"}, 1))
    found = mark(submission(path), assignment())
    first = replace(found.table.first, by_chance=True)
    found = replace(found, table=replace(found.table, findings=[first]))
    assert f"The number in {first.cell} is right by chance" in text(found, assignment())


# --- the chart, typed numbers, tables that do not count ------------------------------------------


def _plotted(xor, path, place):
    from openpyxl.chart import LineChart, Reference

    def change(book):
        chart = LineChart()
        for column, top, bottom in place:
            area = {"min_col": column, "max_col": column, "min_row": top, "max_row": bottom}
            chart.add_data(Reference(book.worksheets[0], **area))
        book.worksheets[0].add_chart(chart, "D2")

    return mark(submission(changed(done(xor, path), change), xor.students[0]), xor)


def test_of_several_samples_the_errors_of_the_epochs_are_wanted(xor, tmp_path):
    layout = arrange(xor.network, EPOCHS_OF_XOR)
    column, beside = layout.columns[xor.network.error], layout.of_epochs[xor.network.error]
    whole = (column, layout.first_row, layout.last_row)
    saw = _plotted(xor, tmp_path / "a.xlsx", [whole])
    assert saw.parts[-1].earned == 0
    ends = [layout.first_row + 4 * epoch + 3 for epoch in range(EPOCHS_OF_XOR)]
    cells = ", ".join(layout.cell(xor.network.error, row) for row in ends[:3])
    label = xor.network.label(xor.network.error)
    assert saw.notes[-1] == (
        "No chart shows the error of the epochs. It should take the cells "
        f"{cells} and 9 more: {label} in the last row of each epoch."
    )
    right = _plotted(xor, tmp_path / "b.xlsx", [(beside.left, beside.top, beside.bottom)])
    assert right.parts[-1].earned == right.parts[-1].most


def test_typed_numbers_are_named_and_marked(tmp_path):
    path = filled_in(tmp_path / "a.xlsx")
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    cells = [Table(values).cell("∂E/∂w5", epoch) for epoch in range(4, EPOCHS)]

    def typed(table):
        for cell in cells:
            table.sheet[cell] = values[cell].value

    changed(path, lambda book: typed(Table(book.worksheets[0])))
    course = assignment()
    found = mark(submission(path), course)
    assert any(note.endswith(f"earn nothing: ∂E/∂w5 from {cells[0]} on.") for note in found.notes)
    assert copy_name(found, course) in text(found, course)
    write_copy(found, course, tmp_path / "copy.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx").worksheets[0]
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == cells


def test_a_table_that_does_not_count_is_not_marked(tmp_path):
    path = filled_in(tmp_path / "a.xlsx")

    def draft(book):
        copy = book.copy_worksheet(book.worksheets[0])
        Table(copy).write({"∂E/∂w5": WRONG}, 1)

    changed(path, draft)
    course = assignment()
    found = mark(submission(path), course)
    assert found.points == course.total
    returned = write_feedback(found, course, tmp_path)
    assert returned.copy is None
    assert "marked copy" not in text(found, course)


def test_the_sheet_of_another_exercise_is_called_so(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(load("xor"), tabulate(load("xor"), epochs=3), path)
    (note,) = mark(submission(path), assignment()).notes
    assert note.startswith("This is not the sheet of this exercise: LR")
    assert "--" not in note


# --- files ---------------------------------------------------------------------------------------


def test_numbers_alone_tell_nothing_beside_a_file_that_is_told_by_name(tmp_path):
    place = tmp_path / "all"
    for folder, name, change in [
        ("Student B_7_assignsubmission_file", "x.xlsx", lambda t: t.write({"∂E/∂w5": WRONG}, 1)),
        ("elsewhere", "mine.xlsx", None),
    ]:
        (place / folder).mkdir(parents=True)
        filled_in(place / folder / name, STUDENTS[1], change)
    (place / "alone").mkdir()
    filled_in(place / "alone" / "z.xlsx", STUDENTS[2])
    course = assignment()
    with unpacked([place], course) as handed:
        marks = list(mark_all(handed, course))
        (nobodys,) = [one for one in handed if one.owner is None]
    own, alone = sorted(marks, key=lambda found: found.student.identifier)
    assert (own.student, own.points) == (STUDENTS[1], course.total - 1)
    assert own.notes == ()
    assert nobodys.shown.endswith("mine.xlsx")
    assert "'student1', of whom a file is told by its name" in nobodys.why
    assert alone.student == STUDENTS[2]
    assert alone.notes == ("Nothing but the given numbers in it tells whose this file is.",)


def test_of_equal_files_none_has_the_most_points_and_no_folder_is_named(tmp_path):
    one, two = (filled_in(tmp_path / f"{name}.xlsx") for name in "ab")
    handed = [
        submission(path)._replace(shown=f"all.zip: Somebody Else/{path.name}")
        for path in (one, two)
    ]
    (found,) = mark_all(handed, assignment(), jobs=1)
    note = "2 files were handed in: a.xlsx, b.xlsx. a.xlsx counts: none has more points."
    assert found.notes == (note,)
    assert "Somebody" not in text(found, assignment())


def test_a_text_that_was_edited_is_kept_and_goes_into_the_zip(tmp_path):
    course, place = assignment(), "Student A_1_assignsubmission_file"
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({"∂E/∂w5": WRONG}, 1))
    found = mark(submission(path, ONE, place), course)
    assert write_feedback(found, course, tmp_path).problems == ()
    other = replace(found, points=1.0)
    files = write_feedback(other, course, tmp_path)
    assert files.problems == (), "written anew, as nobody has edited it"
    files.text.write_text("Come and see me.", encoding="utf-8")
    book = openpyxl.load_workbook(files.copy)
    book.worksheets[0]["A1"] = "well done"
    book.save(files.copy)
    kept = files.copy.read_bytes()
    files = write_feedback(found, course, tmp_path)
    assert ["was edited" in problem for problem in files.problems] == [True, True]
    with zipfile.ZipFile(write_archive([(found, files)], tmp_path)) as archive:
        assert archive.read(f"{place}/feedback.txt") == b"Come and see me."
        assert archive.read(f"{place}/student0_marked.xlsx") == kept
    assert write_feedback(found, course, tmp_path, force=True).problems == ()
    assert files.text.read_text(encoding="utf-8") == text(found, course)


def test_feedback_in_a_gradebook_says_both_numbers_of_points(tmp_path):
    course = assignment()
    path = filled_in(tmp_path / "a.xlsx", change=lambda t: t.write({"∂E/∂w5": WRONG}, 1))
    found = mark(submission(path), course)
    book = tmp_path / "grades.csv"
    for most, said in (("10", True), ("20", False)):
        lines = [
            "Identifier,Full name,ID number,Grade,Maximum Grade,Feedback comments",
            f"Participant 1,Student A,student0,,{most}.00,",
        ]
        book.write_text("\n".join(lines))
        content, _ = fill(book, MOODLE, {"student0": found}, course, None, text)
        assert (b"<p>19 of 20 points are 9.5 of 10 in the gradebook.</p>" in content) == said
