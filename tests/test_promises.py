"""What users rely on stays: nothing that an earlier version promised is taken away."""

import re

import pytest
from click.testing import CliRunner

import backprop_sheet
from backprop_sheet import tabulate
from backprop_sheet.cli import cli
from tools import promises

KEPT = promises.FILE.read_text(encoding="utf-8")


def broken(before: str, now: str) -> list[str]:
    """The promises that are gone."""
    there = set(now.splitlines())
    return [line for line in before.splitlines() if line and line not in there]


def test_nothing_promised_is_taken_away():
    now = promises.text()
    assert broken(KEPT, now) == []
    assert now == KEPT, "new promises: python -m tools.promises writes them down"


@pytest.mark.parametrize(
    "taken",
    [
        "run --lr",
        "table --format csv",
        "check 1",
        "load(…, name='original')",
        "Network.with_numbers",
        "batch_size",
        "original 23: E_Total",
        "JSON: tables.findings.kind",
        'optimizer = "adam"',
    ],
)
def test_a_promise_of_each_kind_is_missed(taken):
    if taken not in KEPT.splitlines():
        pytest.fail(f"{taken} is no promise")
    now = "\n".join(line for line in promises.text().splitlines() if line != taken)
    assert broken(KEPT, now) == [taken]


def test_an_addition_breaks_nothing():
    assert broken(KEPT, promises.text() + "run --more\n") == []


def test_a_parameter_that_is_suddenly_needed_breaks_a_promise():
    def before(network, force=False): ...
    def after(network, path, force=False): ...

    kept, now = ("\n".join(promises.parameters("write", one)) for one in (before, after))
    assert broken(kept, now) == ["write(network)"]


def test_the_promised_columns_are_those_of_the_table(original):
    promised = re.findall(r"(?m)^original \d+: (.*)$", KEPT)
    printed = CliRunner().invoke(cli, ["table", "--epochs", "1"]).stdout.splitlines()[0]
    assert ["epoch", *promised] == printed.split(",")
    assert list(tabulate(original, 1).columns) == promised


def test_every_public_name_is_promised():
    assert set(backprop_sheet.__all__) <= set(KEPT.splitlines())
