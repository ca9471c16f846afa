"""Formulas in plain maths text: parse, evaluate, differentiate, write in another notation.

Knows nothing of networks and spreadsheets.

primitives  the operations, one row each: its computation, its derivative, its notations
trees       formulas as trees: search, change and combine them
grammar     what a formula may contain; parses text
reading     tidies a formula for people, without changing its number
notation    writes a formula for programs, for a spreadsheet, for people
numbers     evaluates a formula
derivative  differentiates a formula by the chain rule
once        calls that several formulas repeat, worked out once
"""

from backprop_sheet.formula.derivative import derivative, derivatives
from backprop_sheet.formula.grammar import FormulaError, parse
from backprop_sheet.formula.notation import (
    EXCEL,
    JAVASCRIPT,
    LATEX,
    MATHML,
    PLAIN,
    PYTHON,
    Notation,
    in_cell,
    spell,
    write,
)
from backprop_sheet.formula.numbers import (
    evaluate,
    evaluate_at,
    function,
    function_of_rows,
    value_of,
)
from backprop_sheet.formula.once import calls_once
from backprop_sheet.formula.primitives import FUNCTIONS
from backprop_sheet.formula.reading import readable, without_double_signs
from backprop_sheet.formula.trees import (
    ONE,
    TWO,
    ZERO,
    Name,
    Number,
    Op,
    Tree,
    changed,
    compared,
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
    without_sign,
)

__all__ = [
    "EXCEL",
    "FUNCTIONS",
    "JAVASCRIPT",
    "LATEX",
    "MATHML",
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
    "calls_once",
    "changed",
    "compared",
    "conditions",
    "derivative",
    "derivatives",
    "evaluate",
    "evaluate_at",
    "factors",
    "filled",
    "function",
    "function_of_rows",
    "in_cell",
    "inline",
    "is_one",
    "leaves",
    "names",
    "negative",
    "nodes",
    "parse",
    "product",
    "raised",
    "readable",
    "renamed",
    "replaced",
    "spell",
    "total",
    "value_of",
    "without_double_signs",
    "without_sign",
    "write",
]
