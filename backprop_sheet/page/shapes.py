"""Formulas that differ in names only, such as w1*i1 + w2*i2 and w3*i1 + w4*i2, stated once.

The page needs each formula in MathML, as a spreadsheet's formula and as a function. A shape has
these three with numbered places; a formula is then the number of its shape and what goes into the
places.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from backprop_sheet.formula import (
    EXCEL,
    JAVASCRIPT,
    MATHML,
    Name,
    Tree,
    leaves,
    readable,
    renamed,
    spell,
)

PLACES = replace(MATHML, fraction="÷}")
"""MathML with places for names. ÷ says that a name looks like a fraction or a power."""


class Shape(NamedTuple):
    """What formulas that differ in names only have in common.

    Attributes:
        mathml: in MathML, with a place {0}, {1} and so on for each name.
        excel: as a spreadsheet's formula, likewise.
        javascript: as a JavaScript function of the numbers that go into the places.
    """

    mathml: str
    excel: str
    javascript: str


class Shapes:
    """The shapes of formulas, in the order in which they were first met."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Tree, tuple[bool, ...]], int] = {}
        self.all: list[Shape] = []

    def of(self, tree: Tree, composed: Callable[[str], bool]) -> tuple[int, list[Name]]:
        """The number of a formula's shape, and the names that go into its places.

        Args:
            tree: the formula.
            composed: whether a name looks like a fraction or a power, as ∂E/∂w1 does.
        """
        names = leaves(tree)
        marked = tuple(composed(name.id) for name in names)
        places = {name: Name(str(place)) for place, name in enumerate(names)}
        form = renamed(tree, places.__getitem__)
        key = (form, marked)
        if key not in self._numbers:
            self._numbers[key] = len(self.all)
            self.all.append(_shape(form, marked))
        return self._numbers[key], names


def _shape(form: Tree, marked: tuple[bool, ...]) -> Shape:
    def place(leaf: Name) -> str:
        return f"{{{leaf.id}÷}}" if marked[int(leaf.id)] else f"{{{leaf.id}}}"

    parameters = ", ".join(f"${number}" for number in range(len(marked)))
    return Shape(
        spell(readable(form), PLACES, place).replace("÷", ""),
        spell(form, EXCEL, lambda leaf: f"{{{leaf.id}}}"),
        f"({parameters}) => {spell(form, JAVASCRIPT, lambda leaf: f'${leaf.id}')}",
    )
