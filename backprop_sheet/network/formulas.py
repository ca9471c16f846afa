"""Formulas that a network file gives: an activation over z, an error over t, a and n.

They are parsed against the grammar's list of what a formula may contain, so nothing of them is
ever executed that is not arithmetic.
"""

import re
from math import isfinite

from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import (
    EXCEL,
    FormulaError,
    Number,
    Tree,
    derivative,
    names,
    nodes,
    parse,
    write,
)

LONGEST, LONGEST_SLOPE = 200, 2000
"""Characters of a formula, and of its derivative in a cell, which Excel gives 8,192 for a chain."""


def is_meant(text: str, over: tuple[str, ...], *, as_name: bool) -> bool:
    """Whether a text is meant as a formula over these names, and not as the name of a choice.

    Args:
        text: the text, which is not a known name.
        over: the names that the formula may contain.
        as_name: whether it looks like a known name. Without brackets, it is then a formula only if
            it is a right one.
    """
    if "(" in text or not as_name:
        return bool(re.search(rf"[()+*/]|\b(?:{'|'.join(over)})\b", text))
    try:
        check("", text, over)
    except InputError:
        return False
    return True


def check(key: str, text: str, over: tuple[str, ...]) -> None:
    """Check a formula from a file.

    Args:
        key: the key that has it.
        text: the formula.
        over: the names that it may contain; it has to contain the last of them.

    Raises:
        InputError: it is no formula, contains something else, or is too long.
    """
    start = f"{key}: got {shown(text)}, takes a formula over {listed(over)}"
    if len(text) > LONGEST:
        raise InputError(f"{start} of at most {LONGEST} characters")
    try:
        tree = parse(text)
    except FormulaError as error:
        raise InputError(f"{start}; {str(error).replace(f' in {text!r}', '')}") from None
    others = [name for name in names(tree) if name not in over]
    if others:
        raise InputError(f"{start}, without {', '.join(others)}")
    if over[-1] not in names(tree):
        raise InputError(f"{start}, and has to contain {over[-1]}")
    if not all(_is_finite(node) for node in nodes(tree)):
        raise InputError(f"{start} and finite numbers")
    if len(write(derivative(tree, over[-1]), EXCEL, lambda _: "AA100")) > LONGEST_SLOPE:
        raise InputError(f"{start}; its derivative is too long for a cell, so make it simpler")


def listed(over: tuple[str, ...]) -> str:
    """The names in running text: ``t, n and a``."""
    return " and ".join(filter(None, (", ".join(over[:-1]), over[-1])))


def _is_finite(tree: Tree) -> bool:
    try:
        return not isinstance(tree, Number) or isfinite(tree.value)
    except OverflowError:  # a whole number that is larger than any float
        return False
