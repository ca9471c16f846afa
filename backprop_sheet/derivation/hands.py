"""How the lines of a derivation are written: a row for each notation."""

from collections.abc import Callable
from dataclasses import dataclass

from backprop_sheet.formula import LATEX, MATHML, PLAIN, Notation, Tree, write
from backprop_sheet.network import Network, Symbol
from backprop_sheet.network.symbols import short_in_latex, short_in_mathml


@dataclass(frozen=True)
class Hand:
    """How a derivation is written.

    Attributes:
        notation: how its formulas are written.
        symbol: how a quantity is written.
        short: how the usual abbreviation of a formula is written, σ(h1).
        words: how a sentence is written.
        derivative: how the derivative of a formula is written, with braces for the formula and for
            what it is by.
        signs: how the sign before a side is written: = or ←, of a number that is replaced.
        times, plus: what stands between factors and between terms.
    """

    notation: Notation
    symbol: Callable[[Symbol], str]
    short: Callable[[str], str]
    words: Callable[[str], str]
    derivative: str
    signs: dict[str, str]
    times: str
    plus: str

    def tree(self, network: Network, tree: Tree) -> str:
        """A formula."""
        return write(tree, self.notation, lambda name: self.symbol(network.symbols[name]))

    def name(self, network: Network, name: str) -> str:
        """A quantity."""
        return self.symbol(network.symbols[name])

    def partial(self, network: Network, upper: str, lower: str) -> str:
        """∂upper/∂lower."""
        return self.symbol(network.partial(upper, lower))

    def sides(self, left: str, *others: str, sign: str = "=") -> tuple[str, ...]:
        """The sides of an equation, each but the first after its sign."""
        return (left, *(f"{self.signs[sign]}{other}" for other in others))


def _words_in_mathml(text: str) -> str:
    """A text. A space at its end would not be shown."""
    return (
        f"<mtext>{text[:-1]}\N{NO-BREAK SPACE}</mtext>"
        if text[-1] == " "
        else f"<mtext>{text}</mtext>"
    )


AS_TEXT = Hand(
    PLAIN, lambda symbol: symbol.text, str, str, "∂({})/∂{}",
    {"=": "= ", "←": "← "}, " * ", " + ",
)  # fmt: skip
AS_LATEX = Hand(
    LATEX, lambda symbol: symbol.latex, short_in_latex, r"\text{{{}}}".format,
    r"\frac{{\partial ({})}}{{\partial {}}}",
    {"=": "= ", "←": r"\leftarrow "}, r" \cdot ", " + ",
)  # fmt: skip
AS_MATHML = Hand(
    MATHML, lambda symbol: symbol.mathml, short_in_mathml, _words_in_mathml,
    "<mfrac><mrow><mo>∂</mo><mrow><mo>(</mo>{}<mo>)</mo></mrow></mrow>"
    "<mrow><mo>∂</mo>{}</mrow></mfrac>",
    {"=": '<mo form="infix">=</mo>', "←": '<mo form="infix">←</mo>'}, "<mo>·</mo>", "<mo>+</mo>",
)  # fmt: skip
