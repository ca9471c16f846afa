"""The updates on the tab Step: what an optimizer remembers, then each weight's next number.

All equations are those that the network declares, so every optimizer, bound, schedule and decay is
shown by its own formulas.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.step.chains import write_header
from backprop_sheet.exporter.step.equations import VALUE_STYLES, Equations, Line
from backprop_sheet.exporter.step.plan import CHECKED, Plan
from backprop_sheet.exporter.step.table import Lookup
from backprop_sheet.formula import Name, Tree, leaves, renamed
from backprop_sheet.network import Carried, Kind, Network
from backprop_sheet.network.quantities import Quantity

NOTE = "The {} is the gradient. All weights are updated at once{}."
LAYERS_NOTE = (
    "The weights are updated one layer after the other: the gradients of a layer see the new "
    "weights of the layers behind it."
)
EPOCH_END = ", after the last sample of the epoch"
COMPUTED = (Kind.RATE, Kind.CLIPPED, Kind.STATE)
"""What is computed between gradients and updates, beside means over the rows of a step."""


class Numbers(NamedTuple):
    """Numbers of the first epoch, in the sample that the tab begins with.

    Attributes:
        first: those of its row.
        last: those of the last row of its step.
        above: those of the row above that; empty if there is none.
    """

    first: Mapping[str, float]
    last: Mapping[str, float]
    above: Mapping[str, float]


class Updates:
    """Writes the updates of a network."""

    def __init__(
        self,
        cells: Cells,
        equations: Equations,
        network: Network,
        lookup: Lookup,
        numbers: Numbers,
        plan: Plan,
    ) -> None:
        """Start without updates."""
        self._cells, self._equations, self._network = cells, equations, network
        self._lookup, self._numbers = lookup, numbers
        self._paragraphs, self._plan = equations.paragraphs, plan
        self._computed = network.named(*COMPUTED)

    def lines(self) -> Iterator[Line]:
        """All equations."""
        yield from map(self._remembered, self._computed)
        yield from map(self._update, self._network.trained)

    def _remembered(self, name: str) -> Line:
        """The equation of what an optimizer takes: the number above has a name of its own."""
        quantity = self._network.derived[name]
        tree = renamed(quantity.formula, lambda leaf: self._leaf(leaf, quantity))
        return Line(self._network.text(name), self._equations.text(tree), tree)

    def _leaf(self, leaf: Name, quantity: Quantity) -> Tree:
        own = isinstance(quantity, Carried) and leaf.id == quantity.name
        return Name(old(self._network.text(leaf.id))) if own or leaf.up else leaf

    def _update(self, weight: str) -> Line:
        update = self._network.given[weight].update
        return Line(f"new {weight}", self._equations.text(update), update)

    def write_inputs(self, top: int) -> int:
        """Write what updates start from, then what is computed of it. Returns the last row."""
        network, cells, row = self._network, self._cells, top
        settings = [n for n in network.named(Kind.SETTING) if n not in cells.addresses]
        counters = (Kind.COUNTER,) if network.named(Kind.RATE) else ()
        looked_up = [*settings, *network.named(*counters, Kind.SEED, Kind.MEAN)]
        before = self._before()
        if not looked_up and not before and not self._computed:
            return top - 2
        if looked_up or before:
            write_header(cells, top, {1: "for the update", 2: "value"}, (2,), 2)
        for name in looked_up:
            row, rules = row + 1, network.rules
            numbers = (
                self._numbers.first if rules.is_final_in_every_row(name) else self._numbers.last
            )
            text = network.text(name)
            shown = VALUE_STYLES.get(network.quantities[name].kind, "step value")
            cells.write(row, 1, "step label", text)
            cells.write_named(name, row, 2, shown, self._lookup.number(name), numbers[name])
            row = self._paragraphs.fit(row, text, 1)
        for name in before:
            row, text = row + 1, old(network.text(name))
            cells.write(row, 1, "step label", text)
            number = self._numbers.above.get(name, _start(network.quantities[name]))
            cells.write_named(text, row, 2, "step value", self._lookup.before(name), number)
            row = self._paragraphs.fit(row, text, 1)
        return self._write_computed(row + 2 if row > top else top)

    def _before(self) -> list[str]:
        """What is taken from the row above."""
        found: dict[str, None] = {}
        for name in self._computed:
            quantity = self._network.derived[name]
            for leaf in leaves(quantity.formula):
                if (
                    isinstance(self._leaf(leaf, quantity), Name)
                    and self._leaf(leaf, quantity) != leaf
                ):
                    found[leaf.id] = None
        return list(found)

    def _write_computed(self, top: int) -> int:
        """Write the equations of what updates take. Returns the last row."""
        if not self._computed:
            return top - 2
        cells, result, row = self._cells, self._plan.columns.result, top
        self._equations.header(top, {1: "for the update", result: "result"})
        for name in self._computed:
            row, line = row + 1, self._remembered(name)
            text, value = self._equations.computed(line.tree)
            cells.write_named(name, row, result, "step value", text, value)
            row = self._equations.write_line(row, line)
        return row

    def write(self, top: int) -> int:
        """Write each weight's next number. Returns the last row."""
        cells, result, row = self._cells, self._plan.columns.result, top
        heads = {1: "update", result: "new weight"}
        self._equations.header(
            top, heads if self._plan.in_factors else heads | {CHECKED: "old weight"}
        )
        for weight in self._network.trained:
            row, line, name = row + 1, self._update(weight), f"next {weight}"
            if name in cells.addresses:  # beside its chain
                place, value = cells.address_of(name), cells.values[name]
                cells.write_formula(row, result, "step value", place, value)
            else:
                cells.write_computed(name, row, result, "step value", line.tree)
                place, value = cells.address_of(weight), self._numbers.first[weight]
                cells.write_formula(row, CHECKED, "step value", place, value)
            row = self._equations.write_line(row, line)
        cells.write(row + 1, 1, "hint", self._note())
        cells.keep_together(row, row + 1)
        return row + 1

    def _note(self) -> str:
        """How the weights are updated, in words."""
        network = self._network
        if network.named(Kind.NEW):
            return LAYERS_NOTE
        step, samples = network.rules.step, network.rules.samples
        steps = f", after every {step} samples" if step < samples else EPOCH_END
        found = "product" if self._plan.in_factors else "sum"
        return NOTE.format(found, "" if step == 1 else steps)


def old(text: str) -> str:
    """What a quantity is called in the row above."""
    return f"old {text}"


def _start(quantity: Quantity) -> float:
    return quantity.start if isinstance(quantity, Carried) else 0.0
