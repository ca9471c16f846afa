"""The companion's commands, a group.

training    train
reporting   report: the exercise's document
page        page: a model as a page that reads what one draws
compare     compare: trainings that differ in what is repeated
comparing   what compare prints
reading     summary, evaluate, predict: what a model is, and what it reads
look        look: pictures of what a model does
sheet       sheet: a model as a live workbook
shared      what they share
"""

from __future__ import annotations

import click

from backprop_sheet.cli.lazy import LazyGroup
from backprop_sheet.cli.reporting import EXIT_CODES, echo

HOMES = {
    "summary": ("companion.reading", "Show its layers and how much of the image they see."),
    "train": ("companion.training", "Train it; write model, curves, mistakes and a report."),
    "report": ("companion.reporting", "Answer the exercise's questions by a run."),
    "compare": ("companion.compare", "Compare trainings: batch sizes, rates, parts left out."),
    "evaluate": ("companion.reading", "Test a model on the test digits."),
    "predict": ("companion.reading", "Read digits in pictures."),
    "look": ("companion.look", "Draw its kernels, maps, fields, and what its answers rest on."),
    "sheet": ("companion.sheet", "Write it as a live workbook to type a digit into."),
    "page": ("companion.page", "Write it as a page that reads what you draw, for any browser."),
}


@click.group(cls=LazyGroup, homes=HOMES, invoke_without_command=True, epilog=EXIT_CODES)
@click.pass_context
def mnist(context: click.Context) -> None:
    """The companion: a network that learns to read digits.

    The same rule as in the sheet, for 18,594 weights instead of eight.

    \b
    Examples:
      backprop-sheet mnist train --data sample
      backprop-sheet mnist predict outputs/mnist/model.pt digit.png
    """
    if context.invoked_subcommand is None:
        echo(context.get_help())
