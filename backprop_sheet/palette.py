"""Colours and dashes that tell several curves apart, also for the colour-blind and in grey."""

from itertools import cycle, islice
from typing import NamedTuple

VIRIDIS = ("440154", "414487", "2A788E", "22A884", "7AD151")
"""Stops of the colour map viridis (van der Walt and Smith, 2015), without the lightest. Lightness
rises evenly, so curves differ with any colour vision and on grey paper."""
DASHES = ("solid", "dash", "dashDot", "sysDash", "lgDash", "sysDot")
"""The names that DrawingML has for them."""


class Stroke(NamedTuple):
    """How one curve is drawn: its colour as RRGGBB, and its dash."""

    color: str
    dash: str


def strokes(count: int) -> list[Stroke]:
    """Strokes for so many curves, from dark to light."""
    colors = (_color(k / max(1, count - 1)) for k in range(count))
    return list(map(Stroke, colors, islice(cycle(DASHES), count)))


def _color(fraction: float) -> str:
    """The colour at a fraction, 0 to 1, of the way through the stops."""
    position = fraction * (len(VIRIDIS) - 1)
    stop = min(int(position), len(VIRIDIS) - 2)
    lower, upper = (bytes.fromhex(VIRIDIS[k]) for k in (stop, stop + 1))
    mixed = (round(a + (b - a) * (position - stop)) for a, b in zip(lower, upper, strict=True))
    return bytes(mixed).hex().upper()
