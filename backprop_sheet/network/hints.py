"""What the writer of a network file meant by a name that is not known: as hints in errors."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

OTHER_NAMES = {
    "sigmoid": ("logistic", "σ"),
    "softplus": ("smooth relu",),
    "swish": ("silu",),
    "gelu": ("gelu tanh", "gelu new"),
    "bipolar sigmoid": ("symmetric sigmoid", "bipolar", "tansig"),
    "step": ("heaviside", "threshold", "perceptron", "hard limit", "hardlim", "binary step"),
    "identity": ("linear", "none", "id"),
    "leaky relu": ("lrelu", "leaky"),
    "half squared": ("squared", "sse", "squared error", "half mse"),
    "mean squared": ("mse", "mean squared error", "l2"),
    "binary cross-entropy": ("bce", "binary crossentropy"),
    "mean absolute": ("mae", "l1", "absolute", "mean absolute error"),
    "huber": ("smooth l1", "huber loss"),
    "hinge": ("svm", "hinge loss", "max margin"),
    "cross-entropy": ("ce", "nll", "log loss", "categorical crossentropy"),
    "gradient descent": ("sgd", "gd", "vanilla"),
    "adagrad": ("adaptive gradient",),
    "nesterov": ("nag", "nesterov momentum"),
    "online": ("stochastic", "sgd", "sample", "single"),
    "sequential": ("layerwise", "layer by layer", "one after the other", "gauss-seidel"),
    "batch": ("mini-batch", "full batch", "full", "gd", "epoch"),
    "xavier": ("glorot",),
    "he": ("kaiming",),
    "uniform": ("random", "rand", "normal", "gaussian"),
    "neuron": ("true", "yes", "each"),
    "none": ("false", "no"),
    "constant": ("none", "fixed"),
    "exponential": ("exp",),
}
"""What the choices of a file are called elsewhere."""
RATE_HINT = "the learning rate is eta"
_OPTIMIZER = "it goes into [optimizer], with name = "
_SCHEDULE = "it goes into [schedule], with name = "
_PENALTY = "penalties are l1 and l2; weight_decay goes into [optimizer]"
_BATCH = "the number of samples of a step is batch_size"
KEYS = {
    "learning_rate": RATE_HINT,
    "learning rate": RATE_HINT,
    "lr": RATE_HINT,
    "rate": RATE_HINT,
    "η": RATE_HINT,
    "momentum": 'momentum is an optimizer: optimizer = { name = "momentum", mu = 0.9 }',
    "mu": f'{_OPTIMIZER}"momentum" or "nesterov"',
    "alpha": f'{_OPTIMIZER}"rmsprop"; {RATE_HINT}',
    "beta1": f'{_OPTIMIZER}"adam"',
    "beta2": f'{_OPTIMIZER}"adam"',
    "epsilon": f'{_OPTIMIZER}"adam" or "rmsprop"',
    "rho": f'{_OPTIMIZER}"adadelta"',
    "momentum_decay": f'{_OPTIMIZER}"nadam"',
    "clip_value": "it goes into [optimizer], with any name",
    "clip_norm": "it goes into [optimizer], with any name",
    "clip": "clip_value and clip_norm go into [optimizer]",
    "memory": f'{_OPTIMIZER}"adagrad"',
    "initial_accumulator_value": 'it is called memory, and goes into [optimizer], with "adagrad"',
    "eps": "it is called epsilon, and goes into [optimizer]",
    "epsilon_inside": f'{_OPTIMIZER}"adam", "rmsprop" or another that divides by a root',
    "every": f'{_SCHEDULE}"step"',
    "gamma": f'{_SCHEDULE}"step" or "exponential"',
    "decay": f'{_SCHEDULE}"1/t"',
    "period": f'{_SCHEDULE}"cosine"',
    "warmup": f'{_SCHEDULE}"constant" or any other',
    "batch": _BATCH,
    "minibatch": _BATCH,
    "mini_batch": _BATCH,
    "reduction": 'the gradients of a step are gathered by gradient = "mean" or "sum"',
    "weight_decay": "it goes into [optimizer], with any name",
    **dict.fromkeys(("regularization", "regularizer", "penalty", "lambda", "lambda_"), _PENALTY),
    "dropout": "there is no dropout in a sheet",
    "theta": "it is called thresholds",
    "θ": "it is called thresholds",
    "threshold": "it is called thresholds",
    "class": "a column of classes in the file of samples is named by class_column",
    "label": "a column of classes in the file of samples is named by class_column",
    "columns": "columns of the file of samples are named by input_columns and target_columns",
    "loss": "it is called error",
    "cost": "it is called error",
    "outputs": "what the outputs should be is called targets",
    "labels": "it is called targets",
    "x": "it is called inputs",
    "y": "it is called targets",
    "hidden": "the sizes of all layers are given by layers, such as [2, 2, 1]",
    "neurons": "the sizes of all layers are given by layers, such as [2, 2, 1]",
    "iterations": "it is called epochs",
    "steps": "it is called epochs",
    "init": "how weights are drawn is given by weights",
    "initialization": "how weights are drawn is given by weights",
    "random_seed": "it is called seed",
    "scheduler": "it is called schedule",
    **dict.fromkeys(("parameters", "params"), "what is trained is in [trained], with [formulas]"),
    "constants": "numbers that stay are in [given], with [formulas]",
    "samples": "samples are given by inputs and targets, or by data",
    "csv": "a file of samples is given by data",
    "name": "a network has the name of its file",
}
"""What to say of keys that other programs have."""

TOML = {
    "Invalid value": '; text goes in quotes ("tanh"), a number begins with a digit (0.5), '
    "true and false have small letters",
    "Unescaped": "; a backslash is written twice, and data names a file without its folder",
    "Cannot overwrite a value": "; a key is given twice",
    "Cannot declare": "; a key is given twice",
    "Cannot mutate": "; a key is given twice",
    "Expected '=' after a key": "; each line is key = value",
    "Expected newline": "; each line is key = value, and a decimal has a point: 0.5",
    "Invalid statement": "; each line is key = value, or a comment after #",
}
"""What to say of mistakes in TOML, by how Python's words for them begin."""


START = 3
"""The least letters of a name's beginning that tell which one is meant."""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """The known name that is meant, as the end of an error; empty if it cannot be guessed."""
    names = {_simple(one): one for one in known}
    text = _simple(name)
    for simple, one in names.items():
        others = map(_simple, OTHER_NAMES.get(one, ()))
        if text == simple or text in others:
            return f"; did you mean {one!r}?"
    near = get_close_matches(text, names, 1, cutoff=0.7)
    near = near or [simple for simple in names if len(text) >= START and simple.startswith(text)]
    return f"; did you mean {names[near[0]]!r}?" if near else ""


def about_key(key: str) -> str:
    """What to say of a key that other programs have, as the end of an error; else empty."""
    about = KEYS.get(key.lower())
    return f"; {about}" if about else ""


def near(key: str, known: Iterable[str]) -> str:
    """The known key that one looks like, as the end of an error; else empty."""
    found = get_close_matches(key.lower(), list(known), 1, cutoff=0.7)
    return f"; did you mean {found[0]}?" if found else ""


def _simple(name: object) -> str:
    """A name without what people write differently: capitals, spaces, hyphens."""
    return re.sub(r"[\s_-]", "", str(name)).lower()
