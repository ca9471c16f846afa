"""What a network file can choose from, each as a row of formulas.

In a formula ``{z}`` stands for the weighted sum, ``{a}`` for the activation, ``{t}`` for the
target, ``{n}`` for the number of outputs, ``{g}`` for a gradient and ``{w}`` for what it moves.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Activation(NamedTuple):
    """a = f(z): its formula, its slope da/dz in terms of a and z, and its sign."""

    formula: str
    slope: str
    sign: str


class Error(NamedTuple):
    """The error of one output, the slope dE/da, and the activation that it needs, if any."""

    formula: str
    slope: str
    needs: str = ""


class State(NamedTuple):
    """What an optimizer remembers of a weight; its own name is the number before."""

    name: str
    formula: str


class Optimizer(NamedTuple):
    """How gradients move weights.

    Attributes:
        then: the weight after a step.
        states: what is remembered for each weight.
        settings: the numbers that it takes, with their defaults.
        powers: the settings whose powers βᵗ it takes, t counting the steps from 1.
    """

    then: str
    states: tuple[State, ...] = ()
    settings: Mapping[str, float] = {}
    powers: tuple[str, ...] = ()


class Schedule(NamedTuple):
    """The learning rate of an epoch (counted from 0), and the numbers that it takes.

    A setting whose default is None has to be given.
    """

    formula: str
    settings: Mapping[str, float | None] = {}


LEAK = 0.01
"""The slope of a leaky relu below 0, as PyTorch has it."""
ACTIVATIONS = {
    "sigmoid": Activation("1/(1 + exp(-{z}))", "{a}*(1 - {a})", "σ"),
    "tanh": Activation("tanh({z})", "1 - {a}**2", ""),
    "relu": Activation("where({z}, {z}, 0)", "where({z}, 1, 0)", "relu"),
    "leaky relu": Activation(
        f"where({{z}}, {{z}}, {LEAK}*{{z}})", f"where({{z}}, 1, {LEAK})", "leaky"
    ),
    "identity": Activation("{z}", "1", ""),
}
SOFTMAX = "softmax"
"""The activation of an output layer as a whole: exp(o1)/(exp(o1) + exp(o2) + …)."""

ERRORS = {
    "half squared": Error("1/2*({t} - {a})**2", "{a} - {t}"),
    "mean squared": Error("1/{n}*({t} - {a})**2", "2/{n}*({a} - {t})"),
    "binary cross-entropy": Error(
        "-({t}*log({a}) + (1 - {t})*log(1 - {a}))", "({a} - {t})/({a}*(1 - {a}))", "sigmoid"
    ),
    "cross-entropy": Error("-({t}*log({a}))", "-({t}/{a})", SOFTMAX),
}

OPTIMIZERS = {
    "gradient descent": Optimizer("{w} - {eta}*{g}"),
    # Polyak, 1964, in the form of Sutskever and others, 2013, as PyTorch has it
    "momentum": Optimizer("{w} - {eta}*v_{w}", (State("v", "mu*{v} + {g}"),), {"mu": 0.9}),
    "nesterov": Optimizer(
        "{w} - {eta}*({g} + mu*v_{w})", (State("v", "mu*{v} + {g}"),), {"mu": 0.9}
    ),
    # Tieleman and Hinton, 2012
    "rmsprop": Optimizer(
        "{w} - {eta}*{g}/(sqrt(v_{w}) + epsilon)",
        (State("v", "alpha*{v} + (1 - alpha)*{g}**2"),),
        {"alpha": 0.99, "epsilon": 1e-8},
    ),
    # Kingma and Ba, 2015
    "adam": Optimizer(
        "{w} - {eta}*(m_{w}/(1 - beta1_t))/(sqrt(v_{w}/(1 - beta2_t)) + epsilon)",
        (
            State("m", "beta1*{m} + (1 - beta1)*{g}"),
            State("v", "beta2*{v} + (1 - beta2)*{g}**2"),
        ),
        {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        ("beta1", "beta2"),
    ),
}

SCHEDULES = {
    "constant": Schedule("eta"),
    "step": Schedule("eta*power(gamma, floor(epoch/every))", {"gamma": 0.1, "every": None}),
    "exponential": Schedule("eta*power(gamma, epoch)", {"gamma": None}),
    "1/t": Schedule("eta/(1 + decay*epoch)", {"decay": None}),
    "cosine": Schedule("eta*1/2*(1 + cos(3.141592653589793*epoch/period))", {"period": None}),
}
WARMUP = "where(warmup - epoch, (epoch + 1)/warmup, 1)"
"""The part of the learning rate that the first epochs have."""
