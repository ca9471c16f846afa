"""Model and checkpoint files. They hold only weights and plain data, so they are safe to load."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from math import isfinite
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, NamedTuple

import torch

from backprop_sheet.errors import InputError, shown
from backprop_sheet.files import replacing
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.training import (
    Epoch,
    NotFiniteError,
    Settings,
    Training,
    load_weights,
)

MODEL, CHECKPOINT = "backprop-sheet mnist model 1", "backprop-sheet mnist checkpoint 2"
"""What a file says that it is, and the version of its format."""
WRONG_CONTENT = (KeyError, TypeError, ValueError, RuntimeError, AttributeError)
"""The errors that follow from a file with the wrong content."""
CHECKPOINT_NAME = "checkpoint.pt"


def save_model(training: Training, source: str, path: Path) -> None:
    """Write a trained network with its settings and history.

    Raises:
        WriteError: the file cannot be written.
    """
    content = {
        "dropout": training.network.dropout,
        "weights": training.network.state_dict(),
        "settings": asdict(training.settings),
        "history": [row._asdict() for row in training.history],
        "digits": Path(source).name,
    }
    _write(path, MODEL, content)


class Model(NamedTuple):
    """A network in evaluation mode, and the source of the digits it was trained on."""

    network: Network
    digits: str


def load_model(path: Path) -> Model:
    """A trained network, from the file of a model or from a checkpoint.

    Raises:
        InputError: the file is missing, or was not written by `mnist train`.
    """
    content = _read(path, "model", MODEL, CHECKPOINT)
    if content["kind"] == CHECKPOINT:
        content = _as_model(content)
    dropout = content.get("dropout")
    if not isinstance(dropout, (int, float)) or not 0 <= dropout < 1:
        allowed = "from 0 to below 1"
        raise InputError(f"{path}: the model's dropout is {shown(dropout)}, not {allowed}")
    network = Network(dropout)
    try:
        load_weights(network, content["weights"])
    except NotFiniteError:
        raise InputError(f"{path}: not all weights of this model are finite") from None
    except WRONG_CONTENT:
        raise InputError(f"{path}: this is the model of another network") from None
    return Model(network.eval(), str(content.get("digits")))


def _as_model(checkpoint: dict[str, Any]) -> dict[str, Any]:
    """What the file of a model would hold if the training had ended at a checkpoint."""
    with suppress(*WRONG_CONTENT):
        settings, state = checkpoint["settings"], checkpoint["state"]
        weights = state["learner"]
        if average := state["average"]:
            weights = {name.removeprefix("module."): value for name, value in average.items()}
            del weights["n_averaged"]
        digits = Path(str(checkpoint["source"])).name
        return {"dropout": settings["dropout"], "weights": weights, "digits": digits}
    return {"dropout": 0.0}  # without weights: the error is that of any wrong file


class Source(NamedTuple):
    """Where the digits of a training come from, and their checksum."""

    name: str
    checksum: int


def save_checkpoint(
    training: Training, source: Source, remarked: Sequence[str], folder: Path
) -> None:
    """Write everything needed to resume a training from here.

    Args:
        training: the training, between two epochs.
        source: where its digits come from.
        remarked: the topics of the remarks made so far, which are not made again.
        folder: the folder to write to.

    Raises:
        WriteError: the file cannot be written.
    """
    content = {
        "settings": asdict(training.settings),
        "source": source.name,
        "mark": source.checksum,
        "remarked": list(remarked),
        "state": training.state(),
    }
    _write(folder / CHECKPOINT_NAME, CHECKPOINT, content)


class Checkpoint:
    """A training between two epochs, read from a file.

    Attributes:
        settings: the settings of the training.
        source: the source of its digits.
        done: the number of epochs that are done.
        remarked: the topics of the remarks made so far.
    """

    def __init__(self, folder: Path) -> None:
        """Read the checkpoint in a folder.

        Raises:
            InputError: there is none, or the file is not a checkpoint.
        """
        self._path = folder / CHECKPOINT_NAME
        if not self._path.exists():
            raise InputError(f"there is no training to resume in {folder}")
        content = _read(self._path, "checkpoint", CHECKPOINT)
        try:
            self.settings = Settings(**content["settings"])
            self.source = str(content["source"])
            self._checksum, self._state = content["mark"], content["state"]
            self.done = len(self._state["history"])
            self.remarked = [str(topic) for topic in content.get("remarked", ())]
            _check_history(self._state["history"], self.settings.epochs)
        except (*WRONG_CONTENT, InputError):
            raise self._broken() from None

    def restore(self, training: Training, checksum: int) -> None:
        """Have a training resume from here.

        Args:
            training: a training with the settings of this checkpoint.
            checksum: the checksum of its digits.

        Raises:
            InputError: the checkpoint belongs to other digits, or is damaged.
        """
        if checksum != self._checksum:
            raise InputError(f"these are not the digits of the training in {self._path}")
        try:
            training.restore(self._state)
        except WRONG_CONTENT:
            raise self._broken() from None

    def _broken(self) -> InputError:
        return InputError(f"{self._path}: this checkpoint is damaged or comes from another program")


def _check_history(history: Any, epochs: int) -> None:
    """Check that the rows are those of the first epochs, and that all their numbers are finite."""
    rows = [Epoch(*row) for row in history]
    if [row.epoch for row in rows] != list(range(1, len(rows) + 1)) or not 0 < len(rows) <= epochs:
        raise ValueError("these are not the first epochs")
    if not all(isfinite(number) for row in rows for number in row):
        raise ValueError("not all numbers are finite")


def _write(path: Path, kind: str, content: dict[str, Any]) -> None:
    file = BytesIO()  # so that a full disk raises the system's error, not one of PyTorch's
    torch.save({"kind": kind} | content, file)
    with replacing(path) as draft:
        draft.write_bytes(file.getbuffer())


def _read(path: Path, name: str, *kinds: str) -> dict[str, Any]:
    try:
        file = BytesIO(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    mistake = InputError(f"{path}: this is not a {name} written by `mnist train`")
    try:
        with warnings.catch_warnings(action="ignore"):  # about formats out of use
            content = torch.load(file, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, KeyError, ValueError, TypeError,
            AttributeError, IndexError, OverflowError, MemoryError):  # fmt: skip
        raise mistake from None
    if not isinstance(content, dict) or content.get("kind") not in kinds:
        raise mistake
    return content
