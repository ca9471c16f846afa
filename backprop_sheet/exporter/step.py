"""The tab Step: the network, equations and chains of one epoch with their numbers, live.

One cell chooses the epoch. At the top the network is laid out in cells from left to right, as in
the drawing, with values that formulas look up in the table. Below is each equation in symbols, with
numbers and with its result. At the bottom is the chain rule for each weight, factor by factor.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.engine import numbers_at
from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.layout import Layout, number_text
from backprop_sheet.exporter.package import Additions
from backprop_sheet.formula import EXCEL, PLAIN, Name, Tree, evaluate, names, value_of, write
from backprop_sheet.network import (
    CLASS,
    FOR_UPDATES,
    PREDICTION,
    RATE,
    RIGHT,
    TOTAL,
    Group,
    Kind,
    Network,
    Unit,
)
from backprop_sheet.ooxml.addresses import Area, letters

TITLE = "Step"
EPOCH_CELL, TABLE_CELL, SAMPLE_CELL = "$B$3", "$B$4", "$B$6"
"""The cells that choose the epoch, the table and the sample."""
FIRST_ROW = 7
WIDTH, FACTOR, GAP = 108, 200, 22
"""The widths of a column, of one with factors, and of one between two blocks, in pixels."""
SIGNIFICANT = 9
"""Significant digits of numbers in equations: enough for the results beside them."""
HINT = "Choose in the yellow cells: everything on this tab, and on tab Check, follows."
MOST_TABLES = 100
"""The most tables to choose from: a formula cannot be longer."""


UPDATE_NOTE = "The product is the gradient. New weight = old weight − η · gradient, all at once."
LAYERS_NOTE = (
    "New weight = old weight − η · gradient, one layer after the other: the gradients of a layer "
    "see the new weights of the layers behind it."
)
EPOCH_END = ", after the last sample of the epoch"
TEXTS_NOTE = "numbers as text, for the equations"
ERRORS = (Kind.ERROR, Kind.TOTAL)
VALUE_STYLES = {**dict.fromkeys(ERRORS, "step number"), Kind.MEASURE: "setting value"}


def bracketed(number: float) -> str:
    """A number as a spreadsheet joins it to a text; in brackets if it is negative."""
    text = number_text(number, SIGNIFICANT)
    return f"({text})" if number < 0 else text


class _Factor(NamedTuple):
    """A factor of a chain: its text, its formula over cells of the tab, and its value."""

    text: str
    formula: str
    number: float


def _style(group: Group, place: int) -> str:
    """The style of a unit's quantity, by the quantity's position in the unit."""
    if group.role == "input":
        return "drawing input"
    return f"drawing {group.role} {('sum', 'activation')[place]}"


def block_column(number: int) -> int:
    """The first of a block's two columns; a narrow column follows each block."""
    return 1 + 3 * number


class Step:
    """Lays out the tab.

    Attributes:
        cells: the cells of the tab; the tab Check refers to them by name.
    """

    def __init__(self, sheet: Worksheet, tabs: Sequence[str], layout: Layout) -> None:
        """Start an empty tab that shows the tables of other tabs, all of the same layout."""
        self.cells = Cells(sheet)
        self._sheet, self._tabs, self._layout = sheet, tabs[:MOST_TABLES], layout
        self._network: Network = layout.network
        self._numbers = numbers_at(self._network, 0)
        # Quantities that are final only in the last row of a step are shown from that row.
        last = self._network.rules.step
        self._step_end_numbers = self._numbers if last == 1 else numbers_at(self._network, 0, last)
        self._equations: list[tuple[int, int, Tree]] = []
        self._known_factors: dict[tuple[str, str], _Factor] = {}
        self._longest = 0

    def lay_out(self) -> Additions:
        """Lay out the tab."""
        self._write_choice()
        row = self._write_network(FIRST_ROW + (len(self._network.samples) > 1))
        row = self._write_equations(row + 2, "forward pass", self._network.forward)
        row = self._write_equations(row + 2, "back from the error", self._network.backward)
        row = self._write_update_inputs(row + 2)
        row = self._write_chains(row + 2)
        columns = max(entry.column for entry in self.cells.entries)
        page.set_up(self._sheet, [self._width(column) for column in range(1, columns + 1)], 0)
        self._write_texts(columns + 3)
        self._sheet.print_area = Area(1, 1, columns, row).reference
        cell = EPOCH_CELL.replace("$", "")
        page.accept_whole(self._sheet, cell, "Epoch", (0, self._layout.epochs - 1))
        if (samples := len(self._network.samples)) > 1:
            page.accept_whole(self._sheet, SAMPLE_CELL.replace("$", ""), "Sample", (1, samples))
        if len(self._tabs) > 1:
            cell = TABLE_CELL.replace("$", "")
            page.accept_whole(self._sheet, cell, "Table", (1, len(self._tabs)))
        return Additions(cells=self.cells.entries, range=Area(1, 1, columns, row).reference)

    def _width(self, column: int) -> int:
        """The width of a column in pixels; factors need wide ones."""
        factors = [block_column(1 + place) for place in range(self._longest)]
        return GAP if column % 3 == 0 else FACTOR if column in factors else WIDTH

    def lookup(self, name: str) -> str:
        """A formula that looks up a setting, or a quantity of the chosen epoch, in its table."""
        if name in self._layout.settings:
            return self._in_chosen_table(f"{{}}!{self._layout.settings[name]}")
        area = self._layout.column(name).absolute
        return self._in_chosen_table(f"INDEX({{}}!{area},{self._row_of(name)})")

    def _cell_or_lookup(self, name: str) -> str:
        """The cell of a quantity; of one that stands further down, the formula that looks it up."""
        cells = self.cells
        return cells.address_of(name) if name in cells.addresses else self.lookup(name)

    def _number_of(self, leaf: Name) -> float:
        """The number of a quantity that has a cell, here or in the table."""
        return self.cells.values.get(leaf.id, self._numbers[leaf.id])

    def _row_of(self, name: str) -> str:
        """An expression for the row of a quantity in the table, for the chosen epoch and sample."""
        samples = len(self._network.samples)
        if samples == 1:
            return f"{EPOCH_CELL}+1"
        # A sample that does not exist must not lead to the numbers of another epoch.
        chosen = f"IF(AND({SAMPLE_CELL}>=1,{SAMPLE_CELL}<={samples}),{SAMPLE_CELL},NA())"
        rules = self._network.rules
        if rules.is_final_in_every_row(name):
            place = chosen
        else:
            many = rules.step < samples
            place = f"{rules.step}*(INT(({chosen}-1)/{rules.step})+1)" if many else f"{samples}"
        return f"{EPOCH_CELL}*{samples}+{place}"

    def _in_chosen_table(self, formula: str) -> str:
        """A formula over the chosen table, from a template with braces for the name of its tab."""
        formulas = [formula.format(f"'{tab}'") for tab in self._tabs]
        return formulas[0] if len(formulas) == 1 else f"CHOOSE({TABLE_CELL},{','.join(formulas)})"

    def _write_choice(self) -> None:
        cells, several = self.cells, len(self._tabs) > 1
        cells.write(1, 1, "hint", HINT)
        cells.write(3, 1, "step label", "epoch")
        cells.write(3, 2, "changeable", 0)
        last = self._layout.epochs - 1
        valid = f"AND(ISNUMBER({EPOCH_CELL}),{EPOCH_CELL}>=0,{EPOCH_CELL}<={last})"
        text = f'IF({valid},"0 to {last}","there is no such epoch: 0 to {last}")'
        cells.write_formula(3, block_column(1), "step label", text, f"0 to {last}")
        if several:
            cells.write(4, 1, "step label", "table")
            cells.write(4, 2, "changeable", 1)
            tabs = ",".join(f'"{tab}"' for tab in self._tabs)
            cells.write_formula(
                4, block_column(1), "step label", f"CHOOSE({TABLE_CELL},{tabs})", self._tabs[0]
            )
        cells.write(5, 1, "step label", "η")
        cells.write_named(RATE, 5, 2, "setting value", self.lookup(RATE), self._numbers[RATE])
        if (samples := len(self._network.samples)) > 1:
            cells.write(6, 1, "step label", "sample")
            cells.write(6, 2, "changeable", 1)
            valid = f"AND(ISNUMBER({SAMPLE_CELL}),{SAMPLE_CELL}>=1,{SAMPLE_CELL}<={samples})"
            no = f"there is no such sample: 1 to {samples}"
            text = f'IF({valid},"1 to {samples}","{no}")'
            cells.write_formula(6, block_column(1), "step label", text, f"1 to {samples}")

    # --- the network -----------------------------------------------------------------------

    def _write_network(self, top: int) -> int:
        """Write inputs, weights and neurons from left to right. Returns the last row."""
        network = self._network
        bottoms = [
            self._write_group(group, top, max(0, 2 * number - 1))
            for number, group in enumerate(network.groups)
        ]
        last, row = block_column(2 * len(network.groups) - 1), top
        for _, targets, errors in network.compared:
            for name in (*targets, *errors):
                style = "drawing error" if name in errors else "drawing target"
                self._write_value(name, style, row, last)
                row += 1
            row += 1
        self._write_value(TOTAL, "drawing total error", row, last)
        verdicts = [name for name in (CLASS, PREDICTION, RIGHT) if name in network.quantities]
        for place, name in enumerate(verdicts, start=row + 1):
            self._write_value(name, "step label", place, last)
        return max(*bottoms, row + len(verdicts))

    def _write_group(self, group: Group, top: int, number: int) -> int:
        """Write the weights of a group and, to their right, its units. Returns the last row."""
        row = top
        for unit in group.units:
            self._write_incoming(unit, row, number)
            beside = block_column(number + 1 if unit.incoming else number)
            for offset, name in enumerate(unit.quantities):
                self._write_value(name, _style(group, offset), row + offset, beside)
            row += max(2, len(unit.incoming)) + 1
        return row - 1 if group.weights else row - 3

    def _write_incoming(self, unit: Unit, row: int, number: int) -> None:
        labels = {
            weight: f"{weight} →" if weight == signal else f"{weight}: {signal} →"
            for weight, signal in unit.links
            if weight
        }
        labels |= {unit.bias: f"{unit.bias} →"} if unit.bias else {}
        for offset, (name, label) in enumerate(labels.items()):
            self._write_value(name, "step weight", row + offset, block_column(number), label)

    def _write_value(self, name: str, style: str, row: int, column: int, label: str = "") -> None:
        """Write a quantity's label and, beside it, its value in the table."""
        kind = self._network.quantities[name].kind
        shown = VALUE_STYLES.get(kind, "step value")
        self.cells.write(row, column, style, label or self._network.text(name))
        self.cells.write_named(name, row, column + 1, shown, self.lookup(name), self._numbers[name])

    # --- the equations ---------------------------------------------------------------------

    def _write_equations(self, top: int, title: str, quantities: tuple[str, ...]) -> int:
        """Write a row for each equation: symbols, numbers, result. Returns the last row."""
        symbols, numbers, result = block_column(1), block_column(3), block_column(5) + 1
        texts = {1: title, symbols: "in symbols", numbers: "with numbers", result: "result"}
        self._write_header(top, texts, numeric=(result,))
        row = top
        for row, name in enumerate(quantities, start=top + 1):
            quantity = self._network.derived[name]
            short = f"{quantity.short} = " if quantity.short else ""
            formula = short + self._text(quantity.formula)
            self.cells.write(row, 1, "step label", self._network.text(name))
            self.cells.write(row, symbols, "step text", formula)
            self._equations.append((row, numbers, quantity.formula))
            if name in self.cells.addresses:
                shown = "step number" if quantity.kind in ERRORS else "step value"
                self.cells.write_formula(
                    row, result, shown, self.cells.address_of(name), self._numbers[name]
                )
            else:
                self.cells.write_named(
                    name,
                    row,
                    result,
                    "step number",
                    write(quantity.formula, EXCEL, self._cell_or_lookup),
                    value_of(quantity.formula, self._number_of),
                )
        return row

    def _write_texts(self, column: int) -> None:
        """Write a column with each number as text, and the equations that are joined from them.

        A number that is joined to a text appears in the reader's locale. The function TEXT would
        need a format code, which depends on the locale as well.
        """
        cells, spelled = self.cells, {}
        used = dict.fromkeys(name for *_, tree in self._equations for name in names(tree))
        cells.write(1, column, "hint", TEXTS_NOTE)
        for row, name in enumerate(used, start=2):
            place = cells.address_of(name)
            digits = f"IF({place}=0,0,{SIGNIFICANT - 1}-INT(LOG10(ABS({place}))))"
            text = f'ROUND({place},{digits})&""'
            cells.write_formula(
                row,
                column,
                "compare helper",
                f'IF({place}<0,"("&{text}&")",{text})',
                bracketed(cells.values[name]),
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
                text += bracketed(self.cells.values[piece])
            elif piece:
                parts.append(f'"{piece}"')
                text += piece
        self.cells.write_formula(row, column, "step text", "&".join(parts), text)

    def _write_update_inputs(self, top: int) -> int:
        """Write what updates use besides gradients, such as settings. Returns the last row."""
        network, row = self._network, top
        known = self.cells.addresses  # numbers that formulas start from stand at the top
        settings = [name for name in network.named(Kind.SETTING) if name not in known]
        counters = (Kind.COUNTER,) if network.named(Kind.RATE) else ()
        carried = network.named(*counters, Kind.SEED, Kind.RATE, *FOR_UPDATES)
        if not settings and not carried:
            return top - 2
        self._write_header(top, {1: "for the update", 2: "value"}, numeric=(2,))
        for row, name in enumerate([*settings, *carried], start=top + 1):
            self.cells.write(row, 1, "step label", self._network.text(name))
            number = (
                self._numbers
                if network.rules.is_final_in_every_row(name)
                else self._step_end_numbers
            )[name]
            self.cells.write_named(name, row, 2, "step number", self.lookup(name), number)
        return row

    # --- the chains ------------------------------------------------------------------------

    def _write_chains(self, top: int) -> int:
        """Write a row for each weight: factors, product, the table's gradient, the update."""
        chains = {w: self._factors(w) for w in self._network.trained}
        longest = self._longest = max(map(len, chains.values()))
        product, update = block_column(1 + longest), block_column(2 + longest)
        heads = {1: "chain rule", product: "product", product + 1: "table's gradient"}
        heads |= {block_column(1 + place): f"factor {place + 1}" for place in range(longest)}
        heads |= {update: "old weight", update + 1: "new weight"}
        self._write_header(top, heads, numeric=(product, product + 1, update, update + 1))
        row = top
        for row, (weight, factors) in enumerate(chains.items(), start=top + 1):
            self.cells.write(row, 1, "step label", self._network.partial(TOTAL, weight).text)
            for place, factor in enumerate(factors, start=1):
                self.cells.write(
                    row, block_column(place) - 1, "step sign", "=" if place == 1 else "·"
                )
                self.cells.write(row, block_column(place), "step text", factor.text)
                number = block_column(place) + 1
                self.cells.write_formula(row, number, "step number", factor.formula, factor.number)
            self.cells.write(row, product - 1, "step sign", "=")
            self._write_product(row, product, weight, [factor.number for factor in factors])
            self._write_update(row, update, weight)
        self.cells.write(row + 1, 1, "hint", self._update_note())
        return row + 1

    def _update_note(self) -> str:
        """How weights are updated: in words or, with an optimizer, by the formula of the first."""
        network = self._network
        plain = not network.named(Kind.RATE, *FOR_UPDATES) and not network.design.rates
        if plain:
            return UPDATE_NOTE if not network.named(Kind.NEW) else LAYERS_NOTE
        first = network.trained[0]
        step, samples = network.rules.step, network.rules.samples
        steps = f", after every {step} samples" if step < samples else EPOCH_END
        when = "" if step == 1 else steps
        rule = self._text(network.given[first].update)
        return f"The product is the gradient. New {first} = {rule}; all at once{when}."

    def _write_product(self, row: int, column: int, weight: str, numbers: list[float]) -> None:
        cells, gradient = self.cells, gradient_name(weight)
        factor_cells = (
            f"${letters(block_column(k) + 1)}${row}" for k in range(1, len(numbers) + 1)
        )
        cells.write_formula(row, column, "step number", "*".join(factor_cells), prod(numbers))
        found, number = self.lookup(gradient), self._numbers[gradient]
        cells.write_named(gradient, row, column + 1, "step number", found, number)

    def _write_update(self, row: int, column: int, weight: str) -> None:
        cells, then = self.cells, self._network.given[weight].update
        cells.write_formula(
            row, column, "step value", cells.address_of(weight), self._numbers[weight]
        )
        cells.write_computed(f"next {weight}", row, column + 1, "step value", then)

    def _write_header(self, row: int, texts: dict[int, str], numeric: tuple[int, ...]) -> None:
        for column in range(1, max(texts) + 1):
            style = "compare header" if column in numeric else "step header"
            self.cells.write(row, column, style, texts.get(column, ""))

    def _factors(self, weight: str) -> list["_Factor"]:
        """The factors of a weight's gradient."""
        return [
            self._factor(upper, lower, lower == weight)
            for upper, lower in self._network.graph.path(weight, TOTAL)
        ]

    def _factor(self, upper: str, lower: str, last: bool) -> "_Factor":
        """The factor ∂upper/∂lower, which chains of several weights may share."""
        if (upper, lower) not in self._known_factors:
            network = self._network
            if (
                network.quantities[upper].kind in ERRORS
            ):  # an equation above, in the part back from the error
                name = gradient_name(lower)
                # A shared bias reaches the error on several paths: its only factor is the gradient.
                tree = network.derived[name].formula if last else Name(name)
                text = self._text(tree) if last else network.text(name)
            else:
                tree = network.graph.slopes[upper][lower]
                text = f"{network.partial(upper, lower).text} = {self._text(tree)}"
            number = evaluate(tree, self.cells.values)
            self._known_factors[upper, lower] = _Factor(text, self.cells.in_excel(tree), number)
        return self._known_factors[upper, lower]

    def _text(self, tree: Tree) -> str:
        return write(tree, PLAIN, self._network.text)
