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
from torch import Tensor

from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.model import SIZE, Network
from backprop_sheet.mnist.settings import Settings
from backprop_sheet.mnist.training import Epoch, NotFiniteError, Training, load_weights

MODEL, CHECKPOINT = "backprop-sheet mnist model 2", "backprop-sheet mnist checkpoint 3"
"""What a file says that it is, and the version of its format."""
EARLIER = {
    "backprop-sheet mnist model 1": MODEL,
    "backprop-sheet mnist checkpoint 2": CHECKPOINT,
}
"""Formats that lack what came later: widths, parts left out, examples of digits."""
WRONG_CONTENT = (KeyError, TypeError, ValueError, RuntimeError, AttributeError)
"""The errors that follow from a file with the wrong content."""
CHECKPOINT_NAME = "checkpoint.pt"


def save_model(training: Training, source: str, path: Path) -> None:
    """Write a trained network with its settings and history.

    Raises:
        WriteError: the file cannot be written.
    """
    content = {
        "weights": training.network.state_dict(),
        "settings": asdict(training.settings),
        "history": [row._asdict() for row in training.history],
        "digits": Path(source).name,
        "examples": training.examples,
    }
    _write(path, MODEL, content)


class Model(NamedTuple):
    """A trained network, and what its file tells of its training.

    Attributes:
        network: the network, in evaluation mode.
        settings: the settings of its training.
        history: the results of its epochs.
        digits: the source of the digits that it learnt from.
        examples: a test digit of each kind as bytes of shape (28, 28), by its digit; empty in a
            file of an earlier version.
    """

    network: Network
    settings: Settings
    history: list[Epoch]
    digits: str
    examples: dict[int, Bytes]

    def example(self, digit: int) -> Bytes:
        """The test digit of that kind: grey values 0 (paper) to 255 (ink), of shape (28, 28).

        Raises:
            InputError: the file holds none.
        """
        if digit in self.examples:
            return self.examples[digit]
        if not self.examples:
            raise InputError("this model holds no digits: train it anew, or give a picture")
        raise InputError(f"this model holds no {digit}, as there was none among its test digits")


def load_model(path: Path) -> Model:
    """A trained network, from the file of a model or from a checkpoint.

    Raises:
        InputError: the file is missing, or was not written by `mnist train`.
    """
    content = _read(path, "model", MODEL, CHECKPOINT)
    if content["kind"] == CHECKPOINT:
        content = _as_model(content)
    try:
        settings = Settings(**content["settings"])
        network = Network(settings.structure)
        load_weights(network, content["weights"])
        _check_variances(network)
    except NotFiniteError:
        raise InputError(f"{path}: not all weights of this model are finite") from None
    except InputError as error:
        raise InputError(f"{path}: the settings of this model are not possible: {error}") from None
    except WRONG_CONTENT:
        raise InputError(f"{path}: this is the model of another network") from None
    try:
        history = _history(content["history"], settings.epochs)
        examples = {int(k): _image(image) for k, image in content.get("examples", {}).items()}
    except WRONG_CONTENT:
        raise InputError(f"{path}: the epochs or the digits in this model are damaged") from None
    return Model(network.eval(), settings, history, str(content.get("digits")), examples)


def _check_variances(network: Network) -> None:
    """Check that no variance of BatchNorm is negative: its square root would be no number.

    Raises:
        NotFiniteError: one is.
    """
    variances = (one for name, one in network.named_buffers() if name.endswith("running_var"))
    if not all(bool((variance >= 0).all()) for variance in variances):
        raise NotFiniteError


def _as_model(checkpoint: dict[str, Any]) -> dict[str, Any]:
    """What the file of a model would hold if the training had ended at a checkpoint."""
    with suppress(*WRONG_CONTENT):
        state = checkpoint["state"]
        weights = state["learner"]
        if average := state["average"]:
            weights = {name.removeprefix("module."): value for name, value in average.items()}
            del weights["n_averaged"]
        return {
            "settings": checkpoint["settings"],
            "weights": weights,
            "history": state["history"],
            "digits": Path(str(checkpoint["source"])).name,
            "examples": checkpoint.get("examples", {}),
        }
    return {}  # the error is that of any wrong file


def _history(rows: Any, epochs: int) -> list[Epoch]:
    """The epochs in a file, which keeps each as a dictionary or as its values.

    Raises:
        TypeError, ValueError: these are not the results of the first epochs.
    """
    history = [Epoch(**row) if isinstance(row, dict) else Epoch(*row) for row in rows]
    numbers = [row.epoch for row in history]
    if numbers != list(range(1, len(numbers) + 1)) or not 0 < len(numbers) <= epochs:
        raise ValueError("these are not the first epochs")
    if not all(isfinite(number) for row in history for number in row):
        raise ValueError("not all numbers are finite")
    return history


def _image(image: Tensor) -> Bytes:
    if image.shape != (SIZE, SIZE) or image.dtype != torch.uint8:
        raise ValueError("this is no image of a digit")
    return image.numpy()


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
        "examples": training.examples,
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
            _history(self._state["history"], self.settings.epochs)
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
    if not isinstance(content, dict):
        raise mistake
    kind = content.get("kind")
    content["kind"] = EARLIER.get(kind, kind) if isinstance(kind, str) else None
    if content["kind"] not in kinds:
        raise mistake
    return content
