"""Colour for a person at a terminal: when there is any, and what it is put on.

Colour never says anything by itself: a verdict is a word, a heading stands first. What goes into a
pipe or a file is the same text without it.

Sources: no-color.org; force-color.org; click, which also sees to Windows' console.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TextIO

import click

Look = Callable[[str], str]
"""Puts colour on a text that controls no terminal by itself."""
VERDICT_COLOURS = {
    "right": "green",
    "wrong": "red",
    "incomplete": "yellow",
    "not judged": "magenta",
}
_VERDICT = re.compile(rf"^({'|'.join(VERDICT_COLOURS)})(?= )", re.MULTILINE)
_NEXT_TO = re.compile(r"^( +)(found|expected|effect)(?=  )", re.MULTILINE)


def is_wanted(stream: TextIO) -> bool:
    """Whether what goes to a stream is to have colours."""
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced not in ("0", "false")
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def report(text: str) -> str:
    """A report of `check`: verdicts in their colours, what stands beside a finding bold."""
    text = _VERDICT.sub(
        lambda found: click.style(found[1], VERDICT_COLOURS[found[1]], bold=True), text
    )
    return _NEXT_TO.sub(lambda found: found[1] + click.style(found[2], bold=True), text)


def heading(text: str) -> str:
    """A table: its first line, the names of its columns, bold."""
    first, end, rest = text.partition("\n")
    return click.style(first, bold=True) + end + rest


def first_words(text: str) -> str:
    """A list whose lines begin with a name: the names bold."""
    return re.sub(r"^\S+", lambda found: click.style(found[0], bold=True), text, flags=re.MULTILINE)


def error(line: str) -> str:
    """An error: its first word red."""
    return _begin(line, "red")


def remark(line: str) -> str:
    """A note: its first word yellow."""
    return _begin(line, "yellow")


def _begin(line: str, colour: str) -> str:
    word, colon, rest = line.partition(":")
    return click.style(word + colon, colour, bold=True) + rest
