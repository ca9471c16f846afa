"""One formula in plain maths text: parse it, check it, combine it, write it in another notation.

A formula is kept as a Python syntax tree built from a short white list: names, numbers,
``+ - * /``, a minus sign, a square ``(...)**2`` and the functions of `FUNCTIONS`.
Everything else is refused by name, so a formula from a file can be read without being trusted.

Evaluation order is part of a formula. Nothing here reorders or regroups: what `write` gives,
read again, is the same tree. This module knows no network and no spreadsheet.
"""

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from backprop_sheet.errors import InputError

Tree = ast.expr


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
    for node in _operands(tree):
        _refuse_unless_listed(node, text)
    return tree


def _operands(tree: Tree) -> Iterator[Tree]:
    """The tree and every expression below it, function names left out."""
    yield tree
    children: list[ast.expr] = []
    if isinstance(tree, ast.BinOp):
        children = [tree.left, tree.right]
    elif isinstance(tree, ast.UnaryOp):
        children = [tree.operand]
    elif isinstance(tree, ast.Call):
        children = list(tree.args)
    for child in children:
        yield from _operands(child)


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


def names(tree: Tree) -> list[str]:
    """The names a formula refers to, each once, in the order of their first appearance."""
    return list(dict.fromkeys(node.id for node in _operands(tree) if isinstance(node, ast.Name)))


def spreading(tree: Tree) -> set[str]:
    """The names by which a formula's number is no finite one whenever theirs is none.

    Sums, products and squares hand an infinite number on, or make it none at all. A function or a
    division by it may make it finite: 1/(1 + exp(-h1)) is 0 where h1 is infinite.
    """
    match tree:
        case ast.Name(id=symbol):
            return {symbol}
        case ast.BinOp(left=left, op=ast.Div() | ast.Pow()):
            return spreading(left)
        case ast.BinOp(left=left, right=right):
            return spreading(left) | spreading(right)
        case ast.UnaryOp(operand=operand):
            return spreading(operand)
    return set()


def evaluate(tree: Tree, values: Mapping[str, float]) -> float:
    """The formula's number for the given values of its names, as IEEE 754 doubles give it.

    Raises:
        ArithmeticError, ValueError: as Python's arithmetic and `math` raise them.
    """
    return function(tree)(values)


def function(tree: Tree) -> Callable[[Mapping[str, float]], float]:
    """The formula as a function of the values of its names, for evaluating it often."""
    code = compile(write(tree, PYTHON), "<formula>", "eval")
    space = {"__builtins__": {}, **FUNCTIONS}
    return lambda values: float(eval(code, space, values))  # noqa: S307 - only white-listed trees


def inline(tree: Tree, definitions: Mapping[str, Tree]) -> Tree:
    """The formula with every defined name replaced by its definition, to the bottom."""

    class Inliner(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return inline(definitions[node.id], definitions) if node.id in definitions else node

        def visit_Call(self, node: ast.Call) -> ast.expr:
            return ast.Call(node.func, [self.visit(argument) for argument in node.args], [])

        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            return ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))

        def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
            return ast.UnaryOp(node.op, self.visit(node.operand))

    result: Tree = Inliner().visit(tree)
    return result


ONE: Tree = ast.Constant(1)


def is_one(tree: Tree) -> bool:
    return isinstance(tree, ast.Constant) and tree.value == 1


def product(*trees: Tree) -> Tree:
    """The product of all, multiplied from left to right; factors that are 1 are left out.

    Later factors that are products themselves are multiplied on one by one, so that
    inlining a first factor never changes the order of the multiplications.
    """
    first, *rest = [tree for tree in trees if not is_one(tree)] or [ONE]
    return reduce(
        lambda left, right: ast.BinOp(left, ast.Mult(), right),
        [factor for tree in rest for factor in _factors(tree)],
        first,
    )


def _factors(tree: Tree) -> list[Tree]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        return [*_factors(tree.left), tree.right]
    return [tree]


def total(trees: Iterable[Tree]) -> Tree:
    """The sum of all, added from left to right."""
    return reduce(lambda left, right: ast.BinOp(left, ast.Add(), right), trees)


# --- notations ---------------------------------------------------------------------------------

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
