"""Breaks equations into rows of the width of a page or a terminal. Knows nothing of networks.

LaTeX breaks no row of aligned equations by itself, and a terminal breaks one anywhere. Widths in
LaTeX are counted in glyphs; as a page has many in a row, their average is near enough.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from backprop_sheet.formula import LATEX, PLAIN
from backprop_sheet.formula.notation import Cases
from backprop_sheet.formula.primitives import ATOM, CHOICE, POWER, Form

ROW = 120
"""The glyphs that a row has room for: on A4 in landscape, at 10 points."""
WHOLE_SIDE = 90
"""The glyphs of a formula, above which it must be breakable: a row has its left side, too."""
SIGN = 3
"""The glyphs of an equals sign with its spaces."""
LEAST = 20
"""The characters that a row of text has beside its left side, however long that is."""
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


class Script(NamedTuple):
    """What is broken into rows.

    Attributes:
        width: how wide a text is.
        marks: finds what opens or closes a group, and the spaces at which a row may end.
    """

    width: Callable[[str], int]
    marks: re.Pattern[str]


IN_LATEX = Script(
    width,
    re.compile(r"[(){}]|\\begin|\\end| (?=(?:[-+=]|\\cdot|\\text\{ (?:if|else) \}) )|(?<=,) "),
)
IN_TEXT = Script(len, re.compile(r"[()]| (?=(?:[-+=*]|else) )|(?<=,) "))


def rows(left: str, sign: str, sides: Sequence[str], room: int) -> str:
    """An equation as rows of aligned equations in LaTeX.

    Args:
        left: its left side.
        sign: the sign after it.
        sides: the other sides.
        room: the glyphs that a row has room for beside the left side.
    """
    if sum(width(side) + SIGN for side in sides) <= room:
        return f"{left} &{sign} {' = '.join(sides)}"
    signs = f"{left} &{sign}", "&="
    parts = _parts(sides, room - 2 * SIGN, IN_LATEX)
    broken = (f"{ROW_END}&\\qquad ".join(part) for part in parts)
    return ROW_END.join(f"{begin} {row}" for begin, row in zip(signs, broken, strict=False))


def text_rows(begin: str, sides: Sequence[str], columns: int) -> Iterator[str]:
    """An equation as rows of text: formulas below each other, and so their equals signs.

    Args:
        begin: its left side, with the sign and the space after it.
        sides: the other sides.
        columns: the characters that a row has room for.
    """
    if len(begin) + len(whole := " = ".join(sides)) <= columns:
        yield begin + whole
        return
    first, *others = _parts(sides, max(LEAST, columns - len(begin)), IN_TEXT)
    formula, *below = first + [row for part in others for row in (f"= {part[0]}", *part[1:])]
    yield begin + formula
    for row in below:
        yield " " * (len(begin) - 2 * row.startswith("= ")) + row


def _parts(sides: Sequence[str], room: int, script: Script) -> list[list[str]]:
    """The rows of an equation's formula, and those of its other sides, if it has some."""
    formula, *others = sides
    texts = [formula, " = ".join(others)] if others else [formula]
    return [list(_filled(text, room, script)) for text in texts]


def _filled(text: str, room: int, script: Script) -> Iterator[str]:
    """A text as rows, each as long as there is room for."""
    row = ""
    for piece in _pieces(text, room, script):
        if row and script.width(row) + 1 + script.width(piece) > room:
            yield row
            row = piece
        else:
            row = f"{row} {piece}" if row else piece
    yield row


def _pieces(text: str, room: int, script: Script, level: int = 0) -> Iterator[str]:
    """The pieces of a text between which it may be broken; only what is too long is cut again.

    It is cut between terms first, then between factors, then inside one round bracket, two …
    """
    if script.width(text) <= room:
        yield text
        return
    start = braces = brackets = deepest = 0
    for found in script.marks.finditer(text):
        mark, end = found[0], found.end()
        braces += (mark in ("{", r"\begin")) - (mark in ("}", r"\end"))
        brackets += (mark == "(") - (mark == ")")
        deepest = max(deepest, brackets)
        here = mark == " " and not braces
        if here and brackets < max(1, level) and (level or text[end] in "+-="):
            yield from _pieces(text[start : found.start()], room, script, level + 1)
            start = end
    if start or level <= deepest:
        yield from _pieces(text[start:], room, script, level + 1)
    else:  # it cannot be cut at all
        yield text
