"""The forward passes in which one weight is a little larger or smaller: what the weight changes.

What is used once stands in the formula that uses it, so a pass takes few cells.
"""

from collections import Counter
from functools import cache

from backprop_sheet.formula import PLAIN, Name, Tree, conditions, filled, names, nodes, write
from backprop_sheet.network import TOTAL, Network

LONGEST = 500
"""The most characters that a formula takes in from others: people have to be able to read it."""
Side = tuple[str, int]
"""A weight, and whether it is made larger or smaller: 1 or -1."""


class Passes:
    """What the weights of a network change.

    Attributes:
        weights: the weights whose gradients are the error's slopes.
    """

    def __init__(self, network: Network) -> None:
        """Find what each weight changes in a forward pass."""
        self._network = network
        self.weights = [w for w in network.trained if w not in network.by_rule]
        derived = network.derived
        used = {name: frozenset(names(derived[name].formula)) for name in network.forward}
        self._after = {weight: _after(weight, used) for weight in self.weights}
        self._conditions = [t for n in network.forward for t in conditions(derived[n].formula)]
        self.formulas = cache(self._formulas)

    @property
    def cells(self) -> int:
        """About how many cells all passes with larger weights take."""
        return sum(len(self._kept(weight)) for weight in self.weights)

    def conditions(self, weight: str) -> list[Tree]:
        """What is compared with 0, and changes with a weight."""
        changed = {weight, *self._after[weight]}
        return [tree for tree in self._conditions if not changed.isdisjoint(names(tree))]

    def _kept(self, weight: str) -> set[str]:
        """What a pass uses more than once."""
        formulas = [self._network.derived[name].formula for name in self._after[weight]]
        uses = Counter(leaf.id for t in formulas for leaf in nodes(t) if isinstance(leaf, Name))
        compared = {name for tree in self.conditions(weight) for name in names(tree)}
        return {n for n in self._after[weight] if uses[n] > 1 or n == TOTAL or n in compared}

    def _formulas(self, weight: str) -> dict[str, Tree]:
        """What gets a cell in the pass of a changed weight, with its formula."""
        found: dict[str, Tree] = {}
        kept = self._kept(weight)
        for name in self._after[weight]:
            tree, room = self._network.derived[name].formula, LONGEST
            for part in [n for n in names(tree) if n in found and n not in kept]:
                room -= len(write(found[part], PLAIN))
                if room > 0:
                    tree = filled(tree, {part: found.pop(part)})
            found[name] = tree
        return found


def _after(weight: str, used: dict[str, frozenset[str]]) -> list[str]:
    """What a weight changes, in the order in which it is worked out."""
    changed = {weight}
    for name, parts in used.items():
        if not changed.isdisjoint(parts):
            changed.add(name)
    return [name for name in used if name in changed]
