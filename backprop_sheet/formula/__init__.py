"""One formula in plain maths text: parse it, differentiate it, write it in another notation.

It knows no network and no spreadsheet.

primitives  the operations, a row for each: its number, its derivative, its spellings
trees       formulas as trees: walked, changed, combined
grammar     what a formula may hold; read from text
notation    written for Python, for a spreadsheet, for people
numbers     what number one gives
derivative  its derivatives, by the chain rule
"""

from backprop_sheet.formula.derivative import derivative, derivatives
from backprop_sheet.formula.grammar import FormulaError, parse
from backprop_sheet.formula.notation import EXCEL, LATEX, PLAIN, PYTHON, Notation, spell, write
from backprop_sheet.formula.numbers import (
    evaluate,
    evaluate_at,
    function,
    function_of_rows,
    value_of,
)
from backprop_sheet.formula.primitives import FUNCTIONS
from backprop_sheet.formula.trees import (
    ONE,
    TWO,
    ZERO,
    Name,
    Number,
    Op,
    Tree,
    changed,
    conditions,
    factors,
    filled,
    inline,
    is_one,
    leaves,
    names,
    negative,
    nodes,
    product,
    raised,
    renamed,
    replaced,
    total,
)

__all__ = [
    "EXCEL",
    "FUNCTIONS",
    "LATEX",
    "ONE",
    "PLAIN",
    "PYTHON",
    "TWO",
    "ZERO",
    "FormulaError",
    "Name",
    "Notation",
    "Number",
    "Op",
    "Tree",
    "changed",
    "conditions",
    "derivative",
    "derivatives",
    "evaluate",
    "evaluate_at",
    "factors",
    "filled",
    "function",
    "function_of_rows",
    "inline",
    "is_one",
    "leaves",
    "names",
    "negative",
    "nodes",
    "parse",
    "product",
    "raised",
    "renamed",
    "replaced",
    "spell",
    "total",
    "value_of",
    "write",
]
