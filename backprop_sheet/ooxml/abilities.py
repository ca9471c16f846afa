"""What IronCalc can calculate: formulas written for it, and errors that are its own.

What it cannot do was tried with version 0.9.1. Knows formulas as texts only.
"""

import re

from openpyxl.utils import FORMULAE

UNABLE = {"#N/IMPL!", "#ERROR!", "#SPILL!"}
"""Errors of the engine that no other spreadsheet program gives for a formula that it can store."""
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
_SPILLED = re.compile(r"\d#")
_FUNCTION = re.compile(r"([A-Za-z_][\w.]*)\(")
_COLUMNS = re.compile(r"\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?!\w)")
_WORD = re.compile(r"(?<![\w.$'!])[^\W\d][\w.]*(?![\w.(!'])")
_SQUARES = re.compile(r"\b(SUMX(?:MY|2MY|2PY)2)\(", re.IGNORECASE)
SQUARES = {"SUMXMY2": "SUMSQ(({0})-({1}))", "SUMX2MY2": "(SUMSQ({0})-SUMSQ({1}))"}
SQUARES["SUMX2PY2"] = "(SUMSQ({0})+SUMSQ({1}))"
"""Functions that the engine has for ranges only, as what they mean."""


def is_error(value: object) -> bool:
    """Whether a value is an error."""
    return isinstance(value, str) and value.startswith("#")


def is_unable(formula: str, error: str, *, text: bool) -> bool:
    """Whether an error shows what the engine cannot do, rather than a mistake in the formula.

    Args:
        formula: the formula, of which no operand is an error.
        error: what the engine gives for it.
        text: whether an operand is a text.
    """
    bare = without_texts(formula)
    if not formula.startswith("=") or _ERROR.search(bare):
        return False  # the error itself was typed
    words = (word for word in _WORD.findall(_COLUMNS.sub("", bare)) if not _is_plain(word))
    if any(words) or not all(map(_is_function, _FUNCTION.findall(bare))):
        return False  # a function or a name that there is not
    if error == "#VALUE!":
        return not text and bare == formula
    return (
        error in UNABLE or error == "#NAME?" or (error == "#REF!" and bool(_SPILLED.search(bare)))
    )


def is_broken(formula: str, error: str) -> bool:
    """Whether a formula gives an error whatever its operands are.

    Args:
        formula: the formula, without its ``=``.
        error: its value.
    """
    bare = without_texts(formula)
    unknown = (name for name in _FUNCTION.findall(bare) if not _is_stored(name))
    return bool(_ERROR.search(bare)) or (error == "#NAME?" and any(unknown))


def _is_stored(name: str) -> bool:
    """Whether a file may have such a function; those that are new have a prefix there."""
    return name.upper() in FORMULAE or name.lower().startswith(("_xlfn.", "_xll."))


def _is_function(name: str) -> bool:
    """Whether there is such a function; the engine writes those that it has in capital letters."""
    return name.isupper() or name.upper() in FORMULAE or name.lower().startswith("_xlfn.")


def _is_plain(word: str) -> bool:
    """Whether a word of a formula is a reference or a truth value."""
    return bool(re.fullmatch(r"[A-Za-z]{1,3}\d+|TRUE|FALSE", word))


def without_texts(formula: str) -> str:
    """A formula without the texts in it, which may hold anything."""
    return _TEXT.sub("", formula)


def for_engine(formula: str) -> str:
    """A formula in functions that the engine has."""
    while match := _SQUARES.search(formula):
        arguments, end = _arguments(formula, match.end())
        if len(arguments) != 2:  # noqa: PLR2004 - these functions take two
            return formula
        meant = SQUARES[match[1].upper()].format(*arguments)
        formula = formula[: match.start()] + meant + formula[end:]
    return formula


def _arguments(formula: str, start: int) -> tuple[list[str], int]:
    """The arguments of a function that begin at a place, and where its brackets end."""
    depth, texts, begun = 1, [""], False
    for place, sign in enumerate(formula[start:], start=start):
        begun ^= sign == '"'
        if not begun:
            depth += (sign in "({") - (sign in ")}")
            if not depth:
                return texts, place + 1
            if depth == 1 and sign == ",":
                texts.append("")
                continue
        texts[-1] += sign
    return [], len(formula)
