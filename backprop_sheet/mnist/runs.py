"""A training in its folder: begun or taken up again, a checkpoint after each epoch, its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import torch

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.advice import remarks
from backprop_sheet.mnist.data import Digits
from backprop_sheet.mnist.recipes import RECIPES
from backprop_sheet.mnist.results import write_results
from backprop_sheet.mnist.saved import CHECKPOINT_NAME, Checkpoint, save_checkpoint
from backprop_sheet.mnist.training import Epoch, Settings, Tell, Training, silent

LONG_NAMES = {"batch": "batch size", "rate": "learning rate"}
"""Settings whose names say too little."""


class Run:
    """A training in its folder.

    Attributes:
        training: the training.
        digits: what it learns from.
        folder: where its files go.
        kept: how many epochs its checkpoint holds.
    """

    def __init__(
        self, settings: Settings, source: Digits, folder: Path, place: torch.device
    ) -> None:
        """A training before its first epoch."""
        self.training = Training(settings, source, place)
        self.digits, self.folder, self.kept = source, folder, 0
        self._mark = source.mark

    def epochs(self, tell: Tell = silent) -> Iterator[tuple[Epoch, list[str]]]:
        """The epochs that are left, each once its checkpoint is written, with what there is to say.

        Raises:
            Diverged: the loss or a weight is no finite number any more.
            WriteError: the checkpoint cannot be written.
        """
        history = self.training.history
        given = {about for k in range(self.kept) for about, _ in remarks(history[: k + 1])}
        for epoch in self.training.epochs(tell):
            save_checkpoint(self.training, self.digits.name, self._mark, self.folder)
            self.kept = self.training.done
            new = dict(remarks(self.training.history))
            yield epoch, [words for about, words in new.items() if about not in given]
            given |= set(new)

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
        written = write_results(self.training, self.digits, self.folder, force=force)
        return [*written, (self.folder / CHECKPOINT_NAME, "what --resume goes on from")]


def continued(checkpoint: Checkpoint, given: Mapping[str, float | str | None]) -> Settings:
    """The settings of a training that is to go on.

    More epochs than it had may be given where the rate is the same in all of them: it then goes on
    as if it had had them from the beginning.

    Args:
        checkpoint: where it stopped.
        given: settings that it is thought to have; None for those left open.

    Raises:
        InputError: its settings are others.
    """
    settings = checkpoint.settings
    for name, there in asdict(settings).items():
        wanted = given.get(name)
        if wanted is None or wanted == there:
            continue
        laid_out = RECIPES[settings.recipe].one_cycle
        if name == "epochs" and not laid_out and int(wanted) > there:
            settings = replace(settings, epochs=int(wanted))
            continue
        reason = (
            f": its rate's cycle is laid out for {there}" if name == "epochs" and laid_out else ""
        )
        what = LONG_NAMES.get(name, name)
        raise InputError(f"the training has {what} {there}, not {wanted}{reason}")
    return settings


def epochs_in(folder: Path) -> int:
    """How many epochs of a training are in a folder; 0 if there is none to go on with."""
    try:
        return Checkpoint(folder).done
    except InputError:
        return 0
