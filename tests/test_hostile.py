"""Workbooks that are damaged or made to do harm: a verdict or one line, soon, in little memory."""

import random
import sys
import zipfile

import pytest
from click.testing import CliRunner

from backprop_sheet import check
from backprop_sheet.cli import cli
from backprop_sheet.errors import plain
from backprop_sheet.ooxml import archive as office
from faults import reading
from faults.calling import called
from faults.hostile import KINDS, header, sheet, text, with_sheet

QUICK = [
    kind
    for kind in KINDS
    if kind.startswith(("without", "link", "entities", "zip: a", "zip: o", "zip: t"))
    or kind
    in {
        *("a dimension of 17 billion cells", "cells in the last row and column"),
        *("a row beyond the last", "a number of 5,000 digits"),
        *("a formula 10,000 deep", "functions 4,000 deep, to recalculate", "100,000 defined names"),
        *("a circle of cells, to recalculate", "shared formulas in a circle", "XML 500,000 deep"),
        *("formulas that fetch or run (DDE)", "100,000 attributes"),
    }
]


@pytest.mark.parametrize("kind", QUICK)
def test_a_hostile_workbook_is_one_line(kind, tmp_path):
    path = tmp_path / "hostile.xlsx"
    KINDS[kind](path)
    for command in reading.COMMANDS.values():
        outcome = called(command(path))
        assert not outcome.fault, outcome
        assert outcome.seconds < 3 * reading.MOST_SECONDS  # other tests run beside it
    assert {one.name for one in tmp_path.iterdir()} <= {"hostile.xlsx", "marked", "looked"}


@pytest.mark.parametrize("command", reading.COMMANDS)
def test_a_damaged_workbook_is_judged_or_refused(command, workbook, tmp_path):
    for seed in range(12):
        chance = random.Random(seed)
        (tmp_path / "damaged.xlsx").write_bytes(reading.damaged(workbook, chance))
        outcome = called(reading.COMMANDS[command](tmp_path / "damaged.xlsx"))
        assert not outcome.fault, (seed, outcome)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not measured on Windows")
def test_a_long_row_takes_little_memory(tmp_path):
    KINDS["10 million empty cells in a row"](tmp_path / "hostile.xlsx")
    (outcome,), most = reading.watched(reading._one_call, reading.check(tmp_path / "hostile.xlsx"))
    assert not outcome.fault, outcome
    assert most < reading.MOST_MEMORY


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("zip: overlapping parts", "overlaps another"),
        ("zip: a size that lies", "as in a zip bomb|not of the size"),
        ("zip: two parts of a name", "two parts have the same name"),
        ("zip: a name that leads out", "leads out of the archive"),
        ("zip: a wrong check sum", "Bad CRC"),
        ("entities: laughs", "document type"),
        ("entities: laughs in UTF-16", "document type"),
        ("XML 500,000 deep", "over 100 deep"),
    ],
)
def test_what_is_refused_is_named(kind, said, tmp_path):
    KINDS[kind](tmp_path / "hostile.xlsx")
    problem = check(tmp_path / "hostile.xlsx").problem
    assert any(word in problem for word in said.split("|")), problem


def test_a_bomb_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(50_000_000))
    with pytest.raises(office.Unreadable, match="zip bomb"), office.opened(tmp_path / "bomb.xlsx"):
        pass


def test_a_link_leads_to_parts_of_the_archive_only(tmp_path):
    for kind in ("link: out of the archive", "link: to a file", "link: to an address"):
        KINDS[kind](tmp_path / "linked.xlsx")
        with office.opened(tmp_path / "linked.xlsx") as archive:
            kinds = {link.kind for link in archive.links("xl/workbook.xml").values()}
        assert kinds == {"sharedStrings", "styles"}


def test_text_of_others_does_not_steer_the_terminal(tmp_path):
    told = header().replace(text("w1"), text("w1\u202e \u009b31m"))
    with_sheet(tmp_path / "odd.xlsx", lambda: sheet(told + told))
    said = CliRunner().invoke(cli, ["check", str(tmp_path / "odd.xlsx")]).output
    assert "\u202e" not in said
    assert "\u009b" not in said
    assert plain("a\x1b[31m\nb") == "a\\x1b[31m\\nb"
