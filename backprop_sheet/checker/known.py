"""What is known of a network before any workbook of it is seen.

It depends on nothing but the network, so the workbooks of a class share it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from backprop_sheet.checker.header import Dictionary
from backprop_sheet.checker.rules import Rules
from backprop_sheet.formula import Op, nodes, value_of
from backprop_sheet.formula.numbers import function
from backprop_sheet.network import Carried, Network

MOST_NETWORKS = 2
MOST_TABLES = 8
"""Networks, and tables with different columns, of which what is known is kept."""

OfRow = Callable[[Mapping[str, float]], float]
"""A formula as a function of the numbers of its row."""


class Known:
    """What is known of a network.

    Attributes:
        network: the network, with every column that a sheet of it may have.
        dictionary: what its quantities are called.
    """

    def __init__(self, network: Network) -> None:
        """Find it out."""
        self.network = network.with_all_columns()
        self.dictionary = Dictionary(self.network)
        self._rules = lru_cache(MOST_TABLES)(self._rules_of)
        self._formulas: dict[str, OfRow] = {}

    def rules(self, columns: Iterable[str]) -> Rules:
        """The rules of a table with these columns."""
        return self._rules(frozenset(columns))

    def _rules_of(self, columns: frozenset[str]) -> Rules:
        return Rules(self.network, columns)

    def formula(self, name: str) -> OfRow:
        """The formula of a quantity, as a function of the numbers of its row.

        Raises:
            KeyError: it does not follow from its own row alone.
        """
        if name not in self._formulas:
            if not self.is_computed(name):
                raise KeyError(name)
            self._formulas[name] = _of_row(self.network, name)
        return self._formulas[name]

    def is_computed(self, name: str) -> bool:
        """Whether a quantity follows from its own row alone."""
        quantity = self.network.derived.get(name)
        return quantity is not None and not isinstance(quantity, Carried)


@lru_cache(MOST_NETWORKS)
def known(network: Network) -> Known:
    """What is known of a network."""
    return Known(network)


def _of_row(network: Network, name: str) -> OfRow:
    tree = network.derived[name].formula
    if any(isinstance(node, Op) and node.sign == "where" for node in nodes(tree)):
        # What is not chosen may have no number, so it is not asked for one.
        return lambda row: value_of(tree, lambda leaf: row[leaf.id])
    return function(tree)
