"""What options take: numbers within bounds, assignments, names, files to read and to write.

Each kind says in one line what it was given and what it takes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from click.shell_completion import CompletionItem

# Python also takes 1_000 and the digits of other scripts, which a slip of the hand gives.
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
_WHOLE = re.compile(r"[-+]?\d{1,20}", re.ASCII)
LARGEST = 10**12
"""The largest whole number that an option takes: more epochs than any disk holds."""


Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def known(kind: str, *, files: bool = False) -> Complete:
    """What a shell offers for an option: a key of `completing.KINDS`, with files or without."""

    def complete(
        context: click.Context,
        parameter: click.Parameter,  # noqa: ARG001
        incomplete: str,
    ) -> list[CompletionItem]:
        from backprop_sheet.cli.completing import offered

        # A shell takes files where none of the values fits: what is first stands back.
        return [*_paths("file", incomplete) * files, *offered(kind, context, incomplete)]

    return complete


def _paths(kind: str, incomplete: str) -> list[CompletionItem]:
    """Have the shell complete a path: a ``file`` or a ``dir``."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type=kind)]


class Positive(click.ParamType):
    """A finite number above 0, up to `most` if that is given: a learning rate, a tolerance."""

    name = "float"

    def __init__(self, example: float = 0.5, most: float = math.inf) -> None:
        """Take such numbers; errors show the example."""
        self._example, self._most = example, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = _finite(value)
        if number is None or not 0 < number <= self._most:
            end = "" if math.isinf(self._most) else f", up to {self._most:g}"
            taken = f"a finite number above 0{end}, such as {self._example:g}"
            self.fail(_wrong(value, taken) + _about_commas(str(value)), param, ctx)
        return number


class Fraction(click.ParamType):
    """A share: a number of at least 0 and below 1."""

    name = "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        share = _finite(value)
        if share is None or not 0 <= share < 1:
            taken = "a number of at least 0 and below 1, such as 0.05"
            self.fail(_wrong(value, taken) + _about_commas(str(value)), param, ctx)
        return share


class Names(click.ParamType):
    """Names with commas between them."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The names."""
        if isinstance(value, tuple):  # the default
            return value
        found = tuple(name.strip() for name in value.split(","))
        if not all(found):
            taken = "names with commas between them, such as deltas,sum"
            self.fail(_wrong(value, taken), param, ctx)
        return found


class Whole(click.ParamType):
    """A whole number of at least `first`, up to `last` if that is given."""

    def __init__(self, name: str, first: int, example: int, last: int | None = None) -> None:
        """Take such numbers, shown in help as `name`; errors show the example."""
        self.name, self._first, self._example, self._last = name, first, example, last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        plain = not isinstance(value, str) or _WHOLE.fullmatch(value.strip())
        number = int(value) if plain else self._first - 1
        if not self._first <= number <= (LARGEST if self._last is None else self._last):
            bounds = f"of at least {self._first}"
            if self._last is not None:
                bounds = f"from {self._first} to {self._last}"
            taken = f"a whole number {bounds}, such as {self._example}"
            self.fail(_wrong(value, taken), param, ctx)
        return number


class Assignment(click.ParamType):
    """NAME=VALUE, the value a finite number."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name and the number."""
        name, _, text = str(value).partition("=")
        number = _finite(text)
        if number is None:
            taken = "NAME=VALUE with a finite number, such as w5=0.4"
            self.fail(_wrong(value, taken) + _about_commas(text), param, ctx)
        return name.strip(), number


class Assignments(click.ParamType):
    """NAME=VALUE, several with commas between them; each value a number of at least 0."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The numbers by name."""
        if isinstance(value, dict):
            return value
        found = {}
        for piece in value.split(","):
            name, _, text = piece.partition("=")
            number = _finite(text)
            if number is None or number < 0:
                taken = "NAME=NUMBER with commas between them, such as forward=4,errors=2"
                self.fail(_wrong(value, taken), param, ctx)
            found[name.strip()] = number
        return found


class Name(click.ParamType):
    """A name that is not empty: of a quantity, a template."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name."""
        if not value:
            self.fail(_wrong(value, "a name"), param, ctx)
        return value


class Line(click.ParamType):
    """A text in one line: a title."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text."""
        if not value.strip() or not value.isprintable():
            self.fail(_wrong(value, "a text in one line"), param, ctx)
        return value


class Widths(click.ParamType):
    """Whole numbers of at least 1 with commas between them: how wide each of several things is."""

    name = "n,n,…"

    def __init__(self, count: int, most: int) -> None:
        """Take up to `count` such numbers, each up to `most`."""
        self._count, self._most = count, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The numbers, as a tuple."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in value.split(",")]
        numbers = tuple(int(part) for part in parts if _WHOLE.fullmatch(part))
        whole = len(numbers) == len(parts) <= self._count
        if not whole or not all(0 < number <= self._most for number in numbers):
            taken = f"1 to {self._count} whole numbers from 1 to {self._most}, such as 8,16,32"
            self.fail(_wrong(value, taken), param, ctx)
        return numbers


class InFiles(Name):
    """A name in the file system, which the shell completes.

    Attributes:
        completed: what it completes: files and folders ("file"), or folders alone ("dir").
    """

    completed = "file"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """The shell completes paths."""
        return _paths(self.completed, incomplete)


class ToRead(InFiles):
    """A file or a folder that the command reads, and therefore never writes over."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, as text."""
        from pathlib import Path

        name = super().convert(value, param, ctx)
        keep(*self.files(Path(name)))
        return name

    def files(self, path: Path) -> Iterable[Path]:
        """The files that are read, as far as the name says."""
        return (path,)


def keep(*paths: Path) -> None:
    """Have the rest of this command refuse to write over these files, which it reads."""
    from backprop_sheet.files import keeping

    click.get_current_context().find_root().with_resource(keeping(*paths))


class FileToWrite(InFiles):
    """A file that the command writes."""

    name = "file"


class FolderToWrite(InFiles):
    """A folder that the command writes to; with a suffix, also a single file that ends in it."""

    name = "folder"

    def __init__(self, suffix: str = "") -> None:
        """Take folders, and files with this suffix if one is given."""
        self._suffix = suffix
        self.completed = "file" if suffix else "dir"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, as text."""
        from pathlib import Path

        from backprop_sheet.files import FILES

        name = super().convert(value, param, ctx)
        path = Path(name)
        if path.suffix.lower() in FILES - {self._suffix} and not path.is_dir():
            taken = (
                f"a folder or a file that ends in {self._suffix}" if self._suffix else "a folder"
            )
            self.fail(_wrong(value, taken), param, ctx)
        return name


def _wrong(value: Any, taken: str) -> str:
    return f"got {shown(value)}, takes {taken}"


def _about_commas(text: str) -> str:
    """What to say of a number with commas: it is a decimal, or several numbers."""
    pieces = text.split(",")
    if len(pieces) == 1 or any(_finite(piece) is None for piece in pieces):
        return ""
    if _finite(".".join(pieces)) is None:
        return "; the option is given once for each number"
    return "; a decimal has a point"


def _finite(text: Any) -> float | None:
    if isinstance(text, str) and not _NUMBER.fullmatch(text.strip()):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
