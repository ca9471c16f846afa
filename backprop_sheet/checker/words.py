"""Causes in plain words."""

from collections.abc import Mapping, Sequence

from backprop_sheet.checker.causes import Cause, Swap
from backprop_sheet.checker.meaning import Outside
from backprop_sheet.formula import PLAIN, Name, Tree, spell
from backprop_sheet.network import RATE, Symbol


class Words:
    """Causes in words, with the symbols of a network's quantities."""

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        """Words with these symbols by name."""
        self._symbols = symbols

    def label(self, name: str) -> str:
        """What a quantity is called."""
        return self._symbols[name].label

    def text(self, name: str) -> str:
        """What a quantity is called in running text."""
        return self._symbols[name].text

    def named(self, name: Name, *, above: bool = False) -> str:
        """A quantity in words, and its row where that is not the one expected.

        Args:
            name: as `meaning` gives it.
            above: whether the row above is the one expected.
        """
        if name.id == RATE:
            return "η"
        if isinstance(name, Outside):
            return f"cell {name.id}"
        if name.up == int(above):
            return self.label(name.id)
        rows = {0: "the same row", 1: "the row above", -1: "the row below"}
        where = rows.get(name.up, f"{abs(name.up)} rows {'above' if name.up > 0 else 'below'}")
        return f"{self.label(name.id)} {'of ' if name.up in rows else ''}{where}"

    def formula(self, tree: Tree, *, above: bool = False) -> str:
        """A formula in the sheet's names."""
        return spell(tree, PLAIN, lambda name: self.named(name, above=above).removeprefix("cell "))

    def swapped(self, swap: Swap, *, above: bool = False) -> str:
        """``a_h1 where a_h2 belongs``."""
        if swap.found.id == swap.right.id:  # the row is what is wrong, so both rows are said
            return f"{self.named(swap.found)} where {self.named(swap.right)} belongs"
        found, right = (self.named(name, above=above) for name in swap)
        return f"{found} where {right} belongs"

    def plainly(self, cause: Cause, *, above: bool = False) -> str:
        """A cause as a sentence without its end."""
        said = [self.swapped(swap, above=above) for swap in cause.swaps]
        if cause.text:
            said.append(cause.text.format(*(self._part(part, above=above) for part in cause.parts)))
        return ", ".join(said)

    def _part(self, tree: Tree, *, above: bool) -> str:
        text = self.formula(tree, above=above)
        return f"({text})" if any(sign in text for sign in (" + ", " - ")) else text

    def label_list(self, names: Sequence[str]) -> str:
        """``w1, w2 and w3``."""
        labels = [self.label(name) for name in names]
        return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
