"""The derivation in words a sheet can hold: the numbered boxes above the table.

Every line is found by walking the network's graph and written from its declared formulas.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backprop_sheet.chain import gradient_name, parts_of, path
from backprop_sheet.formula import PLAIN, Tree, inline, write
from backprop_sheet.network import RATE, TOTAL, Derived, Network


@dataclass(frozen=True)
class Box:
    """A numbered box of the derivation and its lines."""

    number: int
    lines: tuple[str, ...]


def symbol(name: str) -> str:
    """A quantity's sign in running text: h1, E_total, ∂E_total/∂w1, η."""
    if parts := parts_of(name):
        return partial(*parts)
    return {TOTAL: "E_total", "E": "E_total", RATE: "η"}.get(name, name)


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
    activations = network.activations_by_layer
    for weights, signals in list(zip(hidden, activations, strict=False))[::-1]:
        contents += [
            _written_out(network, signals),
            (_chain(network, weight) for weight in weights),
            _written_out(network, weights),
        ]
    return [Box(number, tuple(lines)) for number, lines in enumerate(contents, start=1)]


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
        yield _worked_slope(network.derived[upper], lower)


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
