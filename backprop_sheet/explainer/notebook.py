"""What a notebook shows of an explanation: its equations, typeset, or text in a terminal."""

from collections.abc import Iterator

from backprop_sheet.errors import counted
from backprop_sheet.explainer.breaking import ROW_END
from backprop_sheet.explainer.formats import as_text
from backprop_sheet.explainer.steps import Explanation, first_equations
from backprop_sheet.explainer.styles import DIGITS, TEX, TEXT, Line, noted

WIDE = 72
"""Characters of an equation, written as text, above which its numbers go into a row of their own:
more would not fit into a notebook beside its margins."""
BLOCK = "$$\n\\begin{{aligned}}\n{}\n\\end{{aligned}}\n$$"
"""Equations as MathJax and KaTeX take them in Markdown."""
FEW, MOST = 24, 240
"""The most equations that stand open in a notebook, and that are in it at all."""


def as_cell(explanation: Explanation, digits: int = DIGITS) -> str:
    """An explanation for a cell of a notebook: Markdown with a block of LaTeX for each section.

    Of many equations only the first sections stand open. The others are folded, each under its
    title; what is beyond `MOST` is left out, as a browser would take too long.
    """
    kept, left = first_equations(explanation, MOST), _beyond(explanation, MOST)
    texts, shown = [f"### {TEX.title(kept, '${}$')}"], 0
    in_latex, in_text = TEX.lines(kept, digits), TEXT.lines(kept, digits)
    for (section, lines), (_, texts_of_lines) in zip(in_latex, in_text, strict=True):
        block = BLOCK.format(ROW_END.join(map(_rows, lines, texts_of_lines)))
        shown += len(lines)
        if shown > FEW and section is not kept.sections[0]:
            title = noted(section.title, section)  # mathematics in a summary is not set everywhere
            texts += [f"<details><summary>{title}</summary>", block, "</details>"]
        else:
            title = f"${section.of.latex}$" if section.of else section.title
            texts += [f"#### {noted(title, section)}", block]
    return "\n\n".join([*texts, *left]) + "\n"


def in_terminal(explanation: Explanation) -> str:
    """An explanation as text, of which as much is left out as in a notebook."""
    text = as_text(first_equations(explanation, MOST))
    return "\n".join([text, *_beyond(explanation, MOST)]).rstrip("\n")


def _rows(line: Line, text: Line) -> str:
    """An equation in LaTeX: a row or, where it is wide as text, one more for its numbers."""
    wide = sum(map(len, [text.left, text.symbols, *text.right])) > WIDE
    sign = r"\rightarrow" if line.becomes else "="
    joint = f"{ROW_END}&= " if wide else " = "
    begin = f"{line.left} &{sign} {line.symbols}"
    return joint.join([begin, " = ".join(line.right)]) if line.right else begin


def _beyond(explanation: Explanation, most: int) -> Iterator[str]:
    """What is said of the equations beyond so many."""
    left = sum(len(section.equations) for section in explanation.sections) - most
    if left > 0:
        yield f"{counted(left, 'more equation')}: `save_explanation` writes all of them"
