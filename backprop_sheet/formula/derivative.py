"""The derivatives of a formula, by the chain rule over its tree.

Each operation says in `primitives` how it is differentiated, so whatever is made of them can be.
What is multiplied by 0 or 1 is tidied away, and nothing else is rearranged.
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
)

PARTS = ("x", "y", "z")
"""What a derivative among the primitives calls the parts of its operation."""


def derivatives(tree: Tree, wanted: Collection[str]) -> dict[str, Tree]:
    """∂tree/∂name for each wanted name that the formula holds.

    Args:
        tree: a formula of one row.
        wanted: the names to differentiate by; all others are constants.
    """
    match tree:
        case Name(name):
            return {name: ONE} if name in wanted else {}
        case Number():
            return {}
        case Op(sign, parts):
            inner = [derivatives(part, wanted) for part in parts]
            if sign == "+":  # a long sum is a deep tree: its terms are gathered, not copied
                return _gathered(inner[0], inner[1])
            found = dict.fromkeys(name for part in inner for name in part)
            return {
                name: _by_rule(tree, [part.get(name, ZERO) for part in inner]) for name in found
            }


def derivative(tree: Tree, name: str) -> Tree:
    """∂tree/∂name; 0 where the formula does not hold the name."""
    return derivatives(tree, {name}).get(name, ZERO)


def _gathered(left: dict[str, Tree], right: Mapping[str, Tree]) -> dict[str, Tree]:
    """The derivatives of a sum, by those of its parts."""
    for name, slope in right.items():
        left[name] = _tidied("+", (left[name], slope)) if name in left else slope
    return left


@cache
def _rule(sign: str) -> Tree:
    return parse(PRIMITIVES[sign].derivative)


def _by_rule(tree: Op, inner: list[Tree]) -> Tree:
    """The derivative of an operation, by those of its parts."""
    meant: dict[str, Tree] = {"f": tree}
    meant |= dict(zip(PARTS, tree.parts, strict=False))
    meant |= {f"d{part}": slope for part, slope in zip(PARTS, inner, strict=False)}
    return _put_in(_rule(tree.sign), meant)


def _put_in(rule: Tree, meant: Mapping[str, Tree]) -> Tree:
    match rule:
        case Name(name):
            return meant[name]
        case Op(sign, parts):
            return _tidied(sign, tuple(_put_in(part, meant) for part in parts))
    return rule


# --- what 0s, 1s and double signs make superfluous; the number stays the same ---------------------


def _tidied(sign: str, parts: tuple[Tree, ...]) -> Tree:
    tidy = _TIDY.get(sign)
    return tidy(*parts) if tidy else Op(sign, parts)


def _sum(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_zero(right):
        return right if is_zero(left) else left
    minus = _without_sign(right)
    return Op("+", (left, right)) if minus is None else Op("-", (left, minus))


def _difference(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_zero(right):
        return _negative(right) if is_zero(left) else left
    minus = _without_sign(right)
    return Op("-", (left, right)) if minus is None else Op("+", (left, minus))


def _product(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_zero(right):
        return ZERO
    if (minus := _without_sign(left)) is not None:
        return _negative(_product(minus, right))
    if (minus := _without_sign(right)) is not None:
        return _negative(_product(left, minus))
    return product(left, right)


def _quotient(left: Tree, right: Tree) -> Tree:
    if is_zero(left) or is_one(right):
        return left
    minus = _without_sign(left)
    return Op("/", (left, right)) if minus is None else _negative(_quotient(minus, right))


def _negative(tree: Tree) -> Tree:
    if is_zero(tree):
        return ZERO
    minus = _without_sign(tree)
    return negative(tree) if minus is None else minus


def _choice(condition: Tree, positive: Tree, other: Tree) -> Tree:
    return positive if positive == other else Op("where", (condition, positive, other))


def _without_sign(tree: Tree) -> Tree | None:
    """What stands behind a minus sign; None without one."""
    return tree.parts[0] if isinstance(tree, Op) and tree.sign == "neg" else None


_TIDY: dict[str, Callable[..., Tree]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "neg": _negative,
    "where": _choice,
}
