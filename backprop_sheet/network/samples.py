"""The samples of a network file: from the file itself, or from the CSV file that it names."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network.values import (
    LARGEST,
    as_toml,
    number_of,
    numbers_of,
    original_numbers,
)

WITH_A_POINT = "decimals are written with a point: 0.5"
_IS_SAMPLE = re.compile(r"[it]\d+").fullmatch


def samples_of(
    content: Mapping[str, Any], layers: tuple[int, ...], folder: Path, *, targeted: bool = True
) -> tuple[dict[str, float], ...]:
    """The numbers of each sample by name, from the file itself or from a CSV file beside it.

    Args:
        content: the file's keys and values.
        layers: the sizes of the layers.
        folder: the folder of the file, in which the CSV has to be.
        targeted: whether the error uses the targets. Where it does not, they may be left out, and
            are then 0.

    Raises:
        InputError: the samples do not fit the layers, or the CSV cannot be read.
    """
    names = [f"t{k}" for k in range(1, layers[-1] + 1)] + [f"i{k}" for k in range(1, layers[0] + 1)]
    if "data" in content:
        if "inputs" in content or "targets" in content:
            raise InputError("data: its file has the samples, so leave out inputs and targets")
        spare = frozenset() if targeted else frozenset(names[: layers[-1]])
        return _from_csv(content["data"], names, folder, spare)
    both: list[list[list[float]]] = []
    for key, size in (("inputs", layers[0]), ("targets", layers[-1])):
        default: list[Any] | None = original_numbers(key, layers)
        if key == "targets" and not targeted:
            default = [[0.0] * size] * len(both[0])
        numbers = content.get(key, default)
        if numbers is None:
            raise InputError(
                f"{key}: missing; layers {list(layers)} take {counted(size, 'number')} a sample"
            )
        both.append(_rows(key, numbers, size, layers))
    inputs, targets = both
    if len(inputs) != len(targets):
        rows = counted(len(targets), "row")
        raise InputError(
            f"targets: got {rows} for {counted(len(inputs), 'row')} of inputs; "
            "each sample has a row in both: [[0, 1], [1, 0]]"
        )
    return tuple(
        dict(zip(names, [*target, *row], strict=True))
        for row, target in zip(inputs, targets, strict=True)
    )


def _rows(key: str, value: Any, size: int, layers: tuple[int, ...]) -> list[list[float]]:
    """Rows of numbers; a single row may be written without the outer brackets."""
    several = isinstance(value, list) and value and all(isinstance(row, list) for row in value)
    if several and len(value) == 1:
        several, value = False, value[0]
    rows, why = value if several else [value], f"layers {list(layers)} take {size}"
    if not several and isinstance(value, list) and len(value) > size and not len(value) % size:
        each = [as_toml(value[start : start + size]) for start in range(0, len(value), size)]
        why += f" a sample; for {len(each)} samples write {as_toml(each)}"
    found = []
    for number, row in enumerate(rows, start=1):
        found.append(numbers_of(f"{key}, row {number}" if several else key, row, size, why))
    return found


def _from_csv(
    data: Any, names: list[str], folder: Path, spare: frozenset[str]
) -> tuple[dict[str, float], ...]:
    """The samples of a CSV file in the same folder; its header has the names t1 …, i1 ….

    Columns that are spare may be missing, and their numbers are then 0.
    """
    if not isinstance(data, str) or Path(data).name != data or "\0" in data:
        raise InputError(
            f"data: got {shown(data)}, takes the name of a CSV file in the same folder"
        )
    path = folder / data
    try:
        if path.exists() and (not path.is_file() or path.resolve().parent != folder.resolve()):
            raise InputError(f"{data}: not a file in the folder of the network file")
        if path.stat().st_size > LARGEST:
            raise InputError(f"{data}: more than {LARGEST:,} bytes")
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = _csv_lines(file)
            _, header = next(lines, (1, []))
            absent = dict.fromkeys((n for n in names if n in spare and n not in header), 0.0)
            present = [name for name in names if name not in absent]
            _check_header(data, header, present)
            rows = tuple(
                absent | _csv_row(f"{data}, line {line}", header, row, present)
                for line, row in lines
            )
    except UnicodeDecodeError:
        raise InputError(f"{data}: not text in UTF-8; save it as CSV UTF-8") from None
    except (OSError, csv.Error) as error:
        raise InputError(f"{data}: cannot be read: {getattr(error, 'strerror', error)}") from None
    if not rows:
        raise InputError(f"{data}: it has no samples")
    return rows


def _csv_lines(file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV file that are not empty, each with its number."""
    reader = csv.reader(file)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield reader.line_num, cells


def _csv_row(where: str, header: list[str], row: list[str], names: list[str]) -> dict[str, float]:
    """The numbers of a line, by name."""
    if any(row[len(header) :]):
        raise InputError(f"{where}: more cells than the first line has columns; {WITH_A_POINT}")
    cells = dict(zip(header, row, strict=False))
    missing = [name for name in names if not cells.get(name)]
    if missing:
        raise InputError(f"{where}: no number for {', '.join(missing)}")
    return {name: _csv_number(f"{where}, {name}", cells[name]) for name in names}


def _csv_number(where: str, text: str) -> float:
    try:
        number = float("" if "_" in text else text)  # Python reads 1_000 as 1000
    except ValueError:
        hint = f"; {WITH_A_POINT}" if "," in text else ""
        raise InputError(f"{where}: got {shown(text)}, takes finite numbers{hint}") from None
    return number_of(where, number)


def _check_header(data: str, header: list[str], names: list[str]) -> None:
    """Refuse a first line that lacks a column, has one twice, or has one too many."""
    missing = [name for name in names if name not in header]
    if missing:
        raise InputError(
            f"{data}: no column {', '.join(missing)} in its first line, which has "
            f"{shown(','.join(header))}; use commas between columns, and a point in decimals"
        )
    twice = [name for name in names if header.count(name) > 1]
    if twice:
        raise InputError(f"{data}: its first line has {', '.join(twice)} more than once")
    more = [name for name in header if _IS_SAMPLE(name) and name not in names]
    if more:
        raise InputError(f"{data}: layers have no input or output for {', '.join(more)}")
