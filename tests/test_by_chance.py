"""Made sheets by the hundred: mistakes are found at their first cell, right sheets are right."""

import pytest
from right_sheets import PROGRAMS, WAYS, right_sheet, save_all
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
def test_500_mistakes_by_chance_are_found_at_their_first_cell(tmp_path):
    told = missed(range(500), tmp_path)
    assert len(told) <= (1 - FOUND) * 500, "\n".join(told)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_300_right_sheets_by_chance_are_not_called_wrong(tmp_path):
    assert blamed(range(300), tmp_path) == []
