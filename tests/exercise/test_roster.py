"""Rosters as teachers have them: whose columns are found, said or named, and who is in them."""

import csv
import io

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from backprop_sheet.errors import InputError
from backprop_sheet.exercise.lists import csv_text, roster

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Reading (71),Neural net (72),Current Score\r\n"
    ",,,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,5,18,(read only)\r\n"
    '"Able, Ann",301,u-31,aable,Course A,5,,100\r\n'
    '"Baker, Ben",302,u-32,bbaker,Course A,4,,80\r\n'
    '"Student, Test",399,,f00,Course A,,,\r\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 501,Ann Able,ann@example.org,Submitted for grading,,18.00,Yes,"Monday, 5 May",-,\n'
    "Participant 502,Ben Baker,ben@example.org,No submission,,18.00,Yes,-,-,\n"
)
GERMAN = (
    "ID,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
    "Bewertung kann geändert werden,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),"
    "Feedback als Kommentar\n"
    'Teilnehmer/in501,Änne Öhm,4711,oehm@example.org,Abgegeben,,"18,00",Ja,-,-,\n'
)


@pytest.fixture
def read(tmp_path):
    def reading(content, encoding="utf-8", **named):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return roster.read(path, **named)

    return reading


def identifiers(found):
    return [person.identifier for person in found.people]


def test_a_gradebook_of_canvas_has_its_students_only(read):
    found = read(CANVAS)
    assert identifiers(found) == ["aable", "bbaker"]
    assert found.people[0].name == "Ann Able"
    assert set(found.people[0].also) == {"301", "u-31", "Ann Able", "Able Ann"}
    assert found.said == (
        "left out, as no students: line 2, line 3, line 6",
        "identifier: column 'SIS Login ID'",
        "name: column 'Student'",
    )


def test_a_gradebook_of_canvas_with_names_in_two_columns(read):
    lines = CANVAS.replace("Student,", "LastName,FirstName,", 1).replace('"Able, Ann"', "Able,Ann")
    found = read("\n".join(line for line in lines.splitlines() if "Last" in line or "Ann" in line))
    assert found.people[0].name == "Ann Able"


def test_a_worksheet_of_moodle(read):
    found = read(MOODLE, "utf-8-sig")
    assert identifiers(found) == ["ann@example.org", "ben@example.org"]
    assert found.people[1] == ("ben@example.org", "Ben Baker", ("Participant 502", "Ben Baker"))


def test_a_worksheet_of_moodle_in_german(read):
    found = read(GERMAN)
    assert found.people[0].identifier == "4711"
    assert set(found.people[0].also) == {"Teilnehmer/in501", "oehm@example.org", "Änne Öhm"}


def test_a_worksheet_that_hides_the_names(read):
    found = read("Identifier,Status,Grade,Maximum Grade\nParticipant 501,,,18.00\n")
    assert identifiers(found) == ["Participant 501"]
    assert "anew for each assignment" in found.said[1]


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("First name,Last name,ID number,Email address", "Ann,Able,31,a@example.org", "Ann Able"),
        ("Vorname,Nachname,ID-Nummer,E-Mail-Adresse", "Änne,Öhm,31,a@example.org", "Änne Öhm"),
        ("Prénom,Nom,Numéro d’identification", "Anne,Dupont,31", "Anne Dupont"),
        ("Nombre,Apellido(s),Número de ID", "Ana,Pérez Gil,31", "Ana Pérez Gil"),
        ("Nome,Cognome,Matricola", "Anna,Rossi,31", "Anna Rossi"),
        ("Nome,Apelido,Número de aluno", "Ana,Silva,31", "Ana Silva"),
        ("Voornaam,Achternaam,Studentnummer", "Anna,de Vries,31", "Anna de Vries"),
        ("Imię,Nazwisko,Numer albumu", "Anna,Wójcik,31", "Anna Wójcik"),
        ("Имя,Фамилия,логин", "Анна,Иванова,31", "Анна Иванова"),
        ("姓名,学号", "李华,31", "李华"),
    ],
)
def test_a_list_of_participants_in_many_languages(read, header, row, name):
    (person,) = read(f"{header}\n{row}\n").people
    assert (person.identifier, person.name) == ("31", name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_end(read, encoding, delimiter, end):
    lines = ["", "Login,Name,Note", 'ä1,"Öhm, Änne",', "", "   ", 'b2,"Baker",""', ""]
    lines = [line.replace(",", delimiter).replace(f"{delimiter} ", ", ") for line in lines]
    found = read(end.join(lines).encode(encoding))
    assert identifiers(found) == ["ä1", "b2"]
    assert found.people[0].name == "Änne Öhm"
    assert any("Windows-1252" in line for line in found.said) == (encoding == "cp1252")


def test_the_line_in_which_excel_names_the_delimiter(read):
    assert identifiers(read("sep=;\r\nLogin;Name\r\na,1;Ann\r\n")) == ["a,1"]


def test_one_column_may_hold_commas(read):
    found = read("Name\nAble, Ann\nBaker, Ben\n")
    assert identifiers(found) == ["Ann Able", "Ben Baker"]
    assert found.said[0] == "identifier: the name, column 'Name'"


def test_a_student_called_test_is_one_outside_of_canvas(read):
    assert identifiers(read('Student,Login\n"Student, Test",test\n')) == ["test"]


def test_a_full_name_beside_a_first_name_is_the_name(read):
    (person,) = read("Login,Full name,First name\na,Ann Mary Able,Ann\n").people
    assert person.name == "Ann Mary Able"


def test_columns_can_be_named(read):
    text = "Badge,Who,Login\n9,Ann,a\n8,Ben,b\n"
    assert identifiers(read(text)) == ["a", "b"]
    found = read(text, identifier="badge", name="Who")
    assert found.people == (("9", "Ann", ("a", "Ann")), ("8", "Ben", ("b", "Ben")))


def test_a_column_with_gaps_is_passed_over_and_said(read):
    found = read("Login,Student number\n,1\nb,2\n")
    assert identifiers(found) == ["1", "2"]
    assert found.said[-1] == "column 'Login' identifies nobody, as it is empty in line 2"
    with pytest.raises(InputError, match="line 2: column 'Login' is empty"):
        read("Login,Student number\n,1\nb,2\n", identifier="Login")


def test_identifiers_become_names_of_files(read):
    found = read("Login\ncampus\\ann\n=cmd|x\nCON\nb..\n")
    assert identifiers(found) == ["campus_ann", "_cmd_x", "_CON", "b_"]
    assert found.people[0].also == ("campus\\ann",)
    assert found.said[-1].endswith(r"'campus\\ann' to 'campus_ann', and 3 others")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Login\nann\nben\nANN\n", "lines 2 and 4: two students have 'ANN' in column 'Login'"),
        ("Login\na/b\na:b\n", "lines 2 and 3: two students have 'a:b'"),
        ("Login,Name\n", "has no student below its header ('Login', 'Name')"),
        (
            "Points,Team\n3,a\n",
            "('Points', 'Team') is known to identify students: --identifier names",
        ),
        ("", "is empty"),
        ('Login\n"ann\nben\n', "line 2: the quote that opens there never closes"),
        ("Login\n" + "x" * 101, "is too long"),
        (b"PK\x03\x04rest", "is a workbook or an archive: save the list as CSV"),
        (b"Login\n\x81\n", "is no CSV file"),
        (b"Login\n\0\0\n", "is no CSV file"),
    ],
)
def test_what_is_wrong_is_one_line(read, text, error):
    with pytest.raises(InputError) as raised:
        read(text)
    assert error in str(raised.value)
    assert "\n" not in str(raised.value)


def test_cells_and_bytes_have_a_limit(read, monkeypatch):
    monkeypatch.setattr(csv_text, "MOST_CELLS", 5)
    assert identifiers(read("Login,Name\na,b\n")) == ["a"]
    with pytest.raises(InputError, match="is too large: 5 cells are read at most"):
        read("Login,Name\na,b\nc,d\n")
    monkeypatch.setattr(csv_text, "LARGEST", 9)
    with pytest.raises(InputError, match="is too large: 9 bytes are read at most"):
        read("Login,Name\n")


def test_a_title_that_is_not_there_lists_those_that_are(read):
    with pytest.raises(InputError, match="no column is called 'logn'; did you mean 'Login'\\?"):
        read("Login,Name\na,b\n", identifier="logn")
    with pytest.raises(InputError, match="2 columns are called 'ID'"):
        read("ID,ID\na,b\n", identifier="ID")


def test_a_folder_or_no_file_is_one_line(tmp_path):
    with pytest.raises(InputError, match="is no file"):
        roster.read(tmp_path)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        roster.read(tmp_path / "none.csv")


ALPHABET = st.text(alphabet='ab",; \n\r\tä', max_size=40)


@given(ALPHABET)
def test_rows_are_those_of_pythons_csv(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.encode())
    theirs = {
        delimiter: [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if any(cell.strip() for cell in row)
        ]
        for delimiter in ",;\t"
    }
    try:
        file = csv_text.read(path)
    except InputError:
        event("refused")
        return
    if file.delimiter:
        assert [[cell.text for cell in row.cells] for row in file.rows] == theirs[file.delimiter]


@given(st.data(), ALPHABET)
def test_a_cell_is_replaced_and_all_else_stays(tmp_path_factory, data, text):
    path = tmp_path_factory.getbasetemp() / "filled.csv"
    path.write_bytes(text.encode())
    try:
        file = csv_text.read(path)
    except InputError:
        return
    row = data.draw(st.integers(0, len(file.rows) - 1))
    column = data.draw(st.integers(0, len(file.rows[row].cells) - 1))
    new = data.draw(ALPHABET)
    cell = file.rows[row].cells[column]
    filled = file.filled({(row, column): new}).decode()
    assert filled.startswith(text[: cell.start])
    assert filled.endswith(text[cell.end :])
    again = filled[cell.start : len(filled) - len(text) + cell.end]
    if file.delimiter:
        parsed = list(csv.reader(io.StringIO(again, newline=""), delimiter=file.delimiter))
        assert parsed == ([[new]] if again else [])


def test_a_name_that_is_too_long_is_one_line(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(f"id,name\n1,{'x' * 501}\n")
    with pytest.raises(InputError, match=r"roster\.csv, line 2: the name .* is too long: 500"):
        roster.read(path)
