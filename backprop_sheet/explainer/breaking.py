"""Breaks equations in LaTeX into rows of a page's width. Knows nothing of networks.

LaTeX breaks no row of aligned equations by itself. Widths are counted in glyphs; as a page has many
in a row, their average is near enough.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_sheet.formula import LATEX, PLAIN
from backprop_sheet.formula.notation import Cases
from backprop_sheet.formula.primitives import ATOM, CHOICE, POWER, Form

ROW = 120
"""The glyphs that a row has room for: on A4 in landscape, at 10 points."""
WHOLE_SIDE = 90
"""The glyphs of a formula, above which it must be breakable: a row has its left side, too."""
SIGN = 3
"""The glyphs of an equals sign with its spaces."""
ROW_END = " \\\\\n"
"""How LaTeX ends a row of aligned equations."""
BREAKABLE = replace(
    LATEX,
    forms={
        **LATEX.forms,
        "/": PLAIN.forms["/"],
        "sqrt": Form(r"\surd({})", ATOM, (CHOICE,)),
        "abs": Form(r"\lvert {} \rvert", ATOM, (CHOICE,)),
        "power": Form("{}^{{{}}}", POWER, (ATOM, CHOICE)),
    },
    high=None,
    cases=Cases(r"{} \text{{ if }} {} \text{{ else }} ", "{}"),
)
"""LaTeX whose formulas can be broken anywhere: nothing long is in a fraction or under a root."""

_CASES = re.compile(r"\\begin\{cases\}((?:(?!\\begin).)*?)\\end\{cases\}")
_COMMAND = re.compile(r"\\(?!t?frac\b)(?:[a-zA-Z]+|.)")
_FRACTION = re.compile(r"\\t?frac(?=\{)")
_STACKED = re.compile(r"\0\{([^{}]*)\}\{([^{}]*)\}")
_GROUP = re.compile(r"(?<![\0}])\{([^{}]*)\}")
_OPERATOR = re.compile(r" (?=(?:[-+=]|\\cdot|\\text\{ (?:if|else) \}) )|(?<=,) ")


def width(text: str) -> int:
    """The glyphs side by side in a text; of a fraction or of cases, those of the longest part.

    A space, as beside an operator, is half a glyph.
    """
    before = ""
    while text != before:
        before = text
        text = _CASES.sub(lambda found: max(found[1].split(r" \\ "), key=len), text)
    text = _FRACTION.sub("\0", _COMMAND.sub("x", text))
    before = ""
    while text != before:
        before = text
        text = _GROUP.sub(r"\1", _STACKED.sub(lambda found: max(found.groups(), key=len), text))
        text = text.replace("_", "").replace("^", "")
    return len(text) - text.count(" ") // 2


def rows(left: str, sign: str, sides: Sequence[str], room: int) -> str:
    """An equation as rows of aligned equations.

    Args:
        left: its left side.
        sign: the sign after it.
        sides: the other sides.
        room: the glyphs that a row has room for beside the left side.
    """
    if sum(width(side) + SIGN for side in sides) <= room:
        return f"{left} &{sign} {' = '.join(sides)}"
    formula, *others = sides
    signs = f"{left} &{sign}", "&="
    parts = [formula, " = ".join(others)] if others else [formula]
    broken = (f"{ROW_END}&\\qquad ".join(_filled(part, room - 2 * SIGN)) for part in parts)
    return ROW_END.join(f"{begin} {row}" for begin, row in zip(signs, broken, strict=False))


def _filled(text: str, room: int) -> Iterator[str]:
    """A text as rows, each as long as there is room for."""
    row = ""
    for piece in _pieces(text, room):
        if row and width(row) + 1 + width(piece) > room:
            yield row
            row = piece
        else:
            row = f"{row} {piece}" if row else piece
    yield row


def _pieces(text: str, room: int, level: int = 0) -> Iterator[str]:
    """The pieces of a text between which it may be broken; only what is too long is cut again.

    It is cut between terms first, then between factors, and inside round brackets last.
    """
    if level > LAST or width(text) <= room:
        yield text
        return
    start = braces = brackets = place = 0
    while place < len(text):
        letter = text[place]
        braces += (letter == "{") - (letter == "}")
        braces += text.startswith(r"\begin", place) - text.startswith(r"\end", place)
        brackets += (letter == "(") - (letter == ")")
        here = _OPERATOR.match(text, place) if not braces else None
        if here and (level == LAST or not brackets) and (level or text[place + 1] in "+-="):
            yield from _pieces(text[start:place], room, level + 1)
            start = place + 1
        place += 1
    yield from _pieces(text[start:], room, level + 1)


LAST = 2
"""The last level at which a text is cut."""
