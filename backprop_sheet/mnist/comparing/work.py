"""Carries out trainings, each in a folder of its own, several at a time.

A folder is named by the settings, the recipe and the digits, so a training is done once, whatever
it is compared with. While it goes on, the folder holds a checkpoint; once it is done, its history
and its result, and no more. A training that was stopped goes on from its checkpoint, to the same
bits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import Value
from pathlib import Path
from time import process_time
from typing import Any
from zlib import crc32

import torch

from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.files import check_target, replacing
from backprop_sheet.mnist.comparing.values import text
from backprop_sheet.mnist.data import Digits
from backprop_sheet.mnist.results import HISTORY, read_history, write_history
from backprop_sheet.mnist.saved import CHECKPOINT_NAME, Checkpoint, Source, save_checkpoint
from backprop_sheet.mnist.settings import Settings
from backprop_sheet.mnist.training import Epoch, Glance, Training
from backprop_sheet.processes import in_processes

FOLDER, RESULT = "trainings", "result.json"
KIND = "backprop-sheet mnist training 1"
"""What a result says that it is, and the version of its format."""
SHORT = {"recipe": "", "rate": "lr", "widths": "w", "half": "bfloat16-", "without": "without-"}
"""How settings are called in the name of a folder, where not by their own names."""


@dataclass(frozen=True)
class Result:
    """What came of a training.

    Attributes:
        settings: its settings.
        history: its epochs; those before it diverged.
        diverged: why it ended early; empty if it did not.
        folder: the name of its folder.
    """

    settings: Settings
    history: tuple[Epoch, ...]
    diverged: str
    folder: str


@dataclass(frozen=True)
class Place:
    """Where trainings are done: the digits, and the folder that theirs are in."""

    digits: Digits
    checksum: int
    folder: Path

    @classmethod
    def of(cls, digits: Digits, folder: Path) -> Place:
        """The place for these digits in the folder of a comparison."""
        return cls(digits, digits.checksum, folder / FOLDER)

    def name_of(self, settings: Settings) -> str:
        """The name of a training's folder: its settings, checksums of its recipe and its digits.

        A recipe's numbers may change from version to version, and its name would not say so.
        It has only small letters, digits, points, commas, plus and minus signs and low lines.
        """
        parts = (
            f"{SHORT.get(name, name)}{_word(value)}" for name, value in asdict(settings).items()
        )
        recipe = crc32(repr(settings.effective_recipe).encode())
        return "_".join((*parts, f"recipe{recipe:08x}", f"digits{self.checksum:08x}"))

    def result_of(self, settings: Settings) -> Result | None:
        """The result of a training that is done; None if it is not, or its files are damaged."""
        name = self.name_of(settings)
        folder = self.folder / name
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, InputError):
            found = json.loads((folder / RESULT).read_text("utf-8"))
            history = tuple(read_history(folder / HISTORY))
            numbers = [epoch.epoch for epoch in history]
            whole = numbers == list(range(1, found["epochs"] + 1))
            enough = bool(found["diverged"]) or len(history) == settings.epochs
            if found["kind"] == KIND and whole and enough:
                return Result(settings, history, str(found["diverged"]), name)
        return None


def _word(value: Any) -> str:
    return text(value).replace(",", "-")


class Progress:
    """How many epochs are done, counted over all processes; parts of an epoch count."""

    def __init__(self, total: int) -> None:
        """Before the first of so many epochs."""
        self.total = total
        self._done = Value("d", 0.0)

    @property
    def done(self) -> float:
        """The epochs that are done."""
        return float(self._done.value)

    def add(self, epochs: float) -> None:
        """Count more of them."""
        with self._done.get_lock():
            self._done.value += epochs


def check_folders(trainings: Iterable[Settings], place: Place, *, force: bool = False) -> None:
    """Check, before they begin, that the files of trainings can be written.

    Raises:
        WriteError: a file cannot be written.
    """
    for settings in trainings:
        for name in (CHECKPOINT_NAME, HISTORY, RESULT):
            check_target(place.folder / place.name_of(settings) / name, force=force)


def carry_out(
    trainings: Sequence[Settings],
    place: Place,
    progress: Progress,
    jobs: int | None = None,
    show: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """Do trainings, several at a time; yields the result of each, in their order.

    Args:
        trainings: the settings of those that are to be done.
        place: where.
        progress: counts the epochs that are done.
        jobs: how many processes there are at most; as many as processors if left out.
        show: called every now and then, to show the progress.

    Raises:
        WriteError: a file cannot be written.
    """
    work = partial(train, place, progress)
    yield from in_processes(work, trainings, jobs, worthwhile=1, meanwhile=show)


def train(place: Place, progress: Progress, settings: Settings) -> Result:
    """Do a training, or go on with it where it stopped.

    Raises:
        WriteError: a file cannot be written.
    """
    name, counted, diverged = place.name_of(settings), 0.0, ""
    folder = place.folder / name
    training = _begun(place, settings, folder)
    source = Source(place.digits.name, place.checksum)

    def count(glance: Glance) -> None:
        nonlocal counted
        done = glance.epoch - 1 + glance.step / glance.steps
        progress.add(done - counted)
        counted = done

    try:
        begin = process_time()
        for epoch in training.epochs(count):
            # Other programs lengthen the time by the clock, which an epoch comes with.
            training.history[-1] = epoch._replace(seconds=process_time() - begin)
            begin = process_time()
            save_checkpoint(training, source, (), folder)
    except Diverged as error:
        diverged = str(error)
    _keep(training.history, diverged, folder)
    progress.add(settings.epochs - counted)
    return Result(settings, tuple(training.history), diverged, name)


def _begun(place: Place, settings: Settings, folder: Path) -> Training:
    """A training where it stopped; before its first epoch if there is no whole checkpoint."""
    training = Training(settings, place.digits, torch.device("cpu"))
    with suppress(InputError):
        checkpoint = Checkpoint(folder)
        if checkpoint.settings == settings:
            checkpoint.restore(training, place.checksum)
            return training
    return Training(settings, place.digits, torch.device("cpu"))


def _keep(history: Sequence[Epoch], diverged: str, folder: Path) -> None:
    """Write history and result, and only then remove the checkpoint."""
    write_history(history, folder / HISTORY)
    result = {"kind": KIND, "epochs": len(history), "diverged": diverged}
    with replacing(folder / RESULT) as draft:
        draft.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8", newline="\n")
    with suppress(OSError):
        (folder / CHECKPOINT_NAME).unlink()
