"""Networks by chance: every choice of a network file comes up many times."""

import random
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from backprop_sheet.errors import Diverged
from backprop_sheet.network.choices import SCHEDULES
from backprop_sheet.network.file import from_content

ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky relu", "identity"]
OPTIMIZERS = ["gradient descent", "momentum", "nesterov", "rmsprop", "adam"]
"""The choices of `content_of`; `other_content_of` has the rest."""
OWN_ACTIVATIONS = {
    "z*tanh(log(1 + exp(z)))": "mish",
    "z/(1 + sqrt(z**2))": "softsign",
    "sin(z)": "sin",
    "where(z, 1 - exp(-z), exp(z) - 1)": "two-sided",
}
OWN_ERRORS = {
    "sqrt(1 + (t - a)**2) - 1": "pseudo huber",
    "1/n*log((exp(t - a) + exp(a - t))/2)": "log cosh",
}
"""Formulas of one's own, each with a name for torch."""


def shared(targets):
    """Targets that add up to 1."""
    return [target / sum(targets) for target in targets]


def content_of(seed):
    """A network file's content by chance."""
    chance = random.Random(seed)
    layers = [chance.randint(1, 4) for _ in range(chance.randint(2, 4))]
    error = ["half squared", "mean squared", "binary cross-entropy", "cross-entropy"][seed % 4]
    output = {"binary cross-entropy": "sigmoid", "cross-entropy": "softmax"}.get(error)
    activations = [chance.choice(ACTIVATIONS) for _ in layers[1:]]
    activations[-1] = output or activations[-1]
    samples = chance.choice([1, 1, 2, 5])
    target = (lambda: chance.uniform(0.1, 0.9)) if output else (lambda: chance.uniform(-1, 1))
    optimizer = OPTIMIZERS[seed % 5]
    schedule = {"name": list(SCHEDULES)[seed // 2 % 5]}
    takes = {"gamma": 0.95, "every": 7, "decay": 0.1, "period": 60}
    schedule |= {key: takes[key] for key in SCHEDULES[schedule["name"]].settings}
    if chance.random() < 0.4:
        schedule["warmup"] = 5
    bias = ["none", "layer", "neuron"][seed // 3 % 3]
    if bias == "layer" and output == "softmax":
        bias = (
            "neuron"  # one bias for all of a softmax has the gradient 0: rounding is all there is
        )
    biases = {"none": 0, "layer": len(layers) - 1, "neuron": sum(layers[1:])}[bias]
    return {
        "layers": layers,
        "activations": activations,
        "error": error,
        "bias": bias,
        "biases": [chance.uniform(-0.5, 0.5) for _ in range(biases)],
        "train_bias": chance.random() < 0.7,
        "inputs": [[chance.uniform(-1, 1) for _ in range(layers[0])] for _ in range(samples)],
        "targets": [
            shared([target() for _ in range(layers[-1])])
            if output == "softmax"
            else [target() for _ in range(layers[-1])]
            for _ in range(samples)
        ],
        "update": chance.choice(["online", "batch"]),
        "weights": [chance.uniform(-1, 1) for _ in range(sum(a * b for a, b in pairwise(layers)))],
        "eta": {"adam": 0.01, "rmsprop": 0.003}.get(optimizer, 0.1),
        "optimizer": optimizer,
        "schedule": schedule,
    }


def other_content_of(seed):
    """The content of a file by chance, with choices that `content_of` does not make."""
    chance, content = random.Random(f"other {seed}"), content_of(seed)
    choices = ["softplus", "elu", "gelu", "swish", "bipolar sigmoid", *OWN_ACTIVATIONS]
    *hidden, output = content["activations"]
    free = content["error"] in {"half squared", "mean squared"}
    if free:
        errors = ["mean absolute", "huber", "hinge", "output", *OWN_ERRORS]
        content["error"] = chance.choice(errors)
        if content["error"] == "hinge":
            content["targets"] = [[1 if t > 0 else -1 for t in ts] for ts in content["targets"]]
        scale = 3 if content["error"] == "huber" else 1  # beyond its bend, too
        content["targets"] = [[scale * t for t in ts] for ts in content["targets"]]
    content["activations"] = [chance.choice(choices) for _ in hidden]
    content["activations"].append(chance.choice(choices) if free else output)
    for penalty in ("l1", "l2"):
        if chance.random() < 0.25:
            content[penalty] = chance.choice([0.01, 0.1])
    others = {"adagrad": 0.1, "adadelta": 1.0, "adamw": 0.01, "nadam": 0.01}
    if chance.random() < 0.6:
        content["optimizer"] = chance.choice(list(others))
        content["eta"] = others[content["optimizer"]]
    content["optimizer"] = {"name": content["optimizer"]}
    if content["optimizer"]["name"] == "adagrad":
        content["optimizer"]["memory"] = chance.choice([0, 0.5])
    if chance.random() < 0.25:
        content["optimizer"]["weight_decay"] = 0.05
    content |= _step(chance, content)
    if chance.random() < 0.3:
        kinds = ["clip_value"] if content["update"] == "sequential" else ["clip_value", "clip_norm"]
        content["optimizer"][chance.choice(kinds)] = chance.choice([0.05, 0.3])
    if chance.random() < 0.3:
        content["rates"] = [chance.choice([1, 0.5, 0]) for _ in content["activations"]]
    content["input_gradients"] = chance.random() < 0.3
    return content


def _step(chance, content):
    """How the weights are updated, by chance: each way of several samples and of one."""
    samples = 6 if chance.random() < 0.7 else 1
    kind = chance.choice(["online", "batch", "parts", "sequential"])
    found = {"update": "batch" if kind == "parts" else kind}
    if kind == "parts" and samples > 1:
        found["batch_size"] = chance.choice([1, 2, 3, 6])
    if kind in {"batch", "parts"}:
        found["gradient"] = chance.choice(["mean", "sum"])
    rows = [k % len(content["inputs"]) for k in range(samples)]
    for key in ("inputs", "targets"):
        found[key] = [[n * (1 + k / 10) for n in content[key][row]] for k, row in enumerate(rows)]
    if content["error"] in {"hinge", "binary cross-entropy", "cross-entropy"}:
        found["targets"] = [content["targets"][row] for row in rows]
    return found


def other_network_of(seed):
    """A network by chance, with choices that `network_of` does not make."""
    return from_content(other_content_of(seed), Path(), f"other {seed}")


def network_of(seed, **changes):
    """A network by chance."""
    return from_content(content_of(seed) | changes, Path(), f"random {seed}")


def until_it_diverges(rows):
    with suppress(Diverged):
        yield from rows
