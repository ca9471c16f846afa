"""The command that compares trainings of the companion: mnist compare."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.companion.shared import DigitsChoice, memory_advice, needs_torch
from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import FORCE, JOBS, Folder
from backprop_sheet.cli.reporting import (
    EXIT_CODES,
    INTERRUPTED,
    blamed_on,
    echo,
    fail,
    list_files,
    note,
)
from backprop_sheet.cli.values import Fraction, Positive, Whole, Widths
from backprop_sheet.errors import WriteError, counted
from backprop_sheet.interrupt import at_once
from backprop_sheet.mnist import limits

if TYPE_CHECKING:
    from backprop_sheet.mnist.comparing.plan import Plan
    from backprop_sheet.mnist.comparing.table import Comparison
    from backprop_sheet.mnist.comparing.work import Place, Result
    from backprop_sheet.mnist.settings import Settings

MINUTE = 60.0


@click.command(epilog=EXIT_CODES)
@takes("source", DigitsChoice)
@click.option(
    "--recipe",
    type=click.Choice(["best", "original"]),
    multiple=True,
    help="best: one-cycle rate, changed pictures; original: the exercise's own. [default: best]",
)
@click.option(
    "--batch-size",
    "batch",
    type=Whole("n", 1, 128, limits.BATCH),
    multiple=True,
    help="Pictures in a step, up to all of them. [default: 128]",
)
@click.option(
    "--lr",
    "rate",
    type=Positive(0.1, limits.RATE),
    multiple=True,
    help="Learning rate; best: the highest. [default: 0.1, 0.01]",
)
@click.option(
    "--dropout",
    type=Fraction(),
    multiple=True,
    help="Share of the values left out. [default: 0, 0.05]",
)
@click.option(
    "--widths",
    type=Widths(limits.BLOCKS, limits.WIDEST),
    multiple=True,
    help="Channels of each block, with commas between them. [default: 8,16,32]",
)
@click.option(
    "--without",
    type=click.Choice(list(limits.LEFT_OUT)),
    multiple=True,
    help="A part to leave out; each is compared with nothing left out: "
    + ", ".join(limits.LEFT_OUT)
    + ".",
)
@click.option(
    "--all-combinations",
    is_flag=True,
    help="Compare all combinations of the values, instead of varying one thing at a time.",
)
@click.option(
    "--seed",
    "seeds",
    type=Whole("n", 0, 1, limits.SEEDS - 1),
    multiple=True,
    help="Where chance starts; each setting is trained with each seed. [default: 0, 1, 2]",
)
@click.option(
    "--epochs",
    type=Whole("n", 1, 10, limits.EPOCHS),
    help="Number of epochs. [default: 10]",
)
@click.option(
    "--float32",
    is_flag=True,
    help="Layers compute in float32 even where bfloat16, half as long, is faster.",
)
@click.option("--jobs", **JOBS)
@takes("output", Folder, folder={"default": "outputs/mnist/compare"})
@click.option("--force", **FORCE)
@needs_torch
def compare(
    source: DigitsChoice,
    output: Folder,
    all_combinations: bool,
    seeds: tuple[int, ...],
    epochs: int | None,
    float32: bool,
    jobs: int | None,
    force: bool,
    **given: tuple[Any, ...],
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
    from backprop_sheet.mnist.comparing.plan import EPOCHS, SEEDS, plan, repeated
    from backprop_sheet.mnist.comparing.work import Place

    folder = Path(output.folder)
    chosen = tuple(dict.fromkeys(seeds)) or SEEDS
    wanted = plan(
        given,
        chosen,
        all_combinations=all_combinations,
        epochs=epochs or EPOCHS,
        half=not float32 and _is_half_fast(),
    )
    for remark in repeated(given | {"seed": seeds}):
        note(f"{remark} is given twice and counts once")
    with blamed_on("--output", WriteError):
        check_files(folder, force=force)
    digits = source.digits()
    most = len(digits.train_labels)
    if (largest := max(given["batch"], default=0)) > most:
        mistake = f"got {largest}, takes 1 to {most}, the digits to learn from"
        raise click.BadParameter(mistake, param_hint="'--batch-size'")
    place = Place.of(digits, folder)
    with memory_advice("a smaller --batch-size, or fewer --jobs,"):
        try:
            with blamed_on("--output", WriteError):
                results = _results(wanted, place, jobs)
        except KeyboardInterrupt:
            return fail("interrupted; the same command goes on from here", INTERRUPTED)
        with at_once():
            comparison = gathered(wanted, results, place)
    with at_once(), blamed_on("--output", WriteError):
        written = write_files(comparison, results, folder, force=force)
    _show(comparison)
    list_files(written)
    return 0


def _is_half_fast() -> bool:
    from backprop_sheet.mnist.machine import device, has_fast_bfloat16

    return has_fast_bfloat16(device("cpu"))


def _results(plan: Plan, place: Place, jobs: int | None) -> dict[Settings, Result]:
    """The results of all trainings; those that are not there are carried out."""
    from backprop_sheet.mnist.comparing.work import Progress, carry_out

    trainings = plan.trainings
    results = {one: found for one in trainings if (found := place.result_of(one))}
    left = [one for one in trainings if one not in results]
    epochs = counted(trainings[0].epochs)
    there = f"; {len(results)} of them are done" if results else ""
    echo(f"{counted(len(trainings), 'training')} of {epochs} each{there}")
    if not left:
        return results
    progress = Progress(sum(one.epochs for one in left))
    with _Lines(progress) as lines:
        for result in carry_out(left, place, progress, jobs, lines.show):
            results[result.settings] = result
            number = f"{len(results):>{len(str(len(trainings)))}}/{len(trainings)}"
            lines.say(f"{number}  {plan.label(result.settings)}: {_outcome(result)}")
    return results


def _outcome(result: Result) -> str:
    """What a training came to."""
    if result.diverged:
        return f"diverged in epoch {len(result.history) + 1}"
    seconds = sum(epoch.seconds for epoch in result.history)
    return f"test {result.history[-1].test_accuracy:.2%}, {seconds:.1f} s"


BAR = "{desc}{percentage:3.0f}% |{bar}| {elapsed}, about {remaining} left"


class _Lines:
    """Says what is done; if a person looks on, with a bar below, else with the time left."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._begin = progress, perf_counter()
        self._bar: Any = None

    def __enter__(self) -> _Lines:
        if sys.stderr.isatty():
            from shutil import get_terminal_size

            from tqdm import tqdm

            width = get_terminal_size().columns - 1  # 80 where a terminal does not know its own
            self._bar = tqdm(desc="comparing: ", total=self._progress.total, bar_format=BAR,
                             ncols=width, mininterval=0, smoothing=0, leave=False)  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.n = self._progress.done
            self._bar.refresh()

    def say(self, line: str) -> None:
        """Print a line."""
        if self._bar is not None:
            self._bar.clear()
            echo(line)
            self.show()
            return
        done, total = self._progress.done, self._progress.total
        left = (perf_counter() - self._begin) / done * (total - done)
        echo(f"{line}; about {_duration(left)} left" if left >= 1 else line)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < MINUTE else f"{seconds / MINUTE:.0f} min"


COLUMNS = ("accuracy", "± sd", "gap", "to 98 %", "memory", "time")


def _show(comparison: Comparison) -> None:
    """Print the table, and for each thing whether it makes a difference."""
    from backprop_sheet.mnist.comparing.words import words_of

    for name, rows in comparison.groups.items():
        table = [(name, *COLUMNS), *(words_of(row) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        echo("")
        for cells in table:
            first, *others = (
                cell.ljust(width) if not k else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
            echo("  ".join((first, *others)).rstrip())
        if verdict := comparison.verdicts.get(name):
            echo(verdict)
    echo("")
