"""The command that trains the companion: mnist train."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.companion.shared import (
    DigitsOnDevice,
    Parts,
    digits_from,
    memory_advice,
    needs_torch,
)
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import QUIET, Folder
from backprop_sheet.cli.reporting import (
    DIVERGED,
    EXIT_CODES,
    INTERRUPTED,
    blamed_on,
    fail,
    list_files,
    note,
    say,
    shows_progress,
)
from backprop_sheet.cli.values import Fraction, Positive, Whole
from backprop_sheet.errors import Diverged, WriteError, counted
from backprop_sheet.interrupt import at_once, raise_if_pressed
from backprop_sheet.mnist import limits

if TYPE_CHECKING:
    from pathlib import Path

    from backprop_sheet.mnist.runs import Run
    from backprop_sheet.mnist.training import Epoch, Glance


@click.command(epilog=EXIT_CODES)
@takes("source", DigitsOnDevice)
@click.option(
    "--recipe",
    type=click.Choice(["best", "original"]),
    help="best: one-cycle rate, changed pictures; original: the exercise's own. [default: best]",
)
@click.option(
    "--epochs", type=Whole("n", 1, 15, limits.EPOCHS), help="Number of epochs. [default: 20, 15]"
)
@click.option(
    "--batch-size",
    "batch",
    type=Whole("n", 1, 128, limits.BATCH),
    help="Pictures in a step, up to all of them. [default: 128]",
)
@click.option(
    "--lr",
    "rate",
    type=Positive(0.1, limits.RATE),
    help="Learning rate; best: the highest. [default: 0.1, 0.01]",
)
@click.option("--dropout", type=Fraction(), help="Share of the values left out. [default: 0, 0.05]")
@takes("parts", Parts)
@click.option(
    "--threads",
    type=Whole("n", 1, 1, os.cpu_count() or 1),
    help="Threads on the CPU, up to its cores; more are faster if nothing else runs. [default: 1]",
)
@click.option(
    "--float32",
    is_flag=True,
    help="Layers compute in float32 even where bfloat16, half as long, is faster.",
)
@click.option(
    "--seed", type=Whole("n", 0, 1, limits.SEEDS - 1), help="Where chance starts. [default: 0]"
)
@takes("output", Folder, folder={"default": "outputs/mnist"})
@click.option(
    "--resume", is_flag=True, help="Go on with the training in the folder, where it stopped."
)
@click.option(
    "--force",
    is_flag=True,
    help="Replace a training in the folder that has as many epochs or more, and files that "
    "were edited or seem open.",
)
@QUIET
@needs_torch
def train(
    source: DigitsOnDevice,
    parts: Parts,
    output: Folder,
    resume: bool,
    force: bool,
    float32: bool,
    **given: Any,
) -> int:
    """Train the network; write model, history, curves, mistakes and a report.

    After each epoch there is a checkpoint: Ctrl-C ends with what there is, and --resume goes on
    from there, on the CPU to the same weights, to the last bit. Defaults named twice are those
    of the recipes best and original.

    \b
    Examples:
      backprop-sheet mnist train --data sample --epochs 5
      backprop-sheet mnist train --recipe original --dropout 0.1 --output outputs/dropout
      backprop-sheet mnist train --resume
    """
    from pathlib import Path

    folder, place = Path(output.folder), source.place()
    given |= {"half": False if float32 else None}
    given |= {"widths": parts.widths, "without": parts.without or None}
    from backprop_sheet.mnist.advice import narrow_field
    from backprop_sheet.mnist.model import table
    from backprop_sheet.mnist.results import check_results

    with blamed_on("--output", WriteError):
        check_results(folder, force=force)
    with memory_advice("a smaller --batch-size"):
        if resume:
            run = _resumed(folder, source.data, place, given)
        else:
            run = _new(folder, source, place, given, force=force)
        if remark := narrow_field(table(run.training.network)):
            note(remark)
        return _carry_out(run, force=force)


def _new(
    folder: Path, source: DigitsOnDevice, place: Any, given: dict[str, Any], *, force: bool
) -> Run:
    """The training asked for, before its first epoch."""
    from backprop_sheet.mnist.machine import has_fast_bfloat16
    from backprop_sheet.mnist.runs import Run, epochs_in
    from backprop_sheet.mnist.settings import settings

    if given["half"] is None:
        given["half"] = has_fast_bfloat16(place)
    chosen = settings(**given)
    if there := epochs_in(folder):
        holds = f"{folder} holds {counted(there)} of another training"
        if there >= chosen.epochs and not force:
            ways = "--resume goes on with it, --output takes another folder, --force replaces it"
            raise click.BadParameter(f"{holds}: {ways}", param_hint="'--output'")
        note(f"{holds}, which this one replaces; --resume goes on with it")
    digits = source.digits()
    most = len(digits.train_labels)
    if (given["batch"] or 0) > most:
        mistake = f"got {given['batch']}, takes 1 to {most}, the digits to learn from"
        raise click.BadParameter(mistake, param_hint="'--batch-size'")
    return Run(chosen, digits, folder, place)


def _resumed(folder: Path, data: str | None, place: Any, given: dict[str, Any]) -> Run:
    """The training in a folder, where it stopped."""
    from backprop_sheet.mnist.runs import Run, continued
    from backprop_sheet.mnist.saved import Checkpoint

    with at_once(), blamed_on("--resume"):
        checkpoint = Checkpoint(folder)
        chosen = continued(checkpoint, given)
    run = Run(chosen, digits_from(data or checkpoint.source), folder, place)
    with blamed_on("--data" if data else "--resume"):
        run.take_up(checkpoint)
    if run.kept == chosen.epochs:
        note(f"nothing was left to do: {counted(run.kept)} of {run.kept} done")
    return run


def _carry_out(run: Run, *, force: bool) -> int:
    """Go through the epochs that are left and write the results; gives the exit code."""
    code = 0
    try:
        with blamed_on("--output", WriteError):
            for number, (epoch, remarks) in enumerate(_watched(run)):
                if not number:
                    say(_precision(run))
                say(_line(epoch, run.training.settings.epochs))
                for remark in remarks:
                    note(remark)
    except Diverged as error:
        code = fail(f"{error}; {_kept(run)}", DIVERGED)
    except KeyboardInterrupt:
        code = fail(f"interrupted; {_kept(run)}", INTERRUPTED)
    try:
        with blamed_on("--output", WriteError):
            written = run.finish(force=force)
    except KeyboardInterrupt:
        kept = f"{counted(run.kept)} done and kept"
        ended = "interrupted while the results were written"
        return fail(f"{ended}; {kept}; --resume writes what is missing", INTERRUPTED)
    if written:
        list_files(written)
    return code


BAR = "{desc}{percentage:3.0f}% |{bar}| {remaining} {postfix}"
"""The bar of an epoch: short enough for loss and both accuracies at 80 columns."""


def _watched(run: Run) -> Iterator[tuple[Epoch, list[str]]]:
    """The epochs of a training until Ctrl-C; if a person looks on, with a bar for each."""
    if not shows_progress():
        yield from run.epochs(lambda _: raise_if_pressed())
        return
    from shutil import get_terminal_size

    from tqdm import tqdm

    bars: list[tqdm] = []

    def show(glance: Glance) -> None:
        raise_if_pressed()
        numbers = _numbers(glance.loss, glance.accuracy, run)
        if bars:
            bars[0].n = glance.step
            bars[0].set_postfix_str(numbers)
            return
        width = get_terminal_size().columns - 1  # 80 where a terminal does not know its own
        name = f"epoch {glance.epoch}/{run.training.settings.epochs}"
        bars.append(tqdm(desc=f"{name}: ", total=glance.steps, initial=glance.step, postfix=numbers,
                         bar_format=BAR, ncols=width, mininterval=0, leave=False))  # fmt: skip

    try:
        for epoch, remarks in run.epochs(show):
            bars.pop().close()
            yield epoch, remarks
    finally:
        for bar in bars:
            bar.close()


def _numbers(loss: float, accuracy: float, run: Run) -> str:
    """Loss and both accuracies; the test's is that of the epoch before."""
    history = run.training.history
    test = f"{history[-1].test_accuracy:.2%}" if history else "–"
    return f"loss {loss:.4f}, train {accuracy:.2%}, test {test}"


def _precision(run: Run) -> str:
    """What the layers compute in, and where."""
    precision = run.training.settings.precision
    off = "; --float32 switches that off" if precision != "float32" else ""
    return f"layers compute in {precision} on {run.training.device}{off}"


def _line(epoch: Epoch, epochs: int) -> str:
    """What an epoch came to."""
    number = f"{epoch.epoch:>{len(str(epochs))}}/{epochs}"
    return (
        f"epoch {number}  loss {epoch.loss:.4f}  train {epoch.train_accuracy:7.2%}  "
        f"test {epoch.test_accuracy:7.2%}  {epoch.seconds:.1f} s"
    )


def _kept(run: Run) -> str:
    """What there is of a training that ended early."""
    if not run.kept:
        return "no epoch is done, nothing is written"
    return f"{counted(run.kept)} done and written; --resume goes on from there"
