"""The command that writes a model as a live workbook: mnist sheet."""

from __future__ import annotations

import click

from backprop_sheet.cli.companion.reading import MODEL
from backprop_sheet.cli.companion.shared import Picture, needs_torch
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import QUIET, OneFile
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, list_files, note
from backprop_sheet.errors import WriteError
from backprop_sheet.interrupt import at_once

DEFAULT = "outputs/mnist/sheet.xlsx"
DIGIT = 7
"""The digit that is shown if none is asked for."""


@click.command(epilog=EXIT_CODES)
@MODEL
@takes("shown", Picture)
@takes("target", OneFile, path={"help": f"Workbook to write. [default: {DEFAULT}]",
                                "metavar": "FILE.xlsx"})  # fmt: skip
@QUIET
@needs_torch
def sheet(model: str, shown: Picture, target: OneFile) -> int:
    """Write a model as a live workbook: type a digit into it, and every number follows.

    All layers are formulas, and all maps and kernels pictures. MODEL may be the file of a
    checkpoint, too.

    \b
    Examples:
      backprop-sheet mnist sheet outputs/mnist/model.pt
      backprop-sheet mnist sheet outputs/mnist/model.pt --digit 4 -o four.xlsx
    """
    from pathlib import Path

    path = Path(target.path or DEFAULT)
    OneFile(str(path), target.force).check([".xlsx"])
    import numpy as np

    from backprop_sheet.mnist.model import SIZE
    from backprop_sheet.mnist.saved import load_model
    from backprop_sheet.mnist.sheet import write_sheet

    with at_once(), blamed_on("MODEL"):
        learnt = load_model(Path(model))
    image = shown.image(learnt)
    if image is None and learnt.examples:
        image = learnt.example(DIGIT if DIGIT in learnt.examples else min(learnt.examples))
    if image is None:
        note("this model holds no digits, so the grid is empty; --picture fills it")
        image = np.zeros((SIZE, SIZE), np.uint8)
    with at_once(), blamed_on("MODEL"), blamed_on("--output", WriteError):
        answer = write_sheet(learnt.network, image, path, force=target.force)
    list_files([(path, f"the network as a live workbook; reads {answer}")])
    return 0
