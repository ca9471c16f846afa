"""Gradebooks filled in: the wanted cells, and every other byte as it was."""

import csv
import io
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_sheet import load
from backprop_sheet.checker.findings import Judgement
from backprop_sheet.errors import InputError
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.lists import gradebook, roster
from backprop_sheet.exercise.lists.gradebook import CANVAS, MOODLE, as_html
from backprop_sheet.exercise.marks import Mark, Submission

STUDENTS = (
    Student("aable", "Ann Able", {}, ("301", "u-31", "ann@example.org", "Participant 501")),
    Student("bbaker", "Ben Baker", {}, ("302", "u-32", "Participant 502")),
    Student("cole1", "Kim Cole", {}, ("303",)),
    Student("cole2", "Kim Cole", {}, ("304",)),
    Student("öhm", "Änne Öhm", {}, ()),
)
ASSIGNMENT = Assignment(
    "Neural net", load(), 1, ("gradients",), points={"gradients_2": 18.0}, students=STUDENTS
)
CANVAS_ROWS = [
    "Student,ID,SIS User ID,SIS Login ID,Section,Reading (71),Neural  Net (72),Current Score",
    ",,,,,,Manual Posting,",
    "    Points Possible,,,,,5,18.00,(read only)",
    '"Able, Ann",301,u-31,aable,"Course A, and B",5,,"100 ""%"""',
    '"Baker, Ben",302,u-32,bbaker,Course A,4,"7.00",80',
    '"Cole, Kim",303,,,Course A,,,',
    '"Cole, Kim",304,,,Course A,,EX,',
    '"Öhm, Änne",,,,Course A,,,',
    '"Student, Test",399,,f00,Course A,,,',
    "",
]
MOODLE_ROWS = [
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments",
    'Participant 501,Ann Able,ann@example.org,Submitted,,18.00,Yes,"Monday, 5 May 2025, 9:00",-,',
    'Participant 502,Ben Baker,ben@example.org,Submitted,7.00,18.00,Yes,-,-,"<p>earlier</p>"',
    "Participant 503,Änne Öhm,anne@example.org,No submission,,18.00,Yes,-,-,",
]


def marks(place="", **points):
    by = {student.identifier: student for student in STUDENTS}
    submission = Submission(Path("x.xlsx"), "x.xlsx", place)
    return {
        one: Mark(by[one], submission, (), earned, (), Judgement(submission.path))
        for one, earned in points.items()
    }


def said_to(mark, assignment):
    return f"={mark.points} of {assignment.total:g}\nfirst <cell>: \"A1\" & 'B2'\n\nη − ∂E"


@pytest.fixture
def fill(tmp_path):
    def filling(rows, kind, given, *, end="\n", encoding="utf-8", bom=b"", **named):
        path = tmp_path / "grades.csv"
        before = bom + end.join(rows).encode(encoding)
        path.write_bytes(before)
        after, said = gradebook.fill(path, kind, given, ASSIGNMENT, **named)
        assert path.read_bytes() == before
        return after, said, before

    return filling


def parsed(data, encoding="utf-8", delimiter=","):
    text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def changes(before, after, *how):
    old, new = parsed(before, *how), parsed(after, *how)
    assert len(old) == len(new)
    return {
        (number, column): cell
        for number, (was, row) in enumerate(zip(old, new, strict=True))
        for column, cell in enumerate(row)
        if column >= len(was) or was[column] != cell
    }


# --- Canvas --------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_canvas_gets_points_and_nothing_else(fill, end, bom):
    given = marks(aable=17.5, bbaker=18, cole1=0, öhm=3.25)
    after, said, before = fill(CANVAS_ROWS, CANVAS, given, end=end, bom=bom)
    assert changes(before, after) == {
        (3, 6): "17.50",
        (4, 6): "18.00",
        (5, 6): "0.00",
        (7, 6): "3.25",
    }
    expected = before.replace(b",5,,", b",5,17.50,").replace(b'"7.00"', b'"18.00"')
    assert after.startswith(expected[: expected.index(b"303")])
    assert said == ["points: column 'Neural  Net (72)'", "replaced what was there in line 5"]


def test_canvas_without_marks_is_the_same_file(fill):
    after, _, before = fill(CANVAS_ROWS, CANVAS, {})
    assert after == before


def test_who_keeps_what_is_there_is_said(fill):
    given = marks(aable=None, cole2=4)
    given["gone"] = replace(marks(öhm=1)["öhm"], student=Student("gone", "Di Dorn", {}))
    after, said, before = fill(CANVAS_ROWS, CANVAS, given)
    assert after == before
    assert said[1:] == [
        "excused in the file, so left as it was: 'cole2'",
        "not judged, so left as it was: 'aable'",
        "not in the file, and not added: 'gone'",
    ]


def test_namesakes_without_a_number_are_left(fill):
    rows = [*CANVAS_ROWS[:3], '"Cole, Kim",,,,Course A,,,', '"Cole, Kim",304,,,Course A,,,']
    after, said, before = fill(rows, CANVAS, marks(cole1=1, cole2=2))
    assert changes(before, after) == {(4, 6): "2.00"}
    assert "line 4 is left as it was: it fits 'cole1', 'cole2'" in said
    assert "not in the file, and not added: 'cole1'" in said


def test_two_certain_columns_count_more_than_a_name(fill):
    rows = [*CANVAS_ROWS[:3], '"Baker, Ben",301,u-31,,Course A,,,']
    after, said, before = fill(rows, CANVAS, marks(aable=1))
    assert changes(before, after) == {(3, 6): "1.00"}
    assert not any("is left as it was" in line for line in said)


def test_a_row_whose_columns_disagree_is_left(fill):
    rows = [*CANVAS_ROWS[:3], '"Baker, Ben",301,,,Course A,,,']
    after, said, before = fill(rows, CANVAS, marks(aable=1, bbaker=2))
    assert after == before
    assert "line 4 is left as it was: it fits 'aable', 'bbaker'" in said


def test_two_rows_of_a_student_are_left(fill):
    rows = [*CANVAS_ROWS[:4], CANVAS_ROWS[3]]
    after, said, before = fill(rows, CANVAS, marks(aable=1))
    assert after == before
    assert "lines 4 and 5 are left as they were: both fit 'aable'" in said


@pytest.mark.parametrize(
    ("titles", "column", "place"),
    [
        ("Neural net (72),Other (73)", None, 5),
        ("Other (72),NEURAL-NET (73)", None, 6),
        ("Exercise 4 (72),Notes", None, 5),
        ("Other (72),Another (73)", "another", 6),
        ("Other (72),Another (73)", "Another (73)", 6),
        ("Other (72),Notes", "notes", 6),
        ("Other (72),Current Score (2026)", None, 5),
    ],
)
def test_the_column_is_found_or_named(fill, titles, column, place):
    rows = [
        f"Student,ID,SIS User ID,SIS Login ID,Section,{titles}",
        f"    Points Possible,,,,,18,{'(read only)' if '2026' in titles else '18'}",
        "Able,301,u-31,aable,Course A,,",
    ]
    after, _, before = fill(rows, CANVAS, marks(aable=1.5), column=column)
    assert changes(before, after) == {(2, place): "1.5"}


def test_points_are_scaled_to_what_canvas_expects(fill):
    rows = [row.replace("18.00", "100,0") for row in CANVAS_ROWS]
    rows = [row.replace(",", ";").replace("100;0", "100,0") for row in rows]
    after, said, before = fill(rows, CANVAS, marks(aable=17.5, bbaker=9))
    assert changes(before, after, "utf-8", ";") == {(3, 6): "97,22", (4, 6): "50,0"}
    assert "scaled: 18 points are 100 in the file" in said


def test_a_row_that_was_cut_short_is_filled(fill):
    rows = ["Student,ID,Section,Neural net (72),More", "Able,301", "Baker,302,B"]
    after, _, before = fill(rows, CANVAS, marks(aable=2, bbaker=3))
    assert after == before.replace(b"301", b"301,,2").replace(b"302,B", b"302,B,3")


def test_an_assignment_without_points_in_canvas_takes_them_unscaled(fill):
    rows = [row.replace("18.00", "0") for row in CANVAS_ROWS]
    after, said, before = fill(rows, CANVAS, marks(aable=17.5))
    assert changes(before, after) == {(3, 6): "17.50"}
    assert not any("scaled" in line for line in said)


# --- Moodle --------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_moodle_gets_points_and_feedback(fill, end):
    given = marks(aable=17.5, bbaker=18)
    after, said, before = fill(MOODLE_ROWS, MOODLE, given, end=end, text=said_to)
    found = changes(before, after)
    assert {place: text for place, text in found.items() if place[1] == 4} == {
        (1, 4): "17.50",
        (2, 4): "18.00",
    }
    assert found[1, 9] == (
        "<p>=17.5 of 18<br>first &lt;cell&gt;: \"A1\" &amp; 'B2'</p><p>η − ∂E</p>"
    )
    assert set(found) == {(1, 4), (1, 9), (2, 4), (2, 9)}
    assert after.splitlines()[0] == before.splitlines()[0]
    assert after.splitlines()[-1] == before.splitlines()[-1]
    assert said == [
        "points: column 'Grade'",
        "feedback: column 'Feedback comments'",
        "replaced what was there in line 3",
    ]


GERMAN = [
    "ID;Vollständiger Name;Status;Bewertung;Bestwertung;Bewertung kann geändert werden;"
    "Zuletzt geändert (Bewertung);Feedback als Kommentar",
    'Teilnehmer/in501;Jemand;Abgegeben;"13,50";"36,00";Ja;-;',
    "Teilnehmer/in502;Jemand;Abgegeben;;36,00;Ja;-;",
]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le", "utf-16"])
def test_moodle_in_german_with_decimal_commas(fill, encoding):
    given = marks(aable=8.5, bbaker=0.125)
    after, said, before = fill(GERMAN, MOODLE, given, encoding=encoding, text=said_to)
    found = changes(before, after, encoding, ";")
    assert (found[1, 3], found[2, 3]) == ("17,00", "0,25")
    assert set(found) == {(1, 3), (1, 7), (2, 3), (2, 7)}
    # Windows-1252 has no η: HTML has a way to write it.
    assert ("&#951; " in found[1, 7]) == (encoding == "cp1252")
    assert "scaled: 18 points are 36 in the file" in said


@pytest.mark.parametrize(
    "header",
    [
        "Identifiant,Nom complet,Statut,Note,Note maximale,La note peut être modifiée,"
        "Dernière modification (note),Feedback par commentaires",
        "Identificador,Nombre completo,Estado,Calificación,Calificación máxima,"
        "La calificación puede ser cambiada,Última modificación (calificación),"
        "Comentarios de retroalimentación",
        "Identificador,Nome completo,Status,Nota,Nota máxima,Nota pode ser alterada,"
        "Última modificação (nota),Comentários de feedback",
        "Identificativo,Nome,Stato,Valutazione,Valutazione massima,Modificabile,Ultima modifica,"
        "Commenti",
        "Identificatie,Volledige naam,Status,Cijfer,Maximumcijfer,Wijzigbaar,Laatst gewijzigd,"
        "Feedback via opmerkingen",
        "Identificador,Nom complet,Estat,Qualificació,Qualificació màxima,Es pot canviar,"
        "Darrera modificació (qualificació),Comentaris de retroalimentació",
    ],
)
@pytest.mark.parametrize("participant", ["Participant 501", "Participante501", "Deelnemer 501"])
def test_moodle_in_other_languages(fill, header, participant):
    rows = [header, f'{participant},Jemand,-,,"18,00",-,-,']
    after, _, before = fill(rows, MOODLE, marks(aable=9), text=said_to)
    assert set(found := changes(before, after)) == {(1, 3), (1, 7)}
    assert found[1, 3] == "9,00"


def test_a_row_that_was_cut_short_gets_points_and_feedback(fill):
    rows = [MOODLE_ROWS[0], "Participant 501,Ann Able", MOODLE_ROWS[2]]
    after, _, before = fill(rows, MOODLE, marks(aable=2), text=lambda *_: "x")
    assert after == before.replace(b"501,Ann Able", b"501,Ann Able,,,2.00,,,,,<p>x</p>")


def test_a_student_is_found_by_the_number_in_the_submissions_folder(fill):
    rows = ["Identifier,Status,Grade,Maximum Grade", "Participant 77,,,18.00"]
    given = marks("Participant_77_assignsubmission_file", cole1=5)
    after, _, before = fill(rows, MOODLE, given)
    assert changes(before, after) == {(1, 2): "5.00"}


def test_columns_of_other_titles_are_named(fill):
    rows = ["Identifier,Punkte,Maximum Grade,Anmerkungen", "Participant 501,,18.00,"]
    with pytest.raises(InputError, match="'Punkte', .* is known as the grade: --moodle-column"):
        fill(rows, MOODLE, marks(aable=5))
    after, said, before = fill(rows, MOODLE, marks(aable=5), column="punkte", text=said_to)
    assert changes(before, after)[1, 1] == "5.00"
    assert "feedback: column 'Anmerkungen'" in said


def test_no_column_for_comments_is_said(fill):
    rows = [row.rpartition(",")[0] for row in MOODLE_ROWS]
    _, said, _ = fill(rows, MOODLE, marks(aable=5), text=said_to)
    assert "feedback: no column for comments" in said


@pytest.mark.parametrize(
    ("rows", "kind", "error"),
    [
        (MOODLE_ROWS, CANVAS, "is no gradebook of Canvas"),
        (CANVAS_ROWS, MOODLE, "is known as the grade"),
        (["Student,ID,A (1),B (2)", "x,1,,"], CANVAS, "which of its columns 'A (1)', 'B (2)' is"),
        (["Student,ID,A,B", "x,1,,"], CANVAS, "has no column of an assignment"),
        (["Identifier,Grade,Scale", "x,,bad"], MOODLE, "by a scale, which takes no points"),
        (MOODLE_ROWS, "ilias", "takes canvas or moodle"),
    ],
)
def test_what_is_wrong_is_one_line(fill, rows, kind, error):
    with pytest.raises(InputError) as raised:
        fill(rows, kind, {})
    assert error in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_roster_of_a_gradebook_finds_its_own_rows(tmp_path):
    for name, rows, kind in (("c", CANVAS_ROWS, CANVAS), ("m", MOODLE_ROWS, MOODLE)):
        path = tmp_path / name
        path.write_text("\n".join(row for row in rows if "Cole" not in row), encoding="utf-8")
        identifier = "Student" if kind == CANVAS else None
        people = roster.read(path, identifier=identifier).people
        students = tuple(Student(p.identifier, p.name, {}, p.also) for p in people)
        one = marks(öhm=1.5)["öhm"]
        given = {student.identifier: replace(one, student=student) for student in students}
        after, said = gradebook.fill(path, kind, given, replace(ASSIGNMENT, students=students))
        assert len(changes(path.read_bytes(), after)) == len(people)
        assert not any("not " in line for line in said)


class Shown(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text = ""

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, _):
        assert tag in {"p", "br"}
        self.text += "\n" if tag == "br" or self.text else ""


@given(st.text())
def test_feedback_shows_the_same_text_and_is_no_formula(text):
    written = as_html(text)
    assert not written.startswith(("=", "+", "-", "@"))
    assert written.isprintable() or not written
    reader = Shown()
    reader.feed(written)
    reader.close()
    assert reader.text.split() == "".join(c if c.isprintable() else " " for c in text).split()


@given(
    st.lists(
        st.lists(st.text(alphabet='a1",; ä\n', max_size=6), min_size=2, max_size=2), max_size=4
    ),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.decimals(0, 18, places=2),
)
def test_only_the_points_change(tmp_path_factory, others, delimiter, end, quoting, points):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["Notes", "ID", "Section", "Neural net (72)", "More"])
    writer.writerow(["", "301", "A", "", ""])
    for note, more in others:
        writer.writerow([note, "999", "A", "1.00", more])
    path.write_bytes(text.getvalue().encode())
    after, _ = gradebook.fill(path, CANVAS, marks(aable=float(points)), ASSIGNMENT)
    before = path.read_bytes()
    written = f"{points:.2f}"
    if not others:  # no number shows how many decimals there are
        written = written.rstrip("0").rstrip(".")
    assert changes(before, after, "utf-8", delimiter) == {(1, 3): written}
    head = before.index(b"301")
    assert after[:head] == before[:head]
    tail = before[before.index(end.encode(), head) :]
    assert after.endswith(tail)
