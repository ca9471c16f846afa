"""How equations are written: in symbols, with the numbers put in, and the result of each."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from backprop_sheet.explainer.breaking import BREAKABLE, WHOLE_SIDE, width
from backprop_sheet.explainer.steps import Equation, Explanation, Section
from backprop_sheet.formula import (
    LATEX,
    MATHML,
    PLAIN,
    Name,
    Notation,
    Op,
    Tree,
    changed,
    evaluate,
    names,
    readable,
    without_sign,
    write,
)
from backprop_sheet.network import RATE, Symbol
from backprop_sheet.network.symbols import short_in_latex, short_in_mathml

DIGITS, ALL_DIGITS = 6, 17
"""The default number of significant digits, and the number that makes every double distinct."""


class Line(NamedTuple):
    """An equation as text: its left side, then in symbols, with numbers, and the result."""

    left: str
    symbols: str
    numbers: str
    result: str
    becomes: bool

    @property
    def right(self) -> list[str]:
        """The parts after the symbols, each only if it says something new."""
        parts = dict.fromkeys([self.numbers, self.result])
        return [part for part in parts if part != self.symbols]


@dataclass(frozen=True)
class Style:
    """How a format writes formulas: the notation, a symbol, a number, an abbreviation as σ(h1).

    What may be wider than a row is written in the notation `breakable`, if there is one. `choice`
    is what stands around cases: without brackets, "1 if h1 > 0 else 0 = 1" misleads.
    """

    notation: Notation
    symbol: Callable[[Symbol], str]
    number: Callable[[str], str] = str
    short: Callable[[str], str] = str
    equals: str = " = "
    becomes: str = "→ "
    choice: str = "{}"
    breakable: Notation | None = None

    def title(self, explanation: Explanation, inline: str = "{}") -> str:
        """The title: epoch, learning rate and goal; `inline` is a template for symbols in text."""
        goal = ""
        if explanation.of:
            goal = f", {inline.format(self.symbol(explanation.symbols[explanation.of]))}"
        sample = f", sample {explanation.sample}" if explanation.sample else ""
        rate = inline.format(self.symbol(explanation.symbols[RATE]))
        return f"Epoch {explanation.epoch}{sample}, {rate} = {explanation.eta}{goal}"

    def lines(self, explanation: Explanation, digits: int) -> Iterator[tuple[Section, list[Line]]]:
        """Each section with its lines; an equation of several sections is written only once."""
        sections = explanation.sections
        uses = Counter(id(equation) for section in sections for equation in section.equations)
        known: dict[int, Line] = {}

        def line(equation: Equation) -> Line:
            key = id(equation)
            found = known.get(key) or self._line(equation, digits)
            if uses[key] > 1:  # of 20,000 weights, all lines would take too much memory
                known[key] = found
            return found

        for section in sections:
            yield section, [line(equation) for equation in section.equations]

    def _line(self, equation: Equation, digits: int) -> Line:
        symbols, result = equation.symbols, rounded_text(equation.result, digits)
        text = self._written(equation.tree, lambda name: self.symbol(symbols[name]))
        if equation.short:
            text = f"{self.short(equation.short)}{self.equals}{text}"
        left, numbers = self.symbol(symbols[equation.name]), self._numbers(equation, digits)
        constant = not names(equation.tree) and write(equation.tree, PLAIN) == result
        return Line(
            left, text, numbers, numbers if constant else self.number(result), equation.becomes
        )

    def _numbers(self, equation: Equation, digits: int) -> str:
        """The formula with numbers, with as few digits as give the result that is shown."""
        used = {name: equation.values[name] for name in names(equation.tree)}
        wanted = rounded_text(equation.result, digits)
        for more in range(digits, ALL_DIGITS + 1):
            texts = {name: rounded_text(value, more) for name, value in used.items()}
            rounded = {name: float(text) for name, text in texts.items()}
            with suppress(ArithmeticError, ValueError):  # an activation rounded to 1: log(1 - 1)
                if rounded_text(evaluate(equation.tree, rounded), digits) == wanted:
                    break

        def unsigned(tree: Tree) -> Tree | None:
            number = without_sign(tree)
            return number if isinstance(number, Name) and texts[number.id] == "0" else None

        tree = changed(equation.tree, unsigned)  # exp(0) rather than exp(-0)
        return self._written(tree, lambda name: self.number(texts[name]))

    def _written(self, tree: Tree, name: Callable[[str], str]) -> str:
        """A formula, with brackets around it if it is a choice, and breakable if it is long."""
        text, tidied = write(tree, self.notation, name), readable(tree)
        if self.breakable and width(text) > WHOLE_SIDE:
            return write(tree, self.breakable, name)
        is_choice = isinstance(tidied, Op) and tidied.sign == "where"
        return self.choice.format(text) if is_choice else text


WHOLE = 1e12
"""Whole numbers below this are shown with all of their digits."""


def rounded_text(number: float, digits: int) -> str:
    """A number rounded to `digits` significant digits; zero has no sign.

    Large whole numbers, such as those of a random generator, have all of theirs.
    """
    if float(number).is_integer() and abs(number) < WHOLE:
        return str(int(number))
    return f"{number + 0.0:.{digits}g}"


def _latex_number(text: str) -> str:
    r"""A number in LaTeX: 1.5e-05 becomes 1.5 \cdot 10^{-5}."""
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else text


def _mathml_number(text: str) -> str:
    """A number in MathML: 1.5e-05 becomes 1.5·10⁻⁵."""
    mantissa, _, exponent = text.partition("e")
    sign = "<mo>−</mo>" if mantissa.startswith("-") else ""
    written = f"{sign}<mn>{mantissa.removeprefix('-')}</mn>"
    if not exponent:
        return f"<mrow>{written}</mrow>"
    below = "<mo>−</mo>" if exponent.startswith("-") else ""
    power = f"<msup><mn>10</mn><mrow>{below}<mn>{abs(int(exponent))}</mn></mrow></msup>"
    return f"<mrow>{written}<mo>·</mo>{power}</mrow>"


TEXT = Style(PLAIN, lambda symbol: symbol.text, choice="({})")
TEX = Style(
    LATEX,
    lambda symbol: symbol.latex,
    _latex_number,
    short_in_latex,
    becomes=r"\rightarrow ",
    breakable=BREAKABLE,
)
MARKUP = Style(MATHML, lambda symbol: symbol.mathml, _mathml_number, short_in_mathml, "<mo>=</mo>")


def noted(title: str, section: Section) -> str:
    return f"{title}, {section.note}" if section.note else title
