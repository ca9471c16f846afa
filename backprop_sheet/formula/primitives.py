"""The operations that formulas consist of, one row each.

A row says what the operation computes, what its derivative is, and how each notation writes it. To
add a function, add a row.
"""

import math
import operator
from collections.abc import Callable
from typing import NamedTuple

CHOICE, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
"""How tightly an expression binds, loosest first."""


class Form(NamedTuple):
    """How an operation is written.

    Attributes:
        text: a template with a pair of braces for each part.
        tightness: how tightly it binds.
        parts: how tightly each part must bind; a looser part gets brackets.
        between: what stands between parts where one pair of braces is for all of them. A first part
            that is the same operation is then written with them: max(max(a, b), c) as max(a, b, c).
    """

    text: str
    tightness: int
    parts: tuple[int, ...]
    between: str = ""

    @property
    def opens(self) -> bool:
        """Whether the first part stands at the very beginning."""
        return self.text.startswith("{}")


class Spelling(NamedTuple):
    """How an operation is written in each notation."""

    python: Form
    excel: Form
    plain: Form
    latex: Form
    mathml: Form
    javascript: Form


class Primitive(NamedTuple):
    """An operation.

    Attributes:
        compute: computes its value from the values of its parts.
        derivative: a formula for its derivative, over its parts x, y, z, their derivatives dx, dy,
            dz, and its own value f.
        spelling: how it is written.
        parts: the number of parts.
    """

    compute: Callable[..., float]
    derivative: str
    spelling: Spelling
    parts: int


def where(condition: float, positive: float, other: float) -> float:
    """`positive` where the condition is above 0, else `other`."""
    return positive if condition > 0 else other


def square(number: float) -> float:
    """The number times itself."""
    return number**2


def _operator(
    compute: Callable[..., float], derivative: str, tightness: tuple[int, ...], *texts: str
) -> Primitive:
    """An operator; `tightness` is its own and that of its parts, `texts` are as in `Spelling`."""
    whole, *parts = tightness
    forms = (Form(text, whole, tuple(parts)) for text in texts)
    return Primitive(compute, derivative, Spelling(*forms), len(parts))


def _function(compute: Callable[..., float], derivative: str, *texts: str) -> Primitive:
    """A function, which brackets its parts itself; `texts` are as in `Spelling`."""
    parts = texts[0].count("{")
    forms = (Form(text, ATOM, (CHOICE,) * parts) for text in texts)
    return Primitive(compute, derivative, Spelling(*forms), parts)


def _quotient() -> Primitive:
    """Division: LaTeX and MathML write a fraction, whose parts need no brackets."""
    plain = _operator(
        operator.truediv, "dx/y - x*dy/y**2", (PRODUCT, PRODUCT, POWER),
        "{}/{}", "{}/{}", "{}/{}", "", "", "",
    )  # fmt: skip
    fractions = {"latex": r"\frac{{{}}}{{{}}}", "mathml": f"<mfrac>{ROW}{ROW}</mfrac>"}
    forms = {name: Form(text, PRODUCT, (CHOICE, CHOICE)) for name, text in fractions.items()}
    called = Form("over({}, {})", ATOM, (SUM, SUM))
    return plain._replace(spelling=plain.spelling._replace(**forms, javascript=called))


def _greatest() -> Primitive:
    """The greatest of two; MathML, which nothing parses, writes that of several as one."""
    plain = _function(
        max, "where(y - x, dy, dx)", "max({}, {})", "MAX({},{})", "max({}, {})",
        r"\max({}, {})", "", "Math.max({}, {})",
    )  # fmt: skip
    several = Form(_called("max"), ATOM, (CHOICE, CHOICE), between="<mo>,</mo>")
    return plain._replace(spelling=plain.spelling._replace(mathml=several))


def _power() -> Primitive:
    """A power: people write it with a raised exponent, programs call a function."""
    called = _function(
        math.pow, "y*power(x, y - 1)*dx + f*log(x)*dy",
        "power({}, {})", "POWER({},{})", "", "", "", "power({}, {})",
    )  # fmt: skip
    raised = {
        "plain": Form("{}^{}", POWER, (ATOM, ATOM)),
        "latex": Form("{{{}}}^{{{}}}", POWER, (ATOM, CHOICE)),
        "mathml": Form(f"<msup>{ROW}{ROW}</msup>", POWER, (ATOM, CHOICE)),
    }
    return called._replace(spelling=called.spelling._replace(**raised))


def _square() -> Primitive:
    """A square: JavaScript calls a function, since there -x**2 is a mistake."""
    plain = _operator(
        square, "2*x*dx", (POWER, ATOM),
        "{}**2", "{}^2", "{}²", "{}^2", f"<msup>{ROW}<mn>2</mn></msup>", "",
    )  # fmt: skip
    called = Form("square({})", ATOM, (SUM,))
    return plain._replace(spelling=plain.spelling._replace(javascript=called))


ROW = "<mrow>{}</mrow>"
"""In MathML, several things in the place of one."""


def _called(name: str) -> str:
    """A function's call in MathML."""
    return f"<mi>{name}</mi><mrow><mo>(</mo>{{}}<mo>)</mo></mrow>"


# The right side of an operator must bind more tightly than the operator: a*(b*c) and a - (b + c)
# keep their brackets and so their order of evaluation. What a minus sign applies to must be a name,
# a number or in brackets: in a spreadsheet -2^2 is 4.
# In JavaScript some functions are ours: they break off where Python raises an error.
PRIMITIVES = {
    "+": _operator(
        operator.add, "dx + dy", (SUM, SUM, PRODUCT),
        "{} + {}", "{}+{}", "{} + {}", "{} + {}", "{}<mo>+</mo>{}", "{} + {}",
    ),
    "-": _operator(
        operator.sub, "dx - dy", (SUM, SUM, PRODUCT),
        "{} - {}", "{}-{}", "{} - {}", "{} - {}", "{}<mo>−</mo>{}", "{} - {}",
    ),
    "*": _operator(
        operator.mul, "dx*y + x*dy", (PRODUCT, PRODUCT, POWER),
        "{}*{}", "{}*{}", "{} * {}", r"{} \cdot {}", "{}<mo>·</mo>{}", "{}*{}",
    ),
    "/": _quotient(),
    "neg": _operator(
        operator.neg, "-dx", (SIGN, ATOM), "-{}", "-{}", "-{}", "-{}", "<mo>−</mo>{}", "-{}"
    ),
    "square": _square(),
    "exp": _function(
        math.exp, "f*dx", "exp({})", "EXP({})", "exp({})", r"\exp({})",
        f"<msup><mi>e</mi>{ROW}</msup>", "exp({})",
    ),
    "log": _function(
        math.log, "dx/x", "log({})", "LN({})", "ln({})", r"\ln({})", _called("ln"), "log({})"
    ),
    "tanh": _function(
        math.tanh, "(1 - f**2)*dx", "tanh({})", "TANH({})", "tanh({})", r"\tanh({})",
        _called("tanh"), "Math.tanh({})",
    ),
    "sqrt": _function(
        math.sqrt, "dx/(2*f)", "sqrt({})", "SQRT({})", "√({})", r"\sqrt{{{}}}",
        "<msqrt>{}</msqrt>", "sqrt({})",
    ),
    "sin": _function(
        math.sin, "cos(x)*dx", "sin({})", "SIN({})", "sin({})", r"\sin({})",
        _called("sin"), "Math.sin({})",
    ),
    "cos": _function(
        math.cos, "-(sin(x)*dx)", "cos({})", "COS({})", "cos({})", r"\cos({})",
        _called("cos"), "Math.cos({})",
    ),
    "abs": _function(
        abs, "where(x, dx, where(-x, -dx, 0))", "abs({})", "ABS({})", "|{}|",
        r"\left|{}\right|", "<mrow><mo>|</mo>{}<mo>|</mo></mrow>", "Math.abs({})",
    ),
    "floor": _function(
        math.floor, "0", "floor({})", "INT({})", "⌊{}⌋", r"\lfloor {} \rfloor",
        "<mrow><mo>⌊</mo>{}<mo>⌋</mo></mrow>", "floor({})",
    ),
    "mod": _function(
        operator.mod, "dx - floor(x/y)*dy", "mod({}, {})", "MOD({},{})", "({} mod {})",
        r"({} \bmod {})", "<mrow><mo>(</mo>{}<mo>mod</mo>{}<mo>)</mo></mrow>", "mod({}, {})",
    ),
    "power": _power(),
    "max": _greatest(),
    # What people read is written as cases, by `notation`.
    # Python's own condition computes only the part that it gives, as a spreadsheet's IF does.
    "where": _function(
        where, "where(x, dy, dz)",
        "({1} if {0} > 0 else {2})", "IF({}>0,{},{})", "", "", "", "({} > 0 ? {} : {})",
    ),
}  # fmt: skip
"""Every operation by its sign in a tree."""
OPERATORS = ("+", "-", "*", "/", "neg", "square")
FUNCTIONS: dict[str, Callable[..., float]] = {
    sign: primitive.compute for sign, primitive in PRIMITIVES.items() if sign not in OPERATORS
}
"""The functions that a formula may call, by name."""
