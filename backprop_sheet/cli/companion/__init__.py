"""The companion's commands, a group.

training    train
compare     compare
comparing   what compare prints
reading     summary, evaluate, predict: what a model is, and what it reads
shared      what they share
"""

from __future__ import annotations

import click

from backprop_sheet.cli.lazy import LazyGroup
from backprop_sheet.cli.reporting import EXIT_CODES, echo

HOMES = {
    "summary": ("companion.reading", "Show its layers and how much of the image they see."),
    "train": ("companion.training", "Train it; write model, curves, mistakes and a report."),
    "compare": ("companion.compare", "Compare trainings: batch sizes, rates, parts left out."),
    "evaluate": ("companion.reading", "Test a model on the test digits."),
    "predict": ("companion.reading", "Read digits in pictures."),
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
