"""Rows of training → a pandas frame: one row for each epoch, one column for each quantity."""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, starmap
from pathlib import Path
from struct import Struct

import numpy as np
import pandas as pd

from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.files import replacing
from backprop_sheet.network import EPOCH, MEAN_TOTAL, SAMPLE, TOTAL, Network
from backprop_sheet.progress import Watch, unwatched


def tabulate(
    network: Network, epochs: int | None = None, *, watch: Watch = unwatched
) -> pd.DataFrame:
    """Train a network and keep every number.

    Args:
        network: what to train.
        epochs: how many epochs; the network's own number when left out.
        watch: looks on as the epochs pass.

    Returns:
        float64, `epochs` rows with the index ``epoch`` from 0, and a column for each quantity of
        the sheet in its order: ``t1 … w8 … E_Total ∂E/∂w1 … ∂E/∂w8``. Of several samples a row
        for each of an epoch, with the index ``row``; columns say the epoch and the sample.

    Raises:
        InputError: fewer epochs than 1.
        Diverged: a quantity left the range of numbers; its `frame` holds the epochs before.
    """
    count = network.rows(network.epochs if epochs is None else epochs)
    if count < 1:
        raise InputError(f"epochs = {epochs}: at least 1 is needed")
    numbers = array("d")
    pack = Struct(f"{len(network.columns)}d").pack  # ten times as fast as number by number
    rows = watch(islice(train(network), count), count, "training")
    try:
        for packed in starmap(pack, rows):
            numbers.frombytes(packed)
    except Diverged as error:
        whole = len(network.columns) * len(network.samples)  # of a broken epoch nothing is kept
        error.frame = _frame(network, numbers[: len(numbers) // whole * whole])
        raise
    return _frame(network, numbers)


def _frame(network: Network, numbers: "array[float]") -> pd.DataFrame:
    """A frame over the numbers in the memory where they are."""
    table = np.frombuffer(numbers, dtype=np.float64).reshape(-1, len(network.columns))
    index = pd.RangeIndex(len(table), name="epoch" if len(network.samples) == 1 else "row")
    return pd.DataFrame(table, index=index, columns=list(network.labels.values()), copy=False)


def errors_of(frame: pd.DataFrame) -> "pd.Series[float]":
    """The error of each epoch: of several samples their mean, as it stands after the last."""
    if MEAN_TOTAL not in frame or frame.empty:
        return frame[TOTAL]
    samples = round(frame[SAMPLE].max())
    errors = frame[MEAN_TOTAL].iloc[samples - 1 :: samples]
    return errors.set_axis(pd.RangeIndex(len(errors), name=EPOCH))


THRESHOLD = 0.001
"""The error for which a summary says when a training fell under it."""


def summarise(frames: Mapping[float, pd.DataFrame], threshold: float = THRESHOLD) -> pd.DataFrame:
    """What each learning rate came to.

    Args:
        frames: the training of each rate.
        threshold: an error.

    Returns:
        A row for each rate (index ``eta``): ``first`` and ``last`` error, their ``ratio`` last to
        first (NaN if the first is 0), and ``under``, the first epoch with an error under the
        threshold (NaN if there is none).
    """
    rows = []
    for frame in frames.values():
        errors = errors_of(frame)
        first, last = errors.iloc[0], errors.iloc[-1]
        below = errors.index[errors < threshold]
        ratio = last / first if first else np.nan
        rows.append((first, last, ratio, below[0] if len(below) else np.nan))
    index = pd.Index(list(frames), name="eta", dtype=np.float64)
    return pd.DataFrame(rows, index=index, columns=["first", "last", "ratio", "under"], dtype=float)


def as_text(summary: pd.DataFrame, threshold: float, error: str = TOTAL) -> str:
    """A summary as a small table, for reading.

    Args:
        summary: as `summarise` gives it.
        threshold: for which it was made.
        error: what the error is called.
    """
    under = f"under {threshold} at epoch"
    lines = [("η", f"first {error}", f"last {error}", "last/first", under)]
    for eta, first, last, ratio, fell in summary.itertuples():
        epoch = "never" if np.isnan(fell) else f"{fell:.0f}"
        lines.append((f"{eta}", f"{first:.6g}", f"{last:.6g}", f"{ratio:.4g}", epoch))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)) + "\n"
        for line in lines
    )


# --- the frame as a file -----------------------------------------------------------------------


BLOCK = 1000
"""Rows that are turned into text at a time: as text they take ten times their room, or more."""


def as_csv(frame: pd.DataFrame) -> Iterator[str]:
    """Comma-separated, the epoch first, every digit kept; in pieces."""
    for start, block in _blocks(frame):
        yield block.to_csv(lineterminator="\n", header=start == 0)


def as_json(frame: pd.DataFrame) -> Iterator[str]:
    """A list with one object for each epoch, one to a line, every digit kept; in pieces."""
    for start, block in _blocks(frame):
        rows = (dict(zip(_names(frame), row, strict=True)) for row in _rows(block))
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        yield (",\n" if start else "[\n") + ",\n".join(lines)
    yield "\n]\n"


def as_markdown(frame: pd.DataFrame) -> Iterator[str]:
    """A pipe table, right-aligned, every digit kept; in pieces."""
    names = _names(frame)
    yield _piped(names) + _piped(["---:"] * len(names))
    for _, block in _blocks(frame):
        yield "".join(_piped(map(repr, row)) for row in _rows(block))


def _piped(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(frame.index.name), *frame.columns]


def _blocks(frame: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    """The frame in pieces, each with the number of its first row."""
    for start in range(0, len(frame), BLOCK):
        yield start, frame.iloc[start : start + BLOCK]


def _rows(frame: pd.DataFrame) -> Iterator[list[float]]:
    """The epoch and the numbers of each row."""
    for epoch, row in zip(frame.index.tolist(), frame.to_numpy().tolist(), strict=True):
        yield [epoch, *row]


TEXTS = {"csv": as_csv, "json": as_json, "markdown": as_markdown}
"""How a frame is written as text, by the format's name."""
SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}
"""The format that a file's name stands for."""


def save_table(
    frame: pd.DataFrame, path: Path | str, form: str | None = None, *, watch: Watch = unwatched
) -> Path:
    """Write a frame to a file, whole or not at all.

    Args:
        frame: the table.
        path: where to; its suffix names the format if `form` does not.
        form: csv, json, markdown or parquet.
        watch: looks on as the rows are written.

    Raises:
        InputError: a suffix that stands for no format, parquet without pyarrow, or a file that
            cannot be written.
    """
    target = Path(path)
    chosen = form or SUFFIXES.get(target.suffix.lower())
    if chosen is None:
        raise InputError(f"{target}: the suffix is none of {', '.join(SUFFIXES)}; name a format")
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
        raise InputError(
            "a parquet file needs pyarrow: pip install 'backprop-sheet[parquet]'"
        ) from None
