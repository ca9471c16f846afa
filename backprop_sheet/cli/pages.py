"""The command that writes a page: page."""

from __future__ import annotations

from dataclasses import replace

import click

from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import QUIET, MoreColumns, OneFile, TrainingAtOneRate, file_prefix
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, say
from backprop_sheet.interrupt import at_once


@click.command(epilog=EXIT_CODES)
@takes("training", TrainingAtOneRate)
@takes("more", MoreColumns)
@takes(
    "target",
    OneFile,
    path={
        "help": "File to write: .html [default: outputs/backprop_lr1.0.html, by network and rate]."
    },
)
@QUIET
def page(training: TrainingAtOneRate, more: MoreColumns, target: OneFile) -> int:
    """Write the network as a page that trains it, for any browser.

    The page is one file that needs no network and no server. In it you can change every number,
    choose an epoch, and ask each quantity for its formula and its chain rule.

    \b
    Examples:
      backprop-sheet page --lr 0.5
      backprop-sheet page --network convolution -o convolution.html
    """
    from backprop_sheet.page import SUFFIXES, check_epochs, write_page

    network = more.added_to(training.network())
    network = replace(network, epochs=training.epochs or network.epochs)
    with blamed_on("--epochs"):
        check_epochs(network)
    name = f"{file_prefix(network, 'backprop')}lr{network.eta}.html"
    target = OneFile(target.path or f"outputs/{name}", target.force)
    target.check(SUFFIXES)
    with at_once(), blamed_on("--output"):
        written = write_page(network, str(target.path))
    say(written)
    return 0
