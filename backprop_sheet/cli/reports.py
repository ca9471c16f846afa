"""The command that writes a report: report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.groups import takes, words
from backprop_sheet.cli.options import (
    FORCE,
    QUIET,
    THRESHOLD,
    Moment,
    MoreColumns,
    TrainingAtOneRate,
    file_prefix,
)
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, list_files, report_end
from backprop_sheet.cli.training import trained
from backprop_sheet.cli.values import FolderToWrite
from backprop_sheet.errors import InputError, WriteError
from backprop_sheet.interrupt import at_once
from backprop_sheet.rates import rates_for

if TYPE_CHECKING:
    from backprop_sheet.reporter.training import Commands

TABLE = "table.csv"
"""The whole table, beside a report in a folder."""


@click.command(epilog=EXIT_CODES)
@takes("training", TrainingAtOneRate)
@takes("more", MoreColumns)
@takes(
    "moment",
    Moment,
    epoch={"help": "The epoch that is worked with its numbers, counted from 0."},
)
@THRESHOLD
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE.html",
    type=FolderToWrite(".html"),
    help="Folder to write to, or the page alone. [default: outputs/report_lr1.0, by network and "
    "rate]",
)
@click.option("--force", **FORCE)
@QUIET
def report(
    training: TrainingAtOneRate,
    more: MoreColumns,
    moment: Moment,
    threshold: float | None,
    output: str | None,
    force: bool,
) -> int:
    """Write a report: network, derivation, an epoch in numbers, table, curves at six rates.

    It is written as a page, and as Markdown with pictures, in a folder with the whole table. With
    -o FILE.html it is the page alone, which holds its pictures.

    \b
    Examples:
      backprop-sheet report --lr 0.5
      backprop-sheet report --network xor --epoch 99 --sample 2 -o xor.html
    """
    from backprop_sheet.document import check_files, is_page, write_document
    from backprop_sheet.files import check_target
    from backprop_sheet.reporter.report import PICTURES
    from backprop_sheet.reporter.report import report as reported
    from backprop_sheet.reporter.training import Training
    from backprop_sheet.tabulator import errors_of, save_table

    network = more.added_to(training.network())
    moment.check(network, training.epochs)
    place = Path(output or f"outputs/{file_prefix(network)}report_lr{network.eta}")
    alone = is_page(place)
    with blamed_on("--output", WriteError):
        check_files(place, PICTURES, force=force)
        if not alone:
            check_target(place / TABLE, force=force)
    frame, diverged = trained(network, training.epochs)
    if frame.empty:
        return report_end(frame, diverged)
    with blamed_on("--epoch"):
        if moment.epoch >= (there := len(errors_of(frame))):
            raise InputError(f"got {moment.epoch}, takes 0 to {there - 1}: {diverged}")
    ends = {network.eta: (frame, diverged)}
    for eta in rates_for(network):
        if eta != network.eta:
            ends[eta] = trained(network.with_numbers(eta=eta), training.epochs)
    found = Training(
        network=network,
        frame=frame,
        frames={eta: end for eta, (end, reason) in sorted(ends.items()) if reason is None},
        left_out={eta: reason for eta, (_, reason) in sorted(ends.items()) if reason},
        commands=_commands(training, more, moment),
        diverged=diverged,
        epoch=moment.epoch,
        sample=moment.sample or network.shown_sample,
        table=None if alone else TABLE,
        threshold=threshold,
    )
    with at_once(), blamed_on("--output", WriteError):
        page, *others = write_document(reported(found), place)
        written = [(page, "the report, as a page")]
        if others:
            written.append((others[0], f"the same as Markdown, with {len(others) - 1} pictures"))
            written.append((save_table(frame, place / TABLE), "the whole table"))
    list_files(written)
    return report_end(frame, diverged)


def _commands(training: TrainingAtOneRate, more: MoreColumns, moment: Moment) -> Commands:
    """The command lines of the same training, as they were typed."""
    from backprop_sheet.reporter.training import Commands

    same, added, shown = map(list, map(words, (training, more, moment)))

    def line(command: str, *options: str) -> str:
        return shlex.join(["backprop-sheet", command, *options])

    return Commands(
        report=line("report", *same, *added, *shown),
        run=line("run", *same, *added),
        table=line("table", *same, *added, "-o", TABLE),
        explain=line("explain", *same, *shown),
    )
