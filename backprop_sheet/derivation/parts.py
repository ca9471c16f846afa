"""What the boxes of the derivation tell, part by part, along the chain from error to weights.

A part knows of what its lines are and how to write each, so that only those are written that a box
has room for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.derivation.hands import Hand
from backprop_sheet.formula import Tree, inline, names
from backprop_sheet.network import TOTAL, Derived, Group, Kind, Network

FEW = 2
"""Quantities that a title names one by one."""


class Line(NamedTuple):
    """A line's sides, and the quantities whose formulas it tells."""

    sides: tuple[str, ...]
    about: tuple[str, ...] = ()


class Part(NamedTuple):
    """The content of a box: what its lines are about, and what writes the line of each."""

    of: Sequence[str]
    line: Callable[[str], Line]
    title: str


def _written(lines: Sequence[Line], title: str) -> Part:
    """A part whose lines are there already."""
    return Part([str(n) for n in range(len(lines))], lambda n: lines[int(n)], title)


class Derivation:
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

    def parts(self) -> Iterator[Part]:
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

    def _forward(self) -> Part:
        """The formula of each quantity from the inputs to the error."""

        def line(name: str) -> Line:
            quantity = self._network.derived[name]
            short = self._hand.short(quantity.short) if quantity.short else ""
            sides = filter(None, [short, self._tree(quantity.formula)])
            return Line(self._hand.sides(self._name(name), *sides), (name,))

        forward = self._network.forward
        return Part(forward, line, "The forward pass and the error")

    def _stages(self) -> Part:
        """The partials that have columns, from the error backwards."""
        network = self._network
        of = self._untold(name for name in network.backward if name not in network.partials)

        def line(name: str) -> Line:
            tree = inline(network.derived[name].formula, network.partials)
            return Line(self._hand.sides(self._name(name), self._tree(tree)), (name,))

        return Part(of, line, "The partials, from the error backwards")

    def _updates(self) -> Part:
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
            Line(self._hand.sides(self._name(n), self._tree(tree), sign=sign), (n,))
            for n, sign, tree in [*trees, (first, "←", then)]
        ]
        return _written(lines, f"The update of {network.text(first)}")

    def _chains(self, weights: Sequence[str]) -> Part:
        """The chain of each weight."""
        title = f"The chain rule for {self._listed(weights)}"
        return Part(weights, self._chain, title)

    def _chain(self, name: str) -> Line:
        """∂E_Total/∂w1 = ∂E_Total/∂a_h1 * ∂a_h1/∂h1 * ∂h1/∂w1; several ways add up."""
        network, hand = self._network, self._hand
        steps = network.graph.path(name, TOTAL)
        whole, about = self._partial(TOTAL, name), (gradient_name(name),)
        if steps != [(TOTAL, name)]:
            factors = hand.times.join(self._partial(*step) for step in steps)
            return Line(hand.sides(whole, factors), about)
        ways = []
        for user in network.graph.users.get(name, ()):
            above = self._partial(TOTAL, user)
            beyond = [above] if gradient_name(user) in network.derived else []  # else it is 1
            ways.append(hand.times.join([*beyond, self._partial(user, name)]))
        total = hand.plus.join(ways) or hand.words("0, as the error does not depend on it")
        return Line(hand.sides(whole, total), about)

    def _worked_chain(self, name: str) -> Part:
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
            lines.append(Line(sides, (of, TOTAL)))
        lines.append(self._chain(name))
        for upper, lower in steps:
            if lower in network.graph.slopes[upper]:
                slope = self._worked_slope(network.derived[upper], lower)
                lines.append(Line(slope, (of, upper)))
            else:  # the weight reaches the error on several paths
                part, own = self._written_out([lower]), gradient_name(lower)
                about = (own,) if own in network.columns else (of, own)
                lines += [Line(part.line(name).sides, about) for name in part.of]
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

    def _written_out(self, of: Sequence[str]) -> Part:
        """∂E_Total/∂w5 = (a_o1 - t1) * a_o1 * (1 - a_o1) * a_h1, for each name."""
        network = self._network

        def line(name: str) -> Line:
            tree = inline(network.derived[gradient_name(name)].formula, network.partials)
            sides = self._hand.sides(self._partial(TOTAL, name), self._tree(tree))
            return Line(sides, (gradient_name(name),))

        gradients = {gradient_name(name): name for name in of}
        found = self._untold(own for own in gradients if own in network.derived)
        untold = [gradients[own] for own in found]
        title = f"The gradient{'s' if len(untold) > 1 else ''} of {self._listed(untold)}"
        return Part(untold, line, title)

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


def _own_weights(groups: Sequence[Group]) -> list[list[str]]:
    """The weights of each group, without those that a later group has, too."""
    found: list[list[str]] = []
    for group in reversed(groups):
        later = {weight for weights in found for weight in weights}
        found.append([weight for weight in group.weights if weight not in later])
    return found[::-1]
