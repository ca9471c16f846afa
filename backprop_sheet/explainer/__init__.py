"""The derivation of one epoch, with its numbers.

steps      network and epoch → equations with their numbers
styles     how an equation is written, in each notation
breaking   long equations in rows
formats    an explanation as text, Markdown or LaTeX
notebook   what a notebook shows of it
"""

from backprop_sheet.explainer.formats import (
    FORMATS,
    as_latex,
    as_markdown,
    as_text,
    save_explanation,
)
from backprop_sheet.explainer.steps import Equation, Explanation, Section, explain

__all__ = [
    "FORMATS",
    "Equation",
    "Explanation",
    "Section",
    "as_latex",
    "as_markdown",
    "as_text",
    "explain",
    "save_explanation",
]
