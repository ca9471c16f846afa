"""A document as one page of HTML: pictures inside, formulas as MathML, no script."""

import base64
from collections.abc import Callable, Iterator, Sequence
from itertools import count, groupby
from pathlib import Path
from typing import Any

from backprop_sheet.document.blocks import (
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
from backprop_sheet.document.pages import inert, page_of

STYLE = Path(__file__).parent / "document.css"
FEW = 4
"""Sections from which on a list of them stands at the head of the page."""


def as_html(document: Document) -> str:
    """A document as a whole page that needs nothing else."""
    return page_of(document.title, STYLE.read_text(encoding="utf-8"), _body(document))


def _body(document: Document) -> Iterator[str]:
    titles = [title for title, _ in document.sections if title]
    yield f'<header><h1>{inert(document.title)}</h1><p class="about">{inert(document.about)}</p>'
    yield "</header>"
    if len(titles) >= FEW:
        links = (f'<li><a href="#part-{n}">{inert(t)}</a></li>' for n, t in enumerate(titles, 1))
        yield f'<nav aria-label="Sections"><ul>{"".join(links)}</ul></nav>'
    yield "<main>"
    numbers = count(1)
    for title, blocks in document.sections:
        if not title:
            yield "<section>"
        else:
            key = f"part-{next(numbers)}"
            yield f'<section id="{key}" aria-labelledby="{key}-title">'
            yield f'<h2 id="{key}-title">{inert(title)}</h2>'
        yield from (WRITERS[type(block)](block) for block in blocks)
        yield "</section>"
    yield "</main>"


def _heading(heading: Heading) -> str:
    return f"<h{heading.level}>{inert(heading.text)}</h{heading.level}>"


def _paragraph(paragraph: Paragraph) -> str:
    return f"<p>{inert(paragraph.text)}</p>"


def _points(points: Points) -> str:
    return f"<ul>{''.join(f'<li>{inert(text)}</li>' for text in points.texts)}</ul>"


def _code(code: Code) -> str:
    lines = "\n".join(map(inert, code.text.split("\n")))
    return f"<pre><code>{lines}</code></pre>"


def _table(table: Table) -> str:
    kinds = [' class="number"' if numeric else "" for numeric in table.numeric]
    head = "".join(
        f'<th scope="col"{kind}>{inert(cell)}</th>' if cell else f"<td{kind}></td>"
        for cell, kind in zip(table.head, kinds, strict=True)
    )
    rows = "".join(
        f"<tr>{''.join(f'<td{k}>{inert(c)}</td>' for c, k in zip(row, kinds, strict=True))}</tr>"
        for row in table.rows
    )
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return _scrolling(inner, f"table: {table.about}")


def _formulas(formulas: Formulas) -> str:
    return "".join(_blocks(formulas.equations))


def _blocks(equations: Sequence[Equation]) -> Iterator[str]:
    """Equations as MathML; those that are too long for a line, as text that is broken."""
    for is_long, some in groupby(equations, key=lambda equation: equation.is_long):
        if is_long:
            yield from (
                f'<p class="long"><code>{inert(" ".join(equation.text))}</code></p>'
                for equation in some
            )
        else:
            rows = (
                f"<mtr><mtd>{left}</mtd><mtd>{right}</mtd></mtr>"
                if right
                else f'<mtr><mtd columnspan="2">{left}</mtd></mtr>'
                for equation in some
                for left, right in equation.rows(equation.mathml, "")
            )
            math = f'<math display="block"><mtable>{"".join(rows)}</mtable></math>'
            yield _scrolling(math, "equations", "formulas")


def _scrolling(inner: str, about: str, kind: str = "") -> str:
    """What scrolls by itself where it is too wide."""
    look = f"scroll {kind}".rstrip()
    label = inert(about)
    return f'<div class="{look}" tabindex="0" role="group" aria-label="{label}">{inner}</div>'


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.png).decode()
    image = f'<img src="data:image/png;base64,{data}" alt="{inert(picture.about)}">'
    caption = f"<figcaption>{inert(picture.caption)}</figcaption>" if picture.caption else ""
    return f"<figure>{image}{caption}</figure>"


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
