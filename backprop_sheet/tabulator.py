"""Rows of a training → a pandas frame with a column for each quantity, and the frame as a file."""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, starmap
from pathlib import Path
from struct import Struct

import numpy as np
import pandas as pd

from backprop_sheet import arguments
from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged, InputError, shown
from backprop_sheet.files import replacing
from backprop_sheet.network import ACCURACY, EPOCH, MEAN_TOTAL, SAMPLE, TOTAL, Network, checked
from backprop_sheet.network.design import one_of
from backprop_sheet.progress import Watch, unwatched
from backprop_sheet.verifier import checked_frame, finite

MOST_NUMBERS = 1_000_000_000
"""The most numbers of a frame: 8 GB."""


def tabulate(
    network: Network, epochs: int | None = None, *, watch: Watch = unwatched
) -> pd.DataFrame:
    """Train a network and keep every number.

    Args:
        network: the network to train.
        epochs: the number of epochs; by default the network's own.
        watch: shows the progress.

    Returns:
        A frame of float64 with a column for each quantity of the sheet, in the sheet's order:
        ``t1 … w8 … E_Total ∂E/∂w1 … ∂E/∂w8``. It has a row for each epoch, with the index
        ``epoch`` from 0. With several samples it has a row for each sample of each epoch, with
        the index ``row`` from 0 and the columns ``epoch`` (from 0) and ``sample`` (from 1). Where
        the targets stand for classes, ``prediction``, ``right`` and ``accuracy`` come last.

    Raises:
        InputError: `network` is not one, or `epochs` is not a whole number from 1 on, or is too
            large for a frame.
        Diverged: a quantity is no longer finite; the error's `frame` has the epochs before.
    """
    own = checked(network).epochs
    wanted = own if epochs is None else arguments.whole("epochs", epochs)
    if wanted < 1:
        raise InputError(f"epochs = {epochs}: at least 1 is needed")
    count = network.rows(wanted)
    if count * len(network.columns) > MOST_NUMBERS:
        raise InputError(
            f"epochs = {wanted}: {count:,} rows of {len(network.columns)} numbers; a frame takes "
            f"{MOST_NUMBERS:,} at most: train() gives them one by one"
        )
    numbers = array("d")
    pack = Struct(f"{len(network.columns)}d").pack  # ten times as fast as one number at a time
    rows = watch(islice(train(network), count), count, "training")
    try:
        for packed in starmap(pack, rows):
            numbers.frombytes(packed)
    except Diverged as error:
        whole = len(network.columns) * len(network.samples)  # an incomplete epoch is dropped
        error.frame = _frame(network, numbers[: len(numbers) // whole * whole])
        raise
    return _frame(network, numbers)


def _frame(network: Network, numbers: "array[float]") -> pd.DataFrame:
    """A frame over the numbers, which are not copied."""
    table = np.frombuffer(numbers, dtype=np.float64).reshape(-1, len(network.columns))
    table += 0.0  # a -0.0 becomes 0.0, as no spreadsheet has it and no reader expects it
    index = pd.RangeIndex(len(table), name="epoch" if len(network.samples) == 1 else "row")
    return pd.DataFrame(table, index=index, columns=list(network.labels.values()), copy=False)


def errors_of(frame: pd.DataFrame) -> "pd.Series[float]":
    """The error of each epoch; with several samples, the mean in the last row of each."""
    return _of_each_epoch(frame, MEAN_TOTAL if MEAN_TOTAL in frame else TOTAL)


def checked_accuracies(frame: pd.DataFrame) -> "pd.Series[float] | None":
    """As `accuracies_of`, for a frame that `checked_errors` takes.

    Raises:
        InputError: the accuracies are no numbers.
    """
    accuracies = accuracies_of(frame)
    return None if accuracies is None else finite(accuracies.to_frame())[ACCURACY]


def accuracies_of(frame: pd.DataFrame) -> "pd.Series[float] | None":
    """The accuracy of each epoch; None if the frame has none."""
    return _of_each_epoch(frame, ACCURACY) if ACCURACY in frame and not frame.empty else None


def _of_each_epoch(frame: pd.DataFrame, name: str) -> "pd.Series[float]":
    """What has added up over each epoch: the number in its last row."""
    if SAMPLE not in frame or frame.empty:
        return frame[name]
    last = frame[frame[SAMPLE] == frame[SAMPLE].max()]
    epochs = pd.Index(last[EPOCH], dtype=int, name=EPOCH)
    numbers: pd.Series[float] = last[name].set_axis(epochs)
    return numbers


def checked_errors(frame: pd.DataFrame) -> "pd.Series[float]":
    """As `errors_of`, where callers from Python may have passed anything.

    Raises:
        InputError: it is not a frame by `tabulate`, nor some of its epochs in their order.
    """
    needed = (TOTAL,) if MEAN_TOTAL not in checked_frame(frame) else (EPOCH, SAMPLE, MEAN_TOTAL)
    wrong = [name for name in needed if name not in frame or frame[name].dtype.kind not in "fiu"]
    if frame.empty:
        raise InputError("the frame is empty")
    if wrong:
        raise InputError(f"the frame has no numbers {', '.join(wrong)}: make it with tabulate()")
    errors = errors_of(finite(frame[list(needed)]))
    epochs, numbered = errors.index, errors.index.dtype.kind in "fiu"
    if not numbered or not epochs.is_monotonic_increasing or epochs.has_duplicates:
        raise InputError("the frame's epochs are not in their order")
    return errors


def errors_by_rate(frames: Mapping[float, pd.DataFrame]) -> "dict[float, pd.Series[float]]":
    """The errors of each training, as `checked_errors` gives them.

    Raises:
        InputError: there is no training, a key is not a learning rate, or as `checked_errors`.
    """
    if not isinstance(frames, Mapping):
        raise InputError(f"frames: got {shown(frames)}, takes frames by their learning rate")
    if not frames:
        raise InputError("nothing to compare")
    for eta in frames:
        arguments.number("eta", eta)
    return {eta: checked_errors(frame) for eta, frame in frames.items()}


THRESHOLD = 0.001
"""The default threshold: a summary says when the error first fell below it."""
LEVELS = (THRESHOLD, 0.01, 0.1, 1.0)
"""The thresholds of trainings that are compared."""


def threshold_for(frames: Mapping[float, pd.DataFrame]) -> float:
    """The lowest of `LEVELS` that the error of some training falls below; if none, `THRESHOLD`.

    A level that the error is below from the start says nothing about a rate.
    """
    ends = [(errors.min(), errors.iloc[0]) for errors in map(errors_of, frames.values())]
    fallen = (level for level in LEVELS if any(low < level <= first for low, first in ends))
    return next(fallen, THRESHOLD)


def summarise(frames: Mapping[float, pd.DataFrame], threshold: float = THRESHOLD) -> pd.DataFrame:
    """Summarise trainings at several learning rates.

    Args:
        frames: the frame of each training, by its learning rate.
        threshold: the error to compare with.

    Returns:
        A frame with a row for each rate (index ``eta``) and four columns: the error of the
        ``first`` and of the ``last`` epoch, their ``ratio``, last to first (NaN if the first is
        0), and ``under``, the first epoch whose error is below the threshold (NaN if none is).

    Raises:
        InputError: there is no training, a frame is not by `tabulate`, or a number is not one.
    """
    rows, threshold = [], arguments.number("threshold", threshold)
    for errors in errors_by_rate(frames).values():
        first, last = errors.iloc[0], errors.iloc[-1]
        below = errors.index[errors < threshold]
        ratio = last / first if first else np.nan
        rows.append((first, last, ratio, below[0] if len(below) else np.nan))
    index = pd.Index(list(frames), name="eta", dtype=np.float64)
    return pd.DataFrame(rows, index=index, columns=["first", "last", "ratio", "under"], dtype=float)


def as_text(
    summary: pd.DataFrame, threshold: float, error: str = TOTAL, *, single: bool = False
) -> str:
    """A summary as a table of text.

    Args:
        summary: a summary by `summarise`.
        threshold: the threshold that it was made with.
        error: the name of the error.
        single: whether each training has one epoch only, so that its first error is its last.
    """
    under = f"under {threshold} at epoch"
    lines: list[tuple[str, ...]] = [("η", f"first {error}", f"last {error}", "last/first", under)]
    for eta, first, last, ratio, fell in summary.itertuples():
        epoch = "never" if np.isnan(fell) else f"{fell:.0f}"
        lines.append((f"{eta}", f"{first:.6g}", f"{last:.6g}", f"{ratio:.4g}", epoch))
    if single:
        lines = [(line[0], line[1], line[-1]) for line in lines]
        lines[0] = ("η", f"{error} at epoch 0", under)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)) + "\n"
        for line in lines
    )


# --- the frame as a file -----------------------------------------------------------------------


LARGE = 1e16
"""From here on, Python writes whole floats with an exponent."""
BLOCK = 1000
"""Rows converted to text at a time: as text they take ten times the memory, or more."""


def as_csv(frame: pd.DataFrame) -> Iterator[str]:
    """A frame as CSV with all digits, piece by piece; the index comes first."""
    for start, block in _blocks(frame):
        yield block.to_csv(lineterminator="\n", header=start == 0)


def as_json(frame: pd.DataFrame) -> Iterator[str]:
    """A frame as a JSON list of objects, one row on each line, with all digits; piece by piece."""
    for start, block in _blocks(frame):
        rows = (dict(zip(_names(frame), row, strict=True)) for row in _rows(block))
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        yield (",\n" if start else "[\n") + ",\n".join(lines)
    yield "\n]\n"


def as_markdown(frame: pd.DataFrame) -> Iterator[str]:
    """A frame as a right-aligned Markdown table with all digits, piece by piece.

    Columns of whole numbers only, such as epochs and classes, are written without a point.
    """
    names = _names(frame)
    yield _markdown_row(names) + _markdown_row(["---:"] * len(names))
    kinds = [int, *(int if _is_whole(column) else float for _, column in frame.items())]
    for _, block in _blocks(frame):
        yield "".join(
            _markdown_row(repr(kind(x)) for kind, x in zip(kinds, row, strict=True))
            for row in _rows(block)
        )


def _is_whole(column: "pd.Series[float]") -> bool:
    """Whether a column has whole numbers only, none so large that it has an exponent."""
    numbers = column.to_numpy()
    return bool(((numbers == np.trunc(numbers)) & (abs(numbers) < LARGE)).all())


def _markdown_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(frame.index.name), *frame.columns]


def _blocks(frame: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    """The frame in blocks, each with the number of its first row."""
    for start in range(0, len(frame), BLOCK):
        yield start, frame.iloc[start : start + BLOCK]


def _rows(frame: pd.DataFrame) -> Iterator[list[float]]:
    """The index and the numbers of each row."""
    for epoch, row in zip(frame.index.tolist(), frame.to_numpy().tolist(), strict=True):
        yield [epoch, *row]


TEXTS = {"csv": as_csv, "json": as_json, "markdown": as_markdown}
"""The functions that write a frame as text, by the name of the format."""
SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}
"""The format for each suffix of a file."""


def save_table(
    frame: pd.DataFrame, path: Path | str, form: str | None = None, *, watch: Watch = unwatched
) -> Path:
    """Write a frame to a file, whole or not at all.

    Args:
        frame: the table.
        path: the file to write; its suffix gives the format if `form` is None.
        form: csv, json, markdown or parquet.
        watch: shows the progress.

    Returns:
        The path.

    Raises:
        InputError: the suffix does not name a format, or parquet is asked for without pyarrow.
        WriteError: the file cannot be written.
    """
    target = arguments.path("path", path)
    chosen = form or SUFFIXES.get(target.suffix.lower())
    if chosen is None:
        raise InputError(f"{target}: the suffix is not one of {', '.join(SUFFIXES)}; name a format")
    one_of("form", chosen, (*TEXTS, "parquet"))
    with replacing(target) as draft:
        if chosen == "parquet":
            _write_parquet(frame, draft)
        else:
            with draft.open("w", encoding="utf-8", newline="\n") as file:
                pieces = watch(TEXTS[chosen](frame), -(-len(frame) // BLOCK), "writing")
                file.writelines(pieces)
    return target


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    try:
        frame.to_parquet(path, engine="pyarrow")
    except ImportError:
        from backprop_sheet.extras import install

        raise InputError(f"a parquet file needs pyarrow: {install('parquet')}") from None
