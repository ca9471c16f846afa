"""Network and row → one epoch's derivation with its numbers: symbols, numbers put in, result.

Everything is found by walking the graph of the network's declared formulas. What is printed can be
checked by hand: the numbers put in have as many digits as it takes to reach the printed result.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backprop_sheet import derivation
from backprop_sheet.chain import gradient_name, partial_name, parts_of, path
from backprop_sheet.engine import numbers_at
from backprop_sheet.errors import InputError, shown
from backprop_sheet.files import replacing
from backprop_sheet.formula import (
    LATEX,
    PLAIN,
    Notation,
    Tree,
    evaluate,
    names,
    parse,
    product,
    write,
)
from backprop_sheet.network import RATE, SAMPLE, TOTAL, Carried, Kind, Network, label

DIGITS, ALL_DIGITS = 6, 17
"""Significant digits of a result, and those that tell any two numbers apart."""


@dataclass(frozen=True)
class Equation:
    """One step: a name, what it is in symbols, with which numbers, and what comes out.

    Attributes:
        name: of the quantity or partial (``da_o1_do1``) on the left.
        tree: its formula.
        values: the number of each name in the formula.
        short: how the field abbreviates the formula, if it does: σ(h1).
        becomes: whether it gives the name's next number, as a weight's update does.
    """

    name: str
    tree: Tree
    values: Mapping[str, float]
    short: str = ""
    becomes: bool = False

    @property
    def result(self) -> float:
        """The formula's number."""
        return evaluate(self.tree, self.values)


@dataclass(frozen=True)
class Section:
    """Steps that belong together, under a title."""

    title: str
    equations: list[Equation]


@dataclass(frozen=True)
class Explanation:
    """An epoch's derivation.

    Attributes:
        epoch: which epoch, counted from 0.
        eta: the learning rate.
        of: the quantity that it leads to, if it leads to one only.
        sections: the forward pass and the error, the partials back from it, then for each
            weight its chain as factors, their product and the update.
        sample: which sample of the epoch, if there are several.
    """

    epoch: int
    eta: float
    of: str | None
    sections: list[Section]
    sample: int | None = None

    def title(self, symbol: Callable[[str], str]) -> str:
        """Which epoch it is, at which learning rate, and what of."""
        goal = f", {symbol(self.of)}" if self.of else ""
        sample = f", sample {self.sample}" if self.sample else ""
        return f"Epoch {self.epoch}{sample}, {symbol(RATE)} = {self.eta}{goal}"


def explain(
    network: Network, epoch: int = 0, of: str | None = None, sample: int = 1
) -> Explanation:
    """The derivation of an epoch with its numbers.

    Args:
        network: what is trained.
        epoch: which epoch, counted from 0.
        of: a quantity by its name in the sheet; only what leads to it is shown. For a weight
            that is its gradient and its next number.
        sample: which sample of the epoch, counted from 1.

    Raises:
        InputError: no epoch or sample of that number, or no quantity of that name.
        Diverged: the training does not get that far.
    """
    wanted = None if of is None else _resolved(network, of)
    values = numbers_at(network, epoch, sample)
    above = _above(network, epoch, sample)
    weights = [w for w in network.trained if wanted in (None, w, gradient_name(w))]
    goals = _goals(network, wanted, weights)
    needed = _leading_to(network, goals)
    sections = [
        Section("Forward pass", list(_forward(network, needed, values))),
        Section("Back from the error", list(_backward(network, needed, values))),
        *(
            Section(w, [*_chain(network, w, values), *_step(network, w, values, above)])
            for w in weights
        ),
    ]
    kept = [section for section in sections if section.equations]
    return Explanation(
        epoch, network.eta, wanted, kept, sample if len(network.samples) > 1 else None
    )


def _resolved(network: Network, text: str) -> str:
    """The quantity that a name means, as the sheet or as the formulas write it."""
    known = {name: name for name in network.quantities}
    known |= {label(name): name for name in network.quantities}
    known |= {"E_tot": TOTAL, "Etot": TOTAL}
    name = text.strip().replace("E_total/", "E/")
    name = re.sub(r"^[d∂]E/[d∂](?=\w)", "∂E/∂", name)
    folded = {key.lower(): value for key, value in known.items()}
    name = name if name in known else name.lower()
    known = folded | known
    if name not in known:
        columns = ", ".join(network.labels.values())
        raise InputError(f"{shown(text)} is no quantity of the sheet; there are {columns}")
    if known[name] in network.given and known[name] not in network.trained:
        number = network.numbers[known[name]]
        raise InputError(f"{shown(text)} is a given number, {number}: nothing leads to it")
    return known[name]


def _goals(network: Network, wanted: str | None, weights: list[str]) -> list[str]:
    if wanted is None:
        return list(network.derived)
    return [gradient_name(weight) for weight in weights] or [wanted]


def _leading_to(network: Network, goals: Iterable[str]) -> set[str]:
    """The goals and everything that their formulas need, directly or not."""
    needed: set[str] = set()
    open_ = list(goals)
    while open_:
        name = open_.pop()
        if name not in needed and name in network.derived:
            needed.add(name)
            open_ += names(network.derived[name].formula)
    return needed


def _forward(network: Network, needed: set[str], values: Mapping[str, float]) -> Iterator[Equation]:
    for name in network.forward:
        if name in needed:
            yield Equation(name, network.derived[name].formula, values, network.derived[name].short)


def _backward(
    network: Network, needed: set[str], values: Mapping[str, float]
) -> Iterator[Equation]:
    for name in network.backward:
        if name in needed:
            yield Equation(name, network.derived[name].formula, values)


def _chain(network: Network, weight: str, values: Mapping[str, float]) -> Iterator[Equation]:
    """The factors of a weight's gradient, and their product."""
    known = dict(values)
    factors = []
    for upper, lower in path(network.slopes, weight, TOTAL):
        if network.quantities[upper].kind in (Kind.ERROR, Kind.TOTAL):
            name, tree = gradient_name(lower), network.derived[gradient_name(lower)].formula
        else:
            name, tree = partial_name(upper, lower), network.slopes[upper][lower]
        factors.append(name)
        yield Equation(name, tree, known)
        known[name] = evaluate(tree, known)
    if factors != [gradient_name(weight)]:
        yield Equation(gradient_name(weight), product(*map(parse, factors)), known)


def _step(
    network: Network, weight: str, values: Mapping[str, float], above: Mapping[str, float]
) -> Iterator[Equation]:
    """What the update of a weight takes, and the weight's next number, where a step ends."""
    ends = round(values.get(SAMPLE, 1)) % network.design.step == 0
    update = network.given[weight].then
    taken, open_ = set(), names(update)
    while open_:
        name = open_.pop()
        if name in network.derived and name not in taken:
            taken.add(name)
            open_ += [n for n in names(network.derived[name].formula) if n != name]
    for name, quantity in network.derived.items():
        if name not in taken or quantity.kind not in (Kind.RATE, Kind.MEAN, Kind.STATE):
            continue
        if isinstance(quantity, Carried):
            if ends or quantity.sums:
                past = {**values, name: above[name]}
                yield Equation(name, quantity.formula, past, becomes=True)
        else:
            yield Equation(name, quantity.formula, values)
    if ends:
        yield Equation(weight, update, values, becomes=True)


def _above(network: Network, epoch: int, sample: int) -> dict[str, float]:
    """The numbers above a row that what is carried goes by."""
    starts = {name: quantity.start for name, quantity in network.carried.items()}
    row = network.rows(epoch) + sample - 2
    if row < 0 or not starts:
        return starts
    before, place = divmod(row, len(network.samples))
    above = numbers_at(network, before, place + 1)
    fresh = {name for name, quantity in network.carried.items() if quantity.sums and sample == 1}
    return {name: starts[name] if name in fresh else above[name] for name in starts}


# --- formats -----------------------------------------------------------------------------------


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


_LATEX_SIGNS = {
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
    if plain in LATEX_SIGNS:
        return LATEX_SIGNS[plain]
    if name.startswith("mean_"):
        return rf"\overline{{{_latex_symbol(name.removeprefix('mean_'))}}}"
    if name in _LATEX_SIGNS:
        return _LATEX_SIGNS[name]
    head, index = re.fullmatch(r"([a-zA-Z])_?(.*)", plain).groups()  # type: ignore[union-attr]
    word = rf"\mathrm{{{index}}}" if index.isalpha() else index.replace("_", ",")
    return f"{head}_{{{word}}}"


def _latex_number(text: str) -> str:
    """A number in LaTeX: 1.5e-05 is 1.5 · 10^{-5}."""
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else text


LATEX_SIGNS = {"σ": r"\sigma", "η": r"\eta"}


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
