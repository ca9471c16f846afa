"""The memory that a step of a training needs, computed from the layers and not measured.

A step keeps what the backward pass reads again, for each image of the batch: the maps, the
positions of the largest values in max pooling, the values that Dropout dropped. Beside that there
are the weights, their gradients, momentum and average. It is what PyTorch keeps on the CPU; what
it needs for a moment within a layer, the digits and the program itself come on top.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import torch
from torch import nn

from backprop_sheet.mnist.model import CLASSES, SIZE, Network, Structure, table
from backprop_sheet.mnist.settings import Settings

FLOAT, HALF, POSITION = 4, 2, 8
"""Bytes of a float32, a bfloat16, and an int64, which positions and labels are."""
READS_INPUT = (nn.Conv2d, nn.BatchNorm2d, nn.MaxPool2d, nn.AvgPool2d)
"""Layers whose backward pass reads what they were given."""


@cache
def memory(settings: Settings) -> int:
    """The bytes that a step of a training needs.

    Args:
        settings: the settings of the training. The seed makes no difference.
    """
    structure, half = settings.structure, settings.half
    weights = _of_weights(_network(structure), settings)
    return weights + settings.batch * _of_an_image(structure, half=half)


@cache
def _network(structure: Structure) -> Network:
    with torch.random.fork_rng(devices=[]):  # the weights are not those of any training
        return Network(structure)


def _of_weights(network: Network, settings: Settings) -> int:
    """Weights, gradients, momentum, average; copies in bfloat16; statistics of BatchNorm."""
    recipe = settings.effective_recipe
    copies = 2 + bool(recipe.momentum) + bool(recipe.averaged)
    total = copies * FLOAT * sum(weights.numel() for weights in network.parameters())
    for layer in network.layers:
        if isinstance(layer, nn.BatchNorm2d):
            total += 2 * FLOAT * layer.num_features
        elif isinstance(layer, nn.Conv2d) and settings.half:
            total += HALF * layer.weight.numel()
    return total


@cache
def _of_an_image(structure: Structure, *, half: bool) -> int:
    """What the backward pass reads again, for one image: the same for many settings."""
    network, size = _network(structure), HALF if half else FLOAT
    layers = [*network.layers, nn.Identity()]
    total = size * (SIZE * SIZE + CLASSES) + POSITION  # the image, the answer and the label
    for (layer, following), row in zip(pairwise(layers), table(network), strict=True):
        channels, height, width = row.shape
        values = channels * height * width
        # ReLU works in place: its result takes the memory of what it was given.
        if isinstance(layer, nn.ReLU) or isinstance(following, READS_INPUT):
            total += size * values
        if isinstance(layer, nn.MaxPool2d):
            total += POSITION * values
        if isinstance(layer, nn.Dropout):
            total += size * values
    return total
