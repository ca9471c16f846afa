"""The gaps between the columns of a drawing: wide ones for kernels, narrow ones without labels."""

from collections.abc import Sequence

from backprop_sheet.diagram.columns import Column

KERNEL_GAP = 18
"""The width of the gap before a feature map for each column of its kernel."""
LEAST_GAP, GOOD_GAP, LAST_GAP = 12, 44, 80
"""The least width of a gap, for which all else gets smaller; one with room for a weight's label;
and one before the total error, with room for what is said of an output."""
NARROW = 0.6
"""How wide a gap is where arrows have no labels, as a part of the others."""
LEAST_KERNEL_GAP = 8
"""The least width of a gap for each column of its kernel."""


def gap_widths(columns: Sequence[Column], usual: float, each: float) -> list[float]:
    """The widths of the gaps after each column, by the columns of the kernels in them."""
    return [max(usual, each * column.kernel_columns) for column in columns[1:]] + [usual]


def gaps_after(columns: Sequence[Column], free: float, each: float) -> list[float]:
    """The widths of the gaps after each column: wider ones for kernels, where there is room.

    Args:
        columns: the columns.
        free: the width of all gaps together.
        each: the width wanted for each column of a kernel.
    """
    shares = [*(1.0 if column.weighted else NARROW for column in columns[1:]), 1.0]
    wanted = gap_widths(columns, 0, each)
    equal = free / sum(shares)
    wide = [gap > equal * share for gap, share in zip(wanted, shares, strict=True)]
    others = sum(share for share, is_wide in zip(shares, wide, strict=True) if not is_wide)
    rest = free - sum(gap for gap, is_wide in zip(wanted, wide, strict=True) if is_wide)
    if any(wide) and (rest / others if others else rest) < LEAST_GAP:
        least = gap_widths(columns, LEAST_GAP, LEAST_KERNEL_GAP)
        return [free / sum(least) * gap for gap in least]
    return [
        gap if is_wide else rest / others * share
        for gap, share, is_wide in zip(wanted, shares, wide, strict=True)
    ]
