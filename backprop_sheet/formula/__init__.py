"""One formula in plain maths text: parse it, check it, combine it, write it in another notation.

It knows no network and no spreadsheet.

trees       walked, changed, combined
grammar     what a formula may hold; read from text
notation    written for Python, for a spreadsheet, for people
numbers     what number one gives
"""

from backprop_sheet.formula.grammar import FUNCTIONS, FormulaError, parse
from backprop_sheet.formula.notation import EXCEL, LATEX, PLAIN, PYTHON, Notation, write
from backprop_sheet.formula.numbers import evaluate, function
from backprop_sheet.formula.trees import (
    ONE,
    Tree,
    changed,
    conditions,
    factors,
    inline,
    is_one,
    names,
    nodes,
    product,
    put,
    renamed,
    spreading,
    total,
)

__all__ = [
    "EXCEL",
    "FUNCTIONS",
    "LATEX",
    "ONE",
    "PLAIN",
    "PYTHON",
    "FormulaError",
    "Notation",
    "Tree",
    "changed",
    "conditions",
    "evaluate",
    "factors",
    "function",
    "inline",
    "is_one",
    "names",
    "nodes",
    "parse",
    "product",
    "put",
    "renamed",
    "spreading",
    "total",
    "write",
]
