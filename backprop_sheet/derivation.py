"""The derivation as lines of text: the numbered boxes above a sheet's table.

Each line follows from the network's graph and its declared formulas.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.formula import PLAIN, Tree, inline, names, write
from backprop_sheet.network import TOTAL, Derived, Kind, Network, checked

MOST_LINES = 40
"""The most lines of a box."""


@dataclass(frozen=True)
class Box:
    """A numbered box of the derivation and its lines."""

    number: int
    lines: tuple[str, ...]


class _Part(NamedTuple):
    """The content of a box: the number of lines, and the lines, which are written on demand."""

    size: int
    lines: Iterable[str]


def boxes(network: Network) -> list[Box]:
    """The derivation of all gradients; with one hidden layer, the six boxes of the original.

    Box 1 has the forward pass and the errors; 2 the chain for the output layer's first weight,
    and its partials; 3 the gradients of the output layer in full. Three boxes follow for each
    hidden layer, from the last to the first: 4 the error's partial for each activation, 5 the
    chains of its weights, 6 their gradients in full. Where the network has them, more boxes show
    the partials that have columns (after 3), the biases, and how an optimizer or a schedule
    updates the weights.

    Returns:
        The boxes in order. A box has at most `MOST_LINES` lines and one that counts the rest.

    Raises:
        InputError: `network` is not one.
    """
    groups = checked(network).groups
    last = max(number for number, group in enumerate(groups) if group.weights)
    hidden, output, after = groups[1:last], groups[last], groups[last + 1 :]
    parts = [
        _forward(network),
        _worked_chain(network, output.weights[0]),
        _written_out(network, output.weights),
    ]
    if network.staged:
        parts.append(_stages(network))
    if after:  # the last layer has no weights
        parts += [_written_out(network, group.signals) for group in reversed([output, *after])]
    above = set(output.weights)
    for number, group in reversed(list(enumerate(hidden))):
        # A weight that several groups share, such as steps, follows all that its sum refers to.
        later = {weight for other in hidden[:number] for weight in other.weights} | above
        weights = [weight for weight in group.weights if weight not in later]
        parts += [
            _written_out(network, group.signals),
            _Part(len(weights), (_chain(network, weight) for weight in weights)),
            _written_out(network, weights),
        ]
    biases = [name for name in network.trained if network.given[name].kind is Kind.BIAS]
    parts += [_written_out(network, biases)] if biases else []
    if network.with_gradients:
        parts.append(_written_out(network, network.with_gradients))
    if network.carried or network.design.scheduled or network.named(Kind.NEW):
        parts.append(_updates(network))
    filled = (part for part in parts if part.size)  # pooling has no weights
    return [Box(number, _lines(part)) for number, part in enumerate(filled, start=1)]


def _lines(part: _Part) -> tuple[str, ...]:
    """All lines of a box, or the first ones and a line that counts the rest."""
    rest = part.size - MOST_LINES
    if rest <= 0:
        return tuple(part.lines)
    return (*islice(part.lines, MOST_LINES), f"… and {rest} more in the same way")


def _stages(network: Network) -> _Part:
    """The partials that have columns, from the error backwards."""
    of = network.backward
    lines = (f"{network.text(n)} = {_text(network, network.derived[n].formula)}" for n in of)
    return _Part(len(of), lines)


def _updates(network: Network) -> _Part:
    """The learning rate, what the optimizer remembers, and the update of the first weight."""
    first = network.trained[0]
    then = network.given[first].update
    used = network.leading_to(names(then))
    lines = [
        f"{network.text(name)} = {_text(network, network.derived[name].formula)}"
        for name in network.named(Kind.RATE)
    ]
    lines += [
        f"{network.text(name)} ← {_text(network, network.derived[name].formula)}"
        for name in network.named(Kind.CLIPPED, Kind.STATE)
        if name in used
    ]
    lines += [
        f"{network.text(name)} = {_text(network, network.derived[name].formula)}"
        for name in network.named(Kind.NEW)
    ]
    lines.append(f"{first} ← {_text(network, then)}")
    return _Part(len(lines), lines)


def _text(network: Network, tree: Tree) -> str:
    return write(tree, PLAIN, network.text)


def _forward(network: Network) -> _Part:
    def line(name: str) -> str:
        quantity = network.derived[name]
        sides = [network.text(name), quantity.short, _text(network, quantity.formula)]
        return " = ".join(filter(None, sides))

    return _Part(len(network.forward), map(line, network.forward))


def _chain(network: Network, name: str) -> str:
    """∂E_total/∂w1 = ∂E_total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1; several ways to the error add up."""
    steps = network.graph.path(name, TOTAL)
    whole = network.partial(TOTAL, name).text
    if steps != [(TOTAL, name)]:
        return f"{whole} = {' * '.join(network.partial(*step).text for step in steps)}"
    ways = []
    for user in network.graph.users[name]:
        if user not in network.reaching:
            continue  # the error does not depend on it
        above = network.partial(TOTAL, user).text
        beyond = [above] if gradient_name(user) in network.derived else []  # else it is 1
        ways.append(" * ".join([*beyond, network.partial(user, name).text]))
    return f"{whole} = {' + '.join(ways)}"


def _worked_chain(network: Network, name: str) -> _Part:
    """The chain for one weight, then each of its factors."""
    steps = network.graph.path(name, TOTAL)
    whole = network.partial(TOTAL, name).text
    error = steps[0][0]
    lines = []
    if error != TOTAL:
        parts = _text(network, network.derived[TOTAL].formula)
        lines.append(f"{whole} = ∂({parts})/∂{name} = {network.partial(error, name).text}")
    lines.append(_chain(network, name))
    for upper, lower in steps:
        if lower in network.graph.slopes[upper]:
            lines.append(_worked_slope(network, network.derived[upper], lower))
        else:  # the weight reaches the error on several paths
            lines += _written_out(network, [lower]).lines
    return _Part(len(lines), lines)


def _worked_slope(network: Network, quantity: Derived, lower: str) -> str:
    """∂a_o1/∂o1 = ∂(σ(o1))/∂o1 = a_o1 * (1 - a_o1)."""
    inner = quantity.short or _text(network, quantity.formula)
    slope = _text(network, quantity.slopes[lower])
    return f"{network.partial(quantity.name, lower).text} = ∂({inner})/∂{lower} = {slope}"


def _written_out(network: Network, of: Sequence[str]) -> _Part:
    """∂E_total/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1, for each name."""

    def line(name: str) -> str:
        tree = inline(network.derived[gradient_name(name)].formula, network.partials)
        return f"{network.partial(TOTAL, name).text} = {_text(network, tree)}"

    reaching = [name for name in of if gradient_name(name) in network.derived]
    return _Part(len(reaching), map(line, reaching))
