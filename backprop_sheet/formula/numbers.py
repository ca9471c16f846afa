"""What number a formula gives, as IEEE 754 doubles give it."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from backprop_sheet.formula.notation import PYTHON, spell
from backprop_sheet.formula.primitives import FUNCTIONS, PRIMITIVES
from backprop_sheet.formula.trees import Name, Number, Op, Tree, leaves


def evaluate(tree: Tree, values: Mapping[str, float]) -> float:
    """The number of a formula of one row, by the numbers of its names.

    Raises:
        KeyError: a name has no number.
        ArithmeticError, ValueError: as Python's arithmetic and `math` raise them.
    """
    return float(value_of(tree, lambda name: values[name.id]))


def evaluate_at(tree: Tree, rows: Sequence[Mapping[str, float]]) -> float:
    """The number of a formula that refers to rows above.

    Args:
        tree: the formula.
        rows: the numbers by name of its own row, of the one above, and so on.

    Raises:
        KeyError, ArithmeticError, ValueError: as `evaluate`.
    """
    return float(value_of(tree, lambda name: rows[name.up][name.id]))


def value_of(tree: Tree, number_of: Callable[[Name], float]) -> float:
    """The formula's number, by a function that gives the number of each name."""
    match tree:
        case Name():
            return number_of(tree)
        case Number(value):
            return value
        case Op(sign, parts):
            return PRIMITIVES[sign].compute(*[value_of(part, number_of) for part in parts])


def function(tree: Tree) -> Callable[[Mapping[str, float]], float]:
    """A formula of one row as a function of the numbers of its names, for being called often."""
    compiled, used = _compiled(tree)
    ids = [name.id for name in used]
    return lambda values: float(compiled(*[values[name] for name in ids]))


Numbers = Callable[[Mapping[int, Mapping[str, float]]], float]
"""A formula as a function of the numbers by name of its own row, 0, of the one above, 1, …"""


def function_of_rows(tree: Tree) -> Numbers:
    """As `function`, for a formula that refers to rows above."""
    compiled, used = _compiled(tree)
    return lambda rows: float(compiled(*[rows[name.up][name.id] for name in used]))


def _compiled(tree: Tree) -> tuple[Callable[..., float], list[Name]]:
    """The formula as a Python function, and the names that it takes in their order."""
    used = leaves(tree)
    places = {name: f"x{place}" for place, name in enumerate(used)}
    return _evaluated(
        f"lambda {', '.join(places.values())}: {spell(tree, PYTHON, places.__getitem__)}"
    ), used


@lru_cache(1000)
def _evaluated(text: str) -> Callable[..., float]:
    """A function by its text; formulas of one shape have the same."""
    space: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS}
    compiled: Callable[..., float] = eval(text, space)  # noqa: S307 - a tree holds primitives only
    return compiled
