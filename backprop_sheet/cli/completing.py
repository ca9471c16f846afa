"""What a shell offers for an option or argument whose values are known. Imported by a shell's TAB.

click asks each type for what may stand there; the types in `values` ask here, by a word: which
templates there are, which numbers a network is given, which columns a file has. A network or a file
that is named earlier on the line is read. What cannot be read offers nothing: a shell is no place
for an error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from backprop_sheet.errors import BackpropSheetError

if TYPE_CHECKING:
    from backprop_sheet.network import Network

Offered = Iterable[tuple[str, str]]
"""Values, each with what it is; that may be empty."""


def offered(kind: str, context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The values of a kind, a key of `KINDS`, that begin with what is typed.

    Where several values may stand with commas between them, the last one is completed; nothing is
    offered after a comma that has nothing before it, as the command would refuse it.
    """
    values, several = KINDS[kind]
    before, comma, last = incomplete.rpartition(",") if several else ("", "", incomplete)
    there = [name.strip() for name in before.split(",")]
    if comma and not all(there):
        return []
    with suppress(BackpropSheetError, click.ClickException, OSError, UnicodeError):
        return [
            CompletionItem(before + comma + value, help=about or None)
            for value, about in values(context)
            if value.startswith(last) and value not in there
        ]
    return []


def _templates(_: click.Context) -> Offered:
    from backprop_sheet.templates import known

    return known().items()


def _network(context: click.Context) -> Network:
    """The network that the line names so far; the original if it names none."""
    from backprop_sheet.network.file import NetworkFile

    named = next((one for one in context.command.params if "--network" in one.opts), None)
    chosen = context.params.get(named.name or "") if named else None
    return NetworkFile.read(chosen or "original").network()


def _numbers(context: click.Context) -> Iterator[tuple[str, str]]:
    """The given numbers, as the network has them, so that only the number is left to change."""
    from backprop_sheet.network import RATE

    network = _network(context)
    for name in network.settable:
        if name != RATE:  # which has an option of its own
            yield f"{name}={network.numbers[name]:.15g}", ""


def _quantities(context: click.Context) -> Iterator[tuple[str, str]]:
    """The quantities that can be explained, as a keyboard has them: dE/dw1 for ∂E/∂w1."""
    from backprop_sheet.explainer.steps import explained

    network = _network(context)
    for name in explained(network):
        label = network.label(name)
        typed = name if " " in label else label.replace("∂", "d")
        yield typed, label if typed != label else ""


def _columns(_: click.Context) -> Offered:
    from backprop_sheet.network.design import COLUMNS

    return ((name, "") for name in sorted(COLUMNS))


def _blanks(context: click.Context) -> Iterator[tuple[str, str]]:
    from backprop_sheet.exercise.parts import BLANKS

    yield from ((name, "a part") for name in BLANKS)
    network = _network(context)
    yield from ((network.labels[name], "a column") for name in network.columns)


def _given_away(_: click.Context) -> Offered:
    from backprop_sheet.exercise.assignment import GIVEN_AWAY

    return ((name, "") for name in (*GIVEN_AWAY, "none"))


def _titles(option: str = "") -> Callable[[click.Context], Offered]:
    """The titles of the columns of the file that an option names, or else the first argument."""

    def found(context: click.Context) -> Offered:
        from backprop_sheet.exercise.lists.csv_text import read

        # An option that still lacks its value keeps click from telling arguments apart.
        file = context.params.get(option) if option else next(iter(context.args), None)
        return [] if file is None else ((title, "") for title in read(Path(file)).titles)

    return found


KINDS: dict[str, tuple[Callable[[click.Context], Offered], bool]] = {
    "templates": (_templates, False),
    "numbers": (_numbers, False),
    "quantities": (_quantities, False),
    "columns": (_columns, True),
    "blanks": (_blanks, True),
    "given away": (_given_away, True),
    "digits": (lambda _: (("mnist", "fetched once"), ("sample", "5,000 of them")), False),
    "titles of the roster": (_titles(), False),
    "titles of Canvas's file": (_titles("canvas"), False),
    "titles of Moodle's file": (_titles("moodle"), False),
}
"""What can be offered, and whether several of it may stand with commas between them."""


class Lenient(ShellComplete):
    """A shell that gets nothing where what it tells is missing or garbled."""

    def complete(self) -> str:
        """What the shell gets."""
        try:
            self.get_completion_args()
        except (LookupError, ValueError):
            return ""
        return super().complete()


@add_completion_class
class Bash(Lenient, BashComplete):
    """bash splits words at ``=``, and replaces only what follows it; click knows neither.

    click is asked about whole words, ``--network=xo`` for ``--network``, ``=`` and ``xo``; of an
    answer, bash gets what is to stand in place of its own word, the last of these.
    """

    _before = _option = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one as far as it goes."""
        words = split_arg_string(os.environ["COMP_WORDS"])
        place = int(os.environ["COMP_CWORD"])
        typed = words[place] if place < len(words) else ""
        *args, incomplete = _rejoined([*words[1:place], typed])
        self._before = incomplete.removesuffix(typed) + "=" * (typed == "=")
        self._option = _option(incomplete)
        return args, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """A value as bash puts it in place of its word."""
        return f"{item.type},{(self._option + item.value).removeprefix(self._before)}"


@add_completion_class
class Zsh(Lenient, ZshComplete):
    """zsh puts a value in place of its whole word, such as ``--network=xo``; files, if told to."""

    source_template = ZshComplete.source_template.replace(
        "_path_files -", "[[ $PREFIX == --*=* ]] && compset -P 1 '*='; _path_files -"
    )
    _option = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one as far as it goes."""
        args, incomplete = super().get_completion_args()
        self._option = _option(incomplete)
        return args, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """A value as zsh puts it in place of its word."""
        return super().format_completion(
            CompletionItem(self._option + item.value, item.type, item.help)
        )


@add_completion_class
class Fish(Lenient, FishComplete):
    """fish takes only what begins with its whole word, such as ``--network=xo``.

    click's script cuts values at commas, too.
    """

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    ).replace(
        '"(%(complete_func)s)"',
        "\"(%(complete_func)s | string replace -r '^' -- "
        "(string match -r -- '^--[^=]+=' (commandline -ct); or echo ''))\"",
    )


def _option(incomplete: str) -> str:
    """The option with its ``=`` before a value in the same word; click leaves it out."""
    name, equals, _ = incomplete.partition("=")
    return name + equals if name.startswith("-") and equals else ""


def _rejoined(words: list[str]) -> list[str]:
    """Words as they were typed, where bash has split them at ``=``."""
    whole: list[str] = []
    after = ""
    for word in words:
        if whole and word and "=" in (word, after):
            whole[-1] += word
        else:
            whole.append(word)
        after = word
    return whole
