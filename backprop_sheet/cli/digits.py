"""The companion's commands: mnist summary, train, evaluate, predict."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.options import FORCE, Name, Part, Rate, Whole
from backprop_sheet.cli.reporting import (
    DIVERGED,
    EXIT_CODES,
    INTERRUPTED,
    counted,
    naming,
    report,
    say,
)
from backprop_sheet.errors import Diverged, InputError, WriteError

if TYPE_CHECKING:
    from pathlib import Path

    from backprop_sheet.mnist.runs import Run
    from backprop_sheet.mnist.training import Epoch, Glance

EXTRA = {"torch", "tqdm", "mlxtend"}
"""The packages that the companion needs."""
INSTALL = 'pip install ".[torch]" in the program\'s folder installs it'


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
    type=Part(),
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
    from backprop_sheet.mnist.advice import seen
    from backprop_sheet.mnist.model import Network, count, table

    rows = table(Network(dropout))
    click.echo(f"{'layer':<15}{'output shape':<15}{'parameters':>10}", nl=False)
    click.echo(f"{'kernel':>8}{'stride':>8}{'jump':>6}{'field':>7}")
    for row in rows:
        shape = " × ".join(map(str, row.shape))
        click.echo(f"{row.name:<15}{shape:<15}{row.parameters:>10,}", nl=False)
        click.echo(f"{row.kernel:>8}{row.stride:>8}{row.jump:>6}{row.field:>7}")
    click.echo(f"{len(rows)} layers, {count(rows):,} parameters")
    click.echo(seen(rows))
    return 0


@click.command(epilog=EXIT_CODES)
@DATA
@click.option(
    "--recipe",
    type=click.Choice(["best", "original"]),
    help="best: one-cycle rate, changed pictures; original: the exercise's own. [default: best]",
)
@click.option("--epochs", type=Whole("n", 1, 15), help="Number of epochs. [default: 15]")
@click.option("--batch-size", "batch", type=Whole("n", 1, 128), help="Pictures in a step. "
              "[default: 128]")  # fmt: skip
@click.option(
    "--lr", "rate", type=Rate(), help="Learning rate; best: the highest. [default: 0.1, 0.01]"
)
@click.option("--dropout", type=Part(), help="Part of the values left out. [default: 0, 0.05]")
@click.option(
    "--threads",
    type=Whole("n", 1, 4),
    help="Threads on the CPU; more are faster if nothing else runs. [default: 1]",
)
@click.option("--seed", type=Whole("n", 0, 1), help="Where chance starts. [default: 0]")
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
@FORCE
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

    from backprop_sheet.mnist.advice import too_near
    from backprop_sheet.mnist.model import table
    from backprop_sheet.mnist.results import check_results

    with naming("--output", WriteError):
        check_results(Path(folder), force=force)
    run = _run(Path(folder), data, device, given, resume=resume)
    if word := too_near(table(run.training.network)):
        say(word, 0)
    code = 0
    try:
        with naming("--output", WriteError):
            for epoch, remarks in _watched(run):
                click.echo(_line(epoch, run.training.settings.epochs))
                for remark in remarks:
                    say(remark, 0)
    except Diverged as error:
        code = say(f"{error}; {_kept(run)}", DIVERGED)
    except KeyboardInterrupt:
        code = say(f"interrupted; {_kept(run)}", INTERRUPTED)
    with naming("--output", WriteError):
        written = run.finish(force=force)
    if written:
        report(written)
    return code


def _run(
    folder: Path, data: str | None, device: str, given: dict[str, Any], *, resume: bool
) -> Run:
    """The training asked for, from its beginning or from where it stopped."""
    from backprop_sheet.mnist.data import digits
    from backprop_sheet.mnist.machine import device as device_named
    from backprop_sheet.mnist.machine import halves
    from backprop_sheet.mnist.runs import Run, resumed, unfinished
    from backprop_sheet.mnist.training import settings

    with naming("--device"):
        place = device_named(device)
    if resume:
        with naming("--resume"):
            return resumed(folder, data, device, given)
    if epochs := unfinished(folder):
        say(f"{folder} holds {counted(epochs)} of another training, which this one replaces; "
            "--resume goes on with it", 0)  # fmt: skip
    with naming("--seed"):
        chosen = settings(**given, half=halves(place))
    with naming("--data"):
        return Run(chosen, digits(data or "mnist"), folder, device)


def _watched(run: Run) -> Iterator[tuple[Epoch, list[str]]]:
    """The epochs of a training; if a person looks on, with a bar for each."""
    if not sys.stderr.isatty():
        yield from run.epochs()
        return
    from tqdm import tqdm

    bar = tqdm(leave=False, unit="step")

    def tell(glance: Glance) -> None:
        bar.total = glance.steps
        bar.set_description(f"epoch {glance.epoch}/{run.training.settings.epochs}", refresh=False)
        bar.set_postfix_str(_numbers(glance.loss, glance.accuracy, run), refresh=False)
        bar.update(glance.step - bar.n)

    with bar:
        for epoch, remarks in run.epochs(tell):
            bar.clear()
            yield epoch, remarks
            bar.reset()


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

    from backprop_sheet.mnist.data import digits
    from backprop_sheet.mnist.evaluation import evaluate as evaluated
    from backprop_sheet.mnist.evaluation import tensors
    from backprop_sheet.mnist.machine import device as device_named
    from backprop_sheet.mnist.saved import load_model

    with naming("MODEL"):
        network = load_model(Path(model))
    with naming("--device"):
        place = device_named(device)
    with naming("--data"):
        known = digits(data or "mnist")
    images = tensors(known.test_images, known.test_labels, place)
    outcome = evaluated(network.to(place), *images)
    right = round(outcome.accuracy * len(outcome.truth))
    click.echo(f"{right:,} of {len(outcome.truth):,} test digits right: {outcome.accuracy:.2%}, "
               f"loss {outcome.loss:.4f}")  # fmt: skip
    click.echo("is \\ said" + "".join(f"{said:>6}" for said in range(10)))
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
        network = load_model(Path(model))
    with naming("IMAGE"):
        pictures = [digit(Path(name)) for name in images]
    width = max(len(name) for name in (*images, "picture"))
    click.echo(f"{'picture':<{width}}  digit" + "".join(f"{f'p({k})':>8}" for k in range(10)))
    for name, row in zip(images, chances(network, pictures), strict=True):
        numbers = "".join(f"{chance:8.4f}" for chance in row)
        click.echo(f"{name:<{width}}  {row.index(max(row)):>5}{numbers}")
    return 0
