"""What submissions have in common: copies are found in each way, and honest sheets never named."""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

import openpyxl
import pytest
import right_sheets
from chance import some
from everyday import mostly_slow
from exercise.course import assignment_of, at, laid_out, mark_of, marks_of
from mistakes import (
    COLUMNS,
    EPOCHS,
    ERROR_MISTAKES,
    ERRORS,
    FORWARD,
    GRADIENTS,
    INNER,
    OUTER,
    SIGMOIDS,
    SUMS,
    UPDATES,
    WEIGHT_MISTAKES,
    written,
)
from openpyxl.styles import Font, PatternFill
from spreadsheets import convert_all

from backprop_sheet import tabulate, write_workbook
from backprop_sheet.checker.findings import Cells, Finding, Judgement, Table
from backprop_sheet.exercise.fingerprint import Fingerprint, fingerprint
from backprop_sheet.exercise.likeness import facts
from backprop_sheet.exercise.marks import Mark, PartMark, Submission
from backprop_sheet.fixed import Fixed

CLASS = 200
SLIPS = [*GRADIENTS[::2], *WEIGHT_MISTAKES[:8], *FORWARD[::2], *ERROR_MISTAKES[::3]]
COMMON, RARE = SLIPS[:40], [*GRADIENTS[1::2], *FORWARD[1::2]]
WAYS = [
    (SUMS, ["{u}*{x}+{v}*{y}", "{x}*{u}+{y}*{v}", "{v}*{y}+{u}*{x}"], [12, 5, 1]),
    (
        OUTER,
        [
            "({a}-{t})*{a}*(1-{a})*{h}",
            "-({t}-{a})*{a}*(1-{a})*{h}",
            "{h}*({a}-{t})*{a}*(1-{a})",
            "({a}-{t})*({a}-{a}^2)*{h}",
            "{a}*(1-{a})*{h}*({a}-{t})",
        ],
        [12, 6, 2, 1, 1],
    ),
    (
        INNER,
        [
            "((a_o1-t1)*a_o1*(1-a_o1)*{u}+(a_o2-t2)*a_o2*(1-a_o2)*{v})*{a}*(1-{a})*{i}",
            "({p}/{a}*{u}+{q}/{a}*{v})*{a}*(1-{a})*{i}",
            "{i}*{a}*(1-{a})*((a_o1-t1)*a_o1*(1-a_o1)*{u}+(a_o2-t2)*a_o2*(1-a_o2)*{v})",
        ],
        [12, 2, 1],
    ),
    (SIGMOIDS, ["1/(1+EXP(-{s}))", "(1+EXP(-{s}))^-1", "EXP({s})/(EXP({s})+1)"], [12, 2, 1]),
    (
        ERRORS,
        ["1/2*({t}-{a})^2", "({t}-{a})^2/2", "0.5*({t}-{a})^2", "({a}-{t})^2/2"],
        [12, 4, 4, 1],
    ),
    (UPDATES, ["↑{w}-η*↑∂E/∂{w}", "↑{w}-↑∂E/∂{w}*η", "-η*↑∂E/∂{w}+↑{w}"], [12, 4, 1]),
]
"""Families of columns, right ways to write them, and how usual each is."""


@pytest.fixture(scope="session")
def whole_class():
    """An exercise that was set to a class, each with numbers of its own, which takes a while."""
    return assignment_of(CLASS)


def named(found):
    """The students of all facts, by the identifiers."""
    return {student.identifier for fact in found for student in fact.students}


def about(found, words):
    """The students of each fact that has these words."""
    return [tuple(s.identifier for s in fact.students) for fact in found if words in fact.text]


# Marks made without files ------------------------------------------------------------------------


def made(student, slips=(), forms=(), properties=(), texts=(), given=None):
    """A mark as of a file with these slips and forms."""
    findings = [
        Finding(
            "A1", m.row, [m.first], ["A1"], m.cause, m.name.partition(":")[2], "", "", None, None
        )
        for m in slips
    ]
    cells = Cells(given=given or student.numbers)
    table = Table("LR0.5", "A3:AE15", 3, EPOCHS, 0.5, "", "wrong", findings, cells=cells)
    print_ = Fingerprint(
        f"file of {student.identifier}",
        content=f"content of {student.identifier}",
        forms=Fixed(forms),
        properties=Fixed(properties),
        texts=frozenset(texts),
    )
    part = assignment_of(2).parts[0]
    path = Path(f"{student.identifier}.xlsx")
    return Mark(
        student,
        Submission(path, path.name, owner=student),
        (PartMark(part, 4.0, 3.0, 10, 0, 2, 0),),
        3.0,
        (),
        Judgement(path, [table]),
        table=table,
        fingerprint=print_,
    )


def forms_by_chance(chance, irregular=False):
    """A right formula for each column, a family all in one way or each column in its own."""
    forms = {}
    for family, ways, weights in WAYS:
        usual = chance.choices(ways, weights)[0]
        for name, values in family.items():
            way = chance.choices(ways, weights)[0] if irregular else usual
            forms[key_of(name)] = way.format(**values)
    return {name: re.sub("∂E/∂", "dE_d", form) for name, form in forms.items()}


def key_of(name):
    return name.replace("∂E/∂", "dE_d").replace("E_tot", "E_Total")


def properties_by_chance(chance, number):
    """A third works at home, a third in a room of machines, a third has programs' defaults."""
    week = datetime(2024, 5, 6, 8, tzinfo=UTC)
    found = {"author": "backprop-sheet", "program": "Microsoft Excel"}
    when = week + timedelta(seconds=chance.randrange(14 * 24 * 3600))
    match number % 3:
        case 0:
            found["last editor"] = f"Given Family{number}"
        case 1:
            found |= {"last editor": f"Room-{chance.randrange(12):02}", "company": "University"}
            when = week + timedelta(seconds=chance.randrange(5400))
        case 2:
            found |= {"author": chance.choice(["openpyxl", "Microsoft Office User", "User"])}
            found["created"] = stamp(when - timedelta(seconds=chance.randrange(7200)))
    return found | {"modified": stamp(when)}


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def honest(seed, students, most=3):
    """Marks of honest students: 0 to 3 slips of 40, ways of writing by chance."""
    chance = Random(seed)
    return [
        made(
            student,
            chance.sample(COMMON, chance.randint(0, most)),
            forms_by_chance(chance),
            properties_by_chance(chance, number),
        )
        for number, student in enumerate(students)
    ]


@pytest.mark.parametrize("count", mostly_slow([12, 60, CLASS], [12, 60]))
@pytest.mark.parametrize("seed", range(6))
def test_nobody_of_an_honest_class_is_named(seed, count):
    assignment = assignment_of(count)
    assert facts(honest(seed, assignment.students), assignment) == []


@pytest.mark.parametrize("seed", range(4))
def test_nobody_of_a_weak_class_is_named(seed, whole_class):
    """Whoever makes many mistakes shares some with others who do."""
    assert facts(honest(seed, whole_class.students, most=9), whole_class) == []


def test_a_misunderstanding_that_shows_everywhere_counts_once(whole_class):
    """1 + a for 1 − a in all gradients is one mistake in eight columns."""
    marks = honest(1, whole_class.students)
    columns = [f"∂E/∂w{k}" for k in range(1, 9)]
    for number in (20, 70):
        findings = [
            Finding(
                "A1", 0, [c], ["A1"], "sign", f"1 + a_{u} where 1 - a_{u} belongs", "", "", 0, 1
            )
            for c, u in zip(columns, ["h1", "h1", "h2", "h2", "o1", "o1", "o2", "o2"], strict=True)
        ]
        marks[number] = replace(
            marks[number], table=replace(marks[number].table, findings=findings)
        )
    assert facts(marks, whole_class) == []


@pytest.mark.parametrize("seed", range(6))
def test_copies_with_own_numbers_are_found_by_rare_slips(seed, whole_class):
    """Three slips that nobody else made; all else is by chance."""
    marks, chance = honest(seed, whole_class.students), Random(f"rare {seed}")
    slips = distinct(chance, RARE, 3)
    for number in (17, 140):
        marks[number] = made(whole_class.students[number], slips, forms_by_chance(chance))
    found = facts(marks, whole_class)
    assert about(found, "the same rare slips") == [("s017", "s140")]
    assert named(found) == {"s017", "s140"}


def distinct(chance, mistakes, count):
    """Mistakes of kinds of their own in columns of their own."""
    found = {}
    for mistake in chance.sample(mistakes, len(mistakes)):
        found.setdefault((mistake.cause, re.sub(r"\d", "", mistake.name)), mistake)
    some, taken = [], set()
    for mistake in found.values():
        if mistake.first not in taken and len(some) < count:
            some.append(mistake)
            taken.add(mistake.first)
    return some


@pytest.mark.parametrize("seed", range(6))
def test_copies_without_slips_are_found_by_how_they_are_written(seed, whole_class):
    """Each column in a way of its own, as nobody writes by habit."""
    marks, chance = honest(seed, whole_class.students), Random(f"odd {seed}")
    for number in range(0, CLASS, 4):  # others write so, too, each in another way
        student = whole_class.students[number]
        marks[number] = made(student, (), forms_by_chance(chance, irregular=True))
    marks[9] = made(whole_class.students[9], (), marks[100].fingerprint.forms)
    found = facts(marks, whole_class)
    assert about(found, "written in the same way") == [("s009", "s100")]
    assert named(found) == {"s009", "s100"}


def test_times_to_the_second_are_told_and_those_of_a_busy_hour_are_not(whole_class):
    marks = honest(3, whole_class.students)
    same = {"created": "2024-04-02T21:14:07Z", "modified": "2024-04-03T20:01:55Z"}
    for number in (5, 6):
        marks[number] = made(whole_class.students[number], properties=same)
    for number in range(50, 90):
        busy = {
            "created": "2024-05-02T10:00:00Z",
            "modified": f"2024-05-02T10:30:{number % 30:02}Z",
        }
        marks[number] = made(whole_class.students[number], properties=busy)
    found = facts(marks, whole_class)
    assert [tuple(s.identifier for s in fact.students) for fact in found] == [("s005", "s006")]
    assert "created 2024-04-02T21:14:07Z; modified 2024-04-03T20:01:55Z" in found[0].text


@pytest.mark.parametrize("editor", ["Given Family30", "family30, given", "s030"])
def test_a_last_editor_who_is_another_student_is_told(editor):
    assignment = assignment_of(40)
    marks = honest(4, assignment.students)
    marks[8] = made(assignment.students[8], properties={"last editor": editor})
    (found,) = facts(marks, assignment)
    assert {s.identifier for s in found.students} == {"s008", "s030"}
    assert "last editor is" in found.text


@pytest.mark.parametrize("editor", ["Administrator", "Anna", "backprop-sheet", "Windows User"])
def test_names_that_many_machines_have_are_none(editor):
    assignment = assignment_of(40)
    marks = honest(4, assignment.students)
    for number in (8, 9):
        marks[number] = made(assignment.students[number], properties={"last editor": editor})
    assert facts(marks, assignment) == []


def test_a_full_name_that_two_documents_have_is_told_and_one_that_many_have_is_not():
    assignment = assignment_of(60)
    for count in (2, 9):
        marks = honest(5, assignment.students)
        for number in range(10, 10 + count):
            one = {"last editor": "Some Stranger"}
            marks[number] = made(assignment.students[number], properties=one)
        found = facts(marks, assignment)
        assert named(found) == ({"s010", "s011"} if count == 2 else set())


def test_another_students_given_numbers_are_told():
    assignment = assignment_of(60)
    marks, students = honest(6, assignment.students), assignment.students
    mixed = {**students[9].numbers, "w1": students[4].numbers["w1"]}
    marks[4] = made(students[4], given=students[9].numbers)
    marks[5] = made(students[5], given={**mixed, "w1": 0.123})
    marks[6] = made(students[6], given={**students[6].numbers, "w3": students[9].numbers["w3"]})
    found = facts(marks, assignment)
    assert [tuple(s.identifier for s in fact.students) for fact in found] == [
        ("s004", "s009"),
        ("s005", "s009"),
    ]
    assert "7 of 8 given numbers are those of Given Family9 (s009)" in found[1].text


def test_a_thousand_submissions_take_seconds():
    assignment = assignment_of(2)
    students = [replace(assignment.students[0], identifier=f"n{k}", name="") for k in range(1000)]
    numbers = Random(1)
    students = [
        replace(s, numbers=Fixed({f"w{k}": numbers.random() for k in range(1, 9)}))
        for s in students
    ]
    assignment = replace(assignment, students=tuple(students))
    marks = honest(7, students, most=6)
    start = time.process_time()
    facts(marks, assignment)
    assert time.process_time() - start < 10


# Files -------------------------------------------------------------------------------------------


@cache
def odd_slips():
    return distinct(Random(2), RARE, 3)


def odd_ways(table):
    """Right formulas in ways that nobody else of a small class has, column by column."""
    table.write(
        {
            **written({"∂E/∂w5": OUTER["∂E/∂w5"]}, "{h}*({a}-{t})*{a}*(1-{a})"),
            **written({"∂E/∂w8": OUTER["∂E/∂w8"]}, "{a}*(1-{a})*{h}*({a}-{t})"),
            **written({"h1": SUMS["h1"]}, "{x}*{u}+{v}*{y}"),
            **written({"o2": SUMS["o2"]}, "{v}*{y}+{u}*{x}"),
            **written({"w2": UPDATES["w2"]}, "-η*↑∂E/∂{w}+↑{w}"),
            **written({"w7": UPDATES["w7"]}, "↑{w}-↑∂E/∂{w}*η"),
        }
    )


def restyled(path, target):
    """A copy with other formats, names of sheets and properties; nothing else is changed."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.title = "My work"
    for row in sheet.iter_rows():
        for cell in row:
            cell.font, cell.fill = Font(name="Courier", bold=True), PatternFill("solid", "FFEECC")
    sheet.freeze_panes = "B4"
    for column in "ABCDEFG":
        sheet.column_dimensions[column].width = 21
    book.properties.creator = "Somebody Else"
    book.save(target)


def renumbered(path, target, student):
    """A copy with a student's own numbers put in."""
    book = openpyxl.load_workbook(path)
    for cell in book.worksheets[0][4]:
        name = book.worksheets[0].cell(3, cell.column).value
        if name in student.numbers and name in COLUMNS:
            cell.value = student.numbers[name]
    book.save(target)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Ten honest files, each saved on another day."""
    place = tmp_path_factory.mktemp("class")
    assignment = assignment_of(24)
    chance = Random(11)
    for number, student in enumerate(assignment.students[:10]):
        slips = chance.sample(COMMON, number % 4)
        times = {"created": at(1 + number, 9, number), "modified": at(2 + number, 9, 5 * number)}
        laid_out(place / f"{student.identifier}.xlsx", student, slips, **times)
    return place


@pytest.fixture(scope="module")
def honest_marks(folder):
    return marks_of(sorted(folder.glob("*.xlsx")), assignment_of(24))


def test_files_of_honest_students_are_not_named(honest_marks):
    assert facts(honest_marks, assignment_of(24)) == []


def test_the_same_file_under_another_name_is_told(folder, tmp_path, honest_marks):
    assignment = assignment_of(24)
    shutil.copy(folder / "s003.xlsx", tmp_path / "s012.xlsx")
    mark = mark_of(tmp_path / "s012.xlsx", assignment.students[12], assignment)
    found = facts([*honest_marks, mark], assignment)
    assert about(found, "byte for byte") == [("s003", "s012")]
    assert about(found, "the given numbers are those of Given Family3") == [("s012", "s003")]
    assert named(found) == {"s003", "s012"}


def test_a_copy_in_other_formats_has_the_same_content(folder, tmp_path, honest_marks):
    assignment = assignment_of(24)
    restyled(folder / "s002.xlsx", tmp_path / "s013.xlsx")
    mark = mark_of(tmp_path / "s013.xlsx", assignment.students[13], assignment)
    found = facts([*honest_marks, mark], assignment)
    assert about(found, "the same content") == [("s002", "s013")]
    assert not about(found, "byte for byte")
    assert named(found) == {"s002", "s013"}


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_copy_saved_by_libreoffice_is_found(folder, tmp_path, honest_marks):
    assignment = assignment_of(24)
    restyled(folder / "s002.xlsx", tmp_path / "s013.xlsx")
    (saved,) = convert_all([tmp_path / "s013.xlsx"], "xlsx", tmp_path / "saved")
    mark = mark_of(saved, assignment.students[13], assignment)
    found = facts([*honest_marks, mark], assignment)
    assert about(found, "the same content") == [("s002", "s013")]
    assert named(found) == {"s002", "s013"}


def copied_with_own_numbers(place, assignment, changes, slips):
    """A file of student 20, and a copy of it in other formats with student 21's numbers."""
    one, other = assignment.students[20], assignment.students[21]
    laid_out(place / "s020.xlsx", one, slips, changes, modified=at(20, 8))
    restyled(place / "s020.xlsx", place / "restyled.xlsx")
    renumbered(place / "restyled.xlsx", place / "s021.xlsx", other)
    (place / "restyled.xlsx").unlink()
    return [place / "s020.xlsx", place / "s021.xlsx"]


def test_a_copy_with_own_numbers_is_found_by_slips_and_ways(tmp_path, honest_marks):
    assignment = assignment_of(24)
    paths = copied_with_own_numbers(tmp_path, assignment, odd_ways, odd_slips())
    found = facts([*honest_marks, *marks_of(paths, assignment)], assignment)
    assert named(found) == {"s020", "s021"}
    assert "rare slips" in found[0].text
    assert "written in the same way" in found[0].text


@pytest.mark.slow
@pytest.mark.libreoffice
def test_such_a_copy_is_found_when_libreoffice_saved_it(tmp_path, honest_marks):
    assignment = assignment_of(24)
    paths = copied_with_own_numbers(tmp_path, assignment, odd_ways, odd_slips())
    saved = convert_all(paths, "xlsx", tmp_path / "saved")
    found = facts([*honest_marks, *marks_of([paths[0], saved[1]], assignment)], assignment)
    assert named(found) == {"s020", "s021"}


def test_another_students_results_that_were_pasted_are_told(tmp_path, honest_marks):
    assignment = assignment_of(24)
    one, other = assignment.students[14], assignment.students[3]
    frame = tabulate(assignment.network_of(other))

    def paste(table):
        for epoch in range(1, EPOCHS):
            for place, name in enumerate(COLUMNS):
                table.set(name, epoch, round(float(frame.iat[epoch, place]), 6))

    path = laid_out(tmp_path / "s014.xlsx", one, (), paste, modified=at(21))
    found = facts([*honest_marks, mark_of(path, one, assignment)], assignment)
    assert about(found, "typed numbers that Given Family3 (s003)'s given numbers lead to") == [
        ("s014", "s003")
    ]


def test_own_results_that_were_pasted_are_none(tmp_path, honest_marks):
    assignment = assignment_of(24)
    student = assignment.students[14]
    frame = tabulate(assignment.network_of(student))

    def paste(table):
        for epoch in range(1, EPOCHS):
            for place, name in enumerate(COLUMNS):
                table.set(name, epoch, round(float(frame.iat[epoch, place]), 5))

    path = laid_out(tmp_path / "s014.xlsx", student, (), paste, modified=at(21))
    assert facts([*honest_marks, mark_of(path, student, assignment)], assignment) == []


def test_the_programs_own_output_is_told(tmp_path, honest_marks):
    assignment = assignment_of(24)
    network = assignment.network_of(assignment.students[15])
    path = write_workbook(network, tabulate(network), tmp_path / "s015.xlsx")
    found = facts([*honest_marks, mark_of(path, assignment.students[15], assignment)], assignment)
    assert about(found, "as this program wrote it") == [("s015",)]
    assert named(found) == {"s015"}


def test_a_sheet_in_which_nothing_was_filled_in_is_like_no_other(tmp_path):
    """As given out, twice the same file: that is no work to compare."""
    assignment = assignment_of(24)

    def empty(table):
        for name in COLUMNS:
            for epoch in range(1, EPOCHS):
                table.set(name, epoch, None)

    path = laid_out(tmp_path / "s001.xlsx", assignment.students[1], (), empty)
    shutil.copy(path, tmp_path / "s002.xlsx")
    found = facts(marks_of([path, tmp_path / "s002.xlsx"], assignment), assignment)
    assert not about(found, "byte for byte")
    assert not about(found, "the same content")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"words"])
def test_what_cannot_be_read_has_a_fingerprint_of_its_bytes(content, tmp_path):
    path = tmp_path / "some.xlsx"
    path.write_bytes(content)
    found = fingerprint(path, None, assignment_of(2))
    assert found.file
    assert not found.properties
    assert fingerprint(tmp_path / "none.xlsx", None, assignment_of(2)) == Fingerprint("")


def test_properties_are_bounded(tmp_path):
    """A name of a million characters is kept as its digest."""
    assignment = assignment_of(2)
    path = laid_out(tmp_path / "s001.xlsx", assignment.students[1], creator="x" * 1_000_000)
    found = fingerprint(path, None, assignment)
    assert len(found.properties["author"]) == 64


def test_order_of_the_process_does_not_change_the_facts(tmp_path):
    """Sets have another order in every process: the facts have not."""
    program = (
        "from test_likeness import *\n"
        "a = assignment_of(60); m = honest(6, a.students); c = Random(1)\n"
        "for k in (3, 8, 40): m[k] = made(a.students[k], distinct(Random(5), RARE, 4), "
        "forms_by_chance(Random(3), True))\n"
        "print([f.text for f in facts(m, a)])"
    )
    here = Path(__file__).parent
    paths = os.pathsep.join(map(str, (here, here.parent, here.parents[1])))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True, check=True, cwd=tmp_path,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
    assert b"s040" in outputs.pop()


# A whole class of files --------------------------------------------------------------------------


def hand_in(assignment, place, seed, number):
    """One honest student's file and its mark, made in another process."""
    chance, student = Random(f"{seed} {number}"), assignment.students[number]
    slips = distinct(chance, COMMON, chance.randint(0, 3))
    forms = {}
    for family, ways, weights in WAYS:
        forms |= written(family, chance.choices(ways, weights)[0])

    def write(table):
        keep = {mistake.first for mistake in slips}
        table.write({name: form for name, form in forms.items() if name not in keep})

    when = datetime(2024, 5, 6, 8) + timedelta(seconds=chance.randrange(14 * 24 * 3600))  # noqa: DTZ001
    saved = {"modified": when, "lastModifiedBy": f"Given Family{number}"}
    if number % 4 == 1:
        when = datetime(2024, 5, 7, 10) + timedelta(seconds=chance.randrange(5400))  # noqa: DTZ001
        saved = {"modified": when, "lastModifiedBy": f"Room {chance.randrange(15)}"}
    elif number % 4 == 2:
        saved |= {"creator": "openpyxl", "lastModifiedBy": None, "created": when}
    path = laid_out(place / f"{student.identifier}.xlsx", student, slips, write, **saved)
    return mark_of(path, student, assignment)


def in_two_processes(work):
    """The marks of all students, by number."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, range(CLASS), chunksize=10))


@pytest.mark.slow
@pytest.mark.parametrize("seed", some(range(3)))
def test_two_hundred_honest_sheets_name_nobody(seed, tmp_path):
    assignment = assignment_of(CLASS)
    marks = in_two_processes(partial(hand_in, assignment, tmp_path, seed))
    wrong = sum(mark.judgement.verdict == "wrong" for mark in marks)
    assert wrong > CLASS / 2
    assert facts(marks, assignment) == []
    paths = copied_with_own_numbers(tmp_path, assignment, odd_ways, odd_slips())
    restyled(tmp_path / "s050.xlsx", tmp_path / "s060.xlsx")
    copies = {20: paths[0], 21: paths[1], 60: tmp_path / "s060.xlsx"}
    for number, path in copies.items():
        marks[number] = mark_of(path, assignment.students[number], assignment)
    assert named(facts(marks, assignment)) == {"s020", "s021", "s050", "s060"}


def hand_in_another_way(assignment, place, number):
    """One honest student's right sheet, written in one or two of the ways in which people do."""
    student, chance = assignment.students[number], Random(f"way {number}")
    fitting = [way for way in WRITTEN if way.fits(assignment.network)]
    ways = [chance.choice(fitting)]
    others = [way for way in fitting if right_sheets._go_together(ways[0], way)]
    ways += [chance.choice(others)] if chance.random() < 0.5 else []
    plan = right_sheets.Plan(assignment.network_of(student), EPOCHS, top=6, left=1)
    for way in sorted(ways, key=lambda way: way.aspect != "headers"):
        way.apply(plan, chance)
    plan.order = [name for name in plan.order if name] if plan.table else plan.order
    path = right_sheets.PROGRAMS["XlsxWriter"](plan, place / f"{student.identifier}.xlsx")
    return mark_of(path, student, assignment)


WRITTEN = [way for way in right_sheets.WAYS if way.aspect not in {"numbering", "network"}]


@pytest.mark.slow
def test_right_sheets_in_the_ways_in_which_people_write_them_name_nobody(tmp_path):
    """Many of two hundred hit upon the same of some 180 ways."""
    assignment = assignment_of(CLASS)
    marks = in_two_processes(partial(hand_in_another_way, assignment, tmp_path))
    assert sum(mark.judgement.verdict == "right" for mark in marks) > 0.9 * CLASS
    assert facts(marks, assignment) == []
