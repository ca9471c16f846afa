"""The commands that train and write: run, compare, table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.colours import heading
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import (
    QUIET,
    THRESHOLD,
    MoreColumns,
    OneFile,
    Sheets,
    TrainingAtOneRate,
    TrainingFrom,
)
from backprop_sheet.cli.reporting import (
    DIVERGED,
    EXIT_CODES,
    announce,
    blamed_on,
    echo,
    fail,
    list_files,
    note,
    report_end,
    say,
    watch,
)
from backprop_sheet.cli.values import Positive
from backprop_sheet.errors import Diverged, LookError, WriteError, counted
from backprop_sheet.interrupt import at_once, interruptible
from backprop_sheet.rates import RATES, rates_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from backprop_sheet.exporter.layout import Layout
    from backprop_sheet.network import Network

LARGE = 100_000
"""Cells of a table from which on their number is announced, whatever the network."""


@click.command(epilog=EXIT_CODES)
@takes("training", TrainingAtOneRate)
@takes("more", MoreColumns)
@takes("output", Sheets)
@QUIET
def run(training: TrainingAtOneRate, more: MoreColumns, output: Sheets) -> int:
    """Train the network; write the workbook and its error curve.

    The workbook shows every intermediate of every epoch as a live formula with its value.

    \b
    Examples:
      backprop-sheet run --lr 0.5
      backprop-sheet run --lr 2 --epochs 100 --set w5=0.4 --set t1=0.01
    """
    from backprop_sheet.exporter import arrange, title, write_workbook
    from backprop_sheet.files import check_target
    from backprop_sheet.ooxml.seal import check_workbook
    from backprop_sheet.tabulator import accuracies_of, errors_of

    network = more.added_to(training.network())
    with blamed_on("--epochs"):
        layout = arrange(network, training.epochs or network.epochs)
    book, prefix = output.files(network, f"lr{network.eta}")
    curve = book.with_name(f"{prefix}error_lr{network.eta}.png")
    with blamed_on("--output", WriteError):
        check_workbook(book, force=output.force)
        if not output.no_plot:
            check_target(curve, force=output.force)
    _announce(layout)
    frame, diverged = trained(network, training.epochs)
    if not frame.empty:
        with at_once(), blamed_on("--look", LookError), blamed_on("--output", WriteError):
            write_workbook(network, frame, book, look=output.look, watch=watch, force=output.force)
            written = [(book, f"tab {title(network)}, {counted(len(errors_of(frame)))}")]
            if not output.no_plot:
                from backprop_sheet.plotter.curves import error_curve
                from backprop_sheet.plotter.picture import save_figure

                save_figure(error_curve(frame, network.eta), curve)
                written.append((curve, "error curve"))
        list_files(written)
        _say_ends(network.labels[network.error], errors_of(frame).tolist())
        accuracies = accuracies_of(frame)
        if accuracies is not None:
            _say_ends("accuracy", [f"{share:.1%}" for share in accuracies])
    return report_end(frame, diverged)


def _say_ends(what: str, numbers: Sequence[object]) -> None:
    """Say what a number of each epoch was in the first and in the last, if these are two."""
    last = f", {numbers[-1]} at epoch {len(numbers) - 1}" if numbers[1:] else ""
    say(f"{what} {numbers[0]} at epoch 0{last}")


@click.command(epilog=EXIT_CODES)
@click.option(
    "--lr",
    "rates",
    type=Positive(),
    multiple=True,
    help="Learning rate η, above 0; once for each: --lr 0.5 --lr 1. [default: "
    + ", ".join(map(str, RATES))
    + " for the original, else six around the network's own]",
)
@takes("training", TrainingFrom)
@takes("more", MoreColumns)
@takes("output", Sheets)
@THRESHOLD
@QUIET
def compare(
    rates: tuple[float, ...],
    training: TrainingFrom,
    more: MoreColumns,
    output: Sheets,
    threshold: float | None,
) -> int:
    """Train at several learning rates; compare them in one workbook and one picture.

    The first tab drives the others: change a rate there and its tab, column and curve follow.

    \b
    Examples:
      backprop-sheet compare
      backprop-sheet compare --lr 0.5 --lr 5 --lr 50 --epochs 200
    """
    from backprop_sheet.exporter import MOST_RATES, arrange, write_comparison
    from backprop_sheet.files import check_target
    from backprop_sheet.ooxml.seal import check_workbook
    from backprop_sheet.tabulator import as_text, errors_of, summarise, threshold_for

    network = more.added_to(training.network())
    chosen, notes = _distinct(rates or tuple(rates_for(network)), MOST_RATES)
    with blamed_on("--epochs"):
        layout = arrange(network, training.epochs or network.epochs)
    book, prefix = output.files(network, "compare")
    with blamed_on("--output", WriteError):
        check_workbook(book, force=output.force)
        for what in () if output.no_plot else (*(f"lr{eta}" for eta in chosen), "compare"):
            check_target(book.with_name(f"{prefix}error_{what}.png"), force=output.force)
    _announce(layout, len(chosen))
    trainings, left_out = [], []
    for eta in chosen:
        frame, diverged = trained(network.with_numbers(eta=eta), training.epochs)
        if diverged is None:
            trainings.append((network.with_numbers(eta=eta), frame))
        else:
            left_out.append(f"η = {eta} is left out: {diverged}")
    if trainings:
        frames = {one.eta: frame for one, frame in trainings}
        level = threshold_for(frames) if threshold is None else threshold
        with at_once(), blamed_on("--look", LookError), blamed_on("--output", WriteError):
            write_comparison(
                trainings, book, threshold=level, look=output.look, watch=watch, force=output.force
            )
            written = [(book, f"tab Compare and {len(trainings)} more")]
            if not output.no_plot:
                from backprop_sheet.plotter.curves import save_comparison

                written += save_comparison(frames, book.parent, prefix=prefix)
        list_files(written)
        label = network.labels[network.error]
        single = all(len(errors_of(frame)) == 1 for frame in frames.values())
        summary = as_text(summarise(frames, level), level, label, single=single)
        say(summary, heading, nl=False)
    for message in notes:
        note(message)
    for message in left_out:
        fail(message, DIVERGED)
    if rates and not trainings:
        own = f"without --lr the rates lie around the network's own, {network.eta}"
        note(f"nothing is written; {own}")
    return DIVERGED if left_out else 0


def _distinct(rates: tuple[float, ...], most: int) -> tuple[list[float], list[str]]:
    """The rates to train at, each once, and a note on each that is dropped."""
    chosen = list(dict.fromkeys(rates))
    notes = [
        f"η = {eta} is given {rates.count(eta)} times and gets one tab"
        for eta in chosen
        if rates.count(eta) > 1
    ]
    if chosen[most:]:
        notes.append(
            f"{len(chosen)} learning rates: a workbook compares {most}, the rest is left out"
        )
    return chosen[:most], notes


@click.command(epilog=EXIT_CODES)
@takes("training", TrainingAtOneRate)
@takes("more", MoreColumns)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "markdown"]),
    help="Format; the suffix of -o FILE decides when left out, else csv.",
)
@takes(
    "target",
    OneFile,
    path={"help": "File to write: .csv, .json, .md or .parquet. Without it the table is printed."},
)
@QUIET
def table(training: TrainingAtOneRate, more: MoreColumns, form: str | None, target: OneFile) -> int:
    """Train the network; give its table with every digit.

    \b
    Examples:
      backprop-sheet table --lr 0.5 --epochs 3 --format markdown
      backprop-sheet table -o table.parquet
    """
    from backprop_sheet.tabulator import SUFFIXES, TEXTS, save_table

    network = more.added_to(training.network())
    target.check(SUFFIXES, form)
    frame, diverged = trained(network, training.epochs)
    if frame.empty:
        return report_end(frame, diverged)
    if target.path is None:
        for piece in interruptible(TEXTS[form or "csv"](frame)):
            if not echo(piece, nl=False):
                break
    else:
        with at_once(), blamed_on("--output"):
            written = save_table(frame, target.path, form, watch=watch)
        say(written)
    return report_end(frame, diverged)


def _announce(layout: Layout, tables: int = 1) -> None:
    """Say how large a table will be before it is made, if it is large or not the original's."""
    if layout.network.name != "original" or layout.cells * tables > LARGE:
        rows, columns = counted(layout.rows, "row"), counted(len(layout.columns), "column")
        times = f", {tables} times" if tables > 1 else ""
        announce(f"{counted(layout.cells * tables, 'cell')}: {rows} of {columns}{times}")


def trained(network: Network, epochs: int | None) -> tuple[pd.DataFrame, Diverged | None]:
    """The table of a training, and why it ended early if it did."""
    from backprop_sheet.tabulator import tabulate

    try:
        with at_once():
            return tabulate(network, epochs, watch=watch), None
    except Diverged as error:
        frame, diverged = error.frame, error
    assert frame is not None, "tabulate raised the error"
    return frame, diverged
