"""What a network predicts for digits, and how often it is right."""

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

AT_ONCE = 500
"""Images that go through the network together."""


class Outcome(NamedTuple):
    """How a network did on a set of digits.

    Attributes:
        loss: the mean of −log p, where p is the probability of the true digit.
        accuracy: the fraction of digits that were predicted correctly.
        answers: the digit predicted for each image.
        confidence: the probability of that digit.
        truth: the true digit.
    """

    loss: float
    accuracy: float
    answers: Tensor
    confidence: Tensor
    truth: Tensor

    @property
    def confusion(self) -> list[list[int]]:
        """The confusion matrix: how often each digit (row) was predicted as each other (column)."""
        pairs = self.truth * CLASSES + self.answers
        counts: list[list[int]] = (
            torch.bincount(pairs, minlength=CLASSES**2).view(CLASSES, CLASSES).tolist()
        )
        return counts


def tensors(images: Bytes, labels: Bytes, device: torch.device) -> tuple[Tensor, Tensor]:
    """Images as bytes of shape (n, 1, 28, 28), and labels, in a device's memory."""
    channels = torch.tensor(images).unsqueeze(1)
    return channels.to(device), torch.tensor(labels, dtype=torch.long).to(device)


def log_probabilities(network: Network, images: Tensor) -> Tensor:
    """The logarithms of the ten probabilities for each image.

    Args:
        network: the network; it is left in evaluation mode.
        images: grey values 0 (paper) to 255 (ink), of shape (n, 1, 28, 28).
    """
    network.eval()
    with torch.inference_mode():
        batches = interruptible(torch.split(images, AT_ONCE))
        return torch.cat([network(batch.float() / 255) for batch in batches])


def chances(network: Network, pictures: Sequence[Bytes]) -> list[list[float]]:
    """The ten probabilities for each picture.

    Args:
        network: the network.
        pictures: grey values 0 (paper) to 255 (ink), each of shape (28, 28).
    """
    images = torch.from_numpy(np.stack(pictures)).unsqueeze(1)
    rows: list[list[float]] = log_probabilities(network, images).exp().tolist()
    return rows


def evaluate(network: Network, images: Tensor, labels: Tensor) -> Outcome:
    """Compare what the network predicts for images with their labels."""
    guesses = log_probabilities(network, images).cpu()
    truth = labels.cpu()
    logs, answers = guesses.max(dim=1)
    return Outcome(
        loss=functional.nll_loss(guesses, truth).item(),
        accuracy=(answers == truth).sum().item() / len(truth),
        answers=answers,
        confidence=logs.exp(),
        truth=truth,
    )
