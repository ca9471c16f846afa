"""The tab Step: the network, equations and chains of one epoch with their numbers, live.

One cell chooses the epoch. At the top the network is laid out in cells from left to right, as in
the drawing, with values that formulas look up in the table; what stands in rows and columns is a
grid. Below is each equation in symbols, with numbers and with its result. Then comes the chain rule
for each weight: factor by factor, or as the sum over the uses of a weight that is shared. At the
bottom are the updates.

tab       the tab as a whole               plan      its columns
table     looks numbers up                 layers    the network
grids     pictures and matrices            equations each in symbols and with numbers
chains    the chain rule                   updates   what an optimizer makes of the gradients
"""

from backprop_sheet.exporter.step.tab import TITLE, Step
from backprop_sheet.exporter.step.table import EPOCH_CELL, SAMPLE_CELL, Lookup

__all__ = ["EPOCH_CELL", "SAMPLE_CELL", "TITLE", "Lookup", "Step"]
