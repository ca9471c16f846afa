"""The command that compares trainings of the companion: mnist compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.companion.comparing import Lines, outcome, show
from backprop_sheet.cli.companion.shared import DigitsChoice, memory_advice, needs_torch
from backprop_sheet.cli.groups import option, takes
from backprop_sheet.cli.options import FORCE, JOBS, QUIET, Folder
from backprop_sheet.cli.reporting import (
    EXIT_CODES_OF_MANY,
    INTERRUPTED,
    blamed_on,
    fail,
    list_files,
    note,
    say,
)
from backprop_sheet.cli.values import Fraction, Positive, Whole, Widths
from backprop_sheet.errors import WriteError, counted
from backprop_sheet.interrupt import at_once
from backprop_sheet.mnist import limits

if TYPE_CHECKING:
    from backprop_sheet.mnist.comparing.plan import Plan
    from backprop_sheet.mnist.comparing.work import Place, Result
    from backprop_sheet.mnist.settings import Settings


@dataclass(frozen=True)
class Compared:
    """What can be compared: the values of each setting, none for the recipe's own."""

    recipe: tuple[str, ...] = option(
        "--recipe",
        type=click.Choice(["best", "original"]),
        multiple=True,
        help="best: one-cycle rate, changed pictures; original: the exercise's. [default: best]",
    )
    batch: tuple[int, ...] = option(
        "--batch-size",
        type=Whole("n", 1, 128, limits.BATCH),
        multiple=True,
        help="Pictures in a step, up to all of them. [default: 128]",
    )
    rate: tuple[float, ...] = option(
        "--lr",
        type=Positive(0.1, limits.RATE),
        multiple=True,
        help="Learning rate; best: the highest. [default: 0.1, 0.01]",
    )
    dropout: tuple[float, ...] = option(
        "--dropout",
        type=Fraction(),
        multiple=True,
        help="Share of the values left out. [default: 0, 0.05]",
    )
    widths: tuple[tuple[int, ...], ...] = option(
        "--widths",
        type=Widths(limits.BLOCKS, limits.WIDEST),
        multiple=True,
        help="Channels of each block, with commas between them. [default: 8,16,32]",
    )
    without: tuple[str, ...] = option(
        "--without",
        type=click.Choice(list(limits.LEFT_OUT)),
        multiple=True,
        help="A part to leave out; each is compared with nothing left out: "
        + ", ".join(limits.LEFT_OUT)
        + ".",
    )


@dataclass(frozen=True)
class Each:
    """What all trainings have in common, and how they are combined."""

    all_combinations: bool = option(
        "--all-combinations",
        is_flag=True,
        help="Compare all combinations of the values, instead of varying one thing at a time.",
    )
    seeds: tuple[int, ...] = option(
        "--seed",
        type=Whole("n", 0, 1, limits.SEEDS - 1),
        multiple=True,
        help="Where chance starts; each setting is trained with each. [default: 0, 1, 2]",
    )
    epochs: int = option(
        "--epochs",
        type=Whole("n", 1, 10, limits.EPOCHS),
        default=10,
        show_default=True,
        help="Number of epochs.",
    )
    float32: bool = option(
        "--float32",
        is_flag=True,
        help="Layers compute in float32 even where bfloat16, half as long, is faster.",
    )


@click.command(epilog=EXIT_CODES_OF_MANY)
@takes("source", DigitsChoice)
@takes("compared", Compared)
@takes("each", Each)
@click.option("--jobs", **JOBS)
@takes("output", Folder, folder={"default": "outputs/mnist/compare"})
@click.option("--force", **FORCE)
@QUIET
@needs_torch
def compare(
    source: DigitsChoice,
    compared: Compared,
    each: Each,
    jobs: int | None,
    output: Folder,
    *,
    force: bool,
) -> int:
    """Train with different settings; compare them in a table, a workbook and a picture.

    What is given more than once is compared: each thing by itself, while the others keep the value
    that was given first. Each setting is trained with several seeds, so that a difference can be
    told from chance. The same command goes on where it was stopped, and a training that the
    folder holds is not done again. Everything is computed on the CPU.

    \b
    Examples:
      backprop-sheet mnist compare --data sample --batch-size 128 --batch-size 32
      backprop-sheet mnist compare --lr 0.1 --lr 0.01 --dropout 0 --dropout 0.2 --epochs 5
      backprop-sheet mnist compare --without normalisation --without pooling --seed 0 --seed 1
    """
    from pathlib import Path

    from backprop_sheet.mnist.comparing.files import check_files, write_files
    from backprop_sheet.mnist.comparing.gathering import gathered
    from backprop_sheet.mnist.comparing.work import Place

    folder = Path(output.folder)
    wanted = _plan(compared, each)
    with blamed_on("--output", WriteError):
        check_files(folder, force=force)
    digits = source.digits()
    most = len(digits.train_labels)
    if (largest := max(compared.batch, default=0)) > most:
        mistake = f"got {largest}, takes 1 to {most}, the digits to learn from"
        raise click.BadParameter(mistake, param_hint="'--batch-size'")
    place = Place.of(digits, folder)
    with memory_advice("a smaller --batch-size, or fewer --jobs,"):
        try:
            with blamed_on("--output", WriteError):
                results = _results(wanted, place, jobs, force=force)
        except KeyboardInterrupt:
            return fail("interrupted; the same command goes on from here", INTERRUPTED)
        with at_once():
            comparison = gathered(wanted, results, place)
    with at_once(), blamed_on("--output", WriteError):
        written = write_files(comparison, results, folder, force=force)
    show(comparison)
    list_files(written)
    return 0


def _plan(compared: Compared, each: Each) -> Plan:
    """What is to be trained."""
    from backprop_sheet.mnist.comparing.plan import SEEDS, plan, repeated
    from backprop_sheet.mnist.machine import device, has_fast_bfloat16

    chosen = plan(
        vars(compared),
        tuple(dict.fromkeys(each.seeds)) or SEEDS,
        all_combinations=each.all_combinations,
        epochs=each.epochs,
        half=not each.float32 and has_fast_bfloat16(device("cpu")),
    )
    for remark in repeated(vars(compared) | {"seed": each.seeds}):
        note(f"{remark} is given more than once, and counts once")
    return chosen


def _results(plan: Plan, place: Place, jobs: int | None, *, force: bool) -> dict[Settings, Result]:
    """The results of all trainings; those that are not there are carried out."""
    from backprop_sheet.mnist.comparing.work import Progress, carry_out, check_folders

    trainings = plan.trainings
    results = {one: found for one in trainings if (found := place.result_of(one))}
    left = [one for one in trainings if one not in results]
    check_folders(left, place, force=force)
    epochs = counted(trainings[0].epochs)
    there = f"; {len(results)} of them are done" if results else ""
    say(f"{counted(len(trainings), 'training')} of {epochs} each{there}")
    if not left:
        return results
    progress = Progress(sum(one.epochs for one in left))
    with Lines(progress) as lines:
        for result in carry_out(left, place, progress, jobs, lines.show):
            results[result.settings] = result
            number = f"{len(results):>{len(str(len(trainings)))}}/{len(trainings)}"
            lines.say(f"{number}  {plan.label(result.settings)}: {outcome(result)}")
    return results
