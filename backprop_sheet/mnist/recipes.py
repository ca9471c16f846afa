"""Hyperparameters of a training, the learning rate of each step, and augmentation of images."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import cos, pi, radians
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

WARM_UP = 0.2
"""The fraction of a training in which a one-cycle rate rises."""
LOW, LAST = 1 / 25, 1 / 100
"""Where a one-cycle rate starts and ends, as fractions of its highest value."""
ROTATION, SHEAR, SCALING, SHIFT = radians(10), 0.15, 0.1, 2 / 14
"""The most that augmentation does to an image: its angle; how far the top moves sideways, as a
fraction of the height; the fraction by which it grows or shrinks; and its shift, in half widths of
an image (2 pixels)."""
BEND, NODES = 0.7 / 14, 6
"""Strokes are bent by moving the nodes of a coarse grid: how far at most, in half widths of an
image (0.7 pixels), and the number of nodes in a row."""


@dataclass(frozen=True)
class Recipe:
    """The hyperparameters of a training, unless others are given.

    Attributes:
        rate: the learning rate; the highest one, if the rate goes through a cycle.
        one_cycle: whether the rate rises and falls (Smith and Topin, Super-convergence, 2018).
        dropout: the probability that a value is dropped.
        decay: the weight decay: a step reduces each weight by this fraction, times the rate.
        nesterov: whether momentum looks ahead (Nesterov).
        augmented: the fraction of the training, from its start, in which images are augmented. A
            network that sees the original images at the end is a little better on the test
            digits, which are not augmented either.
        averaged: the number of last steps, roughly, over which weights are averaged; 0 for none.
        batch: images in a step.
        epochs: how often each image is seen.
        momentum: the fraction of the last step that is added to the next.
    """

    rate: float
    one_cycle: bool
    dropout: float
    decay: float
    nesterov: bool
    augmented: float
    averaged: int
    batch: int = 128
    epochs: int = 15
    momentum: float = 0.9

    def lacking(self, parts: Collection[str]) -> Recipe:
        """The recipe without some of `limits.TRAINING_LEFT_OUT`; dropout is a setting apart."""
        nothing: dict[str, dict[str, Any]] = {
            "augmentation": {"augmented": 0.0},
            "averaging": {"averaged": 0},
            "cycle": {"one_cycle": False},
            "decay": {"decay": 0.0},
            "momentum": {"momentum": 0.0, "nesterov": False},
        }
        recipe = self
        for part in parts:
            recipe = replace(recipe, **nothing.get(part, {}))
        return recipe

    @property
    def about_accuracy(self) -> str:
        """Why the train accuracy may lie below the test accuracy; empty if it should not."""
        if not self.augmented:
            return ""
        return (
            "train: while it learns, on images changed at random; test: with averaged weights, on "
            "images as they are. So test may lie above train."
        )


RECIPES = {
    "best": Recipe(
        0.1, True, 0.0, 5e-4, nesterov=True, augmented=18 / 20, averaged=1000, epochs=20
    ),
    "original": Recipe(0.01, False, 0.05, 0.0, nesterov=False, augmented=0.0, averaged=0),
}


def cycle(progress: float) -> float:
    """The one-cycle rate at a point of the training, as a fraction of its highest value.

    Args:
        progress: the fraction of the training that is done, 0 to 1.
    """
    if progress < WARM_UP:
        return _cosine(LOW, 1.0, progress / WARM_UP)
    return _cosine(1.0, LAST, (progress - WARM_UP) / (1 - WARM_UP))


def _cosine(start: float, end: float, progress: float) -> float:
    """From start to end along half a cosine wave."""
    return end + (start - end) * (1 + cos(pi * progress)) / 2


def augmented(images: Tensor) -> Tensor:
    """Images rotated, sheared, scaled, shifted and bent a little, each at random; paper is 0.

    Bending follows Simard, Steinkraus and Platt (Best practices for convolutional neural networks,
    2003), with the nodes of a coarse grid instead of single pixels.

    Args:
        images: grey values of shape (n, 1, height, width).
    """
    count = len(images)
    random = 2 * torch.rand(5, count, device=images.device) - 1
    angle, scale, shear = random[0] * ROTATION, 1 + random[1] * SCALING, random[2] * SHEAR
    shift = (random[3:] * SHIFT).t().unsqueeze(2)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    linear = torch.stack((cosine, cosine * shear - sine, sine, sine * shear + cosine), dim=1)
    linear = linear.view(count, 2, 2)
    positions = functional.affine_grid(
        torch.cat((linear, shift), dim=2), list(images.shape), align_corners=False
    )
    bend = (2 * torch.rand(count, 2, NODES, NODES, device=images.device) - 1) * BEND
    bent = functional.interpolate(bend, images.shape[2:], mode="bicubic", align_corners=True)
    return functional.grid_sample(images, positions + bent.permute(0, 2, 3, 1), align_corners=False)
