"""The chain rule over a graph of quantities; knows no network.

The graph is given by its local partials: for every quantity, the derivative of its formula for
each operand. ``slopes[upper][lower]`` is ∂upper/∂lower. Reverse-mode differentiation
(Rumelhart, Hinton and Williams, 1986) walks it once, from the error back.
"""

from collections.abc import Mapping

from backprop_sheet.formula import ONE, Tree, is_one, product, total
from backprop_sheet.formula import parse as _parse

Slopes = Mapping[str, Mapping[str, Tree]]


def partial_name(upper: str, lower: str) -> str:
    """The name of ∂upper/∂lower: ``da_o1_do1``."""
    return f"d{upper}_d{lower}"


def gradient_name(quantity: str) -> str:
    """The name of the whole error's partial, ∂E_Total/∂quantity: ``dE_dw1``."""
    return partial_name("E", quantity)


def parts_of(name: str) -> tuple[str, str] | None:
    """What a partial's name is made of: (``a_o1``, ``o1``) for ``da_o1_do1``; None for others."""
    upper, _, lower = name.partition("_d")
    return (upper[1:], lower) if upper.startswith("d") and lower else None


def backward(slopes: Slopes, end: str) -> dict[str, Tree]:
    """∂end/∂x for every x that `end` depends on, from the end back to the beginning.

    Each is staged: it refers by name to the partials one step nearer to the end,

        ∂end/∂x = Σ over the quantities y that use x of ∂end/∂y · ∂y/∂x

    summed in the order in which the y are declared. Where ∂end/∂y is 1 it is left out.
    """
    terms: dict[str, list[Tree]] = {end: [ONE]}
    result: dict[str, Tree] = {}
    for upper in reversed(list(slopes)):
        if upper not in terms:
            continue
        here = total(terms[upper])
        if upper != end:
            result[upper] = here
        above = here if is_one(here) else _parse(gradient_name(upper))
        for lower, slope in slopes[upper].items():
            terms.setdefault(lower, []).insert(0, product(above, slope))
    leaves = {name: total(parts) for name, parts in terms.items() if name not in slopes}
    return {name: tree for name, tree in (result | leaves).items() if not is_one(tree)}


def path(slopes: Slopes, start: str, end: str) -> list[tuple[str, str]]:
    """The chain of partials whose product is ∂end/∂start, from the end to the start.

    Follows `start` upwards as long as a single quantity uses it; where several do, the rest of
    the way is one partial of `end`. Steps whose partial is 1 are merged into the one below.

    Returns:
        Pairs (upper, lower), each standing for ∂upper/∂lower.
    """
    steps: list[tuple[str, str]] = []
    here = start
    while here != end:
        users = [upper for upper, operands in slopes.items() if here in operands]
        if len(users) > 1:
            steps.append((end, here))
            break
        if not is_one(slopes[users[0]][here]):
            steps.append((users[0], here))
        here = users[0]
    return steps[::-1]
