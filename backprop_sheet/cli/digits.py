"""The companion's commands: mnist summary, train, evaluate, predict."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.options import Fraction, Name, Rate, Whole
from backprop_sheet.cli.reporting import (
    BAD_INPUT,
    DIVERGED,
    EXIT_CODES,
    INTERRUPTED,
    echo_to_the_end,
    naming,
    report,
    say,
)
from backprop_sheet.errors import Diverged, InputError, WriteError, counted, plain
from backprop_sheet.mnist import INSTALL, limits

if TYPE_CHECKING:
    from pathlib import Path

    from backprop_sheet.mnist.data import Digits
    from backprop_sheet.mnist.runs import Run
    from backprop_sheet.mnist.training import Epoch, Glance

EXTRA = {"torch", "tqdm", "mlxtend"}
"""The packages that the companion needs."""
OUT_OF_MEMORY = ("DefaultCPUAllocator", "out of memory")
"""What PyTorch says when there is no more of it: on the CPU, and on the others."""


@contextmanager
def sparing(way: str) -> Iterator[None]:
    """If there is not enough memory, say what takes less."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not any(w in str(error) for w in OUT_OF_MEMORY):
            raise
        raise InputError(f"out of memory: {way} takes less") from None


def needs_torch(command: Callable[..., int]) -> Callable[..., int]:
    """Say in one line how to install what a command lacks."""

    @wraps(command)
    def checked(*args: Any, **options: Any) -> int:
        try:
            return command(*args, **options)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if package not in EXTRA:
                raise
            raise InputError(f"the companion needs the package {package}: {INSTALL}") from None

    return checked


DATA = click.option(
    "--data",
    metavar="mnist|sample|DIR",
    type=Name(),
    help="Digits: MNIST, fetched once; 5,000 of them that need no network; or the folder of the "
    "four idx files, gzipped or not. [default: mnist]",
)
DEVICE = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="What to compute on; auto takes the fastest that is here.",
)
MODEL = click.argument("model", type=Name())


@click.command(epilog=EXIT_CODES)
@click.option(
    "--dropout",
    type=Fraction(),
    default=0.0,
    show_default=True,
    help="Part of the values left out; above 0 each block has two Dropout layers more.",
)
@needs_torch
def summary(dropout: float) -> int:
    """Show the network: its layers, what they give, and how much of the image they see.

    \b
    Examples:
      backprop-sheet mnist summary
      backprop-sheet mnist summary --dropout 0.05
    """
    from backprop_sheet.mnist.advice import fields
    from backprop_sheet.mnist.model import Network, count, table

    rows = table(Network(dropout))
    click.echo(f"{'layer':<15}{'output shape':<15}{'parameters':>10}", nl=False)
    click.echo(f"{'kernel':>8}{'stride':>8}{'jump':>6}{'field':>7}")
    for row in rows:
        shape = " × ".join(map(str, row.shape))
        click.echo(f"{row.name:<15}{shape:<15}{row.parameters:>10,}", nl=False)
        click.echo(f"{row.kernel:>8}{row.stride:>8}{row.jump:>6}{row.field:>7}")
    click.echo(f"{len(rows)} layers, {count(rows):,} parameters")
    click.echo(fields(rows))
    return 0


@click.command(epilog=EXIT_CODES)
@DATA
@click.option(
    "--recipe",
    type=click.Choice(["best", "original"]),
    help="best: one-cycle rate, changed pictures; original: the exercise's own. [default: best]",
)
@click.option(
    "--epochs", type=Whole("n", 1, 15, limits.EPOCHS), help="Number of epochs. [default: 15]"
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
    type=Rate(0.1, limits.RATE),
    help="Learning rate; best: the highest. [default: 0.1, 0.01]",
)
@click.option("--dropout", type=Fraction(), help="Part of the values left out. [default: 0, 0.05]")
@click.option(
    "--threads",
    type=Whole("n", 1, 1, os.cpu_count() or 1),
    help="Threads on the CPU, up to its cores; more are faster if nothing else runs. [default: 1]",
)
@click.option(
    "--seed", type=Whole("n", 0, 1, limits.SEEDS - 1), help="Where chance starts. [default: 0]"
)
@DEVICE
@click.option(
    "--output",
    "folder",
    metavar="DIR",
    type=Name(),
    default="outputs/mnist",
    show_default=True,
    help="Folder to write to; it is made if it is not there.",
)
@click.option(
    "--resume", is_flag=True, help="Go on with the training in the folder, where it stopped."
)
@click.option(
    "--force",
    is_flag=True,
    help="Replace a training in the folder that has as many epochs or more, or files that were "
    "changed or seem open.",
)
@needs_torch
def train(
    data: str | None,
    device: str,
    folder: str,
    resume: bool,
    force: bool,
    **given: float | str | None,
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

    from backprop_sheet.mnist.advice import narrow_field
    from backprop_sheet.mnist.machine import device as device_named
    from backprop_sheet.mnist.model import table
    from backprop_sheet.mnist.results import check_results

    with naming("--device"):
        place = device_named(device)
    with naming("--output", WriteError):
        check_results(Path(folder), force=force)
    with sparing("a smaller --batch-size"):
        if resume:
            run = _resumed(Path(folder), data, place, given)
        else:
            run = _begun(Path(folder), data, place, given, force=force)
        if note := narrow_field(table(run.training.network)):
            say(note, 0)
        return _carried_out(run, force=force)


def _begun(
    folder: Path, data: str | None, place: Any, given: dict[str, Any], *, force: bool
) -> Run:
    """The training asked for, before its first epoch."""
    from backprop_sheet.mnist.machine import halves
    from backprop_sheet.mnist.runs import Run, epochs_in
    from backprop_sheet.mnist.training import settings

    chosen = settings(**given, half=halves(place))
    if there := epochs_in(folder):
        holds = f"{folder} holds {counted(there)} of another training"
        if there >= chosen.epochs and not force:
            ways = "--resume goes on with it, --output takes another folder, --force replaces it"
            raise click.BadParameter(f"{holds}: {ways}", param_hint="'--output'")
        say(f"{holds}, which this one replaces; --resume goes on with it", 0)
    known = _digits(data)
    most = len(known.train_labels)
    if (given["batch"] or 0) > most:
        mistake = f"got {given['batch']}, takes 1 to {most}, the digits to learn from"
        raise click.BadParameter(mistake, param_hint="'--batch-size'")
    return Run(chosen, known, folder, place)


def _resumed(folder: Path, data: str | None, place: Any, given: dict[str, Any]) -> Run:
    """The training in a folder, where it stopped."""
    from backprop_sheet.mnist.runs import Run, continued
    from backprop_sheet.mnist.saved import Checkpoint

    with naming("--resume"):
        checkpoint = Checkpoint(folder)
        chosen = continued(checkpoint, given)
    run = Run(chosen, _digits(data or checkpoint.source), folder, place)
    with naming("--data" if data else "--resume"):
        run.take_up(checkpoint)
    if run.kept == chosen.epochs:
        say(f"nothing was left to do: {counted(run.kept)} of {run.kept} done", 0)
    return run


def _digits(source: str | None) -> Digits:
    from backprop_sheet.mnist.data import digits

    with naming("--data"):
        return digits(source or "mnist")


def _carried_out(run: Run, *, force: bool) -> int:
    """Go through the epochs that are left and write the results; gives the exit code."""
    code = 0
    try:
        with naming("--output", WriteError):
            for epoch, remarks in _watched(run):
                echo_to_the_end(_line(epoch, run.training.settings.epochs))
                for remark in remarks:
                    say(remark, 0)
    except Diverged as error:
        code = say(f"{error}; {_kept(run)}", DIVERGED)
    except KeyboardInterrupt:
        code = say(f"interrupted; {_kept(run)}", INTERRUPTED)
    try:
        with naming("--output", WriteError):
            written = run.finish(force=force)
    except KeyboardInterrupt:
        kept = f"{counted(run.kept)} done and kept"
        ended = "interrupted while the results were written"
        return say(f"{ended}; {kept}; --resume writes what is missing", INTERRUPTED)
    if written:
        report(written)
    return code


BAR = "{desc}{percentage:3.0f}% |{bar}| {remaining} {postfix}"
"""Short enough for loss and both accuracies at 80 columns."""


def _watched(run: Run) -> Iterator[tuple[Epoch, list[str]]]:
    """The epochs of a training; if a person looks on, with a bar for each."""
    if not sys.stderr.isatty():
        yield from run.epochs()
        return
    from shutil import get_terminal_size

    from tqdm import tqdm

    bars: list[tqdm] = []

    def tell(glance: Glance) -> None:
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
        for epoch, remarks in run.epochs(tell):
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


@click.command(epilog=EXIT_CODES)
@MODEL
@DATA
@DEVICE
@needs_torch
def evaluate(model: str, data: str | None, device: str) -> int:
    """Test a model: its accuracy on the test digits, and what it takes for what.

    \b
    Examples:
      backprop-sheet mnist evaluate outputs/mnist/model.pt
      backprop-sheet mnist evaluate outputs/mnist/model.pt --data sample
    """
    from pathlib import Path

    from backprop_sheet.mnist.data import SAMPLE
    from backprop_sheet.mnist.evaluation import evaluate as evaluated
    from backprop_sheet.mnist.evaluation import tensors
    from backprop_sheet.mnist.machine import device as device_named
    from backprop_sheet.mnist.saved import load_model

    with naming("MODEL"):
        network, learnt = load_model(Path(model))
    with naming("--device"):
        place = device_named(device)
    with sparing("--device cpu, or a folder with fewer digits,"):
        known = _digits(data)
        images = tensors(known.test_images, known.test_labels, place)
        outcome = evaluated(network.to(place), *images)
    if known.name == SAMPLE != learnt:
        also = "" if learnt == "mnist" else f", if those of {plain(learnt)} are MNIST's"
        say(f"this model has learnt these digits: MNIST's training digits hold the sample{also}", 0)
    right = round(outcome.accuracy * len(outcome.truth))
    click.echo(f"{right:,} of {counted(len(outcome.truth), 'test digit')} right: "
               f"{outcome.accuracy:.2%}, loss {outcome.loss:.4f}")  # fmt: skip
    click.echo("is \\ said" + "".join(f"{answer:>6}" for answer in range(10)))
    for truth, counts in enumerate(outcome.confusion):
        click.echo(f"{truth:>9}" + "".join(f"{count or '·':>6}" for count in counts))
    return 0


@click.command(epilog=EXIT_CODES)
@MODEL
@click.argument("images", metavar="IMAGE...", type=Name(), nargs=-1, required=True)
@needs_torch
def predict(model: str, images: tuple[str, ...]) -> int:
    """Read digits in pictures of any kind: prints each digit and its ten probabilities.

    A picture holds one digit, dark on light or light on dark, of any size.

    \b
    Examples:
      backprop-sheet mnist predict outputs/mnist/model.pt digit.png
      backprop-sheet mnist predict outputs/mnist/model.pt scans/*.jpg
    """
    from pathlib import Path

    from backprop_sheet.mnist.evaluation import chances
    from backprop_sheet.mnist.pictures import digit
    from backprop_sheet.mnist.saved import load_model

    with naming("MODEL"):
        network, _ = load_model(Path(model))
    names, pictures, mistakes = [], [], []
    for name in images:
        try:
            with sparing("a smaller picture"):
                pictures.append(digit(Path(name)))
            names.append(plain(name))
        except InputError as error:
            mistakes.append(f"Invalid value for 'IMAGE': {error}")
    if pictures:
        _show_chances(names, chances(network, pictures))
    for mistake in mistakes:
        say(mistake, BAD_INPUT)
    return BAD_INPUT if mistakes else 0


def _show_chances(names: list[str], rows: list[list[float]]) -> None:
    width = max(len(name) for name in (*names, "picture"))
    click.echo(f"{'picture':<{width}}  digit" + "".join(f"{f'p({k})':>8}" for k in range(10)))
    for name, row in zip(names, rows, strict=True):
        numbers = "".join(f"{chance:8.4f}" for chance in row)
        click.echo(f"{name:<{width}}  {row.index(max(row)):>5}{numbers}")
