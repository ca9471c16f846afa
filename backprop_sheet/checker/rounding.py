"""How many digits the values of a table have, and what rounding explains."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

FEWEST = 2
"""Decimals below which a short number is taken for exact by chance, not for rounded."""


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
