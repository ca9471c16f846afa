"""What the command line says: notes and errors in one line, exit codes, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from backprop_sheet.cli.lazy import LazyGroup
from backprop_sheet.errors import Diverged, InputError, plain

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

T = TypeVar("T")

BAD_INPUT, DIVERGED, INTERRUPTED = 2, 3, 130
PATIENCE = 2.0
"""Seconds before a progress bar appears."""
EXIT_CODES = (
    "Exit codes: 0 done; 2 something given is wrong or a file cannot be written, and is left as it "
    "was; 3 a training left the range of numbers, what there is besides is written; "
    "130 interrupted."
)


class OneLineErrors(LazyGroup):
    """A group that reports every mistake in one line, and ends with the right exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, before click sees what went wrong and does its own about it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return ignore_reader()
        except KeyboardInterrupt:
            return say("interrupted", INTERRUPTED)
        except MemoryError:
            command = self.get_command(ctx, ctx.invoked_subcommand or "")
            epochs = command and any(option.name == "epochs" for option in command.params)
            way = "ask for fewer epochs" if epochs else "what is asked for takes too much"
            return say(f"out of memory: {way}", BAD_INPUT)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line."""
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
            echo("", nl=False)  # with what is still on its way
        except click.ClickException as error:
            code = say(error.format_message(), BAD_INPUT)
        except InputError as error:
            code = say(str(error), BAD_INPUT)
        except UnicodeError:
            code = say("a name holds half a character: no file has such a name", BAD_INPUT)
        except Diverged as error:
            code = say(f"{error}; nothing is written", DIVERGED)
        except click.Abort:
            code = say("interrupted", INTERRUPTED)
        except (BrokenPipeError, SystemExit):  # click exits itself
            code = ignore_reader()
        except MemoryError:
            code = say("out of memory: what is asked for takes too much", BAD_INPUT)
        except OSError as error:
            code = say(f"the output cannot be written: {error.strerror or error}", BAD_INPUT)
        sys.exit(code if isinstance(code, int) else 0)


def ignore_reader() -> int:
    """Print no more, as whoever read it has seen enough."""
    _silence(sys.stdout)
    return 0


def echo(text: object, *, nl: bool = True) -> bool:
    """Print what a command gives.

    If nobody reads on, what is left of the command is done all the same, and its exit code is what
    it would have been: whether somebody reads must not decide what a workbook is.

    Returns:
        Whether somebody reads on.
    """
    try:
        click.echo(text, nl=nl)
    except BrokenPipeError:
        ignore_reader()
        return False
    return True


def say(message: str, code: int) -> int:
    """One line to those who watch: an error if the exit code says so, else a note."""
    kind = "Error" if code else "Note"
    tell(f"{kind}: {plain(' '.join(message.split()))}")
    return code


def tell(line: str) -> None:
    """Print a line for those who watch."""
    try:
        click.echo(line, err=True)
    except OSError:  # nobody watches any more
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Lead a stream that nobody reads any more to nowhere, with what is still in it."""
    with suppress(OSError, ValueError):  # it has no file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def naming(option: str, mistake: type[InputError] = InputError) -> Iterator[None]:
    """Let a mistake name the option it came by."""
    try:
        yield
    except mistake as error:
        raise click.BadParameter(str(error), param_hint=f"'{option}'") from None


def check_output(target: str | None, force: bool) -> None:
    """Refuse a file, before anything is computed for it, that could not be replaced."""
    if target is None:
        return
    from pathlib import Path

    from backprop_sheet.files import check_target

    with naming("--output"):
        check_target(Path(target), force=force)


def report(written: list[tuple[Path, str]]) -> None:
    width = max(len(str(path)) for path, _ in written)
    for path, what in written:
        echo(f"{path!s:<{width}}  {what}")


def ended(frame: pd.DataFrame, broken: Diverged | None) -> int:
    """Say why a training ended early, and what is there all the same."""
    if broken is None:
        return 0
    from backprop_sheet.tabulator import errors_of

    last = len(errors_of(frame)) - 1
    kept = f"epochs 0 to {last} are written" if last > 0 else "epoch 0 is written"
    if frame.empty:
        kept = "nothing is written"
    return say(f"{broken}; {kept}", DIVERGED)


def watch(items: Iterable[T], total: int, task: str) -> Iterator[T]:
    """Pass items on; when that takes long and a person looks on, with a progress bar."""
    return _with_bar(items, total, task) if sys.stderr.isatty() else iter(items)


def _with_bar(items: Iterable[T], total: int, task: str) -> Iterator[T]:
    remaining, begin, done = iter(items), monotonic(), 0
    for item in remaining:
        yield item
        done += 1
        if monotonic() - begin > PATIENCE:
            break
    else:
        return
    with click.progressbar(
        remaining, length=total, label=task, file=sys.stderr, update_min_steps=total // 500
    ) as bar:
        bar.update(done)
        yield from bar
