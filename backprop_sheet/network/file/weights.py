"""The weights and biases of a file, given or drawn at random."""

import random
from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import Any

from backprop_sheet.errors import InputError
from backprop_sheet.network.design import BIASES, Design, one_of
from backprop_sheet.network.file.matrices import is_matrices, weights_of
from backprop_sheet.network.file.values import as_toml, flat, numbers_of, original_numbers, whole
from backprop_sheet.network.layers import Dense

MOST_WEIGHTS = 20_000
"""The most weights of a network."""
SPREADS: dict[str, Callable[[int, int], float]] = {
    "uniform": lambda _before, _after: 1.0,
    # Glorot and Bengio, 2010; He and others, 2015; both in the uniform form
    "xavier": lambda before, after: sqrt(6 / (before + after)),
    "he": lambda before, _after: sqrt(6 / before),
}
"""How far from 0 random weights may be, by the sizes of the layers before and after them."""


def weights_in(content: Mapping[str, Any], design: Design) -> list[float]:
    if design.weights > MOST_WEIGHTS:
        raise InputError(
            f"layers: {design.weights:,} weights; at most {MOST_WEIGHTS:,} are allowed"
        )
    own = None if "layer" in content else original_numbers("weights", design.layers)
    weights = content.get("weights", own or "xavier")
    if isinstance(weights, str):
        also = f", or a list of {design.weights} numbers"
        spread = SPREADS[one_of("weights", weights, SPREADS, also)]
        chance = random.Random(whole("seed", content.get("seed", 1), first=0))  # noqa: S311
        return list(_random_weights(design, spread, chance))
    if "layer" in content and isinstance(weights, list):
        weights = list(flat(weights))  # nested as PyTorch has them, they are in the same order
    elif is_matrices(weights, design.layers):
        return weights_of(content, design.layers)
    if "weight_rows" in content:
        raise InputError("weight_rows: goes with weights as matrices, and they are none")
    return _numbers("weights", weights, design.weights, design)


def _random_weights(
    design: Design, spread: Callable[[int, int], float], chance: random.Random
) -> Iterator[float]:
    """Random weights, rounded to six decimals because the sheet shows them as given numbers."""
    for layer, before in design.shapes:
        for _ in range(layer.weights(before)):
            if layer.start is not None:
                yield layer.start
                continue
            yield round(chance.uniform(-1, 1) * spread(*layer.fans(before)), 6)


def biases_in(content: Mapping[str, Any], design: Design) -> list[float]:
    """The biases; a threshold θ, which is subtracted from a sum, is the bias −θ."""
    if "thresholds" not in content:
        default = [0.0] * design.biases
        return _numbers("biases", content.get("biases", default), design.biases, design)
    if "biases" in content:
        raise InputError("biases and thresholds: give only one of them")
    numbers = _numbers("thresholds", content["thresholds"], design.biases, design)
    return [0.0 - number for number in numbers]


def _numbers(key: str, value: Any, size: int, design: Design) -> list[float]:
    why = f"layers {list(design.layers)} take {size}"
    if key in {"biases", "thresholds"}:
        why += f" with bias = {design.bias!r}{_bias_meant(value, design)}"
    if isinstance(value, list) and any(isinstance(row, list) for row in value):
        raise InputError(
            f"{key}: got rows, takes one list of {size} numbers, layer by layer and neuron by "
            f"neuron: {as_toml(list(flat(value)))}"
        )
    return numbers_of(key, value, size, why)


def _bias_meant(value: Any, design: Design) -> str:
    """The kind of bias that has as many numbers as are given."""
    if not isinstance(value, list):
        return ""
    if any(layer.kind != "dense" for layer in design.stack):
        return ""
    sizes = design.layers[1:]
    counts = {
        kind: sum(Dense(neurons=size, bias=kind).biases(()) for size in sizes) for kind in BIASES
    }
    meant = [kind for kind, count in counts.items() if count == len(value)]
    return f'; did you mean bias = "{meant[0]}"?' if meant else ""
