"""The derivation in words a sheet can hold: the numbered boxes above the table.

Every line is found by walking the network's graph and written from its declared formulas.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backprop_sheet.chain import gradient_name, parts_of, path
from backprop_sheet.formula import PLAIN, Tree, inline, write
from backprop_sheet.network import RATE, RATE_NOW, TOTAL, Derived, Kind, Network

MOST_LINES = 40
"""Lines of a box; the sheet's table begins below the last of them."""
SIGNS = {
    TOTAL: "E_total",
    "E": "E_total",
    RATE: "η",
    RATE_NOW: "η_t",
    "mu": "μ",
    "alpha": "α",
    "epsilon": "ε",
    "gamma": "γ",
    "beta1": "β1",
    "beta2": "β2",
    "beta1_t": "β1^t",
    "beta2_t": "β2^t",
}
"""Quantities that running text calls otherwise."""


@dataclass(frozen=True)
class Box:
    """A numbered box of the derivation and its lines."""

    number: int
    lines: tuple[str, ...]


def symbol(name: str) -> str:
    """A quantity's sign in running text: h1, E_total, ∂E_total/∂w1, η."""
    if parts := parts_of(name):
        return partial(*parts)
    if name.startswith("mean_"):
        return f"mean {symbol(name.removeprefix('mean_'))}"
    return SIGNS.get(name, name)


def partial(upper: str, lower: str) -> str:
    """∂upper/∂lower."""
    return f"∂{symbol(upper)}/∂{symbol(lower)}"


def boxes(network: Network) -> list[Box]:
    """The derivation of all gradients: for one hidden layer the six boxes of the original.

    1 the forward pass and the errors; 2 the chain for the output layer's first weight and its
    partials; 3 the gradients of the output layer written out; then for each hidden layer, from
    the last to the first: 4 the error's partial for each activation, 5 the chains of the
    weights below, 6 these written out.
    """
    *hidden, output = network.weights_by_layer
    contents = [
        _forward(network),
        _worked_chain(network, output[0]),
        _written_out(network, output),
    ]
    if network.staged:
        contents.append(_stages(network))
    activations = network.activations_by_layer
    for weights, signals in list(zip(hidden, activations, strict=False))[::-1]:
        contents += [
            _written_out(network, signals),
            (_chain(network, weight) for weight in weights),
            _written_out(network, weights),
        ]
    biases = [name for name in network.trained if network.given[name].kind is Kind.BIAS]
    contents += [_written_out(network, biases)] if biases else []
    if network.carried or network.design.scheduled:
        contents.append(_updates(network))
    return [Box(number, _shortened(lines)) for number, lines in enumerate(contents, start=1)]


def _shortened(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines, or of very many the first: the rest is the same with other numbers."""
    all_ = tuple(lines)
    rest = len(all_) - MOST_LINES
    return all_ if rest <= 0 else (*all_[:MOST_LINES], f"… and {rest} more in the same way")


def _stages(network: Network) -> Iterator[str]:
    """The partials that have columns, from the error back."""
    for name in network.backward:
        yield f"{symbol(name)} = {_text(network.derived[name].formula)}"


def _updates(network: Network) -> Iterator[str]:
    """The learning rate, what the optimizer remembers, and how the first weight moves."""
    first = network.trained[0]
    for name in network.named(Kind.RATE):
        yield f"{symbol(name)} = {_text(network.derived[name].formula)}"
    for name, quantity in network.carried.items():
        if quantity.kind is Kind.STATE and name.endswith((f"_{first}", "_t")):
            yield f"{symbol(name)} ← {_text(quantity.formula)}"
    yield f"{first} ← {_text(network.given[first].then)}"


def _text(tree: Tree) -> str:
    return write(tree, PLAIN, symbol)


def _forward(network: Network) -> Iterator[str]:
    for name in network.forward:
        quantity = network.derived[name]
        yield " = ".join(filter(None, [symbol(name), quantity.short, _text(quantity.formula)]))


def _chain(network: Network, name: str) -> str:
    """∂E_total/∂w1 = ∂E_total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1."""
    factors = [partial(*step) for step in path(network.slopes, name, TOTAL)]
    return f"{partial(TOTAL, name)} = {' * '.join(factors)}"


def _worked_chain(network: Network, name: str) -> Iterator[str]:
    """The chain for one weight, and below it each of its factors worked out."""
    steps = path(network.slopes, name, TOTAL)
    whole = partial(TOTAL, name)
    error = steps[0][0]
    if error != TOTAL:
        parts = _text(network.derived[TOTAL].formula)
        yield f"{whole} = ∂({parts})/∂{name} = {partial(error, name)}"
    yield _chain(network, name)
    for upper, lower in steps:
        if lower in network.slopes[upper]:
            yield _worked_slope(network.derived[upper], lower)
        else:  # by several ways
            yield from _written_out(network, [lower])


def _worked_slope(quantity: Derived, lower: str) -> str:
    """∂a_o1/∂o1 = ∂(σ(o1))/∂o1 = a_o1 * (1 - a_o1)."""
    inner = quantity.short or _text(quantity.formula)
    slope = _text(quantity.slopes[lower])
    return f"{partial(quantity.name, lower)} = ∂({inner})/∂{lower} = {slope}"


def _written_out(network: Network, names: list[str]) -> Iterator[str]:
    """∂E_total/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1, for each of the names."""
    for name in names:
        tree = inline(network.derived[gradient_name(name)].formula, network.partials)
        yield f"{partial(TOTAL, name)} = {_text(tree)}"
