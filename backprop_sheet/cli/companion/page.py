"""The command that writes a trained network as a page: mnist page."""

from __future__ import annotations

import click

from backprop_sheet.cli.companion.reading import MODEL
from backprop_sheet.cli.companion.shared import needs_torch
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import QUIET, OneFile
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, say
from backprop_sheet.interrupt import at_once


@click.command(epilog=EXIT_CODES)
@MODEL
@takes(
    "target",
    OneFile,
    path={"help": "File to write: .html [default: beside the model, by its name]."},
)
@QUIET
@needs_torch
def page(model: str, target: OneFile) -> int:
    """Write a trained network as a page in which it reads what you draw, in any browser.

    The page is one file that needs no network and no server. It shows the maps of every layer while
    you draw, and each of their values can be asked where it comes from.

    \b
    Examples:
      backprop-sheet mnist page outputs/mnist/model.pt
      backprop-sheet mnist page outputs/mnist/model.pt -o digits.html
    """
    from pathlib import Path

    from backprop_sheet.page.document import SUFFIXES

    path = Path(model)
    target = OneFile(target.path or str(path.with_suffix(".html")), target.force)
    target.check(SUFFIXES)
    from backprop_sheet.mnist.page import write_page
    from backprop_sheet.mnist.saved import load_model

    with at_once(), blamed_on("MODEL"):
        loaded = load_model(path)
    with at_once(), blamed_on("--output"):
        written = write_page(loaded, str(target.path))
    say(written)
    return 0
