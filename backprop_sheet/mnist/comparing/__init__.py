"""Compares trainings that differ in what is chosen, each with several seeds.

plan       what is trained: settings that differ in one thing, or in several
work       carries out the trainings, and goes on where it was stopped
memory     what a step needs, computed from the layers
gathering  results → table
table      the table, as rows with types
tables     the table as CSV files
chance     whether means differ by more than chance
words      a row in words
figure     the table as a picture
workbook   the table as a workbook whose means are formulas
files      all files of a comparison
values     values as text, and back

A comparison that was made is read by `read`, without PyTorch.
"""

from backprop_sheet.mnist.comparing.table import Comparison, Row, Trained, Verdict
from backprop_sheet.mnist.comparing.tables import read

__all__ = ["Comparison", "Row", "Trained", "Verdict", "read"]
