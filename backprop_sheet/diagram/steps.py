"""Which parts of a network are alike, as the steps of a recurrent layer are."""

from typing import NamedTuple

from backprop_sheet.network import Network


class Repeated(NamedTuple):
    """Groups that come again and again.

    Attributes:
        first: the number of the first of them.
        period: how many of them come before the first comes again.
        number: how many they are all together; 0 if nothing comes again.
    """

    first: int = 0
    period: int = 1
    number: int = 0


def repeated(network: Network) -> Repeated:
    """The longest row of groups that repeat themselves."""
    looks = [(len(g.units), len(g.units[0].quantities), g.role, g.meaning) for g in network.groups]
    best = Repeated()
    for period in range(1, len(looks) // 2 + 1):
        length = 0
        for last in range(1, len(looks) - period):
            length = length + 1 if looks[last] == looks[last + period] else 0
            if length >= period and length + period > best.number:
                best = Repeated(last - length + 1, period, length + period)
    return best


def alike(network: Network) -> list[list[str]]:
    """The first quantities of the units that stand for the same in each step.

    A chain of single units is no row of steps.
    """
    first, period, number = repeated(network)
    classes: dict[tuple[int, int], list[str]] = {}
    for place, group in enumerate(network.groups[first : first + number]):
        for row, unit in enumerate(group.units):
            classes.setdefault((place % period, row), []).append(unit.sum)
    return list(classes.values()) if len(classes) > 1 else []
