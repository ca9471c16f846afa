"""Writes a formula for programs, for a spreadsheet and for people.

Evaluation order is part of a formula: parsing what `write` returns gives the same tree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backprop_sheet.formula.primitives import ATOM, PRIMITIVES, Form
from backprop_sheet.formula.trees import Name, Number, Op, Tree


@dataclass(frozen=True)
class Notation:
    """A way to write formulas.

    Attributes:
        forms: how each operation is written, by its sign.
        number: writes a number.
        half: how one half is written, such as ½; empty to write it as a division.
        brackets: how brackets are written, with a pair of braces for what is in them.
        fraction: what is in the text of a name that looks like a fraction, as ∂E/∂w1 does.
        power: what is in one that looks like a power, as the name of a sample's quantity in LaTeX.
    """

    forms: Mapping[str, Form]
    number: Callable[[float], str] = repr
    half: str = ""
    brackets: str = "({})"
    fraction: str = "/"
    power: str = "^"


def _forms(notation: str) -> dict[str, Form]:
    """The form of each primitive in a notation."""
    return {sign: getattr(row.spelling, notation) for sign, row in PRIMITIVES.items()}


def _number_in_mathml(value: float) -> str:
    """A number in MathML; a small or large one with a power of 10."""
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return f"<mn>{mantissa}</mn>"
    sign = "<mo>−</mo>" if exponent.startswith("-") else ""
    power = f"<msup><mn>10</mn><mrow>{sign}<mn>{abs(int(exponent))}</mn></mrow></msup>"
    return power if mantissa == "1" else f"<mrow><mn>{mantissa}</mn><mo>·</mo>{power}</mrow>"


HALF = Op("/", (Number(1), Number(2)))
PYTHON = Notation(_forms("python"))
EXCEL = Notation(_forms("excel"), lambda value: repr(value).upper())
PLAIN = Notation(_forms("plain"), half="½")
LATEX = Notation(_forms("latex"), half=r"\tfrac{1}{2}", fraction=r"\frac")
MATHML = Notation(
    _forms("mathml"),
    _number_in_mathml,
    half="<mfrac><mn>1</mn><mn>2</mn></mfrac>",
    brackets="<mrow><mo>(</mo>{}<mo>)</mo></mrow>",
    fraction="<mfrac",
    power="<msup",
)
JAVASCRIPT = Notation(_forms("javascript"))


def write(tree: Tree, notation: Notation, name: Callable[[str], str] = str) -> str:
    """The text of a formula over a single row.

    Args:
        tree: the formula.
        notation: how to write it.
        name: writes a name; an error that it raises for an unknown name is passed on.
    """
    return spell(tree, notation, lambda leaf: name(leaf.id))


def spell(tree: Tree, notation: Notation, name: Callable[[Name], str]) -> str:
    """As `write`, for a formula that may refer to rows above: `name` gets a `Name`."""

    def spelled(tree: Tree) -> tuple[str, int]:
        """The text of a tree and how tightly it binds."""
        if isinstance(tree, Name):
            return name(tree), ATOM
        if isinstance(tree, Number):
            return notation.number(tree.value), ATOM
        if notation.half and tree == HALF:
            return notation.half, ATOM
        form = notation.forms[tree.sign]
        texts = []
        parts, needs = tree.parts, form.parts
        while form.between and isinstance(parts[0], Op) and parts[0].sign == tree.sign:
            parts, needs = (*parts[0].parts, *parts[1:]), (needs[0], *needs)
        for part, needed in zip(parts, needs, strict=True):
            text, tightness = spelled(part)
            # ∂E/∂w1 looks like a fraction and a^{(1)} like a power: their squares need brackets.
            composed = notation.fraction in text or notation.power in text
            looser = needed == ATOM and isinstance(part, Name) and composed
            fits = tightness >= needed and not looser
            texts.append(text if fits else notation.brackets.format(text))
        filling = [form.between.join(texts)] if form.between else texts
        return form.text.format(*filling), form.tightness

    return spelled(tree)[0]
