"""Formulas written out: in Python's notation, a spreadsheet's, plain text, LaTeX.

Evaluation order is part of a formula: what `write` gives, read again, is the same tree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from backprop_sheet.formula.primitives import ATOM, PRIMITIVES, Form, Spelling
from backprop_sheet.formula.trees import Name, Number, Op, Tree


@dataclass(frozen=True)
class Notation:
    """A way to write formulas.

    Attributes:
        of: picks the form of an operation from its row among the primitives.
        number: how a number is written.
        fractions: fractions that have a sign of their own: ½.
    """

    of: Callable[[Spelling], Form]
    number: Callable[[float], str] = repr
    fractions: Mapping[tuple[float, float], str] = field(default_factory=dict)


PYTHON = Notation(attrgetter("python"))
EXCEL = Notation(attrgetter("excel"), lambda value: repr(value).upper())
PLAIN = Notation(attrgetter("plain"), fractions={(1, 2): "½"})
LATEX = Notation(attrgetter("latex"), fractions={(1, 2): r"\tfrac{1}{2}"})


def write(tree: Tree, notation: Notation, name: Callable[[str], str] = str) -> str:
    """The text of a formula of one row.

    Args:
        tree: the formula.
        notation: how to write it.
        name: how to write each name; what it raises for a name that it does not know is passed on.
    """
    return spell(tree, notation, lambda leaf: name(leaf.id))


def spell(tree: Tree, notation: Notation, name: Callable[[Name], str]) -> str:
    """As `write`, for a formula whose names may stand in rows above: `name` is given both."""
    return _spelled(tree, notation, name)[0]


def _spelled(tree: Tree, notation: Notation, name: Callable[[Name], str]) -> tuple[str, int]:
    """The text and its tightness."""
    match tree:
        case Name():
            return name(tree), ATOM
        case Number(value):
            return notation.number(value), ATOM
        case Op("/", (Number(above), Number(below))) if (above, below) in notation.fractions:
            return notation.fractions[above, below], ATOM
        case Op(sign, parts):
            form = notation.of(PRIMITIVES[sign].spelling)
            texts = []
            for part, needed in zip(parts, form.parts, strict=True):
                text, tightness = _spelled(part, notation, name)
                # ∂E/∂w1 is a name, and its square has brackets all the same.
                fraction = needed == ATOM and isinstance(part, Name) and "/" in text
                texts.append(text if tightness >= needed and not fraction else f"({text})")
            return form.text.format(*texts), form.tightness
