"""What the columns of rosters and gradebooks are called, in the languages that are known.

The words of Moodle are those of its language packs; Canvas writes English in all languages.
"""

import re
from collections.abc import Container, Sequence

from backprop_sheet.errors import InputError, shown
from backprop_sheet.exercise.lists.names import without_accents
from backprop_sheet.network.hints import did_you_mean

LOGIN, NUMBER, IDENTIFIER, EMAIL, OTHER_ID = "login", "number", "identifier", "e-mail", "id"
NAME, FIRST, LAST = "name", "first name", "last name"
GRADE, MAXIMUM, SCALE, FEEDBACK = "grade", "maximum grade", "scale", "feedback"

TITLES: dict[str, tuple[str, ...]] = {
    LOGIN: (
        *("sis login id", "login", "login id", "username", "user name", "user", "account"),
        *("anmeldename", "benutzername", "nutzername", "kennung", "nom d'utilisateur"),
        *("nombre de usuario", "usuario", "nome de usuario", "nome de utilizador", "username"),
        *("nome utente", "gebruikersnaam", "nom d'usuari", "anvandarnamn", "brugernavn"),
        *("brukernavn", "nazwa uzytkownika", "логин", "kullanici adi", "用户名", "ユーザ名"),
    ),
    NUMBER: (
        *("id number", "idnumber", "student id", "student number", "student no", "studentid"),
        *("sis user id", "sis id", "matriculation number", "registration number", "matric number"),
        *("id nummer", "matrikelnummer", "matrikelnr", "matr nr", "matrikel nr", "matrikel"),
        *("numero d'identification", "numero etudiant", "numero d'etudiant"),
        *("numero de id", "numero de identificacion", "numero id", "dni", "nia", "matricula"),
        *("numero de identificacao", "numero de aluno", "numero di matricola", "matricola"),
        *("codice identificativo", "id nummer", "studentnummer", "studienummer", "numero de niu"),
        *("numer albumu", "nr albumu", "numer id", "ogrenci no", "学号", "学籍番号"),
    ),
    IDENTIFIER: (
        *("identifier", "identifikator", "kennzeichen", "identifiant", "identificateur"),
        *("identificador", "identificatore", "identificativo", "identificatie", "identifierare"),
        *("identifikatzailea", "identifikatorius", "identyfikator", "идентификатор", "tanimlayici"),
    ),
    EMAIL: (
        *("e mail", "email", "mail", "e mail address", "email address", "e mail adresse"),
        *("adresse de courriel", "courriel", "adresse e mail", "adresse mail"),
        *("direccion de correo", "correo electronico", "direccion email", "correo"),
        *("direccion de correo electronico", "endereco de e mail", "endereco de email"),
        *("indirizzo email", "indirizzo e mail", "e mailadres", "e mail adres"),
        *("adreca electronica", "correu electronic", "e postadress", "e mailadresse"),
        *("e postadresse", "adres e mail", "adres email", "адрес электронной почты"),
        *("e posta adresi", "电子邮件地址", "メールアドレス"),
    ),
    OTHER_ID: ("id", "canvas user id", "user id", "integration id"),
    NAME: (
        *("name", "full name", "fullname", "student", "student name", "students", "participant"),
        *("vollstandiger name", "teilnehmer in", "nom complet", "nom", "nombre completo", "nombre"),
        *("nome completo", "nome", "cognome nome", "nome e cognome", "apellido s nombre"),
        *("first name surname", "first name last name", "first name / surname", "vorname nachname"),
        *("volledige naam", "naam", "fullstandigt namn", "namn", "fulde navn", "fullt navn"),
        *("navn", "imie i nazwisko", "полное имя", "фио", "tam adi", "ad soyad", "全名", "姓名"),
        *("フルネーム", "氏名"),
    ),
    FIRST: (
        *("first name", "firstname", "given name", "given names", "forename", "vorname"),
        *("prenom", "nombre s", "primeiro nome", "nome proprio", "voornaam", "fornamn"),
        *("fornavn", "imie", "имя", "adi", "名", "ad"),
    ),
    LAST: (
        *("last name", "lastname", "surname", "family name", "nachname", "familienname"),
        *("nom de famille", "apellido s", "apellidos", "apellido", "sobrenome", "apelido"),
        *("cognome", "achternaam", "cognom s", "cognoms", "efternamn", "efternavn", "etternavn"),
        *("nazwisko", "фамилия", "soyadi", "soyad", "姓"),
    ),
    GRADE: (
        *("grade", "bewertung", "note", "calificacion", "nota", "avaliacao", "valutazione"),
        *("cijfer", "beoordeling", "qualificacio", "cualificacion", "kalifikazioa", "betyg"),
        *("karakter", "ocena", "оценка", "not", "成绩", "評定", "评分"),
    ),
    MAXIMUM: (
        *("maximum grade", "maximum mark", "bestwertung", "maximale bewertung", "note maximale"),
        *("calificacion maxima", "nota maxima", "valutazione massima", "maximumcijfer"),
        *("maximum cijfer", "qualificacio maxima", "cualificacion maxima", "max betyg omdome"),
        *("maksimal karakter", "maksymalna ocena", "максимальная оценка", "enyuksek not"),
        *("最高成绩", "最大評点", "評分最大值"),
    ),
    SCALE: ("scale", "skala", "bareme", "escala", "schaal", "шкала"),
    FEEDBACK: (
        *("feedback comments", "feedback als kommentar", "feedback par commentaires"),
        *("commentaires de feedback", "comentarios de retroalimentacion"),
        *("comentarios de la retroalimentacion", "retroalimentacion", "comentarios de feedback"),
        *("comentarios", "feedback", "commenti", "commenti di feedback", "feedback opmerkingen"),
        *("commentaar", "feedback commentaar", "comentaris de retroalimentacio"),
        *("comentaris de retroaccio", "aterkoppling via kommentarer", "feedbackkommentarer"),
        *("komentarz zwrotny", "отзыв в виде комментария", "geribildirim yorumlari"),
        *("反馈评论", "フィードバックコメント"),
    ),
}
"""The titles of each kind of column; case, accents and signs do not matter."""


def plain(title: str) -> str:
    """A title as `TITLES` has it: small letters, no accents, a space for each other sign."""
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", without_accents(title).replace("’", "'")))


_PLAIN = {kind: [plain(title) for title in titles] for kind, titles in TITLES.items()}


def of_kind(titles: Sequence[str], kind: str) -> list[int]:
    """The columns of a kind, the usual titles first."""
    words, found = _PLAIN[kind], [plain(title) for title in titles]
    known = [(words.index(title), place) for place, title in enumerate(found) if title in words]
    return [place for _, place in sorted(known)]


def first_of_kind(titles: Sequence[str], kind: str) -> int | None:
    """The first column of a kind; None if there is none."""
    return next(iter(of_kind(titles, kind)), None)


def named(titles: Sequence[str], title: str, where: str, taken: Container[int] = ()) -> int:
    """The column of a title that a user gave; case and signs do not matter.

    Raises:
        InputError: there is no such column, or more than one.
    """
    found = [p for p, one in enumerate(titles) if one == title] or [
        p for p, one in enumerate(titles) if plain(one) == plain(title) and p not in taken
    ]
    if len(found) == 1:
        return found[0]
    there = ", ".join(repr(one) for one in titles if one)
    if found:
        raise InputError(f"{where}: {len(found)} columns are called {shown(title)}")
    hint = did_you_mean(title, [one for one in titles if one])
    raise InputError(f"{where}: no column is called {shown(title)}{hint}; there are {there}")
