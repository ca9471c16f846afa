"""The numbered boxes of the derivation, each with as many lines as there is room for."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

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
        left_out: how many more lines there would be; lines where these would be say so.
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
        The boxes in order. A box has at most one line more than `most`, with those that say what
        is left out.

    Raises:
        InputError: `network` is not one.
    """
    filled = (part for part in Derivation(checked(network), hand).parts() if part.of)
    return [_box(number, part, hand, most) for number, part in enumerate(filled, start=1)]


def _box(number: int, part: Part, hand: Hand, most: int) -> Box:
    """A box with all lines, or some of every kind and a line wherever others are left out."""
    shown = _shown(part.of, most)
    lines: list[Line] = []
    for is_shown, places in groupby(range(len(part.of)), key=shown.__contains__):
        found = [part.of[place] for place in places]
        lines += map(part.line, found) if is_shown else [_left_out(part, found, hand)]
    return Box(
        number,
        tuple(" ".join(line.sides) for line in lines),
        tuple(line.about for line in lines),
        part.title,
        tuple(line.sides for line in lines),
        len(part.of) - len(shown),
    )


def _left_out(part: Part, names: Sequence[str], hand: Hand) -> Line:
    """What stands for lines: how many they are, and the left-hand side of the first."""
    words = hand.words(f"… and {len(names)} more such as ")
    return Line((words + part.line(names[0]).sides[0],))


def _shown(of: Sequence[str], most: int) -> set[int]:
    """The places of the lines of a box: the first of every kind, such as h1 and a_h1.

    There are as many of each as have room beside what stands for the others. A single line is never
    left out between two that are shown, as what stands for it takes as much room.
    """
    seen: Counter[str] = Counter()
    turns = []
    for place, name in enumerate(of):
        kind = re.sub(r"\d+", "", name)
        turns.append((seen[kind], place))
        seen[kind] += 1
    ordered = [place for _, place in sorted(turns)]
    for count in range(min(most, len(of)), 0, -1):
        shown = set(ordered[:count])
        gaps = [list(run) for kept, run in groupby(range(len(of)), shown.__contains__) if not kept]
        shown.update(gap[0] for gap in gaps if len(gap) == 1)
        if len(shown) + sum(len(gap) > 1 for gap in gaps) <= most + 1:
            break
    return shown
