"""The learning rate of a table: by its updates, else by a label, else by its numbers."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from statistics import median
from typing import NamedTuple

from backprop_sheet.checker.excel import NotArithmetic
from backprop_sheet.checker.header import is_rate
from backprop_sheet.checker.meaning import Place
from backprop_sheet.checker.rules import Rule
from backprop_sheet.checker.trial import Trial
from backprop_sheet.formula import Name, Number, Tree, negative, nodes, replaced
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.addresses import address
from backprop_sheet.ooxml.sheet import Cell, Row

NEAR = 0.05
"""How far a labelled learning rate may be from the one that the numbers tell, relative."""
STEP = 1e-4
"""How far a weight has to move to tell the learning rate, relative."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")


class Rate(NamedTuple):
    """A learning rate, where it was found, and what a label says that is another."""

    value: float
    where: str
    cell: tuple[int, int] | None = None
    against: str = ""


def rate_of(
    place: Place, rules: Mapping[str, Rule], rows: Sequence[tuple[int, Row]], step: int
) -> Rate | None:
    """The learning rate of a table; the cell or column that holds it is noted in `place`."""
    weights = [rule for rule in rules.values() if rule.kind is Kind.WEIGHT]
    if len(rows) > step and (found := _from_updates(place, weights, *rows[step])):
        labelled = list(_labelled(place))
        if len(labelled) == 1 and not math.isclose(labelled[0].value, found.value):
            return found._replace(against=f"{labelled[0].value:g} ({labelled[0].where})")
        return found
    told = None
    if not _has_updates(weights, place, rows):  # formulas without η are to be blamed, not believed
        told = _from_numbers(place, weights, rows)
    for candidate in (*_labelled(place), *_in_title(place.sheet.title)):
        if told is None or math.isclose(candidate.value, told, rel_tol=NEAR):
            place.eta_cell = candidate.cell
            return candidate
    told = told or _from_numbers(place, weights, rows)
    return Rate(told, "worked out from the weights") if told else None


def _has_updates(weights: list[Rule], place: Place, rows: Sequence[tuple[int, Row]]) -> bool:
    """Whether the second row has formulas for weights."""
    second = rows[1][1] if len(rows) > 1 else {}
    cells = [second.get(place.header.columns[rule.name]) for rule in weights]
    return any(cell is not None and cell.formula is not None for cell in cells)


def _from_updates(place: Place, weights: list[Rule], number: int, row: Row) -> Rate | None:
    """What stands for η in most of the first updates."""
    votes: Counter[tuple[str, tuple[int, int] | float]] = Counter()
    for rule in weights:
        cell = row.get(place.header.columns[rule.name], Cell(None))
        try:
            votes.update(_roles(place, rule, place.meaning(cell.formula or "", number)))
        except NotArithmetic:
            continue
    for (kind, what), _ in votes.most_common():
        if isinstance(what, float):
            return Rate(what, "typed into the updates")
        where = (number - 1, what[1]) if kind == "column" else what
        value = place.cell(where).value
        if isinstance(value, float) and value > 0:
            if kind != "anchored" and where[0] > place.header_row:
                place.eta_column = where[1]
            else:
                place.eta_cell = where
            return Rate(value, address(*where))
    return None


def _roles(place: Place, rule: Rule, tree: Tree) -> Iterator[tuple[str, tuple[int, int] | float]]:
    """What stands for η in a right update: a cell, a column of the table, or a number."""
    trial = Trial({}, rule.seen)
    wanted = trial.numbers(rule.seen)
    eta = Name(RATE)
    for node in nodes(tree):
        if not isinstance(node, Name | Number):
            continue
        # Also where the update's sign is wrong, it is the learning rate.
        ways = (replaced(tree, node, eta), replaced(tree, node, negative(eta)))
        if not any(trial.same(way, wanted) for way in ways):
            continue
        if isinstance(node, Number):
            yield "number", float(node.value)
        elif node.id == RATE and place.eta_column:
            yield "column", (0, place.eta_column)
        elif where := place.outside_of(node):
            yield ("anchored" if re.search(r"\$\d", node.id) else "cell"), where


def _labelled(place: Place) -> Iterator[Rate]:
    """Numbers beside or below a label for η, the nearest to the table first."""
    left = min(place.header.names)
    found = []
    for (row, column), cell in place.outside.items():
        if not isinstance(cell.value, str) or not is_rate(cell.value):
            continue
        inside = _NUMBER.search(cell.value)
        beside = [(row, column + 1), (row, column + 2), (row, column + 3), (row + 1, column)]
        numbers = [(w, v) for w in beside if isinstance(v := place.cell(w).value, float) and v > 0]
        distance = (abs(place.header_row - row), abs(left - column))
        if inside:
            value = float(inside[0].replace(",", "."))
            found.append((distance, Rate(value, address(row, column))))
        elif numbers:
            where, value = numbers[0]
            found.append((distance, Rate(value, address(*where), where)))
    return (rate for _, rate in sorted(found, key=lambda item: item[0]) if rate.value > 0)


def _in_title(title: str) -> Iterator[Rate]:
    number = _NUMBER.search(title)
    words = title.replace(number[0], "") if number else ""
    if (
        number
        and (is_rate(title) or not words.strip(" _-"))
        and float(number[0].replace(",", ".")) > 0
    ):
        yield Rate(float(number[0].replace(",", ".")), "the sheet's title")


def _from_numbers(
    place: Place, weights: list[Rule], rows: Sequence[tuple[int, Row]]
) -> float | None:
    """η by how far each weight moved, for its gradient, in the first rows."""
    columns = place.header.columns
    rates = []
    for (_, above), (_, row) in islice(pairwise(rows), 5):
        for rule in weights:
            taken = (name.id for name in rule.needs)
            gradient = next((n for n in taken if n not in {RATE, rule.name}), "")
            if gradient not in columns:
                continue
            here, there = columns[rule.name], columns[gradient]
            numbers = [
                c.value if c else None for c in (above.get(here), row.get(here), above.get(there))
            ]
            match numbers:
                case [float(before), float(after), float(slope)] if slope and abs(
                    before - after
                ) > STEP * abs(before):
                    rates.append((before - after) / slope)
    if not rates or not math.isfinite(middle := median(rates)) or middle <= 0:
        return None
    return float(f"{middle:.4g}")
