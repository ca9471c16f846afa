"""Networks up to the limits of the program, each quick to build and to export: name → network.

Whatever is shown of networks has to bear these: many inputs, neurons, layers, samples and steps,
long names, long formulas, huge and tiny numbers.
"""

import random
from collections.abc import Callable
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

from backprop_sheet import Network, tabulate, write_workbook
from backprop_sheet.network.file import from_content

Content = dict[str, Any]
EPOCHS = 3
LARGE: dict[str, Callable[[], Content]] = {}
"""What makes the content of each network's file."""


def _large(make: Callable[[], Content]) -> Callable[[], Content]:
    LARGE[make.__name__.replace("_", " ")] = make
    return make


def network(name: str) -> Network:
    """The network of a name in `LARGE`."""
    return from_content(LARGE[name]() | {"epochs": EPOCHS}, Path(), name)


def workbook(name: str, folder: Path) -> Path:
    """Its workbook, of `EPOCHS` epochs."""
    found = network(name)
    return write_workbook(found, tabulate(found, EPOCHS), folder / f"{name.replace(' ', '-')}.xlsx")


def _dense(*layers: int, samples: int = 1, **more: Any) -> Content:
    chance = random.Random(f"large {layers}")
    count = sum(a * b for a, b in pairwise(layers))
    return {
        "layers": list(layers),
        "inputs": [_numbers(chance, layers[0]) for _ in range(samples)],
        "targets": [_numbers(chance, layers[-1]) for _ in range(samples)],
        "weights": [number / max(layers[:-1]) for number in _numbers(chance, count)],
        "eta": 0.1,
        "bias": "neuron",
    } | more


def _numbers(chance: random.Random, count: int) -> list[float]:
    return [round(chance.uniform(-0.95, 0.95), 3) for _ in range(count)]


def _one_of(size: int, *places: int) -> list[list[int]]:
    """Targets of classes: 1 at a place, otherwise 0."""
    return [[int(k == place) for k in range(size)] for place in places]


def _stack(shape: list[int], layers: list[Content], outputs: int, samples: int = 2) -> Content:
    """Layers of many kinds, with a softmax behind them."""
    chance = random.Random(f"large {shape} {len(layers)}")
    last = {"kind": "dense", "neurons": outputs, "bias": True, "activation": "softmax"}
    return {
        "input": shape,
        "layer": [*layers, last],
        "error": "cross-entropy",
        "inputs": [_numbers(chance, prod(shape)) for _ in range(samples)],
        "targets": _one_of(outputs, *(sample % outputs for sample in range(samples))),
        "weights": "xavier",
        "update": "batch",
        "eta": 0.1,
    }


def _of_symbols(steps: int, layers: list[Content], symbols: int, **more: Any) -> Content:
    places = [[(7 * sample + 3 * step) % symbols for step in range(steps)] for sample in (0, 1)]
    embedding = {"kind": "embedding", "symbols": symbols, "neurons": 3}
    return _stack([steps], [embedding, *layers], 3) | {"inputs": places} | more


@_large
def many_inputs() -> Content:
    return _dense(250, 2, 1)


@_large
def many_neurons() -> Content:
    return _dense(2, 120, 2, activations=["tanh", "sigmoid"])


@_large
def many_layers() -> Content:
    return _dense(2, *[2] * 30, 1, activation="tanh")


@_large
def many_outputs() -> Content:
    return _dense(2, 2, 120, error="mean squared")


@_large
def many_samples() -> Content:
    return _dense(2, 3, 1, samples=1_500, update="online")


@_large
def many_samples_of_a_step() -> Content:
    return _dense(3, 4, 2, samples=300, update="batch", optimizer="adam")


@_large
def wide_in_all_layers() -> Content:
    return _dense(20, 20, 20, 4, activation="relu")


@_large
def wide_softmax() -> Content:
    places = _one_of(40, 0, 39)
    more = {"targets": places, "activations": ["tanh", "softmax"], "error": "cross-entropy"}
    return _dense(4, 3, 40, samples=2, **more)


@_large
def every_setting() -> Content:
    """The longest update: nadam with decay, bounds, a schedule, rates and penalties."""
    optimizer = {"name": "nadam", "weight_decay": 0.01, "clip_norm": 0.5, "epsilon_inside": True}
    schedule = {"name": "cosine", "period": 60, "warmup": 5}
    more = {"optimizer": optimizer, "schedule": schedule, "rates": [1, 0.5, 2], "l1": 0.01}
    more |= {"l2": 0.001, "columns": ["partials", "sum"], "input_gradients": True}
    return _dense(3, 4, 4, 2, samples=2, update="batch", gradient="sum", **more)


@_large
def huge_numbers() -> Content:
    numbers = {"inputs": [[1e9, -2.5e8]], "targets": [[3e10, 0]], "eta": 1e-21}
    return _dense(2, 2, 2, activation="identity", **numbers)


@_large
def tiny_numbers() -> Content:
    numbers = {"inputs": [[1e-9, -2.5e-12]], "targets": [[3e-10, 0]], "eta": 0.000123}
    return _dense(2, 3, 2, activation="tanh", **numbers)


@_large
def long_activations() -> Content:
    formula = (
        "z*tanh(log(1 + exp(z))) + 0.125*sin(z)*cos(z) - where(z, z/(1 + exp(-z)), exp(z) - 1)/3"
    )
    error = "sqrt(1 + (t - a)**2) - 1 + 0.0123456789*abs(t - a) + log(1 + exp(t - a))*0.001"
    return _dense(3, 3, 2, activation=formula, error=error)


@_large
def pictures_with_kernels() -> Content:
    layers: list[Content] = [
        {"kind": "convolution", "channels": 3, "kernel": 3},
        {"kind": "max pooling", "kernel": 2},
        {"kind": "convolution", "channels": 2, "kernel": 2},
    ]
    return _stack([2, 8, 8], layers, 3)


@_large
def a_large_picture() -> Content:
    layers: list[Content] = [
        {"kind": "convolution", "channels": 1, "kernel": 5, "stride": 4, "padding": 2},
        {"kind": "global average pooling"},
    ]
    return _stack([1, 28, 28], layers, 5, samples=1)


@_large
def normalised_samples() -> Content:
    dense = {"kind": "dense", "neurons": 4, "activation": "none", "bias": False}
    layers: list[Content] = [dense, {"kind": "batch normalisation", "activation": "tanh"}]
    return _stack([4], [*layers, {"kind": "dropout"}], 3, samples=12)


@_large
def attention_over_many_steps() -> Content:
    head = {"kind": "attention", "neurons": 3, "causal": True, "residual": 1}
    blocks = [{"kind": "position"}, head, {"kind": "layer normalisation"}, {"kind": "last step"}]
    return _of_symbols(7, blocks, symbols=12)


@_large
def lstm_over_many_steps() -> Content:
    return _stack([12, 2], [{"kind": "lstm", "neurons": 3}], 2, samples=3)


@_large
def gru_at_every_step() -> Content:
    gru = {"kind": "gru", "neurons": 2, "every": True}
    return _stack([8, 3], [gru, {"kind": "recurrent", "neurons": 2}], 2)


@_large
def long_names() -> Content:
    """Formulas of one's own, whose names have up to 30 letters."""
    return {
        "eta": 0.01,
        "error": "the_sum_of_all_squared_errors",
        "samples": {
            "what_was_measured_in_the_morn": [1.5, 2.25],
            "what_was_found_in_the_evening": [0.5, 1],
        },
        "given": {"the_temperature_of_the_room": 21.5},
        "trained": {"slope_of_the_first_relation": 0.5, "offset_of_the_first_relation": -0.25},
        "formulas": {
            "the_prediction_for_the_evening": "tanh(slope_of_the_first_relation"
            "*what_was_measured_in_the_morn + offset_of_the_first_relation"
            "*the_temperature_of_the_room/100)",
            "the_sum_of_all_squared_errors": "(what_was_found_in_the_evening "
            "- the_prediction_for_the_evening)**2",
        },
    }


@_large
def long_formulas() -> Content:
    """Formulas of one's own with sums over an index: 60 steps, one behind the other."""
    last = 60
    return {
        "eta": 0.001,
        "error": "loss",
        "indices": {"t": [1, last]},
        "samples": {"y{t}": [[round((k % 7) / 7 + 0.1, 3) for k in range(last)]]},
        "given": {"x0": 0.5},
        "trained": {"rate": 0.5, "limit": 2.0},
        "formulas": {
            "x{t}": "x{t-1} + rate*x{t-1}*(1 - x{t-1}/limit)",
            "loss": "sum{t}((y{t} - x{t})**2)",
        },
    }
