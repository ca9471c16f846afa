"""The page that states a student's task."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from backprop_sheet import load
from backprop_sheet.exercise.assignment import Assignment, Marking, Student
from backprop_sheet.exercise.setting.task import Task, rules

NUMBERS = {"eta": 0.5, **{f"w{k}": k / 100 for k in range(1, 9)}}
STUDENT = Student("s1", "Student One", NUMBERS)


def task(network=None, student=STUDENT, **more):
    more = {"blank": ("gradients", "updates")} | more
    assignment = Assignment("By hand", network or load(), 1, students=(student,), **more)
    return Task(assignment, student, 36, f"{student.identifier}.xlsx")


class Reader(HTMLParser):
    """What a page consists of: its tags, its links and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def both(one):
    """The page in both forms, as text without Markdown's backslashes."""
    return one.markdown().replace("\\", ""), Reader(one.html()).text


def test_it_has_the_students_own_numbers_and_not_the_networks():
    for text in both(task()):
        assert "Student One (s1)" in text
        assert "η\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.5" in text
        assert all(f"0.0{k}" in text for k in range(1, 9))
        assert "0.45" not in text


def test_it_says_what_to_fill_in_and_for_how_many_points():
    markdown = task(points={"gradients_2": 3.0, "gradients_1": 2.5}).markdown()
    assert "| gradients of the output layer | ∂E/∂w5, ∂E/∂w6, ∂E/∂w7, ∂E/∂w8 | 3 |" in markdown
    assert "| total |  | 5.5 |" in markdown
    assert "updates of the weights" not in markdown  # they earn nothing


def test_it_names_what_helps_and_what_does_not():
    with_check, _ = both(task(self_check=True, given=("derivation",)))
    without, _ = both(task(given=()))
    assert "turns green" in with_check
    assert "boxes above the table derive" in with_check
    assert "turns green" not in without
    assert "boxes" not in without
    assert "svg" in Reader(task(given=("drawing",)).html()).tags
    assert "svg" not in Reader(task(given=()).html()).tags


def test_it_asks_for_the_chart_where_that_is_left_to_make():
    asked, _ = both(task(blank=("gradients", "chart")))
    assert "Make a chart" in asked
    assert "| chart of the error | E_tot over the epochs | 2 |" in asked
    assert "Make a chart" not in task().markdown()


def test_it_says_what_cannot_be_found_out_otherwise():
    """Activations, the error, biases, and how the weights are updated; whatever is given away."""
    network = load("xor")
    given = {"eta": 2.0, **dict.fromkeys(network.trained, 0.5)}
    for text in both(task(network, Student("a", "", given), blank=("all", "chart"), given=())):
        for said in (
            "hidden layer: tanh, a = tanh(z)",
            "output layer: sigmoid, a = σ(z) = 1/(1 + exp(-z))",
            "biases: one for each neuron, trained like the weights",
            "error of an output: half squared, E = ½ * (t - a)²",
            "E_Mean: the mean of E_Total over the samples",
            "Make a chart of E_Mean over the epochs",
            "prediction: the class: 1 if the output is greater than 0.5, else 0",
            "weights are updated: after each sample",
            "update of a weight: gradient descent",
        ):
            assert said in text


def test_it_names_the_learning_rate_only_where_updates_earn_points():
    assert "At another learning rate" in task().markdown()
    assert "At another learning rate" not in task(blank=("gradients",)).markdown()


def test_the_picture_names_biases():
    network = load("mazur")
    given = {"eta": 0.5, **dict.fromkeys(network.trained, 0.5)}
    assert "+ b1" in Reader(task(network, Student("a", "", given)).html()).text
    assert "+ b" not in Reader(task().html()).text


def test_samples_are_listed_as_far_as_there_is_room():
    network = load("iris")
    numbers = {"eta": network.eta}
    markdown, _ = both(task(network, Student("a", "", numbers)))
    assert "each epoch has 30 rows, one for each sample" in markdown
    assert "The sheet has all 30 samples." in markdown


@pytest.mark.parametrize(
    ("marking", "said"),
    [
        (Marking(by="cells"), "Each right cell earns its share"),
        (Marking(by="columns"), "Each column earns its share"),
        (Marking(by="parts"), "A part earns its points if all"),
        (Marking(typed=0.0), "typed instead of a formula earns nothing"),
        (Marking(typed=0.5), "typed instead of a formula earns half of the points"),
        (Marking(others_numbers=0.25), "another student's numbers earns 25 % of the points"),
        (Marking(other_numbers=1.0), "were changed earns all of the points"),
        (Marking(other_rate=0.0), "the updates earn nothing"),
    ],
)
def test_the_rules_are_those_of_the_marking(marking, said):
    assert said in " ".join(rules(marking))


def test_no_text_of_a_roster_or_a_title_becomes_markup():
    student = Student("a_b", "<script>alert(1)</script> | *x*", NUMBERS)
    one = task(student=student)
    one = replace(one, assignment=replace(one.assignment, title="<img src=x> # [a](b)"))
    page = Reader(one.html())
    assert not {"script", "img", "a"} & set(page.tags)
    assert not page.links
    assert "<script>alert(1)</script>" in page.text
    assert r"\<script\>" in one.markdown()
    assert r"\[a\](b)" in one.markdown()


@pytest.mark.chromium
def test_a_phone_shows_it_without_scrolling_sideways_and_it_prints_on_one_page(
    tmp_path, visit, chromium
):
    path = tmp_path / "task.html"
    path.write_text(task(self_check=True).html(), encoding="utf-8")
    page = visit(path)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = "[...document.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth)"
    assert page.evaluate(f"{wide}.length") == 0
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
