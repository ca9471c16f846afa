"""The derivation as lines of text: the numbered boxes above a sheet's table.

Each line follows from the network's graph and its declared formulas.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.formula import PLAIN, Tree, inline, names, write
from backprop_sheet.network import TOTAL, Derived, Group, Kind, Network, checked

MOST_LINES = 40
"""The most lines of a box."""


@dataclass(frozen=True)
class Box:
    """A numbered box of the derivation and its lines.

    Attributes:
        number: its number.
        lines: its lines.
        about: for each line the names of the quantities whose formulas it tells, as a whole or in
            part; a gradient's is ``dE_dw5``.
    """

    number: int
    lines: tuple[str, ...]
    about: tuple[tuple[str, ...], ...]


class _Line(NamedTuple):
    """A line, and the quantities whose formulas it tells."""

    text: str
    about: tuple[str, ...] = ()


class _Part(NamedTuple):
    """The content of a box: the number of lines, and the lines, which are written on demand."""

    size: int
    lines: Iterable[_Line]


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
    _, *groups = checked(network).groups
    own, staged = _own_weights(groups), network.staged
    last = max(number for number, weights in enumerate(own) if weights)
    parts = [
        _forward(network),
        *(_written_out(network, g.signals) for g in reversed(groups[last + 1 :]) if not staged),
        _worked_chain(network, own[last][0]),
        _written_out(network, own[last]),
    ]
    if staged:
        parts.append(_stages(network))
    for group, weights in reversed(list(zip(groups, own, strict=True))[:last]):
        if staged and not weights:  # its partials are among the stages
            continue
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
    return [_box(number, part) for number, part in enumerate(filled, start=1)]


def _own_weights(groups: Sequence[Group]) -> list[list[str]]:
    """The weights of each group, without those that a later group has, too."""
    found: list[list[str]] = []
    for group in reversed(groups):
        later = {weight for weights in found for weight in weights}
        found.append([weight for weight in group.weights if weight not in later])
    return found[::-1]


def _box(number: int, part: _Part) -> Box:
    """A box with all lines, or the first ones and a line that counts the rest."""
    lines, rest = list(islice(part.lines, MOST_LINES)), part.size - MOST_LINES
    if rest > 0:
        lines.append(_Line(f"… and {rest} more in the same way"))
    return Box(number, tuple(line.text for line in lines), tuple(line.about for line in lines))


def _stages(network: Network) -> _Part:
    """The partials that have columns, from the error backwards."""
    of = [name for name in network.backward if name not in network.partials]
    trees = (inline(network.derived[name].formula, network.partials) for name in of)
    lines = (
        _Line(f"{network.text(n)} = {_text(network, tree)}", (n,))
        for n, tree in zip(of, trees, strict=True)
    )
    return _Part(len(of), lines)


def _updates(network: Network) -> _Part:
    """The learning rate, what the optimizer remembers, and the update of the first weight."""
    first = network.trained[0]
    then = network.given[first].update
    used = network.leading_to(names(then))
    signs = [
        *((name, "=") for name in network.named(Kind.RATE)),
        *((name, "←") for name in network.named(Kind.CLIPPED, Kind.STATE) if name in used),
        *((name, "=") for name in network.named(Kind.NEW)),
    ]
    lines = [
        _Line(f"{network.text(n)} {sign} {_text(network, network.derived[n].formula)}", (n,))
        for n, sign in signs
    ]
    lines.append(_Line(f"{first} ← {_text(network, then)}", (first,)))
    return _Part(len(lines), lines)


def _text(network: Network, tree: Tree) -> str:
    return write(tree, PLAIN, network.text)


def _forward(network: Network) -> _Part:
    def line(name: str) -> _Line:
        quantity = network.derived[name]
        sides = [network.text(name), quantity.short, _text(network, quantity.formula)]
        return _Line(" = ".join(filter(None, sides)), (name,))

    return _Part(len(network.forward), map(line, network.forward))


def _chain(network: Network, name: str) -> _Line:
    """∂E_total/∂w1 = ∂E_total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1; several ways to the error add up."""
    steps = network.graph.path(name, TOTAL)
    whole = network.partial(TOTAL, name).text
    if steps != [(TOTAL, name)]:
        product = " * ".join(network.partial(*step).text for step in steps)
        return _Line(f"{whole} = {product}", (gradient_name(name),))
    ways = []
    for user in network.graph.users.get(name, ()):
        above = network.partial(TOTAL, user).text
        beyond = [above] if gradient_name(user) in network.derived else []  # else it is 1
        ways.append(" * ".join([*beyond, network.partial(user, name).text]))
    total = " + ".join(ways) or "0, as the error does not depend on it"
    return _Line(f"{whole} = {total}", (gradient_name(name),))


def _worked_chain(network: Network, name: str) -> _Part:
    """The chain for one weight, then each of its factors: all of them about its gradient."""
    of = gradient_name(name)
    steps = network.graph.path(name, TOTAL)
    whole = network.partial(TOTAL, name).text
    error = steps[0][0]
    lines = []
    if error != TOTAL:
        parts = _text(network, network.derived[TOTAL].formula)
        derivative = network.partial(error, name).text
        lines.append(_Line(f"{whole} = ∂({parts})/∂{name} = {derivative}", (of, TOTAL)))
    lines.append(_chain(network, name))
    for upper, lower in steps:
        if lower in network.graph.slopes[upper]:
            slope = _worked_slope(network, network.derived[upper], lower)
            lines.append(_Line(slope, (of, upper)))
        else:  # the weight reaches the error on several paths
            lines += [
                _Line(text, (of, *about)) for text, about in _written_out(network, [lower]).lines
            ]
    return _Part(len(lines), lines)


def _worked_slope(network: Network, quantity: Derived, lower: str) -> str:
    """∂a_o1/∂o1 = ∂(σ(o1))/∂o1 = a_o1 * (1 - a_o1)."""
    inner = quantity.short or _text(network, quantity.formula)
    slope = _text(network, quantity.slopes[lower])
    return f"{network.partial(quantity.name, lower).text} = ∂({inner})/∂{lower} = {slope}"


def _written_out(network: Network, of: Sequence[str]) -> _Part:
    """∂E_total/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1, for each name."""

    def line(name: str) -> _Line:
        tree = inline(network.derived[gradient_name(name)].formula, network.partials)
        text = f"{network.partial(TOTAL, name).text} = {_text(network, tree)}"
        return _Line(text, (gradient_name(name),))

    reaching = [name for name in of if gradient_name(name) in network.derived]
    return _Part(len(reaching), map(line, reaching))
