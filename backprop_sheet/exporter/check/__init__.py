"""The tab Check: the table's gradients and updates, checked for one epoch and for all.

tab      the tab: the verdicts of an epoch, and its forward passes
epochs   the list of all epochs, with the worst of each
columns  the cells that it follows from
passes   what a changed weight changes
judging  how two numbers are judged
texts    what it says in words
"""

from backprop_sheet.exporter.check.tab import EPSILONS, TITLE, Check

__all__ = ["EPSILONS", "TITLE", "Check"]
