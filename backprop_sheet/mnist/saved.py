"""Models and checkpoints as files: weights and plain data only, so that loading one is safe."""

from __future__ import annotations

import warnings
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
    take_over,
)

MODEL, CHECKPOINT = "backprop-sheet mnist model 1", "backprop-sheet mnist checkpoint 2"
"""What a file says that it is; the number is that of its form."""
UNLIKE = (KeyError, TypeError, ValueError, RuntimeError, AttributeError)
"""What goes wrong where a file's content is not what it should be."""
CHECKPOINT_NAME = "checkpoint.pt"


def save_model(training: Training, source: str, path: Path) -> None:
    """Write a trained network, with its settings and its history.

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
    """A network ready to be tested, and where the digits come from that it learnt."""

    network: Network
    digits: str


def load_model(path: Path) -> Model:
    """A trained network.

    Raises:
        InputError: the file is not there, or is none that `save_model` wrote.
    """
    content = _read(path, MODEL, "model")
    dropout = content.get("dropout")
    if not isinstance(dropout, (int, float)) or not 0 <= dropout < 1:
        taken = "a number from 0 on, below 1"
        raise InputError(f"{path}: the model's dropout is {shown(dropout)}, not {taken}")
    network = Network(dropout)
    try:
        take_over(network, content["weights"])
    except NotFiniteError:
        raise InputError(f"{path}: not all weights of this model are finite numbers") from None
    except UNLIKE:
        raise InputError(f"{path}: this is a model of another network") from None
    return Model(network.eval(), str(content.get("digits")))


def save_checkpoint(training: Training, source: str, mark: int, folder: Path) -> None:
    """Write all that it takes to go on with a training from here.

    Args:
        training: the training, between two epochs.
        source: where its digits come from.
        mark: the number that tells these digits from others.
        folder: where to.

    Raises:
        WriteError: the file cannot be written.
    """
    content = {
        "settings": asdict(training.settings),
        "source": source,
        "mark": mark,
        "state": training.state(),
    }
    _write(folder / CHECKPOINT_NAME, CHECKPOINT, content)


class Checkpoint:
    """A training between two epochs, read from a file.

    Attributes:
        settings: how the training goes.
        source: where its digits come from.
        done: how many epochs it has behind it.
    """

    def __init__(self, folder: Path) -> None:
        """Read the checkpoint in a folder.

        Raises:
            InputError: there is none, or the file is something else.
        """
        self._path = folder / CHECKPOINT_NAME
        if not self._path.exists():
            raise InputError(f"there is no training to go on with in {folder}")
        content = _read(self._path, CHECKPOINT, "checkpoint")
        try:
            self.settings = Settings(**content["settings"])
            self.source = str(content["source"])
            self._mark, self._state = content["mark"], content["state"]
            self.done = len(self._state["history"])
            _check_history(self._state["history"], self.settings.epochs)
        except (*UNLIKE, InputError):
            raise self._broken() from None

    def restore(self, training: Training, mark: int) -> None:
        """Have a training go on from here.

        Raises:
            InputError: its digits are not those of the training that was stopped.
        """
        if mark != self._mark:
            raise InputError(f"these are not the digits that the training in {self._path} is about")
        try:
            training.go_on_from(self._state)
        except UNLIKE:
            raise self._broken() from None

    def _broken(self) -> InputError:
        return InputError(f"{self._path}: this checkpoint is damaged, or another program's")


def _check_history(history: Any, epochs: int) -> None:
    """Refuse rows that are not those of the first epochs, with a finite number in each column."""
    rows = [Epoch(*row) for row in history]
    if [row.epoch for row in rows] != list(range(1, len(rows) + 1)) or not 0 < len(rows) <= epochs:
        raise ValueError("not the first epochs")
    if not all(isfinite(number) for row in rows for number in row):
        raise ValueError("a number is not finite")


def _write(path: Path, kind: str, content: dict[str, Any]) -> None:
    file = BytesIO()  # a full disk is then told by the system, not by PyTorch's own words
    torch.save({"kind": kind} | content, file)
    with replacing(path) as draft:
        draft.write_bytes(file.getbuffer())


def _read(path: Path, kind: str, called: str) -> dict[str, Any]:
    try:
        file = BytesIO(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    mistake = InputError(f"{path}: this is no {called} that `mnist train` wrote")
    try:
        with warnings.catch_warnings(action="ignore"):  # of forms that PyTorch no longer writes
            content = torch.load(file, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, KeyError, ValueError, TypeError,
            AttributeError, IndexError, OverflowError, MemoryError):  # fmt: skip
        raise mistake from None
    if not isinstance(content, dict) or content.get("kind") != kind:
        raise mistake
    return content
