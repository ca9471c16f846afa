"""Causes in plain words, with the symbols of a network's quantities."""

from collections.abc import Mapping, Sequence

from backprop_sheet.checker.edits import Label, Part, Swap, Which, WithRow
from backprop_sheet.checker.explaining import Cause
from backprop_sheet.checker.references import Outside
from backprop_sheet.formula import PLAIN, Name, spell
from backprop_sheet.network import RATE, Symbol

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
ROWS = {0: "of the same row", 1: "of the row above", -1: "of the row below"}


class Words:
    """Writes causes with the symbols of a network's quantities."""

    def __init__(self, symbols: Mapping[str, Symbol], own: Mapping[str, str] = {}) -> None:
        """Write with these symbols by name, and with a table's own names where it has some."""
        self._symbols = {**symbols, **{name: symbols[its] for name, its in own.items()}}

    def cause(self, cause: Cause, *, above: bool = False) -> str:
        """A cause as a sentence without its end.

        Args:
            cause: the cause.
            above: whether what belongs there is of the row above, which is then left out.
        """
        return cause.words.format(*(self._part(part, above=above) for part in cause.parts))

    def label(self, name: str) -> str:
        """What a quantity is called, as a header should call it."""
        return "η" if name == RATE else self._symbols[name].label

    def text(self, name: str) -> str:
        """What a quantity is called in running text."""
        return self._symbols[name].text

    def labels(self, names: Sequence[str]) -> str:
        """``w1, w2 and w3``."""
        labels = [self.label(name) for name in names]
        return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))

    def _part(self, part: Part, *, above: bool) -> str:
        match part:
            case str():
                return part
            case Label(quantity):
                return self.label(quantity)
            case WithRow(name):
                return self._named(name)
            case Swap(found, right):  # if only the row is wrong, both rows are written
                above = above and found.id != right.id
                cell = "cell " if isinstance(found, Outside) else ""
                names = (self._named(name, above=above) for name in part)
                return "{}{} where {} belongs".format(cell, *names)
            case Which(equal, number):
                return f"the {_ordinal(number)} {self._part(equal, above=above)}"
            case _:
                text = spell(part, PLAIN, lambda name: self._named(name, above=above))
                return f"({text})" if any(sign in text for sign in (" + ", " - ")) else text

    def _named(self, name: Name, *, above: bool = False) -> str:
        """A quantity, and its row where that is not the one expected."""
        if isinstance(name, Outside):
            return name.id
        if name.id == RATE:
            return "η"
        if name.up == int(above):
            return self.label(name.id)
        where = "above" if name.up > 0 else "below"
        return f"{self.label(name.id)} {ROWS.get(name.up, f'{abs(name.up)} rows {where}')}"


def _ordinal(number: int) -> str:
    """Which of several: the third, the 7th."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    ends = {1: "st", 2: "nd", 3: "rd"} if number // 10 % 10 != 1 else {}
    return f"{number}{ends.get(number % 10, 'th')}"
