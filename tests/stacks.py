"""Random networks of layers of all kinds, as the content of a network file."""

import random
from math import prod

ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky relu", "identity"]
KINDS = [
    *("convolution", "convolution", "max pooling", "average pooling"),
    *("global average pooling", "flatten", "dense"),
]

STEPWISE = {"embedding", "attention", "layer normalisation", "recurrent", "lstm", "gru"}


def stack_content(seed):
    """The content of a file with a few small layers; the last one is dense."""
    chance = random.Random(f"stack {seed}")
    shape = [chance.choice([1, 1, 2]), chance.randint(3, 5), chance.randint(3, 5)]
    if seed % 4 == 0:
        shape = [chance.randint(2, 4), chance.randint(1, 2)]
    layers, before = [], shape
    symbols = chance.randint(2, 4) if seed % 4 == 1 else 0
    if symbols:
        layers, shape, before = _of_symbols(chance, symbols)
    for _ in range(0 if symbols else chance.randint(1, 3)):
        layer, before = _layer(chance, before)
        layers.append(layer)
    softmax = chance.random() < 0.4
    outputs = chance.randint(2, 3) if softmax else chance.randint(1, 2)
    activation = "softmax" if softmax else chance.choice(ACTIVATIONS)
    bias = chance.choice([True, False])
    layers.append({"kind": "dense", "neurons": outputs, "activation": activation, "bias": bias})
    samples = chance.randint(1, 3)
    content = {
        "input": shape,
        "layer": layers,
        "error": "cross-entropy" if softmax else chance.choice(["half squared", "mean squared"]),
        "inputs": [_numbers(chance, prod(shape), symbols) for _ in range(samples)],
        "targets": [_targets(chance, outputs, softmax) for _ in range(samples)],
        "update": chance.choice(["online", "batch"]),
        "optimizer": chance.choice(["gradient descent", "momentum", "adam"]),
        "weights": chance.choice(["xavier", "he"]),
        "seed": seed,
        # Sums behind sums grow fast: with large steps some trainings end far from all numbers.
        "eta": chance.choice([0.01, 0.02 if symbols else 0.1]),
        "epochs": 30,
    }
    content = content if seed % 3 else _with_chance_and_batches(content, seed)
    if seed % 5 == 0:
        content["rates"] = [chance.choice([1, 0.5, 0]) for _ in content["layer"]]
    return content


def _with_chance_and_batches(content, seed):
    """The same with dropout, batch normalisation or both before some of its layers."""
    chance = random.Random(f"more {seed}")
    before = content["layer"]
    steps = any(layer["kind"] in STEPWISE for layer in before) or len(content["input"]) == 2
    kinds = ["dropout"] if steps else ["dropout", "batch normalisation"]
    layers = []
    for number, layer in enumerate(before):
        alone = layer.get("residual", 0) > 1 or before[number - 1]["kind"] == "flatten"
        if number and not alone and chance.random() < 0.7:
            more = {"kind": chance.choice(kinds)}
            if more["kind"] == "dropout":
                more["probability"] = chance.choice([0.2, 0.5])
            else:
                more["activation"] = chance.choice(ACTIVATIONS)
            layers.append(more)
        layers.append(layer)
    samples = chance.choice([2, 4])
    softmax, outputs = content["error"] == "cross-entropy", len(content["targets"][0])
    symbols = max((layer.get("symbols", 0) for layer in before), default=0)
    sizes = len(content["inputs"][0])
    more = {
        "layer": layers,
        "update": "batch",
        "inputs": [_numbers(chance, sizes, symbols) for _ in range(samples)],
        "targets": [_targets(chance, outputs, softmax) for _ in range(samples)],
        "gradient": chance.choice(["mean", "sum"]),
        "seed": seed + 1,
    }
    if any(layer["kind"] == "batch normalisation" for layer in layers):
        # a bias before it has gradient 0; Adam would turn the rounding into steps
        more["optimizer"] = chance.choice(["gradient descent", "momentum"])
    return content | more | ({"batch_size": 2} if chance.random() < 0.5 else {})


def _layer(chance, before):
    """A layer that fits, and the shape of its signals."""
    kind = chance.choice(KINDS if len(before) == 3 and min(before[1:]) > 1 else ["dense"])
    if len(before) == 2:
        neurons, every = chance.randint(1, 2), chance.choice([True, False])
        kind = chance.choice(["recurrent", "lstm", "gru"])
        layer = {"kind": kind, "neurons": neurons, "bias": chance.choice([True, False])}
        layer["every"] = every
        if kind == "recurrent":
            layer["activation"] = chance.choice(["tanh", "relu", "sigmoid"])
        return layer, [before[0], neurons] if every else [neurons]
    if kind == "convolution":
        padding = chance.choice([0, 0, 1])
        kernel = chance.randint(1, min(3, *before[1:]))
        stride = chance.choice([1, 1, 2])
        layer = {"kind": kind, "channels": chance.randint(1, 2), "kernel": kernel}
        layer |= {"stride": stride, "padding": padding, "bias": chance.choice([True, False])}
        layer["activation"] = chance.choice(ACTIVATIONS)
        sizes = [(size + 2 * padding - kernel) // stride + 1 for size in before[1:]]
        return layer, [layer["channels"], *sizes]
    if kind in {"max pooling", "average pooling"}:
        kernel = chance.randint(1, min(2, *before[1:]))
        stride = chance.choice([0, 1, 2])
        step = stride or kernel
        layer = {"kind": kind, "kernel": kernel, "stride": stride}
        return layer, [before[0], *((size - kernel) // step + 1 for size in before[1:])]
    if kind == "global average pooling":
        return {"kind": kind}, [before[0], 1, 1]
    if kind == "flatten":
        return {"kind": kind}, [prod(before)]
    neurons = chance.randint(1, 3)
    layer = {"kind": "dense", "neurons": neurons, "activation": chance.choice(ACTIVATIONS)}
    return {**layer, "bias": chance.choice([True, False, "layer"])}, [neurons]


def _of_symbols(chance, symbols):
    """What language models are made of: an embedding, attention, normalisation."""
    steps, size = chance.randint(2, 4), chance.randint(2, 3)
    layers = [{"kind": "embedding", "symbols": symbols, "neurons": size}]
    before = [steps, size]
    if chance.random() < 0.5:
        layers.append({"kind": "position"})
    if chance.random() < 0.8:
        before = [steps, chance.randint(1, 3)]
        head = {"kind": "attention", "neurons": before[1], "causal": chance.choice([True, False])}
        layers.append(head | {"residual": int(before[1] == size)})
    if chance.random() < 0.8 and before[1] > 1:
        layers.append({"kind": "layer normalisation"})
    if chance.random() < 0.6:  # a block of two dense layers, the same at each step
        each = {"kind": "dense", "bias": True, "each": True}
        layers.append({**each, "neurons": chance.randint(1, 3), "activation": "tanh"})
        around = {"neurons": before[1], "activation": "none", "residual": 2}
        layers.append({**each, **around})
    for layer in layers:  # those that need none may have one
        if layer["kind"] != "dense" and chance.random() < 0.3:
            layer["activation"] = chance.choice(ACTIVATIONS)
    if chance.random() < 0.5:
        layers.append({"kind": "last step"})
        before = before[1:]
    return layers, [steps], before


def _numbers(chance, count, symbols=0):
    if symbols:
        return [chance.randrange(symbols) for _ in range(count)]
    return [round(chance.uniform(-1, 1), 3) for _ in range(count)]


def _targets(chance, count, softmax):
    if softmax:
        place = chance.randrange(count)
        return [float(k == place) for k in range(count)]
    return [round(chance.uniform(0.1, 0.9), 3) for _ in range(count)]
