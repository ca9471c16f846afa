"""Where the tab Step finds its numbers: formulas that look them up in the table of a training."""

from collections.abc import Sequence

from backprop_sheet.exporter.layout import Layout
from backprop_sheet.network import Carried
from backprop_sheet.ooxml.addresses import letters

EPOCH_CELL, TABLE_CELL, SAMPLE_CELL = "$B$3", "$B$4", "$B$6"
"""The cells that choose the epoch, the table and the sample."""
MOST_TABLES = 100
"""The most tables to choose from: a formula cannot be longer."""


class Lookup:
    """Formulas that find the numbers of an epoch, written for any cell that holds the epoch.

    Attributes:
        tabs: the titles of the tabs that have the tables.
        layout: their layout.
    """

    def __init__(self, tabs: Sequence[str], layout: Layout, prefix: str = "") -> None:
        """Look into the tables of tabs that have the same layout.

        Args:
            tabs: the titles of the tabs.
            layout: their layout.
            prefix: what stands before the cells that choose, such as ``Step!``.
        """
        self.tabs, self.layout, self._prefix = tabs[:MOST_TABLES], layout, prefix
        self._network = layout.network

    def number(self, name: str, epoch: str = "", down: int = 0) -> str:
        """A formula for a setting, or for a quantity of an epoch and the chosen sample.

        Args:
            name: the name of the quantity.
            epoch: the cell that holds the epoch; that of tab Step if it is empty.
            down: how many rows below its own the number stands.
        """
        if name in self.layout.settings:
            return self._in_chosen_table(f"{{}}!{self.layout.settings[name]}")
        return self.at(name, self.row(name, epoch) + (f"{down:+d}" if down else ""))

    def cell(self, name: str, row: int) -> str:
        """The cell of a quantity in a row of the table, counted from 0."""
        place = f"{letters(self.layout.columns[name])}{self.layout.first_row + row}"
        return self._in_chosen_table(f"{{}}!{place}")

    def at(self, name: str, place: str) -> str:
        """A formula for a quantity in a row of the table, counted from 1, given by a formula."""
        return self._in_chosen_table(f"INDEX({{}}!{self.layout.column(name).absolute},{place})")

    def before(self, name: str) -> str:
        """A formula for a quantity's number in the row above, or for what it starts from."""
        quantity = self._network.quantities[name]
        start = quantity.start if isinstance(quantity, Carried) else 0.0
        return f"IF({self.row(name)}=1,{start!r},{self.number(name, down=-1)})"

    def after(self, name: str, end: str = "") -> str:
        """A formula for a weight's number after the step; a dash where the table ends.

        Args:
            name: the weight.
            end: the cell with the last row of the step; that of tab Step's epoch if it is empty.
        """
        end = end or self.place("", in_every_row=False)
        return f'IF({end}<{self.layout.rows},{self.at(name, f"{end}+1")},"–")'

    def row(self, name: str, epoch: str = "") -> str:
        """An expression for a quantity's row of the table, counted from 1."""
        in_every_row = self._network.rules.is_final_in_every_row(name)
        return self.place(epoch, in_every_row=in_every_row)

    def place(self, epoch: str, *, in_every_row: bool) -> str:
        """The row of an epoch's chosen sample, or the last one of its step, counted from 1."""
        samples, epoch = len(self._network.samples), epoch or self._prefix + EPOCH_CELL
        if samples == 1:
            return f"{epoch}+1"
        # A sample that does not exist must not lead to the numbers of another epoch.
        cell = self._prefix + SAMPLE_CELL
        chosen = f"IF(AND({cell}>=1,{cell}<={samples}),{cell},NA())"
        rules = self._network.rules
        if in_every_row or rules.step == 1:
            place = chosen
        else:
            many = rules.step < samples
            place = f"{rules.step}*(INT(({chosen}-1)/{rules.step})+1)" if many else f"{samples}"
        return f"{epoch}*{samples}+{place}"

    def _in_chosen_table(self, formula: str) -> str:
        """A formula over the chosen table, from a template with braces for the name of its tab."""
        formulas = [formula.format(f"'{tab}'") for tab in self.tabs]
        if len(formulas) == 1:
            return formulas[0]
        return f"CHOOSE({self._prefix}{TABLE_CELL},{','.join(formulas)})"
