"""What the keys of a network file take: numbers, lists of them, true or false."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from backprop_sheet import templates
from backprop_sheet.arguments import MOST, is_finite
from backprop_sheet.errors import InputError, counted, shown

LARGEST = 5_000_000
"""The largest network file, and the largest file of samples, in bytes."""


def numbers_of(key: str, value: Any, size: int, why: str) -> list[float]:
    """A list of so many numbers; `why` says what takes so many.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, list):
        raise InputError(f"{key}: got {shown(value)}, takes a list of {size} numbers")
    if len(value) != size:
        raise InputError(f"{key}: got {counted(len(value), 'number')}, {why}")
    return [number_of(key, number) for number in value]


def flat(value: list[Any]) -> Iterator[Any]:
    """What stands in a list and in lists inside it."""
    for one in value:
        yield from flat(one) if isinstance(one, list) else (one,)


def as_toml(values: list[Any]) -> str:
    """The beginning of a list, as a file writes it."""
    most = 4
    return f"[{', '.join(map(str, values[:most]))}{', …' if len(values) > most else ''}]"


def number_of(key: str, value: Any) -> float:
    """A finite number; a -0.0 becomes 0.0.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, int | float) or not is_finite(value):
        hint = ""
        if isinstance(value, str) and "," in value:
            hint = ", and a decimal has a point"
        elif isinstance(value, str) and isinstance(as_number(value), float):
            hint = ", without quotes"
        raise InputError(f"{key}: got {shown(value)}, takes finite numbers{hint}")
    return float(value) + 0.0


def whole(key: str, value: Any, first: int = 1) -> int:
    """A whole number from `first` on.

    Raises:
        InputError: it is something else.
    """
    if type(value) is not int or not first <= value <= MOST:
        raise InputError(f"{key}: got {shown(value)}, takes a whole number from {first} on")
    return value


def boolean(content: Mapping[str, Any], key: str, *, default: bool) -> bool:
    """True or false; the default where the file has no such key.

    Raises:
        InputError: it is something else.
    """
    value = content.get(key, default)
    if not isinstance(value, bool):
        raise InputError(f"{key}: got {shown(value)}, takes true or false")
    return value


def as_number(text: Any) -> Any:
    """The number that a text holds; anything else as it is."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def original_numbers(key: str, layers: tuple[int, ...]) -> list[float] | None:
    """The original's numbers for a key, if the network has the same layers; otherwise None."""
    content = tomllib.loads(templates.find("original").read_text(encoding="utf-8"))
    numbers: list[float] | None = content[key] if list(layers) == content["layers"] else None
    return numbers
