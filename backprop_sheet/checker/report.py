"""Writes judgements as text, JSON or CSV."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from backprop_sheet.errors import InputError, counted, plain
from backprop_sheet.files import replacing
from backprop_sheet.ooxml.book import OTHERS, SUFFIXES

_VERDICTS = (RIGHT, WRONG, INCOMPLETE, UNJUDGED)
_INDENT = 12
MANY = 3
"""A number this many times too large or too small is given as a factor, not in per cent."""
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""A text that a spreadsheet would read as a formula: how it begins, in characters of any width."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_OFTEN = 3
"""The summary names at most this many causes."""


def as_text(judgements: Sequence[Judgement]) -> str:
    """One line for each table, with its findings below; a summary if there are several files."""
    lines = [plain(line) for judgement in judgements for line in _of_file(judgement)]
    if len(judgements) > 1:
        lines += ["", *map(plain, summary(judgements))]
    return "\n".join(lines) + "\n"


def _of_file(judgement: Judgement) -> Iterator[str]:
    if judgement.problem:
        yield f"{UNJUDGED:<{_INDENT}}{judgement.path}: {judgement.problem}"
    for table in judgement.tables:
        yield f"{table.verdict:<{_INDENT}}{judgement.path} · {_of_table(table)}"
        for remark in (*table.remarks, *judgement.remarks):
            yield f"{'':{_INDENT}}note: {remark}"
        for finding in table.findings:
            yield from _of_finding(table, finding)


def _of_table(table: Table) -> str:
    epochs = "1 epoch" if table.epochs == 1 else f"{table.epochs} epochs"
    rate = f", η = {table.eta:g} ({table.eta_from})" if table.eta is not None else ""
    return f"{table.sheet}!{table.area} · {epochs}{rate}"


def _of_finding(table: Table, finding: Finding) -> Iterator[str]:
    more = len(finding.cells) - 1
    where = f"{finding.cell}, epoch {finding.epoch}" + (
        f", and {more} more cell{'s' * (more > 1)}" if more else ""
    )
    yield f"{'':{_INDENT}}{finding.names}: {finding.text} ({where})"
    if finding.found != finding.expected:
        yield f"{'':{_INDENT}}    found     {finding.found or '(nothing)'}"
        yield f"{'':{_INDENT}}    expected  {finding.expected}"
    if effects := list(_effects(table, finding)):
        yield f"{'':{_INDENT}}    effect    {'; '.join(effects)}"


def _effects(table: Table, finding: Finding) -> Iterator[str]:
    if finding.value is not None and finding.right is not None:
        off = _far(finding.value, finding.right)
        yield f"{finding.cell} holds {finding.value:.10g}, right is {finding.right:.10g}: {off}"
    elif finding.right is not None:
        yield f"right is {finding.right:.10g}"
    if table.error_off is not None:
        yield table.effect


def _far(value: float, right: float) -> str:
    """How far a number is off, in words."""
    if not right:
        return "wrong"
    ratio = value / right
    if ratio < 0:
        return "of the other sign"
    if not 1 / MANY < ratio < MANY:
        return f"{ratio:.3g} times as large"
    return f"{100 * abs(ratio - 1):.2g} % off"


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
    return ", ".join(f"{verdicts[v]} {v}" for v in _VERDICTS if verdicts[v])


def as_json(judgements: Sequence[Judgement]) -> str:
    """A list of files, each with its tables and their findings."""
    return (
        json.dumps([_plain(judgement) for judgement in judgements], indent=2, ensure_ascii=False)
        + "\n"
    )


def _plain(judgement: Judgement) -> dict[str, Any]:
    return {
        "file": str(judgement.path),
        "verdict": judgement.verdict,
        "problem": judgement.problem,
        "remarks": judgement.remarks,
        "tables": [
            {**vars(table), "findings": [_plain_finding(f) for f in table.findings]}
            for table in judgement.tables
        ],
    }


def _plain_finding(finding: Finding) -> dict[str, Any]:
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
            writer.writerow({name: _as_data(value) for name, value in row.items()})
    return file.getvalue()


def _as_data(value: object) -> object:
    """The value; a text that a spreadsheet would read as a formula gets an apostrophe in front.

    Source: OWASP, CSV Injection. Numbers stay as they are.
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


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

FORMATS: dict[str, Callable[[Sequence[Judgement]], str]] = {
    "text": as_text,
    "json": as_json,
    "csv": as_csv,
}
SPREADSHEETS = (*SUFFIXES, *OTHERS)
_SUFFIXES = {".json": "json", ".csv": "csv"}


def refuse_workbook(path: str | Path, judged: Sequence[Path]) -> None:
    """Refuse to write a report over a workbook.

    Raises:
        InputError: the path is one of the judged workbooks, or has a workbook's suffix.
    """
    path = Path(path)
    if path.suffix.lower() in SPREADSHEETS or path.resolve() in {p.resolve() for p in judged}:
        raise InputError(f"{path} is a workbook's name: a report takes .txt, .json or .csv")


def save_report(judgements: Sequence[Judgement], path: str | Path, form: str | None = None) -> Path:
    """Write a report to a file; its suffix decides the format unless one is given.

    Raises:
        WriteError: the file cannot be written.
    """
    path = Path(path)
    text = FORMATS[form or _SUFFIXES.get(path.suffix.lower(), "text")](judgements)
    with replacing(path) as draft:
        # Spreadsheet programs recognise UTF-8 in a CSV by its byte order mark.
        csv_ = text.startswith("file,")
        encoding = "utf-8-sig" if csv_ else "utf-8"
        # A file's name may not be valid in any encoding.
        draft.write_text(text, encoding=encoding, errors="backslashreplace", newline="\n")
    return path
