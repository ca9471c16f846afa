"""The chain rule over a graph of quantities; knows no network.

The graph is given by its local partials: for every quantity, the derivative of its formula for
each operand. ``slopes[upper][lower]`` is ∂upper/∂lower. Reverse-mode differentiation
(Rumelhart, Hinton and Williams, 1986) walks it once, from the error back.
"""

from collections.abc import Mapping
from functools import cached_property

from backprop_sheet.formula import ONE, Name, Tree, is_one, product, total

Slopes = Mapping[str, Mapping[str, Tree]]


def partial_name(upper: str, lower: str) -> str:
    """The name of ∂upper/∂lower: ``da_o1_do1``. It is a key, and is never taken apart."""
    return f"d{upper}_d{lower}"


def gradient_name(quantity: str) -> str:
    """The name of the whole error's partial, ∂E_Total/∂quantity: ``dE_dw1``."""
    return partial_name("E", quantity)


class Graph:
    """Quantities, linked by their local partials.

    Attributes:
        slopes: the partials, as ``slopes[upper][lower]``, the upper ones in the order of
            evaluation.
    """

    def __init__(self, slopes: Slopes) -> None:
        """The graph of these partials."""
        self.slopes = slopes

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """The quantities that use each one, in the order of evaluation."""
        found: dict[str, list[str]] = {}
        for upper, operands in self.slopes.items():
            for lower in operands:
                found.setdefault(lower, []).append(upper)
        return found

    def backward(self, end: str) -> dict[str, Tree]:
        """∂end/∂x for every x that `end` depends on, from the end back to the beginning.

        Each is staged: it refers by name to the partials one step nearer to the end,

            ∂end/∂x = Σ over the quantities y that use x of ∂end/∂y · ∂y/∂x

        summed in the order in which the y are declared. Where ∂end/∂y is 1 it is left out.
        """
        terms: dict[str, list[Tree]] = {end: [ONE]}
        result: dict[str, Tree] = {}
        for upper in reversed(list(self.slopes)):
            if upper not in terms:
                continue
            here = total(reversed(terms[upper]))
            if upper != end:
                result[upper] = here
            above = here if is_one(here) else Name(gradient_name(upper))
            for lower, slope in self.slopes[upper].items():
                terms.setdefault(lower, []).append(product(above, slope))
        given = [name for name in terms if name not in self.slopes]
        result |= {name: total(reversed(terms[name])) for name in given}
        return {name: tree for name, tree in result.items() if not is_one(tree)}

    def path(self, start: str, end: str) -> list[tuple[str, str]]:
        """The chain of partials whose product is ∂end/∂start, from the end to the start.

        Follows `start` upwards as long as a single quantity uses it; where several do, the rest
        of the way is one partial of `end`. Steps whose partial is 1 are merged into the one below.

        Returns:
            Pairs (upper, lower), each standing for ∂upper/∂lower.
        """
        steps: list[tuple[str, str]] = []
        here = start
        while here != end:
            users = self.users[here]
            if len(users) > 1:
                steps.append((end, here))
                break
            if not is_one(self.slopes[users[0]][here]):
                steps.append((users[0], here))
            here = users[0]
        return steps[::-1]
