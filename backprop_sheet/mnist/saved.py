"""Models and checkpoints as files: weights and plain data only, so that loading one is safe."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.training import Settings, Training

MODEL, CHECKPOINT = "backprop-sheet mnist model 1", "backprop-sheet mnist checkpoint 1"
"""What a file says that it is; the number is that of its form."""
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


def load_model(path: Path) -> Network:
    """A trained network, ready to be tested.

    Raises:
        InputError: the file is not there, or is none that `save_model` wrote.
    """
    content = _read(path, MODEL, "model")
    try:
        network = Network(content["dropout"])
        network.load_state_dict(content["weights"])
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError):
        raise InputError(f"{path}: this is a model of another network") from None
    return network.eval()


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
        content = _read(self._path, CHECKPOINT, "checkpoint")
        try:
            self.settings = Settings(**content["settings"])
            self.source: str = content["source"]
            self._mark, self._state = content["mark"], content["state"]
            self.done = len(self._state["history"])
        except (KeyError, TypeError):
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
        except (KeyError, TypeError, ValueError, RuntimeError):
            raise self._broken() from None

    def _broken(self) -> InputError:
        return InputError(f"{self._path}: this is the checkpoint of another program")


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
