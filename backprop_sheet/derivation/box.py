"""The numbered boxes of the derivation, each with as many lines as there is room for."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from backprop_sheet.derivation.hands import AS_TEXT, Hand
from backprop_sheet.derivation.parts import Derivation, Line, Part
from backprop_sheet.network import Network, checked

MOST_LINES = 40
"""The most lines of a box."""


@dataclass(frozen=True)
class Box:
    """A numbered box of the derivation and its lines.

    Attributes:
        number: its number.
        lines: its lines.
        about: for each line the names of the quantities whose formulas it tells, as a whole or in
            part; a gradient's is ``dE_dw5``.
        title: what it derives.
        sides: the sides of each line, each but the first with its sign.
        left_out: how many more lines there would be; the last line says so.
    """

    number: int
    lines: tuple[str, ...]
    about: tuple[tuple[str, ...], ...]
    title: str = field(default="", compare=False)
    sides: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    left_out: int = field(default=0, compare=False)


def boxes(network: Network, *, hand: Hand = AS_TEXT, most: int = MOST_LINES) -> list[Box]:
    """The derivation of all gradients; with one hidden layer, the six boxes of the original.

    Box 1 has the forward pass and the errors; 2 the chain for the output layer's first weight,
    and its partials; 3 the gradients of the output layer in full. Three boxes follow for each
    hidden layer, from the last to the first: 4 the error's partial for each activation, 5 the
    chains of its weights, 6 their gradients in full. Where the network has them, more boxes show
    the partials that have columns (after 3), the biases, and how an optimizer or a schedule
    updates the weights. What a box has told is left out of those after it.

    Args:
        network: the network.
        hand: how the lines are written: as text, in LaTeX or in MathML.
        most: the most lines of a box.

    Returns:
        The boxes in order. A box has at most `most` lines and one that counts the rest.

    Raises:
        InputError: `network` is not one.
    """
    filled = (part for part in Derivation(checked(network), hand).parts() if part.of)
    return [_box(number, part, hand, most) for number, part in enumerate(filled, start=1)]


def _box(number: int, part: Part, hand: Hand, most: int) -> Box:
    """A box with all lines, or some of every kind and a line that counts the rest."""
    lines, rest = list(map(part.line, _some(part.of, most))), len(part.of) - most
    if rest > 0:
        lines.append(Line((hand.words(f"… and {rest} more in the same way"),)))
    return Box(
        number,
        tuple(" ".join(line.sides) for line in lines),
        tuple(line.about for line in lines),
        part.title,
        tuple(line.sides for line in lines),
        max(0, rest),
    )


def _some(of: Sequence[str], most: int) -> list[str]:
    """The first of every kind, such as h1 and a_h1, as many of each as there is room for."""
    seen: Counter[str] = Counter()
    turns = []
    for place, name in enumerate(of):
        kind = re.sub(r"\d+", "", name)
        turns.append((seen[kind], place))
        seen[kind] += 1
    return [of[place] for place in sorted(place for _, place in sorted(turns)[:most])]
