"""What a network's formulas follow from, in words and general letters: no cell has such a formula.

In them z is a weighted sum, a an activation, t a target, n the number of outputs, g a gradient and
w the weight or bias that it updates.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backprop_sheet import derivation
from backprop_sheet.formula import PLAIN, filled, names, parse, write
from backprop_sheet.network import (
    ACCURACY,
    MEAN_TOTAL,
    PREDICTION,
    RATE,
    RIGHT,
    TOTAL,
    Kind,
    Network,
)
from backprop_sheet.network.choices import (
    CLIPPINGS,
    JOINT,
    NORM,
    OPTIMIZERS,
    PENALTIES,
    ROOTS,
    SCHEDULES,
    SOFTMAX,
    WARMUP,
    WEIGHT_DECAY,
    activation,
    error,
)
from backprop_sheet.network.layers import Dense, Layer
from backprop_sheet.network.quantities import RIGHT_SO_FAR
from backprop_sheet.network.symbols import plain

ALL = "all"
"""The sum of the terms, in formulas that have one."""
BIASES = {"none": "none", "layer": "one for the whole layer", "neuron": "one for each neuron"}


class Definition(NamedTuple):
    """What something of a network is.

    Attributes:
        of: what it is about: ``hidden layer``.
        text: what it is: ``tanh, a = tanh(z)``.
    """

    of: str
    text: str


def definitions(network: Network) -> list[Definition]:
    """All that numbers do not say: activations, biases, the error, how weights are updated."""
    if network.design.written:
        forward = (Definition("formula", line) for line in derivation.boxes(network)[0].lines)
        return [*forward, *_training(network)]
    return [*_layers(network), *_biases(network), *_error(network), *_training(network)]


def in_short(network: Network) -> str:
    """The activations and the error in one line, as far as they have general formulas."""
    how = f"weights: {network.design.optimizer}, {_when(network)}"
    if network.design.written:
        return f"The formulas of this network are on the page with the task; {how}"
    layers = (f"{each.of}: {each.text}" for each in _layers(network))
    return "; ".join([*layers, f"error: {_formula_of_error(network)}", how])


def _layers(network: Network) -> Iterator[Definition]:
    """The layers; those that are alike stand together."""
    placed = network.design.placed
    several = len(placed) > 2  # noqa: PLR2004 - one hidden layer and the output layer
    of: dict[str, list[str]] = {}
    for number, (layer, _, role) in enumerate(placed, start=1):
        name = f"layer {number}" if several and role == "hidden" else f"{role} layer"
        of.setdefault(_of_layer(layer), []).append(name)
    return (Definition(" and ".join(alike), text) for text, alike in of.items())


def _of_layer(layer: Layer) -> str:
    """What a layer makes of its sums; what is usual is not said."""
    kind = "" if layer.kind == "dense" else layer.kind
    if not layer.activation:
        does = kind or "a = z"
    else:
        does = _activation(layer.activation)
        does = f"{kind}, {does}" if kind else does
    if not layer.residual:
        return does
    before = f" {layer.residual - 1} before it" if layer.residual > 1 else ""
    return f"{does}, plus the signals that go into the layer{before or ' itself'}"


def _activation(choice: str) -> str:
    """``sigmoid, a = σ(z) = 1/(1 + exp(-z))``."""
    if choice == SOFTMAX:
        return f"softmax, a = {_summed(JOINT.formula, JOINT.term)}"
    row = activation(choice)
    sides = ["a", f"{row.sign}(z)" if row.sign else "", _text(row.formula)]
    formula = " = ".join(filter(None, sides))
    return formula if choice == row.formula else f"{choice}, {formula}"


def _biases(network: Network) -> Iterator[Definition]:
    design = network.design
    if not design.biases:
        yield Definition("biases", "none")
        return
    kinds = {layer.bias for layer in design.stack if isinstance(layer, Dense)}
    how = [BIASES[kind] for kind in BIASES if kind in kinds - {"none"}]
    trained = "trained like the weights" if design.train_bias else "not trained"
    yield Definition("biases", ", ".join([*how, trained]))


def _error(network: Network) -> Iterator[Definition]:
    choice = network.design.error
    formula = _formula_of_error(network)
    said = formula if error(choice).formula == choice else f"{choice}, {formula}"
    yield Definition("error of an output", said)
    penalties = [
        f"{PENALTIES[name].quantity} = {_summed(PENALTIES[name].formula, PENALTIES[name].term)}"
        for name in network.design.penalties
    ]
    sums = "the errors of all outputs"
    if penalties:
        sums += f" and {' and '.join(penalties)}, over all weights w but the biases"
    yield Definition(network.symbols[TOTAL].heading, f"the sum of {sums}")


def _formula_of_error(network: Network) -> str:
    formula = error(network.design.error).formula
    outputs = len(network.named(Kind.ERROR))
    return f"E = {_text(formula)}" + (
        f", n = {outputs} outputs" if "n" in names(parse(formula)) else ""
    )


def _training(network: Network) -> Iterator[Definition]:
    if MEAN_TOTAL in network.columns:
        mean, total = (network.symbols[name].heading for name in (MEAN_TOTAL, TOTAL))
        yield Definition(mean, f"the mean of {total} over the samples: each row adds its part")
    yield from _classes(network)
    yield Definition("weights are updated", _when(network))
    yield Definition("update of a weight", _update(network))
    if network.design.scheduled:
        yield Definition("learning rate of an epoch", _schedule(network))
    numbers = [
        f"{network.text(name)} = {network.numbers[name]:.15g}"
        for name in network.named(Kind.SETTING, Kind.BIAS)
        if name != RATE and name not in network.trained
    ]
    if numbers:
        yield Definition("other numbers", ", ".join(numbers))


def _classes(network: Network) -> Iterator[Definition]:
    """What the columns about right predictions have."""
    classes = network.design.classes
    if PREDICTION not in network.columns:
        return
    if len(network.named(Kind.TARGET)) == 1:
        low, high = (f"{number:g}" for number in classes)
        middle = f"{sum(classes) / len(classes):g}"
        said = f"the class: {high} if the output is greater than {middle}, else {low}"
    else:
        said = "the number of the greatest output, from 1 on; of equal ones the first"
    yield Definition(plain(PREDICTION).heading, said)
    right, count = plain(RIGHT).heading, plain(RIGHT_SO_FAR).heading
    yield Definition(right, "1 if the prediction is the class of the targets, else 0")
    yield Definition(count, f"how many are {right} in this epoch, up to this row")
    yield Definition(plain(ACCURACY).heading, f"{count}, divided by the number of samples")


def _when(network: Network) -> str:
    design = network.design
    if design.update == "sequential":
        return "after each sample, the last layer first: those before it take its new weights"
    if design.update != "batch" or design.samples == 1:
        return "after each sample" if design.samples > 1 else "in each epoch"
    size = design.batch_size or design.samples
    often = f"every {size} samples" if size < design.samples else "each epoch"
    return f"after {often}, with the {design.gradient} of the samples' gradients"


def _update(network: Network) -> str:
    """``momentum, w ← w - η * v; v ← μ * v + g; g is the gradient``."""
    design = network.design
    row = OPTIMIZERS[design.optimizer]
    if not (row.states or design.clipping or design.weight_decay or design.rates):
        return f"{design.optimizer} with the learning rate η"
    root = filled(parse(ROOTS[design.root]), {"x": parse(row.under or "x")})
    parts = [f"w ← {write(filled(parse(row.update), {'root': root}), PLAIN, _sign)}"]
    parts += [f"{_sign(s.name)} ← {_text(s.formula)}" for s in (*row.states, *row.shared)]
    if design.clipping:
        clipping = CLIPPINGS[design.clipping]
        parts.append(f"before that g ← {_text(clipping.formula)}")
        if clipping.norm:
            parts.append(f"{NORM} = {_summed(clipping.norm, clipping.term)} over all gradients")
    if design.weight_decay:
        parts.append(f"before that w ← {_text(WEIGHT_DECAY)}")
    if design.rates:
        parts.append("each layer has a factor of its own for η")
    return f"{design.optimizer}, {'; '.join(parts)}; g is the gradient"


def _schedule(network: Network) -> str:
    formula = _text(SCHEDULES[network.design.schedule].formula)
    if network.design.warmup:
        formula += f", times ({_text(WARMUP)})"
    return f"{network.design.schedule}, {formula}"


def _summed(formula: str, term: str) -> str:
    """A formula with the sum of some terms."""
    return write(
        parse(formula), PLAIN, lambda name: f"Σ {_text(term)}" if name == ALL else _sign(name)
    )


def _text(formula: str) -> str:
    return write(parse(formula), PLAIN, _sign)


def _sign(name: str) -> str:
    return plain(name).text
