"""What the command line says: notes and errors in one line, exit codes, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from backprop_sheet.cli import colours
from backprop_sheet.cli.lazy import LazyGroup
from backprop_sheet.errors import Diverged, InputError, plain
from backprop_sheet.interrupt import interruptible

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

T = TypeVar("T")

BAD_INPUT, DIVERGED, INTERRUPTED = 2, 3, 130
_QUIET = "backprop_sheet.quiet"
COMPLETE = "_BACKPROP_SHEET_COMPLETE"
"""The variable by which a shell asks what may follow."""
PATIENCE = 2.0
"""Seconds before a progress bar appears."""
LEAST_COLUMNS = 60
"""The fewest characters of a line that is broken for a terminal."""
EXIT_CODES = (
    "Exit codes: 0 done; 2 an input is wrong, or a file cannot be written and is left as it was; "
    "3 a training left the range of numbers, and what came before that is written; "
    "130 interrupted."
)


EXIT_CODES_OF_MANY = EXIT_CODES.replace(
    "3 a training left the range of numbers, and what came before that is written; ", ""
)
"""Of commands to which a training that left the range of numbers is a result like any other."""


class OneLineErrors(LazyGroup):
    """A group that reports every mistake in one line, and ends with the right exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and report what click would report in its own way."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return ignore_reader()
        except KeyboardInterrupt:
            return fail("interrupted", INTERRUPTED)
        except MemoryError:
            command = self.get_command(ctx, ctx.invoked_subcommand or "")
            epochs = command and any(option.name == "epochs" for option in command.params)
            advice = "ask for fewer epochs" if epochs else "this takes too much of it"
            return fail(f"out of memory: {advice}", BAD_INPUT)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line."""
        extra["standalone_mode"] = False
        if COMPLETE in os.environ:  # a shell asks: importing this tells click how to answer
            import_module("backprop_sheet.cli.completing")
        try:
            code = super().main(*args, **extra)
            echo("", nl=False)  # flushes what is still to be printed
        except click.ClickException as error:
            from backprop_sheet.cli.hints import with_hint

            code = fail(with_hint(error), BAD_INPUT)
        except InputError as error:
            code = fail(str(error), BAD_INPUT)
        except UnicodeError:
            code = fail("a name holds half a character: no file has such a name", BAD_INPUT)
        except Diverged as error:
            code = fail(f"{_advised(error)}; nothing is written", DIVERGED)
        except click.Abort:
            code = fail("interrupted", INTERRUPTED)
        except (BrokenPipeError, SystemExit):  # click exits itself
            code = ignore_reader()
        except MemoryError:
            code = fail("out of memory: this takes too much of it", BAD_INPUT)
        except OSError as error:
            code = fail(f"the output cannot be written: {error.strerror or error}", BAD_INPUT)
        sys.exit(code if isinstance(code, int) else 0)


# --- lines -------------------------------------------------------------------------------------


def echo(text: object, look: colours.Look = str, *, nl: bool = True) -> bool:
    """Print what was asked for to standard output.

    If nobody reads on, the command is finished all the same, with the exit code that it would have
    had: whether somebody reads must not decide what a workbook is.

    Args:
        text: what is printed.
        look: the colours that it has where a person looks on.
        nl: whether the line ends here.

    Returns:
        Whether somebody reads on.
    """
    try:
        _print(str(text), look, sys.stdout, nl=nl)
    except BrokenPipeError:
        ignore_reader()
        return False
    return True


def say(text: object, look: colours.Look = str, *, nl: bool = True) -> None:
    """Print what a command did to standard output, unless --quiet asks for silence."""
    if not is_quiet():
        echo(text, look, nl=nl)


def note(message: str) -> None:
    """Print a note, in one line of standard error, unless --quiet asks for silence."""
    announce(f"Note: {_one_line(message)}", colours.remark)


def announce(line: str, look: colours.Look = str) -> None:
    """Print a line about the work to standard error, unless --quiet asks for silence."""
    if not is_quiet():
        _to_stderr(line, look)


def fail(message: str, code: int) -> int:
    """Print an error, in one line of standard error; gives the exit code back."""
    _to_stderr(f"Error: {_one_line(message)}", colours.error)
    return code


def be_quiet(context: click.Context) -> None:
    """Have the command that runs print only what was asked for, and errors."""
    context.meta[_QUIET] = True


def is_quiet() -> bool:
    """Whether the command that runs prints only what was asked for, and errors."""
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_QUIET, False)


def shows_progress() -> bool:
    """Whether a person looks on who wants to see how far the work is."""
    return sys.stderr.isatty() and not is_quiet()


def columns() -> int | None:
    """The characters that a line of standard output has room for; None where no terminal shows it.

    Not even a narrow terminal gets fewer than `LEAST_COLUMNS`.
    """
    if not sys.stdout.isatty():
        return None
    return max(LEAST_COLUMNS, get_terminal_size().columns)


def _to_stderr(line: str, look: colours.Look) -> None:
    try:
        _print(line, look, sys.stderr)
    except OSError:  # nobody reads it any more
        _silence(sys.stderr)


def _print(text: str, look: colours.Look, stream: TextIO, *, nl: bool = True) -> None:
    """Print a text that controls no terminal, but for the colours that we put on it."""
    text, coloured = _printable(text), colours.is_wanted(stream)
    click.echo(look(text) if coloured else text, nl=nl, err=stream is sys.stderr, color=coloured)


def ignore_reader() -> int:
    """Print no more, as whoever read it has seen enough; gives the exit code."""
    _silence(sys.stdout)
    return 0


def _printable(text: str) -> str:
    """A text whose lines control no terminal, whatever the files in it are called."""
    if text.replace("\n", "").isprintable():
        return text
    return "\n".join("\t".join(map(plain, line.split("\t"))) for line in text.split("\n"))


def _one_line(message: str) -> str:
    return plain(" ".join(message.split()))


def _silence(stream: TextIO) -> None:
    """Send a stream that nobody reads to nowhere, with what is still in its buffer."""
    with suppress(OSError, ValueError):  # there is no file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def list_files(written: list[tuple[Path, str]]) -> None:
    """Print the files that were written, each with what it holds; nothing with --quiet."""
    width = max(len(str(path)) for path, _ in written)
    for path, content in written:
        say(f"{path!s:<{width}}  {content}")


# --- errors ------------------------------------------------------------------------------------


@contextmanager
def blamed_on(option: str, mistake: type[InputError] = InputError) -> Iterator[None]:
    """Have an error name the option that led to it."""
    try:
        yield
    except mistake as error:
        raise click.BadParameter(str(error), param_hint=f"'{option}'") from None


def report_end(frame: pd.DataFrame, diverged: Diverged | None) -> int:
    """Say why a training ended early, and which epochs are there; gives the exit code."""
    if diverged is None:
        return 0
    from backprop_sheet.tabulator import errors_of

    last = len(errors_of(frame)) - 1
    kept = f"epochs 0 to {last} are written" if last > 0 else "epoch 0 is written"
    if frame.empty:
        kept = "nothing is written"
    return fail(f"{_advised(diverged)}; {kept}", DIVERGED)


def _advised(diverged: Diverged) -> str:
    """Why a training ended early, and what helps: in epoch 0 nothing was learned yet."""
    return f"{diverged}; try a smaller --lr" if diverged.epoch else str(diverged)


# --- progress ----------------------------------------------------------------------------------


def watch(items: Iterable[T], total: int, task: str) -> Iterator[T]:
    """Pass items on until Ctrl-C, with a progress bar if it takes long and a person looks on."""
    stoppable = interruptible(items)
    return _with_bar(stoppable, total, task) if shows_progress() else stoppable


def _with_bar(items: Iterator[T], total: int, task: str) -> Iterator[T]:
    begin, done = monotonic(), 0
    for item in items:
        yield item
        done += 1
        if monotonic() - begin > PATIENCE:
            break
    else:
        return
    with click.progressbar(
        items, length=total, label=task, file=sys.stderr, update_min_steps=total // 500
    ) as bar:
        bar.update(done)
        yield from bar
