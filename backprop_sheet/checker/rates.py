"""The learning rate of a table: by its updates, else by a label, else by its numbers."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from backprop_sheet.checker.excel import NotArithmetic
from backprop_sheet.checker.grid import EMPTY, Grid, Line, Rate
from backprop_sheet.checker.header import LETTERS_OF_RATE, is_rate
from backprop_sheet.checker.points import numbers_at, points_for, same
from backprop_sheet.checker.references import Outside, meaning, place_of
from backprop_sheet.checker.rules import Rule
from backprop_sheet.formula import Name, Number, Tree, leaves, negative, nodes, replaced
from backprop_sheet.network import RATE, Kind
from backprop_sheet.ooxml.addresses import Place, address
from backprop_sheet.ooxml.sheet import Cell

NEAR = 0.05
"""How far a labelled learning rate may be from the one that the numbers show, relative."""
STEP = 1e-4
"""How far a weight has to move to show the learning rate, relative."""
MOST_MOVES = 5
"""Steps that are looked at to see how far the weights move."""
MOST_ASKED = 300
"""Weights whose updates are asked for the learning rate."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")


def rate_of(
    grid: Grid,
    rules: Mapping[str, Rule],
    lines: Sequence[Line],
    step: int,
    settings: dict[str, float],
    asked: float | None = None,
) -> Rate | None:
    """The learning rate of a table.

    Args:
        grid: the table, of which the learning rate is not known yet.
        rules: what belongs in its columns.
        lines: its first rows.
        step: the first of them in which the weights move.
        settings: the numbers of the other settings.
        asked: the one that is asked for, which numbers that are rounded show only nearly.
    """
    weights = [rule for rule in rules.values() if rule.kind is Kind.WEIGHT][:MOST_ASKED]
    taking = [rule for rule in rules.values() if Name(RATE) in rule.needs][:MOST_ASKED]
    measured = _from_numbers(grid, weights, lines[step::step], settings)
    if asked and measured and math.isclose(measured, asked, rel_tol=NEAR):
        measured = asked
    found = None
    if line := _first_with_updates(grid, taking, lines[step::step]):
        found = _from_updates(grid, taking, line, settings, measured)
    if found:
        labelled = list(_labelled(grid, above=True))
        if len(labelled) == 1 and not math.isclose(labelled[0].value, found.value):
            return found._replace(against=f"{labelled[0].value:g} ({labelled[0].where})")
        return found
    labelled = [*_labelled(grid, plainly=True), *_in_title(grid.around.sheet.title)]
    if labelled and _has_updates(grid, weights, lines):
        return labelled[0]  # formulas without η are to be blamed, not believed
    for candidate in (*labelled, *_labelled(grid)):
        if measured is None or math.isclose(candidate.value, measured, rel_tol=NEAR):
            return candidate
    if measured is None:
        return None
    against = f"{labelled[0].value:g} ({labelled[0].where})" if labelled else ""
    return Rate(measured, "worked out from the weights", against=against)


def _first_with_updates(grid: Grid, taking: list[Rule], lines: Sequence[Line]) -> Line | None:
    """The first row with a formula that takes η: rows above it may have been given as numbers."""
    columns = [grid.header.columns[rule.name] for rule in taking]
    return next(
        (line for line in lines if any(line.cells.get(c, EMPTY).formula for c in columns)), None
    )


def _has_updates(grid: Grid, weights: list[Rule], lines: Sequence[Line]) -> bool:
    """Whether the second row has formulas for weights."""
    second = lines[1].cells if len(lines) > 1 else {}
    cells = [second.get(grid.header.columns[rule.name], EMPTY) for rule in weights]
    return any(cell.formula is not None for cell in cells)


def _from_updates(
    grid: Grid,
    taking: list[Rule],
    line: Line,
    settings: Mapping[str, float],
    measured: float | None,
) -> Rate | None:
    """What stands for η in most of the first formulas that take it.

    Of a cell on another sheet the number is not known, and taken as `measured`.
    """
    votes: Counter[tuple[str, Place | float | str]] = Counter()
    against: Counter[tuple[str, Place | float | str]] = Counter()
    referring = 0
    for rule in taking:
        cell = line.cells.get(grid.header.columns[rule.name], EMPTY)
        try:
            tree = meaning(cell.formula or "", grid, line)
        except NotArithmetic:
            continue
        roles = list(_roles(grid, rule, tree, settings))
        votes.update(role for role, _ in roles)
        against.update(role for role, is_negative in roles if is_negative)
        referring += Name(RATE) in leaves(tree)
    if grid.labelled and 2 * referring > len(taking):
        votes["column", (0, grid.labelled)] += referring
    for (kind, what), count in votes.most_common():
        if isinstance(what, float):
            return Rate(what, "typed into the updates")
        if isinstance(what, str):
            if measured is None:
                continue
            return Rate(measured, what, elsewhere=what)
        where = (line.number - 1, what[1]) if kind == "column" else what
        value = grid.cell(where, line).value
        # Below 0 it is no learning rate but −η where formulas add it.
        if isinstance(value, float) and (value > 0 or 2 * against[kind, what] < count):
            rate = Rate(value, address(*where))
            below = kind != "anchored" and where[0] > grid.top
            return rate._replace(column=where[1]) if below else rate._replace(cell=where)
    return None


def _roles(
    grid: Grid, rule: Rule, tree: Tree, settings: Mapping[str, float]
) -> Iterator[tuple[tuple[str, Place | float | str], bool]]:
    """What stands for η in a right formula, and whether it is −η that stands there.

    It is a cell, a column of the table, or a number.
    """
    points = points_for(rule.tree, {Name(name): number for name, number in settings.items()})
    wanted = numbers_at(rule.tree, points)
    eta = Name(RATE)
    for node in nodes(tree):
        if not isinstance(node, Name | Number):
            continue
        # Also where the update's sign is wrong, it is the learning rate.
        ways = (replaced(tree, node, eta), replaced(tree, node, negative(eta)))
        fits = [same(way, wanted, points) for way in ways]
        if not any(fits):
            continue
        against = not fits[0]
        if isinstance(node, Number):
            yield ("number", float(node.value)), against
        elif node.id == RATE and grid.labelled:
            yield ("column", (0, grid.labelled)), against
        elif isinstance(node, Outside) and (where := place_of(node.id, grid)):
            kind = "anchored" if re.search(r"\$\d", node.id) else "cell"
            yield (kind, where), against
        elif isinstance(node, Outside) and "!" in node.id:
            yield ("elsewhere", node.id), against


def _labelled(grid: Grid, *, above: bool = False, plainly: bool = False) -> Iterator[Rate]:
    """Numbers beside or below a label for η, or in it, the nearest to the table first.

    Args:
        grid: the table.
        above: whether the label must stand above the table: beside it, results of other rates may
            have one.
        plainly: whether the label must say more than a letter: n may be anything.
    """
    left = min(grid.header.names)
    found = []
    for (row, column), text in grid.around.rate_labels.items():
        if (above and row >= grid.top) or (plainly and text.strip().casefold() in LETTERS_OF_RATE):
            continue
        inside = _NUMBER.search(text)
        beside = [(row, column + 1), (row, column + 2), (row, column + 3), (row + 1, column)]
        numbers = [(w, v) for w in beside if isinstance(v := grid.cell(w).value, float) and v > 0]
        distance = (abs(grid.top - row), abs(left - column))
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
    grid: Grid, weights: list[Rule], lines: Sequence[Line], settings: dict[str, float]
) -> float | None:
    """η by how far each weight moves where η is 0 and where it is 1; None if they disagree."""
    rates = []
    for line in lines[:MOST_MOVES]:
        here = _numbers(grid, line.cells)
        above = settings | _numbers(grid, line.cells_above)
        for rule in weights:
            before, after = above.get(rule.name), here.get(rule.name)
            if before is None or after is None or abs(before - after) <= STEP * abs(before):
                continue
            try:
                still, moved = (
                    rule.number({0: settings | here | {RATE: rate}, 1: above | {RATE: rate}})
                    for rate in (0.0, 1.0)
                )
                rates.append((after - still) / (moved - still))
            except (ArithmeticError, ValueError, KeyError):
                continue
    if not rates or not math.isfinite(middle := median(rates)) or middle <= 0:
        return None
    agreeing = sum(math.isclose(rate, middle, rel_tol=NEAR) for rate in rates)
    return float(f"{middle:.4g}") if 2 * agreeing > len(rates) else None


def _numbers(grid: Grid, cells: Mapping[int, Cell]) -> dict[str, float]:
    """The numbers of a row by the name of their quantity."""
    found = {name: cells.get(column, EMPTY).value for name, column in grid.header.columns.items()}
    return {name: value for name, value in found.items() if isinstance(value, float)}
