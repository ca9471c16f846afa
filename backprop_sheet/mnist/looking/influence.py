"""What in a picture an answer rests on: its gradient, and what happens when parts are covered.

Both look at the lead of the answer: its score before softmax less the highest other score. Below 0
another digit is the answer. Unlike the probability, the lead does not saturate near 1.
"""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import torch
from torch import Tensor

from backprop_sheet.mnist.data import Bytes
from backprop_sheet.mnist.evaluation import AT_ONCE
from backprop_sheet.mnist.machine import on_one_thread
from backprop_sheet.mnist.model import SIZE, Network
from backprop_sheet.mnist.stages import Numbers

COVER = 5
"""The side of the square that covers a part of the picture, in pixels."""


def gradient(network: Network, image: Bytes) -> Numbers:
    """By how much the lead grows when a pixel gets more ink: ∂ lead / ∂ pixel.

    That is the saliency of Simonyan, Vedaldi and Zisserman (Deep inside convolutional networks,
    2014), with its sign.

    Args:
        network: the network.
        image: grey values 0 (paper) to 255 (ink), of shape (28, 28).

    Returns:
        A number for each pixel, of shape (28, 28); a pixel goes from 0 (paper) to 1 (ink).
    """
    exact, pixels = _exact(network), _pixels(image).requires_grad_()
    scores = exact(pixels)
    (slope,) = torch.autograd.grad(_leads(scores, int(scores.argmax())).sum(), pixels)
    return np.ascontiguousarray(slope[0, 0].numpy())


def occlusion(network: Network, image: Bytes) -> Numbers:
    """By how much the lead falls when a square of paper covers the picture around a pixel.

    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014.

    Args:
        network: the network.
        image: grey values 0 (paper) to 255 (ink), of shape (28, 28).

    Returns:
        The fall for each pixel in the middle of a square of 5×5, of shape (28, 28).
    """
    exact, pixels = _exact(network), _pixels(image)
    covered = pixels.repeat(SIZE * SIZE, 1, 1, 1)
    for k, one in enumerate(covered):
        row, column = divmod(k, SIZE)
        first, left = max(0, row - COVER // 2), max(0, column - COVER // 2)
        one[0, first : row + COVER // 2 + 1, left : column + COVER // 2 + 1] = 0
    with torch.no_grad(), on_one_thread():
        scores = exact(pixels)
        answer = int(scores.argmax())
        leads = torch.cat([_leads(exact(part), answer) for part in torch.split(covered, AT_ONCE)])
        fall = _leads(scores, answer) - leads
    return np.ascontiguousarray(fall.view(SIZE, SIZE).numpy())


def _exact(network: Network) -> Network:
    return deepcopy(network).double().cpu().eval()


def _pixels(image: Bytes) -> Tensor:
    return torch.from_numpy(image.astype(np.float64) / 255)[None, None]


def _leads(scores: Tensor, answer: int) -> Tensor:
    """The lead of an answer in each row: log p differs from the score by the same for all ten."""
    others = torch.cat([scores[:, :answer], scores[:, answer + 1 :]], dim=1)
    return scores[:, answer] - others.max(dim=1).values
