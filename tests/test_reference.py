"""The pages of the reference leave nothing out: keys of files, columns, and what Python offers."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from stacks import stack_content

import backprop_sheet
from backprop_sheet import load
from backprop_sheet.network.choices import ACTIVATIONS, ERRORS, OPTIMIZERS, SCHEDULES
from backprop_sheet.network.file import KEYS, from_content
from backprop_sheet.network.layers import KINDS
from backprop_sheet.templates import known

DOCS = Path(__file__).parent.parent / "docs"
FILE, TABLE, API, INDEX = (
    (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("file", "table", "api", "index")
)
ROWS = re.findall(r"(?m)^\| (`.+?`(?:, `.+?`)*) \| (.*) \|$", FILE)
CELLS = {word: meaning for cell, meaning in ROWS for word in re.findall(r"`\[?(.+?)\]?`", cell)}
"""Each word of a first column, with the rest of its row."""


def test_every_key_of_a_file_has_a_row_or_a_section():
    elsewhere = {
        *("input", "layer", "optimizer", "schedule", "weight_rows"),
        *("activation", "classes", "l1", "l2"),
    }
    assert set(KEYS) - elsewhere <= CELLS.keys()
    assert all(re.search(rf"(`|\[|^){key}\b", FILE, flags=re.MULTILINE) for key in elsewhere)


@pytest.mark.parametrize("choices", [ACTIVATIONS, ERRORS, OPTIMIZERS, SCHEDULES, KINDS])
def test_every_choice_has_a_row(choices):
    assert choices.keys() <= CELLS.keys()


UNUSED = {"global average pooling": {"kernel", "stride"}}
"""Keys that a kind of layer has from another, and that say nothing there."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_layer_is_in_its_row(kind):
    layer = KINDS[kind]
    keys = {one.name for one in fields(layer)} - UNUSED.get(kind, set()) - {"residual"}
    takes, _, _ = CELLS[kind].partition(" | ")
    assert keys - (set() if layer.activates else {"activation"}) <= set(
        re.findall(r"`(\w+)`", takes)
    )
    assert "`residual = n`" in FILE, "for all of them"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_setting_of_an_optimizer_is_named(name):
    settings = OPTIMIZERS[name].settings.keys() | {"weight_decay", "clip_value", "clip_norm"}
    assert all(f"`{setting}`" in FILE for setting in settings)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_setting_of_a_schedule_is_in_its_row(name):
    assert all(f"`{one}`" in CELLS[name] for one in SCHEDULES[name].settings)


# --- the columns -------------------------------------------------------------------------------

OWN_NAMES = {"growth"}
"""Templates in formulas: their files name the columns."""
SECTION = TABLE.partition("## The columns")[2].partition("\n## ")[0]
COLUMNS = re.findall(r"`(.+?)`", "".join(re.findall(r"(?m)^\| (`.+?) \| ", SECTION)))


def kind_of(column):
    """A column's name without numbers, and without what is said of many names at once."""
    name = re.sub(r"^(clipped |mean |sum |new |∂E/∂)+|_hat$", "", column)
    name = re.sub(r"_s\d+$", "", name)
    name = re.sub(r"^([muvd])_[wb]\d+$", r"\1_w", name)
    name = re.sub(r"_sum$", "", name.removeprefix("a_").removesuffix("_hat"))
    return re.sub(r"\d+(_\d+)*", "#", name)


def networks():
    yield from (load(name) for name in sorted(known().keys() - OWN_NAMES))
    yield from (from_content(stack_content(seed), Path(), "stack") for seed in (0, 1, 2, 5, 12))
    one = {"layers": [1, 1], "inputs": [1], "targets": [0]}
    for name in OPTIMIZERS:
        more = {"optimizer": {"name": name, "clip_norm": 1.0}, "l1": 0.1, "l2": 0.1}
        schedule = {"schedule": {"name": "exponential", "gamma": 0.5}}
        yield from_content(one | more | schedule, Path(), name)


def test_the_reference_has_every_column_and_no_other():
    documented = {kind_of(name) for name in COLUMNS}
    there = {
        kind_of(network.label(name))
        for network in (one.with_all_columns() for one in networks())
        for name in network.columns
    }
    assert there - documented <= {"target_class"}, "which stands below the table"
    assert documented <= there


# --- Python and the pages ----------------------------------------------------------------------


def test_every_public_name_is_in_the_reference_once():
    named = re.findall(r"(?m)^- `(\w+)`: ", API)
    assert sorted(named) == sorted(backprop_sheet.__all__)


def test_every_page_is_in_the_index_once():
    pages = [page.stem for page in DOCS.glob("*.md") if page.stem != "index"]
    listed = re.findall(r"(?m)^- \[.+?\]\((?:\.\./)?([\w-]+)\.md\)", INDEX)
    assert sorted(map(str.lower, listed)) == sorted(pages), "those of the project's files as well"
