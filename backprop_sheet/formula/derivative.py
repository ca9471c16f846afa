"""Differentiates a formula by the chain rule over its tree.

`primitives` has the derivative of each operation. Results are simplified only where a term is 0, a
factor is 0 or 1, or minus signs meet; nothing is rearranged.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache

from backprop_sheet.formula.grammar import parse
from backprop_sheet.formula.primitives import PRIMITIVES
from backprop_sheet.formula.trees import (
    ONE,
    ZERO,
    Name,
    Number,
    Op,
    Tree,
    is_one,
    is_zero,
    negative,
    product,
    without_sign,
)

PARTS = ("x", "y", "z")
"""The names of an operation's parts in its derivative."""


def derivatives(tree: Tree, wanted: Collection[str]) -> dict[str, Tree]:
    """∂tree/∂name for each wanted name that the formula contains.

    Args:
        tree: a formula over a single row.
        wanted: the names to differentiate with respect to; all others are constants.
    """
    match tree:
        case Name(name):
            return {name: ONE} if name in wanted else {}
        case Number():
            return {}
        case Op(sign, parts):
            inner = [derivatives(part, wanted) for part in parts]
            if sign == "+":  # a long sum is a deep tree: do not copy its terms at each level
                return _gathered(inner[0], inner[1])
            found = dict.fromkeys(name for part in inner for name in part)
            return {
                name: _by_rule(tree, [part.get(name, ZERO) for part in inner]) for name in found
            }


def derivative(tree: Tree, name: str) -> Tree:
    """∂tree/∂name; 0 if the formula does not contain the name."""
    return derivatives(tree, {name}).get(name, ZERO)


def _gathered(left: dict[str, Tree], right: Mapping[str, Tree]) -> dict[str, Tree]:
    """The derivatives of a sum, from those of its parts; `left` is changed."""
    for name, slope in right.items():
        left[name] = _tidied("+", (left[name], slope)) if name in left else slope
    return left


@cache
def _rule(sign: str) -> Tree:
    return parse(PRIMITIVES[sign].derivative)


def _by_rule(tree: Op, inner: list[Tree]) -> Tree:
    """The derivative of an operation, from those of its parts."""
    meanings: dict[str, Tree] = {"f": tree}
    meanings |= dict(zip(PARTS, tree.parts, strict=False))
    meanings |= {f"d{part}": slope for part, slope in zip(PARTS, inner, strict=False)}
    return _substituted(_rule(tree.sign), meanings)


def _substituted(rule: Tree, meanings: Mapping[str, Tree]) -> Tree:
    match rule:
        case Name(name):
            return meanings[name]
        case Op(sign, parts):
            return _tidied(sign, tuple(_substituted(part, meanings) for part in parts))
    return rule


# --- simplifying terms of 0, factors of 0 and 1, and double minus signs ---------------------------


def _tidied(sign: str, parts: tuple[Tree, ...]) -> Tree:
    tidy = _TIDY.get(sign)
    return tidy(*parts) if tidy else Op(sign, parts)


def _sum(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_zero(right):
        return right if is_zero(left) else left
    minus = without_sign(right)
    return Op("+", (left, right)) if minus is None else Op("-", (left, minus))


def _difference(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_zero(right):
        return _negative(right) if is_zero(left) else left
    minus = without_sign(right)
    return Op("-", (left, right)) if minus is None else Op("+", (left, minus))


def _product(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_zero(right):
        return ZERO
    if (minus := without_sign(left)) is not None:
        return _negative(_product(minus, right))
    if (minus := without_sign(right)) is not None:
        return _negative(_product(left, minus))
    return product(left, right)


def _quotient(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_one(right):
        return left
    minus = without_sign(left)
    return Op("/", (left, right)) if minus is None else _negative(_quotient(minus, right))


def _negative(tree: Tree) -> Tree:
    if is_zero(tree):
        return ZERO
    minus = without_sign(tree)
    return negative(tree) if minus is None else minus


def _choice(condition: Tree, positive: Tree, other: Tree) -> Tree:
    return positive if positive == other else Op("where", (condition, positive, other))


_TIDY: dict[str, Callable[..., Tree]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "neg": _negative,
    "where": _choice,
}
