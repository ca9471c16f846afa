"""The tab Step: the network, equations and chains of one epoch with their numbers, live.

One cell chooses the epoch. At the top the network is laid out in cells from left to right, as in
the drawing, with values that formulas look up in the table; what stands in rows and columns is a
grid. Below is each equation in symbols, with numbers and with its result. At the bottom is the
chain rule for each weight: factor by factor, or as the sum over the uses of a weight that is
shared.
"""

from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import columns_of, is_picture
from backprop_sheet.engine import numbers_at
from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.equations import ERRORS, SPACIOUS, Equations, Line, text_width
from backprop_sheet.exporter.grids import PLACE, TALL, Grids
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.exporter.package import Additions
from backprop_sheet.formula import PLAIN, Name, Tree, evaluate, names, write
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
from backprop_sheet.network.grids import pictures
from backprop_sheet.ooxml.addresses import Area, letters

TITLE = "Step"
EPOCH_CELL, TABLE_CELL, SAMPLE_CELL = "$B$3", "$B$4", "$B$6"
"""The cells that choose the epoch, the table and the sample."""
FIRST_ROW = 7
WIDTH, FACTOR, GAP = 108, 200, 22
"""The widths of a column, of one with factors, and of one between two blocks, in pixels."""
WIDEST_FACTOR = 260
"""The most pixels for the text of a factor; with longer ones, chains are written as equations."""
LABEL = 108
PAIR = (LABEL, 100, 22)
"""Beside grids: the widths of a column with names, of one with their numbers, and of the gap after
them."""
HINT = "Choose in the yellow cells: everything on this tab, and on tab Check, follows."
MOST_TABLES = 100
"""The most tables to choose from: a formula cannot be longer."""


BACK = "back from the error"
UPDATE_NOTE = "The {} is the gradient. New weight = old weight − η · gradient, all at once."
LAYERS_NOTE = (
    "New weight = old weight − η · gradient, one layer after the other: the gradients of a layer "
    "see the new weights of the layers behind it."
)
EPOCH_END = ", after the last sample of the epoch"
GRIDS_NOTE = "In grids blue is above 0, white is 0, red is below."
BESIDE, CHECKED = 5, 3
"""Where chains are sums: the first column of the network and of equations, and the column of what
the table has. Results stand on their left."""
VALUE_STYLES = {**dict.fromkeys(ERRORS, "step number"), Kind.MEASURE: "setting value"}


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
        self._grids = Grids(sheet, self.cells, self._network, self.lookup)
        self._has_grids = any(map(is_picture, self._network.groups))
        self._equations = Equations(
            self.cells, self._network, self._cell_or_lookup, self._numbers, self._width
        )
        self._known_factors: dict[tuple[str, str], _Factor] = {}
        paths = [self._network.graph.path(weight, TOTAL) for weight in self._network.trained]
        steps = dict.fromkeys(step for path in paths for step in path)
        widest = max(text_width(self._factor_text(*step)) for step in steps)
        self._in_factors = not self._has_grids and widest <= WIDEST_FACTOR
        self._factor_width = max(FACTOR, round(widest)) if self._in_factors else FACTOR
        self._longest = max(map(len, paths)) if self._in_factors else 0

    def lay_out(self) -> Additions:
        """Lay out the tab."""
        network, equations = self._network, self._equations
        self._write_choice()
        top = FIRST_ROW + (len(network.samples) > 1)
        row = self._write_network(top) if self._in_factors else self._write_beside(top)
        lines = [equations.line(name) for name in (*network.forward, *network.backward)]
        if not self._in_factors:
            lines += [
                each(weight) for weight in network.trained for each in (self._sum, self._update)
            ]
        equations.arrange(lines, 0 if self._in_factors else BESIDE)
        row = equations.write(row + 2, "forward pass", network.forward)
        row = equations.write(row + 2, BACK, network.backward)
        row = self._write_update_inputs(row + 2)
        row = self._write_chains(row + 2) if self._in_factors else self._write_sums(row + 2)
        self._grids.write_gradients()
        columns = max(equations.columns.last, *(entry.column for entry in self.cells.entries))
        page.set_up(self._sheet, [self._width(column) for column in range(1, columns + 1)], 0)
        equations.write_texts(columns + 3)
        self._sheet.print_area = Area(1, 1, columns, row).reference
        self._accept_choices()
        tall = range(top, self._grids.bottom + 1) if self._has_grids else ()
        return Additions(
            cells=self.cells.entries,
            heights=dict.fromkeys(tall, TALL * page.POINTS),
            range=Area(1, 1, columns, row).reference,
        )

    def _accept_choices(self) -> None:
        """Make the cells that choose accept only what there is."""
        ends = {EPOCH_CELL: ("Epoch", (0, self._layout.epochs - 1))}
        if (samples := len(self._network.samples)) > 1:
            ends[SAMPLE_CELL] = ("Sample", (1, samples))
        if len(self._tabs) > 1:
            ends[TABLE_CELL] = ("Table", (1, len(self._tabs)))
        for cell, (name, limits) in ends.items():
            page.accept_whole(self._sheet, cell.replace("$", ""), name, limits)

    def _width(self, column: int) -> int:
        """The width of a column in pixels; factors need wide ones."""
        if column == 1:
            return max(WIDTH, self._widest_name)
        if not self._in_factors:
            usual = WIDTH if column <= CHECKED else GAP if column < BESIDE else PLACE
            return self._grids.widths.get(column, usual)
        factors = [block_column(1 + place) for place in range(self._longest)]
        return GAP if column % 3 == 0 else self._factor_width if column in factors else WIDTH

    @cached_property
    def _widest_name(self) -> int:
        """The width of the longest text with something on its right, in pixels."""
        network, texts = self._network, [""]
        shown = network.named(*FOR_UPDATES)
        if self._equations.columns != SPACIOUS:
            shown += [*network.forward, *network.backward, *map(gradient_name, network.trained)]
            texts.append(f"{BACK}  ")
        return round(max(map(text_width, texts + [network.text(name) for name in shown])))

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
        bottoms = []
        for number, group in enumerate(network.groups):
            left = block_column(max(0, 2 * number - 1))
            right = block_column(2 * number) if number else left
            bottoms.append(self._write_group(group, top, left, right))
        row = self._write_errors(top, block_column(2 * len(network.groups) - 1))
        return max(*bottoms, row)

    def _write_errors(self, top: int, column: int) -> int:
        """Write targets, errors, their total and what is predicted. Returns the last row."""
        network, row = self._network, top
        for _, targets, errors in network.compared:
            for name in (*targets, *errors):
                style = "drawing error" if name in errors else "drawing target"
                self._write_value(name, style, row, column)
                row += 1
            row += 1
        self._write_value(TOTAL, "drawing total error", row, column)
        verdicts = network.design.of_each_sample([CLASS, PREDICTION, RIGHT])
        shown = [name for name in verdicts if name in network.quantities]
        for name in dict.fromkeys([*self._predicting(), *shown]):
            row += 1
            self._write_value(name, "step label", row, column)
        return row

    def _predicting(self) -> list[str]:
        """The outputs that predictions are made of, where they are not those that learn.

        So it is with dropout and batch normalisation.
        """
        quantities = self._network.quantities
        predictions = self._network.design.of_each_sample([PREDICTION])
        formulas = (self._network.derived[n].formula for n in predictions if n in quantities)
        used = (name for formula in formulas for name in names(formula))
        return [name for name in used if quantities[name].kind is Kind.MEASURE]

    def _write_group(self, group: Group, top: int, left: int, right: int) -> int:
        """Write the weights of a group and, to their right, its units. Returns the last row."""
        row = top
        for unit in group.units:
            self._write_incoming(unit, row, left)
            beside = right if unit.incoming else left
            for offset, name in enumerate(unit.quantities):
                self._write_value(name, _style(group, offset), row + offset, beside)
            row += max(2, len(unit.incoming)) + 1
        return row - 1 if group.weights else row - 3

    def _write_incoming(self, unit: Unit, row: int, column: int) -> None:
        labels = {
            weight: f"{weight} →" if weight == signal else f"{weight}: {signal} →"
            for weight, signal in unit.links
            if weight
        }
        labels |= {unit.bias: f"{unit.bias} →"} if unit.bias else {}
        for offset, (name, label) in enumerate(labels.items()):
            self._write_value(name, "step weight", row + offset, column, label)

    def _write_beside(self, top: int) -> int:
        """Write the network beside the columns of results, with grids. Returns the last row."""
        grids, left, bottoms = self._grids, BESIDE, []
        if self._has_grids:
            self.cells.write(top, 1, "step caption", "forward pass")
            self.cells.write(top + 1, 1, "hint", GRIDS_NOTE)
        for groups in columns_of(self._network):
            if self._has_grids and pictures(groups[0]):
                left = grids.write(groups, self._numbers, top, left)
                continue
            (group,) = groups
            right = left + len(PAIR) if any(unit.incoming for unit in group.units) else left
            bottoms.append(self._write_group(group, top, left, right))
            for first in {left: None, right: None}:
                grids.widths |= dict(enumerate(PAIR, start=first))
            left = right + len(PAIR)
        bottoms.append(self._write_errors(top, left))
        grids.widths |= {left: LABEL, left + 1: WIDTH}
        below = grids.place_gradients(top, max(*bottoms, grids.bottom))
        if below:
            self.cells.write(below, 1, "step caption", BACK)
        return grids.bottom

    def _write_value(self, name: str, style: str, row: int, column: int, label: str = "") -> None:
        """Write a quantity's label and, beside it, its value in the table."""
        kind = self._network.quantities[name].kind
        shown = VALUE_STYLES.get(kind, "step value")
        self.cells.write(row, column, style, label or self._network.text(name))
        self.cells.write_named(name, row, column + 1, shown, self.lookup(name), self._numbers[name])

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

    def _sum(self, weight: str) -> Line:
        """A weight's gradient: the sum over its uses."""
        return self._equations.line(gradient_name(weight))

    def _update(self, weight: str) -> Line:
        update = self._network.given[weight].update
        return Line(f"new {weight}", self._equations.text(update), update)

    def _write_sums(self, top: int) -> int:
        """Write each gradient as the sum over the uses of its weight, then the updates."""
        cells, network, equations = self.cells, self._network, self._equations
        result, many = equations.columns.result, len(network.trained) * equations.columns.rows
        equations.header(top, {1: "chain rule", result: "sum", CHECKED: "table's gradient"})
        for row, weight in equations.rows(top + 1, network.trained):
            line, gradient = self._sum(weight), gradient_name(weight)
            equations.write_line(row, line)
            cells.write_formula(row, result, "step number", *equations.computed(line.tree))
            found, number = self.lookup(gradient), self._numbers[gradient]
            cells.write_named(gradient, row, CHECKED, "step number", found, number)
        top += many + 2
        equations.header(top, {1: "update", result: "new weight", CHECKED: "old weight"})
        for row, weight in equations.rows(top + 1, network.trained):
            line = self._update(weight)
            equations.write_line(row, line)
            cells.write_computed(f"next {weight}", row, result, "step value", line.tree)
            place, number = cells.address_of(weight), self._numbers[weight]
            cells.write_formula(row, CHECKED, "step value", place, number)
        cells.write(top + many + 1, 1, "hint", self._update_note())
        return top + many + 1

    def _write_chains(self, top: int) -> int:
        """Write a row for each weight: factors, product, the table's gradient, the update."""
        chains = {w: self._factors(w) for w in self._network.trained}
        longest = self._longest
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
        network, found = self._network, "product" if self._in_factors else "sum"
        plain = not network.named(Kind.RATE, *FOR_UPDATES) and not network.design.rates
        if plain:
            return UPDATE_NOTE.format(found) if not network.named(Kind.NEW) else LAYERS_NOTE
        first = network.trained[0]
        step, samples = network.rules.step, network.rules.samples
        steps = f", after every {step} samples" if step < samples else EPOCH_END
        when = "" if step == 1 else steps
        rule = self._text(network.given[first].update)
        return f"The {found} is the gradient. New {first} = {rule}; all at once{when}."

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
            if network.quantities[upper].kind in ERRORS:  # an equation above
                name = gradient_name(lower)
                # A shared bias reaches the error on several paths: its only factor is the gradient.
                tree = network.derived[name].formula if last else Name(name)
            else:
                tree = network.graph.slopes[upper][lower]
            text, number = self._factor_text(upper, lower), evaluate(tree, self.cells.values)
            self._known_factors[upper, lower] = _Factor(text, self.cells.in_excel(tree), number)
        return self._known_factors[upper, lower]

    def _factor_text(self, upper: str, lower: str) -> str:
        """The factor ∂upper/∂lower, as text."""
        network = self._network
        if network.quantities[upper].kind not in ERRORS:
            slope = self._text(network.graph.slopes[upper][lower])
            return f"{network.partial(upper, lower).text} = {slope}"
        name = gradient_name(lower)
        given = lower in network.given
        return self._text(network.derived[name].formula) if given else network.text(name)

    def _text(self, tree: Tree) -> str:
        return write(tree, PLAIN, self._network.text)
