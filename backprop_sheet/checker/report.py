"""Writes judgements as text, JSON or CSV."""

import csv
import io
import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

from backprop_sheet.checker.findings import (
    INCOMPLETE,
    RIGHT,
    UNJUDGED,
    WRONG,
    Finding,
    Judgement,
    Table,
)
from backprop_sheet.errors import counted, plain
from backprop_sheet.files import replacing

VERDICTS = (RIGHT, WRONG, INCOMPLETE, UNJUDGED)
_INDENT = 12
MANY = 3
"""A number this many times too large or too small is given as a factor, not in per cent."""
_SIGNS = r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]"
"""How a formula begins for a spreadsheet, in characters of any width."""
_FORMULA = re.compile(rf"^(?=[\t\r\n]|{_SIGNS})|;(?=\"*{_SIGNS})")
"""Where a text would be read as a formula: at its start, and behind a semicolon, which separates
the cells of a CSV in many countries."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
SCREEN, WIDTH = 24, 120
"""Lines of findings that a screen holds, and characters of a line."""
NOT_WRITTEN = "cells"
"""What of a table is not in reports."""
_OFTEN = 3
"""The summary names at most this many causes."""


def as_text(judgements: Sequence[Judgement], *, whole: bool = False) -> str:
    """One line for each table, with its findings below; a summary if there are several files.

    Args:
        judgements: what is reported.
        whole: whether all findings of a table are written, not just what a screen holds.
    """
    most = len if whole else _that_fit
    lines = [plain(line) for judgement in judgements for line in _of_file(judgement, most)]
    if len(judgements) > 1:
        lines += ["", *map(plain, summary(judgements))]
    return "\n".join(lines) + "\n"


def _that_fit(findings: Sequence[Sequence[str]]) -> int:
    """How many findings a screen holds, given the lines of each; the first in any case."""
    lines = accumulate(sum(-(-len(line) // WIDTH) for line in finding) for finding in findings)
    return max(1, sum(count <= SCREEN for count in lines))


def unjudged(judgements: Sequence[Judgement]) -> Iterator[str]:
    """A line for each file that could not be judged, with the reason."""
    for judgement in judgements:
        if judgement.problem:
            yield plain(f"{UNJUDGED:<{_INDENT}}{judgement.path}: {judgement.problem}")


def _of_file(judgement: Judgement, most: Callable[[Sequence[Sequence[str]]], int]) -> Iterator[str]:
    yield from unjudged([judgement])
    for table in judgement.tables:
        yield f"{table.verdict:<{_INDENT}}{judgement.path} · {table_line(table)}"
        for remark in (*table.remarks, *judgement.remarks):
            yield f"{'':{_INDENT}}note: {remark}"
        findings = [list(_of_finding(table, finding)) for finding in table.findings]
        shown = most(findings)
        yield from chain.from_iterable(findings[:shown])
        if rest := table.findings[shown:]:
            yield f"{'':{_INDENT}}{left_out(rest)}: --all shows everything"
        if together := effect_of_all(table):
            yield f"{'':{_INDENT}}{together}"


def left_out(rest: Sequence[Finding]) -> str:
    """How many mistakes are not shown, and in how many cells."""
    cells = counted(sum(len(finding.cells) for finding in rest), "cell")
    return f"{counted(len(rest), 'more mistake')} in {cells}"


def effect_of_all(table: Table) -> str:
    """What several mistakes do to E_Total together; empty if there is only one."""
    if len(table.mistakes) < 2 or not table.effect:  # noqa: PLR2004
        return ""
    return f"{len(table.mistakes)} mistakes together: {table.effect}"


def table_line(table: Table) -> str:
    """Where a table stands, how long it is, and its learning rate."""
    epochs = "1 epoch" if table.epochs == 1 else f"{table.epochs} epochs"
    rate = f", η = {table.eta:g} ({table.eta_from})" if table.eta is not None else ""
    return f"{table.sheet}!{table.area} · {epochs}{rate}"


def _of_finding(table: Table, finding: Finding) -> Iterator[str]:
    yield f"{'':{_INDENT}}{finding.names}: {finding.text} ({where(finding)})"
    if finding.is_mistake and finding.found != finding.expected:
        yield f"{'':{_INDENT}}    found     {finding.found or '(nothing)'}"
        yield f"{'':{_INDENT}}    expected  {finding.expected}"
    if found := list(effects(table, finding)):
        yield f"{'':{_INDENT}}    effect    {'; '.join(found)}"


def where(finding: Finding) -> str:
    """The first cell of a mistake, its epoch, and how many cells more there are."""
    more = len(finding.cells) - 1
    rest = f", and {more} more cell{'s' * (more > 1)}" if more else ""
    return f"{finding.cell}, epoch {finding.epoch}{rest}"


def effects(table: Table, finding: Finding) -> Iterator[str]:
    """What a mistake does to its first cell and, if it is the only one, to E_Total."""
    if not finding.is_mistake:
        return  # its text says all
    if finding.by_chance:
        pass  # it holds what is right
    elif finding.value is not None and finding.right is not None:
        off = _far(finding.value, finding.right)
        said = f"{finding.cell} holds {finding.value:.10g}, right is {finding.right:.10g}"
        yield f"{said}: {off}" if off else said
    elif finding.right is not None:
        yield f"right is {finding.right:.10g}"
    if len(table.mistakes) == 1 and table.effect:
        yield table.effect


def _far(value: float, right: float) -> str:
    """How far a number is off, in words; empty where it is 0, which says all."""
    if not right:
        return "wrong"
    ratio = value / right
    if not ratio:
        return ""
    if ratio < 0:
        return "of the other sign"
    if not 1 / MANY < ratio < MANY:
        return f"{ratio:.3g} times as large"
    per_cent = Decimal(f"{100 * abs(ratio - 1):.2g}")
    return f"{per_cent:f} % off"


def summary(judgements: Sequence[Judgement]) -> Iterator[str]:
    """How many files and tables are right, and the causes that several files share."""
    files = Counter(judgement.verdict for judgement in judgements)
    tables = Counter(table.verdict for judgement in judgements for table in judgement.tables)
    yield f"{counted(len(judgements), 'file')}: {_counts(files)}"
    if tables:
        yield f"{counted(tables.total(), 'table')}: {_counts(tables)}"
    causes: dict[str, list[Path]] = {}
    for judgement in judgements:
        for table in judgement.tables:
            for finding in table.findings:
                causes.setdefault(f"{finding.names}: {finding.text}", []).append(judgement.path)
    often = sorted(causes.items(), key=lambda item: -len(set(item[1])))[:_OFTEN]
    for cause, paths in (item for item in often if len(set(item[1])) > 1):
        yield f"in {counted(len(set(paths)), 'file')}: {cause}"


def _counts(verdicts: Counter[str]) -> str:
    return ", ".join(f"{verdicts[v]} {v}" for v in VERDICTS if verdicts[v])


def as_json(judgements: Sequence[Judgement]) -> str:
    """A list of files, each with its tables and their findings.

    Characters that would control a terminal or turn text around are escaped as JSON escapes them,
    so a program that reads it gets them back.
    """
    files = [_as_object(judgement) for judgement in judgements]
    text = json.dumps(files, indent=2, ensure_ascii=False)
    return "\n".join(map(_escaped, text.split("\n"))) + "\n"


def _escaped(line: str) -> str:
    """A line of JSON with unprintable characters as JSON escapes them."""
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def _as_object(judgement: Judgement) -> dict[str, Any]:
    return {
        "file": str(judgement.path),
        "verdict": judgement.verdict,
        "problem": judgement.problem,
        "remarks": judgement.remarks,
        "tables": [
            {name: value for name, value in vars(table).items() if name != NOT_WRITTEN}
            | {"findings": [_finding_as_object(finding) for finding in table.findings]}
            for table in judgement.tables
        ],
    }


def _finding_as_object(finding: Finding) -> dict[str, Any]:
    return {**vars(finding), "off": finding.off}


def as_csv(judgements: Sequence[Judgement]) -> str:
    """One line for each table, with its first wrong cell: a list to grade a class by."""
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for judgement in judgements:
        tables: list[Table | None] = [*judgement.tables] or [None]
        for table in tables:
            row = {name: column(judgement, table) for name, column in _COLUMNS.items()}
            texts = {n: plain(v) if isinstance(v, str) else v for n, v in row.items()}
            writer.writerow({name: as_data(value) for name, value in texts.items()})
    return file.getvalue()


def as_data(value: object) -> object:
    """A value for a CSV; what a spreadsheet would read as a formula gets an apostrophe in front.

    Source: OWASP, CSV Injection. Numbers stay as they are.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _FORMULA.sub(r"\g<0>'", value)


def _of(attribute: Callable[[Finding], object]) -> Callable[[Judgement, Table | None], object]:
    def column(_: Judgement, table: Table | None) -> object:
        return attribute(table.first) if table is not None and table.first is not None else ""

    return column


def _table(attribute: str) -> Callable[[Judgement, Table | None], object]:
    return lambda _, table: "" if table is None else getattr(table, attribute)


_COLUMNS: dict[str, Callable[[Judgement, Table | None], object]] = {
    "file": lambda judgement, _: str(judgement.path),
    "sheet": _table("sheet"),
    "area": _table("area"),
    "epochs": _table("epochs"),
    "learning rate": _table("eta"),
    "verdict": lambda judgement, table: judgement.verdict if table is None else table.verdict,
    "first wrong cell": _of(lambda f: f.cell),
    "columns": _of(lambda f: f.names),
    "epoch": _of(lambda f: f.epoch),
    "kind": _of(lambda f: f.kind),
    "cause": _of(lambda f: f.text),
    "found": _of(lambda f: f.found),
    "expected": _of(lambda f: f.expected),
    "off": _of(lambda f: f.off),
    "E_Total off": _table("error_off"),
    "all findings": lambda _, table: (
        "" if table is None else "; ".join(f"{f.cell} {f.names}: {f.text}" for f in table.findings)
    ),
    "findings": lambda _, table: "" if table is None else len(table.findings),
    "formulas": _table("formulas"),
    "not compared": _table("uncompared"),
    "not explained": _table("unexplained"),
    "notes": lambda judgement, table: (
        judgement.problem or "; ".join([*(table.remarks if table else []), *judgement.remarks])
    ),
}

SUFFIXES = {".txt": "text", ".json": "json", ".csv": "csv", "": "text"}
"""The format for each suffix of a file."""
FORMATS = ("text", "json", "csv")


def report(judgements: Sequence[Judgement], form: str = "text", *, whole: bool = False) -> str:
    """The judgements in a format: text, of which `whole` is as in `as_text`, JSON or CSV."""
    match form:
        case "json":
            return as_json(judgements)
        case "csv":
            return as_csv(judgements)
    return as_text(judgements, whole=whole)


def is_report(path: Path) -> bool:
    """Whether a file is a report as a CSV, which lies about in folders that were checked."""
    try:
        with path.open("rb") as file:
            begin = ",".join([*_COLUMNS][:4]).encode()  # later versions may add columns
            return file.read(len(begin) + 3).removeprefix(BOM_UTF8).startswith(begin)
    except OSError:
        return False


def save_report(
    judgements: Sequence[Judgement],
    path: str | Path,
    form: str | None = None,
    *,
    whole: bool = False,
) -> Path:
    """Write a report to a file; its suffix decides the format unless one is given.

    Raises:
        WriteError: the file cannot be written.
    """
    path = Path(path)
    form = form or SUFFIXES.get(path.suffix.lower(), "text")
    text = report(judgements, form, whole=whole)
    with replacing(path) as draft:
        # Spreadsheet programs recognise UTF-8 in a CSV by its byte order mark.
        encoding = "utf-8-sig" if form == "csv" else "utf-8"
        # A file's name may not be valid in any encoding.
        draft.write_text(text, encoding=encoding, errors="backslashreplace", newline="\n")
    return path
