"""What number a formula gives."""

from collections.abc import Callable, Mapping

from backprop_sheet.formula.grammar import FUNCTIONS
from backprop_sheet.formula.notation import PYTHON, write
from backprop_sheet.formula.trees import Tree


def evaluate(tree: Tree, values: Mapping[str, float]) -> float:
    """The formula's number for the given values of its names, as IEEE 754 doubles give it.

    Raises:
        ArithmeticError, ValueError: as Python's arithmetic and `math` raise them.
    """
    return function(tree)(values)


def function(tree: Tree) -> Callable[[Mapping[str, float]], float]:
    """The formula as a function of the values of its names, for evaluating it often."""
    code = compile(write(tree, PYTHON), "<formula>", "eval")
    space = {"__builtins__": {}, **FUNCTIONS}
    return lambda values: float(eval(code, space, values))  # noqa: S307 - only white-listed trees
