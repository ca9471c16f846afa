"""The file of an assignment: it gives the same assignment back, and says what is wrong in it."""

import re

import pytest

from backprop_sheet import InputError, load, templates
from backprop_sheet.exercise.assignment import PARTS, Assignment, Marking, Student
from backprop_sheet.exercise.assignment_file import LARGEST, read, save
from backprop_sheet.exercise.parts import usual_points
from backprop_sheet.exercise.setting.numbers import drawn_names
from backprop_sheet.network import Kind

TEMPLATES = sorted(path.stem for path in templates.folder().glob("*.toml"))
END = "answers = false\n"
ONE = END + "\n[[student]]\nidentifier = 'one'\nalso = []\n"
"""The end of a file without students, and with one, but for the numbers."""
NAMES = ("eta", *(f"w{k}" for k in range(1, 9)), "t1", "t2")
NUMBERS = f"numbers = {{ {', '.join(f'{name} = 0.5' for name in NAMES)} }}\n"
TWO = f"{ONE}{NUMBERS}{ONE.removeprefix(END)}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "assignment.toml"


def saved(path, **more):
    save(Assignment("Title", load(), 1, ("gradients",), **more), path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_file_gives_the_assignment_back(name, path):
    network = load(name)
    samples = (Kind.INPUT, Kind.TARGET)
    own = [n for n in network.settable if network.given[n].kind not in samples]
    own = list(dict.fromkeys([*own, *drawn_names(network)]))
    assignment = Assignment(
        title="Title",
        network=network,
        seed=7,
        blank=("all", "chart"),
        shown=1,
        self_check=True,
        given=(),
        points={**usual_points(network, network.columns, chart=True), "chart": 123456.789},
        marking=Marking(PARTS, 0.25, answers=True),
        students=(Student("one", "Student A", {n: network.numbers[n] for n in own}, ("12",)),),
    )
    save(assignment, path)
    assert read(path) == assignment


@pytest.mark.parametrize("text", ["a\x7fb", "'''", '"\\', "tab\t", "ø\u2028😀", "\x00"])
def test_any_text_comes_back(text, path):
    saved(path, students=(Student("one", text, dict.fromkeys(NAMES, 0.5), (text,)),))
    (student,) = read(path).students
    assert (student.name, student.also) == (text, (text,))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("seed = 1\n", "", "seed is missing"),
        ("seed = 1", "seed = 1.5", "seed = 1.5: takes a whole number"),
        ("seed = 1", "sed = 1", "'sed' is not known; did you mean 'seed'"),
        ("seed = 1", "seed = ", "not valid TOML"),
        ("shown = 0", "shown = -1", "shown = -1: takes a whole number from 0 to 68"),
        ("shown = 0", "shown = 69", "shown = 69: takes a whole number from 0 to 68"),
        ("self_check = false", "self_check = 0", "self_check = 0: takes true or false"),
        ('"gradients"', '"gradient"', "nothing to leave blank is called 'gradient'"),
        ('"gradients"', "3", "blank: takes a list of texts"),
        ('"gradients"', "", "blank: nothing is left blank"),
        ('"drawing"', '"formulas"', "given: 'formulas' is not known; takes derivation, drawing"),
        ("eta ", "etta ", "unknown key 'etta'"),
        ("gradients_2 = 4", "gradients_2 = -1", "gradients_2 = -1: takes a number from 0 to"),
        ("gradients_2 = 4", "gradients_2 = nan", "gradients_2 = nan: takes a number from 0 to"),
        ("gradients_2 = 4", "gradients_3 = 4", "points: 'gradients_3' is not known; did you mean"),
        ("gradients_2 = 4", "forward = 4", "points: nothing of forward is left blank, but of grad"),
        ("[points]", "[[points]]", "points = .*: takes keys, each with a value"),
        ('by = "cells"', 'by = "rows"', "marking: by = 'rows': takes cells, columns, parts"),
        ("typed = 0.0", "typed = 1.5", "marking: typed = 1.5: takes a number from 0 to 1"),
        ("typed = 0.0", "typd = 0.0", "marking: 'typd' is not known; did you mean 'typed'"),
        ("answers = false", 'answers = "no"', "marking: answers = 'no': takes true or false"),
        (END, ONE.replace("'one'", "''"), "student 1: identifier is empty"),
        (END, ONE.replace("also = []", "also = 'a'"), "student 1: also = 'a': takes a list"),
        (
            END,
            ONE.replace("'one'", f"'{'x' * 101}'"),
            "student 1: identifier has 101 characters; 100",
        ),
        ("seed = 1", "seed = -5", "seed = -5: takes a whole number of at least 0"),
        (
            "epochs  = 68",
            "epochs  = 999999999",
            "999,999,999 epochs need .* rows; a sheet has 1,048",
        ),
        (END, f"{ONE}name = 3", "student 1: name = 3: takes a text"),
        (END, f"{ONE}nam = 3", "student 1: 'nam' is not known; did you mean 'name'"),
        (END, f"{ONE}numbers = {{ w1 = 'x' }}", "student 1: w1 = 'x' is not a finite number"),
        (END, f"{ONE}numbers = {{ self = 1 }}", "student 1: 'self' is not a given number"),
        (END, TWO, "student 2: 'one' is a student's above"),
        (END, TWO.replace("one", "ONE", 1), "student 2: .one. is a student"),
        (END, ONE, "student 1: numbers is missing"),
        (
            END,
            ONE + NUMBERS.replace("w1 = 0.5, ", ""),
            "student 1: numbers: w1 is missing: takes a number for each of eta, w1, w2",
        ),
        ("shown = 0", "shown = 68", "shown = 68: takes a whole number from 0 to 67, as otherwise"),
        ("gradients_1 = 4", "", "points: gradients_1 is missing: takes a number, 0 if it earns no"),
        ("gradients_2 = 4", "chart = 2\ngradients_2 = 4", "points: nothing of chart is left blank"),
        ("[marking]", "", "points: 'by' is not known: it belongs below the line .marking."),
        ("[points]", "", "'gradients_2' is not known: it belongs below the line .points."),
        ("typed = 0.0", "typed = 0,5", "not valid TOML: .* a decimal has a point: 0.5"),
        ("# The", "student = [1]\n# The", "student 1: got 1, takes keys"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_file(old, new, words, path):
    text = saved(path)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words) as error:
        read(path)
    assert str(error.value).startswith(f"{path}: ")


def test_points_that_are_all_0_are_refused(path):
    text = re.sub(r"(gradients_\d) = 4", r"\1 = 0", saved(path))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="points: all are 0: at least one part takes a number"):
        read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"title = '\xff'", "not a text in UTF-8"),
        (b"a = " + b"[" * 100_000, "not valid TOML"),
        (b"#" * (LARGEST + 1), "more than 200,000,000 bytes"),
        (b"a" + b".a" * 30_000 + b" = 1", "more than 100 dots"),
    ],
)
def test_what_is_no_such_file_is_said(content, words, path):
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"{re.escape(str(path))}: .*{words}"):
        read(path)
