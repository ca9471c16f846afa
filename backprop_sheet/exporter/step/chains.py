"""The chain rule on the tab Step: factor by factor, or as the sum over the uses of a weight."""

from collections.abc import Mapping
from math import prod
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.lettering import text_width
from backprop_sheet.exporter.step.equations import ERRORS, Equations
from backprop_sheet.exporter.step.plan import CHAIN, CHECKED, RESULT, block_column
from backprop_sheet.exporter.step.table import Lookup
from backprop_sheet.formula import PLAIN, Name, Tree, evaluate, write
from backprop_sheet.network import TOTAL, Network
from backprop_sheet.ooxml.addresses import letters


class Factor(NamedTuple):
    """A factor of a chain: its text, and as a tree."""

    text: str
    tree: Tree


class Chains:
    """The chains of a network."""

    def __init__(self, network: Network) -> None:
        """Find the chains."""
        self._network = network
        self._known: dict[tuple[str, str], Factor] = {}
        self._paths = {w: network.graph.path(w, TOTAL) for w in network.trained}

    @property
    def widest(self) -> float:
        """The width of the longest text of a factor, in pixels."""
        steps = dict.fromkeys(step for path in self._paths.values() for step in path)
        return max(text_width(self._text(*step)) for step in steps)

    def of(self, weight: str) -> list[Factor]:
        """The factors of a weight's gradient."""
        return [self._factor(a, b, last=b == weight) for a, b in self._paths[weight]]

    def _factor(self, upper: str, lower: str, *, last: bool) -> Factor:
        """The factor ∂upper/∂lower, which chains of several weights may share."""
        if (upper, lower) not in self._known:
            network = self._network
            if network.quantities[upper].kind in ERRORS:  # an equation above
                name = gradient_name(lower)
                # A shared bias reaches the error on several paths: its only factor is the gradient.
                tree = network.derived[name].formula if last else Name(name)
            else:
                tree = network.graph.slopes[upper][lower]
            self._known[upper, lower] = Factor(self._text(upper, lower), tree)
        return self._known[upper, lower]

    def _text(self, upper: str, lower: str) -> str:
        """The factor ∂upper/∂lower, as text."""
        network = self._network
        if network.quantities[upper].kind not in ERRORS:
            slope = write(network.graph.slopes[upper][lower], PLAIN, network.text)
            return f"{network.partial(upper, lower).text} = {slope}"
        name = gradient_name(lower)
        given = lower in network.given
        return (
            write(network.derived[name].formula, PLAIN, network.text)
            if given
            else network.text(name)
        )


def write_chains(
    cells: Cells,
    chains: Chains,
    network: Network,
    lookup: Lookup,
    numbers: Mapping[str, float],
    top: int,
) -> int:
    """Write for each weight: factors, product, the table's gradient, the update.

    Of a long chain so many factors as fit stand in a row. Returns the last row.
    """
    product, update = block_column(1 + CHAIN), block_column(2 + CHAIN)
    heads = {1: "chain rule", product: "product", product + 1: "table's gradient"}
    longest = max(len(chains.of(weight)) for weight in network.trained)
    for place in range(min(CHAIN, longest)):
        also = "".join(f", {k + 1}" for k in range(place + CHAIN, min(longest, 4 * CHAIN), CHAIN))
        more = ", …" if longest > 4 * CHAIN else ""
        heads[block_column(1 + place)] = f"factor {place + 1}{also}{more}"
    heads |= {update: "old weight", update + 1: "new weight"}
    numeric = (product, product + 1, update, update + 1)
    write_header(cells, top, heads, numeric, update + 1)
    row = top + 1
    for weight in network.trained:
        cells.write(row, 1, "step label", network.partial(TOTAL, weight).text)
        factors = chains.of(weight)
        places, found = [], []
        for place, factor in enumerate(factors):
            line, column = row + place // CHAIN, block_column(1 + place % CHAIN)
            cells.write(line, column - 1, "step sign", "·" if place else "=")
            cells.write(line, column, "step text", factor.text)
            found.append(evaluate(factor.tree, cells.values))
            text = cells.in_excel(factor.tree)
            cells.write_formula(line, column + 1, "step value", text, found[-1])
            places.append(f"${letters(column + 1)}${line}")
        cells.write_formula(row, product, "step number", "*".join(places), prod(found))
        gradient, then = gradient_name(weight), network.given[weight].update
        cells.write_named(
            gradient, row, product + 1, "step number", lookup.number(gradient), numbers[gradient]
        )
        old = cells.address_of(weight), numbers[weight]
        cells.write_formula(row, update, "step value", *old)
        cells.write_computed(f"next {weight}", row, update + 1, "step value", then)
        last = row + (len(factors) - 1) // CHAIN
        cells.keep_together(row, last)
        row = last + 1
    return row - 1


def write_sums(
    cells: Cells,
    equations: Equations,
    network: Network,
    lookup: Lookup,
    numbers: Mapping[str, float],
    top: int,
) -> int:
    """Write each gradient as the sum over the uses of its weight. Returns the last row."""
    equations.header(top, {1: "chain rule", RESULT: "sum", CHECKED: "table's gradient"})
    row = top
    for weight in network.trained:
        row, gradient = row + 1, gradient_name(weight)
        line = equations.line(gradient)
        cells.write_formula(row, RESULT, "step number", *equations.computed(line.tree))
        found = lookup.number(gradient), numbers[gradient]
        cells.write_named(gradient, row, CHECKED, "step number", *found)
        row = equations.write_line(row, line)
    return row


def write_header(
    cells: Cells, row: int, texts: dict[int, str], numeric: tuple[int, ...], last: int
) -> None:
    """Write the names over columns."""
    cells.keep_together(row, row + 1)
    for column in range(1, last + 1):
        style = "compare header" if column in numeric else "step header"
        cells.write(row, column, style, texts.get(column, ""))
