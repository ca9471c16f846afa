"""The sheet is live: two spreadsheet engines follow a change as a fresh training does."""

import pytest
from spreadsheets import by_ironcalc, by_libreoffice

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


def assert_same(found, expected):
    assert len(found) == len(expected)
    for epoch, (row, wanted) in enumerate(zip(found, expected, strict=True)):
        for column, (x, y) in enumerate(zip(row, wanted, strict=True)):
            assert abs(x - y) <= 1e-15 + 1e-12 * abs(y), (epoch, column, x, y)


@pytest.mark.parametrize("numbers", CHANGES, ids=str)
def test_ironcalc_follows_every_change(workbook, numbers):
    fresh = tabulate(load().with_numbers(**numbers)).to_numpy().tolist()
    changes = {cell(name): number for name, number in numbers.items()}
    assert_same(by_ironcalc(workbook, changes, rows=68), fresh)


def test_ironcalc_shows_changed_weights_in_the_drawing(workbook):
    import ironcalc

    model = ironcalc.load_from_xlsx(str(workbook))
    model.set_user_input(0, 36, 13, "0.123456")
    model.evaluate()
    texts = [model.get_cell_value(0, row, col) for row in range(1, 15) for col in range(15, 24)]
    assert "w5 = 0.1235" in texts
    assert "w1 = 0.15" in texts


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("numbers", [{}, *CHANGES], ids=str)
def test_libreoffice_follows_every_change(workbook, numbers, tmp_path):
    fresh = tabulate(load().with_numbers(**numbers)).to_numpy().tolist()
    changes = {cell(name): number for name, number in numbers.items()}
    assert_same(by_libreoffice(workbook, changes, tmp_path), fresh)
