"""The original's figures: what its pictures show, and the curves it asks for."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from backprop_sheet import load, tabulate

TABLE = Path(__file__).parent / "data" / "original_table.csv"
AT_EPOCH_67 = {
    0.1: 0.009572139465504783,
    0.2: 0.00636996967865649,
    0.5: 0.0017820220654992426,
    0.8: 0.0004786492206066037,
    1.0: 0.00019683752612304454,
    2.0: 2.0923623350964516e-06,
}


def rows_of_the_picture():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_picture_has_368_cells():
    assert sum(len(row) - 1 for row in rows_of_the_picture()) == 368


@pytest.mark.parametrize("shown", rows_of_the_picture(), ids=lambda row: f"row{row['row']}")
def test_every_cell_of_the_picture_is_reached_to_the_displayed_digit(frame, shown):
    epoch = int(shown["row"]) - 36
    for heading, digits in shown.items():
        if heading != "row":
            number = frame.at[epoch, {"E_tot": "E_Total"}.get(heading, heading)]
            # A spreadsheet shows as many digits as fit and drops zeros at the end.
            places = 9 if heading in {"E1", "E2"} else 5
            assert Decimal(f"{number:.{places}f}") == Decimal(digits), (epoch, heading)


@pytest.mark.parametrize(("eta", "error"), AT_EPOCH_67.items())
def test_the_curves_end_where_they_are_known_to_end(eta, error):
    assert tabulate(load().with_numbers(eta=eta)).at[67, "E_Total"] == error


def test_the_curve_begins_at_epoch_0(frame):
    assert frame.index[0] == 0
    assert round(frame.at[0, "E_Total"], 6) == 0.014181
