"""What callers pass from Python: taken as it is meant, or refused in one line.

Numbers of numpy are numbers. Truth values are not, although Python counts with them.
"""

import math
import os
from collections.abc import Iterable
from contextlib import suppress
from operator import index
from pathlib import Path
from typing import Any, SupportsFloat, SupportsIndex

from backprop_sheet.errors import InputError, shown

MOST = 10**12
"""The largest whole number that is taken: more epochs than any disk can hold."""
SEQUENCES = (list, tuple, range)
"""What is taken for a sequence, besides iterators and numpy's arrays."""


def plain_value(value: Any) -> Any:
    """A value without numpy: numbers as Python's, arrays and other sequences as lists."""
    if hasattr(value, "tolist"):  # numpy's numbers and arrays, pandas' columns
        return value.tolist()
    if isinstance(value, SEQUENCES) or (isinstance(value, Iterable) and hasattr(value, "__next__")):
        return [plain_value(item) for item in value]
    return value


def is_finite(value: object) -> bool:
    """Whether a value is a finite number."""
    value = plain_value(value)
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        return False
    try:
        return math.isfinite(value)
    except (OverflowError, ValueError):  # a whole number that no float can be; a signalling NaN
        return False


def number(name: str, value: object) -> float:
    """A finite number; -0.0 becomes 0.0, as no spreadsheet has it and no reader expects it.

    Raises:
        InputError: the value is not one.
    """
    if not is_finite(value):
        raise InputError(f"{name} = {shown(value)} is not a finite number")
    return float(plain_value(value)) + 0.0


def whole(name: str, value: object) -> int:
    """A whole number.

    Raises:
        InputError: the value is not one, or is above `MOST`. 3.0 is not one either.
    """
    found = plain_value(value)
    if isinstance(found, bool) or not isinstance(found, SupportsIndex):
        raise InputError(f"{name} = {shown(value)} is not a whole number")
    if index(found) > MOST:
        raise InputError(f"{name} = {shown(value)} is above {MOST:,}")
    return index(found)


def flag(name: str, value: object) -> bool:
    """True or false, where callers from Python may have passed anything.

    Raises:
        InputError: it is something else.
    """
    if not isinstance(value, bool):
        raise InputError(f"{name}: got {shown(value)}, takes True or False")
    return value


def path(name: str, value: object) -> Path:
    """The path of a file or folder.

    Raises:
        InputError: the value is neither a text nor a path, or no file can have that name.
    """
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str):
        raise InputError(f"{name}: got {shown(value)}, takes the path of a file")
    with suppress(UnicodeEncodeError):  # half a character
        if text and b"\0" not in os.fsencode(text):
            return Path(text)
    raise InputError(f"{name}: {shown(text)} cannot be the path of a file")
