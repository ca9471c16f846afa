"""Points on either side of where a formula chooses otherwise, so that each name decides there.

At points by chance most names of a comparison decide nothing: the third of three outputs is seldom
both the largest and needed to tell so. Here one name moves until the comparison turns.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from backprop_sheet.checker.point import EMPTY, Point, close, number_at, size
from backprop_sheet.formula import Name, Op, Tree, conditions, leaves, nodes

REACH = -9.7, 8.9
"""How far a name is moved. No halving of these hits a number that people compare with: what a
formula gives where both sides are equal is anybody's choice."""
HALVINGS = 13
"""How often that is halved: the two sides are 0.002 apart, further than rounding reaches, and so
near that 0.51 is not taken for 0.5."""
MOST_BEGINNINGS = 40
"""Points from which a name is moved, until the formula shows that the comparison turns."""
FEW_BEGINNINGS = 8
"""As many, if the comparison does not turn at all."""
RAISED = 5.0
"""How many times as large what is compared is at every second beginning: there nothing else is the
largest."""
PER_NAME = 5
"""Operations that a name counts for, whose number may follow from others."""
OTHERS = 3
"""How many names are moved for each that follows from others."""
MOST_WORK = 250_000
"""Operations after which no more points are looked for; ten outputs of softmax take nearly all."""


class Ties:
    """Looks for the points at which formulas choose otherwise.

    Attributes:
        work: how many operations that took.
    """

    def __init__(
        self,
        right: Tree,
        found: Tree | None,
        fixed: Mapping[Name, float],
        definitions: Mapping[str, Tree] = EMPTY,
    ) -> None:
        """Begin with none.

        Args:
            right: has a number at all of them.
            found: a formula that is compared, which may choose where the right one does not.
            fixed: names that have their own number at each point.
            definitions: names whose number follows from others.
        """
        self._right, self._fixed, self._definitions = right, fixed, definitions
        self._trees = [right, found] if found else [right]
        self.work = 0

    def points(self) -> Iterator[Point]:
        """Two points for each comparison of the formulas and each name that may decide it.

        There are none if the right formula chooses nowhere.
        """
        if self._definitions:
            own = dict.fromkeys(name for tree in self._trees for name in leaves(tree))
            self._definitions = _needed(self._definitions, own, self._fixed)
        if any(map(conditions, (self._right, *self._definitions.values()))):
            for tree in self._trees:
                yield from self._of(tree)

    def _of(self, tree: Tree) -> Iterator[Point]:
        for condition in dict.fromkeys(conditions(tree)):
            for name in self._movable(condition):
                yield from self._deciding(tree, condition, name)

    def _deciding(self, tree: Tree, condition: Tree, name: Name) -> Iterator[Point]:
        """Two points that only differ in a name, and in what a formula chooses."""
        turns = False
        for number in range(MOST_BEGINNINGS):
            if self.work > MOST_WORK or (number > FEW_BEGINNINGS and not turns):
                return
            if sides := self._sides(condition, name, number):
                turns = True
                if self._differs(tree, *sides):
                    yield from sides
                    return

    def _differs(self, tree: Tree, *sides: Point) -> bool:
        """Whether a formula shows which side of a comparison it is on."""
        self.work += 2 * (size(tree) + size(self._right))
        if any(number_at(self._right, point) is None for point in sides):
            return False
        one, other = (number_at(tree, point) for point in sides)
        return None not in (one, other) and not close(one, other)

    def _sides(self, condition: Tree, name: Name, number: int) -> tuple[Point, Point] | None:
        """Points on either side of where a comparison turns as a name moves; None if it does not.

        Args:
            condition: what is compared with 0.
            name: the name.
            number: where it begins.
        """
        fixed = self._beginning(condition, number)
        start = self._point(fixed, number)
        above = self._is_above(condition, start)

        def turned(value: float) -> bool:
            now = self._is_above(condition, self._point({**fixed, name: value}, number))
            return None not in (now, above) and now != above

        beyond = next(filter(turned, REACH), None)
        if beyond is None:
            return None
        before = start[name]
        for _ in range(HALVINGS):
            middle = (before + beyond) / 2
            before, beyond = (before, middle) if turned(middle) else (middle, beyond)
        one, other = (self._point({**fixed, name: x}, number) for x in (before, beyond))
        return one, other

    def _beginning(self, condition: Tree, number: int) -> Mapping[Name, float]:
        """The names that have their own number; at some beginnings what is compared is large."""
        if number % 2:
            return self._fixed
        point, own = self._point(self._fixed, number), self._movable(condition)
        return {**self._fixed, **{name: RAISED * abs(point[name]) for name in own}}

    def _point(self, fixed: Mapping[Name, float], number: int) -> Point:
        return Point(fixed, number, 1, self._definitions)

    def _is_above(self, condition: Tree, point: Point) -> bool | None:
        """Whether what is compared with 0 is above it; None if it has no number."""
        known = len(point)
        found = number_at(condition, point)
        self.work += size(condition) + PER_NAME * (len(point) - known)
        return None if found is None else found > 0

    # --- which names move ------------------------------------------------------------------------

    def _is_defined(self, name: Name) -> bool:
        return not name.up and name.id in self._definitions and name not in self._fixed

    def _is_free(self, name: Name) -> bool:
        return name not in self._fixed and not self._is_defined(name)

    def _movable(self, condition: Tree) -> list[Name]:
        """The names that decide a comparison.

        For those that follow from others, some of these: first those from which least follows, and
        one of each kind, as from many the same follows.
        """
        own = leaves(condition)
        defined = [name for name in own if self._is_defined(name)]
        below = {n: some for n, some in self._below(defined).items() if self._is_free(n)}
        first = {some: name for name, some in reversed(below.items())}.values()
        order = [*sorted(first, key=lambda name: len(below[name])), *below]
        some = dict.fromkeys(name for name in order if name not in own)
        return [*filter(self._is_free, own), *list(some)[: OTHERS * len(defined)]]

    def _below(self, some: list[Name]) -> dict[Name, frozenset[Name]]:
        """The names from which some follow, each with all that follow from it."""
        users = _users(some, self._definitions, self._fixed)
        return {name: _closed(name, users) for name in users}


def _needed(
    definitions: Mapping[str, Tree], own: Collection[Name], fixed: Mapping[Name, float]
) -> Mapping[str, Tree]:
    """The definitions that relate the names of formulas to each other.

    A sum with a weight that is in nothing else may be any number, whatever it follows from.
    """
    users = _users(own, definitions, fixed)

    def is_any(tree: Tree) -> bool:
        once = Counter(node for node in nodes(tree) if isinstance(node, Name))
        return any(
            once[name] == len(users[name]) == 1
            and name not in own
            and name not in fixed
            and (name.up or name.id not in definitions)
            for name in _linear(tree)
        )

    related = (n for n in users if not n.up and n.id in definitions and n not in fixed)
    return {n.id: definitions[n.id] for n in related if not is_any(definitions[n.id])}


def _users(
    some: Iterable[Name], definitions: Mapping[str, Tree], fixed: Mapping[Name, float]
) -> dict[Name, list[Name]]:
    """Some names and those from which they follow, each with those that are defined by it."""
    users: dict[Name, list[Name]] = {name: [] for name in some}
    open_ = list(users)
    while open_:
        name = open_.pop()
        is_defined = not name.up and name.id in definitions and name not in fixed
        for below in leaves(definitions[name.id]) if is_defined else ():
            if below not in users:
                open_.append(below)
            users.setdefault(below, []).append(name)
    return users


def _closed(name: Name, users: Mapping[Name, list[Name]]) -> frozenset[Name]:
    """All that follow from a name."""
    found, open_ = set[Name](), [name]
    while open_:
        new = [user for user in users[open_.pop()] if user not in found]
        found.update(new)
        open_ += new
    return frozenset(found)


def _linear(tree: Tree) -> Iterator[Name]:
    """The names that stand in terms of a sum, or are factors there."""
    open_ = [tree]
    while open_:
        node = open_.pop()
        if isinstance(node, Name):
            yield node
        elif isinstance(node, Op) and node.sign in {"+", "-", "*", "neg"}:
            open_ += node.parts
