"""Test digits that say how sure an answer is: mistakes that resemble a picture, and near misses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from backprop_sheet.errors import counted
from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.evaluation import AT_ONCE, log_probabilities, tensors
from backprop_sheet.mnist.machine import on_one_thread
from backprop_sheet.mnist.model import Network
from backprop_sheet.mnist.plots import digits_picture
from backprop_sheet.mnist.stages import Numbers
from backprop_sheet.plotter.picture import Picture

Places = npt.NDArray[np.int64]
NEAREST, CLOSE = 8, 24
"""How many mistakes are shown beside a picture, and how many near misses."""


class Answers(NamedTuple):
    """What a network answered to test digits.

    Attributes:
        images: the digits: grey values 0 to 255, of shape (n, 28, 28).
        truth: what they are, of shape (n,).
        chances: the ten probabilities of each, of shape (n, 10).
    """

    images: Bytes
    truth: Places
    chances: Numbers

    @property
    def answers(self) -> Places:
        """The digit with the highest probability."""
        places: Places = self.chances.argmax(axis=1)
        return places

    @property
    def wrong(self) -> Places:
        """The places of the mistakes."""
        return np.flatnonzero(self.answers != self.truth)


class Mistake(NamedTuple):
    """A test digit that the network got wrong, and how far it is from a picture."""

    place: int
    distance: float


def answered(network: Network, images: Bytes, labels: Bytes, device: torch.device) -> Answers:
    """Have a network answer to test digits, on a device; afterwards it is on the CPU."""
    pixels, truth = tensors(images, labels, device)
    logs = log_probabilities(network.to(device), pixels).cpu().double()
    network.cpu()
    return Answers(images, truth.cpu().numpy(), logs.exp().numpy())


def features(network: Network, images: Bytes) -> Tensor:
    """What the last stage before the 1×1 convolution gives for images: a row for each."""
    pixels = torch.from_numpy(np.ascontiguousarray(images))[:, None]
    network.eval()
    with torch.inference_mode(), on_one_thread():
        rows = [network.layers[:-2](network.normalised(part.float() / 255)).flatten(1)
                for part in torch.split(pixels, AT_ONCE)]  # fmt: skip
    return torch.cat(rows)


def nearest_mistakes(
    network: Network, image: Bytes, known: Answers, count: int = NEAREST
) -> list[Mistake]:
    """The mistakes that are nearest to a picture in their features, the nearest first.

    Args:
        network: the network.
        image: the picture: grey values 0 to 255, of shape (28, 28).
        known: what it answered to test digits.
        count: how many to give at most.
    """
    wrong = known.wrong
    if not len(wrong):
        return []
    own = features(network, image[None])
    parts = (features(network, known.images[wrong[k : k + AT_ONCE]]) - own
             for k in range(0, len(wrong), AT_ONCE))  # fmt: skip
    away = torch.cat([part.norm(dim=1) for part in parts]).double().numpy()
    order = np.argsort(away, kind="stable")[:count]
    return [Mistake(int(wrong[k]), float(away[k])) for k in order]


def near_misses(known: Answers, count: int = CLOSE) -> list[int]:
    """The right answers with the smallest margin: the first probability less the second."""
    first, second = np.sort(known.chances, axis=1)[:, :-3:-1].T
    margin = np.where(known.answers == known.truth, first - second, np.inf)
    right = int(np.isfinite(margin).sum())
    return [int(k) for k in np.argsort(margin, kind="stable")[: min(count, right)]]


def near_misses_picture(known: Answers, places: Sequence[int]) -> Picture:
    """Near misses with their two most likely digits, as high as they need."""
    words = []
    for place in places:
        second, first = np.argsort(known.chances[place], kind="stable")[-2:]
        chances = known.chances[place]
        words.append(f"{first}: {chances[first]:.0%}\n{second}: {chances[second]:.0%}")
    title = (
        f"{counted(len(places), 'right answer')} with the smallest margin"
        if places
        else "No test digit was read right"
    )
    return digits_picture(known.images[list(places)], words, title)
