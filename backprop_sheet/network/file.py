"""Reads a network from a TOML file. Each mistake in the file becomes an error of one line."""

import csv
import random
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from math import sqrt
from pathlib import Path
from typing import Any

from backprop_sheet import templates
from backprop_sheet.arguments import MOST, is_finite
from backprop_sheet.errors import InputError, shown
from backprop_sheet.network import Network, from_design
from backprop_sheet.network.choices import OPTIMIZERS, SCHEDULES
from backprop_sheet.network.declaration import settings_of
from backprop_sheet.network.design import FEWEST_LAYERS, Design, one_of
from backprop_sheet.network.quantities import RATE

LARGEST = 5_000_000
"""The largest network file, and the largest file of samples, in bytes."""
DEEPEST = 100
"""The most dots in a key: the time to parse them grows with their square."""
_PIECES = re.compile(r"[=,{}\[\]\n]")
MOST_NEURONS, MOST_IN_LAYER, MOST_WEIGHTS = 2_000, 250, 20_000
"""The most neurons in the network and in a layer, and the most weights."""
WITH_A_POINT = "decimals are written with a point: 0.5"
_IS_SAMPLE = re.compile(r"[it]\d+").fullmatch
KEYS = (
    *("layers", "activation", "activations", "error", "bias", "biases", "train_bias"),
    *("inputs", "targets", "data", "update", "weights", "seed", "eta", "epochs"),
    *("optimizer", "schedule"),
)
ROUNDING = 1e-9
"""How far from 1 the targets of cross-entropy may add up."""
SPREADS: dict[str, Callable[[int, int], float]] = {
    "uniform": lambda _before, _after: 1.0,
    # Glorot and Bengio, 2010; He and others, 2015; both in the uniform form
    "xavier": lambda before, after: sqrt(6 / (before + after)),
    "he": lambda before, _after: sqrt(6 / before),
}
"""How far from 0 random weights may be, by the sizes of the layers before and after them."""


def read(name: str | Path) -> Network:
    """Read the network of a template or of a file.

    Raises:
        InputError: there is no such template or file, or it contains a mistake.
    """
    source = templates.find(name)
    try:
        return from_content(_parsed(source), source.parent, source.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{source}: cannot be read: {getattr(error, 'strerror', error)}") from None
    except InputError as error:
        raise InputError(f"{source}: {error}") from None


def _parsed(source: Path) -> dict[str, Any]:
    """Parse a TOML file, but refuse one that would take too much time or memory."""
    if source.stat().st_size > LARGEST:
        raise InputError(f"more than {LARGEST:,} bytes, which no network file needs")
    text = source.read_text(encoding="utf-8-sig")  # editors on Windows write a byte order mark
    if any(piece.count(".") > DEEPEST for piece in _PIECES.split(text)):
        raise InputError(f"a key with more than {DEEPEST} dots")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"not valid TOML: {error}") from None
    except ValueError:  # Python's own limit: converting more digits takes too long
        raise InputError("a whole number of more than 4,300 digits") from None


def from_content(content: Mapping[str, Any], folder: Path, name: str) -> Network:
    """Make a network from the content of a file.

    Args:
        content: the file's keys and values.
        folder: the folder that a file of samples has to be in.
        name: the name of the network.

    Raises:
        InputError: a key or value is wrong; the text gives the key, what it got and what it takes.
    """
    _refuse_unknown("", content, KEYS)
    layers = _layers(content)
    samples = _samples(content, layers, folder)
    optimizer = _choice(content, "optimizer", "gradient descent", OPTIMIZERS)
    schedule = _choice(content, "schedule", "constant", SCHEDULES)
    design = Design(
        layers,
        _activations(content, layers),
        content.get("error", "half squared"),
        content.get("bias", "none"),
        _boolean(content, "train_bias", default=True),
        content.get("update", "online"),
        len(samples),
        optimizer.pop("name"),
        schedule.pop("name"),
        "warmup" in schedule,
    )
    _refuse_targets(design, samples)
    settings = _settings(design, optimizer, schedule)
    numbers = {RATE: _number("eta", content.get("eta", 1.0)), **settings}
    weights = _weights(content, design)
    numbers |= {f"w{k}": number for k, number in enumerate(weights, start=1)}
    biases = _numbers("biases", content.get("biases", [0.0] * design.biases), design.biases, design)
    numbers |= {f"b{k}": number for k, number in enumerate(biases, start=1)}
    return from_design(design, numbers, samples, _whole("epochs", content.get("epochs", 68)), name)


def _refuse_targets(design: Design, samples: tuple[dict[str, float], ...]) -> None:
    """Refuse targets for which the chosen error is not defined."""
    if "cross-entropy" not in design.error:
        return
    for number, sample in enumerate(samples, start=1):
        targets = [value for name, value in sample.items() if name.startswith("t")]
        where = f"targets of sample {number}: got {shown(targets)}, {design.error} takes numbers"
        if not all(0 <= target <= 1 for target in targets):
            raise InputError(f"{where} from 0 to 1")
        if design.error == "cross-entropy" and abs(sum(targets) - 1) > ROUNDING:
            raise InputError(f"{where} that add up to 1")


def _refuse_unknown(where: str, content: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in content:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            raise InputError(f"{where}unknown key {shown(key)}{hint}")


def _layers(content: Mapping[str, Any]) -> tuple[int, ...]:
    layers = content.get("layers", [2, 2, 2])
    if not isinstance(layers, list) or not all(type(n) is int and n > 0 for n in layers):
        raise InputError(
            f"layers: got {shown(layers)}, takes a list of sizes from 1 on, such as [2, 2, 1]"
        )
    if len(layers) < FEWEST_LAYERS:
        raise InputError(f"layers: got {layers}, takes two layers or more")
    if max(layers) > MOST_IN_LAYER:
        raise InputError(
            f"layers: {max(layers):,} neurons in a layer; at most {MOST_IN_LAYER} are allowed"
        )
    if sum(layers) > MOST_NEURONS:
        raise InputError(f"layers: {sum(layers):,} neurons; at most {MOST_NEURONS:,} are allowed")
    return tuple(layers)


def _activations(content: Mapping[str, Any], layers: tuple[int, ...]) -> tuple[str, ...]:
    """One activation for each layer; `activation` is short for the same one everywhere."""
    if "activation" in content and "activations" in content:
        raise InputError("activation and activations: give only one of them")
    if "activation" in content:
        return (content["activation"],) * (len(layers) - 1)
    chosen = content.get("activations", ["sigmoid"] * (len(layers) - 1))
    if not isinstance(chosen, list):
        raise InputError(f"activations: got {shown(chosen)}, takes a list with one for each layer")
    return tuple(chosen)


def _choice(
    content: Mapping[str, Any], key: str, default: str, known: Mapping[str, Any]
) -> dict[str, Any]:
    """A choice with its settings. The file gives a name alone, or a table with a `name`."""
    value = content.get(key, default)
    if not isinstance(value, str | dict):
        raise InputError(f"{key}: got {shown(value)}, takes a name, or a table with one")
    table = {"name": value} if isinstance(value, str) else dict(value)
    if "name" not in table:
        raise InputError(f"{key}: no name; takes {', '.join(known)}")
    one_of(f"{key}.name", table["name"], known)
    return table


def _settings(
    design: Design, optimizer: dict[str, Any], schedule: dict[str, Any]
) -> dict[str, float]:
    """The numbers of the settings of optimizer and schedule."""
    wanted = settings_of(design)
    taken = OPTIMIZERS[design.optimizer].settings
    _refuse_unknown("optimizer: ", optimizer, tuple(taken))
    _refuse_unknown("schedule: ", schedule, (*SCHEDULES[design.schedule].settings, "warmup"))
    found = {**optimizer, **schedule}
    settings = {}
    for key, setting in wanted.items():
        where = f"{'optimizer' if key in taken else 'schedule'}.{key}"
        value = found.get(key, setting.default)
        if value is None:
            raise InputError(f"{where}: schedule {design.schedule!r} needs a number")
        settings[key] = _number(where, value)
        if not setting.range.holds(settings[key]):
            raise InputError(f"{where}: got {shown(value)}, takes {setting.range.words}")
    return settings


def _weights(content: Mapping[str, Any], design: Design) -> list[float]:
    if design.weights > MOST_WEIGHTS:
        raise InputError(
            f"layers: {design.weights:,} weights; at most {MOST_WEIGHTS:,} are allowed"
        )
    weights = content.get("weights", _original_numbers("weights", design.layers) or "xavier")
    if isinstance(weights, str):
        spread = SPREADS[one_of("weights", weights, SPREADS)]
        chance = random.Random(_whole("seed", content.get("seed", 1), first=0))  # noqa: S311
        return list(_random_weights(design, spread, chance))
    return _numbers("weights", weights, design.weights, design)


def _original_numbers(key: str, layers: tuple[int, ...]) -> list[float] | None:
    """The original's numbers for a key, if the network has the same layers; otherwise None."""
    content = tomllib.loads(templates.find("original").read_text(encoding="utf-8"))
    numbers: list[float] | None = content[key] if list(layers) == content["layers"] else None
    return numbers


def _random_weights(
    design: Design, spread: Callable[[int, int], float], chance: random.Random
) -> Iterator[float]:
    """Random weights, rounded to six decimals because the sheet shows them as given numbers."""
    for before, after in zip(design.layers, design.layers[1:], strict=False):
        for _ in range(before * after):
            yield round(chance.uniform(-1, 1) * spread(before, after), 6)


def _samples(
    content: Mapping[str, Any], layers: tuple[int, ...], folder: Path
) -> tuple[dict[str, float], ...]:
    """The numbers of each sample by name, from the file itself or from a CSV file beside it."""
    names = [f"t{k}" for k in range(1, layers[-1] + 1)] + [f"i{k}" for k in range(1, layers[0] + 1)]
    if "data" in content:
        if "inputs" in content or "targets" in content:
            raise InputError("data: its file has the samples, so leave out inputs and targets")
        return _from_csv(content["data"], names, folder)
    both = []
    for key, size in (("inputs", layers[0]), ("targets", layers[-1])):
        numbers = content.get(key, _original_numbers(key, layers))
        if numbers is None:
            raise InputError(f"{key}: missing; layers {list(layers)} take {size} numbers a sample")
        both.append(_rows(key, numbers, size, layers))
    inputs, targets = both
    if len(inputs) != len(targets):
        raise InputError(f"targets: got {len(targets)} rows for {len(inputs)} rows of inputs")
    return tuple(
        dict(zip(names, [*target, *row], strict=True))
        for row, target in zip(inputs, targets, strict=True)
    )


def _rows(key: str, value: Any, size: int, layers: tuple[int, ...]) -> list[list[float]]:
    """Rows of numbers; a single row may be written without the outer brackets."""
    several = isinstance(value, list) and value and all(isinstance(row, list) for row in value)
    rows = value if several else [value]
    found = []
    for number, row in enumerate(rows, start=1):
        where = f"{key}, row {number}" if several else key
        found.append(_list(where, row, size, f"layers {list(layers)} take {size}"))
    return found


def _from_csv(data: Any, names: list[str], folder: Path) -> tuple[dict[str, float], ...]:
    """The samples of a CSV file in the same folder; its header has the names t1 …, i1 …."""
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
            _check_header(data, header, names)
            rows = tuple(
                _csv_row(f"{data}, line {line}", header, row, names) for line, row in lines
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
    return _number(where, number)


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


def _numbers(key: str, value: Any, size: int, design: Design) -> list[float]:
    why = f"layers {list(design.layers)} take {size}"
    if key == "biases":
        why += f" with bias = {design.bias!r}"
    return _list(key, value, size, why)


def _list(key: str, value: Any, size: int, why: str) -> list[float]:
    if not isinstance(value, list):
        raise InputError(f"{key}: got {shown(value)}, takes a list of {size} numbers")
    if len(value) != size:
        raise InputError(f"{key}: got {len(value)} numbers, {why}")
    return [_number(key, number) for number in value]


def _number(key: str, value: Any) -> float:
    if not isinstance(value, int | float) or not is_finite(value):
        raise InputError(f"{key}: got {shown(value)}, takes finite numbers")
    return float(value)


def _whole(key: str, value: Any, first: int = 1) -> int:
    if type(value) is not int or not first <= value <= MOST:
        raise InputError(f"{key}: got {shown(value)}, takes a whole number from {first} on")
    return value


def _boolean(content: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = content.get(key, default)
    if not isinstance(value, bool):
        raise InputError(f"{key}: got {shown(value)}, takes true or false")
    return value
