"""The command that shows what a model does: mnist look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.colours import heading
from backprop_sheet.cli.companion.reading import MODEL
from backprop_sheet.cli.companion.shared import DigitsOnDevice, memory_advice, needs_torch
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import FORCE, QUIET, Folder
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, list_files, note, say, watch
from backprop_sheet.cli.values import ToRead, Whole
from backprop_sheet.errors import InputError, WriteError, counted, plain
from backprop_sheet.interrupt import at_once

if TYPE_CHECKING:
    from pathlib import Path

    from backprop_sheet.mnist.looking.album import Findings, Shown
    from backprop_sheet.mnist.looking.distances import Distance
    from backprop_sheet.mnist.looking.fields import Field
    from backprop_sheet.mnist.looking.neighbours import Answers
    from backprop_sheet.mnist.saved import Model

LONGEST = 40
"""The most characters of a picture's name in the title of a figure."""
FIELDS = ("layer", "field", "within_image", "reached_rows", "reached_columns", "effective")
DISTANCES = ("layer", "layers_after", "convolutions_after", "field", "field_to_come")
"""The columns of the two CSV files."""


@click.command(epilog=EXIT_CODES)
@MODEL
@click.argument("images", metavar="[IMAGE]...", type=ToRead(), nargs=-1)
@click.option(
    "--digit",
    "kinds",
    type=Whole("n", 0, 7, 9),
    multiple=True,
    help="Show this one of the digits that MODEL holds; may be repeated. [default: all]",
)
@takes("output", Folder, folder={"default": "outputs/mnist/look"})
@takes(
    "source",
    DigitsOnDevice,
    data={
        "help": "Digits whose test digits are searched for mistakes like each picture: mnist, "
        "sample, or the folder of the four idx files. [default: none]"
    },
)
@click.option("--force", **FORCE)
@QUIET
@needs_torch
def look(
    model: str,
    images: tuple[str, ...],
    kinds: tuple[int, ...],
    output: Folder,
    source: DigitsOnDevice,
    *,
    force: bool,
) -> int:
    """Draw what a model does: kernels, maps, receptive fields, and what answers rest on.

    IMAGE is a picture of a digit, of any kind that predict takes; without one, the test digits are
    shown that MODEL holds.

    \b
    Examples:
      backprop-sheet mnist look outputs/mnist/model.pt
      backprop-sheet mnist look outputs/mnist/model.pt --digit 4 --digit 9
      backprop-sheet mnist look outputs/mnist/model.pt digit.png --data sample
    """
    from pathlib import Path

    if images and kinds:
        raise click.UsageError("IMAGE and --digit exclude each other")
    from backprop_sheet.mnist.looking.album import album
    from backprop_sheet.mnist.results import write_csv
    from backprop_sheet.mnist.saved import load_model
    from backprop_sheet.plotter.picture import save_figure

    with at_once(), blamed_on("MODEL"):
        loaded = load_model(Path(model))
    shown, folder = _shown(loaded, images, kinds), Path(output.folder)
    items = album(loaded.network, shown, with_tests=bool(source.data))
    tables, figures = _checked(folder, [item.name for item in items], force=force)
    with memory_advice("a smaller network"):
        found = _findings(loaded, shown, source)
        distant = _report(found)
        written = [(tables[0], "each layer's receptive field, as measured"),
                   (tables[1], "each layer's distance from the prediction")]  # fmt: skip
        with blamed_on("--output", WriteError):
            write_csv(FIELDS, map(_field_row, found.fields), tables[0])
            write_csv(DISTANCES, map(_distance_row, distant), tables[1])
            say(f"Drawing {counted(len(items), 'picture')} …")
            pairs = zip(items, figures, strict=True)
            for item, path in watch(pairs, len(items), "drawing"):
                with at_once():
                    figure = item.draw(found)
                written.append((save_figure(figure, path), item.about))
    list_files(written)
    return 0


def _shown(model: Model, images: Sequence[str], kinds: Sequence[int]) -> list[Shown]:
    """The pictures to show the network: those given, or digits in the model's file.

    Raises:
        click.BadParameter: a picture cannot be read, or the model holds no such digit.
    """
    from pathlib import Path

    from backprop_sheet.mnist.looking.album import Shown, examples
    from backprop_sheet.mnist.pictures import seen
    from backprop_sheet.mnist.reading import stems

    if not images:
        if not model.examples:
            with blamed_on("IMAGE"):
                raise InputError("this model holds no digits to show: give a picture of one")
        with blamed_on("--digit"):
            return examples(model, kinds)
    shown = []
    for stem, name in zip(stems(images), images, strict=True):
        with at_once(), blamed_on("IMAGE"), memory_advice("a smaller picture"):
            shown.append(Shown(stem, _title(name), seen(Path(name)).image))
    return shown


def _title(name: str) -> str:
    """What a figure calls a picture: the name of its file, cut if it is long."""
    from pathlib import Path

    text = plain(Path(name).name)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _checked(folder: Path, names: Sequence[str], *, force: bool) -> tuple[list[Path], list[Path]]:
    """The tables and figures to write, none of which is refused later."""
    from backprop_sheet.files import check_target

    tables = [folder / name for name in ("fields.csv", "distances.csv")]
    figures = [folder / name for name in names]
    with blamed_on("--output", WriteError):
        for path in (*tables, *figures):
            check_target(path, force=force)
    return tables, figures


def _findings(model: Model, shown: Sequence[Shown], source: DigitsOnDevice) -> Findings:
    """What is computed before anything is drawn."""
    from backprop_sheet.mnist.looking.album import MOST_PICTURES, Findings, about_tests
    from backprop_sheet.mnist.looking.fields import measured

    known = _answers(model, source)
    if known:
        say(about_tests(known))
        pictures = list(known.images[:MOST_PICTURES])
    else:
        note("mistakes like each picture and near misses are left out: --data mnist, sample or DIR "
             "finds them among the test digits")  # fmt: skip
        pictures = [*model.examples.values()] or [one.image for one in shown][:MOST_PICTURES]
    with at_once():
        fields = measured(model.network, pictures)
    return Findings(model.network, fields, len(pictures), known)


def _answers(model: Model, source: DigitsOnDevice) -> Answers | None:
    """What the network answers to the test digits of --data; None without it."""
    from backprop_sheet.mnist.looking.neighbours import answered

    place = source.place()
    if not source.data:
        return None
    digits = source.digits()
    with at_once(), memory_advice("--device cpu, or a folder with fewer digits,"):
        return answered(model.network, digits.test_images, digits.test_labels, place)


def _report(found: Findings) -> list[Distance]:
    """Print both tables, each with what it says; gives the distances of all layers."""
    from backprop_sheet.mnist.looking.distances import about as about_distances
    from backprop_sheet.mnist.looking.distances import distances, marked
    from backprop_sheet.mnist.looking.fields import about as about_fields

    say(f"{'layer':<15}{'field':>7}{'in image':>10}{'reached':>10}{'95%':>6}", heading)
    for field in found.fields:
        reached = " × ".join(map(str, field.reached))
        say(f"{field.layer.name:<15}{field.layer.field:>7}{field.within:>10}"
             f"{reached:>10}{field.effective:>6}")  # fmt: skip
    for sentence in about_fields(found.fields, found.pictures):
        say(sentence)
    distant = distances(found.network)
    say("")
    say(f"{'layer':<15}{'layers':>8}{'convolutions':>14}{'field':>7}{'to come':>9}", heading)
    for one in marked(distant):
        say(f"{one.layer.name:<15}{one.layers:>8}{one.convolutions:>14}{one.layer.field:>7}"
             f"{one.to_come:>9}")  # fmt: skip
    for sentence in about_distances(distant):
        say(sentence)
    say("")
    return distant


def _field_row(field: Field) -> list[object]:
    layer = field.layer
    return [layer.name, layer.field, field.within, *field.reached, field.effective]


def _distance_row(one: Distance) -> list[object]:
    return [one.layer.name, one.layers, one.convolutions, one.layer.field, one.to_come]
