"""Reads a network from a TOML file, and writes one. Each mistake in a file is an error of one line.

content   the network that a file's keys and values say
sizes     layers in the short form, and how large they may be
stack     layers written one after the other
written   formulas of one's own, and their numbers
indices   in names and formulas, written out
samples   from the file itself, or from the CSV that it names
settings  of optimizer, schedule and penalties
weights   weights and biases, given or drawn at random
matrices  weights that are given as a matrix for each layer
columns   classes, and the columns that are asked for
values    what keys take: numbers, lists of them, true or false
writing   the text of the file that gives a network
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from backprop_sheet import templates
from backprop_sheet.errors import InputError
from backprop_sheet.network import Network
from backprop_sheet.network.choices import SOFTMAX
from backprop_sheet.network.file.content import (
    NO_ERROR,
    ROUNDING,
    SOFTMAX_ERROR,
    error_of,
    from_content,
)
from backprop_sheet.network.file.keys import KEYS
from backprop_sheet.network.file.values import LARGEST
from backprop_sheet.network.file.writing import EPOCHS, Ref, network_text, pieces
from backprop_sheet.network.hints import TOML

__all__ = [
    "EPOCHS",
    "KEYS",
    "ROUNDING",
    "NetworkFile",
    "Ref",
    "from_content",
    "network_text",
    "parsed_text",
    "pieces",
    "read",
    "read_text",
]

DEEPEST = 100
"""The most dots in a key: the time to parse them grows with their square."""
_PIECES = re.compile(r"[=,{}\[\]\n]")


class NetworkFile(NamedTuple):
    """A network file that is read, and not yet understood.

    Attributes:
        path: the file.
        content: its keys and values.
    """

    path: Path
    content: Mapping[str, Any]

    @classmethod
    def read(cls, name: str | Path) -> Self:
        """Read the file of a template, or any other.

        Raises:
            InputError: there is no such template or file, or it cannot be read.
        """
        path = templates.find(name)
        with _blamed_on(path):
            return cls(path, _parsed(path))

    def network(self) -> Network:
        """The network.

        Raises:
            InputError: the file contains a mistake.
        """
        with _blamed_on(self.path):
            return from_content(self.content, self.path.parent, self.path.stem)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that the network is read from: this one, and the one with its samples."""
        data = self.content.get("data")
        return (self.path, self.path.with_name(data)) if isinstance(data, str) else (self.path,)

    @property
    def remarks(self) -> list[str]:
        """What the file leaves open, and what the network then has."""
        if "error" in self.content or error_of(self.content) == NO_ERROR:
            return []
        return [f"{self.path.name} gives no error, and with {SOFTMAX} it is {SOFTMAX_ERROR}"]


def read(name: str | Path) -> Network:
    """Read the network of a template or of a file.

    Raises:
        InputError: there is no such template or file, or it contains a mistake.
    """
    return NetworkFile.read(name).network()


def read_text(text: str, name: str) -> Network:
    """Read a network from the text of a file, which names no other files.

    Args:
        text: the text, as `network_text` writes it.
        name: what the network is called.

    Raises:
        InputError: it contains a mistake.
    """
    content = parsed_text(text)
    if "data" in content:
        raise InputError("data: a network within a file has its samples in it")
    return from_content(content, Path(), name)


@contextmanager
def _blamed_on(path: Path) -> Iterator[None]:
    """Have an error name the file that led to it."""
    try:
        yield
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text in UTF-8: save it as one") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _parsed(source: Path) -> dict[str, Any]:
    """Parse a TOML file, but refuse one that would take too much time or memory."""
    if source.stat().st_size > LARGEST:
        raise InputError(f"more than {LARGEST:,} bytes, which no network file needs")
    # Editors on Windows write a byte order mark.
    return parsed_text(source.read_text(encoding="utf-8-sig"))


def parsed_text(text: str) -> dict[str, Any]:
    if any(piece.count(".") > DEEPEST for piece in _PIECES.split(text)):
        raise InputError(f"a key with more than {DEEPEST} dots")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        hint = next((hint for start, hint in TOML.items() if str(error).startswith(start)), "")
        raise InputError(f"not valid TOML: {error}{hint}") from None
    except ValueError:  # Python's own limit: converting more digits takes too long
        raise InputError("a whole number of more than 4,300 digits") from None
