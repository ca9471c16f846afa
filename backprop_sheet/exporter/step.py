"""The tab Step: one epoch's network, equations and chains with their numbers, live.

One cell chooses the epoch. The network stands in cells from left to right, as in the drawing, each
value found in the table; below it every equation in symbols, in numbers and with its result; below
that, for each weight, the chain rule as factors.
"""

from collections.abc import Iterator

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name, partial_name, path
from backprop_sheet.derivation import partial, symbol
from backprop_sheet.engine import numbers_at
from backprop_sheet.exporter import page
from backprop_sheet.exporter.board import Board
from backprop_sheet.exporter.layout import Area, Layout
from backprop_sheet.exporter.package import Additions
from backprop_sheet.formula import PLAIN, Tree, inline, write
from backprop_sheet.network import RATE, TOTAL, Kind, Network

TITLE = "Step"
EPOCH = "$B$3"
"""The cell that chooses the epoch."""
FIRST_ROW = 7
WIDTH = 112
"""Pixels of a column."""
DECIMALS, CHAIN_DECIMALS = 6, 10
"""Digits after the point of numbers put into equations, and into chains."""
HINT = "Choose an epoch in B3: everything on this tab is that of its row in the table."


class Step:
    """The tab, while it is laid out."""

    def __init__(self, sheet: Worksheet, tab: str, layout: Layout) -> None:
        """Start an empty tab for the table of another tab, named `tab`."""
        self.board = Board(sheet)
        self._sheet, self._tab, self._layout = sheet, tab, layout
        self._network: Network = layout.network
        self._numbers = numbers_at(self._network, 0)

    def fill(self) -> Additions:
        """Lay the tab out."""
        self._write_choice()
        row = self._write_network(FIRST_ROW)
        row = self._write_equations(row + 2)
        row = self._write_chains(row + 2)
        columns = max(entry.column for entry in self.board.cells)
        page.set_up(self._sheet, [WIDTH] * columns, 0)
        last = self._layout.epochs - 1
        page.admit_epochs(self._sheet, EPOCH.replace("$", ""), last)
        return Additions(cells=self.board.cells, range=Area(1, 1, columns, row).reference)

    def found(self, name: str) -> str:
        """The formula that finds a quantity of the chosen epoch in the table."""
        area = self._layout.column(name).absolute
        return f"INDEX('{self._tab}'!{area},{EPOCH}+1)"

    def _write_choice(self) -> None:
        board = self.board
        board.put(1, 1, "hint", HINT)
        board.put(3, 1, "step label", "epoch")
        board.put(3, 2, "changeable", 0)
        board.put(3, 3, "step label", f"of 0 to {self._layout.epochs - 1}")
        board.put(4, 1, "step label", "η")
        rate = f"'{self._tab}'!{self._layout.settings[RATE]}"
        board.named(RATE, 4, 2, "step value", rate, self._numbers[RATE])

    # --- the network -----------------------------------------------------------------------

    def _write_network(self, top: int) -> int:
        """Inputs, weights and neurons, layer by layer from left to right; the row below."""
        network, column, bottom = self._network, 1, top
        for row, name in enumerate(network.named(Kind.INPUT)):
            self._write_value(name, "drawing input", top + 3 * row, column)
        column += 2
        layers = list(zip(network.weights_by_layer, network.activations_by_layer, strict=True))
        for depth, (weights, activations) in enumerate(layers, start=1):
            layer = "output" if depth == len(layers) else "hidden"
            bottom = max(bottom, self._write_layer(layer, weights, activations, top, column))
            column += 4
        row = top
        for target, error in zip(
            network.named(Kind.TARGET), network.named(Kind.ERROR), strict=True
        ):
            self._write_value(target, "drawing target", row, column)
            self._write_value(error, "drawing error", row + 1, column)
            row += 3
        self._write_value(TOTAL, "drawing total error", row, column)
        return max(bottom, row)

    def _write_layer(
        self, layer: str, weights: list[str], activations: list[str], top: int, column: int
    ) -> int:
        row, size = top, len(weights) // len(activations)
        for number, activation in enumerate(activations):
            into = weights[number * size : (number + 1) * size]
            for place, weight in enumerate(into):
                self._write_value(weight, "step weight", row + place, column)
            (sum_,) = self._network.slopes[activation]
            self._write_value(sum_, f"drawing {layer} sum", row, column + 2)
            self._write_value(activation, f"drawing {layer} activation", row + 1, column + 2)
            row += max(2, size) + 1
        return row - 1

    def _write_value(self, name: str, style: str, row: int, column: int) -> None:
        """A name and, beside it, the value that the table has for it."""
        label = symbol(name)
        if self._network.quantities[name].kind is Kind.WEIGHT:
            label = f"{name}: {self._network.signal(name)} →"
        self.board.put(row, column, style, label)
        number = self._numbers[name]
        self.board.named(name, row, column + 1, "step value", self.found(name), number)

    # --- the equations ---------------------------------------------------------------------

    def _write_equations(self, top: int) -> int:
        """Forward pass and errors: in symbols, with numbers, the result; the last row."""
        for column, text in (
            (1, "quantity"),
            (2, "in symbols"),
            (5, "with numbers"),
            (9, "result"),
        ):
            self.board.put(top, column, "step header", text)
        for column in (3, 4, 6, 7, 8):
            self.board.put(top, column, "step header", "")
        row = top
        for row, name in enumerate(self._network.forward, start=top + 1):
            quantity = self._network.derived[name]
            symbols = write(quantity.formula, PLAIN, symbol)
            self.board.put(row, 1, "step label", symbol(name))
            short = f"{quantity.short} = " if quantity.short else ""
            self.board.put(row, 2, "step text", short + symbols)
            text, value = self._with_numbers(quantity.formula)
            self.board.formula(row, 5, "step text", text, value)
            place = self.board.place(name).replace("$", "")
            self.board.formula(row, 9, "step value", place, self._numbers[name])
        return row

    def _with_numbers(self, tree: Tree) -> tuple[str, str]:
        """The formula that writes an equation with its numbers, and the text it gives."""
        mark = "\0"
        pieces = write(tree, PLAIN, lambda name: f"{mark}{name}{mark}").split(mark)
        parts, text = [], ""
        for number, piece in enumerate(pieces):
            if number % 2:
                parts.append(f"FIXED({self.board.place(piece)},{DECIMALS},TRUE)")
                text += f"{self.board.values[piece]:.{DECIMALS}f}"
            elif piece:
                parts.append(f'"{piece}"')
                text += piece
        return "&".join(parts), text

    # --- the chains ------------------------------------------------------------------------

    def _write_chains(self, top: int) -> int:
        """A row for each weight: its factors, their product, the table's gradient, the update."""
        chains = {w: list(self._factors(w)) for w in self._network.named(Kind.WEIGHT)}
        longest = max(map(len, chains.values()))
        self._write_chain_header(top, longest)
        row = top
        for row, (weight, factors) in enumerate(chains.items(), start=top + 1):
            self.board.put(row, 1, "step label", partial(TOTAL, weight))
            for place, (name, tree, label) in enumerate(factors):
                self.board.put(row, 2 + 2 * place, "step text", label)
                key = f"{name} of {weight}"
                self.board.computed(key, row, 3 + 2 * place, "step number", tree)
            self._write_result(
                weight,
                [key for key in self.board.places if key.endswith(f" of {weight}")],
                row,
                2 + 2 * longest,
            )
        return row

    def _write_result(self, weight: str, factors: list[str], row: int, column: int) -> None:
        board, gradient = self.board, gradient_name(weight)
        cells = [board.place(name).replace("$", "") for name in factors]
        value = 1.0
        for name in factors:
            value *= board.values[name]
        board.formula(row, column, "step number", "*".join(cells), value)
        number = self._numbers[gradient]
        board.named(gradient, row, column + 1, "step number", self.found(gradient), number)
        board.formula(
            row,
            column + 2,
            "step value",
            board.place(weight).replace("$", ""),
            self._numbers[weight],
        )
        board.computed(
            f"next {weight}", row, column + 3, "step value", self._network.given[weight].then
        )

    def _write_chain_header(self, top: int, longest: int) -> None:
        heads = ["chain"]
        for place in range(longest):
            heads += [f"factor {place + 1}", ""]
        heads += ["product", "in the table", "old weight", "new weight"]
        for column, text in enumerate(heads, start=1):
            self.board.put(top, column, "step header", text)

    def _factors(self, weight: str) -> Iterator[tuple[str, Tree, str]]:
        """The factors of a weight's gradient: name, formula over values of this tab, and sign."""
        network = self._network
        for upper, lower in path(network.slopes, weight, TOTAL):
            if upper == TOTAL:
                name = gradient_name(lower)
                yield (
                    name,
                    inline(network.derived[name].formula, network.partials),
                    partial(upper, lower),
                )
            else:
                yield (
                    partial_name(upper, lower),
                    network.slopes[upper][lower],
                    partial(upper, lower),
                )
