"""What a network is made of: its quantities, each with its formula."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from backprop_sheet.chain import parts_of
from backprop_sheet.formula import Tree, parse

TOTAL, MEAN_TOTAL = "E_Total", "E_Mean"
RATE, RATE_NOW = "eta", "eta_t"
EPOCH, SAMPLE = "epoch", "sample"
ZERO: Tree = parse("0")


class Kind(StrEnum):
    """What a quantity is to the network."""

    SETTING = "setting"  # η: one number for all epochs
    COUNTER = "counter"  # epoch, sample
    RATE = "learning rate"  # η_t: the learning rate of an epoch, by its schedule
    TARGET = "target"
    INPUT = "input"
    WEIGHT = "weight"
    BIAS = "bias"
    SUM = "weighted sum"  # h1, o1
    ACTIVATION = "activation"  # a_h1, a_o1
    ERROR = "error"  # E1
    TOTAL = "total error"  # E_Total
    MEAN_TOTAL = "mean error"  # E_Mean: of the samples of an epoch, so far
    PARTIAL = "partial"  # ∂E/∂o1: a stage on the way to the gradients
    GRADIENT = "gradient"  # ∂E/∂w1
    MEAN = "mean gradient"  # of the samples of an epoch, so far
    STATE = "state"  # what an optimizer remembers


@dataclass(frozen=True)
class Given:
    """A quantity that starts from a given number.

    Attributes:
        then: its number after a step, by the numbers of the row in which the step ends.
    """

    name: str
    kind: Kind
    then: Tree


@dataclass(frozen=True)
class Derived:
    """A quantity computed from others of the same row.

    Attributes:
        formula: how.
        slopes: the formula's derivative for each operand that leads to a weight.
        short: how the field abbreviates the formula (``σ(h1)``), if it does.
    """

    name: str
    kind: Kind
    formula: Tree
    slopes: Mapping[str, Tree] = field(default_factory=dict)
    short: str = ""


@dataclass(frozen=True)
class Carried(Derived):
    """A quantity computed from others of the same row and its own number in the row above.

    In its formula its own name stands for the number above.

    Attributes:
        start: the number above the first row.
        sums: whether it sums up over the samples and begins at `start` anew: a mean gradient with
            each step, the mean error with each epoch. If not, it moves on at the end of each step.
    """

    start: float = 0.0
    sums: bool = False


Quantity = Given | Derived


class Neuron(NamedTuple):
    """The names of a neuron's quantities; `bias` is empty if it has none."""

    sum: str
    activation: str
    weights: tuple[str, ...]
    bias: str


def mean_name(gradient: str) -> str:
    """The name of a gradient's mean over the samples: ``mean_dE_dw1``."""
    return f"mean_{gradient}"


def label(name: str) -> str:
    """What a quantity is called in a table: ``dE_dw1`` is ∂E/∂w1, others have their name."""
    if name.startswith("mean_"):
        return f"mean {label(name.removeprefix('mean_'))}"
    parts = parts_of(name)
    if parts:
        return f"∂{parts[0]}/∂{parts[1]}"
    return {RATE_NOW: "η_t"}.get(name, name)
