"""What a network file can choose from, each as a row of formulas.

In a formula z stands for the weighted sum, a for the activation, t for the target, n for the number
of outputs, g for a gradient and w for what it moves.

Derivatives follow from the formulas. Where the field writes one in another way, that is declared
as a short form; `tests/test_choices.py` proves each equal to the derivative.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Activation(NamedTuple):
    """a = f(z).

    Attributes:
        formula: f.
        sign: how the field abbreviates it: σ.
        short: the short form of da/dz, in terms of a and z.
    """

    formula: str
    sign: str = ""
    short: str = ""


class Softmax(NamedTuple):
    """The activation of an output layer as a whole: exp(o1)/(exp(o1) + exp(o2) + …).

    Attributes:
        formula: of one neuron; `all` is the sum of the terms.
        term: of one neuron in that sum.
        own: the short form of ∂a/∂z for the neuron's own sum.
        other: the short form for the sum of the neuron whose activation is b.
    """

    formula: str
    term: str
    own: str
    other: str


class Error(NamedTuple):
    """The error of one output.

    Attributes:
        formula: its number.
        short: the short form of dE/da.
        needs: the activation that it goes with, if it goes with one only.
    """

    formula: str
    short: str = ""
    needs: str = ""


class Range(NamedTuple):
    """The numbers that a setting takes, in words and as a test."""

    words: str
    holds: Callable[[float], bool]


EPOCHS = Range("a number of epochs from 1 on", lambda number: number >= 1)
FRACTION = Range("a number from 0 on and below 1", lambda number: 0 <= number < 1)
POSITIVE = Range("a number above 0", lambda number: number > 0)


class Setting(NamedTuple):
    """A number that a choice takes: its range, and its default; None if it has to be given."""

    range: Range
    default: float | None = None


class State(NamedTuple):
    """What an optimizer remembers of a weight; its own name is the number before."""

    name: str
    formula: str


class Optimizer(NamedTuple):
    """How gradients move weights.

    Attributes:
        then: the weight after a step.
        states: what is remembered for each weight.
        settings: the numbers that it takes.
        powers: the settings whose powers βᵗ it takes, t counting the steps from 1.
    """

    then: str
    states: tuple[State, ...] = ()
    settings: Mapping[str, Setting] = {}
    powers: tuple[str, ...] = ()


class Schedule(NamedTuple):
    """The learning rate of an epoch (counted from 0), and the numbers that it takes."""

    formula: str
    settings: Mapping[str, Setting] = {}


LEAK = 0.01
"""The slope of a leaky relu below 0, as PyTorch has it."""
ACTIVATIONS = {
    "sigmoid": Activation("1/(1 + exp(-z))", "σ", short="a*(1 - a)"),
    "tanh": Activation("tanh(z)", short="1 - a**2"),
    "relu": Activation("where(z, z, 0)", "relu"),
    "leaky relu": Activation(f"where(z, z, {LEAK}*z)", "leaky"),
    "identity": Activation("z"),
}
SOFTMAX = "softmax"
JOINT = Softmax("exp(z)/(all)", "exp(z)", own="a*(1 - a)", other="-(a*b)")

ERRORS = {
    "half squared": Error("1/2*(t - a)**2", short="a - t"),
    "mean squared": Error("1/n*(t - a)**2", short="2/n*(a - t)"),
    "binary cross-entropy": Error(
        "-(t*log(a) + (1 - t)*log(1 - a))",
        short="(a - t)/(a*(1 - a))",
        needs="sigmoid",
    ),
    "cross-entropy": Error("-(t*log(a))", short="-(t/a)", needs=SOFTMAX),
}

OPTIMIZERS = {
    "gradient descent": Optimizer("w - eta*g"),
    # Polyak, 1964, in the form of Sutskever and others, 2013, as PyTorch has it
    "momentum": Optimizer("w - eta*v", (State("v", "mu*v + g"),), {"mu": Setting(FRACTION, 0.9)}),
    "nesterov": Optimizer(
        "w - eta*(g + mu*v)",
        (State("v", "mu*v + g"),),
        {"mu": Setting(FRACTION, 0.9)},
    ),
    # Tieleman and Hinton, 2012
    "rmsprop": Optimizer(
        "w - eta*g/(sqrt(v) + epsilon)",
        (State("v", "alpha*v + (1 - alpha)*g**2"),),
        {"alpha": Setting(FRACTION, 0.99), "epsilon": Setting(POSITIVE, 1e-8)},
    ),
    # Kingma and Ba, 2015
    "adam": Optimizer(
        "w - eta*(m/(1 - beta1_t))/(sqrt(v/(1 - beta2_t)) + epsilon)",
        (
            State("m", "beta1*m + (1 - beta1)*g"),
            State("v", "beta2*v + (1 - beta2)*g**2"),
        ),
        {
            "beta1": Setting(FRACTION, 0.9),
            "beta2": Setting(FRACTION, 0.999),
            "epsilon": Setting(POSITIVE, 1e-8),
        },
        ("beta1", "beta2"),
    ),
}

SCHEDULES = {
    "constant": Schedule("eta"),
    "step": Schedule(
        "eta*power(gamma, floor(epoch/every))",
        {"gamma": Setting(POSITIVE, 0.1), "every": Setting(EPOCHS)},
    ),
    "exponential": Schedule("eta*power(gamma, epoch)", {"gamma": Setting(POSITIVE)}),
    "1/t": Schedule("eta/(1 + decay*epoch)", {"decay": Setting(POSITIVE)}),
    "cosine": Schedule(
        "eta*1/2*(1 + cos(3.141592653589793*epoch/period))", {"period": Setting(EPOCHS)}
    ),
}
WARMUP = "where(warmup - epoch, (epoch + 1)/warmup, 1)"
"""The part of the learning rate that the first epochs have."""
WARMUP_SETTINGS = {"warmup": Setting(EPOCHS)}
