"""The sheet is live: two spreadsheet engines follow a change as a fresh training does."""

import pytest
from spreadsheets import assert_same, ironcalc_values, libreoffice_values, table

from backprop_sheet import load, tabulate

CHANGES = [
    {"eta": 0.5},
    {"t1": 0.01, "t2": 0.99},
    {"i1": 0.9, "i2": -0.4},
    {"w1": 1.5, "w4": -0.7, "w5": 0.7, "w8": -1.25},
    {"eta": 3.0, "t1": 0.2, "t2": 0.8, "i1": 1.0, "i2": 0.5, "w3": 0.9, "w6": -2.0},
]
CELLS = dict(zip("t1 t2 i1 i2 w1 w2 w3 w4".split(), "ABCDEFGH", strict=True))
CELLS |= dict(zip("w5 w6 w7 w8".split(), "MNOP", strict=True))


def cell(name):
    return "F34" if name == "eta" else f"{CELLS[name]}36"


@pytest.mark.parametrize("numbers", CHANGES, ids=str)
def test_ironcalc_follows_every_change(workbook, numbers):
    fresh = tabulate(load().with_numbers(**numbers)).to_numpy().tolist()
    changes = {cell(name): number for name, number in numbers.items()}
    assert_same(table(ironcalc_values(workbook, changes), rows=68), fresh)


def test_ironcalc_shows_changed_weights_in_the_drawing(workbook):
    values = ironcalc_values(workbook, {"M36": 0.123456})
    texts = [values(0, f"{column}{row}") for row in range(1, 15) for column in "OPQRSTUVW"]
    assert "w5 = 0.1235" in texts
    assert "w1 = 0.15" in texts


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("numbers", [{}, *CHANGES], ids=str)
def test_libreoffice_follows_every_change(workbook, numbers, tmp_path):
    fresh = tabulate(load().with_numbers(**numbers)).to_numpy().tolist()
    changes = {cell(name): number for name, number in numbers.items()}
    assert_same(table(libreoffice_values(workbook, changes, tmp_path), rows=68), fresh)
