"""What a network says to digits, and how often that is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from backprop_sheet.interrupt import interruptible
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.model import CLASSES, Network
from backprop_sheet.mnist.recipes import normalised

AT_ONCE = 500
"""Pictures that go through the network together."""


class Outcome(NamedTuple):
    """What a network came to on digits.

    Attributes:
        loss: the mean of −log p of the true digit.
        accuracy: the part of the digits that it found.
        answers: the digit it found most probable, for each picture.
        confidence: the probability it gave that digit.
        truth: the digit that is shown.
    """

    loss: float
    accuracy: float
    answers: Tensor
    confidence: Tensor
    truth: Tensor

    @property
    def confusion(self) -> list[list[int]]:
        """How often each digit (row) was taken for each (column)."""
        pairs = self.truth * CLASSES + self.answers
        counts: list[list[int]] = (
            torch.bincount(pairs, minlength=CLASSES**2).view(CLASSES, CLASSES).tolist()
        )
        return counts


def tensors(images: Bytes, labels: Bytes, device: torch.device) -> tuple[Tensor, Tensor]:
    """Digits in a device's memory: pictures of shape (n, 1, 28, 28) in bytes, and labels."""
    pictures = torch.tensor(images).unsqueeze(1)
    return pictures.to(device), torch.tensor(labels, dtype=torch.long).to(device)


def probabilities(network: Network, images: Tensor) -> Tensor:
    """The logarithms of the probabilities that a network gives ten digits, for pictures in bytes.

    Args:
        network: the network; it is left ready to be tested.
        images: grey values 0 (paper) to 255 (ink), of shape (n, 1, 28, 28).
    """
    network.eval()
    with torch.inference_mode():
        pieces = interruptible(torch.split(images, AT_ONCE))
        parts = [network(normalised(piece.float() / 255)) for piece in pieces]
    return torch.cat(parts)


def chances(network: Network, pictures: Sequence[Bytes]) -> list[list[float]]:
    """The ten probabilities that a network gives for each picture.

    Args:
        network: the network.
        pictures: grey values 0 (paper) to 255 (ink), each of shape (28, 28).
    """
    images = torch.from_numpy(np.stack(pictures)).unsqueeze(1)
    found: list[list[float]] = probabilities(network, images).exp().tolist()
    return found


def evaluate(network: Network, images: Tensor, labels: Tensor) -> Outcome:
    """What the network says to pictures, against what they show."""
    guesses = probabilities(network, images).cpu()
    truth = labels.cpu()
    logs, answers = guesses.max(dim=1)
    return Outcome(
        loss=functional.nll_loss(guesses, truth).item(),
        accuracy=(answers == truth).sum().item() / len(truth),
        answers=answers,
        confidence=logs.exp(),
        truth=truth,
    )
