"""Writes a derivation as text, Markdown or LaTeX: in symbols, with numbers, and the result."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from backprop_sheet import arguments
from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.explainer.breaking import BREAKABLE, ROW, ROW_END, SIGN, WHOLE_SIDE, rows, width
from backprop_sheet.explainer.steps import Equation, Explanation, Section
from backprop_sheet.files import replacing
from backprop_sheet.formula import (
    LATEX,
    MATHML,
    PLAIN,
    Name,
    Notation,
    Op,
    Tree,
    changed,
    evaluate,
    names,
    readable,
    without_sign,
    write,
)
from backprop_sheet.network import RATE, Symbol
from backprop_sheet.network.design import one_of
from backprop_sheet.network.symbols import short_in_latex, short_in_mathml

DIGITS, ALL_DIGITS = 6, 17
"""The default number of significant digits, and the number that makes every double distinct."""


class Line(NamedTuple):
    """An equation as text: its left side, then in symbols, with numbers, and the result."""

    left: str
    symbols: str
    numbers: str
    result: str
    becomes: bool

    @property
    def right(self) -> list[str]:
        """The parts after the symbols, each only if it says something new."""
        parts = dict.fromkeys([self.numbers, self.result])
        return [part for part in parts if part != self.symbols]


@dataclass(frozen=True)
class Style:
    """How a format writes formulas: the notation, a symbol, a number, an abbreviation as σ(h1).

    What may be wider than a row is written in the notation `breakable`, if there is one. `choice`
    is what stands around cases: without brackets, "1 if h1 > 0 else 0 = 1" misleads.
    """

    notation: Notation
    symbol: Callable[[Symbol], str]
    number: Callable[[str], str] = str
    short: Callable[[str], str] = str
    equals: str = " = "
    becomes: str = "→ "
    choice: str = "{}"
    breakable: Notation | None = None

    def title(self, explanation: Explanation, inline: str = "{}") -> str:
        """The title: epoch, learning rate and goal; `inline` is a template for symbols in text."""
        goal = ""
        if explanation.of:
            goal = f", {inline.format(self.symbol(explanation.symbols[explanation.of]))}"
        sample = f", sample {explanation.sample}" if explanation.sample else ""
        rate = inline.format(self.symbol(explanation.symbols[RATE]))
        return f"Epoch {explanation.epoch}{sample}, {rate} = {explanation.eta}{goal}"

    def lines(self, explanation: Explanation, digits: int) -> Iterator[tuple[Section, list[Line]]]:
        """Each section with its lines; an equation of several sections is written only once."""
        sections = explanation.sections
        uses = Counter(id(equation) for section in sections for equation in section.equations)
        known: dict[int, Line] = {}

        def line(equation: Equation) -> Line:
            key = id(equation)
            found = known.get(key) or self._line(equation, digits)
            if uses[key] > 1:  # of 20,000 weights, all lines would take too much memory
                known[key] = found
            return found

        for section in sections:
            yield section, [line(equation) for equation in section.equations]

    def _line(self, equation: Equation, digits: int) -> Line:
        symbols, result = equation.symbols, rounded_text(equation.result, digits)
        text = self._written(equation.tree, lambda name: self.symbol(symbols[name]))
        if equation.short:
            text = f"{self.short(equation.short)}{self.equals}{text}"
        left, numbers = self.symbol(symbols[equation.name]), self._numbers(equation, digits)
        constant = not names(equation.tree) and write(equation.tree, PLAIN) == result
        return Line(
            left, text, numbers, numbers if constant else self.number(result), equation.becomes
        )

    def _numbers(self, equation: Equation, digits: int) -> str:
        """The formula with numbers, with as few digits as give the result that is shown."""
        used = {name: equation.values[name] for name in names(equation.tree)}
        wanted = rounded_text(equation.result, digits)
        for more in range(digits, ALL_DIGITS + 1):
            texts = {name: rounded_text(value, more) for name, value in used.items()}
            rounded = {name: float(text) for name, text in texts.items()}
            with suppress(ArithmeticError, ValueError):  # an activation rounded to 1: log(1 - 1)
                if rounded_text(evaluate(equation.tree, rounded), digits) == wanted:
                    break

        def unsigned(tree: Tree) -> Tree | None:
            number = without_sign(tree)
            return number if isinstance(number, Name) and texts[number.id] == "0" else None

        tree = changed(equation.tree, unsigned)  # exp(0) rather than exp(-0)
        return self._written(tree, lambda name: self.number(texts[name]))

    def _written(self, tree: Tree, name: Callable[[str], str]) -> str:
        """A formula, with brackets around it if it is a choice, and breakable if it is long."""
        text, tidied = write(tree, self.notation, name), readable(tree)
        if self.breakable and width(text) > WHOLE_SIDE:
            return write(tree, self.breakable, name)
        is_choice = isinstance(tidied, Op) and tidied.sign == "where"
        return self.choice.format(text) if is_choice else text


WHOLE = 1e12
"""Whole numbers below this are shown with all of their digits."""


def rounded_text(number: float, digits: int) -> str:
    """A number rounded to `digits` significant digits; zero has no sign.

    Large whole numbers, such as those of a random generator, have all of theirs.
    """
    if float(number).is_integer() and abs(number) < WHOLE:
        return str(int(number))
    return f"{number + 0.0:.{digits}g}"


def _latex_number(text: str) -> str:
    r"""A number in LaTeX: 1.5e-05 becomes 1.5 \cdot 10^{-5}."""
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else text


def _mathml_number(text: str) -> str:
    """A number in MathML: 1.5e-05 becomes 1.5·10⁻⁵."""
    mantissa, _, exponent = text.partition("e")
    sign = "<mo>−</mo>" if mantissa.startswith("-") else ""
    written = f"{sign}<mn>{mantissa.removeprefix('-')}</mn>"
    if not exponent:
        return f"<mrow>{written}</mrow>"
    below = "<mo>−</mo>" if exponent.startswith("-") else ""
    power = f"<msup><mn>10</mn><mrow>{below}<mn>{abs(int(exponent))}</mn></mrow></msup>"
    return f"<mrow>{written}<mo>·</mo>{power}</mrow>"


TEXT = Style(PLAIN, lambda symbol: symbol.text, choice="({})")
TEX = Style(
    LATEX,
    lambda symbol: symbol.latex,
    _latex_number,
    short_in_latex,
    becomes=r"\rightarrow ",
    breakable=BREAKABLE,
)
MARKUP = Style(MATHML, lambda symbol: symbol.mathml, _mathml_number, short_in_mathml, "<mo>=</mo>")


def _noted(title: str, section: Section) -> str:
    return f"{title}, {section.note}" if section.note else title


def as_text(explanation: Explanation, digits: int = DIGITS) -> str:
    """An explanation as plain text, with a line for each equation."""
    texts = [TEXT.title(explanation)]
    for section, lines in TEXT.lines(explanation, digits):
        texts += ["", _noted(section.title, section)]
        width = max(len(line.left) for line in lines)
        for line in lines:
            begin = f"  {line.left:<{width}} {'→' if line.becomes else '='} {line.symbols}"
            texts.append(" = ".join([begin, *line.right]))
    return "\n".join(texts) + "\n"


def as_markdown(explanation: Explanation, digits: int = DIGITS) -> str:
    """An explanation as Markdown, with a table for each section."""
    texts = [f"# {TEXT.title(explanation)}"]
    for section, lines in TEXT.lines(explanation, digits):
        texts += ["", f"## {_noted(section.title, section)}", ""]
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
        texts += [f"\\subsection*{{{_noted(title, section)}}}"]
        texts += [f"\\begin{{align*}}\n{_aligned(lines, ROW)}\n\\end{{align*}}"]
    body = "\n".join(texts)
    return f"{LATEX_HEAD}{body}\n\\end{{document}}\n"


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
            title = _noted(section.title, section)  # mathematics in a summary is not set everywhere
            texts += [f"<details><summary>{title}</summary>", block, "</details>"]
        else:
            title = f"${section.of.latex}$" if section.of else section.title
            texts += [f"#### {_noted(title, section)}", block]
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


def first_equations(explanation: Explanation, most: int) -> Explanation:
    """An explanation cut after so many equations."""
    sections, left = [], most
    for section in explanation.sections:
        if left > 0:
            sections.append(replace(section, equations=section.equations[:left]))
            left -= len(section.equations)
    return replace(explanation, sections=sections)


def _beyond(explanation: Explanation, most: int) -> Iterator[str]:
    """What is said of the equations beyond so many."""
    left = sum(len(section.equations) for section in explanation.sections) - most
    if left > 0:
        yield f"{counted(left, 'more equation')}: `save_explanation` writes all of them"


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
