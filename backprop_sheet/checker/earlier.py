"""Reads reports in JSON again, so that those of several runs can be put together."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from backprop_sheet import arguments
from backprop_sheet.checker.findings import RIGHT, Finding, Judgement, Table
from backprop_sheet.checker.report import NOT_WRITTEN, VERDICTS
from backprop_sheet.errors import InputError, shown

T = TypeVar("T", Table, Finding)


def from_json(text: str) -> list[Judgement]:
    """The judgements of a report as `as_json` writes it; what each cell came to is not in it.

    Raises:
        InputError: it is no such report.
    """
    try:
        files = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("not JSON") from None
    if not isinstance(files, list):
        raise InputError("no list of files")
    return [_judgement(file) for file in files]


def _judgement(file: Any) -> Judgement:
    entries = _of_kind("file", file, dict)
    problem, remarks = _of_kind("problem", entries.get("problem"), str), _texts(entries, "remarks")
    path = arguments.path("file", entries.get("file"))
    tables = [_of_object(Table, table) for table in _of_kind("tables", entries.get("tables"), list)]
    judgement = Judgement(path, tables, problem, remarks)
    if not tables and not problem:
        raise InputError(f"{path}: neither a table nor a problem")
    return judgement


def _of_object(kind: type[T], entries: Any) -> T:
    """A table or a finding, of which each entry has to be of the kind that it is written as."""
    entries = _of_kind(kind.__name__.lower(), entries, dict)
    values: dict[str, Any] = {}
    for one in fields(kind):
        if kind is Table and one.name == NOT_WRITTEN:
            continue
        value = entries.get(one.name)
        if one.name == "findings":
            found = _of_kind(one.name, value, list)
            values[one.name] = [_of_object(Finding, finding) for finding in found]
        elif one.type == list[str]:
            values[one.name] = _texts(entries, one.name)
        else:
            values[one.name] = _of_kind(one.name, value, one.type)
    if values.get("verdict", RIGHT) not in VERDICTS:
        raise InputError(f"verdict: got {shown(values['verdict'])}, takes {', '.join(VERDICTS)}")
    return kind(**values)


def _texts(entries: Mapping[str, Any], name: str) -> list[str]:
    return [_of_kind(name, text, str) for text in _of_kind(name, entries.get(name), list)]


def _of_kind(name: str, value: Any, kind: Any) -> Any:
    """A value, if it is of the kind that it is written as."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise InputError(f"{name}: got {shown(value)}")
    return value


def read_report(path: Path) -> list[Judgement]:
    """The judgements of an earlier report in JSON.

    Raises:
        InputError: it cannot be read, or is no such report.
    """
    try:
        return from_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (InputError, UnicodeDecodeError) as error:
        reason = "not a text in UTF-8" if isinstance(error, UnicodeDecodeError) else error
        raise InputError(f"{path}: no report of `check` in JSON: {reason}") from None
