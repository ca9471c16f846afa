"""The chain rule over a graph of quantities. Knows nothing of networks.

The graph consists of local partials: for each quantity, the derivative of its formula with respect
to each operand. ``slopes[upper][lower]`` is ∂upper/∂lower. Backpropagation (Rumelhart, Hinton and
Williams, 1986) walks the graph once, from the error back to the weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import ONE, ZERO, Name, Tree, is_one, names, product, total

Slopes = Mapping[str, Mapping[str, Tree]]


def partial_name(upper: str, lower: str) -> str:
    """The name of ∂upper/∂lower: ``da_o1_do1``. It is a key that nothing parses."""
    return f"d{upper}_d{lower}"


def gradient_name(quantity: str) -> str:
    """The name of the total error's partial, ∂E_Total/∂quantity: ``dE_dw1``."""
    return partial_name("E", quantity)


@dataclass(frozen=True, eq=False)
class Graph:
    """Quantities, linked by their local partials.

    Attributes:
        slopes: the partials as ``slopes[upper][lower]``, with `upper` in the order of
            evaluation.
    """

    slopes: Slopes

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """For each quantity, the quantities that use it, in the order of evaluation."""
        found: dict[str, list[str]] = {}
        for upper, operands in self.slopes.items():
            for lower in operands:
                found.setdefault(lower, []).append(upper)
        return Fixed({lower: tuple(uppers) for lower, uppers in found.items()})

    def leading_to(self, end: str) -> "Graph":
        """The graph without the quantities that `end` does not depend on."""
        reaching = {end}
        for upper in reversed(list(self.slopes)):
            if upper in reaching:
                reaching |= self.slopes[upper].keys()
        return Graph(Fixed({u: slopes for u, slopes in self.slopes.items() if u in reaching}))

    def backward(self, end: str) -> dict[str, Tree]:
        """∂end/∂x for every x that `end` depends on, in backward order.

        Each is staged: it refers by name to the partials one step nearer to `end`,

            ∂end/∂x = Σ ∂end/∂y · ∂y/∂x, over the quantities y that use x

        in the order in which the y are declared. A partial ∂end/∂y that is 1 is left out, unless
        y is given. One that is another number stands in formulas as it is.
        """
        terms: dict[str, list[Tree]] = {end: [ONE]}
        result: dict[str, Tree] = {}
        for upper in reversed(list(self.slopes)):
            if upper not in terms:
                continue
            here = total(reversed(terms[upper]))
            if upper != end:
                result[upper] = here
            above = Name(gradient_name(upper)) if names(here) else here
            for lower, slope in self.slopes[upper].items():
                terms.setdefault(lower, []).append(product(above, slope))
        given = [name for name in terms if name not in self.slopes]
        result |= {name: total(reversed(terms[name])) for name in given}
        return {n: tree for n, tree in result.items() if n in given or not is_one(tree)}

    def reaching(self, end: str) -> set[str]:
        """`end`, and the quantities that it depends on."""
        found = {end}
        for upper in reversed(list(self.slopes)):
            if upper in found:
                found |= self.slopes[upper].keys()
        return found

    def path(self, start: str, end: str) -> list[tuple[str, str]]:
        """The chain of partials whose product is ∂end/∂start, from `end` to `start`.

        The chain goes up from `start` while only one quantity uses it. Where several do or none,
        one partial of `end` stands for the rest of the way. Partials that are 1 are left out; if
        all are, that of `start` stays.

        Returns:
            Pairs (upper, lower), each for the factor ∂upper/∂lower.
        """
        steps: list[tuple[str, str]] = []
        here = start
        while here != end:
            users = self.users.get(here, ())
            if len(users) != 1:
                steps.append((end, here))
                break
            steps.append((users[0], here))
            here = users[0]
        found = [
            (upper, lower)
            for upper, lower in reversed(steps)
            if not is_one(self.slopes[upper].get(lower, ZERO))
        ]
        return found or steps[:1]
