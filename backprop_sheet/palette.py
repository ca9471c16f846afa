"""Colours and dashes for several curves: told apart by colour-blind readers, and in grey."""

from itertools import cycle, islice
from typing import NamedTuple

VIRIDIS = ("440154", "414487", "2A788E", "22A884", "7AD151")
"""Stops of the colour map viridis (van der Walt and Smith, 2015), the lightest left out: its
lightness rises evenly, for readers of every kind of colour vision and on grey paper."""
DASHES = ("solid", "dash", "dashDot", "sysDash", "lgDash", "sysDot")
"""As DrawingML calls them."""


class Stroke(NamedTuple):
    """How one curve is drawn: its colour as RRGGBB, and its dash."""

    color: str
    dash: str


def strokes(count: int) -> list[Stroke]:
    """Strokes for so many curves in their order, from dark to light."""
    colors = (_color(k / max(1, count - 1)) for k in range(count))
    return list(map(Stroke, colors, islice(cycle(DASHES), count)))


def _color(part: float) -> str:
    """The colour at a part, 0 to 1, of the way through the stops."""
    place = part * (len(VIRIDIS) - 1)
    below = min(int(place), len(VIRIDIS) - 2)
    lower, upper = (bytes.fromhex(VIRIDIS[k]) for k in (below, below + 1))
    mixed = (round(a + (b - a) * (place - below)) for a, b in zip(lower, upper, strict=True))
    return bytes(mixed).hex().upper()
