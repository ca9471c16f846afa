"""What stands in the cells of the table: a formula for each, with the addresses it refers to."""

from backprop_sheet.exporter.layout import Layout
from backprop_sheet.formula import EXCEL, Tree, inline, spell, without_double_signs
from backprop_sheet.network import Network, RowKind

ROW, ABOVE, EPOCH_ABOVE = "\0", "\1", "\2"
"""Placeholders in a template for the number of the row, of the row above, and of the same sample's
row one epoch earlier. They are characters that XML cannot contain."""

Content = float | str | None
"""What a cell shows: a number, an error such as ``#DIV/0!``, or nothing."""


def formula_in(layout: Layout, name: str, row: int) -> str:
    """The formula of a quantity in a row of the sheet; empty where a number is given."""
    text = formula_template(layout, name, layout.network.rules.kind(row - layout.first_row))
    return with_row_numbers(text or "", row, len(layout.network.samples))


def formula_template(layout: Layout, name: str, kind: RowKind) -> str | None:
    """The formula of a quantity in rows of a kind, with placeholders; None for a plain number."""
    network = layout.network
    tree = tree_in_cell(network, name, kind)
    if tree is None:
        return None
    marks = {0: ROW, 1: ABOVE, len(network.samples): EPOCH_ABOVE}
    return spell(tree, EXCEL, lambda leaf: layout.cell(leaf.id, marks[leaf.up]))


def tree_in_cell(network: Network, name: str, kind: RowKind) -> Tree | None:
    """The formula of a quantity's cell in rows of a kind; None for a plain number.

    Partials without a column are written into it.
    """
    rule = network.rules.at(name, kind)
    if rule is None or not network.rules.has_formula(name, kind):
        return None
    return without_double_signs(inline(rule.whole, network.partials))


def with_row_numbers(text: str, row: int, samples: int) -> str:
    """The XML of a row, with its placeholders replaced by row numbers."""
    text = text.replace(ROW, str(row))
    if ABOVE in text:
        text = text.replace(ABOVE, str(row - 1))
    return text.replace(EPOCH_ABOVE, str(row - samples)) if EPOCH_ABOVE in text else text
