"""Why a formula is wrong: the small change that turns the one that was found into the right one.

Each guess changes the tree that was found (another name, a sign, a factor, a bracket) and holds
it against the right one by their numbers at a few points, so it does not matter how either is
written. Knows trees and their names; knows neither sheets nor networks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from typing import NamedTuple

from backprop_sheet.checker.trial import Exhausted, Numbers, Trial, close, number_at
from backprop_sheet.formula import (
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
    replaced,
)

_MOST_NODES = 160
"""Size of a formula whose cause is looked for at all."""
_MOST_PLACES = 6
"""Places of a name that are changed one by one, in pairs and so on."""


class Swap(NamedTuple):
    """A name found, and the one that belongs in its place."""

    found: Name
    right: Name


@dataclass(frozen=True)
class Cause:
    """What is wrong with a formula.

    Attributes:
        kind: one word for it; `judge.KINDS` lists them.
        text: plain words, with ``{}`` for each of `parts`.
        parts: the trees that the words are about.
        swaps: the names that stand where others belong, for a cause that is about names.
    """

    kind: str
    text: str = ""
    parts: tuple[Tree, ...] = ()
    swaps: tuple[Swap, ...] = ()


class Case(NamedTuple):
    """What guesses go by: the tree found, the right one, and where to hold them against it."""

    found: Tree
    right: Tree
    trial: Trial
    wanted: Numbers

    def solved_by(self, tree: Tree) -> bool:
        """Whether a changed tree is right."""
        return self.trial.same(tree, self.wanted)

    def replacing(self, make: Callable[[Tree], Iterable[tuple[Tree, Cause]]]) -> Iterator[Cause]:
        """The causes whose change of one node makes the tree right."""
        for node in nodes(self.found):
            for new, cause in make(node):
                if self.solved_by(replaced(self.found, node, new)):
                    yield cause


def cause_of(
    found: Tree,
    right: Tree,
    others: Mapping[str, Tree],
    trial: Trial,
    regrouped: Iterable[Tree],
) -> Cause:
    """The simplest change that explains a wrong formula.

    Args:
        found: the formula's tree.
        right: the tree it should have.
        others: the right trees of other columns, by what to call them.
        trial: where to hold them against each other.
        regrouped: the formula that was found, with brackets set otherwise.

    Returns:
        A cause; of the kind ``formula`` if no guess explains it.
    """
    if max(len(list(nodes(tree))) for tree in (found, right)) > _MOST_NODES:
        return Cause("formula")
    case = Case(found, right, trial, trial.numbers(right))
    guesses: tuple[Callable[[], Iterator[Cause]], ...] = (
        lambda: _one_name(case),
        lambda: _other_column(case, others),
        lambda: _one_sign(case),
        lambda: _typed(case),
        lambda: _constant(case),
        lambda: _constant_missing(case),
        lambda: _brackets(case, regrouped),
        lambda: _missing(case),
        lambda: _too_much(case),
        lambda: _operator(case),
        lambda: _two_names(case),
        lambda: _two_signs(case),
        lambda: _name_and_more(case),
    )
    with suppress(Exhausted):
        for guess in guesses:
            for cause in guess():
                return cause
    return Cause("formula")


class _Places:
    """The places of each name in a tree, to be changed one by one."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.of: dict[Name, list[Tree]] = {}
        for node in nodes(tree):
            if isinstance(node, Name):
                self.of.setdefault(node, []).append(node)

    def sets(self, name: Name, *, everywhere: bool) -> Iterator[Sequence[Tree]]:
        """The places of a name to change together: all of them, or fewer."""
        places = self.of[name]
        if everywhere:
            yield places
        elif len(places) <= _MOST_PLACES:
            for size in range(1, len(places)):
                yield from combinations(places, size)

    def with_name(self, places: Sequence[Tree], name: Name) -> Tree:
        return changed(self._tree, lambda n: name if any(n is place for place in places) else None)


def _one_name(case: Case) -> Iterator[Cause]:
    """One name stands for another, everywhere or in some of its places."""
    targets = leaves(case.right)
    places = _Places(case.found)
    for everywhere in (True, False):
        for name in places.of:
            for some in places.sets(name, everywhere=everywhere):
                for target in targets:
                    if target != name and case.solved_by(places.with_name(some, target)):
                        yield Cause("name", swaps=(Swap(name, target),))


def _two_names(case: Case) -> Iterator[Cause]:
    """Two names stand for two others, or for each other."""
    point, wanted = case.trial.points[0], case.wanted[0]
    for pair in combinations(leaves(case.found), 2):
        for targets in permutations(leaves(case.right), 2):
            swaps = tuple(map(Swap, pair, targets))
            if any(found == right for found, right in swaps):
                continue
            meant = dict(swaps)
            case.trial.count()
            # Most are refuted at the first point, without making a tree.
            if close(number_at(case.found, _Renaming(point, meant)), wanted) and case.solved_by(
                _with_names(case.found, meant)
            ):
                yield Cause("name", swaps=swaps)


def _with_names(tree: Tree, meant: Mapping[Name, Name]) -> Tree:
    return renamed(tree, lambda name: meant.get(name, name))


class _Renaming(Mapping[Name, float]):
    """The numbers of a point under other names."""

    def __init__(self, point: Mapping[Name, float], meant: Mapping[Name, Name]) -> None:
        self._point, self._meant = point, meant

    def __getitem__(self, name: Name) -> float:
        return self._point[self._meant.get(name, name)]

    def __iter__(self) -> Iterator[Name]:
        return iter(self._point)

    def __len__(self) -> int:
        return len(self._point)


def _other_column(case: Case, others: Mapping[str, Tree]) -> Iterator[Cause]:
    numbers = case.trial.numbers(case.found)
    for name, tree in others.items():
        if case.trial.same(tree, numbers):
            yield Cause("column", "the formula of {} stands here", (Name(name),))


def _one_sign(case: Case) -> Iterator[Cause]:
    def turned(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        yield negative(node), Cause("sign", "the sign of {} is wrong", (node,))

    return case.replacing(turned)


def _two_signs(case: Case) -> Iterator[Cause]:
    parts = [node for node in nodes(case.found) if not isinstance(node, Number)]
    for one, other in combinations(parts, 2):
        if case.solved_by(
            replaced(replaced(case.found, one, negative(one)), other, negative(other))
        ):
            yield Cause("sign", "the signs of {} and {} are wrong", (one, other))


def _typed(case: Case) -> Iterator[Cause]:
    """A number stands for a name."""
    needed = leaves(case.right)

    def meant(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        if isinstance(node, Number):
            for name in needed:
                text = "the number {} stands where {} belongs"
                yield name, Cause("factor", text, (node, name))

    return case.replacing(meant)


_HALF = Op("/", (ONE, TWO))


def _constant(case: Case) -> Iterator[Cause]:
    """A constant stands where another belongs, or none."""
    own = [node.value for node in nodes(case.right) if isinstance(node, Number)]
    likely: list[Tree] = [*(Number(number) for number in dict.fromkeys([*own, 1, 2, 0])), _HALF]

    def other(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        match node:
            case Op("square", (base,)):
                yield base, Cause("constant", "{} is squared, which does not belong here", (base,))
            case Op("*" | "/", (left, Number() as extra)):
                yield left, Cause("constant", "the constant {} does not belong here", (extra,))
            case Op("*", (Number() as extra, right)):
                yield right, Cause("constant", "the constant {} does not belong here", (extra,))
        if isinstance(node, Number):
            for number in likely:
                yield (
                    number,
                    Cause("constant", "the constant {} stands where {} belongs", (node, number)),
                )

    return case.replacing(other)


def _constant_missing(case: Case) -> Iterator[Cause]:
    def with_it(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        yield product(_HALF, node), Cause("constant", "the factor ½ is missing at {}", (node,))
        yield product(TWO, node), Cause("constant", "the factor 2 is missing at {}", (node,))
        yield (
            Op("square", (node,)),
            Cause("constant", "the square of {} is missing", (node,)),
        )

    return case.replacing(with_it)


def _brackets(case: Case, regrouped: Iterable[Tree]) -> Iterator[Cause]:
    for tree in regrouped:
        if case.solved_by(tree):
            yield Cause("bracket", "brackets are missing or in the wrong place")


def _missing(case: Case) -> Iterator[Cause]:
    """A factor or a summand of the right formula is missing."""
    factors, terms = _parts(case.right)

    def longer(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        for factor in factors:
            yield (
                Op("*", (node, factor)),
                Cause("factor", "the factor {} is missing", (factor,)),
            )
        for term in terms:
            yield Op("+", (node, term)), Cause("term", "the term {} is missing", (term,))

    return case.replacing(longer)


def _parts(tree: Tree) -> tuple[list[Tree], list[Tree]]:
    """The factors and the summands of a tree, wherever they stand in it."""
    single: dict[Tree, None] = {}
    terms: dict[Tree, None] = {}
    for node in nodes(tree):
        match node:
            case Op("*", parts):
                single |= dict.fromkeys(parts)
            case Op("+", parts):
                terms |= dict.fromkeys(parts)
            case Op("-", (left, right)):
                terms |= dict.fromkeys((left, negative(right)))
    runs = [
        product(one, other)
        for node in nodes(tree)
        for one, other in pairwise(factors(node) if isinstance(node, Op) else [])
    ]
    return [*single, *runs], list(terms)


def _too_much(case: Case) -> Iterator[Cause]:
    """A factor or a summand does not belong there."""

    def shorter(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        if not isinstance(node, Op) or node.sign not in _SIGNS:
            return
        kind = "term" if node.sign in {"+", "-"} else "factor"
        left, right = node.parts
        for kept, extra in ((left, right), (right, left)):
            yield kept, Cause(kind, f"the {kind} {{}} does not belong here", (extra,))
        if node.sign == "-":
            yield negative(right), Cause(kind, f"the {kind} {{}} does not belong here", (left,))

    return case.replacing(shorter)


_SIGNS = {"+": "+", "-": "−", "*": "·", "/": "/"}
"""How the words write an operator."""


def _operator(case: Case) -> Iterator[Cause]:
    def other(node: Tree) -> Iterator[tuple[Tree, Cause]]:
        if not isinstance(node, Op) or node.sign not in _SIGNS:
            return
        for sign, word in _SIGNS.items():
            if sign != node.sign:
                text = f"{_SIGNS[node.sign]} where {word} belongs, before {{}}"
                yield Op(sign, node.parts), Cause("sign", text, (node.parts[1],))

    return case.replacing(other)


def _name_and_more(case: Case) -> Iterator[Cause]:
    """A name that does not belong, and one more thing."""
    have, need = leaves(case.found), leaves(case.right)
    for name in (n for n in have if n not in need):
        for target in (n for n in need if n not in have):
            swapped = _with_names(case.found, {name: target})
            rest = case._replace(found=swapped)
            for guess in (
                _one_name,
                _one_sign,
                _constant,
                _constant_missing,
                _missing,
                _too_much,
                _operator,
            ):
                for cause in guess(rest):
                    swaps = (Swap(name, target), *cause.swaps)
                    yield Cause("name", cause.text, cause.parts, swaps)
