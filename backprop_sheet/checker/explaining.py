"""Why a formula is wrong: the edit that turns the one that was found into the right one.

Each change is held against the right formula by their numbers at a few points, so it does not
matter how either is written. Only the numbers that a change touches are computed anew, and most
changes are refuted at the first point.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backprop_sheet.checker.edits import BESIDE_A_NAME, EDITS, Change, Edit, Part, Source, Swap
from backprop_sheet.checker.effort import Effort
from backprop_sheet.checker.points import Numbers, Point, close, numbers_at, same, size
from backprop_sheet.formula import Name, Number, Op, Tree, leaves, nodes
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
        words: how it is told, with a pair of braces for each of `parts`.
        parts: what the words are about.
    """

    kind: str
    words: str
    parts: tuple[Part, ...] = ()

    @property
    def swaps(self) -> tuple[Swap, ...]:
        """The names that stand where others belong."""
        return tuple(part for part in self.parts if isinstance(part, Swap))


def explanation(
    found: Tree, source: Source, points: Sequence[Point], effort: Effort
) -> Cause | None:
    """The simplest change that explains a wrong formula; None if no change does.

    Args:
        found: the formula.
        source: the right formula, and those of other columns.
        points: where to hold them against each other.
        effort: counts the changes that are tried.
    """
    if max(size(found), size(source.formula)) > MOST_NODES:
        return None
    numbers = numbers_at(found, points)
    alike = {name: tree for name, tree in source.columns.items() if same(tree, numbers, points)}
    effort.spend(len(source.columns))
    search = _Search(replace(source, columns=alike), points)
    try:
        for edit in EDITS:
            for change in search.mending(found, edit):
                return Cause(edit.kind, edit.words, change.about)
        for swap, edit, change in search.mending_beside_a_name(found):
            return Cause("name", f"{{}}, {edit.words}", (swap, *change.about))
    except _Exhausted:
        pass
    finally:
        effort.spend(search.tried)
    return None


class _Exhausted(Exception):
    """Enough has been tried."""


class _Search:
    """Looks for the changes that turn formulas into a right one.

    Attributes:
        tried: how many changes have been tried.
    """

    def __init__(self, source: Source, points: Sequence[Point]) -> None:
        self._source, self._points = source, points
        self._wanted = numbers_at(source.formula, points)
        self.tried = 0

    def mending(self, found: Tree, edit: Edit) -> Iterator[Change]:
        """The changes by which an edit makes a formula the right one."""
        return self._mending(found, _Numbered(found, self._source, self._points), edit)

    def _mending(self, found: Tree, numbered: "_Numbered", edit: Edit) -> Iterator[Change]:
        for change in edit.mend(found, self._source):
            self.tried += 1
            if self.tried > MOST_TRIED:
                raise _Exhausted
            if numbered.becomes(self._wanted, change):
                yield change

    def mending_beside_a_name(self, found: Tree) -> Iterator[tuple[Swap, Edit, Change]]:
        """A name that does not belong, and one more thing."""
        have, need = leaves(found), self._source.names
        for name in (n for n in have if n not in need):
            for other in (n for n in need if n not in have):
                swap = Swap(name, other)
                new = [(node, other) for node in nodes(found) if node == name]
                swapped = Change(new).applied(found)
                numbered = _Numbered(swapped, self._source, self._points)
                for edit in BESIDE_A_NAME:
                    for change in self._mending(swapped, numbered, edit):
                        yield swap, edit, change


class _Numbered:
    """A formula with the number of each of its nodes at each point."""

    def __init__(self, tree: Tree, source: Source, points: Sequence[Point]) -> None:
        self._points = points
        self._nodes = list(nodes(tree))
        self._parts: list[tuple[int, ...]] = []
        self._paths: list[tuple[int, ...]] = []
        """The places from each node up to the root."""
        self._places: dict[int, list[int]] = {}
        self._number(tree, ())
        kept = (*self._nodes, *nodes(source.formula), *source.factors, *source.terms)
        self._known = [_numbers_of(kept, point) for point in points]
        self._values: list[list[Any]] = [
            [known[id(node)] for node in self._nodes] for known in self._known
        ]

    def _number(self, tree: Tree, above: tuple[int, ...]) -> int:
        """Number the nodes from the top; the same object may stand in several places."""
        place = len(self._parts)
        self._places.setdefault(id(tree), []).append(place)
        self._paths.append((place, *above))
        self._parts.append(())
        if isinstance(tree, Op):
            self._parts[place] = tuple(self._number(p, self._paths[place]) for p in tree.parts)
        return place

    def becomes(self, wanted: Numbers, change: Change) -> bool:
        """Whether the changed formula has these numbers."""
        new = {place: tree for node, tree in change.new for place in self._places[id(node)]}
        paths = [self._paths[place] for place in new]
        steps = paths[0] if len(paths) == 1 else sorted(set().union(*paths), reverse=True)
        return all(close(self._changed(new, steps, at), n) for at, n in enumerate(wanted))

    def _changed(self, new: Mapping[int, Tree], steps: Sequence[int], at: int) -> float | None:
        """The number of the formula at a point, with other trees in some places.

        Args:
            new: the trees by their places.
            steps: these places and all above them, from the bottom.
            at: the point.
        """
        values, known, point = self._values[at], self._known[at], self._points[at]
        changed: dict[int, float] = {}
        try:
            for place in steps:
                node, number = self._nodes[place], values[place]
                below = self._parts[place]
                if isinstance(node, Op) and any(part in changed for part in below):
                    parts = [changed.get(part, values[part]) for part in below]
                    number = PRIMITIVES[node.sign].compute(*parts)
                if place in new:
                    # The new tree may hold the old one, which may be changed below.
                    inner = known if number == values[place] else {**known, id(node): number}
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
