"""The derivation as lines: the numbered boxes above a sheet's table, and a report's derivation.

Each line follows from the network's graph and its declared formulas. `hands` says how lines are
written: as text, in LaTeX or in MathML.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.derivation.hands import AS_LATEX, AS_MATHML, AS_TEXT, Hand
from backprop_sheet.formula import Tree, inline, names
from backprop_sheet.network import TOTAL, Derived, Group, Kind, Network, checked

__all__ = ["AS_LATEX", "AS_MATHML", "AS_TEXT", "Box", "Hand", "boxes"]

MOST_LINES = 40
"""The most lines of a box."""
FEW = 2
"""Quantities that a title names one by one."""


@dataclass(frozen=True)
class Box:
    """A numbered box of the derivation and its lines.

    Attributes:
        number: its number.
        lines: its lines.
        about: for each line the names of the quantities whose formulas it tells, as a whole or in
            part; a gradient's is ``dE_dw5``.
        title: what it derives.
        sides: the sides of each line, each but the first with its sign.
        left_out: how many more lines there would be; the last line says so.
    """

    number: int
    lines: tuple[str, ...]
    about: tuple[tuple[str, ...], ...]
    title: str = field(default="", compare=False)
    sides: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    left_out: int = field(default=0, compare=False)


class _Line(NamedTuple):
    """A line's sides, and the quantities whose formulas it tells."""

    sides: tuple[str, ...]
    about: tuple[str, ...] = ()


class _Part(NamedTuple):
    """The content of a box: what its lines are about, and what writes the line of each."""

    of: Sequence[str]
    line: Callable[[str], _Line]
    title: str


def _written(lines: Sequence[_Line], title: str) -> _Part:
    """A part whose lines are there already."""
    return _Part([str(n) for n in range(len(lines))], lambda n: lines[int(n)], title)


def boxes(network: Network, *, hand: Hand = AS_TEXT, most: int = MOST_LINES) -> list[Box]:
    """The derivation of all gradients; with one hidden layer, the six boxes of the original.

    Box 1 has the forward pass and the errors; 2 the chain for the output layer's first weight,
    and its partials; 3 the gradients of the output layer in full. Three boxes follow for each
    hidden layer, from the last to the first: 4 the error's partial for each activation, 5 the
    chains of its weights, 6 their gradients in full. Where the network has them, more boxes show
    the partials that have columns (after 3), the biases, and how an optimizer or a schedule
    updates the weights. What a box has told is left out of those after it.

    Args:
        network: the network.
        hand: how the lines are written: as text, in LaTeX or in MathML.
        most: the most lines of a box.

    Returns:
        The boxes in order. A box has at most `most` lines and one that counts the rest.

    Raises:
        InputError: `network` is not one.
    """
    filled = (part for part in _Derivation(checked(network), hand).parts() if part.of)
    return [_box(number, part, hand, most) for number, part in enumerate(filled, start=1)]


def _own_weights(groups: Sequence[Group]) -> list[list[str]]:
    """The weights of each group, without those that a later group has, too."""
    found: list[list[str]] = []
    for group in reversed(groups):
        later = {weight for weights in found for weight in weights}
        found.append([weight for weight in group.weights if weight not in later])
    return found[::-1]


def _box(number: int, part: _Part, hand: Hand, most: int) -> Box:
    """A box with all lines, or some of every kind and a line that counts the rest."""
    lines, rest = list(map(part.line, _some(part.of, most))), len(part.of) - most
    if rest > 0:
        lines.append(_Line((hand.words(f"… and {rest} more in the same way"),)))
    return Box(
        number,
        tuple(" ".join(line.sides) for line in lines),
        tuple(line.about for line in lines),
        part.title,
        tuple(line.sides for line in lines),
        max(0, rest),
    )


def _some(of: Sequence[str], most: int) -> list[str]:
    """The first of every kind, such as h1 and a_h1, as many of each as there is room for."""
    seen: Counter[str] = Counter()
    turns = []
    for place, name in enumerate(of):
        kind = re.sub(r"\d+", "", name)
        turns.append((seen[kind], place))
        seen[kind] += 1
    return [of[place] for place in sorted(place for _, place in sorted(turns)[:most])]


class _Derivation:
    """The parts of a network's derivation, written by one hand.

    Each quantity's formula is told once: what an earlier part has is left out of the later ones.
    """

    def __init__(self, network: Network, hand: Hand) -> None:
        self._network, self._hand = network, hand
        self._told: set[str] = set()

    def _untold(self, of: Iterable[str]) -> list[str]:
        """The quantities whose formulas no part before has; from now on they are told."""
        found = [name for name in of if name not in self._told]
        self._told.update(found)
        return found

    def parts(self) -> Iterator[_Part]:
        """The parts in order; one may be empty, as pooling has no weights."""
        network = self._network
        _, *groups = network.groups
        own, staged = _own_weights(groups), network.staged
        last = max(number for number, weights in enumerate(own) if weights)
        yield self._forward()
        if not staged:
            for group in reversed(groups[last + 1 :]):
                yield self._written_out(group.signals)
        yield self._worked_chain(own[last][0])
        yield self._written_out(own[last])
        if staged:
            yield self._stages()
        for group, weights in reversed(list(zip(groups, own, strict=True))[:last]):
            yield self._written_out(group.signals)
            yield self._chains(weights)
            yield self._written_out(weights)
        yield self._written_out(
            [name for name in network.trained if network.given[name].kind is Kind.BIAS]
        )
        yield self._written_out(network.with_gradients)
        if network.carried or network.design.scheduled or network.named(Kind.NEW):
            yield self._updates()

    def _forward(self) -> _Part:
        """The formula of each quantity from the inputs to the error."""

        def line(name: str) -> _Line:
            quantity = self._network.derived[name]
            short = self._hand.short(quantity.short) if quantity.short else ""
            sides = filter(None, [short, self._tree(quantity.formula)])
            return _Line(self._hand.sides(self._name(name), *sides), (name,))

        forward = self._network.forward
        return _Part(forward, line, "The forward pass and the error")

    def _stages(self) -> _Part:
        """The partials that have columns, from the error backwards."""
        network = self._network
        of = self._untold(name for name in network.backward if name not in network.partials)

        def line(name: str) -> _Line:
            tree = inline(network.derived[name].formula, network.partials)
            return _Line(self._hand.sides(self._name(name), self._tree(tree)), (name,))

        return _Part(of, line, "The partials, from the error backwards")

    def _updates(self) -> _Part:
        """The learning rate, what the optimizer remembers, and the update of the first weight."""
        network = self._network
        first = network.trained[0]
        then = network.given[first].update
        used = network.leading_to(names(then))
        signs = [
            *((name, "=") for name in network.named(Kind.RATE)),
            *((name, "←") for name in network.named(Kind.CLIPPED, Kind.STATE) if name in used),
            *((name, "=") for name in self._untold(network.named(Kind.NEW))),
        ]
        trees = [(n, sign, network.derived[n].formula) for n, sign in signs]
        lines = [
            _Line(self._hand.sides(self._name(n), self._tree(tree), sign=sign), (n,))
            for n, sign, tree in [*trees, (first, "←", then)]
        ]
        return _written(lines, f"The update of {network.text(first)}")

    def _chains(self, weights: Sequence[str]) -> _Part:
        """The chain of each weight."""
        title = f"The chain rule for {self._listed(weights)}"
        return _Part(weights, self._chain, title)

    def _chain(self, name: str) -> _Line:
        """∂E_Total/∂w1 = ∂E_Total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1; several ways add up."""
        network, hand = self._network, self._hand
        steps = network.graph.path(name, TOTAL)
        whole, about = self._partial(TOTAL, name), (gradient_name(name),)
        if steps != [(TOTAL, name)]:
            factors = hand.times.join(self._partial(*step) for step in steps)
            return _Line(hand.sides(whole, factors), about)
        ways = []
        for user in network.graph.users.get(name, ()):
            above = self._partial(TOTAL, user)
            beyond = [above] if gradient_name(user) in network.derived else []  # else it is 1
            ways.append(hand.times.join([*beyond, self._partial(user, name)]))
        total = hand.plus.join(ways) or hand.words("0, as the error does not depend on it")
        return _Line(hand.sides(whole, total), about)

    def _worked_chain(self, name: str) -> _Part:
        """The chain for one weight, then each of its factors: all of them about its gradient."""
        network, hand = self._network, self._hand
        of = gradient_name(name)
        steps = network.graph.path(name, TOTAL)
        error = steps[0][0]
        lines = []
        if error != TOTAL:
            parts = self._tree(network.derived[TOTAL].formula)
            whole = hand.derivative.format(parts, self._name(name))
            sides = hand.sides(self._partial(TOTAL, name), whole, self._partial(error, name))
            lines.append(_Line(sides, (of, TOTAL)))
        lines.append(self._chain(name))
        for upper, lower in steps:
            if lower in network.graph.slopes[upper]:
                slope = self._worked_slope(network.derived[upper], lower)
                lines.append(_Line(slope, (of, upper)))
            else:  # the weight reaches the error on several paths
                part, own = self._written_out([lower]), gradient_name(lower)
                about = (own,) if own in network.columns else (of, own)
                lines += [_Line(part.line(name).sides, about) for name in part.of]
        return _written(lines, f"The chain rule for {network.text(name)}, step by step")

    def _worked_slope(self, quantity: Derived, lower: str) -> tuple[str, ...]:
        """∂a_o1/∂o1 = ∂(σ(o1))/∂o1 = a_o1 * (1 - a_o1)."""
        hand = self._hand
        inner = hand.short(quantity.short) if quantity.short else self._tree(quantity.formula)
        return hand.sides(
            self._partial(quantity.name, lower),
            hand.derivative.format(inner, self._name(lower)),
            self._tree(quantity.slopes[lower]),
        )

    def _written_out(self, of: Sequence[str]) -> _Part:
        """∂E_Total/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1, for each name."""
        network = self._network

        def line(name: str) -> _Line:
            tree = inline(network.derived[gradient_name(name)].formula, network.partials)
            sides = self._hand.sides(self._partial(TOTAL, name), self._tree(tree))
            return _Line(sides, (gradient_name(name),))

        gradients = {gradient_name(name): name for name in of}
        found = self._untold(own for own in gradients if own in network.derived)
        untold = [gradients[own] for own in found]
        title = f"The gradient{'s' if len(untold) > 1 else ''} of {self._listed(untold)}"
        return _Part(untold, line, title)

    def _listed(self, names: Sequence[str]) -> str:
        """A list of quantities in a few words: w1, w2; w1 … w9."""
        texts = [self._network.text(name) for name in names]
        return " and ".join(texts) if len(texts) <= FEW else f"{texts[0]} … {texts[-1]}"

    def _name(self, name: str) -> str:
        return self._hand.name(self._network, name)

    def _tree(self, tree: Tree) -> str:
        return self._hand.tree(self._network, tree)

    def _partial(self, upper: str, lower: str) -> str:
        return self._hand.partial(self._network, upper, lower)
