"""The commands that train and write: run, compare, table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.options import (
    FORCE,
    ONE_RATE,
    RATES,
    Rate,
    network_of,
    prefix,
    target_option,
    training_options,
    writing_options,
)
from backprop_sheet.cli.reporting import (
    DIVERGED,
    EXIT_CODES,
    check_output,
    echo,
    ended,
    naming,
    report,
    say,
    tell,
    watch,
)
from backprop_sheet.errors import Diverged, LookError, WriteError, counted

if TYPE_CHECKING:
    import pandas as pd

    from backprop_sheet.exporter.layout import Layout
    from backprop_sheet.network import Network


@click.command(epilog=EXIT_CODES)
@ONE_RATE
@training_options
@writing_options
def run(
    lr: float | None,
    name: str | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    folder: str,
    no_plot: bool,
    look: str | None,
    force: bool,
) -> int:
    """Train the network; write the workbook and its error curve.

    The workbook shows every intermediate of every epoch as a live formula with its value.

    \b
    Examples:
      backprop-sheet run --lr 0.5
      backprop-sheet run --lr 2 --epochs 100 --set w5=0.4 --set t1=0.01
    """
    from pathlib import Path

    from backprop_sheet.exporter import arrange, title, write_workbook
    from backprop_sheet.files import check_target
    from backprop_sheet.ooxml.seal import check_workbook
    from backprop_sheet.tabulator import errors_of

    network = network_of(name, lr, numbers)
    with naming("--epochs"):
        layout = arrange(network, epochs or network.epochs)
    book = Path(folder) / f"{prefix(network, 'backprop')}lr{network.eta}.xlsx"
    curve = book.with_name(f"{prefix(network)}error_lr{network.eta}.png")
    with naming("--output", WriteError):
        check_workbook(book, force=force)
        if not no_plot:
            check_target(curve, force=force)
    announce(layout)
    frame, broken = _trained(network, epochs)
    if not frame.empty:
        with naming("--look", LookError), naming("--output", WriteError):
            write_workbook(network, frame, book, look=look, watch=watch, force=force)
            written = [(book, f"tab {title(network)}, {counted(len(errors_of(frame)))}")]
            if not no_plot:
                from backprop_sheet.plotter.curves import error_curve
                from backprop_sheet.plotter.picture import save_figure

                save_figure(error_curve(frame, network.eta), curve)
                written.append((curve, "error curve"))
        report(written)
        errors = errors_of(frame).tolist()
        what = network.labels[network.error]
        echo(f"{what} {errors[0]} at epoch 0, {errors[-1]} at epoch {len(errors) - 1}")
    return ended(frame, broken)


@click.command(epilog=EXIT_CODES)
@click.option(
    "--lr",
    "rates",
    type=Rate(),
    multiple=True,
    help="Learning rate η, above 0; once for each: --lr 0.5 --lr 1. [default: "
    + ", ".join(map(str, RATES))
    + "]",
)
@training_options
@writing_options
@click.option(
    "--threshold",
    type=Rate(),
    help="Error, above 0, of which to say when each rate falls under it. [default: 0.001]",
)
def compare(
    rates: tuple[float, ...],
    name: str | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    folder: str,
    no_plot: bool,
    look: str | None,
    force: bool,
    threshold: float | None,
) -> int:
    """Train at several learning rates; compare them in one workbook and one picture.

    The first tab drives the others: change a rate there and its tab, column and curve follow.

    \b
    Examples:
      backprop-sheet compare
      backprop-sheet compare --lr 0.5 --lr 5 --lr 50 --epochs 200
    """
    from pathlib import Path

    from backprop_sheet.exporter import MOST_RATES, arrange, write_comparison
    from backprop_sheet.files import check_target
    from backprop_sheet.ooxml.seal import check_workbook
    from backprop_sheet.tabulator import THRESHOLD, as_text, summarise

    chosen, left_out = _distinct(rates or RATES, MOST_RATES)
    network = network_of(name, None, numbers)
    with naming("--epochs"):
        layout = arrange(network, epochs or network.epochs)
    book = Path(folder) / f"{prefix(network, 'backprop')}compare.xlsx"
    with naming("--output", WriteError):
        check_workbook(book, force=force)
        for what in () if no_plot else (*(f"lr{eta}" for eta in chosen), "compare"):
            check_target(book.with_name(f"{prefix(network)}error_{what}.png"), force=force)
    announce(layout, len(chosen))
    trainings = []
    for eta in chosen:
        frame, broken = _trained(network.with_numbers(eta=eta), epochs)
        if broken is None:
            trainings.append((network.with_numbers(eta=eta), frame))
        else:
            left_out.append((DIVERGED, f"η = {eta} is left out: {broken}"))
    if trainings:
        frames = {trained.eta: frame for trained, frame in trainings}
        level = THRESHOLD if threshold is None else threshold
        with naming("--look", LookError), naming("--output", WriteError):
            write_comparison(trainings, book, threshold=level, look=look, watch=watch, force=force)
            written = [(book, f"tab Compare and {len(trainings)} more")]
            if not no_plot:
                from backprop_sheet.plotter.curves import save_comparison

                written += save_comparison(frames, book.parent, prefix=prefix(network))
        report(written)
        error = network.labels[network.error]
        echo(as_text(summarise(frames, level), level, error), nl=False)
    return max((say(message, code) for code, message in left_out), default=0)


def _distinct(rates: tuple[float, ...], most: int) -> tuple[list[float], list[tuple[int, str]]]:
    """The rates to train at, each once, and a word for each that is not."""
    chosen = list(dict.fromkeys(rates))
    words = [
        (0, f"η = {eta} is named {rates.count(eta)} times: it gets one tab")
        for eta in chosen
        if rates.count(eta) > 1
    ]
    if chosen[most:]:
        word = f"{len(chosen)} learning rates: a workbook compares {most}, the rest is left out"
        words.append((0, word))
    return chosen[:most], words


@click.command(epilog=EXIT_CODES)
@ONE_RATE
@training_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "markdown"]),
    help="Format; the suffix of -o FILE decides when left out, else csv.",
)
@target_option("File to write: .csv, .json, .md or .parquet. Without it the table is printed.")
@FORCE
def table(
    lr: float | None,
    name: str | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    form: str | None,
    target: str | None,
    force: bool,
) -> int:
    """Train the network; give its table with every digit.

    \b
    Examples:
      backprop-sheet table --lr 0.5 --epochs 3 --format markdown
      backprop-sheet table -o table.parquet
    """
    from backprop_sheet.tabulator import TEXTS, save_table

    check_output(target, force)
    frame, broken = _trained(network_of(name, lr, numbers), epochs)
    if frame.empty:
        return ended(frame, broken)
    if target is None:
        for piece in TEXTS[form or "csv"](frame):
            if not echo(piece, nl=False):
                break
    else:
        with naming("--output"):
            echo(save_table(frame, target, form, watch=watch))
    return ended(frame, broken)


LARGE = 100_000
"""Cells from which on it is said how many there will be, whatever the network."""


def announce(layout: Layout, tables: int = 1) -> None:
    """Say how large a table will be, before it is made: a large one, or another than usual."""
    if layout.network.name != "original" or layout.cells * tables > LARGE:
        rows, columns = layout.rows, len(layout.columns)
        times = f", {tables} times" if tables > 1 else ""
        cells = f"{layout.cells * tables:,} cells"
        tell(f"{cells}: {rows:,} rows of {columns} columns{times}")


def _trained(network: Network, epochs: int | None) -> tuple[pd.DataFrame, Diverged | None]:
    """The table, and what broke the training off if anything did."""
    from backprop_sheet.tabulator import tabulate

    try:
        return tabulate(network, epochs, watch=watch), None
    except Diverged as error:
        return error.frame, error
