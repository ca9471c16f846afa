"""A network as an ordered set of quantities: every formula of the exercise, declared once.

Names are the same as in the sheet:

    t1 …      targets                    w1 …      weights, layer by layer, neuron by neuron
    i1 …      inputs                     E1 …      the error of each output
    h1 a_h1   weighted sum and activation of a hidden neuron (in deeper layers h2_1 a_h2_1)
    o1 a_o1   the same of an output      E_Total   the total error
    eta       the learning rate η        dE_dw1    ∂E_Total/∂w1
    b1 …      biases                     m_w1 v_w1 what an optimizer remembers for a weight

A row is an epoch, or one sample of an epoch if there are several samples. There are three kinds of
quantity. A *given* one starts from a number and has a formula for the next row. A *derived* one is
computed from quantities of its own row. A *carried* one is derived too, but its formula also uses
its own number in the row above. All other modules show or check what this package declares.

    network       a network: its quantities, and the numbers that it starts from
    quantities    the three kinds of quantity
    rows          what each row contains
    design        the choices that make up a network
    classes       the classes that targets stand for
    choices       activations, errors, optimizers and schedules, as rows of formulas
    formulas      checks the formulas that a file gives for a choice
    written       formulas of one's own, in place of layers
    layers/       the kinds of layers
    declaration/  all formulas, in loops over the layers
    groups        what views lay out together
    grids         groups in rows and columns
    symbols       how quantities are written
    file/         reads a network from a TOML file, and writes one
    hints         what its writer meant by a name that is not known
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from backprop_sheet.arguments import plain_value
from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Compared, Group, Link, Unit
from backprop_sheet.network.network import Network
from backprop_sheet.network.quantities import (
    ACCURACY,
    CLASS,
    EPOCH,
    FOR_UPDATES,
    MEAN_TOTAL,
    PREDICTION,
    RATE,
    RATE_NOW,
    RIGHT,
    SAMPLE,
    TOTAL,
    Carried,
    Derived,
    Given,
    Kind,
    Moment,
)
from backprop_sheet.network.rows import RowKind, Rule, Rules
from backprop_sheet.network.symbols import Symbol

__all__ = [
    "ACCURACY",
    "CLASS",
    "EPOCH",
    "FOR_UPDATES",
    "MEAN_TOTAL",
    "PREDICTION",
    "RATE",
    "RATE_NOW",
    "RIGHT",
    "SAMPLE",
    "TOTAL",
    "Carried",
    "Compared",
    "Derived",
    "Design",
    "Given",
    "Group",
    "Kind",
    "Link",
    "Moment",
    "Network",
    "RowKind",
    "Rule",
    "Rules",
    "Symbol",
    "Unit",
    "build",
    "checked",
    "load",
]


def build(
    layers: Sequence[int],
    *,
    inputs: Iterable[float],
    targets: Iterable[float],
    weights: Iterable[float],
    eta: float = 1.0,
    epochs: int = 68,
) -> Network:
    """Make a fully connected network of sigmoid neurons without biases; `load` reads any other.

    Args:
        layers: the number of neurons in each layer, the inputs first.
        inputs: i1, i2, … of the only sample, one for each neuron of the first layer.
        targets: t1, t2, … of the only sample, one for each neuron of the last layer.
        weights: w1, w2, … layer by layer and, within a layer, neuron by neuron.
        eta: the learning rate η, above 0.
        epochs: the number of epochs to train for.

    Lists may also be tuples, iterators or numpy arrays.

    Raises:
        InputError: the layers do not make a network, a list has the wrong length, a number is not
            finite, or η is not above 0.
    """
    from backprop_sheet.network.file import from_content

    content: dict[str, object] = {"layers": layers, "inputs": inputs, "targets": targets}
    content |= {"weights": weights, "eta": eta, "epochs": epochs}
    plain = {key: plain_value(value) for key, value in content.items()}
    return from_content(plain, Path(), "network")


def checked(network: object) -> Network:
    """A network, where callers from Python may have passed anything.

    Raises:
        InputError: it is not a network.
    """
    if not isinstance(network, Network):
        raise InputError(f"network: got {shown(network)}, takes a network by load() or build()")
    return network


def load(name: str | Path = "original") -> Network:
    """Load the network of a template (``original``, ``xor`` …) or of a TOML file.

    Args:
        name: the name of a template, or the path of a file that ends in ``.toml``.

    Raises:
        InputError: there is no such template or file, or it contains a mistake.
    """
    from backprop_sheet.network.file import read

    return read(name)
