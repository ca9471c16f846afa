"""Why a formula is wrong: the edit that turns the one that was found into the right one.

Each change is compared with the right formula by their numbers at a few points, so it does not
matter how either is written. Only the numbers that a change touches are computed anew, and most
changes are refuted at the first point.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product, starmap
from typing import Any

from backprop_sheet.checker.edits import (
    BESIDE_A_NAME,
    EDITS,
    Change,
    Edit,
    Part,
    Source,
    Swap,
    Which,
)
from backprop_sheet.checker.effort import Effort
from backprop_sheet.checker.point import Point, close, size
from backprop_sheet.checker.points import numbers_at, same
from backprop_sheet.formula import Name, Number, Op, Tree, leaves, nodes, renamed
from backprop_sheet.formula.primitives import PRIMITIVES

MOST_NODES = 160
"""Size of a formula whose cause is looked for at all."""
MOST_TRIED = 40_000
"""Changes that are tried for one cause."""


@dataclass(frozen=True)
class Cause:
    """What is wrong with a cell.

    Attributes:
        kind: one of `findings.KINDS`.
        words: how it is put in words, with a pair of braces for each of `parts`.
        parts: what the words are about.
        looked_for: whether everything was tried that may explain a formula.
    """

    kind: str
    words: str
    parts: tuple[Part, ...] = ()
    looked_for: bool = True

    @property
    def swaps(self) -> tuple[Swap, ...]:
        """The names that stand where others belong."""
        return tuple(part for part in self.parts if isinstance(part, Swap))


DIFFERENT = Cause("formula", "a different formula")
TOO_MUCH = replace(DIFFERENT, looked_for=False)


def explanation(found: Tree, source: Source, points: Sequence[Point], effort: Effort) -> Cause:
    """The simplest change that explains a wrong formula; `DIFFERENT` if no change does.

    Args:
        found: the formula.
        source: the right formula, and those of other columns.
        points: where to compare them.
        effort: counts the changes that are tried.
    """
    if max(size(found), size(source.formula)) > MOST_NODES:
        return TOO_MUCH
    numbers = numbers_at(found, points)
    alike = {name: tree for name, tree in source.columns.items() if same(tree, numbers, points)}
    effort.spend(len(source.columns) + size(found) + size(source.formula))
    for tried, cause in enumerate(_tries(found, replace(source, columns=alike), points)):
        effort.spend(1)
        if cause:
            return cause
        if tried > MOST_TRIED:
            return TOO_MUCH
    return DIFFERENT


def _tries(found: Tree, source: Source, points: Sequence[Point]) -> Iterator[Cause | None]:
    """Every change, the likeliest first: the cause if it is the right one, else None."""
    numbered = _Numbered(found, source, points)
    for edit in EDITS:
        for change in edit.mend(found, source):
            mended = numbered.is_right_with(change)
            yield Cause(edit.kind, edit.words, _about(edit, change, found)) if mended else None
    # A name that does not belong, and one more thing.
    have, need = leaves(found), source.names
    foreign, missing = ([n for n in a if n not in b] for a, b in ((have, need), (need, have)))
    for swap in starmap(Swap, product(foreign, missing)):
        swapped = renamed(found, lambda name, s=swap: s.right if name == s.found else name)  # type: ignore[misc]
        numbered = _Numbered(swapped, source, points)
        for edit in BESIDE_A_NAME:
            for change in edit.mend(swapped, source):
                mended = numbered.is_right_with(change)
                about = (swap, *_about(edit, change, swapped)) if mended else ()
                yield Cause("name", f"{{}}, {edit.words}", about) if mended else None


def _about(edit: Edit, change: Change, tree: Tree) -> tuple[Part, ...]:
    """What a cause is about: of several equal parts, which one it is."""
    return tuple(_which(part, tree) for part in change.about) if edit.places else change.about


def _which(part: Part, tree: Tree) -> Part:
    if not isinstance(part, Name | Number | Op):
        return part
    equal = [id(node) for node in nodes(tree) if node == part]
    one_of_several = len(equal) > 1 and equal.count(id(part)) == 1
    return Which(part, 1 + equal.index(id(part))) if one_of_several else part


class _Numbered:
    """A formula with the numbers of its nodes, to see at little cost what a change of some does."""

    def __init__(self, tree: Tree, source: Source, points: Sequence[Point]) -> None:
        """Begin.

        Args:
            tree: the formula.
            source: the right one, and what changes are made of.
            points: where to compare them.
        """
        self._nodes = list(nodes(tree))
        self._parts: list[tuple[int, ...]] = []
        self._paths: list[tuple[int, ...]] = []
        """The places from each node up to the root."""
        self._places: dict[int, list[int]] = {}
        self._number(tree, ())
        self._points, self._wanted = points, numbers_at(source.formula, points)
        self._kept = [*self._nodes, *nodes(source.formula), *source.factors, *source.terms]
        self._known = cache(lambda at: _numbers_of(self._kept, points[at]))
        """The numbers of what a change may be made of, by a point's number."""

    def _number(self, tree: Tree, above: tuple[int, ...]) -> int:
        """Number the nodes from the top; the same object may stand in several places."""
        place = len(self._parts)
        self._places.setdefault(id(tree), []).append(place)
        self._paths.append((place, *above))
        self._parts.append(())
        if isinstance(tree, Op):
            self._parts[place] = tuple(self._number(p, self._paths[place]) for p in tree.parts)
        return place

    def is_right_with(self, change: Change) -> bool:
        """Whether the changed formula is the right one."""
        new = {place: tree for node, tree in change.new for place in self._places[id(node)]}
        paths = [self._paths[place] for place in new]
        steps = paths[0] if len(paths) == 1 else sorted(set().union(*paths), reverse=True)
        return all(close(self._changed(new, steps, at), n) for at, n in enumerate(self._wanted))

    def _changed(self, new: Mapping[int, Tree], steps: Sequence[int], at: int) -> float | None:
        """The number of the formula at a point, with other trees in some places.

        Args:
            new: the trees by their places.
            steps: these places and all above them, from the bottom.
            at: the point.
        """
        known, point = self._known(at), self._points[at]
        changed: dict[int, float] = {}
        try:
            for place in steps:
                node, below = self._nodes[place], self._parts[place]
                number: Any = known[id(node)]
                if isinstance(node, Op) and any(part in changed for part in below):
                    parts: Any = (
                        changed[part] if part in changed else known[id(self._nodes[part])]
                        for part in below
                    )
                    number = PRIMITIVES[node.sign].compute(*parts)
                if place in new:
                    # The new tree may hold the old one, which may be changed below.
                    inner = known if number == known[id(node)] else {**known, id(node): number}
                    number = _value(new[place], inner, point)
                changed[place] = number
        except _NO_NUMBER:
            return None
        return changed[0]


_NO_NUMBER = (ArithmeticError, ValueError, TypeError)
"""What is raised where a number is missing or does not exist."""


def _numbers_of(trees: Sequence[Tree], point: Point) -> dict[int, float | None]:
    """The numbers of trees, by their identity; None for those that have none."""
    known: dict[int, float | None] = {}
    for tree in reversed(trees):  # what stands below comes first
        try:
            known[id(tree)] = _value(tree, known, point)
        except _NO_NUMBER:
            known[id(tree)] = None
    return known


def _value(tree: Tree, known: Mapping[int, float | None], point: Point) -> float:
    """The number of a tree, of which parts are known.

    Raises:
        ArithmeticError, ValueError: it has none.
    """
    if id(tree) in known:
        if (number := known[id(tree)]) is None:
            raise ValueError
        return number
    match tree:
        case Name():
            return point[tree]
        case Number(value):
            return value
        case Op(sign, parts):
            return PRIMITIVES[sign].compute(*[_value(part, known, point) for part in parts])
