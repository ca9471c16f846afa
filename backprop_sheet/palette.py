"""Colours, what they say in a drawing, and dashes that tell curves apart in grey, too."""

from itertools import cycle, islice
from typing import NamedTuple

from backprop_sheet.spread import spread

VIRIDIS = ("440154", "414487", "2A788E", "22A884", "7AD151")
"""Stops of the colour map viridis (van der Walt and Smith, 2015), without the lightest. Lightness
rises evenly, so curves differ with any colour vision and on grey paper."""
DASHES: dict[str, tuple[int, ...]] = {
    "solid": (),
    "dash": (4, 2),
    "dashDot": (4, 2, 1, 2),
    "sysDash": (3, 1),
    "lgDash": (8, 2),
    "sysDot": (1, 1),
}
"""By the names that DrawingML has for them: how long each dash and each gap after it is, in widths
of the line."""
MOST_NAMED = 12
"""The most curves that are named: as many names as stand below each other beside a chart."""

BELOW, ZERO, ABOVE = "F4796B", "FFFFFF", "6AA5F8"
"""The colours of the lowest, of 0 and of the highest number of a grid. Red and blue are told apart
with any colour vision, and are light enough for black numbers on them."""

NODES = {
    "input": "2E75B6",
    "hidden sum": "548235",
    "hidden activation": "385723",
    "output sum": "4472C4",
    "output activation": "2F5597",
    "total error": "C00000",
}
"""The colour of each role of a node, dark enough for white text."""
PALE, POSITIVE, NEGATIVE = "BFBFBF", "0054A6", "C00000"
"""The colour of an arrow whose gradient is 0, and those of the largest gradient above and below:
blue above and red below, as in grids."""
LEGEND = (
    "Width: size of the weight.  Depth of colour: size of its gradient; "
    "blue where the gradient is above 0, so that the weight goes down, red where it is below."
)
OF_PICTURES = "In grids blue numbers are above 0, red ones below."
OF_GRADIENTS = "Back from the error: the gradient of each grid, below it"


class Stroke(NamedTuple):
    """How one curve is drawn: its colour as RRGGBB, and its dash."""

    color: str
    dash: str


def strokes(count: int) -> list[Stroke]:
    """Strokes for so many curves, from dark to light."""
    colors = (_color(k / max(1, count - 1)) for k in range(count))
    return list(map(Stroke, colors, islice(cycle(DASHES), count)))


def places_named(count: int) -> list[int]:
    """Which of so many curves are named: at most twelve, evenly from the first to the last.

    The colours of the others lie between theirs.
    """
    return spread(count, MOST_NAMED)


def tint(part: float) -> str:
    """The colour of a number of a grid, as a part of the largest size in it: from −1 to 1."""
    end, size = (ABOVE if part > 0 else BELOW), min(1.0, abs(part))
    return mixed(ZERO, end, size)


def _color(fraction: float) -> str:
    """The colour at a fraction, 0 to 1, of the way through the stops."""
    position = fraction * (len(VIRIDIS) - 1)
    stop = min(int(position), len(VIRIDIS) - 2)
    return mixed(VIRIDIS[stop], VIRIDIS[stop + 1], position - stop)


def mixed(start: str, end: str, part: float) -> str:
    """The colour a part of the way from one to another."""
    pairs = zip(bytes.fromhex(start), bytes.fromhex(end), strict=True)
    return bytes(round(a + (b - a) * part) for a, b in pairs).hex().upper()
