"""The published examples of docs/examples.md: the sheet has the numbers of their sources."""

import re
import tomllib
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from backprop_sheet import load, train
from backprop_sheet.network.file import from_content

PAGE = Path(__file__).parent.parent / "docs" / "examples.md"
TITLE, *SECTIONS = re.split(r"(?m)^## ", PAGE.read_text(encoding="utf-8"))
EXAMPLES = {section.partition("\n")[0]: section for section in SECTIONS}
ROW = re.compile(
    r"(?m)^\| epoch (\d+)(?:, sample (\d+))? \| `(.+?)` \| (\S+) \| (\S+) \| (.*?) ?\|$"
)


def network_of(section):
    """The network of an example: its file, or the template that it names."""
    file = re.search(r"(?ms)^```toml\n(.*?)^```", section)
    if file:
        return from_content(tomllib.loads(file[1]), PAGE.parent, "example")
    return load(re.search(r"the template `(\S+)`", section)[1])


def figures(section):
    """Each row of an example's table: what the sheet has, and what the page says of it."""
    network = network_of(section)
    wanted = ROW.findall(section)
    size = len(network.samples)
    places = [int(epoch) * size + int(sample or 1) - 1 for epoch, sample, *_ in wanted]
    rows = list(islice(train(network), max(places) + 1))
    for place, (_, _, name, *told) in zip(places, wanted, strict=True):
        sign = -1 if name.startswith("−") else 1
        label = name.removeprefix("−")
        column = [network.label(one) for one in network.columns].index(label)
        yield (name, sign * rows[place][column], *(one.replace("−", "-") for one in told))


def off(number, printed):
    """How far a number is from one that is printed, in units of its last digit."""
    unit = Decimal(1).scaleb(Decimal(printed).as_tuple().exponent)
    return abs(Decimal(number) - Decimal(printed)) / unit


HALF = Decimal("0.5")
EXACT = 15
"""Digits that do not depend on the order in which a program adds up."""


def agree(number, printed):
    """Whether a number rounds to one that is printed."""
    digits = len(Decimal(printed).as_tuple().digits)
    return off(number, printed) <= HALF * (10 ** max(0, digits - EXACT))


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_sheet_has_the_published_numbers(title):
    for name, number, published, ours, remark in figures(EXAMPLES[title]):
        assert number == pytest.approx(float(ours), rel=1e-9, abs=1e-15), name
        if remark:
            assert HALF < off(number, published) <= 1, (name, number, published)
        else:
            assert agree(number, published), (name, number, published)


def test_every_example_is_listed_and_has_a_source():
    listed = re.findall(r"(?m)^\| \[(.+?)\]\(#", TITLE)
    assert listed == list(EXAMPLES)
    for title, section in EXAMPLES.items():
        assert ROW.search(section), title
        assert "](http" in section or "the same page" in section, title
