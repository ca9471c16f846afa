"""A training in its folder: begun or taken up again, a checkpoint after each epoch, its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.advice import remarks
from backprop_sheet.mnist.data import Digits, digits
from backprop_sheet.mnist.machine import device
from backprop_sheet.mnist.results import write_results
from backprop_sheet.mnist.saved import CHECKPOINT_NAME, Checkpoint, save_checkpoint
from backprop_sheet.mnist.training import Epoch, Settings, Tell, Training, silent

WORDS = {"batch": "batch size", "rate": "learning rate"}
"""Settings whose names say too little."""


class Run:
    """A training in its folder.

    Attributes:
        training: the training.
        digits: what it learns from.
        folder: where its files go.
        kept: how many epochs its checkpoint holds.
    """

    def __init__(self, settings: Settings, source: Digits, folder: Path, where: str) -> None:
        """A training before its first epoch.

        Raises:
            InputError: there is no such device.
        """
        self.training = Training(settings, source, device(where))
        self.digits, self.folder, self.kept = source, folder, 0
        self._mark = source.mark

    def epochs(self, tell: Tell = silent) -> Iterator[tuple[Epoch, list[str]]]:
        """The epochs that are left, each once its checkpoint is written, with what there is to say.

        Raises:
            Diverged: the loss is no finite number any more.
            WriteError: the checkpoint cannot be written.
        """
        said: set[str] = set()
        for epoch in self.training.epochs(tell):
            save_checkpoint(self.training, self.digits.name, self._mark, self.folder)
            self.kept = self.training.done
            new = dict(remarks(self.training.history))
            yield epoch, [words for about, words in new.items() if about not in said]
            said |= set(new)

    def take_up(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint.

        Raises:
            InputError: it belongs to other digits.
        """
        checkpoint.restore(self.training, self._mark)
        self.kept = self.training.done

    def finish(self, *, force: bool = False) -> list[tuple[Path, str]]:
        """Write the results of the epochs that are done; nothing if there is none.

        An epoch that was broken off counts for nothing: the network is that of the checkpoint.

        Args:
            force: whether a report may be replaced that a person has changed.

        Returns:
            The files written, each with what it holds.

        Raises:
            WriteError: a file cannot be written, or a person has changed the report.
        """
        if not self.kept:
            return []
        Checkpoint(self.folder).restore(self.training, self._mark)
        return write_results(self.training, self.digits, self.folder, force=force)


def resumed(
    folder: Path, source: str | None, where: str, given: Mapping[str, float | str | None]
) -> Run:
    """The training whose checkpoint is in a folder.

    Args:
        folder: the folder.
        source: where its digits are now, if they moved.
        where: the device.
        given: settings that the training is thought to have; None for those left open.

    Raises:
        InputError: there is no checkpoint, its settings are others, or its digits are not there.
    """
    checkpoint = Checkpoint(folder)
    for name, there in asdict(checkpoint.settings).items():
        wanted = given.get(name)
        if wanted is not None and wanted != there:
            what = WORDS.get(name, name)
            raise InputError(f"the training in {folder} has {what} {there}, not {wanted}")
    run = Run(checkpoint.settings, digits(source or checkpoint.source), folder, where)
    run.take_up(checkpoint)
    return run


def unfinished(folder: Path) -> int:
    """How many epochs of an unfinished training are in a folder; 0 if there is none."""
    if not (folder / CHECKPOINT_NAME).exists():
        return 0
    try:
        checkpoint = Checkpoint(folder)
    except InputError:
        return 0
    return checkpoint.done if checkpoint.done < checkpoint.settings.epochs else 0
