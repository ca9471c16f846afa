"""Parses a formula in plain maths text into a tree.

A formula may contain names, numbers, ``+ - * /``, a minus sign, a square ``(...)**2``, the
functions of `primitives`, and ``x if c > 0 else y`` for ``where(c, x, y)``. Anything else is an
error, so a formula from an untrusted file is safe to parse and to evaluate.
"""

import ast
import warnings
from functools import lru_cache

from backprop_sheet.errors import InputError
from backprop_sheet.formula.primitives import FUNCTIONS, PRIMITIVES
from backprop_sheet.formula.trees import Name, Number, Op, Tree

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_PARTS = {name: PRIMITIVES[name].parts for name in FUNCTIONS}


class FormulaError(InputError):
    """A text is not a formula, or contains something that formulas may not."""


def parse(text: str, more: frozenset[str] = frozenset()) -> Tree:
    """Parse a formula.

    Args:
        text: the formula.
        more: functions of one number that the formula may call besides those of `primitives`. They
            are in the tree as they are called; the caller replaces them by what they stand for.

    Raises:
        FormulaError: the text is not a formula, or contains something that formulas may not.
    """
    try:
        return _parsed(text, more)
    except RecursionError:
        raise FormulaError(f"{text!r} is not a formula: it is nested too deeply") from None


@lru_cache(maxsize=4096)
def _parsed(text: str, more: frozenset[str]) -> Tree:
    try:
        with warnings.catch_warnings():  # about what is refused below, such as 1if z else 2
            warnings.simplefilter("ignore")
            syntax = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError) as error:
        why = error.msg if isinstance(error, SyntaxError) else error
        raise FormulaError(f"{text!r} is not a formula: {why}") from None
    return _tree(syntax, text, more)


def _tree(node: ast.expr, text: str, more: frozenset[str]) -> Tree:
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Number(value)
    sign, parts = _operation(node, more)
    if not sign:
        raise FormulaError(
            f"{ast.unparse(node)!r} in {text!r} is not allowed: a formula takes names, numbers, "
            f"+ - * /, (...)**2 and {', '.join([*FUNCTIONS, *sorted(more)])}"
        )
    return Op(sign, tuple(_tree(part, text, more) for part in parts))


def _operation(node: ast.expr, more: frozenset[str]) -> tuple[str, list[ast.expr]]:
    """An operation's sign and parts; the sign is empty if formulas do not have the operation."""
    match node:
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _SIGNS:
            return _SIGNS[type(operator)], [left, right]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "neg", [operand]
        case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)):
            return "square", [base]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if len(arguments) == (
            _PARTS | dict.fromkeys(more, 1)
        ).get(name):
            return name, arguments
        case ast.IfExp(
            test=ast.Compare(left=test, ops=[ast.Gt()], comparators=[ast.Constant(value=0)]),
            body=positive,
            orelse=other,
        ):
            return "where", [test, positive, other]
    return "", []
