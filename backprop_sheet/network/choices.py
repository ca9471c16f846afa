"""What a network file can choose from. Each choice is a row of formulas.

In these formulas z is the weighted sum, a the activation, t the target, n the number of outputs, g
a gradient and w the weight or bias that it updates.

Derivatives are computed from the formulas. Where textbooks write a derivative differently, that
form is declared here as the short form; `tests/test_choices.py` proves that the two are equal.
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from backprop_sheet.formula import FormulaError, names, parse


class Range(NamedTuple):
    """The numbers that something accepts.

    Attributes:
        words: what they are, in words.
        low, high: the least and the greatest of them.
        above, below: numbers that they do not reach.
        whole: whether they are whole.
        only: all of them, if they are few; otherwise empty.
        example: one of them.
    """

    words: str
    low: float = -inf
    high: float = inf
    above: float = -inf
    below: float = inf
    whole: bool = False
    only: tuple[float, ...] = ()
    example: float = 0.5

    def holds(self, number: float) -> bool:
        """Whether it accepts a number."""
        if (self.only and number not in self.only) or (self.whole and number != int(number)):
            return False
        return self.low <= number <= self.high and self.above < number < self.below


class Activation(NamedTuple):
    """a = f(z).

    Attributes:
        formula: f.
        sign: its usual abbreviation, such as σ; empty if it has none.
        short: the short form of da/dz, over a and z; empty if it has none.
        rule: what a learning rule takes in place of da/dz, over a and z; empty if it takes da/dz.
    """

    formula: str
    sign: str = ""
    short: str = ""
    rule: str = ""


class Softmax(NamedTuple):
    """The joint activation of an output layer: exp(o1)/(exp(o1) + exp(o2) + …).

    Attributes:
        formula: the activation of one neuron, where `all` is the sum of the terms.
        term: the term of one neuron in that sum.
        own: the short form of ∂a/∂z for the neuron's own sum z.
        other: the short form of ∂a/∂z for another neuron's sum z; b is that neuron's activation.
    """

    formula: str
    term: str
    own: str
    other: str


class Error(NamedTuple):
    """The error of one output.

    Attributes:
        formula: the error, over t, a and n.
        short: the short form of dE/da; empty if it has none.
        needs: the only output activation that it can be used with; empty if any will do.
        targets: the targets that it is defined for; None if it takes any.
    """

    formula: str
    short: str = ""
    needs: str = ""
    targets: Range | None = None


EPOCHS = Range("a number of epochs from 1 on", low=1, example=20)
FRACTION = Range("a number from 0 on and below 1", low=0, below=1)
POSITIVE = Range("a number above 0", above=0)
SEEDS = Range("a whole number from 1 to 2147483646", low=1, high=2**31 - 2, whole=True, example=1)
NOT_NEGATIVE = Range("a number from 0 on", low=0)


class Setting(NamedTuple):
    """A number that a choice needs. Its default is None if the file has to state it."""

    range: Range
    default: float | None = None


class State(NamedTuple):
    """What an optimizer remembers.

    Attributes:
        name: its name. In its formula, this is its number in the step before.
        formula: its number in a step. With `_before` after it, the name of any state stands for the
            number in the step before; the state then has to start from 0.
        start: the number before the first step.
    """

    name: str
    formula: str
    start: float = 0.0


class Optimizer(NamedTuple):
    """A rule that updates weights from their gradients.

    Attributes:
        update: the weight's next number. In it, `root` is what it divides by, a row of `ROOTS`.
        states: what the optimizer remembers for each weight.
        settings: its settings by name.
        shared: what it remembers once for all weights, such as the power βᵗ in step t, from 1 on.
        under: what stands under the root; empty if the optimizer leaves no choice for ε.
        decays: whether weights decay, even if the file gives no `weight_decay`.
    """

    update: str
    states: tuple[State, ...] = ()
    settings: Mapping[str, Setting] = {}
    shared: tuple[State, ...] = ()
    under: str = ""
    decays: bool = False


class Penalty(NamedTuple):
    """A part of the total error that keeps weights small. Biases have none.

    Attributes:
        quantity: the name of the part.
        formula: the part, where `all` is the sum of the terms.
        term: the term of one weight w in that sum.
        short: the short form of its derivative for one weight.
    """

    quantity: str
    formula: str
    term: str
    short: str


class Clipping(NamedTuple):
    """A bound on gradients, by the name of its setting.

    Attributes:
        formula: the clipped gradient, over g and, where it is used, the norm.
        norm: the norm, where `all` is the sum of the terms; empty if none is used.
        term: the term of one gradient g in that sum.
    """

    formula: str
    norm: str = ""
    term: str = ""


class Gathering(NamedTuple):
    """How the gradients of a step's samples make one.

    Attributes:
        share: what each sample adds, over its gradient g and the number of samples n.
        latex: how the result is written in LaTeX, with a pair of braces for the gradient.
    """

    share: str
    latex: str


class Schedule(NamedTuple):
    """The learning rate of an epoch, which is counted from 0, and the schedule's settings."""

    formula: str
    settings: Mapping[str, Setting] = {}


LEAK = 0.01
"""The slope of leaky ReLU below 0; the same as PyTorch's default."""
ACTIVATIONS = {
    "sigmoid": Activation("1/(1 + exp(-z))", "σ", short="a*(1 - a)"),
    "tanh": Activation("tanh(z)", short="1 - a**2"),
    "relu": Activation("where(z, z, 0)", "relu"),
    "leaky relu": Activation(f"where(z, z, {LEAK}*z)", "leaky"),
    "identity": Activation("z"),
    "softplus": Activation("log(1 + exp(z))", "softplus", short="1/(1 + exp(-z))"),
    # Clevert and others, 2016, with α = 1
    "elu": Activation("where(z, z, exp(z) - 1)", "elu"),
    # Hendrycks and Gimpel, 2016; PyTorch's approximate="tanh". 0.797… is √(2/π). The exact form
    # needs erf, which spreadsheet programs do not all have for numbers below 0.
    "gelu": Activation("1/2*z*(1 + tanh(0.7978845608028654*(z + 0.044715*z*z**2)))", "gelu"),
    # Ramachandran and others, 2017; with β = 1 it is PyTorch's SiLU
    "swish": Activation("z/(1 + exp(-z))", "swish", short="a + (1 - a)/(1 + exp(-z))"),
    "bipolar sigmoid": Activation("2/(1 + exp(-z)) - 1", short="1/2*(1 + a)*(1 - a)"),
    # Rosenblatt, 1958: the derivative is 0, and the perceptron's rule, w + η(t - a)x, takes 1
    "step": Activation("where(z, 1, 0)", "step", rule="1"),
}
SHARE = Range("numbers from 0 to 1", low=0, high=1)
SOFTMAX = "softmax"
JOINT = Softmax("exp(z)/(all)", "exp(z)", own="a*(1 - a)", other="-(a*b)")

ERRORS = {
    "half squared": Error("1/2*(t - a)**2", short="a - t"),
    "mean squared": Error("1/n*(t - a)**2", short="2/n*(a - t)"),
    "binary cross-entropy": Error(
        "-(t*log(a) + (1 - t)*log(1 - a))",
        short="(a - t)/(a*(1 - a))",
        needs="sigmoid",
        targets=SHARE,
    ),
    "cross-entropy": Error("-(t*log(a))", short="-(t/a)", needs=SOFTMAX, targets=SHARE),
    "mean absolute": Error("1/n*abs(t - a)", short="1/n*where(a - t, 1, where(t - a, -1, 0))"),
    # Huber, 1964, with δ = 1, as PyTorch's default
    "huber": Error(
        "1/n*where(1 - abs(t - a), 1/2*(t - a)**2, abs(t - a) - 1/2)",
        short="1/n*where(1 - abs(t - a), a - t, where(a - t, 1, -1))",
    ),
    # The greater of 0 and 1 − ta; Rosasco and others, 2004
    "hinge": Error(
        "where(1 - t*a, 1 - t*a, 0)",
        short="where(1 - t*a, -t, 0)",
        targets=Range("numbers that are -1 or 1", only=(-1, 1)),
    ),
    "output": Error("a"),
}

PENALTIES = {
    "l1": Penalty("R1", "l1*(all)", "abs(w)", short="l1*where(w, 1, where(-w, -1, 0))"),
    # Goodfellow, Bengio and Courville, 2016, section 7.1.1: with the half, the gradient is λw
    "l2": Penalty("R2", "l2/2*(all)", "w**2", short="l2*w"),
}
"""Penalties by the name of their setting λ."""
PENALTY_SETTING = Setting(NOT_NEGATIVE)

GATHERINGS = {
    "mean": Gathering("g/n", r"\overline{{{}}}"),
    "sum": Gathering("g", r"\textstyle\sum {}"),
}

CLIPPINGS = {
    "clip_value": Clipping(
        "where(g - clip_value, clip_value, where(-clip_value - g, -clip_value, g))"
    ),
    # Pascanu and others, 2013; PyTorch's clip_grad_norm_, which adds 1e-6
    "clip_norm": Clipping(
        "where(norm + 1e-06 - clip_norm, g*(clip_norm/(norm + 1e-06)), g)", "sqrt(all)", "g**2"
    ),
}
NORM = "norm"
CLIP_SETTING = Setting(POSITIVE)
RATE_SETTING = Setting(NOT_NEGATIVE)
"""The factor of η in a layer."""

ROOTS = {"outside": "sqrt(x) + epsilon", "inside": "sqrt(x + epsilon)"}
"""What an optimizer divides by, with ε outside or inside the root of x."""
BETA1, BETA2, BETA2_T = Setting(FRACTION, 0.9), Setting(FRACTION, 0.999), "beta2_t*beta2"
EPSILON = Setting(NOT_NEGATIVE, 1e-8)
FIRST = State("m", "beta1*m + (1 - beta1)*g")
SECOND = State("v", "beta2*v + (1 - beta2)*g**2")
# Kingma and Ba, 2015
ADAM = Optimizer(
    "w - eta*(m/(1 - beta1_t))/(root)",
    (FIRST, SECOND),
    {"beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON},
    (State("beta1_t", "beta1_t*beta1", 1.0), State("beta2_t", BETA2_T, 1.0)),
    under="v/(1 - beta2_t)",
)
OPTIMIZERS = {
    "gradient descent": Optimizer("w - eta*g"),
    # Polyak, 1964; PyTorch's form: v ← μv + g, w ← w − ηv
    "momentum": Optimizer("w - eta*v", (State("v", "mu*v + g"),), {"mu": Setting(FRACTION, 0.9)}),
    "nesterov": Optimizer(
        "w - eta*(g + mu*v)",
        (State("v", "mu*v + g"),),
        {"mu": Setting(FRACTION, 0.9)},
    ),
    # Tieleman and Hinton, 2012
    "rmsprop": Optimizer(
        "w - eta*g/(root)",
        (State("v", "alpha*v + (1 - alpha)*g**2"),),
        {"alpha": Setting(FRACTION, 0.99), "epsilon": EPSILON},
        under="v",
    ),
    "adam": ADAM,
    # Loshchilov and Hutter, 2019
    "adamw": ADAM._replace(decays=True),
    # Dozat, 2016; PyTorch's form. The momentum rises with the steps: psi_t is 0.96^(t·ψ), mu_t the
    # momentum of this step, nu_t that of the next, and pi_t the product of all up to this step.
    "nadam": Optimizer(
        "w - eta*(1 - mu_t)/(1 - pi_t)*g/(root) - eta*nu_t/(1 - pi_t*nu_t)*m/(root)",
        (FIRST, SECOND),
        {
            "beta1": BETA1,
            "beta2": BETA2,
            "epsilon": EPSILON,
            "momentum_decay": Setting(NOT_NEGATIVE, 0.004),
        },
        (
            State("psi_t", "psi_t*power(0.96, momentum_decay)", 1.0),
            State("mu_t", "beta1*(1 - 1/2*psi_t)"),
            State("nu_t", "beta1*(1 - 1/2*psi_t*power(0.96, momentum_decay))"),
            State("pi_t", "pi_t*mu_t", 1.0),
            State("beta2_t", BETA2_T, 1.0),
        ),
        under="v/(1 - beta2_t)",
    ),
    # Duchi, Hazan and Singer, 2011; the starting memory is PyTorch's initial_accumulator_value
    "adagrad": Optimizer(
        "w - eta*g/(root)",
        (State("v", "v + g**2"),),
        {"epsilon": Setting(NOT_NEGATIVE, 1e-10), "memory": Setting(NOT_NEGATIVE, 0.0)},
        under="memory + v",
    ),
    # Zeiler, 2012; d is the step. u, the mean of its squares, is that of the steps before.
    "adadelta": Optimizer(
        "w - eta*d",
        (
            State("v", "rho*v + (1 - rho)*g**2"),
            State("u", "rho*u + (1 - rho)*d_before**2"),
            State("d", "sqrt(u + epsilon)/sqrt(v + epsilon)*g"),
        ),
        {"rho": Setting(FRACTION, 0.9), "epsilon": Setting(NOT_NEGATIVE, 1e-6)},
    ),
}

WEIGHT_DECAY = "w - eta*weight_decay*w"
"""What any optimizer's update takes for a weight w that decays: Loshchilov and Hutter, 2019."""
WEIGHT_DECAY_SETTINGS = {"weight_decay": Setting(NOT_NEGATIVE, 0.01)}

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
WARMUP = "where(warmup - (epoch + 1), (epoch + 1)/warmup, 1)"
"""The factor of the learning rate in the first epochs."""
WARMUP_SETTINGS = {"warmup": Setting(EPOCHS)}


def activation(choice: str) -> Activation:
    """The row of an activation, by its name or by a formula over z."""
    return ACTIVATIONS.get(choice) or Activation(choice)


def error(choice: str) -> Error:
    """The row of an error, by its name or by a formula over t, n and a."""
    return ERRORS.get(choice) or Error(choice)


def takes_targets(choice: str) -> bool:
    """Whether an error compares an output with a target; true of one that is not known."""
    try:
        return "t" in names(parse(error(choice).formula))
    except FormulaError:
        return True
