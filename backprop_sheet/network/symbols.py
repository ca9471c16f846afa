"""How quantities are written: in the frame, in text, in LaTeX and MathML, in sheets, by others.

`SIGNS` has a row for each quantity that is not simply written by its name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backprop_sheet.network.quantities import CLASS, RATE, RATE_NOW, RIGHT_SO_FAR, TOTAL, Kind


@dataclass(frozen=True)
class Symbol:
    """The ways to write a quantity.

    Attributes:
        label: in the frame and in messages: ∂E/∂w1.
        text: in running text: ∂E_Total/∂w1.
        latex: in LaTeX's math mode, without the dollar signs.
        mathml: in MathML, as what stands in a row.
        heading: above its column in a sheet.
    """

    label: str
    text: str
    latex: str
    mathml: str
    heading: str


class Sign(NamedTuple):
    """How a quantity with a sign of its own is written; an empty label or heading is its name."""

    text: str
    latex: str
    label: str = ""
    heading: str = ""


SIGNS: Mapping[str, Sign] = {
    TOTAL: Sign("E_Total", r"E_{\mathrm{Total}}"),
    RATE: Sign("η", r"\eta"),
    RATE_NOW: Sign("η_t", r"\eta_t", label="η_t"),
    CLASS: Sign("class", r"\mathrm{class}", label="class"),
    RIGHT_SO_FAR: Sign("right so far", r"\text{right so far}", label="right so far"),
    "mu": Sign("μ", r"\mu"),
    "alpha": Sign("α", r"\alpha"),
    "epsilon": Sign("ε", r"\varepsilon"),
    "gamma": Sign("γ", r"\gamma"),
    "beta1": Sign("β1", r"\beta_1"),
    "beta2": Sign("β2", r"\beta_2"),
    "l1": Sign("λ1", r"\lambda_1"),
    "l2": Sign("λ2", r"\lambda_2"),
    "weight_decay": Sign("λ", r"\lambda"),
    "rho": Sign("ρ", r"\rho"),
    "momentum_decay": Sign("ψ", r"\psi"),
    "psi_t": Sign("ψ_t", r"\psi_t"),
    "mu_t": Sign("μ_t", r"\mu_t"),
    "nu_t": Sign("ν_t", r"\nu_t"),
    "pi_t": Sign("π_t", r"\pi_t"),
    "beta1_t": Sign("β1^t", r"\beta_1^t"),
    "beta2_t": Sign("β2^t", r"\beta_2^t"),
}
ORIGINAL_LAYERS, ORIGINAL_HEADING, IN_ORIGINAL_BOXES = (2, 2, 2), "E_tot", "E_total"
"""The original's layers, and how its sheet writes `TOTAL` above its column and in its boxes."""
FUNCTION_SIGNS = {"σ": r"\sigma"}
"""Activations that LaTeX writes as a symbol; the others are upright words."""

SPELLINGS: Mapping[Kind, tuple[str, ...]] = {
    Kind.SUM: ("net{name}", "z{name}", "in{name}", "sum{name}"),
    Kind.ACTIVATION: (
        *("a{neuron}", "out{neuron}", "act{neuron}", "o{neuron}"),
        *("output{neuron}", "activation{neuron}", "σ{neuron}", "sigmoid{neuron}"),
    ),
    Kind.WEIGHT: ("weight{number}", "θ{number}"),
    Kind.INPUT: ("x{number}", "input{number}", "in{number}"),
    Kind.TARGET: ("target{number}", "y{number}"),
    Kind.ERROR: ("error{number}", "eo{number}", "err{number}"),
    Kind.TOTAL: (
        *("e", "et", "etot", "etotal", "error"),
        *("totalerror", "errortotal", "totale", "loss"),
    ),
}
"""How people write quantities in their sheets, in lower case and without spaces."""
_ERROR = r"(?:e(?:t|tot|total)?|totalerror|errortotal|error|loss|cost|[lcj])"
GRADIENT_SPELLINGS = re.compile(
    rf"d?{_ERROR}?(?:by|wrt|over)?d(.+)|d{_ERROR}(?:by|wrt)?([wb].+)|(?:∇|grad(?:ient)?)(?:of)?(.+)"
)
"""How they write ∂E/∂ of a quantity, which one of the groups holds."""
LIKE_PARTIAL = str.maketrans(dict.fromkeys("∂δðəәԁđ∆¶", "d"))
"""Letters that people, fonts and conversions put in place of ∂, in lower case."""
ANY_PARTIAL = re.compile(r"(\S)\s*[Ee]\w*\s*/?\s*\1\s*(\w+)")
"""∂E/∂ of a quantity, the second group, with any other sign twice in place of ∂: ``?E/?w1``."""
ANY_QUANTITY = re.compile(r"\D{1,8}\d{1,4}|net|out|output|in|input|[azhosy]|sum|act|activation")
"""What may be a quantity of some network, whatever it is called."""
LIKE_QUANTITIES = re.compile(
    r"(?:d?e?t?d)?(?:a|out|act)?[tiwhoeb]\d{1,4}|(?:mean)?d?e?d?[mv]?[wb]\d{1,4}|beta\dt|ηt|emean"
)
"""What looks like a quantity of some network."""
RATE_SPELLINGS = frozenset(
    {"η", "ƞ", "n", "α", "a", "eta", "etha", "alpha"}
    | {"lr", "learningrate", "rate", "learnrate"}
    | {"learningrateη", "learningraten", "ηlearningrate", "lrη"}
)
"""How people write the learning rate, likewise."""
_SHORT = re.compile(r"([^(]*)\((.*)\)")


def spellings(name: str, kind: Kind) -> Iterator[str]:
    """The ways in which people write a quantity, besides its own label and name."""
    for form in SPELLINGS.get(kind, ()):
        yield form.format(name=name, neuron=name.removeprefix("a_"), number=name[1:])


def plain(name: str) -> Symbol:
    """The symbol of a quantity: from its row in `SIGNS`, otherwise from its name."""
    sign = SIGNS.get(name) or Sign(name, _identifier(name))
    label = sign.label or name
    return Symbol(label, sign.text, sign.latex, _in_mathml(sign.text), sign.heading or label)


def partial(upper: Symbol, lower: Symbol) -> Symbol:
    """The symbol of ∂upper/∂lower; in a label the total error is written E."""
    above = "E" if upper.label == TOTAL else upper.label
    label = f"∂{above}/∂{lower.label}"
    latex = rf"\frac{{\partial {upper.latex}}}{{\partial {lower.latex}}}"
    above, below = (f"<mrow><mo>∂</mo>{symbol.mathml}</mrow>" for symbol in (upper, lower))
    mathml = f"<mfrac>{above}{below}</mfrac>"
    return Symbol(label, f"∂{upper.text}/∂{lower.text}", latex, mathml, label)


def gathered(of: Symbol, word: str, latex: str) -> Symbol:
    """The symbol of a quantity's mean or sum over samples, and of what rows have added to it.

    Args:
        of: the quantity's symbol.
        word: mean or sum.
        latex: how it is written in LaTeX, with a pair of braces for the quantity.
    """
    label = f"{word} {of.label}"
    mathml = f"<mrow><mtext>{word}\u00a0</mtext>{of.mathml}</mrow>"
    return Symbol(label, f"{word} {of.text}", latex.format(of.latex), mathml, label)


def new(of: Symbol) -> Symbol:
    """The symbol of a weight after its update."""
    label = f"new {of.label}"
    mathml = f"<mrow><mtext>new\u00a0</mtext>{of.mathml}</mrow>"
    return Symbol(label, f"new {of.text}", rf"{of.latex}^{{\mathrm{{new}}}}", mathml, label)


def short_in_latex(short: str) -> str:
    r"""An abbreviated activation in LaTeX: σ(h1) is \sigma(h_{1})."""
    match = _SHORT.fullmatch(short)
    if match is None:
        return short
    sign = FUNCTION_SIGNS.get(match[1], rf"\mathrm{{{match[1]}}}")
    return f"{sign}({plain(match[2]).latex})"


def short_in_mathml(short: str) -> str:
    """An abbreviated activation in MathML."""
    function, _, operand = short.removesuffix(")").partition("(")
    return f"<mi>{function}</mi><mrow><mo>(</mo>{plain(operand).mathml}<mo>)</mo></mrow>"


def _in_mathml(text: str) -> str:
    """A quantity's name or sign in MathML: a letter with an index, or an upright word."""
    if raised := re.fullmatch(r"(.+)(?:\^(.+)|_s(\d+))", text):
        above = raised[2] or f"({raised[3]})"
        return f"<msup>{_in_mathml(raised[1])}<mtext>{above}</mtext></msup>"
    if text.endswith("_hat"):
        below = _in_mathml(text.removesuffix("_hat"))
        return f'<mover accent="true">{below}<mo>^</mo></mover>'
    match = re.fullmatch(r"([^\W\d_])(?:_(.+)|(\d.*))?", text)
    if match is None:
        return f'<mi mathvariant="normal">{text}</mi>'
    letter, index = f"<mi>{match[1]}</mi>", (match[2] or match[3] or "").replace("_", ",")
    return f"<msub>{letter}<mtext>{index}</mtext></msub>" if index else letter


def _identifier(name: str) -> str:
    """A name in LaTeX: a letter with an index, such as h_{1} or a_{h2,1}, or an upright word.

    The number of a sample stands above it in brackets, and a hat on what the network predicts.
    """
    if sample := re.fullmatch(r"(.+)_s(\d+)", name):
        return f"{_identifier(sample[1])}^{{({sample[2]})}}"
    if name.endswith("_hat"):
        return rf"\widehat{{{_identifier(name.removesuffix('_hat'))}}}"
    match = re.fullmatch(r"([a-zA-Z])(?:_(.+)|(\d.*))?", name)
    if match is None:
        word = name.replace("_", r"\_")
        return rf"\mathrm{{{word}}}"
    head, index = match[1], match[2] or match[3] or ""
    word = rf"\mathrm{{{index}}}" if index.isalpha() else index.replace("_", ",")
    return f"{head}_{{{word}}}" if index else head
