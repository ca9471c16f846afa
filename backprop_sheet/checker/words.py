"""Causes in plain words."""

from collections.abc import Sequence

from backprop_sheet.checker.causes import Cause, Swap
from backprop_sheet.checker.meaning import parted
from backprop_sheet.formula import PLAIN, Tree, write
from backprop_sheet.network import RATE, label


def named(name: str, *, above: bool = False) -> str:
    """A quantity in words, and its row where that is not the one expected.

    Args:
        name: as `meaning` writes it: ``w1``, ``w1@-1``, ``=$B$15``.
        above: whether the row above is the one expected.
    """
    quantity, offset = parted(name)
    if quantity == RATE:
        return "η"
    if quantity.startswith("="):
        return f"cell {quantity[1:]}"
    if offset == (-1 if above else 0):
        return label(quantity)
    rows = {0: "the same row", -1: "the row above", 1: "the row below"}
    where = rows.get(offset, f"{abs(offset)} rows {'above' if offset < 0 else 'below'}")
    return f"{label(quantity)} of {where}" if offset in rows else f"{label(quantity)} {where}"


def formula(tree: Tree, *, above: bool = False) -> str:
    """A formula in the sheet's names."""
    return write(tree, PLAIN, lambda name: named(name, above=above).removeprefix("cell "))


def swapped(swap: Swap, *, above: bool = False) -> str:
    """``a_h1 where a_h2 belongs``."""
    one, other = parted(swap.found), parted(swap.right)
    if one[0] == other[0]:  # the row is what is wrong, so both rows are said
        return f"{named(swap.found)} where {named(swap.right)} belongs"
    return f"{named(swap.found, above=above)} where {named(swap.right, above=above)} belongs"


def plainly(cause: Cause, *, above: bool = False) -> str:
    """A cause as a sentence without its end."""
    said = [swapped(swap, above=above) for swap in cause.swaps]
    if cause.text:
        said.append(cause.text.format(*(_part(part, above=above) for part in cause.parts)))
    return ", ".join(said)


def _part(tree: Tree, *, above: bool) -> str:
    text = formula(tree, above=above)
    return f"({text})" if any(sign in text for sign in (" + ", " - ")) else text


def label_list(names: Sequence[str]) -> str:
    """``w1, w2 and w3``."""
    labels = [label(name) for name in names]
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
