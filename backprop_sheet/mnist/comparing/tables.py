"""The tables of a comparison as CSV files: written, and read again with types.

Imports no PyTorch, so that a comparison can be read without it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import fields
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing
from backprop_sheet.mnist.comparing.table import Comparison, Row, Trained
from backprop_sheet.mnist.comparing.values import PARSERS, text

COMPARISON, TRAININGS = "comparison.csv", "trainings.csv"
T = TypeVar("T")


def write(comparison: Comparison, folder: Path) -> None:
    """Write both tables.

    Raises:
        WriteError: a file cannot be written.
    """
    _write(comparison.trainings, Trained, folder / TRAININGS)
    _write(comparison.rows, Row, folder / COMPARISON)


def read(folder: Path) -> Comparison:
    """The comparison that `mnist compare` wrote to a folder.

    Raises:
        InputError: there is none, or a table is damaged.
    """
    if not (folder / COMPARISON).is_file():
        raise InputError(f"{folder} holds no comparison: `mnist compare -o {folder}` makes one")
    rows, trainings = _read(folder / COMPARISON, Row), _read(folder / TRAININGS, Trained)
    found = Comparison(tuple(rows), tuple(trainings))
    for row in rows:
        if [one.seed for one in found.of(row)] != list(row.seeds):
            raise InputError(f"{folder / TRAININGS} is not of the same run as {COMPARISON}")
    return found


def _write(rows: Iterable[Any], kind: type, path: Path) -> None:
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(kind))
        writer.writerows([text(value) for value in vars(row).values()] for row in rows)


def _read(path: Path, kind: Callable[..., T]) -> list[T]:
    parsers = {field.name: PARSERS[str(field.type)] for field in fields(kind)}  # type: ignore[arg-type]
    try:
        content = path.read_bytes().decode()
        header, *lines = csv.reader(StringIO(content, newline=""))
        if header != list(parsers):
            raise InputError(f"{path} has other columns than `mnist compare` writes")
        rows = [
            kind(*(parse(word) for parse, word in zip(parsers.values(), line, strict=True)))
            for line in lines
        ]
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, csv.Error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path} is damaged, or was edited: `mnist compare` writes it anew"
        ) from None
    if not rows or not content.endswith("\n"):
        raise InputError(f"{path} is cut short: `mnist compare` writes it anew")
    return rows
