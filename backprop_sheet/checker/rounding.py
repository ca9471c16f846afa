"""How many digits the values of a table have, and what rounding explains."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median_low

from backprop_sheet.ooxml.sheet import Cell

FEWEST = 2
"""Decimals below which a short number is taken for exact by chance, not for rounded."""
PRECISE = 15
"""Significant digits from which on a column counts as not rounded."""
SHORT = 6
"""Significant digits below which computed values are short by chance, not by rounding."""


@dataclass(frozen=True)
class Digits:
    """Digits that values are rounded to.

    Attributes:
        decimals: how many stand after the point, at most.
        significant: how many there are from the first that is not 0, at most.
        width: characters of the longest, sign and point included: values copied as a narrow
            column shows them have fewer decimals where they have more before the point.
    """

    decimals: int = 400
    significant: int = 17
    width: int = 400

    def half(self, value: float) -> float:
        """Half a unit in the last place of a value: how far rounding may have moved it."""
        decimals = min(self.decimals, self.width - len(f"{math.trunc(value)}.") - (-1 < value < 0))
        places = [-decimals]
        if value:
            places.append(math.floor(math.log10(abs(value))) - self.significant + 1)
        return float(0.5 * 10.0 ** max(places))


EXACT = Digits()


def digits_of(values: Iterable[float]) -> Digits:
    """The digits that these values have at most."""
    decimals, significant, width = FEWEST, 1, 1
    for value in values:
        text = f"{Decimal(repr(value)):f}".removesuffix(".0")
        whole, _, part = text.lstrip("-").partition(".")
        decimals = max(decimals, len(part))
        significant = max(significant, len((whole + part).strip("0")))
        width = max(width, len(text))
    return Digits(decimals, significant, max(width, decimals + 2))


def digits_of_column(cells: Iterable[Cell]) -> tuple[Digits | None, bool]:
    """The digits of a column's values, and whether they are pasted where formulas belong.

    Of pasted values that are all the same, the digits are None.
    """
    cells = list(cells)
    formulas = [cell.formula for cell in cells if cell.formula is not None]
    numbers = [(c.value, c.formula is None) for c in cells if isinstance(c.value, float)]
    pasted = [value for value, typed in numbers[1:] if typed]
    # A number typed into a column of formulas is no rounded one.
    if pasted and 2 * len(pasted) >= len(numbers):
        return (digits_of(pasted) if len(set(pasted)) > 1 else None), True
    computed = digits_of(value for value, typed in numbers if not typed)
    fewest = 1 if _are_rounded(formulas) else SHORT
    return (computed if fewest <= computed.significant < PRECISE else EXACT), False


def _are_rounded(formulas: Sequence[str]) -> bool:
    """Whether most of a column's formulas round what they give."""
    return bool(formulas) and 2 * sum("ROUND(" in text.upper() for text in formulas) > len(formulas)


def usual_digits(pasted: Sequence[Digits | None]) -> Digits | None:
    """Rounding that most pasted columns show is thought to be in all of them."""
    known = [digits for digits in pasted if digits is not None]
    if not known:
        return None
    decimals = median_low(digits.decimals for digits in known)
    return Digits(decimals, max(digits.significant for digits in known))


def at_least_as_rounded(own: Digits | None, usual: Digits) -> Digits:
    """A column's digits, no finer than what is usual."""
    own = own or usual
    return replace(own, decimals=min(usual.decimals, own.decimals))
