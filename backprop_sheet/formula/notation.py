"""Formulas written out: in Python's notation, a spreadsheet's, plain text, LaTeX.

Evaluation order is part of a formula: what `write` gives, read again, is the same tree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backprop_sheet.formula.primitives import ATOM, PRIMITIVES, Form
from backprop_sheet.formula.trees import Name, Number, Op, Tree


@dataclass(frozen=True)
class Notation:
    """A way to write formulas.

    Attributes:
        forms: how each operation is written, from its row among the primitives.
        number: how a number is written.
        half: the sign of one half, where it has one: ½.
    """

    forms: Mapping[str, Form]
    number: Callable[[float], str] = repr
    half: str = ""


def _forms(notation: str) -> dict[str, Form]:
    """Each primitive's form in a notation."""
    return {sign: getattr(row.spelling, notation) for sign, row in PRIMITIVES.items()}


HALF = Op("/", (Number(1), Number(2)))
PYTHON = Notation(_forms("python"))
EXCEL = Notation(_forms("excel"), lambda value: repr(value).upper())
PLAIN = Notation(_forms("plain"), half="½")
LATEX = Notation(_forms("latex"), half=r"\tfrac{1}{2}")


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

    def spelled(tree: Tree) -> tuple[str, int]:
        """The text and its tightness."""
        if isinstance(tree, Name):
            return name(tree), ATOM
        if isinstance(tree, Number):
            return notation.number(tree.value), ATOM
        if notation.half and tree == HALF:
            return notation.half, ATOM
        form = notation.forms[tree.sign]
        texts = []
        for part, needed in zip(tree.parts, form.parts, strict=True):
            text, tightness = spelled(part)
            # ∂E/∂w1 is a name, and its square has brackets all the same.
            fraction = needed == ATOM and isinstance(part, Name) and "/" in text
            texts.append(text if tightness >= needed and not fraction else f"({text})")
        return form.text.format(*texts), form.tightness

    return spelled(tree)[0]
