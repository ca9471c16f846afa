"""The forward pass of formulas of one's own, in the order of the sheet."""

from collections.abc import Collection, Iterator

from backprop_sheet.formula import (
    Name,
    Op,
    Tree,
    changed,
    derivatives,
    factors,
    filled,
    names,
    parse,
    product,
)
from backprop_sheet.network.choices import Activation
from backprop_sheet.network.declaration.base import Forward
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group, Link, Unit
from backprop_sheet.network.quantities import Derived, Kind
from backprop_sheet.network.written import CALLED, Written, expanded


class OfFormulas(Forward):
    """The forward pass of a network that is given by formulas.

    Quantities are grouped by the longest way to them from given numbers. The first group has what
    formulas start from: numbers of a sample, given ones, and trained ones that multiply no signal.
    """

    def __init__(self, design: Design, written: Written) -> None:
        """Declare the given numbers, each level of quantities, the error."""
        super().__init__(design)
        self._written = written
        kinds = {Kind.SETTING: written.given, Kind.TARGET: written.targets}
        for kind, of in (kinds | {Kind.INPUT: written.inputs}).items():
            for name in of:
                self._keep(name, kind)
        self._sensitive |= set(written.inputs if design.input_gradients else [])
        self.groups = tuple(_groups(written))
        for level in written.levels:
            self._declare_level(level)
        self._declare_total([expanded(written.error_tree)])

    def _declare_level(self, level: tuple[str, ...]) -> None:
        trees = {name: self._written.trees[name] for name in level}
        used = {name for tree in trees.values() for name in names(tree)}
        for name in self._written.trained:
            if name in used and name not in self.quantities:
                self._train(name, Kind.WEIGHT)
        for name, tree in trees.items():
            self._declare_own(name, tree)

    def _declare_own(self, name: str, tree: Tree) -> None:
        """Declare a quantity; where they can, its partials refer to its own number."""
        formula = expanded(tree)
        if name not in self._written.reached:
            self._add(Derived(name, Kind.OWN, formula))
            return
        wanted = self._sensitive.intersection(names(formula))
        called = CALLED.get(tree.sign) if isinstance(tree, Op) else None
        if called and called.short and isinstance(tree, Op):
            inner = expanded(tree.parts[0])
            slope = filled(parse(called.short), {"a": Name(name), "z": inner})
            forms = {n: product(slope, then) for n, then in derivatives(inner, wanted).items()}
        else:
            forms = derivatives(formula, wanted)
        forms = {n: changed(t, lambda node: _itself(node, formula, name)) for n, t in forms.items()}
        self._derive(name, Kind.OWN, formula, short=_short(called, tree), forms=forms)


def _itself(node: Tree, formula: Tree, name: str) -> Tree | None:
    """The quantity, in place of a part that is its whole formula: tanh(z) is h."""
    return Name(name) if isinstance(node, Op) and node == formula else None


def _short(called: Activation | None, tree: Tree) -> str:
    """σ(z), where a formula is an activation of one quantity."""
    if called is None or not called.sign or not isinstance(tree, Op):
        return ""
    (inner,) = tree.parts
    return f"{called.sign}({inner.id})" if isinstance(inner, Name) else ""


def _groups(written: Written) -> Iterator[Group]:
    """What formulas start from, then the quantities level by level."""
    links = {name: tuple(_links(tree, written)) for name, tree in written.trees.items()}
    alone = {link.weight for of in links.values() for link in of if link.weight == link.signal}
    first = [*written.inputs, *written.given]
    first += [name for name in written.trained if name in alone]
    yield Group("input", (len(first),), tuple(Unit((name,)) for name in first))
    last = len(written.levels) - 1
    for number, level in enumerate(written.levels):
        units = tuple(Unit((name,), links[name]) for name in level)
        yield Group("output" if number == last else "hidden", (len(level),), units)


def _links(tree: Tree, written: Written) -> Iterator[Link]:
    """What a formula uses: trained numbers with the signals that they multiply, then the others."""
    signals = {*written.inputs, *written.given, *written.trees}
    linked = dict.fromkeys(_multiplied(tree, signals, set(written.trained)))
    yield from linked
    known = {name for link in linked for name in link}
    for name in names(tree):
        if name not in known and name in signals:
            yield Link("", name)
        elif name not in known and name in written.trained:
            yield Link(name, name)


def _multiplied(tree: Tree, signals: Collection[str], trained: Collection[str]) -> Iterator[Link]:
    """Each product of one trained number and one signal."""
    open_ = [tree]
    while open_:
        node = open_.pop()
        if not isinstance(node, Op):
            continue
        parts = factors(node)
        if len(parts) > 1:
            used = [part.id for part in parts if isinstance(part, Name)]
            weights, others = ([n for n in used if n in of] for of in (trained, signals))
            if len(weights) == len(others) == 1:
                yield Link(weights[0], others[0])
        open_ += reversed(parts if len(parts) > 1 else node.parts)
