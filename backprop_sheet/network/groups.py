"""Groups: quantities that views lay out together, such as the neurons of a layer.

Drawings, the derivation and the tab Step work with groups. They do not need to know which kind of
layer a group comes from.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from backprop_sheet.formula import Tree, leaves

Rows = tuple[tuple[str, ...], ...]
"""Names in rows and columns; empty where there is none."""


MATRIX = 2
"""Axes from which on a group stands in rows and columns."""


def rows_of(names: Sequence[str], columns: int) -> Rows:
    """Names in rows of so many columns."""
    return tuple(tuple(names[n : n + columns]) for n in range(0, len(names), columns))


class Link(NamedTuple):
    """A weight and the signal it multiplies: w1 and i1, w5 and a_h1.

    In a formula of one's own, a signal may come without a weight: then `weight` is empty. A trained
    number that multiplies no signal is a signal itself: then both are its name.
    """

    weight: str
    signal: str


class Unit(NamedTuple):
    """One member of a group: an input or a neuron.

    Attributes:
        quantities: its quantities in the order of evaluation: i1, or h1 and a_h1.
        links: its incoming weights, each with its signal.
        bias: the name of its bias; empty if it has none.
        formula: how its first quantity follows, where it is no weighted sum.
    """

    quantities: tuple[str, ...]
    links: tuple[Link, ...] = ()
    bias: str = ""
    formula: Tree | None = None

    @property
    def signal(self) -> str:
        """The quantity that the next layer takes from it."""
        return self.quantities[-1]

    @property
    def sum(self) -> str:
        """Its weighted sum, or what else it makes of the signals that it takes."""
        return self.quantities[0]

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The signals that it takes, each with its weight; with none if it has no weights."""
        linked = [(link.signal, link.weight) for link in self.links]
        known = {name for link in linked for name in link} | {self.bias}
        others = leaves(self.formula) if self.formula else []
        return linked + [(name.id, "") for name in others if name.id not in known]

    @property
    def incoming(self) -> list[str]:
        """Its weights, then its bias."""
        weights = dict.fromkeys(link.weight for link in self.links)
        return list(filter(None, [*weights, self.bias]))


class Compared(NamedTuple):
    """An output with its targets and errors.

    Attributes:
        output: the quantity beside which they are shown.
        targets: its targets.
        errors: its errors.
    """

    output: str
    targets: tuple[str, ...]
    errors: tuple[str, ...]


class Group(NamedTuple):
    """Units that are laid out together.

    Attributes:
        role: input, hidden or output.
        shape: the number of units along each axis: ``(4,)`` is a column of four, ``(2, 5, 5)`` two
            pictures of five rows and columns.
        units: the units, row by row.
        joint: whether activations depend on several sums, as in softmax: on those of its row or, in
            pictures, on all.
        kernels: the weights that all its places share, in rows and columns: for each of its
            pictures, one such matrix for each channel that it goes over. Empty if they share none.
        places: where each unit stands along the axes, counted from 0; empty if the units fill the
            shape row by row.
        meaning: what a unit is, in a word or two, where no name of an activation says so.
        samples: how many samples stand side by side in a row, each with as many of the units.
    """

    role: str
    shape: tuple[int, ...]
    units: tuple[Unit, ...]
    joint: bool = False
    kernels: tuple[tuple[Rows, ...], ...] = ()
    places: tuple[tuple[int, ...], ...] = ()
    meaning: str = ""
    samples: int = 1

    @property
    def joined(self) -> list[tuple[Unit, ...]]:
        """The units whose sums affect each other's activations: of a row, or of all pictures."""
        if not self.joint:
            return []
        if len(self.shape) > MATRIX:
            size = len(self.units) // self.samples
            return [self.units[first : first + size] for first in range(0, len(self.units), size)]
        places = self.places or product(*map(range, self.shape))
        rows: dict[tuple[int, ...], list[Unit]] = {}
        for (*row, _), unit in zip(places, self.units, strict=True):
            rows.setdefault(tuple(row), []).append(unit)
        return list(map(tuple, rows.values()))

    @property
    def signals(self) -> list[str]:
        """The signals of all units."""
        return [unit.signal for unit in self.units]

    @property
    def weights(self) -> list[str]:
        """The weights of all units; one that several units share stands once."""
        linked = [link.weight for unit in self.units for link in unit.links if link.weight]
        # Some weights of a kernel may only ever meet padding.
        shared = (
            name for kernel in self.kernels for rows in kernel for row in rows for name in row
        )
        return list(dict.fromkeys([*linked, *shared]))

    def backwards(self) -> Iterator[str]:
        """The quantities in the order in which backpropagation reaches them."""
        if self.joint:  # every sum affects all activations
            yield from self.signals
            yield from (unit.sum for unit in self.units)
        else:
            for unit in self.units:
                yield from reversed(unit.quantities)
