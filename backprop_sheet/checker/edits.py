"""The small changes by which a formula goes wrong: one table, which is read in both directions.

Each row says what the mistake is called, and what stands there wrong where what is right. The
explanation reads it from wrong to right, and mends a wrong formula in every way that the table
knows until it is the right one; tests read it from right to wrong, and make mistakes. Knows trees
and their names; knows neither sheets nor networks.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import combinations, pairwise, permutations
from typing import NamedTuple

from backprop_sheet.checker.excel import regrouped
from backprop_sheet.formula import (
    EXCEL,
    Name,
    Number,
    Op,
    Tree,
    changed,
    factors,
    leaves,
    negative,
    nodes,
    parse,
    product,
    renamed,
    spell,
)

SIGNS = {"+": "+", "-": "−", "*": "·", "/": "/"}
"""The operators, and how words write them."""
USUAL = (Number(1), Number(2), Number(0), parse("1/2"))
"""Constants that may belong anywhere."""
MOST_PLACES = 6
"""Places of a name that are changed one by one, in pairs and so on."""


class Swap(NamedTuple):
    """A name found, and the one that belongs in its place."""

    found: Name
    right: Name


class WithRow(NamedTuple):
    """A name that is written with its row, whichever row is expected."""

    name: Name


class Label(NamedTuple):
    """A quantity that is written without its row."""

    name: str


class Which(NamedTuple):
    """A part of a formula that has several equal ones, and which of them it is, from 1 on."""

    part: Tree
    number: int


Part = Tree | Swap | WithRow | Label | Which | str
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
        new = {id(node): replacement for node, replacement in self.new}
        return changed(tree, lambda node: new.get(id(node)))


@dataclass(frozen=True)
class Source:
    """What a change may put into a formula.

    Attributes:
        formula: the right one when a wrong one is mended, any when a right one is made wrong.
        columns: formulas of other columns; when a wrong formula is mended, those that it is.
    """

    formula: Tree
    columns: Mapping[str, Tree] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[Name]:
        """The names in the formula."""
        return leaves(self.formula)

    @cached_property
    def constants(self) -> list[Tree]:
        """The numbers in the formula, and the usual ones."""
        own = (node for node in nodes(self.formula) if isinstance(node, Number))
        return list(dict.fromkeys([*own, *USUAL]))

    @cached_property
    def factors(self) -> list[Tree]:
        """What the formula multiplies by, wherever it stands in it, and each two in a row."""
        operations = [node for node in nodes(self.formula) if isinstance(node, Op)]
        single = (part for node in operations if node.sign == "*" for part in node.parts)
        runs = (product(*pair) for node in operations for pair in pairwise(factors(node)))
        return [*dict.fromkeys(single), *runs]

    @cached_property
    def terms(self) -> list[Tree]:
        """What the formula adds, wherever it stands in it."""
        found: dict[Tree, None] = {}
        for node in nodes(self.formula):
            match node:
                case Op("+", parts):
                    found |= dict.fromkeys(parts)
                case Op("-", (left, right)):
                    found |= dict.fromkeys((left, negative(right)))
        return list(found)


Rewrite = Callable[[Tree, Source], Iterator[Change]]


class Edit(NamedTuple):
    """A kind of mistake in a formula.

    Attributes:
        kind: one of `findings.KINDS`.
        words: how it is put in words, with a pair of braces for each thing that it is about.
        mend: the changes of a wrong formula that may make it right.
        make: the changes of a right formula that make this mistake.
        places: whether the words say where the mistake is, by what stands there.
    """

    kind: str
    words: str
    mend: Rewrite
    make: Rewrite
    places: bool = False


# --- something in one place ------------------------------------------------------------------

Bindings = Mapping[str, Tree]


def _pattern(kind: str, words: str, *pairs: tuple[str, str]) -> Edit:
    """A mistake in one place: what is wrong and what is right there, as formulas of letters.

    x stands for anything, a for a name, n and m for numbers, f for a factor, t for a term. A letter
    that only the new one of a pair has stands for each name, number, factor or term of the source.

    Args:
        kind: as in `Edit`.
        words: as in `Edit`, with letters in the braces.
        pairs: what is wrong and what is right; several are tried at each place.
    """
    letters = re.findall(r"{(\w)}", words)
    forms = [(parse(wrong), parse(right)) for wrong, right in pairs]
    return Edit(
        kind,
        re.sub(r"{\w}", "{}", words),
        partial(_rewritten, forms, letters),
        partial(_rewritten, [(right, wrong) for wrong, right in forms], letters),
        places=not {"x", "y"}.isdisjoint(letters),
    )


def _rewritten(
    forms: Sequence[tuple[Tree, Tree]], letters: Sequence[str], tree: Tree, source: Source
) -> Iterator[Change]:
    """The tree with a node of the one form turned into the other."""
    for node in nodes(tree):
        for old, new in forms:
            bound = _matched(old, node)
            if bound is None:
                continue
            for bindings in _filled(new, bound, source):
                meant = _meant(new, bindings)
                if meant != node:
                    yield Change([(node, meant)], tuple(bindings[letter] for letter in letters))


def _meant(form: Tree, bindings: Bindings) -> Tree:
    return renamed(form, lambda letter: bindings[letter.id])


def _matched(form: Tree, tree: Tree) -> Bindings | None:
    """What the letters of a form stand for in a tree; None if it is not of that form."""
    if isinstance(form, Name):
        fits = {"n": Number, "m": Number, "a": Name}.get(form.id, object)
        return {form.id: tree} if isinstance(tree, fits) else None
    if isinstance(form, Op) and isinstance(tree, Op) and form.sign == tree.sign:
        found: dict[str, Tree] = {}
        for part, other in zip(form.parts, tree.parts, strict=True):
            bound = _matched(part, other)
            if bound is None:
                return None
            found |= bound
        return found
    return {} if form == tree else None


def _filled(form: Tree, bound: Bindings, source: Source) -> Iterator[Bindings]:
    """The bindings with whatever a letter that they lack may stand for."""
    lacking = [name.id for name in leaves(form) if name.id not in bound]
    if not lacking:
        yield bound
        return
    (letter,) = lacking
    some: dict[str, Sequence[Tree]] = {
        "f": source.factors,
        "t": source.terms,
        "a": source.names,
        "n": [constant for constant in source.constants if isinstance(constant, Number)],
        "m": source.constants,
    }
    for tree in some[letter]:
        yield {**bound, letter: tree}


# --- names, two things, everything -----------------------------------------------------------


def _places(tree: Tree, name: Name) -> list[Tree]:
    return [node for node in nodes(tree) if node == name]


def _swapped(tree: Tree, source: Source, *, everywhere: bool) -> Iterator[Change]:
    """A name becomes another: in all its places, or in some of them."""
    for name in leaves(tree):
        places = _places(tree, name)
        counts = range(1, len(places)) if len(places) <= MOST_PLACES else ()
        for count in [len(places)] if everywhere else counts:
            for some in combinations(places, count):
                for other in source.names:
                    if other != name:
                        yield Change([(node, other) for node in some], (Swap(name, other),))


def _both_swapped(tree: Tree, source: Source) -> Iterator[Change]:
    """Two names become two others, or each other."""
    places = {name: _places(tree, name) for name in leaves(tree)}
    for pair in combinations(places, 2):
        for others in permutations(source.names, 2):
            swaps = tuple(map(Swap, pair, others))
            if all(found != right for found, right in swaps):
                new = [(node, right) for found, right in swaps for node in places[found]]
                yield Change(new, swaps)


def _told_from_found(rewrite: Rewrite) -> Rewrite:
    """Swaps of names, described by what was found and what belongs there."""

    def turned(tree: Tree, source: Source) -> Iterator[Change]:
        for new, about in rewrite(tree, source):
            swaps = (part for part in about if isinstance(part, Swap))
            yield Change(new, tuple(Swap(right, found) for found, right in swaps))

    return turned


def _both_negated(tree: Tree, _: Source) -> Iterator[Change]:
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


def _names(words: str, rewrite: Rewrite) -> Edit:
    return Edit("name", words, rewrite, _told_from_found(rewrite))


# --- the table -------------------------------------------------------------------------------

NAME = _names("{}", partial(_swapped, everywhere=True))
NAME_SOMEWHERE = _names("{}", partial(_swapped, everywhere=False))
COLUMN = Edit("column", "the formula of {} stands here", _own_formula, _formula_of_other)
SIGN = _pattern("sign", "the sign of {x} is wrong", ("x", "-x"))
TYPED = _pattern("factor", "the number {n} stands where {a} belongs", ("n", "a"))
SQUARED = _pattern("constant", "{x} is squared, which does not belong here", ("x**2", "x"))
CONSTANT_MORE = _pattern(
    "constant", "the constant {n} does not belong here", ("x*n", "x"), ("x/n", "x"), ("n*x", "x")
)
CONSTANT = _pattern("constant", "the constant {n} stands where {m} belongs", ("n", "m"))
HALF_MISSING = _pattern("constant", "the factor ½ is missing at {x}", ("x", "1/2*x"))
TWO_MISSING = _pattern("constant", "the factor 2 is missing at {x}", ("x", "2*x"))
SQUARE_MISSING = _pattern("constant", "the square of {x} is missing", ("x", "x**2"))
FACTOR_MISSING = _pattern("factor", "the factor {f} is missing", ("x", "x*f"))
TERM_MISSING = _pattern("term", "the term {t} is missing", ("x", "x + t"))
FACTOR_MORE = _pattern(
    *("factor", "the factor {f} does not belong here"),
    *(("x*f", "x"), ("f*x", "x"), ("x/f", "x"), ("f/x", "x")),
)
TERM_MORE = _pattern(
    *("term", "the term {t} does not belong here"),
    *(("x + t", "x"), ("t + x", "x"), ("x - t", "x"), ("t - x", "x"), ("t - x", "-x")),
)
BRACKET = Edit("bracket", "brackets are missing or in the wrong place", _regrouped, _regrouped)
OPERATORS = {
    (wrong, right): _pattern(
        "sign",
        f"{SIGNS[wrong]} where {SIGNS[right]} belongs, before {{y}}",
        (f"x {wrong} y", f"x {right} y"),
    )
    for wrong, right in permutations(SIGNS, 2)
}
"""One operator for another, by both."""
TWO_NAMES = _names("{}, {}", _both_swapped)
TWO_SIGNS = Edit(
    "sign", "the signs of {} and {} are wrong", _both_negated, _both_negated, places=True
)

BESIDE_A_NAME = (
    *(NAME, NAME_SOMEWHERE, SIGN, SQUARED, CONSTANT_MORE, CONSTANT, HALF_MISSING, TWO_MISSING),
    *(SQUARE_MISSING, FACTOR_MISSING, TERM_MISSING, FACTOR_MORE, TERM_MORE, *OPERATORS.values()),
)
"""What may be wrong beside a name that does not belong in the formula at all."""
EDITS = (
    *(NAME, NAME_SOMEWHERE, COLUMN, SIGN, TYPED, SQUARED, CONSTANT_MORE, CONSTANT, HALF_MISSING),
    *(TWO_MISSING, SQUARE_MISSING, FACTOR_MISSING, TERM_MISSING, FACTOR_MORE, TERM_MORE, BRACKET),
    *(*OPERATORS.values(), TWO_NAMES, TWO_SIGNS),
)
"""All edits, the likeliest first: the first that mends a formula is its cause."""
