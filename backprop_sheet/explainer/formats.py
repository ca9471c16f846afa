"""Writes a derivation as text, Markdown or LaTeX."""

from collections.abc import Sequence
from pathlib import Path

from backprop_sheet import arguments
from backprop_sheet.errors import InputError, shown
from backprop_sheet.explainer.breaking import ROW, ROW_END, SIGN, rows, text_rows, width
from backprop_sheet.explainer.steps import Explanation
from backprop_sheet.explainer.styles import ALL_DIGITS, DIGITS, TEX, TEXT, Line, noted
from backprop_sheet.files import replacing
from backprop_sheet.network.design import one_of


def as_text(explanation: Explanation, digits: int = DIGITS, columns: int | None = None) -> str:
    """An explanation as plain text, with a line for each equation.

    Args:
        explanation: the explanation to write.
        digits: the significant digits of results.
        columns: the most characters of a line: longer ones are broken; None to break none.
    """
    texts = [TEXT.title(explanation)]
    for section, lines in TEXT.lines(explanation, digits):
        texts += ["", noted(section.title, section)]
        width = max(len(line.left) for line in lines)
        for line in lines:
            begin = f"  {line.left:<{width}} {'→' if line.becomes else '='} "
            sides = [line.symbols, *line.right]
            texts += text_rows(begin, sides, columns) if columns else [begin + " = ".join(sides)]
    return "\n".join(texts) + "\n"


def as_markdown(explanation: Explanation, digits: int = DIGITS) -> str:
    """An explanation as Markdown, with a table for each section."""
    texts = [f"# {TEXT.title(explanation)}"]
    for section, lines in TEXT.lines(explanation, digits):
        texts += ["", f"## {noted(section.title, section)}", ""]
        texts += ["| quantity | in symbols | with numbers | result |", "|---|---|---|---:|"]
        for line in lines:
            left = line.left + (" →" if line.becomes else "")
            cells = (left, line.symbols, line.numbers, line.result)
            written = [f"`{cell}`".replace("|", r"\|") for cell in cells]
            texts.append(f"| {' | '.join(written)} |")
    return "\n".join(texts) + "\n"


LATEX_HEAD = r"""\documentclass[10pt]{article}
\usepackage[a4paper,landscape,margin=15mm]{geometry}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\allowdisplaybreaks
\begin{document}
"""


def _aligned(lines: Sequence[Line], most: int) -> str:
    """Equations in LaTeX, aligned at their signs, in rows of at most so many glyphs."""
    room = most - SIGN - max(width(line.left) for line in lines)
    signs = (r"\rightarrow" if line.becomes else "=" for line in lines)
    return ROW_END.join(
        rows(line.left, sign, [line.symbols, *line.right], room)
        for line, sign in zip(lines, signs, strict=True)
    )


def as_latex(explanation: Explanation, digits: int = DIGITS) -> str:
    """An explanation as a complete LaTeX document, which uses amsmath and geometry."""
    texts = [f"\\section*{{{TEX.title(explanation, '${}$')}}}"]
    for section, lines in TEX.lines(explanation, digits):
        title = f"${section.of.latex}$" if section.of else section.title
        texts += [f"\\subsection*{{{noted(title, section)}}}"]
        texts += [f"\\begin{{align*}}\n{_aligned(lines, ROW)}\n\\end{{align*}}"]
    body = "\n".join(texts)
    return f"{LATEX_HEAD}{body}\n\\end{{document}}\n"


FORMATS = {"text": as_text, "markdown": as_markdown, "latex": as_latex}
"""The functions that write an explanation, by the name of the format."""
SUFFIXES = {".txt": "text", ".md": "markdown", ".tex": "latex"}
"""The format for each suffix of a file."""


def save_explanation(
    explanation: Explanation, path: Path | str, form: str | None = None, digits: int = DIGITS
) -> Path:
    """Write an explanation to a file, whole or not at all.

    Args:
        explanation: the explanation to write.
        path: the file to write; its suffix gives the format if `form` is None.
        form: text, markdown or latex.
        digits: the significant digits of results, 1 to 17.

    Returns:
        The path.

    Raises:
        InputError: the suffix does not name a format, or an argument is not of its kind.
        WriteError: the file cannot be written.
    """
    if not isinstance(explanation, Explanation):
        raise InputError(f"explanation: got {shown(explanation)}, takes one by explain()")
    target = arguments.path("path", path)
    chosen = SUFFIXES.get(target.suffix.lower()) if form is None else form
    if chosen is None:
        raise InputError(f"{target}: the suffix is not one of {', '.join(SUFFIXES)}; name a format")
    one_of("form", chosen, FORMATS)
    if not 1 <= arguments.whole("digits", digits) <= ALL_DIGITS:
        raise InputError(f"digits = {digits}: takes 1 to {ALL_DIGITS}")
    with replacing(target) as draft:
        draft.write_text(FORMATS[chosen](explanation, digits), encoding="utf-8", newline="\n")
    return target
