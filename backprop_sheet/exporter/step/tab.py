"""Lays out the tab Step: the choice of an epoch, the network, equations, chains, updates."""

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import is_picture
from backprop_sheet.engine import numbers_at, numbers_with_row_above
from backprop_sheet.exporter import page
from backprop_sheet.exporter.cells import Cells
from backprop_sheet.exporter.formats import add_formats
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.exporter.package import Additions
from backprop_sheet.exporter.paragraphs import Paragraphs
from backprop_sheet.exporter.printing import LEAST, PAGE_WIDTH, over_rows
from backprop_sheet.exporter.step.chains import Chains, write_chains, write_sums
from backprop_sheet.exporter.step.equations import Equations
from backprop_sheet.exporter.step.grids import TALL, Grids
from backprop_sheet.exporter.step.layers import BACK, Layers
from backprop_sheet.exporter.step.plan import (
    LIMIT,
    WIDEST_FACTOR,
    WIDTH,
    Beside,
    Blocks,
    Plan,
    block_column,
    fitting,
)
from backprop_sheet.exporter.step.table import EPOCH_CELL, SAMPLE_CELL, TABLE_CELL, Lookup
from backprop_sheet.exporter.step.updates import Numbers, Updates, old
from backprop_sheet.network import FOR_UPDATES, RATE, Network
from backprop_sheet.ooxml.addresses import Area

FIRST_ROW = 7
HINT = "Choose in the yellow cells: everything on this tab follows."
CHECKED_HINT = "Choose in the yellow cells: everything on this tab, and on tab Check, follows."
TITLE = "Step"


class Step:
    """Lays out the tab.

    Attributes:
        cells: the cells of the tab; the tab Check refers to them by name.
        lookup: finds numbers in the chosen table.
    """

    def __init__(self, sheet: Worksheet, tabs: Sequence[str], layout: Layout) -> None:
        """Start an empty tab that shows the tables of other tabs, all of the same layout."""
        self.cells, self.lookup = Cells(sheet), Lookup(tabs, layout)
        self._sheet, self._layout = sheet, layout
        self._network: Network = layout.network
        # Quantities that are final only in the last row of a step are shown from that row.
        sample, network = self._network.shown_sample, self._network
        end = network.rules.step_end(sample)
        self._numbers = Numbers(
            numbers_at(network, 0, sample), *numbers_with_row_above(network, 0, end)
        )
        self._has_grids = any(map(is_picture, self._network.groups))
        self._chains = Chains(self._network)
        self._plan = self._planned()
        self._paragraphs = Paragraphs(sheet, self._plan.width)
        self._equations = Equations(
            self.cells,
            self._network,
            self._cell_or_lookup,
            self._numbers.first,
            self._paragraphs,
            self._plan.columns,
        )

    def _planned(self) -> Plan:
        """Blocks where every factor, and every name, is short enough; otherwise chains are sums."""
        network, widest = self._network, self._chains.widest
        names = [network.text(name) for name in network.quantities]
        incoming = [
            f"{weight}: {signal} →"
            for group in network.groups
            for unit in group.units
            for weight, signal in unit.links
        ]
        short = max(map(fitting, [*names, *incoming])) <= WIDTH
        if not self._has_grids and widest <= WIDEST_FACTOR and short:
            return Blocks(widest)
        shown = [*network.forward, *network.backward, *map(gradient_name, network.trained)]
        labels = [*map(network.text, shown), *(f"new {name}" for name in network.trained), BACK]
        labels += [old(network.text(name)) for name in network.named(*FOR_UPDATES)]
        circles = [g for g in network.groups if not (self._has_grids and is_picture(g))]
        beside = [network.text(n) for g in circles for unit in g.units for n in unit.quantities]
        beside += [network.text(n) for _, *both in network.compared for some in both for n in some]
        return Beside([*beside, *incoming] if circles else beside, labels)

    def lay_out(self) -> Additions:
        """Lay out the tab."""
        network, equations, cells = self._network, self._equations, self.cells
        plan, paragraphs, numbers = self._plan, self._paragraphs, self._numbers
        updates = Updates(cells, equations, network, self.lookup, numbers, plan)
        grids = Grids(self._sheet, cells, network, self.lookup.number)
        self._write_choice()
        top = FIRST_ROW + (len(network.samples) > 1)
        layers = Layers(network, plan, paragraphs, grids, numbers.first)
        row = bottom = layers.write(top)
        lines = [equations.line(name) for name in (*network.forward, *network.backward)]
        if not plan.in_factors:
            lines += [equations.line(gradient_name(weight)) for weight in network.trained]
        equations.arrange([*lines, *updates.lines()])
        row = equations.write(row + 2, "forward pass", network.forward)
        row = equations.write(row + 2, BACK, network.backward)
        row = updates.write_inputs(row + 2) + 2
        if plan.in_factors:
            row = write_chains(cells, self._chains, network, self.lookup, numbers.first, row)
        else:
            row = write_sums(cells, equations, network, self.lookup, numbers.first, row)
        row = updates.write(row + 2)
        grids.write_gradients()
        return self._finished(row, range(top, bottom + 1) if self._has_grids else range(0))

    def write_hint(self, *, checked: bool) -> None:
        """Write what the choice leads to, once it is known whether there is a tab Check."""
        self.cells.write(1, 1, "hint", CHECKED_HINT if checked else HINT)

    def _finished(self, row: int, tall: range) -> Additions:
        """Set widths, heights, formats and the printed area of a tab that ends with a row."""
        plan, cells = self._plan, self.cells
        columns = max(plan.columns.end, *(entry.column for entry in cells.entries))
        columns = max(columns, plan.most) if isinstance(plan, Beside) else columns
        widths = [plan.width(column) for column in range(1, columns + 1)]
        page.set_up(self._sheet, widths, 0)
        self._equations.write_texts(columns + 3)
        add_formats(self._sheet, cells.entries, cells.styles)
        self._accept_choices()
        heights = dict.fromkeys(tall, TALL * page.POINTS)
        for number, height in self._paragraphs.heights.items():
            heights[number] = max(height, heights.get(number, 0))
        end, parts = plan.columns.end, [Area(1, 1, columns, row)]
        if tall and columns > end:  # grids over several pages, and no pages beside the equations
            parts = [Area(1, 1, columns, tall[-1]), Area(1, tall[-1] + 1, end, row)]
        least = 100 * PAGE_WIDTH // LIMIT if tall else LEAST
        over_rows(self._sheet, cells, parts, sum(widths[: parts[-1].right]), heights, least)
        return Additions(
            cells=cells.entries, heights=heights, range=Area(1, 1, columns, row).reference
        )

    def _accept_choices(self) -> None:
        """Make the cells that choose accept only what there is."""
        ends = {EPOCH_CELL: ("Epoch", (0, self._layout.epochs - 1))}
        if (samples := len(self._network.samples)) > 1:
            ends[SAMPLE_CELL] = ("Sample", (1, samples))
        if len(self.lookup.tabs) > 1:
            ends[TABLE_CELL] = ("Table", (1, len(self.lookup.tabs)))
        for cell, (name, limits) in ends.items():
            page.accept_whole(self._sheet, cell.replace("$", ""), name, limits)

    def _cell_or_lookup(self, name: str) -> str:
        """The cell of a quantity; of one that stands further down, the formula that looks it up."""
        cells = self.cells
        return cells.address_of(name) if name in cells.addresses else self.lookup.number(name)

    def _write_choice(self) -> None:
        cells, tabs = self.cells, self.lookup.tabs
        beside = block_column(1)
        cells.write(3, 1, "step label", "epoch")
        cells.write(3, 2, "changeable", 0)
        last = self._layout.epochs - 1
        valid = f"AND(ISNUMBER({EPOCH_CELL}),{EPOCH_CELL}>=0,{EPOCH_CELL}<={last})"
        text = f'IF({valid},"0 to {last}","there is no such epoch: 0 to {last}")'
        cells.write_formula(3, beside, "hint", text, f"0 to {last}")
        if len(tabs) > 1:
            cells.write(4, 1, "step label", "table")
            cells.write(4, 2, "changeable", 1)
            titles = ",".join(f'"{tab}"' for tab in tabs)
            cells.write_formula(4, beside, "hint", f"CHOOSE({TABLE_CELL},{titles})", tabs[0])
        cells.write(5, 1, "step label", "η")
        number = self._numbers.first[RATE]
        cells.write_named(RATE, 5, 2, "setting fixed", self.lookup.number(RATE), number)
        if (samples := len(self._network.samples)) > 1:
            cells.write(6, 1, "step label", "sample")
            cells.write(6, 2, "changeable", self._network.shown_sample)
            valid = f"AND(ISNUMBER({SAMPLE_CELL}),{SAMPLE_CELL}>=1,{SAMPLE_CELL}<={samples})"
            no = f"there is no such sample: 1 to {samples}"
            text = f'IF({valid},"1 to {samples}","{no}")'
            cells.write_formula(6, beside, "hint", text, f"1 to {samples}")
