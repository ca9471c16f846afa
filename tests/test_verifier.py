"""Frames that are not the training they are taken for, and arguments that are not of their kind."""

import math
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from everyday import mostly_slow
from networks import network_of

from backprop_sheet import (
    BackpropSheetError,
    Diverged,
    InputError,
    boxes,
    check,
    error_comparison,
    error_curve,
    explain,
    load,
    network_drawing,
    save_comparison,
    save_explanation,
    save_figure,
    summarise,
    tabulate,
    templates,
    train,
    write_comparison,
    write_workbook,
)
from backprop_sheet.tabulator import as_csv
from backprop_sheet.verifier import ROWS, checked_training


def refused(network, frame, message="not a training of this network"):
    with pytest.raises(InputError, match=message):
        checked_training(network, frame)


# --- which frames are a training -----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_a_training_of_any_network_is_taken(seed):
    network = network_of(seed)
    try:
        frame = tabulate(network, 12)
    except Diverged as error:
        frame = error.frame
    if not frame.empty:
        checked_training(network, frame)
        checked_training(network, frame.head(len(network.samples)))


@pytest.mark.parametrize("name", mostly_slow(templates.known()))
def test_an_edit_of_any_cell_is_found(name):
    network = load(name)
    frame = tabulate(network, 3)
    numbers = frame.to_numpy()
    each = 1 + numbers.size // 400  # of many cells a part
    for row in range(len(frame)):
        for place, label in enumerate(frame.columns):
            if (row + place) % each:
                continue
            changed = numbers.copy()
            changed[row, place] = 2 * changed[row, place] or 0.125
            edited = pd.DataFrame(changed, index=frame.index, columns=frame.columns)
            refused(network, edited, f"not a training of this network: .* in row {row} ")
            assert frame.at[row, label] == numbers[row, place]


def test_an_edit_far_down_is_found_and_named(original):
    frame = tabulate(original, 2 * ROWS + 10)
    checked_training(original, frame)
    for row in (ROWS - 1, ROWS, 2 * ROWS + 9):
        edited = frame.copy()
        edited.iloc[row, 8] += 1e-6
        refused(original, edited, f"network: h1 in row {row} does not follow from its numbers")


def test_more_samples_than_a_block_has_rows():
    count = ROWS + 7
    inputs = [[k / count] for k in range(count)]
    content = {"layers": [1, 1], "inputs": inputs, "targets": inputs, "weights": [0.5]}
    from backprop_sheet.network.file import from_content

    network = from_content(content | {"update": "batch", "optimizer": "adam"}, Path(), "long")
    frame = tabulate(network, 3)
    checked_training(network, frame)
    for row in (count - 1, 2 * count - 1, 2 * count):
        edited = frame.copy()
        edited.loc[row, "i1"] += 1e-6
        refused(network, edited, f"i1 in row {row} ")


OTHERS = {
    "reversed": lambda frame: frame[::-1],
    "reversed and counted anew": lambda frame: frame[::-1].reset_index(drop=True),
    "doubled": lambda frame: 2 * frame,
    "rounded": lambda frame: frame.round(6),
    "in single precision": lambda frame: frame.astype(np.float32),
    "shuffled": lambda frame: frame.sample(frac=1, random_state=1),
    "from epoch 10 on": lambda frame: frame[10:],
    "from epoch 10 on, counted anew": lambda frame: frame[10:].reset_index(drop=True),
    "every other epoch": lambda frame: frame[::2],
    "an epoch twice": lambda frame: pd.concat([frame.head(3), frame[2:]]),
    "with the epoch as a column": lambda frame: frame.reset_index(),
    "without a column": lambda frame: frame.drop(columns="h1"),
    "columns in another order": lambda frame: frame[frame.columns[::-1]],
    "turned on its side": lambda frame: frame.T,
    "empty": lambda frame: frame.head(0),
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_another_frame_is_refused(change, original, frame, tmp_path):
    refused(original, change(frame))
    with pytest.raises(InputError, match="not a training of this network"):
        write_workbook(original, change(frame), tmp_path / "book.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("numbers", [{"eta": 0.5}, {"w1": 0.16}, {"t2": 0.75}, {"i1": 0.0}])
def test_the_training_of_another_network_is_refused(original, numbers, tmp_path):
    other = original.with_numbers(**numbers)
    refused(original, tabulate(other))
    with pytest.raises(InputError, match="not a training of this network"):
        write_comparison([(original, tabulate(other))], tmp_path / "book.xlsx")


def test_the_first_epochs_of_a_training_are_one(original, frame, tmp_path):
    written = write_workbook(original, frame.head(10), tmp_path / "ten.xlsx")
    same = write_workbook(original, tabulate(original, 10), tmp_path / "same.xlsx")
    assert written.read_bytes() == same.read_bytes()


def test_a_frame_from_a_file_is_taken(original, frame, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("".join(as_csv(frame)), encoding="utf-8")
    checked_training(original, pd.read_csv(path, index_col="epoch"))
    book = write_workbook(original, frame, tmp_path / "sheet.xlsx")
    table = pd.read_excel(book, header=34, usecols="A:AE", engine="openpyxl").rename(
        columns={"E_tot": "E_Total"}
    )
    checked_training(original, table)


@pytest.mark.parametrize("kind", ["longdouble", "Float64", "float64[pyarrow]"])
def test_a_frame_of_another_kind_of_doubles_is_taken(kind, original, frame, tmp_path):
    pytest.importorskip("pyarrow")
    other = frame.astype(kind)
    usual = write_workbook(original, frame, tmp_path / "usual.xlsx")
    assert write_workbook(original, other, tmp_path / "a.xlsx").read_bytes() == usual.read_bytes()
    assert points(error_curve(other, 1.0)).tolist() == points(error_curve(frame, 1.0)).tolist()
    assert summarise({1.0: other}).equals(summarise({1.0: frame}))


def test_networks_that_differ_in_more_than_the_rate_are_not_compared(original, tmp_path):
    other = original.with_numbers(eta=0.5, w1=0.3)
    pairs = [(network, tabulate(network, 3)) for network in (original, other)]
    with pytest.raises(InputError, match="differ in more than their learning rate"):
        write_comparison(pairs, tmp_path / "book.xlsx")
    other = replace(original.with_numbers(eta=0.5), epochs=3)
    pairs = [(network, tabulate(network, 3)) for network in (original, other)]
    write_comparison(iter(pairs), str(tmp_path / "book.xlsx"))


# --- errors of a frame ---------------------------------------------------------------------------


def points(figure):
    return np.asarray(figure.axes[0].lines[0].get_xydata())


@pytest.mark.parametrize("name", ["original", "xor"])
def test_the_curve_of_some_epochs_is_that_part_of_the_curve(name):
    network = load(name)
    frame, samples = tabulate(network, 40), len(network.samples)
    part = frame[10 * samples : 20 * samples]
    axes, *_ = error_curve(part, network.eta).axes
    whole = points(error_curve(frame, network.eta))
    assert points(error_curve(part, network.eta)).tolist() == whole[10:20].tolist()
    assert axes.get_xlim() == (10, 19)
    comparison = error_comparison({0.5: part})
    assert comparison.axes[0].get_xlim() == (10, 19)


def test_every_other_row_is_drawn_at_its_epoch(frame):
    assert points(error_curve(frame[::10], 1.0))[:, 0].tolist() == list(range(0, 68, 10))


BROKEN = {
    "frame: got None": lambda _: None,
    "frame: got": lambda frame: frame["E_Total"],
    "frame: got .*takes a frame by tabulate": lambda frame: frame.to_numpy(),
    "no numbers E_Total": lambda frame: frame.drop(columns="E_Total"),
    "E_Total: make it": lambda frame: frame.astype(str),
    "not finite": lambda frame: frame.replace(frame.at[3, "E_Total"], math.nan),
    "frame is empty": lambda frame: frame.head(0),
    "not in their order": lambda frame: frame[::-1],
    "order": lambda frame: pd.concat([frame, frame]),
    "the frame's epochs": lambda frame: frame.set_index(frame.index.astype(str)),
    "epochs are not in their": lambda frame: frame.set_index("t1"),
    "numbers that are not": lambda frame: frame.convert_dtypes().mask(frame < 0.01),
    "two columns of one name": lambda frame: pd.concat([frame, frame], axis="columns"),
}


@pytest.mark.parametrize("message", BROKEN)
def test_a_frame_without_errors_is_refused_by_all_that_draw_or_sum_up(message, frame, tmp_path):
    broken = BROKEN[message](frame)
    calls = [
        lambda: error_curve(broken, 1.0),
        lambda: error_comparison({1.0: broken}),
        lambda: save_comparison({1.0: broken}, tmp_path),
        lambda: summarise({1.0: broken}),
    ]
    for call in calls:
        with pytest.raises(InputError, match=message) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


# --- arguments -----------------------------------------------------------------------------------

WRONG = [None, True, "much", "\ud800", [], {}, {0.5: None}, 1j, math.nan, 10**400, object(), b"a"]
WRONG += [np.array([1, 2]), np.array("a"), np.bool_(1), pd.DataFrame(), pd.Series([1]), pd.NA, len]


def is_refused(call):
    """Whether a call raises an error of the package, of one line."""
    with pytest.raises(BackpropSheetError) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{type(wrong).__name__} {wrong}"[:20])
def test_wrong_types_are_refused_in_one_line(wrong, original, frame, tmp_path):
    book, picture = tmp_path / "book.xlsx", tmp_path / "a.png"
    can_be_a_path = isinstance(wrong, str) and wrong == "much"
    figure, derived = error_curve(frame, 1.0), explain(original)
    calls = [
        lambda: list(islice(train(wrong), 2)),
        lambda: tabulate(wrong),
        lambda: boxes(wrong),
        lambda: explain(wrong),
        lambda: explain(wrong, of="w1"),
        lambda: network_drawing(wrong),
        lambda: write_workbook(wrong, frame, book),
        lambda: write_workbook(original, wrong, book),
        lambda: write_comparison(wrong, book),
        lambda: write_comparison([wrong], book),
        lambda: write_comparison([(wrong, frame)], book),
        lambda: write_comparison([(original, wrong)], book),
        lambda: write_comparison([(original, frame)], book, threshold=wrong),
        lambda: error_comparison(wrong),
        lambda: error_comparison({1.0: wrong}),
        lambda: error_curve(wrong, 1.0),
        lambda: error_curve(frame, wrong),
        lambda: summarise(wrong),
        lambda: summarise({1.0: frame}, wrong),
        lambda: save_comparison(wrong, tmp_path),
        lambda: save_figure(wrong, picture),
        lambda: save_explanation(wrong, tmp_path / "a.txt"),
        lambda: save_explanation(derived, tmp_path / "a.txt", digits=wrong),
        lambda: explain(original, wrong),
        lambda: network_drawing(original, wrong),
        lambda: original.with_numbers(w1=wrong),
        lambda: check(book, tolerance=wrong),
    ]
    if wrong is not None:  # which stands for "not given"
        calls += [
            lambda: tabulate(original, wrong),
            lambda: check(book, wrong),
            lambda: explain(original, of=wrong),
            lambda: explain(original, sample=wrong),
            lambda: network_drawing(original, 0, wrong),
            lambda: error_curve(frame, 1.0, top=wrong),
            lambda: save_explanation(derived, tmp_path / "a.txt", wrong),
        ]
    if not can_be_a_path:
        calls += [
            lambda: load(wrong),
            lambda: check(wrong),
            lambda: write_workbook(original, frame, wrong),
            lambda: write_comparison([(original, frame)], wrong),
            lambda: save_figure(figure, wrong),
            lambda: save_comparison({1.0: frame}, wrong),
            lambda: save_explanation(derived, wrong),
        ]
    for call in calls:
        is_refused(call)
    if wrong is not None and not can_be_a_path:
        is_refused(lambda: write_workbook(original, frame, book, look=wrong))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("epochs", [0, -3, 10**60, 2.0, 2.5, np.float64(3), "3", 10.0**20])
def test_epochs_are_whole_numbers_from_1_on(original, epochs):
    is_refused(lambda: tabulate(original, epochs))


def test_numbers_of_numpy_are_numbers(original, frame, tmp_path):
    assert tabulate(original, np.int64(3)).equals(tabulate(original, 3))
    assert explain(original, np.int32(2)).epoch == 2
    network_drawing(original, np.uint8(2), np.int64(1))
    error_curve(frame, np.float64(1.0), top=np.float32(0.5))
    summarise({np.float64(1.0): frame}, np.float64(0.01))
    save_comparison({np.float64(1.0): frame}, str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"error_lr1.0.png", "error_compare.png"}


@pytest.mark.parametrize("path", ["", "a\0b.xlsx", "\ud800.xlsx", b"a.xlsx", 3, None])
def test_what_cannot_be_a_path_is_refused(path, original, frame):
    is_refused(lambda: write_workbook(original, frame, path))
    is_refused(lambda: save_figure(error_curve(frame, 1.0), path))
    is_refused(lambda: save_comparison({1.0: frame}, path))
    is_refused(lambda: save_explanation(explain(original), path))


def test_an_error_is_one_line_whatever_a_file_is_called(original, frame, tmp_path):
    (tmp_path / "a\nb").write_text("", encoding="utf-8")
    for call in (
        lambda: write_workbook(original, frame, tmp_path / "a\nb" / "book.xlsx"),
        lambda: save_figure(error_curve(frame, 1.0), tmp_path / "a\u202eb\x1b[31m"),
        lambda: load(tmp_path / "a\nb.toml"),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert str(caught.value).isprintable()
