"""A document as Markdown, as GitHub, GitLab and notebooks show it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from backprop_sheet.document.blocks import (
    Block,
    Code,
    Document,
    Equation,
    Formulas,
    Heading,
    Paragraph,
    Picture,
    Points,
    Table,
)

PICTURES = "pictures"
"""The folder of the pictures, beside the file."""
_MARKS = re.compile(r"([\\`*_\[\]<>|#~$])")
"""What Markdown takes for more than itself."""
ALIGNED = "$$\n\\begin{{aligned}}\n{}\n\\end{{aligned}}\n$$"
ROW_END = " \\\\\n"


def as_markdown(document: Document) -> str:
    """A document as Markdown; its pictures are files in the folder `PICTURES` beside it."""
    texts = [f"# {escaped(document.title)}", escaped(document.about)]
    texts += map(in_markdown, document.blocks)
    return "\n\n".join(texts) + "\n"


def escaped(text: str) -> str:
    """A text in one line, in which nothing is markup."""
    return _MARKS.sub(r"\\\1", " ".join(text.splitlines()))


def in_markdown(block: Block) -> str:
    """A block as Markdown."""
    return WRITERS[type(block)](block)


def _heading(heading: Heading) -> str:
    return f"{'#' * heading.level} {escaped(heading.text)}"


def _paragraph(paragraph: Paragraph) -> str:
    return escaped(paragraph.text)


def _points(points: Points) -> str:
    return "\n".join(f"- {escaped(text)}" for text in points.texts)


def _picture(picture: Picture) -> str:
    shown = f"![{escaped(picture.about)}]({PICTURES}/{picture.name}.png)"
    return f"{shown}\n\n{escaped(picture.caption)}" if picture.caption else shown


def _table(table: Table) -> str:
    lines = ["---:" if numeric else "---" for numeric in table.numeric]
    rows = [_row(map(escaped, table.head)), _row(lines)]
    return "\n".join([*rows, *(_row(map(escaped, row)) for row in table.rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _formulas(formulas: Formulas) -> str:
    return "\n\n".join(_blocks(formulas.equations))


def _blocks(equations: Sequence[Equation]) -> Iterator[str]:
    """Equations as LaTeX; those that are too long for a line, as text."""
    for is_long, some in groupby(equations, key=lambda equation: equation.is_long):
        if is_long:
            yield _fenced("\n".join(" ".join(equation.text) for equation in some))
        else:
            rows = (row for equation in some for row in equation.rows(equation.latex))
            yield ALIGNED.format(ROW_END.join(map(_aligned, rows)))


def _aligned(row: tuple[str, str]) -> str:
    """A row of equations; a sentence stands behind where the signs are."""
    left, right = row
    return f"{left} &{right}" if right else f"&{left}"


def _code(code: Code) -> str:
    return _fenced(code.text)


def _fenced(text: str) -> str:
    """A text in a fence that is longer than any in it."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


WRITERS: dict[type, Callable[[Any], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Points: _points,
    Table: _table,
    Formulas: _formulas,
    Code: _code,
    Picture: _picture,
}
"""What writes each kind of block."""
