"""The command line: parses, calls, reports; no logic of its own.

Only click and what click itself needs are imported here. A command imports the rest when it runs,
so that help is quick.

    lazy         groups that import a command when it is asked for
    values       what options take: numbers within bounds, names, assignments
    completing   what a shell offers for values that are known
    colours      colour where a person looks on
    groups       how several commands share options
    options      the options that they share
    reporting    notes and errors in one line, exit codes, progress
    hints        what the writer of a command line meant
    training     run, compare, table
    explaining   explain, draw
    pages        page
    reports      report
    checking     check
    teaching     exercise
    marking      mark
    networks     templates, new
    companion    mnist, a group: summary, train, evaluate, predict, page
"""

import os
import sys

import click

from backprop_sheet import __version__
from backprop_sheet.cli.reporting import EXIT_CODES, OneLineErrors, echo

HOMES = {
    "run": ("training", "Train the network; write its workbook and error curve."),
    "compare": ("training", "Compare learning rates in one workbook and one picture."),
    "table": ("training", "Give the table of a training with every digit."),
    "explain": ("explaining", "Explain an epoch step by step, with its numbers."),
    "draw": ("explaining", "Draw the network in an epoch."),
    "page": ("pages", "Write the network as a page for any browser."),
    "report": ("reports", "Write a report: network, derivation, table, curves."),
    "check": ("checking", "Find the first wrong cell in anybody's workbook."),
    "exercise": ("teaching", "Set the exercise to a course, with numbers for each student."),
    "mark": ("marking", "Mark what students handed in, with feedback for each."),
    "templates": ("networks", "List the networks to start from."),
    "new": ("networks", "Copy a template, to make a network of your own."),
    "mnist": ("companion", "Train the network that reads digits, 18,594 weights."),
}
WIDEST = 100
"""The most columns that help takes."""


def _columns() -> int:
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
    homes=HOMES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": _columns()},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, "-V", "--version", prog_name="backprop-sheet")
@click.pass_context
def cli(context: click.Context) -> None:
    """Backpropagation, number by number, in a spreadsheet.

    \b
    Example:
      backprop-sheet run --lr 0.5
    """
    if context.invoked_subcommand is None:
        echo(context.get_help())


def main() -> None:
    """Run the command line, with output in UTF-8 wherever it goes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # whoever started the program has closed it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):  # for ∂ and η; a file's name may be in no encoding
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli()
