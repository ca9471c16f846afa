"""What was handed in, in any form, and whose it is; archives that are made to do harm."""

import errno
import os
import random
import shutil
import sys
import tracemalloc
import zipfile

import pytest
from exercise import archives
from hypothesis import given
from hypothesis import strategies as st

from backprop_sheet import check, load, tabulate, write_workbook
from backprop_sheet.checker.report import save_report
from backprop_sheet.errors import InputError
from backprop_sheet.exercise import submissions
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.given import are_given_to
from backprop_sheet.exercise.submissions import unzipping
from backprop_sheet.exercise.submissions.whose import Whose

STUDENTS = (
    Student(
        "aable", "Ann Able", {"w1": 0.11, "w5": 0.31}, ("4711", "Teilnehmer/in501", "Able Ann")
    ),
    Student("bbaker", "Ben Baker", {"w1": 0.12, "w5": 0.32}, ("4712", "Participant 502")),
    Student("öhm", "Änne Öhm-Groß", {"w1": 0.13, "w5": 0.33}, ("4713", "a.oehm@example.org")),
    Student("cole1", "Kim Cole", {"w1": 0.14, "w5": 0.34}, ("4714", "Cole Kim")),
    Student("cole2", "Kim Cole", {"w1": 0.15, "w5": 0.35}, ("4715", "Cole Kim")),
    Student("7", "Ann Able Dorn", {"w1": 0.16, "w5": 0.36}, ("301245", "Dorn Ann Able")),
)
NETWORK = load()
ASSIGNMENT = Assignment("Neural net", NETWORK, 1, ("gradients",), students=STUDENTS)


@pytest.fixture(scope="session")
def sheets(tmp_path_factory):
    """The bytes of each student's workbook, by identifier; those of nobody as ``""``."""
    folder, found = tmp_path_factory.mktemp("sheets"), {}
    for identifier, numbers in [*((s.identifier, s.numbers) for s in STUDENTS), ("", {"w1": 0.5})]:
        network = NETWORK.with_numbers(**numbers)
        path = folder / f"{identifier or 'nobody'}.xlsx"
        write_workbook(network, tabulate(network, 2), path)
        found[identifier] = path.read_bytes()
    return found


def told(*paths, apart=None):
    with submissions.unpacked(paths, ASSIGNMENT, apart) as found:
        return [(s.shown, s.owner and s.owner.identifier, s.why) for s in found]


def owners(*paths):
    return {shown: owner for shown, owner, _ in told(*paths)}


# --- by name -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "owner"),
    [
        (["aable.xlsx"], "aable"),
        (["AABLE (1).XLSX"], "aable"),
        (["Copy of exercise_aable_final2.xlsx"], "aable"),
        (["aable2.xlsx"], None),
        (["47111.xlsx"], None),
        (["net-4711.xlsx"], "aable"),
        (["2026-11-26 Baker, Ben.xlsx"], "bbaker"),
        (["ben baker.xlsx"], "bbaker"),
        (["BenBaker.xlsx"], "bbaker"),
        (["benjamin baker.xlsx"], None),
        (["Ohm-Gross_Anne.xlsx"], "öhm"),
        (["ÖHM-GROSS A\u0308nne.xlsx"], "öhm"),
        (["öhm.xlsx"], "öhm"),
        (["a.oehm@example.org.xlsx"], "öhm"),
        (["a.oehm.xlsx"], "öhm"),
        (["Ann Able.xlsx"], "aable"),
        (["Dorn, Ann Able.xlsx"], "7"),
        (["Kim Cole.xlsx"], None),
        (["Kim Cole 4715.xlsx"], "cole2"),
        (["cole1", "Kim Cole.xlsx"], "cole1"),
        (["7.xlsx"], "7"),
        (["exercise 7.xlsx"], None),
        (["7", "exercise.xlsx"], "7"),
        (["bbaker", "exercise.xlsx"], "bbaker"),
        (["a.oehm", "exercise.xlsx"], "öhm"),
        (["bbaker", "aable.xlsx"], None),
        (["bbaker", "Ann Able.xlsx"], None),
        (["exercise.xlsx"], None),
        # as Moodle writes them
        (["Ann Able_501_assignsubmission_file_", "exercise.xlsx"], "aable"),
        (["Ann Able_501_assignsubmission_file", "deeper", "bbaker.xlsx"], "aable"),
        (["Group 1-Ben Baker_99_assignsubmission_file", "exercise.xlsx"], "bbaker"),
        (["Ben Baker_4711_assignsubmission_file_exercise.xlsx"], "bbaker"),
        (["Participant_502_assignsubmission_file_", "x.xlsx"], "bbaker"),
        (["Participant_98_assignsubmission_file_", "cole1.xlsx"], "cole1"),
        (["Kim Cole_98_assignsubmission_file_", "exercise.xlsx"], None),
        (["Kim Cole_98_assignsubmission_file_", "cole2.xlsx"], "cole2"),
        (["Kim Cole_98_assignsubmission_file_", "aable.xlsx"], None),
        (["Eve Stone_97_assignsubmission_file_", "aable.xlsx"], None),
        (["Eve Stone_4711_assignsubmission_file_", "exercise.xlsx"], None),
        (["Ben J. Baker_97_assignsubmission_file_", "bbaker.xlsx"], "bbaker"),
        # as Canvas writes them
        (["ableann_88_9001_exercise.xlsx"], "aable"),
        (["ableann_LATE_88_9001_exercise.xlsx"], "aable"),
        (["öhmgroßänne_88_9001_aable.xlsx"], "öhm"),
        (["colekim_4715_9001_exercise.xlsx"], "cole2"),
        (["colekim_88_9001_exercise.xlsx"], None),
        (["dornannable_301245_9002_exercise-1.xlsx"], "7"),
        (["stoneeve_88_9001_aable.xlsx"], None),
        (["anon_12345_9001_aable.xlsx"], "aable"),
    ],
)
def test_a_name_tells_whose_it_is(parts, owner):
    found = Whose(STUDENTS).by_name(parts)
    assert (found.owner and found.owner.identifier) == owner


@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_name_tells_something(parts):
    assert Whose(STUDENTS).by_name([*parts, "exercise.xlsx"]).why


def test_what_told_the_owner_is_said(sheets, tmp_path):
    path = tmp_path / "Ben Baker.xlsx"
    path.write_bytes(sheets["bbaker"])
    ((_, _, why),) = told(path)
    assert why == "by the name 'ben baker' in 'Ben Baker.xlsx'"


def test_moodles_number_is_no_students_number():
    nameless = [Student("4711", "", {}), Student("4712", "", {})]
    whose = Whose(nameless)
    assert not whose.by_name(["Eve Stone_4711_assignsubmission_file", "x.xlsx"]).students
    assert whose.by_name(["Eve Stone_4711_assignsubmission_file", "4712.xlsx"]).students == (
        nameless[1],
    )


def test_letters_that_keyboards_lack():
    student = Student("a", "Łukasz Đorđe Ørsted", {})
    assert Whose([student]).by_name(["orsted-dorde-lukasz.xlsx"]).students == (student,)


def test_a_name_that_names_two_tells_nobody():
    told = Whose(STUDENTS).by_name(["Ben Baker 4711.xlsx"])
    assert told.owner is None
    assert told.why == "its name fits 'aable' and 'bbaker'"


@pytest.mark.parametrize(
    ("name", "numbers", "owner"),
    [
        # a number, a login or a word may be there by chance
        ("homework 4712.xlsx", "aable", "aable"),
        ("4712.xlsx", "aable", "aable"),
        ("bbaker final.xlsx", "aable", "aable"),
        ("a.oehm.xlsx", "aable", "aable"),
        ("homework 4712.xlsx", "bbaker", "bbaker"),
        ("homework 4712.xlsx", "", "bbaker"),
        # a full name is not, nor is an identifier with nothing beside it
        ("my Ben Baker.xlsx", "aable", "bbaker"),
        ("bbaker.xlsx", "aable", "bbaker"),
        # the folder's name and the file's differ
        ("Ben Baker/4711.xlsx", "bbaker", "bbaker"),
        ("Ben Baker/aable.xlsx", "bbaker", "bbaker"),
        ("Ben Baker/Ann Able solution.xlsx", "bbaker", "bbaker"),
        ("Ben Baker/aable.xlsx", "aable", None),
        ("Ben Baker/aable.xlsx", "öhm", None),
        ("Ben Baker/aable.xlsx", "", None),
        ("Ben Baker 4711.xlsx", "aable", "aable"),
        ("Ben Baker 4711.xlsx", "bbaker", "bbaker"),
        # Canvas's own number of a student, or another's student number by chance
        ("bakerben_4711_9001_x.xlsx", "bbaker", "bbaker"),
        ("bakerben_LATE_4711_9001_x.xlsx", "aable", "bbaker"),
        ("colekim_4711_9001_x.xlsx", "cole2", "cole2"),
        ("colekim_4715_9001_x.xlsx", "cole2", "cole2"),
        ("colekim_4715_9001_x.xlsx", "", "cole2"),
        ("colekim_4715_9001_x.xlsx", "cole1", None),
        ("Kim Cole_98_assignsubmission_file_cole2.xlsx", "cole2", "cole2"),
    ],
)
def test_names_and_numbers_together(sheets, tmp_path, name, numbers, owner):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(sheets[numbers])
    assert [*owners(tmp_path).values()] == [owner]


# --- by the numbers ------------------------------------------------------------------------------


def test_numbers_tell_where_names_do_not(sheets, tmp_path):
    for name, content in {
        "exercise.xlsx": "aable",
        "Kim Cole.xlsx": "cole2",
        "final.xlsx": "",
        "bbaker.xlsx": "aable",
    }.items():
        (tmp_path / name).write_bytes(sheets[content])
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    found = {shown: (owner, why) for shown, owner, why in told(tmp_path)}
    assert found["exercise.xlsx"] == ("aable", "by the numbers in it")
    assert found["Kim Cole.xlsx"] == (
        "cole2",
        "its name fits 'cole1' and 'cole2'; by the numbers in it",
    )
    assert found["final.xlsx"] == (None, "its name tells nobody, and its numbers are nobody's")
    assert found["bbaker.xlsx"][0] == "bbaker"
    assert found["broken.xlsx"][0] is None
    assert "its numbers cannot be read" in found["broken.xlsx"][1]


def test_the_rate_and_a_single_number_tell_nobody():
    student = Student("a", "", {"eta": 0.5, "w1": 0.125, "w2": 0.2, "w3": 0.3})
    assert are_given_to(student, {"eta": 0.9, "w1": 0.125, "w2": 0.2, "w9": 4})
    assert are_given_to(student, {"w1": 0.12, "w2": 0.2, "w3": 0.3}), "rounded"
    assert not are_given_to(student, {"w1": 0.1, "w2": 0.2, "w3": 0.3}), "too few decimals"
    assert not are_given_to(student, {"eta": 0.5, "w1": 0.125})
    assert not are_given_to(student, {})
    assert not are_given_to(Student("b", "", {"eta": 0.5, "w1": 1}), {"eta": 0.5, "w1": 1})


def test_namesakes_with_a_third_ones_numbers_are_not_told(sheets, tmp_path):
    (tmp_path / "Kim Cole.xlsx").write_bytes(sheets["aable"])
    ((_, owner, why),) = told(tmp_path)
    assert (owner, why) == (
        None,
        "its name fits 'cole1' and 'cole2', and its numbers are those of 'aable'",
    )


def test_numbers_do_not_tell_against_moodle(sheets, tmp_path):
    path = archives.moodle(
        tmp_path / "all.zip", [("Eve Stone", 97, "exercise.xlsx", sheets["aable"])]
    )
    ((_, owner, why),) = told(path)
    assert owner is None
    assert why == (
        "Moodle says 'Eve Stone', and no student is called so, and its numbers are those of 'aable'"
    )


# --- in all forms --------------------------------------------------------------------------------


@pytest.mark.parametrize("folders", [True, False])
@pytest.mark.parametrize("before_4_1", [True, False])
def test_moodles_download(sheets, tmp_path, folders, before_4_1):
    files = [
        ("Ann Able", 501, "exercise.xlsx", sheets["aable"]),
        ("Ann Able", 501, "notes.pdf", b"%PDF"),
        ("Ben_Baker", 502, "übung.xlsx", sheets["aable"]),
        ("Kim Cole", 98, "exercise.xlsx", sheets["cole1"]),
        ("Änne Öhm-Groß", 503, "picture.png", b"PNG"),
    ]
    path = archives.moodle(tmp_path / "all.zip", files, folders=folders, before_4_1=before_4_1)
    before = path.read_bytes()
    with submissions.unpacked([path], ASSIGNMENT) as found:
        assert [s.owner.identifier for s in found] == ["aable", "bbaker", "cole1", "öhm"]
        assert found[0].place == "Ann Able_501_assignsubmission_file"
        assert found[0].path.read_bytes() == sheets["aable"]
        assert found[3].why.endswith("; not a workbook")
        assert found[1].shown.startswith("all.zip: Ben Baker_502_assignsubmission_file")
        assert found[1].shown.endswith("übung.xlsx")
        gone = found[0].path
    assert not gone.exists()
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


def test_a_text_typed_in_moodle_is_listed_if_it_is_all_that_was_handed_in(tmp_path):
    home = tmp_path / "Ben Baker_502_assignsubmission_onlinetext_"
    home.mkdir()
    (home / "onlinetext.html").write_text("<p>See my sheet</p>")
    ((_, owner, why),) = told(tmp_path)
    assert owner == "bbaker"
    assert why.endswith("; not a workbook")


def test_canvas_download(sheets, tmp_path):
    files = [
        ("Able, Ann", 88, False, "exercise.xlsx", sheets["aable"]),
        ("Baker, Ben", 4712, True, "exercise-2.xlsx", sheets["bbaker"]),
        ("Cole, Kim", 4715, False, "exercise.xlsx", sheets["cole2"]),
    ]
    path = archives.canvas(tmp_path / "all.zip", files)
    assert list(owners(path).items()) == [
        ("all.zip: ableann_88_9000_exercise.xlsx", "aable"),
        ("all.zip: bakerben_LATE_4712_9001_exercise-2.xlsx", "bbaker"),
        ("all.zip: colekim_4715_9002_exercise.xlsx", "cole2"),
    ]


def test_folders_and_what_was_unpacked_by_hand(sheets, tmp_path):
    home = tmp_path / "aable" / "Ben Baker_502_assignsubmission_file_"
    home.mkdir(parents=True)
    (home / "exercise.xlsx").write_bytes(sheets["bbaker"])
    for junk in (".DS_Store", "~$exercise.xlsx", "Thumbs.db", "onlinetext.html"):
        (home / junk).write_bytes(b"junk")
    for path in (tmp_path, tmp_path / "aable", home, home / "exercise.xlsx"):
        assert set(owners(path).values()) == {"bbaker"}, path
    assert len(told(tmp_path, home, home / "exercise.xlsx")) == 1


def test_the_teachers_own_folder_tells_nothing(sheets, tmp_path):
    folder = tmp_path / "bbaker"
    folder.mkdir()
    (folder / "exercise.xlsx").write_bytes(sheets[""])
    assert owners(folder) == {"exercise.xlsx": None}
    archives.write(tmp_path / "bbaker.zip", [("exercise.xlsx", sheets[""])])
    assert owners(tmp_path / "bbaker.zip") == {"bbaker.zip: exercise.xlsx": None}


def test_a_students_zip_is_opened_and_no_deeper_one(sheets, tmp_path):
    deepest = archives.write(tmp_path / "deepest.zip", [("aable.xlsx", sheets["aable"])])
    deeper = archives.write(
        tmp_path / "deeper.zip",
        [("exercise.xlsx", sheets["bbaker"]), ("more.zip", deepest.read_bytes())],
    )
    path = archives.moodle(
        tmp_path / "all.zip", [("Ben Baker", 502, "work.zip", deeper.read_bytes())]
    )
    found = told(path)
    inside = "all.zip: Ben Baker_502_assignsubmission_file/work.zip"
    assert [one[:2] for one in found] == [
        (f"{inside}: exercise.xlsx", "bbaker"),
        (f"{inside}: more.zip", "bbaker"),
    ]
    assert found[1][2].startswith("an archive in an archive in an archive; by Moodle's number")


def test_results_in_the_same_folder_are_left_out(sheets, tmp_path):
    (tmp_path / "aable.xlsx").write_bytes(sheets["aable"])
    shutil.copytree(tmp_path, tmp_path / "marks")
    assert len(told(tmp_path, apart=tmp_path / "marks")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")
def test_links_and_pipes_in_a_folder_are_not_followed(sheets, tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "all"
    outside.mkdir()
    folder.mkdir()
    (outside / "aable.xlsx").write_bytes(sheets["aable"])
    (folder / "aable.xlsx").symlink_to(outside / "aable.xlsx")
    (folder / "more").symlink_to(outside)
    os.mkfifo(folder / "bbaker.xlsx")
    found = {shown: (owner, why) for shown, owner, why in told(folder)}
    by = "by the number or login"
    assert found == {
        "aable.xlsx": ("aable", f"a link, which is not followed; {by} 'aable' in 'aable.xlsx'"),
        "more": (None, "a link, which is not followed; its name tells nobody"),
        "bbaker.xlsx": ("bbaker", f"no ordinary file; {by} 'bbaker' in 'bbaker.xlsx'"),
    }


def test_a_report_of_a_check_is_no_submission(sheets, tmp_path):
    (tmp_path / "aable.xlsx").write_bytes(sheets["aable"])
    save_report([check(tmp_path / "aable.xlsx")], tmp_path / "report.csv")
    assert owners(tmp_path) == {"aable.xlsx": "aable"}


def test_a_folder_that_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    real = os.scandir

    def refused(path):
        if str(path) == str(tmp_path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        told(tmp_path)


def test_what_is_not_there_or_empty_is_one_line(tmp_path):
    with pytest.raises(InputError, match="no file or folder of this name"):
        told(tmp_path / "none")
    with pytest.raises(InputError, match="nothing was handed in"):
        told(tmp_path)
    (tmp_path / "all.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"all\.zip: an archive that cannot be read: broken"):
        told(tmp_path / "all.zip")
    assert told(tmp_path)[0][1] is None


# --- hostile archives ----------------------------------------------------------------------------

BAD = {
    "leads out": (archives.write, [("../../aable.xlsx", b"x")]),
    "by a backslash": (archives.write, [("..\\aable.xlsx", b"x")]),
    "absolute": (archives.write, [("/tmp/aable.xlsx", b"x")]),
    "a drive": (archives.write, [("C:\\aable.xlsx", b"x")]),
    "long": (archives.write, [("x" * 500 + ".xlsx", b"x")]),
    "deep": (archives.write, [("a/" * 1000 + "aable.xlsx", b"x")]),
    "a bomb": (archives.write, [("aable.xlsx", bytes(20_000_000))]),
    "a link": (archives.of_kind, "aable.xlsx", archives.LINK),
    "a device": (archives.of_kind, "aable.xlsx", archives.DEVICE),
    "a pipe": (archives.of_kind, "aable.xlsx", archives.PIPE),
    "smaller than claimed": (archives.lying, "aable.xlsx", b"x" * 500, 900),
    "larger than claimed": (archives.lying, "aable.xlsx", b"x" * 500, 100),
    "empty by claim": (archives.lying, "aable.xlsx", b"x" * 500, 0),
    "encrypted": (archives.flagged, "aable.xlsx", b"x" * 500, 1),
    "patched": (archives.flagged, "aable.xlsx", b"x" * 500, 0x20),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_entry_is_said_and_the_rest_is_there(kind, sheets, tmp_path):
    make, *arguments = BAD[kind]
    inner = make(tmp_path / "inner.zip", *arguments)
    outer = tmp_path / "outer.zip"
    archives.write(outer, [("work.zip", inner.read_bytes()), ("bbaker.xlsx", sheets["bbaker"])])
    inner.unlink()
    found = told(outer)
    known = None if kind in ("long", "deep") else "aable"
    assert [owner for _, owner, _ in found] == [known, "bbaker"]
    assert "not unpacked: " in found[0][2]
    assert "\n" not in found[0][2]
    assert kind != "a link" or "not unpacked: a link" in found[0][2]
    assert [*tmp_path.iterdir()] == [outer]


def test_a_damaged_entry_is_said_and_the_rest_is_there(sheets, tmp_path):
    path = archives.write(
        tmp_path / "all.zip", [("aable.xlsx", os.urandom(500)), ("bbaker.xlsx", sheets["bbaker"])]
    )
    data = bytearray(path.read_bytes())
    data[100] ^= 0xFF
    path.write_bytes(data)
    found = told(path)
    assert "not unpacked: damaged" in found[0][2]
    assert found[1][1] == "bbaker"


def test_names_that_harm_are_never_names_of_files(sheets, tmp_path):
    names = [
        '=HYPERLINK("x").xlsx',
        "a\x1b[31m\n\x00b.xlsx",
        "nul.xlsx",
        "-rf.xlsx",
        "\u202excod.xlsx",
        ".. .xlsx",
        "a/../b.xlsx",
        "@SUM(1).xlsx",
        ".xlsx.xlsx",
    ]
    path = archives.write(tmp_path / "all.zip", [(name, sheets[""]) for name in names])
    with submissions.unpacked([path], ASSIGNMENT) as found:
        for one in found:
            assert one.owner is None
            assert one.shown.isprintable()
            assert one.path == path or one.path.name.startswith("file_")
            assert one.path == path or one.path.name.replace(".", "").replace("_", "").isalnum()


def test_entries_of_one_name_are_all_there(sheets, tmp_path):
    path = tmp_path / "all.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        archives.write(
            path,
            [("aable.xlsx", sheets["aable"]), ("aable.xlsx", b"x"), ("AABLE.xlsx", b"y")],
        )
    with submissions.unpacked([path], ASSIGNMENT) as found:
        assert [s.path.read_bytes() for s in found] == [sheets["aable"], b"x", b"y"]
        assert [s.shown for s in found] == [
            "all.zip: aable.xlsx",
            "all.zip: aable.xlsx (2)",
            "all.zip: AABLE.xlsx",
        ]


def test_there_is_a_limit_for_all_archives_together(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST_ALL", 1500)
    for number in range(3):
        archives.write(tmp_path / f"{number}.zip", [(f"{number}.xlsx", os.urandom(600))])
    assert [
        why.startswith("not unpacked: more than 1,500 bytes") for _, _, why in told(tmp_path)
    ] == [*(False, False, True)]


def test_no_student_takes_up_what_is_meant_for_all(sheets, tmp_path):
    many = [(f"{number}.txt", b"x") for number in range(unzipping.MOST_INSIDE + 50)]
    large = [(f"{number}.txt", bytes(9_000_000)) for number in range(20)]
    inner = [archives.write(tmp_path / "inner.zip", one).read_bytes() for one in (many, large)]
    (tmp_path / "inner.zip").unlink()
    path = archives.moodle(
        tmp_path / "all.zip",
        [
            ("Ann Able", 501, "many.zip", inner[0]),
            ("Kim Cole", 98, "large.zip", inner[1]),
            ("Ben Baker", 502, "exercise.xlsx", sheets["bbaker"]),
        ],
    )
    found = told(path)
    assert found[-1][1] == "bbaker"
    whys = [why for _, _, why in found]
    assert any("more than 200 files" in why for why in whys)
    assert any("more than 100,000,000 bytes" in why for why in whys)


def test_a_full_disk_is_one_line(sheets, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = archives.write(tmp_path / "all.zip", [("aable.xlsx", sheets["aable"])])
    monkeypatch.setattr(unzipping, "_write", full)
    with pytest.raises(InputError, match="cannot be unpacked: No space left on device"):
        told(path)


def test_damaged_archives_are_listed_or_refused_in_one_line(sheets, tmp_path):
    """Whatever bytes are changed: what is sound is there, and nothing else breaks off."""
    inner = archives.write(
        tmp_path / "inner.zip",
        [("Ann Able_501_assignsubmission_file_/notes.txt", b"notes"), ("more.txt", b"more" * 99)],
    )
    sound = inner.read_bytes()
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(data))
            data[place] = chance.choice([0, 255, 128, chance.randrange(256)])
        inner.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        said = told_or_refused(inner)
        assert said
        assert all(map(str.isprintable, said))


def told_or_refused(path):
    try:
        return [text for shown, _, why in told(path) for text in (shown, why)]
    except InputError as error:
        return [str(error)]


@pytest.mark.parametrize(("name", "encoding"), [("öhm.xlsx", "utf-8"), ("öhm.xlsx", "cp437")])
def test_names_whose_encoding_is_not_said(name, encoding, sheets, tmp_path):
    path = tmp_path / "all.zip"
    archives.unsaid(path, name.encode(encoding), sheets["öhm"])
    assert owners(path) == {"all.zip: öhm.xlsx": "öhm"}


def test_a_bomb_takes_little_memory_and_room(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("aable.xlsx", bytes(100_000_000))
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (9_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    tracemalloc.start()
    ((_, owner, why),) = told(tmp_path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert owner == "aable"
    assert "not of the size it claims" in why
    assert most < 30_000_000
    allowed = unzipping.Allowance(1, 9_100_000)
    (tmp_path / "here").mkdir()
    (entry,) = unzipping.unpacked(path, tmp_path / "here", allowed)
    assert "not of the size it claims" in entry.problem
    assert not any(file.is_file() for file in (tmp_path / "here").rglob("*"))
