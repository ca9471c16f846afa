"""The tab Step: one epoch's network, equations and chains with their numbers, live.

One cell chooses the epoch. The network stands in cells from left to right, as in the drawing, each
value found in the table; below it every equation in symbols, in numbers and with its result; below
that, for each weight, the chain rule as factors.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.engine import numbers_at
from backprop_sheet.exporter import page
from backprop_sheet.exporter.board import Board
from backprop_sheet.exporter.layout import Layout, general
from backprop_sheet.exporter.package import Additions
from backprop_sheet.formula import PLAIN, Name, Tree, evaluate, names, write
from backprop_sheet.network import RATE, TOTAL, Group, Kind, Network, Unit
from backprop_sheet.ooxml.addresses import Area, letters

TITLE = "Step"
EPOCH, PLACE, SAMPLE = "$B$3", "$B$4", "$B$6"
"""The cells that choose the epoch and, among several, the table and the sample."""
FIRST_ROW = 7
WIDTH, FACTOR, GAP = 108, 200, 22
"""Pixels of a column, of one with factors, and of one between blocks of two."""
SIGNIFICANT = 9
"""Digits of numbers put into equations: enough for the results shown beside them."""
HINT = "Choose in the yellow cells: everything on this tab, and on tab Check, follows."
MOST_TABLES = 100
"""Tables that can be chosen from; a formula has room for no more."""


UPDATE = "The product is the gradient. New weight = old weight − η · gradient, all at once."
TEXTS = "numbers as text, for the equations"
ERRORS = (Kind.ERROR, Kind.TOTAL)


def in_brackets(number: float) -> str:
    """A number as a spreadsheet joins it to a text, in brackets if it is negative."""
    text = general(number, SIGNIFICANT)
    return f"({text})" if number < 0 else text


class _Factor(NamedTuple):
    """A factor of a chain: its text, its formula over cells of this tab, and its number."""

    text: str
    formula: str
    number: float


def _style(group: Group, place: int) -> str:
    """The style of a unit's quantity, by its place among them."""
    if group.role == "input":
        return "drawing input"
    return f"drawing {group.role} {('sum', 'activation')[place]}"


def block(number: int) -> int:
    """The first of the two columns of a block; a narrow one follows."""
    return 1 + 3 * number


class Step:
    """The tab, while it is laid out.

    Attributes:
        board: its cells; the tab Check refers to them by name.
    """

    def __init__(self, sheet: Worksheet, tabs: Sequence[str], layout: Layout) -> None:
        """Start an empty tab for the tables of other tabs, which all have this layout."""
        self.board = Board(sheet)
        self._sheet, self._tabs, self._layout = sheet, tabs[:MOST_TABLES], layout
        self._network: Network = layout.network
        self._numbers = numbers_at(self._network, 0)
        # What is whole in the last row of a step only is shown as it is there.
        last = len(self._network.samples)
        self._at_end = self._numbers if last == 1 else numbers_at(self._network, 0, last)
        self._equations: list[tuple[int, int, Tree]] = []
        self._known_factors: dict[tuple[str, str], _Factor] = {}
        self._longest = 0

    def fill(self) -> Additions:
        """Lay the tab out."""
        self._write_choice()
        row = self._write_network(FIRST_ROW + (len(self._network.samples) > 1))
        row = self._write_equations(row + 2, "forward pass", self._network.forward)
        row = self._write_equations(row + 2, "back from the error", self._network.backward)
        row = self._write_taken(row + 2)
        row = self._write_chains(row + 2)
        columns = max(entry.column for entry in self.board.cells)
        page.set_up(self._sheet, [self._width(column) for column in range(1, columns + 1)], 0)
        self._write_texts(columns + 3)
        self._sheet.print_area = Area(1, 1, columns, row).reference
        cell = EPOCH.replace("$", "")
        page.admit_whole(self._sheet, cell, "Epoch", (0, self._layout.epochs - 1))
        if (samples := len(self._network.samples)) > 1:
            page.admit_whole(self._sheet, SAMPLE.replace("$", ""), "Sample", (1, samples))
        if len(self._tabs) > 1:
            cell = PLACE.replace("$", "")
            page.admit_whole(self._sheet, cell, "Table", (1, len(self._tabs)))
        return Additions(cells=self.board.cells, range=Area(1, 1, columns, row).reference)

    def _width(self, column: int) -> int:
        """Pixels: wide where a factor's name and formula stand."""
        factors = [block(1 + place) for place in range(self._longest)]
        return GAP if column % 3 == 0 else FACTOR if column in factors else WIDTH

    def found(self, name: str) -> str:
        """The formula that finds a quantity of the chosen epoch in the chosen table."""
        area = self._layout.column(name).absolute
        return self._chosen(f"INDEX({{}}!{area},{self._row_of(name)})")

    def _row_of(self, name: str) -> str:
        """The table's row, from 1, in which the chosen epoch and sample have a quantity."""
        samples = len(self._network.samples)
        if samples == 1:
            return f"{EPOCH}+1"
        # Of a sample that is not there nothing is shown, and not another epoch's numbers.
        chosen = f"IF(AND({SAMPLE}>=1,{SAMPLE}<={samples}),{SAMPLE},NA())"
        place = chosen if self._network.rules.is_whole(name) else samples
        return f"{EPOCH}*{samples}+{place}"

    def _chosen(self, formula: str) -> str:
        """A formula over the chosen table, whose tab's name it has a pair of braces for."""
        formulas = [formula.format(f"'{tab}'") for tab in self._tabs]
        return formulas[0] if len(formulas) == 1 else f"CHOOSE({PLACE},{','.join(formulas)})"

    def _write_choice(self) -> None:
        board, several = self.board, len(self._tabs) > 1
        board.put(1, 1, "hint", HINT)
        board.put(3, 1, "step label", "epoch")
        board.put(3, 2, "changeable", 0)
        last = self._layout.epochs - 1
        valid = f"AND(ISNUMBER({EPOCH}),{EPOCH}>=0,{EPOCH}<={last})"
        text = f'IF({valid},"0 to {last}","there is no such epoch: 0 to {last}")'
        board.formula(3, block(1), "step label", text, f"0 to {last}")
        if several:
            board.put(4, 1, "step label", "table")
            board.put(4, 2, "changeable", 1)
            tabs = ",".join(f'"{tab}"' for tab in self._tabs)
            board.formula(4, block(1), "step label", f"CHOOSE({PLACE},{tabs})", self._tabs[0])
        board.put(5, 1, "step label", "η")
        rate = self._chosen(f"{{}}!{self._layout.settings[RATE]}")
        board.named(RATE, 5, 2, "setting value", rate, self._numbers[RATE])
        if (samples := len(self._network.samples)) > 1:
            board.put(6, 1, "step label", "sample")
            board.put(6, 2, "changeable", 1)
            valid = f"AND(ISNUMBER({SAMPLE}),{SAMPLE}>=1,{SAMPLE}<={samples})"
            no = f"there is no such sample: 1 to {samples}"
            text = f'IF({valid},"1 to {samples}","{no}")'
            board.formula(6, block(1), "step label", text, f"1 to {samples}")

    # --- the network -----------------------------------------------------------------------

    def _write_network(self, top: int) -> int:
        """Inputs, weights and neurons, layer by layer from left to right; the row below."""
        network = self._network
        bottoms = [
            self._write_group(group, top, max(0, 2 * number - 1))
            for number, group in enumerate(network.groups)
        ]
        last, row = block(2 * len(network.groups) - 1), top
        errors = zip(network.named(Kind.TARGET), network.named(Kind.ERROR), strict=True)
        for target, error in errors:
            self._write_value(target, "drawing target", row, last)
            self._write_value(error, "drawing error", row + 1, last)
            row += 3
        self._write_value(TOTAL, "drawing total error", row, last)
        return max(*bottoms, row)

    def _write_group(self, group: Group, top: int, number: int) -> int:
        """What leads into a group and, right of it, its units; the row below."""
        row = top
        for unit in group.units:
            self._write_incoming(unit, row, number)
            beside = block(number + 1 if unit.incoming else number)
            for offset, name in enumerate(unit.quantities):
                self._write_value(name, _style(group, offset), row + offset, beside)
            row += max(2, len(unit.incoming)) + 1
        return row - 1 if group.weights else row - 3

    def _write_incoming(self, unit: Unit, row: int, number: int) -> None:
        labels = {link.weight: f"{link.weight}: {link.signal} →" for link in unit.links}
        labels |= {unit.bias: f"{unit.bias} →"} if unit.bias else {}
        for offset, (name, label) in enumerate(labels.items()):
            self._write_value(name, "step weight", row + offset, block(number), label)

    def _write_value(self, name: str, style: str, row: int, column: int, label: str = "") -> None:
        """A quantity's name or label and, beside it, the value that the table has for it."""
        error = self._network.quantities[name].kind in ERRORS
        shown = "step number" if error else "step value"
        self.board.put(row, column, style, label or self._network.text(name))
        self.board.named(name, row, column + 1, shown, self.found(name), self._numbers[name])

    # --- the equations ---------------------------------------------------------------------

    def _write_equations(self, top: int, title: str, quantities: list[str]) -> int:
        """A row for each: its formula in symbols, with numbers, and its result; the last row."""
        symbols, numbers, result = block(1), block(3), block(5) + 1
        texts = {1: title, symbols: "in symbols", numbers: "with numbers", result: "result"}
        self._write_header(top, texts, numeric=(result,))
        row = top
        for row, name in enumerate(quantities, start=top + 1):
            quantity = self._network.derived[name]
            short = f"{quantity.short} = " if quantity.short else ""
            formula = short + self._text(quantity.formula)
            self.board.put(row, 1, "step label", self._network.text(name))
            self.board.put(row, symbols, "step text", formula)
            self._equations.append((row, numbers, quantity.formula))
            if name in self.board.places:
                shown = "step number" if quantity.kind in ERRORS else "step value"
                self.board.formula(row, result, shown, self.board.place(name), self._numbers[name])
            else:
                self.board.computed(name, row, result, "step number", quantity.formula)
        return row

    def _write_texts(self, column: int) -> None:
        """The equations with numbers, from a column in which each number stands as text.

        Joined to a text, a number is written in the reader's own locale; the function TEXT would
        need a format code in it.
        """
        board, spelled = self.board, {}
        used = dict.fromkeys(name for *_, tree in self._equations for name in names(tree))
        board.put(1, column, "hint", TEXTS)
        for row, name in enumerate(used, start=2):
            place = board.place(name)
            digits = f"IF({place}=0,0,{SIGNIFICANT - 1}-INT(LOG10(ABS({place}))))"
            text = f'ROUND({place},{digits})&""'
            board.formula(
                row,
                column,
                "compare helper",
                f'IF({place}<0,"("&{text}&")",{text})',
                in_brackets(board.values[name]),
            )
            spelled[name] = f"${letters(column)}${row}"
        for row, numbers, tree in self._equations:
            self._write_with_numbers(row, numbers, tree, spelled)

    def _write_with_numbers(
        self, row: int, column: int, tree: Tree, spelled: dict[str, str]
    ) -> None:
        mark = "\0"
        parts, text = [], ""
        pieces = write(tree, PLAIN, lambda name: f"{mark}{name}{mark}").split(mark)
        for number, piece in enumerate(pieces):
            if number % 2:
                parts.append(spelled[piece])
                text += in_brackets(self.board.values[piece])
            elif piece:
                parts.append(f'"{piece}"')
                text += piece
        self.board.formula(row, column, "step text", "&".join(parts), text)

    def _write_taken(self, top: int) -> int:
        """What the update takes besides gradients: settings, states, means; the last row."""
        network, row = self._network, top
        settings = [name for name in network.named(Kind.SETTING) if name != RATE]
        counters = (Kind.COUNTER,) if network.named(Kind.RATE) else ()
        carried = network.named(*counters, Kind.RATE, Kind.MEAN, Kind.STATE)
        if not settings and not carried:
            return top - 2
        self._write_header(top, {1: "for the update", 2: "value"}, numeric=(2,))
        for row, name in enumerate([*settings, *carried], start=top + 1):
            self.board.put(row, 1, "step label", self._network.text(name))
            where = self._layout.settings.get(name)
            found = self._chosen(f"{{}}!{where}") if where else self.found(name)
            number = (self._numbers if network.rules.is_whole(name) else self._at_end)[name]
            self.board.named(name, row, 2, "step number", found, number)
        return row

    # --- the chains ------------------------------------------------------------------------

    def _write_chains(self, top: int) -> int:
        """A row for each weight: its factors, their product, the table's gradient, the update."""
        chains = {w: self._factors(w) for w in self._network.trained}
        longest = self._longest = max(map(len, chains.values()))
        product, update = block(1 + longest), block(2 + longest)
        heads = {1: "chain rule", product: "product", product + 1: "table's gradient"}
        heads |= {block(1 + place): f"factor {place + 1}" for place in range(longest)}
        heads |= {update: "old weight", update + 1: "new weight"}
        self._write_header(top, heads, numeric=(product, product + 1, update, update + 1))
        row = top
        for row, (weight, factors) in enumerate(chains.items(), start=top + 1):
            self.board.put(row, 1, "step label", self._network.partial(TOTAL, weight).text)
            for place, factor in enumerate(factors, start=1):
                self.board.put(row, block(place) - 1, "step sign", "=" if place == 1 else "·")
                self.board.put(row, block(place), "step text", factor.text)
                number = block(place) + 1
                self.board.formula(row, number, "step number", factor.formula, factor.number)
            self.board.put(row, product - 1, "step sign", "=")
            self._write_product(row, product, weight, [factor.number for factor in factors])
            self._write_update(row, update, weight)
        self.board.put(row + 1, 1, "hint", self._update())
        return row + 1

    def _update(self) -> str:
        """How the weights move, in words or, with an optimizer, by the first of them."""
        network = self._network
        plain = not network.named(Kind.STATE, Kind.RATE, Kind.MEAN)
        if plain:
            return UPDATE
        first = network.trained[0]
        when = ", after the last sample of the epoch" if network.design.step > 1 else ""
        rule = self._text(network.given[first].then)
        return f"The product is the gradient. New {first} = {rule}; all at once{when}."

    def _write_product(self, row: int, column: int, weight: str, numbers: list[float]) -> None:
        board, gradient = self.board, gradient_name(weight)
        cells = (f"${letters(block(k) + 1)}${row}" for k in range(1, len(numbers) + 1))
        board.formula(row, column, "step number", "*".join(cells), prod(numbers))
        found, number = self.found(gradient), self._numbers[gradient]
        board.named(gradient, row, column + 1, "step number", found, number)

    def _write_update(self, row: int, column: int, weight: str) -> None:
        board, then = self.board, self._network.given[weight].then
        board.formula(row, column, "step value", board.place(weight), self._numbers[weight])
        board.computed(f"next {weight}", row, column + 1, "step value", then)

    def _write_header(self, row: int, texts: dict[int, str], numeric: tuple[int, ...]) -> None:
        for column in range(1, max(texts) + 1):
            style = "compare header" if column in numeric else "step header"
            self.board.put(row, column, style, texts.get(column, ""))

    def _factors(self, weight: str) -> list["_Factor"]:
        """The factors of a weight's gradient."""
        return [
            self._factor(upper, lower, lower == weight)
            for upper, lower in self._network.graph.path(weight, TOTAL)
        ]

    def _factor(self, upper: str, lower: str, last: bool) -> "_Factor":
        """∂upper/∂lower: the same in the chains of all weights that go through it."""
        if (upper, lower) not in self._known_factors:
            network = self._network
            if network.quantities[upper].kind in ERRORS:  # worked out above, back from the error
                name = gradient_name(lower)
                # Of a weight that leads to the error by several ways, as a shared bias, the whole.
                tree = network.derived[name].formula if last else Name(name)
                text = self._text(tree) if last else network.text(name)
            else:
                tree = network.graph.slopes[upper][lower]
                text = f"{network.partial(upper, lower).text} = {self._text(tree)}"
            number = evaluate(tree, self.board.values)
            self._known_factors[upper, lower] = _Factor(text, self.board.excel(tree), number)
        return self._known_factors[upper, lower]

    def _text(self, tree: Tree) -> str:
        return write(tree, PLAIN, self._network.text)
