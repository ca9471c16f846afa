"""Reads a spreadsheet's formula into a tree of `formula`, as far as arithmetic goes.

References stay as they are written and become the names of the tree: ``$R$33``, ``Sheet2!B4``.
Functions of arithmetic are read as what they mean: POWER(x,2) as x², SUM(A1:B1) as A1 + B1. What
is not arithmetic (IF, VLOOKUP …) is refused: such a cell is judged by its value alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import reduce
from itertools import chain

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from backprop_sheet.errors import BackpropSheetError
from backprop_sheet.formula import (
    ONE,
    ZERO,
    Name,
    Number,
    Op,
    Tree,
    changed,
    negative,
    product,
    total,
)
from backprop_sheet.ooxml.addresses import LAST_ROW, Area, address

REFERENCE = re.compile(r"(?:(.+)!)?(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
"""A cell: its sheet, whether its column is anchored, the column, whether its row is, the row."""

_ONE_NUMBER = re.compile(r"[\s(+-]*(\d+\.?\d*|\.\d+)(E[+-]?\d+)?%?[\s)]*", re.IGNORECASE)

Value = Tree | list[Tree]
"""One number, or the numbers of a range."""

HALF = Number(0.5)
_COLUMNS = re.compile(r"(\$?[A-Z]{1,3}):(\$?[A-Z]{1,3})")
"""Whole columns."""
_MOST = 400
"""Cells of a range that are read."""
_LONGEST = 4000
"""Characters of a formula that are read."""


class NotArithmetic(BackpropSheetError):
    """A formula is more than arithmetic, or is none."""


def read(text: str) -> Tree:
    """The tree of a formula's text, without its ``=``.

    Raises:
        NotArithmetic: it holds something that is no arithmetic, or cannot be read.
    """
    if len(text) > _LONGEST:
        raise NotArithmetic(f"{len(text)} characters")
    try:
        return _Reader(_tokens(text)).formula()
    except (IndexError, TypeError):
        raise NotArithmetic("arguments are missing or too many") from None
    except (ValueError, RecursionError) as error:
        raise NotArithmetic(str(error)) from None
    except NotArithmetic:
        raise
    except Exception as error:  # noqa: BLE001 - the tokenizer raises whatever it stumbles over
        raise NotArithmetic(str(error)) from None


def is_number(text: str) -> bool:
    """Whether a formula, without its ``=``, is nothing but a number, as if that were typed."""
    return bool(_ONE_NUMBER.fullmatch(text))


def regrouped(text: str) -> Iterator[Tree]:
    """The trees of a formula with one more pair of brackets, or with one bracket moved."""
    tokens = _tokens(text)
    starts = [i for i, t in enumerate(tokens) if t.type == Token.OPERAND or t.subtype == Token.OPEN]
    ends = [i for i, t in enumerate(tokens) if t.type == Token.OPERAND or t.subtype == Token.CLOSE]
    opening, closing = (
        Token(sign, Token.PAREN, kind) for sign, kind in (("(", "OPEN"), (")", "CLOSE"))
    )
    for start, end in ((i, j) for i in starts for j in ends if i < j):
        inner = [opening, *tokens[start : end + 1], closing]
        yield from _if_formula([*tokens[:start], *inner, *tokens[end + 1 :]])
    for place, token in enumerate(tokens):
        if token.type == Token.PAREN:
            rest = [*tokens[:place], *tokens[place + 1 :]]
            for other in range(len(rest) + 1):
                yield from _if_formula([*rest[:other], token, *rest[other:]])


def _if_formula(tokens: Sequence[Token]) -> Iterator[Tree]:
    with suppress(NotArithmetic, ValueError, IndexError, TypeError):
        yield _Reader(tokens).formula()


def _tokens(text: str) -> list[Token]:
    return [token for token in Tokenizer(f"={text}").items if token.type != Token.WSPACE]


class _Reader:
    """Reads by precedence; a minus sign binds more tightly than ``^``, as in every spreadsheet."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = list(tokens)

    def formula(self) -> Tree:
        result = self._sum()
        if self._tokens:
            raise NotArithmetic(f"{self._tokens[0].value!r} is no arithmetic")
        return _single(result)

    def _next_is(self, *values: str) -> bool:
        return bool(self._tokens) and self._tokens[0].value in values

    def _take(self) -> Token:
        return self._tokens.pop(0)

    def _sum(self) -> Value:
        left = self._product()
        while self._next_is("+", "-") and self._tokens[0].type == Token.OP_IN:
            left = _combine(left, self._take().value, self._product())
        return left

    def _product(self) -> Value:
        left = self._power()
        while self._next_is("*", "/"):
            left = _combine(left, self._take().value, self._power())
        return left

    def _power(self) -> Value:
        left = self._signed()
        while self._next_is("^"):
            self._take()
            left = _each(left, _power_of, _single(self._signed()))
        return left

    def _signed(self) -> Value:
        if self._next_is("+", "-"):
            minus = self._take().value == "-"
            inner = self._signed()
            return _each(inner, negative) if minus else inner
        value = self._atom()
        while self._next_is("%"):
            self._take()
            value = _combine(value, "/", Number(100))
        return value

    def _atom(self) -> Value:
        token = self._take()
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            inner = self._sum()
            self._take_closing()
            return inner
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self._function(token.value.rstrip("(").upper().removeprefix("_XLFN."))
        if token.type == Token.OPERAND:
            return _operand(token)
        raise NotArithmetic(f"{token.value!r} is no arithmetic")

    def _function(self, name: str) -> Value:
        if name == "INDEX":
            return self._cell_of_area()
        arguments: list[Value] = []
        while not (self._tokens and self._tokens[0].subtype == Token.CLOSE):
            if self._next_is(",", ";"):
                self._take()
            else:
                arguments.append(self._compared())
        self._take_closing()
        if name not in _FUNCTIONS:
            raise NotArithmetic(f"{name} is no arithmetic")
        return _FUNCTIONS[name](arguments)

    def _cell_of_area(self) -> Tree:
        """The cell that ``INDEX(E:E,6)`` or ``INDEX(E6:G6,1,2)`` stands for."""
        sheet, mark, cells = self._take().value.rpartition("!")
        area = Area.of(_COLUMNS.sub(rf"\g<1>1:\g<2>{LAST_ROW}", cells.upper()))
        places = []
        while self._next_is(",", ";"):
            self._take()
            places.append(_place(self._sum()))
        self._take_closing()
        if len(places) == 1 and area.top == area.bottom:
            places.insert(0, 1)
        row, column = [*places, 1][:2]
        where = (area.top + row - 1, area.left + column - 1)
        return Name(f"{sheet}{mark}{address(*where)}")

    def _compared(self) -> Value:
        """A number, or a comparison as what is above 0 where it holds: ``a > b`` as a − b."""
        left = self._sum()
        if self._next_is(">", ">=", "<", "<="):
            larger = self._take().value.startswith(">")
            pair = (left, self._sum()) if larger else (self._sum(), left)
            return _combine(pair[0], "-", pair[1])
        return left

    def _take_closing(self) -> None:
        if self._take().subtype != Token.CLOSE:
            raise NotArithmetic("a bracket is missing")


def _operand(token: Token) -> Value:
    if token.subtype == Token.NUMBER:
        number = float(token.value)
        return Number(int(number) if number.is_integer() and number < 1e15 else number)  # noqa: PLR2004
    if token.subtype != Token.RANGE:
        raise NotArithmetic(f"{token.value} is no number")
    sheet, _, cells = token.value.rpartition("!")
    before = f"{sheet}!" if sheet else ""
    if ":" not in cells:
        return Name(before + (cells.upper() if REFERENCE.fullmatch(cells) else cells))
    area = Area.of(cells.upper())
    if area.size > _MOST:
        raise NotArithmetic(f"{cells} is too large")
    return [Name(f"{before}{address(*place)}") for place in area.places()]


def _place(value: Value) -> int:
    """A number typed as a place in an area."""
    if not isinstance(value, Number) or not isinstance(value.value, int) or value.value < 1:
        raise NotArithmetic("a place in an area that is computed")
    return value.value


def _single(value: Value) -> Tree:
    if isinstance(value, list):
        raise NotArithmetic("a range where one number belongs")
    return value


def _each(value: Value, change: Callable[..., Tree], *more: Tree) -> Value:
    if isinstance(value, list):
        return [change(tree, *more) for tree in value]
    return change(value, *more)


def _combine(left: Value, sign: str, right: Value) -> Value:
    """An operation; between ranges, or a range and a number, on each of their cells."""
    if not isinstance(left, list) and not isinstance(right, list):
        return Op(sign, (left, right))
    size = max(len(side) for side in (left, right) if isinstance(side, list))
    lefts = left if isinstance(left, list) else [left] * size
    rights = right if isinstance(right, list) else [right] * size
    return [Op(sign, pair) for pair in zip(lefts, rights, strict=True)]


def _power_of(base: Tree, exponent: Tree) -> Tree:
    """A power, as a square, product, quotient or root where it is one."""
    match exponent:
        case Op("neg", (positive,)):
            return _inverse(_power_of(base, positive))
        case Number(2):
            return Op("square", (base,))
        case Number(0.5):
            return _call("sqrt", base)
        case Number(int() as n) if 0 < n < 10:  # noqa: PLR2004
            return product(*[base] * n)
    return Op("power", (base, exponent))


def _inverse(tree: Tree) -> Tree:
    return Op("/", (ONE, tree))


def _call(name: str, argument: Tree) -> Tree:
    return Op(name, (argument,))


def _of_one(name: str) -> Callable[[list[Value]], Value]:
    def of(arguments: list[Value]) -> Value:
        (argument,) = arguments
        return _each(argument, lambda tree: _call(name, tree))

    return of


def _flat(arguments: list[Value]) -> list[Tree]:
    return list(chain.from_iterable(a if isinstance(a, list) else [a] for a in arguments))


def _sum_of_products(arguments: list[Value]) -> Tree:
    first, *rest = arguments
    for other in rest:
        first = _combine(first, "*", other)
    return total(_flat([first]))


def _sum_of_squares(arguments: list[Value]) -> Tree:
    return total(Op("square", (tree,)) for tree in _flat(arguments))


def _where(condition: Tree, positive: Tree, other: Tree) -> Tree:
    return Op("where", (condition, positive, other))


def _larger(one: Tree, other: Tree) -> Tree:
    return _where(Op("-", (one, other)), one, other)


def _rounded(arguments: list[Value]) -> Value:
    """A whole number; what other digits take away is allowed for as rounding."""
    number, digits = arguments
    if digits == ZERO:
        return _each(number, lambda tree: _call("floor", Op("+", (tree, HALF))))
    return number


def unrounded(tree: Tree) -> Tree:
    """A formula without what makes whole numbers of others."""

    def inner(node: Tree) -> Tree | None:
        match node:
            case Op("floor", (Op("+", (number, half)),)) if half == HALF:
                return unrounded(number)
        return None

    return changed(tree, inner)


def _mean(arguments: list[Value]) -> Tree:
    parts = _flat(arguments)
    return Op("/", (total(parts), Number(len(parts))))


_FUNCTIONS: dict[str, Callable[[list[Value]], Value]] = {
    **{sign: _of_one(name) for sign, name in (("EXP", "exp"), ("LN", "log"), ("TANH", "tanh"))},
    "SQRT": _of_one("sqrt"),
    "POWER": lambda arguments: _each(arguments[0], _power_of, _single(arguments[1])),
    "ABS": lambda arguments: _where(x := _single(arguments[0]), x, negative(x)),
    "IFERROR": lambda arguments: arguments[0],  # what it gives where there is a number
    "ROUND": _rounded,
    "N": lambda arguments: arguments[0],
    "SINGLE": lambda arguments: arguments[0],  # how files spell @
    "SUM": lambda arguments: total(_flat(arguments)),
    "PRODUCT": lambda arguments: product(*_flat(arguments)),
    "SUMPRODUCT": _sum_of_products,
    "SUMSQ": _sum_of_squares,
    "SUMXMY2": lambda arguments: _sum_of_squares([_combine(arguments[0], "-", arguments[1])]),
    "AVERAGE": _mean,
    "IF": lambda arguments: _where(*map(_single, arguments)),
    "MAX": lambda arguments: reduce(_larger, _flat(arguments)),
    "SIN": _of_one("sin"),
    "COS": _of_one("cos"),
    "INT": _of_one("floor"),
    "MOD": lambda arguments: Op("mod", (_single(arguments[0]), _single(arguments[1]))),
    "PI": lambda _: Number(3.141592653589793),
}
