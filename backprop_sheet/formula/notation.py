"""Formulas in other notations: Python's, a spreadsheet's, plain text, LaTeX.

Evaluation order is part of a formula: what `write` gives, read again, is the same tree.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop_sheet.formula.grammar import FUNCTIONS, TAKES, FormulaError
from backprop_sheet.formula.trees import Tree

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""How tightly an expression holds together, loosest first."""


class Form(NamedTuple):
    """How one operation is written: its text, how tight it is, and how tight its parts must be."""

    text: str
    tightness: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Notation:
    """A way to write formulas: one row for each operation, one for each function.

    A part that is looser than its place asks for is put into brackets. The right side of every
    operation asks for more than the operation itself, so ``a*(b*c)`` and ``a - (b + c)`` keep
    their brackets and with them their evaluation order.
    """

    forms: Mapping[type[ast.AST], Form]
    functions: Mapping[str, str]
    """How a function is written, with a pair of braces for each number that it takes."""
    number: Callable[[float], str] = repr
    fractions: Mapping[object, str] = field(default_factory=dict)
    """Fractions that have a sign of their own: ½."""


def _forms(plus: str, minus: str, times: str, by: str, square: str) -> dict[type[ast.AST], Form]:
    return {
        ast.Add: Form(plus, SUM, (SUM, PRODUCT)),
        ast.Sub: Form(minus, SUM, (SUM, PRODUCT)),
        ast.Mult: Form(times, PRODUCT, (PRODUCT, POWER)),
        ast.Div: Form(by, PRODUCT, (PRODUCT, POWER)),
        # A minus sign takes single things only: in a spreadsheet -2^2 is 4.
        ast.USub: Form("-{}", SIGN, (ATOM,)),
        ast.Pow: Form(square, POWER, (ATOM,)),
    }


PYTHON = Notation(
    _forms("{} + {}", "{} - {}", "{}*{}", "{}/{}", "{}**2"),
    {name: f"{name}({', '.join(['{}'] * TAKES.get(name, 1))})" for name in FUNCTIONS},
)
EXCEL = Notation(
    _forms("{}+{}", "{}-{}", "{}*{}", "{}/{}", "{}^2"),
    {
        "exp": "EXP({})",
        "log": "LN({})",
        "tanh": "TANH({})",
        "sqrt": "SQRT({})",
        "cos": "COS({})",
        "floor": "INT({})",
        "power": "POWER({},{})",
        "where": "IF({}>0,{},{})",
    },
    number=lambda value: repr(value).upper(),
)
PLAIN = Notation(
    _forms("{} + {}", "{} - {}", "{} * {}", "{}/{}", "{}²"),
    {
        "exp": "exp({})",
        "log": "ln({})",
        "tanh": "tanh({})",
        "sqrt": "√({})",
        "cos": "cos({})",
        "floor": "⌊{}⌋",
        "power": "({})^({})",
        "where": "({} > 0 ? {} : {})",
    },
    fractions={(1, 2): "½"},
)
LATEX = Notation(
    {
        **_forms("{} + {}", "{} - {}", r"{} \cdot {}", "", "{}^2"),
        ast.Div: Form(r"\frac{{{}}}{{{}}}", PRODUCT, (SUM, SUM)),
    },
    {
        "exp": r"\exp({})",
        "log": r"\ln({})",
        "tanh": r"\tanh({})",
        "sqrt": r"\sqrt{{{}}}",
        "cos": r"\cos({})",
        "floor": r"\lfloor {} \rfloor",
        "power": r"{{({})}}^{{{}}}",
        "where": r"\begin{{cases}} {1} & {0} > 0 \\ {2} & \text{{else}} \end{{cases}}",
    },
    fractions={(1, 2): r"\tfrac{1}{2}"},
)


def write(tree: Tree, notation: Notation, name: Callable[[str], str] = str) -> str:
    """The formula's text in a notation, every name passed through `name`.

    Raises:
        Whatever `name` raises for a name it does not know.
    """
    return _write(tree, notation, name)[0]


def _write(tree: Tree, notation: Notation, name: Callable[[str], str]) -> tuple[str, int]:
    """The text and its tightness."""
    match tree:
        case ast.BinOp(ast.Constant(value=above), ast.Div(), ast.Constant(value=below)) if (
            sign := notation.fractions.get((above, below))
        ):
            return sign, ATOM
        case ast.Name(id=symbol):
            return name(symbol), ATOM
        case ast.Constant(value=int() | float() as value):
            return notation.number(value), ATOM
        case ast.Call(func=ast.Name(id=function), args=arguments):
            texts = [write(argument, notation, name) for argument in arguments]
            return notation.functions[function].format(*texts), ATOM
        case ast.BinOp(op=ast.Pow()):
            parts: list[Tree] = [tree.left]
        case ast.BinOp():
            parts = [tree.left, tree.right]
        case ast.UnaryOp():
            parts = [tree.operand]
        case _:
            raise FormulaError(f"{ast.unparse(tree)!r} has no place in a formula")
    form = notation.forms[type(tree.op)]
    return form.text.format(*map(_in_place(notation, name), parts, form.parts)), form.tightness


def _in_place(notation: Notation, name: Callable[[str], str]) -> Callable[[Tree, int], str]:
    def part(tree: Tree, needed: int) -> str:
        text, tightness = _write(tree, notation, name)
        # ∂E/∂w1 is a name, and its square has brackets all the same.
        fraction = needed == ATOM and isinstance(tree, ast.Name) and "/" in text
        return text if tightness >= needed and not fraction else f"({text})"

    return part
