"""Formulas as trees: search, change and combine them. Nothing here reorders or regroups a formula.

A tree is a number, a name, or an operation on other trees. Trees are immutable, and trees with the
same content are equal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written in the formula."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity, and how many rows up its number is: 0 is the formula's own row.

    In a formula over a single row, `up` is always 0.
    """

    id: str
    up: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One of the operations in `primitives`, and the trees that it is applied to."""

    sign: str
    parts: tuple["Tree", ...]

    # The sum of a wide layer is a deep tree: it is compared without going down by recursion.

    def __eq__(self, other: object) -> bool:
        pairs: list[tuple[object, object]] = [(self, other)]
        while pairs:
            one, two = pairs.pop()
            if isinstance(one, Op) and isinstance(two, Op):
                if one.sign != two.sign or len(one.parts) != len(two.parts):
                    return False
                pairs.extend(zip(one.parts, two.parts, strict=True))
            elif isinstance(one, Op) or isinstance(two, Op) or one != two:
                return False
        return True

    def __hash__(self) -> int:
        return hash(tuple(node.sign if isinstance(node, Op) else node for node in nodes(self)))


Tree = Number | Name | Op

ZERO, ONE, TWO = Number(0), Number(1), Number(2)


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree and every tree below it, from left to right."""
    open_ = [tree]
    while open_:
        node = open_.pop()
        yield node
        if isinstance(node, Op):
            open_.extend(reversed(node.parts))


def leaves(tree: Tree) -> list[Name]:
    """The names in a formula with their rows, each once, in the order of first appearance."""
    return list(dict.fromkeys(node for node in nodes(tree) if isinstance(node, Name)))


def names(tree: Tree) -> list[str]:
    """The names in a formula, each once, in the order of first appearance."""
    return list(dict.fromkeys(node.id for node in nodes(tree) if isinstance(node, Name)))


def conditions(tree: Tree) -> list[Tree]:
    """What is compared with 0 in a formula: where one of them is 0, the formula may have a kink."""
    return [node.parts[0] for node in nodes(tree) if isinstance(node, Op) and node.sign in KINKED]


def compared(tree: Tree) -> Iterator[tuple[Name, Tree]]:
    """The names that a formula compares with something, to choose by whether they are the same."""
    for node in nodes(tree):
        match node:
            case Op("where", (Op("abs", (Op("-", (left, right)),)), _, _)):
                yield from (
                    (a, b) for a, b in ((left, right), (right, left)) if isinstance(a, Name)
                )


KINKED = ("where", "abs")
"""The operations that have two slopes where their first part is 0."""


def changed(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with nodes replaced, from the top down; None keeps a node and goes on below it."""
    new = change(tree)
    if new is not None:
        return new
    if isinstance(tree, Op):
        return Op(tree.sign, tuple([changed(part, change) for part in tree.parts]))
    return tree


def renamed(tree: Tree, meaning: Callable[[Name], Tree]) -> Tree:
    """The tree with each name replaced by another tree."""
    if isinstance(tree, Name):
        return meaning(tree)
    if isinstance(tree, Op):
        return Op(tree.sign, tuple([renamed(part, meaning) for part in tree.parts]))
    return tree


def filled(tree: Tree, meanings: Mapping[str, Tree]) -> Tree:
    """The tree with some names replaced by trees; names in these trees are not replaced again."""
    return renamed(tree, lambda name: meanings.get(name.id, name))


def replaced(tree: Tree, old: Tree, new: Tree) -> Tree:
    """The tree with one node replaced; `old` is compared by identity."""
    return changed(tree, lambda node: new if node is old else None)


def inline(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    """The tree with the defined names of its own row replaced, in the definitions too."""
    if not definitions:
        return tree

    def meant(node: Tree) -> Tree | None:
        if isinstance(node, Name) and not node.up and node.id in definitions:
            return inline(definitions[node.id], definitions)
        return None

    return changed(tree, meant)


def raised(tree: Tree, rows: int = 1) -> Tree:
    """The same formula over the rows that are `rows` further up."""
    return renamed(tree, lambda name: Name(name.id, name.up + rows))


def is_one(tree: Tree) -> bool:
    """Whether a tree is the number 1."""
    return isinstance(tree, Number) and tree.value == 1


def is_zero(tree: Tree) -> bool:
    """Whether a tree is the number 0."""
    return isinstance(tree, Number) and tree.value == 0


def negative(tree: Tree) -> Tree:
    """The tree with a minus sign."""
    return Op("neg", (tree,))


def without_sign(tree: Tree) -> Tree | None:
    """What a minus sign is in front of; None if there is no minus sign."""
    return tree.parts[0] if isinstance(tree, Op) and tree.sign == "neg" else None


def product(*trees: Tree) -> Tree:
    """The product of trees, multiplied from left to right; factors of 1 are left out.

    If a later factor is a product, its own factors are multiplied one by one. So the order of the
    multiplications stays the same when a first factor is inlined.
    """
    first, *rest = [tree for tree in trees if not is_one(tree)] or [ONE]
    later = [factor for tree in rest for factor in factors(tree)]
    return reduce(lambda left, right: Op("*", (left, right)), later, first)


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product from left to right; a tree that is no product is its only factor."""
    found: list[Tree] = []
    while isinstance(tree, Op) and tree.sign == "*":
        tree, last = tree.parts
        found.append(last)
    return [tree, *reversed(found)]


def total(trees: Iterable[Tree]) -> Tree:
    """The sum of trees, added from left to right."""
    return reduce(lambda left, right: Op("+", (left, right)), trees)
