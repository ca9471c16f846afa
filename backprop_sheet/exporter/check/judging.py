"""How two numbers are judged: formulas over cells, and the same in Python for the stored values.

Some programs take numbers that differ by 1e-15 to be equal, so only ratios are compared.
"""

from collections.abc import Sequence
from math import inf, isfinite
from typing import NamedTuple

RELATIVE, LAST_DIGIT = 1e-5, 1e-15
"""How far a gradient may be from the slope, relative to itself; and how much of an error a
spreadsheet rounds away, which hides a difference of so much over ε."""
STEP_SIZE = "$B$3"
"""The cell of ε."""
ROUNDING = 1e-12
"""How far two weights may be from each other, relative to themselves, to differ by rounding."""
PASS, TINY, KINK, FAIL = VERDICTS = ("PASS", "too small to tell", "at a kink", "FAIL")
"""The verdicts, from best to worst; a cell may hold one as its place in this list."""
NOTHING = "–"
"""What stands in place of a number that is not there: after the last row nothing is updated."""


class Judged(NamedTuple):
    """How far apart numbers are and the verdict's place: formulas, and their values."""

    apart: str
    verdict: str
    values: tuple[float, int]


def gradient(
    slope: str,
    found: str,
    apart: str,
    kink: str,
    values: tuple[float, float, float],
    bent: bool,
) -> Judged:
    """Judge a gradient by a slope.

    Args:
        slope: the cell of the slope.
        found: the cell of the gradient.
        apart: the cell that gets how far apart they are.
        kink: the condition that a value passes a kink; empty if there are none.
        values: the slope, the gradient and ε.
        bent: whether a value passes a kink.
    """
    tiny = f"ABS({slope}-{found})*{STEP_SIZE}*{1 / LAST_DIGIT:.0E}<=1"
    worst = f"IF({kink},2,3)" if kink else "3"
    measured, gradient, epsilon = values
    difference, rounded = abs(measured - gradient), LAST_DIGIT / epsilon
    ratio = measured / gradient if gradient else inf
    relative = abs(ratio - 1) if isfinite(ratio) else float(difference > rounded)
    place = 0 if relative <= RELATIVE else 1 if difference <= rounded else 2 if bent else 3
    # An error value in the table must not become the verdict.
    return Judged(
        f"IFERROR(ABS({slope}/{found}-1),IFERROR(IF({tiny},0,1),1))",
        f"IFERROR(IF({apart}<={RELATIVE:.0E},0,IF({tiny},1,{worst})),3)",
        (relative, place),
    )


def update(
    old: str, new: str, found: str, apart: str, values: tuple[float, float, float | None]
) -> Judged:
    """Judge the weight of the next row by what the update makes of it: the steps' ratio is to be 1.

    Args:
        old: the cell of the weight.
        new: the cell of what the update makes of it.
        found: the cell of the table's next weight.
        apart: the cell that gets how far apart the steps are.
        values: their numbers; None for the last if there is no next row.
    """
    ratio = f"IFERROR(ABS(({found}-{old})/({new}-{old})-1),IFERROR(IF({found}={new},0,1),1))"
    rounded = f"ABS({found}/{new}-1)<={ROUNDING:.0E}"
    before, after, shown = values
    far, place = 0.0, 0
    if shown is not None:
        step = after - before
        far = abs((shown - before) / step - 1) if step else float(shown != after)
        same = bool(after) and abs(shown / after - 1) <= ROUNDING
        place = 0 if far <= RELATIVE else 1 if same else 3
    return Judged(
        f"IF(ISTEXT({found}),0,{ratio})",
        f"IFERROR(IF({apart}<={RELATIVE:.0E},0,IF({rounded},1,3)),3)",
        (far, place),
    )


def worst(cells: str) -> str:
    """A formula for the worst verdict of cells that hold places in the list."""
    names = ",".join(f'"{name}"' for name in VERDICTS)
    return f'IFERROR(CHOOSE(1+MAX({cells}),{names}),"{FAIL}")'


def in_words(place: str) -> str:
    """A formula for the verdict of a formula that gives its place in the list."""
    return f"CHOOSE(1+{place},{','.join(chr(34) + name + chr(34) for name in VERDICTS)})"


def named(places: Sequence[int]) -> str:
    """The worst of some verdicts."""
    return VERDICTS[max(places, default=0)]
