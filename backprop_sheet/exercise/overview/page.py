"""The overview as a page of HTML: one file without a script that loads nothing."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from statistics import mean

from backprop_sheet.document.pages import page_of as whole_page
from backprop_sheet.errors import counted, plain
from backprop_sheet.exercise.overview.summary import BINS, Summary, bins, files_of
from backprop_sheet.exercise.words import listed, points

STYLE = Path(__file__).parent / "overview.css"
LEVELS = 9
"""Depths of colour of a cell that is often wrong."""
MOST_CAUSES, MOST_STUDENTS = 60, 12
"""Causes, and students of each, that the page shows; the workbook has all."""
SECTIONS = {
    "points": "Points",
    "parts": "Parts and distribution",
    "causes": "Mistakes",
    "cells": "Cells most often wrong",
    "rules": "Rules applied",
    "files": "Left to do",
    "likeness": "Likeness",
}


def page_of(summary: Summary) -> str:
    """The page: a whole HTML document."""
    style = STYLE.read_text(encoding="utf-8") + "".join(_heat_styles())
    title = plain(f"{summary.title}: overview")
    links = "".join(f'<li><a href="#{key}">{name}</a></li>' for key, name in SECTIONS.items())
    body = (
        f"<header><h1>{escape(title)}</h1>",
        f"<p>{escape(_in_short(summary))}</p></header>",
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>',
        "<main>",
        *_section("points", _points(summary)),
        *_section("parts", _parts(summary)),
        *_section("causes", _causes(summary)),
        *_section("cells", _cells(summary)),
        *_section("rules", _rules(summary)),
        *_section("files", _files(summary)),
        *_section("likeness", _likeness(summary)),
        "</main>",
    )
    return whole_page(title, style, body)


def _in_short(summary: Summary) -> str:
    """The whole in a sentence or two."""
    judged = summary.points
    said = f"{counted(len(summary.lines), 'student')}, {len(judged)} with points"
    if judged:
        said += f"; on average {mean(judged):.2f} of {points(summary.total)}"
    if summary.absent:
        said += f". {len(summary.absent)} handed in nothing"
    if left := len(summary.unjudged) + len(summary.nobodys):
        said += f". {counted(left, 'file')} to be seen to by hand"
    return f"{said}."


def _section(key: str, lines: Iterable[str]) -> Iterator[str]:
    yield f'<section id="{key}" aria-labelledby="{key}-title">'
    yield f'<h2 id="{key}-title">{SECTIONS[key]}</h2>'
    yield from lines
    yield "</section>"


def _points(summary: Summary) -> Iterator[str]:
    heads = ["student", "name", f"points of {points(summary.total)}", ""]
    heads += [f"{part.title} ({points(summary.most[part.key])})" for part in summary.parts]
    rows = []
    for line in summary.lines:
        cells = [_head(line.student.identifier), _cell(line.student.name, "name")]
        if line.points is None:
            cells.append(f'<td colspan="{2 + len(summary.parts)}" class="none">{line.said}</td>')
        else:
            cells += [_number(line.points), _bar(line.points, summary.total)]
            cells += [_number(line.earned(part) or 0.0) for part in summary.parts]
        rows.append(cells)
    classes = ["", "", "number", "bar", *["number"] * len(summary.parts)]
    yield from _table("points", heads, rows, classes)


def _parts(summary: Summary) -> Iterator[str]:
    rows = []
    for part in summary.parts:
        found = summary.earned(part)
        most = summary.most[part.key]
        average = [_number(mean(found)), _bar(mean(found), most)] if found else ["<td></td>"] * 2
        rows.append([_head(part.title), _cell(points(most), "number"), *average])
    yield from _table(
        "parts", ["part", "points", "mean", ""], rows, ["", "number", "number", "bar"]
    )
    counts = bins(summary)
    rows = [
        [
            _head(f"{100 * number // BINS} to {100 * (number + 1) // BINS} %"),
            _cell(str(count), "number"),
            _bar(count, max(1, *counts)),
        ]
        for number, count in enumerate(counts)
    ]
    yield from _table(
        "distribution", ["share of all points", "students", ""], rows, ["", "number", "bar"]
    )


def _causes(summary: Summary) -> Iterator[str]:
    if not summary.causes:
        yield "<p>No mistakes were found.</p>"
        return
    yield (
        "<p>By how many made them. What is the first mistake of many sheets is worth explaining "
        "to everybody.</p>"
    )
    rows = []
    most = len(summary.causes[0].students)
    for cause in summary.causes[:MOST_CAUSES]:
        who = listed((student.identifier for student in cause.students), MOST_STUDENTS)
        mistake = f"<strong>{escape(cause.columns)}</strong> {escape(cause.text)}"
        rows.append(
            [
                _cell(str(len(cause.students)), "number"),
                _bar(len(cause.students), most),
                f'<td class="wide">{mistake}</td>',
                _cell(str(cause.first or ""), "first number"),
                _cell(cause.kind, "some"),
                _cell(who, "some"),
            ]
        )
    heads = ["students", "", "mistake", "first mistake of", "kind", "made by"]
    yield from _table("mistakes", heads, rows, ["number", "bar", "", "number", "", ""])
    if (more := len(summary.causes) - MOST_CAUSES) > 0:
        yield f"<p>The workbook has {more:,} more.</p>"


def _cells(summary: Summary) -> Iterator[str]:
    counts = [count for row in summary.cells for count in row.counts if count]
    if not counts:
        yield "<p>No cell is wrong.</p>"
        return
    yield (
        "<p>How many students have a cell wrong, by its own row. Rows that are alike stand "
        "together.</p>"
    )
    several = any(row.sample > 1 for row in summary.cells)
    heads = ["epoch, sample" if several else "epoch", *summary.columns]
    rows = []
    for counts_alike, alike in groupby(summary.cells, key=lambda row: row.counts):
        names = [f"{row.epoch}, {row.sample}" if several else str(row.epoch) for row in alike]
        name = " to ".join(dict.fromkeys((names[0], names[-1])))
        rows.append([_head(name), *(_heat(count, max(counts)) for count in counts_alike)])
    yield from _table("cells", heads, rows, ["number"] * len(heads), "heat")
    if summary.left_out:
        yield f"<p>The {summary.left_out:,} rows below are left out.</p>"


def _rules(summary: Summary) -> Iterator[str]:
    if not summary.rules:
        yield "<p>None.</p>"
        return
    rows = [
        [_head(student.identifier), _cell(student.name, "name"), _cell(note, "wide")]
        for student, note in summary.rules
    ]
    yield from _table("rules", ["student", "name", "rule"], rows, [""] * 3)


def _files(summary: Summary) -> Iterator[str]:
    looks = ("name", "some", "some", "wide")
    rows = [list(map(_cell, entry, looks)) for entry in files_of(summary)]
    if not rows:
        yield "<p>Everybody handed in a file that could be judged.</p>"
        return
    yield from _table("files", ["what", "student", "file", "why"], rows, [""] * 4)


def _likeness(summary: Summary) -> Iterator[str]:
    yield (
        "<p>What submissions have in common. These are facts and no verdict: students may work "
        "together, share a computer, or follow the same book.</p>"
    )
    if not summary.facts:
        yield "<p>Nothing was found.</p>"
        return
    yield '<ul class="facts">'
    yield from (f"<li>{escape(fact.text)}</li>" for fact in summary.facts)
    yield "</ul>"


# --- pieces --------------------------------------------------------------------------------------


def _table(
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    classes: Sequence[str],
    own: str = "",
) -> Iterator[str]:
    """A table that scrolls by itself where it is too wide; a head without text is no head."""
    kind = f' class="{own}"' if own else ""
    yield f'<div class="scroll" tabindex="0" role="group" aria-label="table: {name}"><table{kind}>'
    cells = (
        f'<th scope="col" class="{look}">{escape(plain(head))}</th>'
        if head
        else f'<td class="{look}"></td>'
        for head, look in zip(heads, classes, strict=True)
    )
    yield f"<thead><tr>{''.join(cells)}</tr></thead>"
    yield "<tbody>"
    yield from (f"<tr>{''.join(row)}</tr>" for row in rows)
    yield "</tbody></table></div>"


def _cell(text: str, look: str = "") -> str:
    kind = f' class="{look}"' if look else ""
    return f"<td{kind}>{escape(plain(text))}</td>"


def _head(text: str) -> str:
    return f'<th scope="row">{escape(plain(text))}</th>'


def _number(value: float) -> str:
    return _cell(f"{value:.2f}", "number")


def _bar(value: float, most: float) -> str:
    """A bar; the number beside it says the same."""
    length = 100 * min(1.0, max(0.0, value / most)) if most else 0.0
    return (
        '<td class="bar"><svg aria-hidden="true" focusable="false">'
        '<rect class="track" width="100%" height="100%" rx="3"/>'
        f'<rect class="length" width="{length:.1f}%" height="100%" rx="3"/></svg></td>'
    )


def _heat(count: int | None, most: int) -> str:
    if count is None:
        return '<td class="none">–</td>'
    if not count:
        return "<td></td>"
    return f'<td class="heat-{max(1, round(LEVELS * count / most))}">{count}</td>'


def _heat_styles() -> Iterator[str]:
    """The depths of colour, each with letters that can be read on it."""
    for level in range(1, LEVELS + 1):
        part = round(100 * level / LEVELS * 0.75 + 10)
        yield (
            f".heat-{level} {{ background: "
            f"color-mix(in srgb, light-dark(#f4796b, #a8332a) {part}%, var(--card)); }}\n"
        )
