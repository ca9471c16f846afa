"""Measures our program and what people would use instead, and prints medians and ratios.

    python -m benchmarks [NAME …] [--runs N] [--json FILE] [--markdown FILE]

NAME is engines, workbooks, wide, kinds, commands, curves, pages, classes or digits; left out, it
is all.
"""

import json
import os
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import machine, python_version, system

from benchmarks.measuring import Line

NAMES = (
    "engines",
    "workbooks",
    "wide",
    "kinds",
    "commands",
    "curves",
    "pages",
    "classes",
    "digits",
)
LIBRARIES = ("pandas", "openpyxl", "orjson", "matplotlib", "XlsxWriter", "micrograd", "torch")
WIDTHS = "{:<52} {:>14}  {:<34} {:>14}  {:>8}  {:<18} {}"


def versions() -> dict[str, str]:
    """The system and the versions of libraries, which the results depend on."""
    known = {"system": f"{system()} {machine()}", "cores": f"{os.cpu_count()}"}
    known["Python"] = python_version()
    for name in LIBRARIES:
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            known[name] = "not installed"
    return known


def shown(line: Line) -> str:
    """A line of the results as text."""
    return WIDTHS.format(*cells(line), "" if line.met else "MISSED").rstrip()


def cells(line: Line) -> list[str]:
    """The columns of a line as text: name, ours, against, theirs, ratio, goal."""
    theirs = "" if line.theirs is None else quantity(line.theirs, line.unit)
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    return [line.name, quantity(line.ours, line.unit), line.against, theirs, ratio, line.goal]


def quantity(value: float, unit: str) -> str:
    """A number with its unit; short times in milliseconds or microseconds."""
    if unit == "s":
        for size, smaller in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if value >= size:
                return f"{value / size:,.2f} {smaller}"
    return f"{value:,.2f} {unit}"


def as_markdown(lines: list[Line]) -> str:
    """The results as the table of the documentation."""
    rows = ["| what | ours | against | theirs | ratio | goal |", "|---|---:|---|---:|---:|---|"]
    for line in lines:
        missed = "" if line.met else ", **missed**"
        rows.append(f"| {' | '.join(cells(line))}{missed} |")
    return "\n".join(rows) + "\n"


def as_json(lines: list[Line]) -> str:
    """The results with all digits, and the versions, as JSON."""
    content = {"versions": versions(), "lines": [asdict(line) for line in lines]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Run the benchmarks that are named on the command line."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)} (all)")
    parser.add_argument("--runs", type=int, default=7, help="runs of each that count (7)")
    for form in FORMS:
        parser.add_argument(
            f"--{form}", type=Path, metavar="FILE", help="write the results to FILE"
        )
    asked = parser.parse_args()
    if wrong := set(asked.names) - set(NAMES):
        parser.error(f"{', '.join(sorted(wrong))}: choose from {', '.join(NAMES)}")
    if asked.runs < 1:
        parser.error("--runs: at least 1 is needed")
    files = {form: path for form in FORMS if (path := getattr(asked, form))}
    for path in files.values():
        if not path.absolute().parent.is_dir():
            parser.error(f"{path}: there is no such folder")
    print(", ".join(f"{name} {value}" for name, value in versions().items()))
    print(WIDTHS.format("what", "ours", "against", "theirs", "ratio", "goal", "").rstrip())
    lines: list[Line] = []
    try:
        for name in asked.names or NAMES:
            for line in import_module(f"benchmarks.{name}").lines(asked.runs):
                print(shown(line), flush=True)
                lines.append(line)
    finally:  # keep the results so far, whatever happens
        for form, path in files.items():
            path.write_text(FORMS[form](lines), encoding="utf-8", newline="\n")
    sys.exit(not all(line.met for line in lines))


FORMS = {"json": as_json, "markdown": as_markdown}

if __name__ == "__main__":
    main()
