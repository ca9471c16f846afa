"""A derivation as text, Markdown or LaTeX: symbols, numbers put in, result."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backprop_sheet import derivation
from backprop_sheet.chain import parts_of
from backprop_sheet.errors import InputError
from backprop_sheet.explainer.steps import Equation, Explanation
from backprop_sheet.files import replacing
from backprop_sheet.formula import LATEX, PLAIN, Notation, evaluate, names, write

DIGITS, ALL_DIGITS = 6, 17
"""Significant digits of a result, and those that tell any two numbers apart."""


@dataclass(frozen=True)
class Style:
    """How a format writes formulas: its notation, its symbols, its numbers, and σ."""

    notation: Notation
    symbol: Callable[[str], str]
    number: Callable[[str], str] = str
    short: Callable[[str], str] = str

    def left(self, equation: Equation) -> str:
        """What stands left of the first equals sign."""
        return self.symbol(equation.name)

    def symbols(self, equation: Equation) -> str:
        """The formula."""
        text = write(equation.tree, self.notation, self.symbol)
        return f"{self.short(equation.short)} = {text}" if equation.short else text

    def numbers(self, equation: Equation, digits: int) -> str:
        """The formula with numbers, of as few digits as reach the result's digits."""
        used = {name: equation.values[name] for name in names(equation.tree)}
        wanted = rounded_text(equation.result, digits)
        for more in range(digits, ALL_DIGITS + 1):
            texts = {name: rounded_text(value, more) for name, value in used.items()}
            rounded = {name: float(text) for name, text in texts.items()}
            if rounded_text(evaluate(equation.tree, rounded), digits) == wanted:
                break
        return write(equation.tree, self.notation, lambda name: self._in_place(texts[name]))

    def _in_place(self, text: str) -> str:
        return f"({self.number(text)})" if text.startswith("-") else self.number(text)

    def result(self, equation: Equation, digits: int) -> str:
        """The formula's number."""
        return self.number(rounded_text(equation.result, digits))


def rounded_text(number: float, digits: int) -> str:
    """A number to so many significant digits; a zero without a sign."""
    return f"{number + 0.0:.{digits}g}"


LATEX_SIGNS = {
    "σ": r"\sigma",
    "η": r"\eta",
    "eta_t": r"\eta_t",
    "mu": r"\mu",
    "alpha": r"\alpha",
    "epsilon": r"\varepsilon",
    "beta1": r"\beta_1",
    "beta2": r"\beta_2",
    "beta1_t": r"\beta_1^t",
    "beta2_t": r"\beta_2^t",
    **{name: rf"\mathrm{{{name}}}" for name in ("epoch", "gamma", "every", "decay", "period")},
    "warmup": r"\mathrm{warmup}",
}


def _latex_symbol(name: str) -> str:
    r"""A name in LaTeX: h_{1}, a_{h1}, E_{total}, \frac{\partial E_{total}}{\partial w_{1}}."""
    if parts := parts_of(name):
        upper, lower = (_latex_symbol(part) for part in parts)
        return rf"\frac{{\partial {upper}}}{{\partial {lower}}}"
    plain = derivation.symbol(name)
    if name.startswith("mean_"):
        return rf"\overline{{{_latex_symbol(name.removeprefix('mean_'))}}}"
    for known in (name, plain):
        if known in LATEX_SIGNS:
            return LATEX_SIGNS[known]
    head, index = re.fullmatch(r"([a-zA-Z])_?(.*)", plain).groups()  # type: ignore[union-attr]
    word = rf"\mathrm{{{index}}}" if index.isalpha() else index.replace("_", ",")
    return f"{head}_{{{word}}}"


def _latex_number(text: str) -> str:
    """A number in LaTeX: 1.5e-05 is 1.5 · 10^{-5}."""
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else text


def _latex_short(text: str) -> str:
    sign, _, inner = text.rstrip(")").partition("(")
    return f"{LATEX_SIGNS.get(sign, sign)}({_latex_symbol(inner)})"


TEXT = Style(PLAIN, derivation.symbol)
TEX = Style(LATEX, _latex_symbol, _latex_number, _latex_short)


def as_text(explanation: Explanation, digits: int = DIGITS) -> str:
    """For a terminal: one line for each step."""
    lines = [explanation.title(TEXT.symbol)]
    for section in explanation.sections:
        lines += ["", section.title]
        width = max(len(TEXT.left(equation)) for equation in section.equations)
        for equation in section.equations:
            sign = "→" if equation.becomes else "="
            left = f"  {TEXT.left(equation):<{width}} {sign} {TEXT.symbols(equation)}"
            right = [TEXT.numbers(equation, digits), TEXT.result(equation, digits)]
            lines.append(" = ".join([left, *dict.fromkeys(right)]))
    return "\n".join(lines) + "\n"


def as_markdown(explanation: Explanation, digits: int = DIGITS) -> str:
    """For a report: a table for each section."""
    lines = [f"# {explanation.title(TEXT.symbol)}"]
    for section in explanation.sections:
        lines += ["", f"## {section.title}", ""]
        lines += ["| quantity | in symbols | with numbers | result |", "|---|---|---|---:|"]
        for equation in section.equations:
            left = TEXT.left(equation) + (" →" if equation.becomes else "")
            cells = [left, TEXT.symbols(equation), TEXT.numbers(equation, digits)]
            cells.append(TEXT.result(equation, digits))
            lines.append("| " + " | ".join(f"`{cell}`" for cell in cells) + " |")
    return "\n".join(lines) + "\n"


LATEX_HEAD = r"""\documentclass[10pt]{article}
\usepackage[a4paper,landscape,margin=15mm]{geometry}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\allowdisplaybreaks
\begin{document}
"""


def as_latex(explanation: Explanation, digits: int = DIGITS) -> str:
    """A LaTeX document that compiles as it stands, with amsmath and geometry."""
    lines = [f"\\section*{{{explanation.title(lambda name: f'${_latex_symbol(name)}$')}}}"]
    for section in explanation.sections:
        named = section.equations[-1].becomes
        title = f"${_latex_symbol(section.title)}$" if named else section.title
        rows = []
        for equation in section.equations:
            sign = r"\rightarrow" if equation.becomes else "="
            right = [TEX.numbers(equation, digits), TEX.result(equation, digits)]
            steps = " = ".join([TEX.symbols(equation), *dict.fromkeys(right)])
            rows.append(f"{TEX.left(equation)} &{sign} {steps}")
        equations = " \\\\\n".join(rows)
        lines += [f"\\subsection*{{{title}}}"]
        lines += [f"\\begin{{align*}}\n{equations}\n\\end{{align*}}"]
    body = "\n".join(lines)
    return f"{LATEX_HEAD}{body}\n\\end{{document}}\n"


FORMATS = {"text": as_text, "markdown": as_markdown, "latex": as_latex}
"""How an explanation is written, by the format's name."""
SUFFIXES = {".txt": "text", ".md": "markdown", ".tex": "latex"}
"""The format that a file's name stands for."""


def save_explanation(
    explanation: Explanation, path: Path | str, form: str | None = None, digits: int = DIGITS
) -> Path:
    """Write an explanation to a file, whole or not at all.

    Args:
        explanation: what to write.
        path: where to; its suffix names the format if `form` does not.
        form: text, markdown or latex.
        digits: significant digits of results.

    Raises:
        InputError: a suffix that stands for no format.
        WriteError: the file cannot be written.
    """
    target = Path(path)
    chosen = form or SUFFIXES.get(target.suffix.lower())
    if chosen is None:
        raise InputError(f"{target}: the suffix is none of {', '.join(SUFFIXES)}; name a format")
    with replacing(target) as draft:
        draft.write_text(FORMATS[chosen](explanation, digits), encoding="utf-8", newline="\n")
    return target
