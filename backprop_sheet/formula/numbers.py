"""Evaluates formulas in IEEE 754 double precision."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from backprop_sheet.formula.notation import PYTHON, spell
from backprop_sheet.formula.primitives import FUNCTIONS, PRIMITIVES
from backprop_sheet.formula.trees import Name, Number, Tree, leaves


def evaluate(tree: Tree, values: Mapping[str, float]) -> float:
    """Evaluate a formula over a single row.

    Args:
        tree: the formula.
        values: the number of each name.

    Raises:
        KeyError: a name has no number.
        ArithmeticError, ValueError: raised by Python's arithmetic and `math`, for instance for an
            overflow or the logarithm of 0.
    """
    return float(value_of(tree, lambda name: values[name.id]))


def evaluate_at(tree: Tree, rows: Sequence[Mapping[str, float]]) -> float:
    """Evaluate a formula that may refer to rows above.

    Args:
        tree: the formula.
        rows: the numbers by name of the formula's own row, of the row above it, and so on.

    Raises:
        KeyError, ArithmeticError, ValueError: as for `evaluate`.
    """
    return float(value_of(tree, lambda name: rows[name.up][name.id]))


def value_of(tree: Tree, number_of: Callable[[Name], float]) -> float:
    """Evaluate a formula, given a function that returns the number of a name."""
    if isinstance(tree, Name):
        return number_of(tree)
    if isinstance(tree, Number):
        return tree.value
    if tree.sign == "where":  # what is not chosen may have no number, such as ln(-1)
        condition, positive, other = tree.parts
        return value_of(positive if value_of(condition, number_of) > 0 else other, number_of)
    parts = [value_of(part, number_of) for part in tree.parts]
    return PRIMITIVES[tree.sign].compute(*parts)


def function(tree: Tree) -> Callable[[Mapping[str, float]], float]:
    """Compile a formula over a single row into a function of the numbers of its names."""
    compiled, used = _compiled(tree)
    ids = [name.id for name in used]
    return lambda values: float(compiled(*[values[name] for name in ids]))


Numbers = Callable[[Mapping[int, Mapping[str, float]]], float]
"""A formula as a function of the numbers by name of its own row, 0, of the one above, 1, …"""


def function_of_rows(tree: Tree) -> Numbers:
    """As `function`, for a formula that refers to rows above."""
    compiled, used = _compiled(tree)
    return lambda rows: float(compiled(*[rows[name.up][name.id] for name in used]))


def function_of_columns(tree: Tree) -> Callable[..., Any]:
    """Compile a formula into a function of numpy's arrays, one for each of its `leaves`.

    The formula chooses nothing by a sign, as that would be another for each number.
    """
    import numpy as np

    names = {"max": "maximum", "min": "minimum"}
    own = {name: getattr(np, names.get(name, name), number) for name, number in FUNCTIONS.items()}
    used = {name: f"x{place}" for place, name in enumerate(leaves(tree))}
    text = f"lambda {', '.join(used.values())}: {spell(tree, PYTHON, used.__getitem__)}"
    compiled: Callable[..., Any] = eval(text, {"__builtins__": {}, **own})  # noqa: S307 - as below
    return compiled


def _compiled(tree: Tree) -> tuple[Callable[..., float], list[Name]]:
    """The formula as a Python function, and the names of its arguments in order."""
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
