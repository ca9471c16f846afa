"""How a training goes: the rate of each step, the size of its batches, changes to its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians

import torch
from torch import Tensor
from torch.nn import functional

MEAN, DEVIATION = 0.1307, 0.3081
"""Of the grey values of MNIST's training pictures, on a scale from 0 to 1."""
WARM_UP = 0.2
"""The part of a training in which a one-cycle rate rises."""
LOW, LAST = 1 / 25, 1 / 100
"""Where a one-cycle rate starts and ends, as parts of its highest."""
TURN, SLANT, SCALING, SHIFT = radians(10), 0.15, 0.1, 2 / 14
"""How far pictures are changed at most: the angle; the way that the top moves aside, as a part of
the height; the part by which they grow or shrink; the way they move, in halves of a picture (two
pixels)."""
BEND, NODES = 0.7 / 14, 6
"""How far places of a net laid over the picture are moved at most, in halves of a picture (0.7 of a
pixel), and how many of these are in a row: strokes bend between them."""


@dataclass(frozen=True)
class Recipe:
    """What a training does when nothing else is asked for.

    Attributes:
        rate: the learning rate; the highest one, if the rate goes through a cycle.
        one_cycle: whether the rate rises and falls (Smith and Topin, Super-convergence, 2018).
        dropout: the part of the values left out.
        decay: the part of each weight, times the rate, by which a step makes it smaller.
        nesterov: whether momentum looks ahead.
        changed: the part of the training, from its beginning, in which pictures are turned,
            slanted, scaled, shifted and bent a little, each time anew. A network that ends on
            pictures as they are finds a little more of the test digits, which are so, too.
        memory: over how many of its last steps, about, the network is averaged; 0 for not at all.
        batch: pictures in a step.
        epochs: how often every picture is seen.
    """

    rate: float
    one_cycle: bool
    dropout: float
    decay: float
    nesterov: bool
    changed: float
    memory: int
    batch: int = 128
    epochs: int = 15


RECIPES = {
    "best": Recipe(0.1, True, 0.0, 5e-4, nesterov=True, changed=13 / 15, memory=1000),
    "original": Recipe(0.01, False, 0.05, 0.0, nesterov=False, changed=0.0, memory=0),
}


def cycle(part: float) -> float:
    """The rate at a part, 0 to 1, of a training, as a part of its highest."""
    if part < WARM_UP:
        return _between(LOW, 1.0, part / WARM_UP)
    return _between(1.0, LAST, (part - WARM_UP) / (1 - WARM_UP))


def _between(start: float, end: float, part: float) -> float:
    """From start to end along half a wave of the cosine."""
    return end + (start - end) * (1 + cos(pi * part)) / 2


def normalised(images: Tensor) -> Tensor:
    """Grey values 0 to 1 as the network takes them: (x − mean) / deviation."""
    return (images - MEAN) / DEVIATION


def changed(images: Tensor) -> Tensor:
    """Pictures turned, slanted, scaled, shifted and bent a little, each by chance; paper is 0.

    Bent as by Simard, Steinkraus and Platt (Best practices for convolutional neural networks,
    2003), but between the nodes of a coarse net.

    Args:
        images: grey values of shape (n, 1, height, width).
    """
    count = len(images)
    by_chance = 2 * torch.rand(5, count, device=images.device) - 1
    angle, scale, slant = by_chance[0] * TURN, 1 + by_chance[1] * SCALING, by_chance[2] * SLANT
    shift = (by_chance[3:] * SHIFT).t().unsqueeze(2)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    turn = torch.stack((cosine, cosine * slant - sine, sine, sine * slant + cosine), dim=1)
    turn = turn.view(count, 2, 2)
    places = functional.affine_grid(
        torch.cat((turn, shift), dim=2), list(images.shape), align_corners=False
    )
    bend = (2 * torch.rand(count, 2, NODES, NODES, device=images.device) - 1) * BEND
    bent = functional.interpolate(bend, images.shape[2:], mode="bicubic", align_corners=True)
    return functional.grid_sample(images, places + bent.permute(0, 2, 3, 1), align_corners=False)
