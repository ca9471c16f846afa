"""What views lay out together: a layer's neurons as a group with a shape.

Drawings, the derivation and the tab Step ask for groups, and know nothing of the kinds of layers
that made them.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Link(NamedTuple):
    """A weight and the signal that it weighs: w1 and i1, w5 and a_h1."""

    weight: str
    signal: str


class Unit(NamedTuple):
    """A place in a group: an input, or a neuron.

    Attributes:
        quantities: what it shows, in the order of evaluation: i1, or h1 and a_h1.
        links: what leads into it.
        bias: its bias; empty if it has none.
    """

    quantities: tuple[str, ...]
    links: tuple[Link, ...] = ()
    bias: str = ""

    @property
    def signal(self) -> str:
        """What it hands on."""
        return self.quantities[-1]

    @property
    def sum(self) -> str:
        """Its weighted sum, into which the links lead."""
        return self.quantities[0]

    @property
    def incoming(self) -> list[str]:
        """Its weights, then its bias."""
        return [*(link.weight for link in self.links), *filter(None, [self.bias])]


class Group(NamedTuple):
    """Units that stand together.

    Attributes:
        role: input, hidden or output.
        shape: how many units there are along each side: ``(4,)`` is a column of four.
        units: the units, row by row.
        joint: whether each activation goes by all sums, as in softmax.
    """

    role: str
    shape: tuple[int, ...]
    units: tuple[Unit, ...]
    joint: bool = False

    @property
    def signals(self) -> list[str]:
        """What the units hand on."""
        return [unit.signal for unit in self.units]

    @property
    def weights(self) -> list[str]:
        """The weights that lead into the group."""
        return [link.weight for unit in self.units for link in unit.links]

    def backwards(self) -> Iterator[str]:
        """The quantities in the order in which partials of the error reach them."""
        if self.joint:  # every sum goes by all activations
            yield from self.signals
            yield from (unit.sum for unit in self.units)
        else:
            for unit in self.units:
                yield from reversed(unit.quantities)
