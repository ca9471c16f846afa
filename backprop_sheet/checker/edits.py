"""The small changes by which a formula goes wrong: one table, which is read in both directions.

Each row says what the mistake is called, how a wrong formula is mended by it, and how a right one
is made wrong. The explanation mends a wrong formula in every way that the table knows, until it is
the right one; tests make mistakes. Knows trees and their names; knows neither sheets nor networks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise, permutations
from typing import NamedTuple

from backprop_sheet.checker.excel import regrouped
from backprop_sheet.formula import (
    EXCEL,
    ONE,
    TWO,
    Name,
    Number,
    Op,
    Tree,
    changed,
    factors,
    leaves,
    negative,
    nodes,
    product,
    renamed,
    spell,
)

HALF = Op("/", (ONE, TWO))
SIGNS = {"+": "+", "-": "−", "*": "·", "/": "/"}
"""The operators, and how words write them."""
MOST_PLACES = 6
"""Places of a name that are changed one by one, in pairs and so on."""


class Swap(NamedTuple):
    """A name found, and the one that belongs in its place."""

    found: Name
    right: Name


class WithRow(NamedTuple):
    """A name that is said with its row, whichever row is expected."""

    name: Name


class Label(NamedTuple):
    """A quantity that is said without its row."""

    name: str


Part = Tree | Swap | WithRow | Label | str
"""What the words of a cause are about."""


class Change(NamedTuple):
    """Nodes of a formula, these very objects, and what replaces each.

    Attributes:
        new: pairs of a node and its replacement, which may hold the node itself.
        about: what the words of the edit are about.
    """

    new: Sequence[tuple[Tree, Tree]]
    about: tuple[Part, ...] = ()

    def applied(self, tree: Tree) -> Tree:
        """The changed formula."""
        for node, replacement in self.new:
            tree = changed(tree, lambda n, a=node, b=replacement: b if n is a else None)  # type: ignore[misc]
        return tree


@dataclass(frozen=True)
class Source:
    """What changes are made of.

    Attributes:
        formula: gives the names, constants, factors and terms that a change may put in: the right
            formula when a wrong one is mended.
        columns: formulas of other columns; when a wrong formula is mended, those that it is.
        numbers: numbers that may stand in the place of a name.
    """

    formula: Tree
    columns: Mapping[str, Tree] = field(default_factory=dict)
    numbers: Mapping[Name, float] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[Name]:
        """The names in the formula."""
        return leaves(self.formula)

    @cached_property
    def constants(self) -> list[Tree]:
        """The numbers in the formula, and the usual ones."""
        own = (node.value for node in nodes(self.formula) if isinstance(node, Number))
        return [*(Number(number) for number in dict.fromkeys([*own, 1, 2, 0])), HALF]

    @cached_property
    def factors(self) -> list[Tree]:
        """What the formula multiplies by, wherever it stands in it, and each two in a row."""
        single = (p for node in self._operations("*") for p in node.parts)
        runs = (
            product(*pair)
            for node in self._operations(*SIGNS, "neg", "square")
            for pair in pairwise(factors(node))
        )
        return [*dict.fromkeys(single), *runs]

    @cached_property
    def terms(self) -> list[Tree]:
        """What the formula adds, wherever it stands in it."""
        terms = (
            (p, negative(q)) if node.sign == "-" else (p, q)
            for node in self._operations("+", "-")
            for p, q in [node.parts]
        )
        return list(dict.fromkeys(term for pair in terms for term in pair))

    def _operations(self, *signs: str) -> Iterator[Op]:
        return (n for n in nodes(self.formula) if isinstance(n, Op) and n.sign in signs)


Rewrite = Callable[[Tree, Source], Iterator[Change]]


class Edit(NamedTuple):
    """A kind of mistake in a formula.

    Attributes:
        kind: one of `findings.KINDS`.
        words: how it is told, with a pair of braces for each thing that it is about.
        mend: the changes of a wrong formula that may make it right.
        make: the changes of a right formula that make this mistake.
    """

    kind: str
    words: str
    mend: Rewrite
    make: Rewrite


# --- changes of nodes ------------------------------------------------------------------------


def _each(change: Callable[[Tree, Source], Iterator[tuple[Tree, tuple[Part, ...]]]]) -> Rewrite:
    """Changes of one node, for each node of a formula."""

    def rewrite(tree: Tree, source: Source) -> Iterator[Change]:
        for node in nodes(tree):
            for new, about in change(node, source):
                yield Change([(node, new)], about)

    return rewrite


@_each
def _negated(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    yield negative(node), (node,)


@_each
def _sign_lost(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    match node:
        case Op("+" | "-" as sign, (left, right)):
            yield Op("-" if sign == "+" else "+", node.parts), (right,)
            if sign == "-":
                yield Op("-", (right, left)), (node,)
        case Op("neg", (inner,)):
            yield inner, (inner,)


@_each
def _name_for_number(node: Tree, source: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    if isinstance(node, Number):
        for name in source.names:
            yield name, (node, name)


def _number_for_name(tree: Tree, source: Source) -> Iterator[Change]:
    for name in leaves(tree):
        if name in source.numbers:
            number = Number(source.numbers[name])
            yield Change(_places(tree, name, number), (number, name))


@_each
def _squared(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    yield Op("square", (node,)), (node,)


@_each
def _unsquared(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    match node:
        case Op("square", (base,)):
            yield base, (base,)


@_each
def _without_constant(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    match node:
        case Op("*" | "/", (left, Number() as extra)):
            yield left, (extra,)
        case Op("*", (Number() as extra, right)):
            yield right, (extra,)


@_each
def _other_constant(node: Tree, source: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    if isinstance(node, Number):
        for constant in source.constants:
            if constant != node:
                yield constant, (node, constant)


def _times(constant: Tree, about: Callable[[Tree], Tree]) -> Rewrite:
    return _each(lambda node, _: iter([(product(constant, node), (about(node),))]))


def _not_times(constant: Tree) -> Rewrite:
    @_each
    def rewrite(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
        match node:
            case Op("*", (first, other)) if first == constant:
                yield other, (other,)

    return rewrite


@_each
def _with_factor(node: Tree, source: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    for factor in source.factors:
        yield Op("*", (node, factor)), (factor,)


@_each
def _with_term(node: Tree, source: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    for term in source.terms:
        yield Op("+", (node, term)), (term,)


@_each
def _without_factor(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    match node:
        case Op("*" | "/", (left, right)):
            yield left, (right,)
            yield right, (left,)


@_each
def _without_term(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    match node:
        case Op("+" | "-" as sign, (left, right)):
            yield left, (right,)
            yield right, (left,)
            if sign == "-":
                yield negative(right), (left,)


@_each
def _other_operator(node: Tree, _: Source) -> Iterator[tuple[Tree, tuple[Part, ...]]]:
    if isinstance(node, Op) and node.sign in SIGNS:
        for sign, word in SIGNS.items():
            if sign != node.sign:
                yield Op(sign, node.parts), (SIGNS[node.sign], word, node.parts[1])


# --- changes of names, of two things, of everything ------------------------------------------


def _places(tree: Tree, name: Name, new: Tree) -> list[tuple[Tree, Tree]]:
    """All places of a name, to be replaced."""
    return [(node, new) for node in nodes(tree) if node == name]


def _name_everywhere(tree: Tree, source: Source) -> Iterator[Change]:
    for name in leaves(tree):
        for other in source.names:
            if other != name:
                yield Change(_places(tree, name, other), (Swap(name, other),))


def _name_somewhere(tree: Tree, source: Source) -> Iterator[Change]:
    for name in leaves(tree):
        places = [node for node in nodes(tree) if node == name]
        for count in range(1, len(places) if len(places) <= MOST_PLACES else 0):
            for some in combinations(places, count):
                for other in source.names:
                    if other != name:
                        yield Change([(node, other) for node in some], (Swap(name, other),))


def _two_names(tree: Tree, source: Source) -> Iterator[Change]:
    """Two names stand for two others, or for each other."""
    places = {name: _places(tree, name, name) for name in leaves(tree)}
    for pair in combinations(places, 2):
        for others in permutations(source.names, 2):
            swaps = tuple(map(Swap, pair, others))
            if all(found != right for found, right in swaps):
                new = [(node, right) for found, right in swaps for node, _ in places[found]]
                yield Change(new, swaps)


def _two_signs(tree: Tree, _: Source) -> Iterator[Change]:
    parts = [node for node in nodes(tree) if not isinstance(node, Number)]
    for pair in combinations(parts, 2):
        yield Change([(node, negative(node)) for node in pair], pair)


def _own_formula(tree: Tree, source: Source) -> Iterator[Change]:
    return (Change([(tree, source.formula)], (Label(name),)) for name in source.columns)


def _formula_of_other(tree: Tree, source: Source) -> Iterator[Change]:
    return (Change([(tree, other)], (Label(name),)) for name, other in source.columns.items())


def _regrouped(tree: Tree, _: Source) -> Iterator[Change]:
    """One more pair of brackets, or one bracket moved."""
    names = leaves(tree)
    cells = {name: f"A{place}" for place, name in enumerate(names, start=1)}
    for other in regrouped(spell(tree, EXCEL, cells.__getitem__)):
        yield Change([(tree, renamed(other, lambda cell: names[int(cell.id[1:]) - 1]))])


def _turned(rewrite: Rewrite) -> Rewrite:
    """Changes that are told as what mends them: what was found and what belongs change places."""

    def turned(tree: Tree, source: Source) -> Iterator[Change]:
        for new, about in rewrite(tree, source):
            swaps = tuple(Swap(part.right, part.found) for part in about if isinstance(part, Swap))
            yield Change(new, swaps or (about[1], about[0], *about[2:]))

    return turned


# --- the table -------------------------------------------------------------------------------

NAME = Edit("name", "{}", _name_everywhere, _turned(_name_everywhere))
NAME_SOMEWHERE = Edit("name", "{}", _name_somewhere, _turned(_name_somewhere))
COLUMN = Edit("column", "the formula of {} stands here", _own_formula, _formula_of_other)
SIGN = Edit("sign", "the sign of {} is wrong", _negated, _sign_lost)
TYPED = Edit("factor", "the number {} stands where {} belongs", _name_for_number, _number_for_name)
SQUARED = Edit("constant", "{} is squared, which does not belong here", _unsquared, _squared)
CONSTANT_MORE = Edit(
    "constant",
    "the constant {} does not belong here",
    _without_constant,
    _times(TWO, lambda _: TWO),
)
CONSTANT = Edit(
    "constant", "the constant {} stands where {} belongs", _other_constant, _turned(_other_constant)
)
HALF_MISSING = Edit(
    "constant", "the factor ½ is missing at {}", _times(HALF, lambda node: node), _not_times(HALF)
)
TWO_MISSING = Edit(
    "constant", "the factor 2 is missing at {}", _times(TWO, lambda node: node), _not_times(TWO)
)
SQUARE_MISSING = Edit("constant", "the square of {} is missing", _squared, _unsquared)
BRACKET = Edit("bracket", "brackets are missing or in the wrong place", _regrouped, _regrouped)
FACTOR_MISSING = Edit("factor", "the factor {} is missing", _with_factor, _without_factor)
TERM_MISSING = Edit("term", "the term {} is missing", _with_term, _without_term)
FACTOR_MORE = Edit("factor", "the factor {} does not belong here", _without_factor, _with_factor)
TERM_MORE = Edit("term", "the term {} does not belong here", _without_term, _with_term)
OPERATOR = Edit("sign", "{} where {} belongs, before {}", _other_operator, _turned(_other_operator))
TWO_NAMES = Edit("name", "{}, {}", _two_names, _turned(_two_names))
TWO_SIGNS = Edit("sign", "the signs of {} and {} are wrong", _two_signs, _two_signs)

EDITS = (
    *(NAME, NAME_SOMEWHERE, COLUMN, SIGN, TYPED, SQUARED, CONSTANT_MORE, CONSTANT),
    *(HALF_MISSING, TWO_MISSING, SQUARE_MISSING, FACTOR_MISSING, TERM_MISSING),
    *(FACTOR_MORE, TERM_MORE, BRACKET, OPERATOR, TWO_NAMES, TWO_SIGNS),
)
"""All edits, the likeliest first: the first that mends a formula is its cause."""
BESIDE_A_NAME = tuple(
    edit for edit in EDITS if edit not in {COLUMN, TYPED, BRACKET, TWO_NAMES, TWO_SIGNS}
)
"""Those that are looked for beside a name that does not belong in the formula at all."""
