"""The command that answers the exercise's questions by a run: mnist report."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

import click

from backprop_sheet.cli.companion.reading import MODEL
from backprop_sheet.cli.companion.shared import needs_torch
from backprop_sheet.cli.options import FORCE, QUIET
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, list_files
from backprop_sheet.cli.values import FolderToWrite, ToRead
from backprop_sheet.errors import WriteError, counted
from backprop_sheet.interrupt import at_once


class ComparisonToRead(ToRead):
    """The folder of a comparison."""

    def files(self, path: Path) -> Iterable[Path]:
        """The tables in it."""
        return path.glob("*.csv")


@click.command(epilog=EXIT_CODES)
@MODEL
@click.argument("comparisons", metavar="[COMPARISON]...", type=ComparisonToRead(), nargs=-1)
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE.html",
    type=FolderToWrite(".html"),
    default="outputs/mnist_report",
    show_default=True,
    help="Folder to write to, or the page alone.",
)
@click.option("--force", **FORCE)
@QUIET
@needs_torch
def report(model: str, comparisons: tuple[str, ...], output: str, force: bool) -> int:
    """Answer the exercise's questions by a run: its numbers, pictures and comparisons.

    COMPARISON is a folder that `mnist compare` wrote. What no comparison measured is left out, with
    the command that measures it.

    \b
    Examples:
      backprop-sheet mnist report outputs/mnist/model.pt
      backprop-sheet mnist report outputs/mnist/model.pt outputs/rates outputs/widths -o run.html
    """
    from backprop_sheet.document import Picture, check_files, write_document
    from backprop_sheet.mnist.comparing import read
    from backprop_sheet.mnist.reporting.document import document
    from backprop_sheet.mnist.reporting.figures import findings, plans
    from backprop_sheet.mnist.reporting.run import Run
    from backprop_sheet.mnist.saved import load_model

    place = Path(output)
    with at_once(), blamed_on("MODEL"):
        learnt = load_model(Path(model))
        planned = plans(learnt)
    with blamed_on("--output", WriteError):
        check_files(place, [plan.name for plan in planned], force=force)
    with at_once(), blamed_on("COMPARISON"):
        found = tuple(read(Path(folder)) for folder in comparisons)
    with at_once(), blamed_on("--output", WriteError):
        measured = findings(learnt)
        pictures = tuple(Picture(plan.name, plan.png(measured), plan.about) for plan in planned)
        run = Run(learnt, shlex.join([model, *comparisons]), found, pictures, measured.fields)
        page, *others = write_document(document(run), place)
    written = [(page, "the document, as a page")]
    if others:
        drawn = counted(len(pictures), "picture")
        written.append((others[0], f"the same as Markdown, with {drawn}"))
    list_files(written)
    return 0
