"""Writes a formula for programs, for a spreadsheet and for people.

Evaluation order is part of a formula: parsing what programs and spreadsheets get gives the same
tree, and what people get has the same number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backprop_sheet.formula.primitives import ATOM, CHOICE, PRIMITIVES, SUM, Form
from backprop_sheet.formula.reading import readable, without_double_signs
from backprop_sheet.formula.trees import ZERO, Name, Number, Op, Tree, without_sign


class Cases(NamedTuple):
    """How people write a choice.

    Attributes:
        case: one case, with braces for its value and its condition.
        otherwise: the last one, with braces for its value.
        whole: all of them, with braces for the cases.
        value: how tightly the value of a case must bind.
        above, below: what stands between two numbers of which one is the greater.
    """

    case: str
    otherwise: str
    whole: str = "{}"
    value: int = SUM
    above: str = "{} > {}"
    below: str = "{} < {}"


@dataclass(frozen=True)
class Notation:
    """A way to write formulas.

    Attributes:
        forms: how each operation is written, by its sign.
        number: writes a number.
        half: how one half is written, such as ½; empty to write it as a division.
        brackets: how brackets are written, with a pair of braces for what is in them.
        high: what is in a text that needs brackets of its own height, and these.
        fraction: what is in the text of a name that looks like a fraction, as ∂E/∂w1 does.
        power: what is in one that looks like a power, as the name of a sample's quantity in LaTeX.
        minus: how the text of a negative number begins, of one that stands in a name's place.
        cases: how a choice is written; None to write it as `forms` say, as programs do.
    """

    forms: Mapping[str, Form]
    number: Callable[[float], str] = repr
    half: str = ""
    brackets: str = "({})"
    high: tuple[str, str] | None = None
    fraction: str = "/"
    power: str = "^"
    minus: str = "-"
    cases: Cases | None = None


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
PLAIN = Notation(_forms("plain"), half="½", cases=Cases("{} if {} else ", "{}"))
LATEX = Notation(
    _forms("latex"),
    half=r"\tfrac{1}{2}",
    high=(r"\begin", r"\left({}\right)"),
    fraction=r"\frac",
    cases=Cases(
        r"{} & \text{{if }} {} \\ ",
        r"{} & \text{{else}}",
        r"\begin{{cases}} {} \end{{cases}}",
        CHOICE,
    ),
)
MATHML = Notation(
    _forms("mathml"),
    _number_in_mathml,
    half="<mfrac><mn>1</mn><mn>2</mn></mfrac>",
    brackets="<mrow><mo>(</mo>{}<mo>)</mo></mrow>",
    fraction="<mfrac",
    power="<msup",
    minus="<mrow><mo>−</mo>",
    cases=Cases(
        "<mtr><mtd>{}</mtd><mtd><mtext>if\u00a0</mtext>{}</mtd></mtr>",
        "<mtr><mtd>{}</mtd><mtd><mtext>else</mtext></mtd></mtr>",
        "<mrow><mo>{{</mo><mtable>{}</mtable></mrow>",
        CHOICE,
        "{}<mo>&gt;</mo>{}",
        "{}<mo>&lt;</mo>{}",
    ),
)
JAVASCRIPT = Notation(_forms("javascript"))


def write(tree: Tree, notation: Notation, name: Callable[[str], str] = str) -> str:
    """The text of a formula over a single row; for people, as it is `readable`.

    Args:
        tree: the formula.
        notation: how to write it.
        name: writes a name, or the number in its place; an error that it raises for an unknown name
            is passed on.
    """
    tidied = readable(tree) if notation.cases else tree
    return spell(tidied, notation, lambda leaf: name(leaf.id))


def in_cell(tree: Tree, address: Callable[[str], str]) -> str:
    """The text of a formula over a single row for a spreadsheet's cell: a+b and not a--b.

    Args:
        tree: the formula.
        address: gives what stands for a name; an error that it raises is passed on.
    """
    return write(without_double_signs(tree), EXCEL, address)


def spell(tree: Tree, notation: Notation, name: Callable[[Name], str]) -> str:
    """As `write`, for a formula that may refer to rows above: `name` gets a `Name`.

    The formula is written as it is, even where it says something twice.
    """
    return _Speller(notation, name).text(tree)


@dataclass(frozen=True)
class _Speller:
    """Writes the parts of a formula, from the outside to the inside."""

    notation: Notation
    name: Callable[[Name], str]

    def text(self, tree: Tree, *, led: bool = False) -> str:
        """A tree; `led` says that an operator stands directly before it."""
        if not isinstance(tree, Op):
            return self._part(tree, SUM, led=led)
        if self.notation.half and tree == HALF:
            return self.notation.half
        if self.notation.cases and tree.sign == "where":
            return self._choice(tree, self.notation.cases)
        form, parts = self.notation.forms[tree.sign], tree.parts
        needs = form.parts
        while form.between and isinstance(parts[0], Op) and parts[0].sign == tree.sign:
            parts, needs = (*parts[0].parts, *parts[1:]), (needs[0], *needs)
        texts = [
            self._part(part, needed, led=led if not place and form.opens else needed > SUM)
            for place, (part, needed) in enumerate(zip(parts, needs, strict=True))
        ]
        return form.text.format(*([form.between.join(texts)] if form.between else texts))

    def _leaf(self, tree: Name | Number) -> str:
        return self.name(tree) if isinstance(tree, Name) else self.notation.number(tree.value)

    def _part(self, tree: Tree, needed: int, *, led: bool) -> str:
        """A part of an operation, in brackets if it binds less tightly than it needs to."""
        if isinstance(tree, Op):
            fits = self._tightness(tree) >= needed
            return self.text(tree, led=led) if fits else self._bracketed(self.text(tree))
        text = self._leaf(tree)
        # ∂E/∂w1 looks like a fraction and a^{(1)} like a power: their squares need brackets.
        composed = self.notation.fraction in text or self.notation.power in text
        loose = needed == ATOM and isinstance(tree, Name) and composed
        alone = needed < ATOM and not led
        return self._bracketed(text) if loose or (self._is_negative(text) and not alone) else text

    def _choice(self, tree: Tree, cases: Cases) -> str:
        """The cases of a choice, one after the other."""
        rows = []
        while isinstance(tree, Op) and tree.sign == "where":
            condition, value, tree = tree.parts
            texts = self._part(value, cases.value, led=False), self._condition(condition, cases)
            rows.append(cases.case.format(*texts))
        return cases.whole.format("".join([*rows, cases.otherwise.format(self.text(tree))]))

    def _condition(self, tree: Tree, cases: Cases) -> str:
        """Whether a number is above 0; of a difference, which of two numbers is the greater."""
        high: Tree = tree
        low: Tree = ZERO
        if isinstance(tree, Op) and tree.sign == "-":
            high, low = tree.parts
        template = cases.above
        if (minus := without_sign(high)) is not None:  # -x > 0 is x < 0, and -x > y is y < -x
            high, low = (minus, low) if low is ZERO else (low, high)
            template = cases.below
        return template.format(*[self._part(part, SUM, led=False) for part in (high, low)])

    def _tightness(self, tree: Op) -> int:
        if self.notation.half and tree == HALF:
            return ATOM
        if self.notation.cases and tree.sign == "where":
            return CHOICE
        return self.notation.forms[tree.sign].tightness

    def _bracketed(self, text: str) -> str:
        if self.notation.high and self.notation.high[0] in text:
            return self.notation.high[1].format(text)
        return self.notation.brackets.format(text)

    def _is_negative(self, text: str) -> bool:
        return text.startswith(self.notation.minus)
