"""What a formula is: a Python syntax tree built from a short white list.

Names, numbers, ``+ - * /``, a minus sign, a square ``(...)**2`` and the functions of `FUNCTIONS`.
Everything else is refused by name, so a formula from a file can be read without being trusted.
"""

import ast
import math
from collections.abc import Callable

from backprop_sheet.errors import InputError
from backprop_sheet.formula.trees import Tree, nodes


def where(condition: float, positive: float, other: float) -> float:
    """`positive` where the condition is above 0, else `other`."""
    return positive if condition > 0 else other


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sqrt": math.sqrt,
    "cos": math.cos,
    "floor": math.floor,
    "power": math.pow,
    "where": where,
}
"""The functions a formula may call, by their name in the formula."""
TAKES = {"power": 2, "where": 3}
"""How many numbers a function takes, if it is not one."""


class FormulaError(InputError):
    """A formula holds something outside the white list, or is no formula at all."""


def parse(text: str) -> Tree:
    """Read a formula.

    Raises:
        FormulaError: `text` is no formula, or holds something outside the white list.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaError(f"{text!r} is no formula: {error}") from None
    for node in nodes(tree):
        _refuse_unless_listed(node, text)
    return tree


def _refuse_unless_listed(node: Tree, text: str) -> None:
    match node:
        case ast.Name() | ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            return
        case ast.UnaryOp(op=ast.USub()):
            return
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=2)):
            return
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if (
            name in FUNCTIONS and len(arguments) == TAKES.get(name, 1)
        ):
            return
    raise FormulaError(
        f"{ast.unparse(node)!r} in {text!r} is not allowed: a formula takes names, numbers, "
        f"+ - * /, (...)**2 and {', '.join(FUNCTIONS)}"
    )
