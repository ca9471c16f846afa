"""The derivation as lines: the numbered boxes above a sheet's table, and a report's derivation.

Each line follows from the network's graph and its declared formulas.

parts    what the lines tell, in their order
box      these lines in numbered boxes
hands    how they are written: as text, in LaTeX or in MathML
"""

from backprop_sheet.derivation.box import Box, boxes
from backprop_sheet.derivation.hands import AS_LATEX, AS_MATHML, AS_TEXT, Hand

__all__ = ["AS_LATEX", "AS_MATHML", "AS_TEXT", "Box", "Hand", "boxes"]
