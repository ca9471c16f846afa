"""Points, shares and lists in words, as pages, feedback and overviews have them."""

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\d+\.\d+(?:[eE][+-]?\d+)?")


def points(number: float) -> str:
    """A number of points: at most two decimals, and no zeros at their end."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def share(of_points: float, whose: str = "the") -> str:
    """A share of points: ``half of the points``, ``25 % of its points``."""
    words = {0.0: "nothing", 0.5: f"half of {whose} points", 1.0: f"all of {whose} points"}
    return words.get(of_points, f"{100 * of_points:g} % of {whose} points")


def listed(texts: Iterable[str], most: int) -> str:
    """The first few texts, and how many more there are."""
    found = list(texts)
    more = len(found) - most
    return ", ".join(found[:most]) + (f" and {more:,} more" if more > 0 else "")


def without_numbers(text: str) -> str:
    """A text with … for each decimal number: every student has numbers of their own."""
    return _NUMBER.sub("…", text)
