import csv
import json
import pickle
from io import StringIO
from itertools import islice

import numpy as np
import pandas as pd
import pytest

from backprop_sheet import Diverged, InputError, load, tabulate, train
from backprop_sheet.tabulator import as_csv, as_json, as_markdown, save_table


def test_one_row_for_each_epoch_and_one_column_for_each_quantity(frame, original):
    assert frame.shape == (68, 31)
    assert list(frame.columns) == list(original.labels.values())
    assert (frame.index.name, list(frame.index)) == ("epoch", list(range(68)))
    assert (frame.dtypes == np.float64).all()


def test_the_number_of_epochs_may_be_asked_for(original):
    assert len(tabulate(original, 3)) == 3
    with pytest.raises(InputError, match="epochs = 0: at least 1"):
        tabulate(original, 0)


def test_what_was_reached_before_a_break_is_kept():
    with pytest.raises(Diverged) as caught:
        tabulate(load().with_numbers(eta=1e7))
    kept = caught.value.frame
    assert kept.shape == (1, 31)
    pd.testing.assert_frame_equal(kept, tabulate(load(), 1))
    passed_on = pickle.loads(pickle.dumps(caught.value))
    pd.testing.assert_frame_equal(passed_on.frame, kept)


def test_a_watcher_sees_every_epoch(original):
    seen = []

    def watch(items, total, task):
        for item in items:
            seen.append((total, task))
            yield item

    tabulate(original, 5, watch=watch)
    assert seen == [(5, "training")] * 5


@pytest.mark.parquet
@pytest.mark.parametrize("name", ["xor", "convolution", "dropout"])
def test_no_number_is_minus_0(name):
    rows = np.array(list(islice(train(load(name)), 8)))
    frame = tabulate(load(name), 8 // len(load(name).samples))
    assert np.signbit(rows[rows == 0]).any()  # the engine's own numbers are
    numbers = frame.to_numpy()
    assert not np.signbit(numbers[numbers == 0]).any()
    assert (numbers == rows[: len(numbers)]).all()


def test_csv_and_json_keep_every_digit(frame):
    header, *lines = csv.reader(StringIO("".join(as_csv(frame))))
    assert header == ["epoch", *frame.columns]
    assert [[float(x) for x in line[1:]] for line in lines] == frame.to_numpy().tolist()
    rows = json.loads("".join(as_json(frame)))
    assert [row.pop("epoch") for row in rows] == list(frame.index)
    assert [list(row.values()) for row in rows] == frame.to_numpy().tolist()


@pytest.mark.parquet
def test_parquet_keeps_every_digit(frame, tmp_path):
    read = pd.read_parquet(save_table(frame, tmp_path / "table.parquet"))
    pd.testing.assert_frame_equal(read, frame, check_exact=True)


def test_markdown_is_a_table_of_the_same_numbers(frame):
    header, rule, *rows = "".join(as_markdown(frame)).splitlines()
    assert header.startswith("| epoch | t1 | t2 |")
    assert set(rule) <= set("|-: ")
    last = [float(cell) for cell in rows[-1].strip("| ").split(" | ")]
    assert last == [67, *frame.loc[67]]


def test_markdown_writes_whole_columns_as_whole_numbers():
    frame = tabulate(load("xor"), 2)
    frame["large"] = 1e16
    header, _, first, *_, last = "".join(as_markdown(frame)).splitlines()
    names = header.strip("| ").split(" | ")
    rows = [dict(zip(names, row.strip("| ").split(" | "), strict=True)) for row in (first, last)]
    whole = ["row", "epoch", "sample", "t1", "i1", "i2", "prediction", "right"]
    assert [[row[name] for name in whole] for row in rows] == [
        ["0", "0", "1", "0", "0", "0", "0", "1"],
        ["7", "1", "4", "0", "1", "1", "1", "0"],
    ]
    assert [(row["w1"], row["b1"], row["large"]) for row in rows] == [
        ("0.912069", "0.0", "1e+16"),
        (repr(float(frame["w1"][7])), repr(float(frame["b1"][7])), "1e+16"),
    ]


def test_the_suffix_names_the_format(frame, tmp_path):
    assert save_table(frame, tmp_path / "a.csv").read_text("utf-8") == "".join(as_csv(frame))
    assert save_table(frame, tmp_path / "a.json").read_text("utf-8") == "".join(as_json(frame))
    assert save_table(frame, tmp_path / "a.md").read_text("utf-8") == "".join(as_markdown(frame))
    assert save_table(frame, tmp_path / "a.txt", "csv").read_text("utf-8") == "".join(as_csv(frame))
    with pytest.raises(InputError, match=r"suffix is not one of .csv, .json, .md, .parquet"):
        save_table(frame, tmp_path / "a.txt")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
