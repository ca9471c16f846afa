"""The samples of a network file: from the file itself, or from the CSV file that it names."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network.file.values import (
    LARGEST,
    as_toml,
    flat,
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
    if "data" in content:
        if "inputs" in content or "targets" in content:
            raise InputError("data: its file has the samples, so leave out inputs and targets")
        return _from_csv(content["data"], _columns(content, layers, targeted=targeted), folder)
    for key in ("class_column", "input_columns", "target_columns"):
        if key in content:
            raise InputError(f"{key}: names columns of a CSV file, so it goes with data")
    names = [f"t{k}" for k in range(1, layers[-1] + 1)] + [f"i{k}" for k in range(1, layers[0] + 1)]
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
    if several and any(isinstance(one, list) for row in value for one in row):  # pictures
        value = [list(flat(row)) for row in value]
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


class _Columns(NamedTuple):
    """The columns of a CSV file.

    Attributes:
        names: the header of the column of each input and target, by name.
        spare: the names that may have no column; their numbers are then 0.
        classes: the header of the column of classes; empty if there is none.
        outputs: the number of outputs, of which each stands for a class.
        whole: whether there may be no other column that is called like an input or target.
    """

    names: Mapping[str, str]
    spare: frozenset[str]
    classes: str = ""
    outputs: int = 0
    whole: bool = True


def _columns(content: Mapping[str, Any], layers: tuple[int, ...], *, targeted: bool) -> _Columns:
    """The columns that a file's keys ask for; without keys, they are called t1 …, i1 …."""
    targets, inputs = (
        _headers(content, key, sign, size)
        for key, sign, size in (
            ("target_columns", "t", layers[-1]),
            ("input_columns", "i", layers[0]),
        )
    )
    classes = content.get("class_column", "")
    if not isinstance(classes, str):
        raise InputError(f"class_column: got {shown(classes)}, takes the name of a column")
    if classes and "target_columns" in content:
        raise InputError("class_column and target_columns: give only one of them")
    spare = frozenset(() if targeted else targets)
    return _Columns(inputs if classes else targets | inputs, spare, classes, layers[-1])


def _headers(content: Mapping[str, Any], key: str, sign: str, size: int) -> dict[str, str]:
    """The header of the column of each input or target, by name."""
    names = [f"{sign}{k}" for k in range(1, size + 1)]
    given = content.get(key, names)
    if not isinstance(given, list) or not all(isinstance(name, str) and name for name in given):
        raise InputError(f"{key}: got {shown(given)}, takes a list of {size} names of columns")
    if len(given) != size:
        raise InputError(f"{key}: got {counted(len(given), 'name')}, layers take {size}")
    return dict(zip(names, (name.strip() for name in given), strict=True))


def from_csv(data: Any, names: Mapping[str, str], folder: Path) -> tuple[dict[str, float], ...]:
    """The numbers of each line of a CSV file: those of some columns, by name.

    Args:
        data: the name of the file.
        names: the header of the column of each name.
        folder: the folder that the file has to be in.

    Raises:
        InputError: the file cannot be read, or has no such column.
    """
    return _from_csv(data, _Columns(names, frozenset(), whole=False), folder)


def _from_csv(data: Any, columns: _Columns, folder: Path) -> tuple[dict[str, float], ...]:
    """The samples of a CSV file in the same folder, whose first line names its columns."""
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
            rows = _csv_rows(data, file, columns)
    except UnicodeDecodeError:
        raise InputError(f"{data}: not text in UTF-8; save it as CSV UTF-8") from None
    except (OSError, csv.Error) as error:
        raise InputError(f"{data}: cannot be read: {getattr(error, 'strerror', error)}") from None
    if not rows:
        raise InputError(f"{data}: it has no samples")
    return rows


def _csv_rows(data: str, file: Iterable[str], columns: _Columns) -> tuple[dict[str, float], ...]:
    """The numbers of each line, by name."""
    lines = _csv_lines(file)
    _, header = next(lines, (1, []))
    absent = {
        n: 0.0 for n, column in columns.names.items() if _is_spare(n, column, header, columns)
    }
    present = {name: column for name, column in columns.names.items() if name not in absent}
    wanted = [*present.values(), *filter(None, [columns.classes])]
    _check_header(data, header, wanted, whole=columns.whole)
    rows, labels = [], []
    for line, row in lines:
        where = f"{data}, line {line}"
        cells = _csv_cells(where, header, row, wanted)
        labels.append(cells.get(columns.classes, ""))
        numbers = {
            n: _csv_number(f"{where}, {column}", cells[column]) for n, column in present.items()
        }
        rows.append(absent | numbers)
    if not columns.classes or not rows:
        return tuple(rows)
    targets = _one_hot(f"{data}, {columns.classes}", labels, columns.outputs)
    return tuple(target | row for target, row in zip(targets, rows, strict=True))


def _is_spare(name: str, column: str, header: list[str], columns: _Columns) -> bool:
    return name in columns.spare and column not in header


def _one_hot(where: str, labels: list[str], outputs: int) -> list[dict[str, float]]:
    """A target for each class, in the order in which they first appear: 1 for a sample's own."""
    classes = list(dict.fromkeys(labels))
    if len(classes) != outputs:
        raise InputError(
            f"{where}: got {counted(len(classes), 'name')} ({shown(', '.join(classes))}) for "
            f"{counted(outputs, 'output')}; each class has an output"
        )
    return [
        {f"t{k}": float(label == one) for k, one in enumerate(classes, start=1)} for label in labels
    ]


def _csv_lines(file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV file that are not empty, each with its number."""
    reader = csv.reader(file)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield reader.line_num, cells


def _csv_cells(where: str, header: list[str], row: list[str], wanted: list[str]) -> dict[str, str]:
    """The cells of a line by the header of their column."""
    if any(row[len(header) :]):
        raise InputError(f"{where}: more cells than the first line has columns; {WITH_A_POINT}")
    cells = dict(zip(header, row, strict=False))
    missing = [name for name in wanted if not cells.get(name)]
    if missing:
        raise InputError(f"{where}: no number for {', '.join(missing)}")
    return cells


def _csv_number(where: str, text: str) -> float:
    try:
        number = float("" if "_" in text else text)  # Python reads 1_000 as 1000
    except ValueError:
        hint = f"; {WITH_A_POINT}" if "," in text else ""
        raise InputError(f"{where}: got {shown(text)}, takes finite numbers{hint}") from None
    return number_of(where, number)


def _check_header(data: str, header: list[str], names: list[str], *, whole: bool) -> None:
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
    if more and whole:
        raise InputError(f"{data}: layers have no input or output for {', '.join(more)}")
