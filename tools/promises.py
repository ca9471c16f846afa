"""Writes tests/data/promises.txt: what stays as it is in all versions 1.x, line by line.

    python -m tools.promises

A line says one thing that somebody may rely on: a command's option, a parameter of a function, a
key of network files, a column. A version may add lines. A line that goes breaks somebody's script,
and tests/test_promises.py fails.
"""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

import backprop_sheet
from backprop_sheet import Asked, Diverged, Judgement, load
from backprop_sheet.checker import report
from backprop_sheet.checker.findings import Finding, Table
from backprop_sheet.network import choices
from backprop_sheet.network.design import COLUMNS
from backprop_sheet.network.file.keys import KEYS
from backprop_sheet.network.layers import KINDS
from tools.cli_reference import commands

FILE = Path(__file__).parent.parent / "tests" / "data" / "promises.txt"
OF_NETWORK = (
    *("name", "eta", "epochs", "numbers", "samples", "columns", "labels"),
    *("with_numbers", "with_columns"),
)
"""The attributes of a network that the documentation names."""
NETWORKS = ("original", "mazur", "xor", "linear", "perceptron", "recurrent", "growth")
"""Templates whose columns show the rules by which columns are named."""
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
CHOICES = {
    "activation": choices.ACTIVATIONS,
    "error": choices.ERRORS,
    "optimizer": choices.OPTIMIZERS,
    "schedule": choices.SCHEDULES,
    "layer": KINDS,
    "columns": COLUMNS,
}
"""Names that a network file may give as a value, by the key that takes them."""


def main() -> None:
    """Write the file."""
    FILE.write_text(text(), encoding="utf-8", newline="\n")


def text() -> str:
    """The text of the file: each part with a heading, one promise to a line."""
    parts = {
        "Commands, arguments and options": of_commands(),
        "Exit codes": exit_codes(),
        "From Python": of_python(),
        "Network files": of_files(),
        "Columns": of_columns(),
        "Reports of check, as JSON and CSV": of_reports(),
    }
    return "\n".join("\n".join([f"# {title}", *lines, ""]) for title, lines in parts.items())


def of_commands() -> Iterator[str]:
    """Each command, its arguments and options, and the words that an option takes."""
    for name, command in commands():
        yield name
        for one in command.params:
            if isinstance(one, click.Argument):
                yield f"{name} {one.metavar or str(one.name).upper()}"
                continue
            yield from (f"{name} {option}" for option in one.opts)
            if one.required:
                yield f"{name} {one.opts[-1]} (required)"
            if isinstance(one.type, click.Choice):
                yield from (f"{name} {one.opts[-1]} {word}" for word in one.type.choices)
            if isinstance(one, click.Option) and one.show_default:
                yield f"{name} {one.opts[-1]}, if left out: {one.default}"


def exit_codes() -> Iterator[str]:
    """The exit codes of each command."""
    for name, command in commands():
        yield from (f"{name} {code}" for code in re.findall(r"[:;] (\d+) ", command.epilog or ""))


def of_python() -> Iterator[str]:
    """Each public name; of functions their parameters, of classes what they hold."""
    for name in backprop_sheet.__all__:
        yield name
        thing = getattr(backprop_sheet, name)
        if inspect.isclass(thing):
            yield from (f"{name} is a {one.__name__}" for one in thing.__mro__[1:-2])
        else:
            yield from parameters(name, thing)
    network = load()
    yield from (f"Network.{name}" for name in OF_NETWORK if hasattr(network, name))
    yield from (f"Diverged.{name}" for name in vars(Diverged("h1", 0, "w1*i1", {})))
    for kind in (Asked, Judgement, Table, Finding):
        yield from (f"{kind.__name__}.{one.name}" for one in fields(kind))
    yield from (f"Judgement.{name}" for name in ("verdict",) if hasattr(Judgement, name))


def parameters(name: str, function: object) -> Iterator[str]:
    """How a function is called: what it needs, and what it takes besides, with its default."""
    assert callable(function), "what is no class is a function"
    taken = inspect.signature(function).parameters.values()
    needed = [one.name for one in taken if one.default is one.empty and one.kind in _NAMED]
    yield f"{name}({', '.join(needed)})"
    for one in taken:
        by_name = ", by name" if one.kind is one.KEYWORD_ONLY else ""
        if one.kind not in _NAMED:
            yield f"{name}(…, {'*' * (1 + (one.kind is one.VAR_KEYWORD))}{one.name})"
        elif one.default is not one.empty:
            yield f"{name}(…, {one.name}{_default(one.default)}){by_name}"


def _default(value: object) -> str:
    """A default after its equals sign, if it is a plain value."""
    plain = value is None or isinstance(value, (bool, int, float, str))
    return f"={value!r}" if plain else ""


def of_files() -> Iterator[str]:
    """The keys of network files, and the names that they take."""
    yield from KEYS
    for key, names in CHOICES.items():
        yield from (f'{key} = "{name}"' for name in names)
    yield from (f"template {path.stem}" for path in sorted(_templates().glob("*.toml")))


def _templates() -> Path:
    from backprop_sheet.templates import folder

    return folder()


def of_columns() -> Iterator[str]:
    """The columns of the original by their places in the table, of others by their names."""
    for name in NETWORKS:
        network = load(name)
        labels = [network.labels[column] for column in network.columns]
        for number, label in enumerate(labels, start=1):
            yield f"{name} {number}: {label}" if name == "original" else f"{name}: {label}"


def of_reports() -> Iterator[str]:
    """The fields of JSON reports and the columns of CSV reports, in their order."""
    finding = Finding("", 0, [], [], "", "", "", "", None, None)
    judgement = Judgement(Path(), [Table("", "", 0, 0, None, "", "right", [finding])])
    (file,) = json.loads(report.as_json([judgement]))
    yield from (f"JSON: {name}" for name in file)
    yield from (f"JSON: tables.{name}" for name in file["tables"][0])
    yield from (f"JSON: tables.findings.{name}" for name in file["tables"][0]["findings"][0])
    columns = report.as_csv([]).strip().split(",")
    yield from (f"CSV {number}: {name}" for number, name in enumerate(columns, start=1))


if __name__ == "__main__":
    main()
