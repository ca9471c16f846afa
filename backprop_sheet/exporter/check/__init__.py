"""The tab Check: the table's gradients and updates, checked for one epoch and for all.

tab       lays out the tab, and says the worst of an epoch
verdicts  those on each weight in that epoch
shifted   the forward passes that they follow from
epochs    the list of all epochs, with the worst of each
columns   the cells that it follows from
passes    what a changed weight changes
judging   how two numbers are judged
texts     what the tab says in words
"""

from backprop_sheet.exporter.check.tab import EPSILONS, TITLE, Check

__all__ = ["EPSILONS", "TITLE", "Check"]
