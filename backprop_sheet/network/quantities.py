"""What a network is made of: its quantities, each with its formula and its moments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from backprop_sheet.formula import Tree

TOTAL, MEAN_TOTAL = "E_Total", "E_Mean"
RATE, RATE_NOW = "eta", "eta_t"
EPOCH, SAMPLE = "epoch", "sample"


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
    MEASURE = "measure"  # shown beside the others; nothing follows from it


class Moment(IntEnum):
    """When something happens in a training, the rarest first.

    A training is made of epochs, an epoch of steps of the weights, a step of rows.
    """

    TRAINING = 0
    EPOCH = 1
    STEP = 2
    ROW = 3


@dataclass(frozen=True)
class Given:
    """A quantity that starts from a given number.

    Attributes:
        name: what formulas call it.
        kind: what it is to the network.
        then: its next number, by the numbers of the row above.
        moves: what has to begin for it to move: weights move with each step. A quantity that
            moves with the training only stays as it is.
        anew: what has to begin for it to begin anew.
        start: the number with which it then begins; with the training it is a given one.
    """

    name: str
    kind: Kind
    then: Tree
    moves: Moment = Moment.TRAINING
    anew: Moment = Moment.TRAINING
    start: float = 0.0


@dataclass(frozen=True)
class Derived:
    """A quantity computed from others of the same row.

    Attributes:
        name: what formulas call it.
        kind: what it is to the network.
        formula: how it is computed.
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
        start: what stands for the number above where it begins anew.
        anew: what has to begin for it to begin anew: a mean gradient with each step, the mean
            error with each epoch, what an optimizer remembers with the training.
        moves: `ROW` if it is computed in every row, `STEP` if only in the last row of a step.
    """

    start: float = 0.0
    anew: Moment = Moment.TRAINING
    moves: Moment = Moment.ROW


Quantity = Given | Derived
