"""The command line: parses, calls, reports; no logic of its own.

Only click and what click itself needs are imported here. What a command needs it imports when it
runs, so that help is quick.

    options      what commands share, and what they take
    reporting    notes and errors in one line, exit codes, progress
    training     run, compare, table
    explaining   explain, draw
    checking     check
    networks     templates, new
    companion    mnist, a group
    digits       its commands: summary, train, evaluate, predict
"""

import os
import sys

import click

from backprop_sheet import __version__
from backprop_sheet.cli.checking import check
from backprop_sheet.cli.companion import mnist
from backprop_sheet.cli.explaining import draw, explain
from backprop_sheet.cli.networks import new, templates
from backprop_sheet.cli.reporting import EXIT_CODES, OneLineErrors
from backprop_sheet.cli.training import compare, run, table

WIDEST = 100
"""Columns that help takes at most."""


def _width() -> int:
    """The columns of the terminal, up to `WIDEST`; click asks shutil, which is slow to load."""
    try:
        columns = int(os.environ.get("COLUMNS", "")) or WIDEST
    except ValueError:
        try:
            columns = os.get_terminal_size().columns
        except OSError:  # no terminal
            columns = 80
    return max(50, min(columns, WIDEST))


@click.group(
    cls=OneLineErrors,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": _width()},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, prog_name="backprop-sheet")
@click.pass_context
def cli(context: click.Context) -> None:
    """Backpropagation, number by number, in a spreadsheet.

    \b
    Example:
      backprop-sheet run --lr 0.5
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (run, compare, table, explain, draw, check, templates, new, mnist):
    cli.add_command(command)


def main() -> None:
    """Run a command line, in UTF-8 wherever its output goes."""
    import signal

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # ∂ and η; and names of files need not be text
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        cli()
    finally:  # all is done: Ctrl-C is not to change the exit code any more
        signal.signal(signal.SIGINT, signal.SIG_IGN)
