"""A training with its folder: a checkpoint after each epoch, and the results at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import torch

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.advice import Circumstances, remarks
from backprop_sheet.mnist.data import Digits
from backprop_sheet.mnist.results import write_results
from backprop_sheet.mnist.saved import CHECKPOINT_NAME, Checkpoint, Source, save_checkpoint
from backprop_sheet.mnist.settings import Settings
from backprop_sheet.mnist.training import Epoch, Training, Watch, unwatched

LONG_NAMES = {"batch": "batch size", "rate": "learning rate", "half": "bfloat16"}
"""Settings that messages call by another name."""


class Run:
    """A training with its folder.

    Attributes:
        training: the training.
        digits: the digits it is trained on.
        folder: the folder for its files.
        kept: the number of epochs in its checkpoint.
    """

    def __init__(
        self, settings: Settings, digits: Digits, folder: Path, device: torch.device
    ) -> None:
        """A training before its first epoch."""
        self.training = Training(settings, digits, device)
        self.digits, self.folder, self.kept = digits, folder, 0
        self._checksum = digits.checksum
        self._remarked: set[str] = set()

    def epochs(self, watch: Watch = unwatched) -> Iterator[tuple[Epoch, list[str]]]:
        """Train for the remaining epochs; yields the results of each, and new remarks on them.

        Each epoch's checkpoint is written before its results are yielded.

        Args:
            watch: called every few steps with the progress.

        Raises:
            Diverged: the loss or a weight is no longer finite.
            WriteError: the checkpoint cannot be written.
        """
        training = self.training
        known = Circumstances(training.steps, training.settings.dropout, training.fresh_accuracy)
        for epoch in training.epochs(watch):
            found = dict(remarks(training.history, known))
            new = [remark for topic, remark in found.items() if topic not in self._remarked]
            self._remarked |= set(found)
            source = Source(self.digits.name, self._checksum)
            save_checkpoint(training, source, sorted(self._remarked), self.folder)
            self.kept = training.done
            yield epoch, new

    def take_up(self, checkpoint: Checkpoint) -> None:
        """Resume from a checkpoint.

        Raises:
            InputError: the checkpoint belongs to other digits, or is damaged.
        """
        checkpoint.restore(self.training, self._checksum)
        self._remarked = set(checkpoint.remarked)
        self.kept = self.training.done

    def finish(self, *, force: bool = False) -> list[tuple[Path, str]]:
        """Write the results of the epochs that are done; writes nothing if none is done.

        An interrupted epoch does not count: the network is the one in the checkpoint.

        Args:
            force: whether to replace a report that somebody has edited.

        Returns:
            The files written, each with a description.

        Raises:
            WriteError: a file cannot be written, or somebody has edited the report.
        """
        if not self.kept:
            return []
        Checkpoint(self.folder).restore(self.training, self._checksum)
        written = write_results(self.training, self.digits, self.folder, force=force)
        return [*written, (self.folder / CHECKPOINT_NAME, "what --resume goes on from")]


def continued(checkpoint: Checkpoint, given: Mapping[str, float | str | None]) -> Settings:
    """The settings with which to resume a training.

    If all its epochs have the same rate, a training may be given more epochs than it had: it then
    continues as if it had had them from the start.

    Args:
        checkpoint: where the training stopped.
        given: the settings that the user asks for; None for those not given.

    Raises:
        InputError: the training has other settings.
    """
    settings = checkpoint.settings
    one_cycle = settings.effective_recipe.one_cycle
    for name, present in asdict(settings).items():
        wanted = given.get(name)
        if wanted is None or wanted == present:
            continue
        if name == "epochs" and not one_cycle and int(wanted) > present:
            settings = replace(settings, epochs=int(wanted))
            continue
        reason = f": its rate's cycle takes {present}" if name == "epochs" and one_cycle else ""
        called = LONG_NAMES.get(name, name)
        raise InputError(f"the training has {called} {present}, not {wanted}{reason}")
    return settings


def epochs_in(folder: Path) -> int:
    """The number of epochs done by the training in a folder; 0 if none can be resumed."""
    try:
        return Checkpoint(folder).done
    except InputError:
        return 0
