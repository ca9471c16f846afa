"""Sheets with one mistake by chance: any column, any kind of slip, from any row on.

The slips are made on trees, independently of the checker's own table of mistakes. A harmless one,
which leaves the formula's value the same whatever the inputs are, is not counted as a mistake; one
that leaves it the same by chance is.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isclose, isfinite, nan
from pathlib import Path

from handmade import Anchored, Plan, Sliding, Typed, by_openpyxl
from networks import network_of
from right_sheets import WAYS

from backprop_sheet import load, tabulate
from backprop_sheet.errors import BackpropSheetError, Diverged
from backprop_sheet.formula import (
    Name,
    Number,
    Op,
    Tree,
    leaves,
    negative,
    nodes,
    replaced,
    value_of,
)
from backprop_sheet.network import RATE, Kind, Network

ETA = Name(RATE)
OPERATORS = "+-*/"


@dataclass(frozen=True)
class Slip:
    """A mistake in a column.

    Attributes:
        plan: the sheet with it.
        kind: what kind of slip it is.
        name: the column.
        first: the rows in which it may be said to begin: from the one whose formula differs for
            some numbers to the one whose value differs in some training.
    """

    plan: Plan
    kind: str
    name: str
    first: range

    @property
    def cells(self) -> list[str]:
        """The cells that may be called the first wrong one."""
        return [self.plan.address(self.name, row) for row in self.first]

    def __str__(self) -> str:
        label = self.plan.network.label(self.name)
        numbers = self.plan.network.numbers[RATE]
        cell = self.plan.sheets()[self.plan.title]
        place = (
            self.plan.top + 1 + self.first.start,
            self.plan.left + self.plan.order.index(self.name),
        )
        formula = cell[place].content if place in cell else None
        return (
            f"{self.plan.network.name}, η = {numbers:g}: {self.kind} in {label}, "
            f"{self.cells[0]} {formula}"
        )


# --- the slips ---------------------------------------------------------------------------------

Change = Callable[[Tree, "Where"], Iterator[Tree]]
"""All the ways to make a slip in a formula."""


@dataclass(frozen=True)
class Where:
    """Where a slip is made: the sheet, the column and the row, counted from 0."""

    plan: Plan
    name: str
    row: int

    def may_refer(self, up: int) -> list[str]:
        """The columns that a formula may refer to so many rows above, without going in a circle."""
        if self.row - up < 0:
            return []
        columns = [name for name in self.plan.order if name in self.plan.network.columns]
        if up:
            return columns
        following = _following(self.plan, self.name, self.row)
        return [name for name in columns if name not in following]


def _following(plan: Plan, name: str, row: int) -> set[str]:
    """The columns that depend on a column in its own row, itself among them."""
    found = {name}
    while True:
        more = {
            other
            for other in plan.order
            if other is not None and other not in found and (tree := plan.tree(other, row))
            if any(not leaf.up and leaf.id in found for leaf in leaves(tree))
        }
        if not more:
            return found
        found |= more


def _each(tree: Tree, change: Callable[[Tree], Iterator[Tree]]) -> Iterator[Tree]:
    """The tree with one of its nodes changed."""
    for node in nodes(tree):
        for new in change(node):
            yield replaced(tree, node, new)


def other_name(tree: Tree, where: Where) -> Iterator[Tree]:
    """Another column where one belongs, once."""

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Name) and node.id != RATE:
            names = where.may_refer(node.up)
            place = where.plan.order.index(node.id) if node.id in where.plan.order else 0
            beside = where.plan.order[max(0, place - 1) : place + 2]
            inside = [leaf.id for leaf in leaves(tree)]
            for name in dict.fromkeys([*beside, *inside]):
                if name in names and name != node.id:
                    yield Name(name, node.up)

    return _each(tree, change)


def other_row(tree: Tree, where: Where) -> Iterator[Tree]:
    """A reference to another row."""

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Name) and node.id != RATE:
            for up in (node.up + 1, node.up - 1):
                if up >= 0 and node.id in where.may_refer(up):
                    yield Name(node.id, up)

    return _each(tree, change)


def anchored(tree: Tree, where: Where) -> Iterator[Tree]:
    """A row that is anchored, and the formula filled down."""

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Name) and node.id != RATE:
            yield Anchored(node.id, node.up, where.row - node.up)

    return _each(tree, change)


def sliding(tree: Tree, where: Where) -> Iterator[Tree]:
    """η without its anchor, and the formula filled down."""
    return _each(tree, lambda node: iter([Sliding(RATE, 0, where.row)] if node == ETA else []))


def other_sign(tree: Tree, where: Where) -> Iterator[Tree]:
    """A minus sign too many or too few, or + for − and − for +."""

    def change(node: Tree) -> Iterator[Tree]:
        match node:
            case Op("+" | "-" as sign, parts):
                yield Op({"+": "-", "-": "+"}[sign], parts)
            case Op("neg", (inner,)):
                yield inner
            case Op() | Name():
                yield negative(node)

    return _each(tree, change)


def other_operator(tree: Tree, where: Where) -> Iterator[Tree]:
    """Another operator."""

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Op) and node.sign in OPERATORS:
            yield from (Op(sign, node.parts) for sign in OPERATORS if sign != node.sign)

    return _each(tree, change)


def part_missing(tree: Tree, where: Where) -> Iterator[Tree]:
    """A factor, a term, a divisor, a square or a function left out."""

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Op) and node.sign != "where":
            yield from node.parts

    return _each(tree, change)


def factor_more(tree: Tree, where: Where) -> Iterator[Tree]:
    """A factor too many."""
    names = [name for name in where.may_refer(0) if name != where.name]

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Op | Name):
            yield from (Op("*", (node, Name(name))) for name in names[-3:])
            yield Op("square", (node,))

    return _each(tree, change)


def term_more(tree: Tree, where: Where) -> Iterator[Tree]:
    """A term too many."""
    names = [name for name in where.may_refer(0) if name != where.name]
    return (Op("+", (tree, Name(name))) for name in names[-3:])


def other_constant(tree: Tree, where: Where) -> Iterator[Tree]:
    """Another number."""

    def change(node: Tree) -> Iterator[Tree]:
        if isinstance(node, Number):
            yield from (Number(n) for n in (node.value + 1, 2 * node.value, 0.5) if n != node.value)

    return _each(tree, change)


def bracket(tree: Tree, where: Where) -> Iterator[Tree]:
    """Brackets left out around a sum or a difference."""

    def change(node: Tree) -> Iterator[Tree]:
        match node:
            case Op("*" | "/" as sign, (Op("+" | "-" as inner, (a, b)), c)):
                yield Op(inner, (a, Op(sign, (b, c))))
            case Op("*" | "/" as sign, (a, Op("+" | "-" as inner, (b, c)))):
                yield Op(inner, (Op(sign, (a, b)), c))

    return _each(tree, change)


def other_column(tree: Tree, where: Where) -> Iterator[Tree]:
    """The formula of another column of the same kind."""
    quantities, may = where.plan.network.quantities, set(where.may_refer(0))
    for name in where.plan.network.columns:
        same = quantities[name].kind is quantities[where.name].kind
        if name != where.name and name in where.plan.order and same:
            other = where.plan.tree(name, where.row)
            if other and all(
                leaf.up or leaf.id == RATE or leaf.id in may for leaf in leaves(other)
            ):
                yield other


def eta_missing(tree: Tree, where: Where) -> Iterator[Tree]:
    """η left out."""

    def change(node: Tree) -> Iterator[Tree]:
        match node:
            case Op("*", (one, other)) if one == ETA:
                yield other
            case Op("*" | "/", (other, one)) if one == ETA:
                yield other

    return _each(tree, change)


def eta_twice(tree: Tree, where: Where) -> Iterator[Tree]:
    """η twice."""
    return _each(tree, lambda node: iter([Op("*", (ETA, ETA))] if node == ETA else []))


def eta_elsewhere(tree: Tree, where: Where) -> Iterator[Tree]:
    """η in a formula that has none, or in another place of one that has."""
    return _each(
        tree, lambda node: iter([Op("*", (ETA, node))] if isinstance(node, Op | Name) else [])
    )


def other_eta(tree: Tree, where: Where) -> Iterator[Tree]:
    """A number or another cell where η belongs."""
    value = where.plan.network.numbers[RATE]

    def change(node: Tree) -> Iterator[Tree]:
        if node == ETA:
            yield from (Number(2 * value), Number(value / 10))
            yield from (Anchored(name, 0, 0) for name in where.plan.network.named(Kind.TARGET))

    return _each(tree, change)


KINDS: dict[str, Change] = {
    "another column's cell": other_name,
    "another row": other_row,
    "an anchored row": anchored,
    "η slides": sliding,
    "a sign": other_sign,
    "an operator": other_operator,
    "a part missing": part_missing,
    "a factor too many": factor_more,
    "a term too many": term_more,
    "a constant": other_constant,
    "brackets": bracket,
    "another column's formula": other_column,
    "η missing": eta_missing,
    "η twice": eta_twice,
    "η where it does not belong": eta_elsewhere,
    "not η": other_eta,
}
DRAGGED = {"an anchored row", "η slides"}
"""Kinds that show only when the formula is filled down."""
OF_ETA = {"η slides", "η missing", "η twice", "not η"}
"""Kinds that only updates can have."""
NUMBER = "a number for a formula"

# --- harmless ones -------------------------------------------------------------------------------

TRAININGS = 3
"""Other trainings in which a slip is tried."""


def other_trainings(
    chance: random.Random, network: Network, epochs: int
) -> list[list[dict[str, float]]]:
    """The numbers of each row by name of trainings with other inputs, targets, weights and η."""
    found: list[list[dict[str, float]]] = []
    while len(found) < TRAININGS:
        samples = tuple(
            {name: chance.uniform(0.1, 0.9) for name in sample} for sample in network.samples
        )
        numbers = {name: chance.uniform(-0.9, 0.9) for name in network.numbers} | dict(samples[0])
        settings = network.named(Kind.SETTING)
        numbers |= {name: network.numbers[name] for name in settings}
        numbers[RATE] = chance.uniform(0.02, 0.2)
        other = replace(network, samples=samples, numbers=numbers)
        try:
            frame = tabulate(other, epochs=epochs)
        except BackpropSheetError:
            continue
        rows = frame.to_numpy().tolist()
        found.append([numbers | dict(zip(network.columns, row, strict=True)) for row in rows])
    return found


def _number(tree: Tree, rows: list[dict[str, float]], row: int, plan: Plan) -> float:
    """The number of a formula in a row of a training; nan where it has none."""
    helpers = plan.network.partials | {n: c.tree for n, c in plan.beside.items() if c.tree}

    def number_of(name: Name) -> float:
        match name:
            case Sliding(_, _, start):
                return rows[row][RATE] if row == start else nan
            case Anchored(id_, _, fixed):
                return rows[fixed][id_]
            case Name(id_, up) if id_ in helpers:
                return _number(helpers[id_], rows, row - up, plan)
            case Name(id_, up):
                return rows[row - up][id_]

    try:
        return float(value_of(tree, number_of))
    except (ArithmeticError, ValueError):
        return nan


def _by_chance(chance: random.Random, plan: Plan) -> list[list[dict[str, float]]]:
    """Rows of numbers by chance, where only what never changes is the same in each row."""
    network = plan.network
    constant = {n for n, q in network.given.items() if isinstance(q.update, Name)}
    found = []
    for _ in range(TRAININGS):
        first = {n: chance.uniform(0.2, 0.9) for n in (*network.columns, *network.numbers)}
        first |= {n: network.numbers[n] for n in network.named(Kind.SETTING) if n != RATE}
        rows = [
            {n: v if n in constant else chance.uniform(0.2, 0.9) for n, v in first.items()}
            for _ in range(plan.rows)
        ]
        if len(network.samples) > 1:  # what is given repeats with each epoch
            for row, numbers in enumerate(rows):
                sample = rows[row % len(network.samples)]
                given = network.named(Kind.TARGET) + network.named(Kind.INPUT)
                numbers |= {n: sample[n] for n in given}
        found.append(rows)
    return found


def _first(
    trainings: list[list[dict[str, float]]],
    right: dict[int, Tree],
    wrong: dict[int, Tree],
    plan: Plan,
) -> int | None:
    """The first row in which wrong formulas have another value than right ones."""
    for row, tree in wrong.items():
        for rows in trainings:
            one, other = _number(right[row], rows, row, plan), _number(tree, rows, row, plan)
            if isfinite(one) and not isclose(one, other, rel_tol=1e-9, abs_tol=1e-13):
                return row
    return None


# --- sheets --------------------------------------------------------------------------------------


def _subject(chance: random.Random) -> tuple[Network, int]:
    """A network and how many epochs its sheet has."""
    which = chance.random()
    if which < 0.55:
        targets = chance.choice([(0.5, 0.5), (0.01, 0.99), (0.3, 0.8)])
        numbers = dict(zip(("t1", "t2"), targets, strict=True))
        return load().with_numbers(eta=chance.choice([1.0, 1.0, 0.5, 0.1]), **numbers), 8
    if which < 0.8:
        return load(chance.choice(["mazur", "mazur", "xor", "adam"])), 4
    return network_of(chance.randrange(60), eta=chance.choice([1.0, 0.1])), 3


def slip(seed: int) -> Slip:
    """A mistake by chance."""
    chance = random.Random(f"slip {seed}")
    while True:
        if found := _attempt(chance):
            return found


def _attempt(chance: random.Random) -> Slip | None:
    """A mistake by chance; None if this one cannot be made, or is harmless."""
    network, epochs = _subject(chance)
    try:
        tabulate(network, epochs=epochs)
    except Diverged:
        return None
    plan = Plan(network, epochs, top=chance.choice([5, 35]), left=chance.choice([1, 3]))
    kind = chance.choice([*KINDS, NUMBER])
    way = _written_otherwise(plan, chance)
    updated = [n for n in network.trained if n in plan.order]
    columns = [n for n in network.columns if n in plan.order and n not in plan.once]
    name = chance.choice(updated if kind in OF_ETA else columns)
    right = {row: tree for row in range(plan.rows) if (tree := plan.tree(name, row))}
    if not right:
        return None
    row = chance.choice([next(iter(right)), chance.choice(list(right))])
    scope = chance.choice(["one cell", "down"])
    if kind == NUMBER:
        return _with_number(plan, name, row, right)
    ways = list(KINDS[kind](right[row], Where(plan, name, row)))
    if not ways:
        return None
    tree = chance.choice(ways)
    alike = [r for r in right if r >= row and right[r] == right[row]]
    rows = alike if scope == "down" or kind in DRAGGED else [row]
    wrong = dict.fromkeys(rows, tree)
    start = _first(_by_chance(chance, plan), right, wrong, plan)
    seen = _first(other_trainings(chance, network, epochs), right, wrong, plan)
    if start is None or seen is None:
        return None
    plan.fills[name] = lambda r: (
        Typed(plan.formula(name, r, wrong[r]), None) if r in wrong else None
    )
    many = f", {len(rows)} rows" if len(rows) > 1 else ""
    return Slip(plan, f"{kind}{many}{way}", name, range(start, max(start, seen) + 1))


WRITTEN_OTHERWISE = {"headers", "around", "references", "columns"}
"""The aspects of which a sheet with a mistake may take a way."""
OTHERWISE = 0.3
"""The share of such sheets."""


def _written_otherwise(plan: Plan, chance: random.Random) -> str:
    """Write some sheets in a way of their own; says which."""
    if chance.random() > OTHERWISE:
        return ""
    some = [way for way in WAYS if way.aspect in WRITTEN_OTHERWISE and way.fits(plan.network)]
    way = chance.choice(some)
    way.apply(plan, chance)
    return f", {way.name}"


def _with_number(plan: Plan, name: str, row: int, right: dict[int, Tree]) -> Slip | None:
    """A number, plainly not the right one, in one cell."""
    value = plan.numbers[row][name]
    if isinstance(right[row], Name) and right[row].id == name and not value:
        return None
    number = round(1.1 * value + 0.01, 6)
    plan.fills[name] = lambda r: Typed(number, number) if r == row else None
    return Slip(plan, NUMBER, name, range(row, row + 1))


def saved(slip: Slip, folder: Path) -> Path:
    """The sheet with a mistake, saved without values."""
    return by_openpyxl(slip.plan, folder / "slip.xlsx")
