"""The commands that use a model of the companion: mnist summary, evaluate, predict."""

from __future__ import annotations

import click

from backprop_sheet.cli.colours import heading
from backprop_sheet.cli.companion.shared import (
    DigitsOnDevice,
    Parts,
    memory_advice,
    needs_torch,
)
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import QUIET
from backprop_sheet.cli.reporting import BAD_INPUT, EXIT_CODES, blamed_on, echo, fail, note
from backprop_sheet.cli.values import FolderToWrite, Fraction, ToRead
from backprop_sheet.errors import InputError, WriteError, counted, plain
from backprop_sheet.interrupt import at_once

MODEL = click.argument("model", type=ToRead())


@click.command(epilog=EXIT_CODES)
@click.option(
    "--dropout",
    type=Fraction(),
    default=0.0,
    show_default=True,
    help="Share of the values left out; above 0 each block has two Dropout layers more.",
)
@takes("parts", Parts)
@needs_torch
def summary(dropout: float, parts: Parts) -> int:
    """Show the network: its layers, what they give, and how much of the image they see.

    \b
    Examples:
      backprop-sheet mnist summary
      backprop-sheet mnist summary --dropout 0.05
      backprop-sheet mnist summary --widths 4,8 --without pooling
    """
    from backprop_sheet.mnist.advice import fields
    from backprop_sheet.mnist.explained import (
        MARK,
        about_image,
        about_stated,
        about_transitions,
        image_row,
        transitions,
    )
    from backprop_sheet.mnist.model import Network, count, table
    from backprop_sheet.mnist.settings import settings

    chosen = settings(dropout=dropout, widths=parts.widths, without=parts.without)
    with at_once():
        rows = table(Network(chosen.structure))
    echo(f"{'layer':<15}{'output shape':<15}{'parameters':>10}", heading, nl=False)
    echo(f"{'kernel':>8}{'stride':>8}{'jump':>6}{'field':>7}", heading)
    marked = transitions(rows)
    for row in (image_row(chosen.structure), *rows):
        shape = " × ".join(map(str, row.shape))
        mark = f" {MARK}" if row.name in marked else ""
        echo(f"{row.name:<15}{shape:<15}{row.parameters:>10,}", nl=False)
        echo(f"{row.kernel:>8}{row.stride:>8}{row.jump:>6}{row.field:>7}{mark}")
    echo(f"{len(rows)} layers, {count(rows):,} parameters")
    notes = (about_image(chosen.structure), about_transitions(rows), fields(rows),
             about_stated(rows))  # fmt: skip
    for line in filter(None, notes):
        echo(line)
    return 0


@click.command(epilog=EXIT_CODES)
@MODEL
@takes("source", DigitsOnDevice)
@QUIET
@needs_torch
def evaluate(model: str, source: DigitsOnDevice) -> int:
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
    from backprop_sheet.mnist.saved import load_model

    with at_once(), blamed_on("MODEL"):
        learnt_model = load_model(Path(model))
        network, learnt = learnt_model.network, learnt_model.digits
    place = source.place()
    with at_once(), memory_advice("--device cpu, or a folder with fewer digits,"):
        digits = source.digits()
        images = tensors(digits.test_images, digits.test_labels, place)
        outcome = evaluated(network.to(place), *images)
    if digits.name == SAMPLE != learnt:
        also = "" if learnt == "mnist" else f", if those of {plain(learnt)} are MNIST's"
        note(f"this model has learnt these digits: MNIST's training digits hold the sample{also}")
    right = round(outcome.accuracy * len(outcome.truth))
    tested = counted(len(outcome.truth), "test digit")
    echo(f"{right:,} of {tested} right: {outcome.accuracy:.2%}, loss {outcome.loss:.4f}")
    echo("is \\ said" + "".join(f"{answer:>6}" for answer in range(10)), heading)
    for truth, counts in enumerate(outcome.confusion):
        echo(f"{truth:>9}" + "".join(f"{count or '·':>6}" for count in counts))
    return 0


@click.command(epilog=EXIT_CODES)
@MODEL
@click.argument("images", metavar="IMAGE...", type=ToRead(), nargs=-1, required=True)
@click.option(
    "--seen",
    "seen_folder",
    metavar="DIR",
    type=FolderToWrite(),
    help="Folder to write what the network saw of each picture to, as PNG.",
)
@QUIET
@needs_torch
def predict(model: str, images: tuple[str, ...], seen_folder: str | None) -> int:
    """Read digits in pictures of any kind: prints each digit and its ten probabilities.

    A picture holds one digit, dark on light or light on dark, of any size. MODEL may be the file of
    a checkpoint, too.

    \b
    Examples:
      backprop-sheet mnist predict outputs/mnist/model.pt digit.png
      backprop-sheet mnist predict outputs/mnist/model.pt scans/*.jpg --seen outputs/seen
    """
    from pathlib import Path

    from backprop_sheet.mnist.pictures import seen
    from backprop_sheet.mnist.reading import read, save_views, view_paths
    from backprop_sheet.mnist.saved import load_model

    with blamed_on("--seen", WriteError):
        views = view_paths(seen_folder, images)
    with at_once(), blamed_on("MODEL"):
        network = load_model(Path(model)).network
    readings, mistakes = [], []
    for name, path in zip(images, views, strict=True):
        try:
            with at_once(), memory_advice("a smaller picture"):
                readings.append((plain(name), path, read(network, seen(Path(name)))))
        except InputError as error:
            mistakes.append(f"Invalid value for 'IMAGE': {error}")
    if readings:
        _show_chances([(name, reading.chances) for name, _, reading in readings])
    for name, path, reading in readings:
        for doubt in reading.doubts:
            note(f"{name}: {doubt}")
        if path:
            with blamed_on("--seen", WriteError):
                save_views(reading, path)
    for mistake in mistakes:
        fail(mistake, BAD_INPUT)
    return BAD_INPUT if mistakes else 0


def _show_chances(rows: list[tuple[str, list[float]]]) -> None:
    width = max(len(name) for name in ("picture", *(name for name, _ in rows)))
    echo(f"{'picture':<{width}}  digit" + "".join(f"{f'p({k})':>8}" for k in range(10)), heading)
    for name, row in rows:
        numbers = "".join(f"{chance:8.4f}" for chance in row)
        echo(f"{name:<{width}}  {row.index(max(row)):>5}{numbers}")
