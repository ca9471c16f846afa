"""The classes that targets stand for.

An output tells two classes by a number for each. Several outputs have a class each.
"""

from collections.abc import Iterable, Mapping

from backprop_sheet.errors import InputError, counted, shown

Classes = tuple[float, ...]
"""The number of each class: the lower and the higher target of one output, or 1, 2, 3 …"""
TWO = 2
USUAL = ({0.0, 1.0}, {-1.0, 1.0})
"""Targets that stand for two classes."""
NO_OUTPUTS = (
    "columns: accuracy compares the outputs of layers with their targets; with [formulas], write "
    "it as a quantity"
)
MOST = 64
"""The most outputs that a spreadsheet's formula can compare."""


def found_in(samples: Iterable[Mapping[str, float]]) -> Classes:
    """The classes that targets plainly stand for; none if they may be other numbers.

    One output has the targets 0 and 1, or −1 and 1, and both occur. Of several outputs, exactly one
    has the target 1 in each sample, and the others 0 or −1. A single sample shows no classes.
    """
    rows = _targets(samples)
    outputs = len(rows[0])
    if len(rows) == 1 or outputs > MOST:
        return ()
    if outputs == 1:
        values = {value for row in rows for value in row}
        return tuple(sorted(values)) if values in USUAL else ()
    alone = all(row.count(1.0) == 1 and {0.0, 1.0} >= {abs(x) for x in row} for row in rows)
    alike = len({value for row in rows for value in row}) == TWO
    return _numbered(outputs) if alone and alike else ()


def taken_from(samples: Iterable[Mapping[str, float]]) -> Classes:
    """The classes of targets that are said to stand for some.

    Of several outputs, the class of a sample is the one with the largest target.

    Raises:
        InputError: one output has more or fewer than two different targets, or there are too many
            outputs.
    """
    rows = _targets(samples)
    outputs = len(rows[0])
    if outputs > MOST:
        raise InputError(f"classes: {outputs} outputs, a formula compares {MOST} at most")
    if outputs > 1:
        return _numbered(outputs)
    values = sorted({value for row in rows for value in row})
    if len(values) != TWO:
        raise InputError(
            f"classes: one output tells two classes by two different targets, got "
            f"{counted(len(values), 'target')}: {shown(values)}"
        )
    return tuple(values)


def _targets(samples: Iterable[Mapping[str, float]]) -> list[list[float]]:
    """The targets of each sample."""
    return [[x for name, x in row.items() if name.startswith("t")] for row in samples]


def _numbered(outputs: int) -> Classes:
    return tuple(map(float, range(1, outputs + 1)))
