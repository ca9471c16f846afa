"""Values of settings and results as text: in tables, and in the names of folders.

Imports no PyTorch, so that a comparison can be read without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

NONE = "–"
"""Stands where there is no number: 98 % was never reached, or every training diverged."""
NOTHING = "nothing"
"""What is left out if no part is."""


def text(value: Any) -> str:
    """A value as people give it, and as `PARSERS` read it: `8,16,32`, `0.1`, `pooling`."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")  # 1 and 1.0 are the same number
    if not isinstance(value, tuple):
        return str(value)
    separator = "," if all(isinstance(part, int) for part in value) else "+"
    return separator.join(map(str, value)) or NOTHING


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(int(part) for part in words.split(","))


def _parts(words: str) -> tuple[str, ...]:
    return () if words == NOTHING else tuple(words.split("+"))


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda words: {"yes": True, "no": False}[words],
    "float | None": lambda words: None if words == NONE else float(words),
    "int | None": lambda words: None if words == NONE else int(words),
    "tuple[int, ...]": _numbers,
    "tuple[str, ...]": _parts,
}
"""How a text is read, by the type of its value."""
