"""The table of edits, read both ways; work that is counted, whatever the machine's speed."""

import csv
import io
import json
import random
import time
from itertools import islice

import openpyxl
import pytest
from click.testing import CliRunner
from mistakes import GIVEN, RIGHT, Table, base_workbook, tree_of
from test_house import PACKAGE, imports

from backprop_sheet import check, load, tabulate, write_comparison
from backprop_sheet.checker import effort
from backprop_sheet.checker.edits import EDITS, Source, Which
from backprop_sheet.checker.effort import Effort
from backprop_sheet.checker.explaining import MOST_NODES, Cause, explanation
from backprop_sheet.checker.point import size
from backprop_sheet.checker.points import numbers_at, points_for, same
from backprop_sheet.checker.report import as_csv, as_json, as_text
from backprop_sheet.checker.words import Words
from backprop_sheet.cli import cli
from backprop_sheet.formula import Name, total

RIGHT_TREES = {name: tree_of(formula) for name, formula in RIGHT.items()}
EVERYTHING = Source(total(RIGHT_TREES.values()), RIGHT_TREES)
SAMPLE = 2
"""Mistakes that each edit makes in each column."""


def made(edit, name):
    """Mistakes that an edit makes in a column's formula, some of all by chance."""
    right = RIGHT_TREES[name]
    points = points_for(right, {})
    numbers = numbers_at(right, points)
    changes = list(islice(edit.make(right, EVERYTHING), 2000))
    random.Random(f"{edit.words} {name}").shuffle(changes)
    wrong = (change.applied(right) for change in changes)
    some = (t for t in wrong if size(t) <= MOST_NODES and not same(t, numbers, points))
    return list(islice(some, SAMPLE))


def explained(tree, name):
    right = RIGHT_TREES[name]
    others = {other: formula for other, formula in RIGHT_TREES.items() if other != name}
    return explanation(tree, Source(right, others), points_for(right, {}), Effort(effort.TRIES))


def assert_explained(columns):
    """Nine in ten mistakes of each edit are explained, many of them by an edit of its kind."""
    for edit in EDITS:
        causes = [(explained(tree, name), name) for name in columns for tree in made(edit, name)]
        kinds = [cause.kind for cause, _ in causes]
        assert kinds.count("formula") <= len(kinds) / 10, (edit.words, kinds)
        assert kinds.count(edit.kind) >= len(kinds) / 3, (edit.words, kinds)


def test_what_the_table_of_edits_makes_wrong_it_explains():
    assert_explained(["w3", "o1", "a_h1", "E2", "∂E/∂w6"])


@pytest.mark.slow
def test_what_the_table_of_edits_makes_wrong_in_any_column_it_explains():
    assert_explained([name for name in RIGHT if name not in GIVEN])


# --- a slow processor ------------------------------------------------------------------------


def test_nothing_that_judges_asks_what_time_it_is():
    for room in ("checker", "ooxml"):
        for path in (PACKAGE / room).rglob("*.py"):
            assert not {"time", "datetime", "timeit"} & set(imports(path)), path


HARD = {
    "∂E/∂w1": "((a_o1-t1)*a_o1*(1+a_o2)*w5+(t2+a_o1*h1)*a_o2*(1-a_o2)*w7)*a_h1*(1-a_h1)*i1",
    "∂E/∂w4": "((a_o1-t2)*a_o1*(1+a_o1)*w6+(a_o2-t2)*a_o2*(1-a_o1)*w8)*a_h2*(1-a_h2)*i1",
    "∂E/∂w6": "(a_o1-t1)*a_o1*(1+a_o2)*h2*w6",
    "E2": "1/2*(t2+a_o2)^2*(a_o1-t1)",
}
"""Formulas that nothing in the table explains."""
BY_CHANCE = {"∂E/∂w7": "(a_o2-t1)*a_o2*(1-a_o2)*a_h1"}
"""Another target for t2, which is the same number."""


@pytest.fixture(scope="module")
def six_rates(tmp_path_factory):
    """A comparison: each tab is wrong in a way of its own, the last one only by chance."""
    path = tmp_path_factory.mktemp("six") / "six.xlsx"
    networks = [load().with_numbers(eta=eta) for eta in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)]
    write_comparison([(network, tabulate(network, epochs=12)) for network in networks], path)
    book = openpyxl.load_workbook(path)
    sheets = [one for one in book.worksheets if one.title.startswith("LR")]
    for number, one in enumerate(sheets[:-1], start=1):
        Table(one).write({name: f"{text}*w{number}" for name, text in HARD.items()})
    Table(sheets[-1]).write(BY_CHANCE)
    book.save(path)
    return path


def test_a_slow_processor_changes_no_report(six_rates, monkeypatch):
    before = as_json([check(six_rates)])
    for clock in ("process_time", "perf_counter", "monotonic", "time", "thread_time"):
        usual = getattr(time, clock)
        monkeypatch.setattr(time, clock, lambda usual=usual: 10 * usual())
    assert as_json([check(six_rates)]) == before
    tables = json.loads(before)[0]["tables"]
    assert [table["verdict"] for table in tables] == ["wrong"] * 6
    assert all(table["unexplained"] == table["uncompared"] == 0 for table in tables)
    (by_chance,) = tables[-1]["findings"]
    assert by_chance["text"].startswith("t1 where t2 belongs")


# --- limits ----------------------------------------------------------------------------------


def said(judgement):
    """A report in its three forms: as text, as its only table, and as a line of a list."""
    (table,) = json.loads(as_json([judgement]))[0]["tables"]
    (line,) = csv.DictReader(io.StringIO(as_csv([judgement])))
    return as_text([judgement]), table, line


@pytest.mark.parametrize(
    ("name", "wrong", "text"),
    [
        ("∂E/∂w5", "(a_o1-t1)*a_o1*(1+a_o1)*a_h1", "the sign of the third a_o1 is wrong"),
        ("∂E/∂w5", "(a_o1+t1)*a_o1*(1-a_o1)*a_h1", "the sign of t1 is wrong"),
        (
            *("∂E/∂w5", "(a_o1-t1)*a_o1^2*(1-a_o1)*a_h1"),
            "the second a_o1 is squared, which does not belong here",
        ),
        (
            *("∂E/∂w5", "(-a_o1-t1)*a_o1*(1+a_o1)*a_h1"),
            "the signs of -a_o1 and the third a_o1 are wrong",
        ),
    ],
)
def test_of_several_equal_parts_a_cause_says_which_one_it_is(name, wrong, text):
    cause = explained(tree_of(wrong), name)
    assert Words(load().symbols).cause(cause) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1, "first"), (6, "sixth"), (11, "11th"), (22, "22nd"), (113, "113th")]
)
def test_places_are_counted_in_words(number, text):
    cause = Cause("sign", "the sign of {} is wrong", (Which(Name("a_o1"), number),))
    assert Words(load().symbols).cause(cause) == f"the sign of the {text} a_o1 is wrong"


def test_formulas_that_were_not_compared_are_counted_and_never_right(tmp_path, monkeypatch):
    base = base_workbook(tmp_path / "base.xlsx")
    assert check(base).verdict == "right"
    monkeypatch.setattr("backprop_sheet.checker.formulas.STEPS", effort.Limit(2000, 0))
    judgement = check(base)
    text, table, line = said(judgement)
    assert judgement.verdict == table["verdict"] == line["verdict"] == "incomplete"
    assert 0 < table["uncompared"] == int(line["not compared"]) < 31 * 12
    note = f"{table['uncompared']} formulas are not compared with the right one"
    assert note in text
    assert note in line["notes"]
    assert CliRunner().invoke(cli, ["check", str(base)]).exit_code == 1


def test_causes_that_were_not_looked_for_are_counted(tmp_path, monkeypatch):
    base = base_workbook(tmp_path / "base.xlsx")
    book = openpyxl.load_workbook(base)
    Table(book.worksheets[0]).write(HARD)
    book.save(base)
    monkeypatch.setattr("backprop_sheet.checker.causes.TRIES", effort.Limit(1000, 0))
    text, table, line = said(check(base))
    assert table["verdict"] == "wrong"
    assert 0 < table["unexplained"] == int(line["not explained"]) <= 12 * len(HARD)
    note = f"the cause of {table['unexplained']} wrong cells was not looked for"
    assert note in text
    assert note in line["notes"]
    wrong = {name for finding in table["findings"] for name in finding["columns"]}
    assert wrong == set(HARD)
