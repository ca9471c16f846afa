"""Writes a judgement as HTML, for a notebook.

There is no script, no colour and nothing to load, so it reads the same in a light and a dark
notebook, and where the notebook is not trusted. Whatever a workbook says is escaped.
"""

import html
from collections.abc import Iterator

from backprop_sheet.checker.findings import UNJUDGED, Finding, Judgement, Table
from backprop_sheet.checker.report import effect_of_all, effects, left_out, table_line, where
from backprop_sheet.errors import plain

MOST_ROWS = 20
"""The most mistakes of a table that are shown."""
NO_MATHS = "tex2jax_ignore mathjax_ignore"
"""Classes by which MathJax passes over text: two dollar signs are no formula here."""
TO_THE_LEFT = "text-align: left; vertical-align: top; white-space: normal"
"""The cells of tables in notebooks are made for numbers, on the right."""
COLUMNS = ("column", "mistake", "cell", "found", "expected", "effect")


def as_html(judgement: Judgement) -> str:
    """The verdict on each table and, where it is wrong, a row for each mistake."""
    lines = "\n".join(_of_file(judgement))
    return f'<div class="{NO_MATHS}">\n{lines}\n</div>'


def _of_file(judgement: Judgement) -> Iterator[str]:
    if judgement.problem:
        yield _verdict(UNJUDGED, f"{judgement.path}: {judgement.problem}")
    for table in judgement.tables:
        yield _verdict(table.verdict, f"{judgement.path} · {table_line(table)}")
        if table.findings:
            yield from _findings(table)
        for remark in (*table.remarks, *judgement.remarks):
            yield _paragraph(f"note: {remark}")


def _findings(table: Table) -> Iterator[str]:
    yield "<table>"
    yield _row("th", map(_text, COLUMNS))
    for finding in table.findings[:MOST_ROWS]:
        yield _row("td", _cells(table, finding))
    yield "</table>"
    if rest := table.findings[MOST_ROWS:]:
        yield _paragraph(left_out(rest))
    if together := effect_of_all(table):
        yield _paragraph(together)


def _cells(table: Table, finding: Finding) -> Iterator[str]:
    """The cells of a mistake, in the order of `COLUMNS`."""
    yield _text(finding.names)
    yield _text(finding.text)
    yield _text(where(finding))
    if finding.found == finding.expected:
        yield from ("", "")
    else:
        yield _code(finding.found or "(nothing)")
        yield _code(finding.expected)
    yield _text("; ".join(effects(table, finding)))


def _row(tag: str, cells: Iterator[str]) -> str:
    inside = "".join(f'<{tag} style="{TO_THE_LEFT}">{cell}</{tag}>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _verdict(verdict: str, text: str) -> str:
    return f"<p><strong>{_text(verdict)}</strong> {_text(text)}</p>"


def _paragraph(text: str) -> str:
    return f"<p>{_text(text)}</p>"


def _code(text: str) -> str:
    return f'<code style="overflow-wrap: anywhere; white-space: normal">{_text(text)}</code>'


def _text(text: str) -> str:
    return html.escape(plain(text))
