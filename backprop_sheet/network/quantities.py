"""The quantities a network consists of: each has a formula and says when it is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import Tree

TOTAL, MEAN_TOTAL = "E_Total", "E_Mean"
RATE, RATE_NOW = "eta", "eta_t"
EPOCH, SAMPLE, SEED = "epoch", "sample", "seed"
CLASS, PREDICTION, RIGHT = "target_class", "prediction", "right"
RIGHT_SO_FAR, ACCURACY, SUM_TOTAL = "right_so_far", "accuracy", "E_Sum"


class Kind(StrEnum):
    """The role of a quantity in the network."""

    SETTING = "setting"  # η: one number for all epochs
    COUNTER = "counter"  # epoch, sample
    RATE = "learning rate"  # η_t: the scheduled learning rate of an epoch
    SEED = "seed"  # what the random numbers of a row start from
    DRAW = "random number"  # u1: of those that choose what is dropped
    TARGET = "target"
    INPUT = "input"
    WEIGHT = "weight"
    BIAS = "bias"
    SUM = "weighted sum"  # h1, o1
    ACTIVATION = "activation"  # a_h1, a_o1
    OWN = "own formula"  # a quantity that the file declares by a formula
    ERROR = "error"  # E1
    PENALTY = "penalty"  # R2: the part of the total error that keeps weights small
    TOTAL = "total error"  # E_Total
    MEAN_TOTAL = "mean error"  # E_Mean: adds up over an epoch's rows; the last has the mean
    PARTIAL = "partial"  # ∂E/∂o1: an intermediate step towards the gradients
    GRADIENT = "gradient"  # ∂E/∂w1
    MEAN = "mean gradient"  # likewise over the rows of a step; or the sum over them
    CLIPPED = "clipped gradient"  # a gradient within bounds; the norm of all gradients
    NEW = "new weight"  # a weight after its update, where earlier layers see it so
    STATE = "state"  # what an optimizer remembers, such as a velocity
    MEASURE = "measure"  # shown beside the others; no other formula uses it


FOR_UPDATES = (Kind.MEAN, Kind.CLIPPED, Kind.STATE)
"""The kinds of quantities that stand between gradients and updates, in the order of columns."""


class Moment(IntEnum):
    """What can begin with a row, the rarest first.

    A training consists of epochs. An epoch consists of steps: each moves the weights once. A step
    consists of rows, one for each sample.
    """

    TRAINING = 0
    EPOCH = 1
    STEP = 2
    ROW = 3


@dataclass(frozen=True)
class Given:
    """A quantity that starts from a given number.

    Attributes:
        name: its name in formulas.
        kind: its role in the network.
        update: the formula of its next number, from the numbers of the row above.
        updated_each: when the update applies: weights are updated at each step. `TRAINING` means
            never: the quantity is constant.
        restarts_each: when the quantity goes back to `start`.
        start: the number that it restarts from. In the first row it has its given number instead.
    """

    name: str
    kind: Kind
    update: Tree
    updated_each: Moment = Moment.TRAINING
    restarts_each: Moment = Moment.TRAINING
    start: float = 0.0


@dataclass(frozen=True)
class Derived:
    """A quantity computed from others of the same row.

    Attributes:
        name: its name in formulas.
        kind: its role in the network.
        formula: the formula that gives it.
        slopes: the formula's derivative for each operand that depends on a weight.
        short: the usual abbreviation of the formula (``σ(h1)``); empty if it has none.
        by_rule: the operands for which a learning rule gives the slope, which is no derivative.
    """

    name: str
    kind: Kind
    formula: Tree
    slopes: Mapping[str, Tree] = field(default_factory=Fixed)
    short: str = ""
    by_rule: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Carried(Derived):
    """A quantity computed from others of the same row and from its own number in the row above.

    In its formula, its own name stands for the number in the row above.

    Attributes:
        start: the number that replaces the one above where the quantity restarts.
        restarts_each: when it restarts. A mean gradient restarts with each step, the mean error
            with each epoch, an optimizer's state only with the training.
        computed_each: `ROW` if it is computed in every row, `STEP` if only in the last row of a
            step.
    """

    start: float = 0.0
    restarts_each: Moment = Moment.TRAINING
    computed_each: Moment = Moment.ROW


Quantity = Given | Derived
