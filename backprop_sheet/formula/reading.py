"""Formulas as people read them: max(0, h1), cases, no factor of 1.

Only what leaves the number the same to the last bit is tidied. Nothing is moved or regrouped, so a
reader computes in the order in which the sheet does.
"""

from collections.abc import Callable
from math import gcd

from backprop_sheet.formula.trees import (
    TWO,
    ZERO,
    Number,
    Op,
    Tree,
    is_one,
    is_zero,
    negative,
    without_sign,
)


def readable(tree: Tree) -> Tree:
    """The formula without what says nothing, with the same number.

    A quotient of whole numbers is shortened, factors of 1 and terms of 0 are left out, two minus
    signs become a plus, ``-(a - b)`` becomes ``b - a`` and ``where(x, x, 0)`` ``max(0, x)``.
    """
    if not isinstance(tree, Op):
        return tree
    parts = tuple([readable(part) for part in tree.parts])
    tidy = _TIDY.get(tree.sign)
    found = tidy(*parts) if tidy else None
    return Op(tree.sign, parts) if found is None else found


def without_double_signs(tree: Tree) -> Tree:
    """The formula with ``a + b`` for ``a - -b`` and ``a - b`` for ``a + -b``; else as it is."""
    if not isinstance(tree, Op):
        return tree
    parts = tuple([without_double_signs(part) for part in tree.parts])
    minus = _positive(parts[1]) if tree.sign in OPPOSITE else None
    if minus is None:
        return Op(tree.sign, parts)
    return Op(OPPOSITE[tree.sign], (parts[0], minus))


OPPOSITE = {"+": "-", "-": "+"}
"""The operation for each sum and difference that a minus sign turns it into."""


def _sum(left: Tree, right: Tree) -> Tree | None:
    if is_zero(left) or is_zero(right):
        return right if is_zero(left) else left
    minus = _positive(right)
    return None if minus is None else Op("-", (left, minus))


def _difference(left: Tree, right: Tree) -> Tree | None:
    if is_zero(right):
        return left
    minus = _positive(right)
    return None if minus is None else Op("+", (left, minus))


def _product(left: Tree, right: Tree) -> Tree | None:
    if is_one(left):
        return right
    if is_one(right):
        return left
    positive = _positive(left), _positive(right)
    if positive[0] is not None and positive[1] is not None:
        return readable(Op("*", (positive[0], positive[1])))
    if positive[0] is not None and is_one(positive[0]):
        return _with_sign(right)
    minus = without_sign(right)  # of a product: x * (-a * b), and not x * (-(a * b))
    return Op("*", (left, _with_sign(minus))) if isinstance(minus, Op) else None


def _quotient(left: Tree, right: Tree) -> Tree | None:
    if is_one(right):
        return left
    if (half := _halved(left, right)) is not None:
        return half
    if not (isinstance(left, Number) and isinstance(right, Number)):
        return None
    above, below = left.value, right.value
    if not (float(above).is_integer() and float(below).is_integer() and above and below > 0):
        return None
    above, below = int(above), int(below)
    shared = gcd(above, below)
    if shared == below:
        return Number(above // below)
    return Op("/", (Number(above // shared), Number(below // shared)))


def _halved(left: Tree, right: Tree) -> Tree | None:
    """x, of 2 * x / 2; None of anything else. Doubling and halving round nothing."""
    if isinstance(left, Op) and left.sign == "*" and left.parts[0] == right == TWO:
        return left.parts[1]
    return None


def _negative(tree: Tree) -> Tree | None:
    if is_zero(tree):
        return tree
    if isinstance(tree, Op) and tree.sign in OPPOSITE:
        left, right = tree.parts
        minus = _positive(left)
        if tree.sign == "-":
            return Op("-", (right, left)) if minus is None else Op("+", (minus, right))
        return None if minus is None else Op("-", (minus, right))
    if isinstance(tree, Op) and tree.sign in ("*", "/"):
        return _positive(tree)
    return without_sign(tree)


def _with_sign(tree: Tree) -> Tree:
    """The tree with a minus sign; of a product, the sign is its first factor's."""
    if isinstance(tree, Op) and tree.sign == "*":
        return Op("*", (_with_sign(tree.parts[0]), tree.parts[1]))
    return negative(tree)


def _positive(tree: Tree) -> Tree | None:
    """What a minus sign is in front of, also of a product or quotient; None if there is none."""
    if isinstance(tree, Op) and tree.sign in ("*", "/"):
        first = _positive(tree.parts[0])
        if first is None:
            return None
        one = is_one(first) and tree.sign == "*"
        return tree.parts[1] if one else Op(tree.sign, (first, tree.parts[1]))
    return without_sign(tree)


def _choice(condition: Tree, positive: Tree, other: Tree) -> Tree | None:
    if positive == other:
        return other
    if positive == condition and is_zero(other):
        return Op("max", (ZERO, condition))
    if isinstance(positive, Op) and positive.sign == "where":
        further, highest, between = positive.parts
        if _implies(further, condition):  # as cases, from the highest threshold down
            rest = _choice(condition, between, other)
            return _chosen(further, highest, rest or Op("where", (condition, between, other)))
    return None


def _chosen(condition: Tree, positive: Tree, other: Tree) -> Tree:
    return other if positive == other else Op("where", (condition, positive, other))


def _implies(condition: Tree, other: Tree) -> bool:
    """Whether one of two differences from a number is above 0 only where the other is, too."""
    if not (isinstance(condition, Op) and isinstance(other, Op)):
        return False
    if condition.sign != "-" or other.sign != "-" or condition.parts[0] != other.parts[0]:
        return False
    high, low = condition.parts[1], other.parts[1]
    return isinstance(high, Number) and isinstance(low, Number) and high.value >= low.value


_TIDY: dict[str, Callable[..., Tree | None]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "neg": _negative,
    "where": _choice,
}
