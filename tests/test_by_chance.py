"""Made sheets by the hundred: mistakes are found at their first cell, right sheets are right."""

import pytest
from chance import some
from right_sheets import PROGRAMS, REFERENCES, WAYS, right_sheet, save_all
from wrong_sheets import saved, slip

from backprop_sheet import check

FOUND = 0.99
"""Share of the made mistakes that are found at their first cell."""


def missed(numbers, folder):
    """The mistakes that are not found at their first cell, with what the checker says."""
    told = []
    for number in numbers:
        made = slip(number)
        judgement = check(saved(made, folder), made.plan.network)
        first = judgement.tables[0].first if judgement.tables else None
        if judgement.verdict != "wrong" or first is None or first.cell not in made.cells:
            said = f"{first.cell} {first.text}" if first else judgement.problem
            told.append(f"{number}: {made}; said: {judgement.verdict} {said}")
    return told


def blamed(numbers, folder, programs=PROGRAMS):
    """The right sheets that are called wrong, with what the checker says."""
    sheets = {number: right_sheet(number, programs) for number in numbers}
    told = []
    for number, path in save_all(sheets, folder).items():
        judgement = check(path, sheets[number].plan.network)
        if judgement.verdict == "wrong":
            first = next(table.first for table in judgement.tables if table.first)
            told.append(f"{number}: {sheets[number]}; said: {first.cell} {first.text}")
    return told


def test_mistakes_by_chance_are_found_at_their_first_cell(tmp_path):
    assert missed(range(1000, 1030), tmp_path) == []


def test_right_sheets_by_chance_are_not_called_wrong(tmp_path):
    programs = [name for name in PROGRAMS if name != "LibreOffice"]
    assert blamed(range(0, len(WAYS), 4), tmp_path, programs) == []


@pytest.mark.slow
def test_many_more_mistakes_by_chance_are_found_at_their_first_cell(tmp_path):
    seeds = some(range(500))
    told = missed(seeds, tmp_path)
    assert len(told) <= (1 - FOUND) * len(seeds), "\n".join(told)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_many_more_right_sheets_by_chance_are_not_called_wrong(tmp_path):
    assert blamed(some(range(300)), tmp_path) == []


def judged_right(ways, folder):
    """What is said of sheets that are each written in one of these ways, other than right."""
    sheets = {WAYS.index(way): right_sheet(WAYS.index(way), ["XlsxWriter"]) for way in ways}
    saved_ = save_all(sheets, folder).items()
    told = ((str(sheets[n]), check(path, sheets[n].plan.network).verdict) for n, path in saved_)
    return [(sheet, verdict) for sheet, verdict in told if verdict != "right"]


def test_references_written_in_other_ways_are_right(tmp_path):
    """As ranges, by INDEX, to inputs that stand in the first row only …"""
    assert judged_right(REFERENCES, tmp_path) == []


@pytest.mark.slow
def test_every_way_to_write_a_right_sheet_is_right(tmp_path):
    assert judged_right(WAYS, tmp_path) == []
